//! `loong export`: a robot becomes a URDF or MJCF file.

use std::path::Path;

use super::args::{ExportArguments, ExportFormat};
use super::error::CliError;
use super::run::{say, write_file};
use crate::config::load_robot;
use crate::exchange::{to_mjcf, to_urdf};

/// Reads the robot, writes the model, and says what its format has no word for.
pub fn export(arguments: &ExportArguments) -> Result<bool, CliError> {
    let robot = load_robot(&arguments.robot)?;
    let exported = match arguments.format {
        ExportFormat::Urdf => to_urdf(&robot.config),
        ExportFormat::Mjcf => to_mjcf(&robot.config),
    };
    for warning in &exported.warnings {
        eprintln!("warning: {warning}");
    }
    match arguments.out.as_deref() {
        Some(path) if path != Path::new("-") => {
            write_file(path, exported.text.trim_end())?;
            say(&format!("{} written to {}", robot.config.name, path.display()))?;
        }
        _ => say(&exported.text)?,
    }
    Ok(true)
}
