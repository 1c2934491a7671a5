//! The loop itself.

use nalgebra::{Isometry3, Point2, Point3, Translation3, UnitQuaternion, Vector3};

use super::actions::Hands;
use super::audit::MomentumAudit;
use super::cup::Cup;
use super::disturbance::Disturbances;
use super::fall::{Fall, FallCause};
use super::grip::Pull;
use super::people::{People, SeenRobot};
use super::perception::Perception;
use super::stepping::{Place, Stepping};
use super::variation::Variation;
use crate::config::controller::ControllerConfig;
use crate::config::robot::RobotConfig;
use crate::config::scenario::{CommandConfig, GoalConfig, MapSource, ScenarioConfig, StateSource};
use crate::control::gait::Phase;
use crate::control::{Walker, WalkerInput, WalkerReport};
use crate::course::laid_out;
use crate::estimation::{Predictor, StateEstimator};
use crate::footsteps::{Pace, WantedMotion};
use crate::mapping::{LocatedScan, News, PerceivedMap, Track, Tracker, WorldMap, localise};
use crate::model::angles::heading;
use crate::model::{Dynamics, ModelError, RobotModel, State, Vessel, check_stance};
use crate::navigation::{NavigationError, Route};
use crate::physics::{
    Actuators, ContactEvents, ExternalForce, PhysicsError, PhysicsWorld, SelfCheckError, check_dynamics,
};
use crate::sensing::{Lidar, Proprioception};

/// Why a run cannot start.
#[derive(Debug, thiserror::Error)]
pub enum SimulationError {
    /// The robot's config is no robot.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The world cannot be built.
    #[error(transparent)]
    Physics(#[from] PhysicsError),
    /// No way leads to a goal.
    #[error(transparent)]
    Navigation(#[from] NavigationError),
    /// Physics and model disagree.
    #[error(transparent)]
    SelfCheck(#[from] SelfCheckError),
}

/// Whether a run goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunStatus {
    /// It goes on.
    Running,
    /// The time is up, or every goal is reached and the robot stands.
    Finished,
    /// The robot fell.
    Fallen,
}

/// What happened in the last tick, for the judge, the recorder and the viewer.
#[derive(Debug)]
pub struct Snapshot<'a> {
    /// Simulated time after the tick [s].
    pub time_s: f64,
    /// True state.
    pub truth: &'a State,
    /// Kinematics and dynamics at the true state, with the true masses.
    pub dynamics: &'a Dynamics,
    /// Estimated state the controller took.
    pub estimate: &'a State,
    /// What touched the robot.
    pub contacts: &'a ContactEvents,
    /// External push in this tick: body and force in the world [N].
    pub push: Option<(usize, Vector3<f64>)>,
    /// A hand that pulls in this tick.
    pub pull: Option<Pull>,
    /// The cup that it carries.
    pub cup: Option<&'a Cup>,
    /// Motor torques [N m].
    pub motor_nm: &'a [f64],
    /// What the controller shows of itself.
    pub walker: &'a WalkerReport,
}

/// A LiDAR scan and where the robot believed to be when it was taken.
#[derive(Debug, Clone, Copy)]
pub struct SeenScan<'a> {
    /// When it was taken [s].
    pub time_s: f64,
    /// The LiDAR's frame as estimated at that time.
    pub world_from_lidar: Isometry3<f64>,
    /// Directions of the beams in the LiDAR's frame.
    pub directions: &'a [Vector3<f64>],
    /// Measured ranges [m]; none where a beam returned nothing.
    pub ranges_m: &'a [Option<f64>],
}

/// Room a route leaves beside the body for its sway and for what estimate and steps may be off [m].
const ROOM_M: f64 = 0.10;

/// Share of its CoM's height that a step may rise, and fall, on a slope.
const MAX_RISE_SHARE: (f64, f64) = (0.115, 0.075);

/// How long the robot stands at its last goal before a run ends [s].
const REST_S: f64 = 1.0;

/// One run of a scenario with one seed; a clone of it goes on bit for bit alike.
#[derive(Clone)]
pub struct Simulation {
    pub(super) scenario: ScenarioConfig,
    /// The robot as the controller knows it, with the cup it carries.
    model: RobotModel,
    /// The robot as it is, with the seed's masses, the payload and the cup.
    pub(super) body: RobotModel,
    pub(super) world: PhysicsWorld,
    /// The terrain as it is.
    pub(super) map: WorldMap,
    /// What a robot that is given no map sees of it.
    pub(super) perception: Option<Perception>,
    /// What the last picture changed on its map.
    pub(super) news: Option<News>,
    proprioception: Proprioception,
    lidar: Lidar,
    estimator: StateEstimator,
    predictor: Predictor,
    /// Whether the feet tell late that they touch.
    feels_late: bool,
    /// Who walks about.
    people: People,
    /// What the robot has seen of them.
    pub(super) tracker: Tracker,
    /// Whether its last scan is still to be acted on.
    pub(super) has_tracked: bool,
    /// Where the robot believed its LiDAR to be at the last scan.
    world_from_scan: Isometry3<f64>,
    truth: State,
    dynamics: Dynamics,
    actuators: Actuators,
    walker: Walker,
    pub(super) stepping: Stepping,
    disturbances: Disturbances,
    pub(super) hands: Hands,
    /// What it carries.
    cup: Option<Cup>,
    audit: MomentumAudit,
    ticks: u64,
    push: Option<(usize, Vector3<f64>)>,
    pull: Option<Pull>,
    fall: Option<Fall>,
    arrived_s: Option<f64>,
}

impl Simulation {
    /// Builds the world, puts the robot on its feet and proves that physics and model agree.
    pub fn new(robot: &RobotConfig, scenario: &ScenarioConfig, seed: u64) -> Result<Self, SimulationError> {
        let scenario = &*laid_out(scenario, seed);
        let mut model = RobotModel::build(robot)?;
        check_stance(robot, &model)?;
        let variation = Variation::draw(scenario, model.joints(), seed);
        let mut body = model.clone();
        body.scale_mass(variation.mass_factor);
        if let Some(load) = &scenario.payload
            && let Some(frame) = model.link(&load.link)
        {
            let at = frame.body_from_link * Point3::from(load.at_m);
            body.add_point_mass(frame.body, load.mass_kg, &at);
        }
        let vessel = scenario.cup.as_ref().and_then(|cup| Vessel::new(&model, cup));
        let full = vessel.map(|vessel| Vessel { slosh: vessel.slosh.varied(variation.liquid), ..vessel });
        if let Some((known, full)) = vessel.as_ref().zip(full.as_ref()) {
            known.load(&mut model);
            full.load(&mut body);
        }
        check_dynamics(&body, scenario.physics.gravity_m_s2)?;

        let mut terrain = scenario.terrain.clone();
        terrain.friction = variation.friction;
        let mut world = PhysicsWorld::new(&body, &terrain, &scenario.physics)?;
        let people = People::new(&scenario.people, body.half_width_m());
        people.bodies().for_each(|person| world.add_person(&person));
        let truth = start_state(&model, scenario, &variation);
        let mut dynamics = Dynamics::new(&body);
        dynamics.gravity_m_s2 = scenario.physics.gravity_m_s2;
        dynamics.update(&body, &truth);
        world.place(&truth, &dynamics);

        // The controller is built for the gravity of the earth, whatever the scenario's is.
        let mut walker = Walker::new(&model, &robot.controller, scenario.physics.dt_s, 9.81);
        if let Some(vessel) = vessel {
            walker = walker.carrying(&model, vessel);
        }
        let map = WorldMap::new(&terrain);
        let perceives = scenario.map == MapSource::Perceived;
        let pace = pace_of(&walker, &model);
        let (dt_s, gravity) = (scenario.physics.dt_s, scenario.physics.gravity_m_s2);
        let sensors = &robot.sensors.later_by(variation.latency_s);
        let noise = variation.noise_factor;
        let mut proprioception = Proprioception::new(&model, sensors, dt_s, gravity, seed, noise);
        let feet = [0.5 * body.mass_kg * gravity; 2];
        proprioception.sample(&dynamics, &truth, feet);
        // The robot is told where it is put down, not how far off the mark it was put; without a map
        // nothing could ever tell it.
        let start = if perceives { variation.start } else { Vector3::zeros() };
        let told = start_state(&model, scenario, &Variation { start, ..variation.clone() });
        let perception = perceives.then(|| {
            let (x, y) = scenario.start.xy_m;
            let at = Point3::new(x + start.x, y + start.y, 0.0);
            let put_down = (at, scenario.start.yaw_rad + start.z);
            Perception::new(&model, &sensors.depth_cameras, put_down, (dt_s, seed, noise))
        });
        let known = perception.as_ref().map_or(&map, |perception| perception.map().map());
        let room_m = ROOM_M + if vessel.is_some() { robot.controller.carry.room_m } else { 0.0 };
        let stepping = Stepping::new(scenario, known, pace, model.half_width_m() + room_m)?;
        let weight = body.mass_kg * scenario.physics.gravity_m_s2;
        let mut predictor = Predictor::new(&told, sensors.own_latency_s(), dt_s);
        predictor.lead_by(0.5 * walker.cycle_s());
        Ok(Self {
            disturbances: Disturbances::new(&scenario.disturbances, &body),
            hands: Hands::new(&scenario.actions),
            cup: full.map(|vessel| Cup::new(vessel, &dynamics)),
            audit: MomentumAudit::new(weight, scenario.physics.dt_s),
            actuators: Actuators::new(&body),
            scenario: scenario.clone(),
            estimator: StateEstimator::new(&model, sensors, &told, dt_s, 9.81),
            feels_late: sensors.foot_contact.latency_s >= dt_s,
            predictor,
            lidar: Lidar::new(&model, &sensors.lidar, dt_s, seed, noise),
            proprioception,
            people,
            tracker: Tracker::default(),
            has_tracked: false,
            world_from_scan: Isometry3::identity(),
            map,
            perception,
            news: None,
            model,
            body,
            world,
            truth,
            dynamics,
            walker,
            stepping,
            ticks: 0,
            push: None,
            pull: None,
            fall: None,
            arrived_s: None,
        })
    }

    /// One time step: sense, estimate, control, actuate, integrate, audit.
    pub fn tick(&mut self) -> RunStatus {
        self.act();
        let time_s = self.time_s();
        let dt_s = self.scenario.physics.dt_s;
        self.estimate();
        let walking = !matches!(self.walker.report().gait.phase, Phase::Stand);
        self.stepping.advance(dt_s, walking);
        self.stepping.mind_traction(self.walker.traction_speed_m_s());
        let (state, correction_m_s) = match self.scenario.state_source {
            StateSource::Sensors => (self.predictor.state(), *self.estimator.correction_m_s()),
            StateSource::GroundTruth => (&self.truth, Vector3::zeros()),
        };
        let touching = self.proprioception.readings().touching;
        let input = WalkerInput { state, correction_m_s, touching, late: self.feels_late };
        let asked = self.walker.update(&self.model, &input, self.stepping.source());

        for joint in self.disturbances.failing(time_s) {
            self.actuators.cut(joint);
        }
        let speeds = &self.truth.v.as_slice()[6..];
        let torques = self.actuators.apply(asked, speeds);
        self.predictor.command(self.walker.accelerations());
        let yaw = heading(&self.truth.world_from_base);
        self.push = self.disturbances.push(time_s, yaw, &self.walker.report().gait);
        self.pull = self.hands.grip.map(|grip| grip.pull(&self.body, &self.dynamics));
        let push = self.push.map(|(body, force)| ExternalForce { body, force, torque: Vector3::zeros() });
        let sloshing = self.cup.as_ref().map(|cup| cup.reaction(&self.dynamics));
        let external = push.into_iter().chain(self.pull.map(|pull| pull.external)).chain(sloshing);
        let base = self.truth.world_from_base.translation.vector;
        let velocity_m_s = self.dynamics.com_velocity().xy();
        let robot = SeenRobot { at: Point2::new(base.x, base.y), velocity_m_s };
        self.people.advance(dt_s, robot, &self.map);
        self.world.walk_people_to(self.people.bodies().map(|person| person.at));
        self.world.step(&self.body, &self.truth, torques, external);
        self.world.read_state(&mut self.truth);
        self.dynamics.update(&self.body, &self.truth);
        if let Some(cup) = &mut self.cup {
            cup.advance(&self.dynamics, dt_s);
        }
        self.ticks += 1;

        let contacts = self.world.events();
        let weight = Vector3::new(0.0, 0.0, -self.scenario.physics.gravity_m_s2 * self.body.mass_kg);
        let pushed = self.push.map_or_else(Vector3::zeros, |(_, force)| force)
            + self.pull.map_or_else(Vector3::zeros, |pull| pull.force)
            + sloshing.map_or_else(Vector3::zeros, |sloshing| sloshing.force);
        self.audit.observe(
            self.dynamics.com_velocity() * self.body.mass_kg,
            contacts.total_force + weight + pushed,
        );
        if self.fall.is_none() {
            self.fall = self.fall_cause().map(|cause| Fall { at_s: self.time_s(), cause });
        }
        if self.stepping.arrived()
            && self.walker.report().gait.phase == Phase::Stand
            && self.arrived_s.is_none()
        {
            self.arrived_s = Some(self.time_s());
        }
        self.status()
    }

    /// Reads the sensors and brings the estimate up to date.
    fn estimate(&mut self) {
        let feet = self.world.events().feet.map(|wrench| wrench.force.z);
        let readings = self.proprioception.sample(&self.dynamics, &self.truth, feet);
        let map = self.perception.is_none().then_some(&self.map);
        self.estimator.update(&self.model, readings, &|at: &Point2<f64>| map.and_then(|map| map.level_m(at)));
        self.predictor.carry_on(self.estimator.state());
        let world = &self.world;
        if let Some(perception) = &mut self.perception {
            perception.sample(self.ticks, &self.dynamics, world);
            self.news = perception.update(self.ticks, &self.model, &self.estimator, readings);
        }
        self.lidar.sample(self.ticks, &self.dynamics, &|origin, direction, max_m| {
            world.cast_ray(origin, direction, max_m)
        });
        let (body, body_from_lidar) = self.lidar.mounting();
        let body_from_lidar = *body_from_lidar;
        let (_, max_range_m) = self.lidar.range_m();
        let range_noise_m = self.lidar.range_noise_m();
        let root_from_imu = *self.estimator.root_from_imu();
        let root_from_body = self.model.root_from_body(body, readings.q_rad.as_slice());
        if self.lidar.scan().tick == self.ticks {
            self.world_from_scan = self.estimator.state().world_from_base * root_from_body * body_from_lidar;
        }
        if !self.lidar.delivers(self.ticks) {
            return;
        }
        let scan = self.lidar.scan();
        let Some(world_from_imu) = self.estimator.imu_pose_at(scan.tick) else { return };
        let located = LocatedScan {
            directions: self.lidar.directions(),
            ranges_m: &scan.ranges_m,
            max_range_m,
            range_noise_m,
            world_from_body: *world_from_imu,
            body_from_lidar: root_from_imu.inverse() * root_from_body * body_from_lidar,
        };
        let taken_s = scan.tick as f64 * self.scenario.physics.dt_s;
        let known = self.perception.as_ref().map_or(&self.map, |perception| perception.map().map());
        self.tracker.observe(&located, known, taken_s);
        self.has_tracked = true;
        let correction = if let Some(perception) = &mut self.perception {
            perception.heed(&self.tracker);
            let (seen, correction) = perception.scan(&located);
            self.news.get_or_insert_default().add(seen);
            correction
        } else {
            localise(&self.map, &located)
        };
        if let Some(correction) = correction {
            self.estimator.correct_pose(&correction);
        }
    }

    fn fall_cause(&self) -> Option<FallCause> {
        let up = self.dynamics.rotation(0) * Vector3::z();
        if !self.truth.v.iter().all(|v| v.is_finite()) {
            Some(FallCause::Diverged)
        } else if let Some(body) = self.world.events().fallen_body {
            Some(FallCause::Touched { link: self.body.bodies[body].name.clone() })
        } else if up.z < 0.5 {
            Some(FallCause::Tilted)
        } else {
            None
        }
    }

    /// Whether the run goes on.
    pub fn status(&self) -> RunStatus {
        // A fallen robot is let down for a moment, so that the run shows it.
        if self.fallen_s().is_some_and(|at| self.time_s() > at + 0.5) {
            RunStatus::Fallen
        } else if self.time_s() >= self.scenario.duration_s - 1e-9 {
            if self.fall.is_some() { RunStatus::Fallen } else { RunStatus::Finished }
        } else if self.fall.is_none() && self.arrived_s.is_some_and(|at| self.time_s() > at + REST_S) {
            RunStatus::Finished
        } else {
            RunStatus::Running
        }
    }

    /// The route to the goals, where the scenario has goals.
    pub fn route(&self) -> Option<&Route> {
        self.stepping.route()
    }

    /// The way past the scenario's goals that the robot would take if it were given the map, for judging one that is
    /// not: the shortest with room for it. None where the scenario has no goals or no way leads past them.
    pub fn route_with_map(&self) -> Option<Route> {
        let CommandConfig::Goals { goals, .. } = &self.scenario.command else { return None };
        let (x, y) = self.scenario.start.xy_m;
        self.stepping.route_on(&self.map, Point2::new(x, y), goals)
    }

    /// What the robot has seen to move, as of its last scan.
    pub fn tracks(&self) -> &[Track] {
        self.tracker.tracks()
    }

    /// The goals that are left of the scenario, or the one a person has set.
    pub fn goals(&self) -> &[GoalConfig] {
        self.stepping.goals()
    }

    /// Whether a person has taken over from the scenario's command.
    pub fn by_hand(&self) -> bool {
        self.stepping.by_hand()
    }

    /// Gains and limits of the controller.
    pub fn controller(&self) -> &ControllerConfig {
        self.walker.config()
    }

    /// Goes on with other gains and limits of the controller.
    pub fn retune(&mut self, controller: &ControllerConfig) {
        self.walker.retune(&self.model, controller);
        self.predictor.lead_by(0.5 * self.walker.cycle_s());
        self.stepping.set_pace(pace_of(&self.walker, &self.model));
    }

    /// Lets the run go on until this time [s].
    pub fn extend_to(&mut self, duration_s: f64) {
        self.scenario.duration_s = self.scenario.duration_s.max(duration_s);
    }

    /// Where the robot believes to be.
    pub(super) fn place(&self) -> Place {
        let base = &self.predictor.state().world_from_base;
        let standing = self.walker.report().gait.phase == Phase::Stand;
        let xy = if standing && self.ticks > 0 {
            let [left, right] = self.walker.soles();
            0.5 * (left.translation.vector + right.translation.vector).xy()
        } else {
            base.translation.vector.xy()
        };
        Place { xy: Point2::from(xy), yaw_rad: heading(base), standing }
    }

    /// The last scan of the LiDAR, placed where the robot believed to be.
    pub fn scan(&self) -> SeenScan<'_> {
        let scan = self.lidar.scan();
        SeenScan {
            time_s: scan.tick as f64 * self.scenario.physics.dt_s,
            world_from_lidar: self.world_from_scan,
            directions: self.lidar.directions(),
            ranges_m: &scan.ranges_m,
        }
    }

    /// Body that carries the LiDAR, and its frame in that body's.
    pub fn lidar_mounting(&self) -> (usize, &Isometry3<f64>) {
        self.lidar.mounting()
    }

    /// Body that carries the IMU, and its frame in that body's.
    pub fn imu_mounting(&self) -> (usize, &Isometry3<f64>) {
        self.proprioception.mounting()
    }

    /// The motion the next steps are laid for.
    pub fn wanted_motion(&self) -> WantedMotion {
        self.stepping.wanted_motion()
    }

    /// When the robot stood at its last goal [s].
    pub fn arrived_s(&self) -> Option<f64> {
        self.arrived_s
    }

    /// The terrain as it is, for judging and showing.
    pub fn map(&self) -> &WorldMap {
        &self.map
    }

    /// The map the robot goes by: the terrain as it is, or what it has seen of it.
    pub fn known_map(&self) -> &WorldMap {
        self.perceived().map_or(&self.map, PerceivedMap::map)
    }

    /// What a robot that is given no map has seen.
    pub fn perceived(&self) -> Option<&PerceivedMap> {
        self.perception.as_ref().map(Perception::map)
    }

    /// Simulated time [s].
    pub fn time_s(&self) -> f64 {
        self.ticks as f64 * self.scenario.physics.dt_s
    }

    /// When the robot fell [s].
    pub fn fallen_s(&self) -> Option<f64> {
        self.fall.as_ref().map(|fall| fall.at_s)
    }

    /// When and how the robot fell.
    pub fn fall(&self) -> Option<&Fall> {
        self.fall.as_ref()
    }

    /// Momentum audit so far.
    pub fn audit(&self) -> &MomentumAudit {
        &self.audit
    }

    /// Actuators.
    pub fn actuators(&self) -> &Actuators {
        &self.actuators
    }

    /// The world, for distances and rays.
    pub fn world(&self) -> &PhysicsWorld {
        &self.world
    }

    /// The robot as it is.
    pub fn model(&self) -> &RobotModel {
        &self.body
    }

    /// The robot as the controller knows it: without the seed's masses and the payload,
    /// but with the cup.
    pub fn known_model(&self) -> &RobotModel {
        &self.model
    }

    /// The scenario.
    pub fn scenario(&self) -> &ScenarioConfig {
        &self.scenario
    }

    /// What happened in the last tick.
    pub fn snapshot(&self) -> Snapshot<'_> {
        Snapshot {
            time_s: self.time_s(),
            truth: &self.truth,
            dynamics: &self.dynamics,
            estimate: self.predictor.state(),
            contacts: self.world.events(),
            push: self.push,
            pull: self.pull,
            cup: self.cup.as_ref(),
            motor_nm: self.actuators.motor_nm(),
            walker: self.walker.report(),
        }
    }

    /// Hash of the true state's bits: equal for equal runs.
    pub fn state_hash(&self) -> u64 {
        let mut hasher = xxhash_rust::xxh3::Xxh3::new();
        let pose = &self.truth.world_from_base;
        for value in pose.translation.vector.iter().chain(pose.rotation.coords.iter()) {
            hasher.update(&value.to_bits().to_le_bytes());
        }
        for value in self.truth.q.iter().chain(self.truth.v.iter()) {
            hasher.update(&value.to_bits().to_le_bytes());
        }
        if let Some(cup) = &self.cup {
            let rod = cup.rod();
            for value in rod.direction.iter().chain(rod.rate.iter()) {
                hasher.update(&value.to_bits().to_le_bytes());
            }
        }
        hasher.digest()
    }
}

/// Lengths and times of steps, as the step sources need them.
fn pace_of(walker: &Walker, model: &RobotModel) -> Pace {
    let gait = walker.timing();
    Pace {
        width_m: gait.step_width_m,
        step_s: gait.single_support_s + gait.double_support_s,
        stairs: gait.stairs(),
        max_forward_m: gait.max_forward_m,
        max_rise_m: (MAX_RISE_SHARE.0 * walker.com_height_m(), MAX_RISE_SHARE.1 * walker.com_height_m()),
        lean_s2: walker.omega().powi(-2),
        half_sole_m: model.feet.iter().map(|foot| foot.half_length_m).fold(0.0, f64::max),
        half_sole_width_m: model.feet.iter().map(|foot| foot.half_width_m).fold(0.0, f64::max),
    }
}

/// The robot in its posture, its lower sole on the ground, its feet's middle at the start.
fn start_state(model: &RobotModel, scenario: &ScenarioConfig, variation: &Variation) -> State {
    let mut state = State::zero(model.joints());
    for (j, angle) in state.q.iter_mut().enumerate() {
        let (low, high) = model.bodies[j + 1].limits_rad;
        *angle = (model.posture[j] + variation.joints_rad[j]).clamp(low, high);
    }
    let mut dynamics = Dynamics::new(model);
    dynamics.update(model, &state);
    let soles = [0, 1].map(|f| dynamics.world_from_body(model.feet[f].body) * model.feet[f].body_from_sole);
    let middle = 0.5 * (soles[0].translation.vector + soles[1].translation.vector);
    let lowest = soles
        .iter()
        .zip(&model.feet)
        .flat_map(|(sole, foot)| {
            [(1.0, 1.0), (1.0, -1.0), (-1.0, 1.0), (-1.0, -1.0)].map(|(x, y)| {
                let corner = nalgebra::Point3::new(x * foot.half_length_m, y * foot.half_width_m, 0.0);
                (sole * corner).z
            })
        })
        .fold(f64::INFINITY, f64::min);
    let yaw = scenario.start.yaw_rad + variation.start.z;
    let rotation = UnitQuaternion::from_axis_angle(&Vector3::z_axis(), yaw);
    let offset = rotation * Vector3::new(middle.x, middle.y, 0.0);
    state.world_from_base = Isometry3::from_parts(
        Translation3::new(
            scenario.start.xy_m.0 + variation.start.x - offset.x,
            scenario.start.xy_m.1 + variation.start.y - offset.y,
            -lowest,
        ),
        rotation,
    );
    state
}
