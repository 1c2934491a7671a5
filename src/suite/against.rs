//! A run of suites held against their baselines.

use std::path::{Path, PathBuf};

use super::baseline::{Baseline, BaselineGroup, Figures, baseline_path, rounded};
use super::compare::{MetricChange, group_changes};
use super::group::Group;
use super::plan::{Case, Plan};
use super::verdict::StatisticResult;
use crate::config::diagnostic::ConfigError;
use crate::config::suite::{BaselineBound, BaselineFigure, SUCCESS_RATE};
use crate::judge::Allowed;
use crate::report::number;

/// Share of its mass by which a robot is another one.
const SAME_MASS: f64 = 1e-4;

/// A suite's baseline and where it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// The suite's file.
    pub suite: PathBuf,
    /// The baseline's file.
    pub path: PathBuf,
    /// What it says; absent where there is no such file.
    pub baseline: Option<Baseline>,
}

/// The baselines of a plan's suites, in the order of the plan.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Baselines(Vec<Kept>);

impl Baselines {
    /// Reads the baseline of every suite that has a wanted case, from `folder` where one is given.
    ///
    /// # Errors
    /// Every mistake in a baseline's file.
    pub fn read(plan: &Plan, cases: &[Case], folder: Option<&Path>) -> Result<Self, ConfigError> {
        let mut kept: Vec<Kept> = Vec::new();
        for case in cases {
            let Some(suite) = &plan.groups[case.group].suite else { continue };
            if kept.last().is_none_or(|last| last.suite != *suite) && !kept.iter().any(|k| k.suite == *suite)
            {
                let path = baseline_path(suite, folder);
                let baseline = Baseline::read(&path)?;
                kept.push(Kept { suite: suite.clone(), path, baseline });
            }
        }
        Ok(Self(kept))
    }

    /// Each suite's baseline.
    pub fn iter(&self) -> impl Iterator<Item = &Kept> {
        self.0.iter()
    }

    /// What is kept of a group; none where nothing is.
    pub fn group(&self, group: &Group) -> Option<&BaselineGroup> {
        let kept = self.0.iter().find(|kept| Some(&kept.suite) == group.suite.as_ref())?;
        kept.baseline.as_ref()?.group(&group.id)
    }

    /// Why bounds of the wanted cases cannot be held against a baseline, in words; none where they can.
    pub fn missing(&self, plan: &Plan, cases: &[Case]) -> Option<String> {
        let group = cases
            .iter()
            .map(|case| &plan.groups[case.group])
            .find(|group| !group.baseline.is_empty() && self.group(group).is_none())?;
        let kept = self.0.iter().find(|kept| Some(&kept.suite) == group.suite.as_ref())?;
        let lacks = match kept.baseline {
            None => "is not there".to_owned(),
            Some(_) => "is older than this entry".to_owned(),
        };
        Some(format!(
            "`{}` has bounds against the baseline `{}`, which {lacks}; `{}` writes it",
            group.id,
            kept.path.display(),
            update_command(kept)
        ))
    }
}

/// The command that writes a baseline.
pub fn update_command(kept: &Kept) -> String {
    let plain = baseline_path(&kept.suite, None) == kept.path;
    let folder = kept.path.parent().filter(|_| !plain);
    let folder = folder.map_or(String::new(), |folder| format!(" --baselines {}", folder.display()));
    format!("loong baseline update {}{folder}", kept.suite.display())
}

/// A group then and now.
#[derive(Debug, Clone, PartialEq)]
pub struct Drift {
    /// What is different about what was run, in words.
    pub inputs: Vec<String>,
    /// Success rate and every metric in both.
    pub changes: Vec<MetricChange>,
}

impl Drift {
    /// What moved from the baseline's figures to those of a run of all seeds.
    pub fn new(then: &BaselineGroup, now: &BaselineGroup) -> Self {
        let mut inputs = Vec::new();
        if then.seeds != now.seeds {
            let words = |(from, to): (u64, u64)| format!("{from}..{to}");
            inputs.push(format!("seeds {}, {} in the baseline", words(now.seeds), words(then.seeds)));
        }
        if then.scenario_hash != now.scenario_hash {
            inputs.push("the scenario has changed since".to_owned());
        }
        if then.robot_hash != now.robot_hash {
            let mass = heavier(then, now);
            inputs.push(mass.unwrap_or_else(|| "the robot has changed since".to_owned()));
        }
        Self { inputs, changes: group_changes(then, now) }
    }
}

/// That the robot has another mass, in words; none where it has not.
fn heavier(then: &BaselineGroup, now: &BaselineGroup) -> Option<String> {
    let (before, after) = (then.robot_mass_kg?, now.robot_mass_kg?);
    let share = after / before - 1.0;
    let text =
        format!("the robot has {after:.2} kg, {before:.2} kg in the baseline ({:+.1} %)", 100.0 * share);
    (share.abs() > SAME_MASS).then_some(text)
}

/// A bound against the baseline held against what was measured.
pub fn bound_result(bound: &BaselineBound, then: &BaselineGroup, now: &BaselineGroup) -> StatisticResult {
    let BaselineBound { metric, of, .. } = bound;
    let sides = |group: &BaselineGroup| -> Option<(f64, f64)> {
        if metric == SUCCESS_RATE {
            let rate = group.passed as f64 / group.runs as f64;
            return Some((rate, rate));
        }
        let Figures { mean, min, max, .. } = group.metrics.get(metric)?;
        Some(match of {
            BaselineFigure::Mean => (*mean, *mean),
            BaselineFigure::Worst => (*min, *max),
        })
    };
    let word = match of {
        BaselineFigure::Mean if metric == SUCCESS_RATE => "",
        BaselineFigure::Mean => "mean ",
        BaselineFigure::Worst => "worst ",
    };
    let name = format!("{word}{metric} against the baseline");
    let result = |measured, allowed, pass, note: String| StatisticResult {
        name: name.clone(),
        measured,
        allowed,
        pass,
        note: Some(note),
    };
    let Some((low, high)) = sides(then) else {
        return result(None, Allowed { min: None, max: None }, false, "not in the baseline".to_owned());
    };
    let allowed = Allowed { min: lower(bound, low), max: upper(bound, high) };
    let Some((lowest, highest)) = sides(now) else {
        return result(None, allowed, false, "measured in the baseline, but not now".to_owned());
    };
    let below = allowed.min.is_some_and(|min| lowest < min);
    let above = allowed.max.is_some_and(|max| highest > max);
    // The side that is out of bounds, the upper one where both are in.
    let (was, is) = if below || allowed.max.is_none() { (low, lowest) } else { (high, highest) };
    let mut note = format!("{} in the baseline", number(Some(was)));
    if (below || above)
        && let Some(mass) = heavier(then, now)
    {
        note += &format!("; {mass}");
    }
    result(Some(is), allowed, !below && !above, note)
}

/// Shares are of the value's size, so that a negative value's bounds lie on the right sides.
fn lower(bound: &BaselineBound, value: f64) -> Option<f64> {
    let relative = bound.at_least.map(|share| value - (1.0 - share) * value.abs());
    relative.or(bound.drop_max.map(|drop| value - drop)).map(rounded)
}

fn upper(bound: &BaselineBound, value: f64) -> Option<f64> {
    let relative = bound.at_most.map(|share| value + (share - 1.0) * value.abs());
    relative.or(bound.rise_max.map(|rise| value + rise)).map(rounded)
}
