//! Where in a space of fields to look: a grid, random points, or a Latin hypercube.

use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::axis::Axis;

/// How points are chosen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Method {
    /// Every combination of levels; the last axis changes fastest.
    #[default]
    Grid,
    /// Each point for itself.
    Random,
    /// Each axis cut into as many strata as there are points, each stratum met once (McKay, Beckman and
    /// Conover 1979).
    Lhs,
}

/// Points as shares of their axes, 0 to 1: about `points` of them on a grid, exactly as many otherwise.
/// The same seed gives the same points.
pub fn design(axes: &[Axis], method: Method, points: usize, seed: u64) -> Vec<Vec<f64>> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    match method {
        Method::Grid => grid(axes, points),
        Method::Random => (0..points).map(|_| axes.iter().map(|_| rng.random::<f64>()).collect()).collect(),
        Method::Lhs => {
            let mut shares = vec![Vec::with_capacity(axes.len()); points];
            for _ in axes {
                let mut strata: Vec<usize> = (0..points).collect();
                strata.shuffle(&mut rng);
                for (point, stratum) in shares.iter_mut().zip(strata) {
                    point.push((stratum as f64 + rng.random::<f64>()) / points as f64);
                }
            }
            shares
        }
    }
}

/// Lists and ranges with levels give what they say; the other ranges share what is left of `points`.
fn grid(axes: &[Axis], points: usize) -> Vec<Vec<f64>> {
    let said: usize = axes.iter().filter_map(Axis::levels).product();
    let open = axes.iter().filter(|axis| axis.levels().is_none()).count();
    let share = if open == 0 { 1.0 } else { (points as f64 / said as f64).powf(1.0 / open as f64) };
    let levels = (share + 1e-9).floor().max(2.0) as usize;
    let mut all = vec![Vec::new()];
    for axis in axes {
        let count = axis.levels().unwrap_or(levels);
        let at = |level: usize| match axis.range() {
            Some(_) => level as f64 / (count - 1) as f64,
            None => (level as f64 + 0.5) / count as f64,
        };
        let longer = |point: &Vec<f64>| -> Vec<Vec<f64>> {
            (0..count).map(|level| point.iter().copied().chain([at(level)]).collect()).collect()
        };
        all = all.iter().flat_map(longer).collect();
    }
    all
}
