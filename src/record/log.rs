//! A run's log: which kind, and when a sample is due.

use std::io;
use std::path::{Path, PathBuf};

use super::csv::CsvLog;
use super::mcap_file::McapLog;
use crate::config::LoadedScenario;
use crate::model::{ModelError, RobotModel};
use crate::report::RunReport;
use crate::signals::{Moment, UnknownSignal};
use crate::simulation::{Simulation, SimulationError};

/// Samples a simulated second where nothing is said [Hz].
const RATE_HZ: f64 = 100.0;

/// Why a run could not be logged.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The file could not be written.
    #[error("cannot write `{path}`: {source}")]
    Write {
        /// Where to.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The path's extension is that of no log.
    #[error("cannot write `{path}`: found the extension `{found}`, allowed: `csv` or `mcap`")]
    Kind {
        /// Where to.
        path: PathBuf,
        /// What it ends in.
        found: String,
    },
    /// A signal that is wanted is not there.
    #[error("--signals: {0}")]
    Signal(#[from] UnknownSignal),
    /// The run itself could not start.
    #[error(transparent)]
    Simulation(#[from] SimulationError),
}

impl From<ModelError> for LogError {
    fn from(error: ModelError) -> Self {
        Self::Simulation(error.into())
    }
}

/// What goes into a log.
#[derive(Debug, Clone, Default)]
pub struct LogOptions {
    /// Names and patterns of signals; the usual ones where empty.
    pub signals: Vec<String>,
    /// Samples a simulated second [Hz]; 100 where absent, at most one a tick.
    pub rate_hz: Option<f64>,
}

/// A log of a run, CSV or MCAP by its path's extension.
#[derive(Debug)]
pub struct RunLog {
    kind: Kind,
    path: PathBuf,
    rate_hz: f64,
    samples: u64,
}

#[derive(Debug)]
enum Kind {
    Csv(CsvLog),
    Mcap(Box<McapLog>),
}

impl RunLog {
    /// Begins a log of a run that has not begun.
    ///
    /// # Errors
    /// Where the file cannot be made, its extension is unknown, or the robot has no such signal.
    pub fn create(
        path: &Path,
        loaded: &LoadedScenario,
        seed: u64,
        options: &LogOptions,
    ) -> Result<Self, LogError> {
        let model = RobotModel::build(&loaded.robot.config)?;
        let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        let kind = match extension.as_str() {
            "csv" => Kind::Csv(CsvLog::create(path, &model, &options.signals)?),
            "mcap" => Kind::Mcap(Box::new(McapLog::create(path, loaded, &model, seed, &options.signals)?)),
            _ => return Err(LogError::Kind { path: path.to_owned(), found: extension }),
        };
        Ok(Self { kind, path: path.to_owned(), rate_hz: options.rate_hz.unwrap_or(RATE_HZ), samples: 0 })
    }

    /// Takes what happened in the last tick; writes a sample where one is due.
    ///
    /// # Errors
    /// Where the disk is full or gone.
    pub fn observe(&mut self, simulation: &Simulation) -> Result<(), LogError> {
        if simulation.time_s() < self.samples as f64 / self.rate_hz - 1e-9 {
            return Ok(());
        }
        // With more samples wanted than there are ticks, each tick is one.
        self.samples = (simulation.time_s() * self.rate_hz + 1e-6).floor() as u64 + 1;
        let moment = Moment::of(simulation);
        let written = match &mut self.kind {
            Kind::Csv(log) => log.write(&moment),
            Kind::Mcap(log) => log.write(simulation, &moment),
        };
        written.map_err(|source| LogError::Write { path: self.path.clone(), source })
    }

    /// Completes the log with the verdict and gives it its name.
    ///
    /// # Errors
    /// Where it cannot be completed.
    pub fn finish(self, report: &RunReport) -> Result<(), LogError> {
        let finished = match self.kind {
            Kind::Csv(log) => log.finish(),
            Kind::Mcap(log) => log.finish(report),
        };
        finished.map_err(|source| LogError::Write { path: self.path, source })
    }
}
