//! Values over time as SVG: lines, bounds, the window that counts and the moment of a failure.

use std::fmt::Write;

use maud::{Markup, html};

use super::strip_plot::round;

/// Size of the picture [px].
const WIDTH: f64 = 340.0;
const HEIGHT: f64 = 170.0;
/// Room for the numbers [px].
const LEFT: f64 = 46.0;
const RIGHT: f64 = 8.0;
const BOTTOM: f64 = 22.0;
const TOP: f64 = 6.0;

/// Lines in one picture at most: there are as many colours.
pub(super) const MAX_LINES: usize = 4;

/// A picture of signals over time.
#[derive(Debug, Default)]
pub(super) struct LinePlot {
    /// What it shows, with its unit.
    pub title: String,
    /// Names and points of the lines; a value that is no number breaks a line.
    pub lines: Vec<(String, Vec<(f64, f64)>)>,
    /// Values that are drawn as dashed lines.
    pub bounds: Vec<f64>,
    /// Part of the time that counts [s].
    pub window_s: Option<(f64, f64)>,
    /// Moments of failures [s].
    pub marks_s: Vec<f64>,
    /// Values the picture shows at least.
    pub at_least: Option<(f64, f64)>,
}

impl LinePlot {
    /// The picture; nothing where there is no value to draw.
    pub fn svg(&self) -> Markup {
        let Some(((from_s, to_s), (low, high))) = self.ranges() else { return html! {} };
        let (right, floor) = (WIDTH - RIGHT, HEIGHT - BOTTOM);
        let x = |t: f64| round(LEFT + (t - from_s) / (to_s - from_s) * (right - LEFT));
        let y = |v: f64| round(floor - (v - low) / (high - low) * (floor - TOP));
        let inside = |t: f64| t.clamp(from_s, to_s);
        html! {
            figure {
                figcaption { (self.title) }
                svg viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) role="img" aria-label=(self.title) {
                    rect.frame x=(LEFT) y=(TOP) width=(right - LEFT) height=(floor - TOP) {}
                    @if let Some((begin, end)) = self.window_s {
                        @let (begin, end) = (x(inside(begin)), x(inside(end)));
                        rect.window x=(begin) y=(TOP) width=(round(end - begin)) height=(floor - TOP) {}
                    }
                    @for tick in ticks(low, high, 4) {
                        line.grid x1=(LEFT) x2=(right) y1=(y(tick)) y2=(y(tick)) {}
                        text x=(LEFT - 4.0) y=(y(tick) + 3.5) text-anchor="end" { (label(tick)) }
                    }
                    @for tick in ticks(from_s, to_s, 5) {
                        text x=(x(tick)) y=(HEIGHT - 7.0) text-anchor="middle" { (label(tick)) }
                    }
                    text x=(LEFT - 4.0) y=(HEIGHT - 7.0) text-anchor="end" { "s" }
                    @for bound in self.bounds.iter().filter(|bound| (low..=high).contains(*bound)) {
                        line.bound x1=(LEFT) x2=(right) y1=(y(*bound)) y2=(y(*bound)) {}
                    }
                    @for (i, (_, points)) in self.lines.iter().take(MAX_LINES).enumerate() {
                        path class=(format!("line s{i}")) d=(course(points, &x, &y)) {}
                    }
                    @for mark in &self.marks_s {
                        line.mark x1=(x(inside(*mark))) x2=(x(inside(*mark))) y1=(TOP) y2=(floor) {}
                    }
                }
                @if self.lines.len() > 1 {
                    p.legend {
                        @for (i, (name, _)) in self.lines.iter().take(MAX_LINES).enumerate() {
                            span class=(format!("k{i}")) { (name) } " "
                        }
                    }
                }
            }
        }
    }

    /// Times, and values with bounds and a little room; none where there is nothing to draw.
    #[allow(clippy::type_complexity, reason = "two ranges")]
    fn ranges(&self) -> Option<((f64, f64), (f64, f64))> {
        let points = || self.lines.iter().take(MAX_LINES).flat_map(|(_, points)| points);
        let drawn = || points().filter(|(_, value)| value.is_finite());
        let wanted = self.at_least.into_iter().flat_map(|(low, high)| [low, high]);
        let bounds = self.bounds.iter().copied().chain(wanted);
        let (from_s, to_s) = extent(points().map(|point| point.0))?;
        extent(drawn().map(|point| point.1))?;
        let (low, high) = extent(drawn().map(|point| point.1).chain(bounds))?;
        let room = if high > low { 0.05 * (high - low) } else { (0.1 * high.abs()).max(0.1) };
        let to_s = if to_s > from_s { to_s } else { from_s + 1.0 };
        Some(((from_s, to_s), (low - room, high + room)))
    }
}

fn extent(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.fold(None, |range, v| {
        Some(range.map_or((v, v), |(low, high): (f64, f64)| (low.min(v), high.max(v))))
    })
}

/// The line as an SVG path.
fn course(points: &[(f64, f64)], x: &impl Fn(f64) -> f64, y: &impl Fn(f64) -> f64) -> String {
    let mut path = String::new();
    let mut broken = true;
    for (time_s, value) in points {
        if value.is_finite() {
            let command = if broken { "M" } else { "L" };
            // Writing into a string cannot fail.
            let _ = write!(path, "{command}{} {}", x(*time_s), y(*value));
        }
        broken = !value.is_finite();
    }
    path
}

/// Round numbers within a range, at most about `count` of them.
pub(super) fn ticks(low: f64, high: f64, count: usize) -> Vec<f64> {
    let rough = (high - low) / count as f64;
    if !(rough.is_finite() && rough > 0.0) {
        return Vec::new();
    }
    let power = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().find(|step| step * power >= rough).unwrap_or(10.0) * power;
    let first = (low / step - 1e-9).ceil() as i64;
    let last = (high / step + 1e-9).floor() as i64;
    (first..=last).map(|i| i as f64 * step).collect()
}

/// A tick's number without the noise of its last bits.
fn label(tick: f64) -> String {
    let rounded = (tick * 1e6).round() / 1e6;
    if rounded.abs() >= 1e5 { format!("{rounded:e}") } else { format!("{rounded}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_within() {
        let labels = |low, high| ticks(low, high, 4).into_iter().map(label).collect::<Vec<_>>();
        assert_eq!(labels(-0.05, 1.05), ["0", "0.5", "1"]);
        assert_eq!(labels(0.0, 0.4), ["0", "0.1", "0.2", "0.3", "0.4"]);
        assert_eq!(labels(-70.0, 60.0), ["-50", "0", "50"]);
        assert!(ticks(1.0, 1.0, 4).is_empty());
    }

    #[test]
    fn a_value_that_is_none_breaks_the_line() {
        let points = [(0.0, 1.0), (1.0, f64::NAN), (2.0, 3.0), (3.0, 4.0)];
        assert_eq!(course(&points, &|t| t, &|v| v), "M0 1M2 3L3 4");
    }

    #[test]
    fn nothing_is_drawn_of_nothing() {
        let plot = LinePlot { lines: vec![("a".into(), vec![(0.0, f64::NAN)])], ..LinePlot::default() };
        assert_eq!(plot.svg().into_string(), "");
        let constant = LinePlot { lines: vec![("a".into(), vec![(0.0, 2.0)])], ..LinePlot::default() };
        assert!(!constant.svg().into_string().contains("NaN"));
    }
}
