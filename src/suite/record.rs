//! What is kept of a case.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::plan::{Case, Plan};
use crate::judge::{ExpectationResult, METRIC_NAMES, SIGNAL_PREFIX};
use crate::report::RunReport;

/// How a case ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CaseVerdict {
    /// Every expectation holds.
    Pass,
    /// One does not.
    Fail,
    /// There is nothing to judge: the run did not start, did not end in time, or broke.
    Error,
}

impl CaseVerdict {
    /// One lowercase word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Error => "error",
        }
    }
}

/// Why a case could not be judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum CaseError {
    /// The run cannot start.
    #[error("cannot start: {0}")]
    Start(String),
    /// It took longer than it may.
    #[error("still at {sim_time_s:.2} s of simulated time when the limit of {limit_s} s was up")]
    Timeout {
        /// The limit [s].
        limit_s: f64,
        /// How far it had come [s].
        sim_time_s: f64,
    },
    /// A mistake of this program.
    #[error("internal error: {0}")]
    Internal(String),
}

/// Version of this program.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The git revision that was checked out when this program was built; uncommitted changes do not show.
pub const REVISION: Option<&str> = option_env!("LOONG_REVISION");

/// What is kept of a case; one line of `results.jsonl`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseRecord {
    /// Unique name: group and seed.
    pub id: String,
    /// Name of the group.
    pub group: String,
    /// Name of the scenario.
    pub scenario: String,
    /// Name of the robot.
    pub robot: String,
    /// The seed.
    pub seed: u64,
    /// What the suite drew for this seed: values by the paths of their fields.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub drawn: BTreeMap<String, Value>,
    /// The command that runs this case alone, from the folder the suite was run in.
    #[serde(default)]
    pub reproduce: String,
    /// Version of the program that ran it.
    #[serde(default)]
    pub version: String,
    /// Its git revision, where it was built from one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// Hash of scenario and robot with all changes, 16 hexadecimal digits.
    pub input_hash: String,
    /// Hash of the program that ran it, 16 hexadecimal digits.
    pub program_hash: String,
    /// How it ended.
    pub verdict: CaseVerdict,
    /// Why it could not be judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<CaseError>,
    /// The expectations in their order.
    pub expectations: Vec<ExpectationResult>,
    /// What was measured; a figure that does not apply is absent.
    pub metrics: BTreeMap<String, f64>,
    /// Hash of the true state's bits at the end, 16 hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state_hash: Option<String>,
    /// Time the run took on this machine [s].
    pub wall_time_s: f64,
}

impl CaseRecord {
    /// A record of a run that was judged, or of why it was not.
    pub fn new(plan: &Plan, case: Case, outcome: Result<RunReport, CaseError>, wall_time_s: f64) -> Self {
        let group = &plan.groups[case.group];
        let mut record = Self {
            id: plan.id(case),
            group: group.id.clone(),
            scenario: group.loaded.scenario.config.name.clone(),
            robot: group.loaded.robot.config.name.clone(),
            seed: case.seed,
            drawn: group.drawn(case.seed),
            reproduce: group.reproduce(case.seed),
            version: VERSION.to_owned(),
            revision: REVISION.map(str::to_owned),
            input_hash: hexadecimal(group.input_hash(case.seed)),
            program_hash: hexadecimal(plan.program_hash),
            verdict: CaseVerdict::Error,
            error: None,
            expectations: Vec::new(),
            metrics: BTreeMap::new(),
            state_hash: None,
            wall_time_s,
        };
        match outcome {
            Ok(report) => {
                record.verdict = if report.passed() { CaseVerdict::Pass } else { CaseVerdict::Fail };
                let metric = |name: &&str| Some(((*name).to_owned(), report.metrics.value(name)?));
                record.metrics = METRIC_NAMES.iter().filter_map(metric).collect();
                record.state_hash = Some(hexadecimal(report.metrics.state_hash));
                // Figures of signals are told apart by their windows, and compared like metrics.
                let figures = report.expectations.iter().filter(|r| r.name.starts_with(SIGNAL_PREFIX));
                record.metrics.extend(figures.filter_map(|r| Some((r.name.clone(), r.measured?))));
                record.expectations = report.expectations;
            }
            Err(error) => record.error = Some(error),
        }
        record
    }

    /// Whether it passed.
    pub fn passed(&self) -> bool {
        self.verdict == CaseVerdict::Pass
    }

    /// Whether this program would measure the same of this case as the plan has it now.
    pub fn is_of(&self, plan: &Plan, case: Case) -> bool {
        self.id == plan.id(case)
            && self.seed == case.seed
            && self.input_hash == hexadecimal(plan.groups[case.group].input_hash(case.seed))
            && self.program_hash == hexadecimal(plan.program_hash)
    }

    /// When it went wrong in simulated time, in words: the start, the fall, or the end of the run.
    pub fn when(&self) -> String {
        match &self.error {
            Some(CaseError::Start(_)) => return "at the start, 0.00 s".to_owned(),
            Some(CaseError::Timeout { sim_time_s, .. }) => return format!("given up at {sim_time_s:.2} s"),
            Some(CaseError::Internal(_)) | None => {}
        }
        match (self.metrics.get("fall_time_s"), self.metrics.get("sim_time_s")) {
            (Some(fall_s), _) => format!("fell at {fall_s:.2} s"),
            (None, Some(end_s)) => format!("at the end, {end_s:.2} s"),
            (None, None) => "without an end".to_owned(),
        }
    }

    /// Each thing that was wrong, in words: the expectation, measured against allowed.
    pub fn failures(&self) -> Vec<String> {
        if let Some(error) = &self.error {
            return vec![error.to_string()];
        }
        let failed = self.expectations.iter().filter(|result| !result.pass);
        let lines: Vec<String> = failed
            .map(|result| {
                // Six decimals tell a value from its bound; the rest is in the record.
                let rounded = |value: f64| ((1e6 * value).round() / 1e6).to_string();
                let measured = result.measured.map_or("not measured".to_owned(), rounded);
                format!("{}: {measured}, allowed {}", result.name, result.allowed)
            })
            .collect();
        if lines.is_empty() && !self.passed() { vec!["fell: 1, allowed <= 0".to_owned()] } else { lines }
    }
}

/// A JSON number holds 53 bits only, so hashes go as text.
pub(super) fn hexadecimal(hash: u64) -> String {
    format!("{hash:016x}")
}
