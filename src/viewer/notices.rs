//! What the user must know at once, at the bottom of the window: files that do not load, and where and why.

use bevy::prelude::*;
use bevy_egui::{EguiContexts, egui};

use super::reload::Edits;
use super::session::Session;

const PAPER: egui::Color32 = egui::Color32::from_rgba_premultiplied(28, 16, 16, 246);
const EDGE: egui::Color32 = egui::Color32::from_rgb(214, 84, 66);
const TITLE: egui::Color32 = egui::Color32::from_rgb(255, 150, 132);
const TEXT: egui::Color32 = egui::Color32::from_rgb(232, 226, 222);
const PLACE: egui::Color32 = egui::Color32::from_rgb(126, 186, 255);
const GOOD: egui::Color32 = egui::Color32::from_rgb(96, 208, 120);
/// Share of the window's height that a message takes at most.
const MOST: f32 = 0.45;

/// Draws what is wrong with files, what was just taken over, and where a file may be dropped.
pub(super) fn show(mut contexts: EguiContexts, mut session: ResMut<Session>, edits: Res<Edits>) -> Result {
    let context = contexts.ctx_mut()?;
    let window = context.content_rect();
    if session.hovered {
        drop_here(context, window);
    }
    if let Some(notice) = edits.notice() {
        let area = egui::Area::new(egui::Id::new("notice")).anchor(egui::Align2::CENTER_TOP, [0.0, 12.0]);
        area.order(egui::Order::Foreground).show(context, |ui| {
            egui::Frame::popup(ui.style()).show(ui, |ui| ui.colored_label(GOOD, format!("✔ {notice}")));
        });
    }
    let (title, text) = match (&session.trouble, &edits.error) {
        (Some(text), _) => ("This file cannot be opened", text.clone()),
        (None, Some(text)) => {
            ("The edited files do not load: the run goes on with the last good ones", text.clone())
        }
        (None, None) => return Ok(()),
    };
    let closes = session.trouble.is_some();
    let width = (window.width() - 24.0).min(980.0);
    let area = egui::Area::new(egui::Id::new("trouble")).anchor(egui::Align2::CENTER_BOTTOM, [0.0, -12.0]);
    let closed = area.order(egui::Order::Foreground).show(context, |ui| {
        let frame = egui::Frame::NONE
            .fill(PAPER)
            .stroke(egui::Stroke::new(1.5, EDGE))
            .corner_radius(6.0)
            .inner_margin(egui::Margin::symmetric(14, 10));
        frame.show(ui, |ui| {
            ui.set_width(width - 28.0);
            let closed = ui
                .horizontal(|ui| {
                    ui.label(egui::RichText::new(title).strong().color(TITLE));
                    closes && ui.button("Close").clicked()
                })
                .inner;
            ui.add_space(4.0);
            egui::ScrollArea::both().max_height(window.height() * MOST).show(ui, |ui| {
                for line in text.lines() {
                    let colour = if line.trim_start().starts_with("-->") { PLACE } else { TEXT };
                    let line = egui::RichText::new(line).monospace().color(colour);
                    ui.add(egui::Label::new(line).wrap_mode(egui::TextWrapMode::Extend));
                }
            });
            closed
        })
    });
    if closed.inner.inner {
        session.trouble = None;
    }
    Ok(())
}

/// Says that the file in the hand will be opened.
fn drop_here(context: &egui::Context, window: egui::Rect) {
    let layer = egui::LayerId::new(egui::Order::Foreground, egui::Id::new("drop"));
    let painter = context.layer_painter(layer);
    painter.rect_filled(window, 0.0, egui::Color32::from_black_alpha(120));
    let edge = egui::Stroke::new(3.0, PLACE);
    painter.rect_stroke(window.shrink(10.0), 10.0, edge, egui::StrokeKind::Inside);
    painter.text(
        window.center(),
        egui::Align2::CENTER_CENTER,
        "Drop to open",
        egui::FontId::proportional(28.0),
        TEXT,
    );
}
