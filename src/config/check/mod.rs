//! What a type cannot say: signs, ranges, names that must exist, and a robot that is a tree.
//!
//! In: typed configs. Out: findings, each with the path of the value, what it is and what it may be.

mod controller;
mod geometry;
mod robot;
mod scenario;
mod sensors;
mod suite;
mod tree;

pub use robot::robot;
pub use scenario::scenario;
pub use suite::suite;

use super::diagnostic::{Finding, clip, did_you_mean, one_of};
use super::path::FieldPath;

/// Farthest coordinate and largest length of a world [m]; beyond it single precision is worse than 0.1 mm.
const MAX_LENGTH_M: f64 = 1000.0;

/// Findings of a check.
#[derive(Debug, Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, path: FieldPath, found: impl Into<String>, allowed: impl Into<String>) {
        self.0.push(Finding::new(path, found, allowed));
    }

    fn require(&mut self, holds: bool, path: FieldPath, value: f64, allowed: impl Into<String>) {
        if !holds || !value.is_finite() {
            self.add(path, number(value), allowed);
        }
    }

    fn finite(&mut self, path: FieldPath, value: f64) {
        self.require(true, path, value, "a finite number");
    }

    fn finite_all(&mut self, path: &FieldPath, values: &[f64]) {
        for (i, value) in values.iter().enumerate() {
            self.finite(path.index(i), *value);
        }
    }

    fn positive(&mut self, path: FieldPath, value: f64) {
        self.require(value > 0.0, path, value, "a positive number");
    }

    fn not_negative(&mut self, path: FieldPath, value: f64) {
        self.require(value >= 0.0, path, value, "a number not below 0");
    }

    /// A value from `low` to `high`, both allowed.
    fn within(&mut self, path: FieldPath, value: f64, low: f64, high: f64) {
        let allowed = format!("a number from {} to {}", number(low), number(high));
        self.require(value >= low && value <= high, path, value, allowed);
    }

    /// A value above 0 and up to `high`.
    fn positive_up_to(&mut self, path: FieldPath, value: f64, high: f64) {
        let allowed = format!("a positive number up to {}", number(high));
        self.require(value > 0.0 && value <= high, path, value, allowed);
    }

    /// A lower and an upper bound of which the lower is smaller, or at most equal.
    fn ordered(&mut self, path: FieldPath, (low, high): (f64, f64), may_be_equal: bool) {
        let ordered = if may_be_equal { low <= high } else { low < high };
        if !(ordered && low.is_finite() && high.is_finite()) {
            let than = if may_be_equal { "not above" } else { "below" };
            let found = format!("({}, {})", number(low), number(high));
            self.add(path, found, format!("a first number {than} the second one"));
        }
    }

    fn not_empty(&mut self, path: FieldPath, name: &str) {
        if name.trim().is_empty() {
            self.add(path, "an empty text", "a name");
        }
    }

    /// A name that must be one of the known ones.
    fn known(&mut self, path: FieldPath, name: &str, what: &str, known: &[&str]) {
        if !known.contains(&name) {
            let found = format!("the unknown {what} `{}`", clip(name, 40));
            let hint = did_you_mean(name, known.iter().copied());
            let allowed = one_of(known.iter().copied());
            self.0.push(Finding::new(path, found, allowed).with_hint(hint));
        }
    }
}

/// A number as a person writes it.
fn number(value: f64) -> String {
    if value != 0.0 && (value.abs() < 1e-4 || value.abs() >= 1e9) {
        format!("{value:e}")
    } else {
        format!("{value}")
    }
}
