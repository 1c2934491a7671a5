//! The walking controller: puts phases, DCM plan, swing, height and whole-body QP together.

use nalgebra::{Isometry3, Translation3, UnitQuaternion, Vector2, Vector3};

use super::dcm::{
    AxisChoice, AxisProblem, DisturbanceObserver, HORIZON, Range, StepSolver, SupportOnAxis, Timing,
    planned_offset,
};
use super::gait::{Gait, Phase};
use super::height::HeightReference;
use super::orientation;
use super::pendulum::Pendulum;
use super::sole::CopRegion;
use super::swing::{SwingFoot, SwingReference};
use super::whole_body::{FootTask, JointTask, WholeBodyController, WholeBodyReport, WholeBodyTasks};
use crate::config::controller::ControllerConfig;
use crate::footsteps::{Foothold, StepSource, Support};
use crate::model::actuator::friction_nm;
use crate::model::angles::{heading, level, wrap};
use crate::model::{Dynamics, RobotModel, Side, State};

/// Time between two solutions of the step problem [s].
const PLAN_PERIOD_S: f64 = 0.004;

/// Change of the step's duration tried at a time [s].
const TIMING_STEP_S: f64 = 0.012;

/// Height over the foothold up to which a touch counts as ground that comes early [m].
const EARLY_M: f64 = 0.03;

/// Pitch at which a standing sole is on its toes only [rad].
const ON_TOES_RAD: f64 = 0.05;

/// Horizontal acceleration the CoM task may ask for [m/s^2].
const MAX_ACCELERATION_M_S2: f64 = 6.0;

/// What the controller gets each tick.
#[derive(Debug, Clone, Copy)]
pub struct WalkerInput<'a> {
    /// Estimated state.
    pub state: &'a State,
    /// Whether each foot is felt on the ground.
    pub touching: [bool; 2],
}

/// What the controller shows of itself, world frame.
#[derive(Debug, Clone, PartialEq)]
pub struct WalkerReport {
    /// Phase, clock and stance foot.
    pub gait: Gait,
    /// Estimated CoM [m].
    pub com: Vector3<f64>,
    /// Estimated DCM on the ground plane [m].
    pub dcm: Vector2<f64>,
    /// Commanded CoP [m].
    pub cop: Vector2<f64>,
    /// Disturbance the observer found, as a CoP offset [m].
    pub disturbance: Vector2<f64>,
    /// CoM acceleration asked of the whole body [m/s^2].
    pub wanted: Vector3<f64>,
    /// Target of the swing foot.
    pub target: Option<Isometry3<f64>>,
    /// Footholds to come.
    pub footholds: Vec<Foothold>,
    /// Whether the controller has given up and lets the robot down softly.
    pub falling: bool,
    /// Of the whole-body QP.
    pub whole_body: WholeBodyReport,
}

/// The walking controller of one robot.
pub struct Walker {
    config: ControllerConfig,
    dt_s: f64,
    gravity_m_s2: f64,
    dynamics: Dynamics,
    whole_body: WholeBodyController,
    tasks: WholeBodyTasks,
    solver: StepSolver,
    observer: DisturbanceObserver,
    cop_regions: [CopRegion; 2],
    trunk: usize,
    pelvis: usize,
    com_height_m: f64,
    omega: f64,
    gait: Gait,
    plan: Vec<Foothold>,
    swing: SwingFoot,
    swing_reference: Option<SwingReference>,
    target: Isometry3<f64>,
    height: HeightReference,
    yaw_rad: f64,
    yaw_rate: f64,
    choice: [AxisChoice; 2],
    plan_clock_s: f64,
    soles: [Isometry3<f64>; 2],
    step_rise_m: f64,
    half_lengths_m: [f64; 2],
    torques: Vec<f64>,
    report: WalkerReport,
    started: bool,
}

impl Walker {
    /// A controller that stands until its step source names footholds.
    pub fn new(model: &RobotModel, config: &ControllerConfig, dt_s: f64, gravity_m_s2: f64) -> Self {
        let mut dynamics = Dynamics::new(model);
        dynamics.gravity_m_s2 = gravity_m_s2;
        let cop_regions =
            [0, 1].map(|f| CopRegion::new(model, &model.feet[f], &config.balance, gravity_m_s2));
        let pelvis = common_ancestor(model);
        let joints = model.joints();
        let mut upright = State::zero(joints);
        upright.q.copy_from_slice(&model.posture);
        dynamics.update(model, &upright);
        let sole = dynamics.world_from_body(model.feet[0].body) * model.feet[0].body_from_sole;
        let com_height_m = config.body.com_height_m.unwrap_or(dynamics.com().z - sole.translation.z);
        let foot = FootTask {
            stands: true,
            max_force_n: f64::INFINITY,
            pivot_m: 0.0,
            cop_half_m: 0.0,
            linear: Vector3::zeros(),
            angular: Vector3::zeros(),
            linear_weight: 0.0,
            angular_weight: Vector3::zeros(),
        };
        let tasks = WholeBodyTasks {
            com: Vector3::zeros(),
            com_weight: Vector3::repeat(config.whole_body.com),
            angular_momentum: Vector3::zeros(),
            angular_momentum_weight: config.whole_body.angular_momentum,
            spin_share: 0.0,
            orientations: [(0, Vector3::zeros(), 0.0), (pelvis, Vector3::zeros(), 0.0)],
            feet: [foot; 2],
            joints: vec![JointTask::default(); joints],
        };
        let gait = Gait::standing();
        Self {
            config: *config,
            dt_s,
            gravity_m_s2,
            whole_body: WholeBodyController::new(model, config.whole_body, config.balance.cop_margin_m),
            tasks,
            solver: StepSolver::new(config.balance),
            observer: DisturbanceObserver::new(),
            cop_regions,
            trunk: 0,
            pelvis,
            com_height_m,
            omega: (gravity_m_s2 / com_height_m).sqrt(),
            gait,
            plan: Vec::with_capacity(16),
            swing: SwingFoot::lift_off(Isometry3::identity(), 0.0),
            swing_reference: None,
            target: Isometry3::identity(),
            height: HeightReference::at(0.0),
            yaw_rad: 0.0,
            yaw_rate: 0.0,
            choice: [AxisChoice::default(); 2],
            plan_clock_s: 0.0,
            soles: [Isometry3::identity(); 2],
            step_rise_m: 0.0,
            half_lengths_m: [0, 1].map(|f| model.feet[f].half_length_m),
            torques: vec![0.0; joints],
            report: WalkerReport {
                gait,
                com: Vector3::zeros(),
                dcm: Vector2::zeros(),
                cop: Vector2::zeros(),
                disturbance: Vector2::zeros(),
                wanted: Vector3::zeros(),
                target: None,
                footholds: Vec::with_capacity(16),
                falling: false,
                whole_body: WholeBodyReport::default(),
            },
            dynamics,
            started: false,
        }
    }

    /// CoM height over the soles in the reference posture [m].
    pub fn com_height_m(&self) -> f64 {
        self.com_height_m
    }

    /// Kinematics and dynamics at the last estimate.
    pub fn dynamics(&self) -> &Dynamics {
        &self.dynamics
    }

    /// Estimated sole frames, left first.
    pub fn soles(&self) -> &[Isometry3<f64>; 2] {
        &self.soles
    }

    /// What the controller shows of itself.
    pub fn report(&self) -> &WalkerReport {
        &self.report
    }

    /// What the whole body was asked for in the last tick.
    pub fn tasks(&self) -> &WholeBodyTasks {
        &self.tasks
    }

    /// One tick: torques for the joints [N m].
    pub fn update(&mut self, model: &RobotModel, input: &WalkerInput, steps: &mut dyn StepSource) -> &[f64] {
        self.dynamics.update(model, input.state);
        for (f, foot) in model.feet.iter().enumerate() {
            self.soles[f] = self.dynamics.world_from_body(foot.body) * foot.body_from_sole;
        }
        if !self.started {
            self.start();
        }
        if self.has_lost_balance() {
            self.report.falling = true;
        }
        if self.report.falling {
            return self.let_down(model, input.state);
        }
        self.gait.clock_s += self.dt_s;
        self.change_phase(input, steps);
        let com = self.dynamics.com();
        let velocity = self.dynamics.com_velocity();
        let lever = (com.z - self.height.ground_m).max(0.4 * self.com_height_m);
        let pendulum = Pendulum { mass_kg: model.mass_kg, height_m: lever, omega: self.omega };
        let dcm = pendulum.dcm(&com, &velocity, &self.dynamics.angular_momentum());

        self.plan_clock_s += self.dt_s;
        if self.plan_clock_s >= PLAN_PERIOD_S - 1e-9 {
            self.plan_clock_s = 0.0;
            self.choose(dcm);
        }
        let cop = self.commanded_cop(dcm);
        let vertical = self.vertical_acceleration(&com, &velocity);
        let horizontal = (com.xy() - cop) * ((self.gravity_m_s2 + vertical) / lever);
        let horizontal = horizontal.cap_magnitude(MAX_ACCELERATION_M_S2);
        self.tasks.com = Vector3::new(horizontal.x, horizontal.y, vertical);
        self.tasks.spin_share = pendulum.spin_share();
        self.tasks.angular_momentum =
            -self.dynamics.angular_momentum() * self.config.whole_body.angular_momentum_rate;
        self.set_orientations();
        self.set_feet(model);
        self.set_posture(model, input.state);

        let torques = self.whole_body.solve(model, input.state, &self.dynamics, &self.tasks);
        for (j, torque) in torques.iter().enumerate() {
            // The gear's friction is known from the robot's file and made up for.
            self.torques[j] = torque + friction_nm(&model.bodies[j + 1].actuator, input.state.v[6 + j]);
        }
        let done = self.whole_body.report().tipping;
        let effective_cop = com.xy() - done.xy() * (lever / (self.gravity_m_s2 + done.z).max(1.0));
        self.observer.update(dcm, effective_cop, self.omega, &self.config.balance, self.dt_s);
        self.write_report(com, dcm, cop);
        &self.torques
    }

    fn start(&mut self) {
        self.started = true;
        let ground = 0.5 * (self.soles[0].translation.z + self.soles[1].translation.z);
        self.height = HeightReference::at(ground);
        self.yaw_rad = heading(&self.soles[0]);
        self.yaw_rate = 0.0;
    }

    /// Tilted or sunk so far that no step will help.
    fn has_lost_balance(&self) -> bool {
        let up = self.dynamics.rotation(self.trunk) * Vector3::z();
        let height = self.dynamics.com().z - self.height.ground_m;
        up.z < 0.6 || height < 0.55 * self.com_height_m || !height.is_finite()
    }

    /// Joints that only damp, so that the robot goes down softly.
    fn let_down(&mut self, model: &RobotModel, state: &State) -> &[f64] {
        for (j, torque) in self.torques.iter_mut().enumerate() {
            let peak = model.bodies[j + 1].actuator.peak_torque_nm;
            *torque = -(0.1 * peak * state.v[6 + j]).clamp(-0.3 * peak, 0.3 * peak);
        }
        let com = self.dynamics.com();
        self.write_report(com, com.xy(), com.xy());
        &self.torques
    }

    fn support(&self, side: Side) -> Support {
        Support { side, world_from_sole: level(&self.soles[side.index()]) }
    }

    fn ask_for_steps(&mut self, support: Side, steps: &mut dyn StepSource) {
        self.plan.clear();
        let (support, other) = (self.support(support), self.support(support.other()));
        steps.next_steps(&support, &other, &mut self.plan);
    }

    fn single_duration_s(&self, step: Option<&Foothold>) -> f64 {
        match step {
            Some(step) if step.on_stairs && step.rise_m < 0.0 => self.config.gait.descent_single_support_s,
            Some(step) if step.on_stairs => self.config.gait.stair_single_support_s,
            _ => self.config.gait.single_support_s,
        }
    }

    fn double_duration_s(&self, step: Option<&Foothold>) -> f64 {
        match step {
            Some(step) if step.on_stairs && step.rise_m < 0.0 => self.config.gait.descent_double_support_s,
            Some(step) if step.on_stairs => self.config.gait.stair_double_support_s,
            _ => self.config.gait.double_support_s,
        }
    }

    fn change_phase(&mut self, input: &WalkerInput, steps: &mut dyn StepSource) {
        let stance = self.gait.stance;
        match self.gait.phase {
            Phase::Stand => {
                self.ask_for_steps(stance, steps);
                if let Some(first) = self.plan.first() {
                    // The foot that does not step first carries.
                    let stance = first.side.other();
                    self.gait.enter(Phase::Shift, stance, self.config.gait.start_s);
                }
            }
            Phase::Shift | Phase::Double => {
                if self.gait.remaining_s() <= 0.0 {
                    self.ask_for_steps(stance, steps);
                    if self.plan.is_empty() {
                        self.gait.enter(Phase::Stand, stance, f64::INFINITY);
                    } else {
                        self.lift_off();
                    }
                }
            }
            Phase::Single => {
                let swing = stance.other();
                let felt = input.touching[swing.index()];
                let progress = self.gait.progress();
                // What is felt well above the foothold is a riser's edge, not the ground.
                let height =
                    self.soles[swing.index()].translation.z - self.target.translation.z - self.swing.lift_m();
                if felt && progress > 0.6 && height < EARLY_M {
                    self.touch_down(swing, steps);
                }
            }
        }
    }

    fn lift_off(&mut self) {
        let stance = self.gait.stance;
        let swing = stance.other();
        let step = self.plan[0];
        self.gait.enter(Phase::Single, stance, self.single_duration_s(Some(&step)));
        self.swing = SwingFoot::lift_off(self.soles[swing.index()], self.half_lengths_m[swing.index()]);
        self.step_rise_m = step.rise_m;
        self.target = level(&step.world_from_sole);
        self.target.translation.z = self.soles[stance.index()].translation.z + step.rise_m;
    }

    fn touch_down(&mut self, landed: Side, steps: &mut dyn StepSource) {
        let duration = self.double_duration_s(self.plan.first());
        self.gait.steps += 1;
        self.swing_reference = None;
        self.gait.enter(Phase::Double, landed, duration);
        self.ask_for_steps(landed, steps);
    }

    /// CoP a foot has by choice, world [m].
    fn cop_of(&self, side: Side, sole: &Isometry3<f64>) -> Vector2<f64> {
        (sole * nalgebra::Point3::from(self.cop_regions[side.index()].middle())).xy().coords
    }

    /// Chooses CoP, footholds and duration.
    fn choose(&mut self, dcm: Vector2<f64>) {
        if self.gait.phase == Phase::Stand {
            return;
        }
        let gait = self.gait;
        let stance = gait.stance;
        let half_double = 0.5 * self.double_duration_s(self.plan.first());
        let stance_sole = level(&self.soles[stance.index()]);
        let stance_cop = self.cop_of(stance, &stance_sole);
        let other_cop = self.cop_of(stance.other(), &level(&self.soles[stance.other().index()]));

        // Supports to come: CoP, duration, side, foothold in the plan.
        let mut cops = Vec::with_capacity(16);
        let mut durations = Vec::with_capacity(16);
        let mut footholds: Vec<Option<usize>> = Vec::with_capacity(16);
        let waits = match gait.phase {
            Phase::Shift => true,
            Phase::Double => gait.progress() < 0.5,
            _ => false,
        };
        let (present, remaining) = match gait.phase {
            Phase::Shift => (0.5 * (stance_cop + other_cop), gait.remaining_s()),
            Phase::Double if waits => (other_cop, gait.remaining_s() - 0.5 * gait.duration_s),
            Phase::Double => {
                (stance_cop, gait.remaining_s() + self.single_duration_s(self.plan.first()) + half_double)
            }
            _ => (stance_cop, gait.remaining_s() + half_double),
        };
        let step_duration =
            |step: Option<&Foothold>| self.single_duration_s(step) + self.double_duration_s(step);
        if waits {
            cops.push(stance_cop);
            durations.push(
                step_duration(self.plan.first()) - if gait.phase == Phase::Shift { half_double } else { 0.0 },
            );
            footholds.push(None);
        }
        for (i, step) in self.plan.iter().enumerate() {
            cops.push(self.cop_of(step.side, &step.world_from_sole));
            durations.push(step_duration(self.plan.get(i + 1)));
            footholds.push(Some(i));
        }
        // After the last step both feet carry.
        let last = cops.len();
        let rest = match last {
            0 => 0.5 * (stance_cop + other_cop),
            1 => 0.5 * (cops[0] + present),
            _ => 0.5 * (cops[last - 1] + cops[last - 2]),
        };
        while cops.len() < HORIZON.max(last + 1) {
            cops.push(rest);
            durations.push(step_duration(None));
            footholds.push(None);
        }

        let yaw = heading(&stance_sole);
        let to_local = |v: Vector2<f64>| {
            let (s, c) = yaw.sin_cos();
            Vector2::new(c * v.x + s * v.y, -s * v.x + c * v.y)
        };
        let final_offset = to_local(planned_offset(&cops, &durations, HORIZON - 1, self.omega));
        let dcm_local = to_local(dcm - present);
        let disturbance = to_local(self.observer.offset_m);
        let (cop_x, cop_y) = self.cop_ranges(present, &to_local, waits);
        let swing_place = self.swing_place(present, &to_local);

        let mut problems = [AxisProblem {
            dcm_m: 0.0,
            cop: Range::exactly(0.0),
            disturbance_m: 0.0,
            supports: [SupportOnAxis {
                planned_m: 0.0,
                step: Range::new(-10.0, 10.0),
                place: Range::new(-10.0, 10.0),
                weight: 1.0,
            }; HORIZON],
            final_offset_m: 0.0,
        }; 2];
        for axis in 0..2 {
            problems[axis].dcm_m = dcm_local[axis];
            problems[axis].disturbance_m = disturbance[axis];
            problems[axis].final_offset_m = final_offset[axis];
        }
        problems[0].cop = cop_x;
        problems[1].cop = cop_y;
        let reach = &self.config.gait;
        for k in 0..HORIZON {
            let planned = to_local(cops[k] - present);
            let previous = if k == 0 { Vector2::zeros() } else { to_local(cops[k - 1] - present) };
            for axis in 0..2 {
                problems[axis].supports[k].planned_m = planned[axis];
            }
            let Some(index) = footholds[k] else {
                // A foot that already stands, or rest on both feet.
                for axis in 0..2 {
                    problems[axis].supports[k].weight = 1000.0;
                    if k == 0 && waits {
                        problems[axis].supports[k].place = Range::exactly(planned[axis]);
                    }
                }
                continue;
            };
            let step = &self.plan[index];
            let sign = step.side.sign();
            let (near, far) = (sign * reach.min_width_m, sign * reach.max_width_m);
            problems[0].supports[k].step = Range::new(-reach.max_backward_m, reach.max_forward_m);
            problems[1].supports[k].step = Range::new(near.min(far), near.max(far));
            if let Some((along, across)) = step.slack_m {
                for (axis, slack) in [along, across].into_iter().enumerate() {
                    let planned_step = planned[axis] - previous[axis];
                    problems[axis].supports[k].step = Range::new(planned_step - slack, planned_step + slack);
                    if k == 0 {
                        problems[axis].supports[k].place =
                            Range::new(planned[axis] - slack, planned[axis] + slack);
                        problems[axis].supports[k].step = problems[axis].supports[k].place;
                    }
                }
            }
            if k == 0
                && let Some(place) = swing_place
            {
                for axis in 0..2 {
                    problems[axis].supports[k].place = place[axis];
                }
            }
        }

        let mut timing = Timing { remaining_s: remaining.max(0.002), durations_s: [0.0; HORIZON] };
        timing.durations_s.copy_from_slice(&durations[..HORIZON]);
        let nominal = self.single_duration_s(self.plan.first());
        let mut best: Option<(f64, f64, [AxisChoice; 2])> = None;
        let free = gait.phase == Phase::Single && gait.remaining_s() > self.config.swing.freeze_s;
        for shift in [0.0, -TIMING_STEP_S, TIMING_STEP_S] {
            let duration = gait.duration_s + shift;
            if shift != 0.0 {
                let too_short = duration < reach.min_single_support_s
                    || duration - gait.clock_s < self.config.swing.freeze_s;
                if !free || too_short || duration > nominal + 0.15 {
                    continue;
                }
            }
            timing.remaining_s = (remaining + shift).max(0.002);
            let x = self.solver.solve(&problems[0], self.omega, &timing);
            let y = self.solver.solve(&problems[1], self.omega, &timing);
            let late = if gait.phase == Phase::Single { duration - nominal } else { 0.0 };
            let cost = x.cost + y.cost + self.config.balance.timing_weight * late * late;
            if best.as_ref().is_none_or(|(c, _, _)| cost < c - 1e-7) {
                best = Some((cost, duration, [x, y]));
            }
        }
        let Some((_, duration, choice)) = best else { return };
        self.choice = choice;
        if gait.phase == Phase::Single {
            self.gait.duration_s = duration;
            if gait.remaining_s() > self.config.swing.freeze_s {
                let (s, c) = yaw.sin_cos();
                let (x, y) = (choice[0].supports_m[0], choice[1].supports_m[0]);
                let cop = present + Vector2::new(c * x - s * y, s * x + c * y);
                self.aim_swing(cop);
            }
        }
    }

    /// Puts the swing foot's target so that its CoP comes to lie at `cop`.
    fn aim_swing(&mut self, cop: Vector2<f64>) {
        let Some(step) = self.plan.first() else { return };
        let yaw = heading(&step.world_from_sole);
        let rotation = UnitQuaternion::from_axis_angle(&Vector3::z_axis(), yaw);
        let middle = rotation * self.cop_regions[step.side.index()].middle();
        let z = self.soles[self.gait.stance.index()].translation.z + self.step_rise_m;
        self.target =
            Isometry3::from_parts(Translation3::new(cop.x - middle.x, cop.y - middle.y, z), rotation);
    }

    /// CoP ranges of the present support in its own frame.
    fn cop_ranges(
        &self,
        present: Vector2<f64>,
        to_local: &dyn Fn(Vector2<f64>) -> Vector2<f64>,
        both: bool,
    ) -> (Range, Range) {
        let stance = self.gait.stance;
        let region = |side: Side| {
            let half = self.cop_regions[side.index()].half();
            let at = to_local(self.cop_of(side, &level(&self.soles[side.index()])) - present);
            (Range::new(at.x - half.0, at.x + half.0), Range::new(at.y - half.1, at.y + half.1))
        };
        let own = region(stance);
        if !both && self.gait.phase == Phase::Single {
            return own;
        }
        let other = region(stance.other());
        let hull = |a: Range, b: Range| Range::new(a.low.min(b.low), a.high.max(b.high));
        if self.gait.phase == Phase::Shift {
            (hull(own.0, other.0), hull(own.1, other.1))
        } else if both {
            other
        } else {
            own
        }
    }

    /// Where the swing foot can still get to, relative to the present support.
    fn swing_place(
        &self,
        present: Vector2<f64>,
        to_local: &dyn Fn(Vector2<f64>) -> Vector2<f64>,
    ) -> Option<[Range; 2]> {
        if self.gait.phase != Phase::Single {
            return None;
        }
        let side = self.gait.stance.other();
        let left = self.gait.remaining_s();
        if left <= self.config.swing.freeze_s {
            let at = to_local(self.cop_of(side, &self.target) - present);
            return Some([Range::exactly(at.x), Range::exactly(at.y)]);
        }
        let reach = self.config.swing.max_speed_m_s * 0.6 * left;
        let mut now = self.target;
        let (x, y) = self.swing.xy_m();
        now.translation.x = x;
        now.translation.y = y;
        let at = to_local(self.cop_of(side, &now) - present);
        Some([Range::new(at.x - reach, at.x + reach), Range::new(at.y - reach, at.y + reach)])
    }

    /// CoP to command now, world [m].
    fn commanded_cop(&self, dcm: Vector2<f64>) -> Vector2<f64> {
        let stance = self.gait.stance;
        let stance_sole = level(&self.soles[stance.index()]);
        let stance_cop = self.cop_of(stance, &stance_sole);
        let other_cop = self.cop_of(stance.other(), &level(&self.soles[stance.other().index()]));
        let middle = 0.5 * (stance_cop + other_cop);
        if self.gait.phase == Phase::Stand {
            let gain = 1.0 + self.config.balance.stand_gain_hz / self.omega;
            let wanted = middle - self.observer.offset_m;
            return wanted + (dcm - middle) * gain;
        }
        let base = match self.gait.phase {
            Phase::Shift => middle,
            Phase::Double => other_cop + (stance_cop - other_cop) * self.gait.progress(),
            _ => stance_cop,
        };
        let (s, c) = heading(&stance_sole).sin_cos();
        let (x, y) = (self.choice[0].cop_m, self.choice[1].cop_m);
        base + Vector2::new(c * x - s * y, s * x + c * y)
    }

    fn vertical_acceleration(&mut self, com: &Vector3<f64>, velocity: &Vector3<f64>) -> f64 {
        let goal = self.ground_under(com);
        self.height.advance(goal, self.config.body.height_hz, self.dt_s);
        let body = &self.config.body;
        let error = self.height.ground_m + self.com_height_m - com.z;
        let wanted = self.height.acceleration_m_s2
            + body.height_kp * error
            + body.height_kd * (self.height.rate_m_s - velocity.z);
        wanted.clamp(-6.0, 8.0)
    }

    /// Height of the line through the footholds under the CoM, lowered on stairs [m].
    fn ground_under(&self, com: &Vector3<f64>) -> f64 {
        let stance = self.soles[self.gait.stance.index()].translation.vector;
        let other = self.soles[self.gait.stance.other().index()].translation.vector;
        let (before, after) = match self.gait.phase {
            Phase::Stand => return 0.5 * (stance.z + other.z),
            Phase::Shift => (other, None),
            Phase::Single => (self.swing.from().translation.vector, Some(self.target.translation.vector)),
            Phase::Double => {
                let next = self.plan.first().map(|step| {
                    let at = step.world_from_sole.translation;
                    Vector3::new(at.x, at.y, stance.z + step.rise_m)
                });
                (other, next)
            }
        };
        // Share of the way from the stance foot to another foothold that the CoM has gone.
        let share = |to: &Vector3<f64>| {
            let way = (to - stance).xy();
            (com - stance).xy().dot(&way) / way.norm_squared().max(0.01)
        };
        let drop = |rise: f64| self.config.body.stair_drop_m * (-rise / 0.1).clamp(0.0, 1.0);
        if let Some(after) = after
            && share(&after) > 0.0
        {
            let rise = after.z - stance.z;
            return stance.z + rise * share(&after).min(1.0) - drop(rise);
        }
        let rise = stance.z - before.z;
        stance.z - rise * share(&before).clamp(0.0, 1.0) - drop(rise)
    }

    fn set_orientations(&mut self) {
        let towards = match self.gait.phase {
            Phase::Single => self.target,
            _ => self.soles[self.gait.stance.other().index()],
        };
        let stance_yaw = heading(&self.soles[self.gait.stance.index()]);
        let goal = stance_yaw + 0.5 * wrap(heading(&towards) - stance_yaw);
        let w = 8.0;
        let error = wrap(goal - self.yaw_rad);
        let acceleration = w * w * error - 2.0 * w * self.yaw_rate;
        self.yaw_rate += acceleration * self.dt_s;
        self.yaw_rad += self.yaw_rate * self.dt_s;

        let upright = UnitQuaternion::from_axis_angle(&Vector3::z_axis(), self.yaw_rad);
        let body = self.config.body;
        let weights = [self.config.whole_body.trunk, self.config.whole_body.pelvis];
        for (slot, (index, weight)) in [self.trunk, self.pelvis].into_iter().zip(weights).enumerate() {
            let actual = self.dynamics.world_from_body(index).rotation;
            let rate = Vector3::new(0.0, 0.0, self.yaw_rate) - self.dynamics.angular_velocity(index);
            let wanted = orientation::error(&upright, &actual) * body.orientation_kp
                + rate * body.orientation_kd
                + Vector3::new(0.0, 0.0, acceleration);
            self.tasks.orientations[slot] = (index, wanted, weight);
        }
    }

    fn set_feet(&mut self, model: &RobotModel) {
        let weight_n = model.mass_kg * self.gravity_m_s2;
        let progress = self.gait.progress();
        let whole_body = self.config.whole_body;
        for side in Side::BOTH {
            let f = side.index();
            let body = model.feet[f].body;
            let sole = self.soles[f];
            let velocity = self.dynamics.point_velocity(body, &sole.translation.vector);
            let rate = self.dynamics.angular_velocity(body);
            if self.gait.stands(side) {
                // The weight passes from one foot to the other without a jump.
                let max_force_n = match self.gait.phase {
                    Phase::Double if side == self.gait.stance => weight_n * (0.25 + 1.5 * progress),
                    Phase::Double => weight_n * 1.7 * (1.0 - progress) + 30.0,
                    Phase::Shift if side != self.gait.stance => {
                        weight_n * (2.0 - 1.9 * ((progress - 0.8) / 0.2).max(0.0))
                    }
                    _ => 3.0 * weight_n,
                };
                // Toes that landed first carry alone until the heel is down; a heel that must rise for
                // the robot to get down a step leaves the toes as well.
                let toes_down_rad = toes_down_rad(&sole);
                let half_m = self.half_lengths_m[f];
                let heel_rises = self.heel_rises(side, toes_down_rad);
                let on_toes = toes_down_rad > ON_TOES_RAD || heel_rises;
                let pivot_m = if on_toes { half_m } else { 0.0 };
                let at = sole * nalgebra::Point3::new(pivot_m, 0.0, 0.0);
                let velocity = self.dynamics.point_velocity(body, &at.coords);
                let mut angular = -rate * 20.0;
                let mut angular_weight = Vector3::repeat(whole_body.contact);
                if on_toes {
                    let lowering = if heel_rises { 0.0 } else { -150.0 * toes_down_rad };
                    angular += sole.rotation * Vector3::y() * lowering;
                    angular_weight.y = if heel_rises { 0.1 } else { 20.0 };
                }
                self.tasks.feet[f] = FootTask {
                    stands: true,
                    max_force_n,
                    pivot_m,
                    cop_half_m: if on_toes { 0.0 } else { half_m },
                    linear: -velocity * 20.0,
                    angular,
                    linear_weight: whole_body.contact,
                    angular_weight,
                };
            } else {
                let reference =
                    self.swing.advance(&self.config.swing, &self.target, self.gait.duration_s, self.dt_s);
                self.swing_reference = Some(reference);
                let (kp, kd) = (self.config.swing.kp, self.config.swing.kd);
                let w = whole_body.swing_orientation;
                self.tasks.feet[f] = FootTask {
                    stands: false,
                    max_force_n: 0.0,
                    pivot_m: 0.0,
                    cop_half_m: 0.0,
                    linear: reference.acceleration
                        + (reference.position - sole.translation.vector) * kp
                        + (reference.velocity - velocity) * kd,
                    angular: orientation::error(&reference.orientation, &sole.rotation) * kp - rate * kd,
                    linear_weight: whole_body.swing,
                    angular_weight: Vector3::new(w, w * reference.pitch_firmness, w),
                };
            }
        }
    }

    /// Whether the heel of a foot that is about to leave a higher step may rise.
    fn heel_rises(&self, side: Side, toes_down_rad: f64) -> bool {
        let gait = &self.gait;
        let leaves = gait.phase == Phase::Double && side != gait.stance;
        let drop_m = self.soles[side.index()].translation.z - self.soles[side.other().index()].translation.z;
        leaves
            && drop_m > 0.05
            && (gait.progress() > self.config.gait.heel_off_share || toes_down_rad > ON_TOES_RAD)
    }

    fn set_posture(&mut self, model: &RobotModel, state: &State) {
        let body = &self.config.body;
        let weights = &self.config.whole_body;
        for (j, task) in self.tasks.joints.iter_mut().enumerate() {
            let (kp, kd, weight) = match limb_of(model, j + 1, self.pelvis) {
                Limb::Leg => (10.0, 6.0, weights.legs),
                Limb::Waist => (100.0, 20.0, weights.waist),
                Limb::Upper => (body.posture_kp, body.posture_kd, weights.arms),
            };
            let acceleration = kp * (model.posture[j] - state.q[j]) - kd * state.v[6 + j];
            *task = JointTask { acceleration, weight };
        }
    }

    fn write_report(&mut self, com: Vector3<f64>, dcm: Vector2<f64>, cop: Vector2<f64>) {
        let report = &mut self.report;
        report.gait = self.gait;
        report.com = com;
        report.dcm = dcm;
        report.cop = cop;
        report.disturbance = self.observer.offset_m;
        report.wanted = self.tasks.com;
        report.target = (self.gait.phase == Phase::Single).then_some(self.target);
        report.footholds.clear();
        report.footholds.extend_from_slice(&self.plan);
        report.whole_body = *self.whole_body.report();
    }
}

/// How far a sole's toes point down [rad].
fn toes_down_rad(sole: &Isometry3<f64>) -> f64 {
    let x = sole.rotation * Vector3::x();
    (-x.z).atan2(x.xy().norm())
}

/// Part of the body a joint belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Limb {
    Leg,
    Waist,
    Upper,
}

fn limb_of(model: &RobotModel, body: usize, pelvis: usize) -> Limb {
    let mut at = Some(pelvis);
    while let Some(b) = at {
        if b == body {
            return Limb::Waist;
        }
        at = model.bodies[b].parent;
    }
    let mut at = model.bodies[body].parent;
    while let Some(b) = at {
        if b == pelvis && pelvis != 0 {
            return Limb::Leg;
        }
        at = model.bodies[b].parent;
    }
    let carries_foot = model.feet.iter().any(|foot| {
        let mut at = Some(foot.body);
        while let Some(b) = at {
            if b == body {
                return true;
            }
            at = model.bodies[b].parent;
        }
        false
    });
    if carries_foot { Limb::Leg } else { Limb::Upper }
}

/// The body both legs hang on: the pelvis.
fn common_ancestor(model: &RobotModel) -> usize {
    let chain = |mut body: usize| {
        let mut bodies = vec![body];
        while let Some(parent) = model.bodies[body].parent {
            bodies.push(parent);
            body = parent;
        }
        bodies
    };
    let left = chain(model.feet[0].body);
    chain(model.feet[1].body).into_iter().find(|b| left.contains(b)).unwrap_or(0)
}
