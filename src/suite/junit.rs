//! The verdict as JUnit XML: a test suite for each group, a test case for each seed and each bound over
//! the seeds.

use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, SerializeError, TestCase, TestCaseStatus, TestSuite};

use super::record::{CaseRecord, CaseVerdict};
use super::verdict::{GroupReport, SuiteReport};

/// The report as CI servers read it.
///
/// # Errors
/// Where the XML cannot be written.
pub fn junit(report: &SuiteReport<'_>) -> Result<String, SerializeError> {
    let mut xml = Report::new("loong");
    xml.set_time(seconds(report.wall_time_s));
    for group in &report.groups {
        xml.add_test_suite(suite(group));
    }
    xml.to_string().map(without_root_skipped)
}

/// The root without its count of skipped cases, which the schema of Jenkins does not know there.
fn without_root_skipped(xml: String) -> String {
    let name = " skipped=\"";
    let Some(at) = xml.find(name) else { return xml };
    let root_ends = xml.find("<testsuite ").unwrap_or(xml.len());
    match xml[at + name.len()..].find('"') {
        Some(length) if at < root_ends => {
            format!("{}{}", &xml[..at], &xml[at + name.len() + length + 1..])
        }
        _ => xml,
    }
}

fn suite(group: &GroupReport<'_>) -> TestSuite {
    let mut suite = TestSuite::new(group.group.id.as_str());
    suite.set_time(seconds(group.records.iter().map(|record| record.wall_time_s).sum()));
    if !group.group.tags.is_empty() {
        suite.add_property(("tags", group.group.tags.join(" ").as_str()));
    }
    let tolerated = group.group.success_rate.is_some();
    for record in &group.records {
        let mut case = TestCase::new(format!("seed {}", record.seed), status(record, tolerated));
        case.set_classname(group.group.id.as_str()).set_time(seconds(record.wall_time_s));
        if !record.passed() {
            case.set_system_out(group.group.reproduce(record.seed));
        }
        suite.add_test_case(case);
    }
    for result in &group.statistics {
        let status = if result.pass {
            TestCaseStatus::success()
        } else {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(result.words());
            status
        };
        let mut case = TestCase::new(result.name.as_str(), status);
        case.set_classname(group.group.id.as_str());
        if !result.pass {
            case.set_system_out(group.group.reproduce_all());
        }
        suite.add_test_case(case);
    }
    if !group.complete() {
        let missing = group.planned - group.records.len();
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_message(format!("{missing} of {} seeds were not run", group.planned));
        let mut case = TestCase::new("complete", status);
        case.set_classname(group.group.id.as_str());
        suite.add_test_case(case);
    }
    suite
}

/// Where a share of the seeds may fail, one that does is not held against the build by itself.
fn status(record: &CaseRecord, tolerated: bool) -> TestCaseStatus {
    let mut status = match record.verdict {
        CaseVerdict::Pass => return TestCaseStatus::success(),
        CaseVerdict::Fail if tolerated => TestCaseStatus::skipped(),
        CaseVerdict::Fail => TestCaseStatus::non_success(NonSuccessKind::Failure),
        CaseVerdict::Error => TestCaseStatus::non_success(NonSuccessKind::Error),
    };
    status.set_message(format!("{}; {}", record.when(), record.failures().join("; ")));
    status
}

fn seconds(time_s: f64) -> Duration {
    Duration::try_from_secs_f64(time_s).unwrap_or_default()
}
