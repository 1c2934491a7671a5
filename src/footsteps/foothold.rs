//! Footholds, and who names them.

use nalgebra::{Isometry3, UnitQuaternion, Vector2, Vector3};

use crate::model::Side;

/// A foot on the ground.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Support {
    /// Which foot.
    pub side: Side,
    /// Frame at the sole's centre.
    pub world_from_sole: Isometry3<f64>,
}

/// What a sole lies on: how far it reaches, from the sole's centre, and how it slopes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Surface {
    /// Towards the heel and beyond it [m].
    pub behind_m: f64,
    /// Towards the toes and beyond them [m].
    pub ahead_m: f64,
    /// Rise along the world's x and y, a metre on.
    pub slope: Vector2<f64>,
}

impl Surface {
    /// Level ground without an edge.
    pub const WIDE: Self =
        Self { behind_m: f64::INFINITY, ahead_m: f64::INFINITY, slope: Vector2::new(0.0, 0.0) };

    /// Level ground that ends so far behind the sole's centre and ahead of it [m].
    pub fn between(behind_m: f64, ahead_m: f64) -> Self {
        Self { behind_m, ahead_m, ..Self::WIDE }
    }

    /// Ground without an edge that slopes.
    pub fn sloping(slope: Vector2<f64>) -> Self {
        Self { slope, ..Self::WIDE }
    }

    /// Whether it is level.
    pub fn is_level(&self) -> bool {
        self.slope == Vector2::zeros()
    }

    /// Turns what stands upright so that it stands square on the surface.
    pub fn tilt(&self) -> UnitQuaternion<f64> {
        tilt(&self.slope)
    }

    /// The same surface under a sole this much farther ahead [m].
    pub fn seen_from(self, ahead_m: f64) -> Self {
        Self { behind_m: self.behind_m + ahead_m, ahead_m: self.ahead_m - ahead_m, ..self }
    }
}

/// The turn from level to a slope, a metre on along the world's x and y, without a turn about the vertical.
pub fn tilt(slope: &Vector2<f64>) -> UnitQuaternion<f64> {
    UnitQuaternion::from_scaled_axis(
        Vector3::new(slope.y, -slope.x, 0.0).try_normalize(0.0).unwrap_or_default() * slope.norm().atan(),
    )
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
    /// How much higher than both it and the place the foot comes from the ground between them is [m].
    pub bump_m: f64,
    /// How far it may be moved along and across the foot [m]; free within reach where absent.
    pub slack_m: Option<(f64, f64)>,
    /// Rise and run of a step of the flight of stairs that it is part of [m]; none elsewhere.
    pub stair_m: Option<(f64, f64)>,
    /// How far stairs turn to the left from the foothold before it to this one [rad].
    pub turn_rad: f64,
}

impl Foothold {
    /// One on level ground without an edge, free within reach.
    pub fn on_level(side: Side, world_from_sole: Isometry3<f64>) -> Self {
        Self {
            side,
            world_from_sole,
            rise_m: 0.0,
            surface: Surface::WIDE,
            bump_m: 0.0,
            slack_m: None,
            stair_m: None,
            turn_rad: 0.0,
        }
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

/// The plane a flat sole comes to lie on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SoleGround {
    /// Height under the sole's centre [m].
    pub height_m: f64,
    /// Rise along the world's x and y, a metre on.
    pub slope: Vector2<f64>,
    /// How far the ground under the sole is from that plane at most [m].
    pub unevenness_m: f64,
}

/// Names the next footholds.
pub trait StepSource {
    /// Footholds that follow when `support` carries the robot and `other` is the other foot, the
    /// first one for the other foot; none where the robot should stand still. `out` comes empty.
    fn next_steps(&mut self, support: &Support, other: &Support, out: &mut Vec<Foothold>);

    /// The ground under a sole that comes to lie anywhere; none where it is level as far as is known.
    fn ground(&self, _world_from_sole: &Isometry3<f64>) -> Option<SoleGround> {
        None
    }
}
