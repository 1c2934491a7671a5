//! Plans the route: search on the grid, then smoothing, goal after goal.

use nalgebra::{Point2, Vector2};

use super::grid::{ClearanceGrid, Leg, Room};
use super::route::{FlightPassage, Route};
use super::smoothing::{Hold, SPACING_M, resample, round, straighten};
use crate::config::scenario::GoalConfig;
use crate::mapping::{Flight, WorldMap};
use crate::model::angles::wrap;

/// Straight way before the first and behind the last riser of a flight [m].
const APPROACH_M: f64 = 0.9;

/// Length of the approach that may still bend [m].
const BEND_M: f64 = 0.35;

/// A metre over stairs costs as much as this many on the flat: on a known map as they take that much longer,
/// on one in the making no more, as nobody knows what stands on the way round.
const STAIRS_COST: (f64, f64) = (2.0, 1.0);

/// A robot counts as being on a flight from so far before its first riser on [m], to so far beyond its last,
/// and not beside it; its way is straight there, as it is in the approach.
const ON_FLIGHT_M: (f64, f64) = (0.8, 0.7);

/// Half of the strip along a flight's middle that nothing may stand on [m].
const MIDDLE_M: f64 = 0.25;

/// Largest angle between the heading and a flight that the robot is on [rad].
const ALONG_RAD: f64 = 0.7;

/// How far from the robot its present route is kept to where another is hardly better [m].
const KEPT_TO_M: f64 = 4.0;

/// Distance of the places that a way along a bent line is made of [m].
const LINE_M: f64 = 0.01;

/// Share of a goal's radius within which the route passes it.
const GOAL_SHARE: f64 = 0.15;

/// Clearance beyond the least that the way likes to have [m].
const COMFORT_M: f64 = 0.25;

/// Clearance beyond the least below which the way is pushed aside and walked slower [m].
const AT_EASE_M: f64 = 0.15;

/// Share of the speed where the clearance is the least.
const TIGHT_SHARE: f64 = 0.9;

/// Why there is no route.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NavigationError {
    /// The start lies in an obstacle.
    #[error("the start ({x:.2}, {y:.2}) lies in an obstacle")]
    StartBlocked {
        /// Place [m].
        x: f64,
        /// Place [m].
        y: f64,
    },
    /// A goal lies in an obstacle.
    #[error("goal {index} at ({x:.2}, {y:.2}) lies in an obstacle")]
    GoalBlocked {
        /// Index of the goal.
        index: usize,
        /// Place [m].
        x: f64,
        /// Place [m].
        y: f64,
    },
    /// No way leads to a goal.
    #[error(
        "no way leads to goal {index}: every opening is narrower than {least_width_m:.2} m, or there is a step too \
         high or a gap in the ground too wide"
    )]
    NoWay {
        /// Index of the goal.
        index: usize,
        /// Least width the robot needs [m].
        least_width_m: f64,
    },
}

/// What a route is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct RouteRequest<'a> {
    /// Where the robot stands or walks [m].
    pub start: Point2<f64>,
    /// Where it heads [rad], if that matters: a flight that it is on is left this way.
    pub heading_rad: Option<f64>,
    /// The route that it is on, to be kept to where another is hardly better.
    pub present: Option<&'a Route>,
    /// Straight piece of the route behind it, where a walking robot's feet still are [m].
    pub behind_m: f64,
    /// The way that a walking robot has begun, from behind it to where it may leave it, a few centimetres apart; none
    /// where it stands.
    pub begun: &'a [Point2<f64>],
    /// Goals in order.
    pub goals: &'a [GoalConfig],
    /// Speed where the way is free [m/s].
    pub speed_m_s: f64,
    /// Half of the body's width with arms and sway [m].
    pub half_width_m: f64,
    /// How much less than that there may be where every other way is far longer [m].
    pub tighter_m: f64,
    /// Widest gap in the ground that a step gets across [m].
    pub widest_gap_m: f64,
}

impl<'a> RouteRequest<'a> {
    /// For a robot that stands, whatever its heading, and crosses any gap.
    pub fn standing(start: Point2<f64>, goals: &'a [GoalConfig], speed_m_s: f64, half_width_m: f64) -> Self {
        Self {
            start,
            heading_rad: None,
            present: None,
            behind_m: 0.0,
            begun: &[],
            goals,
            speed_m_s,
            half_width_m,
            tighter_m: 0.0,
            widest_gap_m: f64::INFINITY,
        }
    }
}

/// A way over a flight of stairs, along its line, that the grid does not know.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Portal {
    pub entry: Point2<f64>,
    pub exit: Point2<f64>,
    pub cost_m: f64,
    flight: usize,
    reversed: bool,
    /// Where along the flight's line it begins and ends [m].
    ends_m: (f64, f64),
    /// Whether the goal lies at its end, on top of the flight.
    arrives: bool,
}

impl Portal {
    /// Its places, a few centimetres apart or, where it is straight, only both ends.
    fn places(&self, map: &WorldMap) -> Vec<Point2<f64>> {
        let flight = &map.flights()[self.flight];
        if flight.is_straight() {
            return vec![self.entry, self.exit];
        }
        let (from_m, to_m) = self.ends_m;
        let pieces = ((to_m - from_m).abs() / LINE_M).ceil().max(1.0);
        let place = |i: usize| flight.place(from_m + (to_m - from_m) * (i as f64 / pieces), 0.0);
        (0..=pieces as usize).map(place).collect()
    }
}

/// Finds the way past all goals.
///
/// # Errors
/// Where a place is blocked or no way is wide enough.
pub fn plan_route(map: &WorldMap, request: &RouteRequest) -> Result<Route, NavigationError> {
    let mut portals = portals(map, request.widest_gap_m);
    // A robot on a flight goes on over it first.
    let begun = begun_portal(map, request);
    portals.extend(begun);
    let mut places: Vec<Point2<f64>> = request.goals.iter().map(|goal| point(goal.xy_m)).collect();
    places.push(request.start);
    places.extend(portals.iter().flat_map(|portal| [portal.entry, portal.exit]));
    let mut grid = ClearanceGrid::new(map, &places);
    if let Some(present) = request.present {
        let near = |place: &Point2<f64>| (place - request.start).norm() < KEPT_TO_M;
        grid.favour(&mut present.points().iter().map(|point| point.xy).filter(near));
    }
    let least_m = request.half_width_m;
    let room = Room { tight_m: least_m - request.tighter_m, least_m, wanted_m: least_m + COMFORT_M };
    let before = before(request);
    if begun.is_none()
        && let [.., last, from] = before[..]
    {
        let ahead = from - last;
        grid.depart(from, ahead.y.atan2(ahead.x));
    }
    let blocked = |p: &Point2<f64>| grid.clearance_m(grid.cell(p)).is_none_or(|clear| clear <= 0.0);
    if begun.is_none() && blocked(&request.start) {
        return Err(NavigationError::StartBlocked { x: request.start.x, y: request.start.y });
    }

    // The whole way first, so that it is smooth through the goals too.
    let (mut legs, mut from) = match begun {
        Some(portal) if portal.arrives => (vec![Leg::Portal(portals.len() - 1)], portal.exit),
        Some(portal) => (vec![Leg::Portal(portals.len() - 1), Leg::Free(vec![portal.exit])], portal.exit),
        None => {
            let from = before.last().copied().unwrap_or(request.start);
            (vec![Leg::Free(before)], from)
        }
    };
    // On top of a staircase that leads nowhere else only the last goal can lie.
    let last = request.goals.len().saturating_sub(1);
    let top = request.goals.last().and_then(|goal| portal_to_top(map, request, &point(goal.xy_m)));
    for (index, goal) in request.goals.iter().enumerate() {
        if begun.is_some_and(|portal| portal.arrives) {
            break;
        }
        let to = point(goal.xy_m);
        let up = top.filter(|_| index == last);
        let to = up.map_or(to, |portal| portal.entry);
        if blocked(&to) {
            return Err(NavigationError::GoalBlocked { index, x: to.x, y: to.y });
        }
        let found = grid
            .search(&from, &to, &room, &portals)
            .ok_or(NavigationError::NoWay { index, least_width_m: 2.0 * room.tight_m })?;
        for leg in found {
            match (legs.last_mut(), leg) {
                (Some(Leg::Free(points)), Leg::Free(more)) => points.extend(straighten(&more, &grid, &room)),
                (_, leg) => legs.push(leg),
            }
        }
        if let Some(portal) = up {
            portals.push(portal);
            legs.push(Leg::Portal(portals.len() - 1));
        }
        from = to;
    }

    let mut curve: Vec<Point2<f64>> = Vec::new();
    let mut holds: Vec<Hold> = Vec::new();
    let mut crossings: Vec<(usize, usize)> = Vec::new();
    let begun_m: f64 = request.begun.windows(2).map(|pair| (pair[1] - pair[0]).norm()).sum();
    let kept = if begun.is_none() { (begun_m / SPACING_M) as usize } else { 0 };
    for leg in &legs {
        let piece = match leg {
            Leg::Free(points) => resample(&without_repeats(points)),
            Leg::Portal(index) => {
                crossings.push((*index, curve.len()));
                resample(&portals[*index].places(map))
            }
        };
        // The first point is the last one of the piece before.
        let count = piece.len();
        for (i, p) in piece.into_iter().enumerate().skip(usize::from(!curve.is_empty())) {
            let inside = i.min(count - 1 - i) as f64 * SPACING_M;
            holds.push(match leg {
                Leg::Portal(_) if inside > BEND_M => Hold::Fixed,
                Leg::Portal(_) => Hold::OnWayOverStairs,
                Leg::Free(_) if curve.len() < kept => Hold::Begun,
                Leg::Free(_) => Hold::Free,
            });
            curve.push(p);
        }
    }
    // A rounded corner must not leave out the goal it lies at.
    let mut from = 0;
    for goal in request.goals {
        let place = point(goal.xy_m);
        let far = |i: &usize| (curve[*i] - place).norm_squared();
        if let Some(nearest) = (from..curve.len()).min_by(|a, b| far(a).total_cmp(&far(b))) {
            if holds[nearest] == Hold::Free {
                holds[nearest] = Hold::Near(place, GOAL_SHARE * goal.radius_m);
            }
            from = nearest;
        }
    }
    round(&mut curve, &holds, &grid, (&room, AT_EASE_M));
    let mut route = assemble(map, request, &curve, &portals, &crossings);
    let limits = curve.iter().zip(&holds).map(|(place, hold)| match hold {
        Hold::Fixed | Hold::OnWayOverStairs => request.speed_m_s,
        Hold::Near(..) | Hold::Begun | Hold::Free => {
            let ease = (grid.slope(place).0 - room.least_m) / AT_EASE_M;
            request.speed_m_s * (TIGHT_SHARE + (1.0 - TIGHT_SHARE) * ease.clamp(0.0, 1.0))
        }
    });
    route.slow_down(limits);
    Ok(route)
}

fn assemble(
    map: &WorldMap,
    request: &RouteRequest,
    curve: &[Point2<f64>],
    portals: &[Portal],
    crossings: &[(usize, usize)],
) -> Route {
    let final_yaw_rad = request.goals.last().and_then(|goal| goal.yaw_rad);
    let bare = Route::new(curve, request.speed_m_s, Vec::new(), Vec::new(), final_yaw_rad);
    let mut passages = Vec::new();
    for (portal, index) in crossings {
        let portal = &portals[*portal];
        let flight: &Flight = &map.flights()[portal.flight];
        let origin = flight.world_from_flight * Point2::origin();
        let entry_arc = bare.points()[index.saturating_sub(1)].arc_m;
        let to_origin_m = if flight.is_straight() {
            (origin - portal.entry).dot(&(portal.exit - portal.entry).normalize())
        } else {
            portal.ends_m.0 * if portal.reversed { 1.0 } else { -1.0 }
        };
        let origin_arc_m = entry_arc + to_origin_m;
        passages.push(FlightPassage { flight: portal.flight, origin_arc_m, reversed: portal.reversed });
    }
    let mut from = 0.0;
    let goal_arcs_m = request
        .goals
        .iter()
        .map(|goal| {
            let (arc, _) = bare.project(&point(goal.xy_m), from, bare.length_m());
            from = arc;
            arc
        })
        .collect();
    Route::new(curve, request.speed_m_s, goal_arcs_m, passages, final_yaw_rad)
}

/// Ways over every flight that can be crossed, in both directions.
fn portals(map: &WorldMap, widest_gap_m: f64) -> Vec<Portal> {
    let mut portals = Vec::new();
    for (index, flight) in map.flights().iter().enumerate() {
        if flight.ends_on_top() || !is_open(map, flight, widest_gap_m) {
            continue;
        }
        let ends_m = (-APPROACH_M, flight.length_m() + APPROACH_M);
        let (entry, exit) = (flight.place(ends_m.0, 0.0), flight.place(ends_m.1, 0.0));
        let stairs_cost = if map.is_seen() { STAIRS_COST.1 } else { STAIRS_COST.0 };
        let cost_m = (flight.length_m() + 2.0 * APPROACH_M) * stairs_cost;
        let back_m = (ends_m.1, ends_m.0);
        portals.push(Portal { entry, exit, cost_m, flight: index, reversed: false, ends_m, arrives: false });
        portals.push(Portal {
            entry: exit,
            exit: entry,
            cost_m,
            flight: index,
            reversed: true,
            ends_m: back_m,
            arrives: false,
        });
    }
    portals
}

/// Whether every step of a flight can be taken, every gap crossed, and nothing was seen to stand on it.
fn is_open(map: &WorldMap, flight: &Flight, widest_gap_m: f64) -> bool {
    let stands_on = |place: &Point2<f64>| {
        let local = flight.local(place);
        (-BEND_M..flight.length_m() + BEND_M).contains(&local.x) && local.y.abs() < MIDDLE_M
    };
    flight.can_be_crossed(widest_gap_m) && !map.blocked().iter().any(stands_on)
}

/// The way over the flight that the robot is on already, from behind it on.
fn begun_portal(map: &WorldMap, request: &RouteRequest) -> Option<Portal> {
    let heading_rad = request.heading_rad?;
    map.flights()
        .iter()
        .enumerate()
        .filter(|(_, flight)| is_open(map, flight, request.widest_gap_m))
        .find_map(|(index, flight)| {
            let local = flight.local(&request.start);
            let bent = wrap(heading_rad - flight.heading_rad(local.x));
            let goal = request.goals.first().filter(|_| request.goals.len() == 1);
            let top_m = goal.and_then(|goal| flight.on_top_m(&point(goal.xy_m)));
            // From a top that leads nowhere else the way is back, whatever the heading.
            let is_back = flight.on_top_m(&request.start).is_some() && top_m.is_none();
            let reversed = is_back || bent.abs() > std::f64::consts::FRAC_PI_2;
            let along = if reversed { wrap(bent + std::f64::consts::PI) } else { bent };
            let (before, beyond) = ON_FLIGHT_M;
            let way = if reversed { flight.length_m() - local.x } else { local.x };
            let is_on = is_back
                || (-before..flight.length_m() + beyond).contains(&way)
                    && local.y.abs() < 0.5 * flight.width_m
                    && along.abs() < ALONG_RAD;
            let arrives = !reversed && top_m.is_some();
            let (ahead, exit) = match top_m {
                _ if reversed => (-1.0, -APPROACH_M),
                Some(top_m) => (1.0, top_m),
                None => (1.0, flight.length_m() + APPROACH_M),
            };
            // On a line of its own, as far as the width allows; round bends on the flight's.
            let room_m = (0.5 * flight.width_m - request.half_width_m).max(0.0);
            let room_m = if flight.is_straight() { room_m } else { 0.0 };
            let place = |x: f64| flight.place(x, local.y.clamp(-room_m, room_m));
            let ends_m = (local.x - ahead * request.behind_m, exit);
            (is_on && (reversed || arrives || !flight.ends_on_top())).then(|| Portal {
                entry: place(ends_m.0),
                exit: place(ends_m.1),
                cost_m: 0.0,
                flight: index,
                reversed,
                ends_m,
                arrives,
            })
        })
}

/// The way up to a goal on top of a flight that leads nowhere else; none where it does not lie so.
fn portal_to_top(map: &WorldMap, request: &RouteRequest, goal: &Point2<f64>) -> Option<Portal> {
    map.flights().iter().enumerate().find_map(|(flight, over)| {
        let ends_m = (-APPROACH_M, over.on_top_m(goal)?);
        let (entry, exit) = (over.place(ends_m.0, 0.0), over.place(ends_m.1, 0.0));
        let portal = Portal { entry, exit, cost_m: 0.0, flight, reversed: false, ends_m, arrives: true };
        is_open(map, over, request.widest_gap_m).then_some(portal)
    })
}

/// Where the route begins: behind a walking robot, on the way that it has begun or in its heading.
fn before(request: &RouteRequest) -> Vec<Point2<f64>> {
    if !request.begun.is_empty() {
        return request.begun.to_vec();
    }
    match request.heading_rad {
        Some(heading_rad) if request.behind_m > 0.0 => {
            let ahead = Vector2::new(heading_rad.cos(), heading_rad.sin());
            vec![request.start - ahead * request.behind_m, request.start]
        }
        _ => vec![request.start],
    }
}

fn point(xy_m: (f64, f64)) -> Point2<f64> {
    Point2::new(xy_m.0, xy_m.1)
}

fn without_repeats(points: &[Point2<f64>]) -> Vec<Point2<f64>> {
    let mut kept: Vec<Point2<f64>> = Vec::with_capacity(points.len());
    for p in points {
        if kept.last().is_none_or(|last| (p - last).norm() > 1e-6) {
            kept.push(*p);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::scenario::{Feature, StairPiece, TerrainConfig, Turn};

    fn goal(x: f64, y: f64) -> GoalConfig {
        GoalConfig { xy_m: (x, y), yaw_rad: None, radius_m: 0.25 }
    }

    fn route(features: Vec<Feature>, goals: &[GoalConfig]) -> Result<Route, NavigationError> {
        let map = WorldMap::new(&TerrainConfig { friction: 0.8, features });
        let request = RouteRequest::standing(Point2::origin(), goals, 1.0, 0.4);
        let route = plan_route(&map, &request)?;
        for p in route.points() {
            for block in map.obstacles() {
                assert!(block.distance_m(&p.xy) > 0.4 - 0.06, "{:?} {}", p.xy, block.distance_m(&p.xy));
            }
        }
        for pair in route.points().windows(2) {
            assert!((pair[1].xy - pair[0].xy).norm() < 0.11);
        }
        Ok(route)
    }

    fn wall(from_m: (f64, f64), to_m: (f64, f64)) -> Feature {
        Feature::Wall { from_m, to_m, height_m: 1.0, thickness_m: 0.1 }
    }

    /// Four steps up along x, a landing, and four down.
    fn four_steps(start_m: (f64, f64)) -> Feature {
        Feature::Stairs {
            start_m,
            heading_rad: 0.0,
            rise_m: 0.17,
            run_m: 0.28,
            width_m: 1.6,
            steps: 4,
            landing_m: 1.2,
            down: true,
        }
    }

    #[test]
    fn an_empty_floor_is_crossed_straight() {
        let route = route(vec![], &[goal(5.0, 2.0)]).expect("free");
        assert!((route.length_m() - 29.0_f64.sqrt()).abs() < 0.02, "{}", route.length_m());
        assert!((route.at(1.0).speed_limit_m_s - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_goal_at_a_sharp_corner_is_passed_within_its_radius() {
        let route = route(vec![], &[goal(4.0, 0.0), goal(4.0, 8.0), goal(0.0, 8.0)]).expect("free");
        for corner in [Point2::new(4.0, 0.0), Point2::new(4.0, 8.0)] {
            let nearest = route.points().iter().map(|p| (p.xy - corner).norm()).fold(f64::INFINITY, f64::min);
            assert!(nearest < 0.5 * 0.25, "{nearest}");
        }
    }

    #[test]
    fn a_gap_is_passed_in_its_middle() {
        let features = vec![wall((3.0, -4.0), (3.0, 0.7)), wall((3.0, 1.7), (3.0, 6.0))];
        let route = route(features, &[goal(6.0, 0.0)]).expect("the gap is a metre wide");
        let (arc, _) = route.project(&Point2::new(3.0, 1.2), 0.0, route.length_m());
        assert!((route.at(arc).xy - Point2::new(3.0, 1.2)).norm() < 0.08, "{:?}", route.at(arc));
    }

    #[test]
    fn a_tight_gap_is_passed_where_every_other_way_is_far_longer() {
        let wall_with = |from: f64, to: f64| [wall((3.0, -6.0), (3.0, from)), wall((3.0, to), (3.0, 6.0))];
        let through = |features: &[Feature], goal_y: f64, tighter_m| {
            let goals = [goal(6.0, goal_y)];
            let map = WorldMap::new(&TerrainConfig { friction: 0.8, features: features.to_vec() });
            let standing = RouteRequest::standing(Point2::origin(), &goals, 1.0, 0.5);
            let route = plan_route(&map, &RouteRequest { tighter_m, ..standing }).expect("a way");
            let there = route.points().iter().find(|point| point.xy.x >= 3.0).expect("it is passed");
            (there.xy.y, route.length_m())
        };
        // 0.84 m wide and straight ahead; 6 m aside there is room.
        let narrow = wall_with(-0.42, 0.42);
        let (y, length_m) = through(&narrow, 0.0, 0.16);
        assert!(y.abs() < 0.06 && length_m < 6.2, "{y} {length_m}");
        assert!(through(&narrow, 0.0, 0.0).1 > 12.0);
        // A wide gap that is hardly farther is taken before it.
        let wide =
            [wall((3.0, -6.0), (3.0, -0.42)), wall((3.0, 0.42), (3.0, 0.5)), wall((3.0, 2.1), (3.0, 6.0))];
        let (y, _) = through(&wide, 1.5, 0.16);
        assert!((0.9..1.6).contains(&y), "{y}");
    }

    #[test]
    fn a_walking_robot_goes_on_as_it_has_begun_and_bends_off_as_it_can_walk() {
        let map = WorldMap::new(&TerrainConfig { friction: 0.8, features: vec![] });
        let begun: Vec<Point2<f64>> = (0..=18).map(|i| Point2::new(0.05 * f64::from(i) - 0.6, 0.0)).collect();
        for (x, y) in [(2.0, 4.0), (0.0, 4.0), (0.3, -4.0)] {
            let goals = [goal(x, y)];
            let standing = RouteRequest::standing(Point2::origin(), &goals, 1.1, 0.4);
            let walking = RouteRequest { heading_rad: Some(0.0), behind_m: 0.6, begun: &begun, ..standing };
            let route = plan_route(&map, &walking).expect("free");
            for point in route.points().iter().filter(|point| point.arc_m < 0.85) {
                assert!(
                    point.xy.y.abs() < 1e-9 && (point.xy.x + 0.6 - point.arc_m).abs() < 1e-6,
                    "{point:?}"
                );
            }
            let slowest = route.points().iter().map(|point| point.speed_limit_m_s).fold(1.1, f64::min);
            assert!(slowest > 0.5, "{slowest} on the way to {x} {y}");
        }
    }

    #[test]
    fn a_corridor_is_walked_in_its_middle_and_slower() {
        let features = vec![wall((3.0, 0.5), (6.0, 0.5)), wall((3.0, 1.6), (6.0, 1.6))];
        let ends = vec![wall((3.0, 1.6), (3.0, 6.0)), wall((3.0, 0.5), (3.0, -6.0))];
        let route = route([features, ends].concat(), &[goal(9.0, 0.0)]).expect("through the corridor");
        let inside: Vec<_> = route.points().iter().filter(|point| (3.0..6.0).contains(&point.xy.x)).collect();
        assert!(inside.len() > 50);
        for point in inside {
            assert!((point.xy.y - 1.05).abs() < 0.06, "{point:?}");
            assert!(point.speed_limit_m_s < 0.98, "{point:?}");
        }
        assert_eq!(route.at(1.0).speed_limit_m_s, 1.0);
    }

    #[test]
    fn a_dead_end_is_left_out() {
        let features =
            vec![wall((3.0, -1.5), (3.0, 1.5)), wall((1.0, 1.5), (3.0, 1.5)), wall((1.0, -1.5), (3.0, -1.5))];
        let route = route(features, &[goal(5.0, 0.0)]).expect("round it");
        assert!(route.points().iter().all(|p| p.xy.x < 0.9 || p.xy.y.abs() > 1.8 || p.xy.x > 3.3));
    }

    #[test]
    fn stairs_between_walls_are_climbed_straight() {
        let stairs = four_steps((3.0, 0.5));
        let features = vec![stairs, wall((3.5, 1.3), (3.5, 40.0)), wall((3.5, -0.3), (3.5, -40.0))];
        let map = WorldMap::new(&TerrainConfig { friction: 0.8, features });
        let goals = [goal(9.0, 0.0)];
        let request = RouteRequest::standing(Point2::origin(), &goals, 1.0, 0.4);
        let route = plan_route(&map, &request).expect("over the stairs");
        assert_eq!(route.passages.len(), 1);
        let at = route.at(route.passages[0].origin_arc_m);
        assert!((at.xy - Point2::new(3.0, 0.5)).norm() < 0.01, "{at:?}");
        assert!(at.heading_rad.abs() < 0.01);
    }

    #[test]
    fn a_robot_on_a_flight_goes_on_over_it_the_way_it_heads() {
        let stairs = four_steps((3.0, 0.0));
        let map = WorldMap::new(&TerrainConfig { friction: 0.8, features: vec![stairs] });
        for (heading_rad, end_m, reversed) in [(0.1, 9.0, false), (3.1, 0.0, true)] {
            let goals = [goal(end_m, 0.0)];
            let request = RouteRequest {
                heading_rad: Some(heading_rad),
                behind_m: 0.6,
                ..RouteRequest::standing(Point2::new(4.0, 0.1), &goals, 1.0, 0.4)
            };
            let route = plan_route(&map, &request).expect("over the stairs");
            assert_eq!(route.passages[0].reversed, reversed);
            // The route begins behind the robot, on its own line, and the flight's first riser where it is.
            let here = route.at(0.6);
            assert!((here.xy - Point2::new(4.0, 0.1)).norm() < 0.02, "{here:?}");
            let ahead = if reversed { -1.0 } else { 1.0 };
            assert!((route.passages[0].origin_arc_m - (0.6 - ahead)).abs() < 0.02, "{:?}", route.passages);
        }
    }

    /// Up round a quarter turn to a landing from which nothing leads down.
    fn tower() -> Feature {
        let turn = Turn::Left;
        Feature::Staircase {
            start_m: (3.0, 0.0),
            heading_rad: 0.0,
            rise_m: 0.17,
            run_m: 0.28,
            width_m: 1.2,
            pieces: vec![
                StairPiece::Straight { steps: 2, down: false },
                StairPiece::Wound { steps: 5, radius_m: 0.9, turn, down: false },
                StairPiece::Landing { length_m: 2.0, down: false },
            ],
        }
    }

    #[test]
    fn a_staircase_that_turns_is_one_passage_along_its_line() {
        let Feature::Staircase { start_m, heading_rad, rise_m, run_m, width_m, mut pieces } = tower() else {
            panic!("a staircase")
        };
        pieces.push(StairPiece::Wound { steps: 7, radius_m: 0.9, turn: Turn::Right, down: true });
        let staircase = Feature::Staircase { start_m, heading_rad, rise_m, run_m, width_m, pieces };
        let map = WorldMap::new(&TerrainConfig { friction: 0.8, features: vec![staircase] });
        let flight = map.flights()[0].clone();
        let ends = [-2.0, flight.length_m() + 2.0].map(|way_m| flight.place(way_m, 0.0));
        // A robot that stands on the flight already goes on, so that no way round is shorter.
        for (way_m, back) in [(1.0, false), (3.0, false), (3.0, true)] {
            let to = ends[usize::from(!back)];
            let goals = [goal(to.x, to.y)];
            let turned = if back { std::f64::consts::PI } else { 0.0 };
            let request = RouteRequest {
                heading_rad: Some(flight.heading_rad(way_m) + turned),
                behind_m: 0.6,
                ..RouteRequest::standing(flight.place(way_m, 0.1), &goals, 1.0, 0.4)
            };
            let route = plan_route(&map, &request).expect("over the stairs");
            let [passage] = route.passages[..] else { panic!("{:?}", route.passages) };
            assert_eq!(passage.reversed, back);
            for tread in flight.treads() {
                let middle_m = 0.5 * (tread.from_m + tread.to_m);
                let arc_m = passage.origin_arc_m + if back { -middle_m } else { middle_m };
                // What lies behind the robot is rounded as every approach is.
                if !(0.5..route.length_m()).contains(&arc_m) {
                    continue;
                }
                let at = route.at(arc_m);
                let off = (at.xy - flight.place(middle_m, 0.0)).norm();
                assert!(off < 0.01, "{way_m} {back}: {off} off at {middle_m}");
                let heading_rad = flight.heading_rad(middle_m) + turned;
                assert!(wrap(at.heading_rad - heading_rad).abs() < 0.02, "{way_m} {back} at {middle_m}");
            }
        }
    }

    #[test]
    fn a_goal_on_top_of_stairs_that_lead_nowhere_else_is_reached_and_left() {
        let map = WorldMap::new(&TerrainConfig { friction: 0.8, features: vec![tower()] });
        let flight = &map.flights()[0];
        assert!(flight.ends_on_top() && flight.can_be_crossed(0.0));
        let top_m = flight.length_m() + 1.2;
        let top = flight.place(top_m, 0.0);
        assert!((map.height_m(&top) - 8.0 * 0.17).abs() < 1e-9);
        let goals = [goal(top.x, top.y)];
        let up = plan_route(&map, &RouteRequest::standing(Point2::origin(), &goals, 1.0, 0.4)).expect("up");
        assert_eq!(up.passages.len(), 1);
        assert!((up.at(up.length_m()).xy - top).norm() < 0.01);
        assert!((up.passages[0].origin_arc_m + top_m - up.length_m()).abs() < 0.02, "{:?}", up.passages);
        // On the way up it goes on, and from the top it goes back.
        let request = |way_m: f64, goals| RouteRequest {
            heading_rad: Some(flight.heading_rad(way_m)),
            ..RouteRequest::standing(flight.place(way_m, 0.0), goals, 1.0, 0.4)
        };
        let on = plan_route(&map, &request(1.0, &goals)).expect("on and up");
        assert!((on.at(on.length_m()).xy - top).norm() < 0.01 && on.length_m() < top_m);
        let floor = [goal(0.0, 0.0)];
        let down = plan_route(&map, &request(top_m, &floor)).expect("down");
        assert!(down.passages[0].reversed && down.at(down.length_m()).xy.coords.norm() < 0.02);
        // Nothing leads from there to another goal on the way.
        let both = [goals[0], floor[0]];
        let through = plan_route(&map, &RouteRequest::standing(Point2::origin(), &both, 1.0, 0.4));
        assert!(matches!(through, Err(NavigationError::GoalBlocked { index: 0, .. })), "{through:?}");
    }

    #[test]
    fn what_cannot_be_reached_is_said() {
        let boxed = Feature::Box { center_m: (5.0, 0.0), size_m: (1.0, 1.0, 1.0), yaw_rad: 0.0 };
        let inside = route(vec![boxed], &[goal(5.0, 0.0)]);
        assert!(matches!(inside, Err(NavigationError::GoalBlocked { index: 0, .. })), "{inside:?}");
        let cage = vec![
            wall((4.0, -1.0), (6.0, -1.0)),
            wall((4.0, 1.0), (6.0, 1.0)),
            wall((4.0, -1.0), (4.0, 1.0)),
            wall((6.0, -1.0), (6.0, 1.0)),
        ];
        let caged = route(cage, &[goal(5.0, 0.0)]);
        assert!(matches!(caged, Err(NavigationError::NoWay { index: 0, .. })), "{caged:?}");
    }
}
