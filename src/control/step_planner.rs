//! The step planner: where the weight goes next, and when.
//!
//! It lays the supports to come (the one that carries, those planned, rest on both feet at the end) out
//! as two axis problems in the stance foot's frame and solves them for every duration of the present step
//! that is tried; see [`super::dcm`].

use nalgebra::{Isometry3, UnitQuaternion, Vector2, Vector3};

use super::dcm::{
    AxisChoice, AxisProblem, HORIZON, Range, StepSolver, SupportOnAxis, Timing, planned_offset,
};
use super::gait::{Gait, Phase};
use super::gait_parameters::GaitParameters;
use super::recovery::Reach;
use super::sole::CopRegion;
use super::swing::{SwingFoot, room_m};
use crate::config::controller::ControllerConfig;
use crate::footsteps::{Foothold, Surface};
use crate::model::Side;
use crate::model::angles::{heading, level, wrap};

/// Change of the step's duration tried from one solution to the next [s].
const TIMING_STEP_S: f64 = 0.012;

/// How much longer than planned a step may take [s].
const LONGER_S: f64 = 0.15;

/// Time that a foot takes at least from over what it was raised over to the ground [s].
pub const ONWARD_S: f64 = 0.17;

/// Share of the planned time that a step up or down takes at least.
const STAIR_SHARE: f64 = 0.85;

/// Room for the supports of a plan.
const MAX_SUPPORTS: usize = 16;

/// What the planner looks at.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// Phase, clock and stance foot.
    pub gait: &'a Gait,
    /// Footholds to come.
    pub plan: &'a [Foothold],
    /// Sole frames, left first.
    pub soles: &'a [Isometry3<f64>; 2],
    /// The foot in the air.
    pub swing: &'a SwingFoot,
    /// Where it is sent.
    pub target: &'a Isometry3<f64>,
    /// Measured DCM [m].
    pub dcm: Vector2<f64>,
    /// Disturbance as a CoP offset, world axes [m].
    pub disturbance: Vector2<f64>,
    /// Rate of divergence [1/s].
    pub omega: f64,
}

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepDecision {
    /// Duration of the present phase [s].
    pub duration_s: f64,
    /// CoP the swing foot is to bring, world [m]; none while no foot swings or it is too late.
    pub next_cop: Option<Vector2<f64>>,
    /// Measured less planned DCM, world [m].
    pub dcm_error: Vector2<f64>,
    /// How far beyond its plan the DCM will be when the next support takes over, world [m].
    pub left_over: Vector2<f64>,
}

/// A support of the horizon.
#[derive(Debug, Clone, Copy)]
struct Coming {
    cop: Vector2<f64>,
    duration_s: f64,
    /// Index in the plan; none for a foot that stands already and for rest on both feet.
    foothold: Option<usize>,
}

/// Chooses CoP, footholds and duration on the measured DCM.
#[derive(Debug, Clone)]
pub struct StepPlanner {
    config: ControllerConfig,
    gait: GaitParameters,
    regions: [CopRegion; 2],
    surfaces: [Surface; 2],
    solver: StepSolver,
    coming: Vec<Coming>,
    cops: Vec<Vector2<f64>>,
    durations_s: Vec<f64>,
    choice: [AxisChoice; 2],
    axes: Axes,
}

/// Frame the axis problems are laid out in: the stance foot's heading.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Axes {
    sin: f64,
    cos: f64,
}

impl Axes {
    fn along(yaw_rad: f64) -> Self {
        let (sin, cos) = yaw_rad.sin_cos();
        Self { sin, cos }
    }

    fn to_local(self, v: Vector2<f64>) -> Vector2<f64> {
        Vector2::new(self.cos * v.x + self.sin * v.y, -self.sin * v.x + self.cos * v.y)
    }

    fn to_world(self, v: Vector2<f64>) -> Vector2<f64> {
        Vector2::new(self.cos * v.x - self.sin * v.y, self.sin * v.x + self.cos * v.y)
    }
}

impl StepPlanner {
    /// Goes on with another step timing.
    pub fn set_timing(&mut self, gait: GaitParameters) {
        self.gait = gait;
    }

    /// Allocates the workspace.
    pub fn new(config: &ControllerConfig, gait: GaitParameters, regions: [CopRegion; 2]) -> Self {
        Self {
            config: *config,
            gait,
            regions,
            surfaces: [Surface::WIDE; 2],
            solver: StepSolver::new(config.balance),
            coming: Vec::with_capacity(MAX_SUPPORTS),
            cops: Vec::with_capacity(MAX_SUPPORTS),
            durations_s: Vec::with_capacity(MAX_SUPPORTS),
            choice: [AxisChoice::default(); 2],
            axes: Axes::along(0.0),
        }
    }

    /// Goes on from the choice another planner has made for the same step.
    pub fn take_over(&mut self, before: &Self) {
        self.choice = before.choice;
        self.axes = before.axes;
        self.surfaces = before.surfaces;
    }

    /// Says what a foot lies on, or comes to lie on.
    pub fn lay_on(&mut self, side: Side, surface: Surface) {
        self.surfaces[side.index()] = surface;
    }

    /// What a foot lies on, or comes to lie on.
    pub fn surface(&self, side: Side) -> Surface {
        self.surfaces[side.index()]
    }

    /// Where the CoP of a foot may be on what it lies on.
    fn region(&self, side: Side) -> CopRegion {
        self.region_on(side, &self.surfaces[side.index()])
    }

    fn region_on(&self, side: Side, surface: &Surface) -> CopRegion {
        self.regions[side.index()].on(surface, self.config.balance.cop_margin_m)
    }

    /// How far along a sole the CoP can be moved from where it is by choice [m].
    pub fn cop_reach_m(&self, side: Side) -> f64 {
        self.regions[side.index()].half().0
    }

    /// CoP a foot has by choice, world [m].
    pub fn cop_of(&self, side: Side, sole: &Isometry3<f64>) -> Vector2<f64> {
        self.cop_on(side, sole, &self.surfaces[side.index()])
    }

    fn cop_on(&self, side: Side, sole: &Isometry3<f64>, surface: &Surface) -> Vector2<f64> {
        (sole * nalgebra::Point3::from(self.region_on(side, surface).middle())).xy().coords
    }

    /// What the CoP of both feet can reach together.
    pub fn reach(&self, soles: &[Isometry3<f64>; 2]) -> Reach {
        let feet = Side::BOTH.map(|side| level(&soles[side.index()]));
        let heading_rad = heading(&feet[0]) + 0.5 * wrap(heading(&feet[1]) - heading(&feet[0]));
        let cops = Side::BOTH.map(|side| self.cop_of(side, &feet[side.index()]));
        let apart = Axes::along(heading_rad).to_local(0.5 * (cops[0] - cops[1])).abs();
        let half = self.region(Side::Left).half();
        Reach { middle: 0.5 * (cops[0] + cops[1]), heading_rad, half_m: (apart.x + half.0, apart.y + half.1) }
    }

    /// The chosen CoP's offset from the planned one, world [m].
    pub fn cop_offset(&self) -> Vector2<f64> {
        self.axes.to_world(Vector2::new(self.choice[0].cop_m, self.choice[1].cop_m))
    }

    /// Sole whose CoP by choice lies at `cop`, at a height [m] and with a heading [rad].
    pub fn sole_at(&self, side: Side, cop: Vector2<f64>, z_m: f64, yaw_rad: f64) -> Isometry3<f64> {
        let surface = self.surface(side);
        let yaw = UnitQuaternion::from_axis_angle(&Vector3::z_axis(), yaw_rad);
        let rotation = if surface.is_level() { yaw } else { surface.tilt() * yaw };
        let middle = rotation * self.region(side).middle();
        Isometry3::from_parts(Vector3::new(cop.x - middle.x, cop.y - middle.y, z_m).into(), rotation)
    }

    /// Solves; nothing changes while the robot stands.
    pub fn decide(&mut self, now: &Situation) -> StepDecision {
        let gait = now.gait;
        let mut decision = StepDecision {
            duration_s: gait.duration_s,
            next_cop: None,
            dcm_error: now.dcm - self.middle(now.soles),
            left_over: Vector2::zeros(),
        };
        if gait.phase == Phase::Stand {
            return decision;
        }
        let stance = level(&now.soles[gait.stance.index()]);
        self.axes = Axes::along(heading(&stance));
        let (present, remaining_s) = self.lay_out(now);
        decision.dcm_error = now.dcm - self.planned_dcm(present, remaining_s, now.omega);
        let mut problems = self.problems(now, present);

        let freeze_s = self.config.swing.freeze_s;
        let nominal_s = self.gait.single_support_for_s(now.plan.first());
        // A foot on stairs has no time to lose.
        let least_s = match now.plan.first() {
            Some(step) if step.stair_m.is_some() => STAIR_SHARE * nominal_s,
            _ => self.gait.min_single_support_s,
        };
        // One that has to be raised over something needs its time for that, and then the shortest there is.
        let up_s = now.swing.up_s().filter(|_| gait.phase == Phase::Single);
        let raised_s = up_s.map_or(0.0, |up_s| up_s + ONWARD_S);
        let shortest_s = least_s.max(gait.clock_s + freeze_s).max(raised_s);
        let longest_s = (nominal_s + LONGER_S).max(raised_s);
        let free = gait.phase == Phase::Single && gait.remaining_s() > freeze_s;

        let mut timing = Timing { remaining_s, durations_s: [0.0; HORIZON] };
        timing.durations_s.copy_from_slice(&self.durations_s[..HORIZON]);
        let mut best: Option<(f64, f64, [AxisChoice; 2])> = None;
        for shift_s in [0.0, -TIMING_STEP_S, TIMING_STEP_S] {
            let duration_s = gait.duration_s + shift_s;
            if shift_s != 0.0 && (!free || duration_s < shortest_s || duration_s > longest_s) {
                continue;
            }
            timing.remaining_s = (remaining_s + shift_s).max(0.002);
            if gait.phase == Phase::Single {
                let place = self.swing_place(now, present, gait.remaining_s() + shift_s);
                if shift_s < 0.0 && place.iter().any(|place| place.is_crossed()) {
                    continue;
                }
                problems[0].supports[0].place = place[0].uncrossed();
                problems[1].supports[0].place = place[1].uncrossed();
            }
            let x = self.solver.solve(&problems[0], now.omega, &timing);
            let y = self.solver.solve(&problems[1], now.omega, &timing);
            let late_s = if gait.phase == Phase::Single { duration_s - nominal_s } else { 0.0 };
            let cost = x.cost + y.cost + self.config.balance.timing_weight * late_s * late_s;
            if best.as_ref().is_none_or(|(least, _, _)| cost < *least - 1e-7) {
                best = Some((cost, duration_s, [x, y]));
            }
        }
        let Some((_, duration_s, choice)) = best else { return decision };
        self.choice = choice;
        let next_offset = Vector2::new(choice[0].next_offset_m, choice[1].next_offset_m);
        let planned = planned_offset(&self.cops, &self.durations_s, 0, now.omega);
        decision.left_over = self.axes.to_world(next_offset) - planned;
        if gait.phase == Phase::Single {
            decision.duration_s = duration_s;
            if duration_s - gait.clock_s > freeze_s {
                let place = Vector2::new(choice[0].supports_m[0], choice[1].supports_m[0]);
                decision.next_cop = Some(present + self.axes.to_world(place));
            }
        }
        decision
    }

    /// Middle between the feet's CoPs by choice, world [m].
    fn middle(&self, soles: &[Isometry3<f64>; 2]) -> Vector2<f64> {
        let [left, right] = Side::BOTH.map(|side| self.cop_of(side, &level(&soles[side.index()])));
        0.5 * (left + right)
    }

    /// Where the DCM would be now if all went as laid out, world [m].
    fn planned_dcm(&self, present: Vector2<f64>, remaining_s: f64, omega: f64) -> Vector2<f64> {
        let next = self.cops[0] + planned_offset(&self.cops, &self.durations_s, 0, omega);
        present + (next - present) * (-omega * remaining_s).exp()
    }

    /// Lists the supports to come; returns the present CoP and the time until the next one takes over.
    fn lay_out(&mut self, now: &Situation) -> (Vector2<f64>, f64) {
        let (gait, plan) = (now.gait, now.plan);
        let config = self.gait;
        let half_double_s = 0.5 * config.double_support_for_s(plan.first());
        let step_s =
            |step: Option<&Foothold>| config.single_support_for_s(step) + config.double_support_for_s(step);
        let stance_cop = self.cop_of(gait.stance, &level(&now.soles[gait.stance.index()]));
        let other = gait.stance.other();
        let other_cop = self.cop_of(other, &level(&now.soles[other.index()]));
        let (present, remaining_s) = match gait.phase {
            Phase::Shift => (0.5 * (stance_cop + other_cop), gait.remaining_s()),
            Phase::Double if waits(gait) => (other_cop, gait.remaining_s() - 0.5 * gait.duration_s),
            Phase::Double => {
                (stance_cop, gait.remaining_s() + config.single_support_for_s(plan.first()) + half_double_s)
            }
            _ => (stance_cop, gait.remaining_s() + half_double_s),
        };

        self.coming.clear();
        if waits(gait) {
            let begun_s = if gait.phase == Phase::Shift { half_double_s } else { 0.0 };
            let duration_s = step_s(plan.first()) - begun_s;
            self.coming.push(Coming { cop: stance_cop, duration_s, foothold: None });
        }
        for (i, step) in plan.iter().enumerate().take(MAX_SUPPORTS - HORIZON - 1) {
            self.coming.push(Coming {
                cop: self.cop_on(step.side, &step.world_from_sole, &step.surface),
                duration_s: step_s(plan.get(i + 1)),
                foothold: Some(i),
            });
        }
        // After the last step both feet carry.
        let rest = match self.coming.as_slice() {
            [] => 0.5 * (stance_cop + other_cop),
            [only] => 0.5 * (only.cop + present),
            [.., a, b] => 0.5 * (a.cop + b.cop),
        };
        let count = HORIZON.max(self.coming.len() + 1);
        self.coming.resize(count, Coming { cop: rest, duration_s: step_s(None), foothold: None });
        self.cops.clear();
        self.cops.extend(self.coming.iter().map(|support| support.cop));
        self.durations_s.clear();
        self.durations_s.extend(self.coming.iter().map(|support| support.duration_s));
        (present, remaining_s.max(0.002))
    }

    /// The axis problems, but for where the swing foot can get to.
    fn problems(&self, now: &Situation, present: Vector2<f64>) -> [AxisProblem; 2] {
        let anywhere = Range::new(-10.0, 10.0);
        let support = SupportOnAxis { planned_m: 0.0, step: anywhere, place: anywhere, weight: 1.0 };
        let axes = self.axes;
        let final_offset =
            axes.to_local(planned_offset(&self.cops, &self.durations_s, HORIZON - 1, now.omega));
        let dcm = axes.to_local(now.dcm - present);
        let disturbance = axes.to_local(now.disturbance);
        let cop = self.cop_ranges(now, present);
        let mut problems = [0, 1].map(|axis| AxisProblem {
            dcm_m: dcm[axis],
            cop: cop[axis],
            disturbance_m: disturbance[axis],
            supports: [support; HORIZON],
            final_offset_m: final_offset[axis],
        });
        let reach = &self.gait;
        let mut previous = Vector2::zeros();
        for (k, coming) in self.coming.iter().take(HORIZON).enumerate() {
            let planned = axes.to_local(coming.cop - present);
            for axis in 0..2 {
                problems[axis].supports[k].planned_m = planned[axis];
            }
            if let Some(index) = coming.foothold {
                let step = &now.plan[index];
                let sign = step.side.sign();
                let (near, far) = (sign * reach.min_width_m, sign * reach.max_width_m);
                problems[0].supports[k].step = Range::new(-reach.max_backward_m, reach.max_forward_m);
                problems[1].supports[k].step = Range::new(near.min(far), near.max(far));
                if let Some((along, across)) = step.slack_m {
                    for (axis, slack) in [along, across].into_iter().enumerate() {
                        // The first foothold's slack is about its place, later ones' about the step.
                        let from = if k == 0 { 0.0 } else { previous[axis] };
                        let middle = planned[axis] - from;
                        problems[axis].supports[k].step = Range::new(middle - slack, middle + slack);
                    }
                }
            } else {
                // A foot that already stands, or rest on both feet.
                for axis in 0..2 {
                    problems[axis].supports[k].weight = 1000.0;
                    if k == 0 && waits(now.gait) {
                        problems[axis].supports[k].place = Range::exactly(planned[axis]);
                    }
                }
            }
            previous = planned;
        }
        problems
    }

    /// CoP ranges of the present support in its own frame.
    fn cop_ranges(&self, now: &Situation, present: Vector2<f64>) -> [Range; 2] {
        let region = |side: Side| {
            let half = self.region(side).half();
            let at = self.axes.to_local(self.cop_of(side, &level(&now.soles[side.index()])) - present);
            [Range::new(at.x - half.0, at.x + half.0), Range::new(at.y - half.1, at.y + half.1)]
        };
        let own = region(now.gait.stance);
        let other = region(now.gait.stance.other());
        match now.gait.phase {
            Phase::Shift => [0, 1].map(|axis| own[axis].hull(other[axis])),
            Phase::Double if waits(now.gait) => other,
            _ => own,
        }
    }

    /// Where the swing foot can still get to in the time left [s], relative to the present support.
    ///
    /// A range whose ends have changed places is that of a foot which cannot stop in time.
    fn swing_place(&self, now: &Situation, present: Vector2<f64>, left_s: f64) -> [Range; 2] {
        let side = now.gait.stance.other();
        if now.gait.remaining_s() <= self.config.swing.freeze_s {
            let at = self.axes.to_local(self.cop_of(side, now.target) - present);
            return [Range::exactly(at.x), Range::exactly(at.y)];
        }
        let left_s = (left_s - now.swing.held_s()).max(0.02);
        let mut rest = *now.target;
        let (position, velocity) = (now.swing.xy_m(), now.swing.xy_velocity_m_s());
        rest.translation.x = position.x + 0.5 * left_s * velocity.x;
        rest.translation.y = position.y + 0.5 * left_s * velocity.y;
        let at = self.axes.to_local(self.cop_of(side, &rest) - present);
        let speed = self.axes.to_local(velocity);
        [0, 1].map(|axis| {
            let room = room_m(self.config.swing.max_acceleration_m_s2, speed[axis], left_s);
            Range::new(at[axis] - room, at[axis] + room)
        })
    }
}

/// Whether the weight has yet to pass to the stance foot.
fn waits(gait: &Gait) -> bool {
    match gait.phase {
        Phase::Shift => true,
        Phase::Double => gait.progress() < 0.5,
        _ => false,
    }
}
