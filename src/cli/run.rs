//! `loong run`: headless, as fast as it goes.

use std::io::{IsTerminal, Write};
use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;

use super::args::{RunArguments, Source};
use super::error::CliError;
use crate::config::{LoadOptions, LoadedScenario, asked_changes, load_scenario};
use crate::judge::known_names;
use crate::record::{AtomicFile, LogError, LogOptions, RunLog};
use crate::report::{RunReport, judge_run, summary, table};
use crate::simulation::SimulationError;

/// Reads a scenario with its robot and the changes asked for.
pub fn load(source: &Source) -> Result<LoadedScenario, CliError> {
    let changes = asked_changes(&source.overlays, &source.changes)?;
    let options = LoadOptions { overrides: &changes, robot: source.robot.clone(), ..known_names() };
    Ok(load_scenario(&source.scenario, &options)?)
}

/// Says where in the robot's file a fault lies that only the model finds.
pub fn located(loaded: &LoadedScenario, error: SimulationError) -> CliError {
    match error {
        SimulationError::Model(model) => model.in_file(&loaded.robot).into(),
        other => other.into(),
    }
}

/// Runs one seed or many; true where every expectation holds.
pub fn run(arguments: &RunArguments) -> Result<bool, CliError> {
    let loaded = load(&arguments.source)?;
    let quiet = arguments.json.as_deref() == Some(Path::new("-"));
    let (text, json, passed) = match &arguments.seeds {
        None => {
            let report = one(&loaded, arguments)?;
            (table(&report), serde_json::to_string_pretty(&report)?, report.passed())
        }
        Some(seeds) => {
            let reports = many(&loaded, seeds.clone())?;
            let passed = reports.iter().all(RunReport::passed);
            (summary(&reports), serde_json::to_string_pretty(&reports)?, passed)
        }
    };
    match &arguments.json {
        Some(_) if quiet => say(&json)?,
        Some(path) => {
            write_file(path, &json)?;
            say(&text)?;
        }
        None => say(&text)?,
    }
    Ok(passed)
}

/// Prints to standard output; a reader that has gone is an error, not a panic.
pub fn say(text: &str) -> Result<(), CliError> {
    let mut out = std::io::stdout().lock();
    let written = out.write_all(text.trim_end().as_bytes()).and_then(|()| out.write_all(b"\n"));
    written
        .and_then(|()| out.flush())
        .map_err(|source| CliError::Write { path: "standard output".into(), source })
}

/// Writes a text whole or not at all.
pub fn write_file(path: &Path, text: &str) -> Result<(), CliError> {
    let error = |source| CliError::Write { path: path.to_owned(), source };
    let mut file = AtomicFile::create(path).map_err(error)?;
    file.write_all(text.as_bytes()).and_then(|()| file.write_all(b"\n")).map_err(error)?;
    file.commit().map_err(error)
}

fn one(loaded: &LoadedScenario, arguments: &RunArguments) -> Result<RunReport, CliError> {
    let (robot, scenario) = (&loaded.robot.config, &loaded.scenario.config);
    let options = LogOptions { signals: arguments.signals.clone(), rate_hz: arguments.log_rate };
    let create = |path: &Path| {
        RunLog::create(path, loaded, arguments.seed, &options).map_err(|error| placed(loaded, error))
    };
    let mut log = arguments.log.as_deref().map(create).transpose()?;
    let bar = progress((scenario.duration_s * 10.0) as u64);
    bar.set_style(style("{bar:40} {msg}"));
    let mut tenths = 0;
    let report = judge_run(robot, scenario, arguments.seed, |simulation| -> Result<(), LogError> {
        let now = (simulation.time_s() * 10.0) as u64;
        if now != tenths {
            tenths = now;
            bar.set_position(now);
            bar.set_message(format!("{:.1} of {:.1} s", simulation.time_s(), scenario.duration_s));
        }
        log.as_mut().map_or(Ok(()), |log| log.observe(simulation))
    });
    bar.finish_and_clear();
    let report = report.map_err(|error| placed(loaded, error))?;
    if let Some(log) = log {
        log.finish(&report)?;
    }
    Ok(report)
}

/// A fault of the robot that stopped a log, at its place.
fn placed(loaded: &LoadedScenario, error: LogError) -> CliError {
    match error {
        LogError::Simulation(error) => located(loaded, error),
        other => other.into(),
    }
}

fn many(loaded: &LoadedScenario, seeds: std::ops::Range<u64>) -> Result<Vec<RunReport>, CliError> {
    let (robot, scenario) = (&loaded.robot.config, &loaded.scenario.config);
    let bar = progress(seeds.end - seeds.start);
    bar.set_style(style("{bar:40} {pos} of {len} seeds"));
    let reports: Result<Vec<RunReport>, SimulationError> = seeds
        .into_par_iter()
        .map(|seed| {
            let report = judge_run(robot, scenario, seed, |_| Ok(()));
            bar.inc(1);
            report
        })
        .collect();
    bar.finish_and_clear();
    reports.map_err(|error| located(loaded, error))
}

/// A bar on a terminal, nothing elsewhere.
pub fn progress(length: u64) -> ProgressBar {
    if std::io::stderr().is_terminal() { ProgressBar::new(length) } else { ProgressBar::hidden() }
}

/// A bar's look.
pub fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
