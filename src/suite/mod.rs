//! Suites: many runs, their verdicts, and what changed between two of them.
//!
//! In: suite and scenario files. Out: a [`Plan`] of cases, a [`CaseRecord`] for each one that ran, a
//! [`SuiteReport`] over them as text, JUnit XML and HTML, and a [`Comparison`] of two sets of records.
//! Used by the command line alone; it uses the judge through `report`.
//!
//! - `plan`: files to groups of cases; `expand`: an entry to its groups; `draw`: values by seed; `group`:
//!   what each seed runs.
//! - `record`: what is kept of a case; `journal`: records on disk; `runner`: cases to records, on several
//!   threads.
//! - `statistics`, `verdict`: records to a verdict; `text`, `junit`, `html`: the verdict shown.
//! - `gallery`, `trace`: runs made again to be drawn; `case_section`, `figure`, `footstep_map`, `line_plot`,
//!   `strip_plot`: their pictures on the HTML page.
//! - `baseline`: the figures of an accepted run; `against`: a run held against them.
//! - `compare`, `comparison_text`: two sets of results against each other.

mod against;
mod baseline;
mod case_section;
mod compare;
mod comparison_text;
mod draw;
mod expand;
mod figure;
mod footstep_map;
mod gallery;
mod group;
mod html;
mod journal;
mod junit;
mod line_plot;
mod plan;
mod record;
mod runner;
mod statistics;
mod strip_plot;
mod text;
mod trace;
mod verdict;

pub use against::{Baselines, Drift, Kept, update_command};
pub use baseline::{Baseline, BaselineGroup, Figures, baseline_path, is_baseline};
pub use compare::{CaseChange, Comparison, MetricChange, Side, compare, of_robot};
pub use comparison_text::{comparison_text, counted};
pub use gallery::{Gallery, gallery, gallery_size};
pub use group::Group;
pub use html::html;
pub use journal::{Journal, JournalError, RESULTS_FILE, read_records};
pub use junit::junit;
pub use plan::{Case, Plan, PlanError, PlanOptions, Selection};
pub use record::{CaseError, CaseRecord, CaseVerdict, REVISION, VERSION};
pub use runner::{Event, RunOptions, run};
pub use statistics::{
    Difference, Summary, mean, mean_interval, paired_difference, percentile, rate_difference, summarise,
    welch_difference, wilson_interval,
};
pub use text::{columns, text};
pub use trace::Trace;
pub use verdict::{Counts, GroupReport, StatisticResult, SuiteReport};
