//! `loong view` and `loong shot`: a window, or pictures without one.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::args::{ShotArguments, ViewArguments};
use super::error::CliError;
use super::run::{load, located};
use super::{MISSION, configs, shipped};
use crate::config::LoadedScenario;
use crate::record::LogOptions;
use crate::viewer::{
    Both, LiveRun, Nothing, Opened, Opener, PanelJudge, Request, ShotOptions, Showing, ViewLog, ViewerError,
    WindowOptions, display_error, render_shots, run_window,
};

/// Opens a window on a run; a run that was watched is not judged.
pub fn view(arguments: &ViewArguments) -> Result<bool, CliError> {
    // Said before anything is built, which takes its time.
    if let Some(error) = display_error() {
        return Err(error.into());
    }
    let Some(file) = &arguments.file else { return start_page() };
    let request = Request {
        file: file.clone(),
        robot: arguments.robot.clone(),
        overlays: arguments.overlays.clone(),
        changes: arguments.changes.clone(),
        seed: arguments.seed,
    };
    let opener = opener();
    let (opened, log) = match &arguments.log {
        Some(path) => logged(&opener, &request, path.clone())?,
        None => (opener.open(&request)?, None),
    };
    let ghost = arguments.ghost.clone().map(|file| {
        let request = Request { seed: arguments.seed, ..Request::of(file) };
        opener.open(&request).map(|opened| opened.source)
    });
    let showing =
        Showing { opener, request, opened, ghost: ghost.transpose()?, start_page: false, trouble: None };
    show(showing, log)
}

/// Opens the window on all there is to choose from.
pub fn start_page() -> Result<bool, CliError> {
    let request = Request::of(shipped(MISSION));
    let opener = opener();
    let (opened, trouble) = match opener.open(&request) {
        Ok(opened) => (opened, None),
        // The page shows the others, and what is wrong with this one.
        Err(error) => (Opened { source: Box::new(Nothing::default()), loaded: None }, Some(error.text())),
    };
    show(Showing { opener, request, opened, ghost: None, start_page: true, trouble }, None)
}

fn opener() -> Opener {
    Opener { configs: configs(), observer: || Box::new(PanelJudge::default()) }
}

/// Opens a run whose log is written while it is watched.
fn logged(opener: &Opener, request: &Request, path: PathBuf) -> Result<(Opened, Option<ViewLog>), CliError> {
    if crate::record::is_log(&request.file) {
        return Err(CliError::Usage("a log is not logged again: leave out `--log`".to_owned()));
    }
    let loaded = request.load()?;
    let log = ViewLog::create(path, loaded.clone(), request.seed, LogOptions::default())?;
    let observer = Both((opener.observer)(), Box::new(log.clone()));
    let run = opener.run(&loaded, request, Box::new(observer))?;
    Ok((Opened { source: Box::new(run), loaded: Some(loaded) }, Some(log)))
}

/// Shows it until it is closed; false where the log could not be completed.
fn show(showing: Showing, log: Option<ViewLog>) -> Result<bool, CliError> {
    let failed = Arc::new(AtomicBool::new(false));
    let seen = failed.clone();
    let shown = run_window(showing, &WindowOptions::default(), move |source| {
        if let Some(Err(error)) = log.map(|log| log.finish(source)) {
            eprintln!("error: the log is not complete: {error}");
            seen.store(true, Ordering::Relaxed);
        }
    });
    match shown {
        Err(error) => Err(error.into()),
        Ok(()) if failed.load(Ordering::Relaxed) => Err(ViewerError::Log.into()),
        Ok(()) => Ok(true),
    }
}

/// A run to look at, with its judge.
pub fn live(loaded: &LoadedScenario, seed: u64) -> Result<LiveRun, CliError> {
    let (robot, scenario) = (loaded.robot.config.clone(), loaded.scenario.config.clone());
    LiveRun::new(robot, scenario, seed, Some(Box::new(PanelJudge::default())))
        .map_err(|error| located(loaded, error))
}

/// Renders pictures of a run at given times.
pub fn shot(arguments: &ShotArguments) -> Result<bool, CliError> {
    let name = arguments.source.scenario.file_stem().unwrap_or_default();
    let mut times_s = arguments.at.clone();
    times_s.sort_by(f64::total_cmp);
    let options = ShotOptions {
        times_s,
        picture: arguments.picture.options(arguments.picture.size.unwrap_or((1280, 720))),
        prefix: arguments.out.join(name),
    };
    let run = live(&load(&arguments.source)?, arguments.seed)?;
    std::fs::create_dir_all(&arguments.out)
        .map_err(|source| CliError::Write { path: arguments.out.clone(), source })?;
    for path in render_shots(Box::new(run), &options)? {
        println!("{}", path.display());
    }
    Ok(true)
}
