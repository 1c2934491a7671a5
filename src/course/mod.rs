//! Courses drawn from a seed: flights of stairs, straight and with turns, halls with things in the way, crowds, and long ways with all of it.
//!
//! In: a scenario with a `course`, and a seed. Out: the scenario as it is run, with the course's things
//! among its features and its end as the last goal. The simulation lays out what it runs; whoever shows or
//! writes a scenario asks here for the same.

mod crowd;
mod flight;
mod hall;
mod mixed;
mod ray_hit;
mod relief;
mod staircase;
mod stones;
mod turning;

use std::borrow::Cow;

pub use ray_hit::RayHit;
pub use relief::Relief;
pub use staircase::{Prism, Staircase, WalkingLine};
pub use stones::{stones, stones_extent_m};

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::config::people::PersonConfig;
use crate::config::scenario::{CommandConfig, Feature, GoalConfig, ScenarioConfig};

/// Stream of the seed that courses are drawn from, apart from all others.
const STREAM: u64 = 2;
/// Height of the walls [m].
const WALL_M: f64 = 3.0;
/// Thickness of the walls [m].
const THICK_M: f64 = 0.2;
/// Room behind the start [m].
const BEHIND_M: f64 = 2.0;

/// What stands there, who walks about, and where the goal is [m].
struct Laid {
    features: Vec<Feature>,
    people: Vec<PersonConfig>,
    goal_m: (f64, f64),
}

/// The scenario with its course drawn; as it is where it has none.
pub fn laid_out(scenario: &ScenarioConfig, seed: u64) -> Cow<'_, ScenarioConfig> {
    let Some(course) = &scenario.course else { return Cow::Borrowed(scenario) };
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(STREAM);
    let laid = flight::lay_out(course, &mut rng).or_else(|| hall::lay_out(course, &mut rng));
    let laid = laid.or_else(|| crowd::lay_out(course, &mut rng));
    let laid = laid.or_else(|| turning::lay_out(course, &mut rng));
    let laid = laid.or_else(|| mixed::lay_out(course, &mut rng));
    let Some(laid) = laid else { return Cow::Borrowed(scenario) };
    let mut scenario = ScenarioConfig { course: None, ..scenario.clone() };
    scenario.terrain.features.extend(laid.features);
    scenario.people.extend(laid.people);
    if let CommandConfig::Goals { goals, .. } = &mut scenario.command {
        match goals.last_mut() {
            Some(last) => last.xy_m = laid.goal_m,
            None => goals.push(GoalConfig::at(laid.goal_m)),
        }
    }
    Cow::Owned(scenario)
}

/// The walls of a room.
fn room(from_m: (f64, f64), to_m: (f64, f64)) -> [Feature; 4] {
    let ((x0, y0), (x1, y1)) = (from_m, to_m);
    [wall((x0, y1), (x1, y1)), wall((x0, y0), (x1, y0)), wall((x0, y0), (x0, y1)), wall((x1, y0), (x1, y1))]
}

fn wall(from_m: (f64, f64), to_m: (f64, f64)) -> Feature {
    Feature::Wall { from_m, to_m, height_m: WALL_M, thickness_m: THICK_M }
}

/// A number drawn evenly from a range, whatever its order, to the centimetre.
fn between(range: (f64, f64), rng: &mut impl Rng) -> f64 {
    rounded(range.0 + (range.1 - range.0) * rng.random::<f64>())
}

/// To the centimetre, as a person would write it.
fn rounded(value_m: f64) -> f64 {
    (value_m * 100.0).round() / 100.0
}
