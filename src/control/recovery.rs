//! Steps that catch a standing robot which is pushed off its feet.
//!
//! A robot that stands balances by its CoP alone. The CoP it takes to hold the DCM, `dcm - d` with the
//! disturbance `d` the observer finds, can lie outside what the feet can reach: then only a step helps
//! (capturability, Koolen et al. 2012). Which foot steps and where it is put is the step planner's
//! business, as in every other step; here it is only told to step on the spot until the robot stands again.

use nalgebra::{Isometry3, Translation3, UnitQuaternion, Vector2, Vector3};

use crate::footsteps::{Foothold, Support};
use crate::model::Side;
use crate::model::angles::heading;

/// Steps planned ahead.
const AHEAD: usize = 4;
/// How far outside the feet's reach the CoP must be needed before a step is taken [m].
const OUTSIDE_M: f64 = 0.005;
/// Share of the feet's reach within which the robot has caught itself.
const CAUGHT_SHARE: f64 = 0.6;
/// Feet this near to their places beside each other stand well [m].
const BESIDE_M: f64 = 0.06;

/// Rectangle that the CoP of both feet can reach, in the heading of the feet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reach {
    /// Middle of the feet's CoPs by choice, world [m].
    pub middle: Vector2<f64>,
    /// Mean heading of the feet [rad].
    pub heading_rad: f64,
    /// Half length along and across the heading [m].
    pub half_m: (f64, f64),
}

impl Reach {
    /// How far a CoP lies outside this rectangle scaled by `share` [m]; negative inside.
    pub fn outside_m(&self, cop: &Vector2<f64>, share: f64) -> f64 {
        let local = UnitQuaternion::from_axis_angle(&Vector3::z_axis(), -self.heading_rad)
            * Vector3::new(cop.x - self.middle.x, cop.y - self.middle.y, 0.0);
        (local.x.abs() - share * self.half_m.0).max(local.y.abs() - share * self.half_m.1)
    }
}

/// Whether the robot is catching itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Recovery {
    active: bool,
}

impl Recovery {
    /// Whether it is under way.
    pub fn is_active(&self) -> bool {
        self.active
    }

    /// A standing robot that needs its CoP here begins where its feet do not reach.
    pub fn begin_if_needed(&mut self, cop: &Vector2<f64>, reach: &Reach) -> bool {
        self.active = reach.outside_m(cop, 1.0) > OUTSIDE_M;
        self.active
    }

    /// Ends once the robot is caught and its feet are beside each other, `width_m` apart.
    pub fn end_if_caught(&mut self, cop: &Vector2<f64>, reach: &Reach, feet: [&Support; 2], width_m: f64) {
        let [support, other] = feet;
        let wanted = beside(support, other.side, width_m);
        let off = (other.world_from_sole.translation.vector - wanted.translation.vector).xy().norm();
        if reach.outside_m(cop, CAUGHT_SHARE) < 0.0 && off < BESIDE_M {
            self.active = false;
        }
    }

    /// Steps on the spot, the first one of the foot that does not carry.
    pub fn steps(&self, support: &Support, width_m: f64, out: &mut Vec<Foothold>) {
        let mut foot = *support;
        for _ in 0..AHEAD {
            let side = foot.side.other();
            foot = Support { side, world_from_sole: beside(&foot, side, width_m) };
            out.push(Foothold::on_level(side, foot.world_from_sole));
        }
    }
}

/// Place of one foot beside the other.
fn beside(support: &Support, side: Side, width_m: f64) -> Isometry3<f64> {
    let yaw = heading(&support.world_from_sole);
    let rotation = UnitQuaternion::from_axis_angle(&Vector3::z_axis(), yaw);
    let at =
        support.world_from_sole.translation.vector + rotation * Vector3::new(0.0, side.sign() * width_m, 0.0);
    Isometry3::from_parts(Translation3::from(at), rotation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_push_beyond_the_feet_begins_it_and_standing_well_ends_it() {
        let reach = Reach { middle: Vector2::new(1.0, 2.0), heading_rad: 0.0, half_m: (0.1, 0.15) };
        let mut recovery = Recovery::default();
        assert!(!recovery.begin_if_needed(&Vector2::new(1.09, 2.0), &reach));
        assert!(recovery.begin_if_needed(&Vector2::new(1.0, 2.16), &reach));

        let left = Support { side: Side::Left, world_from_sole: Isometry3::translation(1.0, 2.1, 0.0) };
        let mut steps = Vec::new();
        recovery.steps(&left, 0.2, &mut steps);
        assert_eq!(steps[0].side, Side::Right);
        assert!((steps[0].world_from_sole.translation.y - 1.9).abs() < 1e-12);
        assert!((steps[1].world_from_sole.translation.y - 2.1).abs() < 1e-12);

        let apart = Support { side: Side::Right, world_from_sole: Isometry3::translation(1.3, 1.9, 0.0) };
        recovery.end_if_caught(&reach.middle, &reach, [&left, &apart], 0.2);
        assert!(recovery.is_active(), "one foot ahead is no way to stand");
        let right = Support { side: Side::Right, world_from_sole: steps[0].world_from_sole };
        recovery.end_if_caught(&Vector2::new(1.08, 2.0), &reach, [&left, &right], 0.2);
        assert!(recovery.is_active(), "still on the brink");
        recovery.end_if_caught(&reach.middle, &reach, [&left, &right], 0.2);
        assert!(!recovery.is_active());
    }
}
