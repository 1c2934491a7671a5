//! Verdicts and comparisons as lines for a terminal.

use std::fmt::Write;

use super::compare::Comparison;
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
        let _ = writeln!(
            text,
            "\nFAIL {}: {} {}, allowed {}",
            group.group.id,
            result.name,
            number(result.measured),
            result.allowed
        );
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

/// Changed verdicts first, then every metric that differs.
pub fn comparison_text(comparison: &Comparison) -> String {
    let mut text = String::new();
    let Comparison { changed, only_a, only_b, metrics, pairs } = comparison;
    let _ = writeln!(text, "{pairs} cases in both, {} changed verdict", changed.len());
    for change in changed {
        let _ = writeln!(text, "  {}: {} -> {}", change.id, change.a.word(), change.b.word());
    }
    for (name, ids) in [("first", only_a), ("second", only_b)] {
        if !ids.is_empty() {
            let _ = writeln!(text, "{} cases only in the {name}, from {} on", ids.len(), ids[0]);
        }
    }
    let differ: Vec<_> = metrics.iter().filter(|metric| metric.paired.differs).collect();
    let rows: Vec<Vec<String>> = differ
        .iter()
        .map(|metric| {
            let paired = &metric.paired.difference;
            let sign = |value: f64| format!("{}{}", if value < 0.0 { "" } else { "+" }, number(Some(value)));
            let interval = match paired.interval {
                Some((low, high)) => format!("{} to {}", sign(low), sign(high)),
                None => "-".to_owned(),
            };
            vec![
                metric.group.clone(),
                metric.metric.clone(),
                number(Some(paired.mean_a)),
                number(Some(paired.mean_b)),
                sign(paired.difference),
                interval,
                paired.pairs.to_string(),
                if paired.beyond_noise { "yes" } else { "no" }.to_owned(),
            ]
        })
        .collect();
    text += &columns(
        &[
            "scenario",
            "metric",
            "first",
            "second",
            "difference",
            "95 % interval",
            "seeds",
            "beyond seed noise",
        ],
        &rows,
    );
    let beyond = differ.iter().filter(|metric| metric.paired.difference.beyond_noise).count();
    let _ =
        writeln!(text, "{} of {} metrics differ, {beyond} beyond seed noise", differ.len(), metrics.len());
    if beyond > 0 {
        let chance = 0.05 * differ.len() as f64;
        let _ = writeln!(text, "(noise alone would put about {chance:.1} of {} there)", differ.len());
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
