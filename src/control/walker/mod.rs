//! The walking controller: puts phases, DCM plan, swing, height and whole-body QP together.

mod cycle;
mod feet;
mod phases;
mod posture;
mod stumble;
mod weight;

use nalgebra::{Isometry3, Vector2, Vector3};

use self::cycle::Cycle;
use self::stumble::Stumble;
use crate::config::controller::ControllerConfig;
use crate::control::carry::{Along, Carry};
use crate::control::dcm::DisturbanceObserver;
use crate::control::follower::Follower;
use crate::control::gait::{Gait, Phase};
use crate::control::gait_parameters::GaitParameters;
use crate::control::height::HeightControl;
use crate::control::limbs::{Limb, limbs, pelvis_of, sideways_m_rad, trunk_of};
use crate::control::pelvis::Pelvis;
use crate::control::pendulum::Pendulum;
use crate::control::recovery::Recovery;
use crate::control::sole::CopRegion;
use crate::control::step_planner::{Situation, StepPlanner};
use crate::control::stretch::Stretch;
use crate::control::swing::{SwingFoot, SwingWay};
use crate::control::touchdown::Touchdowns;
use crate::control::traction::Traction;
use crate::control::whole_body::{
    FootTask, JointTask, OrientationTask, WholeBodyController, WholeBodyReport, WholeBodyTasks,
};
use crate::footsteps::{Foothold, StepSource, Surface};
use crate::model::actuator::friction_nm;
use crate::model::angles::{heading, level};
use crate::model::{Dynamics, RobotModel, Side, State, Vessel};

/// Time between two solutions of the step problem [s].
const PLAN_PERIOD_S: f64 = 0.004;

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
    tick_s: f64,
    cycle: Cycle,
    /// Time between two cycles [s].
    dt_s: f64,
    gravity_m_s2: f64,
    dynamics: Dynamics,
    whole_body: WholeBodyController,
    tasks: WholeBodyTasks,
    planner: StepPlanner,
    observer: DisturbanceObserver,
    limbs: Vec<Limb>,
    /// How far to the side each joint moves what it carries [m/rad].
    sideways_m_rad: Vec<f64>,
    stretch: Stretch,
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
    /// Correction of the estimated velocity since the last cycle, world [m/s].
    correction_m_s: Vector3<f64>,
    soles: [Isometry3<f64>; 2],
    step_rise_m: f64,
    /// DCM beyond its plan that the next support will find, world [m].
    left_over: Vector2<f64>,
    /// How far the toes of the foot that carries alone pointed down when the other one was lifted [rad].
    stance_toes_down_rad: f64,
    /// Height at which each foot met the ground when it came down [m].
    met_m: [f64; 2],
    touchdowns: Touchdowns,
    stumble: Stumble,
    foot_bodies: [usize; 2],
    half_lengths_m: [f64; 2],
    torques: Vec<f64>,
    report: WalkerReport,
    started: bool,
}

impl Walker {
    /// A controller that stands until its step source names footholds; `tick_s` is how often it is asked for
    /// torques.
    pub fn new(model: &RobotModel, config: &ControllerConfig, tick_s: f64, gravity_m_s2: f64) -> Self {
        let cycle = Cycle::new(config.whole_body.rate_hz, tick_s);
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
            tick_s,
            cycle,
            dt_s: f64::from(cycle.ticks) * tick_s,
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
            sideways_m_rad: sideways_m_rad(model),
            stretch: Stretch::new(model, config),
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
            correction_m_s: Vector3::zeros(),
            soles: [Isometry3::identity(); 2],
            step_rise_m: 0.0,
            left_over: Vector2::zeros(),
            stance_toes_down_rad: 0.0,
            met_m: [0.0; 2],
            touchdowns: Touchdowns::default(),
            stumble: Stumble::default(),
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
        let tuned = Self::new(model, config, self.tick_s, self.gravity_m_s2);
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
        self.correction_m_s = before.correction_m_s;
        self.soles = before.soles;
        self.step_rise_m = before.step_rise_m;
        self.left_over = before.left_over;
        self.stance_toes_down_rad = before.stance_toes_down_rad;
        self.met_m = before.met_m;
        self.touchdowns = before.touchdowns;
        self.stumble = before.stumble;
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

    /// Accelerations of base and joints that the present torques are meant to make, as in [`State::v`].
    pub fn accelerations(&self) -> &[f64] {
        self.whole_body.accelerations()
    }

    /// What the whole body was asked for in the last cycle.
    pub fn tasks(&self) -> &WholeBodyTasks {
        &self.tasks
    }

    /// Time between two decisions, for which torques hold [s].
    pub fn cycle_s(&self) -> f64 {
        self.dt_s
    }

    /// Whether the last tick was one in which it decided anew.
    pub fn has_decided(&self) -> bool {
        self.cycle.has_begun()
    }

    /// One tick: torques for the joints [N m], which hold from one cycle to the next.
    pub fn update(&mut self, model: &RobotModel, input: &WalkerInput, steps: &mut dyn StepSource) -> &[f64] {
        self.correction_m_s += input.correction_m_s;
        self.cycle.tick();
        if self.cycle.has_begun() {
            self.decide(model, input, steps);
            self.correction_m_s = Vector3::zeros();
        }
        &self.torques
    }

    fn decide(&mut self, model: &RobotModel, input: &WalkerInput, steps: &mut dyn StepSource) {
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
            self.let_down(model, input.state);
            return;
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
        let braking = self.braking(com.xy() - cop);
        let vertical = self.vertical_acceleration(&com, &velocity, braking);
        let horizontal = (com.xy() - cop) * self.tipping_s2(vertical, braking, lever);
        let horizontal = horizontal.cap_magnitude(MAX_ACCELERATION_M_S2);
        self.tasks.com = Vector3::new(horizontal.x, horizontal.y, vertical);
        self.tasks.spin_share = pendulum.spin_share();
        self.tasks.angular_momentum =
            -self.dynamics.angular_momentum() * self.config.whole_body.angular_momentum_rate;
        self.set_orientations();
        self.set_feet(model);
        self.set_posture(model, input.state);
        let along =
            Along { yaw_rad: self.yaw.value, rate_rad_s: self.yaw.rate, correction_m_s: self.correction_m_s };
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
    }

    fn start(&mut self) {
        self.started = true;
        self.height = HeightControl::at(self.support_height_m());
        self.yaw = Follower::at(heading(&self.soles[0]));
        self.met_m = self.soles.map(|sole| sole.translation.z);
    }

    /// Tilted or sunk so far that no step will help.
    fn has_lost_balance(&self) -> bool {
        let up = self.dynamics.rotation(self.tasks.orientations[0].body) * Vector3::z();
        let height = self.dynamics.com().z - self.height.ground_m();
        up.z < 0.6 || height < 0.55 * self.com_height_m || !height.is_finite()
    }

    /// Joints that only damp, so that the robot goes down softly.
    fn let_down(&mut self, model: &RobotModel, state: &State) {
        for (j, torque) in self.torques.iter_mut().enumerate() {
            let peak = model.bodies[j + 1].actuator.peak_torque_nm;
            *torque = -(0.1 * peak * state.v[6 + j]).clamp(-0.3 * peak, 0.3 * peak);
        }
        let com = self.dynamics.com();
        self.write_report(com, com.xy(), com.xy());
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
            let z = self.ground_at_m(self.gait.stance) + self.step_rise_m;
            self.target = self.planner.sole_at(step.side, cop, z, yaw_rad);
            self.step_past_sill(step.side);
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
