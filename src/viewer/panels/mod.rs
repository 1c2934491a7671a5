//! The right side: quantities in figures and curves, in tabs; and the parts of the left panel.
//!
//! - `plots`: curves along time, with `picker` to choose signals, `names` that are short, and `axis` for
//!   ranges that stand still.
//! - `joints`: a row for each joint. `expectations`, `switches`: parts of the panel on the left.
//! - The tab of the controller's numbers is [`super::controller_panel`].
//!
//! A tab more is a variant of [`Tab`], its line in [`Tab::ALL`] and its line in [`show`].

mod axis;
mod expectations;
mod joints;
mod names;
mod picker;
mod plots;
pub(super) mod style;
mod switches;

use bevy::prelude::*;
use bevy_egui::egui;
use bevy_egui::input::EguiWantsInput;

pub(super) use expectations::expectations;
pub(super) use switches::switches;

use self::joints::JointTable;
use self::plots::PlotBoard;
use super::controller_panel::{self, ControllerPanel};
use super::overlays::JointFocus;
use super::scene_source::SceneSource;

/// Width of the side [points]: at most this much, and at most this share of the window.
const WIDTH: (f32, f32) = (384.0, 0.32);
/// Least width of the side, at which a joint's figures have room [points].
const LEAST: f32 = 316.0;
/// Room round the side, and below it for the time line [points].
const MARGIN: (f32, f32) = (12.0, 50.0);

/// What the side shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Tab {
    #[default]
    Plots,
    Joints,
    Controller,
}

impl Tab {
    const ALL: [(Tab, &'static str, &'static str); 3] = [
        (Tab::Plots, "Plots", "Signals along simulated time"),
        (Tab::Joints, "Joints", "Angle, speed and torque of every joint"),
        (Tab::Controller, "Controller", "Every number of the robot's controller (L)"),
    ];
}

/// The side: whether it is open, and what its tabs remember.
#[derive(Resource)]
pub(super) struct Side {
    pub(super) open: bool,
    tab: Tab,
    plots: PlotBoard,
    joints: JointTable,
}

impl Default for Side {
    fn default() -> Self {
        Self { open: true, tab: Tab::default(), plots: PlotBoard::default(), joints: JointTable::default() }
    }
}

/// Height of what stands at the window's edges, above the time line [points].
pub(super) fn height(context: &egui::Context) -> f32 {
    (context.viewport_rect().height() - MARGIN.0 - MARGIN.1 - 2.0 * style::INNER).max(120.0)
}

/// Draws the side at the right edge of the window; `now_s` is the time of what is drawn.
pub(super) fn show(
    context: &egui::Context,
    side: &mut Side,
    source: &mut dyn SceneSource,
    focus: &mut JointFocus,
    controller: &mut ControllerPanel,
    now_s: f64,
) {
    focus.0 = None;
    if !side.open {
        return;
    }
    let room = context.viewport_rect();
    let width = WIDTH.0.min(WIDTH.1 * room.width()).max(LEAST);
    let height = height(context);
    egui::Window::new("side")
        .title_bar(false)
        .resizable(false)
        .movable(false)
        .anchor(egui::Align2::RIGHT_TOP, [-MARGIN.0, MARGIN.0])
        .frame(style::frame(context))
        .show(context, |ui| {
            ui.set_width(width);
            style::text(ui);
            ui.set_max_height(height);
            ui.horizontal(|ui| {
                for (tab, name, tip) in Tab::ALL {
                    ui.selectable_value(&mut side.tab, tab, name).on_hover_text(tip);
                }
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    if ui.small_button("✖").on_hover_text("Hide (G)").clicked() {
                        side.open = false;
                    }
                });
            });
            ui.separator();
            match side.tab {
                Tab::Plots => side.plots.show(ui, source, now_s),
                Tab::Joints => side.joints.show(ui, source, focus),
                Tab::Controller => controller_panel::show(ui, controller, source),
            }
        });
}

/// `G` shows and hides the side, `L` its tab of the controller.
pub(super) fn keys(keys: Res<ButtonInput<KeyCode>>, wants: Res<EguiWantsInput>, mut side: ResMut<Side>) {
    if wants.wants_any_keyboard_input() {
        return;
    }
    if keys.just_pressed(KeyCode::KeyG) {
        side.open = !side.open;
    }
    if keys.just_pressed(KeyCode::KeyL) {
        side.open = !(side.open && side.tab == Tab::Controller);
        side.tab = Tab::Controller;
    }
}
