//! Footholds for a script of body velocities.

use nalgebra::{Isometry3, Translation3, UnitQuaternion, Vector2, Vector3};

use super::foothold::{Foothold, StepSource, Support, WantedMotion};
use crate::config::scenario::VelocityPiece;
use crate::model::Side;
use crate::model::angles::{heading, wrap};

/// Footholds planned ahead.
const AHEAD: usize = 8;

/// Change of the commanded speed [m/s^2] and turn rate [rad/s^2].
const ACCELERATION_M_S2: f64 = 1.0;
const TURN_ACCELERATION_RAD_S2: f64 = 1.6;

/// Slowing down to a stop [m/s^2, rad/s^2]: within a step from a walk.
const STOP_DECELERATION: f64 = 2.5;

/// Way of a step that stops over that of the one before: as far as the body tips on anyhow.
const STOP_SHARE: f64 = 0.85;

/// Correction of the path error a step may carry [m].
const MAX_CORRECTION_M: f64 = 0.05;

/// Lag behind the reference at which it waits for the robot [m].
const MAX_LAG_M: f64 = 0.25;

/// A body velocity.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Velocity {
    forward: f64,
    left: f64,
    turn: f64,
}

impl Velocity {
    fn slew(&mut self, goal: &Velocity, dt: f64) {
        let step = |value: &mut f64, goal: f64, rate: f64| {
            *value += (goal - *value).clamp(-rate * dt, rate * dt);
        };
        let (walk, turn) = if goal.is_zero() {
            (STOP_DECELERATION, STOP_DECELERATION)
        } else {
            (ACCELERATION_M_S2, TURN_ACCELERATION_RAD_S2)
        };
        step(&mut self.forward, goal.forward, walk);
        step(&mut self.left, goal.left, walk);
        step(&mut self.turn, goal.turn, turn);
    }

    fn is_zero(&self) -> bool {
        self.forward.abs() < 1e-3 && self.left.abs() < 1e-3 && self.turn.abs() < 1e-3
    }
}

/// Where the body should be.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Pose {
    x: f64,
    y: f64,
    yaw: f64,
}

impl Pose {
    fn advance(&mut self, v: &Velocity, dt: f64) {
        let (s, c) = (self.yaw + 0.5 * v.turn * dt).sin_cos();
        self.x += (c * v.forward - s * v.left) * dt;
        self.y += (s * v.forward + c * v.left) * dt;
        self.yaw += v.turn * dt;
    }
}

/// Follows a script of velocities by footholds on a reference path that moves with time.
#[derive(Debug, Clone)]
pub struct VelocitySteps {
    script: Vec<VelocityPiece>,
    width_m: f64,
    step_s: f64,
    reference: Pose,
    velocity: Velocity,
    time_s: f64,
    /// Fastest the ground's grip allows [m/s].
    traction_m_s: f64,
    at_rest_steps: usize,
    last_support: Option<Side>,
    /// Whether the steps that are planned lead to a stop: the foot in the air when it was asked for was meant to go on.
    stops: bool,
}

impl VelocitySteps {
    /// A script that starts at this pose; `step_s` is the nominal time of a step.
    pub fn new(script: &[VelocityPiece], start: (f64, f64, f64), width_m: f64, step_s: f64) -> Self {
        Self {
            script: script.to_vec(),
            width_m,
            step_s,
            reference: Pose { x: start.0, y: start.1, yaw: start.2 },
            velocity: Velocity::default(),
            time_s: 0.0,
            traction_m_s: f64::INFINITY,
            at_rest_steps: usize::MAX,
            last_support: None,
            stops: false,
        }
    }

    /// Steps of a robot that already walks with this velocity, from this pose on.
    pub fn taking_over(from: (f64, f64, f64), going: VelocityPiece, width_m: f64, step_s: f64) -> Self {
        let velocity = Velocity { forward: going.forward_m_s, left: going.left_m_s, turn: going.turn_rad_s };
        Self { velocity, at_rest_steps: 0, ..Self::new(&[going], from, width_m, step_s) }
    }

    /// From now on this velocity is asked for, whatever the script said.
    pub fn command(&mut self, asked: VelocityPiece) {
        self.script.clear();
        self.script.push(asked);
    }

    /// Forward speed of the reference at present [m/s].
    pub fn forward_m_s(&self) -> f64 {
        self.velocity.forward
    }

    /// Goes no faster than the ground's grip allows [m/s].
    pub fn mind_traction(&mut self, most_m_s: f64) {
        self.traction_m_s = most_m_s;
    }

    /// Takes another step width and time of a step.
    pub fn set_pace(&mut self, width_m: f64, step_s: f64) {
        (self.width_m, self.step_s) = (width_m, step_s);
    }

    /// Velocity asked at a time; the last piece holds.
    fn asked(&self, time_s: f64) -> Velocity {
        let mut end = 0.0;
        let mut asked = Velocity::default();
        for piece in &self.script {
            end += piece.for_s;
            asked = Velocity { forward: piece.forward_m_s, left: piece.left_m_s, turn: piece.turn_rad_s };
            if time_s < end {
                break;
            }
        }
        let share = (self.traction_m_s / asked.forward.hypot(asked.left)).min(1.0);
        if share < 1.0 {
            asked = Velocity {
                forward: share * asked.forward,
                left: share * asked.left,
                turn: share * asked.turn,
            };
        }
        asked
    }

    /// The commanded velocity as the reference follows it.
    pub fn wanted_motion(&self) -> WantedMotion {
        let (s, c) = self.reference.yaw.sin_cos();
        let Velocity { forward, left, turn } = self.velocity;
        WantedMotion {
            velocity_m_s: Vector2::new(c * forward - s * left, s * forward + c * left),
            turn_rad_s: turn,
        }
    }

    /// Moves the reference on; only while the robot walks.
    pub fn advance(&mut self, dt_s: f64, walking: bool) {
        self.time_s += dt_s;
        if walking {
            let asked = self.asked(self.time_s);
            if self.stops || !asked.is_zero() {
                self.velocity.slew(&asked, dt_s);
            }
            self.reference.advance(&self.velocity, dt_s);
        }
    }
}

impl StepSource for VelocitySteps {
    fn next_steps(&mut self, support: &Support, other: &Support, out: &mut Vec<Foothold>) {
        let asked = self.asked(self.time_s);
        let resting = asked.is_zero() && self.velocity.is_zero();
        if self.last_support != Some(support.side) {
            self.last_support = Some(support.side);
            self.at_rest_steps = if resting { self.at_rest_steps.saturating_add(1) } else { 0 };
            self.stops = asked.is_zero();
        }
        self.stops &= asked.is_zero();
        let side_by_side = {
            let offset = support
                .world_from_sole
                .inverse_transform_point(&other.world_from_sole.translation.vector.into());
            offset.x.abs() < 0.06
        };
        if resting && (self.at_rest_steps >= 1 && side_by_side || self.at_rest_steps == usize::MAX) {
            return;
        }

        // Where the support foot should be: beside the body as it passes over it.
        let beside = |pose: &Pose, side: Side| {
            let (s, c) = pose.yaw.sin_cos();
            let half = 0.5 * self.width_m * side.sign();
            (pose.x - s * half, pose.y + c * half)
        };
        let mut velocity = self.velocity;
        let mut pose = self.reference;
        pose.advance(&velocity, 0.5 * self.step_s);
        let expected = beside(&pose, support.side);
        let at = support.world_from_sole.translation;
        let (s, c) = pose.yaw.sin_cos();
        let (dx, dy) = (at.x - expected.0, at.y - expected.1);
        let mut along = c * dx + s * dy;
        let mut across = -s * dx + c * dy;
        let mut turned = wrap(heading(&support.world_from_sole) - pose.yaw);
        let most_m = if asked.is_zero() { 0.0 } else { MAX_LAG_M };
        if along.abs() > most_m {
            // The robot was held up, pushed on or told to stop: the reference goes on from where it is.
            let shift = along - most_m * along.signum();
            self.reference.x += c * shift;
            self.reference.y += s * shift;
            pose.x += c * shift;
            pose.y += s * shift;
            along -= shift;
        }
        let mut side = support.side;
        for _ in 0..AHEAD {
            side = side.other();
            if self.stops && !velocity.is_zero() {
                pose.advance(&velocity, STOP_SHARE * self.step_s);
                velocity = Velocity::default();
            } else {
                velocity.slew(&asked, self.step_s);
                pose.advance(&velocity, self.step_s);
            }
            let decay = |error: f64, share: f64, most: f64| error - (error * share).clamp(-most, most);
            along = decay(along, 0.4, MAX_CORRECTION_M);
            across = decay(across, 0.5, MAX_CORRECTION_M);
            turned = decay(turned, 0.6, 0.2);
            let (s, c) = pose.yaw.sin_cos();
            let (x, y) = beside(&pose, side);
            let world_from_sole = Isometry3::from_parts(
                Translation3::new(x + c * along - s * across, y + s * along + c * across, 0.0),
                UnitQuaternion::from_axis_angle(&Vector3::z_axis(), pose.yaw + turned),
            );
            out.push(Foothold::on_level(side, world_from_sole));
            if resting {
                // One step to bring the feet together.
                break;
            }
        }
    }
}
