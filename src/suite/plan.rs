//! From the files a user names to the cases that are run.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::xxh3_64;

use crate::config::diagnostic::{ConfigError, Diagnostic, Origin};
use crate::config::load::{LoadedFile, load_file};
use crate::config::suite::{EntryConfig, StatisticConfig, SuiteConfig};
use crate::config::{LoadOptions, Loaded, LoadedScenario, Override, load_scenario};
use crate::judge::METRIC_NAMES;

/// A scenario with one robot and one set of changes, run over its seeds.
#[derive(Debug, Clone)]
pub struct Group {
    /// Unique name: `suite/entry`, with the robot and the varied values where there are several.
    pub id: String,
    /// Words to choose it by.
    pub tags: Vec<String>,
    /// Seeds, the last one not included.
    pub seeds: Range<u64>,
    /// Share of the seeds that must pass; all of them where absent.
    pub success_rate_min: Option<f64>,
    /// Bounds on figures over all seeds.
    pub statistics: Vec<StatisticConfig>,
    /// What is run.
    pub loaded: LoadedScenario,
    /// Hash of all that decides about a run but the seed.
    pub input_hash: u64,
    robot: Option<PathBuf>,
    changes: Vec<Override>,
}

impl Group {
    fn new(
        id: String,
        loaded: LoadedScenario,
        seeds: Range<u64>,
        robot: Option<PathBuf>,
        changes: Vec<Override>,
    ) -> Self {
        let input_hash = xxh3_64(format!("{}\0{}", loaded.scenario.text(), loaded.robot.text()).as_bytes());
        Self {
            id,
            tags: Vec::new(),
            seeds,
            success_rate_min: None,
            statistics: Vec::new(),
            loaded,
            input_hash,
            robot,
            changes,
        }
    }

    /// A scenario with another robot, where one is given, and changes, under a name.
    ///
    /// # Errors
    /// Every mistake in the scenario, the robot and the changes.
    pub fn load(
        id: String,
        scenario: &Path,
        robot: Option<PathBuf>,
        changes: Vec<Override>,
        seeds: Range<u64>,
    ) -> Result<Self, ConfigError> {
        let options = LoadOptions { overrides: &changes, robot: robot.clone(), metrics: METRIC_NAMES };
        let loaded = load_scenario(scenario, &options)?;
        Ok(Self::new(id, loaded, seeds, robot, changes))
    }

    /// The command that runs one seed alone.
    pub fn reproduce(&self, seed: u64) -> String {
        let mut command = format!("loong run {}", quoted(&self.loaded.scenario.path().display().to_string()));
        if let Some(robot) = &self.robot {
            command += &format!(" --robot {}", quoted(&robot.display().to_string()));
        }
        for change in &self.changes {
            command += &format!(" --set {}", quoted(change.text()));
        }
        command + &format!(" --seed {seed}")
    }
}

/// One run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Case {
    /// Index of its group.
    pub group: usize,
    /// Its seed.
    pub seed: u64,
}

/// Which cases of a plan are wanted; all where nothing is said.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Text the id contains.
    pub filter: Option<String>,
    /// A tag of the group.
    pub tag: Option<String>,
}

/// Everything there is to run.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The groups in the order of the report.
    pub groups: Vec<Group>,
    /// Hash of the program that runs them: records of another one are not taken over.
    pub program_hash: u64,
}

/// Why there is no plan.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// A suite, a scenario or a robot is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A folder cannot be read.
    #[error("cannot read the folder `{path}`: {source}")]
    Folder {
        /// Which one.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A path leads to nothing that can be run.
    #[error("`{path}` is {found}, allowed: a scenario, a suite, or a folder with some")]
    NothingToRun {
        /// The path.
        path: PathBuf,
        /// What it is.
        found: &'static str,
    },
    /// Two groups could not be told apart.
    #[error("two of the given files have cases named `{0}`")]
    SameName(String),
}

impl Plan {
    /// Reads and checks suites, scenarios and folders of them, whose files count in order of their names.
    ///
    /// # Errors
    /// Every mistake in a file, and where nothing to run is found.
    pub fn read(paths: &[PathBuf]) -> Result<Self, PlanError> {
        let mut plan = Self::default();
        for path in paths {
            if path.is_dir() {
                plan.add_folder(path)?;
            } else if !plan.add_file(path)? {
                return Err(PlanError::NothingToRun { path: path.clone(), found: "a robot" });
            }
        }
        let mut ids: Vec<&str> = plan.groups.iter().map(|group| group.id.as_str()).collect();
        ids.sort_unstable();
        match ids.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(PlanError::SameName(pair[0].to_owned())),
            None => Ok(plan),
        }
    }

    /// The groups of one suite.
    ///
    /// # Errors
    /// Every mistake in it and in the scenarios and robots it names.
    pub fn of_suite(suite: &Loaded<SuiteConfig>) -> Result<Self, ConfigError> {
        let mut plan = Self::default();
        let (mut diagnostics, mut omitted) = (Vec::new(), 0);
        for index in 0..suite.config.entries.len() {
            match entry_groups(suite, index) {
                Ok(groups) => {
                    let taken = groups.iter().find(|group| plan.groups.iter().any(|g| g.id == group.id));
                    if let Some(group) = taken {
                        let field = format!("entries[{index}]");
                        let found = format!("a second entry of the name `{}`", group.id);
                        let error = suite.refuse(&field, found, "a `name` of its own for each entry");
                        diagnostics.extend_from_slice(error.diagnostics());
                    }
                    plan.groups.extend(groups);
                }
                Err(error) => {
                    diagnostics.extend_from_slice(error.diagnostics());
                    omitted += error.omitted();
                }
            }
        }
        if diagnostics.is_empty() { Ok(plan) } else { Err(ConfigError::new(diagnostics, omitted)) }
    }

    fn add_folder(&mut self, folder: &Path) -> Result<(), PlanError> {
        let error = |source| PlanError::Folder { path: folder.to_owned(), source };
        let mut files: Vec<PathBuf> = Vec::new();
        for entry in fs::read_dir(folder).map_err(error)? {
            let path = entry.map_err(error)?.path();
            if path.is_file() && path.extension().is_some_and(|extension| extension == "ron") {
                files.push(path);
            }
        }
        files.sort();
        let before = self.groups.len();
        for file in &files {
            self.add_file(file)?;
        }
        if self.groups.len() == before {
            let found = "a folder without a scenario or a suite";
            return Err(PlanError::NothingToRun { path: folder.to_owned(), found });
        }
        Ok(())
    }

    /// Adds what a file describes; false for a robot.
    fn add_file(&mut self, path: &Path) -> Result<bool, PlanError> {
        match load_file(path, METRIC_NAMES)? {
            LoadedFile::Robot(_) => return Ok(false),
            LoadedFile::Scenario(loaded) => {
                let id = loaded.scenario.config.name.clone();
                self.groups.push(Group::new(id, *loaded, 0..1, None, Vec::new()));
            }
            LoadedFile::Suite(suite) => self.groups.extend(Self::of_suite(&suite)?.groups),
        }
        Ok(true)
    }

    /// The wanted cases, group by group, by rising seed.
    pub fn cases(&self, wanted: &Selection) -> Vec<Case> {
        let tagged = |group: &Group| wanted.tag.as_ref().is_none_or(|tag| group.tags.contains(tag));
        let mut cases = Vec::new();
        for (index, group) in self.groups.iter().enumerate().filter(|(_, group)| tagged(group)) {
            let all = group.seeds.clone().map(|seed| Case { group: index, seed });
            cases.extend(all.filter(|case| {
                wanted.filter.as_ref().is_none_or(|text| self.id(*case).contains(text.as_str()))
            }));
        }
        cases
    }

    /// Unique name of a case: its group's and the seed.
    pub fn id(&self, case: Case) -> String {
        format!("{}/{}", self.groups[case.group].id, case.seed)
    }
}

/// A change and the field of the suite that asks for it.
type PlacedChange = (Override, String);

/// Every combination of an entry's robots and varied values.
fn entry_groups(suite: &Loaded<SuiteConfig>, index: usize) -> Result<Vec<Group>, ConfigError> {
    let entry = &suite.config.entries[index];
    let folder = suite.path().parent().unwrap_or(Path::new(""));
    let at = format!("entries[{index}]");
    let scenario = existing(suite, folder, &entry.scenario, &format!("{at}.scenario"))?;
    let mut robots = Vec::new();
    for (i, robot) in entry.robots.iter().enumerate() {
        robots.push(Some(existing(suite, folder, robot, &format!("{at}.robots[{i}]"))?));
    }
    if robots.is_empty() {
        robots.push(None);
    }
    let mut groups = Vec::new();
    for robot in &robots {
        for changes in combinations(entry, &at)? {
            let varied: Vec<String> =
                changes[entry.set.len()..].iter().map(|(change, _)| change.text().to_owned()).collect();
            let overrides: Vec<Override> = changes.iter().map(|(change, _)| change.clone()).collect();
            let options = LoadOptions { overrides: &overrides, robot: robot.clone(), metrics: METRIC_NAMES };
            let loaded =
                load_scenario(&scenario, &options).map_err(|error| placed(suite, &error, &changes))?;
            let mut id = format!(
                "{}/{}",
                suite.config.name,
                entry.name.as_deref().unwrap_or(&loaded.scenario.config.name)
            );
            if let Some(stem) = robot.as_ref().and_then(|path| path.file_stem()) {
                id += &format!("@{}", stem.to_string_lossy());
            }
            if !varied.is_empty() {
                id += &format!("[{}]", varied.join(","));
            }
            let (from, to) = entry.seeds;
            groups.push(Group {
                tags: entry.tags.clone(),
                success_rate_min: entry.success_rate.map(|rate| rate.min),
                statistics: entry.statistics.clone(),
                ..Group::new(id, loaded, from..to, robot.clone(), overrides)
            });
        }
    }
    Ok(groups)
}

/// The entry's `set` and one value for each varied field, in every combination; the last field changes
/// fastest.
fn combinations(entry: &EntryConfig, at: &str) -> Result<Vec<Vec<PlacedChange>>, ConfigError> {
    let mut set = Vec::new();
    for (i, text) in entry.set.iter().enumerate() {
        set.push((Override::parse(text)?, format!("{at}.set[{i}]")));
    }
    let mut all = vec![set];
    for (path, values) in &entry.vary {
        let mut longer = Vec::new();
        for changes in &all {
            for (i, value) in values.iter().enumerate() {
                let change = Override::parse(&format!("{path}={}", value.trim()))?;
                let mut changes = changes.clone();
                changes.push((change, format!("{at}.vary[{path:?}][{i}]")));
                longer.push(changes);
            }
        }
        all = longer;
    }
    Ok(all)
}

/// The path of a file that a suite names.
fn existing(
    suite: &Loaded<SuiteConfig>,
    folder: &Path,
    name: &str,
    field: &str,
) -> Result<PathBuf, ConfigError> {
    let path = plain(&folder.join(name));
    if path.is_file() {
        return Ok(path);
    }
    Err(suite.refuse(
        field,
        format!("no file at {}", path.display()),
        "a file, relative to the suite's folder",
    ))
}

/// Mistakes of a change at the place in the suite that asks for it; others stay where they are.
fn placed(suite: &Loaded<SuiteConfig>, error: &ConfigError, changes: &[PlacedChange]) -> ConfigError {
    let place = |diagnostic: &Diagnostic| -> Vec<Diagnostic> {
        let Origin::Override(text) = &diagnostic.origin else { return vec![diagnostic.clone()] };
        let Some((_, field)) = changes.iter().rev().find(|(change, _)| change.text() == text) else {
            return vec![diagnostic.clone()];
        };
        let found = format!("{} for `{}`", diagnostic.found, diagnostic.field);
        let error = suite.refuse(field, found, diagnostic.allowed.clone());
        let mut diagnostics = error.diagnostics().to_vec();
        for placed in &mut diagnostics {
            placed.hint.clone_from(&diagnostic.hint);
        }
        diagnostics
    };
    ConfigError::new(error.diagnostics().iter().flat_map(place).collect(), error.omitted())
}

/// The path without `folder/..`, where that leads to the same file.
fn plain(path: &Path) -> PathBuf {
    let mut short = PathBuf::new();
    for part in path.components() {
        let named = short.file_name().is_some();
        if matches!(part, std::path::Component::ParentDir) && named {
            short.pop();
        } else {
            short.push(part);
        }
    }
    match (path.canonicalize(), short.canonicalize()) {
        (Ok(long), Ok(same)) if long == same => short,
        _ => path.to_owned(),
    }
}

/// A word as a shell reads it.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_./=@:+-,".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_where_a_shell_would_read_more_than_the_word() {
        assert_eq!(quoted("duration_s=0.5"), "duration_s=0.5");
        assert_eq!(quoted("expectations[0].max=Some(-1)"), "'expectations[0].max=Some(-1)'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
    }

    #[test]
    fn paths_lose_what_they_go_back_on_only_where_the_file_is_the_same() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert_eq!(plain(&folder.join("src/../Cargo.toml")), folder.join("Cargo.toml"));
        assert_eq!(plain(Path::new("no/../such.ron")), Path::new("no/../such.ron"));
    }
}
