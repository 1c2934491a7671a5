//! The walking controller: puts phases, DCM plan, swing, height and whole-body QP together.

use nalgebra::{Isometry3, UnitQuaternion, Vector2, Vector3};

use super::braking::braking_m_s2;
use super::carry::{Along, Carry};
use super::dcm::DisturbanceObserver;
use super::follower::Follower;
use super::gait::{Gait, Phase};
use super::gait_parameters::GaitParameters;
use super::height::{HeightControl, Line, Lowering, MovingHeight};
use super::limbs::{Limb, limbs, pelvis_of, trunk_of};
use super::orientation;
use super::pelvis::Pelvis;
use super::pendulum::Pendulum;
use super::recovery::Recovery;
use super::sole::CopRegion;
use super::step_planner::{Situation, StepPlanner};
use super::swing::{SwingFoot, SwingWay};
use super::traction::Traction;
use super::whole_body::{
    FootTask, JointTask, OrientationTask, WholeBodyController, WholeBodyReport, WholeBodyTasks,
};
use crate::config::controller::ControllerConfig;
use crate::footsteps::{Foothold, StepSource, Support, Surface};
use crate::model::actuator::friction_nm;
use crate::model::angles::{heading, level, wrap};
use crate::model::{Dynamics, RobotModel, Side, State, Vessel};

/// Time between two solutions of the step problem [s].
const PLAN_PERIOD_S: f64 = 0.004;

/// Height over the foothold up to which a touch counts as ground that comes early [m].
const EARLY_M: f64 = 0.03;

/// Most of a foot's early landing that the double support makes up for [s].
const MAX_EARLY_S: f64 = 0.06;

/// Shares of the CoM's height that a step down falls by from which on it stretches the leg, and stretches it to
/// the full.
const STRETCHES: (f64, f64) = (0.143, 0.184);

/// Pitch at which a standing sole is on its toes only [rad].
const ON_TOES_RAD: f64 = 0.05;

/// The same where the ground is not level: the plane it is taken for is not what each sole finds.
const TIPPED_RAD: f64 = 0.15;

/// A sole on its toes that has carried alone for so long [s] and turns no faster than this [rad/s] lies on ground
/// that is otherwise than it was taken for: on the crease at the foot of a ramp.
const LIES_S: f64 = 0.05;
const LIES_RAD_S: f64 = 0.3;

/// How far the CoP of a sole that tips over an edge is kept from there, for the angle [m/rad].
const TIPPING_M_RAD: f64 = 0.6;

/// Bandwidth at which the body's heading follows the feet's [1/s].
const HEADING_HZ: f64 = 8.0;

/// Pitch feedback that lowers the heel of a foot on its toes [1/s^2]. A weak ankle cannot carry the weight on the
/// toes, so the heel must come down at once, not when there is nothing else to do.
const HEEL_LOWERING_HZ2: f64 = 400.0;

/// Weight of that.
const HEEL_LOWERING: f64 = 200.0;

/// Horizontal acceleration the CoM task may ask for [m/s^2].
const MAX_ACCELERATION_M_S2: f64 = 6.0;

/// What the controller gets each tick.
#[derive(Debug, Clone, Copy)]
pub struct WalkerInput<'a> {
    /// Estimated state.
    pub state: &'a State,
    /// Change of the state's velocity since the last tick that was no motion but a correction of the estimate, world
    /// [m/s].
    pub correction_m_s: Vector3<f64>,
    /// Whether each foot is felt on the ground.
    pub touching: [bool; 2],
    /// Whether that is told late, so that a foot may stand already.
    pub late: bool,
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
    /// Estimated less planned DCM when the step was last planned [m].
    pub dcm_error: Vector2<f64>,
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
#[derive(Debug, Clone)]
pub struct Walker {
    config: ControllerConfig,
    timing: GaitParameters,
    dt_s: f64,
    gravity_m_s2: f64,
    dynamics: Dynamics,
    whole_body: WholeBodyController,
    tasks: WholeBodyTasks,
    planner: StepPlanner,
    observer: DisturbanceObserver,
    limbs: Vec<Limb>,
    com_height_m: f64,
    omega: f64,
    gait: Gait,
    plan: Vec<Foothold>,
    recovery: Recovery,
    traction: Traction,
    swing: SwingFoot,
    target: Isometry3<f64>,
    height: HeightControl,
    yaw: Follower,
    pelvis: Pelvis,
    /// What it carries.
    carry: Option<Carry>,
    plan_clock_s: f64,
    soles: [Isometry3<f64>; 2],
    step_rise_m: f64,
    /// DCM beyond its plan that the next support will find, world [m].
    left_over: Vector2<f64>,
    /// How far the toes of the foot that carries alone pointed down when the other one was lifted [rad].
    stance_toes_down_rad: f64,
    foot_bodies: [usize; 2],
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
        let (pelvis, trunk) = (pelvis_of(model), trunk_of(model));
        let joints = model.joints();
        let mut upright = State::zero(joints);
        upright.q.copy_from_slice(&model.posture);
        dynamics.update(model, &upright);
        let com_height_m = config.body.com_height_m.unwrap_or_else(|| model.com_height_m());
        let timing = GaitParameters::new(&config.gait, model);
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
            angular_momentum_weight: Vector3::new(
                config.whole_body.angular_momentum,
                config.whole_body.angular_momentum,
                config.whole_body.yaw_momentum,
            ) / (model.mass_kg * com_height_m * com_height_m).powi(2),
            spin_share: 0.0,
            friction_share: 1.0,
            yaw_share: 1.0,
            orientations: [trunk, pelvis].map(|body| OrientationTask { body, ..OrientationTask::default() }),
            feet: [foot; 2],
            hand: None,
            joints: vec![JointTask::default(); joints],
        };
        let gait = Gait::standing();
        Self {
            config: *config,
            timing,
            dt_s,
            gravity_m_s2,
            whole_body: WholeBodyController::new(
                model,
                config.whole_body,
                config.balance.cop_margin_m,
                model.mass_kg * gravity_m_s2,
            ),
            tasks,
            planner: StepPlanner::new(config, timing, cop_regions),
            observer: DisturbanceObserver::new(),
            limbs: limbs(model),
            com_height_m,
            omega: (gravity_m_s2 / com_height_m).sqrt(),
            gait,
            plan: Vec::with_capacity(16),
            recovery: Recovery::default(),
            traction: Traction::default(),
            swing: SwingFoot::lift_off(Isometry3::identity(), 0.0, SwingWay::LEVEL),
            target: Isometry3::identity(),
            height: HeightControl::at(0.0),
            yaw: Follower::default(),
            pelvis: Pelvis::default(),
            carry: None,
            plan_clock_s: 0.0,
            soles: [Isometry3::identity(); 2],
            step_rise_m: 0.0,
            left_over: Vector2::zeros(),
            stance_toes_down_rad: 0.0,
            foot_bodies: [0, 1].map(|f| model.feet[f].body),
            half_lengths_m: [0, 1].map(|f| model.feet[f].half_length_m),
            torques: vec![0.0; joints],
            report: WalkerReport {
                gait,
                com: Vector3::zeros(),
                dcm: Vector2::zeros(),
                dcm_error: Vector2::zeros(),
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

    /// The same robot with an open vessel in a hand, whose weight the model has.
    pub fn carrying(mut self, model: &RobotModel, vessel: Vessel) -> Self {
        self.carry = Some(Carry::new(model, vessel, trunk_of(model)));
        self.take_care();
        self
    }

    /// Who carries something takes stairs slower.
    fn take_care(&mut self) {
        if self.carry.is_some() {
            self.timing = self.timing.slower_on_stairs(self.config.carry.stair_share);
            self.planner.set_timing(self.timing);
        }
    }

    /// Goes on with other gains and limits; what it is doing at present stays.
    pub fn retune(&mut self, model: &RobotModel, config: &ControllerConfig) {
        let tuned = Self::new(model, config, self.dt_s, self.gravity_m_s2);
        let before = std::mem::replace(self, tuned);
        self.planner.take_over(&before.planner);
        self.whole_body.take_over(&before.whole_body);
        self.dynamics = before.dynamics;
        self.observer = before.observer;
        self.gait = before.gait;
        self.plan = before.plan;
        self.recovery = before.recovery;
        self.traction = before.traction;
        self.swing = before.swing;
        self.target = before.target;
        self.height = before.height;
        self.yaw = before.yaw;
        self.pelvis = before.pelvis;
        self.carry = before.carry;
        self.take_care();
        self.plan_clock_s = before.plan_clock_s;
        self.soles = before.soles;
        self.step_rise_m = before.step_rise_m;
        self.left_over = before.left_over;
        self.stance_toes_down_rad = before.stance_toes_down_rad;
        self.torques = before.torques;
        self.report = before.report;
        self.started = before.started;
    }

    /// Gains and limits.
    pub fn config(&self) -> &ControllerConfig {
        &self.config
    }

    /// Step timing and reach of this robot.
    pub fn timing(&self) -> &GaitParameters {
        &self.timing
    }

    /// Natural frequency of the pendulum that the CoM is over the soles [rad/s].
    pub fn omega(&self) -> f64 {
        self.omega
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

    /// Fastest walk that the ground's grip allows, as far as is known [m/s].
    pub fn traction_speed_m_s(&self) -> f64 {
        let step_s = self.timing.single_support_s + self.timing.double_support_s;
        self.traction.speed_m_s(self.config.whole_body.friction, self.com_height_m, step_s)
    }

    /// What the controller shows of itself.
    pub fn report(&self) -> &WalkerReport {
        &self.report
    }

    /// Accelerations of base and joints that the last tick's torques are meant to make, as in [`State::v`].
    pub fn accelerations(&self) -> &[f64] {
        self.whole_body.accelerations()
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
        let com = self.dynamics.com();
        let velocity = self.dynamics.com_velocity();
        let lever = (com.z - self.support_height_m()).max(0.4 * self.com_height_m);
        let pendulum = Pendulum { mass_kg: model.mass_kg, height_m: lever, omega: self.omega };
        let dcm = pendulum.dcm(&com, &velocity, &self.dynamics.angular_momentum());
        self.change_phase(input, dcm - self.observer.offset_m, steps);
        self.judge_ground();

        self.plan_clock_s += self.dt_s;
        if self.plan_clock_s >= PLAN_PERIOD_S - 1e-9 {
            self.plan_clock_s = 0.0;
            self.choose(dcm, steps);
        }
        let cop = self.commanded_cop(dcm);
        let vertical = self.vertical_acceleration(&com, &velocity, self.braking(com.xy() - cop));
        let horizontal = (com.xy() - cop) * ((self.gravity_m_s2 + vertical) / lever);
        let horizontal = horizontal.cap_magnitude(MAX_ACCELERATION_M_S2);
        self.tasks.com = Vector3::new(horizontal.x, horizontal.y, vertical);
        self.tasks.spin_share = pendulum.spin_share();
        self.tasks.angular_momentum =
            -self.dynamics.angular_momentum() * self.config.whole_body.angular_momentum_rate;
        self.set_orientations();
        self.set_feet(model);
        self.set_posture(model, input.state);
        let along = Along {
            yaw_rad: self.yaw.value,
            rate_rad_s: self.yaw.rate,
            correction_m_s: input.correction_m_s,
        };
        self.tasks.hand = self
            .carry
            .as_mut()
            .map(|carry| carry.update(&self.config.carry, &self.dynamics, &along, self.dt_s));

        let torques = self.whole_body.solve(model, input.state, &self.dynamics, &self.tasks);
        for (j, torque) in torques.iter().enumerate() {
            // The gear's friction is known from the robot's file and made up for.
            self.torques[j] = torque + friction_nm(&model.bodies[j + 1].actuator, input.state.v[6 + j]);
        }
        let done = self.whole_body.report().tipping;
        // The constant rate of divergence is the observer's: what the weight adds counts as a moved CoP.
        let effective_cop = com.xy() - done.xy() * (lever / self.gravity_m_s2);
        self.observer.update(dcm, effective_cop, self.omega, &self.config.balance, self.dt_s);
        self.write_report(com, dcm, cop);
        &self.torques
    }

    fn start(&mut self) {
        self.started = true;
        self.height = HeightControl::at(self.support_height_m());
        self.yaw = Follower::at(heading(&self.soles[0]));
    }

    /// Tilted or sunk so far that no step will help.
    fn has_lost_balance(&self) -> bool {
        let up = self.dynamics.rotation(self.tasks.orientations[0].body) * Vector3::z();
        let height = self.dynamics.com().z - self.height.ground_m();
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

    /// What the feet have felt of the ground's grip. Slopes and stairs ask for all there is, however little.
    fn judge_ground(&mut self) {
        let flat = Side::BOTH.iter().all(|side| self.planner.surface(*side).is_level())
            && self.plan.iter().take(2).all(|step| step.stair_m.is_none());
        if flat {
            self.traction.observe(&self.gait, &self.soles[self.gait.stance.index()]);
        }
        (self.tasks.friction_share, self.tasks.yaw_share) =
            if flat { (self.traction.friction_share(), self.traction.yaw_share()) } else { (1.0, 1.0) };
    }

    fn support(&self, side: Side) -> Support {
        Support { side, world_from_sole: level(&self.soles[side.index()]) }
    }

    fn ask_for_steps(&mut self, support: Side, steps: &mut dyn StepSource) {
        self.plan.clear();
        let (support, other) = (self.support(support), self.support(support.other()));
        steps.next_steps(&support, &other, &mut self.plan);
        if self.plan.is_empty() && self.recovery.is_active() {
            self.recovery.steps(&support, self.timing.step_width_m, &mut self.plan);
        }
    }

    /// Steps at once: there is no time to shift the weight.
    fn catch(&mut self, holding_cop: &Vector2<f64>, steps: &mut dyn StepSource) {
        // The foot nearer to where the robot falls carries.
        let away =
            |side: Side| (self.planner.cop_of(side, &level(&self.soles[side.index()])) - holding_cop).norm();
        let carries = if away(Side::Left) < away(Side::Right) { Side::Left } else { Side::Right };
        self.gait.stance = carries;
        self.ask_for_steps(carries, steps);
        self.lift_off();
    }

    /// Whether the feet can no longer hold the standing robot.
    fn has_to_step(&mut self, holding_cop: &Vector2<f64>) -> bool {
        self.recovery.begin_if_needed(holding_cop, &self.planner.reach(&self.soles))
    }

    /// Whether a robot that catches itself may stand again.
    fn settle(&mut self, holding_cop: &Vector2<f64>) {
        if self.recovery.is_active() {
            let reach = self.planner.reach(&self.soles);
            let feet = Side::BOTH.map(|side| self.support(side));
            let width_m = self.timing.step_width_m;
            self.recovery.end_if_caught(holding_cop, &reach, [&feet[0], &feet[1]], width_m);
        }
    }

    /// `holding_cop` is the CoP that would hold the DCM where it is [m].
    fn change_phase(&mut self, input: &WalkerInput, holding_cop: Vector2<f64>, steps: &mut dyn StepSource) {
        if self.gait.phase == Phase::Stand && self.has_to_step(&holding_cop) {
            return self.catch(&holding_cop, steps);
        }
        let stance = self.gait.stance;
        match self.gait.phase {
            Phase::Stand => {
                self.ask_for_steps(stance, steps);
                if let Some(first) = self.plan.first() {
                    // The foot that does not step first carries.
                    let stance = first.side.other();
                    self.gait.enter(Phase::Shift, stance, self.timing.start_s);
                }
            }
            Phase::Shift | Phase::Double => {
                if self.gait.remaining_s() <= 0.0 {
                    self.settle(&holding_cop);
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
                let felt = input.touching[swing.index()] || (input.late && self.reaches_ground(swing));
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

    /// Whether heel or toes of a foot that comes down are where the ground of its foothold is.
    fn reaches_ground(&self, swing: Side) -> bool {
        let f = swing.index();
        let half_m = self.half_lengths_m[f];
        let velocity = self.dynamics.point_velocity(self.foot_bodies[f], &self.soles[f].translation.vector);
        if velocity.dot(&(self.target.rotation * Vector3::z())) >= 0.0 {
            return false;
        }
        let target_from_sole = self.target.inverse() * self.soles[f];
        [-half_m, half_m].iter().any(|x| (target_from_sole * nalgebra::Point3::new(*x, 0.0, 0.0)).z <= 0.0)
    }

    fn lift_off(&mut self) {
        let stance = self.gait.stance;
        let swing = stance.other();
        let step = self.plan[0];
        self.gait.enter(Phase::Single, stance, self.timing.single_support_for_s(Some(&step)));
        let from = self.soles[swing.index()];
        let stance_m = self.soles[stance.index()].translation.z - from.translation.z;
        // The edge of the stance foot's step comes first, where that is higher.
        let edge_m = if stance_m > 0.03 { stance_m } else { step.rise_m.max(0.0) };
        let stretch = match step.stair_m {
            Some(_) => self.stretch(-step.rise_m),
            None => 0.0,
        };
        let way = SwingWay {
            edge_m: step.stair_m.map(|_| edge_m),
            bump_m: step.bump_m,
            slope: self.planner.surface(swing).slope,
            slopes: !(self.planner.surface(swing).is_level() && step.surface.is_level()),
            stretch,
        };
        let toe_m = self.half_lengths_m[swing.index()].min(step.surface.ahead_m);
        self.swing = SwingFoot::lift_off(from, toe_m, way);
        self.step_rise_m = step.rise_m;
        self.stance_toes_down_rad = self.toes_down_rad(stance);
        self.pelvis.lift_off(&self.config.body, swing, stretch);
        self.planner.lay_on(swing, step.surface);
        self.target = level(&step.world_from_sole);
        if !step.surface.is_level() {
            self.target.rotation = step.surface.tilt() * self.target.rotation;
        }
        self.target.translation.z = self.soles[stance.index()].translation.z + step.rise_m;
    }

    /// How far a step down by so much stretches the leg, 0 to 1.
    fn stretch(&self, fall_m: f64) -> f64 {
        let (begins, full) = STRETCHES;
        ((fall_m / self.com_height_m - begins) / (full - begins)).clamp(0.0, 1.0)
    }

    fn touch_down(&mut self, landed: Side, steps: &mut dyn StepSource) {
        // Where the next foothold cannot give way, the weight passes over at the time planned for it although
        // the foot came early: in the middle of a double support that is longer by twice as much.
        let held = self.plan.get(1).is_some_and(|step| step.slack_m.is_some());
        let early_s = if held { self.gait.remaining_s().min(MAX_EARLY_S) } else { 0.0 };
        let duration = self.timing.double_support_for_s(self.plan.first()) + 2.0 * early_s;
        self.gait.steps += 1;
        self.gait.enter(Phase::Double, landed, duration);
        self.lie_where_it_landed(landed);
        self.ask_for_steps(landed, steps);
    }

    /// The surface under a foot that came down beside its foothold.
    fn lie_where_it_landed(&mut self, landed: Side) {
        let Some(step) = self.plan.first() else { return };
        let sole = level(&self.soles[landed.index()]);
        let off = sole.translation.vector - step.world_from_sole.translation.vector;
        let ahead_m = (sole.rotation * Vector3::x()).dot(&off);
        self.planner.lay_on(landed, step.surface.seen_from(ahead_m));
    }

    /// Chooses CoP, footholds and duration.
    fn choose(&mut self, dcm: Vector2<f64>, steps: &dyn StepSource) {
        let decision = self.planner.decide(&Situation {
            gait: &self.gait,
            plan: &self.plan,
            soles: &self.soles,
            swing: &self.swing,
            target: &self.target,
            dcm,
            disturbance: self.observer.offset_m,
            omega: self.omega,
        });
        self.gait.duration_s = decision.duration_s;
        self.left_over = decision.left_over;
        self.report.dcm_error = decision.dcm_error;
        if let Some(cop) = decision.next_cop
            && let Some(step) = self.plan.first()
        {
            let stance = self.soles[self.gait.stance.index()];
            let yaw_rad = heading(&step.world_from_sole);
            let at = self.planner.sole_at(step.side, cop, 0.0, yaw_rad);
            // Where the ground is not level another place has another height and another slope.
            if step.stair_m.is_none()
                && let Some(there) = steps.ground(&at)
                && let Some(here) = steps.ground(&level(&stance))
            {
                self.step_rise_m = there.height_m - here.height_m;
                self.planner.lay_on(step.side, Surface::sloping(there.slope));
            }
            let z = stance.translation.z + self.step_rise_m;
            self.target = self.planner.sole_at(step.side, cop, z, yaw_rad);
        }
    }

    /// CoP to command now, world [m].
    fn commanded_cop(&self, dcm: Vector2<f64>) -> Vector2<f64> {
        let stance = self.gait.stance;
        let stance_sole = level(&self.soles[stance.index()]);
        let stance_cop = self.planner.cop_of(stance, &stance_sole);
        let other_cop = self.planner.cop_of(stance.other(), &level(&self.soles[stance.other().index()]));
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
        base + self.planner.cop_offset()
    }

    /// Height of what carries: the stance foot, or the point between the feet that the CoP passes over [m].
    fn support_height_m(&self) -> f64 {
        let stance = self.soles[self.gait.stance.index()].translation.z;
        let other = self.soles[self.gait.stance.other().index()].translation.z;
        match self.gait.phase {
            Phase::Stand | Phase::Shift => 0.5 * (stance + other),
            Phase::Double => other + (stance - other) * self.gait.progress(),
            Phase::Single => stance,
        }
    }

    fn vertical_acceleration(
        &mut self,
        com: &Vector3<f64>,
        velocity: &Vector3<f64>,
        braking_m_s2: f64,
    ) -> f64 {
        let goal = self.ground_under(com, velocity);
        let body = &self.config.body;
        self.height.follow(goal, body.height_hz, self.dt_s);
        let com = MovingHeight { height_m: com.z, rate_m_s: velocity.z };
        self.height.wanted_m_s2(body, com, self.com_height_m, braking_m_s2, self.gravity_m_s2, self.dt_s)
    }

    /// What the weight adds to balance [m/s^2], for a CoM this far from the CoP [m].
    fn braking(&self, lever: Vector2<f64>) -> f64 {
        let reach_m = self.planner.cop_reach_m(self.gait.stance);
        braking_m_s2(self.left_over, lever, reach_m, self.gravity_m_s2)
    }

    /// The virtual ground under the CoM.
    fn ground_under(&self, com: &Vector3<f64>, velocity: &Vector3<f64>) -> MovingHeight {
        let stance = self.soles[self.gait.stance.index()].translation.vector;
        let other = self.soles[self.gait.stance.other().index()].translation.vector;
        let (before, after) = match self.gait.phase {
            Phase::Stand => return MovingHeight { height_m: self.support_height_m(), rate_m_s: 0.0 },
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
        let slopes = Side::BOTH.iter().any(|side| !self.planner.surface(*side).is_level());
        let lowering = if slopes { Lowering::Slope } else { Lowering::Stairs(self.config.body.stair_drop_m) };
        Line { before, stance, after }.under(com, velocity, lowering)
    }

    /// On stairs that turn the body turns at an even rate: every change of it is a moment on the soles. How far it
    /// still is from the heading that it has at the end of the step [rad], and how fast it turns [rad/s].
    fn turning(&self) -> (f64, f64) {
        let step = self.plan.first().filter(|step| step.turn_rad != 0.0);
        let Some(step) = step else { return (0.0, 0.0) };
        let (single_s, double_s) =
            (self.timing.single_support_for_s(Some(step)), self.timing.double_support_for_s(Some(step)));
        let rate_rad_s = step.turn_rad / (single_s + double_s);
        match self.gait.phase {
            Phase::Single => (rate_rad_s * (single_s - self.gait.clock_s).max(0.0), rate_rad_s),
            Phase::Double => (-rate_rad_s * self.gait.clock_s.min(double_s), rate_rad_s),
            Phase::Stand | Phase::Shift => (0.0, 0.0),
        }
    }

    fn set_orientations(&mut self) {
        let towards = match self.gait.phase {
            Phase::Single => self.target,
            _ => self.soles[self.gait.stance.other().index()],
        };
        let stance_yaw = heading(&self.soles[self.gait.stance.index()]);
        let (lag_rad, rate_rad_s) = self.turning();
        let goal = stance_yaw + 0.5 * wrap(heading(&towards) - stance_yaw) - lag_rad;
        let goal = self.yaw.value + wrap(goal - self.yaw.value);
        self.yaw.follow(goal, rate_rad_s, HEADING_HZ, self.dt_s);

        let body = self.config.body;
        if self.gait.phase == Phase::Stand {
            self.pelvis.stand();
        }
        self.pelvis.advance(&body, self.dt_s);
        let upright = UnitQuaternion::from_axis_angle(&Vector3::z_axis(), self.yaw.value);
        let still = (upright, Vector3::zeros(), Vector3::zeros());
        let (tilting, tilted) = self.pelvis.motion(&upright);
        let aims = [still, (self.pelvis.orientation(&upright), tilting, tilted)];
        let weights = &self.config.whole_body;
        let weights =
            [Vector3::new(weights.trunk, weights.trunk, weights.trunk_yaw), Vector3::repeat(weights.pelvis)];
        for ((task, weight), (aim, rate, acceleration)) in
            self.tasks.orientations.iter_mut().zip(weights).zip(aims)
        {
            let index = task.body;
            let actual = self.dynamics.world_from_body(index).rotation;
            let turning = Vector3::new(0.0, 0.0, self.yaw.rate) + rate;
            let wanted = orientation::error(&aim, &actual) * body.orientation_kp
                + (turning - self.dynamics.angular_velocity(index)) * body.orientation_kd
                + Vector3::new(0.0, 0.0, self.yaw.acceleration)
                + acceleration;
            (task.angular, task.weight) = (wanted, weight);
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
                let toes_down_rad = self.toes_down_rad(side);
                let half_m = self.half_lengths_m[f];
                let surface = self.planner.surface(side);
                let (rear_m, front_m) = (-half_m.min(surface.behind_m), half_m.min(surface.ahead_m));
                let heel_rises = self.heel_rises(side, toes_down_rad);
                let tipped_rad = if surface.is_level() { ON_TOES_RAD } else { TIPPED_RAD };
                let on_toes = heel_rises || (toes_down_rad > tipped_rad && !self.lies(side, &sole, &rate));
                // A sole that tips over an edge gets its CoP taken away from there.
                let room_m = (front_m - rear_m).max(0.0);
                let away_m = (TIPPING_M_RAD * self.tipping_rad(side, toes_down_rad))
                    .clamp(-0.6 * room_m, 0.6 * room_m);
                let (rear_m, front_m) = (rear_m - away_m.min(0.0), front_m - away_m.max(0.0));
                let pivot_m = if on_toes { front_m } else { 0.5 * (rear_m + front_m) };
                let at = sole * nalgebra::Point3::new(pivot_m, 0.0, 0.0);
                let velocity = self.dynamics.point_velocity(body, &at.coords);
                let mut angular = -rate * 20.0;
                let mut angular_weight = Vector3::repeat(whole_body.contact);
                if on_toes {
                    let lowering = if heel_rises { 0.0 } else { -HEEL_LOWERING_HZ2 * toes_down_rad };
                    angular += sole.rotation * Vector3::y() * lowering;
                    angular_weight.y = if heel_rises { 0.1 } else { HEEL_LOWERING };
                }
                self.tasks.feet[f] = FootTask {
                    stands: true,
                    max_force_n,
                    pivot_m,
                    cop_half_m: if on_toes { 0.0 } else { 0.5 * (front_m - rear_m) },
                    linear: -velocity * 20.0,
                    angular,
                    linear_weight: whole_body.contact,
                    angular_weight,
                };
            } else {
                let reference = self.swing.advance(
                    &self.config.swing,
                    &self.target,
                    self.gait.duration_s,
                    toes_down_rad(&sole),
                    self.dt_s,
                );
                let (kp, kd) = (self.config.swing.kp, self.config.swing.kd);
                let w = whole_body.swing_orientation;
                let linear = reference.acceleration
                    + (reference.position - sole.translation.vector) * kp
                    + (reference.velocity - velocity) * kd;
                self.tasks.feet[f] = FootTask {
                    stands: false,
                    max_force_n: 0.0,
                    pivot_m: 0.0,
                    cop_half_m: 0.0,
                    linear,
                    angular: orientation::error(&reference.orientation, &sole.rotation) * kp - rate * kd,
                    linear_weight: whole_body.swing,
                    angular_weight: Vector3::new(w, w * reference.pitch_firmness, w),
                };
            }
        }
    }

    /// How far a standing sole's toes point down from the ground it lies on [rad].
    fn toes_down_rad(&self, side: Side) -> f64 {
        let sole = self.soles[side.index()];
        let ahead = (sole.rotation * Vector3::x()).xy();
        let rises = self.planner.surface(side).slope.dot(&ahead) / ahead.norm().max(0.1);
        toes_down_rad(&sole) + rises.atan()
    }

    /// How far the sole that carries alone has tipped over its toes, or over its heel where that is negative, since
    /// the other one was lifted [rad].
    ///
    /// A sole that is on its way to lie flat does not tip, nor does one that only lies otherwise than the map has it.
    fn tipping_rad(&self, side: Side, toes_down_rad: f64) -> f64 {
        if self.gait.phase != Phase::Single || side != self.gait.stance {
            return 0.0;
        }
        let since = toes_down_rad - self.stance_toes_down_rad;
        if toes_down_rad * since > 0.0 {
            toes_down_rad.signum() * toes_down_rad.abs().min(since.abs())
        } else {
            0.0
        }
    }

    /// Whether a sole that carries alone lies where it is, however it is inclined: it could have come down and has not.
    fn lies(&self, side: Side, sole: &Isometry3<f64>, rate: &Vector3<f64>) -> bool {
        let alone =
            self.gait.phase == Phase::Single && side == self.gait.stance && self.gait.clock_s > LIES_S;
        alone && rate.dot(&(sole.rotation * Vector3::y())).abs() < LIES_RAD_S
    }

    /// Whether the heel of a foot that is about to leave a higher step, or to go up a slope, may rise.
    fn heel_rises(&self, side: Side, toes_down_rad: f64) -> bool {
        let gait = &self.gait;
        let leaves = gait.phase == Phase::Double && side != gait.stance;
        let drop_m = self.soles[side.index()].translation.z - self.soles[side.other().index()].translation.z;
        // Up a slope the ankle has no room for the whole sole.
        let climbs = !self.planner.surface(side).is_level() && drop_m < -0.03;
        leaves
            && (drop_m > 0.05 || climbs)
            && (gait.progress() > self.timing.heel_off_share || toes_down_rad > ON_TOES_RAD)
    }

    fn set_posture(&mut self, model: &RobotModel, state: &State) {
        let body = &self.config.body;
        let weights = &self.config.whole_body;
        for (j, task) in self.tasks.joints.iter_mut().enumerate() {
            let (kp, kd, weight) = match self.limbs[j] {
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
