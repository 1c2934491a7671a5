//! A file in, a checked robot out.

use std::path::Path;

use super::assemble::{ImportOptions, assemble};
use super::draft::Note;
use super::merge::merge;
use super::ron_text::to_ron;
use super::xml::{self, Element};
use super::{mjcf_read, urdf_read};
use crate::config::check;
use crate::config::diagnostic::{ConfigError, Diagnostic, MAX_FINDINGS};
use crate::config::robot::RobotConfig;
use crate::model::RobotModel;

/// What a file is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceFormat {
    /// Unified Robot Description Format.
    Urdf,
    /// MuJoCo's modelling format.
    Mjcf,
}

/// A robot that was imported.
#[derive(Debug, Clone)]
pub struct Imported {
    /// The robot, checked.
    pub config: RobotConfig,
    /// The format it was read from.
    pub format: SourceFormat,
    /// What was assumed, dropped and changed.
    pub notes: Vec<Note>,
    /// The robot as a file.
    pub ron: String,
}

/// Reads a URDF or MJCF file; which of them it is shows its root element.
///
/// # Errors
/// Mistakes at their place in the file; where the robot as a whole cannot be, at the file's root.
pub fn import(path: &Path, options: &ImportOptions) -> Result<Imported, ConfigError> {
    of_root(&xml::read(path)?, path, options)
}

/// The same from a text that came from `path`, beside which included files are looked for.
///
/// # Errors
/// As [`import`].
pub fn import_text(path: &Path, text: String, options: &ImportOptions) -> Result<Imported, ConfigError> {
    of_root(&xml::parse(path, text)?, path, options)
}

fn of_root(root: &Element, path: &Path, options: &ImportOptions) -> Result<Imported, ConfigError> {
    let (format, draft) = match root.name.as_str() {
        "robot" => (SourceFormat::Urdf, urdf_read::read(root)?),
        "mujoco" => (SourceFormat::Mjcf, mjcf_read::read(root)?),
        other => {
            let found = format!("the root element <{other}>");
            return Err(root.place.refuse(found, "<robot> of a URDF or <mujoco> of an MJCF file").into());
        }
    };
    let source = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let (config, notes) = assemble(merge(draft)?, options, &source)?;
    let ron = to_ron(&config, &source, &notes);
    // What is handed on is what the file will say.
    let config: RobotConfig = ron::from_str(&ron).map_err(|error| -> Diagnostic {
        root.place.refuse(format!("names or numbers that RON cannot say: {error}"), "a robot RON can say")
    })?;
    let findings = check::robot(&config);
    if !findings.is_empty() {
        let omitted = findings.len().saturating_sub(MAX_FINDINGS);
        let shown = findings.into_iter().take(MAX_FINDINGS);
        let diagnostics = shown.map(|finding| {
            let found = format!("a robot whose `{}` is {}", finding.path, finding.found);
            root.place.refuse(found, finding.allowed)
        });
        return Err(ConfigError::new(diagnostics.collect(), omitted));
    }
    RobotModel::build(&config).map_err(|error| -> Diagnostic {
        root.place.refuse(error.to_string(), "a robot the model can be built of")
    })?;
    Ok(Imported { config, format, notes, ron })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_files_are_refused() {
        let error = import_text(Path::new("a.sdf"), "<sdf/>".into(), &ImportOptions::default())
            .expect_err("no robot");
        assert!(error.to_string().contains("<sdf>"), "{error}");
    }
}
