//! The verdict as one HTML file that needs no other.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::strip_plot::StripPlot;
use super::verdict::{GroupReport, SuiteReport};
use crate::report::number;

/// Metrics that are drawn though nothing bounds them.
const ALWAYS_DRAWN: [&str; 2] = ["path_speed_mean_mps", "peak_torque_share"];

const STYLE: &str = "
body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#1b1f24;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin:2rem 0 .4rem;border-top:1px solid #d5dae0;padding-top:1rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.25rem .7rem;border-bottom:1px solid #e6e9ed}
th{font-weight:600;color:#57606a}td.n{text-align:right;font-variant-numeric:tabular-nums}
.pass{color:#1a7f37;font-weight:600}.fail{color:#cf222e;font-weight:600}small{color:#57606a}
.plots{display:flex;flex-wrap:wrap;gap:.8rem}figure{margin:0;width:21rem}figcaption{font-size:.85rem}
svg{width:100%;height:auto}svg text{font-size:10px;fill:#57606a}.frame{fill:#f6f8fa;stroke:#d5dae0}
.bound{stroke:#9a6700;stroke-dasharray:4 3}circle{fill:#0969da;fill-opacity:.75}circle.bad{fill:#cf222e}
pre{background:#f6f8fa;padding:.5rem .7rem;overflow-x:auto;margin:.2rem 0 1rem}
";

/// Summary, strip plots of every bounded metric, and the failures.
pub fn html(report: &SuiteReport<'_>) -> String {
    let counts = report.counts();
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
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
                @for group in &report.groups { (section(group)) }
            }
        }
    };
    page.into_string()
}

fn summary(report: &SuiteReport<'_>) -> Markup {
    html! {
        table {
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
        }
    }
}

fn section(group: &GroupReport<'_>) -> Markup {
    let scenario = &group.group.loaded.scenario.config;
    let bounded = group.worst.iter().map(|(result, _)| (result.name.as_str(), result.allowed));
    let is_bounded = |metric: &str| group.worst.iter().any(|(result, _)| result.name == metric);
    let free = ALWAYS_DRAWN.into_iter().filter(|metric| !is_bounded(metric));
    let any = crate::judge::Allowed { min: None, max: None };
    // A count that can only be zero makes no picture.
    let plots = bounded.filter(|(metric, _)| *metric != "fell").chain(free.map(|metric| (metric, any)));
    html! {
        h2 { (group.group.id) " " (verdict(group.pass())) }
        p {
            (scenario.description) ", robot " (group.group.loaded.robot.config.name) ", "
            (group.passed) " of " (group.records.len()) " seeds pass (" (interval(group)) ")."
        }
        (bounds(group))
        div.plots {
            @for (metric, allowed) in plots {
                (StripPlot { metric, allowed, records: &group.records }.svg())
            }
        }
        @for record in group.failed() {
            p.failure {
                span.fail { (record.verdict.word()) } " seed " (record.seed) ", " (record.when()) ": "
                (record.failures().join("; "))
            }
            pre { (group.group.reproduce(record.seed)) }
        }
    }
}

fn bounds(group: &GroupReport<'_>) -> Markup {
    html! {
        table {
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
                        td { (result.allowed) }
                        td { "over all seeds" }
                        td { (verdict(result.pass)) }
                    }
                }
            }
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
