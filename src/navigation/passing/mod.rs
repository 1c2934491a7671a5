//! How to get past what moves: beside the route, aside, slower, or by waiting.
//!
//! Ways beside the route are searched step by step of time, each a walk with a speed and a turn that the gait can
//! follow, and the cheapest of those that end up alike are followed up (after Ziegler and Stiller, Spatiotemporal state
//! lattices for fast trajectory planning in dynamic on-road driving scenarios, 2009, and Dolgov, Thrun, Montemerlo and
//! Diebel, Path planning for autonomous vehicles in unknown semi-structured environments, 2010). What it costs to be
//! somewhere at a time is how likely it is that someone is touched there who goes on as they do.
//!
//! `costs`: what a place costs at a time; `search`: the cheapest way; `way`: that way beside the route.

mod costs;
mod search;
mod way;

use costs::Costs;
use search::{Place, search};
use way::Way;

use super::route::Route;
use crate::mapping::{Track, WorldMap};

/// Where the way of a robot that stands begins to be free, and the least way that counts as going on [m].
const LEAD_M: f64 = 0.1;
/// Straight way before a flight of stairs [m].
const APPROACH_M: f64 = 0.6;
/// Who would stand all the time looked ahead although nobody is as near as this has nowhere to go [m].
const ABOUT_M: f64 = 1.5;

/// How a robot walks along a route past what moves.
#[derive(Debug, Clone, PartialEq)]
pub struct Passing {
    /// How far left of each point of the route it walks [m].
    pub offsets_m: Vec<f64>,
    /// How far left of where it goes there it faces [rad]: away from 0 where it steps aside.
    pub asides_rad: Vec<f64>,
    /// Share of the speed that is wanted; it stops for 0.
    pub speed_share: f64,
}

impl Passing {
    /// On the route, at its speed.
    pub fn none(route: &Route) -> Self {
        let none = vec![0.0; route.points().len()];
        Self { offsets_m: none.clone(), asides_rad: none, speed_share: 1.0 }
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
    /// Speed of its present step [m/s].
    pub speed_m_s: f64,
    /// Speed of its body over that [m/s].
    pub body_speed_m_s: f64,
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
    /// Time in which the robot cannot do otherwise [s]: until its foot that is in the air touches down.
    pub latency_s: f64,
}

/// The cheapest way past what moves; none where nothing leads on beside the route.
pub fn pass(request: &PassingRequest) -> Option<Passing> {
    let Some(end_m) = way_end_m(request) else {
        // Stairs are walked through.
        return Some(Passing { speed_share: 1.0, ..request.present.clone() });
    };
    let from_m = request.arc_m + (request.body_speed_m_s * request.latency_s).max(LEAD_M);
    let present = Way { route: request.route, passing: request.present };
    let costs = Costs::new(request, from_m, end_m);
    let way = search(&costs, request.wanted_m_s, present.at(from_m, request.speed_m_s))?;
    let [.., last] = way[..] else { return None };
    if last.along_m < LEAD_M {
        let at = request.route.at(from_m).xy;
        request.tracks.iter().find(|track| (track.at - at).norm() < ABOUT_M)?;
    }
    // Who is to turn on the spot first does so as it sets out.
    let turns = |pair: &&[Place]| pair[1].speed_m_s <= 0.0 && pair[1].turned_rad != pair[0].turned_rad;
    let first = way.windows(2).find(|pair| !turns(pair))?;
    let speed_share = (first[1].speed_m_s / request.wanted_m_s.max(1e-6)).min(1.0);
    Some(Passing { speed_share, ..present.over(&way, from_m, end_m) })
}

/// Where the robot must be on its route again [m]; none on stairs.
fn way_end_m(request: &PassingRequest) -> Option<f64> {
    let mut end_m = request.route.length_m();
    for passage in &request.route.passages {
        let (from, to) = passage.span_m(request.map);
        if (from - APPROACH_M..to).contains(&request.arc_m) {
            return None;
        }
        if from > request.arc_m {
            end_m = end_m.min(from - APPROACH_M);
        }
    }
    let goals = request.route.goal_arcs_m.iter();
    Some(goals.filter(|goal_m| **goal_m > request.arc_m).fold(end_m, |end_m, goal_m| end_m.min(*goal_m)))
}

#[cfg(test)]
mod tests {
    use nalgebra::{Point2, Vector2};

    use super::*;
    use crate::config::scenario::{Feature, TerrainConfig};

    fn straight() -> Route {
        let places: Vec<Point2<f64>> = (0..=400).map(|i| Point2::new(0.05 * f64::from(i), 0.0)).collect();
        Route::new(&places, 1.0, vec![20.0], Vec::new(), None)
    }

    fn someone(x: f64, y: f64, vx: f64, vy: f64) -> Track {
        let (at, velocity_m_s) = (Point2::new(x, y), Vector2::new(vx, vy));
        Track { id: 0, at, velocity_m_s, unsure_m_s: 0.2, radius_m: 0.23 }
    }

    fn asked(map: &WorldMap, tracks: &[Track]) -> Option<Passing> {
        asked_at(2.0, 1.0, map, tracks)
    }

    fn asked_at(arc_m: f64, speed_m_s: f64, map: &WorldMap, tracks: &[Track]) -> Option<Passing> {
        let route = straight();
        pass(&PassingRequest {
            route: &route,
            arc_m,
            present: &Passing::none(&route),
            speed_m_s,
            body_speed_m_s: speed_m_s,
            wanted_m_s: 1.0,
            map,
            half_width_m: 0.4,
            tracks,
            age_s: 0.0,
            latency_s: 0.2,
        })
    }

    #[test]
    fn who_is_alone_keeps_to_the_route() {
        for tracks in [&[][..], &[someone(5.0, 3.0, 0.0, 1.0)]] {
            assert!(asked(&WorldMap::default(), tracks).expect("a way").is_none());
        }
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
        let wall =
            |y: f64| Feature::Wall { from_m: (-1.0, y), to_m: (21.0, y), height_m: 2.0, thickness_m: 0.1 };
        let features = vec![wall(0.55), wall(-0.55)];
        let map = WorldMap::new(&TerrainConfig { friction: 0.8, features });
        // It slows down in time.
        for (arc_m, speed_m_s, share) in [(2.5, 1.0, 0.5), (3.0, 0.5, 0.0)] {
            let there = [someone(4.0, 0.0, 0.0, 0.0)];
            let passing = asked_at(arc_m, speed_m_s, &map, &there).expect("it must not go on");
            assert!(passing.speed_share <= share, "{} at {arc_m}", passing.speed_share);
            assert!(passing.offsets_m.iter().all(|offset| offset.abs() < 0.1));
        }
    }

    #[test]
    fn who_comes_from_behind_and_is_faster_is_let_pass() {
        let passing = asked(&WorldMap::default(), &[someone(0.0, 0.1, 1.6, 0.0)]).expect("a way aside");
        // They are beside the robot after 3 s.
        assert!(passing.offsets_m[95] < -0.4, "{}", passing.offsets_m[95]);
    }

    #[test]
    fn a_slow_robot_steps_aside_and_faces_on() {
        let passing =
            asked_at(2.0, 0.4, &WorldMap::default(), &[someone(4.0, 0.1, -0.8, 0.0)]).expect("a way aside");
        let most_rad = passing.asides_rad.iter().fold(0.0, |most: f64, aside| most.max(aside.abs()));
        assert!(most_rad > 0.1, "{most_rad}");
        // Nobody is walked round sideways for good.
        assert_eq!(passing.asides_rad.last(), Some(&0.0));
        let way = straight().beside(&passing.offsets_m, &passing.asides_rad, 1.0);
        for point in way.points() {
            let aside_m_s = point.speed_limit_m_s * (point.heading_rad - point.facing_rad).sin().abs();
            assert!(aside_m_s < 0.41, "{point:?}");
        }
    }

    #[test]
    fn the_way_is_one_that_the_gait_can_follow_at_its_speed() {
        let (route, map) = (straight(), WorldMap::default());
        let passing =
            asked(&map, &[someone(7.0, 0.0, -1.2, 0.0), someone(9.0, -1.0, -0.5, 0.0)]).expect("a way");
        assert_eq!(passing.speed_share, 1.0);
        let way = route.beside(&passing.offsets_m, &passing.asides_rad, 1.0);
        let ahead = way.points().iter().filter(|point| (2.0..6.0).contains(&point.arc_m));
        for point in ahead {
            assert!(point.speed_limit_m_s > 0.9, "{point:?}");
        }
    }
}
