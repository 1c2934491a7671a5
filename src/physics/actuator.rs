//! Motors and gears: what torque a joint really gives.

use crate::config::robot::ActuatorConfig;
use crate::model::RobotModel;
use crate::model::actuator::{friction_nm, torque_range_nm};

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
            let (low, high) = torque_range_nm(actuator, speed);
            let motor = if self.cut[i] { 0.0 } else { asked.clamp(low, high) };
            self.motor_nm[i] = motor;
            self.peak_share = self.peak_share.max(motor.abs() / actuator.peak_torque_nm);
            self.joint_nm[i] = motor - friction_nm(actuator, speed);
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
