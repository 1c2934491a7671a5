//! Searches over configs: sweeps of fields, tuning of fields, and how far a quantity may go.
//!
//! In: a scenario, fields and ranges, from the command line or a RON file. Out: [`SweepReport`],
//! [`TuneReport`] and [`LimitsReport`] as tables, CSV, JSON, SVG and an overlay in RON. Runs are cases of
//! `suite`, so a search gives the same whatever the number of threads. Used by the command line alone.
//!
//! - `axis`, `design`: fields and the points of their space; `template`: changes with a value left open.
//! - `subject`: what is run, and changes of it to cases and records.
//! - `sweep`, `sweep_report`, `sweep_svg`: every point of a design.
//! - `objective`, `tune`: the best point found within a budget of runs.
//! - `bisect`, `limits_config`, `limits`, `limits_report`, `limits_svg`: the last value that holds.
//! - `svg`: what the pictures share.

mod axis;
mod bisect;
mod design;
mod limits;
mod limits_config;
mod limits_report;
mod limits_svg;
mod objective;
mod subject;
mod svg;
mod sweep;
mod sweep_report;
mod sweep_svg;
mod template;
mod tune;
mod tune_config;

pub use axis::{Axis, AxisError};
pub use bisect::{Found, Grid, bisect};
pub use design::{Method, design};
pub use limits::{Bound, LimitsOptions, LimitsReport, Probe, count_limits, run_limits};
pub use limits_config::{LimitsConfig, QuantityConfig, Resolution, load_limits};
pub use limits_report::limits_text;
pub use limits_svg::limits_svg;
pub use objective::{Objective, Term};
pub use subject::{SearchError, Subject};
pub use sweep::{PointResult, Sweep, SweepConfig, SweepReport, load_sweep, run_sweep};
pub use sweep_report::{sweep_csv, sweep_lines, sweep_text};
pub use sweep_svg::sweep_svg;
pub use template::{TemplateError, fill};
pub use tune::{TuneOptions, TuneReport, check_tune, evaluations_csv, run_tune, tune_text, tuned_overlay};
pub use tune_config::{TuneConfig, load_tune};

use crate::config::ConfigError;
use crate::config::load::has_field;

/// What kind of search a file describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchKind {
    /// A sweep.
    Sweep,
    /// A tuning.
    Tune,
    /// Limits.
    Limits,
}

/// The kind of search in a file; none where it is something else.
///
/// # Errors
/// Where the file cannot be read or is no RON.
pub fn search_kind(path: &std::path::Path) -> Result<Option<SearchKind>, ConfigError> {
    for (field, kind) in
        [("objective", SearchKind::Tune), ("quantities", SearchKind::Limits), ("over", SearchKind::Sweep)]
    {
        if has_field(path, field)? {
            return Ok(Some(kind));
        }
    }
    Ok(None)
}
