//! What the pictures share: colours for light and dark pages, ticks, rounding.

use maud::{Markup, PreEscaped, html};

/// Colours by class; a dark page turns them round. The file needs no other.
const STYLE: &str = "
text{font:12px system-ui,-apple-system,'Segoe UI',sans-serif;fill:#57606a}
.title{font-size:15px;font-weight:600;fill:#1b1f24}.strong{font-weight:600;fill:#1b1f24}
.page{fill:#ffffff}.panel{fill:#f6f8fa}.grid{stroke:#d5dae0;fill:none}.axis{stroke:#8c959f;fill:none}
.line{stroke:#0969da;stroke-width:2;fill:none}.area{fill:#0969da;fill-opacity:.16;stroke:#0969da;stroke-width:2;stroke-linejoin:round}
.bar{fill:#0969da}.track{fill:#e3e8ee}.dot{fill:#0969da}.bad{fill:#cf222e}.ring{fill:none;stroke:#cf222e;stroke-width:2}
@media(prefers-color-scheme:dark){
text{fill:#9198a1}.title,.strong{fill:#f0f6fc}.page{fill:#0d1117}.panel{fill:#151b23}.grid{stroke:#30363d}.axis{stroke:#656c76}
.line{stroke:#4493f8}.area{fill:#4493f8;fill-opacity:.22;stroke:#4493f8}.bar{fill:#4493f8}.track{fill:#262c36}
.dot{fill:#4493f8}.bad{fill:#f85149}.ring{stroke:#f85149}}
";

/// A picture of its own: size [px], what it shows in words, and what is drawn.
pub fn picture(width: f64, height: f64, label: &str, content: &Markup) -> String {
    html! {
        svg xmlns="http://www.w3.org/2000/svg" viewBox=(format!("0 0 {width} {height}"))
            width=(width) height=(height) role="img" aria-label=(label) {
            style { (PreEscaped(STYLE)) }
            rect.page x="0" y="0" width=(width) height=(height) rx="8" {}
            (content)
        }
    }
    .into_string()
}

/// A tenth of a pixel is fine enough.
pub fn px(pixels: f64) -> f64 {
    (10.0 * pixels).round() / 10.0
}

/// Round numbers from `low` to `high`, about `count` of them.
pub fn ticks(low: f64, high: f64, count: usize) -> Vec<f64> {
    let rough = (high - low) / count.max(1) as f64;
    if !(rough > 0.0 && rough.is_finite()) {
        return vec![low];
    }
    let decade = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|m| m * decade).into_iter().find(|s| *s >= rough).unwrap_or(rough);
    let first = (low / step - 1e-9).ceil() as i64;
    let last = (high / step + 1e-9).floor() as i64;
    (first..=last).map(|i| super::axis::rounded(i as f64 * step)).collect()
}

/// Smallest and largest value with room around them; none of nothing.
pub fn span(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
    if low > high {
        return None;
    }
    let room = if high > low { 0.08 * (high - low) } else { (0.1 * high.abs()).max(0.01) };
    Some((low - room, high + room))
}

/// A colour from dark to light for a share from 0 to 1; readable on both pages.
pub fn ramp(share: f64) -> String {
    const STOPS: [[f64; 3]; 4] =
        [[68.0, 58.0, 131.0], [38.0, 113.0, 142.0], [53.0, 176.0, 121.0], [240.0, 210.0, 60.0]];
    let at = share.clamp(0.0, 1.0) * (STOPS.len() - 1) as f64;
    let below = (at.floor() as usize).min(STOPS.len() - 2);
    let part = at - below as f64;
    let channel = |c: usize| (STOPS[below][c] + part * (STOPS[below + 1][c] - STOPS[below][c])).round() as u8;
    format!("#{:02x}{:02x}{:02x}", channel(0), channel(1), channel(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_numbers_within() {
        assert_eq!(ticks(0.0, 1.0, 5), [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]);
        assert_eq!(ticks(-3.0, 47.0, 5), [0.0, 10.0, 20.0, 30.0, 40.0]);
        assert_eq!(ticks(2.0, 2.0, 5), [2.0]);
    }
}
