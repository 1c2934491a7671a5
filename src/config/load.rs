//! The way in: files to checked configs.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use super::check;
use super::diagnostic::{ConfigError, Finding};
use super::document::Document;
use super::locate::Shape;
use super::overrides::Override;
use super::path::FieldPath;
use super::robot::RobotConfig;
use super::scenario::ScenarioConfig;
use super::source::{self, Unreadable};
use super::suite::SuiteConfig;

/// A checked config and the text it came from.
#[derive(Debug, Clone)]
pub struct Loaded<T> {
    /// What the file says, checked.
    pub config: T,
    document: Document,
}

impl<T> Loaded<T> {
    /// The file.
    pub fn path(&self) -> &Path {
        self.document.path()
    }

    /// The file's text with the overrides put in.
    pub fn text(&self) -> &str {
        self.document.text()
    }

    /// Refuses the config for a reason found later, at the place of a field such as `links[3].mass_kg`.
    ///
    /// A path that cannot be read stands for the whole file.
    pub fn refuse(
        &self,
        field_path: &str,
        found: impl Into<String>,
        allowed: impl Into<String>,
    ) -> ConfigError {
        let path = FieldPath::parse(field_path).unwrap_or_default();
        self.document.locate(Finding::new(path, found, allowed)).into()
    }
}

/// What else decides about a scenario than its file.
#[derive(Debug, Clone, Default)]
pub struct LoadOptions<'a> {
    /// Changes of the scenario's fields, and of the robot's where the path begins with `robot.`.
    pub overrides: &'a [Override],
    /// A robot file in place of the one the scenario names.
    pub robot: Option<PathBuf>,
    /// Names an expectation may have; none are refused where the list is empty.
    pub metrics: &'a [&'a str],
}

/// A checked scenario with its robot.
#[derive(Debug, Clone)]
pub struct LoadedScenario {
    /// The scenario.
    pub scenario: Loaded<ScenarioConfig>,
    /// Its robot.
    pub robot: Loaded<RobotConfig>,
}

/// What a file turned out to describe.
#[derive(Debug, Clone)]
pub enum LoadedFile {
    /// A robot.
    Robot(Box<Loaded<RobotConfig>>),
    /// A scenario and its robot.
    Scenario(Box<LoadedScenario>),
    /// A suite; what its entries name is not yet read.
    Suite(Box<Loaded<SuiteConfig>>),
}

/// Reads and checks a robot.
///
/// # Errors
/// Every mistake found, with its file, line, column, field, what was found and what is allowed.
pub fn load_robot(path: &Path) -> Result<Loaded<RobotConfig>, ConfigError> {
    robot_of(Document::read(path, Vec::new())?)
}

/// Reads and checks a scenario and its robot, whose path is relative to the scenario's folder.
///
/// # Errors
/// Every mistake found, with its file, line, column, field, what was found and what is allowed.
pub fn load_scenario(path: &Path, options: &LoadOptions<'_>) -> Result<LoadedScenario, ConfigError> {
    let own = options.overrides.iter().filter(|change| change.below("robot").is_none());
    scenario_of(Document::read(path, own.cloned().collect())?, options)
}

/// Reads and checks a suite, but not the scenarios and robots it names.
///
/// # Errors
/// Every mistake found, with its file, line, column, field, what was found and what is allowed.
pub fn load_suite(path: &Path, metrics: &[&str]) -> Result<Loaded<SuiteConfig>, ConfigError> {
    suite_of(Document::read(path, Vec::new())?, metrics)
}

/// Reads and checks a file that may be a robot, a scenario or a suite.
///
/// # Errors
/// Every mistake found; a file with a field `links` or `joints` is taken for a robot, one with `entries`
/// for a suite.
pub fn load_file(path: &Path, metrics: &[&str]) -> Result<LoadedFile, ConfigError> {
    let document = Document::read(path, Vec::new())?;
    let has = |names: &[&str]| match &document.root().shape {
        Shape::Struct { fields, .. } => fields.iter().any(|f| names.contains(&f.name.of(document.text()))),
        _ => false,
    };
    if has(&["links", "joints"]) {
        return Ok(LoadedFile::Robot(Box::new(robot_of(document)?)));
    }
    if has(&["entries"]) {
        return Ok(LoadedFile::Suite(Box::new(suite_of(document, metrics)?)));
    }
    let options = LoadOptions { metrics, ..LoadOptions::default() };
    Ok(LoadedFile::Scenario(Box::new(scenario_of(document, &options)?)))
}

/// Reads a file of any other kind; `check` finds what its type cannot say.
///
/// # Errors
/// Every mistake found, with its file, line, column, field, what was found and what is allowed.
pub fn load_with<T: DeserializeOwned>(
    path: &Path,
    check: impl FnOnce(&T) -> Vec<Finding>,
) -> Result<Loaded<T>, ConfigError> {
    let document = Document::read(path, Vec::new())?;
    let config: T = document.deserialize()?;
    let mut findings = document.not_finite();
    if findings.is_empty() {
        findings = check(&config);
    }
    match document.refuse(findings) {
        Some(error) => Err(error),
        None => Ok(Loaded { config, document }),
    }
}

/// Whether a file's outermost struct has a field of this name.
///
/// # Errors
/// Where the file cannot be read or is no RON.
pub fn has_field(path: &Path, name: &str) -> Result<bool, ConfigError> {
    let document = Document::read(path, Vec::new())?;
    Ok(match &document.root().shape {
        Shape::Struct { fields, .. } => fields.iter().any(|f| f.name.of(document.text()) == name),
        _ => false,
    })
}

fn robot_of(document: Document) -> Result<Loaded<RobotConfig>, ConfigError> {
    let config: RobotConfig = document.deserialize()?;
    // A number that is none would show again in every check that uses it.
    let mut findings = document.not_finite();
    if findings.is_empty() {
        findings = check::robot(&config);
    }
    match document.refuse(findings) {
        Some(error) => Err(error),
        None => Ok(Loaded { config, document }),
    }
}

fn scenario_of(document: Document, options: &LoadOptions<'_>) -> Result<LoadedScenario, ConfigError> {
    let config: ScenarioConfig = document.deserialize()?;
    let not_finite = document.not_finite();
    if let Some(error) = document.refuse(not_finite) {
        return Err(error);
    }
    let robot = robot_beside(&document, &config, options)?;
    match document.refuse(check::scenario(&config, &robot.config, options.metrics)) {
        Some(error) => Err(error),
        None => Ok(LoadedScenario { scenario: Loaded { config, document }, robot }),
    }
}

fn suite_of(document: Document, metrics: &[&str]) -> Result<Loaded<SuiteConfig>, ConfigError> {
    let config: SuiteConfig = document.deserialize()?;
    let mut findings = document.not_finite();
    if findings.is_empty() {
        findings = check::suite(&config, metrics);
    }
    match document.refuse(findings) {
        Some(error) => Err(error),
        None => Ok(Loaded { config, document }),
    }
}

fn robot_beside(
    document: &Document,
    scenario: &ScenarioConfig,
    options: &LoadOptions<'_>,
) -> Result<Loaded<RobotConfig>, ConfigError> {
    let changes: Vec<Override> = options.overrides.iter().filter_map(|o| o.below("robot")).collect();
    if let Some(path) = &options.robot {
        return robot_of(Document::read(path, changes)?);
    }
    let folder = document.path().parent().unwrap_or(Path::new(""));
    let path = folder.join(&scenario.robot);
    match source::read(&path) {
        Ok(text) => robot_of(Document::from_text(&path, text, changes)?),
        Err(Unreadable::File(found)) => {
            // A wrong file name is the scenario's mistake.
            let found = format!("{found} at {}", path.display());
            let finding = Finding::new(FieldPath::root().field("robot"), found, source::ALLOWED);
            Err(document.locate(finding).into())
        }
        Err(unreadable) => Err(unreadable.at(&path).into()),
    }
}
