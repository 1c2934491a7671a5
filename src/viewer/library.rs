//! The robots and scenarios one can choose from: what lies in a folder of configs.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::config::load::{LoadedFile, load_file};
use crate::config::robot::RobotConfig;
use crate::config::scenario::{CommandConfig, Feature, TerrainConfig};
use crate::config::{ConfigError, Loaded, LoadedScenario};
use crate::course::laid_out;
use crate::judge::known_names;

/// Folders of robots and of scenarios, within that of the configs.
const FOLDERS: [&str; 2] = ["robots", "scenarios"];
/// Most files that are listed, and how deep folders are looked into.
const MOST: (usize, usize) = (500, 8);

/// What a folder of configs has to choose from, each by name.
#[derive(Debug, Clone, Default)]
pub struct Library {
    /// Scenarios that load.
    pub scenarios: Vec<ScenarioEntry>,
    /// Robots that load.
    pub robots: Vec<RobotEntry>,
    /// Files that do not.
    pub broken: Vec<BrokenEntry>,
}

/// A scenario to choose.
#[derive(Debug, Clone)]
pub struct ScenarioEntry {
    /// Its file.
    pub path: PathBuf,
    /// Its name.
    pub name: String,
    /// What it shows.
    pub description: String,
    /// Simulated time at which it ends at the latest [s].
    pub duration_s: f64,
    /// Its terrain in a word or two.
    pub terrain: String,
    /// What the robot is asked to do, in a few words.
    pub task: String,
    /// Name of its robot.
    pub robot: String,
}

/// A robot to choose.
#[derive(Debug, Clone)]
pub struct RobotEntry {
    /// Its file.
    pub path: PathBuf,
    /// Its name.
    pub name: String,
    /// Total mass [kg].
    pub mass_kg: f64,
    /// Height [m].
    pub height_m: f64,
    /// Names of its joints that move.
    pub joints: Vec<String>,
}

/// A file that does not load.
#[derive(Debug, Clone)]
pub struct BrokenEntry {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it, with its place.
    pub error: String,
}

impl Library {
    /// Reads every `.ron` file of the robots and the scenarios of a folder, at any depth.
    ///
    /// What is no robot and no scenario is passed over; a folder that cannot be read is empty.
    pub fn read(configs: &Path) -> Self {
        let mut files = BTreeSet::new();
        FOLDERS.iter().for_each(|folder| collect(&configs.join(folder), MOST.1, &mut files));
        let mut library = Self::default();
        files.into_iter().for_each(|file| library.add(file));
        library.scenarios.sort_by(|a, b| a.name.cmp(&b.name));
        library.robots.sort_by(|a, b| a.name.cmp(&b.name));
        library
    }

    fn add(&mut self, path: PathBuf) {
        match load_file(&path, &known_names()) {
            Ok(LoadedFile::Scenario(loaded)) => self.scenarios.push(ScenarioEntry::of(path, &loaded)),
            Ok(LoadedFile::Robot(robot)) => self.robots.push(RobotEntry::of(path, &robot)),
            Ok(LoadedFile::Suite(_) | LoadedFile::Overlay(_)) => {}
            Err(error) => self.broken.push(BrokenEntry::of(path, &error)),
        }
    }
}

fn collect(folder: &Path, depth: usize, files: &mut BTreeSet<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if hidden || files.len() >= MOST.0 {
            continue;
        }
        if path.is_dir() {
            if depth > 0 {
                collect(&path, depth - 1, files);
            }
        } else if path.extension().is_some_and(|extension| extension == "ron") {
            files.insert(path);
        }
    }
}

impl ScenarioEntry {
    fn of(path: PathBuf, loaded: &LoadedScenario) -> Self {
        let scenario = &loaded.scenario.config;
        let task = match &scenario.command {
            CommandConfig::Goals { goals, .. } if goals.len() == 1 => "one goal".to_owned(),
            CommandConfig::Goals { goals, .. } => format!("{} goals", goals.len()),
            CommandConfig::Velocity { .. } => "commanded speed".to_owned(),
        };
        Self {
            path,
            name: scenario.name.clone(),
            description: scenario.description.clone(),
            duration_s: scenario.duration_s,
            terrain: terrain_word(&laid_out(scenario, 0).terrain),
            task,
            robot: loaded.robot.config.name.clone(),
        }
    }
}

impl RobotEntry {
    fn of(path: PathBuf, robot: &Loaded<RobotConfig>) -> Self {
        let robot = &robot.config;
        Self {
            path,
            name: robot.name.clone(),
            mass_kg: robot.mass_kg * robot.mass_scale,
            height_m: robot.height_m,
            joints: robot
                .joints
                .iter()
                .filter(|joint| !joint.rigid)
                .map(|joint| joint.name.clone())
                .collect(),
        }
    }
}

impl BrokenEntry {
    fn of(path: PathBuf, error: &ConfigError) -> Self {
        Self { path, error: error.render(false) }
    }
}

/// What stands on the floor, in a word or two.
fn terrain_word(terrain: &TerrainConfig) -> String {
    let count = |is: fn(&Feature) -> bool| terrain.features.iter().filter(|feature| is(feature)).count();
    let stairs = count(|feature| matches!(feature, Feature::Stairs { .. } | Feature::Staircase { .. }));
    let ramps = count(|feature| matches!(feature, Feature::Ramp { .. }));
    let rough = count(|feature| matches!(feature, Feature::Rough { .. }));
    let patches = count(|feature| matches!(feature, Feature::Patch { .. }));
    let stones = count(|feature| matches!(feature, Feature::Stones { .. }));
    let soft = count(|feature| matches!(feature, Feature::Soft { .. }));
    let sills = count(|feature| matches!(feature, Feature::Sill { .. }));
    let things = terrain.features.len() - stairs - ramps - rough - patches - stones - soft - sills;
    let words = [
        (stairs, "stairs"),
        (ramps, "ramps"),
        (rough, "rough ground"),
        (stones, "stepping stones"),
        (patches, "slippery patches"),
        (soft, "soft ground"),
        (sills, "sills"),
        (things, "obstacles"),
    ];
    let words: Vec<&str> = words.into_iter().filter(|(count, _)| *count > 0).map(|(_, word)| word).collect();
    if words.is_empty() { "flat".to_owned() } else { words.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_configs_are_all_there_to_choose() {
        let library = Library::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("configs"));
        let names: Vec<&str> = library.scenarios.iter().map(|scenario| scenario.name.as_str()).collect();
        assert!(names.contains(&"mission") && names.contains(&"stand"), "{names:?}");
        assert!(library.robots.iter().any(|robot| robot.name == "Healthy Loong" && robot.height_m > 1.0));
        assert!(library.broken.is_empty(), "{:?}", library.broken);
        let mission = library.scenarios.iter().find(|scenario| scenario.name == "mission");
        assert_eq!(mission.map(|scenario| scenario.terrain.as_str()), Some("stairs, obstacles"));
    }

    #[test]
    fn a_file_that_does_not_load_hides_no_other() {
        let folder = tempfile::tempdir().expect("a folder");
        let robots = folder.path().join("robots");
        fs::create_dir(&robots).expect("a folder");
        fs::write(robots.join("bad.ron"), "(links: [,])").expect("written");
        fs::write(robots.join("changes.ron"), "{}").expect("written");
        let library = Library::read(folder.path());
        assert_eq!(library.broken.len(), 1);
        assert!(library.broken[0].error.contains("bad.ron:1"), "{}", library.broken[0].error);
        assert!(library.robots.is_empty() && library.scenarios.is_empty());
    }
}
