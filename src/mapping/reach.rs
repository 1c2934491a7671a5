//! What can be walked to from where the robot stands, cell by cell, and what stands in the way.

use super::cells::Index;
use super::elevation::ElevationMap;
use super::flight::STEP_M;

/// Cells without a sighting that may lie between two that were seen: what an edge hides, 25 cm.
const GAP: i32 = 10;

/// Cells by what can be walked to.
#[derive(Debug, Clone, Default)]
pub(super) struct Reach {
    low: Index,
    side: i32,
    heights_m: Vec<f64>,
    reached: Vec<bool>,
    /// The cells that can be walked to, in the order they were met.
    pub(super) cells: Vec<Index>,
    /// Known cells beside them that are too high or too deep to step to.
    pub(super) blocked: Vec<Index>,
}

impl Reach {
    /// Where a cell is kept; none where it lies outside.
    fn slot(&self, (x, y): Index) -> Option<usize> {
        let (x, y) = (x - self.low.0, y - self.low.1);
        let inside = (0..self.side).contains(&x) && (0..self.side).contains(&y);
        inside.then_some((y * self.side + x) as usize)
    }

    fn index(&self, slot: usize) -> Index {
        let slot = slot as i32;
        (self.low.0 + slot % self.side, self.low.1 + slot / self.side)
    }

    /// Whether a cell can be walked to.
    pub(super) fn contains(&self, index: Index) -> bool {
        self.slot(index).is_some_and(|slot| self.reached[slot])
    }

    fn mark(&mut self, slot: usize) {
        if !std::mem::replace(&mut self.reached[slot], true) {
            self.cells.push(self.index(slot));
        }
    }

    /// Walks over the map from these cells on.
    pub(super) fn spread(&mut self, map: &ElevationMap, from: &[Index]) {
        (self.low, self.side) = map.extent();
        map.write_heights(&mut self.heights_m);
        self.reached.clear();
        self.reached.resize(self.heights_m.len(), false);
        self.cells.clear();
        self.blocked.clear();
        for index in from {
            if let Some(slot) = self.slot(*index).filter(|slot| !self.heights_m[*slot].is_nan()) {
                self.mark(slot);
            }
        }
        let (row, last) = (self.side as isize, self.side - 1);
        let mut next = 0;
        while let Some(&(x, y)) = self.cells.get(next) {
            next += 1;
            let (x, y) = (x - self.low.0, y - self.low.1);
            let at = (y * self.side + x) as usize;
            let here_m = self.heights_m[at];
            for (step, room) in [(1, last - x), (-1, x), (row, last - y), (-row, y)] {
                // The first cell in that direction of which anything is known.
                let seen = (1..=GAP.min(room) as isize)
                    .map(|n| at.wrapping_add_signed(n * step))
                    .find(|slot| !self.heights_m[*slot].is_nan());
                let Some(slot) = seen else { continue };
                if (self.heights_m[slot] - here_m).abs() <= STEP_M {
                    self.mark(slot);
                } else {
                    self.blocked.push(self.index(slot));
                }
            }
        }
        let mut blocked = std::mem::take(&mut self.blocked);
        blocked.sort_unstable();
        blocked.dedup();
        blocked.retain(|index| !self.contains(*index));
        self.blocked = blocked;
    }
}
