//! How to get past what moves: beside the route, slower, or by waiting.
//!
//! Candidates leave the route to a side, go on beside it for a while and come back, each at some speeds (Werling,
//! Ziegler, Kammel and Thrun, Optimal trajectory generation for dynamic street scenarios in a Frenet frame, 2010).
//! Each is held against where everyone will be who goes on as they do, and the cheapest is taken.

use nalgebra::{Point2, Vector2};

use super::route::Route;
use super::smoothing::SPACING_M;
use crate::mapping::{Track, WorldMap};

/// Time that is looked ahead [s], and from one look to the next [s].
const AHEAD_S: f64 = 4.0;
const LOOK_S: f64 = 0.2;
/// Time until a walking robot does what it decides [s].
const LATENCY_S: f64 = 0.35;
/// Change of speed of a candidate [m/s^2].
const ACCELERATION_M_S2: f64 = 1.0;
/// Sides of the route that are tried: one every so much, up to so far [m].
const SIDE_M: f64 = 0.25;
const SIDES: i32 = 8;
/// Lengths over which a candidate leaves the route [m].
const LEAVE_M: [f64; 3] = [1.2, 2.0, 3.2];
/// From the decision to where the robot begins to leave [m].
const LEAD_M: f64 = 0.35;
/// How far it goes on beside the route, and the length over which it comes back [m].
const BESIDE_M: f64 = 2.0;
const BACK_M: f64 = 2.5;
/// Straight way before a flight of stairs [m].
const APPROACH_M: f64 = 0.6;
/// Speeds that are tried, as shares of the one that is wanted; the last one stops.
const SPEEDS: [f64; 5] = [1.0, 0.75, 0.5, 0.25, 0.0];
/// Largest acceleration to the side [m/s^2].
const LATERAL_M_S2: f64 = 0.7;
/// Curvature of the way to the side times the square of its length over its width (quintic).
const CURVATURE: f64 = 5.77;
/// Room that is less than the route's own [m].
const TIGHT_M: f64 = 0.05;
/// Distance to others that is kept where there is room [m].
const COMFORT_M: f64 = 0.5;
/// How much less sure their places are for every second that is looked ahead [m/s].
const UNSURE_M_S: f64 = 0.08;
/// Cost of a metre not walked, of a metre beside the route, of another side than at present, of a second within
/// the comfortable distance and of one in touch.
const SLOW_COST: f64 = 1.0;
const BESIDE_COST: f64 = 0.3;
const CHANGE_COST: f64 = 0.2;
const NEAR_COST: f64 = 6.0;
const TOUCH_COST: f64 = 60.0;
/// Time over which what lies ahead counts less and less [s].
const FADE_S: f64 = 2.5;
/// How much better another choice must be.
const WORTH: f64 = 0.15;

/// How a robot walks along a route past what moves.
#[derive(Debug, Clone, PartialEq)]
pub struct Passing {
    /// How far left of each point of the route it walks [m].
    pub offsets_m: Vec<f64>,
    /// Share of the speed that is wanted; it stops for 0.
    pub speed_share: f64,
}

impl Passing {
    /// On the route, at its speed.
    pub fn none(route: &Route) -> Self {
        Self { offsets_m: vec![0.0; route.points().len()], speed_share: 1.0 }
    }

    /// Whether it walks the route as it is.
    pub fn is_none(&self) -> bool {
        self.speed_share >= 1.0 && self.offsets_m.iter().all(|offset| *offset == 0.0)
    }
}

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct PassingRequest<'a> {
    /// The route as it was planned.
    pub route: &'a Route,
    /// How far along it the robot is [m].
    pub arc_m: f64,
    /// How it goes at present.
    pub present: &'a Passing,
    /// Its speed [m/s].
    pub speed_m_s: f64,
    /// The speed that is wanted [m/s].
    pub wanted_m_s: f64,
    /// What stands still.
    pub map: &'a WorldMap,
    /// Half of the body's width with arms and sway [m].
    pub half_width_m: f64,
    /// What moves.
    pub tracks: &'a [Track],
    /// How old that is [s].
    pub age_s: f64,
}

/// A better way past what moves than the present one; none where that is as good as any.
pub fn pass(request: &PassingRequest) -> Option<Passing> {
    let points = request.route.points();
    let at = points.partition_point(|point| point.arc_m < request.arc_m).min(points.len() - 1);
    // Where the robot must be on its route again.
    let (mut end_m, mut in_passage) = (request.route.length_m(), false);
    for passage in &request.route.passages {
        let (from, to) = passage.span_m(request.map);
        in_passage |= (from..to).contains(&request.arc_m);
        if from > request.arc_m {
            end_m = end_m.min(from - APPROACH_M);
        }
    }
    if in_passage {
        return None;
    }
    for goal_m in &request.route.goal_arcs_m {
        if *goal_m > request.arc_m + LEAD_M {
            end_m = end_m.min(*goal_m);
        }
    }
    let end = points.partition_point(|point| point.arc_m < end_m - 0.05);
    let room = Room::new(request, at, end);
    let cost = |passing: &Passing, bend: f64| cost(request, &room, at, passing, bend);

    let mut best: Option<(f64, Passing)> = None;
    let present = cost(request.present, 0.0).unwrap_or(f64::INFINITY);
    let mut consider = |offsets_m: &[f64], bend: f64| {
        for share in SPEEDS {
            let passing = Passing { offsets_m: offsets_m.to_vec(), speed_share: share };
            if let Some(cost) = cost(&passing, bend)
                && cost < best.as_ref().map_or(present - WORTH, |(least, _)| *least)
            {
                best = Some((cost, passing));
            }
        }
    };
    consider(&request.present.offsets_m, 0.0);
    for side in -SIDES..=SIDES {
        for leave_m in LEAVE_M {
            if let Some((offsets_m, bend)) = beside(request, at, end, SIDE_M * f64::from(side), leave_m) {
                consider(&offsets_m, bend);
            }
        }
    }
    best.map(|(_, passing)| passing)
}

/// Offsets of a way that leaves the present one for `side_m` over a length, and its largest curvature [1/m]; none
/// where that does not fit before `end`.
fn beside(
    request: &PassingRequest,
    at: usize,
    end: usize,
    side_m: f64,
    leave_m: f64,
) -> Option<(Vec<f64>, f64)> {
    let count = |length_m: f64| (length_m / SPACING_M).round().max(1.0) as usize;
    let first = at + count(LEAD_M);
    let there = first + count(leave_m);
    let back = (there + count(BESIDE_M)).min(end.saturating_sub(count(BACK_M))).max(there);
    if back + count(0.5 * BACK_M) > end {
        return None;
    }
    let last = (back + count(BACK_M)).min(end);
    let old = &request.present.offsets_m;
    let from_m = *old.get(first)?;
    let slope = from_m - old[first - 1];
    let mut offsets_m = old.clone();
    let steps = (there - first) as f64;
    for (index, offset) in offsets_m.iter_mut().enumerate().skip(first) {
        *offset = if index <= there {
            let share = (index - first) as f64 / steps;
            // Quintic, with the slope the way has now and none at its end.
            let (s3, s4, s5) = (share.powi(3), share.powi(4), share.powi(5));
            let blend = 10.0 * s3 - 15.0 * s4 + 6.0 * s5;
            from_m + (side_m - from_m) * blend + slope * steps * (share - 6.0 * s3 + 8.0 * s4 - 3.0 * s5)
        } else if index <= back {
            side_m
        } else if index < last {
            let share = (index - back) as f64 / (last - back) as f64;
            side_m * 0.5 * (1.0 + (std::f64::consts::PI * share).cos())
        } else {
            0.0
        };
    }
    let turn = slope.abs() / SPACING_M;
    let bend = CURVATURE * (side_m - from_m).abs() / leave_m.powi(2) + 2.0 * turn / leave_m;
    Some((offsets_m, bend))
}

/// Where beside the route there is room, on a raster of points and sides.
struct Room {
    first: usize,
    open: Vec<[bool; 2 * SIDES as usize + 1]>,
}

impl Room {
    fn new(request: &PassingRequest, at: usize, end: usize) -> Self {
        let points = request.route.points();
        let reach = ((AHEAD_S * request.wanted_m_s + LEAD_M) / SPACING_M) as usize;
        let last = (at + reach).min(end).min(points.len());
        let window = points.get(at..last).unwrap_or_default();
        let far_m = SIDE_M * f64::from(SIDES) + request.half_width_m;
        let near = |place: &Point2<f64>, more_m: f64| {
            window
                .iter()
                .step_by(8)
                .any(|point| (point.xy - place).norm() < far_m + more_m + 8.0 * SPACING_M)
        };
        let blocks: Vec<_> = request
            .map
            .blocks()
            .iter()
            .filter(|block| {
                let at = block.world_from_block.translation;
                near(&Point2::new(at.x, at.y), block.half_m.xy().norm())
            })
            .collect();
        let blocked: Vec<_> = request.map.blocked().iter().filter(|place| near(place, 0.0)).collect();
        let room_m = request.half_width_m - TIGHT_M;
        let is_open = |place: &Point2<f64>| {
            blocks.iter().all(|block| block.distance_m(place) >= room_m)
                && blocked.iter().all(|other| (place - *other).norm_squared() >= room_m * room_m)
        };
        let open = window
            .iter()
            .map(|point| {
                let left = Vector2::new(-point.heading_rad.sin(), point.heading_rad.cos());
                std::array::from_fn(|side| {
                    is_open(&(point.xy + left * (SIDE_M * (side as f64 - f64::from(SIDES)))))
                })
            })
            .collect();
        Self { first: at, open }
    }

    /// Whether the robot may be so far left of a point; on the route itself it always may.
    fn is_open(&self, index: usize, offset_m: f64) -> bool {
        let Some(row) = index.checked_sub(self.first).and_then(|index| self.open.get(index)) else {
            return true;
        };
        let side = offset_m / SIDE_M + f64::from(SIDES);
        let inside = |side: f64| row.get(side.max(0.0) as usize).copied().unwrap_or(false);
        offset_m.abs() < TIGHT_M || (inside(side.floor()) && inside(side.ceil()))
    }
}

/// What a way costs; none where it leads into something that stands still.
fn cost(request: &PassingRequest, room: &Room, at: usize, passing: &Passing, bend: f64) -> Option<f64> {
    let points = request.route.points();
    let present = &request.present.offsets_m;
    let bent_m_s = (LATERAL_M_S2 / bend.max(1e-6)).sqrt();
    let wanted_m_s = (passing.speed_share * request.wanted_m_s).min(bent_m_s);
    let place = |index: usize| {
        let point = &points[index];
        let left = Vector2::new(-point.heading_rad.sin(), point.heading_rad.cos());
        point.xy + left * passing.offsets_m[index]
    };
    let (mut index, mut here, mut before_m, mut speed_m_s) = (at, place(at), 0.0, request.speed_m_s);
    let (mut walked_m, mut cost) = (0.0, 0.0);
    let (mut beside_m, mut changed_m) = (0.0, 0.0);
    let looks = (AHEAD_S / LOOK_S) as usize;
    for look in 0..=looks {
        let time_s = look as f64 * LOOK_S;
        if look > 0 {
            if time_s > LATENCY_S {
                let most = ACCELERATION_M_S2 * LOOK_S;
                speed_m_s += (wanted_m_s - speed_m_s).clamp(-most, most);
            }
            walked_m += speed_m_s * LOOK_S;
            // On along the way, point by point.
            while index + 1 < points.len() && before_m < walked_m {
                let next = place(index + 1);
                let limit_m_s = points[index].speed_limit_m_s;
                speed_m_s = speed_m_s.min(limit_m_s.max(0.2));
                before_m += (next - here).norm();
                (index, here) = (index + 1, next);
                if !room.is_open(index, passing.offsets_m[index]) {
                    return None;
                }
            }
        }
        beside_m += passing.offsets_m[index].abs();
        changed_m += (passing.offsets_m[index] - present[index]).abs();
        let fade = (-time_s / FADE_S).exp();
        for track in request.tracks {
            let other = track.after(request.age_s + time_s);
            let gap_m = (other - here).norm() - track.radius_m - request.half_width_m;
            let gap_m = gap_m - UNSURE_M_S * time_s;
            let near = (1.0 - gap_m / COMFORT_M).clamp(0.0, 1.0);
            cost += NEAR_COST * near * near * LOOK_S * fade;
            if gap_m < 0.0 {
                cost += TOUCH_COST * (1.0 - gap_m / COMFORT_M) * LOOK_S * fade;
            }
        }
    }
    let looks = looks as f64 + 1.0;
    let slow_m = (request.wanted_m_s * AHEAD_S - walked_m).max(0.0);
    cost += SLOW_COST * slow_m + BESIDE_COST * beside_m / looks + CHANGE_COST * changed_m / looks;
    Some(cost)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::scenario::{Feature, TerrainConfig};

    fn straight() -> Route {
        let places: Vec<Point2<f64>> = (0..=400).map(|i| Point2::new(0.05 * f64::from(i), 0.0)).collect();
        Route::new(&places, 1.0, vec![20.0], Vec::new(), None)
    }

    fn someone(x: f64, y: f64, vx: f64, vy: f64) -> Track {
        let (at, velocity_m_s) = (Point2::new(x, y), Vector2::new(vx, vy));
        Track { id: 0, at, velocity_m_s, radius_m: 0.23 }
    }

    fn asked(map: &WorldMap, tracks: &[Track]) -> Option<Passing> {
        let route = straight();
        pass(&PassingRequest {
            route: &route,
            arc_m: 2.0,
            present: &Passing::none(&route),
            speed_m_s: 1.0,
            wanted_m_s: 1.0,
            map,
            half_width_m: 0.4,
            tracks,
            age_s: 0.0,
        })
    }

    #[test]
    fn who_is_alone_keeps_to_the_route() {
        assert_eq!(asked(&WorldMap::default(), &[]), None);
        assert_eq!(asked(&WorldMap::default(), &[someone(5.0, 3.0, 0.0, 1.0)]), None);
    }

    #[test]
    fn someone_who_comes_head_on_is_passed_beside_the_route() {
        let passing = asked(&WorldMap::default(), &[someone(8.0, 0.1, -1.2, 0.0)]).expect("a way round");
        assert_eq!(passing.speed_share, 1.0);
        // They are at 5 m when the robot is.
        let offset_m = passing.offsets_m[95];
        assert!(offset_m < -0.4, "{offset_m}");
        let last = passing.offsets_m.len() - 1;
        assert_eq!(passing.offsets_m[last], 0.0);
    }

    #[test]
    fn where_there_is_no_room_it_waits() {
        let wall = |y: f64| Feature::Wall {
            from_m: (-1.0, y),
            to_m: (21.0, y),
            height_m: 2.0,
            thickness_m: 0.1,
        };
        let features = vec![wall(0.55), wall(-0.55)];
        let map = WorldMap::new(&TerrainConfig { friction: 0.8, features });
        let passing = asked(&map, &[someone(4.0, 0.0, 0.0, 0.0)]).expect("it must not go on");
        assert_eq!(passing.speed_share, 0.0);
        assert!(passing.offsets_m.iter().all(|offset| *offset == 0.0));
    }
}
