//! A field for one number: drag it, or click and type; a bar shows where in its range it stands.

use bevy_egui::egui;
use egui::{Color32, CornerRadius, Rect, Shape, Stroke, StrokeKind, pos2, vec2};

use crate::config::controller_numbers::ControllerNumber;

/// Width of a field [points].
pub(super) const WIDTH: f32 = 126.0;

/// Share of a number that a point of a drag changes it by.
const SHARE_A_POINT: f64 = 0.005;

/// How a number's range is laid out on its field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scale {
    low: f64,
    high: f64,
    logarithmic: bool,
    /// What the number usually is.
    usual: f64,
}

impl Scale {
    /// The scale of a number that usually has a value: logarithmic where its range spans decades.
    pub(super) fn of(number: &ControllerNumber, usual: f64) -> Self {
        let range = number.range;
        let usual = if usual.is_finite() { usual.abs() } else { 0.0 };
        let low = if range.low.is_finite() { range.low } else { -100.0 * usual.max(1.0) };
        let high = if range.high.is_finite() { range.high } else { 100.0 * usual.max(0.01) };
        let logarithmic = low >= 0.0 && usual > 0.0 && high > 20.0 * usual;
        Self { low: if logarithmic { low.max(0.01 * usual) } else { low }, high, logarithmic, usual }
    }

    /// Where a value stands, 0 to 1.
    fn share(&self, value: f64) -> f64 {
        let Self { low, high, logarithmic, .. } = *self;
        let share = if logarithmic {
            if value <= low { 0.0 } else { (value / low).ln() / (high / low).ln() }
        } else {
            (value - low) / (high - low)
        };
        if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 }
    }

    /// What a point of a drag adds to a value.
    fn speed(&self, value: f64) -> f64 {
        let least = if self.logarithmic { 0.02 * self.usual } else { 0.2 * (self.high - self.low) };
        SHARE_A_POINT * value.abs().max(least)
    }
}

/// What a person did to a field in a frame.
pub(super) enum Edited {
    /// Nothing.
    No,
    /// Dragged it on its way.
    Dragged(f64),
    /// Let go of it.
    LetGo,
    /// Typed a number, or stepped to it by a key.
    Typed(f64),
}

/// Draws a field and says what was done to it; `derived` draws it in grey.
pub(super) fn show(
    ui: &mut egui::Ui,
    number: &ControllerNumber,
    scale: &Scale,
    shown: f64,
    derived: bool,
) -> (egui::Response, Edited) {
    let mut value = shown;
    let back = ui.painter().add(Shape::Noop);
    let response = ui
        .scope(|ui| {
            ui.spacing_mut().interact_size.x = WIDTH;
            let visuals = ui.visuals_mut();
            if derived {
                visuals.override_text_color = Some(Color32::from_gray(170));
            }
            for state in
                [&mut visuals.widgets.inactive, &mut visuals.widgets.hovered, &mut visuals.widgets.active]
            {
                // The field's own bar lies behind.
                state.weak_bg_fill = Color32::TRANSPARENT;
                state.bg_stroke = Stroke::NONE;
                state.expansion = 0.0;
            }
            let unit = number.unit.as_deref().map_or(String::new(), |unit| format!(" {unit}"));
            let suffix = if derived { format!("{unit}  derived") } else { unit };
            let drag = egui::DragValue::new(&mut value)
                .speed(scale.speed(shown))
                .update_while_editing(false)
                .custom_formatter(|value, _| figure(value))
                .suffix(suffix);
            ui.add(drag)
        })
        .inner;
    if !response.has_focus() {
        let bar = bar(ui, &response, scale.share(shown), derived);
        ui.painter().set(back, bar);
    }
    let edited = if response.dragged() && response.changed() {
        Edited::Dragged(inside(number, scale, value))
    } else if response.drag_stopped() {
        Edited::LetGo
    } else if response.changed() && figure(value) != figure(shown) {
        Edited::Typed(value)
    } else {
        Edited::No
    };
    (response, edited)
}

/// A value that a drag may reach.
fn inside(number: &ControllerNumber, scale: &Scale, value: f64) -> f64 {
    let range = number.range;
    let gap = 1e-3 * scale.usual.max(1e-3);
    let low = if range.with_low { range.low } else { range.low + gap };
    let high = if range.with_high { range.high } else { range.high - gap };
    value.max(low).min(high)
}

/// The background of a field, filled up to a share.
fn bar(ui: &egui::Ui, response: &egui::Response, share: f64, derived: bool) -> Shape {
    let visuals = ui.visuals();
    let rect = response.rect;
    let corner = CornerRadius::same(3);
    let lively = response.hovered() || response.dragged();
    let fill = match (derived, lively) {
        (true, false) => Color32::from_rgb(52, 58, 66),
        (true, true) => Color32::from_rgb(62, 70, 80),
        (false, false) => Color32::from_rgb(44, 82, 122),
        (false, true) => Color32::from_rgb(56, 104, 152),
    };
    let filled = Rect::from_min_max(rect.min, pos2(rect.left() + rect.width() * share as f32, rect.bottom()));
    let edge =
        if lively { visuals.widgets.hovered.bg_stroke } else { Stroke::new(1.0, Color32::from_gray(62)) };
    Shape::Vec(vec![
        Shape::rect_filled(rect, corner, visuals.extreme_bg_color),
        Shape::rect_filled(filled.intersect(rect.shrink2(vec2(0.0, 0.5))), corner, fill),
        Shape::rect_stroke(rect, corner, edge, StrokeKind::Inside),
    ])
}

/// A number in at most five digits or as it is, where that is short.
pub(super) fn figure(value: f64) -> String {
    let exact = if value != 0.0 && value.abs() < 1e-4 { format!("{value:e}") } else { format!("{value}") };
    if exact.len() <= 7 || !value.is_finite() {
        return exact;
    }
    let rounded: f64 = format!("{value:.4e}").parse().unwrap_or(value);
    if rounded.abs() < 1e-4 { format!("{rounded:e}") } else { format!("{rounded}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::controller_numbers::ControllerNumbers;

    fn scale(path: &str, usual: f64) -> (Scale, ControllerNumber) {
        let numbers = ControllerNumbers::new();
        let number = numbers.iter().find(|number| number.path.ends_with(path)).expect("a number");
        (Scale::of(number, usual), number.clone())
    }

    #[test]
    fn a_range_of_decades_is_logarithmic_and_a_share_is_not() {
        let (kp, _) = scale("swing.kp", 600.0);
        assert!(kp.logarithmic);
        assert!((kp.share(600.0) - 0.5).abs() < 1e-9, "the usual value is in the middle");
        assert_eq!((kp.share(0.0), kp.share(1e9)), (0.0, 1.0));
        assert!((kp.speed(1200.0) / kp.speed(600.0) - 2.0).abs() < 1e-9, "a drag changes by shares");
        assert!(kp.speed(0.0) > 0.0, "and leaves 0");
        let (share, _) = scale("swing.hold_share", 0.18);
        assert!(!share.logarithmic);
        assert!((share.share(0.25) - 0.25).abs() < 1e-12);
        let (toes, _) = scale("swing.landing_toes_rad", 0.0);
        assert!((toes.share(0.0) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn a_drag_ends_inside_of_the_range() {
        for path in [
            "swing.clearance_m",
            "swing.kp",
            "swing.apex_share",
            "swing.toes_down_rad",
            "whole_body.friction",
        ] {
            let (scale, number) = scale(path, number_default(path));
            for value in [-1e12, 0.0, 1e12] {
                let reached = inside(&number, &scale, value);
                assert!(number.range.contains(reached), "{path}: {reached}");
            }
        }
    }

    fn number_default(path: &str) -> f64 {
        let numbers = ControllerNumbers::new();
        numbers
            .iter()
            .find(|number| number.path.ends_with(path))
            .and_then(|number| number.default)
            .unwrap_or(1.0)
    }

    #[test]
    fn numbers_are_short() {
        for (value, text) in [
            (0.35, "0.35"),
            (600.0, "600"),
            (0.346_963_1, "0.34696"),
            (-1.0 / 3.0, "-0.33333"),
            (1e-7, "1e-7"),
            (123_456.789, "123460"),
        ] {
            assert_eq!(figure(value), text);
        }
    }
}
