//! What a tuning's RON says.

use std::path::Path;

use serde::Deserialize;

use super::axis::Axis;
use super::objective::Objective;
use super::subject::Subject;
use super::sweep::{check_axes, check_changes, check_seeds, file, unknown_metric};
use crate::config::diagnostic::Finding;
use crate::config::load::load_with;
use crate::config::path::FieldPath;
use crate::config::{ConfigError, Loaded, Override};
use crate::judge::METRIC_NAMES;

/// Most evaluations.
const MAX_BUDGET: usize = 100_000;

/// A tuning as its RON file describes it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TuneConfig {
    /// Short name.
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// What is run for each evaluation.
    pub scenarios: Vec<TuneScenario>,
    /// Robot file in place of the scenarios' own, relative to the tuning's folder.
    #[serde(default)]
    pub robot: Option<String>,
    /// The fields and their ranges: `path=low..high`, with `log` behind it for a logarithmic scale.
    pub over: Vec<String>,
    /// What is made small.
    pub objective: Objective,
    /// Seeds of each evaluation, the last one not included.
    pub seeds: (u64, u64),
    /// Seeds kept for the check at the end.
    pub held_out_seeds: (u64, u64),
    /// Evaluations, each of all scenarios and seeds.
    #[serde(default = "sixty")]
    pub budget: usize,
    /// Share of them spent on a Latin hypercube before the descent from its best point.
    #[serde(default = "third")]
    pub explore_share: f64,
    /// Seed of that hypercube.
    #[serde(default)]
    pub design_seed: u64,
}

/// A scenario of a tuning.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TuneScenario {
    /// Scenario file, relative to the tuning's folder.
    pub scenario: String,
    /// Changes of it, `path=value` as `--set` takes them.
    #[serde(default)]
    pub set: Vec<String>,
}

fn sixty() -> usize {
    60
}

fn third() -> f64 {
    1.0 / 3.0
}

/// Reads a tuning.
///
/// # Errors
/// Every mistake, with its place.
pub fn load_tune(path: &Path) -> Result<Loaded<TuneConfig>, ConfigError> {
    load_with(path, check)
}

/// What each evaluation runs.
///
/// # Errors
/// Where a file that is named is not there.
pub(super) fn subjects(loaded: &Loaded<TuneConfig>) -> Result<Vec<Subject>, ConfigError> {
    let folder = loaded.path().parent().unwrap_or(Path::new(""));
    let config = &loaded.config;
    let robot = config.robot.as_ref().map(|name| file(loaded, folder, name, "robot")).transpose()?;
    let subject = |(i, wanted): (usize, &TuneScenario)| {
        let scenario = file(loaded, folder, &wanted.scenario, &format!("scenarios[{i}].scenario"))?;
        Ok(Subject { scenario, robot: robot.clone(), changes: Override::parse_all(&wanted.set)? })
    };
    config.scenarios.iter().enumerate().map(subject).collect()
}

fn check(config: &TuneConfig) -> Vec<Finding> {
    let root = FieldPath::root();
    let mut findings = Vec::new();
    for (field, empty) in [("scenarios", config.scenarios.is_empty()), ("over", config.over.is_empty())] {
        if empty {
            findings.push(Finding::new(root.field(field), "nothing", "at least one"));
        }
    }
    check_axes(&mut findings, &config.over);
    for (i, text) in config.over.iter().enumerate() {
        if Axis::parse(text).is_ok_and(|axis| axis.range().is_none()) {
            let found = format!("the list `{text}`");
            findings.push(Finding::new(
                root.field("over").index(i),
                found,
                "a range, such as `path=0.1..0.5`",
            ));
        }
    }
    for (i, scenario) in config.scenarios.iter().enumerate() {
        let at = root.field("scenarios").index(i).field("set");
        check_changes(&mut findings, &at, &scenario.set);
    }
    let objective = root.field("objective");
    let terms = objective.field("terms");
    if config.objective.terms.is_empty() {
        findings.push(Finding::new(terms.clone(), "no term", "at least one"));
    }
    for (i, term) in config.objective.terms.iter().enumerate() {
        if !METRIC_NAMES.contains(&term.metric.as_str()) {
            findings.push(unknown_metric(terms.index(i).field("metric"), &term.metric));
        }
    }
    for (field, value) in [
        ("fall_penalty", config.objective.fall_penalty),
        ("failure_penalty", config.objective.failure_penalty),
    ] {
        if value < 0.0 {
            findings.push(Finding::new(objective.field(field), value.to_string(), "a number not below 0"));
        }
    }
    check_seeds(&mut findings, &root.field("seeds"), config.seeds);
    check_seeds(&mut findings, &root.field("held_out_seeds"), config.held_out_seeds);
    let ((a, b), (c, d)) = (config.seeds, config.held_out_seeds);
    if a < d && c < b {
        let found = format!("({c}, {d}), which has seeds of `seeds`");
        findings.push(Finding::new(root.field("held_out_seeds"), found, "seeds that are tuned on nowhere"));
    }
    if config.budget < 2 || config.budget > MAX_BUDGET {
        let allowed = format!("a whole number from 2 to {MAX_BUDGET}");
        findings.push(Finding::new(root.field("budget"), config.budget.to_string(), allowed));
    }
    if !(0.0..=1.0).contains(&config.explore_share) {
        let found = config.explore_share.to_string();
        findings.push(Finding::new(root.field("explore_share"), found, "a number from 0 to 1"));
    }
    findings
}
