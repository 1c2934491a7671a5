//! `loong generate`: what a course is with a seed, as a scenario to keep, to look at and to change.

use super::args::GenerateArguments;
use super::error::CliError;
use super::export::refuse_own_source;
use super::new::refuse_existing;
use super::run::{say, write_file};
use crate::config::derived::{derived_text, listed, named, ron_of};
use crate::config::{LoadOptions, load_scenario};
use crate::course::laid_out;
use crate::judge::known_names;

/// Draws the course and writes it.
pub fn generate(arguments: &GenerateArguments) -> Result<bool, CliError> {
    let GenerateArguments { scenario: source, seed, out, force } = arguments;
    let options: LoadOptions<'_> = known_names();
    let loaded = load_scenario(source, &options)?;
    let scenario = &loaded.scenario.config;
    if scenario.course.is_none() {
        let text = format!("`{}` has no `course` to draw", source.display());
        return Err(CliError::Usage(text));
    }
    let name = format!("{}_{seed}", scenario.name);
    let path = out.clone().unwrap_or_else(|| source.with_file_name(format!("{name}.ron")));
    refuse_own_source(source, &path)?;
    refuse_existing(&path, *force)?;

    let drawn = laid_out(scenario, *seed);
    let changes = || -> Result<Vec<(String, String)>, String> {
        Ok(vec![
            ("name".to_owned(), ron_of(&name)?),
            ("course".to_owned(), "None".to_owned()),
            ("terrain.features".to_owned(), listed(&drawn.terrain.features)?),
            ("command".to_owned(), ron_of(&drawn.command)?),
        ])
    };
    let changes = changes().map_err(CliError::Internal)?;
    let head = format!("Drawn by `loong generate {} --seed {seed}`.", source.display());
    let text = derived_text(&head, &named(source, &path), &changes);
    write_file(&path, text.trim_end())?;
    let path = path.display();
    say(&format!("{path} written. What now?\n  loong view {path}\n  loong run {path} --seed {seed}"))?;
    Ok(true)
}
