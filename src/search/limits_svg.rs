//! Limits as a picture: a star of directions, and a bar for every other quantity.

use maud::{Markup, html};

use super::limits::{Bound, LimitsReport};
use super::limits_report::limit;
use super::svg::{picture, px, ticks};

/// Size of the picture [px].
const WIDTH: f64 = 820.0;
const MARGIN: f64 = 24.0;
/// Room of a star [px].
const STAR: f64 = 330.0;
/// Height of a bar with its words [px].
const ROW: f64 = 50.0;
const TOP: f64 = 62.0;

/// One picture of all limits.
pub fn limits_svg(report: &LimitsReport) -> String {
    let mut stars: Vec<&str> = Vec::new();
    for bound in report.bounds.iter().filter(|bound| bound.direction_deg.is_some()) {
        if !stars.contains(&bound.quantity.as_str()) {
            stars.push(&bound.quantity);
        }
    }
    let bars: Vec<&Bound> = report.bounds.iter().filter(|bound| bound.direction_deg.is_none()).collect();
    let left = if stars.is_empty() { MARGIN } else { STAR + 2.0 * MARGIN };
    let height = TOP + MARGIN + (STAR * stars.len() as f64).max(ROW * bars.len() as f64);
    let title = format!("How far {} goes", report.robot);
    let content = html! {
        text.title x=(MARGIN) y="30" { (title) }
        text x=(MARGIN) y="48" { "the last value at which every seed and case passes" }
        @for (i, quantity) in stars.iter().enumerate() {
            (star(report, quantity, MARGIN, TOP + STAR * i as f64))
        }
        @for (i, bound) in bars.iter().enumerate() {
            (bar(bound, left, WIDTH - MARGIN, TOP + ROW * i as f64))
        }
    };
    picture(WIDTH, height, &title, &content)
}

/// Directions as seen from above, forward to the top.
fn star(report: &LimitsReport, quantity: &str, x: f64, y: f64) -> Markup {
    let bounds: Vec<&Bound> = report
        .bounds
        .iter()
        .filter(|bound| bound.quantity == quantity && bound.direction_deg.is_some())
        .collect();
    let Some(first) = bounds.first() else { return html! {} };
    let (cx, cy, radius) = (x + 0.5 * STAR, y + 0.5 * STAR + 14.0, 0.5 * STAR - 56.0);
    let most = bounds.iter().filter_map(|bound| bound.limit).fold(0.0, f64::max);
    let full = if most > 0.0 { 1.1 * most } else { 1.0 };
    let at = |degrees: f64, value: f64| {
        let (left, forward) = degrees.to_radians().sin_cos();
        (px(cx - left * radius * value / full), px(cy - forward * radius * value / full))
    };
    let corner = |bound: &&Bound| {
        let (px, py) = at(bound.direction_deg.unwrap_or(0.0), bound.limit.unwrap_or(0.0));
        format!("{px},{py}")
    };
    let corners: Vec<String> = bounds.iter().map(corner).collect();
    html! {
        text.strong x=(cx) y=(y + 10.0) text-anchor="middle" { (first.label) " [" (first.unit) "]" }
        @for ring in ticks(0.0, full, 5).into_iter().filter(|ring| *ring > 0.0) {
            circle.grid cx=(cx) cy=(cy) r=(px(radius * ring / full)) {}
            text x=(cx + 3.0) y=(px(cy - radius * ring / full + 13.0)) { (ring) }
        }
        @for bound in &bounds {
            @let (ex, ey) = at(bound.direction_deg.unwrap_or(0.0), full);
            line.grid x1=(cx) y1=(cy) x2=(ex) y2=(ey) {}
        }
        polygon.area points=(corners.join(" ")) {}
        @for bound in &bounds {
            @let degrees = bound.direction_deg.unwrap_or(0.0);
            @let (dx, dy) = at(degrees, bound.limit.unwrap_or(0.0));
            @let (tx, ty) = at(degrees, full * (1.0 + 20.0 / radius));
            circle.dot cx=(dx) cy=(dy) r="3.5" {}
            text.strong x=(tx) y=(ty + 4.0) text-anchor="middle" { (short(bound)) }
        }
        text x=(cx) y=(px(cy - radius - 34.0)) text-anchor="middle" { "forward" }
        text x=(x) y=(px(cy - 18.0)) { "left" }
    }
}

/// The number alone, as the ring of words is narrow.
fn short(bound: &Bound) -> String {
    let more = if bound.range_ends { "≥ " } else { "" };
    bound.limit.map_or_else(|| "0".to_owned(), |value| format!("{more}{value}"))
}

fn bar(bound: &Bound, left: f64, right: f64, y: f64) -> Markup {
    let (easy, hard) = bound.range;
    // A limit from above is seen against nothing at all, one from below against the easiest value.
    let zero = if bound.is_lower() { easy } else { easy.min(0.0) };
    let share = bound.limit.map_or(0.0, |limit| (limit - zero) / (hard - zero));
    let unit = if bound.unit.is_empty() { String::new() } else { format!(" {}", bound.unit) };
    html! {
        text.strong x=(left) y=(y + 12.0) { (bound.label) }
        text.strong x=(right) y=(y + 12.0) text-anchor="end" { (limit(bound)) }
        rect.track x=(left) y=(y + 18.0) width=(right - left) height="10" rx="5" {}
        @if share > 0.0 {
            rect.bar x=(left) y=(y + 18.0) width=(px((right - left) * share.min(1.0)).max(10.0)) height="10"
                rx="5" {}
        }
        text x=(left) y=(y + 41.0) { (zero) }
        text x=(right) y=(y + 41.0) text-anchor="end" { "looked for up to " (hard) (unit) }
    }
}
