//! Colours and fonts that the panels share.

use bevy::color::ColorToPacked;
use bevy::prelude::Color;
use bevy_egui::egui::{self, Color32, FontId};

pub(in super::super) const GOOD: Color32 = Color32::from_rgb(96, 208, 120);
pub(in super::super) const BAD: Color32 = Color32::from_rgb(240, 96, 80);
pub(in super::super) const OPEN: Color32 = Color32::from_rgb(150, 158, 168);
/// Text of less weight.
pub(in super::super) const FAINT: Color32 = Color32::from_rgb(140, 148, 158);
/// Margin inside a panel [points].
pub(super) const INNER: f32 = 8.0;
/// Ground of a bar.
pub(super) const TROUGH: Color32 = Color32::from_rgb(52, 56, 62);
/// A limit.
pub(super) const LIMIT: Color32 = Color32::from_rgb(226, 92, 84);

/// Figures: every digit as wide as any other.
pub(in super::super) fn figures() -> FontId {
    FontId::monospace(11.0)
}

/// Names beside figures.
pub(super) fn names() -> FontId {
    FontId::proportional(12.0)
}

/// A colour of the scene as the panels draw it.
pub(super) fn of_scene(colour: Color) -> Color32 {
    let [r, g, b, _] = bevy::color::Srgba::from(colour).to_u8_array();
    Color32::from_rgb(r, g, b)
}

/// Text that is read over the scene, not looked for.
pub(in super::super) fn text(ui: &mut egui::Ui) {
    ui.visuals_mut().override_text_color = Some(Color32::from_rgb(208, 212, 218));
}

/// Frame of a panel over the scene: dark enough to read on, thin enough to see through.
pub(in super::super) fn frame(context: &egui::Context) -> egui::Frame {
    let mut frame = egui::Frame::window(&context.global_style());
    frame.fill = Color32::from_rgba_unmultiplied(22, 24, 28, 244);
    frame.shadow = egui::Shadow::NONE;
    frame.inner_margin = egui::Margin::same(INNER as i8);
    frame
}
