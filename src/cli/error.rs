//! What stops a command, and the exit code it ends with.

use std::io::{self, IsTerminal};
use std::path::PathBuf;

use crate::config::{ConfigError, Diagnostic};
use crate::record::LogError;
use crate::search::SearchError;
use crate::simulation::SimulationError;
use crate::suite::{JournalError, PlanError};

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// A robot, a scenario or an override is wrong.
    #[error("{0}")]
    Config(ConfigError),
    /// The run cannot start.
    #[error("error: {0}")]
    Simulation(#[from] SimulationError),
    /// The log cannot be written.
    #[error("error: {0}")]
    Log(#[from] LogError),
    /// A file cannot be written.
    #[error("error: cannot write `{path}`: {source}")]
    Write {
        /// Where to.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file or folder cannot be read.
    #[error("error: cannot read `{path}`: {source}")]
    Read {
        /// Which one.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The report is no JSON.
    #[error("internal error: {0}")]
    Json(#[from] serde_json::Error),
    /// Options that do not go together.
    #[error("error: {0}")]
    Usage(String),
    /// The paths given make no suite.
    #[error("error: {0}")]
    Plan(PlanError),
    /// The records of a suite cannot be read or kept.
    #[error("error: {0}")]
    Journal(#[from] JournalError),
    /// A mistake of this program.
    #[error("internal error: {0}")]
    Internal(String),
    /// The window or a picture failed.
    #[cfg(feature = "viewer")]
    #[error("error: {0}")]
    Viewer(#[from] crate::viewer::ViewerError),
}

#[cfg(feature = "viewer")]
impl From<crate::viewer::OpenError> for CliError {
    fn from(error: crate::viewer::OpenError) -> Self {
        use crate::viewer::OpenError;
        match error {
            OpenError::Config(error) => Self::Config(error),
            OpenError::Simulation(error) => Self::Simulation(error),
            OpenError::Log(_) | OpenError::Replay { .. } => Self::Usage(error.to_string()),
        }
    }
}

impl From<ConfigError> for CliError {
    fn from(error: ConfigError) -> Self {
        Self::Config(error)
    }
}

impl From<Diagnostic> for CliError {
    fn from(error: Diagnostic) -> Self {
        Self::Config(error.into())
    }
}

impl From<SearchError> for CliError {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::Config(error) => Self::Config(error),
            SearchError::Internal(error) => Self::Internal(error),
            SearchError::Interrupted => Self::Usage("interrupted before anything was found".to_owned()),
        }
    }
}

impl From<PlanError> for CliError {
    fn from(error: PlanError) -> Self {
        match error {
            PlanError::Config(error) => Self::Config(error),
            other => Self::Plan(other),
        }
    }
}

impl CliError {
    /// As the user reads it; in colour on a terminal.
    pub fn text(&self) -> String {
        match self {
            Self::Config(error) => error.render(io::stderr().is_terminal()),
            other => other.to_string(),
        }
    }

    /// Exit code of the program.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Config(_) | Self::Usage(_) | Self::Read { .. } | Self::Write { .. } => 2,
            // A robot or a place that cannot be is bad input; disagreement of the physics is ours.
            Self::Simulation(SimulationError::SelfCheck(_))
            | Self::Log(LogError::Simulation(SimulationError::SelfCheck(_))) => 3,
            Self::Simulation(_) | Self::Log(_) => 2,
            Self::Plan(_) | Self::Journal(_) => 2,
            Self::Json(_) | Self::Internal(_) => 3,
            #[cfg(feature = "viewer")]
            Self::Viewer(error) => {
                if error.is_input() {
                    2
                } else {
                    3
                }
            }
        }
    }
}
