//! Values drawn for a seed.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;
use xxhash_rust::xxh3::xxh3_64;

use crate::config::suite::Distribution;

/// Streams of the simulation are small numbers; those of drawn fields have this bit.
const DRAWN: u64 = 1 << 63;

/// Decimals behind the first digit of a drawn number: what is printed is what is run.
const DECIMALS: usize = 5;

/// The RON text of the value that a seed draws for the field at `path`: the same whatever else is drawn.
pub fn draw(distribution: &Distribution, path: &str, seed: u64) -> String {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(DRAWN | xxh3_64(path.as_bytes()));
    match distribution {
        Distribution::Uniform(low, high) => number(rng.random_range(*low..=*high), *low, *high),
        Distribution::Normal { mean, sd, min, max } => {
            let (low, high) = (min.unwrap_or(f64::NEG_INFINITY), max.unwrap_or(f64::INFINITY));
            // The check of suites leaves enough between the bounds for this to end.
            let value = loop {
                let sample: f64 = rng.sample(StandardNormal);
                let value = mean + sd * sample;
                if value >= low && value <= high {
                    break value;
                }
            };
            number(value, low, high)
        }
        Distribution::Choice(values) => values[rng.random_range(0..values.len())].get_ron().trim().to_owned(),
    }
}

/// The number rounded, but not beyond its bounds.
fn number(value: f64, low: f64, high: f64) -> String {
    let rounded = format!("{value:.DECIMALS$e}").parse().unwrap_or(value);
    format!("{:?}", f64::clamp(rounded, low, high))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(distribution: &Distribution) -> Vec<f64> {
        (0..2000).map(|seed| draw(distribution, "a.b", seed).parse().expect("a number")).collect()
    }

    fn mean(values: &[f64]) -> f64 {
        values.iter().sum::<f64>() / values.len() as f64
    }

    #[test]
    fn a_seed_draws_the_same_again_and_each_path_for_itself() {
        let wide = Distribution::Uniform(0.0, 1.0);
        assert_eq!(draw(&wide, "a", 3), draw(&wide, "a", 3));
        assert_ne!(draw(&wide, "a", 3), draw(&wide, "a", 4));
        assert_ne!(draw(&wide, "a", 3), draw(&wide, "b", 3));
    }

    #[test]
    fn uniform_values_fill_their_range() {
        let values = values(&Distribution::Uniform(2.0, 4.0));
        assert!(values.iter().all(|value| (2.0..=4.0).contains(value)));
        // The mean of 2000 has a standard deviation of 0.013.
        assert!((mean(&values) - 3.0).abs() < 0.05, "{}", mean(&values));
    }

    #[test]
    fn normal_values_have_mean_and_deviation_and_keep_their_bounds() {
        let free = values(&Distribution::Normal { mean: 0.7, sd: 0.1, min: None, max: None });
        let middle = mean(&free);
        let squares: Vec<f64> = free.iter().map(|value| (value - middle).powi(2)).collect();
        assert!((middle - 0.7).abs() < 0.01, "{middle}");
        assert!((mean(&squares).sqrt() - 0.1).abs() < 0.006, "{}", mean(&squares).sqrt());
        let cut = values(&Distribution::Normal { mean: 0.7, sd: 0.1, min: Some(0.65), max: Some(0.7) });
        assert!(cut.iter().all(|value| (0.65..=0.7).contains(value)));
    }

    #[test]
    fn rounding_keeps_bounds_and_six_digits() {
        assert_eq!(number(0.123_456_789, 0.0, 1.0), "0.123457");
        assert_eq!(number(123_456_789.0, 0.0, 1e9), "123457000.0");
        assert_eq!(number(0.123_456_4, 0.123_456_3, 1.0), "0.1234563");
    }
}
