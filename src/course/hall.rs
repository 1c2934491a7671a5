//! A hall with something in the way in every bay.

use rand::{Rng, RngExt};

use super::{BEHIND_M, Laid, THICK_M, between, room, rounded, wall};
use crate::config::course::CourseConfig;
use crate::config::scenario::Feature;

/// From the start to the first bay [m].
const BEFORE_M: f64 = 2.0;
/// From the goal to the wall behind it, and the end of the last bay to the goal at least [m].
const BEYOND_M: f64 = 3.0;
/// Shortest bay [m].
const LEAST_BAY_M: f64 = 2.0;
/// Free part of a bay at either end [m].
const MARGIN_M: f64 = 0.8;
/// Smallest and largest side of a box, and its height [m].
const SIDE_M: (f64, f64) = (0.4, 1.0);
const HEIGHT_M: (f64, f64) = (0.5, 1.2);
/// Inner width and depth of a dead end [m].
const DEAD_END_M: (f64, f64) = (2.2, 2.0);
/// Height of its walls [m].
const LOW_M: f64 = 1.2;
/// Draws for a box before it is left out.
const TRIES: usize = 30;

/// A bay: from where to where [m], and half the hall's width.
#[derive(Clone, Copy)]
pub(super) struct Bay {
    pub(super) from_m: f64,
    pub(super) to_m: f64,
    pub(super) half_m: f64,
}

/// None where the course is another.
pub(super) fn lay_out(course: &CourseConfig, rng: &mut impl Rng) -> Option<Laid> {
    let CourseConfig::Hall { length_m, width_m, bay_m, boxes, gap_m, door_m, corridor_m } = *course else {
        return None;
    };
    let (half_m, bay_m) = (0.5 * width_m, bay_m.max(LEAST_BAY_M));
    let mut features = Vec::from(room((-BEHIND_M, -half_m), (length_m + BEYOND_M, half_m)));
    let mut from_m = BEFORE_M;
    while from_m + bay_m <= length_m - 0.5 * BEYOND_M {
        let bay = Bay { from_m, to_m: from_m + bay_m, half_m };
        match rng.random_range(0..5) {
            0 => door(&mut features, bay, door_m, rng),
            1 => corridor(&mut features, bay, corridor_m, rng),
            2 => dead_end(&mut features, bay, rng),
            _ => clutter(&mut features, bay, boxes, gap_m, rng),
        }
        from_m += bay_m;
    }
    let goal_y = between((-0.3 * half_m, 0.3 * half_m), rng);
    Some(Laid { features, people: Vec::new(), goal_m: (rounded(length_m), goal_y) })
}

/// Boxes with room between them and to the walls.
pub(super) fn clutter(features: &mut Vec<Feature>, bay: Bay, boxes: usize, gap_m: f64, rng: &mut impl Rng) {
    // Centre and radius of the circle round each.
    let mut taken: Vec<((f64, f64), f64)> = Vec::with_capacity(boxes);
    for _ in 0..boxes {
        for _ in 0..TRIES {
            let size_m = (between(SIDE_M, rng), between(SIDE_M, rng), between(HEIGHT_M, rng));
            let radius = 0.5 * size_m.0.hypot(size_m.1);
            let (x0, x1) = (bay.from_m + 0.5 * gap_m + radius, bay.to_m - 0.5 * gap_m - radius);
            let y1 = bay.half_m - gap_m - radius;
            if x0 >= x1 || y1 <= 0.0 {
                break;
            }
            let center_m = (between((x0, x1), rng), between((-y1, y1), rng));
            let yaw_rad = between((0.0, std::f64::consts::PI), rng);
            let apart = |other: &((f64, f64), f64)| {
                (other.0.0 - center_m.0).hypot(other.0.1 - center_m.1) >= other.1 + radius + gap_m
            };
            if taken.iter().all(apart) {
                taken.push((center_m, radius));
                features.push(Feature::Box { center_m, size_m, yaw_rad });
                break;
            }
        }
    }
}

/// A wall across with a door in it.
fn door(features: &mut Vec<Feature>, bay: Bay, door_m: f64, rng: &mut impl Rng) {
    let x = between((bay.from_m + MARGIN_M, bay.to_m - MARGIN_M), rng);
    let [low, high] = opening(bay, door_m, rng);
    features.extend([wall((x, -bay.half_m), (x, low)), wall((x, high), (x, bay.half_m))]);
}

/// A wall across, and a corridor through it.
fn corridor(features: &mut Vec<Feature>, bay: Bay, corridor_m: f64, rng: &mut impl Rng) {
    let (x0, x1) = (rounded(bay.from_m + MARGIN_M), rounded(bay.to_m - MARGIN_M));
    let [low, high] = opening(bay, corridor_m + THICK_M, rng);
    features.extend([
        wall((x0, -bay.half_m), (x0, low)),
        wall((x0, high), (x0, bay.half_m)),
        wall((x0, low), (x1, low)),
        wall((x0, high), (x1, high)),
    ]);
}

/// Three walls, open towards the start.
fn dead_end(features: &mut Vec<Feature>, bay: Bay, rng: &mut impl Rng) {
    let (width, depth) = DEAD_END_M;
    let x = rounded(bay.from_m + MARGIN_M);
    // Near the middle, where the straight way leads, and with a way round.
    let reach = (0.25 * bay.half_m).min((bay.half_m - 0.5 * width - 1.0).max(0.0));
    let y = between((-reach, reach), rng);
    let low = |from_m, to_m| Feature::Wall { from_m, to_m, height_m: LOW_M, thickness_m: 0.1 };
    let (left, right) = (rounded(y + 0.5 * width), rounded(y - 0.5 * width));
    let end = rounded((x + depth).min(bay.to_m - 0.5 * MARGIN_M));
    features.extend([
        low((x, left), (end, left)),
        low((x, right), (end, right)),
        low((end, right), (end, left)),
    ]);
}

/// Lower and upper edge of an opening somewhere across a bay.
fn opening(bay: Bay, width_m: f64, rng: &mut impl Rng) -> [f64; 2] {
    let reach = 0.5 * bay.half_m;
    let y = between((-reach, reach), rng);
    [rounded(y - 0.5 * width_m), rounded(y + 0.5 * width_m)]
}
