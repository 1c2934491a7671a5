//! A scenario with one robot and one set of changes, and what each of its seeds runs.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde_json::Value;
use xxhash_rust::xxh3::xxh3_64;

use crate::config::diagnostic::ConfigError;
use crate::config::suite::{BaselineBound, StatisticConfig, SuccessRate};
use crate::config::{LoadOptions, LoadedScenario, Override, load_scenario};
use crate::judge::known_names;

/// A drawn field: its path, the RON text of its value, and both as a change.
pub(super) type DrawnField = (String, String, Override);

/// What one seed draws.
#[derive(Debug, Clone)]
pub(super) struct Drawn {
    fields: Vec<DrawnField>,
    input_hash: u64,
}

impl Drawn {
    /// The drawn fields and the scenario they make.
    pub(super) fn new(fields: Vec<DrawnField>, loaded: &LoadedScenario) -> Self {
        Self { fields, input_hash: loaded.input_hash() }
    }
}

/// A scenario with one robot and one set of changes, run over its seeds.
#[derive(Debug, Clone)]
pub struct Group {
    /// Unique name: `suite/entry`, with the robot and the varied values where there are several.
    pub id: String,
    /// The suite's file; none for a scenario that was named itself.
    pub suite: Option<PathBuf>,
    /// Words to choose it by.
    pub tags: Vec<String>,
    /// Seeds, the last one not included.
    pub seeds: Range<u64>,
    /// Share of the seeds that must pass; all of them where absent.
    pub success_rate: Option<SuccessRate>,
    /// Bounds on figures over all seeds.
    pub statistics: Vec<StatisticConfig>,
    /// Bounds on figures over all seeds against the suite's baseline.
    pub baseline: Vec<BaselineBound>,
    /// What the user changes in all groups, as arguments.
    pub(super) options: String,
    /// What is run, but for the drawn values.
    pub loaded: LoadedScenario,
    pub(super) robot: Option<PathBuf>,
    pub(super) changes: Vec<Override>,
    /// One a seed; empty where nothing is drawn.
    pub(super) drawn: Vec<Drawn>,
}

impl Group {
    /// A group of no suite that draws nothing.
    pub fn new(
        id: String,
        loaded: LoadedScenario,
        seeds: Range<u64>,
        robot: Option<PathBuf>,
        changes: Vec<Override>,
    ) -> Self {
        Self {
            id,
            suite: None,
            tags: Vec::new(),
            seeds,
            success_rate: None,
            statistics: Vec::new(),
            baseline: Vec::new(),
            options: String::new(),
            loaded,
            robot,
            changes,
            drawn: Vec::new(),
        }
    }

    /// A scenario with another robot, where one is given, and changes, under a name.
    ///
    /// # Errors
    /// Every mistake in the scenario, the robot and the changes.
    pub fn read(
        id: String,
        scenario: &Path,
        robot: Option<PathBuf>,
        changes: Vec<Override>,
        seeds: Range<u64>,
    ) -> Result<Self, ConfigError> {
        let options = LoadOptions { overrides: &changes, robot: robot.clone(), ..known_names() };
        let loaded = load_scenario(scenario, &options)?;
        Ok(Self::new(id, loaded, seeds, robot, changes))
    }

    fn drawn_by(&self, seed: u64) -> Option<&Drawn> {
        let index = seed.checked_sub(self.seeds.start)?;
        self.drawn.get(usize::try_from(index).ok()?)
    }

    /// The values a seed draws, by their paths; numbers are JSON numbers.
    pub fn drawn(&self, seed: u64) -> BTreeMap<String, Value> {
        let fields = self.drawn_by(seed).map_or(&[][..], |drawn| &drawn.fields);
        let value = |text: &str| text.parse::<f64>().map_or_else(|_| Value::from(text), Value::from);
        fields.iter().map(|(path, text, _)| (path.clone(), value(text))).collect()
    }

    /// Hash of all that decides about a run but the seed's own random numbers.
    pub fn input_hash(&self, seed: u64) -> u64 {
        self.drawn_by(seed).map_or_else(|| self.loaded.input_hash(), |drawn| drawn.input_hash)
    }

    /// Hash of the scenario as all seeds have it, with the suite's changes.
    pub fn scenario_hash(&self) -> u64 {
        xxh3_64(self.loaded.scenario.text().as_bytes())
    }

    /// Hash of the robot as all seeds have it, with the suite's changes.
    pub fn robot_hash(&self) -> u64 {
        xxh3_64(self.loaded.robot.text().as_bytes())
    }

    /// What a seed runs.
    ///
    /// # Errors
    /// Where files of a group that draws have changed since the plan was made.
    pub fn load(&self, seed: u64) -> Result<Cow<'_, LoadedScenario>, String> {
        let Some(drawn) = self.drawn_by(seed) else { return Ok(Cow::Borrowed(&self.loaded)) };
        let loaded = self.load_with(&drawn.fields).map_err(|error| error.to_string())?;
        if loaded.input_hash() != drawn.input_hash {
            return Err("its scenario or robot has been changed since the suite began".to_owned());
        }
        Ok(Cow::Owned(loaded))
    }

    /// The scenario with these fields in place.
    ///
    /// # Errors
    /// Where a value does not fit its field.
    pub(super) fn load_with(&self, fields: &[DrawnField]) -> Result<LoadedScenario, ConfigError> {
        let drawn = fields.iter().map(|(_, _, change)| change);
        let overrides: Vec<Override> = self.changes.iter().chain(drawn).cloned().collect();
        let options = LoadOptions { overrides: &overrides, robot: self.robot.clone(), ..known_names() };
        load_scenario(self.loaded.scenario.path(), &options)
    }

    /// The command that runs one seed alone.
    pub fn reproduce(&self, seed: u64) -> String {
        let scenario = quoted(&self.loaded.scenario.path().display().to_string());
        let drawn = self.drawn_by(seed).into_iter().flat_map(|drawn| &drawn.fields);
        let changes = self.changes.iter().chain(drawn.map(|(_, _, change)| change));
        format!("loong run {scenario}{} --seed {seed}", arguments(self.robot.as_deref(), changes))
    }

    /// The command that runs all seeds.
    pub fn reproduce_all(&self) -> String {
        let path = self.suite.as_deref().unwrap_or(self.loaded.scenario.path());
        let path = quoted(&path.display().to_string());
        format!("loong test {path}{} --filter {}", self.options, quoted(&format!("{}/", self.id)))
    }
}

/// A robot and changes as arguments: files of changes as overlays, which stand before single ones.
pub(super) fn arguments<'a>(robot: Option<&Path>, changes: impl IntoIterator<Item = &'a Override>) -> String {
    let mut text = String::new();
    let mut add = |option: &str, word: &str| text += &format!(" {option} {}", quoted(word));
    if let Some(robot) = robot {
        add("--robot", &robot.display().to_string());
    }
    let (of_files, single): (Vec<&Override>, Vec<&Override>) =
        changes.into_iter().partition(|change| change.file().is_some());
    let mut overlays: Vec<&Path> = of_files.into_iter().filter_map(Override::file).collect();
    overlays.dedup();
    for overlay in overlays {
        add("--overlay", &overlay.display().to_string());
    }
    for change in single {
        add("--set", change.text());
    }
    text
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
}
