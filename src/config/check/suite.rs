//! Checks of a suite, as far as its own text goes.

use super::Findings;
use super::scenario::bounds;
use crate::config::diagnostic::{Finding, clip};
use crate::config::overrides::Override;
use crate::config::path::FieldPath;
use crate::config::suite::{EntryConfig, Statistic, StatisticConfig, SuiteConfig};

/// Most runs of a suite.
const MAX_RUNS: u64 = 1_000_000;
/// Most combinations of robots and varied values of an entry: each is read and checked before the first run.
const MAX_COMBINATIONS: u64 = 1000;

/// Everything wrong with a suite; `metrics` are the names a statistic may have.
pub fn suite(config: &SuiteConfig, metrics: &[&str]) -> Vec<Finding> {
    let root = FieldPath::root();
    let mut findings = Findings::default();
    findings.not_empty(root.field("name"), &config.name);
    let entries = root.field("entries");
    if config.entries.is_empty() {
        findings.add(entries.clone(), "no entry", "at least one");
    }
    let mut runs = 0_u64;
    for (i, wanted) in config.entries.iter().enumerate() {
        let at = entries.index(i);
        entry(&mut findings, &at, wanted, metrics);
        let (from, to) = wanted.seeds;
        runs = runs.saturating_add(combinations(wanted).saturating_mul(to.saturating_sub(from)));
        if runs > MAX_RUNS {
            findings.add(at.field("seeds"), format!("{runs} runs up to here"), format!("at most {MAX_RUNS}"));
            break;
        }
    }
    findings.0
}

/// How often an entry runs its seeds.
fn combinations(entry: &EntryConfig) -> u64 {
    let robots = entry.robots.len().max(1) as u64;
    entry.vary.values().fold(robots, |product, values| product.saturating_mul(values.len() as u64))
}

fn entry(findings: &mut Findings, at: &FieldPath, entry: &EntryConfig, metrics: &[&str]) {
    findings.not_empty(at.field("scenario"), &entry.scenario);
    if let Some(name) = &entry.name {
        findings.not_empty(at.field("name"), name);
    }
    let (from, to) = entry.seeds;
    if from >= to {
        findings.add(at.field("seeds"), format!("({from}, {to})"), "a first seed below the second one");
    }
    let mut seen: Vec<&str> = Vec::new();
    for (i, robot) in entry.robots.iter().enumerate() {
        findings.not_empty(at.field("robots").index(i), robot);
        if seen.contains(&robot.as_str()) {
            findings.add(at.field("robots").index(i), "the same robot twice", "each robot once");
        }
        seen.push(robot);
    }
    for (i, text) in entry.set.iter().enumerate() {
        change(findings, at.field("set").index(i), text);
    }
    for (path, values) in &entry.vary {
        let at = at.field("vary").field(path);
        if values.is_empty() {
            findings.add(at, "no value", "at least one");
            continue;
        }
        for (i, value) in values.iter().enumerate() {
            change(findings, at.index(i), &format!("{path}={}", value.trim()));
        }
    }
    let count = combinations(entry);
    if count > MAX_COMBINATIONS {
        let found = format!("{count} combinations of robots and values");
        findings.add(at.field("vary"), found, format!("at most {MAX_COMBINATIONS}"));
    }
    for (i, tag) in entry.tags.iter().enumerate() {
        findings.not_empty(at.field("tags").index(i), tag);
    }
    if let Some(rate) = entry.success_rate {
        findings.in_range(at.field("success_rate").field("min"), ("SuccessRate", "min"), rate.min);
    }
    for (i, wanted) in entry.statistics.iter().enumerate() {
        statistic(findings, &at.field("statistics").index(i), wanted, metrics);
    }
}

fn change(findings: &mut Findings, at: FieldPath, text: &str) {
    if let Err(error) = Override::parse(text) {
        findings.add(at, format!("{} in `{}`", error.found, clip(text, 60)), error.allowed);
    }
}

fn statistic(findings: &mut Findings, at: &FieldPath, wanted: &StatisticConfig, metrics: &[&str]) {
    if !metrics.is_empty() {
        findings.known(at.field("metric"), &wanted.metric, "metric", metrics);
    }
    if let Statistic::Percentile(percent) = wanted.of {
        findings.in_range(at.field("of").index(0), ("Statistic::Percentile", "0"), percent);
    }
    bounds(findings, at, wanted.min, wanted.max);
}
