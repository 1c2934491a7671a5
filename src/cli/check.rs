//! `loong check`: parse, check, and say what is wrong.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::error::CliError;
use super::run::say;
use crate::config::ConfigError;
use crate::config::load::{Loaded, LoadedFile, load_file};
use crate::config::robot::RobotConfig;
use crate::judge::known_names;
use crate::model::{ModelError, RobotModel, check_stance};
use crate::search::{
    LimitsOptions, SearchKind, check_tune, count_limits, load_limits, load_sweep, load_tune, search_kind,
};
use crate::suite::{Baseline, Plan, Selection, is_baseline};

/// Checks files and all those in folders; the first wrong one does not hide the others.
pub fn check(paths: &[PathBuf]) -> Result<bool, CliError> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            let before = files.len();
            add_folder(path, &mut BTreeSet::new(), &mut files)?;
            if files.len() == before {
                let text = format!("`{}` is a folder without a `.ron` file", path.display());
                return Err(CliError::Usage(text));
            }
        } else {
            files.push(path.clone());
        }
    }
    let mut wrong = 0;
    for file in &files {
        match check_file(file) {
            Ok(what) => say(&format!("{}: {what}, ok", file.display()))?,
            Err(error) => {
                eprintln!("{}", error.text());
                wrong += 1;
            }
        }
    }
    if wrong > 0 {
        return Err(CliError::Usage(format!("{wrong} of {} files are wrong", files.len())));
    }
    if files.len() > 1 {
        say(&format!("{} files, all right", files.len()))?;
    }
    Ok(true)
}

/// Reads and checks a file and what it names: what it turned out to be. Whether an overlay's values fit
/// is known only with a scenario.
fn check_file(path: &Path) -> Result<String, CliError> {
    if let Some(what) = search(path)? {
        return Ok(what);
    }
    if is_baseline(path) {
        Baseline::read(path)?;
        return Ok("baseline".to_owned());
    }
    Ok(match load_file(path, &known_names())? {
        LoadedFile::Robot(robot) => {
            model_of(&robot)?;
            format!("robot {}, {} links", robot.config.name, robot.config.links.len())
        }
        LoadedFile::Scenario(loaded) => {
            model_of(&loaded.robot)?;
            format!("scenario {}", loaded.scenario.config.name)
        }
        LoadedFile::Overlay(changes) => format!("overlay, {} changes", changes.len()),
        LoadedFile::Suite(suite) => {
            let runs = Plan::of_suite(&suite)?.cases(&Selection::default()).len();
            format!("suite {}, {runs} runs", suite.config.name)
        }
    })
}

/// Builds the model; what is wrong with that is shown in the robot's file.
pub fn model_of(robot: &Loaded<RobotConfig>) -> Result<RobotModel, ConfigError> {
    let refuse = |error: ModelError| error.in_file(robot);
    let model = RobotModel::build(&robot.config).map_err(refuse)?;
    check_stance(&robot.config, &model).map_err(refuse)?;
    Ok(model)
}

/// The `.ron` files of a folder and those below it, in order of their names; a folder that links lead
/// back to counts once.
fn add_folder(folder: &Path, seen: &mut BTreeSet<PathBuf>, files: &mut Vec<PathBuf>) -> Result<(), CliError> {
    let error = |source| CliError::Read { path: folder.to_owned(), source };
    if !seen.insert(folder.canonicalize().map_err(error)?) {
        return Ok(());
    }
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(error)? {
        paths.push(entry.map_err(error)?.path());
    }
    paths.sort();
    for path in paths {
        if path.is_dir() {
            add_folder(&path, seen, files)?;
        } else if path.extension().is_some_and(|extension| extension == "ron") {
            files.push(path);
        }
    }
    Ok(())
}

/// Checks a file of a search and says what it is; none where it is something else.
fn search(path: &Path) -> Result<Option<String>, CliError> {
    let line = match search_kind(path)? {
        None => return Ok(None),
        Some(SearchKind::Sweep) => {
            let (loaded, sweep) = load_sweep(path)?;
            sweep.check()?;
            format!("sweep {}, {} runs", loaded.config.name, sweep.runs())
        }
        Some(SearchKind::Tune) => {
            let loaded = load_tune(path)?;
            check_tune(&loaded)?;
            format!("tuning {}, {} evaluations", loaded.config.name, loaded.config.budget)
        }
        Some(SearchKind::Limits) => {
            let loaded = load_limits(path)?;
            let count = count_limits(&loaded, &LimitsOptions::default())?;
            format!("limits {}, {count} to find", loaded.config.name)
        }
    };
    Ok(Some(line))
}
