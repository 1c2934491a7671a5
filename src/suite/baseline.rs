//! What a suite measured when its results were accepted: a small file that later runs are held against.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ron::ser::PrettyConfig;
use serde::{Deserialize, Serialize};

use super::group::Group;
use super::record::{CaseRecord, REVISION, VERSION, hexadecimal};
use super::statistics::{Summary, summarise};
use crate::config::diagnostic::{ConfigError, Finding};
use crate::config::document::Document;
use crate::config::path::{FieldPath, Step};
use crate::model::RobotModel;

/// Decimals behind a figure's first digit.
const DECIMALS: usize = 5;

/// The figures of a suite, group by group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// Name of the suite.
    pub suite: String,
    /// Version of the program that measured them.
    pub version: String,
    /// Its git revision, where it was built from one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// The groups in the suite's order.
    pub groups: Vec<BaselineGroup>,
}

/// The figures of a group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BaselineGroup {
    /// Name of the group.
    pub id: String,
    /// Hash of the scenario with the suite's changes, 16 hexadecimal digits.
    pub scenario_hash: String,
    /// Hash of the robot with the suite's changes, 16 hexadecimal digits.
    pub robot_hash: String,
    /// Name of the robot.
    pub robot: String,
    /// Mass of the robot as its file has it [kg].
    pub robot_mass_kg: Option<f64>,
    /// Seeds, the last one not included.
    pub seeds: (u64, u64),
    /// How many passed.
    pub passed: usize,
    /// How many ran.
    pub runs: usize,
    /// Each metric over the runs that measured it.
    pub metrics: BTreeMap<String, Figures>,
}

/// A metric over the runs that measured it; its worst value is `min` or `max`, as one sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figures {
    /// How many did, where not all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runs: Option<usize>,
    /// Mean.
    pub mean: f64,
    /// Standard deviation over the seeds.
    pub sd: f64,
    /// Smallest value.
    pub min: f64,
    /// Largest value.
    pub max: f64,
    /// The values by rising seed; left out where all are the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<f64>,
}

impl BaselineGroup {
    /// The figures of a group's records.
    pub fn new(group: &Group, records: &[&CaseRecord]) -> Self {
        let robot = &group.loaded.robot.config;
        Self {
            id: group.id.clone(),
            scenario_hash: hexadecimal(group.scenario_hash()),
            robot_hash: hexadecimal(group.robot_hash()),
            robot: robot.name.clone(),
            robot_mass_kg: RobotModel::build(robot).ok().map(|model| rounded(model.mass_kg)),
            seeds: (group.seeds.start, group.seeds.end),
            passed: records.iter().filter(|record| record.passed()).count(),
            runs: records.len(),
            metrics: figures(records),
        }
    }

    /// A metric as a sample; none where no run measured it.
    pub fn summary(&self, metric: &str) -> Option<Summary> {
        let Figures { runs, mean, sd, min, max, .. } = *self.metrics.get(metric)?;
        Some(Summary { count: runs.unwrap_or(self.runs), mean, sd, min, max })
    }

    /// A metric of every seed; none where a seed did not run or did not measure it.
    pub fn values(&self, metric: &str) -> Option<Vec<f64>> {
        let Figures { runs, mean, values, .. } = self.metrics.get(metric)?;
        let all = self.runs as u64 == self.seeds.1.saturating_sub(self.seeds.0) && runs.is_none();
        let values = if values.is_empty() { vec![*mean; self.runs] } else { values.clone() };
        (all && values.len() == self.runs).then_some(values)
    }
}

/// Every metric over the records that have it, by rising seed, rounded as it is written.
pub fn figures(records: &[&CaseRecord]) -> BTreeMap<String, Figures> {
    let mut sorted = records.to_vec();
    sorted.sort_by_key(|record| record.seed);
    let mut all: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for (metric, value) in sorted.iter().flat_map(|record| &record.metrics) {
        all.entry(metric).or_default().push(*value);
    }
    let figures = |(metric, values): (&&str, &Vec<f64>)| {
        let Summary { count, mean, sd, min, max } = summarise(values)?;
        let runs = (count != records.len()).then_some(count);
        let [mean, sd, min, max] = [mean, sd, min, max].map(rounded);
        let values = if min == max { Vec::new() } else { values.iter().copied().map(rounded).collect() };
        Some(((*metric).to_owned(), Figures { runs, mean, sd, min, max, values }))
    };
    all.iter().filter_map(figures).collect()
}

/// A figure as it is written.
pub fn rounded(value: f64) -> f64 {
    format!("{value:.DECIMALS$e}").parse().unwrap_or(value)
}

impl Baseline {
    /// The baseline of some groups with all their records, in the groups' order.
    pub fn new(suite: &str, groups: Vec<BaselineGroup>) -> Self {
        Self {
            suite: suite.to_owned(),
            version: VERSION.to_owned(),
            revision: REVISION.map(str::to_owned),
            groups,
        }
    }

    /// Reads a baseline; none where there is no such file.
    ///
    /// # Errors
    /// Every mistake in the file.
    pub fn read(path: &Path) -> Result<Option<Self>, ConfigError> {
        if !path.exists() {
            return Ok(None);
        }
        let document = Document::read(path, Vec::new())?;
        let baseline: Self = document.deserialize()?;
        let mut findings = document.not_finite();
        findings.extend(baseline.findings());
        document.refuse(findings).map_or(Ok(Some(baseline)), Err)
    }

    /// Counts that cannot be.
    fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (i, group) in self.groups.iter().enumerate() {
            let at = FieldPath::root().field("groups").index(i);
            if group.runs == 0 {
                findings.push(Finding::new(at.field("runs"), "0", "at least one run"));
            }
            if group.passed > group.runs {
                let allowed = format!("at most `runs`, {}", group.runs);
                findings.push(Finding::new(at.field("passed"), group.passed.to_string(), allowed));
            }
            for (metric, figures) in &group.metrics {
                let count = figures.runs.unwrap_or(group.runs);
                let listed = figures.values.len();
                let at = at.field("metrics").field(metric);
                if count == 0 || count > group.runs {
                    let allowed = format!("a number from 1 to {}", group.runs);
                    findings.push(Finding::new(at.field("runs"), count.to_string(), allowed));
                } else if listed != 0 && listed != count {
                    let allowed = format!("{count} values, or none where all are the same");
                    findings.push(Finding::new(at.field("values"), format!("{listed} values"), allowed));
                }
            }
        }
        findings
    }

    /// The file's text: the same for the same figures, a line a metric.
    ///
    /// # Errors
    /// Where a figure cannot be written.
    pub fn text(&self) -> Result<String, ron::Error> {
        let pretty = PrettyConfig::new().depth_limit(4).new_line("\n").struct_names(false);
        let body = ron::ser::to_string_pretty(self, pretty)?;
        Ok(format!(
            "// What the suite `{}` measured; written by `loong baseline update`.\n{body}",
            // A name of two lines would end the comment.
            self.suite.escape_debug()
        ))
    }

    /// A group by its name.
    pub fn group(&self, id: &str) -> Option<&BaselineGroup> {
        self.groups.iter().find(|group| group.id == id)
    }

    /// Which program measured it.
    pub fn program(&self) -> String {
        match &self.revision {
            Some(revision) => format!("loong {}, revision {revision}", self.version),
            None => format!("loong {}", self.version),
        }
    }
}

/// Whether a file is meant as a baseline: it has a field `groups`.
pub fn is_baseline(path: &Path) -> bool {
    let Ok(document) = Document::read(path, Vec::new()) else { return false };
    document.root().child(document.text(), &Step::Field("groups".to_owned())).is_some()
}

/// Where a suite's baseline is kept: in the folder given, or in `baselines` beside the folder `suites` it
/// lies in, or beside the suite itself.
pub fn baseline_path(suite: &Path, folder: Option<&Path>) -> PathBuf {
    let name = suite.file_name().unwrap_or_default();
    if let Some(folder) = folder {
        return folder.join(name);
    }
    let own = suite.parent().unwrap_or(Path::new(""));
    let above = if own.ends_with("suites") { own.parent().unwrap_or(Path::new("")) } else { own };
    above.join("baselines").join(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn baselines_lie_beside_the_suites() {
        let at = |suite: &str| baseline_path(Path::new(suite), None).display().to_string();
        assert_eq!(at("configs/suites/smoke.ron"), "configs/baselines/smoke.ron");
        assert_eq!(at("suites/smoke.ron"), "baselines/smoke.ron");
        assert_eq!(at("mine/smoke.ron"), "mine/baselines/smoke.ron");
        assert_eq!(at("smoke.ron"), "baselines/smoke.ron");
        let given = baseline_path(Path::new("a/b.ron"), Some(Path::new("kept")));
        assert_eq!(given, Path::new("kept/b.ron"));
    }

    #[test]
    fn what_is_written_is_read_again() -> Result<(), Box<dyn std::error::Error>> {
        let group = BaselineGroup {
            id: "s/a[x=\"1\"]".to_owned(),
            scenario_hash: "0".repeat(16),
            robot_hash: "f".repeat(16),
            robot: "Loong".to_owned(),
            robot_mass_kg: Some(82.0),
            seeds: (0, 3),
            passed: 2,
            runs: 3,
            metrics: BTreeMap::from([
                (
                    "a".to_owned(),
                    Figures {
                        runs: None,
                        mean: 0.1,
                        sd: 1e-7,
                        min: -3.0,
                        max: 1e9,
                        values: vec![-3.0, 0.5, 1e9],
                    },
                ),
                (
                    "b".to_owned(),
                    Figures { runs: Some(2), mean: 0.1, sd: 0.0, min: 0.1, max: 0.1, values: Vec::new() },
                ),
            ]),
        };
        let baseline = Baseline::new("s", vec![group]);
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("s.ron");
        assert_eq!(Baseline::read(&path)?, None);
        std::fs::write(&path, baseline.text()?)?;
        assert_eq!(Baseline::read(&path)?, Some(baseline.clone()));
        assert!(baseline.text()?.contains("\"a\": (mean: 0.1, sd: "), "{}", baseline.text()?);
        for (from, to, field) in [
            ("passed", "past", "groups[0].past"),
            ("passed: 2", "passed: 4", "groups[0].passed"),
            (" runs: 3", " runs: 0", "groups[0].runs"),
            ("runs: Some(2)", "runs: Some(4)", "groups[0].metrics.b.runs"),
            ("values: [-3.0, ", "values: [", "groups[0].metrics.a.values"),
            ("sd: 0.0", "sd: inf", "groups[0].metrics.b.sd"),
        ] {
            let text = baseline.text()?;
            assert!(text.contains(from), "{from}: {text}");
            std::fs::write(&path, text.replace(from, to))?;
            let error = Baseline::read(&path).expect_err(to);
            assert!(error.to_string().contains(field), "{error}");
        }
        Ok(())
    }
}
