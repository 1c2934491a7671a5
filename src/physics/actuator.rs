//! Motors and gears: what torque a joint really gives.

use crate::config::robot::ActuatorConfig;
use crate::model::RobotModel;

/// Speed over which Coulomb friction changes sign [rad/s]; a step would chatter at a fixed time step.
const COULOMB_BLEND_RAD_S: f64 = 0.1;

/// The actuators of a robot, one a joint.
#[derive(Debug, Clone)]
pub struct Actuators {
    joints: Vec<ActuatorConfig>,
    cut: Vec<bool>,
    motor_nm: Vec<f64>,
    joint_nm: Vec<f64>,
    peak_share: f64,
}

impl Actuators {
    /// Actuators of a model, all working.
    pub fn new(model: &RobotModel) -> Self {
        let joints: Vec<_> = model.bodies.iter().skip(1).map(|body| body.actuator).collect();
        let n = joints.len();
        Self { joints, cut: vec![false; n], motor_nm: vec![0.0; n], joint_nm: vec![0.0; n], peak_share: 0.0 }
    }

    /// From now on this joint gives no torque of its own; its friction stays.
    pub fn cut(&mut self, joint: usize) {
        if let Some(cut) = self.cut.get_mut(joint) {
            *cut = true;
        }
    }

    /// Turns asked torques into what the joints give at their speeds: limited by the torque-speed
    /// line, less viscous and Coulomb friction [N m].
    pub fn apply(&mut self, asked_nm: &[f64], speeds_rad_s: &[f64]) -> &[f64] {
        for (i, actuator) in self.joints.iter().enumerate() {
            let speed = speeds_rad_s[i];
            let asked = if asked_nm[i].is_finite() { asked_nm[i] } else { 0.0 };
            let (low, high) = torque_range(actuator, speed);
            let motor = if self.cut[i] { 0.0 } else { asked.clamp(low, high) };
            self.motor_nm[i] = motor;
            self.peak_share = self.peak_share.max(motor.abs() / actuator.peak_torque_nm);
            self.joint_nm[i] = motor - friction(actuator, speed);
        }
        &self.joint_nm
    }

    /// Motor torques of the last step, before friction [N m].
    pub fn motor_nm(&self) -> &[f64] {
        &self.motor_nm
    }

    /// Largest share of a joint's peak torque used so far.
    pub fn peak_share(&self) -> f64 {
        self.peak_share
    }
}

/// Torques an actuator can give at a speed, lowest and highest [N m].
///
/// Full torque up to the corner speed, then a straight line to zero at the maximum speed; braking
/// always has the full torque.
pub fn torque_range(actuator: &ActuatorConfig, speed_rad_s: f64) -> (f64, f64) {
    let drive = |speed: f64| {
        let span = (actuator.max_speed_rad_s - actuator.corner_speed_rad_s).max(1e-6);
        actuator.peak_torque_nm * ((actuator.max_speed_rad_s - speed) / span).clamp(0.0, 1.0)
    };
    (-drive(-speed_rad_s), drive(speed_rad_s))
}

/// Friction of motor and gear against the motion [N m].
pub fn friction(actuator: &ActuatorConfig, speed_rad_s: f64) -> f64 {
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
        assert_eq!(torque_range(&knee(), 0.0), (-400.0, 400.0));
        assert_eq!(torque_range(&knee(), 16.0), (-400.0, 200.0));
        assert_eq!(torque_range(&knee(), 25.0), (-400.0, 0.0));
        assert_eq!(torque_range(&knee(), -25.0), (0.0, 400.0));
    }

    #[test]
    fn friction_opposes_motion() {
        assert!(friction(&knee(), 3.0) > 2.0);
        assert!((friction(&knee(), -3.0) + friction(&knee(), 3.0)).abs() < 1e-12);
        assert_eq!(friction(&knee(), 0.0), 0.0);
    }
}
