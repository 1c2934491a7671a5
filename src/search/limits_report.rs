//! Limits as a table.

use std::fmt::Write;

use super::limits::{Bound, LimitsReport};
use crate::report::number;
use crate::suite::columns;

/// Every limit with what fails beyond it.
pub fn limits_text(report: &LimitsReport) -> String {
    let mut text = match &report.scenario {
        Some(scenario) => format!("{} with {}, in {scenario}\n", report.name, report.robot),
        None => format!("{} with {}\n", report.name, report.robot),
    };
    let rows: Vec<Vec<String>> = report.bounds.iter().map(row).collect();
    text += &columns(&["quantity", "limit", "measured there", "runs", "first failure"], &rows);
    // Writing into a string cannot fail.
    for bound in report.bounds.iter().filter(|bound| !bound.holds_above.is_empty()) {
        let values: Vec<String> = bound.holds_above.iter().map(f64::to_string).collect();
        let _ = writeln!(
            text,
            "{} is no sharp limit: {} {} hold all the same",
            name(bound),
            values.join(", "),
            bound.unit
        );
    }
    if report.bounds.len() < report.planned {
        let _ =
            writeln!(text, "{} of {} limits not found", report.planned - report.bounds.len(), report.planned);
    }
    text
}

fn row(bound: &Bound) -> Vec<String> {
    let measured = match (&bound.metric, bound.measured) {
        (Some(metric), Some(value)) => format!("{metric} {}", number(Some(value))),
        _ => String::new(),
    };
    let failure = match (bound.first_failure, &bound.failure) {
        (Some(value), Some(failure)) => format!("{value}: {failure}"),
        _ => "none".to_owned(),
    };
    vec![name(bound), limit(bound), measured, bound.runs_a_value.to_string(), failure]
}

fn name(bound: &Bound) -> String {
    match bound.direction_deg {
        Some(degrees) => format!("{} {degrees}°", bound.label),
        None => bound.label.clone(),
    }
}

/// The limit with its unit; `>=` or `<=` where the range ended before the robot failed.
pub(super) fn limit(bound: &Bound) -> String {
    let sign = match (bound.range_ends, bound.is_lower()) {
        (false, _) => "",
        (true, false) => ">= ",
        (true, true) => "<= ",
    };
    match bound.limit {
        Some(value) => format!("{sign}{value} {}", bound.unit).trim_end().to_owned(),
        None => format!("not even {} {}", bound.range.0, bound.unit).trim_end().to_owned(),
    }
}
