//! Footholds along a route: even steps on the flat, one foot a tread on stairs, feet together at the end.

use nalgebra::{Isometry3, Point2, Translation3, UnitQuaternion, Vector2, Vector3};

use super::anchors::{Anchor, Feet, anchors, flight_speed_m_s};
use super::foothold::{Foothold, SoleGround, StepSource, Support, WantedMotion};
use super::ground::{Footing, best_nearby, bump_m, counts_as_relief, standing, under_sole};
use super::pace::Pace;
use super::seen_edges::seen_anchors;
use super::stones::{Meant, on_stone};
use crate::mapping::WorldMap;
use crate::model::Side;
use crate::model::angles::{heading, wrap};
use crate::navigation::Route;

/// Footholds planned ahead.
const AHEAD: usize = 8;

/// Change of speed from step to step [m/s^2].
const ACCELERATION_M_S2: f64 = 2.0;

/// Way to a stop beyond the braking distance [m].
const STOP_M: f64 = 0.35;

/// Slowing down before a flight or the end [m/s^2].
const BRAKE_M_S2: f64 = 1.6;

/// Slowest walk: a step is never shorter than this times its time [m/s].
const MIN_SPEED_M_S: f64 = 0.2;

/// Share of a missing speed that each step makes up for, and the most it may add or take [m/s].
const TRIM: (f64, f64) = (0.35, 0.2);

/// Closer than this to its place a foot counts as standing there [m].
const THERE_M: f64 = 0.08;

/// Time before its touchdown in which a step is not laid elsewhere any more [s].
const LAID_S: f64 = 0.1;

/// Share of a sideways error a step takes back, and the most it may [m].
const CORRECTION: (f64, f64) = (0.8, 0.1);

/// Largest turn a step makes [rad].
const TURN_PER_STEP_RAD: f64 = 0.35;

/// Heading error above which the robot turns before it walks [rad].
const TURN_FIRST_RAD: f64 = 0.5;

/// Heading error at which it starts to walk after a turn [rad].
const TURNED_ENOUGH_RAD: f64 = 0.2;

/// Heading error that is left when it stops turning at the end [rad].
const TURNED_RAD: f64 = 0.06;

/// Length of the route over which its bend is taken [m].
const BEND_M: f64 = 0.2;

/// Most that the feet tread beside the route in a bend [m].
const BANKED_M: f64 = 0.1;

/// Length of the route over which the slope ahead is taken [m].
const SLOPE_M: f64 = 0.5;

/// Difference of height from which on a foothold belongs to stairs [m].
const STEP_M: f64 = 0.03;

/// The same on a map in the making, where less is stepped on as it comes [m].
const SEEN_STEP_M: f64 = 0.08;

/// Lays footholds along a route.
#[derive(Debug, Clone)]
pub struct RouteSteps {
    route: Route,
    map: WorldMap,
    pace: Pace,
    anchors: Vec<Anchor>,
    flight_speed_m_s: f64,
    arc_m: f64,
    speed_m_s: f64,
    /// That of the step before [m/s].
    last_speed_m_s: f64,
    trim_m_s: f64,
    support: Option<Side>,
    /// Whether the robot is turning on the spot.
    turning: bool,
    step_s: f64,
    clock_s: f64,
    done: bool,
    /// Fastest it may go at present [m/s].
    cap_m_s: f64,
    /// Fastest the ground's grip allows [m/s].
    traction_m_s: f64,
    /// Where it is to stop for the time being [m].
    hold_m: Option<f64>,
}

impl RouteSteps {
    /// Steps for a route on a map.
    pub fn new(route: Route, map: &WorldMap, pace: Pace) -> Self {
        let anchors = anchors(&route, map, &Feet::of(&pace));
        let flight_speed_m_s = flight_speed_m_s(&route, map, &pace.stairs);
        Self {
            route,
            map: map.clone(),
            anchors,
            flight_speed_m_s,
            arc_m: 0.0,
            speed_m_s: 0.0,
            last_speed_m_s: 0.0,
            trim_m_s: 0.0,
            support: None,
            turning: false,
            step_s: pace.step_s,
            clock_s: 0.0,
            done: false,
            cap_m_s: f64::INFINITY,
            traction_m_s: f64::INFINITY,
            hold_m: None,
            pace,
        }
    }

    /// The same for a robot that already walks with this speed [m/s].
    pub fn at_speed(mut self, speed_m_s: f64) -> Self {
        (self.speed_m_s, self.last_speed_m_s) = (speed_m_s, speed_m_s);
        self
    }

    /// The same for a robot that is at `arc_m` of the route.
    pub fn at_arc(mut self, arc_m: f64) -> Self {
        self.arc_m = arc_m;
        self
    }

    /// Goes on with another route, on which the robot is at `arc_m`.
    pub fn reroute(&mut self, route: Route, map: &WorldMap, arc_m: f64) {
        (self.route, self.map, self.arc_m) = (route, map.clone(), arc_m);
        self.done = false;
        self.look_for_edges();
    }

    /// Learns how the ground lies; the flights are the same.
    pub fn see_ground(&mut self, map: &WorldMap) {
        self.map.take_ground(map);
        self.look_for_edges();
    }

    /// Lays anchors on flights, and beside the edges that were seen near the robot.
    fn look_for_edges(&mut self) {
        let feet = Feet::of(&self.pace);
        let stairs = &self.pace.stairs;
        self.anchors = anchors(&self.route, &self.map, &feet);
        self.flight_speed_m_s = flight_speed_m_s(&self.route, &self.map, stairs);
        if self.map.is_seen() && self.map.has_relief() {
            let (seen, speed_m_s) = seen_anchors(&self.route, &self.map, &feet, stairs, self.arc_m);
            self.anchors.extend(seen);
            self.anchors.sort_by(|a, b| a.arc_m.total_cmp(&b.arc_m));
            self.flight_speed_m_s = self.flight_speed_m_s.min(speed_m_s);
        }
    }

    /// Goes no faster than this from now on [m/s], and for 0 stops as soon as it can, until it may go on.
    pub fn allow(&mut self, cap_m_s: f64) {
        self.cap_m_s = cap_m_s.max(MIN_SPEED_M_S);
        let stop_m = self.arc_m + self.speed_m_s.powi(2) / (2.0 * BRAKE_M_S2) + STOP_M;
        // Not on stairs: a foot that follows has to.
        let free =
            !self.anchors.iter().any(|anchor| (self.arc_m - STOP_M..stop_m + STOP_M).contains(&anchor.arc_m));
        self.hold_m = (cap_m_s <= 0.0 && free).then(|| self.hold_m.unwrap_or(stop_m));
    }

    /// Goes no faster than the ground's grip allows [m/s].
    pub fn mind_traction(&mut self, most_m_s: f64) {
        self.traction_m_s = most_m_s;
    }

    /// Where it ends, or is to stop for the time being [m].
    fn end_m(&self) -> f64 {
        let length_m = self.route.length_m();
        self.hold_m.map_or(length_m, |hold_m| hold_m.min(length_m))
    }

    /// Speed of the present step [m/s].
    pub fn speed_m_s(&self) -> f64 {
        self.speed_m_s
    }

    /// Speed of the body over the present step [m/s]: it goes on by half of what each foot does.
    pub fn body_speed_m_s(&self) -> f64 {
        0.5 * (self.last_speed_m_s + self.speed_m_s)
    }

    /// Takes other lengths and times of steps.
    pub fn set_pace(&mut self, pace: Pace) {
        self.flight_speed_m_s = flight_speed_m_s(&self.route, &self.map, &pace.stairs);
        self.pace = pace;
        self.step_s = pace.step_s;
    }

    /// The route.
    pub fn route(&self) -> &Route {
        &self.route
    }

    /// Time until a step that can still be laid elsewhere touches down [s].
    pub fn touchdown_s(&self) -> f64 {
        let left_s = self.step_s - self.clock_s;
        if left_s < LAID_S { (left_s + self.step_s).max(LAID_S) } else { left_s }
    }

    /// How far along the route the robot is [m].
    pub fn arc_m(&self) -> f64 {
        self.arc_m
    }

    /// The speed chosen for the present step, along the route's bend.
    pub fn wanted_motion(&self) -> WantedMotion {
        let here = self.route.at(self.arc_m);
        let turn = (self.route.at(self.arc_m + BEND_M).facing_rad - here.facing_rad) / BEND_M;
        let (s, c) = here.heading_rad.sin_cos();
        WantedMotion { velocity_m_s: Vector2::new(c, s) * self.speed_m_s, turn_rad_s: turn * self.speed_m_s }
    }

    /// Whether the robot stands at the route's end.
    pub fn done(&self) -> bool {
        self.done
    }

    /// Lets time pass, so that real step times are known.
    pub fn advance(&mut self, dt_s: f64) {
        self.clock_s += dt_s;
    }

    /// The anchor a foot at `arc_m` stands at, if any.
    fn anchor_at(&self, arc_m: f64) -> Option<&Anchor> {
        self.anchors.iter().find(|anchor| (anchor.arc_m - arc_m).abs() < THERE_M)
    }

    /// What a foot that stands at `arc_m` stands on.
    fn footing(&self, side: Side, arc_m: f64, world_from_sole: &Isometry3<f64>) -> Footing {
        let xy = Point2::from(world_from_sole.translation.vector.xy());
        if let Some(anchor) = self.anchor_at(arc_m) {
            return anchor.footing(side, xy);
        }
        let level = Footing::level(&self.map, xy);
        match self.ground(world_from_sole) {
            Some(ground) => {
                let is_relief = counts_as_relief(&self.map, &ground);
                Footing { height_m: ground.height_m, is_relief, ..level }
            }
            None => level,
        }
    }

    /// The next step from `arc_m` at `speed_m_s`: how far, how fast, and the anchor it meets.
    fn next_step(&self, arc_m: f64, speed_m_s: f64) -> (f64, f64, Option<Anchor>) {
        let next = self.anchors.iter().find(|anchor| anchor.arc_m > arc_m + THERE_M).copied();
        if let Some(anchor) = next
            && anchor.follows
        {
            // Only from the anchor before it, which is where the foot stands.
            let rise_m = self.anchor_at(arc_m).map_or(0.0, |here| anchor.height_m - here.height_m);
            let run_m = anchor.arc_m - arc_m;
            let speed = run_m / self.pace.stairs.step_s(rise_m, run_m);
            return (anchor.arc_m, speed.min(speed_m_s.max(MIN_SPEED_M_S)), Some(anchor));
        }
        let end_m = self.end_m();
        let next = next.filter(|anchor| anchor.arc_m < end_m);
        let (goal_m, speed_there) = match &next {
            Some(anchor) => (anchor.arc_m, self.flight_speed_m_s),
            None => (end_m, MIN_SPEED_M_S),
        };
        let left_m = (goal_m - arc_m).max(0.0);
        let limit = self.route.at(arc_m + 0.2).speed_limit_m_s;
        // What is left is measured from the support, so the step after it ends slower still.
        let braked = (speed_there * speed_there + 2.0 * BRAKE_M_S2 * (left_m - 0.3).max(0.0)).sqrt();
        let limit = limit.min(self.slope_speed_m_s(arc_m)).min(self.cap_m_s).min(self.traction_m_s);
        let speed = (speed_m_s + ACCELERATION_M_S2 * self.step_s).min(limit).min(braked).max(MIN_SPEED_M_S);
        let length_at = |speed: f64| (speed.max(MIN_SPEED_M_S) * self.step_s).min(self.pace.max_forward_m);
        let length = length_at(speed + self.trim_m_s);
        // Where steps have to come out at a place, none is meant longer than it will be.
        let steps = (left_m / length_at(speed) - 0.1).ceil().max(1.0);
        if steps <= 6.0 {
            // The last steps are shared out evenly.
            let at = arc_m + left_m / steps;
            let meets = if steps <= 1.0 { next } else { None };
            (at, speed, meets)
        } else {
            (arc_m + length, speed, None)
        }
    }

    /// Speed at which a step rises or falls no more than it may on the slope ahead [m/s].
    fn slope_speed_m_s(&self, arc_m: f64) -> f64 {
        let (from, to) = (self.route.at(arc_m).xy, self.route.at(arc_m + SLOPE_M).xy);
        if !(self.map.is_relief(&from) || self.map.is_relief(&to)) {
            return f64::INFINITY;
        }
        let slope = (self.map.height_m(&to) - self.map.height_m(&from)) / SLOPE_M;
        let (rise_m, fall_m) = self.pace.max_rise_m;
        let most_m = if slope > 0.0 { rise_m } else { fall_m };
        most_m / (slope.abs().max(1e-3) * self.step_s)
    }

    /// How far left of the route the feet tread so that the CoM, which leans into a bend, keeps to it [m].
    fn banked_m(&self, arc_m: f64, speed_m_s: f64) -> f64 {
        let lean_m = self.pace.lean_s2 * speed_m_s.powi(2) * self.route.at(arc_m).bend_rad_m;
        -lean_m.clamp(-BANKED_M, BANKED_M)
    }

    fn foothold(&self, side: Side, arc_m: f64, across_m: f64, turn_rad: f64) -> Isometry3<f64> {
        let at = self.route.at(arc_m);
        let offset = 0.5 * self.pace.width_m * side.sign() + across_m;
        let (s, c) = at.facing_rad.sin_cos();
        Isometry3::from_parts(
            Translation3::new(at.xy.x - s * offset, at.xy.y + c * offset, 0.0),
            UnitQuaternion::from_axis_angle(&Vector3::z_axis(), at.facing_rad + turn_rad),
        )
    }

    /// How far along the route a foot is, and how far left of it [m].
    fn project(&self, foot: &Support, (from_m, to_m): (f64, f64)) -> (f64, f64) {
        let xy = Point2::from(foot.world_from_sole.translation.vector.xy());
        let (arc_m, left_m) = self.route.project(&xy, from_m, to_m);
        let at = self.route.at(arc_m);
        if at.facing_rad == at.heading_rad {
            return (arc_m, left_m);
        }
        // It stands beside a body that faces elsewhere than it goes: the body's place counts.
        let half_m = 0.5 * self.pace.width_m * foot.side.sign();
        let (s, c) = heading(&foot.world_from_sole).sin_cos();
        let (arc_m, left_m) = self.route.project(&(xy + Vector2::new(s, -c) * half_m), from_m, to_m);
        (arc_m, left_m + half_m)
    }

    /// Steps on the spot towards a heading.
    fn turn_in_place(&self, support: &Support, other: &Support, goal_rad: f64, out: &mut Vec<Foothold>) {
        let (a, b) = (support.world_from_sole.translation.vector, other.world_from_sole.translation.vector);
        let middle = 0.5 * (a + b);
        let mut yaw = heading(&support.world_from_sole);
        let mut side = support.side;
        for _ in 0..AHEAD {
            side = side.other();
            let left = wrap(goal_rad - yaw);
            yaw += left.clamp(-TURN_PER_STEP_RAD, TURN_PER_STEP_RAD);
            let offset = 0.5 * self.pace.width_m * side.sign();
            let (s, c) = yaw.sin_cos();
            let world_from_sole = Isometry3::from_parts(
                Translation3::new(middle.x - s * offset, middle.y + c * offset, 0.0),
                UnitQuaternion::from_axis_angle(&Vector3::z_axis(), yaw),
            );
            out.push(Foothold::on_level(side, world_from_sole));
            if left.abs() < 1e-6 {
                break;
            }
        }
    }
}

impl StepSource for RouteSteps {
    fn ground(&self, world_from_sole: &Isometry3<f64>) -> Option<SoleGround> {
        let half = (self.pace.half_sole_m, self.pace.half_sole_width_m);
        under_sole(&self.map, world_from_sole, standing(&self.map, half))
    }

    fn next_steps(&mut self, support: &Support, other: &Support, out: &mut Vec<Foothold>) {
        let at = support.world_from_sole.translation;
        let xy = Point2::new(at.x, at.y);
        let reach = (self.arc_m - 0.6, self.arc_m + 1.2);
        let (mut arc_m, left_m) = self.project(support, reach);
        // Of a foot that stands before or behind the middle of its tread, as it has to round a bend.
        arc_m -= self.anchor_at(arc_m).map_or(0.0, |anchor| anchor.shift_m(support.side));
        if self.support != Some(support.side) {
            let walked = self.support.is_some() && self.speed_m_s > 0.1;
            if walked && self.anchor_at(arc_m).is_none() {
                // What a step really takes, so that the speed comes out as asked.
                let measured = self.clock_s.clamp(0.8 * self.pace.step_s, 1.25 * self.pace.step_s);
                self.step_s += 0.3 * (measured - self.step_s);
                // Steps come out shorter than planned where balance asks for it.
                let (share, most) = TRIM;
                let missing = self.speed_m_s - (arc_m - self.arc_m) / measured;
                self.trim_m_s = (self.trim_m_s + share * missing).clamp(-most, most);
            }
            self.last_speed_m_s = self.speed_m_s;
            if self.support.is_some() && !self.turning {
                self.speed_m_s = self.next_step(self.arc_m, self.speed_m_s).1;
            }
            self.support = Some(support.side);
            self.clock_s = 0.0;
        }
        self.arc_m = arc_m;

        let end_m = self.end_m();
        let holds = end_m < self.route.length_m();
        // Beside each other in their own frame, which may lie across the route after a turn.
        let apart =
            support.world_from_sole.inverse_transform_point(&other.world_from_sole.translation.vector.into());
        let together = apart.x.abs() < THERE_M && apart.y.abs() < 1.5 * self.pace.width_m;
        let middle = xy + 0.5 * (other.world_from_sole.translation.vector - at.vector).xy();
        let stands_at = if together { self.route.project(&middle, reach.0, reach.1).0 } else { arc_m };
        let ends = (end_m - stands_at).abs() < THERE_M;
        let yaw = heading(&support.world_from_sole);
        let was_turning = self.turning;
        let standing = self.speed_m_s < 0.2 && together && self.anchor_at(arc_m).is_none();
        let goal_rad =
            if ends && !holds { self.route.final_yaw_rad } else { Some(self.route.at(arc_m).facing_rad) };
        let bent = goal_rad.map_or(0.0, |goal| wrap(goal - yaw).abs());
        let bent_other = goal_rad.map_or(0.0, |goal| wrap(goal - heading(&other.world_from_sole)).abs());
        let too_far = match (ends, was_turning) {
            (true, _) => TURNED_RAD,
            (false, true) => TURNED_ENOUGH_RAD,
            (false, false) => TURN_FIRST_RAD,
        };
        self.turning = false;
        if let Some(goal) = goal_rad
            && (standing || was_turning || ends)
            && bent.max(bent_other) > too_far
            && (together || !ends)
        {
            self.speed_m_s = 0.0;
            self.turning = true;
            self.turn_in_place(support, other, goal, out);
            return;
        }
        if ends && together {
            self.done = !holds;
            self.speed_m_s = 0.0;
            return;
        }

        let mut across =
            left_m - 0.5 * self.pace.width_m * support.side.sign() - self.banked_m(arc_m, self.speed_m_s);
        let mut turned = wrap(yaw - self.route.at(arc_m).facing_rad).clamp(-0.5, 0.5);
        let half_sole = (self.pace.half_sole_m, self.pace.half_sole_width_m);
        let mut here = self.footing(support.side, arc_m, &support.world_from_sole);
        // Where the foot that swings comes from.
        let behind = other.world_from_sole.translation;
        let mut behind = Footing::level(&self.map, Point2::new(behind.x, behind.y));
        behind.is_relief &= !self.map.is_seen();
        let mut side = support.side;
        let mut speed = self.speed_m_s;
        while out.len() < AHEAD {
            side = side.other();
            let (share, most) = CORRECTION;
            across -= (across * share).clamp(-most, most);
            turned -= (turned * 0.6).clamp(-0.25, 0.25);
            if (end_m - arc_m).abs() < THERE_M {
                // One step to bring the feet together.
                let world_from_sole = self.foothold(side, end_m, across, turned);
                out.push(Foothold::on_level(side, world_from_sole));
                break;
            }
            let (next_m, next_speed, anchor) = self.next_step(arc_m, speed);
            let banked_m = if anchor.is_none() { self.banked_m(next_m, next_speed) } else { 0.0 };
            let shift_m = anchor.map_or(0.0, |anchor| anchor.shift_m(side));
            let world_from_sole = self.foothold(side, next_m + shift_m, across + banked_m, turned);
            let place = Point2::new(world_from_sole.translation.x, world_from_sole.translation.y);
            let meant = Meant {
                side,
                foothold: &world_from_sole,
                from: here.xy,
                width_m: self.pace.width_m,
                longest_m: self.pace.max_forward_m,
            };
            let on_stone = on_stone(&self.map, &meant, half_sole);
            let slack_m = on_stone.map(|on| on.slack_m).or_else(|| anchor.map(|anchor| anchor.slack_m));
            let (world_from_sole, next) = match (on_stone, anchor) {
                (Some(on), _) => (on.foothold, on.footing),
                (None, Some(anchor)) => (world_from_sole, anchor.footing(side, place)),
                (None, None) => best_nearby(&self.map, &world_from_sole, half_sole)
                    .unwrap_or_else(|| (world_from_sole, Footing::level(&self.map, place))),
            };
            let rise_m = next.height_m - here.height_m;
            // What slopes is no step.
            let step_m = |from: &Footing| {
                let rise_m = next.height_m - from.height_m;
                let by_chance = self.map.is_seen() && anchor.is_none();
                let least_m = if by_chance { SEEN_STEP_M } else { STEP_M };
                let is_step = !(next.is_relief || from.is_relief) && rise_m.abs() > least_m;
                is_step.then_some((rise_m, next_m - arc_m))
            };
            out.push(Foothold {
                side,
                world_from_sole,
                rise_m,
                surface: next.surface,
                bump_m: bump_m(&self.map, &behind, &next),
                slack_m,
                // A foot that follows onto the same level has its way up to go, and down no way ahead.
                stair_m: step_m(&here).or_else(|| {
                    step_m(&behind)
                        .map(|(rise_m, run_m)| if rise_m > 0.0 { (rise_m, run_m) } else { (rise_m, 0.0) })
                }),
                turn_rad: anchor.map_or(0.0, |anchor| anchor.turn_rad),
            });
            behind = here;
            arc_m = next_m + if anchor.is_none() { on_stone.map_or(0.0, |on| on.ahead_m) } else { 0.0 };
            speed = next_speed;
            here = next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::anchors::tests::stairs_between_walls;
    use super::super::pace::StairPace;
    use super::*;
    use nalgebra::Point3;

    use crate::config::scenario::{Feature, GoalConfig, StairPiece, TerrainConfig, Turn};
    use crate::course::Staircase;
    use crate::navigation::{RouteRequest, plan_route};

    const PACE: Pace = Pace {
        width_m: 0.18,
        step_s: 0.41,
        stairs: StairPace { climb_m_s: (0.39, 0.77), descend_m_s: (0.47, 0.8), least_step_s: 0.41 },
        max_forward_m: 0.62,
        max_rise_m: (0.11, 0.07),
        lean_s2: 0.09,
        half_sole_m: 0.1225,
        half_sole_width_m: 0.05,
    };

    /// Walks the plan with perfect feet and returns every foothold with its height.
    fn walk(features: Vec<Feature>, goal: GoalConfig) -> Vec<(Foothold, f64)> {
        let map = WorldMap::new(&TerrainConfig { friction: 0.8, features });
        let goals = [goal];
        let request = RouteRequest::standing(Point2::origin(), &goals, 1.0, 0.4);
        let route = plan_route(&map, &request).expect("a way");
        let mut steps = RouteSteps::new(route, &map, PACE);
        let stand = |side: Side| Support {
            side,
            world_from_sole: Isometry3::translation(0.0, 0.09 * side.sign(), 0.0),
        };
        let (mut support, mut other) = (stand(Side::Right), stand(Side::Left));
        let (mut taken, mut height) = (Vec::new(), 0.0);
        for _ in 0..200 {
            let mut plan = Vec::new();
            steps.next_steps(&support, &other, &mut plan);
            let Some(first) = plan.first() else { return taken };
            assert_eq!(first.side, support.side.other());
            height += first.rise_m;
            taken.push((*first, height));
            other = support;
            support = Support { side: first.side, world_from_sole: first.world_from_sole };
            steps.advance(PACE.step_s);
        }
        panic!("never arrives");
    }

    #[test]
    fn walks_to_the_goal_and_brings_the_feet_together() {
        let taken = walk(vec![], GoalConfig { xy_m: (6.0, 0.0), yaw_rad: Some(1.5), radius_m: 0.2 });
        let longest = taken
            .windows(2)
            .map(|pair| {
                (pair[1].0.world_from_sole.translation.vector - pair[0].0.world_from_sole.translation.vector)
                    .x
            })
            .fold(0.0, f64::max);
        assert!((0.38..0.45).contains(&longest), "{longest}");
        for (step, _) in &taken[taken.len() - 2..] {
            assert!((step.world_from_sole.translation.x - 6.0).abs() < 0.15);
            assert!((heading(&step.world_from_sole) - 1.5).abs() < TURNED_RAD);
        }
    }

    #[test]
    fn in_a_bend_the_feet_tread_outside_of_the_route() {
        let map = WorldMap::new(&TerrainConfig { friction: 0.8, features: vec![] });
        let goals = [(6.0, 0.0), (6.0, 6.0)].map(|xy_m| GoalConfig { xy_m, yaw_rad: None, radius_m: 2.0 });
        let request = RouteRequest::standing(Point2::origin(), &goals, 1.0, 0.4);
        let steps = RouteSteps::new(plan_route(&map, &request).expect("a way"), &map, PACE);
        let points = steps.route.points().iter();
        let bent = points.max_by(|a, b| a.bend_rad_m.total_cmp(&b.bend_rad_m)).expect("points");
        assert!(bent.bend_rad_m > 0.2, "{bent:?}");
        // To the left, so the feet are on the right, by what a pendulum leans at that speed.
        let lean_m = 0.8_f64.powi(2) * bent.bend_rad_m * PACE.lean_s2;
        assert!((steps.banked_m(bent.arc_m, 0.8) + lean_m.min(BANKED_M)).abs() < 1e-9, "{bent:?}");
        assert!(lean_m > 0.01 && steps.banked_m(0.5, 0.8).abs() < 1e-3);
        assert_eq!(steps.banked_m(bent.arc_m, 0.0), 0.0);
    }

    #[test]
    fn aside_of_where_they_go_the_feet_stay_beside_the_body() {
        let map = WorldMap::new(&TerrainConfig { friction: 0.8, features: vec![] });
        let goals = [GoalConfig { xy_m: (6.0, 0.0), yaw_rad: None, radius_m: 0.2 }];
        let route = plan_route(&map, &RouteRequest::standing(Point2::origin(), &goals, 1.0, 0.4));
        let route = route.expect("a way");
        // To the left by half the way, and faces on all the time.
        let offsets_m: Vec<f64> = route.points().iter().map(|point| 0.5 * point.arc_m).collect();
        let asides_rad = vec![-0.5_f64.atan(); offsets_m.len()];
        let mut steps = RouteSteps::new(route.beside(&offsets_m, &asides_rad, 1.0), &map, PACE).at_speed(0.8);
        let body = Point2::new(2.0, 1.0);
        let foot = |side: Side, ahead_m: f64| Support {
            side,
            world_from_sole: Isometry3::translation(
                body.x + ahead_m,
                body.y + 0.5 * ahead_m + 0.09 * side.sign(),
                0.0,
            ),
        };
        steps.arc_m = body.coords.norm();
        let mut plan = Vec::new();
        steps.next_steps(&foot(Side::Left, 0.0), &foot(Side::Right, -0.3), &mut plan);
        for step in &plan[..4] {
            let at = step.world_from_sole.translation;
            assert!(heading(&step.world_from_sole).abs() < 0.02, "{step:?}");
            assert!((at.y - 0.5 * at.x - 0.09 * step.side.sign()).abs() < 0.02, "{step:?}");
        }
        let stride_m = plan[1].world_from_sole.translation.x - plan[0].world_from_sole.translation.x;
        assert!(stride_m > 0.2, "{stride_m}");
    }

    #[test]
    fn whose_way_changes_at_every_step_walks_no_slower() {
        let map = WorldMap::new(&TerrainConfig { friction: 0.8, features: vec![] });
        let goals = [GoalConfig { xy_m: (14.0, 0.0), yaw_rad: None, radius_m: 0.2 }];
        let request = RouteRequest::standing(Point2::origin(), &goals, 1.0, 0.4);
        let planned = plan_route(&map, &request).expect("a way");
        let mut steps = RouteSteps::new(planned.clone(), &map, PACE);
        let mut feet = [(Side::Left, 0.09), (Side::Right, -0.09)].map(|(side, left_m)| Support {
            side,
            world_from_sole: Isometry3::translation(0.0, left_m, 0.0),
        });
        let mut ahead_m = Vec::new();
        for step in 0..20_u8 {
            let mut plan = Vec::new();
            steps.next_steps(&feet[1], &feet[0], &mut plan);
            let to = plan.first().expect("a step");
            feet = [feet[1], Support { side: to.side, world_from_sole: to.world_from_sole }];
            ahead_m.push(to.world_from_sole.translation.x);
            steps.advance(PACE.step_s);
            let offsets_m = vec![0.002 * f64::from(step); planned.points().len()];
            let way = planned.beside(&offsets_m, &[], 1.0);
            let arc_m = steps.route().arc_on(&way, steps.arc_m());
            steps.reroute(way, &map, arc_m);
        }
        let speed_m_s = (ahead_m[19] - ahead_m[9]) / (10.0 * PACE.step_s);
        assert!((speed_m_s - 1.0).abs() < 0.015, "{speed_m_s}");
        assert!((steps.body_speed_m_s() - 1.0).abs() < 0.015);
    }

    #[test]
    fn turns_to_a_goal_behind_before_it_walks() {
        let taken = walk(vec![], GoalConfig { xy_m: (-4.0, 0.0), yaw_rad: None, radius_m: 0.2 });
        let mut before = Isometry3::translation(0.0, 0.09, 0.0);
        for (step, _) in &taken {
            let now = step.world_from_sole;
            let bent = wrap(heading(&now) - std::f64::consts::PI).abs();
            let way_m = now.translation.vector.xy().norm();
            assert!(way_m < 0.3 || bent < 0.3, "walks {way_m:.2} m off while turned by {bent:.2}");
            assert!(wrap(heading(&now) - heading(&before)).abs() < TURN_PER_STEP_RAD + 0.05);
            before = now;
        }
    }

    #[test]
    fn waits_where_it_may_not_go_on_and_goes_on_when_it_may() {
        let map = WorldMap::new(&TerrainConfig { friction: 0.8, features: vec![] });
        let goals = [GoalConfig { xy_m: (8.0, 0.0), yaw_rad: None, radius_m: 0.2 }];
        let request = RouteRequest::standing(Point2::origin(), &goals, 1.0, 0.4);
        let mut steps = RouteSteps::new(plan_route(&map, &request).expect("a way"), &map, PACE);
        let stand = |side: Side| Support {
            side,
            world_from_sole: Isometry3::translation(0.0, 0.09 * side.sign(), 0.0),
        };
        let (mut support, mut other) = (stand(Side::Right), stand(Side::Left));
        let (mut waited, mut stopped_m) = (0, 0.0);
        for step in 0..60 {
            if step == 6 {
                steps.allow(0.0);
            }
            let mut plan = Vec::new();
            steps.next_steps(&support, &other, &mut plan);
            let Some(first) = plan.first() else {
                if steps.done() {
                    break;
                }
                waited += 1;
                stopped_m = support.world_from_sole.translation.x;
                if waited == 5 {
                    steps.allow(1.0);
                }
                continue;
            };
            other = support;
            support = Support { side: first.side, world_from_sole: first.world_from_sole };
            steps.advance(PACE.step_s);
        }
        assert_eq!(waited, 5);
        assert!((1.5..4.0).contains(&stopped_m), "{stopped_m}");
        assert!(steps.done() && (support.world_from_sole.translation.x - 8.0).abs() < 0.15);
    }

    #[test]
    fn every_sole_on_stairs_lies_on_its_tread() {
        let goal = GoalConfig { xy_m: (11.0, 0.0), yaw_rad: None, radius_m: 0.2 };
        let features = stairs_between_walls(0.17, 0.28, 8);
        let map = WorldMap::new(&TerrainConfig { friction: 0.8, features: features.clone() });
        let taken = walk(features, goal);
        let (mut ups, mut downs) = (0, 0);
        for (step, height) in &taken {
            let at = step.world_from_sole.translation;
            // All of it going up; going down the toes may stand over the nosing.
            for x in [-0.1225, 0.1] {
                let corner = Point2::new(at.x + x, at.y);
                assert!((map.height_m(&corner) - height).abs() < 1e-9, "{at:?} at {height}");
            }
            ups += usize::from(step.rise_m > 0.1);
            downs += usize::from(step.rise_m < -0.1);
            assert!(step.rise_m.abs() < 0.18);
        }
        assert_eq!((ups, downs), (8, 8));
    }

    /// Up with a quarter turn to the left, a landing, and down with one to the right, the steps wound or straight with
    /// a landing between; a wall on both sides of the upper landing leaves no other way.
    fn turning_between_walls(rise_m: f64, run_m: f64, radius_m: Option<f64>) -> Vec<Feature> {
        let pieces_of = |turn: Turn, down: bool| match radius_m {
            Some(radius_m) => {
                let steps = (std::f64::consts::FRAC_PI_2 * radius_m / run_m).round() as usize;
                vec![StairPiece::Wound { steps, radius_m, turn, down }]
            }
            None => {
                let angle_rad = std::f64::consts::FRAC_PI_2;
                let straight = StairPiece::Straight { steps: 3, down };
                vec![straight, StairPiece::Corner { angle_rad, radius_m: 0.8, turn, down }, straight]
            }
        };
        let mut pieces = pieces_of(Turn::Left, false);
        pieces.push(StairPiece::Landing { length_m: 1.2, down: false });
        pieces.extend(pieces_of(Turn::Right, true));
        let staircase =
            Feature::Staircase { start_m: (3.0, 0.0), heading_rad: 0.0, rise_m, run_m, width_m: 1.4, pieces };
        let line = Staircase::of(&staircase).expect("a staircase");
        let highest = line.levels.iter().max_by(|a, b| a.height_m.total_cmp(&b.height_m)).expect("levels");
        let top_m = 0.5 * (highest.from_m + highest.to_m);
        let wall = |sign: f64| {
            let place = |left_m: f64| line.at(top_m) * Point2::new(0.0, sign * left_m);
            let (from, to) = (place(0.75), place(30.0));
            Feature::Wall { from_m: (from.x, from.y), to_m: (to.x, to.y), height_m: 1.0, thickness_m: 0.1 }
        };
        vec![staircase, wall(1.0), wall(-1.0)]
    }

    /// Share of a sole that lies on ground of a height.
    fn share_on(map: &WorldMap, sole: &Isometry3<f64>, height_m: f64) -> f64 {
        let places = (-10..=10).flat_map(|i| (-4..=4).map(move |j| (f64::from(i), f64::from(j))));
        let on = places.filter(|(i, j)| {
            let at = Point3::new(i / 10.0 * PACE.half_sole_m, j / 4.0 * PACE.half_sole_width_m, 0.0);
            (map.height_m(&(sole * at).xy()) - height_m).abs() < 1e-6
        });
        on.count() as f64 / (21.0 * 9.0)
    }

    #[test]
    fn round_bends_every_sole_lies_on_its_own_tread() {
        let shapes = [
            (0.17, 0.28, None),
            (0.17, 0.28, Some(0.9)),
            (0.19, 0.27, Some(1.2)),
            (0.16, 0.3, Some(1.5)),
            (0.19, 0.24, Some(0.9)),
        ];
        for (rise_m, run_m, radius_m) in shapes {
            let features = turning_between_walls(rise_m, run_m, radius_m);
            let map = WorldMap::new(&TerrainConfig { friction: 0.8, features: features.clone() });
            let length_m = map.flights()[0].length_m();
            let end = map.flights()[0].place(length_m + 2.0, 0.0);
            let goal = GoalConfig { xy_m: (end.x, end.y), yaw_rad: None, radius_m: 0.2 };
            let (mut ups, mut downs) = (0, 0);
            let mut before: Option<Foothold> = None;
            let (mut left_rad, mut right_rad) = (0.0, 0.0);
            for (step, height) in walk(features, goal) {
                let share = share_on(&map, &step.world_from_sole, height);
                // Where the tread under the inner foot is shorter than a sole, two thirds as on straight stairs.
                let inner_m = run_m * radius_m.map_or(1.0, |radius_m| 1.0 - 0.5 * PACE.width_m / radius_m);
                let least = if inner_m > 2.0 * PACE.half_sole_m { 0.8 } else { 2.0 / 3.0 };
                assert!(
                    share > least,
                    "{share} of a sole at {height} of {rise_m} {run_m} {radius_m:?}: {step:?}"
                );
                left_rad += step.turn_rad.max(0.0);
                right_rad -= step.turn_rad.min(0.0);
                ups += usize::from(step.rise_m > 0.1);
                downs += usize::from(step.rise_m < -0.1);
                assert!(step.rise_m.abs() < rise_m + 0.01);
                // Square to the way: on stairs no foot is turned in by more than a tread's angle.
                if let (Some(before), Some(_)) = (before, step.stair_m) {
                    let turned =
                        wrap(heading(&step.world_from_sole) - heading(&before.world_from_sole)).abs();
                    assert!(turned < 0.5, "{turned} to {step:?}, {rise_m} {run_m} {radius_m:?}");
                }
                before = Some(step);
            }
            // Tread by tread the turn is told, to the left going up and to the right going down.
            if let Some(radius_m) = radius_m {
                let whole_rad = (std::f64::consts::FRAC_PI_2 * radius_m / run_m).round() * run_m / radius_m;
                assert!((left_rad - whole_rad).abs() < 1e-6, "{left_rad} of {whole_rad}");
                assert!((right_rad - whole_rad).abs() < 1e-6, "{right_rad} of {whole_rad}");
            }
            let risers = map.flights()[0].levels().len() / 2;
            assert_eq!((ups, downs), (risers, risers), "{rise_m} {run_m} {radius_m:?}");
        }
    }
}
