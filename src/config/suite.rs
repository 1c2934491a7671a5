//! What a suite's RON says: which scenarios with which robots, changes and seeds, and what must hold
//! over the seeds.

use std::collections::BTreeMap;
use std::fmt;

use ron::value::RawValue;
use schemars::JsonSchema;
use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

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

/// A scenario, or several, and everything it is run with.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EntryConfig {
    /// Scenario file, relative to the suite's own folder; either this or `scenarios`.
    #[serde(default)]
    pub scenario: Option<String>,
    /// Several scenario files, by name or by pattern.
    #[serde(default)]
    #[schemars(with = "Option<Vec<String>>")]
    pub scenarios: Option<Patterns>,
    /// Name in ids and reports; the scenario's own where absent, before it where there are several.
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
    /// Fields and the distribution each is drawn from, anew for every seed (0 too), over `set` and `vary`.
    #[serde(default)]
    pub draw: BTreeMap<String, Distribution>,
    /// Words to choose entries by.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Share of the seeds that must pass; all of them where absent.
    #[serde(default)]
    pub success_rate: Option<SuccessRate>,
    /// Bounds on figures over all seeds.
    #[serde(default)]
    pub statistics: Vec<StatisticConfig>,
    /// Bounds on figures against the suite's baseline.
    #[serde(default)]
    pub baseline: Vec<BaselineBound>,
}

/// File names relative to the suite's folder, each with `*`, `?` or `[...]` for what may stand there.
#[derive(Debug, Clone, PartialEq)]
pub struct Patterns {
    /// The names in their order.
    pub names: Vec<String>,
    /// Whether they stand in a list.
    pub listed: bool,
}

impl<'de> Deserialize<'de> for Patterns {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMore;
        impl<'de> Visitor<'de> for OneOrMore {
            type Value = Patterns;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a file name or pattern in double quotes, or a list of them")
            }

            fn visit_str<E>(self, text: &str) -> Result<Patterns, E> {
                Ok(Patterns { names: vec![text.to_owned()], listed: false })
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Patterns, A::Error> {
                let mut names = Vec::new();
                while let Some(name) = list.next_element()? {
                    names.push(name);
                }
                Ok(Patterns { names, listed: true })
            }
        }
        deserializer.deserialize_any(OneOrMore)
    }
}

/// What a field is drawn from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Distribution {
    /// Anything from the first number to the second one, evenly.
    Uniform(f64, f64),
    /// The normal distribution, cut off at the bounds where there are some.
    Normal {
        /// Its middle, if it is not cut off.
        mean: f64,
        /// Its standard deviation, if it is not cut off.
        sd: f64,
        /// Smallest value.
        #[serde(default)]
        min: Option<f64>,
        /// Largest value.
        #[serde(default)]
        max: Option<f64>,
    },
    /// One of these values, each as likely.
    Choice(#[schemars(with = "Vec<serde_json::Value>")] Vec<Box<RawValue>>),
}

/// Name of the share of the seeds that pass where a bound against the baseline names a metric.
pub const SUCCESS_RATE: &str = "success_rate";

/// A bound on a figure over all seeds against the same figure of the baseline.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BaselineBound {
    /// Name of the metric as a run's JSON has it, or [`SUCCESS_RATE`].
    pub metric: String,
    /// Which figure of its distribution.
    #[serde(default)]
    pub of: BaselineFigure,
    /// Smallest allowed share of the baseline's value: 0.97 is 3 % below it.
    #[serde(default)]
    pub at_least: Option<f64>,
    /// Largest allowed share of the baseline's value.
    #[serde(default)]
    pub at_most: Option<f64>,
    /// How far it may be below the baseline's value, in the metric's unit.
    #[serde(default)]
    pub drop_max: Option<f64>,
    /// How far it may be above the baseline's value, in the metric's unit.
    #[serde(default)]
    pub rise_max: Option<f64>,
}

/// A figure of a metric's distribution that a baseline keeps.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum BaselineFigure {
    /// The mean.
    #[default]
    Mean,
    /// The smallest value against a lower bound, the largest against an upper one.
    Worst,
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
    /// Smallest allowed lower end of the share's 95 % confidence interval: how sure few seeds have to be.
    #[serde(default)]
    pub interval_min: Option<f64>,
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
