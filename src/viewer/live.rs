//! A simulation as a scene that a person can watch, put back in time, and lay hands on.

use std::path::Path;

use nalgebra::Isometry3;

use super::drawn_robot;
use super::fill::fill;
use super::history::SignalHistory;
use super::rewind::Rewind;
use super::scene_source::{Frame, LinkVisuals, Reload, SceneSource};
use super::trail::Trail;
use crate::config::LoadedScenario;
use crate::config::action::{Action, TimedAction};
use crate::config::controller_numbers::ControllerNumbers;
use crate::config::robot::RobotConfig;
use crate::config::scenario::{ScenarioConfig, StartConfig, TerrainConfig};
use crate::model::angles::heading;
use crate::simulation::{RunStatus, Simulation, SimulationError};

/// How long a run goes on after the last thing done by hand [s].
const GO_ON_S: f64 = 600.0;
/// Floor that counts as level with the world's [m].
const LEVEL_M: f64 = 0.01;

/// Sees every tick of a watched run, as a judge or a recorder must.
pub trait TickObserver: Send {
    /// Called before the first tick, and again after a restart.
    fn start(&mut self, simulation: &Simulation);

    /// Called after every tick.
    fn tick(&mut self, simulation: &Simulation);

    /// Adds what it knows to what is drawn: expectations and verdict.
    fn fill(&self, frame: &mut Frame);

    /// A copy to go on with when the run is put back in time.
    fn copy(&self) -> Box<dyn TickObserver>;
}

/// All of a run that changes from tick to tick.
struct Present {
    simulation: Simulation,
    observer: Option<Box<dyn TickObserver>>,
    trail: Trail,
}

impl Clone for Present {
    fn clone(&self) -> Self {
        Self {
            simulation: self.simulation.clone(),
            observer: self.observer.as_ref().map(|observer| observer.copy()),
            trail: self.trail.clone(),
        }
    }
}

impl Present {
    fn tick(&mut self) {
        self.simulation.tick();
        if let Some(observer) = &mut self.observer {
            observer.tick(&self.simulation);
        }
        self.trail.observe(self.simulation.model(), &self.simulation.snapshot());
    }
}

/// Where a run came from, so that it can be written down.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// The scenario's file.
    pub scenario: std::path::PathBuf,
    /// A robot file in place of the scenario's own.
    pub robot: Option<std::path::PathBuf>,
    /// What was changed in it: paths and values as overlays have them.
    pub changes: Vec<(String, String)>,
}

/// A run that is watched.
pub struct LiveRun {
    robot: RobotConfig,
    scenario: ScenarioConfig,
    seed: u64,
    origin: Option<Origin>,
    present: Present,
    history: SignalHistory,
    rewind: Rewind<Present>,
    /// What the scenario's file and the person do, in the order of time.
    actions: Vec<TimedAction>,
    reach_s: f64,
}

impl LiveRun {
    /// Builds the run and puts the robot on its feet.
    ///
    /// # Errors
    /// As [`Simulation::new`].
    pub fn new(
        robot: RobotConfig,
        scenario: ScenarioConfig,
        seed: u64,
        observer: Option<Box<dyn TickObserver>>,
    ) -> Result<Self, SimulationError> {
        let present = begin(&robot, &scenario, seed, observer)?;
        let actions = scenario.actions.clone();
        Ok(Self {
            robot,
            scenario,
            seed,
            origin: None,
            history: SignalHistory::new(present.simulation.model()),
            present,
            rewind: Rewind::new(),
            actions,
            reach_s: 0.0,
        })
    }

    /// Says where it came from: only then can it be saved.
    pub fn with_origin(mut self, origin: Origin) -> Self {
        self.origin = Some(origin);
        self
    }

    /// The run itself.
    pub fn simulation(&self) -> &Simulation {
        &self.present.simulation
    }

    /// Takes a run of these from its start, with the observer it has; it stays as it was where that fails.
    fn begin_anew(&mut self, robot: RobotConfig, scenario: ScenarioConfig) -> Result<(), String> {
        let observer = self.present.observer.as_ref().map(|observer| observer.copy());
        self.present = begin(&robot, &scenario, self.seed, observer).map_err(|error| error.to_string())?;
        self.history = self.history.begun_anew(self.present.simulation.model());
        self.actions.clone_from(&scenario.actions);
        (self.robot, self.scenario) = (robot, scenario);
        self.rewind = Rewind::new();
        self.reach_s = 0.0;
        Ok(())
    }

    fn tick(&mut self) {
        let time_s = self.present.simulation.time_s();
        if self.rewind.wants(time_s) {
            self.rewind.keep(time_s, self.present.clone());
        }
        self.present.tick();
        self.history.observe(&self.present.simulation);
        self.reach_s = self.reach_s.max(self.present.simulation.time_s());
    }

    /// Adds an action to the list; one that the same hand did in the same tick is replaced.
    fn note(&mut self, action: Action) {
        let at_s = self.present.simulation.time_s();
        self.actions.retain(|done| done.at_s <= at_s + 1e-9);
        let same_hand = |done: &TimedAction| {
            (done.at_s - at_s).abs() < 1e-9
                && match (&done.action, &action) {
                    (Action::Set { path: a, .. }, Action::Set { path: b, .. }) => a == b,
                    (Action::MoveBox { feature: a, .. }, Action::MoveBox { feature: b, .. }) => a == b,
                    (Action::Throw { .. }, _) => false,
                    (a, b) => std::mem::discriminant(a) == std::mem::discriminant(b),
                }
        };
        match self.actions.last_mut() {
            Some(last) if same_hand(last) => last.action = action,
            _ => self.actions.push(TimedAction { at_s, action }),
        }
        self.rewind.forget_after(at_s);
        self.history.truncate(at_s);
        self.reach_s = at_s;
        self.present.simulation.extend_to(at_s + GO_ON_S);
        self.present.simulation.schedule(&self.actions);
    }

    /// Changed numbers of the controller as actions; none where one is no longer given at all.
    fn retuned(&self, robot: &RobotConfig) -> Option<Vec<Action>> {
        let numbers = ControllerNumbers::new();
        let before = numbers.values(self.present.simulation.controller());
        let after = numbers.values(&robot.controller);
        let mut changed = Vec::new();
        for ((number, before), after) in numbers.iter().zip(before).zip(after) {
            if before != after {
                changed.push(Action::Set { path: number.path.clone(), value: after? });
            }
        }
        Some(changed)
    }

    /// Where the robot stands, if that is the plain floor.
    fn stands_at(&self) -> Option<StartConfig> {
        let simulation = &self.present.simulation;
        let (now, model) = (simulation.snapshot(), simulation.model());
        let [left, right] = crate::model::Side::BOTH.map(|side| super::trail::sole(model, &now, side));
        let level = left.translation.z.abs() < LEVEL_M && right.translation.z.abs() < LEVEL_M;
        let middle = 0.5 * (left.translation.vector + right.translation.vector);
        let yaw_rad = heading(&now.truth.world_from_base);
        (level && simulation.fallen_s().is_none())
            .then_some(StartConfig { xy_m: (middle.x, middle.y), yaw_rad })
    }
}

/// A simulation at its start.
fn begin(
    robot: &RobotConfig,
    scenario: &ScenarioConfig,
    seed: u64,
    mut observer: Option<Box<dyn TickObserver>>,
) -> Result<Present, SimulationError> {
    let simulation = Simulation::new(robot, scenario, seed)?;
    if let Some(observer) = &mut observer {
        observer.start(&simulation);
    }
    Ok(Present { simulation, observer, trail: Trail::new() })
}

impl SceneSource for LiveRun {
    fn visuals(&self) -> Vec<LinkVisuals<'_>> {
        drawn_robot::visuals(&self.robot, self.present.simulation.model())
    }

    fn half_soles_m(&self) -> [(f64, f64); 2] {
        drawn_robot::half_soles_m(self.present.simulation.model())
    }

    fn eye(&self) -> Option<(usize, Isometry3<f64>)> {
        drawn_robot::eye(&self.robot, self.present.simulation.model())
    }

    fn terrain(&self) -> &TerrainConfig {
        &self.present.simulation.scenario().terrain
    }

    fn title(&self) -> String {
        self.scenario.name.clone()
    }

    fn dt_s(&self) -> f64 {
        self.scenario.physics.dt_s
    }

    fn advance(&mut self, ticks: usize) -> usize {
        for done in 0..ticks {
            if self.finished() {
                return done;
            }
            self.tick();
        }
        ticks
    }

    fn finished(&self) -> bool {
        self.present.simulation.status() != RunStatus::Running
    }

    fn fill(&self, frame: &mut Frame) {
        fill(frame, &self.present.simulation, &self.present.trail);
        if let Some(observer) = &self.present.observer {
            observer.fill(frame);
        }
    }

    fn restart(&mut self) -> Result<(), String> {
        self.begin_anew(self.robot.clone(), self.scenario.clone())
    }

    fn reach_s(&self) -> f64 {
        self.reach_s
    }

    fn seek(&mut self, time_s: f64) -> Result<(), String> {
        let time_s = time_s.clamp(0.0, self.reach_s);
        let now_s = self.present.simulation.time_s();
        if let Some((saved_s, saved)) = self.rewind.at_or_before(time_s)
            && (time_s < now_s || *saved_s > now_s)
        {
            let duration_s = self.present.simulation.scenario().duration_s;
            self.present = saved.clone();
            self.present.simulation.extend_to(duration_s);
            self.present.simulation.schedule(&self.actions);
        }
        let left_s = time_s - self.present.simulation.time_s();
        self.advance((left_s / self.dt_s()).round().max(0.0) as usize);
        Ok(())
    }

    fn act(&mut self, action: Action) -> Result<(), String> {
        if self.present.simulation.fallen_s().is_some() {
            return Err("the robot has fallen: go back in time, or restart".to_owned());
        }
        self.present.simulation.check_action(&action)?;
        self.note(action);
        Ok(())
    }

    fn reload(&mut self, loaded: &LoadedScenario) -> Result<Reload, String> {
        let (robot, scenario) = (&loaded.robot.config, &loaded.scenario.config);
        let same_body = RobotConfig { controller: self.robot.controller, ..robot.clone() } == self.robot;
        // What is expected or written about a run does not change it.
        let same_task = ScenarioConfig {
            name: self.scenario.name.clone(),
            description: self.scenario.description.clone(),
            expectations: self.scenario.expectations.clone(),
            start: self.scenario.start,
            ..scenario.clone()
        } == self.scenario;
        if same_body && same_task && self.present.simulation.fallen_s().is_none() {
            if robot.controller == self.robot.controller {
                return Ok(Reload::Same);
            }
            if let Some(changed) = self.retuned(robot) {
                self.robot = robot.clone();
                changed.into_iter().for_each(|action| self.note(action));
                return Ok(Reload::Retuned);
            }
        }
        let stands_at = if same_task { self.stands_at() } else { None };
        let scenario = ScenarioConfig { start: stands_at.unwrap_or(scenario.start), ..scenario.clone() };
        self.begin_anew(robot.clone(), scenario)?;
        Ok(Reload::Rebuilt)
    }

    fn save(&self, path: &Path) -> Result<String, String> {
        let origin = self.origin.as_ref().ok_or("this run has no file to go back to")?;
        super::save::save(path, origin, &self.scenario, self.seed, &self.present.simulation)
    }

    fn simulation(&self) -> Option<&Simulation> {
        Some(&self.present.simulation)
    }

    fn history(&mut self) -> Option<&mut SignalHistory> {
        Some(&mut self.history)
    }
}
