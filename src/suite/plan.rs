//! From the files a user names to the cases that are run.

use std::fs;
use std::path::{Path, PathBuf};

use super::expand::entry_groups;
use super::group::{Group, arguments};
use crate::config::diagnostic::ConfigError;
use crate::config::load::{LoadedFile, load_file};
use crate::config::suite::SuiteConfig;
use crate::config::{LoadOptions, Loaded, Override, load_scenario};
use crate::judge::known_names;

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

/// What is changed in every group of a plan, whatever its suite says; the names stay.
#[derive(Debug, Clone, Default)]
pub struct PlanOptions {
    /// A robot file in place of all others.
    pub robot: Option<PathBuf>,
    /// Changes of fields out of overlays, over which those of the suite win.
    pub overlays: Vec<Override>,
    /// Changes of fields, over those of the suite.
    pub changes: Vec<Override>,
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
    pub fn read(paths: &[PathBuf], options: &PlanOptions) -> Result<Self, PlanError> {
        let mut plan = Self::default();
        for path in paths {
            if path.is_dir() {
                plan.add_folder(path, options)?;
            } else if !plan.add_file(path, options)? {
                return Err(PlanError::NothingToRun { path: path.clone(), found: "a robot or an overlay" });
            }
        }
        for group in &mut plan.groups {
            group.options =
                arguments(options.robot.as_deref(), options.overlays.iter().chain(&options.changes));
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
        Self::of_changed_suite(suite, &PlanOptions::default())
    }

    fn of_changed_suite(suite: &Loaded<SuiteConfig>, options: &PlanOptions) -> Result<Self, ConfigError> {
        let mut plan = Self::default();
        let (mut diagnostics, mut omitted) = (Vec::new(), 0);
        for index in 0..suite.config.entries.len() {
            match entry_groups(suite, index, options) {
                Ok(groups) => {
                    for group in groups {
                        if plan.groups.iter().any(|other| other.id == group.id) {
                            let field = format!("entries[{index}]");
                            let found = format!("a second entry of the name `{}`", group.id);
                            let error = suite.refuse(&field, found, "a `name` of its own for each entry");
                            diagnostics.extend_from_slice(error.diagnostics());
                        }
                        plan.groups.push(group);
                    }
                }
                Err(error) => {
                    diagnostics.extend_from_slice(error.diagnostics());
                    omitted += error.omitted();
                }
            }
        }
        if diagnostics.is_empty() { Ok(plan) } else { Err(ConfigError::new(diagnostics, omitted)) }
    }

    fn add_folder(&mut self, folder: &Path, options: &PlanOptions) -> Result<(), PlanError> {
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
            self.add_file(file, options)?;
        }
        if self.groups.len() == before {
            let found = "a folder without a scenario or a suite";
            return Err(PlanError::NothingToRun { path: folder.to_owned(), found });
        }
        Ok(())
    }

    /// Adds what a file describes; false for a robot or an overlay.
    fn add_file(&mut self, path: &Path, options: &PlanOptions) -> Result<bool, PlanError> {
        match load_file(path, &known_names())? {
            LoadedFile::Robot(_) | LoadedFile::Overlay(_) => return Ok(false),
            LoadedFile::Scenario(_) => {
                let PlanOptions { robot, overlays: mut changes, changes: last } = options.clone();
                changes.extend(last);
                let changed = LoadOptions { overrides: &changes, robot: robot.clone(), ..known_names() };
                let loaded = load_scenario(path, &changed)?;
                let id = loaded.scenario.config.name.clone();
                self.groups.push(Group::new(id, loaded, 0..1, robot, changes));
            }
            LoadedFile::Suite(suite) => self.groups.extend(Self::of_changed_suite(&suite, options)?.groups),
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
