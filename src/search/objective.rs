//! What a tuning makes small.

use serde::Deserialize;

use crate::suite::CaseRecord;

/// The cost of a run: a weighted sum of its metrics; falling costs more than anything else should.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Objective {
    /// What is summed.
    pub terms: Vec<Term>,
    /// Cost of a fall at the very end; one at once costs twice as much. It stands in place of the terms.
    #[serde(default = "hundred")]
    pub fall_penalty: f64,
    /// Cost of each expectation of the scenario that does not hold, over the terms.
    #[serde(default = "ten")]
    pub failure_penalty: f64,
}

fn hundred() -> f64 {
    100.0
}

fn ten() -> f64 {
    10.0
}

/// A metric's share in the cost: `weight` times the metric, or times what it lies outside of `above` and
/// `below`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// Name of the metric as a run's JSON has it.
    pub metric: String,
    /// Cost of a unit; negative where more is better.
    pub weight: f64,
    /// Only what is above this costs.
    #[serde(default)]
    pub above: Option<f64>,
    /// Only what is below this costs.
    #[serde(default)]
    pub below: Option<f64>,
}

impl Term {
    /// Its cost at a value of the metric.
    pub fn cost(&self, value: f64) -> f64 {
        if self.above.is_none() && self.below.is_none() {
            return self.weight * value;
        }
        let over = self.above.map_or(0.0, |above| (value - above).max(0.0));
        let under = self.below.map_or(0.0, |below| (below - value).max(0.0));
        self.weight * (over + under)
    }
}

impl Objective {
    /// The cost of a run of a scenario that lasts `duration_s`; one that could not start, or did not measure
    /// a metric, costs as much as a fall at once.
    pub fn cost(&self, record: &CaseRecord, duration_s: f64) -> f64 {
        if record.error.is_some() {
            return 2.0 * self.fall_penalty;
        }
        if let Some(fall_s) = record.metrics.get("fall_time_s") {
            return self.fall_penalty * (2.0 - (fall_s / duration_s).clamp(0.0, 1.0));
        }
        let mut cost = 0.0;
        for term in &self.terms {
            match record.metrics.get(&term.metric) {
                Some(value) => cost += term.cost(*value),
                None => return 2.0 * self.fall_penalty,
            }
        }
        let failed = record.expectations.iter().filter(|result| !result.pass).count();
        cost + self.failure_penalty * failed as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hinges_cost_on_their_side_only() {
        let term = |above, below| Term { metric: "steps".to_owned(), weight: 2.0, above, below };
        assert_eq!(term(None, None).cost(-3.0), -6.0);
        assert_eq!(term(Some(1.0), None).cost(0.5), 0.0);
        assert_eq!(term(Some(1.0), None).cost(1.5), 1.0);
        assert_eq!(term(None, Some(1.0)).cost(0.5), 1.0);
        assert_eq!(term(Some(2.0), Some(1.0)).cost(1.5), 0.0);
    }
}
