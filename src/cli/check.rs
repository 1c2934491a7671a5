//! `loong check`: parse, check, and say what is wrong.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use super::error::CliError;
use crate::config::load::{LoadedFile, load_file};
use crate::judge::METRIC_NAMES;
use crate::search::{
    LimitsOptions, SearchKind, check_tune, count_limits, load_limits, load_sweep, load_tune, search_kind,
};
use crate::suite::{Plan, Selection};

/// Checks every file; the first wrong one does not hide the others.
pub fn check(files: &[PathBuf]) -> Result<bool, CliError> {
    let color = std::io::stderr().is_terminal();
    let mut wrong = Vec::new();
    for path in files {
        match search(path) {
            Ok(None) => {}
            Ok(Some(line)) => {
                println!("{line}");
                continue;
            }
            Err(error) => {
                eprintln!("{}", error.text());
                wrong.push(path);
                continue;
            }
        }
        match load_file(path, METRIC_NAMES) {
            Ok(LoadedFile::Robot(robot)) => {
                let links = robot.config.links.len();
                println!("{}: robot {}, {links} links, ok", path.display(), robot.config.name);
            }
            Ok(LoadedFile::Scenario(loaded)) => {
                println!("{}: scenario {}, ok", path.display(), loaded.scenario.config.name);
            }
            Ok(LoadedFile::Suite(suite)) => match Plan::of_suite(&suite) {
                Ok(plan) => {
                    let runs = plan.cases(&Selection::default()).len();
                    println!("{}: suite {}, {runs} runs, ok", path.display(), suite.config.name);
                }
                Err(error) => {
                    eprintln!("{}", error.render(color));
                    wrong.push(path);
                }
            },
            Err(error) => {
                eprintln!("{}", error.render(color));
                wrong.push(path);
            }
        }
    }
    if wrong.is_empty() {
        return Ok(true);
    }
    Err(CliError::Usage(format!("{} of {} files are wrong", wrong.len(), files.len())))
}

/// Checks a file of a search and says what it is; none where it is something else.
fn search(path: &Path) -> Result<Option<String>, CliError> {
    let line = match search_kind(path)? {
        None => return Ok(None),
        Some(SearchKind::Sweep) => {
            let (loaded, sweep) = load_sweep(path)?;
            sweep.check()?;
            format!("sweep {}, {} runs, ok", loaded.config.name, sweep.runs())
        }
        Some(SearchKind::Tune) => {
            let loaded = load_tune(path)?;
            check_tune(&loaded)?;
            format!("tuning {}, {} evaluations, ok", loaded.config.name, loaded.config.budget)
        }
        Some(SearchKind::Limits) => {
            let loaded = load_limits(path)?;
            let count = count_limits(&loaded, &LimitsOptions::default())?;
            format!("limits {}, {count} to find, ok", loaded.config.name)
        }
    };
    Ok(Some(format!("{}: {line}", path.display())))
}
