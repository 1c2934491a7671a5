//! `loong check`: parse, check, and say what is wrong.

use std::io::IsTerminal;
use std::path::PathBuf;

use super::error::CliError;
use crate::config::load::{LoadedFile, load_file};
use crate::judge::METRIC_NAMES;
use crate::suite::{Plan, Selection};

/// Checks every file; the first wrong one does not hide the others.
pub fn check(files: &[PathBuf]) -> Result<bool, CliError> {
    let color = std::io::stderr().is_terminal();
    let mut wrong = Vec::new();
    for path in files {
        match load_file(path, METRIC_NAMES) {
            Ok(LoadedFile::Robot(robot)) => {
                let links = robot.config.links.len();
                println!("{}: robot {}, {links} links, ok", path.display(), robot.config.name);
            }
            Ok(LoadedFile::Scenario(loaded)) => {
                println!("{}: scenario {}, ok", path.display(), loaded.scenario.config.name);
            }
            Ok(LoadedFile::Suite(suite)) => match Plan::of_suite(&suite, &[]) {
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
