//! What the viewer needs of a simulation, and nothing more.
//!
//! The viewer owns a [`SceneSource`], asks it to advance so many ticks a frame and reads a [`Frame`]
//! for drawing. It changes a run by an [`Action`] alone, which the run records: watching cannot change a
//! result, and what was done by hand can be done again.

use std::path::Path;

use nalgebra::{Isometry3, Point3, Vector3};

use super::cup::DrawnCup;
use super::history::SignalHistory;
use crate::config::LoadedScenario;
use crate::config::action::Action;
use crate::config::robot::VisualConfig;
use crate::config::scenario::TerrainConfig;
use crate::model::Side;
use crate::physics::PersonBody;
use crate::simulation::{Pull, Simulation};

/// A running simulation as the viewer sees it.
pub trait SceneSource: Send + 'static {
    /// Drawn shapes of every link.
    fn visuals(&self) -> Vec<LinkVisuals<'_>>;

    /// Half length and width of the left and right sole [m].
    fn half_soles_m(&self) -> [(f64, f64); 2];

    /// Body and pose in it of the eye of the head camera: x ahead, z up.
    fn eye(&self) -> Option<(usize, Isometry3<f64>)> {
        None
    }

    /// The world to draw.
    fn terrain(&self) -> &TerrainConfig;

    /// Title of the window.
    fn title(&self) -> String;

    /// Length of a tick [s].
    fn dt_s(&self) -> f64;

    /// Advances by `ticks`, fewer if the run ends before; returns how many were done.
    fn advance(&mut self, ticks: usize) -> usize;

    /// Whether the run is over.
    fn finished(&self) -> bool;

    /// Writes the present state for drawing; reuses the buffers of `frame`.
    fn fill(&self, frame: &mut Frame);

    /// Puts the run back to its start.
    ///
    /// # Errors
    /// A message for the user, when the run cannot be built again.
    fn restart(&mut self) -> Result<(), String>;

    /// Latest time the run has been at [s].
    fn reach_s(&self) -> f64;

    /// Puts the run to a time between its start and [`Self::reach_s`]; from there it goes on as it did,
    /// until something else is done to it.
    ///
    /// # Errors
    /// A message for the user, when the run cannot be put there.
    fn seek(&mut self, time_s: f64) -> Result<(), String>;

    /// Does something to the run before its next tick, and records it; what had been done by hand at a
    /// later time is forgotten.
    ///
    /// # Errors
    /// A message for the user: a recorded run takes no action, nor does one that is over.
    fn act(&mut self, action: Action) -> Result<(), String>;

    /// Takes over configs that were edited.
    ///
    /// # Errors
    /// A message for the user; the run then goes on as it was.
    fn reload(&mut self, loaded: &LoadedScenario) -> Result<Reload, String>;

    /// Writes a scenario that does what was done by hand up to now; returns what to tell the user.
    ///
    /// # Errors
    /// A message for the user, when there is nothing to write or it cannot be written.
    fn save(&self, path: &Path) -> Result<String, String>;

    /// The simulation, where it is one that runs and not a record.
    fn simulation(&self) -> Option<&Simulation> {
        None
    }

    /// What chosen signals have been, where the source keeps it.
    fn history(&mut self) -> Option<&mut SignalHistory> {
        None
    }
}

/// How edited configs were taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reload {
    /// Nothing that counts has changed.
    Same,
    /// The controller goes on with its new numbers.
    Retuned,
    /// The run was built anew: the scene is to be drawn anew too.
    Rebuilt,
}

/// What is drawn of a link, and on which body.
#[derive(Debug, Clone)]
pub struct LinkVisuals<'a> {
    /// Index of the body that carries the link; [`Frame::world_from_body`] follows the same order.
    pub body: usize,
    /// The link's frame in the body's frame.
    pub body_from_link: Isometry3<f64>,
    /// Its drawn shapes.
    pub shapes: &'a [VisualConfig],
}

/// Everything drawn of one moment of a run; lengths in metres, forces in newtons, world frame.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    /// Simulated time [s].
    pub time_s: f64,
    /// Pose of each body of the model in the world.
    pub world_from_body: Vec<Isometry3<f64>>,
    /// Height of the ground the robot stands on [m].
    pub ground_m: f64,
    /// Centre of mass.
    pub com: Option<Point3<f64>>,
    /// Divergent component of motion (capture point), on the ground.
    pub dcm: Option<Point3<f64>>,
    /// Measured centre of pressure; none in flight.
    pub cop: Option<Point3<f64>>,
    /// Convex hull of the soles' contacts, in order round it.
    pub support_polygon: Vec<Point3<f64>>,
    /// Footsteps still to come: side and pose of the sole's centre.
    pub planned_steps: Vec<(Side, Isometry3<f64>)>,
    /// Footsteps already taken.
    pub taken_steps: Vec<(Side, Isometry3<f64>)>,
    /// Path of the swing foot's sole over the step in progress.
    pub swing_path: Vec<Point3<f64>>,
    /// Forces of the ground on the feet: where and how much [N].
    pub contact_forces: Vec<(Point3<f64>, Vector3<f64>)>,
    /// A push that acts now: where and how much [N].
    pub push: Option<(Point3<f64>, Vector3<f64>)>,
    /// A hand that pulls now.
    pub pull: Option<Pull>,
    /// Boxes that were thrown: pose of the centre and full size [m].
    pub loose_boxes: Vec<(Isometry3<f64>, Vector3<f64>)>,
    /// Everyone who walks about.
    pub people: Vec<PersonBody>,
    /// The cup that the robot carries.
    pub cup: Option<DrawnCup>,
    /// Route of the navigation to the goal.
    pub route: Vec<Point3<f64>>,
    /// Goals in order, with the distance at which each counts as reached [m].
    pub goals: Vec<(Point3<f64>, f64)>,
    /// Whether a person has set them, and not the scenario.
    pub goals_by_hand: bool,
    /// Number of goals reached so far; of those set by hand, on which the robot is now.
    pub goals_reached: usize,
    /// Horizontal speed of the centre of mass [m/s].
    pub speed_m_s: f64,
    /// Phase of the gait in a word or two.
    pub phase: String,
    /// Torque over limit of the most loaded joint, 0 to 1, and its name.
    pub torque_share: Option<(String, f64)>,
    /// Expectations of the scenario.
    pub expectations: Vec<ExpectationLine>,
    /// Verdict in a few words, once there is one.
    pub verdict: Option<(bool, String)>,
    /// What was wanted last and could not be done.
    pub refused: Option<String>,
}

/// An expectation of the scenario as the panel shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct ExpectationLine {
    /// What is expected.
    pub name: String,
    /// Measured so far, with its unit.
    pub measured: String,
    /// Allowed, with its unit.
    pub allowed: String,
    /// Holds, fails, or not yet known.
    pub pass: Option<bool>,
    /// How far the measured value lies within what is allowed, negative outside; in its own unit.
    pub margin: Option<f64>,
}
