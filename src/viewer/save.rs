//! A run done by hand as a scenario file: what it is based on, and what was done when.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use serde::Serialize;

use super::live::Origin;
use crate::config::file_name::relative;
use crate::config::overlay_text;
use crate::config::scenario::{Expectation, ScenarioConfig};
use crate::record::AtomicFile;
use crate::simulation::Simulation;

/// Writes what happened up to now; returns what to tell the user.
///
/// # Errors
/// A message for the user: nothing has happened yet, or the file cannot be written.
pub(super) fn save(
    path: &Path,
    origin: &Origin,
    scenario: &ScenarioConfig,
    seed: u64,
    simulation: &Simulation,
) -> Result<String, String> {
    let time_s = simulation.time_s();
    if time_s <= 0.0 {
        return Err("nothing has happened yet".to_owned());
    }
    let actions: Vec<_> = simulation.actions().iter().filter(|done| done.at_s < time_s - 1e-9).collect();
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let upright = Expectation { metric: Some("fell".to_owned()), max: Some(0.0), ..Expectation::default() };
    let expectations = if simulation.fallen_s().is_some() { Vec::new() } else { vec![upright] };
    let mut changes = origin.changes.clone();
    if let Some(robot) = &origin.robot {
        changes.push(("robot".to_owned(), ron_of(&named(robot, path))?));
    }
    for (field, value) in [
        ("name", ron_of(&name)?),
        ("description", ron_of(&format!("Done by hand, after {}.", scenario.name))?),
        ("duration_s", ron_of(&time_s)?),
        ("start", ron_of(&scenario.start)?),
        ("actions", listed(&actions)?),
        ("expectations", ron_of(&expectations)?),
    ] {
        changes.retain(|(path, _)| path != field);
        changes.push((field.to_owned(), value));
    }
    let hash = format!("{:016x}", simulation.state_hash());
    let mut text = format!(
        "// Recorded in the window. It ends with state_hash {hash}:\n//     loong run {} --seed {seed}\n(\n",
        path.display()
    );
    // Writing to a string cannot fail.
    let _ = writeln!(text, "    base: {},", ron_of(&named(&origin.scenario, path))?);
    let map = overlay_text("", changes.iter().map(|(path, value)| (path.as_str(), value.as_str())));
    let _ = writeln!(text, "    changes: {},", map.trim().replace('\n', "\n    "));
    text.push_str(")\n");
    write(path, &text).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(format!("saved {} with state_hash {hash}", path.display()))
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = AtomicFile::create(path)?;
    file.write_all(text.as_bytes())?;
    file.commit()
}

fn ron_of(value: &impl Serialize) -> Result<String, String> {
    ron::to_string(value).map_err(|error| error.to_string())
}

/// A list with an element a line.
fn listed<T: Serialize>(elements: &[T]) -> Result<String, String> {
    let mut text = "[\n".to_owned();
    for element in elements {
        let _ = writeln!(text, "        {},", ron_of(element)?);
    }
    text.push_str("    ]");
    Ok(text)
}

/// How a file is named in another: from the other's folder where they share one, in full elsewhere.
fn named(file: &Path, from: &Path) -> String {
    let full = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let (file, from) = (full(file), full(from));
    relative(from.parent().unwrap_or(Path::new("")), &file).display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_from_where_they_are_read() {
        let named = |file: &str, from: &str| named(Path::new(file), Path::new(from));
        assert_eq!(named("/a/b/x.ron", "/a/b/y.ron"), "x.ron");
        assert_eq!(named("/a/b/x.ron", "/a/c/d/y.ron"), "../../b/x.ron");
        assert_eq!(named("/a/x.ron", "/b/y.ron"), "/a/x.ron");
    }
}
