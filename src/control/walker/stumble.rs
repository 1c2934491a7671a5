//! A foot in the air meets something that the map does not have: it is raised over it, or put down before it.
//!
//! People do the same: early in a swing they lift the foot over what it hit, late in it they put it down at once and
//! lift the next one higher (Eng, Winter and Patla, "Strategies for recovery from a trip in early and late swing",
//! Experimental Brain Research 102, 1994). What was met is remembered until both feet are past it.

use nalgebra::Vector2;

use super::Walker;
use crate::control::step_planner::ONWARD_S;
use crate::footsteps::StepSource;
use crate::model::Side;
use crate::model::angles::heading;

/// A foot falls this much behind the speed it should have [m/s], and by this share of it, when it has met something.
const BEHIND_M_S: f64 = 0.5;
const BEHIND_SHARE: f64 = 0.5;

/// Time after lift-off before which what a foot feels is what it leaves [s].
const LEAVES_S: f64 = 0.03;

/// Time in which something that a foot runs against stops it [s].
const STOPS_S: f64 = 0.005;

/// How much higher than where it met something a foot is raised [m], and in what time [s].
const RAISE_M: f64 = 0.06;
const RAISE_S: f64 = 0.07;

/// Highest that a foot is raised over the ground [m].
const HIGHEST_M: f64 = 0.16;

/// Time after a reaction before which a foot that is behind only gathers speed [s].
const GATHERS_S: f64 = 0.12;

/// How much later than planned a foot that is raised may come down [s]: later, and it is put down instead.
const LATE_S: f64 = 0.15;

/// How far something that was met may reach on from there [m], and how far before the toes it may lie where the foot
/// went on over it.
const REACHES_M: f64 = 0.1;
const BACK_M: f64 = 0.06;

/// Room that toes and heel leave to it [m], and how near to it toes are that must rise before they go on.
const ROOM_M: f64 = 0.02;
const NEAR_M: f64 = 0.1;

/// Farthest that a foothold is put forward so that the heel does not come down on it [m].
const FORWARD_M: f64 = 0.16;

/// Speed at which a foot is put down [m/s].
const DOWN_M_S: f64 = 0.6;

/// What stops a foot, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Met {
    /// Its toes came up against it.
    Ahead,
    /// It brushes over it.
    Below,
}

/// What a foot has met.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Sill {
    /// Where its front is [m].
    at: Vector2<f64>,
    /// Which way the foot went.
    along: Vector2<f64>,
    /// Height over the ground that clears it [m].
    clear_m: f64,
}

impl Sill {
    /// How far a place lies beyond its front [m].
    fn beyond_m(&self, place: &Vector2<f64>) -> f64 {
        self.along.dot(&(place - self.at))
    }
}

/// What is known of it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Stumble {
    /// Whether the swinging foot has left what it touched.
    airborne: bool,
    /// How long it has felt something [s].
    felt_s: f64,
    /// Time after lift-off of the last reaction [s].
    reacted_s: Option<f64>,
    sill: Option<Sill>,
}

impl Walker {
    /// Whether the swinging foot has met something that the map does not have; on stairs and slopes it may touch.
    pub(super) fn meets(&mut self, swing: Side, touching: bool) -> Option<Met> {
        let f = swing.index();
        if !self.is_flat_ahead() || !self.planner.surface(swing).is_level() {
            return None;
        }
        let clock_s = self.gait.clock_s;
        let feels = touching && self.stumble.airborne;
        self.stumble.airborne |= !touching && clock_s > LEAVES_S;
        self.stumble.felt_s = if touching { self.stumble.felt_s + self.dt_s } else { 0.0 };
        let wanted = self.swing.xy_velocity_m_s();
        let speed = wanted.norm();
        let velocity = self.dynamics.point_velocity(self.foot_bodies[f], &self.soles[f].translation.vector);
        let behind = speed - velocity.xy().dot(&wanted) / speed.max(1e-6);
        let gathers = self.stumble.reacted_s.is_some_and(|at_s| clock_s < at_s + GATHERS_S);
        if !gathers && behind > BEHIND_M_S.max(BEHIND_SHARE * speed) {
            Some(Met::Ahead)
        } else {
            (feels && self.is_sure()).then_some(Met::Below)
        }
    }

    /// Whether what a foot feels has had the time to stop it if it is no ground.
    pub(super) fn is_sure(&self) -> bool {
        self.stumble.felt_s > STOPS_S
    }

    /// Raises the foot that has met something, or puts it down where time is short.
    pub(super) fn get_over(&mut self, swing: Side, met: Met, felt: bool, steps: &mut dyn StepSource) {
        let f = swing.index();
        let sole = self.soles[f];
        let yaw_rad = heading(&sole);
        let along = Vector2::new(yaw_rad.cos(), yaw_rad.sin());
        let ground_m = self.target.translation.z;
        let to_m = (sole.translation.z.max(ground_m) + RAISE_M).min(ground_m + HIGHEST_M);
        let back_m = if met == Met::Below { BACK_M } else { 0.0 };
        let at = sole.translation.vector.xy() + along * (self.half_lengths_m[f] - back_m);
        self.stumble.sill = Some(Sill { at, along, clear_m: to_m - ground_m });
        let clock_s = self.gait.clock_s;
        self.stumble.reacted_s = Some(clock_s);
        self.stumble.airborne = false;
        let lands_s = clock_s + RAISE_S + ONWARD_S;
        if lands_s < self.gait.duration_s + LATE_S {
            self.swing.raise(&sole, to_m, RAISE_S);
            self.gait.duration_s = self.gait.duration_s.max(lands_s);
        } else if felt {
            self.touch_down(swing, steps);
        } else {
            self.swing.put_down(&sole);
            self.target.translation.x = sole.translation.x;
            self.target.translation.y = sole.translation.y;
            let fall_s = (sole.translation.z - ground_m).max(0.0) / DOWN_M_S;
            self.gait.duration_s = clock_s + fall_s.min(self.config.swing.freeze_s);
        }
    }

    /// A foot that leaves goes over what was met, where that lies in its way.
    pub(super) fn mind_sill(&mut self, swing: Side) {
        self.stumble.airborne = false;
        self.stumble.reacted_s = None;
        let Some(sill) = self.stumble.sill else { return };
        let half_m = self.half_lengths_m[swing.index()];
        let from_m = sill.beyond_m(&self.swing.from().translation.vector.xy());
        let stance_m = sill.beyond_m(&self.soles[swing.other().index()].translation.vector.xy());
        let past_m = half_m + REACHES_M;
        if from_m.min(stance_m) > past_m || !self.is_flat_ahead() {
            self.stumble.sill = None;
            return;
        }
        self.step_past_sill(swing);
        let to_m = sill.beyond_m(&self.target.translation.vector.xy());
        if from_m > past_m || to_m < -half_m {
            return;
        }
        if from_m > -half_m - NEAR_M {
            let sole = *self.swing.from();
            self.swing.raise(&sole, self.target.translation.z + sill.clear_m, RAISE_S);
        } else {
            self.swing.clear(sill.clear_m - self.config.swing.clearance_m);
        }
    }

    /// Puts a foothold that lies on what was met beyond it, or before it where that is too far.
    pub(super) fn step_past_sill(&mut self, swing: Side) {
        let Some(sill) = self.stumble.sill else { return };
        let half_m = self.half_lengths_m[swing.index()];
        let to_m = sill.beyond_m(&self.target.translation.vector.xy());
        let (before_m, past_m) = (-half_m - ROOM_M, half_m + REACHES_M);
        if to_m <= before_m || to_m >= past_m {
            return;
        }
        let shift_m = if past_m - to_m <= FORWARD_M { past_m - to_m } else { before_m - to_m };
        let by = sill.along * shift_m;
        self.target.translation.x += by.x;
        self.target.translation.y += by.y;
    }
}
