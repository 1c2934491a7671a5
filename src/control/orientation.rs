//! Orientation errors.

use nalgebra::{UnitQuaternion, Vector3};

/// Rotation vector that turns `actual` into `wanted`, world axes [rad].
pub fn error(wanted: &UnitQuaternion<f64>, actual: &UnitQuaternion<f64>) -> Vector3<f64> {
    (wanted * actual.inverse()).scaled_axis()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_turns_actual_into_wanted() {
        let actual = UnitQuaternion::from_euler_angles(0.1, 0.2, 0.3);
        let wanted = UnitQuaternion::from_euler_angles(-0.2, 0.1, 1.0);
        let turned = UnitQuaternion::from_scaled_axis(error(&wanted, &actual)) * actual;
        assert!(turned.angle_to(&wanted) < 1e-12);
    }
}
