//! Footholds, and who names them.

use nalgebra::{Isometry3, Vector2};

use crate::model::Side;

/// A foot on the ground.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Support {
    /// Which foot.
    pub side: Side,
    /// Frame at the sole's centre.
    pub world_from_sole: Isometry3<f64>,
}

/// How far a level surface reaches under a sole, from the sole's centre [m].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Surface {
    /// Towards the heel and beyond it.
    pub behind_m: f64,
    /// Towards the toes and beyond them.
    pub ahead_m: f64,
}

impl Surface {
    /// Ground without an edge.
    pub const WIDE: Self = Self { behind_m: f64::INFINITY, ahead_m: f64::INFINITY };

    /// The same surface under a sole this much farther ahead [m].
    pub fn seen_from(self, ahead_m: f64) -> Self {
        Self { behind_m: self.behind_m + ahead_m, ahead_m: self.ahead_m - ahead_m }
    }
}

/// A foothold to come.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Foothold {
    /// Which foot.
    pub side: Side,
    /// Frame at the sole's centre, level; its height is not used, `rise_m` is.
    pub world_from_sole: Isometry3<f64>,
    /// Height of its surface over that of the foothold before it [m].
    pub rise_m: f64,
    /// What the sole lies on there: its heel or its toes may stand over an edge.
    pub surface: Surface,
    /// How far it may be moved along and across the foot [m]; free within reach where absent.
    pub slack_m: Option<(f64, f64)>,
    /// Part of a flight of stairs: slower, with its own timing.
    pub on_stairs: bool,
}

impl Foothold {
    /// One on level ground without an edge, free within reach.
    pub fn on_level(side: Side, world_from_sole: Isometry3<f64>) -> Self {
        Self { side, world_from_sole, rise_m: 0.0, surface: Surface::WIDE, slack_m: None, on_stairs: false }
    }
}

/// The motion that footholds are laid for, world frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WantedMotion {
    /// Velocity over the ground [m/s].
    pub velocity_m_s: Vector2<f64>,
    /// Turn to the left [rad/s].
    pub turn_rad_s: f64,
}

/// Names the next footholds.
pub trait StepSource {
    /// Footholds that follow when `support` carries the robot and `other` is the other foot, the
    /// first one for the other foot; none where the robot should stand still. `out` comes empty.
    fn next_steps(&mut self, support: &Support, other: &Support, out: &mut Vec<Foothold>);
}
