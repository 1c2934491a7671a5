//! Who lays the footholds, a script of velocities or a route, and how one takes over from the other.

use nalgebra::{Point2, Vector2};

use crate::config::scenario::{CommandConfig, GoalConfig, ScenarioConfig, VelocityPiece};
use crate::footsteps::{Pace, RouteSteps, StepSource, VelocitySteps, WantedMotion};
use crate::mapping::{News, Tracker, WorldMap};
use crate::model::angles::wrap;
use crate::navigation::{NavigationError, Passing, PassingRequest, Route, RouteRequest, pass, plan_route};

/// Bend of a new route against the heading above which the robot stops before it takes it [rad]: of one that begins
/// under it, and within the next metre of one that begins with its present way.
const STOP_FIRST_RAD: f64 = 0.6;
const TURN_BACK_RAD: f64 = 1.2;

/// A robot that is faster by more than a new route allows [m/s], this far ahead [m], stops before it takes it.
const TOO_FAST_M_S: f64 = 0.5;
const TOO_FAST_AHEAD_M: f64 = 0.2;

/// Slower than this a robot takes a new route whatever its bend [m/s]: it turns as it sets out.
const SLOW_M_S: f64 = 0.2;

/// Straight piece of a route behind a walking robot: its feet are there [m].
const BEHIND_M: f64 = 0.6;

/// Time for which a walking robot keeps to the way it has begun [s]: its foot in the air is laid already.
const BEGUN_S: f64 = 0.3;

/// Distance of the places on it [m].
const BEGUN_EVERY_M: f64 = 0.05;

/// A robot this near to its route, along it, beside it [m] and by its heading [rad], counts as being on it.
const NEAR_ROUTE_M: f64 = 0.8;
const ON_ROUTE_M: f64 = 0.15;
const ON_ROUTE_RAD: f64 = 0.3;

/// Way ahead of the robot at which a new route's bend is looked at [m].
const BEND_M: f64 = 0.8;

/// Time until a robot that stands sets out [s].
const SETS_OUT_S: f64 = 0.1;

/// A way past others that differs by less than this is the same [m], and faces the same way [rad].
const CHANGED_M: f64 = 0.03;
const CHANGED_RAD: f64 = 0.05;

/// So near to a flight a way is part of the straight one over it [m].
const NEAR_FLIGHT_M: f64 = 0.5;

/// How much nearer than a route is planned to something it may come to be before it counts as blocked [m].
const BLOCKED_M: f64 = 0.05;

/// A way that is blocked no nearer than this is walked on where there is no other but with a stop [m]: it may turn
/// out to be open, as what is far is seen the worst.
const STOPS_M: f64 = 1.3;

/// What is added to the room a way needs on a map in the making, and how much less there may be [m]: what was seen is
/// strewn by noise and hides what lies behind it, and a gap may be wider than it looks.
const SEEN_ROOM_M: f64 = 0.1;
const SEEN_TIGHTER_M: f64 = 0.16;

/// Where the robot believes to be, and whether it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) xy: Point2<f64>,
    pub(super) yaw_rad: f64,
    pub(super) standing: bool,
}

#[derive(Debug, Clone)]
enum Steps {
    Velocity(VelocitySteps),
    Route(Box<RouteSteps>),
}

/// The way past what moves: the route as it was planned, and how it is walked at present.
#[derive(Debug, Clone)]
struct Way {
    route: Route,
    passing: Passing,
}

impl Way {
    fn new(route: &Route) -> Self {
        Self { passing: Passing::none(route), route: route.clone() }
    }
}

/// A route that was found.
#[derive(Debug)]
struct Found {
    route: Route,
    /// Whether it begins with the way that the robot has begun, and so far behind it [m].
    goes_on: bool,
    behind_m: f64,
    /// Whether the robot has to stop before it takes it.
    stops: bool,
}

/// The present source of footholds, and what it takes to change it.
#[derive(Debug, Clone)]
pub(super) struct Stepping {
    steps: Steps,
    /// The route that the steps are laid along, where there is one.
    way: Option<Way>,
    pace: Pace,
    /// Half of the width a route needs [m].
    half_width_m: f64,
    /// Goals of the present route or of the one to come, and the speed towards them [m/s].
    goals: Vec<GoalConfig>,
    speed_m_s: f64,
    /// Whether the robot is to stop before the route to its goals is planned.
    waits: bool,
    /// Whether the present route looked blocked far ahead.
    doubts: bool,
    /// Whether a person has taken over from the scenario.
    by_hand: bool,
}

impl Stepping {
    /// What the scenario commands.
    pub(super) fn new(
        scenario: &ScenarioConfig,
        map: &WorldMap,
        pace: Pace,
        half_width_m: f64,
    ) -> Result<Self, NavigationError> {
        let start = &scenario.start;
        let mut way = None;
        let (steps, goals, speed_m_s) = match &scenario.command {
            CommandConfig::Velocity { script } => {
                let from = (start.xy_m.0, start.xy_m.1, start.yaw_rad);
                let steps = VelocitySteps::new(script, from, pace.width_m, pace.step_s);
                (Steps::Velocity(steps), Vec::new(), 0.0)
            }
            CommandConfig::Goals { speed_m_s, goals } => {
                let from = Point2::new(start.xy_m.0, start.xy_m.1);
                let request = RouteRequest {
                    widest_gap_m: pace.widest_gap_m(),
                    ..RouteRequest::standing(from, goals, *speed_m_s, half_width_m)
                };
                let route = plan_route(map, &request)?;
                way = Some(Way::new(&route));
                let steps = RouteSteps::new(route, map, pace);
                (Steps::Route(Box::new(steps)), goals.clone(), *speed_m_s)
            }
        };
        Ok(Self {
            steps,
            way,
            pace,
            half_width_m,
            goals,
            speed_m_s,
            waits: false,
            doubts: false,
            by_hand: false,
        })
    }

    /// Who names the next footholds.
    pub(super) fn source(&mut self) -> &mut dyn StepSource {
        match &mut self.steps {
            Steps::Velocity(steps) => steps,
            Steps::Route(steps) => steps.as_mut(),
        }
    }

    /// Lets time pass.
    pub(super) fn advance(&mut self, dt_s: f64, walking: bool) {
        match &mut self.steps {
            Steps::Velocity(steps) => steps.advance(dt_s, walking),
            Steps::Route(steps) => steps.advance(dt_s),
        }
    }

    /// Goes no faster than the ground's grip allows [m/s].
    pub(super) fn mind_traction(&mut self, most_m_s: f64) {
        match &mut self.steps {
            Steps::Velocity(steps) => steps.mind_traction(most_m_s),
            Steps::Route(steps) => steps.mind_traction(most_m_s),
        }
    }

    /// The motion the next steps are laid for.
    pub(super) fn wanted_motion(&self) -> WantedMotion {
        match &self.steps {
            Steps::Velocity(steps) => steps.wanted_motion(),
            Steps::Route(steps) => steps.wanted_motion(),
        }
    }

    /// The route to the goals, where there is one.
    pub(super) fn route(&self) -> Option<&Route> {
        match &self.steps {
            Steps::Velocity(_) => None,
            Steps::Route(steps) => Some(steps.route()),
        }
    }

    /// The route to these goals on another map, as for a robot that stands at `from`; none where no way leads there.
    pub(super) fn route_on(&self, map: &WorldMap, from: Point2<f64>, goals: &[GoalConfig]) -> Option<Route> {
        let request = RouteRequest {
            widest_gap_m: self.pace.widest_gap_m(),
            ..RouteRequest::standing(from, goals, self.speed_m_s, self.half_width_m)
        };
        plan_route(map, &request).ok()
    }

    /// Whether the robot stands at the last goal of the scenario.
    pub(super) fn arrived(&self) -> bool {
        matches!(&self.steps, Steps::Route(steps) if steps.done() && !self.by_hand)
    }

    /// Goals of the present route or of the one to come.
    pub(super) fn goals(&self) -> &[GoalConfig] {
        &self.goals
    }

    /// Whether a person commands the robot.
    pub(super) fn by_hand(&self) -> bool {
        self.by_hand
    }

    /// A person commands a velocity.
    pub(super) fn walk(&mut self, asked: VelocityPiece, place: &Place) {
        self.by_hand = true;
        self.waits = false;
        self.goals.clear();
        self.ask(asked, place);
    }

    fn ask(&mut self, asked: VelocityPiece, place: &Place) {
        match &mut self.steps {
            Steps::Velocity(steps) => steps.command(asked),
            Steps::Route(route) => {
                let from = (place.xy.x, place.xy.y, place.yaw_rad);
                let (width_m, step_s) = (self.pace.width_m, self.pace.step_s);
                let steps = if place.standing {
                    VelocitySteps::new(&[asked], from, width_m, step_s)
                } else {
                    let going = VelocityPiece { forward_m_s: route.speed_m_s(), ..still() };
                    let mut steps = VelocitySteps::taking_over(from, going, width_m, step_s);
                    steps.command(asked);
                    steps
                };
                self.steps = Steps::Velocity(steps);
                self.way = None;
            }
        }
    }

    /// A person sends the robot to a place.
    ///
    /// # Errors
    /// Where no way leads there; the robot then goes on as it did.
    pub(super) fn go_to(
        &mut self,
        goal: GoalConfig,
        speed_m_s: f64,
        map: &WorldMap,
        place: &Place,
    ) -> Result<(), NavigationError> {
        let before = (std::mem::replace(&mut self.goals, vec![goal]), self.speed_m_s);
        self.speed_m_s = speed_m_s;
        let planned = self.plan(map, place);
        match planned {
            Ok(()) => self.by_hand = true,
            Err(_) => (self.goals, self.speed_m_s) = before,
        }
        planned
    }

    /// The world has changed: plans the way to the goals that are left anew.
    ///
    /// # Errors
    /// Where no way is left; the robot then stops.
    pub(super) fn replan(&mut self, map: &WorldMap, place: &Place) -> Result<(), NavigationError> {
        if !self.goes_on() {
            return Ok(());
        }
        let planned = self.plan(map, place);
        if planned.is_err() {
            self.ask(still(), place);
        }
        planned
    }

    /// Whether goals are left; those that the route has passed are taken off.
    fn goes_on(&mut self) -> bool {
        if let Steps::Route(steps) = &self.steps {
            if steps.done() {
                return false;
            }
            let arc_m = steps.arc_m();
            let passed = steps.route().goal_arcs_m.iter().filter(|goal_m| **goal_m < arc_m).count();
            self.goals.drain(..passed.min(self.goals.len().saturating_sub(1)));
        }
        !self.goals.is_empty()
    }

    /// How far ahead the first of these places lies in the way [m], if one does, but on flights, which are crossed
    /// straight.
    fn in_the_way_m(&self, map: &WorldMap, places: &[Point2<f64>]) -> Option<f64> {
        let Steps::Route(steps) = &self.steps else { return None };
        let (route, at_m) = (steps.route(), steps.arc_m());
        let room_m = self.half_width_m - BLOCKED_M;
        let is_open = |arc_m: f64| !route.is_on_flight(map, arc_m, NEAR_FLIGHT_M);
        let ahead = route.points().iter().filter(|point| point.arc_m > at_m && is_open(point.arc_m));
        let blocked =
            |xy: Point2<f64>| places.iter().any(|place| (place - xy).norm_squared() < room_m * room_m);
        ahead
            .map(|point| (point.arc_m - at_m, point.xy))
            .find(|(_, xy)| blocked(*xy))
            .map(|(ahead_m, _)| ahead_m)
    }

    /// How far along the present route a walking robot is that is on it [m].
    fn on_route_m(&self, place: &Place) -> Option<f64> {
        let Steps::Route(steps) = &self.steps else { return None };
        let route = steps.route();
        let (arc_m, left_m) =
            route.project(&place.xy, steps.arc_m() - NEAR_ROUTE_M, steps.arc_m() + NEAR_ROUTE_M);
        let off_rad = wrap(route.at(arc_m).heading_rad - place.yaw_rad).abs();
        (!place.standing && left_m.abs() <= ON_ROUTE_M && off_rad <= ON_ROUTE_RAD).then_some(arc_m)
    }

    /// The place on the present route where a walking robot is: its sway and its errors are no reason for the
    /// next route to begin elsewhere.
    fn on_route(&self, place: &Place) -> Place {
        let at = self.on_route_m(place).zip(self.route()).map(|(arc_m, route)| route.at(arc_m));
        at.map_or(*place, |at| Place { xy: at.xy, yaw_rad: at.heading_rad, standing: false })
    }

    /// The map has changed by what was seen: plans anew where that matters.
    ///
    /// # Errors
    /// Where no way is left; the robot goes on while the one it has is clear, then stops and waits for one.
    pub(super) fn look_again(
        &mut self,
        map: &WorldMap,
        place: &Place,
        news: &News,
    ) -> Result<(), NavigationError> {
        if let Steps::Route(steps) = &mut self.steps {
            steps.see_ground(map);
        }
        let places = if self.doubts { map.blocked() } else { &news.blocked };
        let blocked_m = self.in_the_way_m(map, places);
        self.doubts &= blocked_m.is_some();
        if self.waits || !(news.flight || blocked_m.is_some()) || !self.goes_on() {
            return Ok(());
        }
        let place = &self.on_route(place);
        let found = self.find(map, place);
        let stops = found.as_ref().map_or(true, |found| found.stops);
        self.doubts = stops && !place.standing && blocked_m.is_some_and(|blocked_m| blocked_m > STOPS_M);
        match found {
            Ok(_) if self.doubts => {}
            Ok(found) => self.take(found, map, place),
            Err(error) => {
                if blocked_m.is_some() && !self.doubts {
                    self.ask(still(), place);
                    self.waits = true;
                }
                return Err(error);
            }
        }
        Ok(())
    }

    /// Something moves, or did: walks beside the route, slower, or waits where that is better.
    pub(super) fn pass(&mut self, tracker: &Tracker, map: &WorldMap, place: &Place, time_s: f64) {
        let (Steps::Route(steps), Some(way)) = (&mut self.steps, &mut self.way) else { return };
        if self.waits || steps.done() || (tracker.tracks().is_empty() && way.passing.is_none()) {
            return;
        }
        // Its place on the route as it was planned.
        let about_m = steps.route().arc_on(&way.route, steps.arc_m());
        let reach = (about_m - NEAR_ROUTE_M, about_m + NEAR_ROUTE_M);
        let (arc_m, _) = way.route.project(&place.xy, reach.0, reach.1);
        let better = pass(&PassingRequest {
            route: &way.route,
            arc_m,
            present: &way.passing,
            speed_m_s: steps.speed_m_s(),
            body_speed_m_s: steps.body_speed_m_s(),
            wanted_m_s: self.speed_m_s,
            map,
            half_width_m: self.half_width_m,
            tracks: tracker.tracks(),
            age_s: time_s - tracker.time_s(),
            latency_s: if place.standing { SETS_OUT_S } else { steps.touchdown_s() },
        });
        let Some(better) = better else {
            // Nothing leads on beside this route.
            if place.standing {
                _ = self.plan(map, place);
            }
            return;
        };
        if differs(&better.offsets_m, &way.passing.offsets_m, CHANGED_M)
            || differs(&better.asides_rad, &way.passing.asides_rad, CHANGED_RAD)
        {
            let route = way.route.beside(&better.offsets_m, &better.asides_rad, self.speed_m_s);
            let arc_m = steps.route().arc_on(&route, steps.arc_m());
            steps.reroute(route, map, arc_m);
            (way.passing.offsets_m, way.passing.asides_rad) = (better.offsets_m, better.asides_rad);
        }
        steps.allow(better.speed_share * self.speed_m_s);
        way.passing.speed_share = better.speed_share;
    }

    /// Whether the robot is to take a new route once it stands.
    pub(super) fn waits(&self) -> bool {
        self.waits
    }

    /// A robot that waits for its new route takes it once it stands.
    ///
    /// # Errors
    /// Where no way is left.
    pub(super) fn take_up(&mut self, map: &WorldMap, place: &Place) -> Result<(), NavigationError> {
        if !place.standing {
            return Ok(());
        }
        self.waits = false;
        let planned = self.plan(map, place);
        // More may come into sight.
        self.waits |= planned.is_err() && map.is_seen();
        planned
    }

    /// The way that a walking robot has begun, from behind it on: for `ahead_s` along its route where it is on it, and
    /// straight on where it is not.
    fn begun(&self, place: &Place, ahead_s: f64) -> Vec<Point2<f64>> {
        let ahead_m = self.wanted_motion().velocity_m_s.norm() * ahead_s;
        let pieces = ((BEHIND_M + ahead_m) / BEGUN_EVERY_M).ceil();
        let along_m = |i: usize| (BEHIND_M + ahead_m) * (i as f64 / pieces) - BEHIND_M;
        let on_route = self.on_route_m(place).zip(self.route());
        let ahead = Vector2::new(place.yaw_rad.cos(), place.yaw_rad.sin());
        let at = |along_m: f64| match on_route {
            Some((arc_m, route)) => route.at(arc_m + along_m).xy,
            None => place.xy + ahead * along_m,
        };
        (0..=pieces as usize).map(|i| at(along_m(i))).collect()
    }

    /// Whether a walking robot cannot take a new route, on which it is at `at_m` if that was planned for one that
    /// walks.
    fn has_to_stop_for(&self, route: &Route, place: &Place, at_m: Option<f64>) -> bool {
        let off_rad = |arc_m: f64| wrap(route.at(arc_m).heading_rad - place.yaw_rad).abs();
        let Some(at_m) = at_m else { return off_rad(0.0) > STOP_FIRST_RAD };
        let speed_m_s = self.wanted_motion().velocity_m_s.norm();
        let allowed_m_s = route.at(at_m + TOO_FAST_AHEAD_M).speed_limit_m_s;
        speed_m_s > SLOW_M_S
            && (off_rad(at_m + BEND_M) > TURN_BACK_RAD || speed_m_s > allowed_m_s + TOO_FAST_M_S)
    }

    fn plan(&mut self, map: &WorldMap, place: &Place) -> Result<(), NavigationError> {
        let found = self.find(map, place)?;
        self.take(found, map, place);
        Ok(())
    }

    /// The route to the goals that are left.
    fn find(&self, map: &WorldMap, place: &Place) -> Result<Found, NavigationError> {
        // A map in the making changes the route every few steps, and each has to take the feet where they are; on a
        // known one a new route is a person's doing, and begins under the robot.
        let goes_on = map.is_seen() && !place.standing;
        let behind_m = if goes_on { BEHIND_M } else { 0.0 };
        let seen = map.is_seen();
        let (more_m, tighter_m) = if seen { (SEEN_ROOM_M, SEEN_TIGHTER_M) } else { (0.0, 0.0) };
        let mut planned = Err(NavigationError::StartBlocked { x: place.xy.x, y: place.xy.y });
        // Where what it has begun leads into something, it turns away at once.
        for ahead_s in if goes_on { &[BEGUN_S, 0.0][..] } else { &[0.0] } {
            let begun = if goes_on { self.begun(place, *ahead_s) } else { Vec::new() };
            let request = RouteRequest {
                start: place.xy,
                heading_rad: Some(place.yaw_rad),
                present: self.route().filter(|_| seen),
                behind_m,
                begun: &begun,
                goals: &self.goals,
                speed_m_s: self.speed_m_s,
                half_width_m: self.half_width_m + more_m,
                tighter_m,
                widest_gap_m: self.pace.widest_gap_m(),
            };
            planned = plan_route(map, &request);
            if planned.is_ok() {
                break;
            }
        }
        let route = planned?;
        let stops = !place.standing && self.has_to_stop_for(&route, place, goes_on.then_some(behind_m));
        Ok(Found { route, goes_on, behind_m, stops })
    }

    /// Goes on along a route, or stops first.
    fn take(&mut self, found: Found, map: &WorldMap, place: &Place) {
        let Found { route, goes_on, behind_m, stops } = found;
        (self.waits, self.doubts) = (stops, false);
        if self.waits {
            self.ask(still(), place);
            return;
        }
        let speed_m_s = match &self.steps {
            _ if place.standing => 0.0,
            Steps::Velocity(steps) => steps.forward_m_s().max(0.0),
            Steps::Route(steps) => steps.speed_m_s(),
        };
        self.way = Some(Way::new(&route));
        match &mut self.steps {
            Steps::Route(steps) if goes_on => steps.reroute(route, map, behind_m),
            steps => {
                let fresh = RouteSteps::new(route, map, self.pace).at_speed(speed_m_s);
                *steps = Steps::Route(Box::new(fresh.at_arc(behind_m)));
            }
        }
    }

    /// The controller's step timing has changed.
    pub(super) fn set_pace(&mut self, pace: Pace) {
        self.pace = pace;
        match &mut self.steps {
            Steps::Velocity(steps) => steps.set_pace(pace.width_m, pace.step_s),
            Steps::Route(steps) => steps.set_pace(pace),
        }
    }
}

/// Whether any of the values differs by more than this.
fn differs(a: &[f64], b: &[f64], most: f64) -> bool {
    a.iter().zip(b).any(|(a, b)| (a - b).abs() > most)
}

/// No velocity, for good.
fn still() -> VelocityPiece {
    VelocityPiece { for_s: 1.0, forward_m_s: 0.0, left_m_s: 0.0, turn_rad_s: 0.0 }
}

#[cfg(test)]
mod tests {
    use nalgebra::{Isometry3, Point3, Vector3};

    use super::*;
    use crate::config::scenario::MapSource;
    use crate::config::{LoadOptions, load_scenario};
    use crate::mapping::{LocatedScan, PerceivedMap};
    use crate::simulation::Simulation;

    /// What a robot at the origin sees within a round wall.
    fn walled_in(radius_m: f64) -> (PerceivedMap, News) {
        let place = |i: u32| {
            let (turn, z) = (0.01 * f64::from(i / 12), 0.1 * f64::from(i % 12) - 0.9);
            Vector3::new(radius_m * turn.cos(), radius_m * turn.sin(), z)
        };
        let places: Vec<Vector3<f64>> = (0..12 * 629).map(place).collect();
        let directions: Vec<Vector3<f64>> = places.iter().map(|place| place.normalize()).collect();
        let ranges_m: Vec<Option<f64>> = places.iter().map(|place| Some(place.norm())).collect();
        let scan = LocatedScan {
            directions: &directions,
            ranges_m: &ranges_m,
            max_range_m: 30.0,
            range_noise_m: 0.01,
            world_from_body: Isometry3::identity(),
            body_from_lidar: Isometry3::translation(0.0, 0.0, 1.0),
        };
        let mut map = PerceivedMap::new(&Point3::origin(), 0.0);
        let (mut news, _) = map.scan(&scan);
        news.add(map.scan(&scan).0);
        (map, news)
    }

    #[test]
    fn a_way_that_looks_blocked_is_walked_on_until_what_blocks_it_is_near() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/configs/scenarios/halls.ron");
        let loaded = load_scenario(path.as_ref(), &LoadOptions::default()).expect("it loads");
        let mut scenario = loaded.scenario.config.clone();
        scenario.map = MapSource::Perceived;
        let simulation = Simulation::new(&loaded.robot.config, &scenario, 0).expect("it starts");
        let place = Place { xy: Point2::origin(), yaw_rad: 0.0, standing: false };
        for (radius_m, waits) in [(20.0, false), (5.0, false), (1.2, true)] {
            let mut stepping = simulation.stepping.clone();
            let (map, news) = walled_in(radius_m);
            assert!(news.blocked.len() > 50);
            assert!(stepping.look_again(map.map(), &place, &news).is_err());
            assert_eq!(stepping.waits(), waits, "{radius_m}");
            assert_eq!(stepping.doubts, !waits, "{radius_m}");
            // Nothing new is seen, but the way is still in doubt; and it is not once it turns out to be open.
            let again = stepping.look_again(map.map(), &place, &News::default());
            assert_eq!(again.is_err(), !waits);
            assert!(
                stepping
                    .look_again(
                        &PerceivedMap::new(&Point3::origin(), 0.0).map().clone(),
                        &place,
                        &News::default()
                    )
                    .is_ok()
            );
            assert!(!stepping.doubts);
        }
    }
}
