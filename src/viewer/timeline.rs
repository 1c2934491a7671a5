//! The time line at the foot of the window: where the run is, where it has been, and what was done.

use bevy::prelude::*;
use bevy_egui::{EguiContexts, egui};

use super::clock::Clock;
use super::pointer;
use super::scene::{SharedSource, Stage};
use super::scene_source::SceneSource;
use crate::config::action::Action;

const RUN: egui::Color32 = egui::Color32::from_rgb(70, 120, 190);
const BAR: egui::Color32 = egui::Color32::from_rgb(48, 54, 62);
const NOW: egui::Color32 = egui::Color32::from_rgb(235, 240, 246);
const DONE: egui::Color32 = egui::Color32::from_rgb(240, 150, 60);
/// Height of the bar [pixels].
const HEIGHT: f32 = 16.0;
/// Least time the whole bar stands for [s].
const LEAST_S: f64 = 5.0;

/// Draws the time line; a drag on it puts the run to that time.
pub(super) fn show(
    mut contexts: EguiContexts,
    mut clock: ResMut<Clock>,
    stage: Res<Stage>,
    source: Res<SharedSource>,
) -> Result {
    let (reach_s, marks) = {
        let source = source.lock();
        (source.reach_s(), marks(&**source))
    };
    let time_s = stage.frame.time_s;
    let context = contexts.ctx_mut()?;
    let frame = egui::Frame::window(&context.global_style()).inner_margin(egui::Margin::symmetric(10, 6));
    egui::Area::new(egui::Id::new("time")).anchor(egui::Align2::CENTER_BOTTOM, [0.0, -8.0]).show(
        context,
        |ui| {
            frame.show(ui, |ui| {
                ui.horizontal(|ui| {
                    let label = if clock.playing { "⏸" } else { "▶" };
                    if ui.button(label).on_hover_text("Play or pause (Space)").clicked() {
                        clock.playing = !clock.playing;
                    }
                    ui.monospace(format!("{time_s:8.3} s")).on_hover_text("Simulated time");
                    bar(ui, &mut clock, time_s, reach_s, &marks);
                    ui.monospace(format!("{reach_s:7.2} s")).on_hover_text("As far as the run has been");
                });
            });
        },
    );
    Ok(())
}

fn bar(ui: &mut egui::Ui, clock: &mut Clock, time_s: f64, reach_s: f64, marks: &[f64]) {
    let width = (ui.ctx().content_rect().width() - 420.0).clamp(120.0, 900.0);
    let (rect, response) = ui.allocate_exact_size(egui::vec2(width, HEIGHT), egui::Sense::click_and_drag());
    let whole_s = reach_s.max(LEAST_S);
    let x = |at_s: f64| rect.left() + rect.width() * (at_s / whole_s) as f32;
    let painter = ui.painter();
    painter.rect_filled(rect, 3.0, BAR);
    painter.rect_filled(egui::Rect::from_min_max(rect.min, egui::pos2(x(reach_s), rect.max.y)), 3.0, RUN);
    for at_s in marks {
        let at = egui::pos2(x(*at_s).round() - 1.0, rect.top());
        painter.rect_filled(egui::Rect::from_min_size(at, egui::vec2(3.0, 0.6 * HEIGHT)), 0.0, DONE);
    }
    painter.vline(x(time_s), rect.expand(3.0).y_range(), egui::Stroke::new(2.5, NOW));
    let held = response.is_pointer_button_down_on();
    clock.scrubbing = held;
    // In a slow frame the button goes down and up at once, and the pointer is elsewhere by now.
    let let_go = response.clicked() || response.drag_stopped();
    let at = if let_go { pointer::released_at(ui.ctx()) } else { response.interact_pointer_pos() };
    if let (true, Some(at)) = (held || let_go, at) {
        let share = f64::from(((at.x - rect.left()) / rect.width()).clamp(0.0, 1.0));
        let to_s = (share * whole_s).min(reach_s);
        if (to_s - time_s).abs() > 1e-4 {
            clock.seek = Some(to_s);
        }
    }
    response.on_hover_text("Drag: back to an earlier moment. From there the run goes on as it did, until something is done by hand.");
}

/// When something was done by hand, a mark for each thing [s].
fn marks(source: &dyn SceneSource) -> Vec<f64> {
    let Some(simulation) = source.simulation() else { return Vec::new() };
    let mut marks = Vec::new();
    let mut pulling = false;
    for done in simulation.actions() {
        let moves_on = matches!(done.action, Action::Pull { .. }) && pulling;
        pulling = matches!(done.action, Action::Pull { .. });
        if !moves_on {
            marks.push(done.at_s);
        }
    }
    marks
}
