//! What a search runs, and its runs.

use std::convert::Infallible;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use crate::config::{ConfigError, Override};
use crate::suite::{Case, CaseError, CaseRecord, Event, Group, Plan, RunOptions, run};

/// What stops a search.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// A file or a change is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A mistake of this program.
    #[error("{0}")]
    Internal(String),
    /// Ctrl-C.
    #[error("interrupted")]
    Interrupted,
}

/// A scenario with a robot and changes that all runs of a search share.
#[derive(Debug, Clone)]
pub struct Subject {
    /// Scenario file.
    pub scenario: PathBuf,
    /// Robot file in place of the scenario's own.
    pub robot: Option<PathBuf>,
    /// Changes common to all runs.
    pub changes: Vec<Override>,
}

impl Subject {
    /// The subject with more changes, under a name, over its seeds.
    ///
    /// # Errors
    /// Every mistake in scenario, robot and changes.
    pub fn group(&self, id: String, more: &[String], seeds: Range<u64>) -> Result<Group, ConfigError> {
        let mut changes = self.changes.clone();
        changes.extend(Override::parse_all(more)?);
        Group::read(id, &self.scenario, self.robot.clone(), changes, seeds)
    }
}

/// Runs cases of groups and gives their records in the order of the cases; `done` hears of each one.
///
/// Cases that had not ended when `stop` was set are missing; with `fail_fast`, so is what comes behind the
/// first failed case.
///
/// # Errors
/// Where a run broke.
pub fn records(
    plan: &Plan,
    cases: &[Case],
    jobs: usize,
    fail_fast: bool,
    stop: &AtomicBool,
    mut done: impl FnMut(&CaseRecord),
) -> Result<Vec<CaseRecord>, SearchError> {
    let options = RunOptions { jobs, timeout_s: None, fail_fast };
    let watch = |event: Event<'_>| -> Result<(), Infallible> {
        if let Event::Finished(record) = event {
            done(record);
        }
        Ok(())
    };
    let Ok(records) = run(plan, cases, Vec::new(), &options, stop, watch);
    for record in &records {
        if let Some(CaseError::Internal(error)) = &record.error {
            return Err(SearchError::Internal(format!("{}: {error}", record.id)));
        }
    }
    Ok(records)
}
