//! `loong sweep`: a scenario over ranges of fields.

use std::path::Path;
use std::sync::atomic::Ordering;

use super::args::{Source, SweepArguments};
use super::error::CliError;
use super::run::{progress, say, style, write_file};
use super::test::{stop_on_interrupt, threads};
use crate::config::asked_changes;
use crate::judge::METRIC_NAMES;
use crate::search::{
    Method, SearchKind, Subject, Sweep, load_sweep, run_sweep, search_kind, sweep_csv, sweep_lines,
    sweep_svg, sweep_text,
};

/// Metric where none is asked for.
const METRIC: &str = "path_speed_mean_mps";
/// Points where no number is asked for.
const POINTS: usize = 20;

/// Runs every point; true where the sweep was run to its end.
pub fn sweep(arguments: &SweepArguments) -> Result<bool, CliError> {
    let sweep = asked(arguments)?;
    if let Some(reason) = sweep.too_many() {
        return Err(CliError::Usage(reason));
    }
    if let Some(folder) = &arguments.out {
        make_folder(folder)?;
    }
    let stop = stop_on_interrupt()?;
    let bar = progress(sweep.runs());
    bar.set_style(style("{bar:40} {pos} of {len} runs, {msg}, {eta} left"));
    let (mut passed, mut failed) = (0, 0);
    let report = run_sweep(&sweep, threads(arguments.jobs), &stop, |record| {
        if record.passed() {
            passed += 1
        } else {
            failed += 1
        }
        bar.set_message(format!("{passed} passed, {failed} failed"));
        bar.inc(1);
    });
    bar.finish_and_clear();
    let report = report?;
    if let Some(folder) = &arguments.out {
        write_file(&folder.join("sweep.csv"), sweep_csv(&report).trim_end())?;
        write_file(&folder.join("runs.jsonl"), sweep_lines(&report)?.trim_end())?;
        if let Some(svg) = sweep_svg(&report) {
            write_file(&folder.join("sweep.svg"), &svg)?;
        }
    }
    say(&sweep_text(&report))?;
    Ok(!stop.load(Ordering::Relaxed))
}

/// The folder, made where it is not there.
pub fn make_folder(folder: &Path) -> Result<(), CliError> {
    std::fs::create_dir_all(folder).map_err(|source| CliError::Write { path: folder.to_owned(), source })
}

/// The sweep of the file with what the options replace, or the one the options make of a scenario.
fn asked(arguments: &SweepArguments) -> Result<Sweep, CliError> {
    let Source { scenario: file, .. } = &arguments.source;
    let mut sweep = match search_kind(file)? {
        Some(SearchKind::Sweep) => load_sweep(file)?.1,
        Some(_) => {
            let text = format!("`{}` is no sweep, allowed: a scenario or a sweep", file.display());
            return Err(CliError::Usage(text));
        }
        None => Sweep {
            subject: Subject { scenario: file.clone(), robot: None, changes: Vec::new() },
            axes: Vec::new(),
            method: Method::default(),
            points: POINTS,
            design_seed: 0,
            seeds: 0..1,
            metrics: vec![METRIC.to_owned()],
        },
    };
    sweep.subject.changes.extend(asked_changes(&arguments.source.overlays, &arguments.source.changes)?);
    if let Some(robot) = &arguments.source.robot {
        sweep.subject.robot = Some(robot.clone());
    }
    if !arguments.over.is_empty() {
        sweep.axes.clone_from(&arguments.over);
    }
    if let Some(method) = arguments.method {
        sweep.method = method;
    }
    if let Some(points) = arguments.points {
        sweep.points = points as usize;
    }
    if let Some(seed) = arguments.design_seed {
        sweep.design_seed = seed;
    }
    if let Some(seeds) = &arguments.seeds {
        sweep.seeds = seeds.clone();
    }
    if !arguments.metrics.is_empty() {
        sweep.metrics.clone_from(&arguments.metrics);
    }
    if sweep.axes.is_empty() {
        return Err(CliError::Usage("no field to sweep; `--over PATH=LOW..HIGH` names one".to_owned()));
    }
    let paths: Vec<&str> = sweep.axes.iter().map(|axis| axis.path()).collect();
    if let Some(twice) = (1..paths.len()).find(|&i| paths[..i].contains(&paths[i])) {
        return Err(CliError::Usage(format!("`--over` names `{}` twice", paths[twice])));
    }
    if let Some(unknown) = sweep.metrics.iter().find(|name| !METRIC_NAMES.contains(&name.as_str())) {
        let known = METRIC_NAMES.join(", ");
        return Err(CliError::Usage(format!("there is no metric `{unknown}`, allowed: one of {known}")));
    }
    Ok(sweep)
}
