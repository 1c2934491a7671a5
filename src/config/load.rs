//! The way in: files to checked configs.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use xxhash_rust::xxh3::xxh3_64;

use super::check;
use super::diagnostic::{ConfigError, Finding};
use super::document::Document;
use super::explain::unknown_paths;
use super::include::Layers;
use super::locate::Shape;
use super::overlay::changes_of;
use super::overrides::Override;
use super::path::FieldPath;
use super::robot::RobotConfig;
use super::scenario::ScenarioConfig;
use super::schema::Kind;
use super::source::{self, Unreadable};
use super::suite::SuiteConfig;

/// A checked config and the text it came from.
#[derive(Debug, Clone)]
pub struct Loaded<T> {
    /// What the file says, checked.
    pub config: T,
    pub(super) document: Document,
}

impl<T> Loaded<T> {
    /// The file.
    pub fn path(&self) -> &Path {
        self.document.path()
    }

    /// Every file it was read from: its own, the ones it includes, then overlays that change it.
    pub fn files(&self) -> &[PathBuf] {
        self.document.files()
    }

    /// The folder that a file's name in a field such as `entries[2].scenario` is relative to: that of the
    /// file it stands in.
    pub fn folder_of(&self, field_path: &str) -> &Path {
        self.document.folder_of(&FieldPath::parse(field_path).unwrap_or_default())
    }

    /// The file's text with all changes put in.
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
    /// Changes of the scenario's fields, and of the robot's where the path begins with `robot.`: those of
    /// overlays, see [`read_overlay`](super::read_overlay), and then single ones, which win.
    pub overrides: &'a [Override],
    /// A robot file in place of the one the scenario names.
    pub robot: Option<PathBuf>,
    /// Names of metrics an expectation may have; none are refused where the list is empty.
    pub metrics: &'a [&'a str],
    /// Names of signals an expectation may have with a robot; none are refused where absent.
    pub signals: Option<SignalNames>,
}

/// Names of the signals a robot has.
pub type SignalNames = fn(&RobotConfig) -> Vec<String>;

/// A checked scenario with its robot.
#[derive(Debug, Clone)]
pub struct LoadedScenario {
    /// The scenario.
    pub scenario: Loaded<ScenarioConfig>,
    /// Its robot.
    pub robot: Loaded<RobotConfig>,
}

impl LoadedScenario {
    /// Hash of all that decides about a run but the seed: both files with their overrides.
    pub fn input_hash(&self) -> u64 {
        xxh3_64(format!("{}\0{}", self.scenario.text(), self.robot.text()).as_bytes())
    }

    /// Every file that scenario and robot were read from, each once, the scenario's own first.
    pub fn files(&self) -> Vec<PathBuf> {
        let mut files = self.scenario.files().to_vec();
        for file in self.robot.files() {
            if !files.contains(file) {
                files.push(file.clone());
            }
        }
        files
    }
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
    /// Changes of a scenario and its robot, whose paths lead to fields that there are.
    Overlay(Vec<Override>),
}

/// Reads and checks a robot.
///
/// # Errors
/// Every mistake found, with its file, line, column, field, what was found and what is allowed.
pub fn load_robot(path: &Path) -> Result<Loaded<RobotConfig>, ConfigError> {
    robot_of(Document::read(path, Vec::new())?)
}

/// Reads and checks a scenario and its robot, whose path is relative to the folder of the file it stands in.
///
/// # Errors
/// Every mistake found, with its file, line, column, field, what was found and what is allowed.
pub fn load_scenario(path: &Path, options: &LoadOptions<'_>) -> Result<LoadedScenario, ConfigError> {
    scenario_of(Layers::read(path)?, options)
}

/// Checks a scenario that no file holds; `path` is where its text and file names in it come from.
///
/// The robot is the one of `options`, of `robot`'s text, or of the file the scenario names, in this order.
///
/// # Errors
/// Every mistake found, with its file, line, column, field, what was found and what is allowed.
pub fn load_scenario_text(
    path: &Path,
    text: String,
    robot: Option<(&Path, String)>,
    options: &LoadOptions<'_>,
) -> Result<LoadedScenario, ConfigError> {
    let robot = robot.map(|(path, text)| Layers::of_text(path, text)).transpose()?;
    scenario_with(Layers::of_text(path, text)?, robot, options)
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
/// for a suite, one that includes another for what that is, and a map `{...}` for an overlay. Of the
/// options, the names count alone.
pub fn load_file(path: &Path, names: &LoadOptions<'_>) -> Result<LoadedFile, ConfigError> {
    let layers = Layers::read(path)?;
    if matches!(layers.root.shape, Shape::Map(_)) {
        let changes = changes_of(&layers.source, &layers.root, &FieldPath::root())?;
        let unknown = unknown_paths(&changes);
        return if unknown.is_empty() {
            Ok(LoadedFile::Overlay(changes))
        } else {
            Err(ConfigError::new(unknown, 0))
        };
    }
    let has = |names: &[&str]| match &layers.root.shape {
        Shape::Struct { fields, .. } => {
            fields.iter().any(|f| names.contains(&f.name.of(&layers.source.text)))
        }
        _ => false,
    };
    if has(&["links", "joints"]) {
        return Ok(LoadedFile::Robot(Box::new(robot_of(Document::of_layers(layers)?)?)));
    }
    if has(&["entries"]) {
        return Ok(LoadedFile::Suite(Box::new(suite_of(Document::of_layers(layers)?, names.metrics)?)));
    }
    let options = LoadOptions { metrics: names.metrics, signals: names.signals, ..LoadOptions::default() };
    Ok(LoadedFile::Scenario(Box::new(scenario_of(layers, &options)?)))
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

/// Whether the outermost struct of a file, or of the one it includes, has a field of this name.
///
/// # Errors
/// Where the file cannot be read or is no RON.
pub fn has_field(path: &Path, name: &str) -> Result<bool, ConfigError> {
    // A scenario's changes may be about its robot: they are not put in here.
    let Layers { source, root, .. } = Layers::read(path)?;
    Ok(match &root.shape {
        Shape::Struct { fields, .. } => fields.iter().any(|f| f.name.of(&source.text) == name),
        _ => false,
    })
}

pub(super) fn robot_of(document: Document) -> Result<Loaded<RobotConfig>, ConfigError> {
    let config: RobotConfig = document.deserialize_as(Kind::Robot)?;
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

fn scenario_of(layers: Layers, options: &LoadOptions<'_>) -> Result<LoadedScenario, ConfigError> {
    scenario_with(layers, None, options)
}

/// `robot` stands for the file the scenario names.
fn scenario_with(
    mut layers: Layers,
    robot: Option<Layers>,
    options: &LoadOptions<'_>,
) -> Result<LoadedScenario, ConfigError> {
    let changes = layers.changes.iter().chain(options.overrides);
    let robot_changes = changes.clone().filter_map(|change| change.below("robot")).collect();
    layers.changes = changes.filter(|change| change.below("robot").is_none()).cloned().collect();
    let document = Document::of_layers(layers)?;
    let config: ScenarioConfig = document.deserialize_as(Kind::Scenario)?;
    let not_finite = document.not_finite();
    if let Some(error) = document.refuse(not_finite) {
        return Err(error);
    }
    let robot = match (robot, &options.robot) {
        (Some(mut layers), None) => {
            layers.changes.extend(robot_changes);
            robot_of(Document::of_layers(layers)?)?
        }
        _ => robot_beside(&document, &config, options.robot.as_deref(), robot_changes)?,
    };
    let signals = options.signals.map(|names| names(&robot.config));
    match document.refuse(check::scenario(&config, &robot.config, options.metrics, signals.as_deref())) {
        Some(error) => Err(error),
        None => Ok(LoadedScenario { scenario: Loaded { config, document }, robot }),
    }
}

fn suite_of(document: Document, metrics: &[&str]) -> Result<Loaded<SuiteConfig>, ConfigError> {
    let config: SuiteConfig = document.deserialize_as(Kind::Suite)?;
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
    instead: Option<&Path>,
    changes: Vec<Override>,
) -> Result<Loaded<RobotConfig>, ConfigError> {
    if let Some(path) = instead {
        return robot_of(Document::read(path, changes)?);
    }
    let field = FieldPath::root().field("robot");
    let path = document.folder_of(&field).join(&scenario.robot);
    match source::read(&path) {
        Ok(text) => {
            let mut layers = Layers::of_text(&path, text)?;
            layers.changes.extend(changes);
            robot_of(Document::of_layers(layers)?)
        }
        Err(Unreadable::File(found)) => {
            // A wrong file name is the scenario's mistake.
            let found = format!("{found} at {}", path.display());
            Err(document.locate(Finding::new(field, found, source::ALLOWED)).into())
        }
        Err(unreadable) => Err(unreadable.at(&path).into()),
    }
}
