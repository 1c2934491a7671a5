//! A hall full of people.

use rand::{Rng, RngExt};

use super::{BEHIND_M, Laid, between, room, rounded};
use crate::config::course::CourseConfig;
use crate::config::people::PersonConfig;
use crate::config::scenario::Feature;

/// From the goal to the wall behind it [m].
const BEYOND_M: f64 = 3.0;
/// Nobody goes nearer to the start or the goal than this, nor to a wall [m].
const ENDS_M: f64 = 2.5;
const WALL_M: f64 = 0.8;
/// Places that someone walks between, and the least way from one to the next [m].
const PLACES: usize = 3;
const LEAST_WAY_M: f64 = 4.0;
/// Smallest and largest side of a box, its height, and the room round it [m].
const SIDE_M: (f64, f64) = (0.4, 0.9);
const HEIGHT_M: (f64, f64) = (0.5, 1.2);
const GAP_M: f64 = 1.6;
/// Room between a box and the line someone walks along [m].
const BESIDE_M: f64 = 0.5;
/// Radius and height of people [m].
const RADIUS_M: (f64, f64) = (0.2, 0.26);
const TALL_M: (f64, f64) = (1.5, 1.9);
/// Draws for a box, and for someone's places, before they are left out.
const TRIES: usize = 60;
const PLACE_TRIES: usize = 2000;

/// A box's centre and the radius of the circle round it [m].
type Round = ((f64, f64), f64);

/// None where the course is another.
pub(super) fn lay_out(course: &CourseConfig, rng: &mut impl Rng) -> Option<Laid> {
    let CourseConfig::Crowd { length_m, width_m, people, speed_m_s, stubborn_share, boxes } = *course else {
        return None;
    };
    let half_m = 0.5 * width_m;
    let mut features = Vec::from(room((-BEHIND_M, -half_m), (length_m + BEYOND_M, half_m)));
    // At least a metre to walk in, however small the hall.
    let (x1, y1) = ((length_m - ENDS_M).max(ENDS_M + 1.0), (half_m - WALL_M).max(0.5));
    let area = ((ENDS_M, x1), (-y1, y1));
    let mut taken: Vec<Round> = Vec::with_capacity(boxes);
    for _ in 0..boxes {
        place_box(&mut features, &mut taken, area, rng);
    }
    let people = (0..people).filter_map(|_| {
        let places_m = places(&taken, area, rng)?;
        Some(PersonConfig {
            places_m,
            speed_m_s: between(speed_m_s, rng),
            gives_way: rng.random::<f64>() >= stubborn_share,
            radius_m: between(RADIUS_M, rng),
            height_m: between(TALL_M, rng),
        })
    });
    let people = people.collect();
    let goal_y = between((-0.3 * half_m, 0.3 * half_m), rng);
    Some(Laid { features, people, goal_m: (rounded(length_m), goal_y) })
}

fn place_box(
    features: &mut Vec<Feature>,
    taken: &mut Vec<Round>,
    (x, y): ((f64, f64), (f64, f64)),
    rng: &mut impl Rng,
) {
    for _ in 0..TRIES {
        let size_m = (between(SIDE_M, rng), between(SIDE_M, rng), between(HEIGHT_M, rng));
        let radius = 0.5 * size_m.0.hypot(size_m.1);
        let center_m = (between(x, rng), between(y, rng));
        let yaw_rad = between((0.0, std::f64::consts::PI), rng);
        if taken.iter().all(|other| distance(other.0, center_m) >= other.1 + radius + GAP_M) {
            taken.push((center_m, radius));
            features.push(Feature::Box { center_m, size_m, yaw_rad });
            return;
        }
    }
}

/// Places to walk between, each in straight sight of the next; none where there is no room for them.
fn places(boxes: &[Round], (x, y): ((f64, f64), (f64, f64)), rng: &mut impl Rng) -> Option<Vec<(f64, f64)>> {
    let is_free =
        |from, to| boxes.iter().all(|round| distance_to_line(round.0, from, to) >= round.1 + BESIDE_M);
    let far_m = LEAST_WAY_M.min(0.5 * (x.1 - x.0));
    (0..PLACE_TRIES).find_map(|_| {
        let places: Vec<(f64, f64)> = (0..PLACES).map(|_| (between(x, rng), between(y, rng))).collect();
        let next = |index: usize| places[(index + 1) % PLACES];
        let fits = |(index, place): (usize, &(f64, f64))| {
            distance(*place, next(index)) >= far_m && is_free(*place, next(index))
        };
        places.iter().enumerate().all(fits).then_some(places)
    })
}

fn distance(a: (f64, f64), b: (f64, f64)) -> f64 {
    (a.0 - b.0).hypot(a.1 - b.1)
}

/// Distance of a point from the piece of line between two others.
fn distance_to_line(point: (f64, f64), from: (f64, f64), to: (f64, f64)) -> f64 {
    let (along, off) = ((to.0 - from.0, to.1 - from.1), (point.0 - from.0, point.1 - from.1));
    let squared = (along.0 * along.0 + along.1 * along.1).max(1e-12);
    let share = ((along.0 * off.0 + along.1 * off.1) / squared).clamp(0.0, 1.0);
    distance(point, (from.0 + share * along.0, from.1 + share * along.1))
}
