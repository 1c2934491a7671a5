//! Suites: many runs, their verdicts, and what changed between two of them.
//!
//! In: suite and scenario files. Out: a [`Plan`] of cases, a [`CaseRecord`] for each one that ran, a
//! [`SuiteReport`] over them as text, JUnit XML and HTML, and a [`Comparison`] of two sets of records.
//! Used by the command line alone; it uses the judge through `report`.
//!
//! - `plan`: files to cases; `record`: what is kept of a case; `journal`: records on disk.
//! - `runner`: cases to records, on several threads.
//! - `statistics`, `verdict`: records to a verdict; `text`, `junit`, `html`, `strip_plot`: the verdict shown.
//! - `compare`: two sets of records against each other.

mod compare;
mod html;
mod journal;
mod junit;
mod plan;
mod record;
mod runner;
mod statistics;
mod strip_plot;
mod text;
mod verdict;

pub use compare::{CaseChange, Comparison, MetricChange, Paired, compare};
pub use html::html;
pub use journal::{Journal, JournalError, RESULTS_FILE, read_records};
pub use junit::junit;
pub use plan::{Case, Group, Plan, PlanError, Selection};
pub use record::{CaseError, CaseRecord, CaseVerdict};
pub use runner::{Event, RunOptions, run};
pub use statistics::{PairedDifference, mean, paired_difference, percentile, wilson_interval};
pub use text::{columns, comparison_text, text};
pub use verdict::{Counts, GroupReport, StatisticResult, SuiteReport};
