//! `loong baseline`: what suites measured, kept for later runs to be held against.

use std::fs;
use std::sync::atomic::Ordering;

use super::args::{CaseArguments, UpdateArguments};
use super::error::CliError;
use super::run::{say, write_file};
use super::test::{finished, plan, run_shown, stop_on_interrupt, threads};
use crate::suite::{
    Baseline, BaselineGroup, Baselines, Case, CaseRecord, CaseVerdict, Comparison, Kept, Plan, PlanOptions,
    RunOptions, Side, compare, comparison_text, counted,
};

/// Runs suites and writes their baselines; true where all of them were written.
pub fn update(arguments: &UpdateArguments) -> Result<bool, CliError> {
    let all = CaseArguments { jobs: arguments.jobs, filter: None, tag: None };
    let (plan, cases) = plan(&arguments.paths, &PlanOptions::default(), &all)?;
    if let Some(group) = plan.groups.iter().find(|group| group.suite.is_none()) {
        let text = format!("`{}` is a scenario, allowed: suites, which baselines are kept of", group.id);
        return Err(CliError::Usage(text));
    }
    let baselines = Baselines::read(&plan, &cases, arguments.baselines.as_deref())?;
    let records = records(&plan, &cases, arguments)?;
    if let Some(record) = records.iter().find(|record| record.verdict == CaseVerdict::Error) {
        let reason = record.failures().join("; ");
        return Err(CliError::Usage(format!(
            "{} could not be judged, no baseline is written: {reason}",
            record.id
        )));
    }
    for kept in baselines.iter() {
        write(kept, &plan, &records)?;
    }
    Ok(true)
}

/// Every case's record: taken from a folder, or run.
fn records(plan: &Plan, cases: &[Case], arguments: &UpdateArguments) -> Result<Vec<CaseRecord>, CliError> {
    if let Some(folder) = &arguments.from {
        let records = finished(plan, cases, folder)?;
        if records.len() < cases.len() {
            let text = format!(
                "`{}` has {} of {} cases as this program would run them now",
                folder.display(),
                records.len(),
                cases.len()
            );
            return Err(CliError::Usage(text));
        }
        return Ok(records);
    }
    let options = RunOptions { jobs: threads(arguments.jobs), timeout_s: None, fail_fast: false };
    let stop = stop_on_interrupt()?;
    let records = run_shown(plan, cases, Vec::new(), &options, &stop, |_| Ok(()))?;
    if stop.load(Ordering::Relaxed) {
        return Err(CliError::Usage("interrupted: the baselines stay as they are".to_owned()));
    }
    Ok(records)
}

/// Writes a suite's baseline and says what it changes.
fn write(kept: &Kept, plan: &Plan, records: &[CaseRecord]) -> Result<(), CliError> {
    let mut groups: Vec<BaselineGroup> = Vec::new();
    for group in plan.groups.iter().filter(|group| group.suite.as_ref() == Some(&kept.suite)) {
        let own: Vec<&CaseRecord> = records.iter().filter(|record| record.group == group.id).collect();
        groups.push(BaselineGroup::new(group, &own));
    }
    let (passed, runs) = groups.iter().fold((0, 0), |(p, r), group| (p + group.passed, r + group.runs));
    let name = groups.first().and_then(|group| group.id.split('/').next()).unwrap_or_default().to_owned();
    let baseline = Baseline::new(&name, groups);
    let text = baseline.text().map_err(|error| CliError::Internal(error.to_string()))?;
    if let Some(folder) = kept.path.parent() {
        fs::create_dir_all(folder).map_err(|source| CliError::Write { path: folder.to_owned(), source })?;
    }
    write_file(&kept.path, &text)?;
    let groups = counted(baseline.groups.len(), "group");
    say(&format!("{}: {groups}, {passed} of {runs} runs passed", kept.path.display()))?;
    let Some(old) = &kept.baseline else { return Ok(()) };
    let changes = compare(&Side::Baseline(old.clone()), &Side::Baseline(baseline));
    if is_changed(&changes) { say(&comparison_text(&changes)) } else { say("as before") }
}

fn is_changed(changes: &Comparison) -> bool {
    let ids = changes.only_a.len() + changes.only_b.len();
    ids > 0 || changes.metrics.iter().any(|metric| metric.differs)
}
