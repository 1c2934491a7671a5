//! The verdict as one HTML file that needs no other.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::against::Drift;
use super::case_section::{failed_case, passed_case};
use super::comparison_text::{change_cells, change_heading};
use super::gallery::Gallery;
use super::strip_plot::StripPlot;
use super::verdict::{GroupReport, SuiteReport};
use crate::report::number;

/// Metrics that are drawn though nothing bounds them.
const ALWAYS_DRAWN: [&str; 2] = ["path_speed_mean_mps", "peak_torque_share"];

const STYLE: &str = include_str!("report.css");

/// Summary, strip plots of every bounded metric, the failures with what the gallery has of them, and one
/// run a group that passed.
pub fn html(report: &SuiteReport<'_>, gallery: &Gallery) -> String {
    let counts = report.counts();
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "Loong: " (verdict_word(report.pass())) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { "Regression " (verdict(report.pass())) }
                p {
                    (counts.passed) " of " (counts.run) " runs passed"
                    @if counts.errors > 0 { ", " (counts.errors) " could not be judged" }
                    @if counts.run < counts.planned { ", " (counts.planned - counts.run) " were not run" }
                    "; " (format!("{:.0}", report.sim_time_s())) " s simulated in "
                    (format!("{:.1}", report.wall_time_s)) " s."
                }
                (summary(report))
                @for (i, group) in report.groups.iter().enumerate() { (section(i, group, gallery)) }
            }
        }
    };
    page.into_string()
}

fn summary(report: &SuiteReport<'_>) -> Markup {
    html! {
        div.wide { table {
            thead {
                tr { th { "Scenario" } th { "Verdict" } th { "Passed" } th { "95 % interval" } th { "Tags" } }
            }
            tbody {
                @for (i, group) in report.groups.iter().enumerate() {
                    tr {
                        td { a href=(format!("#g{i}")) { (group.group.id) } }
                        td { (verdict(group.pass())) }
                        td { (group.passed) " / " (group.records.len()) }
                        td { (interval(group)) }
                        td { (group.group.tags.join(", ")) }
                    }
                }
            }
        } }
    }
}

fn section(index: usize, group: &GroupReport<'_>, gallery: &Gallery) -> Markup {
    let scenario = &group.group.loaded.scenario.config;
    let bounded = group.worst.iter().map(|(result, _)| (result.name.as_str(), result.allowed));
    let is_bounded = |metric: &str| group.worst.iter().any(|(result, _)| result.name == metric);
    let free = ALWAYS_DRAWN.into_iter().filter(|metric| !is_bounded(metric));
    let any = crate::judge::Allowed { min: None, max: None };
    // A count that can only be zero makes no picture.
    let plots = bounded.filter(|(metric, _)| *metric != "fell").chain(free.map(|metric| (metric, any)));
    html! {
        h2 id=(format!("g{index}")) { (group.group.id) " " (verdict(group.pass())) }
        p {
            (scenario.description) ", robot " (group.group.loaded.robot.config.name) ", "
            (group.passed) " of " (group.records.len()) " seeds pass (" (interval(group)) ")."
        }
        (bounds(group))
        @if let Some(drift) = &group.drift { (moved(drift)) }
        div.plots {
            @for (metric, allowed) in plots {
                (StripPlot { metric, allowed, records: &group.records }.svg())
            }
        }
        @for record in group.failed() { (failed_case(group, record, gallery.get(&record.id))) }
        @for record in group.records.iter().filter(|record| record.passed()) {
            @if let Some(trace) = gallery.get(&record.id) { (passed_case(group, record, trace)) }
        }
    }
}

fn bounds(group: &GroupReport<'_>) -> Markup {
    html! {
        div.wide { table {
            thead { tr { th { "Bound" } th { "Worst" } th { "Allowed" } th { "Held" } th {} } }
            tbody {
                @for (result, held) in &group.worst {
                    tr {
                        td { (result.name) }
                        td.n { (number(result.measured)) }
                        td { (result.allowed) }
                        td { (held) " / " (group.records.len()) }
                        td { (verdict(*held == group.records.len())) }
                    }
                }
                @for result in &group.statistics {
                    tr {
                        td { (result.name) }
                        td.n { (number(result.measured)) }
                        td { (result.allowed) @if let Some(note) = &result.note { " " small { (note) } } }
                        td { "over all seeds" }
                        td { (verdict(result.pass)) }
                    }
                }
            }
        } }
    }
}

/// What moved from the baseline, and what else was run then.
fn moved(drift: &Drift) -> Markup {
    let shown: Vec<_> = drift.changes.iter().filter(|change| change.is_shown()).collect();
    let differ = drift.changes.iter().filter(|change| change.differs).count();
    html! {
        p {
            "Against the baseline, " (differ) " of " (drift.changes.len()) " figures differ."
            @for input in &drift.inputs { " Not the same run: " (input) "." }
        }
        @if !shown.is_empty() {
            div.wide { table {
                thead {
                    tr {
                        th { "Metric" }
                        @for name in change_heading(["baseline", "now"]) { th { (name) } }
                    }
                }
                tbody {
                    @for change in shown {
                        tr { td { (change.metric) } @for cell in change_cells(change) { td { (cell) } } }
                    }
                }
            } }
        }
    }
}

fn interval(group: &GroupReport<'_>) -> String {
    let (low, high) = group.success_interval;
    format!("{:.0} to {:.0} %", 100.0 * low, 100.0 * high)
}

fn verdict(pass: bool) -> Markup {
    html! { span class=(if pass { "pass" } else { "fail" }) { (verdict_word(pass)) } }
}

fn verdict_word(pass: bool) -> &'static str {
    if pass { "pass" } else { "FAIL" }
}
