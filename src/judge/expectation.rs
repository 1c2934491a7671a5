//! An expectation held against what was measured.

use serde::{Deserialize, Serialize};

use super::metrics::Metrics;
use crate::config::scenario::Expectation;

/// Bounds of an expectation, both included.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Allowed {
    /// Smallest allowed value.
    pub min: Option<f64>,
    /// Largest allowed value.
    pub max: Option<f64>,
}

impl std::fmt::Display for Allowed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.min, self.max) {
            (Some(min), Some(max)) if min == max => write!(f, "= {min}"),
            (Some(min), Some(max)) => write!(f, "{min} to {max}"),
            (Some(min), None) => write!(f, ">= {min}"),
            (None, Some(max)) => write!(f, "<= {max}"),
            (None, None) => f.write_str("any"),
        }
    }
}

/// How an expectation came out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExpectationResult {
    /// Name of the metric.
    pub name: String,
    /// What was measured; absent where the metric does not apply to the run.
    pub measured: Option<f64>,
    /// What is allowed.
    pub allowed: Allowed,
    /// Whether it holds.
    pub pass: bool,
    /// Why it does not hold, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Holds an expectation against the metrics; one on a metric that was not measured fails.
pub fn evaluate(expectation: &Expectation, metrics: &Metrics) -> ExpectationResult {
    let Expectation { metric, min, max } = expectation;
    let measured = metrics.value(metric);
    let reason = match measured {
        None => Some("not measured in this run".to_owned()),
        Some(value) if min.is_some_and(|min| value < min) => Some("below the smallest allowed".to_owned()),
        Some(value) if max.is_some_and(|max| value > max) => Some("above the largest allowed".to_owned()),
        Some(_) => None,
    };
    ExpectationResult {
        name: metric.clone(),
        measured,
        allowed: Allowed { min: *min, max: *max },
        pass: reason.is_none(),
        reason,
    }
}

#[cfg(test)]
mod tests {
    use super::super::metrics::tests::sample;
    use super::*;

    fn pass(metric: &str, min: Option<f64>, max: Option<f64>) -> bool {
        evaluate(&Expectation { metric: metric.to_owned(), min, max }, &sample()).pass
    }

    #[test]
    fn bounds_are_included() {
        assert!(pass("distance_m", Some(4.0), Some(4.0)));
        assert!(!pass("distance_m", Some(4.1), None));
        assert!(!pass("distance_m", None, Some(3.9)));
        assert!(pass("fell", Some(1.0), None));
        assert!(!pass("fell", None, Some(0.0)));
    }

    #[test]
    fn what_was_not_measured_fails_with_a_reason() {
        let metrics = Metrics { min_clearance_m: None, ..sample() };
        let expectation = Expectation { metric: "min_clearance_m".to_owned(), min: None, max: Some(9.0) };
        let result = evaluate(&expectation, &metrics);
        assert!(!result.pass);
        assert!(result.reason.is_some());
    }

    #[test]
    fn bounds_read_well() {
        assert_eq!(Allowed { min: Some(0.98), max: None }.to_string(), ">= 0.98");
        assert_eq!(Allowed { min: None, max: Some(0.1) }.to_string(), "<= 0.1");
        assert_eq!(Allowed { min: Some(1.0), max: Some(1.0) }.to_string(), "= 1");
    }
}
