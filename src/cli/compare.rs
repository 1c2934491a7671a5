//! `loong compare`: what changed between two suite runs.

use std::path::Path;

use super::args::CompareArguments;
use super::error::CliError;
use super::run::{say, write_file};
use crate::suite::{CaseRecord, RESULTS_FILE, compare as compare_records, comparison_text, read_records};

/// Compares the second folder with the first; false where a case that passed no longer does.
pub fn compare(arguments: &CompareArguments) -> Result<bool, CliError> {
    let comparison = compare_records(&records(&arguments.a)?, &records(&arguments.b)?);
    let json = serde_json::to_string_pretty(&comparison)?;
    match arguments.json.as_deref() {
        Some(path) if path == Path::new("-") => say(&json)?,
        Some(path) => {
            write_file(path, &json)?;
            say(&comparison_text(&comparison))?;
        }
        None => say(&comparison_text(&comparison))?,
    }
    Ok(!comparison.is_worse())
}

fn records(folder: &Path) -> Result<Vec<CaseRecord>, CliError> {
    let none = || CliError::Usage(format!("`{}` has no {RESULTS_FILE}", folder.display()));
    read_records(folder)?.ok_or_else(none)
}
