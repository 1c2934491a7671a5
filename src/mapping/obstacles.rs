//! What stands in the way, remembered for the whole run.

use std::collections::BTreeSet;

use nalgebra::{Isometry3, Point2, Translation3, Vector3};

use super::world_map::Block;

/// Edge of a cell [m].
pub(super) const CELL_M: f64 = 0.05;

/// Height that obstacles are drawn with [m]: how high they reach is not known.
const HEIGHT_M: f64 = 1.0;

/// Cells that must not be touched.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Obstacles(BTreeSet<(i32, i32)>);

impl Obstacles {
    /// A place is blocked; whether that is new.
    pub(super) fn block(&mut self, at: &Point2<f64>) -> bool {
        self.0.insert(cell(at))
    }

    /// A place can be walked to; whether that is new.
    pub(super) fn clear(&mut self, at: &Point2<f64>) -> bool {
        self.0.remove(&cell(at))
    }

    /// The cells as few cuboids on the floor: runs along x, runs of the same ends along y put together.
    pub(super) fn blocks(&self) -> Vec<Block> {
        let mut runs: Vec<(i32, i32, i32)> = Vec::new();
        let mut by_row: Vec<(i32, i32)> = self.0.iter().map(|(x, y)| (*y, *x)).collect();
        by_row.sort_unstable();
        for (y, x) in by_row {
            match runs.last_mut() {
                Some((row, _, to)) if *row == y && *to + 1 == x => *to = x,
                _ => runs.push((y, x, x)),
            }
        }
        runs.sort_unstable_by_key(|(y, from, to)| (*from, *to, *y));
        let mut tall: Vec<(i32, i32, i32, i32)> = Vec::new();
        for (y, from, to) in runs {
            match tall.last_mut() {
                Some((_, top, f, t)) if (*f, *t) == (from, to) && *top + 1 == y => *top = y,
                _ => tall.push((y, y, from, to)),
            }
        }
        tall.into_iter().map(|(bottom, top, from, to)| block((from, bottom), (to, top))).collect()
    }
}

fn cell(at: &Point2<f64>) -> (i32, i32) {
    ((at.x / CELL_M).floor() as i32, (at.y / CELL_M).floor() as i32)
}

/// A cuboid over the cells from one corner to another.
fn block(from: (i32, i32), to: (i32, i32)) -> Block {
    let span =
        |from: i32, to: i32| (f64::from(to - from + 1) * CELL_M, 0.5 * f64::from(from + to + 1) * CELL_M);
    let ((length, x), (width, y)) = (span(from.0, to.0), span(from.1, to.1));
    Block {
        half_m: 0.5 * Vector3::new(length, width, HEIGHT_M),
        world_from_block: Isometry3::from(Translation3::new(x, y, 0.5 * HEIGHT_M)),
        is_obstacle: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wall_is_one_block_and_covers_its_cells() {
        let mut obstacles = Obstacles::default();
        for i in 0..20 {
            for j in 0..3 {
                obstacles.block(&Point2::new(1.0 + 0.05 * f64::from(j) + 0.01, 0.05 * f64::from(i) + 0.01));
            }
        }
        obstacles.block(&Point2::new(-1.0, -1.0));
        let blocks = obstacles.blocks();
        assert_eq!(blocks.len(), 2);
        let distance = |x: f64, y: f64| {
            blocks.iter().map(|block| block.distance_m(&Point2::new(x, y))).fold(f64::INFINITY, f64::min)
        };
        assert_eq!(distance(1.1, 0.5), 0.0);
        assert!((distance(0.5, 0.5) - 0.5).abs() < 1e-9);
        assert!(obstacles.clear(&Point2::new(-1.0, -1.0)) && obstacles.blocks().len() == 1);
    }
}
