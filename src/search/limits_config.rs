//! What a RON file of limits says: which quantities, how they are changed, and how far.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::bisect::Grid;
use super::sweep::{check_seeds, unknown_metric};
use super::template::fill;
use crate::config::diagnostic::Finding;
use crate::config::load::load_with;
use crate::config::overrides::Override;
use crate::config::path::FieldPath;
use crate::config::{ConfigError, Loaded};
use crate::judge::METRIC_NAMES;

/// Most values of a scale.
const MAX_VALUES: usize = 100_000;
/// Most combinations of cases of a quantity.
const MAX_CASES: usize = 1000;

/// A file of limits.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitsConfig {
    /// Short name.
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// Robot file in place of the scenarios' own, relative to this file's folder.
    #[serde(default)]
    pub robot: Option<String>,
    /// Seeds of each value, the last one not included.
    pub seeds: (u64, u64),
    /// What is taken to its limit, in the order of the report.
    pub quantities: Vec<QuantityConfig>,
}

/// A quantity and how far it may go.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuantityConfig {
    /// Word to choose it by.
    pub name: String,
    /// Name in reports; the word where absent.
    #[serde(default)]
    pub label: Option<String>,
    /// Unit in reports.
    #[serde(default)]
    pub unit: String,
    /// Scenario file, relative to this file's folder. Its expectations must hold.
    pub scenario: String,
    /// Whether it makes sense in a scenario the user names in place of this one.
    #[serde(default)]
    pub any_scenario: bool,
    /// Changes with the value left open: `{x}` is the quantity, `{0.97*x}` a multiple of it; with
    /// directions `{forward}` and `{left}` are its parts, and each of the cases has its own name.
    pub set: Vec<String>,
    /// The easiest value and the hardest one.
    pub range: (f64, f64),
    /// How fine the limit is found.
    pub resolution: Resolution,
    /// Seeds in place of the file's.
    #[serde(default)]
    pub seeds: Option<(u64, u64)>,
    /// Names and values in every combination of which a value of the quantity must hold.
    #[serde(default)]
    pub cases: BTreeMap<String, Vec<f64>>,
    /// Directions, from forward to the left [degrees]; each has a limit of its own.
    #[serde(default)]
    pub directions_deg: Vec<f64>,
    /// Metric that is told of the runs at the limit.
    #[serde(default)]
    pub report: Option<String>,
    /// Values looked at on both sides of the limit.
    #[serde(default = "one")]
    pub neighbours: usize,
}

fn one() -> usize {
    1
}

/// Distance between two values.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
pub enum Resolution {
    /// Their difference.
    Step(f64),
    /// Their quotient, above 1.
    Factor(f64),
}

impl QuantityConfig {
    /// Name in reports.
    pub fn label(&self) -> &str {
        self.label.as_deref().unwrap_or(&self.name)
    }

    /// Whether the hardest value is the smallest one.
    pub fn is_lower(&self) -> bool {
        self.range.1 < self.range.0
    }

    /// The values from the easiest to the hardest.
    pub fn grid(&self) -> Grid {
        let (from, to) = self.range;
        match self.resolution {
            Resolution::Step(step) => Grid::linear(from, to, step),
            Resolution::Factor(factor) => Grid::geometric(from, to, factor),
        }
    }

    /// Every combination of the cases; one without a name where there are none.
    pub fn combinations(&self) -> Vec<Vec<(String, f64)>> {
        let mut all: Vec<Vec<(String, f64)>> = vec![Vec::new()];
        for (name, values) in &self.cases {
            let longer = |case: &Vec<(String, f64)>| -> Vec<Vec<(String, f64)>> {
                values.iter().map(|v| case.iter().cloned().chain([(name.clone(), *v)]).collect()).collect()
            };
            all = all.iter().flat_map(longer).collect();
        }
        all
    }

    /// The changes for a value of the quantity, a direction and a case.
    pub fn changes(
        &self,
        value: f64,
        direction_deg: Option<f64>,
        case: &[(String, f64)],
    ) -> Result<Vec<String>, super::TemplateError> {
        let mut values = vec![("x".to_owned(), value)];
        if let Some(direction_deg) = direction_deg {
            let (left, forward) = direction_deg.to_radians().sin_cos();
            // A micrometre or a micronewton second is as good as nothing.
            let part = |share: f64| (value * share * 1e6).round() / 1e6;
            values.extend([("forward".to_owned(), part(forward)), ("left".to_owned(), part(left))]);
        }
        values.extend(case.iter().cloned());
        self.set.iter().map(|template| fill(template, &values)).collect()
    }
}

/// Reads a file of limits.
///
/// # Errors
/// Every mistake, with its place.
pub fn load_limits(path: &Path) -> Result<Loaded<LimitsConfig>, ConfigError> {
    load_with(path, check)
}

fn check(config: &LimitsConfig) -> Vec<Finding> {
    let root = FieldPath::root();
    let mut findings = Vec::new();
    check_seeds(&mut findings, &root.field("seeds"), config.seeds);
    let list = root.field("quantities");
    if config.quantities.is_empty() {
        findings.push(Finding::new(list.clone(), "no quantity", "at least one"));
    }
    for (i, quantity) in config.quantities.iter().enumerate() {
        let at = list.index(i);
        if config.quantities[..i].iter().any(|other| other.name == quantity.name) {
            let found = format!("a second quantity `{}`", quantity.name);
            findings.push(Finding::new(at.field("name"), found, "a name of its own"));
        }
        check_quantity(&mut findings, &at, quantity);
    }
    findings
}

fn check_quantity(findings: &mut Vec<Finding>, at: &FieldPath, quantity: &QuantityConfig) {
    if quantity.name.trim().is_empty() || quantity.name.contains(',') {
        let found = format!("`{}`", quantity.name);
        findings.push(Finding::new(at.field("name"), found, "a word without a comma"));
    }
    if let Some(seeds) = quantity.seeds {
        check_seeds(findings, &at.field("seeds"), seeds);
    }
    let (from, to) = quantity.range;
    if from == to {
        findings.push(Finding::new(at.field("range"), format!("({from}, {to})"), "two different values"));
        return;
    }
    match quantity.resolution {
        Resolution::Step(step) if step <= 0.0 || (to - from).abs() / step > MAX_VALUES as f64 => {
            let allowed = format!("a positive step of which the range has at most {MAX_VALUES}");
            findings.push(Finding::new(at.field("resolution"), format!("Step({step})"), allowed));
        }
        Resolution::Factor(_) if from <= 0.0 || to <= 0.0 => {
            let found = format!("({from}, {to})");
            findings.push(Finding::new(at.field("range"), found, "positive values, with a `Factor`"));
        }
        Resolution::Factor(factor) if factor < 1.001 => {
            let found = format!("Factor({factor})");
            findings.push(Finding::new(at.field("resolution"), found, "a factor of at least 1.001"));
        }
        _ => {}
    }
    for (name, values) in &quantity.cases {
        if values.is_empty() || ["x", "forward", "left"].contains(&name.as_str()) {
            let found = format!("`{name}` with {} values", values.len());
            let allowed = "at least one value, and another name than `x`, `forward` and `left`";
            findings.push(Finding::new(at.field("cases").field(name), found, allowed));
        }
    }
    let cases = quantity.cases.values().fold(1_usize, |product, v| product.saturating_mul(v.len()));
    if cases > MAX_CASES {
        let allowed = format!("at most {MAX_CASES}");
        findings.push(Finding::new(at.field("cases"), format!("{cases} combinations"), allowed));
    } else if cases > 0 {
        check_templates(findings, at, quantity);
    }
    if let Some(metric) = &quantity.report
        && !METRIC_NAMES.contains(&metric.as_str())
    {
        findings.push(unknown_metric(at.field("report"), metric));
    }
}

fn check_templates(findings: &mut Vec<Finding>, at: &FieldPath, quantity: &QuantityConfig) {
    if !quantity.set.iter().any(|text| text.contains('{')) {
        findings.push(Finding::new(at.field("set"), "no `{x}`", "at least one change with `{x}` in it"));
    }
    let direction = quantity.directions_deg.first().copied();
    let case = quantity.combinations().into_iter().next().unwrap_or_default();
    for (i, text) in quantity.set.iter().enumerate() {
        let one = QuantityConfig { set: vec![text.clone()], ..quantity.clone() };
        let at = at.field("set").index(i);
        match one.changes(quantity.range.0, direction, &case) {
            Err(error) => findings.push(Finding::new(at, error.found, error.allowed)),
            Ok(filled) => {
                for text in &filled {
                    if let Err(error) = Override::parse(text) {
                        findings.push(Finding::new(at.clone(), error.found, error.allowed));
                    }
                }
            }
        }
    }
}
