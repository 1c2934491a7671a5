//! Two sets of records against each other, seed by seed.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::record::{CaseRecord, CaseVerdict};
use super::statistics::{PairedDifference, paired_difference};

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

/// The difference of a metric over the seeds that measured it in both.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Paired {
    /// Means, difference and its interval.
    #[serde(flatten)]
    pub difference: PairedDifference,
    /// Whether any seed's value differs.
    pub differs: bool,
}

/// A metric of a group in both.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MetricChange {
    /// Name of the group.
    pub group: String,
    /// Name of the metric.
    pub metric: String,
    /// How it differs.
    #[serde(flatten)]
    pub paired: Paired,
}

/// Everything that two sets of records say about each other.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// Cases in both.
    pub pairs: usize,
    /// Cases whose verdict changed, those that no longer pass first.
    pub changed: Vec<CaseChange>,
    /// Ids of cases that only the first has.
    pub only_a: Vec<String>,
    /// Ids of cases that only the second has.
    pub only_b: Vec<String>,
    /// Every group and metric, in order of their names.
    pub metrics: Vec<MetricChange>,
}

impl Comparison {
    /// Whether a case that passed no longer does.
    pub fn is_worse(&self) -> bool {
        self.changed.iter().any(|change| change.a == CaseVerdict::Pass)
    }
}

/// Compares the second set of records with the first.
pub fn compare(a: &[CaseRecord], b: &[CaseRecord]) -> Comparison {
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
        for (metric, value) in &a.metrics {
            if let Some(other) = b.metrics.get(metric) {
                values.entry((&a.group, metric)).or_default().push((*value, *other));
            }
        }
    }
    let metric = |((group, metric), pairs): (&(&str, &str), &Vec<(f64, f64)>)| {
        let differs = pairs.iter().any(|(a, b)| a != b);
        Some(MetricChange {
            group: (*group).to_owned(),
            metric: (*metric).to_owned(),
            paired: Paired { difference: paired_difference(pairs)?, differs },
        })
    };
    Comparison {
        pairs: both.len(),
        changed,
        only_a: ids_a.difference(&ids_b).cloned().collect(),
        only_b: ids_b.difference(&ids_a).cloned().collect(),
        metrics: values.iter().filter_map(metric).collect(),
    }
}
