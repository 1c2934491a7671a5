//! Looks for the best values of fields: a Latin hypercube, then COBYLA (Powell 1994) from its best point.

use std::cell::RefCell;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use cobyla::{Func, RhoBeg, StopTols, minimize};
use serde::Serialize;
use serde_json::Value;

use super::axis::Axis;
use super::design::{Method, design};
use super::subject::{SearchError, Subject, records};
use super::sweep_report::csv_line;
use super::tune_config::{TuneConfig, subjects};
use crate::config::path::{FieldPath, Step};
use crate::config::{ConfigError, Loaded, LoadedScenario, Override, overlay_text};
use crate::report::number;
use crate::suite::{Plan, Selection, columns, mean};

/// First steps of the descents, as shares of the ranges; each starts where the last one ended.
const STEPS: [f64; 3] = [0.2, 0.1, 0.05];
/// Shares of a range that are no longer told apart.
const RESOLUTION: f64 = 1e-3;

/// How a tuning is run.
#[derive(Debug, Clone)]
pub struct TuneOptions {
    /// Threads.
    pub jobs: usize,
    /// Evaluations in place of the file's.
    pub budget: Option<usize>,
    /// Robot in place of the file's.
    pub robot: Option<PathBuf>,
    /// Changes of every run.
    pub changes: Vec<Override>,
}

/// Values of the fields and what they cost.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evaluation {
    /// Value of each field, as RON; empty for the config as it is.
    pub values: Vec<String>,
    /// Mean cost over scenarios and seeds.
    pub cost: f64,
    /// Runs that passed.
    pub passed: usize,
    /// Runs.
    pub runs: usize,
}

/// What a tuning found.
#[derive(Debug, Clone)]
pub struct TuneReport {
    /// Name of the tuning.
    pub name: String,
    /// The fields.
    pub axes: Vec<Axis>,
    /// The fields' values before, where they have one.
    pub present: Vec<Option<f64>>,
    /// Every evaluation in its order; the first one is the config as it is.
    pub evaluations: Vec<Evaluation>,
    /// Index of the best one.
    pub best: usize,
    /// The config as it is, and the best, on the held-out seeds; none after an interruption.
    pub held_out: Option<(Evaluation, Evaluation)>,
    /// Whether Ctrl-C ended it.
    pub interrupted: bool,
}

impl TuneReport {
    /// The best evaluation.
    pub fn best(&self) -> &Evaluation {
        &self.evaluations[self.best]
    }

    /// Whether the best is better than the config as it is: on the tuning seeds, and on the held-out ones
    /// where they were run.
    pub fn improved(&self) -> bool {
        self.best > 0 && self.held_out.as_ref().is_none_or(|(before, after)| after.cost < before.cost)
    }
}

/// Everything an evaluation needs.
struct Tuning<'a> {
    config: &'a TuneConfig,
    subjects: Vec<Subject>,
    axes: Vec<Axis>,
    jobs: usize,
    stop: &'a AtomicBool,
}

impl Tuning<'_> {
    /// Several evaluations at once; fewer come back after an interruption.
    fn evaluate(&self, points: &[Vec<String>], seeds: &Range<u64>) -> Result<Vec<Evaluation>, SearchError> {
        let mut plan = Plan::default();
        for (p, values) in points.iter().enumerate() {
            let more: Vec<String> =
                self.axes.iter().zip(values).map(|(axis, value)| axis.change(value)).collect();
            for (s, subject) in self.subjects.iter().enumerate() {
                plan.groups.push(subject.group(format!("{p} {s}"), &more, seeds.clone())?);
            }
        }
        let cases = plan.cases(&Selection::default());
        let records = records(&plan, &cases, self.jobs, false, self.stop, |_| ())?;
        let mut evaluations = Vec::new();
        for (p, values) in points.iter().enumerate() {
            let groups = &plan.groups[p * self.subjects.len()..(p + 1) * self.subjects.len()];
            let mut costs = Vec::new();
            let mut passed = 0;
            for group in groups {
                let duration_s = group.loaded.scenario.config.duration_s;
                for record in records.iter().filter(|record| record.group == group.id) {
                    costs.push(self.config.objective.cost(record, duration_s));
                    passed += usize::from(record.passed());
                }
            }
            let runs = groups.len() * (seeds.end - seeds.start) as usize;
            if costs.len() < runs {
                break;
            }
            let cost = mean(&costs).unwrap_or(f64::INFINITY);
            evaluations.push(Evaluation { values: values.clone(), cost, passed, runs });
        }
        Ok(evaluations)
    }

    fn values(&self, shares: &[f64]) -> Vec<String> {
        self.axes.iter().zip(shares).map(|(axis, share)| axis.at(*share)).collect()
    }
}

/// Evaluates the config as it is, a Latin hypercube, and a descent from the best of both, until the budget
/// is spent; `done` hears of each evaluation and of the best one so far. After an interruption the best so
/// far is kept.
///
/// # Errors
/// Where a file or a field is wrong, a run broke, or not even the config as it is could be evaluated.
pub fn run_tune(
    loaded: &Loaded<TuneConfig>,
    options: &TuneOptions,
    stop: &AtomicBool,
    mut done: impl FnMut(&[Evaluation], usize),
) -> Result<TuneReport, SearchError> {
    let config = &loaded.config;
    let mut subjects = subjects(loaded)?;
    for subject in &mut subjects {
        subject.robot = options.robot.clone().or(subject.robot.take());
        subject.changes.extend(options.changes.iter().cloned());
    }
    let axes: Vec<Axis> = config.over.iter().filter_map(|text| Axis::parse(text).ok()).collect();
    let present = present_values(&subjects, &axes)?;
    let tuning = Tuning { config, subjects, axes, jobs: options.jobs, stop };
    let budget = options.budget.unwrap_or(config.budget).max(2);
    let seeds = config.seeds.0..config.seeds.1;

    let mut evaluations = tuning.evaluate(&[Vec::new()], &seeds)?;
    if evaluations.is_empty() {
        return Err(SearchError::Interrupted);
    }
    let mut best = 0;
    let mut keep = |new: Vec<Evaluation>, evaluations: &mut Vec<Evaluation>, best: &mut usize| {
        for evaluation in new {
            if evaluation.cost < evaluations[*best].cost {
                *best = evaluations.len();
            }
            evaluations.push(evaluation);
            done(evaluations, *best);
        }
    };
    let explored = ((budget - 1) as f64 * config.explore_share).round() as usize;
    let shares = design(&tuning.axes, Method::Lhs, explored, config.design_seed);
    for batch in shares.chunks(options.jobs.max(1)) {
        let points: Vec<Vec<String>> = batch.iter().map(|shares| tuning.values(shares)).collect();
        keep(tuning.evaluate(&points, &seeds)?, &mut evaluations, &mut best);
    }
    for step in STEPS {
        let left = budget.saturating_sub(evaluations.len());
        if left == 0 || stop.load(Ordering::Relaxed) {
            break;
        }
        let start = start_of(&tuning.axes, &evaluations[best], &present);
        let known = known(&tuning, &evaluations, &present, &start);
        let descent = Descent { start, step, most: left, known };
        descend(&tuning, &seeds, descent, &mut |new| keep(vec![new], &mut evaluations, &mut best))?;
    }
    let held_out = match stop.load(Ordering::Relaxed) {
        true => None,
        false => {
            let seeds = config.held_out_seeds.0..config.held_out_seeds.1;
            let both = [Vec::new(), evaluations[best].values.clone()];
            <[Evaluation; 2]>::try_from(tuning.evaluate(&both, &seeds)?).ok().map(|[a, b]| (a, b))
        }
    };
    Ok(TuneReport {
        name: config.name.clone(),
        axes: tuning.axes,
        present,
        evaluations,
        best,
        held_out,
        interrupted: stop.load(Ordering::Relaxed),
    })
}

/// Proves that the fields of every scenario take both ends of their ranges.
///
/// # Errors
/// Where they do not.
pub fn check_tune(loaded: &Loaded<TuneConfig>) -> Result<(), ConfigError> {
    let axes: Vec<Axis> = loaded.config.over.iter().filter_map(|text| Axis::parse(text).ok()).collect();
    for subject in subjects(loaded)? {
        for share in [0.0, 1.0] {
            let more: Vec<String> = axes.iter().map(|axis| axis.change(&axis.at(share))).collect();
            subject.group(String::new(), &more, 0..1)?;
        }
    }
    Ok(())
}

/// Shares of the axes at which a descent starts; the middle where a field has no number yet.
fn start_of(axes: &[Axis], best: &Evaluation, present: &[Option<f64>]) -> Vec<f64> {
    let share = |(i, axis): (usize, &Axis)| {
        let value = best.values.get(i).and_then(|text| text.parse().ok()).or(present[i]);
        value.and_then(|value| axis.share_of(value)).unwrap_or(0.5)
    };
    axes.iter().enumerate().map(share).collect()
}

/// What has been evaluated: values and cost. The config as it is counts where the descent starts there.
fn known(
    tuning: &Tuning<'_>,
    evaluations: &[Evaluation],
    present: &[Option<f64>],
    start: &[f64],
) -> Vec<(Vec<String>, f64)> {
    let written: Option<Vec<String>> = present.iter().map(|value| value.map(|v| v.to_string())).collect();
    let as_it_is = tuning.values(start);
    let same = written.is_some_and(|written| written == as_it_is);
    let of = |evaluation: &Evaluation| match evaluation.values.is_empty() {
        true => same.then(|| (as_it_is.clone(), evaluation.cost)),
        false => Some((evaluation.values.clone(), evaluation.cost)),
    };
    evaluations.iter().filter_map(of).collect()
}

/// A run of COBYLA over the unit cube.
struct Descent {
    /// Where it starts, and how far its first steps go.
    start: Vec<f64>,
    step: f64,
    /// Most evaluations.
    most: usize,
    /// What need not be evaluated again.
    known: Vec<(Vec<String>, f64)>,
}

fn descend(
    tuning: &Tuning<'_>,
    seeds: &Range<u64>,
    descent: Descent,
    keep: &mut dyn FnMut(Evaluation),
) -> Result<(), SearchError> {
    struct Ledger<'a> {
        keep: &'a mut dyn FnMut(Evaluation),
        known: Vec<(Vec<String>, f64)>,
        spent: usize,
        error: Option<SearchError>,
    }
    let Descent { start, step, most, known } = descent;
    let ledger = RefCell::new(Ledger { keep, known, spent: 0, error: None });
    let cost = |shares: &[f64], _: &mut ()| -> f64 {
        let mut ledger = ledger.borrow_mut();
        let values = tuning.values(shares);
        if let Some((_, cost)) = ledger.known.iter().find(|(known, _)| *known == values) {
            return *cost;
        }
        let worst = ledger.known.iter().map(|(_, cost)| *cost).fold(0.0, f64::max);
        if ledger.error.is_some() || ledger.spent >= most || tuning.stop.load(Ordering::Relaxed) {
            // Nothing is run any more; the descent ends by its own count.
            return worst;
        }
        match tuning.evaluate(std::slice::from_ref(&values), seeds) {
            Ok(mut new) => match new.pop() {
                Some(evaluation) => {
                    let cost = evaluation.cost;
                    ledger.known.push((values, cost));
                    ledger.spent += 1;
                    (ledger.keep)(evaluation);
                    cost
                }
                None => worst,
            },
            Err(error) => {
                ledger.error = Some(error);
                worst
            }
        }
    };
    let bounds = vec![(0.0, 1.0); start.len()];
    let free: &[&dyn Func<()>] = &[];
    let tolerance = StopTols { xtol_abs: vec![RESOLUTION; start.len()], ..StopTols::default() };
    // Calls for what is known cost nothing.
    let calls = most.saturating_mul(2);
    // What it returns is among the evaluations; how it ended does not matter.
    let _ = minimize(cost, &start, &bounds, free, (), calls, RhoBeg::All(step), Some(tolerance));
    match ledger.into_inner().error {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

/// The numbers the fields have in the first scenario and its robot; none where one is absent or no number.
fn present_values(subjects: &[Subject], axes: &[Axis]) -> Result<Vec<Option<f64>>, ConfigError> {
    let Some(subject) = subjects.first() else { return Ok(vec![None; axes.len()]) };
    let LoadedScenario { scenario, robot } = subject.group(String::new(), &[], 0..1)?.loaded;
    let scenario = serde_json::to_value(&scenario.config).unwrap_or_default();
    let robot = serde_json::to_value(&robot.config).unwrap_or_default();
    let value = |axis: &Axis| {
        let path = FieldPath::parse(axis.path()).ok()?;
        match path.steps() {
            [Step::Field(first), rest @ ..] if first == "robot" && !rest.is_empty() => follow(&robot, rest),
            steps => follow(&scenario, steps),
        }
    };
    Ok(axes.iter().map(value).collect())
}

/// The number at a path; an enum's variant is a step of JSON that RON's paths leave out.
fn follow(value: &Value, steps: &[Step]) -> Option<f64> {
    let Some((step, rest)) = steps.split_first() else { return value.as_f64() };
    let inner = match step {
        Step::Field(name) => value.get(name),
        Step::Index(index) => value.get(index),
        // Elements are called by their names, expectations by their metrics.
        Step::Key(key) => value.as_array().and_then(|list| {
            let is_key = |name: &str, element: &Value| element[name].as_str() == Some(key.as_str());
            list.iter().find(|element| is_key("name", element) || is_key("metric", element))
        }),
    };
    match (inner, value.as_object()) {
        (Some(inner), _) => follow(inner, rest),
        (None, Some(variant)) if variant.len() == 1 => follow(variant.values().next()?, steps),
        _ => None,
    }
}

/// The best values as an overlay, with how they were found in front.
pub fn tuned_overlay(report: &TuneReport, command: &str) -> String {
    let cost = |evaluation: &Evaluation| number(Some(evaluation.cost));
    let (before, best) = (&report.evaluations[0], report.best());
    let mut comment = format!(
        "{}: cost {} before, {} after {} evaluations",
        report.name,
        cost(before),
        cost(best),
        report.evaluations.len()
    );
    if let Some((before, after)) = &report.held_out {
        comment += &format!("\non held-out seeds: {} before, {} after", cost(before), cost(after));
    }
    comment += &format!("\n{}", command.replace('\n', " "));
    let changes = report.axes.iter().map(Axis::path).zip(best.values.iter().map(String::as_str));
    overlay_text(&comment, changes)
}

/// What was found, as lines for a terminal.
pub fn tune_text(report: &TuneReport) -> String {
    let (before, best) = (&report.evaluations[0], report.best());
    let mut text = format!(
        "{}: {} evaluations, {} runs each{}\n",
        report.name,
        report.evaluations.len(),
        before.runs,
        if report.interrupted { ", interrupted" } else { "" }
    );
    let mut rows: Vec<Vec<String>> = Vec::new();
    for (i, axis) in report.axes.iter().enumerate() {
        let best = best.values.get(i).cloned().unwrap_or_else(|| "as it is".to_owned());
        let present = report.present[i].map_or_else(|| "-".to_owned(), |value| value.to_string());
        rows.push(vec![axis.path().to_owned(), present, best]);
    }
    let mut compare = |name: &str, a: &Evaluation, b: &Evaluation| {
        let cost = |e: &Evaluation| number(Some(e.cost));
        rows.push(vec![format!("cost on {name}"), cost(a), cost(b)]);
        let passed = |e: &Evaluation| format!("{}/{}", e.passed, e.runs);
        rows.push(vec![format!("passed on {name}"), passed(a), passed(b)]);
    };
    compare("tuning seeds", before, best);
    if let Some((a, b)) = &report.held_out {
        compare("held-out seeds", a, b);
    }
    text += &columns(&["", "before", "after"], &rows);
    if report.best == 0 {
        text += "nothing better than the config as it is was found\n";
    } else if !report.improved() {
        text += "no better on held-out seeds: it takes more seeds, or a larger budget\n";
    }
    text
}

/// A row an evaluation, in their order; the first is the config as it is.
pub fn evaluations_csv(report: &TuneReport) -> String {
    let mut heading =
        vec!["evaluation".to_owned(), "cost".to_owned(), "passed".to_owned(), "runs".to_owned()];
    heading.extend(report.axes.iter().map(|axis| axis.path().to_owned()));
    let mut text = csv_line(&heading);
    for (i, evaluation) in report.evaluations.iter().enumerate() {
        let Evaluation { values, cost, passed, runs } = evaluation;
        let mut row = vec![i.to_string(), cost.to_string(), passed.to_string(), runs.to_string()];
        for (axis, present) in report.present.iter().enumerate() {
            let as_it_is = || present.map_or_else(String::new, |value| value.to_string());
            row.push(values.get(axis).cloned().unwrap_or_else(as_it_is));
        }
        text += &csv_line(&row);
    }
    text
}
