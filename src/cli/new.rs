//! `loong new`: a robot or a scenario to start from.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::args::NewArguments;
use super::error::CliError;
use super::run::{say, write_file};
use super::shipped;
use crate::config::file_name::relative;

/// A plain biped.
const ROBOT: &str = include_str!("templates/robot.ron");
/// A robot that is another one, changed.
const VARIANT: &str = include_str!("templates/variant.ron");
/// A walk on flat ground.
const SCENARIO: &str = include_str!("templates/scenario.ron");

/// The robot a new scenario is for, from the project's folder.
const SHIPPED_ROBOT: &str = "configs/robots/healthy_loong.ron";

/// What a new robot is tried with, from the project's folder.
const STAND: &str = "configs/scenarios/stand.ron";

/// What is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum NewKind {
    /// A plain biped, complete; with `--base`, another robot and changes of it.
    Robot,
    /// A walk on flat ground.
    Scenario,
}

/// Writes a file to start from.
pub fn new(arguments: &NewArguments) -> Result<bool, CliError> {
    let NewArguments { kind, name, out, base, force } = arguments;
    if name.trim().is_empty() || name.chars().any(char::is_control) {
        return Err(CliError::Usage("the name must be a text of one line".to_owned()));
    }
    let folder = match kind {
        NewKind::Robot => "configs/robots",
        NewKind::Scenario => "configs/scenarios",
    };
    let path = out.clone().map_or_else(|| default_path(folder, name), Ok)?;
    refuse_existing(&path, *force)?;
    let quoted = format!("{name:?}");
    let stand = || format!("loong run {} --robot", shipped(STAND).display());
    let (text, next) = match (kind, base) {
        (NewKind::Robot, None) => (ROBOT.replace("NAME", &quoted), stand()),
        (NewKind::Robot, Some(base)) => {
            let text = VARIANT.replace("BASE", &reference(&path, base)?);
            (text.replace("NAME", &quoted), stand())
        }
        (NewKind::Scenario, Some(_)) => {
            return Err(CliError::Usage("`--base` is for robots".to_owned()));
        }
        (NewKind::Scenario, None) => {
            let text = SCENARIO.replace("ROBOT", &reference(&path, &shipped(SHIPPED_ROBOT))?);
            (text.replace("NAME", &quoted), "loong run".to_owned())
        }
    };
    write_file(&path, text.trim_end())?;
    let path = path.display();
    say(&format!("{path} written. What now?\n  loong check {path}\n  {next} {path}"))?;
    Ok(true)
}

/// What is there stays there, unless the user insists.
pub fn refuse_existing(path: &Path, force: bool) -> Result<(), CliError> {
    if !force && path.symlink_metadata().is_ok() {
        let text = format!("`{}` is there already; `--force` writes over it", path.display());
        return Err(CliError::Usage(text));
    }
    Ok(())
}

/// The file of a name in the folder of its kind, or here where that is not there.
fn default_path(folder: &str, name: &str) -> Result<PathBuf, CliError> {
    if !name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-') {
        let text = format!("`{name}` names no file: letters, digits, `_` and `-` do, or say `-o FILE`");
        return Err(CliError::Usage(text));
    }
    let folder = Path::new(folder);
    let file = format!("{name}.ron");
    Ok(if folder.is_dir() { folder.join(file) } else { PathBuf::from(file) })
}

/// The quoted path of another file, relative to the folder of this one.
fn reference(path: &Path, other: &Path) -> Result<String, CliError> {
    let error = |path: &Path| {
        let path = path.to_owned();
        move |source| CliError::Read { path, source }
    };
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let folder = folder.canonicalize().map_err(error(folder))?;
    let other = other.canonicalize().map_err(error(other))?;
    let text = relative(&folder, &other).display().to_string();
    Ok(format!("{text:?}"))
}
