//! Seeded random streams, one a purpose.

use nalgebra::Vector3;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;

/// Normal and uniform noise of one sensor.
#[derive(Debug, Clone)]
pub struct NoiseSource {
    rng: ChaCha8Rng,
}

impl NoiseSource {
    /// A stream of its own for each seed and purpose.
    pub fn new(seed: u64, purpose: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(100 + purpose);
        Self { rng }
    }

    /// Normal with this standard deviation.
    pub fn normal(&mut self, deviation: f64) -> f64 {
        let sample: f64 = self.rng.sample(StandardNormal);
        sample * deviation
    }

    /// Three independent normals.
    pub fn normal3(&mut self, deviation: f64) -> Vector3<f64> {
        Vector3::new(self.normal(deviation), self.normal(deviation), self.normal(deviation))
    }

    /// True with this probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.rng.random::<f64>() < probability
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_repeat_and_differ() {
        let mut a = NoiseSource::new(3, 1);
        let mut again = NoiseSource::new(3, 1);
        let mut other = NoiseSource::new(3, 2);
        let first = a.normal(1.0);
        assert_eq!(first, again.normal(1.0));
        assert_ne!(first, other.normal(1.0));
    }
}
