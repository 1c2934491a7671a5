//! `loong limits`: how far the robot goes.

use std::path::PathBuf;
use std::sync::atomic::Ordering;

use super::args::LimitsArguments;
use super::error::CliError;
use super::run::{progress, say, style, write_file};
use super::shipped;
use super::sweep::make_folder;
use super::test::{stop_on_interrupt, threads};
use crate::config::asked_changes;
use crate::search::{
    LimitsOptions, SearchKind, limits_svg, limits_text, load_limits, run_limits, search_kind,
};

/// The standard quantities, from the project's folder.
const LIMITS: &str = "configs/search/limits.ron";

/// Finds limits; true where all were found.
pub fn limits(arguments: &LimitsArguments) -> Result<bool, CliError> {
    let (file, scenario) = files(arguments)?;
    let loaded = load_limits(&file)?;
    let names: Vec<&str> = loaded.config.quantities.iter().map(|quantity| quantity.name.as_str()).collect();
    if let Some(unknown) = arguments.quantities.iter().find(|name| !names.contains(&name.as_str())) {
        let known = names.join(", ");
        return Err(CliError::Usage(format!("there is no quantity `{unknown}`, allowed: {known}")));
    }
    let options = LimitsOptions {
        jobs: threads(arguments.jobs),
        quantities: arguments.quantities.clone(),
        seeds: arguments.seeds.clone(),
        scenario,
        robot: arguments.robot.clone(),
        changes: asked_changes(&arguments.overlays, &arguments.changes)?,
    };
    if let Some(folder) = &arguments.out {
        make_folder(folder)?;
    }
    let stop = stop_on_interrupt()?;
    let bar = progress(0);
    bar.set_style(style("{elapsed} {pos} values tried, {msg}"));
    let report = run_limits(&loaded, &options, &stop, &|title, found| match found {
        None => {
            bar.inc(1);
            bar.set_message(title.to_owned());
        }
        Some(bound) => bar.println(match bound.limit {
            Some(limit) => format!("{title}: {limit} {}", bound.unit),
            None => format!("{title}: fails at once"),
        }),
    });
    bar.finish_and_clear();
    let report = report?;
    if let Some(folder) = &arguments.out {
        write_file(&folder.join("limits.json"), &serde_json::to_string_pretty(&report)?)?;
        write_file(&folder.join("limits.svg"), &limits_svg(&report))?;
    }
    say(&limits_text(&report))?;
    Ok(!stop.load(Ordering::Relaxed))
}

/// The file of limits, and the scenario that takes the place of its own.
fn files(arguments: &LimitsArguments) -> Result<(PathBuf, Option<PathBuf>), CliError> {
    let Some(file) = &arguments.file else { return Ok((shipped(LIMITS), None)) };
    match search_kind(file)? {
        Some(SearchKind::Limits) => Ok((file.clone(), None)),
        Some(_) => {
            let text = format!("`{}` has no limits, allowed: a file of limits or a scenario", file.display());
            Err(CliError::Usage(text))
        }
        None => Ok((shipped(LIMITS), Some(file.clone()))),
    }
}
