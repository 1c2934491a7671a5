//! Space that beams have passed through: what is met there has come there since, however still it may look.
//!
//! What stands on the ground fills all that lies under its top, so a place is free from the lowest height on at which
//! a beam crossed it. Cells that a surface runs through are crossed as well, by beams that graze it; but never those
//! behind it. So a place counts only where all cells round it were crossed as well.

use nalgebra::{Point2, Point3};

use super::cells::{Index, index_of};
use super::localisation::LocatedScan;

/// Edge of a cell [m].
const CELL_M: f64 = 0.1;
/// Cells along each side of the grid, which wraps round: a place keeps its slot.
const SIDE: i32 = 160;
/// How far beams are followed [m]: a place and one that shares its slot are never both within reach.
const FAR_M: f64 = 7.9;
/// A beam's last piece may run along what it meets [m].
const SHORT_M: f64 = 0.3;
/// Way from one look at a beam to the next [m].
const STEP_M: f64 = 0.05;
/// Lower than this over the ground something may be ground, and higher beams pass over people and under what hangs
/// from a ceiling [m].
const LOW_M: f64 = 0.3;
const HIGH_M: f64 = 1.9;
/// What was seen this long ago says nothing any more: the robot's own place drifts [s].
const MEMORY_S: f64 = 10.0;
/// For so long [s] beams that cross a cell lower than so much over what was met in it [m] only graze that.
const MET_S: f64 = 3.0;
const OVER_M: f64 = 0.1;
/// What was met in a cell for the first time so lately may have come with what is met beside it now [s].
const JUST_S: f64 = 0.5;
/// Heights of two beams as near as this are the same [m].
const SAME_M: f64 = 0.03;

#[derive(Debug, Clone, Copy)]
struct Cell {
    index: Index,
    /// Lowest height at which it was crossed [m], and when it was so last [s].
    lowest_m: f64,
    crossed_s: f64,
    /// How high up something was met in it lately [m], and when it was so first and last [s].
    top_m: f64,
    first_met_s: f64,
    met_s: f64,
}

const NONE: Cell = Cell {
    index: (0, 0),
    lowest_m: f64::INFINITY,
    crossed_s: f64::NEG_INFINITY,
    top_m: f64::NEG_INFINITY,
    first_met_s: f64::NEG_INFINITY,
    met_s: f64::NEG_INFINITY,
};

/// The grid, of cells that were crossed or met.
#[derive(Debug, Clone, Default)]
pub(super) struct SeenThrough {
    /// Row by row; empty before the first scan.
    cells: Vec<Cell>,
    time_s: f64,
}

impl SeenThrough {
    /// Whether something that is met at a place, its height counted from where those of the beams are, has come there.
    pub(super) fn is_free(&self, at: &Point3<f64>) -> bool {
        let (x, y) = index_of(&at.xy(), CELL_M);
        (-1..=1).all(|dy| (-1..=1).all(|dx| self.is_crossed((x + dx, y + dy), at.z)))
    }

    fn is_crossed(&self, index: Index, below_m: f64) -> bool {
        let age_s = |then_s: f64| self.time_s - then_s;
        self.cells.get(slot(index)).is_some_and(|cell| {
            cell.index == index
                && cell.lowest_m < below_m + SAME_M
                && age_s(cell.crossed_s) < MEMORY_S
                && (cell.lowest_m >= cell.top_m + OVER_M
                    || cell.crossed_s > cell.met_s
                    || age_s(cell.first_met_s) < JUST_S)
        })
    }

    /// Takes a scan of this time [s]: what its beams pass through, and but for those that `has_come` of, what they meet.
    pub(super) fn observe(
        &mut self,
        scan: &LocatedScan,
        ground_m: f64,
        time_s: f64,
        has_come: impl Fn(&Point2<f64>) -> bool,
    ) {
        self.time_s = time_s;
        if self.cells.is_empty() {
            self.cells = vec![NONE; (SIDE * SIDE) as usize];
        }
        let world_from_lidar = scan.world_from_body * scan.body_from_lidar;
        let from = Point3::from(world_from_lidar.translation.vector);
        for (direction, range_m) in scan.directions.iter().zip(scan.ranges_m) {
            // A beam that is lost may have met anything.
            let Some(range_m) = *range_m else { continue };
            let along = world_from_lidar.rotation * direction;
            let level = along.xy().norm().max(1e-6);
            let reach_m = (range_m - SHORT_M).min(FAR_M / level);
            for step in 0..(reach_m / STEP_M).max(0.0) as usize {
                let at = from + along * (STEP_M * step as f64);
                if at.z < ground_m + HIGH_M {
                    self.cross(index_of(&at.xy(), CELL_M), at.z);
                }
            }
        }
        let is_near = |at: &Point3<f64>| (at - from).xy().norm() < FAR_M && at.z > ground_m + LOW_M;
        for at in scan.hits().filter(|at| is_near(at) && !has_come(&at.xy())) {
            self.meet(index_of(&at.xy(), CELL_M), at.z);
        }
    }

    fn cross(&mut self, index: Index, height_m: f64) {
        let time_s = self.time_s;
        let cell = self.cell(index);
        if time_s - cell.met_s < MET_S && height_m < cell.top_m + OVER_M {
            return;
        }
        let is_old = time_s - cell.crossed_s >= MEMORY_S;
        if is_old || height_m < cell.lowest_m + SAME_M {
            cell.lowest_m = if is_old { height_m } else { height_m.min(cell.lowest_m) };
            cell.crossed_s = time_s;
        }
    }

    fn meet(&mut self, index: Index, height_m: f64) {
        let time_s = self.time_s;
        let cell = self.cell(index);
        let is_old = time_s - cell.met_s >= MET_S;
        cell.top_m = if is_old { height_m } else { height_m.max(cell.top_m) };
        cell.first_met_s = if is_old { time_s } else { cell.first_met_s };
        cell.met_s = time_s;
        if cell.lowest_m < height_m + OVER_M && time_s - cell.first_met_s >= JUST_S {
            cell.lowest_m = f64::INFINITY;
        }
    }

    /// The cell of an index, which may still be another one's.
    fn cell(&mut self, index: Index) -> &mut Cell {
        let cell = &mut self.cells[slot(index)];
        if cell.index != index {
            *cell = Cell { index, ..NONE };
        }
        cell
    }
}

fn slot((x, y): Index) -> usize {
    (y.rem_euclid(SIDE) * SIDE + x.rem_euclid(SIDE)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::{Isometry3, Vector3};

    /// Lets a LiDAR 1.2 m over the ground look about ten times, turned on by a tenth of the spacing of its 240 beams each.
    fn look(range_m: impl Fn(&Vector3<f64>) -> Option<f64>) -> SeenThrough {
        let mut seen = SeenThrough::default();
        for turn in 0..10 {
            let angle = |i: i32| std::f64::consts::TAU * (f64::from(i) + 0.1 * f64::from(turn)) / 240.0;
            let directions: Vec<_> =
                (0..240).map(|i| Vector3::new(angle(i).cos(), angle(i).sin(), 0.0)).collect();
            let ranges_m: Vec<_> = directions.iter().map(&range_m).collect();
            let scan = LocatedScan {
                directions: &directions,
                ranges_m: &ranges_m,
                max_range_m: 30.0,
                range_noise_m: 0.02,
                world_from_body: Isometry3::translation(0.0, 0.0, 1.2),
                body_from_lidar: Isometry3::identity(),
            };
            seen.observe(&scan, 0.0, 0.1 * f64::from(turn), |_| false);
        }
        seen
    }

    #[test]
    fn what_is_met_before_a_wall_has_come_there_and_the_wall_has_not() {
        let wall_m =
            |along: &Vector3<f64>| Some(if along.x > 0.1 { (2.0 / along.x).min(20.0) } else { 20.0 });
        let seen = look(wall_m);
        for y in -3..=3 {
            assert!(seen.is_free(&Point3::new(1.5, 0.5 * f64::from(y), 1.3)), "{y}");
            // Wherever along the wall, and whatever the noise.
            for off in -2..=2 {
                let at = Point3::new(2.0 + 0.02 * f64::from(off), 0.53 * f64::from(y), 1.3);
                assert!(!seen.is_free(&at), "{at}");
            }
        }
        // What is lower than the beams may have stood there all the time; behind the wall anything may.
        assert!(!seen.is_free(&Point3::new(1.5, 0.0, 1.1)));
        assert!(!seen.is_free(&Point3::new(2.5, 0.0, 1.3)));
    }

    #[test]
    fn where_nothing_comes_back_nothing_is_known() {
        let seen = look(|_| None);
        assert!(!seen.is_free(&Point3::new(1.5, 0.0, 1.3)));
    }
}
