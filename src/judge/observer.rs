//! Watches a run tick by tick.

use std::collections::VecDeque;

use nalgebra::{Point2, Vector2, Vector3};

use super::command::{StopCounter, piece_at, walks};
use super::expectation::{ExpectationResult, evaluate};
use super::feet::FootContact;
use super::metrics::Metrics;
use super::path::CommandedPath;
use super::spill::SpillWatch;
use super::stairs::StairTimer;
use super::touches::Touches;
use super::window::{SignalWindow, window_name};
use crate::config::scenario::{CommandConfig, Expectation, GoalConfig, VelocityPiece};
use crate::model::Side;
use crate::model::angles::{heading, wrap};
use crate::navigation::Route;
use crate::signals::{Moment, signals_of};
use crate::simulation::{Fall, Simulation, Snapshot};

/// When a standing robot has settled [s].
const SETTLED_S: f64 = 1.0;
/// Speed no part of the robot comes near an obstacle with [m/s]; sets how often clearance is looked at.
const APPROACH_M_S: f64 = 5.0;
/// Longest time between two looks at the clearance [s].
const CLEARANCE_EVERY_S: f64 = 0.02;
/// Least way for a cost of transport [m].
const LEAST_WAY_M: f64 = 0.5;
/// Vertical force below which a foot has no centre of pressure worth the name [N].
const LEAST_FORCE_N: f64 = 10.0;

/// The last seconds of the way along the path: times and places, the oldest first.
#[derive(Debug, Clone, Default)]
struct LastSpan {
    samples: VecDeque<(f64, f64)>,
}

impl LastSpan {
    /// Takes a place; after a pause it begins anew.
    fn extend(&mut self, time_s: f64, along_m: f64, dt_s: f64) {
        if self.samples.back().is_some_and(|(last_s, _)| time_s - last_s > 1.5 * dt_s) {
            self.samples.clear();
        }
        self.samples.push_back((time_s, along_m));
        // One sample more than the span keeps its start.
        while self.samples.get(1).is_some_and(|(second_s, _)| time_s - second_s >= Judge::LAST_SPAN_S - 1e-9)
        {
            self.samples.pop_front();
        }
    }

    fn speed(&self) -> Option<f64> {
        let (from_s, from_m) = self.samples.front()?;
        let (to_s, to_m) = self.samples.back()?;
        (to_s - from_s >= Judge::LAST_SPAN_S - 1e-9).then(|| (to_m - from_m) / (to_s - from_s))
    }
}

/// Part of the run over which the path speed is taken.
#[derive(Debug, Clone, Copy)]
struct Span {
    from_s: f64,
    to_s: f64,
    from_m: f64,
    to_m: f64,
}

impl Span {
    fn extend(span: &mut Option<Self>, time_s: f64, along_m: f64) {
        let span = span.get_or_insert(Self { from_s: time_s, to_s: time_s, from_m: along_m, to_m: along_m });
        (span.to_s, span.to_m) = (time_s, along_m);
    }

    fn speed(&self) -> Option<f64> {
        let seconds = self.to_s - self.from_s;
        (seconds > 1e-9).then(|| (self.to_m - self.from_m) / seconds)
    }
}

/// Measures a run; made before the first tick, told of every tick.
#[derive(Debug, Clone)]
pub struct Judge {
    script: Vec<VelocityPiece>,
    goals: Vec<GoalConfig>,
    path: Option<CommandedPath>,
    stairs: StairTimer,
    feet: [FootContact; 2],
    stops: StopCounter,
    weight_n: f64,
    dt_s: f64,

    fall: Option<Fall>,
    time_s: f64,
    /// Where the CoM was at the last touchdown of the left foot, and the way up to there.
    stride: (Point2<f64>, f64),
    com: Point2<f64>,
    span: Option<Span>,
    last: LastSpan,
    deviation_m: Option<f64>,
    /// Where there are any.
    obstacles: Option<Touches>,
    people: Option<Touches>,
    /// Where it carries a cup.
    liquid: Option<SpillWatch>,
    look_again_s: f64,
    /// Length of the route it is held against [m], and the way walked when the last goal was reached [m].
    route_m: Option<f64>,
    walked_m: Option<f64>,
    goals_reached: usize,
    final_error: Option<(f64, f64)>,
    peak_torque_share: f64,
    work_j: f64,
    residual_share: f64,
    settled: Option<Vector3<f64>>,
    travel_m: Option<f64>,
    steps: u64,
    state_hash: u64,

    expectations: Vec<Expectation>,
    /// Those of the expectations that bound a signal.
    windows: Vec<Option<SignalWindow>>,
    ended: bool,
}

impl Judge {
    /// Distance beyond which obstacles are not looked for [m].
    pub const CLEARANCE_HORIZON_M: f64 = 2.0;
    /// Length of the last part of the way whose speed is given on its own [s].
    pub const LAST_SPAN_S: f64 = 5.0;

    /// A judge of a run that has not made its first tick.
    pub fn new(simulation: &Simulation) -> Self {
        let scenario = simulation.scenario();
        let (script, goals) = match &scenario.command {
            CommandConfig::Velocity { script } => (script.clone(), Vec::new()),
            CommandConfig::Goals { goals, .. } => (Vec::new(), goals.clone()),
        };
        // What a robot without a map sets out on leads through what it has not seen yet.
        let with_map = simulation.perceived().and_then(|_| simulation.route_with_map());
        let route = with_map.as_ref().or(simulation.route());
        let path = match route {
            Some(route) => Some(CommandedPath::of_route(route)),
            None => CommandedPath::of_script(&script, &scenario.start),
        };
        let com = simulation.snapshot().dynamics.com().xy().into();
        let signals = signals_of(simulation.model());
        let window = |expectation: &Expectation| SignalWindow::of(expectation, &signals);
        Self {
            windows: scenario.expectations.iter().map(window).collect(),
            expectations: scenario.expectations.clone(),
            ended: false,
            script,
            goals,
            path,
            stairs: StairTimer::new(simulation.map().flights()),
            feet: [FootContact::standing(), FootContact::standing()],
            stops: StopCounter::default(),
            weight_n: simulation.model().mass_kg * scenario.physics.gravity_m_s2,
            dt_s: scenario.physics.dt_s,
            fall: None,
            time_s: 0.0,
            stride: (com, 0.0),
            com,
            span: None,
            last: LastSpan::default(),
            deviation_m: None,
            obstacles: (simulation.world().obstacle_count() > 0).then(|| Touches::none("obstacle")),
            people: (simulation.world().people().count() > 0).then(|| Touches::none("person")),
            liquid: scenario.cup.as_ref().map(|cup| SpillWatch::new(cup.spill_rad)),
            look_again_s: 0.0,
            route_m: route.map(Route::length_m),
            walked_m: None,
            goals_reached: 0,
            final_error: None,
            peak_torque_share: 0.0,
            work_j: 0.0,
            residual_share: 0.0,
            settled: None,
            travel_m: None,
            steps: 0,
            state_hash: simulation.state_hash(),
        }
    }

    /// Takes what happened in the last tick. How the robot walks is measured until it falls only.
    pub fn observe(&mut self, simulation: &Simulation) {
        let now = simulation.snapshot();
        self.time_s = now.time_s;
        if self.fall.is_none() {
            self.fall = simulation.fall().cloned();
        }
        self.residual_share = simulation.audit().worst_share();
        self.peak_torque_share = simulation.actuators().peak_share();
        self.follow_touches(simulation, &now);
        if self.windows.iter().any(Option::is_some) {
            let moment = Moment::of(simulation);
            self.windows.iter_mut().flatten().for_each(|window| window.observe(&moment));
        }
        if self.fall.is_some() {
            return;
        }
        if let Some(liquid) = &mut self.liquid {
            liquid.observe(&now);
        }
        let speeds = now.truth.joint_speeds();
        let power: f64 = now.motor_nm.iter().zip(speeds.iter()).map(|(nm, speed)| (nm * speed).abs()).sum();
        self.work_j += power * self.dt_s;
        let com = now.dynamics.com();
        self.com = com.xy().into();
        let landed = self.contacts_of_feet(simulation, &now);
        if landed[Side::Left.index()] {
            self.stride = (self.com, self.way_m());
        }
        let touchdowns = landed.into_iter().filter(|landed| *landed).count() as u64;
        self.steps += touchdowns;
        self.stairs.observe(now.time_s, &self.com);
        if self.goals.is_empty() {
            self.follow_script(&com, touchdowns);
        } else {
            self.follow_goals(simulation, &now);
        }
    }

    /// The figures at the end, with the hash of the last state.
    pub fn finish(&mut self, simulation: &Simulation) -> Metrics {
        self.state_hash = simulation.state_hash();
        self.ended = true;
        self.metrics()
    }

    /// The scenario's expectations in their order, held against the figures so far.
    pub fn results(&self) -> Vec<ExpectationResult> {
        let metrics = self.metrics();
        let held = |(expectation, window): (&Expectation, &Option<SignalWindow>)| {
            let Some(signal) = &expectation.signal else {
                let name = expectation.metric.clone().unwrap_or_default();
                let measured = metrics.value(&name);
                return evaluate(expectation, name, measured);
            };
            let measured = window.as_ref().and_then(SignalWindow::figure);
            let mut result = evaluate(expectation, window_name(expectation, signal), measured);
            if self.ended && window.as_ref().is_some_and(|window| window.is_cut_off(self.time_s)) {
                result.pass = false;
                result.reason = Some(format!("the run ended at {:.2} s, before the window", self.time_s));
            }
            result
        };
        self.expectations.iter().zip(&self.windows).map(held).collect()
    }

    /// The figures so far; the hash is that of the start.
    pub fn metrics(&self) -> Metrics {
        let distance_m = self.way_m();
        let has_goals = !self.goals.is_empty();
        let goals = |count: usize| has_goals.then_some(count as u64);
        let slides = self.feet.each_ref().map(FootContact::worst_slide_m);
        let clearance_m = |touches: &Option<Touches>| {
            touches.as_ref().map(|touches| touches.clearance_m(Self::CLEARANCE_HORIZON_M))
        };
        let touches = [&self.obstacles, &self.people].into_iter().flatten().flat_map(Touches::first);
        Metrics {
            fell: self.fall.is_some(),
            fall_time_s: self.fall.as_ref().map(|fall| fall.at_s),
            fall_cause: self.fall.as_ref().map(|fall| fall.cause.to_string()),
            sim_time_s: self.time_s,
            distance_m,
            path_speed_mean_mps: self.span.as_ref().and_then(Span::speed),
            path_speed_last_mps: self.last.speed(),
            path_deviation_max_m: self.deviation_m,
            obstacle_contacts: self.obstacles.as_ref().map_or(0, Touches::count),
            min_clearance_m: clearance_m(&self.obstacles),
            people_contacts: self.people.as_ref().map_or(0, Touches::count),
            people_clearance_m: clearance_m(&self.people),
            touches: touches.cloned().collect(),
            detour_ratio: self.walked_m.zip(self.route_m).map(|(walked, route)| walked / route.max(0.1)),
            goals_reached: goals(self.goals_reached),
            goals_total: goals(self.goals.len()),
            final_position_error_m: self.final_error.map(|(distance, _)| distance),
            final_heading_error_rad: self
                .final_error
                .map(|(_, turn)| turn)
                .filter(|_| self.goals.last().is_some_and(|goal| goal.yaw_rad.is_some())),
            peak_torque_share: self.peak_torque_share,
            cost_of_transport: (distance_m >= LEAST_WAY_M)
                .then(|| self.work_j / (self.weight_n * distance_m)),
            foot_slip_max_m: slides[0].max(slides[1]),
            momentum_residual_share: self.residual_share,
            com_travel_max_m: self.travel_m,
            stairs_speed_up_mps: self.stairs.up_mps(),
            stairs_speed_down_mps: self.stairs.down_mps(),
            stairs_slope_speed_up_mps: self.stairs.up_slope_mps(),
            stairs_slope_speed_down_mps: self.stairs.down_slope_mps(),
            spilled: self.liquid.as_ref().map(|liquid| liquid.spill().is_some()),
            spill: self.liquid.as_ref().and_then(SpillWatch::spill).cloned(),
            liquid_angle_max_rad: self.liquid.as_ref().map(SpillWatch::max_rad),
            liquid_angle_rms_rad: self.liquid.as_ref().map(SpillWatch::rms_rad),
            steps: self.steps,
            stop_steps: self.stops.most(),
            state_hash: self.state_hash,
        }
    }

    /// Horizontal way of the CoM, stride by stride [m].
    fn way_m(&self) -> f64 {
        self.stride.1 + (self.com - self.stride.0).norm()
    }

    fn follow_touches(&mut self, simulation: &Simulation, now: &Snapshot) {
        let model = simulation.model();
        let touched =
            [(&mut self.obstacles, &now.contacts.obstacle), (&mut self.people, &now.contacts.person)];
        for (touches, met) in touched {
            if let (Some(touches), Some(met)) = (touches, met) {
                touches.touch(now.time_s, met.index, &model.bodies[met.body].name, &met.at);
            }
        }
        let looks = self.fall.is_none() && now.time_s >= self.look_again_s;
        if looks && (self.obstacles.is_some() || self.people.is_some()) {
            let horizon_m = Self::CLEARANCE_HORIZON_M;
            let mut room_m = horizon_m;
            if let Some(obstacles) = &mut self.obstacles {
                let seen = simulation.world().obstacle_clearance_m(horizon_m);
                room_m = room_m.min(obstacles.near(seen, horizon_m));
            }
            if let Some(people) = &mut self.people {
                let seen = simulation.world().people_clearance_m(horizon_m);
                room_m = room_m.min(people.near(seen, horizon_m));
            }
            // Looking often only where a new minimum may come before the next look.
            self.look_again_s =
                now.time_s + (room_m / APPROACH_M_S).clamp(self.dt_s, CLEARANCE_EVERY_S) - 1e-9;
        }
    }

    /// Follows both soles; tells which foot has just landed.
    fn contacts_of_feet(&mut self, simulation: &Simulation, now: &Snapshot) -> [bool; 2] {
        Side::BOTH.map(|side| {
            let foot = &simulation.model().feet[side.index()];
            let wrench = &now.contacts.feet[side.index()];
            let up_n = wrench.force.z;
            let velocity = if up_n < LEAST_FORCE_N {
                Vector2::zeros()
            } else {
                let sole = now.dynamics.world_from_body(foot.body) * foot.body_from_sole;
                let cop = Vector3::new(-wrench.torque.y / up_n, wrench.torque.x / up_n, 0.0);
                let reach = foot.half_length_m.hypot(foot.half_width_m);
                let at = sole.translation.vector + cop.cap_magnitude(reach);
                now.dynamics.point_velocity(foot.body, &at).xy()
            };
            self.feet[side.index()].observe(now.time_s, self.dt_s, up_n, velocity)
        })
    }

    fn follow_script(&mut self, com: &Vector3<f64>, touchdowns: u64) {
        // The command that led to this tick held at its start.
        let asked = piece_at(&self.script, self.time_s - self.dt_s).is_some_and(walks);
        self.stops.observe(asked, touchdowns);
        let off_m = self.path.as_mut().map(|path| path.observe(&self.com));
        if asked {
            let along_m = self.path.as_ref().map_or_else(|| self.way_m(), CommandedPath::along_m);
            Span::extend(&mut self.span, self.time_s, along_m);
            self.last.extend(self.time_s, along_m, self.dt_s);
        }
        if self.span.is_some()
            && let Some(off_m) = off_m
        {
            self.deviation_m = Some(self.deviation_m.map_or(off_m, |worst| worst.max(off_m)));
        }
        if self.time_s >= SETTLED_S && !self.script.iter().any(walks) {
            let travel = (com - *self.settled.get_or_insert(*com)).norm();
            self.travel_m = Some(self.travel_m.map_or(travel, |worst| worst.max(travel)));
        }
    }

    fn follow_goals(&mut self, simulation: &Simulation, now: &Snapshot) {
        let Some(path) = &mut self.path else { return };
        let off_m = path.observe(&self.com);
        let lifted = self.feet.iter().filter_map(FootContact::first_lift_off_s).reduce(f64::min);
        if let Some(lifted_s) = lifted {
            self.deviation_m = Some(self.deviation_m.map_or(off_m, |worst| worst.max(off_m)));
            if self.goals_reached < self.goals.len() {
                let along_m = path.along_m();
                let from = Span { from_s: lifted_s, to_s: lifted_s, from_m: along_m, to_m: along_m };
                self.span.get_or_insert(from);
                Span::extend(&mut self.span, now.time_s, along_m);
                self.last.extend(now.time_s, along_m, self.dt_s);
            }
        }
        if let Some(goal) = self.goals.get(self.goals_reached) {
            let at = Point2::new(goal.xy_m.0, goal.xy_m.1);
            if (self.com - at).norm() <= goal.radius_m {
                self.goals_reached += 1;
                if self.goals_reached == self.goals.len() {
                    self.walked_m = Some(self.way_m());
                }
            }
        }
        if let Some(goal) = self.goals.last() {
            let soles = simulation
                .model()
                .feet
                .each_ref()
                .map(|foot| now.dynamics.world_from_body(foot.body) * foot.body_from_sole);
            let middle = 0.5 * (soles[0].translation.vector + soles[1].translation.vector);
            let (left, right) = (heading(&soles[0]), heading(&soles[1]));
            let yaw = right + 0.5 * wrap(left - right);
            let distance = (middle.xy() - Vector2::new(goal.xy_m.0, goal.xy_m.1)).norm();
            self.final_error = Some((distance, wrap(yaw - goal.yaw_rad.unwrap_or(yaw)).abs()));
        }
    }
}
