//! Walls and tall boxes as they are told from stairs at a distance: what is seen at very different heights
//! over one place.

use std::collections::BTreeMap;

use nalgebra::Point3;

use super::cells::{Index, index_of};

/// Edge of a column [m].
const COLUMN_M: f64 = 0.1;

/// Height of a layer [m].
const LAYER_M: f64 = 0.1;

/// Layers that are told apart.
const COUNT: u32 = 32;

/// Layers between the lowest and the highest hit from which on it is a wall: the steepest stairs rise less
/// between neighbouring columns.
const LAYERS: u32 = 7;

/// Lowest layers over a place that may be ground.
const GROUND: u32 = 2;

/// Layers in which something was seen, a bit each.
#[derive(Debug, Clone, Copy, Default)]
struct Column {
    own: u32,
    /// Over the column itself and the eight round it.
    round: u32,
}

/// What was seen over every column.
#[derive(Debug, Clone, Default)]
pub(super) struct Walls(BTreeMap<Index, Column>);

impl Walls {
    /// Takes a sighting, its height counted from the ground the robot was put down on [m]; whether a wall stands
    /// there.
    pub(super) fn see(&mut self, at: &Point3<f64>) -> bool {
        let layer = (at.z / LAYER_M).floor();
        if !(0.0..f64::from(COUNT)).contains(&layer) {
            return false;
        }
        let (x, y) = index_of(&at.xy(), COLUMN_M);
        let bit = 1 << layer as u32;
        let column = self.0.entry((x, y)).or_default();
        let layers = column.round | bit;
        if column.own & bit == 0 {
            column.own |= bit;
            for (dx, dy) in (-1..=1).flat_map(|dy| (-1..=1).map(move |dx| (dx, dy))) {
                self.0.entry((x + dx, y + dy)).or_default().round |= bit;
            }
        }
        let lowest = layers.trailing_zeros();
        let high = COUNT - layers.leading_zeros() - lowest > LAYERS;
        // The ground beside a wall is none.
        high && layer as u32 >= lowest + GROUND
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wall_is_told_from_the_steepest_stairs() {
        let mut walls = Walls::default();
        for step in 0..20 {
            let (rise, run) = (0.22, 0.21);
            for i in 0..50 {
                let x = 0.01 * f64::from(i % 21) + run * f64::from(step);
                let z = rise * f64::from(step) + if i < 25 { 0.009 * f64::from(i) } else { rise };
                let x = if i < 25 { run * f64::from(step) } else { x };
                assert!(!walls.see(&Point3::new(x, 0.0, z)), "{x} {z}");
            }
        }
        assert!(!walls.see(&Point3::new(9.0, 0.0, 0.3)));
        assert!(walls.see(&Point3::new(9.05, 0.02, 1.5)));
    }
}
