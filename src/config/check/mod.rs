//! What a type cannot say: signs, ranges, names that must exist, and a robot that is a tree.
//!
//! In: typed configs. Out: findings, each with the path of the value, what it is and what it may be. The
//! ranges of single numbers stand in `range` and are checked wherever a number occurs; here is what
//! depends on more than one value.

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

use serde::Serialize;

use super::controller::ControllerConfig;
use super::controller_numbers::controller_path;
use super::diagnostic::{Finding, clip, did_you_mean, number, one_of};
use super::numbers::for_each_number;
use super::path::FieldPath;
use super::range::{Range, range_of};

/// What a walking controller's numbers may not be, by themselves and beside each other; paths begin with
/// `robot.controller`.
pub fn controller(config: &ControllerConfig) -> Vec<Finding> {
    let mut findings = Findings::default();
    for_each_number(config, &mut |path, owner, value| {
        let path = controller_path().inner(path);
        findings.in_range(path, (&owner.type_name(), owner.field), value);
    });
    controller::check(&mut findings, &controller_path(), config);
    findings.0
}

/// Findings of a check.
#[derive(Debug, Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, path: FieldPath, found: impl Into<String>, allowed: impl Into<String>) {
        self.0.push(Finding::new(path, found, allowed));
    }

    /// Every number of a config is finite and in its field's range.
    fn numbers(&mut self, config: &impl Serialize) {
        for_each_number(config, &mut |path, owner, value| {
            self.in_range(path.clone(), (&owner.type_name(), owner.field), value);
        });
    }

    /// A number is in the range of the field of a type.
    fn in_range(&mut self, path: FieldPath, (owner, field): (&str, &str), value: f64) {
        self.bounded(path, value, range_of(owner, field).unwrap_or(Range::FINITE));
    }

    fn bounded(&mut self, path: FieldPath, value: f64, range: Range) {
        if !range.contains(value) {
            self.add(path, number(value), range.to_string());
        }
    }

    /// A bound that depends on other values; a number out of its own range is reported already.
    fn relation(&mut self, holds: bool, path: FieldPath, value: f64, allowed: impl Into<String>) {
        if !holds && !self.0.iter().any(|finding| finding.path == path) {
            self.add(path, number(value), allowed);
        }
    }

    /// The same from `low` to `high`, both allowed.
    fn within(&mut self, path: FieldPath, value: f64, low: f64, high: f64) {
        let range = Range::within(low, high);
        self.relation(range.contains(value), path, value, range.to_string());
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
