//! The pelvis lends the legs length on the way down stairs: the side of the foot in the air hangs lower and turns
//! ahead with it.
//!
//! With level hips, a step down of human-sized stairs needs more leg ahead than there is, and more ankle behind
//! than its end stop leaves. Humans make up for it the same way (pelvic obliquity and rotation, two of the
//! determinants of gait: Saunders, Inman, Eberhart 1953).

use nalgebra::{UnitQuaternion, Vector3};

use super::follower::Follower;
use crate::config::controller::BodyConfig;
use crate::model::Side;

/// How the pelvis is tilted and turned against the upright posture.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Pelvis {
    goal_rad: f64,
    angle: Follower,
}

impl Pelvis {
    /// A foot is lifted for a step that stretches the leg so far, 0 to 1.
    pub fn lift_off(&mut self, config: &BodyConfig, swing: Side, stretch: f64) {
        // About x, a negative turn lowers the left hip; about z, it takes it ahead.
        self.goal_rad = -swing.sign() * stretch * config.pelvis_tilt_rad;
    }

    /// Back to upright.
    pub fn stand(&mut self) {
        self.goal_rad = 0.0;
    }

    /// Lets time pass.
    pub fn advance(&mut self, config: &BodyConfig, dt_s: f64) {
        self.angle.follow(self.goal_rad, 0.0, config.pelvis_hz, dt_s);
    }

    /// Orientation, for an upright one with the robot's heading.
    pub fn orientation(&self, upright: &UnitQuaternion<f64>) -> UnitQuaternion<f64> {
        upright * UnitQuaternion::from_euler_angles(self.angle.value, 0.0, self.angle.value)
    }

    /// Angular velocity [rad/s] and acceleration [rad/s^2] of the tilt and the turn, world axes.
    pub fn motion(&self, upright: &UnitQuaternion<f64>) -> (Vector3<f64>, Vector3<f64>) {
        let axis = upright * Vector3::new(1.0, 0.0, 1.0);
        (axis * self.angle.rate, axis * self.angle.acceleration)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_side_that_steps_down_hangs_lower_and_ahead() {
        let config = BodyConfig::default();
        for swing in Side::BOTH {
            let mut pelvis = Pelvis::default();
            pelvis.lift_off(&config, swing, 1.0);
            for _ in 0..600 {
                pelvis.advance(&config, 0.001);
            }
            let hip =
                pelvis.orientation(&UnitQuaternion::identity()) * Vector3::new(0.0, 0.12 * swing.sign(), 0.0);
            assert!(hip.z < -0.01 && hip.x > 0.01, "{swing:?}: {hip}");
        }
    }
}
