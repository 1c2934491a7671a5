//! What a person did while a run went on: commands and disturbances at their times, so that a run done
//! by hand can be done again.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An action and its time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TimedAction {
    /// When it is done [s]: before the first tick that begins at this time or later.
    pub at_s: f64,
    /// What is done.
    pub action: Action,
}

/// What a person can do to a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Action {
    /// Command a body velocity, which holds until the next command.
    Walk {
        /// Forward speed [m/s].
        #[serde(default)]
        forward_m_s: f64,
        /// Speed to the left [m/s].
        #[serde(default)]
        left_m_s: f64,
        /// Turn to the left [rad/s].
        #[serde(default)]
        turn_rad_s: f64,
    },
    /// Send the robot to a place, by the route the navigation finds from where it is.
    GoTo {
        /// Where [m].
        xy_m: (f64, f64),
        /// Walking speed where the way is free [m/s].
        #[serde(default = "walking_speed")]
        speed_m_s: f64,
    },
    /// Take hold of a link by a damped spring between a point of it and a hand; a hand that moves is
    /// a `Pull` again, of the same link and point.
    Pull {
        /// Link that is held.
        link: String,
        /// Where, in the link's frame [m].
        at_m: [f64; 3],
        /// Where the hand is, in the world [m].
        hand_m: [f64; 3],
    },
    /// Let go of the link.
    LetGo,
    /// Throw a box into the world.
    Throw {
        /// Where its centre starts [m].
        from_m: [f64; 3],
        /// How fast it starts [m/s].
        velocity_m_s: [f64; 3],
        /// Full size [m].
        size_m: [f64; 3],
        /// Mass [kg].
        mass_kg: f64,
    },
    /// Put a box of the terrain to another place.
    MoveBox {
        /// Index in `terrain.features`.
        feature: usize,
        /// Centre of its footprint [m].
        center_m: (f64, f64),
    },
    /// Change a number of the robot's controller.
    Set {
        /// Such as `robot.controller.gait.single_support_s`.
        path: String,
        /// Its new value.
        value: f64,
    },
}

fn walking_speed() -> f64 {
    1.0
}
