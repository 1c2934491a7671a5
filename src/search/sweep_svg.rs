//! A sweep of one field or two as a picture.

use maud::{Markup, html};

use super::axis::Axis;
use super::design::Method;
use super::svg::{picture, px, ramp, span, ticks};
use super::sweep::{PointResult, SweepReport};
use crate::report::number;

/// Size of the picture [px].
const WIDTH: f64 = 560.0;
const HEIGHT: f64 = 380.0;
/// Room for numbers and names [px].
const LEFT: f64 = 74.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 44.0;
const BOTTOM: f64 = 52.0;
/// Width of the scale of colours with its numbers [px].
const SCALE: f64 = 70.0;

/// The first metric over one field or two; none for more, or where nothing was measured.
pub fn sweep_svg(report: &SweepReport) -> Option<String> {
    let metric = report.sweep.metrics.first()?;
    let content = match &report.sweep.axes[..] {
        [x] => curve(report, x)?,
        [x, y] => map(report, x, y)?,
        _ => return None,
    };
    let title = format!("{}: {metric}", report.scenario);
    let all = html! {
        text.title x=(LEFT) y="26" { (title) }
        (content)
    };
    Some(picture(WIDTH, HEIGHT, &title, &all))
}

/// An axis on the paper: where a value lies, and what is written beside it.
struct Scale<'a> {
    axis: &'a Axis,
    from: f64,
    to: f64,
}

impl Scale<'_> {
    fn share(&self, text: &str) -> Option<f64> {
        match text.parse::<f64>().ok().and_then(|value| self.axis.share_of(value)) {
            Some(share) => Some(share),
            None => {
                // A list: each value in the middle of its part.
                let count = self.axis.levels()?;
                let at = |i: usize| (i as f64 + 0.5) / count as f64;
                (0..count).map(at).find(|share| self.axis.at(*share) == text)
            }
        }
    }

    fn px(&self, share: f64) -> f64 {
        px(self.from + share * (self.to - self.from))
    }

    fn marks(&self) -> Vec<(f64, String)> {
        let mut marks = Vec::new();
        match self.axis.range() {
            Some((low, high)) if self.axis.is_log() => {
                for exponent in low.log10().ceil() as i32..=high.log10().floor() as i32 {
                    let value = 10_f64.powi(exponent);
                    marks.extend(self.axis.share_of(value).map(|share| (share, format!("1e{exponent}"))));
                }
                if marks.len() < 2 {
                    marks = [0.0, 0.5, 1.0].map(|share| (share, self.axis.at(share))).to_vec();
                }
            }
            Some((low, high)) => {
                for value in ticks(low, high, 6) {
                    marks.extend(self.axis.share_of(value).map(|share| (share, value.to_string())));
                }
            }
            None => {
                let count = self.axis.levels().unwrap_or(0);
                marks.extend(
                    (0..count).map(|i| (i as f64 + 0.5) / count as f64).map(|s| (s, self.axis.at(s))),
                );
            }
        }
        marks
    }
}

fn bottom_axis(scale: &Scale<'_>) -> Markup {
    let floor = HEIGHT - BOTTOM;
    html! {
        @for (share, label) in scale.marks() {
            line.axis x1=(scale.px(share)) x2=(scale.px(share)) y1=(floor) y2=(floor + 4.0) {}
            text x=(scale.px(share)) y=(floor + 18.0) text-anchor="middle" { (label) }
        }
        text.strong x=(px(0.5 * (scale.from + scale.to))) y=(HEIGHT - 12.0) text-anchor="middle" {
            (scale.axis.path())
        }
    }
}

/// Dots for the runs, a line through the means.
fn curve(report: &SweepReport, axis: &Axis) -> Option<Markup> {
    let metric = report.sweep.metrics.first()?;
    let value = |record: &crate::suite::CaseRecord| record.metrics.get(metric).copied();
    let runs = report.points.iter().flat_map(|point| &point.records);
    let (low, high) = span(runs.filter_map(value))?;
    let scale = Scale { axis, from: LEFT + 14.0, to: WIDTH - RIGHT - 14.0 };
    let (floor, roof) = (HEIGHT - BOTTOM, TOP);
    let y = |value: f64| px(floor - (value - low) / (high - low) * (floor - roof));
    let mut means: Vec<(f64, f64)> = report
        .points
        .iter()
        .filter_map(|point| Some((scale.share(&point.values[0])?, point.metrics[0].mean?)))
        .collect();
    means.sort_by(|a, b| a.0.total_cmp(&b.0));
    let line: Vec<String> = means.iter().map(|(x, mean)| format!("{},{}", scale.px(*x), y(*mean))).collect();
    Some(html! {
        rect.panel x=(LEFT) y=(roof) width=(WIDTH - RIGHT - LEFT) height=(floor - roof) {}
        @for tick in ticks(low, high, 5) {
            line.grid x1=(LEFT) x2=(WIDTH - RIGHT) y1=(y(tick)) y2=(y(tick)) {}
            text x=(LEFT - 8.0) y=(y(tick) + 4.0) text-anchor="end" { (tick) }
        }
        (bottom_axis(&scale))
        polyline.line points=(line.join(" ")) {}
        @for point in &report.points {
            @if let Some(x) = scale.share(&point.values[0]) {
                @for record in &point.records {
                    @if let Some(v) = value(record) {
                        circle class=(if record.passed() { "dot" } else { "bad" })
                            cx=(scale.px(x)) cy=(y(v)) r="3.2" {
                            title { (point.values[0]) ", seed " (record.seed) ": " (number(Some(v))) }
                        }
                    }
                }
            }
        }
        text x=(WIDTH - RIGHT) y="26" text-anchor="end" { "a dot a run, red where it failed" }
    })
}

/// The mean as colour; a red ring where a run failed.
fn map(report: &SweepReport, first: &Axis, second: &Axis) -> Option<Markup> {
    let measured = report.points.iter().filter_map(|point| point.metrics[0].mean);
    let (low, high) = measured.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
    if low > high {
        return None;
    }
    let (right, floor, roof) = (WIDTH - RIGHT - SCALE, HEIGHT - BOTTOM, TOP);
    let radius = 9.0;
    let square = report.sweep.method == Method::Grid;
    let cells = |axis: usize| {
        let mut values: Vec<&str> = report.points.iter().map(|point| point.values[axis].as_str()).collect();
        values.sort_unstable();
        values.dedup();
        values.len() as f64
    };
    let (wide, high_px) = ((right - LEFT) / cells(0), (floor - roof) / cells(1));
    // The ends of a range lie in the middle of a cell, those of a list at its edge.
    let room = |axis: &Axis, cell: f64| match (square, axis.range()) {
        (false, _) => 2.0 * radius,
        (true, Some(_)) => 0.5 * cell,
        (true, None) => 0.0,
    };
    let x = Scale { axis: first, from: LEFT + room(first, wide), to: right - room(first, wide) };
    let y = Scale { axis: second, from: floor - room(second, high_px), to: roof + room(second, high_px) };
    let colour = |mean: f64| ramp(if high > low { (mean - low) / (high - low) } else { 0.5 });
    let place =
        |point: &PointResult| Some((x.px(x.share(&point.values[0])?), y.px(y.share(&point.values[1])?)));
    Some(html! {
        rect.panel x=(LEFT) y=(roof) width=(right - LEFT) height=(floor - roof) {}
        (bottom_axis(&x))
        @for (share, label) in y.marks() {
            text x=(LEFT - 8.0) y=(y.px(share) + 4.0) text-anchor="end" { (label) }
        }
        text.strong x=(LEFT - 8.0) y=(roof - 6.0) text-anchor="end" { (second.short()) }
        @for point in &report.points {
            @if let (Some((cx, cy)), Some(mean)) = (place(point), point.metrics[0].mean) {
                g {
                    title {
                        (point.values.join(", ")) ": " (number(Some(mean))) ", "
                        (point.passed) " of " (point.records.len()) " passed"
                    }
                    @if square {
                        rect x=(px(cx - 0.5 * wide + 1.0)) y=(px(cy - 0.5 * high_px + 1.0)) rx="3"
                            width=(px(wide - 2.0)) height=(px(high_px - 2.0)) fill=(colour(mean)) {}
                    } @else {
                        circle cx=(cx) cy=(cy) r=(radius) fill=(colour(mean)) {}
                    }
                    @if point.passed < point.records.len() {
                        circle.ring cx=(cx) cy=(cy) r=(radius + 1.0) {}
                    }
                }
            }
        }
        @for i in 0..40 {
            rect x=(right + 18.0) y=(px(floor - (f64::from(i) + 1.0) * (floor - roof) / 40.0)) width="14"
                height=(px((floor - roof) / 40.0 + 0.5)) fill=(ramp(f64::from(i) / 39.0)) {}
        }
        text x=(right + 38.0) y=(floor) { (number(Some(low))) }
        text x=(right + 38.0) y=(roof + 10.0) { (number(Some(high))) }
        text x=(WIDTH - RIGHT) y="26" text-anchor="end" { "ringed where a run failed" }
    })
}
