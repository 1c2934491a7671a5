//! A metric over the seeds as SVG: a dot for each run, dashed lines for the bounds.

use maud::{Markup, html};

use super::record::CaseRecord;
use crate::judge::Allowed;
use crate::report::number;

/// Size of the picture [px].
const WIDTH: f64 = 340.0;
const HEIGHT: f64 = 150.0;
/// Room for the numbers [px].
const LEFT: f64 = 52.0;
const BOTTOM: f64 = 24.0;
const MARGIN: f64 = 10.0;

/// Names and values of a plot.
pub struct StripPlot<'a> {
    /// Name of the metric.
    pub metric: &'a str,
    /// What is allowed.
    pub allowed: Allowed,
    /// The runs.
    pub records: &'a [&'a CaseRecord],
}

impl StripPlot<'_> {
    /// The picture; nothing where no run measured the metric.
    pub fn svg(&self) -> Markup {
        let value = |record: &&CaseRecord| Some((record.seed, *record.metrics.get(self.metric)?));
        let points: Vec<(u64, f64)> = self.records.iter().filter_map(value).collect();
        let Some((low, high)) = self.range(&points) else { return html! {} };
        let seeds = points.iter().map(|(seed, _)| *seed as f64);
        let first = seeds.clone().fold(f64::INFINITY, f64::min);
        let last = seeds.fold(f64::NEG_INFINITY, f64::max);
        let right = WIDTH - MARGIN;
        let x = |seed: f64| {
            let share = if last > first { (seed - first) / (last - first) } else { 0.5 };
            LEFT + MARGIN + share * (right - LEFT - 2.0 * MARGIN)
        };
        let y = |value: f64| {
            HEIGHT - BOTTOM - MARGIN - (value - low) / (high - low) * (HEIGHT - BOTTOM - 2.0 * MARGIN)
        };
        let holds = |value: f64| {
            self.allowed.min.is_none_or(|min| value >= min) && self.allowed.max.is_none_or(|max| value <= max)
        };
        let floor = HEIGHT - BOTTOM;
        let label = format!("{} over seeds", self.metric);
        html! {
            figure {
                figcaption { (self.metric) " " small { (self.allowed) } }
                svg viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) role="img" aria-label=(label) {
                    rect.frame x=(LEFT) y="0" width=(right - LEFT) height=(floor) {}
                    @for bound in [self.allowed.min, self.allowed.max].into_iter().flatten() {
                        line.bound x1=(LEFT) x2=(right) y1=(round(y(bound))) y2=(round(y(bound))) {}
                    }
                    @for (seed, value) in &points {
                        circle.bad[!holds(*value)] cx=(round(x(*seed as f64))) cy=(round(y(*value))) r="3" {
                            title { "seed " (seed) ": " (number(Some(*value))) }
                        }
                    }
                    text x=(LEFT - 4.0) y=(MARGIN + 4.0) text-anchor="end" { (number(Some(high))) }
                    text x=(LEFT - 4.0) y=(floor - MARGIN + 4.0) text-anchor="end" { (number(Some(low))) }
                    @if last > first {
                        text x=(round(x(first))) y=(HEIGHT - 8.0) text-anchor="middle" { (first) }
                        text x=(round(x(last))) y=(HEIGHT - 8.0) text-anchor="middle" { (last) }
                    }
                    text x=((LEFT + right) / 2.0) y=(HEIGHT - 8.0) text-anchor="middle" {
                        "seed" @if last <= first { " " (first) }
                    }
                }
            }
        }
    }

    /// Values and bounds all lie in it, and it is not empty.
    fn range(&self, points: &[(u64, f64)]) -> Option<(f64, f64)> {
        if points.is_empty() {
            return None;
        }
        let bounds = [self.allowed.min, self.allowed.max].into_iter().flatten();
        let all = points.iter().map(|(_, value)| *value).chain(bounds);
        let (low, high) =
            all.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
        let room = if high > low { 0.0 } else { (0.1 * high.abs()).max(0.5) };
        Some((low - room, high + room))
    }
}

/// A tenth of a pixel is fine enough.
pub(super) fn round(pixels: f64) -> f64 {
    (10.0 * pixels).round() / 10.0
}
