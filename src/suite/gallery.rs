//! The runs that the HTML report draws: every failed one, up to a limit, and one a group that passed.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rayon::ThreadPoolBuildError;
use rayon::prelude::*;

use super::record::{CaseRecord, CaseVerdict};
use super::trace::Trace;
use super::verdict::SuiteReport;
use crate::config::LoadedScenario;

/// Failed runs that are drawn at most; the others are on the page without pictures.
const MAX_FAILED: usize = 100;

/// Traces of runs by the cases' ids.
pub type Gallery = BTreeMap<String, Trace>;

/// Runs again what is to be drawn, on this many threads; `done` is told of every run. What cannot be run
/// again is left out.
///
/// # Errors
/// Where the threads cannot be had.
pub fn gallery(
    report: &SuiteReport<'_>,
    jobs: usize,
    done: impl Fn() + Sync,
) -> Result<Gallery, ThreadPoolBuildError> {
    let wanted = to_draw(report);
    let trace = |(record, loaded): &(&CaseRecord, &LoadedScenario)| {
        // A run that went through once goes through again; if not, the page is worth having without it.
        let trace = catch_unwind(AssertUnwindSafe(|| Trace::of(loaded, record.seed)));
        done();
        Some((record.id.clone(), trace.ok()?.ok()?))
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs).build()?;
    Ok(pool.install(|| wanted.par_iter().filter_map(trace).collect()))
}

/// How many runs [`gallery`] runs again.
pub fn gallery_size(report: &SuiteReport<'_>) -> usize {
    to_draw(report).len()
}

fn to_draw<'a>(report: &SuiteReport<'a>) -> Vec<(&'a CaseRecord, &'a LoadedScenario)> {
    let mut failed = Vec::new();
    let mut passed = Vec::new();
    for group in &report.groups {
        let loaded = &group.group.loaded;
        let with_verdict = |verdict: CaseVerdict| {
            group.records.iter().filter(move |record| record.verdict == verdict).map(move |r| (*r, loaded))
        };
        failed.extend(with_verdict(CaseVerdict::Fail));
        passed.extend(with_verdict(CaseVerdict::Pass).next());
    }
    failed.truncate(MAX_FAILED);
    failed.into_iter().chain(passed).collect()
}
