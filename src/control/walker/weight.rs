//! The weight: how high the CoM is carried, and how fast it tips.

use nalgebra::{Vector2, Vector3};

use super::Walker;
use crate::control::braking::braking_m_s2;
use crate::control::gait::Phase;
use crate::control::height::{Line, Lowering, MovingHeight};
use crate::model::Side;

impl Walker {
    /// Height of what carries: the stance foot, or the point between the feet that the CoP passes over [m].
    pub(super) fn support_height_m(&self) -> f64 {
        let stance = self.soles[self.gait.stance.index()].translation.z;
        let other = self.soles[self.gait.stance.other().index()].translation.z;
        match self.gait.phase {
            Phase::Stand | Phase::Shift => 0.5 * (stance + other),
            Phase::Double => other + (stance - other) * self.gait.progress(),
            Phase::Single => stance,
        }
    }

    pub(super) fn vertical_acceleration(
        &mut self,
        com: &Vector3<f64>,
        velocity: &Vector3<f64>,
        braking_m_s2: f64,
    ) -> f64 {
        let goal = self.ground_under(com, velocity);
        let body = &self.config.body;
        self.height.follow(goal, body.height_hz, self.dt_s);
        let com = MovingHeight { height_m: com.z, rate_m_s: velocity.z };
        self.height.wanted_m_s2(body, com, self.com_height_m, braking_m_s2, self.gravity_m_s2, self.dt_s)
    }

    /// Acceleration with which the CoM is to tip away from the CoP, a metre off [1/s^2]; `lever` is its height over
    /// what carries [m].
    ///
    /// On stairs it is the one that the plan counts on: there the legs hold the CoM up in some parts of a step and let
    /// it fall in others, and what is asked for to keep its height must not speed the walk up or slow it down. Round a
    /// bend, where friction is short, a sole that carries little cannot hold it.
    pub(super) fn tipping_s2(&self, vertical_m_s2: f64, braking_m_s2: f64, lever: f64) -> f64 {
        if self.plan.first().is_some_and(|step| step.stair_m.is_some() && step.turn_rad == 0.0) {
            let meant_m_s2 = self.height.missing_weight_m_s2() + braking_m_s2;
            self.omega * self.omega * (1.0 + meant_m_s2 / self.gravity_m_s2)
        } else {
            (self.gravity_m_s2 + vertical_m_s2) / lever
        }
    }

    /// What the weight adds to balance [m/s^2], for a CoM this far from the CoP [m].
    pub(super) fn braking(&self, lever: Vector2<f64>) -> f64 {
        let reach_m = self.planner.cop_reach_m(self.gait.stance);
        braking_m_s2(self.left_over, lever, reach_m, self.gravity_m_s2)
    }

    /// The virtual ground under the CoM.
    fn ground_under(&self, com: &Vector3<f64>, velocity: &Vector3<f64>) -> MovingHeight {
        let stance = self.soles[self.gait.stance.index()].translation.vector;
        let other = self.soles[self.gait.stance.other().index()].translation.vector;
        let (before, after) = match self.gait.phase {
            Phase::Stand => return MovingHeight { height_m: self.support_height_m(), rate_m_s: 0.0 },
            Phase::Shift => (other, None),
            Phase::Single => (self.swing.from().translation.vector, Some(self.target.translation.vector)),
            Phase::Double => {
                let next = self.plan.first().map(|step| {
                    let at = step.world_from_sole.translation;
                    Vector3::new(at.x, at.y, stance.z + step.rise_m)
                });
                (other, next)
            }
        };
        let slopes = Side::BOTH.iter().any(|side| !self.planner.surface(*side).is_level());
        let lowering = if slopes { Lowering::Slope } else { Lowering::Stairs(self.config.body.stair_drop_m) };
        Line { before, stance, after }.under(com, velocity, lowering)
    }
}
