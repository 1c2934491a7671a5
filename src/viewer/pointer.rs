//! Whom the pointer belongs to: a panel, or the scene behind it.

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use bevy::window::PrimaryWindow;
use bevy_egui::{EguiContext, PrimaryEguiContext, egui};

/// The pointer in the window.
#[derive(SystemParam)]
pub(super) struct Pointer<'w, 's> {
    window: Single<'w, 's, &'static Window, With<PrimaryWindow>>,
    contexts: Query<'w, 's, &'static mut EguiContext, With<PrimaryEguiContext>>,
}

impl Pointer<'_, '_> {
    /// Where it is in the window [points]; none where it is outside.
    pub(super) fn cursor(&self) -> Option<Vec2> {
        self.window.cursor_position()
    }

    /// Whether a press here is meant for a panel.
    pub(super) fn is_on_panel(&mut self) -> bool {
        // Not by where egui saw it last: that was a frame ago, and in a slow frame it comes a long way.
        let layer_at = |context: &egui::Context, cursor: Vec2| {
            let layer = context.layer_id_at(egui::pos2(cursor.x, cursor.y));
            layer.is_some_and(|layer| layer.order != egui::Order::Background)
        };
        let cursor = self.cursor();
        self.contexts.iter_mut().any(|mut context| {
            let context = context.get_mut();
            context.egui_is_using_pointer()
                || context.any_popup_open()
                || cursor.is_some_and(|cursor| layer_at(context, cursor))
        })
    }
}

/// Makes a press and its release a click however long a frame takes.
pub(super) fn prepare(mut contexts: Query<&mut EguiContext, Added<PrimaryEguiContext>>) {
    for mut context in &mut contexts {
        context.get_mut().options_mut(|options| options.input_options.max_click_duration = f64::INFINITY);
    }
}
