//! `loong tune`: the best values of fields.

use super::args::TuneArguments;
use super::error::CliError;
use super::run::{progress, say, style, write_file};
use super::sweep::make_folder;
use super::test::{stop_on_interrupt, threads};
use crate::config::asked_changes;
use crate::report::number;
use crate::search::{TuneOptions, evaluations_csv, load_tune, run_tune, tune_text, tuned_overlay};

/// Tunes; true where something better was found, on held-out seeds too.
pub fn tune(arguments: &TuneArguments) -> Result<bool, CliError> {
    let loaded = load_tune(&arguments.file)?;
    let options = TuneOptions {
        jobs: threads(arguments.jobs),
        budget: arguments.budget.map(|budget| budget as usize),
        robot: arguments.robot.clone(),
        changes: asked_changes(&arguments.overlays, &arguments.changes)?,
    };
    if let Some(folder) = &arguments.out {
        make_folder(folder)?;
    }
    let stop = stop_on_interrupt()?;
    let bar = progress(options.budget.unwrap_or(loaded.config.budget) as u64);
    bar.set_style(style("{bar:40} {pos} of {len} evaluations, {msg}, {eta} left"));
    bar.tick();
    let report = run_tune(&loaded, &options, &stop, |evaluations, best| {
        bar.set_position(evaluations.len() as u64);
        let cost = |at: usize| number(Some(evaluations[at].cost));
        bar.set_message(format!("best {}, as it was {}", cost(best), cost(0)));
    });
    bar.finish_and_clear();
    let report = report?;
    let overlay = tuned_overlay(&report, &command(arguments));
    if let Some(folder) = &arguments.out {
        write_file(&folder.join("overlay.ron"), overlay.trim_end())?;
        write_file(&folder.join("evaluations.csv"), evaluations_csv(&report).trim_end())?;
        say(&tune_text(&report))?;
    } else {
        say(&format!("{}\n{overlay}", tune_text(&report)))?;
    }
    Ok(report.improved())
}

/// The command as it would be typed again.
fn command(arguments: &TuneArguments) -> String {
    let mut command = format!("loong tune {}", arguments.file.display());
    if let Some(robot) = &arguments.robot {
        command += &format!(" --robot {}", robot.display());
    }
    for overlay in &arguments.overlays {
        command += &format!(" --overlay {}", overlay.display());
    }
    for change in &arguments.changes {
        command += &format!(" --set '{change}'");
    }
    if let Some(budget) = arguments.budget {
        command += &format!(" --budget {budget}");
    }
    command
}
