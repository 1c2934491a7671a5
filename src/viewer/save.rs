//! A run done by hand as a scenario file: what it is based on, and what was done when.

use std::io::Write as _;
use std::path::Path;

use super::live::Origin;
use crate::config::derived::{derived_text, listed, named, ron_of};
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
    let head = format!(
        "Recorded in the window. It ends with state_hash {hash}:\n    loong run {} --seed {seed}",
        path.display()
    );
    let text = derived_text(&head, &named(&origin.scenario, path), &changes);
    write(path, &text).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(format!("saved {} with state_hash {hash}", path.display()))
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = AtomicFile::create(path)?;
    file.write_all(text.as_bytes())?;
    file.commit()
}
