//! Reports as text.

use std::fmt::Write;

use super::run::{RunReport, Verdict};
use crate::judge::{ExpectationResult, Metrics, Spill, Touch};

/// A run as lines for a terminal: each expectation with what was measured and what is allowed, then
/// the figures that always matter.
pub fn table(report: &RunReport) -> String {
    let mut text = String::new();
    let m = &report.metrics;
    let verdict = verdict_word(report.verdict);
    // Writing into a string cannot fail.
    let _ = writeln!(text, "{} with {}, seed {}: {verdict}", report.scenario, report.robot, report.seed);
    let rows: Vec<[String; 4]> = report.expectations.iter().map(row).collect();
    text += &columns(&["expectation", "measured", "allowed", ""], &rows);
    if let Some(fall) = fall(m) {
        let _ = writeln!(text, "  {fall}");
    }
    for touch in &m.touches {
        let _ = writeln!(text, "  {}", told(touch));
    }
    if let Some(spill) = &m.spill {
        let _ = writeln!(text, "  {}", spilled(spill));
    }
    let _ = writeln!(
        text,
        "  {:.1} s simulated in {:.1} s ({:.1} times real time), {} steps, {:.2} m",
        m.sim_time_s, report.wall_time_s, report.real_time_factor, m.steps, m.distance_m
    );
    let _ = writeln!(
        text,
        "  momentum residual {:.4} of the weight, torque up to {:.0} % of the peak, state {:016x}",
        m.momentum_residual_share,
        100.0 * m.peak_torque_share,
        m.state_hash
    );
    text
}

/// Runs of several seeds as lines for a terminal: each expectation with its worst value over all of
/// them, and the seeds that failed.
pub fn summary(reports: &[RunReport]) -> String {
    let mut text = String::new();
    let Some(first) = reports.first() else { return text };
    let passed = reports.iter().filter(|report| report.passed()).count();
    let _ =
        writeln!(text, "{} with {}: {passed} of {} seeds pass", first.scenario, first.robot, reports.len());
    let rows: Vec<[String; 4]> = (0..first.expectations.len())
        .map(|i| {
            let all: Vec<&ExpectationResult> =
                reports.iter().filter_map(|report| report.expectations.get(i)).collect();
            let held = all.iter().filter(|result| result.pass).count();
            let [name, worst, allowed, _] = row(worst(&all).unwrap_or(&first.expectations[i]));
            [name, worst, allowed, format!("{held} of {}", all.len())]
        })
        .collect();
    text += &columns(&["expectation", "worst", "allowed", "hold"], &rows);
    for report in reports.iter().filter(|report| !report.passed()) {
        let failed: Vec<String> = report
            .expectations
            .iter()
            .filter(|result| !result.pass)
            .map(|result| format!("{} {}", result.name, number(result.measured)))
            .collect();
        let fall = fall(&report.metrics).map_or(String::new(), |fall| format!(" ({fall})"));
        let touch =
            report.metrics.touches.first().map_or(String::new(), |touch| format!(" ({})", told(touch)));
        let spill = report.metrics.spill.as_ref().map_or(String::new(), |at| format!(" ({})", spilled(at)));
        let _ = writeln!(text, "  seed {} FAIL: {}{touch}{spill}{fall}", report.seed, failed.join(", "));
    }
    let simulated: f64 = reports.iter().map(|report| report.metrics.sim_time_s).sum();
    let walls: f64 = reports.iter().map(|report| report.wall_time_s).sum();
    if walls > 0.0 {
        let _ =
            writeln!(text, "  {simulated:.0} s simulated, {:.1} times real time a run", simulated / walls);
    }
    text
}

/// When and how the robot fell, if it did.
fn fall(metrics: &Metrics) -> Option<String> {
    let at_s = metrics.fall_time_s?;
    let cause = metrics.fall_cause.as_ref().map_or(String::new(), |cause| format!(": {cause}"));
    Some(format!("fell after {at_s:.2} s{cause}"))
}

/// What touched what, when and where.
fn told(touch: &Touch) -> String {
    let [x, y, z] = touch.at_m;
    format!("{} touched {} after {:.2} s at ({x:.2}, {y:.2}, {z:.2})", touch.body, touch.other, touch.time_s)
}

/// When and where the cup spilled.
fn spilled(spill: &Spill) -> String {
    let [x, y, z] = spill.at_m;
    format!("spilled after {:.2} s at ({x:.2}, {y:.2}, {z:.2})", spill.time_s)
}

/// `PASS` or `FAIL`.
fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "PASS",
        Verdict::Fail => "FAIL",
    }
}

/// The result that is farthest on the wrong side of its bounds, or nearest to it.
pub fn worst<'a>(results: &[&'a ExpectationResult]) -> Option<&'a ExpectationResult> {
    let room = |result: &ExpectationResult| {
        let Some(value) = result.measured else { return f64::NEG_INFINITY };
        let low = result.allowed.min.map_or(f64::INFINITY, |min| value - min);
        let high = result.allowed.max.map_or(f64::INFINITY, |max| max - value);
        low.min(high)
    };
    results.iter().copied().min_by(|a, b| room(a).total_cmp(&room(b)))
}

fn row(result: &ExpectationResult) -> [String; 4] {
    let outcome = match &result.reason {
        None => "ok".to_owned(),
        Some(reason) => format!("FAIL, {reason}"),
    };
    [result.name.clone(), number(result.measured), result.allowed.to_string(), outcome]
}

/// A figure with four significant digits or so.
pub fn number(value: Option<f64>) -> String {
    match value {
        None => "-".to_owned(),
        Some(value) if value == value.round() && value.abs() < 1e6 => format!("{value:.0}"),
        Some(value) if value.abs() < 0.01 => format!("{value:.5}"),
        Some(value) if value.abs() < 10.0 => format!("{value:.3}"),
        Some(value) => format!("{value:.1}"),
    }
}

/// Rows under a heading, each column as wide as its widest cell; nothing where there are no rows.
fn columns(heading: &[&str; 4], rows: &[[String; 4]]) -> String {
    let mut text = String::new();
    if rows.is_empty() {
        return text;
    }
    let heading = heading.map(str::to_owned);
    let width =
        |i: usize| rows.iter().chain([&heading]).map(|row| row[i].chars().count()).max().unwrap_or_default();
    let widths = [width(0), width(1), width(2)];
    for row in [&heading].into_iter().chain(rows) {
        let line = format!(
            "  {:<a$}  {:>b$}  {:<c$}  {}",
            row[0],
            row[1],
            row[2],
            row[3],
            a = widths[0],
            b = widths[1],
            c = widths[2]
        );
        text += line.trim_end();
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::Allowed;

    fn result(measured: Option<f64>, pass: bool) -> ExpectationResult {
        ExpectationResult {
            name: "path_speed_mean_mps".to_owned(),
            measured,
            allowed: Allowed { min: Some(0.98), max: None },
            pass,
            reason: (!pass).then(|| "below the smallest allowed".to_owned()),
        }
    }

    #[test]
    fn columns_line_up() {
        let rows = [row(&result(Some(0.9912), true)), row(&result(None, false))];
        let text = columns(&["expectation", "measured", "allowed", ""], &rows);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "  expectation          measured  allowed");
        assert_eq!(lines[1], "  path_speed_mean_mps     0.991  >= 0.98  ok");
        assert_eq!(lines[2], "  path_speed_mean_mps         -  >= 0.98  FAIL, below the smallest allowed");
    }

    #[test]
    fn the_worst_is_the_one_with_least_room_and_what_is_missing_is_worse() {
        let (good, bad, none) = (result(Some(1.2), true), result(Some(0.97), false), result(None, false));
        assert_eq!(worst(&[&good, &bad]), Some(&bad));
        assert_eq!(worst(&[&good, &none, &bad]), Some(&none));
        assert_eq!(worst(&[]), None);
    }
}
