//! An expectation held against what was measured.

use serde::{Deserialize, Serialize};

use crate::config::scenario::Expectation;

/// Bounds of an expectation, both included.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Allowed {
    /// Smallest allowed value.
    pub min: Option<f64>,
    /// Largest allowed value.
    pub max: Option<f64>,
}

impl Allowed {
    /// How far a value lies within the nearer bound, negative outside; none where all is allowed.
    pub fn margin(&self, value: f64) -> Option<f64> {
        let (over, under) = (self.min.map(|min| value - min), self.max.map(|max| max - value));
        over.into_iter().chain(under).reduce(f64::min)
    }
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
    /// Name of the metric, or signal, figure and window.
    pub name: String,
    /// What was measured; absent where the run has no such figure.
    pub measured: Option<f64>,
    /// What is allowed.
    pub allowed: Allowed,
    /// Whether it holds.
    pub pass: bool,
    /// Why it does not hold, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Holds a figure of this name against the bounds of an expectation; one that was not measured fails.
pub(super) fn evaluate(expectation: &Expectation, name: String, measured: Option<f64>) -> ExpectationResult {
    let Expectation { min, max, .. } = expectation;
    let reason = match measured {
        None => Some("not measured in this run".to_owned()),
        Some(value) if min.is_some_and(|min| value < min) => Some("below the smallest allowed".to_owned()),
        Some(value) if max.is_some_and(|max| value > max) => Some("above the largest allowed".to_owned()),
        Some(_) => None,
    };
    ExpectationResult {
        name,
        measured,
        allowed: Allowed { min: *min, max: *max },
        pass: reason.is_none(),
        reason,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(measured: Option<f64>, min: Option<f64>, max: Option<f64>) -> ExpectationResult {
        evaluate(&Expectation { min, max, ..Expectation::default() }, "distance_m".to_owned(), measured)
    }

    #[test]
    fn bounds_are_included() {
        let pass = |min, max| result(Some(4.0), min, max).pass;
        assert!(pass(Some(4.0), Some(4.0)));
        assert!(!pass(Some(4.1), None));
        assert!(!pass(None, Some(3.9)));
    }

    #[test]
    fn what_was_not_measured_fails_with_a_reason() {
        let result = result(None, None, Some(9.0));
        assert!(!result.pass);
        assert!(result.reason.is_some());
    }

    #[test]
    fn the_margin_is_that_of_the_nearer_bound() {
        let allowed = |min, max| Allowed { min, max };
        assert_eq!(allowed(Some(1.0), Some(4.0)).margin(3.5), Some(0.5));
        assert_eq!(allowed(Some(1.0), None).margin(0.25), Some(-0.75));
        assert_eq!(allowed(None, Some(2.0)).margin(3.0), Some(-1.0));
        assert_eq!(allowed(None, None).margin(3.0), None);
    }

    #[test]
    fn bounds_read_well() {
        assert_eq!(Allowed { min: Some(0.98), max: None }.to_string(), ">= 0.98");
        assert_eq!(Allowed { min: None, max: Some(0.1) }.to_string(), "<= 0.1");
        assert_eq!(Allowed { min: Some(1.0), max: Some(1.0) }.to_string(), "= 1");
    }
}
