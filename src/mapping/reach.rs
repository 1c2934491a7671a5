//! What can be walked to from where the robot stands, cell by cell, and what stands in the way.

use super::cells::Index;
use super::elevation::{Cell, ElevationMap, SIDE};
use super::flight::STEP_M;

/// Cells without a sighting that may lie between two that were seen: what an edge hides, 25 cm.
const GAP: i32 = 10;

/// Cells by what can be walked to. All rows are those of the map that was walked over last.
#[derive(Debug, Clone, Default)]
pub(super) struct Reach {
    heights_m: Vec<f64>,
    reached: Vec<bool>,
    /// Known cells beside them that are too high or too deep to step to.
    blocked: Vec<bool>,
    /// Column and row of those that were met, in that order.
    met: Vec<(i32, i32)>,
}

impl Reach {
    fn mark(&mut self, (x, y): (i32, i32)) {
        if !std::mem::replace(&mut self.reached[slot((x, y))], true) {
            self.met.push((x, y));
        }
    }

    /// Walks over the map from these cells on.
    pub(super) fn spread(&mut self, map: &ElevationMap, from: &[Index]) {
        self.heights_m.clear();
        self.heights_m.extend(map.within().map(|cell| cell.map_or(f64::NAN, |cell| cell.at.z)));
        for flags in [&mut self.reached, &mut self.blocked] {
            flags.clear();
            flags.resize(self.heights_m.len(), false);
        }
        self.met.clear();
        let low = map.low();
        for index in from.iter().filter(|index| map.cell(**index).is_some()) {
            self.mark((index.0 - low.0, index.1 - low.1));
        }
        let mut next = 0;
        while let Some(&(x, y)) = self.met.get(next) {
            next += 1;
            let here_m = self.heights_m[slot((x, y))];
            for ((dx, dy), room) in
                [((1, 0), SIDE - 1 - x), ((-1, 0), x), ((0, 1), SIDE - 1 - y), ((0, -1), y)]
            {
                // The first cell in that direction of which anything is known.
                let seen = (1..=GAP.min(room))
                    .map(|n| (x + n * dx, y + n * dy))
                    .find(|at| !self.heights_m[slot(*at)].is_nan());
                let Some(at) = seen else { continue };
                if (self.heights_m[slot(at)] - here_m).abs() <= STEP_M {
                    self.mark(at);
                } else {
                    self.blocked[slot(at)] = true;
                }
            }
        }
    }

    /// Of every cell of the map, row by row, whether it can be walked to.
    pub(super) fn reached(&self) -> &[bool] {
        &self.reached
    }

    /// The cells that can be walked to, row by row.
    pub(super) fn cells<'a>(&'a self, map: &'a ElevationMap) -> impl Iterator<Item = &'a Cell> {
        self.reached.iter().zip(map.within()).filter_map(|(reached, cell)| cell.filter(|_| *reached))
    }

    /// The cells that stand in the way, row by row.
    pub(super) fn obstacles<'a>(&'a self, map: &'a ElevationMap) -> impl Iterator<Item = &'a Cell> {
        let stands = self.blocked.iter().zip(&self.reached).map(|(blocked, reached)| *blocked && !reached);
        stands.zip(map.within()).filter_map(|(stands, cell)| cell.filter(|_| stands))
    }
}

fn slot((x, y): (i32, i32)) -> usize {
    (y * SIDE + x) as usize
}
