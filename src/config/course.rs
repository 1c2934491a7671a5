//! Courses that are drawn anew for every seed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is drawn; its things come behind the scenario's own, and its end is the last goal. Every range is
/// drawn from evenly.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum CourseConfig {
    /// A flight up, a landing, and the same flight down, between walls that leave no other way.
    Flight {
        /// Height of a step, least and largest [m].
        rise_m: (f64, f64),
        /// Depth of a tread, least and largest [m].
        run_m: (f64, f64),
        /// Step measure: twice the rise and the run together, least and largest; it goes before the run's
        /// range no further than that allows [m].
        step_measure_m: (f64, f64),
        /// Steps up, and as many down, fewest and most.
        steps: (usize, usize),
        /// Depth of the landing, least and largest [m].
        landing_m: (f64, f64),
        /// Width of the flight [m].
        width_m: f64,
    },
    /// A staircase up, a landing, and the same down; it turns by a quarter or a half on landings, or is wound round
    /// an axis, wholly or between straight pieces.
    Turning {
        /// Height of a step, least and largest [m].
        rise_m: (f64, f64),
        /// Depth of a tread along the walking line, least and largest [m].
        run_m: (f64, f64),
        /// Step measure: twice the rise and the run together, least and largest; it goes before the run's
        /// range no further than that allows [m].
        step_measure_m: (f64, f64),
        /// Steps of a straight piece, fewest and most; a spiral has as many as two.
        steps: (usize, usize),
        /// Length of the landing on top, least and largest [m].
        landing_m: (f64, f64),
        /// Distance of the walking line from the axis that treads are wound round, least and largest [m].
        radius_m: (f64, f64),
        /// Width of the staircase [m].
        width_m: f64,
    },
    /// A hall in bays one behind the other, each with something in the way: clutter to go round, a wall with
    /// a door, a corridor, or a dead end.
    Hall {
        /// From the start to the goal [m].
        length_m: f64,
        /// Width of the hall [m].
        width_m: f64,
        /// Length of a bay [m].
        bay_m: f64,
        /// Boxes of a bay with clutter.
        boxes: usize,
        /// Room between two boxes, or a box and a wall [m].
        gap_m: f64,
        /// Width of a door [m].
        door_m: f64,
        /// Width of a corridor [m].
        corridor_m: f64,
    },
    /// A hall full of people who walk to and fro between places of their own, round boxes here and there.
    Crowd {
        /// From the start to the goal [m].
        length_m: f64,
        /// Width of the hall [m].
        width_m: f64,
        /// How many people.
        people: usize,
        /// Their walking speed, least and largest [m/s].
        speed_m_s: (f64, f64),
        /// Share of them who do not go out of the robot's way.
        stubborn_share: f64,
        /// How many boxes.
        #[serde(default)]
        boxes: usize,
    },
    /// A long way with flat pieces, clutter, ramps, kerbs and flights of stairs one behind the other in any order.
    Mixed {
        /// From the start to the goal [m].
        length_m: f64,
        /// Width of the hall [m].
        width_m: f64,
        /// Boxes of a piece with clutter.
        boxes: usize,
        /// Room between two boxes, or a box and a wall [m].
        gap_m: f64,
        /// Height of a step, least and largest [m].
        rise_m: (f64, f64),
        /// Depth of a tread, least and largest [m].
        run_m: (f64, f64),
        /// Steps up a flight, and as many down, fewest and most.
        steps: (usize, usize),
        /// Slope of a ramp, least and largest [rad].
        slope_rad: (f64, f64),
        /// People who walk to and fro on each flat piece.
        #[serde(default)]
        people: usize,
    },
}
