//! Headings and angles on the ground plane.

use nalgebra::{Isometry3, UnitQuaternion, Vector3};

/// Angle brought into (-pi, pi] [rad].
pub fn wrap(angle_rad: f64) -> f64 {
    let turn = std::f64::consts::TAU;
    let wrapped = (angle_rad + std::f64::consts::PI).rem_euclid(turn) - std::f64::consts::PI;
    if wrapped <= -std::f64::consts::PI { wrapped + turn } else { wrapped }
}

/// Heading of a pose's x axis from the world's [rad].
pub fn heading(pose: &Isometry3<f64>) -> f64 {
    let x = pose.rotation * Vector3::x();
    x.y.atan2(x.x)
}

/// A pose with its tilt taken out: same position, same heading, z up.
pub fn level(pose: &Isometry3<f64>) -> Isometry3<f64> {
    Isometry3::from_parts(
        pose.translation,
        UnitQuaternion::from_axis_angle(&Vector3::z_axis(), heading(pose)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrapped_angles_stay_within_half_a_turn() {
        assert!((wrap(3.5) - (3.5 - std::f64::consts::TAU)).abs() < 1e-12);
        assert!((wrap(-7.0) - (std::f64::consts::TAU - 7.0)).abs() < 1e-12);
        assert_eq!(wrap(1.0), 1.0);
    }
}
