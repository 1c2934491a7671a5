//! Rolling elevation grid: the highest surface of every cell round the robot, in the estimate's frame.
//!
//! Cells keep the mean place of what was seen of them, not their centre, so that an edge within a cell is
//! found to a part of it. What is seen higher replaces a cell at once; what is seen lower has to be seen
//! again and again, as a sensor sees past edges.

use nalgebra::{Point2, Point3};

use super::cells::{self, Index};

/// Edge of a cell [m].
pub(super) const CELL_M: f64 = 0.025;

/// Cells along each side of the grid.
pub(super) const SIDE: i32 = 200;

/// Heights this near are the same surface, whatever the sensor's noise [m].
const SAME_M: f64 = 0.04;

/// Sightings of something lower, without one of the surface between them, that take the surface away.
const GONE: u32 = 4;

/// Information a cell gathers at most [1/m^2]: what is seen anew soon counts for more than what was seen a
/// few steps ago, as the estimate drifts.
const MOST_INFORMATION: f64 = 6.0e4;

/// Information of ground that is only assumed [1/m^2].
const ASSUMED_INFORMATION: f64 = 1.0;

/// Surface of a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// Mean place of what was seen of it [m].
    pub at: Point3<f64>,
    /// Inverse of the variance of its height [1/m^2].
    pub information: f64,
    /// When it was seen last, in ticks since the start.
    pub seen_tick: u64,
    /// Sightings of something lower since then.
    below: u32,
}

/// The grid.
#[derive(Debug, Clone)]
pub struct ElevationMap {
    /// Rows wrap round: a cell keeps its slot while the grid rolls on.
    cells: Vec<Option<Cell>>,
    /// Lowest index that lies within.
    low: Index,
}

impl ElevationMap {
    /// An empty grid round a place.
    pub fn new(centre: &Point2<f64>) -> Self {
        let low = Self::low_round(centre);
        Self { cells: vec![None; (SIDE * SIDE) as usize], low }
    }

    fn low_round(centre: &Point2<f64>) -> Index {
        let (x, y) = index_of(centre);
        (x - SIDE / 2, y - SIDE / 2)
    }

    /// Rolls on to another centre; what falls off its edge is forgotten.
    pub fn roll_to(&mut self, centre: &Point2<f64>) {
        let low = Self::low_round(centre);
        let (before, after) = (self.low, low);
        if before == after {
            return;
        }
        let kept = |value: i32, before: i32| (before..before + SIDE).contains(&value);
        for y in after.1..after.1 + SIDE {
            for x in after.0..after.0 + SIDE {
                if !(kept(x, before.0) && kept(y, before.1)) {
                    self.cells[slot((x, y))] = None;
                }
            }
        }
        self.low = after;
    }

    /// Whether a place lies within.
    pub(super) fn covers(&self, at: &Point2<f64>) -> bool {
        self.contains(index_of(at))
    }

    /// Takes what a sensor saw at a place with this standard deviation [m].
    pub fn see(&mut self, at: &Point3<f64>, deviation_m: f64, tick: u64) {
        let index = index_of(&at.xy());
        if !self.contains(index) {
            return;
        }
        let information = 1.0 / deviation_m.max(1e-3).powi(2);
        let fresh = Cell { at: *at, information, seen_tick: tick, below: 0 };
        let Some(cell) = &mut self.cells[slot(index)] else {
            self.cells[slot(index)] = Some(fresh);
            return;
        };
        let rise_m = at.z - cell.at.z;
        let same_m = SAME_M.max(3.0 * deviation_m);
        if rise_m > same_m {
            *cell = fresh;
        } else if rise_m >= -same_m {
            let total = cell.information + information;
            cell.at += (at - cell.at) * (information / total);
            cell.information = total.min(MOST_INFORMATION);
            cell.seen_tick = tick;
            cell.below = 0;
        } else {
            cell.below += 1;
            if cell.below > GONE {
                *cell = fresh;
            }
        }
    }

    /// Takes the ground round a place to be level where nothing was seen of it yet.
    pub fn assume_level(&mut self, at: &Point3<f64>, radius_m: f64, tick: u64) {
        let reach = (radius_m / CELL_M) as i32;
        let (x0, y0) = index_of(&at.xy());
        for y in y0 - reach..=y0 + reach {
            for x in x0 - reach..=x0 + reach {
                let centre = centre_of((x, y));
                if (centre - at.xy()).norm() > radius_m || !self.contains((x, y)) {
                    continue;
                }
                let at = Point3::new(centre.x, centre.y, at.z);
                let information = ASSUMED_INFORMATION;
                self.cells[slot((x, y))].get_or_insert(Cell { at, information, seen_tick: tick, below: 0 });
            }
        }
    }

    /// Takes away what is gone.
    pub(super) fn clear_where(&mut self, is_gone: impl Fn(&Cell) -> bool) {
        for cell in &mut self.cells {
            if cell.as_ref().is_some_and(&is_gone) {
                *cell = None;
            }
        }
    }

    /// A cell's surface; none where nothing is known or the cell lies outside.
    pub(super) fn cell(&self, index: Index) -> Option<&Cell> {
        if self.contains(index) { self.cells[slot(index)].as_ref() } else { None }
    }

    fn contains(&self, (x, y): Index) -> bool {
        (self.low.0..self.low.0 + SIDE).contains(&x) && (self.low.1..self.low.1 + SIDE).contains(&y)
    }

    /// The cells within, row by row from the lowest index on; none where nothing is known.
    pub(super) fn within(&self) -> impl Iterator<Item = Option<&Cell>> {
        let start = self.low.0.rem_euclid(SIDE) as usize;
        (self.low.1..self.low.1 + SIDE).flat_map(move |y| {
            let first = slot((0, y));
            let (end, begin) = self.cells[first..first + SIDE as usize].split_at(start);
            begin.iter().chain(end).map(Option::as_ref)
        })
    }

    /// Lowest index within.
    pub(super) fn low(&self) -> Index {
        self.low
    }

    /// Every known cell, row by row.
    pub fn cells(&self) -> impl Iterator<Item = &Cell> {
        self.cells.iter().flatten()
    }

    /// Height of the surface at a place [m]; none where nothing is known.
    pub fn height_m(&self, at: &Point2<f64>) -> Option<f64> {
        self.cell(index_of(at)).map(|cell| cell.at.z)
    }
}

/// The cell a place lies in.
pub(super) fn index_of(at: &Point2<f64>) -> Index {
    cells::index_of(at, CELL_M)
}

/// Centre of a cell [m].
pub(super) fn centre_of((x, y): Index) -> Point2<f64> {
    Point2::new((f64::from(x) + 0.5) * CELL_M, (f64::from(y) + 0.5) * CELL_M)
}

fn slot((x, y): Index) -> usize {
    (y.rem_euclid(SIDE) * SIDE + x.rem_euclid(SIDE)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_surface_is_averaged_and_only_higher_ones_replace_it_at_once() {
        let mut map = ElevationMap::new(&Point2::origin());
        let at = Point2::new(0.51, 0.01);
        for (i, z) in [0.01, -0.01, 0.005, -0.005].into_iter().enumerate() {
            map.see(&Point3::new(at.x, at.y, z), 0.01, i as u64);
        }
        assert!(map.height_m(&at).expect("seen").abs() < 1e-9);
        map.see(&Point3::new(at.x, at.y, 0.17), 0.01, 5);
        assert_eq!(map.height_m(&at), Some(0.17));
        for _ in 0..GONE {
            map.see(&Point3::new(at.x, at.y, 0.0), 0.01, 6);
            assert_eq!(map.height_m(&at), Some(0.17));
        }
        map.see(&Point3::new(at.x, at.y, 0.0), 0.01, 7);
        assert_eq!(map.height_m(&at), Some(0.0));
    }

    #[test]
    fn what_rolls_off_is_forgotten_and_the_rest_stays() {
        let mut map = ElevationMap::new(&Point2::origin());
        let (near, far) = (Point2::new(1.0, 0.3), Point2::new(-2.4, 0.3));
        for at in [near, far] {
            map.see(&Point3::new(at.x, at.y, 0.1), 0.01, 0);
        }
        map.roll_to(&Point2::new(1.0, -0.5));
        assert_eq!(map.height_m(&near), Some(0.1));
        assert_eq!(map.height_m(&far), None);
        map.roll_to(&Point2::origin());
        assert_eq!(map.height_m(&far), None, "it came round again");
        assert_eq!(map.cells().count(), 1);
    }
}
