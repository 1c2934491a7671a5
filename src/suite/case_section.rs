//! One run on the HTML page: what was expected, how to see it again, pictures and plots.

use maud::{Markup, html};
use xxhash_rust::xxh3::xxh3_64;

use super::figure::Artist;
use super::footstep_map::footstep_map;
use super::line_plot::{LinePlot, MAX_LINES};
use super::record::CaseRecord;
use super::trace::Trace;
use super::verdict::GroupReport;
use crate::config::scenario::Expectation;
use crate::course::laid_out;
use crate::judge::SIGNAL_PREFIX;
use crate::mapping::WorldMap;
use crate::model::RobotModel;
use crate::report::number;

/// A run that did not pass; with pictures where it was run again.
pub(super) fn failed_case(group: &GroupReport<'_>, record: &CaseRecord, trace: Option<&Trace>) -> Markup {
    let id = anchor(record);
    html! {
        article.failure id=(id) {
            h3 { span.fail { (record.verdict.word()) } " seed " (record.seed) ", " (record.when()) }
            @if record.expectations.iter().any(|result| !result.pass) {
                table.expected {
                    thead { tr { th { "Expectation" } th { "Measured" } th { "Allowed" } } }
                    tbody {
                        @for result in record.expectations.iter().filter(|result| !result.pass) {
                            tr {
                                td { (result.name) " " small { (result.reason.as_deref().unwrap_or_default()) } }
                                td.n { (number(result.measured)) }
                                td { (result.allowed) }
                            }
                        }
                    }
                }
            } @else {
                p { (record.failures().join("; ")) }
            }
            pre { (group.group.reproduce(record.seed)) }
            @match trace {
                Some(trace) => (drawn(group, record, trace)),
                None => p { small { "Without pictures: it was not run again." } }
            }
        }
    }
}

/// A run that passed, folded away.
pub(super) fn passed_case(group: &GroupReport<'_>, record: &CaseRecord, trace: &Trace) -> Markup {
    html! {
        details {
            summary { "Seed " (record.seed) ", which passes" }
            pre { (group.group.reproduce(record.seed)) }
            (drawn(group, record, trace))
        }
    }
}

/// Id of a run's place on the page; the case's own id may hold what no id may.
fn anchor(record: &CaseRecord) -> String {
    format!("c{:016x}", xxh3_64(record.id.as_bytes()))
}

fn drawn(group: &GroupReport<'_>, record: &CaseRecord, trace: &Trace) -> Markup {
    let Ok(loaded) = group.group.load(record.seed) else { return html! {} };
    let (robot, scenario) = (&loaded.robot.config, &*laid_out(&loaded.scenario.config, record.seed));
    let same = record.state_hash.as_ref().is_some_and(|hash| *hash == format!("{:016x}", trace.state_hash));
    let Ok(model) = RobotModel::build(robot) else { return html! {} };
    let map = WorldMap::new(&scenario.terrain);
    let artist = Artist::new(robot, &model, &map);
    html! {
        @if !same {
            p.fail { "Run again for these pictures, it ended in another state: they may not show what failed." }
        }
        @for (i, failure) in trace.failures.iter().enumerate() {
            p { strong { "At " (format!("{:.2} s", failure.time_s)) ": " } (failure.what) }
            (artist.failure(failure, &format!("{}-{i}", anchor(record))))
        }
        div.plots { @for plot in plots(&scenario.expectations, record, trace) { (plot.svg()) } }
        (footstep_map(scenario, &model, trace))
    }
}

/// What is drawn of every run, and the signals of expectations that do not hold.
fn plots(expectations: &[Expectation], record: &CaseRecord, trace: &Trace) -> Vec<LinePlot> {
    let marks_s: Vec<f64> = trace.failures.iter().map(|failure| failure.time_s).collect();
    let line = |label: &str, name: &str| (label.to_owned(), trace.series(name));
    let plot = |title: &str, lines: &[(&str, &str)]| LinePlot {
        title: title.to_owned(),
        lines: lines.iter().map(|(label, name)| line(label, name)).collect(),
        marks_s: marks_s.clone(),
        ..LinePlot::default()
    };
    let mut plots = Vec::new();
    for (expectation, result) in expectations.iter().zip(&record.expectations) {
        let Some(signal) = expectation.signal.as_ref().filter(|_| !result.pass) else { continue };
        plots.push(LinePlot {
            bounds: [expectation.min, expectation.max].into_iter().flatten().collect(),
            window_s: Some((expectation.from_s.unwrap_or(0.0), expectation.to_s.unwrap_or(f64::MAX))),
            ..plot(result.name.trim_start_matches(SIGNAL_PREFIX), &[(signal, signal)])
        });
    }
    plots.push(plot("speed along the heading [m/s]", &[("speed", "speed.forward_mps")]));
    plots.push(LinePlot {
        at_least: Some((0.0, 0.05)),
        ..plot("distance of the DCM from the planned one [m]", &[("error", "dcm.error_m")])
    });
    let loaded = trace.most_loaded();
    let torques: Vec<(&str, &str)> =
        loaded.iter().take(MAX_LINES).map(|name| (joint_of(name), name.as_str())).collect();
    plots.push(LinePlot {
        bounds: vec![1.0],
        at_least: Some((0.0, 1.0)),
        ..plot("torque over its limit, the four most loaded joints", &torques)
    });
    plots.push(plot(
        "heights over the ground [m]",
        &[
            ("left foot", "left_foot.height_m"),
            ("right foot", "right_foot.height_m"),
            ("torso", "torso.height_m"),
            ("CoM", "com.height_m"),
        ],
    ));
    plots.push(plot(
        "vertical force of the ground [N]",
        &[("left foot", "left_foot.force_z_n"), ("right foot", "right_foot.force_z_n")],
    ));
    plots
}

/// The joint in the name of one of its signals.
fn joint_of(signal: &str) -> &str {
    signal.split('.').nth(1).unwrap_or(signal)
}
