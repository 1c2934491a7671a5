//! A flight of stairs.

use rand::{Rng, RngExt};

use super::{BEHIND_M, Laid, between, room, rounded, wall};
use crate::config::course::CourseConfig;
use crate::config::scenario::Feature;

/// From the start to the first riser [m].
const BEFORE_M: f64 = 2.5;
/// From the last riser to the goal [m].
const AFTER_M: f64 = 2.5;
/// From the goal to the wall behind it [m].
const BEYOND_M: f64 = 3.0;
/// Half the width of the room [m].
const HALF_ROOM_M: f64 = 5.0;
/// Between the flight and the walls beside it [m].
const BESIDE_M: f64 = 0.1;

/// None where the course is another.
pub(super) fn lay_out(course: &CourseConfig, rng: &mut impl Rng) -> Option<Laid> {
    let CourseConfig::Flight { rise_m, run_m, step_measure_m, steps, landing_m, width_m } = *course else {
        return None;
    };
    let rise = between(rise_m, rng);
    let measure = between(step_measure_m, rng);
    let run = rounded((measure - 2.0 * rise).max(run_m.0).min(run_m.1));
    let steps = rng.random_range(steps.0.min(steps.1)..=steps.1.max(steps.0)).max(1);
    let landing = between(landing_m, rng);

    let end = BEFORE_M + 2.0 * (steps - 1) as f64 * run + landing;
    let goal = rounded(end + AFTER_M);
    // In the middle of the flight, so that the way round is closed.
    let across = rounded(0.5 * (BEFORE_M + end));
    let beside = 0.5 * width_m + BESIDE_M;
    let mut features = vec![
        Feature::Stairs {
            start_m: (BEFORE_M, 0.0),
            heading_rad: 0.0,
            rise_m: rise,
            run_m: run,
            width_m,
            steps,
            landing_m: landing,
            down: true,
        },
        wall((across, beside), (across, HALF_ROOM_M)),
        wall((across, -beside), (across, -HALF_ROOM_M)),
    ];
    features.extend(room((-BEHIND_M, -HALF_ROOM_M), (goal + BEYOND_M, HALF_ROOM_M)));
    Some(Laid { features, people: Vec::new(), goal_m: (goal, 0.0) })
}
