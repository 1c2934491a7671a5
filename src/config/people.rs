//! People who walk about in a scenario.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Someone who walks from place to place, round and round.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonConfig {
    /// Where they start, and the places they walk to in turn; after the last one to the first again [m].
    pub places_m: Vec<(f64, f64)>,
    /// Speed where nobody is in their way [m/s].
    pub speed_m_s: f64,
    /// Whether they go out of the robot's way and leave half a metre between; they always do of each other's.
    #[serde(default = "yes")]
    pub gives_way: bool,
    /// Radius of the body [m].
    #[serde(default = "radius")]
    pub radius_m: f64,
    /// Height [m].
    #[serde(default = "height")]
    pub height_m: f64,
}

fn yes() -> bool {
    true
}

/// Half the breadth of shoulders.
fn radius() -> f64 {
    0.23
}

fn height() -> f64 {
    1.72
}
