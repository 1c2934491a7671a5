//! A part of the floor with a nature of its own.

use nalgebra::{Isometry2, Point2, Vector2};

/// A rectangle seen from above.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rectangle {
    pub(super) world_from_local: Isometry2<f64>,
    /// Half of its size [m].
    pub(super) half_m: (f64, f64),
}

impl Rectangle {
    /// Round a place, with a full size [m] and the heading of its x [rad].
    pub(super) fn new(center_m: (f64, f64), size_m: (f64, f64), yaw_rad: f64) -> Self {
        Self {
            world_from_local: Isometry2::new(Vector2::new(center_m.0, center_m.1), yaw_rad),
            half_m: (0.5 * size_m.0, 0.5 * size_m.1),
        }
    }

    pub(super) fn contains(&self, place: &Point2<f64>) -> bool {
        let local = self.world_from_local.inverse_transform_point(place);
        local.x.abs() <= self.half_m.0 && local.y.abs() <= self.half_m.1
    }
}
