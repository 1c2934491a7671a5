//! A sweep as a table, as CSV and as JSON lines.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Serialize;

use super::sweep::{PointResult, SweepReport};
use crate::report::number;
use crate::suite::{CaseVerdict, columns};

/// Points a terminal is shown; the CSV has all.
const MAX_ROWS: usize = 40;

/// The points, the best first.
pub fn sweep_text(report: &SweepReport) -> String {
    let sweep = &report.sweep;
    let seeds = sweep.seeds.end - sweep.seeds.start;
    let mut text = format!(
        "{} with {}: {} points, {seeds} {} each\n",
        report.scenario,
        report.robot,
        report.points.len(),
        if seeds == 1 { "seed" } else { "seeds" }
    );
    let mut heading: Vec<String> = sweep.axes.iter().map(|axis| axis.short().to_owned()).collect();
    heading.push("passed".to_owned());
    for metric in &sweep.metrics {
        heading.extend([metric.clone(), "worst".to_owned()]);
    }
    let row = |point: &PointResult| {
        let mut row = point.values.clone();
        row.push(format!("{}/{}", point.passed, point.records.len()));
        for metric in &point.metrics {
            row.extend([number(metric.mean), number(metric.worst)]);
        }
        row
    };
    let rows: Vec<Vec<String>> = report.points.iter().take(MAX_ROWS).map(row).collect();
    let heading: Vec<&str> = heading.iter().map(String::as_str).collect();
    text += &columns(&heading, &rows);
    // Writing into a string cannot fail.
    if report.points.len() > MAX_ROWS {
        let _ = writeln!(text, "and {} more", report.points.len() - MAX_ROWS);
    }
    if report.points.len() < report.planned {
        let _ =
            writeln!(text, "{} of {} points not run", report.planned - report.points.len(), report.planned);
    }
    text
}

/// A row a point, in the order of the design.
pub fn sweep_csv(report: &SweepReport) -> String {
    let sweep = &report.sweep;
    let mut heading = vec!["point".to_owned()];
    heading.extend(sweep.axes.iter().map(|axis| axis.path().to_owned()));
    heading.extend(["runs", "passed", "success_rate"].map(str::to_owned));
    for metric in &sweep.metrics {
        heading.extend([format!("{metric}.mean"), format!("{metric}.worst")]);
    }
    let mut text = csv_line(&heading);
    for point in by_index(report) {
        let mut row = vec![point.index.to_string()];
        row.extend(point.values.iter().cloned());
        row.push(point.records.len().to_string());
        row.push(point.passed.to_string());
        row.push(point.success_rate().to_string());
        for metric in &point.metrics {
            row.extend([metric.mean, metric.worst].map(|v| v.map_or_else(String::new, |v| v.to_string())));
        }
        text += &csv_line(&row);
    }
    text
}

/// A run as one line of JSON; without what the clock says, so that equal sweeps give equal files.
#[derive(Serialize)]
struct RunLine<'a> {
    point: usize,
    values: BTreeMap<&'a str, &'a str>,
    seed: u64,
    verdict: CaseVerdict,
    failures: Vec<String>,
    metrics: &'a BTreeMap<String, f64>,
    state_hash: Option<&'a str>,
}

/// A line of JSON a run, by point and seed.
///
/// # Errors
/// Where a figure is no JSON.
pub fn sweep_lines(report: &SweepReport) -> Result<String, serde_json::Error> {
    let mut text = String::new();
    for point in by_index(report) {
        let paths = report.sweep.axes.iter().map(super::Axis::path);
        let values: BTreeMap<&str, &str> = paths.zip(point.values.iter().map(String::as_str)).collect();
        for record in &point.records {
            let line = RunLine {
                point: point.index,
                values: values.clone(),
                seed: record.seed,
                verdict: record.verdict,
                failures: if record.passed() { Vec::new() } else { record.failures() },
                metrics: &record.metrics,
                state_hash: record.state_hash.as_deref(),
            };
            text += &serde_json::to_string(&line)?;
            text.push('\n');
        }
    }
    Ok(text)
}

fn by_index(report: &SweepReport) -> Vec<&PointResult> {
    let mut points: Vec<&PointResult> = report.points.iter().collect();
    points.sort_by_key(|point| point.index);
    points
}

/// A line of CSV; what holds a comma, a quote or a line break is quoted.
pub(super) fn csv_line(cells: &[String]) -> String {
    let quoted = |cell: &String| {
        if cell.contains([',', '"', '\n']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell.clone()
        }
    };
    cells.iter().map(quoted).collect::<Vec<_>>().join(",") + "\n"
}
