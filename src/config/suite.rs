//! What a suite's RON says: which scenarios with which robots, changes and seeds, and what must hold
//! over the seeds.

use std::collections::BTreeMap;

use ron::value::RawValue;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Scenarios over seeds, robots and changes, as a suite's RON file describes them.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SuiteConfig {
    /// Short name: the first part of every case's id.
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// What is run, in the order of the report.
    pub entries: Vec<EntryConfig>,
}

/// A scenario and everything it is run with.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EntryConfig {
    /// Scenario file, relative to the suite's own folder.
    pub scenario: String,
    /// Name in ids and reports; the scenario's own where absent.
    #[serde(default)]
    pub name: Option<String>,
    /// Robot files in place of the scenario's own, relative to the suite's folder; each runs every seed.
    #[serde(default)]
    pub robots: Vec<String>,
    /// Seeds, the last one not included.
    #[serde(default = "seed_zero")]
    pub seeds: (u64, u64),
    /// Changes of fields, `path=value` as `--set` takes them.
    #[serde(default)]
    pub set: Vec<String>,
    /// Fields and the values each takes; every combination runs every seed.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, Vec<serde_json::Value>>")]
    pub vary: BTreeMap<String, Vec<Box<RawValue>>>,
    /// Words to choose entries by.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Share of the seeds that must pass; all of them where absent.
    #[serde(default)]
    pub success_rate: Option<SuccessRate>,
    /// Bounds on figures over all seeds.
    #[serde(default)]
    pub statistics: Vec<StatisticConfig>,
}

fn seed_zero() -> (u64, u64) {
    (0, 1)
}

/// Share of the seeds that must pass.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SuccessRate {
    /// Smallest allowed share, 0 to 1.
    pub min: f64,
}

/// A bound on a metric over all seeds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StatisticConfig {
    /// Name of the metric as a run's JSON has it.
    pub metric: String,
    /// Which figure of its distribution.
    #[serde(default)]
    pub of: Statistic,
    /// Smallest allowed value.
    #[serde(default)]
    pub min: Option<f64>,
    /// Largest allowed value.
    #[serde(default)]
    pub max: Option<f64>,
}

/// A figure of a metric's distribution over the seeds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub enum Statistic {
    /// The smallest value against `min`, the largest against `max`.
    #[default]
    Worst,
    /// The mean.
    Mean,
    /// The value that this many percent of the seeds do not exceed, 0 to 100.
    Percentile(f64),
}
