//! Orientation errors.

use nalgebra::{UnitQuaternion, Vector3};

/// Rotation vector that turns `actual` into `wanted`, world axes [rad].
pub fn error(wanted: &UnitQuaternion<f64>, actual: &UnitQuaternion<f64>) -> Vector3<f64> {
    (wanted * actual.inverse()).scaled_axis()
}

/// Angle brought into (-pi, pi] [rad].
pub fn wrap(angle_rad: f64) -> f64 {
    let turn = std::f64::consts::TAU;
    let wrapped = (angle_rad + std::f64::consts::PI).rem_euclid(turn) - std::f64::consts::PI;
    if wrapped <= -std::f64::consts::PI { wrapped + turn } else { wrapped }
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

    #[test]
    fn error_turns_actual_into_wanted() {
        let actual = UnitQuaternion::from_euler_angles(0.1, 0.2, 0.3);
        let wanted = UnitQuaternion::from_euler_angles(-0.2, 0.1, 1.0);
        let turned = UnitQuaternion::from_scaled_axis(error(&wanted, &actual)) * actual;
        assert!(turned.angle_to(&wanted) < 1e-12);
    }
}
