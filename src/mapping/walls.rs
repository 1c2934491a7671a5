//! Walls as a LiDAR tells them from stairs: what it meets at very different heights over one place.

use std::collections::BTreeMap;

use nalgebra::{Point2, Point3};

/// Edge of a column [m].
const COLUMN_M: f64 = 0.1;

/// Height of a layer [m]; sixteen of them are told apart.
const LAYER_M: f64 = 0.2;

/// Layers between the lowest and the highest hit from which on it is a wall: the steepest stairs rise less
/// between neighbouring columns.
const LAYERS: u32 = 5;

/// Layers in which columns were hit.
#[derive(Debug, Clone, Default)]
pub(super) struct Walls(BTreeMap<(i32, i32), u16>);

impl Walls {
    /// Takes a hit, its height counted from the ground the robot was put down on [m]; whether a wall stands
    /// there.
    pub(super) fn hit(&mut self, at: &Point3<f64>) -> bool {
        let layer = (at.z / LAYER_M).floor();
        if !(0.0..16.0).contains(&layer) {
            return false;
        }
        let (x, y) = column(&at.xy());
        *self.0.entry((x, y)).or_default() |= 1 << layer as u32;
        let round = (-1..=1).flat_map(|dy| (-1..=1).map(move |dx| (x + dx, y + dy)));
        let layers = round.filter_map(|column| self.0.get(&column)).fold(0, |all, layers| all | layers);
        16 - layers.leading_zeros() - layers.trailing_zeros() > LAYERS
    }
}

fn column(at: &Point2<f64>) -> (i32, i32) {
    ((at.x / COLUMN_M).floor() as i32, (at.y / COLUMN_M).floor() as i32)
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
                assert!(!walls.hit(&Point3::new(x, 0.0, z)), "{x} {z}");
            }
        }
        assert!(!walls.hit(&Point3::new(9.0, 0.0, 0.3)));
        assert!(walls.hit(&Point3::new(9.05, 0.02, 1.5)));
    }
}
