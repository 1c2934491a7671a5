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

/// A foothold to come.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Foothold {
    /// Which foot.
    pub side: Side,
    /// Frame at the sole's centre, level; its height is not used, `rise_m` is.
    pub world_from_sole: Isometry3<f64>,
    /// Height of its surface over that of the foothold before it [m].
    pub rise_m: f64,
    /// How far it may be moved along and across the foot [m]; free within reach where absent.
    pub slack_m: Option<(f64, f64)>,
    /// Part of a flight of stairs: slower, with its own timing.
    pub on_stairs: bool,
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
