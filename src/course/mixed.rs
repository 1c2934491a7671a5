//! A long way with everything on it: flat pieces, clutter, stairs, kerbs and ramps in any order.

use rand::{Rng, RngExt};

use super::hall::{Bay, clutter};
use super::{BEHIND_M, Laid, between, room, rounded, wall};
use crate::config::course::CourseConfig;
use crate::config::people::PersonConfig;
use crate::config::scenario::Feature;

/// From the start to the first piece, and from the goal to the wall behind it [m].
const BEFORE_M: f64 = 2.0;
const BEYOND_M: f64 = 3.0;
/// Length of a flat piece and of one with clutter [m].
const FLAT_M: f64 = 5.0;
const CLUTTER_M: f64 = 6.0;
/// Level way before and behind a flight or a ramp [m].
const APPROACH_M: f64 = 2.0;
/// Width of flights and ramps, and the room between them and the walls beside [m].
const WIDTH_M: (f64, f64) = (1.6, 2.4);
const BESIDE_M: f64 = 0.1;
/// Depth of landings and tops [m].
const LANDING_M: (f64, f64) = (1.2, 2.0);
/// Length of a ramp's ascent [m].
const ASCENT_M: (f64, f64) = (2.0, 3.0);
/// Speeds of people [m/s].
const SPEED_M_S: (f64, f64) = (0.6, 1.2);
/// Nobody goes nearer to a wall than this [m].
const WALL_M: f64 = 0.8;

/// None where the course is another.
pub(super) fn lay_out(course: &CourseConfig, rng: &mut impl Rng) -> Option<Laid> {
    let CourseConfig::Mixed { length_m, width_m, boxes, gap_m, rise_m, run_m, steps, slope_rad, people } =
        *course
    else {
        return None;
    };
    let half_m = 0.5 * width_m;
    let mut laid = Laid {
        features: Vec::from(room((-BEHIND_M, -half_m), (length_m + BEYOND_M, half_m))),
        people: Vec::new(),
        goal_m: (rounded(length_m), 0.0),
    };
    let mut from_m = BEFORE_M;
    loop {
        let at = (rounded(from_m + APPROACH_M), 0.0);
        let (piece, to_m) = match rng.random_range(0..5) {
            0 => (None, from_m + FLAT_M),
            1 => {
                let bay = Bay { from_m, to_m: from_m + CLUTTER_M, half_m };
                if bay.to_m > length_m {
                    break;
                }
                clutter(&mut laid.features, bay, boxes, gap_m, rng);
                from_m = bay.to_m;
                continue;
            }
            2 => ramp(at, between(slope_rad, rng), rng),
            kind => {
                let count = rng.random_range(steps.0.min(steps.1)..=steps.1.max(steps.0)).max(1);
                // A kerb is a flight of one step.
                flight(
                    at,
                    (between(rise_m, rng), between(run_m, rng)),
                    if kind == 3 { 1 } else { count },
                    rng,
                )
            }
        };
        if to_m > length_m {
            break;
        }
        match piece {
            Some(feature) => {
                let half_piece_m = 0.5 * width(&feature) + BESIDE_M;
                laid.features.push(feature);
                let across = rounded(0.5 * (from_m + to_m));
                // In the middle of it, so that the way round is closed.
                for side in [1.0, -1.0] {
                    laid.features.push(wall((across, side * half_piece_m), (across, side * half_m)));
                }
            }
            None => laid.people.extend((0..people).map(|_| person((from_m, to_m), half_m, rng))),
        }
        from_m = to_m;
    }
    Some(laid)
}

/// A flight up and down, and where the piece with it ends [m].
fn flight(
    start_m: (f64, f64),
    (rise_m, run_m): (f64, f64),
    steps: usize,
    rng: &mut impl Rng,
) -> (Option<Feature>, f64) {
    let landing_m = between(LANDING_M, rng);
    let end_m = start_m.0 + 2.0 * (steps - 1) as f64 * run_m + landing_m;
    let width_m = WIDTH_M.0;
    let heading_rad = 0.0;
    let stairs =
        Feature::Stairs { start_m, heading_rad, rise_m, run_m, width_m, steps, landing_m, down: true };
    (Some(stairs), end_m + APPROACH_M)
}

/// A ramp up and down, and where the piece with it ends [m].
fn ramp(start_m: (f64, f64), slope_rad: f64, rng: &mut impl Rng) -> (Option<Feature>, f64) {
    let (length_m, top_m) = (between(ASCENT_M, rng), between(LANDING_M, rng));
    let width_m = WIDTH_M.1;
    let ramp = Feature::Ramp { start_m, heading_rad: 0.0, slope_rad, length_m, width_m, top_m, down: true };
    (Some(ramp), start_m.0 + 2.0 * length_m + top_m + APPROACH_M)
}

fn width(feature: &Feature) -> f64 {
    match feature {
        Feature::Stairs { width_m, .. } | Feature::Ramp { width_m, .. } => *width_m,
        _ => 0.0,
    }
}

/// Someone who walks to and fro across a flat piece.
fn person((from_m, to_m): (f64, f64), half_m: f64, rng: &mut impl Rng) -> PersonConfig {
    let y_m = (half_m - WALL_M).max(0.5);
    let mut place = |side: f64| (between((from_m, to_m), rng), side * between((0.5 * y_m, y_m), rng));
    let places_m = vec![place(1.0), place(-1.0)];
    PersonConfig {
        places_m,
        speed_m_s: between(SPEED_M_S, rng),
        gives_way: true,
        radius_m: 0.23,
        height_m: 1.75,
    }
}
