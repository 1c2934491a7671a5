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
    reached: Vec<bool>,
    /// The cells that can be walked to, in the order they were met.
    pub(super) cells: Vec<Index>,
    /// Known cells beside them that are too high or too deep to step to.
    pub(super) blocked: Vec<Index>,
}

impl Reach {
    /// Whether a cell can be walked to.
    pub(super) fn contains(&self, (x, y): Index) -> bool {
        let (x, y) = (x - self.low.0, y - self.low.1);
        let inside = (0..self.side).contains(&x) && (0..self.side).contains(&y);
        inside && self.reached[(y * self.side + x) as usize]
    }

    fn mark(&mut self, index: Index) {
        if !self.contains(index) {
            let (x, y) = (index.0 - self.low.0, index.1 - self.low.1);
            self.reached[(y * self.side + x) as usize] = true;
            self.cells.push(index);
        }
    }

    /// Walks over the map from these cells on.
    pub(super) fn spread(&mut self, map: &ElevationMap, from: &[Index]) {
        (self.low, self.side) = map.extent();
        self.reached.clear();
        self.reached.resize((self.side * self.side) as usize, false);
        self.cells.clear();
        self.blocked.clear();
        for &index in from {
            if map.cell(index).is_some() {
                self.mark(index);
            }
        }
        let mut next = 0;
        while let Some(&(x, y)) = self.cells.get(next) {
            next += 1;
            let Some(here) = map.cell((x, y)) else { continue };
            for (dx, dy) in [(1, 0), (-1, 0), (0, 1), (0, -1)] {
                // The first cell in that direction of which anything is known.
                let seen = (1..=GAP).find_map(|n| {
                    let index = (x + n * dx, y + n * dy);
                    map.cell(index).map(|cell| (index, cell))
                });
                let Some((index, there)) = seen else { continue };
                if (there.at.z - here.at.z).abs() <= STEP_M {
                    self.mark(index);
                } else {
                    self.blocked.push(index);
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
