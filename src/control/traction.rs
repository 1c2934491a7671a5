//! How much of the friction it counts on the ground gives, judged by how far standing feet are turned under way.
//!
//! The leg that swings turns the robot about the vertical, and the sole that carries has only its friction against
//! it: where the ground is slippery it turns on the spot long before it slides. Gyroscope and joints tell that at
//! once, whatever the estimate makes of it. A foot that turns further than one does on good ground lowers the
//! friction counted on; every support that holds raises it again.

use nalgebra::Isometry3;

use super::gait::{Gait, Phase};
use crate::model::angles::{heading, wrap};

/// Turn of a foot within one support that is borne on any ground: a walk goes on through it [rad].
const BORNE_RAD: f64 = 0.3;

/// Turn beyond it that lowers the share by a factor of e [rad].
const LOWERS_RAD: f64 = 0.25;

/// Smallest share: what is left must still move the weight.
const LEAST_SHARE: f64 = 0.4;

/// Part of what is missing that a support which holds gives back.
const REGAINED: f64 = 0.1;

/// Lean over a foot that a walk may have, as a share of the friction counted on.
const LEAN_SHARE: f64 = 0.65;

/// The judgement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Traction {
    share: f64,
    /// The support that is watched, by the number of its step.
    support: Option<usize>,
    began_rad: f64,
    /// Farthest turn of its foot so far [rad].
    turned_rad: f64,
}

impl Default for Traction {
    fn default() -> Self {
        Self { share: 1.0, support: None, began_rad: 0.0, turned_rad: 0.0 }
    }
}

impl Traction {
    /// Share of the yaw moment counted on by config, 0 to 1.
    pub fn yaw_share(&self) -> f64 {
        self.share
    }

    /// Share of the friction counted on by config: less is lost of it, for a sole that carries the robot's lean as
    /// well turns long before it slides.
    pub fn friction_share(&self) -> f64 {
        self.share.sqrt()
    }

    /// Looks at the foot that carries alone.
    pub fn observe(&mut self, gait: &Gait, stance_sole: &Isometry3<f64>) {
        if gait.phase != Phase::Single {
            return;
        }
        let yaw_rad = heading(stance_sole);
        let support = gait.steps;
        if self.support != Some(support) {
            if self.support.is_some() && self.turned_rad <= BORNE_RAD {
                self.share += (1.0 - self.share) * REGAINED;
            }
            (self.support, self.began_rad, self.turned_rad) = (Some(support), yaw_rad, 0.0);
        }
        let turned_rad = wrap(yaw_rad - self.began_rad).abs();
        let more_rad = turned_rad - self.turned_rad.max(BORNE_RAD);
        if more_rad > 0.0 {
            self.share = (self.share * (-more_rad / LOWERS_RAD).exp()).max(LEAST_SHARE);
        }
        self.turned_rad = turned_rad.max(self.turned_rad);
    }

    /// Fastest walk [m/s] for a CoM this high over its feet [m] and steps of this time [s]: half a step is as far as
    /// the CoM leans over a foot, and the ground's force leads through it.
    pub fn speed_m_s(&self, friction: f64, height_m: f64, step_s: f64) -> f64 {
        if self.share >= 1.0 {
            return f64::INFINITY;
        }
        2.0 * LEAN_SHARE * self.friction_share() * friction * height_m / step_s
    }
}

#[cfg(test)]
mod tests {
    use nalgebra::Vector3;

    use super::*;
    use crate::model::Side;

    /// A support in which the foot turns that far.
    fn support(traction: &mut Traction, steps: usize, turn_rad: f64) {
        let mut gait = Gait::standing();
        gait.enter(Phase::Single, Side::Left, 0.4);
        gait.steps = steps;
        for i in 0..=10 {
            let yaw_rad = turn_rad * f64::from(i) / 10.0;
            traction.observe(&gait, &Isometry3::rotation(Vector3::z() * yaw_rad));
        }
    }

    #[test]
    fn a_foot_that_turns_far_lowers_it_and_feet_that_hold_raise_it_again() {
        let mut traction = Traction::default();
        support(&mut traction, 1, 0.25);
        assert_eq!(traction.yaw_share(), 1.0);
        assert_eq!(traction.speed_m_s(0.45, 1.0, 0.4), f64::INFINITY);
        support(&mut traction, 2, -(BORNE_RAD + 0.5 * LOWERS_RAD));
        assert!((traction.yaw_share() - (-0.5_f64).exp()).abs() < 1e-9, "{}", traction.yaw_share());
        assert!(
            (traction.speed_m_s(0.45, 1.0, 0.4) - 2.0 * LEAN_SHARE * 0.45 / 0.4 * traction.friction_share())
                .abs()
                < 1e-12
        );
        support(&mut traction, 3, 3.0);
        assert_eq!(traction.yaw_share(), LEAST_SHARE);
        for steps in 4..60 {
            support(&mut traction, steps, 0.05);
        }
        assert!(traction.yaw_share() > 0.95, "{}", traction.yaw_share());
    }
}
