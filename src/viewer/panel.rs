//! The panel: what the run does in figures, and the switches.

use bevy::prelude::*;
use bevy_egui::input::EguiWantsInput;
use bevy_egui::{EguiContexts, egui};

use super::camera::{CameraView, Orbit};
use super::clock::{Clock, SPEEDS};
use super::ghost::Ghost;
use super::hands::{self, Missile};
use super::help;
use super::notice::Notices;
use super::overlays::{Overlay, Overlays};
use super::scene::{SharedSource, Stage};
use super::scene_source::{ExpectationLine, Frame};
use super::start::Home;

const GOOD: egui::Color32 = egui::Color32::from_rgb(96, 208, 120);
const BAD: egui::Color32 = egui::Color32::from_rgb(240, 96, 80);
const OPEN: egui::Color32 = egui::Color32::from_rgb(150, 158, 168);

/// What of the panel is open.
#[derive(Resource)]
pub(super) struct Panel {
    open: bool,
    help: bool,
}

impl Default for Panel {
    fn default() -> Self {
        Self { open: true, help: false }
    }
}

/// Draws panel and help.
pub(super) fn show(
    mut contexts: EguiContexts,
    mut panel: ResMut<Panel>,
    mut clock: ResMut<Clock>,
    mut overlays: ResMut<Overlays>,
    mut orbit: Single<&mut Orbit>,
    mut missile: ResMut<Missile>,
    mut notices: ResMut<Notices>,
    stage: Res<Stage>,
    source: Res<SharedSource>,
    ghost: Option<Res<Ghost>>,
    mut home: MessageWriter<Home>,
) -> Result {
    let context = contexts.ctx_mut()?;
    help::show(context, &mut panel.help);
    if !panel.open {
        return Ok(());
    }
    let (title, dt_s) = {
        let source = source.lock();
        (source.title(), source.dt_s())
    };
    let time_s = stage.frame.time_s;
    let frame = &stage.frame;
    egui::Window::new(&title)
        .id(egui::Id::new("run"))
        .default_pos([12.0, 12.0])
        .default_width(250.0)
        .resizable(false)
        .show(context, |ui| {
            time_row(ui, &mut clock, time_s, dt_s);
            ui.separator();
            figures(ui, frame, &clock);
            if let Some((pass, verdict)) = &frame.verdict {
                ui.colored_label(if *pass { GOOD } else { BAD }, egui::RichText::new(verdict).strong());
            }
            if let Some(trouble) = &clock.trouble {
                ui.colored_label(BAD, trouble);
            }
            if let Some(refused) = &frame.refused {
                ui.colored_label(BAD, refused);
            }
            if let Some(ghost) = &ghost {
                ghost.show(ui, &title, frame.time_s);
            }
            if !frame.expectations.is_empty() {
                ui.separator();
                egui::CollapsingHeader::new("Expectations").default_open(true).show(ui, |ui| {
                    frame.expectations.iter().for_each(|line| expectation(ui, line));
                });
            }
            ui.separator();
            egui::CollapsingHeader::new("Overlays").default_open(true).show(ui, |ui| {
                for (index, overlay) in Overlay::ALL.into_iter().enumerate() {
                    ui.horizontal(|ui| {
                        let [r, g, b, _] = overlay.colour().to_srgba().to_u8_array();
                        ui.colored_label(egui::Color32::from_rgb(r, g, b), "■");
                        let label = format!("{}  {}", index + 1, overlay.label());
                        ui.checkbox(overlays.switch(overlay), label).on_hover_text(overlay.tip());
                    });
                }
            });
            ui.separator();
            egui::CollapsingHeader::new("Hands").show(ui, |ui| {
                hands::show_panel(ui, frame, &mut missile, &source, &mut notices);
            });
            ui.separator();
            ui.horizontal(|ui| {
                let mut view = orbit.view();
                egui::ComboBox::from_label("camera").selected_text(view.name()).show_ui(ui, |ui| {
                    for choice in CameraView::ALL {
                        ui.selectable_value(&mut view, choice, choice.name());
                    }
                });
                if view != orbit.view() {
                    orbit.choose(view);
                }
                if ui.button("Home").on_hover_text("All scenarios and robots (O)").clicked() {
                    home.write(Home);
                }
                if ui.button("?").on_hover_text("All keys").clicked() {
                    panel.help = !panel.help;
                }
            });
        });
    Ok(())
}

fn time_row(ui: &mut egui::Ui, clock: &mut Clock, time_s: f64, dt_s: f64) {
    ui.horizontal(|ui| {
        let label = if clock.playing { "⏸ Pause" } else { "▶ Play" };
        if ui.button(label).on_hover_text("Space").clicked() {
            clock.playing = !clock.playing;
        }
        if ui.button("⏴").on_hover_text("One tick back (,)").clicked() {
            clock.step_back(time_s, dt_s);
        }
        if ui.button("⏵").on_hover_text("One tick (.)").clicked() {
            clock.step();
        }
        if ui.button("Step").on_hover_text("On to the next touchdown of a foot (N)").clicked() {
            clock.step_gait();
        }
        if ui.button("Restart").on_hover_text("Backspace").clicked() {
            clock.restart = true;
        }
    });
    ui.add(
        egui::Slider::new(&mut clock.speed, SPEEDS.0..=SPEEDS.1)
            .logarithmic(true)
            .custom_formatter(|speed, _| format!("{speed:.2}x"))
            .text("speed"),
    )
    .on_hover_text("Simulated time over time on the wall, asked for");
    ui.checkbox(&mut clock.flat_out, "as fast as it goes").on_hover_text("M");
}

fn figures(ui: &mut egui::Ui, frame: &Frame, clock: &Clock) {
    egui::Grid::new("figures").num_columns(2).spacing([16.0, 2.0]).show(ui, |ui| {
        let mut row = |name: &str, value: String, tip: &str| {
            ui.label(name).on_hover_text(tip);
            ui.monospace(value);
            ui.end_row();
        };
        row("time", format!("{:8.3} s", frame.time_s), "Simulated time");
        row("real time", format!("{:8.2} x", clock.reached), "Simulated time over time on the wall, reached");
        row(
            "walking speed",
            format!("{:8.2} m/s", frame.speed_m_s),
            "Horizontal speed of the centre of mass",
        );
        if !frame.phase.is_empty() {
            row("gait", format!("  {}", frame.phase), "Which foot carries the robot");
        }
        if let Some((joint, share)) = &frame.torque_share {
            row(
                "torque",
                format!("{:8.0} %", 100.0 * share),
                &format!("Largest torque over its limit now: {joint}"),
            );
        }
        if !frame.goals.is_empty() {
            row("goals", format!("{:>6} / {}", frame.goals_reached, frame.goals.len()), "Goals reached");
        }
    });
}

fn expectation(ui: &mut egui::Ui, line: &ExpectationLine) {
    let (mark, colour) = match line.pass {
        Some(true) => ("✔", GOOD),
        Some(false) => ("✖", BAD),
        None => ("○", OPEN),
    };
    ui.horizontal(|ui| {
        ui.colored_label(colour, mark);
        ui.label(&line.name);
    })
    .response
    .on_hover_text(format!("measured {}, allowed {}", line.measured, line.allowed));
    ui.label(egui::RichText::new(format!("     {}  (allowed {})", line.measured, line.allowed)).small());
}

/// Keys of time, panel and help.
pub(super) fn keys(
    keys: Res<ButtonInput<KeyCode>>,
    wants: Res<EguiWantsInput>,
    source: Res<SharedSource>,
    stage: Res<Stage>,
    mut clock: ResMut<Clock>,
    mut panel: ResMut<Panel>,
    mut home: MessageWriter<Home>,
) {
    if wants.wants_any_keyboard_input() {
        return;
    }
    let shift = keys.any_pressed([KeyCode::ShiftLeft, KeyCode::ShiftRight]);
    if keys.just_pressed(KeyCode::Space) {
        clock.playing = !clock.playing;
    }
    if keys.just_pressed(KeyCode::Period) {
        clock.step();
    }
    if keys.just_pressed(KeyCode::Comma) {
        clock.step_back(stage.frame.time_s, source.lock().dt_s());
    }
    if keys.just_pressed(KeyCode::KeyN) {
        clock.step_gait();
    }
    if keys.just_pressed(KeyCode::KeyM) {
        clock.flat_out = !clock.flat_out;
    }
    if keys.just_pressed(KeyCode::Home) {
        clock.seek = Some(0.0);
    }
    if keys.just_pressed(KeyCode::End) {
        clock.seek = Some(source.lock().reach_s());
    }
    if keys.any_just_pressed([KeyCode::Minus, KeyCode::NumpadSubtract]) {
        clock.change_speed(-1);
    }
    if keys.any_just_pressed([KeyCode::Equal, KeyCode::NumpadAdd]) {
        clock.change_speed(1);
    }
    if keys.any_just_pressed([KeyCode::Digit0, KeyCode::Numpad0]) {
        clock.speed = 1.0;
    }
    if keys.just_pressed(KeyCode::Backspace) {
        clock.restart = true;
    }
    if keys.just_pressed(KeyCode::KeyH) {
        panel.open = !panel.open;
    }
    if keys.just_pressed(KeyCode::F1) || (shift && keys.just_pressed(KeyCode::Slash)) {
        panel.help = !panel.help;
    }
    if keys.just_pressed(KeyCode::Escape) {
        if panel.help {
            panel.help = false;
        } else {
            home.write(Home);
        }
    }
}
