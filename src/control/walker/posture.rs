//! What the whole body is asked to do with trunk, pelvis and limbs beside balance.

use nalgebra::{UnitQuaternion, Vector3};

use super::Walker;
use crate::control::gait::Phase;
use crate::control::limbs::Limb;
use crate::control::orientation;
use crate::control::whole_body::JointTask;
use crate::model::angles::{heading, wrap};
use crate::model::{RobotModel, State};

/// Bandwidth at which the body's heading follows the feet's [1/s].
const HEADING_HZ: f64 = 8.0;

impl Walker {
    /// On stairs that turn the body turns at an even rate: every change of it is a moment on the soles. How far it
    /// still is from the heading that it has at the end of the step [rad], and how fast it turns [rad/s].
    fn turning(&self) -> (f64, f64) {
        let step = self.plan.first().filter(|step| step.turn_rad != 0.0);
        let Some(step) = step else { return (0.0, 0.0) };
        let (single_s, double_s) =
            (self.timing.single_support_for_s(Some(step)), self.timing.double_support_for_s(Some(step)));
        let rate_rad_s = step.turn_rad / (single_s + double_s);
        match self.gait.phase {
            Phase::Single => (rate_rad_s * (single_s - self.gait.clock_s).max(0.0), rate_rad_s),
            Phase::Double => (-rate_rad_s * self.gait.clock_s.min(double_s), rate_rad_s),
            Phase::Stand | Phase::Shift => (0.0, 0.0),
        }
    }

    pub(super) fn set_orientations(&mut self) {
        let towards = match self.gait.phase {
            Phase::Single => self.target,
            _ => self.soles[self.gait.stance.other().index()],
        };
        let stance_yaw = heading(&self.soles[self.gait.stance.index()]);
        let (lag_rad, rate_rad_s) = self.turning();
        let goal = stance_yaw + 0.5 * wrap(heading(&towards) - stance_yaw) - lag_rad;
        let goal = self.yaw.value + wrap(goal - self.yaw.value);
        self.yaw.follow(goal, rate_rad_s, HEADING_HZ, self.dt_s);

        let body = self.config.body;
        if self.gait.phase == Phase::Stand {
            self.pelvis.stand();
        }
        self.pelvis.advance(&body, self.dt_s);
        let upright = UnitQuaternion::from_axis_angle(&Vector3::z_axis(), self.yaw.value);
        let still = (upright, Vector3::zeros(), Vector3::zeros());
        let (tilting, tilted) = self.pelvis.motion(&upright);
        let aims = [still, (self.pelvis.orientation(&upright), tilting, tilted)];
        let weights = &self.config.whole_body;
        let weights =
            [Vector3::new(weights.trunk, weights.trunk, weights.trunk_yaw), Vector3::repeat(weights.pelvis)];
        for ((task, weight), (aim, rate, acceleration)) in
            self.tasks.orientations.iter_mut().zip(weights).zip(aims)
        {
            let index = task.body;
            let actual = self.dynamics.world_from_body(index).rotation;
            let turning = Vector3::new(0.0, 0.0, self.yaw.rate) + rate;
            let wanted = orientation::error(&aim, &actual) * body.orientation_kp
                + (turning - self.dynamics.angular_velocity(index)) * body.orientation_kd
                + Vector3::new(0.0, 0.0, self.yaw.acceleration)
                + acceleration;
            (task.angular, task.weight) = (wanted, weight);
        }
    }

    pub(super) fn set_posture(&mut self, model: &RobotModel, state: &State) {
        let body = &self.config.body;
        let weights = &self.config.whole_body;
        for (j, task) in self.tasks.joints.iter_mut().enumerate() {
            let (kp, kd, weight) = match self.limbs[j] {
                Limb::Leg => (10.0, 6.0, weights.legs),
                Limb::Waist => (100.0, 20.0, weights.waist),
                Limb::Upper => (
                    body.posture_kp,
                    body.posture_kd,
                    weights.arms + weights.arms_aside * self.sideways_m_rad[j].powi(2),
                ),
            };
            let acceleration = kp * (model.posture[j] - state.q[j]) - kd * state.v[6 + j];
            *task = JointTask { acceleration, weight };
        }
    }
}
