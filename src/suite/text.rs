//! The verdict as lines for a terminal.

use std::fmt::Write;

use super::comparison_text::{against_baselines, counted};
use super::verdict::{GroupReport, SuiteReport};
use crate::report::number;

/// Failed cases of a group that are written out; the rest are counted.
const MAX_FAILURES: usize = 20;

/// Each group with its worst values, then every failure with the command that reproduces it.
pub fn text(report: &SuiteReport<'_>) -> String {
    let mut text = String::new();
    let rows: Vec<Vec<String>> = report.groups.iter().flat_map(rows).collect();
    text += &columns(
        &["scenario", "passed", "95 % interval", "expectation", "worst", "allowed", "held", ""],
        &rows,
    );
    for group in &report.groups {
        text += &failures(group);
    }
    text += &against_baselines(report);
    let counts = report.counts();
    // Writing into a string cannot fail.
    let _ = write!(
        text,
        "{}: {} of {} runs passed, {:.0} s simulated in {:.1} s",
        if report.pass() { "PASS" } else { "FAIL" },
        counts.passed,
        counts.run,
        report.sim_time_s(),
        report.wall_time_s
    );
    if counts.run < counts.planned {
        let _ = write!(text, "; {} of {} not run", counts.planned - counts.run, counts.planned);
    }
    text.push('\n');
    text
}

/// A group's line, and one more for each further bound.
fn rows(group: &GroupReport<'_>) -> Vec<Vec<String>> {
    let (low, high) = group.success_interval;
    let total = group.records.len();
    let seeds = if group.complete() { total.to_string() } else { format!("{total} of {}", group.planned) };
    let mut heads = vec![
        group.group.id.clone(),
        format!("{}/{seeds}", group.passed),
        format!("{:.0} to {:.0} %", 100.0 * low, 100.0 * high),
    ];
    let mut bounds: Vec<Vec<String>> = Vec::new();
    for (result, held) in &group.worst {
        let mark = if *held == total { "ok" } else { "FAIL" };
        bounds.push(vec![
            result.name.clone(),
            number(result.measured),
            result.allowed.to_string(),
            format!("{held}/{total}"),
            mark.to_owned(),
        ]);
    }
    for result in &group.statistics {
        let mark = if result.pass { "ok" } else { "FAIL" };
        bounds.push(vec![
            result.name.clone(),
            number(result.measured),
            result.allowed.to_string(),
            String::new(),
            mark.to_owned(),
        ]);
    }
    if bounds.is_empty() {
        bounds.push(vec![String::new(); 5]);
    }
    let mut rows = Vec::new();
    for bound in bounds {
        let mut row = std::mem::replace(&mut heads, vec![String::new(); 3]);
        row.extend(bound);
        rows.push(row);
    }
    rows
}

fn failures(group: &GroupReport<'_>) -> String {
    let mut text = String::new();
    let failed: Vec<_> = group.failed().collect();
    for record in failed.iter().take(MAX_FAILURES) {
        let word = record.verdict.word().to_uppercase();
        let _ = writeln!(text, "\n{word} {}, seed {}: {}", record.group, record.seed, record.when());
        for line in record.failures() {
            let _ = writeln!(text, "  {line}");
        }
        let _ = writeln!(text, "  {}", group.group.reproduce(record.seed));
    }
    if failed.len() > MAX_FAILURES {
        let _ = writeln!(text, "\nand {} more of {}", failed.len() - MAX_FAILURES, group.group.id);
    }
    for result in group.statistics.iter().filter(|result| !result.pass) {
        let seeds = counted(group.records.len(), "seed");
        let _ = writeln!(text, "\nFAIL {}, {seeds}: {} {}", group.group.id, result.name, result.words());
        let _ = writeln!(text, "  {}", group.group.reproduce_all());
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

/// Rows under a heading, each column as wide as its widest cell; nothing where there are no rows.
pub fn columns(heading: &[&str], rows: &[Vec<String>]) -> String {
    let mut text = String::new();
    if rows.is_empty() {
        return text;
    }
    let heading: Vec<String> = heading.iter().map(|&name| name.to_owned()).collect();
    let width = |i: usize| {
        let cells = rows.iter().chain([&heading]).filter_map(|row| row.get(i));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..heading.len()).map(width).collect();
    for row in [&heading].into_iter().chain(rows) {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        text += cells.join("  ").trim_end();
        text.push('\n');
    }
    text
}
