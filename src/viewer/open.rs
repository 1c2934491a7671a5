//! From a file to something that can be watched: a scenario, a robot alone, or a log.

use std::path::{Path, PathBuf};

use super::library::{Library, RobotEntry};
use super::live::{LiveRun, Origin, TickObserver};
use super::replay::{Replay, ReplayError};
use super::scene_source::SceneSource;
use crate::config::load::{has_field, load_scenario_text};
use crate::config::{
    ConfigError, Diagnostic, LoadOptions, LoadedScenario, Override, asked_changes, load_robot, load_scenario,
};
use crate::course::laid_out;
use crate::judge::known_names;
use crate::record::{ReadLogError, RecordedRun, is_log, read_log};
use crate::simulation::SimulationError;

/// A file and what is changed about it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// A scenario, a robot, or a log.
    pub file: PathBuf,
    /// Robot file in place of the scenario's own; the robot of a log that does not name one.
    pub robot: Option<PathBuf>,
    /// Files of changes, the later ones winning.
    pub overlays: Vec<PathBuf>,
    /// Changes as `--set` has them, which win over those.
    pub changes: Vec<String>,
    /// Seed of the variations.
    pub seed: u64,
}

/// How files are opened.
#[derive(Debug, Clone)]
pub struct Opener {
    /// The folder with `robots` and `scenarios`, from which one can choose.
    pub configs: PathBuf,
    /// Makes what sees every tick of a run that is watched.
    pub observer: fn() -> Box<dyn TickObserver>,
}

/// What a file turned out to be, ready to be watched.
pub struct Opened {
    /// The run.
    pub source: Box<dyn SceneSource>,
    /// What it was made of; none for a log, which stays as it is.
    pub loaded: Option<LoadedScenario>,
}

/// Why a file cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A config or a change is wrong.
    #[error("{0}")]
    Config(ConfigError),
    /// The run cannot start.
    #[error("{0}")]
    Simulation(#[from] SimulationError),
    /// The log cannot be read.
    #[error("{0}")]
    Log(#[from] ReadLogError),
    /// The log cannot be drawn.
    #[error("`{path}`: {reason}", path = path.display())]
    Replay {
        /// The log.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
}

impl From<ConfigError> for OpenError {
    fn from(error: ConfigError) -> Self {
        Self::Config(error)
    }
}

impl OpenError {
    /// A mistake that only the simulation finds, at its place in the robot's file where it has one.
    pub fn of_run(loaded: &LoadedScenario, error: SimulationError) -> Self {
        match error {
            SimulationError::Model(model) => Self::Config(model.in_file(&loaded.robot)),
            other => Self::Simulation(other),
        }
    }

    /// As the user reads it, with the lines at fault, without colour.
    pub fn text(&self) -> String {
        match self {
            Self::Config(error) => error.render(false),
            other => other.to_string(),
        }
    }
}

impl Request {
    /// A file as it is.
    pub fn of(file: PathBuf) -> Self {
        Self { file, ..Self::default() }
    }

    /// Reads the scenario, or makes the one in which a robot alone stands.
    ///
    /// # Errors
    /// Every mistake found, with its place.
    pub fn load(&self) -> Result<LoadedScenario, ConfigError> {
        let changes = asked_changes(&self.overlays, &self.changes)?;
        let options = LoadOptions { overrides: &changes, robot: self.robot.clone(), ..known_names() };
        if !is_robot(&self.file)? {
            return load_scenario(&self.file, &options);
        }
        let options = LoadOptions { robot: Some(self.robot.clone().unwrap_or(self.file.clone())), ..options };
        let name = load_robot(&self.file)?.config.name;
        load_scenario_text(&self.file, standing(&name, &self.file), None, &options)
    }
}

/// The scenario in which a robot alone stands on a flat floor.
fn standing(name: &str, robot: &Path) -> String {
    let file = robot.file_name().unwrap_or_default().to_string_lossy();
    format!(
        "(name: {name:?}, description: \"A robot alone, standing\", robot: {file:?}, duration_s: 1000.0, \
         command: Velocity(script: [(for_s: 1000.0)]))"
    )
}

/// Whether a file is a robot; others are taken for scenarios.
fn is_robot(path: &Path) -> Result<bool, ConfigError> {
    Ok(has_field(path, "links")? || has_field(path, "joints")?)
}

impl Opener {
    /// Opens a scenario, a robot, or a log.
    ///
    /// # Errors
    /// Where it is none, or cannot be run or drawn.
    pub fn open(&self, request: &Request) -> Result<Opened, OpenError> {
        if is_log(&request.file) {
            let source = self.replay(request)?;
            return Ok(Opened { source: Box::new(source), loaded: None });
        }
        let loaded = request.load()?;
        let source = self.run(&loaded, request, (self.observer)())?;
        Ok(Opened { source: Box::new(source), loaded: Some(loaded) })
    }

    /// Builds the run of a scenario.
    ///
    /// # Errors
    /// Where it cannot start.
    pub fn run(
        &self,
        loaded: &LoadedScenario,
        request: &Request,
        observer: Box<dyn TickObserver>,
    ) -> Result<LiveRun, OpenError> {
        let (robot, scenario) = (loaded.robot.config.clone(), loaded.scenario.config.clone());
        let run = LiveRun::new(robot, scenario, request.seed, Some(observer))
            .map_err(|error| OpenError::of_run(loaded, error))?;
        if is_robot(&request.file)? {
            return Ok(run);
        }
        let changes = asked_changes(&request.overlays, &request.changes)?;
        let changes = changes.iter().map(Override::path_and_value).collect();
        let origin = Origin { scenario: request.file.clone(), robot: request.robot.clone(), changes };
        Ok(run.with_origin(origin))
    }

    fn replay(&self, request: &Request) -> Result<Replay, OpenError> {
        let path = &request.file;
        let refuse = |reason: String| OpenError::Replay { path: path.clone(), reason };
        if !request.overlays.is_empty() || !request.changes.is_empty() {
            return Err(refuse("a recorded run cannot be changed by `--overlay` or `--set`".to_owned()));
        }
        let run = read_log(path)?;
        let loaded = match (&run.configs, &request.robot) {
            (Some(configs), None) => {
                let (scenario, robot) = (path.join("scenario.ron"), path.join("robot.ron"));
                let robot = Some((robot.as_path(), configs.robot.clone()));
                load_scenario_text(&scenario, configs.scenario.clone(), robot, &LoadOptions::default())?
            }
            (_, robot) => {
                let robot = robot.clone().or_else(|| self.robot_of(&run)).ok_or_else(|| {
                    refuse("no robot is known to have these joints: give its file with `--robot`".to_owned())
                })?;
                Request::of(robot).load()?
            }
        };
        let seed = run.configs.as_ref().map_or(0, |configs| configs.seed);
        let mut scenario = laid_out(&loaded.scenario.config, seed).into_owned();
        if run.configs.is_none() {
            let name = path.file_stem().unwrap_or_default();
            scenario.name = name.to_string_lossy().into_owned();
        }
        Replay::new(run, loaded.robot.config, scenario).map_err(|error| match error {
            ReplayError::Model(_) | ReplayError::Joint { .. } => refuse(error.to_string()),
        })
    }

    /// The robot to choose from whose joints are those of a log that does not name its own.
    fn robot_of(&self, run: &RecordedRun) -> Option<PathBuf> {
        let has_all = |robot: &RobotEntry| {
            robot.joints.len() == run.joints.len()
                && robot.joints.iter().all(|joint| run.joints.contains(joint))
        };
        Library::read(&self.configs).robots.into_iter().find(has_all).map(|robot| robot.path)
    }
}

impl From<Diagnostic> for OpenError {
    fn from(error: Diagnostic) -> Self {
        Self::Config(error.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped(path: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
    }

    #[test]
    fn a_robot_alone_stands_and_takes_changes() {
        let file = shipped("configs/robots/healthy_loong.ron");
        let mut request = Request::of(file.clone());
        request.changes = vec!["terrain.friction=0.3".to_owned(), "robot.mass_scale=1.1".to_owned()];
        let loaded = request.load().expect("it stands");
        assert_eq!(loaded.scenario.config.name, loaded.robot.config.name);
        assert_eq!(loaded.scenario.config.terrain.friction, 0.3);
        assert_eq!(loaded.robot.config.mass_scale, 1.1);
        assert_eq!(loaded.files(), [file]);
    }

    #[test]
    fn a_broken_file_says_where() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("broken.ron");
        std::fs::write(&path, "(name: \"x\",\n  links: [)").expect("written");
        let error = OpenError::from(Request::of(path).load().expect_err("broken")).text();
        assert!(error.contains("broken.ron:2"), "{error}");
    }
}
