//! `loong export`: a robot becomes a URDF or MJCF file.

use std::path::Path;

use super::args::{ExportArguments, ExportFormat};
use super::error::CliError;
use super::run::{say, write_file};
use crate::config::load_robot;
use crate::exchange::{to_mjcf, to_urdf};

/// Reads the robot, writes the model, and says what its format has no word for.
pub fn export(arguments: &ExportArguments) -> Result<bool, CliError> {
    if let Some(out) = &arguments.out {
        refuse_own_source(&arguments.robot, out)?;
    }
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

/// A file made of another one must not take its place.
pub fn refuse_own_source(source: &Path, out: &Path) -> Result<(), CliError> {
    let same = matches!((source.canonicalize(), out.canonicalize()), (Ok(a), Ok(b)) if a == b);
    if same {
        return Err(CliError::Usage(format!("`{}` would be written over its own source", out.display())));
    }
    Ok(())
}
