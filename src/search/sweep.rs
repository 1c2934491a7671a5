//! Every point of a design over several seeds.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use serde::{Deserialize, Serialize};

use super::axis::Axis;
use super::design::{Method, design};
use super::subject::{SearchError, Subject, records};
use crate::config::diagnostic::Finding;
use crate::config::load::load_with;
use crate::config::overrides::Override;
use crate::config::path::FieldPath;
use crate::config::{ConfigError, Loaded};
use crate::judge::METRIC_NAMES;
use crate::suite::{CaseRecord, Plan, mean};

/// Most runs of a sweep.
const MAX_RUNS: u64 = 1_000_000;
/// Most points: each is read and checked before the first run.
const MAX_POINTS: usize = 10_000;

/// Metrics of which less is worse; of all others more is.
const LESS_IS_WORSE: [&str; 11] = [
    "fall_time_s",
    "sim_time_s",
    "distance_m",
    "path_speed_mean_mps",
    "path_speed_last_mps",
    "min_clearance_m",
    "goals_reached",
    "stairs_speed_up_mps",
    "stairs_speed_down_mps",
    "stairs_slope_speed_up_mps",
    "stairs_slope_speed_down_mps",
];

/// A sweep as its RON file describes it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SweepConfig {
    /// Short name.
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// Scenario file, relative to the sweep's own folder.
    pub scenario: String,
    /// Robot file in place of the scenario's own, relative to the sweep's folder.
    #[serde(default)]
    pub robot: Option<String>,
    /// Changes of every run, `path=value` as `--set` takes them.
    #[serde(default)]
    pub set: Vec<String>,
    /// The fields and their values, as `--over` takes them.
    pub over: Vec<String>,
    /// How points are chosen.
    #[serde(default)]
    pub method: Method,
    /// How many points; on a grid about as many.
    #[serde(default = "twenty")]
    pub points: usize,
    /// Seed of random points and of the Latin hypercube.
    #[serde(default)]
    pub design_seed: u64,
    /// Seeds of the runs, the last one not included.
    #[serde(default = "seed_zero")]
    pub seeds: (u64, u64),
    /// What is measured; points are sorted by the first one.
    #[serde(default = "speed")]
    pub metrics: Vec<String>,
}

fn twenty() -> usize {
    20
}

fn seed_zero() -> (u64, u64) {
    (0, 1)
}

fn speed() -> Vec<String> {
    vec!["path_speed_mean_mps".to_owned()]
}

/// What is swept.
#[derive(Debug, Clone)]
pub struct Sweep {
    /// What all runs share.
    pub subject: Subject,
    /// The fields.
    pub axes: Vec<Axis>,
    /// How points are chosen.
    pub method: Method,
    /// How many points.
    pub points: usize,
    /// Seed of the design.
    pub design_seed: u64,
    /// Seeds of the runs.
    pub seeds: Range<u64>,
    /// What is measured.
    pub metrics: Vec<String>,
}

/// A metric over the seeds of a point.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct MetricSummary {
    /// Its mean over the runs that have it.
    pub mean: Option<f64>,
    /// Its worst value.
    pub worst: Option<f64>,
}

/// A point and what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct PointResult {
    /// Place in the design, from 0.
    pub index: usize,
    /// Value of each axis, as RON.
    pub values: Vec<String>,
    /// The runs, by rising seed.
    pub records: Vec<CaseRecord>,
    /// Runs that passed.
    pub passed: usize,
    /// Each metric.
    pub metrics: Vec<MetricSummary>,
}

impl PointResult {
    /// Share of the runs that passed.
    pub fn success_rate(&self) -> f64 {
        self.passed as f64 / self.records.len().max(1) as f64
    }
}

/// A sweep with its results, the best point first: by success rate, then by the mean of the first metric.
#[derive(Debug, Clone)]
pub struct SweepReport {
    /// What was swept.
    pub sweep: Sweep,
    /// Name of the scenario.
    pub scenario: String,
    /// Name of the robot.
    pub robot: String,
    /// The points that were run to their last seed.
    pub points: Vec<PointResult>,
    /// Points of the design; more than `points` after an interruption.
    pub planned: usize,
}

/// Reads a sweep.
///
/// # Errors
/// Every mistake, with its place.
pub fn load_sweep(path: &Path) -> Result<(Loaded<SweepConfig>, Sweep), ConfigError> {
    let loaded = load_with(path, check)?;
    let config = &loaded.config;
    let folder = path.parent().unwrap_or(Path::new(""));
    let axes = config.over.iter().filter_map(|text| Axis::parse(text).ok()).collect();
    let sweep = Sweep {
        subject: Subject {
            scenario: file(&loaded, folder, &config.scenario, "scenario")?,
            robot: config.robot.as_ref().map(|name| file(&loaded, folder, name, "robot")).transpose()?,
            changes: Override::parse_all(&config.set)?,
        },
        axes,
        method: config.method,
        points: config.points,
        design_seed: config.design_seed,
        seeds: config.seeds.0..config.seeds.1,
        metrics: config.metrics.clone(),
    };
    Ok((loaded, sweep))
}

/// The path of a file that another one names relative to its own folder.
pub(super) fn file<T>(
    loaded: &Loaded<T>,
    folder: &Path,
    name: &str,
    field: &str,
) -> Result<PathBuf, ConfigError> {
    let path = folder.join(name);
    if path.is_file() {
        return Ok(path);
    }
    let found = format!("no file at {}", path.display());
    Err(loaded.refuse(field, found, "a file, relative to this file's folder"))
}

fn check(config: &SweepConfig) -> Vec<Finding> {
    let mut findings = Vec::new();
    if config.over.is_empty() {
        findings.push(Finding::new(FieldPath::root().field("over"), "no field", "at least one"));
    }
    check_axes(&mut findings, &config.over);
    check_changes(&mut findings, &FieldPath::root().field("set"), &config.set);
    check_seeds(&mut findings, &FieldPath::root().field("seeds"), config.seeds);
    check_metrics(&mut findings, &FieldPath::root().field("metrics"), &config.metrics);
    if config.points == 0 || config.points > MAX_POINTS {
        let allowed = format!("a whole number from 1 to {MAX_POINTS}");
        findings.push(Finding::new(FieldPath::root().field("points"), config.points.to_string(), allowed));
    }
    findings
}

/// Fields that are none, or are there twice.
pub(super) fn check_axes(findings: &mut Vec<Finding>, over: &[String]) {
    let mut seen: Vec<String> = Vec::new();
    for (i, text) in over.iter().enumerate() {
        let at = FieldPath::root().field("over").index(i);
        match Axis::parse(text) {
            Err(error) => findings.push(Finding::new(at, error.found, error.allowed)),
            Ok(axis) if seen.iter().any(|path| path == axis.path()) => {
                findings.push(Finding::new(at, format!("`{}` twice", axis.path()), "each field once"));
            }
            Ok(axis) => seen.push(axis.path().to_owned()),
        }
    }
}

/// Changes that are none.
pub(super) fn check_changes(findings: &mut Vec<Finding>, at: &FieldPath, texts: &[String]) {
    for (i, text) in texts.iter().enumerate() {
        if let Err(error) = Override::parse(text) {
            findings.push(Finding::new(at.index(i), error.found, error.allowed));
        }
    }
}

/// An empty range of seeds.
pub(super) fn check_seeds(findings: &mut Vec<Finding>, at: &FieldPath, (from, to): (u64, u64)) {
    if from >= to {
        findings.push(Finding::new(
            at.clone(),
            format!("({from}, {to})"),
            "a first seed below the second one",
        ));
    }
}

/// Metrics that no run has.
pub(super) fn check_metrics(findings: &mut Vec<Finding>, at: &FieldPath, names: &[String]) {
    if names.is_empty() {
        findings.push(Finding::new(at.clone(), "no metric", "at least one"));
    }
    for (i, name) in names.iter().enumerate() {
        if !METRIC_NAMES.contains(&name.as_str()) {
            findings.push(unknown_metric(at.index(i), name));
        }
    }
}

/// The finding on a metric that no run has.
pub(super) fn unknown_metric(at: FieldPath, name: &str) -> Finding {
    Finding::new(at, format!("the unknown metric `{name}`"), format!("one of {}", METRIC_NAMES.join(", ")))
}

/// Whether `a` is better than `b` by a metric.
pub(super) fn is_better(metric: &str, a: f64, b: f64) -> bool {
    if LESS_IS_WORSE.contains(&metric) { a > b } else { a < b }
}

/// The worst value of a metric; none of nothing.
pub(super) fn worst_of(metric: &str, values: &[f64]) -> Option<f64> {
    values.iter().copied().reduce(|worst, value| if is_better(metric, worst, value) { value } else { worst })
}

/// Runs every seed of every point; `done` hears of each run. After an interruption only the points that
/// were done are reported.
///
/// # Errors
/// Where a point's values fit no field, or a run broke.
pub fn run_sweep(
    sweep: &Sweep,
    jobs: usize,
    stop: &AtomicBool,
    done: impl FnMut(&CaseRecord),
) -> Result<SweepReport, SearchError> {
    let (plan, values) = plan(sweep)?;
    let cases = plan.cases(&crate::suite::Selection::default());
    let records = records(&plan, &cases, jobs, false, stop, done)?;
    let seeds = (sweep.seeds.end - sweep.seeds.start) as usize;
    let mut points = Vec::new();
    for (index, values) in values.into_iter().enumerate() {
        let id = &plan.groups[index].id;
        let records: Vec<CaseRecord> = records.iter().filter(|record| record.group == *id).cloned().collect();
        if records.len() == seeds {
            points.push(summarised(sweep, index, values, records));
        }
    }
    let first = &sweep.metrics[0];
    points.sort_by(|a, b| {
        let by_metric = match (a.metrics[0].mean, b.metrics[0].mean) {
            (Some(a), Some(b)) if is_better(first, a, b) => std::cmp::Ordering::Less,
            (Some(a), Some(b)) if is_better(first, b, a) => std::cmp::Ordering::Greater,
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            _ => std::cmp::Ordering::Equal,
        };
        b.passed.cmp(&a.passed).then(by_metric).then(a.index.cmp(&b.index))
    });
    let loaded = plan.groups.first().map(|group| &group.loaded);
    Ok(SweepReport {
        scenario: loaded.map_or_else(String::new, |loaded| loaded.scenario.config.name.clone()),
        robot: loaded.map_or_else(String::new, |loaded| loaded.robot.config.name.clone()),
        sweep: sweep.clone(),
        points,
        planned: plan.groups.len(),
    })
}

impl Sweep {
    /// Proves that the fields take the values of every point.
    ///
    /// # Errors
    /// Where they do not.
    pub fn check(&self) -> Result<(), ConfigError> {
        plan(self).map(|_| ())
    }

    /// Number of runs.
    pub fn runs(&self) -> u64 {
        let points = design(&self.axes, self.method, self.points, self.design_seed).len() as u64;
        points.saturating_mul(self.seeds.end - self.seeds.start)
    }

    /// Why there are too many runs.
    pub fn too_many(&self) -> Option<String> {
        let said = self.axes.iter().filter_map(Axis::levels).fold(1_usize, usize::saturating_mul);
        if said.max(self.points) > MAX_POINTS {
            return Some(format!("{} points are more than {MAX_POINTS}", said.max(self.points)));
        }
        let runs = self.runs();
        (runs > MAX_RUNS).then(|| format!("{runs} runs are more than {MAX_RUNS}"))
    }
}

/// A group a point, and the values of each.
fn plan(sweep: &Sweep) -> Result<(Plan, Vec<Vec<String>>), ConfigError> {
    let points = design(&sweep.axes, sweep.method, sweep.points, sweep.design_seed);
    let mut plan = Plan::default();
    let mut all = Vec::with_capacity(points.len());
    for (index, shares) in points.iter().enumerate() {
        let values: Vec<String> =
            sweep.axes.iter().zip(shares).map(|(axis, share)| axis.at(*share)).collect();
        let more: Vec<String> =
            sweep.axes.iter().zip(&values).map(|(axis, value)| axis.change(value)).collect();
        plan.groups.push(sweep.subject.group(format!("point {index}"), &more, sweep.seeds.clone())?);
        all.push(values);
    }
    Ok((plan, all))
}

fn summarised(sweep: &Sweep, index: usize, values: Vec<String>, records: Vec<CaseRecord>) -> PointResult {
    let summary = |metric: &String| {
        let values: Vec<f64> = records.iter().filter_map(|r| r.metrics.get(metric).copied()).collect();
        MetricSummary { mean: mean(&values), worst: worst_of(metric, &values) }
    };
    let metrics = sweep.metrics.iter().map(summary).collect();
    let passed = records.iter().filter(|record| record.passed()).count();
    PointResult { index, values, records, passed, metrics }
}
