//! What a tick costs, stage by stage, while the robot walks on flat ground.
//!
//! `cargo bench --no-default-features --bench tick [-- SECONDS]`; add `--profile dev` to measure the
//! profile the tests run in.
//!
//! The simulation reads no clock, so this program runs the same loop from the public pieces and looks
//! at the clock between them. Whole-body control and its QP are solved a second time, outside the
//! controller, to time them apart; planning is what is left of the controller's update. At the end
//! the state is compared bit for bit with that of a plain [`Simulation`], whose ticks give the
//! real-time factor.

use std::path::Path;
use std::time::{Duration, Instant};

use loong::config::load_scenario;
use loong::config::robot::RobotConfig;
use loong::config::scenario::{CommandConfig, ScenarioConfig, StateSource};
use loong::control::gait::Phase;
use loong::control::gait_parameters::GaitParameters;
use loong::control::whole_body::WholeBodyController;
use loong::control::{Walker, WalkerInput};
use loong::estimation::{Predictor, StateEstimator};
use loong::footsteps::VelocitySteps;
use loong::judge::known_names;
use loong::mapping::{LocatedScan, WorldMap, localise};
use loong::model::{Dynamics, RobotModel, State};
use loong::physics::{Actuators, PhysicsWorld};
use loong::qp::ActiveSetSolver;
use loong::sensing::{Lidar, Proprioception};
use loong::simulation::{RunStatus, Simulation};
use nalgebra::{DVector, Point2};

const SCENARIO: &str = "configs/scenarios/walk_flat.ron";
const DEFAULT_SECONDS: f64 = 5.0;
/// Standing still and the first step are not measured [s].
const WARM_UP_S: f64 = 2.0;
const REPEATS: usize = 3;
/// The controller's own gravity, as in [`Simulation`] [m/s^2].
const EARTH_M_S2: f64 = 9.81;

/// A part of the tick.
#[derive(Clone, Copy)]
enum Stage {
    Physics,
    TrueDynamics,
    Sensing,
    Estimation,
    Lidar,
    Walker,
    /// Rigid-body quantities at the estimate; part of the walker's time.
    Dynamics,
    /// Building and solving the whole-body QP; part of the walker's time.
    WholeBody,
    /// Solving it alone; part of the whole body's time.
    Solver,
}

const STAGES: usize = Stage::Solver as usize + 1;

/// Time spent in each stage over some ticks.
#[derive(Clone, Copy)]
struct Times {
    spent: [Duration; STAGES],
    ticks: u32,
}

impl Times {
    fn new() -> Self {
        Self { spent: [Duration::ZERO; STAGES], ticks: 0 }
    }

    fn add(&mut self, stage: Stage, since: Instant) {
        self.spent[stage as usize] += since.elapsed();
    }

    /// Mean time a tick [us].
    fn us(&self, stage: Stage) -> f64 {
        self.spent[stage as usize].as_secs_f64() * 1e6 / f64::from(self.ticks.max(1))
    }
}

/// The loop of [`Simulation`], taken apart.
struct Bench {
    model: RobotModel,
    world: PhysicsWorld,
    map: WorldMap,
    proprioception: Proprioception,
    lidar: Lidar,
    estimator: StateEstimator,
    predictor: Predictor,
    truth: State,
    dynamics: Dynamics,
    actuators: Actuators,
    walker: Walker,
    steps: VelocitySteps,
    ground_truth: bool,
    dt_s: f64,
    ticks: u64,
    // The second copies, for timing alone.
    estimated_dynamics: Dynamics,
    whole_body: WholeBodyController,
    solver: ActiveSetSolver,
    solution: DVector<f64>,
    decisions: u32,
    iterations: usize,
    active: usize,
    times: Times,
}

impl Bench {
    fn new(robot: &RobotConfig, scenario: &ScenarioConfig) -> Result<Self, Box<dyn std::error::Error>> {
        // Seed 0 is the scenario as written: the masses are the model's, the start is the told one.
        let truth = Simulation::new(robot, scenario, 0)?.snapshot().truth.clone();
        let CommandConfig::Velocity { script } = &scenario.command else {
            return Err(format!("{SCENARIO} has no velocity script").into());
        };
        let model = RobotModel::build(robot)?;
        let (dt_s, gravity) = (scenario.physics.dt_s, scenario.physics.gravity_m_s2);
        let mut dynamics = Dynamics::new(&model);
        dynamics.gravity_m_s2 = gravity;
        dynamics.update(&model, &truth);
        let mut world = PhysicsWorld::new(&model, &scenario.terrain, &scenario.physics)?;
        world.place(&truth, &dynamics);
        let mut proprioception = Proprioception::new(&model, &robot.sensors, dt_s, gravity, 0, 1.0);
        proprioception.sample(&dynamics, &truth, [0.5 * model.mass_kg * gravity; 2]);
        let gait = GaitParameters::new(&robot.controller.gait, &model);
        let start = &scenario.start;
        let steps = VelocitySteps::new(
            script,
            (start.xy_m.0, start.xy_m.1, start.yaw_rad),
            gait.step_width_m,
            gait.single_support_s + gait.double_support_s,
        );
        let whole_body = WholeBodyController::new(
            &model,
            robot.controller.whole_body,
            robot.controller.balance.cop_margin_m,
            model.mass_kg * gravity,
        );
        let unknowns = whole_body.program().gradient.len();
        let walker = Walker::new(&model, &robot.controller, dt_s, EARTH_M_S2);
        let mut predictor = Predictor::new(&truth, robot.sensors.own_latency_s(), dt_s);
        predictor.lead_by(0.5 * walker.cycle_s());
        Ok(Self {
            lidar: Lidar::new(&model, &robot.sensors.lidar, dt_s, 0, 1.0),
            estimator: StateEstimator::new(&model, &robot.sensors, &truth, dt_s, EARTH_M_S2),
            map: WorldMap::new(&scenario.terrain),
            actuators: Actuators::new(&model),
            walker,
            predictor,
            estimated_dynamics: Dynamics::new(&model),
            solver: ActiveSetSolver::new(unknowns, 0, 0),
            solution: DVector::zeros(unknowns),
            whole_body,
            decisions: 0,
            iterations: 0,
            active: 0,
            times: Times::new(),
            ground_truth: scenario.state_source == StateSource::GroundTruth,
            ticks: 0,
            dt_s,
            model,
            world,
            proprioception,
            truth,
            dynamics,
            steps,
        })
    }

    fn tick(&mut self) {
        let start = Instant::now();
        let feet = self.world.events().feet.map(|wrench| wrench.force.z);
        let readings = self.proprioception.sample(&self.dynamics, &self.truth, feet);
        self.times.add(Stage::Sensing, start);

        let start = Instant::now();
        let map = &self.map;
        self.estimator.update(&self.model, readings, &|at: &Point2<f64>| map.level_m(at));
        self.predictor.carry_on(self.estimator.state());
        self.times.add(Stage::Estimation, start);

        let start = Instant::now();
        self.localise();
        self.times.add(Stage::Lidar, start);

        let walking = self.walker.report().gait.phase != Phase::Stand;
        let state = if self.ground_truth { &self.truth } else { self.predictor.state() };
        let input = WalkerInput {
            state,
            correction_m_s: *self.estimator.correction_m_s(),
            touching: self.proprioception.readings().touching,
            late: false,
        };
        let start = Instant::now();
        self.steps.advance(self.dt_s, walking);
        let asked = self.walker.update(&self.model, &input, &mut self.steps);
        self.times.add(Stage::Walker, start);

        let start = Instant::now();
        let torques = self.actuators.apply(asked, &self.truth.v.as_slice()[6..]);
        self.predictor.command(self.walker.accelerations());
        self.world.step(&self.model, &self.truth, torques, None);
        self.times.add(Stage::Physics, start);

        if self.walker.has_decided() {
            self.time_whole_body();
        }

        self.world.read_state(&mut self.truth);
        let start = Instant::now();
        self.dynamics.update(&self.model, &self.truth);
        self.times.add(Stage::TrueDynamics, start);
        self.ticks += 1;
        self.times.ticks += 1;
    }

    /// What the walker has just done inside, once more.
    fn time_whole_body(&mut self) {
        let state = if self.ground_truth { &self.truth } else { self.predictor.state() };
        let start = Instant::now();
        self.estimated_dynamics.update(&self.model, state);
        self.times.add(Stage::Dynamics, start);

        let start = Instant::now();
        self.whole_body.solve(&self.model, state, &self.estimated_dynamics, self.walker.tasks());
        self.times.add(Stage::WholeBody, start);

        let start = Instant::now();
        let found = self.solver.solve(self.whole_body.program(), &mut self.solution);
        self.times.add(Stage::Solver, start);
        self.decisions += 1;
        if let Ok(found) = found {
            self.iterations += found.iterations;
            self.active += found.active;
        }
    }

    fn localise(&mut self) {
        let world = &self.world;
        self.lidar.sample(self.ticks, &self.dynamics, &|origin, direction, max_m| {
            world.cast_ray(origin, direction, max_m)
        });
        let (body, body_from_lidar) = self.lidar.mounting();
        let body_from_lidar = *body_from_lidar;
        let q_rad = &self.proprioception.readings().q_rad;
        let root_from_body = self.model.root_from_body(body, q_rad.as_slice());
        if !self.lidar.delivers(self.ticks) {
            return;
        }
        let scan = self.lidar.scan();
        let Some(world_from_imu) = self.estimator.imu_pose_at(scan.tick) else { return };
        let located = LocatedScan {
            directions: self.lidar.directions(),
            ranges_m: &scan.ranges_m,
            max_range_m: self.lidar.range_m().1,
            range_noise_m: self.lidar.range_noise_m(),
            world_from_body: *world_from_imu,
            body_from_lidar: self.estimator.root_from_imu().inverse() * root_from_body * body_from_lidar,
        };
        if let Some(correction) = localise(&self.map, &located) {
            self.estimator.correct_pose(&correction);
        }
    }
}

/// Mean time of a plain tick [us] and the state at the end.
fn plain_run(
    robot: &RobotConfig,
    scenario: &ScenarioConfig,
    warm_up: u64,
    ticks: u64,
) -> Result<(f64, State), Box<dyn std::error::Error>> {
    let mut simulation = Simulation::new(robot, scenario, 0)?;
    let mut start = Instant::now();
    for k in 0..warm_up + ticks {
        if k == warm_up {
            start = Instant::now();
        }
        if simulation.tick() == RunStatus::Fallen {
            return Err(format!("the robot fell after {:.2} s", simulation.time_s()).into());
        }
    }
    let tick_us = start.elapsed().as_secs_f64() * 1e6 / ticks as f64;
    Ok((tick_us, simulation.snapshot().truth.clone()))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Cargo adds `--bench`.
    let seconds = std::env::args().skip(1).find_map(|argument| argument.parse().ok());
    let seconds: f64 = seconds.unwrap_or(DEFAULT_SECONDS);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(SCENARIO);
    let loaded = load_scenario(&path, &known_names())?;
    let (robot, mut scenario) = (loaded.robot.config, loaded.scenario.config);
    scenario.duration_s = f64::INFINITY;
    scenario.disturbances.clear();
    let dt_s = scenario.physics.dt_s;
    let (warm_up, ticks) = ((WARM_UP_S / dt_s) as u64, (seconds / dt_s).max(1.0) as u64);
    println!("{}: {seconds} s in ticks of {} ms, best of {REPEATS}", scenario.name, 1e3 * dt_s);

    let mut tick_us = f64::INFINITY;
    let mut best: Option<Bench> = None;
    let mut same = true;
    for _ in 0..REPEATS {
        let (us, end) = plain_run(&robot, &scenario, warm_up, ticks)?;
        tick_us = tick_us.min(us);
        let mut bench = Bench::new(&robot, &scenario)?;
        for k in 0..warm_up + ticks {
            if k == warm_up {
                bench.times = Times::new();
                (bench.decisions, bench.iterations, bench.active) = (0, 0, 0);
            }
            bench.tick();
        }
        same &= bench.truth == end;
        let total = |bench: &Bench| bench.times.spent.iter().sum::<Duration>();
        if best.as_ref().is_none_or(|best| total(&bench) < total(best)) {
            best = Some(bench);
        }
    }
    if let Some(bench) = best {
        print_report(&bench, tick_us, same);
    }
    Ok(())
}

fn print_report(bench: &Bench, tick_us: f64, same: bool) {
    let us = |stage: Stage| bench.times.us(stage);
    let planning = us(Stage::Walker) - us(Stage::Dynamics) - us(Stage::WholeBody);
    let rows = [
        ("physics (step and actuators)", us(Stage::Physics)),
        ("true dynamics, for sensors and audit", us(Stage::TrueDynamics)),
        ("sensing", us(Stage::Sensing)),
        ("estimation", us(Stage::Estimation)),
        ("lidar and localisation", us(Stage::Lidar)),
        ("control: rigid-body dynamics", us(Stage::Dynamics)),
        ("control: planning, swing, references", planning),
        ("control: whole-body QP, built", us(Stage::WholeBody) - us(Stage::Solver)),
        ("control: whole-body QP, solved", us(Stage::Solver)),
    ];
    let sum: f64 = rows.iter().map(|row| row.1).sum();
    println!("{:<38} {:>10} {:>8}", "stage", "us/tick", "share");
    for (name, time) in rows {
        println!("{name:<38} {time:>10.1} {:>7.1}%", 100.0 * time / sum);
    }
    println!("{:<38} {sum:>10.1}", "sum");
    println!("{:<38} {tick_us:>10.1}", "Simulation::tick, undivided");
    let program = bench.whole_body.program();
    let decisions = f64::from(bench.decisions.max(1));
    println!(
        "QP: {} unknowns, {} equalities, {} inequalities in the last decision; {:.1} iterations and {:.1} active \
         inequalities on average",
        program.gradient.len(),
        program.equalities.len(),
        program.inequalities.len(),
        bench.iterations as f64 / decisions,
        bench.active as f64 / decisions,
    );
    println!("control : physics = {:.2} : 1", us(Stage::Walker) / us(Stage::Physics));
    println!("real-time factor on one core: {:.1}", 1e6 * bench.dt_s / tick_us);
    println!("same state as Simulation, bit for bit: {}", if same { "yes" } else { "NO" });
}
