//! `loong schema`: JSON Schemas of the files.

use clap::ValueEnum;

use super::error::CliError;
use super::run::say;
use crate::config::schema::{Kind, schema as schema_of};

/// A kind of file, as an argument.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum KindArgument {
    /// A robot.
    Robot,
    /// A scenario.
    Scenario,
    /// A suite.
    Suite,
}

/// Prints the schema of a kind of file.
pub fn schema(kind: KindArgument) -> Result<bool, CliError> {
    let kind = match kind {
        KindArgument::Robot => Kind::Robot,
        KindArgument::Scenario => Kind::Scenario,
        KindArgument::Suite => Kind::Suite,
    };
    say(&serde_json::to_string_pretty(&schema_of(kind))?)?;
    Ok(true)
}
