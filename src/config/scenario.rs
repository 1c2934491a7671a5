//! What a scenario's RON says: where, what is asked, what disturbs, and what is expected.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::action::TimedAction;
use super::course::CourseConfig;
use super::people::PersonConfig;

/// A world, a robot's task in it and what is expected, as a scenario's RON file describes them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScenarioConfig {
    /// Short name, as reports print it.
    pub name: String,
    /// What it shows.
    #[serde(default)]
    pub description: String,
    /// Robot file, relative to the scenario's own folder.
    pub robot: String,
    /// Simulated time at which the run ends at the latest [s].
    pub duration_s: f64,
    /// Time step and gravity.
    #[serde(default)]
    pub physics: PhysicsConfig,
    /// What the controller takes as its state.
    #[serde(default)]
    pub state_source: StateSource,
    /// Where the robot's map comes from.
    #[serde(default)]
    pub map: MapSource,
    /// Where the robot starts.
    #[serde(default)]
    pub start: StartConfig,
    /// The world.
    #[serde(default)]
    pub terrain: TerrainConfig,
    /// A course that every seed draws anew, seed 0 too.
    #[serde(default)]
    pub course: Option<CourseConfig>,
    /// People who walk about; no map knows of them.
    #[serde(default)]
    pub people: Vec<PersonConfig>,
    /// What the robot is asked to do.
    pub command: CommandConfig,
    /// Pushes and faults.
    #[serde(default)]
    pub disturbances: Vec<Disturbance>,
    /// What a person does by hand while the run goes on, in the order of time; the viewer writes it.
    #[serde(default)]
    pub actions: Vec<TimedAction>,
    /// A load the robot carries and its controller does not know of.
    #[serde(default)]
    pub payload: Option<PayloadConfig>,
    /// An open vessel with liquid that the robot carries, and knows that it carries.
    #[serde(default)]
    pub cup: Option<CupConfig>,
    /// Factor on all sensor noise and bias, in every seed.
    #[serde(default = "one")]
    pub sensor_noise_factor: f64,
    /// What a seed changes.
    #[serde(default)]
    pub variation: VariationConfig,
    /// The verdict: every one must hold.
    #[serde(default)]
    pub expectations: Vec<Expectation>,
}

/// Integration of the physics.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PhysicsConfig {
    /// Time step of physics and control [s].
    pub dt_s: f64,
    /// Gravity along -z [m/s^2].
    pub gravity_m_s2: f64,
}

impl Default for PhysicsConfig {
    fn default() -> Self {
        Self { dt_s: 0.001, gravity_m_s2: 9.81 }
    }
}

/// What the controller takes as its state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum StateSource {
    /// IMU, encoders and foot contact through the estimator.
    #[default]
    Sensors,
    /// The simulator's own state; for comparison only.
    GroundTruth,
}

/// Where the robot's map comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum MapSource {
    /// It is given the terrain and finds itself on it by its LiDAR.
    #[default]
    Known,
    /// It is given nothing but the place where it stands at the start, and maps what its depth cameras
    /// and its LiDAR see.
    Perceived,
}

/// Start pose of the robot: between its feet, on the ground.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct StartConfig {
    /// Position on the ground [m].
    pub xy_m: (f64, f64),
    /// Heading from +x [rad].
    pub yaw_rad: f64,
}

/// The world: a floor at z = 0 and what stands on it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TerrainConfig {
    /// Coulomb friction between sole and ground.
    pub friction: f64,
    /// Things on the floor.
    pub features: Vec<Feature>,
}

impl Default for TerrainConfig {
    fn default() -> Self {
        Self { friction: 0.8, features: Vec::new() }
    }
}

/// A thing on the floor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Feature {
    /// A flight of steps up, a landing, and (unless `down` is false) the same steps down.
    Stairs {
        /// Foot of the first riser, middle of the flight [m].
        start_m: (f64, f64),
        /// Direction of ascent from +x [rad].
        #[serde(default)]
        heading_rad: f64,
        /// Height of a step [m].
        rise_m: f64,
        /// Depth of a tread [m].
        run_m: f64,
        /// Width of the flight [m].
        width_m: f64,
        /// Steps up, and as many down.
        steps: usize,
        /// Depth of the landing beyond the last riser [m].
        landing_m: f64,
        /// Whether the flight goes down again behind the landing.
        #[serde(default = "yes")]
        down: bool,
    },
    /// A staircase that turns: pieces one behind the other along a walking line in the middle of its width. Every
    /// tread and every landing lies one rise over what is before it, or below where its piece goes down.
    Staircase {
        /// Foot of the first riser, middle of the width [m].
        start_m: (f64, f64),
        /// Direction in which the first riser is met from +x [rad].
        #[serde(default)]
        heading_rad: f64,
        /// Height of a step [m].
        rise_m: f64,
        /// Depth of a tread along the walking line [m].
        run_m: f64,
        /// Width [m].
        width_m: f64,
        /// From the first riser to the last.
        pieces: Vec<StairPiece>,
    },
    /// A cuboid on the floor: an obstacle to walk round.
    Box {
        /// Centre of its footprint [m].
        center_m: (f64, f64),
        /// Full size x, y, z [m].
        size_m: (f64, f64, f64),
        /// Heading from +x [rad].
        #[serde(default)]
        yaw_rad: f64,
    },
    /// A straight wall between two points.
    Wall {
        /// One end [m].
        from_m: (f64, f64),
        /// Other end [m].
        to_m: (f64, f64),
        /// Height [m].
        height_m: f64,
        /// Thickness [m].
        thickness_m: f64,
    },
    /// A ramp up, a level top, and (unless `down` is false) the same ramp down.
    Ramp {
        /// Foot of the ramp, middle of its width [m].
        start_m: (f64, f64),
        /// Direction of ascent from +x [rad].
        #[serde(default)]
        heading_rad: f64,
        /// Slope against the level [rad].
        slope_rad: f64,
        /// Length of the ascent seen from above [m].
        length_m: f64,
        /// Width [m].
        width_m: f64,
        /// Length of the level top [m].
        top_m: f64,
        /// Whether it goes down again behind the top.
        #[serde(default = "yes")]
        down: bool,
    },
    /// Rough ground: bumps drawn from a seed over a rectangle, level with the floor all round.
    Rough {
        /// Centre [m].
        center_m: (f64, f64),
        /// Full size x, y [m].
        size_m: (f64, f64),
        /// Heading of its x from +x [rad].
        #[serde(default)]
        yaw_rad: f64,
        /// Height of the highest possible bump over the floor, the lowest hollow [m].
        height_m: f64,
        /// Distance from one bump or hollow to the next [m].
        cell_m: f64,
        /// Seed of the bumps.
        #[serde(default)]
        seed: u64,
    },
    /// Stepping stones: blocks with level tops of one height in rows across a way, with gaps between them.
    Stones {
        /// Front of the first row, middle of its width [m].
        start_m: (f64, f64),
        /// Direction of the way over them from +x [rad].
        #[serde(default)]
        heading_rad: f64,
        /// Height of their tops over the floor [m].
        rise_m: f64,
        /// Size of a stone along and across the way [m].
        stone_m: (f64, f64),
        /// Gap from one to the next along and across the way [m].
        gap_m: (f64, f64),
        /// Stones along the way.
        rows: usize,
        /// Stones across the way.
        columns: usize,
        /// How far each lies from its place at most [m]; the first row and the last stand in line.
        #[serde(default)]
        jitter_m: f64,
        /// Seed of where they lie.
        #[serde(default)]
        seed: u64,
    },
    /// A rectangle in which the ground has a friction of its own; no map tells the robot of it.
    Patch {
        /// Centre [m].
        center_m: (f64, f64),
        /// Full size x, y [m].
        size_m: (f64, f64),
        /// Heading of its x from +x [rad].
        #[serde(default)]
        yaw_rad: f64,
        /// Coulomb friction between sole and ground there, whatever the terrain's is.
        friction: f64,
    },
    /// A rectangle in which the floor gives under a foot and comes back, as mats, lawn and foam do; no map tells the
    /// robot of it.
    Soft {
        /// Centre [m].
        center_m: (f64, f64),
        /// Full size x, y [m].
        size_m: (f64, f64),
        /// Heading of its x from +x [rad].
        #[serde(default)]
        yaw_rad: f64,
        /// Pressure that holds it a metre deep [kPa/m].
        stiffness_kpa_m: f64,
        /// Pressure at which it sinks by a metre a second, beside that [kPa s/m].
        damping_kpas_m: f64,
        /// How deep under it the ground is solid [m].
        depth_m: f64,
    },
    /// A low bar across the floor that may be stepped on, and that no map tells the robot of.
    Sill {
        /// One end [m].
        from_m: (f64, f64),
        /// Other end [m].
        to_m: (f64, f64),
        /// Height [m].
        height_m: f64,
        /// Thickness [m].
        thickness_m: f64,
    },
}

fn yes() -> bool {
    true
}

/// A piece of a staircase that turns.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum StairPiece {
    /// Treads straight on.
    Straight {
        /// How many.
        steps: usize,
        /// Whether each lies lower than the one before it.
        #[serde(default)]
        down: bool,
    },
    /// Treads round an axis beside the way: winders, or a spiral.
    Wound {
        /// How many.
        steps: usize,
        /// Distance of the walking line from the axis, more than half the width [m].
        radius_m: f64,
        /// To which side it turns.
        turn: Turn,
        /// Whether each lies lower than the one before it.
        #[serde(default)]
        down: bool,
    },
    /// A landing straight on.
    Landing {
        /// Its length [m].
        length_m: f64,
        /// Whether it lies lower than what is before it.
        #[serde(default)]
        down: bool,
    },
    /// A landing on which the way turns.
    Corner {
        /// By how much, up to a half turn [rad].
        angle_rad: f64,
        /// Distance of the walking line from where both edges meet, at least half the width [m].
        radius_m: f64,
        /// To which side it turns.
        turn: Turn,
        /// Whether it lies lower than what is before it.
        #[serde(default)]
        down: bool,
    },
}

/// A side to turn to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Turn {
    /// To the left, going forward.
    Left,
    /// To the right.
    Right,
}

impl Turn {
    /// The other way.
    pub fn other(self) -> Self {
        match self {
            Self::Left => Self::Right,
            Self::Right => Self::Left,
        }
    }
}

/// What the robot is asked to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum CommandConfig {
    /// Walk to each goal in turn, by the route the navigation finds.
    Goals {
        /// Walking speed where the way is free [m/s].
        speed_m_s: f64,
        /// The goals in order; a course may do without, and puts the last one to its end.
        #[serde(default)]
        goals: Vec<GoalConfig>,
    },
    /// Follow a script of body velocities.
    Velocity {
        /// Pieces in order; the last one's velocity holds until the end.
        script: Vec<VelocityPiece>,
    },
}

/// A place to go to.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GoalConfig {
    /// Where [m].
    pub xy_m: (f64, f64),
    /// Heading to stop with [rad]; any where absent.
    #[serde(default)]
    pub yaw_rad: Option<f64>,
    /// Distance at which it counts as reached [m].
    #[serde(default = "goal_radius")]
    pub radius_m: f64,
}

impl GoalConfig {
    /// A place to stop at with any heading.
    pub fn at(xy_m: (f64, f64)) -> Self {
        Self { xy_m, yaw_rad: None, radius_m: goal_radius() }
    }
}

fn goal_radius() -> f64 {
    0.25
}

/// A piece of a velocity script.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VelocityPiece {
    /// How long it lasts [s].
    pub for_s: f64,
    /// Forward speed [m/s].
    #[serde(default)]
    pub forward_m_s: f64,
    /// Speed to the left [m/s].
    #[serde(default)]
    pub left_m_s: f64,
    /// Turn to the left [rad/s].
    #[serde(default)]
    pub turn_rad_s: f64,
}

/// Something that happens to the robot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Disturbance {
    /// A force on one link's centre of mass for a while.
    Push {
        /// Link that is pushed.
        link: String,
        /// Impulse along the robot's heading at the start of the push, to its left, and up [N s].
        impulse_ns: [f64; 3],
        /// How long the force lasts [s].
        duration_s: f64,
        /// When it starts.
        at: When,
    },
    /// From this time on these joints give no torque (a broken drive).
    CutTorque {
        /// Names of the joints.
        joints: Vec<String>,
        /// When it happens [s].
        at_s: f64,
    },
}

/// When a push starts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum When {
    /// At a time [s].
    Time(f64),
    /// At the first time after `after_s` at which the left foot's step cycle is at `phase`:
    /// 0 and 1 are touchdowns of the left foot, 0.5 of the right one.
    Phase {
        /// Earliest time [s].
        after_s: f64,
        /// Share of the two-step cycle, 0 to 1.
        phase: f64,
    },
}

fn one() -> f64 {
    1.0
}

/// A point mass fixed to a link of the true robot. Its weight and inertia act in the physics; the
/// controller goes on with the mass in the robot's file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PayloadConfig {
    /// Link that carries it.
    pub link: String,
    /// Its mass [kg].
    pub mass_kg: f64,
    /// Where it sits in the link's frame [m]; the frame's origin where absent.
    #[serde(default)]
    pub at_m: [f64; 3],
}

/// An open upright cylinder with liquid, held rigidly by a link. The liquid's first sloshing mode is a damped
/// pendulum (see `loong::model::slosh`); the rest of it and the vessel are part of the link.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CupConfig {
    /// Link that holds it.
    pub link: String,
    /// Middle of its floor in the link's frame [m].
    pub at_m: [f64; 3],
    /// Roll, pitch, yaw of its frame in the link's about fixed axes [rad]; its axis is z.
    #[serde(default)]
    pub rpy_rad: [f64; 3],
    /// Mass without the liquid [kg].
    pub mass_kg: f64,
    /// Inner radius [m].
    pub radius_m: f64,
    /// Depth of the liquid [m].
    pub depth_m: f64,
    /// Density of the liquid [kg/m^3].
    #[serde(default = "water")]
    pub density_kg_m3: f64,
    /// Damping of the sloshing as a share of the critical one.
    pub damping_share: f64,
    /// Angle between the liquid's surface and the vessel's rim at which it spills [rad].
    pub spill_rad: f64,
}

fn water() -> f64 {
    1000.0
}

/// What a seed changes; seed 0 changes nothing but the noise.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct VariationConfig {
    /// Each link's mass by a common factor 1 +- this.
    pub mass: f64,
    /// Friction drawn from this range; the terrain's own where absent.
    pub friction: Option<(f64, f64)>,
    /// Start position, +- [m].
    pub start_xy_m: f64,
    /// Start heading, +- [rad].
    pub start_yaw_rad: f64,
    /// Start joint angles, +- [rad].
    pub start_joints_rad: f64,
    /// Factor on all sensor noise, drawn from this range.
    pub noise: Option<(f64, f64)>,
    /// Time by which all sensors are later than the robot's file says, drawn from this range [s].
    pub latency_s: Option<(f64, f64)>,
    /// Mass of the liquid in the cup, length of its pendulum and damping, each by a factor 1 +- this; the controller
    /// knows the ones of the file.
    pub liquid: f64,
}

/// A bound on a measured figure: on a metric of the whole run, or on a signal over a part of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Expectation {
    /// Name of the metric as the run's JSON has it.
    pub metric: Option<String>,
    /// Name of the signal as `loong signals` lists it, in place of a metric.
    pub signal: Option<String>,
    /// Which figure of the signal; always given with one.
    pub of: Option<WindowFigure>,
    /// When the signal's window begins [s]; the start of the run where absent.
    pub from_s: Option<f64>,
    /// When it ends [s], this time included; the end of the run where absent.
    pub to_s: Option<f64>,
    /// Smallest allowed value; truth counts as 1.
    pub min: Option<f64>,
    /// Largest allowed value.
    pub max: Option<f64>,
}

/// A figure of a signal over a window of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum WindowFigure {
    /// The smallest value.
    Min,
    /// The largest value.
    Max,
    /// The mean over time.
    Mean,
    /// The root of the mean square.
    Rms,
    /// The last value.
    Final,
    /// The largest magnitude.
    AbsMax,
}
