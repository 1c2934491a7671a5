//! The pelvis lends the legs length on stairs: the side of the foot in the air hangs lower where that foot lands
//! lower, rises where it lands higher, and turns ahead with it.
//!
//! With level hips, a step down of human-sized stairs needs more leg ahead than there is, and more ankle behind
//! than its end stop leaves. Humans make up for it the same way (pelvic obliquity and rotation, two of the
//! determinants of gait: Saunders, Inman, Eberhart 1953).

use nalgebra::{UnitQuaternion, Vector3};

use super::follower::Follower;
use crate::config::controller::BodyConfig;
use crate::model::{RobotModel, Side};

/// Distance between the hips where a robot's legs have none to be found [m].
const USUAL_WIDTH_M: f64 = 0.2;

/// How the pelvis is tilted and turned against the upright posture.
#[derive(Debug, Clone)]
pub struct Pelvis {
    hips_apart_m: f64,
    goal_tilt_rad: f64,
    goal_turn_rad: f64,
    tilt: Follower,
    turn: Follower,
}

impl Pelvis {
    /// Upright.
    pub fn new(model: &RobotModel) -> Self {
        let hip = |side| {
            let knee = model.knee(side)?;
            Some(model.root_from_body(knee.hip, &model.posture).translation.vector)
        };
        let hips_apart_m = match (hip(Side::Left), hip(Side::Right)) {
            (Some(left), Some(right)) => (left - right).y.abs().max(0.05),
            _ => USUAL_WIDTH_M,
        };
        Self {
            hips_apart_m,
            goal_tilt_rad: 0.0,
            goal_turn_rad: 0.0,
            tilt: Follower::default(),
            turn: Follower::default(),
        }
    }

    /// A foot is lifted that will land so much higher than the one that stands [m].
    pub fn lift_off(&mut self, config: &BodyConfig, swing: Side, rise_m: f64) {
        let most = config.pelvis_tilt_rad;
        let tilt = (config.pelvis_share * rise_m / self.hips_apart_m).clamp(-most, most);
        // About x, a positive turn lifts the left hip; about z, a negative one takes it ahead.
        self.goal_tilt_rad = swing.sign() * tilt;
        self.goal_turn_rad = -swing.sign() * tilt.abs();
    }

    /// Back to upright.
    pub fn stand(&mut self) {
        (self.goal_tilt_rad, self.goal_turn_rad) = (0.0, 0.0);
    }

    /// Lets time pass.
    pub fn advance(&mut self, config: &BodyConfig, dt_s: f64) {
        self.tilt.follow(self.goal_tilt_rad, 0.0, config.pelvis_hz, dt_s);
        self.turn.follow(self.goal_turn_rad, 0.0, config.pelvis_hz, dt_s);
    }

    /// Orientation, for an upright one with the robot's heading.
    pub fn orientation(&self, upright: &UnitQuaternion<f64>) -> UnitQuaternion<f64> {
        upright * UnitQuaternion::from_euler_angles(self.tilt.value, 0.0, self.turn.value)
    }

    /// Angular velocity [rad/s] and acceleration [rad/s^2] of the tilt and the turn, world axes.
    pub fn motion(&self, upright: &UnitQuaternion<f64>) -> (Vector3<f64>, Vector3<f64>) {
        let world = |about_x: f64, about_z: f64| upright * Vector3::new(about_x, 0.0, about_z);
        (world(self.tilt.rate, self.turn.rate), world(self.tilt.acceleration, self.turn.acceleration))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_side_that_steps_down_hangs_lower_and_ahead() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/configs/robots/healthy_loong.ron");
        let loaded = crate::config::load_robot(path.as_ref()).expect("the robot loads");
        let model = RobotModel::build(&loaded.config).expect("a robot");
        let config = BodyConfig::default();
        for (swing, rise_m) in [(Side::Left, -0.17), (Side::Right, -0.17), (Side::Left, 0.17)] {
            let mut pelvis = Pelvis::new(&model);
            pelvis.lift_off(&config, swing, rise_m);
            for _ in 0..600 {
                pelvis.advance(&config, 0.001);
            }
            let half_m = 0.5 * pelvis.hips_apart_m;
            let hip = pelvis.orientation(&UnitQuaternion::identity())
                * Vector3::new(0.0, half_m * swing.sign(), 0.0);
            assert!(hip.z * rise_m > 0.0 && hip.z.abs() > 0.01, "{swing:?} {rise_m}: {hip}");
            assert!(hip.x > 0.01, "{swing:?} {rise_m}: {hip}");
        }
    }
}
