//! What stands in the way, remembered for the whole run.

use std::collections::BTreeMap;

use nalgebra::{Point2, Vector2};

use super::cells::{Index, index_of};

/// Edge of a cell [m].
const CELL_M: f64 = 0.05;

/// Sightings that count in a cell's mean: later ones go on moving it.
const MOST: f64 = 30.0;

/// Places that must not be touched, one a cell: the mean of where something was seen in it, as noise strews
/// sightings over more cells than a surface runs through.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Obstacles(BTreeMap<Index, (Vector2<f64>, f64)>);

impl Obstacles {
    /// Something was seen at a place; whether its cell was free before.
    pub(super) fn block(&mut self, at: &Point2<f64>) -> bool {
        let (mean, count) = self.0.entry(index_of(at, CELL_M)).or_insert((at.coords, 0.0));
        *count = (*count + 1.0).min(MOST);
        *mean += (at.coords - *mean) / *count;
        *count < 1.5
    }

    /// A place can be walked to; whether that is new.
    pub(super) fn clear(&mut self, at: &Point2<f64>) -> bool {
        self.0.remove(&index_of(at, CELL_M)).is_some()
    }

    /// All places [m], in order.
    pub(super) fn places(&self) -> Vec<Point2<f64>> {
        self.0.values().map(|(mean, _)| Point2::from(*mean)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_seen_twice_is_kept_once_at_its_mean() {
        let mut obstacles = Obstacles::default();
        assert!(obstacles.block(&Point2::new(1.01, -0.01)));
        assert!(!obstacles.block(&Point2::new(1.03, -0.02)));
        assert!((obstacles.places()[0] - Point2::new(1.02, -0.015)).norm() < 1e-9);
        assert!(obstacles.clear(&Point2::new(1.03, -0.02)) && obstacles.places().is_empty());
    }
}
