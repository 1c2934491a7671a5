//! The panel: what the run does in figures, and the switches.

use bevy::prelude::*;
use bevy_egui::input::EguiWantsInput;
use bevy_egui::{EguiContexts, egui};

use super::camera::{CameraView, Orbit};
use super::clock::{Clock, SPEEDS};
use super::controller_panel::ControllerPanel;
use super::ghost::Ghost;
use super::hands::{self, Missile};
use super::help;
use super::modifier;
use super::notice::Notices;
use super::overlays::{JointFocus, Overlays};
use super::panels::style::{self, BAD, GOOD};
use super::panels::{self, Side};
use super::scene::{SharedSource, Stage};
use super::scene_source::Frame;
use super::start::Home;

/// Width of the panel [points].
const WIDTH: f32 = 292.0;

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
    (mut side, mut focus, mut controller): (ResMut<Side>, ResMut<JointFocus>, ResMut<ControllerPanel>),
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
    let time_s = stage.frame.time_s;
    let frame = &stage.frame;
    let (title, dt_s) = {
        let mut source = source.lock();
        panels::show(context, &mut side, &mut **source, &mut focus, &mut controller, time_s);
        (source.title(), source.dt_s())
    };
    if !panel.open {
        return Ok(());
    }
    egui::Window::new(&title)
        .id(egui::Id::new("run"))
        .default_pos([12.0, 12.0])
        .default_width(WIDTH)
        .resizable(false)
        .default_height(panels::height(context))
        .max_height(panels::height(context))
        .vscroll(true)
        .frame(style::frame(context))
        .show(context, |ui| {
            ui.set_width(WIDTH);
            style::text(ui);
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
                ui.toggle_value(&mut side.open, "Plots").on_hover_text("Plots, joints and controller (G)");
                if ui.button("?").on_hover_text("All keys").clicked() {
                    panel.help = !panel.help;
                }
            });
            ui.separator();
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
                panels::expectations(ui, &frame.expectations);
            }
            ui.separator();
            panels::switches(ui, &mut overlays);
            ui.separator();
            egui::CollapsingHeader::new("Hands").show(ui, |ui| {
                hands::show_panel(ui, frame, &mut missile, &source, &mut notices);
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
    let shift = modifier::held(&keys, modifier::SHIFT);
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
