//! Two sets of results against each other: seed by seed where both have the runs, else by their figures.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::baseline::{Baseline, BaselineGroup, figures};
use super::record::{CaseRecord, CaseVerdict};
use super::statistics::{Difference, paired_difference, rate_difference, welch_difference};
use crate::config::suite::SUCCESS_RATE;

/// One of two sets of results.
#[derive(Debug, Clone, PartialEq)]
pub enum Side {
    /// Every run.
    Records(Vec<CaseRecord>),
    /// Figures over the seeds.
    Baseline(Baseline),
}

/// A case whose verdict is not the same in both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CaseChange {
    /// Its id.
    pub id: String,
    /// Its verdict in the first.
    pub a: CaseVerdict,
    /// Its verdict in the second.
    pub b: CaseVerdict,
}

/// A metric of a group in both.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MetricChange {
    /// Name of the group.
    pub group: String,
    /// Name of the metric.
    pub metric: String,
    /// Means, difference and its interval.
    #[serde(flatten)]
    pub difference: Difference,
    /// Whether any seed's value differs, or any of the figures.
    pub differs: bool,
}

impl MetricChange {
    /// Whether it moved beyond seed noise, or moved and one seed shows no noise.
    pub fn is_shown(&self) -> bool {
        self.differs && (self.difference.beyond_noise || self.difference.interval.is_none())
    }
}

/// Everything that two sets of results say about each other.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// Whether cases are held against each other; else groups, of which a side has no more.
    pub by_seed: bool,
    /// Cases in both, or groups where there are no cases.
    pub pairs: usize,
    /// Cases whose verdict changed, those that no longer pass first.
    pub changed: Vec<CaseChange>,
    /// Ids of cases, or of groups, that only the first has.
    pub only_a: Vec<String>,
    /// The same that only the second has.
    pub only_b: Vec<String>,
    /// Every group and metric, in order of their names; the success rate is one of them.
    pub metrics: Vec<MetricChange>,
}

impl Comparison {
    /// Whether a case that passed no longer does, or a smaller share of the seeds.
    pub fn is_worse(&self) -> bool {
        let fewer =
            |change: &MetricChange| change.metric == SUCCESS_RATE && change.difference.difference < 0.0;
        self.changed.iter().any(|change| change.a == CaseVerdict::Pass)
            || (!self.by_seed && self.metrics.iter().any(fewer))
    }
}

/// Compares the second set of results with the first.
pub fn compare(a: &Side, b: &Side) -> Comparison {
    match (a, b) {
        (Side::Records(a), Side::Records(b)) => by_seed(a, b),
        _ => by_figures(&samples(a), &samples(b)),
    }
}

/// The records of one robot among those of several, named as if it were alone; none where there are none.
pub fn of_robot(records: &[CaseRecord], robot: &str) -> Vec<CaseRecord> {
    let mark = format!("@{robot}");
    let own = |record: &CaseRecord| {
        let (before, after) = record.group.split_once(&mark)?;
        let group = format!("{before}{after}");
        let fits = after.is_empty() || after.starts_with('[');
        fits.then(|| CaseRecord { id: format!("{group}/{}", record.seed), group, ..record.clone() })
    };
    records.iter().filter_map(own).collect()
}

fn by_seed(a: &[CaseRecord], b: &[CaseRecord]) -> Comparison {
    let of = |records: &[CaseRecord]| -> BTreeSet<String> {
        records.iter().map(|record| record.id.clone()).collect()
    };
    let (ids_a, ids_b) = (of(a), of(b));
    let by_id: BTreeMap<&str, &CaseRecord> = b.iter().map(|record| (record.id.as_str(), record)).collect();
    let both: Vec<(&CaseRecord, &CaseRecord)> =
        a.iter().filter_map(|record| Some((record, *by_id.get(record.id.as_str())?))).collect();
    let mut changed: Vec<CaseChange> = both
        .iter()
        .filter(|(a, b)| a.verdict != b.verdict)
        .map(|(a, b)| CaseChange { id: a.id.clone(), a: a.verdict, b: b.verdict })
        .collect();
    changed.sort_by_key(|change| change.a != CaseVerdict::Pass);
    let mut values: BTreeMap<(&str, &str), Vec<(f64, f64)>> = BTreeMap::new();
    for (a, b) in &both {
        let passed = |record: &CaseRecord| f64::from(u8::from(record.passed()));
        values.entry((&a.group, SUCCESS_RATE)).or_default().push((passed(a), passed(b)));
        for (metric, value) in &a.metrics {
            if let Some(other) = b.metrics.get(metric) {
                values.entry((&a.group, metric)).or_default().push((*value, *other));
            }
        }
    }
    let metric = |((group, metric), pairs): (&(&str, &str), &Vec<(f64, f64)>)| {
        Some(MetricChange {
            group: (*group).to_owned(),
            metric: (*metric).to_owned(),
            difference: paired_difference(pairs)?,
            differs: pairs.iter().any(|(a, b)| a != b),
        })
    };
    Comparison {
        by_seed: true,
        pairs: both.len(),
        changed,
        only_a: ids_a.difference(&ids_b).cloned().collect(),
        only_b: ids_b.difference(&ids_a).cloned().collect(),
        metrics: values.iter().filter_map(metric).collect(),
    }
}

/// What a baseline would keep of each group; of records only names and figures are filled in.
fn samples(side: &Side) -> BTreeMap<String, BaselineGroup> {
    let records = match side {
        Side::Baseline(baseline) => {
            return baseline.groups.iter().map(|group| (group.id.clone(), group.clone())).collect();
        }
        Side::Records(records) => records,
    };
    let mut groups: BTreeMap<&str, Vec<&CaseRecord>> = BTreeMap::new();
    for record in records {
        groups.entry(&record.group).or_default().push(record);
    }
    let sample = |(id, records): (&str, Vec<&CaseRecord>)| {
        let seeds = records.iter().map(|record| record.seed);
        let sample = BaselineGroup {
            id: id.to_owned(),
            scenario_hash: String::new(),
            robot_hash: String::new(),
            robot: records[0].robot.clone(),
            robot_mass_kg: None,
            seeds: (seeds.clone().min().unwrap_or(0), seeds.max().unwrap_or(0) + 1),
            passed: records.iter().filter(|record| record.passed()).count(),
            runs: records.len(),
            metrics: figures(&records),
        };
        (id.to_owned(), sample)
    };
    groups.into_iter().map(sample).collect()
}

fn by_figures(a: &BTreeMap<String, BaselineGroup>, b: &BTreeMap<String, BaselineGroup>) -> Comparison {
    let only = |a: &BTreeMap<String, BaselineGroup>, b: &BTreeMap<String, BaselineGroup>| {
        a.keys().filter(|id| !b.contains_key(*id)).cloned().collect()
    };
    let both = a.iter().filter_map(|(id, group)| Some((group, b.get(id)?)));
    Comparison {
        by_seed: false,
        pairs: both.clone().count(),
        changed: Vec::new(),
        only_a: only(a, b),
        only_b: only(b, a),
        metrics: both.flat_map(|(a, b)| group_changes(a, b)).collect(),
    }
}

/// Success rate and every metric that both samples of a group have, in order of their names; seed by seed
/// where both have the same ones.
pub fn group_changes(a: &BaselineGroup, b: &BaselineGroup) -> Vec<MetricChange> {
    let change = |metric: &str, difference: Difference, differs: bool| MetricChange {
        group: a.id.clone(),
        metric: metric.to_owned(),
        difference,
        differs,
    };
    let seeds_match = a.seeds == b.seeds;
    let mut changes: Vec<MetricChange> = a
        .metrics
        .iter()
        .filter_map(|(metric, figures)| {
            let pairs = match (a.values(metric), b.values(metric)) {
                (Some(a), Some(b)) if seeds_match => Some(a.into_iter().zip(b).collect::<Vec<_>>()),
                _ => None,
            };
            let difference = match pairs {
                Some(pairs) => paired_difference(&pairs)?,
                None => welch_difference(&a.summary(metric)?, &b.summary(metric)?),
            };
            Some(change(metric, difference, b.metrics.get(metric) != Some(figures)))
        })
        .collect();
    let (first, second) = ((a.passed, a.runs), (b.passed, b.runs));
    if let Some(difference) = rate_difference(first, second) {
        changes.push(change(SUCCESS_RATE, difference, difference.difference != 0.0));
    }
    changes.sort_by(|a, b| a.metric.cmp(&b.metric));
    changes
}
