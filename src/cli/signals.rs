//! `loong signals`: what a log can hold and an expectation can bound.

use std::fmt::Write;
use std::path::Path;

use super::check::model_of;
use super::error::CliError;
use super::run::say;
use super::shipped;
use crate::config::load::{LoadedFile, load_file};
use crate::judge::known_names;
use crate::signals::signals_of;

/// Whose signals are listed where nothing is said, from the project's folder.
const ROBOT: &str = "configs/robots/healthy_loong.ron";

/// Prints name, unit and meaning of every signal.
pub fn signals(path: Option<&Path>) -> Result<bool, CliError> {
    let path = path.map_or_else(|| shipped(ROBOT), Path::to_owned);
    let robot = match load_file(&path, &known_names())? {
        LoadedFile::Robot(robot) => *robot,
        LoadedFile::Scenario(loaded) => loaded.robot,
        LoadedFile::Suite(_) | LoadedFile::Overlay(_) => {
            let found = format!("{} is no robot, allowed: a robot or a scenario", path.display());
            return Err(CliError::Usage(found));
        }
    };
    let model = model_of(&robot)?;
    let signals = signals_of(&model);
    let width = signals.iter().map(|signal| signal.name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for signal in &signals {
        // Writing into a string cannot fail.
        let _ = writeln!(text, "{:<width$}  {:<6}  {}", signal.name, signal.unit, signal.description);
    }
    say(&text)?;
    Ok(true)
}
