//! Checks of a suite, as far as its own text goes.

use super::Findings;
use super::scenario::bounds;
use crate::config::diagnostic::{Finding, clip};
use crate::config::overrides::Override;
use crate::config::path::FieldPath;
use crate::config::range::Range;
use crate::config::suite::{
    BaselineBound, BaselineFigure, Distribution, EntryConfig, SUCCESS_RATE, Statistic, StatisticConfig,
    SuiteConfig,
};

/// Most runs of a suite.
const MAX_RUNS: u64 = 1_000_000;
/// Most combinations of robots and varied values of an entry: each is read and checked before the first run.
const MAX_COMBINATIONS: u64 = 1000;
/// Most runs of an entry that draws: its files are read and checked for each of them before the first run.
const MAX_DRAWN: u64 = 10_000;
/// Least width of what is left of a normal distribution over its standard deviation: enough to be hit.
const MIN_CUT: f64 = 0.1;

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
    scenarios(findings, at, entry);
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
    for (path, distribution) in &entry.draw {
        let at = at.field("draw").field(path);
        if entry.vary.contains_key(path) {
            findings.add(at.clone(), "a field that `vary` sets too", "each field once");
        }
        draw(findings, &at, path, distribution);
    }
    let runs = combinations(entry).saturating_mul(to.saturating_sub(from));
    if !entry.draw.is_empty() && runs > MAX_DRAWN {
        findings.add(
            at.field("draw"),
            format!("{runs} runs"),
            format!("at most {MAX_DRAWN} with drawn values"),
        );
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
        let at = at.field("success_rate");
        findings.in_range(at.field("min"), ("SuccessRate", "min"), rate.min);
        if let Some(min) = rate.interval_min {
            findings.in_range(at.field("interval_min"), ("SuccessRate", "interval_min"), min);
        }
    }
    for (i, wanted) in entry.statistics.iter().enumerate() {
        statistic(findings, &at.field("statistics").index(i), wanted, metrics);
    }
    for (i, bound) in entry.baseline.iter().enumerate() {
        baseline(findings, &at.field("baseline").index(i), bound, metrics);
    }
}

/// One scenario, or a list of them that is not empty.
fn scenarios(findings: &mut Findings, at: &FieldPath, entry: &EntryConfig) {
    match (&entry.scenario, &entry.scenarios) {
        (Some(name), None) => findings.not_empty(at.field("scenario"), name),
        (None, Some(patterns)) => {
            let at = at.field("scenarios");
            if patterns.names.is_empty() {
                findings.add(at.clone(), "no file", "at least one");
            }
            for (i, name) in patterns.names.iter().enumerate() {
                findings.not_empty(if patterns.listed { at.index(i) } else { at.clone() }, name);
            }
        }
        (Some(_), Some(_)) => {
            findings.add(at.field("scenarios"), "`scenario` and `scenarios`", "one of the two");
        }
        (None, None) => {
            findings.add(at.clone(), "no scenario", "`scenario: \"file\"` or `scenarios: \"pattern\"`");
        }
    }
}

fn draw(findings: &mut Findings, at: &FieldPath, path: &str, distribution: &Distribution) {
    change(findings, at.clone(), &format!("{path}=0"));
    match distribution {
        Distribution::Uniform(low, high) => {
            findings.ordered(at.clone(), (*low, *high), false);
            findings.bounded(at.index(1), high - low, Range::FINITE);
        }
        Distribution::Normal { mean, sd, min, max } => {
            findings.bounded(at.field("mean"), *mean, Range::FINITE);
            findings.in_range(at.field("sd"), ("Distribution::Normal", "sd"), *sd);
            let (low, high) = (min.unwrap_or(f64::NEG_INFINITY), max.unwrap_or(f64::INFINITY));
            if *mean < low {
                findings.add(at.field("min"), low.to_string(), "a number not above the mean");
            } else if *mean > high {
                findings.add(at.field("max"), high.to_string(), "a number not below the mean");
            } else if high - low < MIN_CUT * sd {
                let allowed = format!("bounds at least {MIN_CUT} standard deviations apart");
                findings.add(at.field("max"), format!("{low} to {high}"), allowed);
            }
        }
        Distribution::Choice(values) => {
            if values.is_empty() {
                findings.add(at.clone(), "no value", "at least one");
            }
            for value in values {
                change(findings, at.clone(), &format!("{path}={}", value.trim()));
            }
        }
    }
}

fn baseline(findings: &mut Findings, at: &FieldPath, bound: &BaselineBound, metrics: &[&str]) {
    if bound.metric == SUCCESS_RATE {
        if bound.of == BaselineFigure::Worst {
            findings.add(at.field("of"), "the worst success rate", "`Mean`: there is one rate");
        }
    } else if !metrics.is_empty() {
        let mut known = vec![SUCCESS_RATE];
        known.extend_from_slice(metrics);
        findings.known(at.field("metric"), &bound.metric, "metric", &known);
    }
    let BaselineBound { at_least, at_most, drop_max, rise_max, .. } = bound;
    for (name, value) in [("at_least", at_least), ("at_most", at_most)] {
        if let Some(value) = value {
            findings.in_range(at.field(name), ("BaselineBound", name), *value);
        }
    }
    for (name, value) in [("drop_max", drop_max), ("rise_max", rise_max)] {
        if let Some(value) = value {
            findings.in_range(at.field(name), ("BaselineBound", name), *value);
        }
    }
    for (relative, absolute) in
        [(("at_least", at_least), ("drop_max", drop_max)), (("at_most", at_most), ("rise_max", rise_max))]
    {
        if relative.1.is_some() && absolute.1.is_some() {
            findings.add(
                at.field(absolute.0),
                format!("`{}` and `{}`", relative.0, absolute.0),
                "one bound on each side",
            );
        }
    }
    if [at_least, at_most, drop_max, rise_max].iter().all(|bound| bound.is_none()) {
        findings.add(at.clone(), "no bound", "`at_least`, `at_most`, `drop_max` or `rise_max`");
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
