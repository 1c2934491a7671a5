//! Comparisons as lines for a terminal.

use std::fmt::Write;

use super::against::{Kept, update_command};
use super::compare::{Comparison, MetricChange};
use super::text::columns;
use super::verdict::{GroupReport, SuiteReport};
use crate::report::number;

/// Ids that are written out; the rest are counted.
const MAX_IDS: usize = 20;

/// Changed verdicts first, then what only one has, then every metric that differs.
pub fn comparison_text(comparison: &Comparison) -> String {
    let mut text = String::new();
    let Comparison { by_seed, changed, only_a, only_b, metrics, pairs } = comparison;
    // Writing into a string cannot fail.
    let _ = if *by_seed {
        writeln!(text, "{} in both, {} changed verdict", counted(*pairs, "case"), changed.len())
    } else {
        writeln!(text, "{} in both, by the figures of a baseline", counted(*pairs, "group"))
    };
    for change in changed {
        let _ = writeln!(text, "  {}: {} -> {}", change.id, change.a.word(), change.b.word());
    }
    let what = if *by_seed { "case" } else { "group" };
    for (name, ids) in [("first", only_a), ("second", only_b)] {
        if ids.is_empty() {
            continue;
        }
        let _ = writeln!(text, "{} only in the {name}", counted(ids.len(), what));
        for id in ids.iter().take(MAX_IDS) {
            let _ = writeln!(text, "  {id}");
        }
        if ids.len() > MAX_IDS {
            let _ = writeln!(text, "  and {} more", ids.len() - MAX_IDS);
        }
    }
    let differ: Vec<&MetricChange> = metrics.iter().filter(|metric| metric.differs).collect();
    text += &table(&differ, ["first", "second"]);
    let beyond = differ.iter().filter(|metric| metric.difference.beyond_noise).count();
    let _ =
        writeln!(text, "{} of {} metrics differ, {beyond} beyond seed noise", differ.len(), metrics.len());
    text + &chance(beyond, differ.len())
}

/// `1 case`, `2 cases`.
pub fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// A line a metric.
fn table(changes: &[&MetricChange], names: [&str; 2]) -> String {
    let row = |change: &&MetricChange| {
        let cells = change_cells(change).into_iter();
        [change.group.clone(), change.metric.clone()].into_iter().chain(cells).collect()
    };
    let rows: Vec<Vec<String>> = changes.iter().map(row).collect();
    let heading: Vec<&str> = ["scenario", "metric"].into_iter().chain(change_heading(names)).collect();
    columns(&heading, &rows)
}

/// Headings over [`change_cells`].
pub(super) fn change_heading([first, second]: [&str; 2]) -> [&str; 7] {
    [first, second, "difference", "change", "95 % interval", "seeds", "beyond seed noise"]
}

/// What changed about a metric, in words.
pub(super) fn change_cells(change: &MetricChange) -> [String; 7] {
    let figures = &change.difference;
    let sign = |value: f64| format!("{}{}", if value < 0.0 { "" } else { "+" }, figure(value));
    let interval = match figures.interval {
        Some((low, high)) => format!("{} to {}", sign(low), sign(high)),
        None => "-".to_owned(),
    };
    let share = figures.difference / figures.mean_a.abs();
    [
        figure(figures.mean_a),
        figure(figures.mean_b),
        sign(figures.difference),
        if share.is_finite() { format!("{:+.1} %", 100.0 * share) } else { "-".to_owned() },
        interval,
        figures.seeds.to_string(),
        beyond_word(change).to_owned(),
    ]
}

/// A figure with three digits or more, however small.
fn figure(value: f64) -> String {
    if value != 0.0 && value.abs() < 1e-3 { format!("{value:.2e}") } else { number(Some(value)) }
}

/// One seed shows no noise to be beyond.
fn beyond_word(change: &MetricChange) -> &'static str {
    match change.difference.interval {
        None => "one seed",
        Some(_) if change.difference.beyond_noise => "yes",
        Some(_) => "no",
    }
}

/// How many intervals miss zero by chance.
fn chance(beyond: usize, of: usize) -> String {
    if beyond == 0 {
        return String::new();
    }
    format!("(noise alone would put about {:.1} of {of} there)\n", 0.05 * of as f64)
}

/// What moved from the baselines, suite by suite; nothing where no suite was run.
pub fn against_baselines(report: &SuiteReport<'_>) -> String {
    let mut text = String::new();
    for kept in report.baselines.iter() {
        let of_suite = |group: &&GroupReport<'_>| group.group.suite.as_ref() == Some(&kept.suite);
        let groups: Vec<&GroupReport<'_>> = report.groups.iter().filter(of_suite).collect();
        text += &against_baseline(kept, &groups);
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

fn against_baseline(kept: &Kept, groups: &[&GroupReport<'_>]) -> String {
    let path = kept.path.display();
    let Some(baseline) = &kept.baseline else {
        return format!("\nno baseline `{path}`; `{}` writes it\n", update_command(kept));
    };
    let mut text = String::new();
    let _ = writeln!(text, "\nagainst the baseline `{path}` of {}:", baseline.program());
    let mut all: Vec<&MetricChange> = Vec::new();
    let mut older = false;
    for group in groups {
        let id = &group.group.id;
        let Some(drift) = &group.drift else {
            let why = if baseline.group(id).is_some() {
                "not every seed was run, not compared"
            } else {
                older = true;
                "not in the baseline"
            };
            let _ = writeln!(text, "  {id}: {why}");
            continue;
        };
        for input in &drift.inputs {
            older = true;
            let _ = writeln!(text, "  {id}: {input}");
        }
        all.extend(&drift.changes);
    }
    let moved: Vec<&MetricChange> = all.iter().filter(|change| change.is_shown()).copied().collect();
    for line in table(&moved, ["baseline", "now"]).lines() {
        let _ = writeln!(text, "  {line}");
    }
    let differ = all.iter().filter(|change| change.differs).count();
    let beyond = moved.iter().filter(|change| change.difference.beyond_noise).count();
    let _ = writeln!(text, "  {differ} of {} figures differ, {beyond} beyond seed noise", all.len());
    if older {
        let _ = writeln!(text, "  where the change is meant: `{}`", update_command(kept));
    }
    text
}
