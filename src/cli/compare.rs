//! `loong compare`: what changed between two sets of results.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use super::args::CompareArguments;
use super::error::CliError;
use super::run::{say, write_file};
use super::test::{plan, run_shown, stop_on_interrupt, threads};
use crate::suite::{
    Baseline, PlanOptions, RESULTS_FILE, RunOptions, Side, compare as compare_sides, comparison_text,
    of_robot, read_records,
};

/// Compares the second results with the first; false where a case that passed no longer does.
pub fn compare(arguments: &CompareArguments) -> Result<bool, CliError> {
    let (first, second) = match (arguments.robots.as_slice(), &arguments.a, &arguments.b) {
        ([first, second], _, _) => {
            let stop = stop_on_interrupt()?;
            (with_robot(first, arguments, &stop)?, with_robot(second, arguments, &stop)?)
        }
        (_, Some(a), Some(b)) => (side(a)?, side(b)?),
        _ => return Err(CliError::Usage("two results are compared, or two robots".to_owned())),
    };
    let comparison = compare_sides(&first, &second);
    if comparison.pairs == 0 {
        eprintln!("No case is in both.");
    }
    let json = serde_json::to_string_pretty(&comparison)?;
    match arguments.json.as_deref() {
        Some(path) if path == Path::new("-") => say(&json)?,
        Some(path) => {
            write_file(path, &json)?;
            say(&comparison_text(&comparison))?;
        }
        None => say(&comparison_text(&comparison))?,
    }
    Ok(!comparison.is_worse())
}

/// What a robot does in place of the suites' own.
fn with_robot(robot: &Path, arguments: &CompareArguments, stop: &AtomicBool) -> Result<Side, CliError> {
    let options = PlanOptions { robot: Some(robot.to_owned()), ..PlanOptions::default() };
    let (plan, cases) = plan(&arguments.suites, &options, &arguments.cases)?;
    let options = RunOptions { jobs: threads(arguments.cases.jobs), timeout_s: None, fail_fast: false };
    let records = run_shown(&plan, &cases, Vec::new(), &options, stop, |_| Ok(()))?;
    if stop.load(Ordering::Relaxed) {
        return Err(CliError::Usage("interrupted: nothing is compared".to_owned()));
    }
    Ok(Side::Records(records))
}

/// Results of a folder or file, of one robot in it, or a baseline.
fn side(path: &Path) -> Result<Side, CliError> {
    if path.is_file() && path.extension().is_some_and(|extension| extension == "ron") {
        let none = || CliError::Usage(format!("`{}` is gone", path.display()));
        return Ok(Side::Baseline(Baseline::read(path)?.ok_or_else(none)?));
    }
    if let Some(records) = read_records(path)? {
        return Ok(Side::Records(records));
    }
    if let Some((folder, robot)) = path.to_str().and_then(|text| text.rsplit_once('@')) {
        let folder = PathBuf::from(folder);
        let records = of_robot(&read_records(&folder)?.unwrap_or_default(), robot);
        if records.is_empty() {
            let found = format!("`{}` has no results of a robot `{robot}`", folder.display());
            return Err(CliError::Usage(found));
        }
        return Ok(Side::Records(records));
    }
    let allowed = format!("allowed: a folder with {RESULTS_FILE}, such a file, or a baseline's .ron");
    let found = if path.exists() { "is no results" } else { "is not there" };
    Err(CliError::Usage(format!("`{}` {found}, {allowed}", path.display())))
}
