//! What a ray meets.

use nalgebra::Vector3;

/// Where a ray meets a surface.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RayHit {
    /// Distance along the ray [m].
    pub range_m: f64,
    /// Outward normal of the surface.
    pub normal: Vector3<f64>,
}
