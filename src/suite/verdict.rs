//! From records to the verdict on groups and on all of them.

use super::against::{Baselines, Drift, bound_result};
use super::baseline::BaselineGroup;
use super::group::Group;
use super::plan::{Case, Plan};
use super::record::{CaseError, CaseRecord, CaseVerdict};
use super::statistics::{mean, mean_interval, percentile, wilson_interval};
use crate::config::suite::{Statistic, StatisticConfig, SuccessRate};
use crate::judge::{Allowed, ExpectationResult};
use crate::report::{number, worst};

/// How a bound over all seeds came out.
#[derive(Debug, Clone, PartialEq)]
pub struct StatisticResult {
    /// What is bounded, in words.
    pub name: String,
    /// What was measured; absent where a run did not measure it.
    pub measured: Option<f64>,
    /// What is allowed.
    pub allowed: Allowed,
    /// Whether it holds.
    pub pass: bool,
    /// What else there is to know, in words.
    pub note: Option<String>,
}

impl StatisticResult {
    /// Measured against allowed, in words.
    pub fn words(&self) -> String {
        let note = self.note.as_ref().map_or(String::new(), |note| format!(" ({note})"));
        format!("{}, allowed {}{note}", number(self.measured), self.allowed)
    }
}

/// A group with the cases of it that ran.
#[derive(Debug, Clone)]
pub struct GroupReport<'a> {
    /// The group.
    pub group: &'a Group,
    /// Its records by rising seed.
    pub records: Vec<&'a CaseRecord>,
    /// How many cases were wanted.
    pub planned: usize,
    /// How many passed.
    pub passed: usize,
    /// 95 % confidence interval of the share that passes.
    pub success_interval: (f64, f64),
    /// Each expectation with its worst value over the seeds and how often it held.
    pub worst: Vec<(ExpectationResult, usize)>,
    /// Success rate, statistics and figures against the baseline, where they are bounded.
    pub statistics: Vec<StatisticResult>,
    /// What moved from the baseline; absent where there is none or not every seed was run.
    pub drift: Option<Drift>,
}

impl<'a> GroupReport<'a> {
    fn new(
        group: &'a Group,
        records: Vec<&'a CaseRecord>,
        planned: usize,
        kept: Option<&BaselineGroup>,
    ) -> Self {
        let passed = records.iter().filter(|record| record.passed()).count();
        let mut statistics = Vec::new();
        if !records.is_empty() {
            if let Some(rate) = group.success_rate {
                statistics.extend(rate_results(rate, passed, records.len()));
            }
            statistics.extend(group.statistics.iter().map(|wanted| statistic(wanted, &records)));
        }
        let all = records.len() as u64 == group.seeds.end - group.seeds.start;
        let mut drift = None;
        if let Some(then) = kept.filter(|_| all) {
            let now = BaselineGroup::new(group, &records);
            statistics.extend(group.baseline.iter().map(|bound| bound_result(bound, then, &now)));
            drift = Some(Drift::new(then, &now));
        }
        Self {
            group,
            drift,
            planned,
            passed,
            success_interval: wilson_interval(passed, records.len()),
            worst: worst_results(&records),
            statistics,
            records,
        }
    }

    /// Whether all that was wanted ran and came up to its bounds.
    pub fn pass(&self) -> bool {
        let seeds = self.group.success_rate.is_some() || self.passed == self.records.len();
        self.complete() && seeds && self.statistics.iter().all(|result| result.pass)
    }

    /// Whether every wanted case ran.
    pub fn complete(&self) -> bool {
        self.records.len() == self.planned
    }

    /// The records that did not pass.
    pub fn failed(&self) -> impl Iterator<Item = &'a CaseRecord> {
        self.records.iter().copied().filter(|record| !record.passed())
    }
}

/// The verdict on everything that ran.
#[derive(Debug, Clone)]
pub struct SuiteReport<'a> {
    /// The groups of which a case was wanted.
    pub groups: Vec<GroupReport<'a>>,
    /// The baselines they are held against.
    pub baselines: &'a Baselines,
    /// Time it took on this machine [s].
    pub wall_time_s: f64,
}

impl<'a> SuiteReport<'a> {
    /// The verdict on the records of the wanted cases.
    pub fn new(
        plan: &'a Plan,
        cases: &[Case],
        records: &'a [CaseRecord],
        baselines: &'a Baselines,
        wall_time_s: f64,
    ) -> Self {
        let report = |(index, group): (usize, &'a Group)| {
            let planned = cases.iter().filter(|case| case.group == index).count();
            let own = records.iter().filter(|record| record.group == group.id).collect();
            (planned > 0).then(|| GroupReport::new(group, own, planned, baselines.group(group)))
        };
        let groups = plan.groups.iter().enumerate().filter_map(report).collect();
        Self { groups, baselines, wall_time_s }
    }

    /// Whether every group passes.
    pub fn pass(&self) -> bool {
        self.groups.iter().all(GroupReport::pass)
    }

    /// Cases wanted, run, passed, and those that could not be judged.
    pub fn counts(&self) -> Counts {
        let sum = |of: fn(&GroupReport<'_>) -> usize| self.groups.iter().map(of).sum();
        Counts {
            planned: sum(|group| group.planned),
            run: sum(|group| group.records.len()),
            passed: sum(|group| group.passed),
            errors: sum(|group| {
                group.records.iter().filter(|record| record.verdict == CaseVerdict::Error).count()
            }),
        }
    }

    /// Simulated time of all runs [s].
    pub fn sim_time_s(&self) -> f64 {
        let records = self.groups.iter().flat_map(|group| &group.records);
        // The sum of nothing is minus zero.
        records.filter_map(|record| record.metrics.get("sim_time_s")).fold(0.0, |sum, time_s| sum + time_s)
    }

    /// The first mistake of this program, if a case met one.
    pub fn internal_error(&self) -> Option<&'a CaseRecord> {
        let mut records = self.groups.iter().flat_map(|group| group.records.iter().copied());
        records.find(|record| matches!(record.error, Some(CaseError::Internal(_))))
    }
}

/// Numbers of cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Wanted.
    pub planned: usize,
    /// Run to a verdict or an error.
    pub run: usize,
    /// Passed.
    pub passed: usize,
    /// Not judged.
    pub errors: usize,
}

fn worst_results(records: &[&CaseRecord]) -> Vec<(ExpectationResult, usize)> {
    let count = records.iter().map(|record| record.expectations.len()).max().unwrap_or(0);
    let nth = |i: usize| -> Vec<&ExpectationResult> {
        records.iter().filter_map(|record| record.expectations.get(i)).collect()
    };
    let row = |i: usize| {
        let all = nth(i);
        worst(&all).map(|result| (result.clone(), all.iter().filter(|result| result.pass).count()))
    };
    (0..count).filter_map(row).collect()
}

/// The share that passed, and the lower end of its interval where that is bounded too.
fn rate_results(bound: SuccessRate, passed: usize, total: usize) -> Vec<StatisticResult> {
    let (low, high) = wilson_interval(passed, total);
    let rate = passed as f64 / total as f64;
    let result = |name: &str, measured: f64, min: f64| StatisticResult {
        name: name.to_owned(),
        measured: Some(measured),
        allowed: Allowed { min: Some(min), max: None },
        pass: measured >= min,
        note: Some(format!("95 % interval {} to {}", number(Some(low)), number(Some(high)))),
    };
    let mut results = vec![result("success rate", rate, bound.min)];
    results.extend(bound.interval_min.map(|min| result("success rate, lower end of its interval", low, min)));
    results
}

/// A bound over all seeds held against the records; where one of them did not measure it, it fails.
fn statistic(wanted: &StatisticConfig, records: &[&CaseRecord]) -> StatisticResult {
    let StatisticConfig { metric, of, min, max } = wanted;
    let values: Option<Vec<f64>> =
        records.iter().map(|record| record.metrics.get(metric.as_str()).copied()).collect();
    let values = values.unwrap_or_default();
    let holds = |value: f64| min.is_none_or(|min| value >= min) && max.is_none_or(|max| value <= max);
    let (name, measured) = match of {
        Statistic::Worst => {
            let (low, high) = (percentile(&values, 0.0), percentile(&values, 100.0));
            let side = match (min, max) {
                (Some(_), None) => low,
                (None, _) => high,
                // The side that is out of bounds, the upper one where both are in.
                (Some(_), Some(_)) => low.filter(|value| !holds(*value)).or(high),
            };
            (format!("worst {metric}"), side)
        }
        Statistic::Mean => (format!("mean {metric}"), mean(&values)),
        Statistic::Percentile(percent) => {
            (format!("{percent} % point of {metric}"), percentile(&values, *percent))
        }
    };
    let interval = mean_interval(&values).filter(|_| *of == Statistic::Mean);
    let words = |(low, high)| format!("95 % interval {} to {}", number(Some(low)), number(Some(high)));
    StatisticResult {
        name,
        measured,
        allowed: Allowed { min: *min, max: *max },
        pass: measured.is_some_and(holds),
        note: interval.map(words),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn records(values: &[Option<f64>]) -> Vec<CaseRecord> {
        let record = |(seed, value): (usize, &Option<f64>)| CaseRecord {
            id: format!("s/e/{seed}"),
            group: "s/e".to_owned(),
            scenario: "e".to_owned(),
            robot: "r".to_owned(),
            seed: seed as u64,
            drawn: BTreeMap::new(),
            reproduce: String::new(),
            version: String::new(),
            revision: None,
            input_hash: String::new(),
            program_hash: String::new(),
            verdict: CaseVerdict::Pass,
            error: None,
            expectations: Vec::new(),
            metrics: value.map(|value| BTreeMap::from([("x".to_owned(), value)])).unwrap_or_default(),
            state_hash: None,
            wall_time_s: 0.0,
        };
        values.iter().enumerate().map(record).collect()
    }

    fn bound(of: Statistic, min: Option<f64>, max: Option<f64>, values: &[Option<f64>]) -> StatisticResult {
        let records = records(values);
        let wanted = StatisticConfig { metric: "x".to_owned(), of, min, max };
        statistic(&wanted, &records.iter().collect::<Vec<_>>())
    }

    #[test]
    fn the_worst_value_is_the_one_against_the_bound() {
        let values = [Some(1.0), Some(3.0), Some(2.0)];
        assert_eq!(bound(Statistic::Worst, Some(0.5), None, &values).measured, Some(1.0));
        assert_eq!(bound(Statistic::Worst, None, Some(2.5), &values).measured, Some(3.0));
        assert!(!bound(Statistic::Worst, None, Some(2.5), &values).pass);
        let both = bound(Statistic::Worst, Some(1.5), Some(3.0), &values);
        assert_eq!((both.measured, both.pass), (Some(1.0), false));
        assert!(bound(Statistic::Worst, Some(1.0), Some(3.0), &values).pass);
    }

    #[test]
    fn what_one_run_did_not_measure_fails_for_all() {
        let result = bound(Statistic::Mean, Some(0.0), None, &[Some(1.0), None]);
        assert_eq!((result.measured, result.pass), (None, false));
        assert!(bound(Statistic::Percentile(50.0), Some(2.0), Some(2.0), &[Some(1.0), Some(3.0)]).pass);
    }
}
