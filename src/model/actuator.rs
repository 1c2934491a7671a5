//! The law of an actuator: torque-speed line and friction.

use crate::config::robot::ActuatorConfig;

/// Speed over which Coulomb friction changes sign [rad/s]; a step would chatter at a fixed time step.
const COULOMB_BLEND_RAD_S: f64 = 0.1;

/// Torques an actuator can give at a speed, lowest and highest [N m].
///
/// Full torque up to the corner speed, then a straight line to zero at the maximum speed; braking
/// always has the full torque.
pub fn torque_range_nm(actuator: &ActuatorConfig, speed_rad_s: f64) -> (f64, f64) {
    let drive = |speed: f64| {
        let span = (actuator.max_speed_rad_s - actuator.corner_speed_rad_s).max(1e-6);
        actuator.peak_torque_nm * ((actuator.max_speed_rad_s - speed) / span).clamp(0.0, 1.0)
    };
    (-drive(-speed_rad_s), drive(speed_rad_s))
}

/// Friction of motor and gear against the motion [N m].
pub fn friction_nm(actuator: &ActuatorConfig, speed_rad_s: f64) -> f64 {
    actuator.viscous_nms * speed_rad_s + actuator.coulomb_nm * (speed_rad_s / COULOMB_BLEND_RAD_S).tanh()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn knee() -> ActuatorConfig {
        ActuatorConfig {
            peak_torque_nm: 400.0,
            max_speed_rad_s: 20.0,
            corner_speed_rad_s: 12.0,
            gear: 18.0,
            rotor_inertia_kgm2: 3e-4,
            viscous_nms: 0.1,
            coulomb_nm: 2.0,
        }
    }

    #[test]
    fn torque_falls_to_zero_at_the_maximum_speed_only_when_driving() {
        assert_eq!(torque_range_nm(&knee(), 0.0), (-400.0, 400.0));
        assert_eq!(torque_range_nm(&knee(), 16.0), (-400.0, 200.0));
        assert_eq!(torque_range_nm(&knee(), 25.0), (-400.0, 0.0));
        assert_eq!(torque_range_nm(&knee(), -25.0), (0.0, 400.0));
    }

    #[test]
    fn friction_opposes_motion() {
        assert!(friction_nm(&knee(), 3.0) > 2.0);
        assert!((friction_nm(&knee(), -3.0) + friction_nm(&knee(), 3.0)).abs() < 1e-12);
        assert_eq!(friction_nm(&knee(), 0.0), 0.0);
    }
}
