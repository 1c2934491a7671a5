//! The runs that the HTML report draws: every failed one, up to a limit, and one a group that passed.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rayon::ThreadPoolBuildError;
use rayon::prelude::*;

use super::group::Group;
use super::record::{CaseRecord, CaseVerdict};
use super::trace::Trace;
use super::verdict::SuiteReport;

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
    let trace = |(record, group): &(&CaseRecord, &Group)| {
        // A run that went through once goes through again; if not, the page is worth having without it.
        let again = || {
            let loaded = group.load(record.seed).ok()?;
            Trace::of(&loaded, record.seed).ok()
        };
        let trace = catch_unwind(AssertUnwindSafe(again));
        done();
        Some((record.id.clone(), trace.ok()??))
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs).build()?;
    Ok(pool.install(|| wanted.par_iter().filter_map(trace).collect()))
}

/// How many runs [`gallery`] runs again.
pub fn gallery_size(report: &SuiteReport<'_>) -> usize {
    to_draw(report).len()
}

fn to_draw<'a>(report: &SuiteReport<'a>) -> Vec<(&'a CaseRecord, &'a Group)> {
    let mut failed = Vec::new();
    let mut passed = Vec::new();
    for group in &report.groups {
        let with_verdict = |verdict: CaseVerdict| {
            let records = group.records.iter().filter(move |record| record.verdict == verdict);
            records.map(|record| (*record, group.group))
        };
        failed.extend(with_verdict(CaseVerdict::Fail));
        passed.extend(with_verdict(CaseVerdict::Pass).next());
    }
    failed.truncate(MAX_FAILED);
    failed.into_iter().chain(passed).collect()
}
