//! `loong test`: suites of cases on all cores, and reports on them.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::available_parallelism;
use std::time::Instant;

use indicatif::ProgressBar;
use xxhash_rust::xxh3::xxh3_64;

use super::args::{CaseArguments, TestArguments};
use super::error::CliError;
use super::run::{progress, say, style, write_file};
use super::shipped;
use crate::config::{Override, read_overlays};
use crate::suite::{
    Baselines, Case, CaseRecord, Event, Gallery, Journal, Plan, PlanOptions, RunOptions, Selection,
    SuiteReport, gallery, gallery_size, html, junit, read_records, run, text,
};

/// What is run where no path is given, from the project's folder.
const REGRESSION: &str = "configs/suites/regression.ron";

/// Runs every wanted case; true where all groups pass.
pub fn test(arguments: &TestArguments) -> Result<bool, CliError> {
    let options = PlanOptions {
        robot: arguments.robot.clone(),
        overlays: read_overlays(&arguments.overlays)?,
        changes: Override::parse_all(&arguments.changes)?,
    };
    let (plan, cases) = plan(&arguments.paths, &options, &arguments.cases)?;
    if arguments.list {
        let ids: Vec<String> = cases.iter().map(|case| plan.id(*case)).collect();
        say(&ids.join("\n"))?;
        return Ok(true);
    }
    let baselines = Baselines::read(&plan, &cases, arguments.baselines.as_deref())?;
    if let Some(missing) = baselines.missing(&plan, &cases) {
        return Err(CliError::Usage(missing));
    }
    let started = Instant::now();
    let (records, stopped) = run_all(&plan, &cases, arguments)?;
    let report = SuiteReport::new(&plan, &cases, &records, &baselines, started.elapsed().as_secs_f64());
    if let Some(path) = &arguments.junit {
        let xml = junit(&report).map_err(|error| CliError::Internal(error.to_string()))?;
        write_file(path, &xml)?;
    }
    if let Some(path) = &arguments.html {
        // Who interrupts does not want to wait for pictures.
        let gallery = if stopped { Gallery::new() } else { draw(&report, threads(arguments.cases.jobs))? };
        write_file(path, &html(&report, &gallery))?;
    }
    say(&text(&report))?;
    if let Some(record) = report.internal_error() {
        return Err(CliError::Internal(format!("{}: {}", record.id, record.failures().join("; "))));
    }
    Ok(report.pass())
}

/// Runs again what the HTML report draws.
fn draw(report: &SuiteReport<'_>, jobs: usize) -> Result<Gallery, CliError> {
    let bar = progress(gallery_size(report) as u64);
    bar.set_style(style("{bar:40} {pos} of {len} runs drawn"));
    let drawn = gallery(report, jobs, || bar.inc(1));
    bar.finish_and_clear();
    drawn.map_err(|error| CliError::Internal(error.to_string()))
}

/// The plan of some paths, the regression suite's where there is none, and its wanted cases.
pub fn plan(
    paths: &[PathBuf],
    options: &PlanOptions,
    wanted: &CaseArguments,
) -> Result<(Plan, Vec<Case>), CliError> {
    let paths = if paths.is_empty() { vec![shipped(REGRESSION)] } else { paths.to_vec() };
    let mut plan = Plan::read(&paths, options)?;
    plan.program_hash = program_hash()?;
    let cases = plan.cases(&Selection { filter: wanted.filter.clone(), tag: wanted.tag.clone() });
    if cases.is_empty() {
        return Err(CliError::Usage(
            "no case has such an id or tag; `loong test --list` shows all".to_owned(),
        ));
    }
    Ok((plan, cases))
}

/// The records, and whether the user interrupted.
fn run_all(
    plan: &Plan,
    cases: &[Case],
    arguments: &TestArguments,
) -> Result<(Vec<CaseRecord>, bool), CliError> {
    let done = match &arguments.out {
        Some(folder) if arguments.resume => finished(plan, cases, folder)?,
        _ => Vec::new(),
    };
    let mut journal = arguments.out.as_ref().map(|folder| Journal::create(folder, &done)).transpose()?;
    let options = RunOptions {
        jobs: threads(arguments.cases.jobs),
        timeout_s: arguments.timeout,
        fail_fast: arguments.fail_fast,
    };
    let stop = stop_on_interrupt()?;
    let records = run_shown(plan, cases, done, &options, &stop, |record| match &mut journal {
        Some(journal) => Ok(journal.append(record)?),
        None => Ok(()),
    })?;
    if let Some(journal) = journal {
        journal.finish(&records)?;
    }
    let stopped = stop.load(Ordering::Relaxed);
    if stopped {
        eprintln!("Interrupted; `--out FOLDER --resume` would go on from what is finished.");
    }
    Ok((records, stopped))
}

/// Runs the cases with a bar on the terminal; `keep` takes each record as it is finished.
pub fn run_shown(
    plan: &Plan,
    cases: &[Case],
    done: Vec<CaseRecord>,
    options: &RunOptions,
    stop: &AtomicBool,
    mut keep: impl FnMut(&CaseRecord) -> Result<(), CliError>,
) -> Result<Vec<CaseRecord>, CliError> {
    let mut live = Live::new(cases.len(), &done);
    let records = run(plan, cases, done, options, stop, |event| {
        live.show(&event);
        if let Event::Finished(record) = &event { keep(record) } else { Ok(()) }
    });
    live.bar.finish_and_clear();
    records
}

/// As many threads as asked for, or as there are cores.
pub fn threads(jobs: Option<u16>) -> usize {
    jobs.map_or_else(|| available_parallelism().map_or(1, NonZero::get), usize::from)
}

/// Hash of the running program's file.
fn program_hash() -> Result<u64, CliError> {
    let error = |error: std::io::Error| CliError::Internal(format!("cannot read this program: {error}"));
    let path = std::env::current_exe().map_err(error)?;
    Ok(xxh3_64(&std::fs::read(path).map_err(error)?))
}

/// The records in the folder, less those whose scenario, robot or program has changed since.
pub fn finished(plan: &Plan, cases: &[Case], folder: &Path) -> Result<Vec<CaseRecord>, CliError> {
    let mut records = read_records(folder)?.unwrap_or_default();
    let ids: BTreeMap<String, Case> = cases.iter().map(|case| (plan.id(*case), *case)).collect();
    if let Some(record) = records.iter().find(|record| !ids.contains_key(&record.id)) {
        let folder = folder.display();
        let text = format!("{folder} has a record of `{}`, which this command does not run", record.id);
        return Err(CliError::Usage(text));
    }
    records.retain(|record| ids.get(&record.id).is_some_and(|case| record.is_of(plan, *case)));
    Ok(records)
}

/// A flag that Ctrl-C sets; a second Ctrl-C ends the program at once.
pub fn stop_on_interrupt() -> Result<Arc<AtomicBool>, CliError> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    let handler = move || {
        if flag.swap(true, Ordering::Relaxed) {
            std::process::exit(1);
        }
    };
    ctrlc::set_handler(handler).map_err(|error| CliError::Internal(error.to_string()))?;
    Ok(stop)
}

/// What a person sees while cases run.
struct Live {
    bar: ProgressBar,
    running: usize,
    passed: usize,
    failed: usize,
}

impl Live {
    fn new(cases: usize, done: &[CaseRecord]) -> Self {
        let bar = progress(cases as u64);
        bar.set_style(style("{bar:40} {pos} of {len} runs, {msg}, {eta} left"));
        bar.set_position(done.len() as u64);
        bar.reset_eta();
        let passed = done.iter().filter(|record| record.passed()).count();
        Self { bar, running: 0, passed, failed: done.len() - passed }
    }

    fn show(&mut self, event: &Event<'_>) {
        match event {
            Event::Started => self.running += 1,
            Event::Finished(record) => {
                self.running -= 1;
                if record.passed() {
                    self.passed += 1;
                } else {
                    self.failed += 1;
                    self.bar.println(format!("{} {}", record.verdict.word().to_uppercase(), record.id));
                }
                self.bar.inc(1);
            }
            Event::Waiting => self.bar.tick(),
        }
        let Self { running, passed, failed, .. } = self;
        self.bar.set_message(format!("{running} running, {passed} passed, {failed} failed"));
    }
}
