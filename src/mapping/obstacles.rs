//! What stands in the way, remembered for the whole run.

use std::collections::{BTreeMap, BTreeSet};

use nalgebra::{Point2, Point3, Vector2};

use super::cells::{Index, index_of};

/// Edge of a cell [m].
const CELL_M: f64 = 0.05;

/// Weight that counts in a cell's mean: later sightings go on moving it.
const MOST: f64 = 30.0;

/// Deviation of a sighting of weight 1, which is also what the robot's own place is off by at least [m].
const SURE_M: f64 = 0.01;

/// Cells to every side within which sightings that weigh far more are those of the same surface, and the share of
/// their weight below which a cell is taken for its noise.
const NEAR: i32 = 2;
const NOISE_SHARE: f64 = 0.1;

/// Weight of all sightings as near as that below which there is nothing yet: a single one from afar may be anything.
const LEAST: f64 = 0.3;

/// Where something was seen in a cell, on average [m], how much that weighs, and how high up [m].
#[derive(Debug, Clone, Copy, PartialEq)]
struct Sighting {
    mean: Vector2<f64>,
    weight: f64,
    top_m: f64,
}

const NONE: Sighting = Sighting { mean: Vector2::new(0.0, 0.0), weight: 0.0, top_m: f64::NEG_INFINITY };

/// Places that must not be touched, one a cell: the mean of where something was seen in it, as noise strews
/// sightings over more cells than a surface runs through.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Obstacles {
    cells: BTreeMap<Index, Sighting>,
    /// Cells that have changed since the places were asked for last, and what those were.
    changed: BTreeSet<Index>,
    shown: BTreeMap<Index, Point2<f64>>,
}

impl Obstacles {
    /// Something was seen at a place, give or take this [m].
    pub(super) fn block(&mut self, at: &Point3<f64>, deviation_m: f64) {
        let place = at.xy();
        let index = index_of(&place, CELL_M);
        self.changed.insert(index);
        let cell = self.cells.entry(index).or_insert(NONE);
        let weight = SURE_M.powi(2) / (SURE_M.powi(2) + deviation_m.powi(2));
        cell.weight = (cell.weight + weight).min(MOST);
        cell.mean += (place.coords - cell.mean) * (weight / cell.weight).min(1.0);
        cell.top_m = cell.top_m.max(at.z);
    }

    /// What was seen at a place still stands there, though no more was seen of it; it counts if nothing did yet.
    pub(super) fn keep(&mut self, at: &Point3<f64>, deviation_m: f64) {
        if !self.cells.contains_key(&index_of(&at.xy(), CELL_M)) {
            self.block(at, deviation_m);
        }
    }

    /// A place can be walked to; whether that is new.
    pub(super) fn clear(&mut self, at: &Point2<f64>) -> bool {
        let index = index_of(at, CELL_M);
        let was_blocked = self.cells.remove(&index).is_some();
        if was_blocked {
            self.changed.insert(index);
        }
        was_blocked
    }

    /// Takes away what is gone, as its place and its height tell; nothing is but within a reach [m] of a place.
    pub(super) fn clear_near(
        &mut self,
        place: &Point2<f64>,
        reach_m: f64,
        is_gone: impl Fn(&Point3<f64>) -> bool,
    ) {
        let column = |x: f64| (x / CELL_M).floor() as i32;
        let near = (column(place.x - reach_m), i32::MIN)..=(column(place.x + reach_m), i32::MAX);
        let is_gone = |cell: &Sighting| is_gone(&Point3::new(cell.mean.x, cell.mean.y, cell.top_m));
        let gone: Vec<Index> =
            self.cells.range(near).filter(|(_, cell)| is_gone(cell)).map(|(index, _)| *index).collect();
        for index in gone {
            self.cells.remove(&index);
            self.changed.insert(index);
        }
    }

    /// All places [m], in order, without what is most likely noise; and those that were none the last time.
    pub(super) fn places(&mut self) -> (Vec<Point2<f64>>, Vec<Point2<f64>>) {
        let Self { cells, changed, shown } = self;
        let touched: BTreeSet<Index> = changed
            .iter()
            .flat_map(|index| round(cells, *index).map(|(index, _)| *index).chain(std::iter::once(*index)))
            .collect();
        changed.clear();
        let mut fresh = Vec::new();
        for index in touched {
            match cells.get(&index).filter(|cell| counts(cells, index, cell)) {
                Some(cell) => {
                    let place = Point2::from(cell.mean);
                    if shown.insert(index, place).is_none() {
                        fresh.push(place);
                    }
                }
                None => _ = shown.remove(&index),
            }
        }
        (shown.values().copied().collect(), fresh)
    }
}

/// What was seen in a cell and those near to it.
fn round(cells: &BTreeMap<Index, Sighting>, (x, y): Index) -> impl Iterator<Item = (&Index, &Sighting)> {
    (-NEAR..=NEAR).flat_map(move |across| cells.range((x + across, y - NEAR)..=(x + across, y + NEAR)))
}

/// Whether a cell is a place and most likely no noise.
fn counts(cells: &BTreeMap<Index, Sighting>, index: Index, cell: &Sighting) -> bool {
    let (heaviest, all) = round(cells, index)
        .fold((0.0_f64, 0.0), |(heaviest, all), (_, near)| (heaviest.max(near.weight), all + near.weight));
    cell.weight >= NOISE_SHARE * heaviest && all >= LEAST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_seen_twice_is_kept_once_at_its_mean() {
        let mut obstacles = Obstacles::default();
        obstacles.block(&Point3::new(1.01, -0.01, 1.0), 0.01);
        assert_eq!(obstacles.places().1.len(), 1);
        obstacles.block(&Point3::new(1.03, -0.02, 1.0), 0.01);
        let (places, fresh) = obstacles.places();
        assert!((places[0] - Point2::new(1.02, -0.015)).norm() < 1e-9 && fresh.is_empty());
        assert!(obstacles.clear(&Point2::new(1.03, -0.02)) && obstacles.places().0.is_empty());
        obstacles.block(&Point3::new(1.01, -0.01, 1.0), 0.01);
        obstacles.block(&Point3::new(2.01, -0.01, 1.4), 0.01);
        obstacles.clear_near(&Point2::origin(), 1.5, |_| true);
        assert_eq!(obstacles.places().0, [Point2::new(2.01, -0.01)]);
        obstacles.clear_near(&Point2::origin(), 5.0, |at| at.z > 1.5);
        assert_eq!(obstacles.places().0.len(), 1);
    }

    #[test]
    fn what_was_seen_from_afar_gives_way_to_what_is_seen_from_near() {
        let mut obstacles = Obstacles::default();
        // A wall along y at x = 2.025, strewn by 6 cm.
        for i in 0..200 {
            let off_m = 0.06 * f64::from(i % 21 - 10) / 6.0;
            obstacles.block(&Point3::new(2.025 + off_m, 0.01 * f64::from(i), 1.0), 0.06);
        }
        let thick_m = |places: &[Point2<f64>]| {
            let xs = || places.iter().map(|place| place.x);
            xs().fold(f64::NEG_INFINITY, f64::max) - xs().fold(f64::INFINITY, f64::min)
        };
        assert!(thick_m(&obstacles.places().0) > 0.15);
        for i in 0..400 {
            let off_m = 0.004 * f64::from(i % 21 - 10) / 6.0;
            obstacles.block(&Point3::new(2.025 + off_m, 0.005 * f64::from(i), 1.0), 0.004);
        }
        let (places, fresh) = obstacles.places();
        assert!(thick_m(&places) < 0.05, "{}", thick_m(&places));
        assert!(places.len() >= 40 && fresh.len() <= 40);
        // A single sighting from afar is none yet.
        for fresh in [0, 1, 0] {
            obstacles.block(&Point3::new(3.0, 0.0, 1.0), 0.02);
            assert_eq!(obstacles.places().1.len(), fresh);
        }
    }
}
