//! Whom the pointer belongs to: a panel, or the scene behind it; and where its left button went down and up.

use bevy::ecs::system::SystemParam;
use bevy::input::ButtonState;
use bevy::prelude::*;
use bevy::window::{PrimaryWindow, WindowEvent};
use bevy_egui::{EguiContext, PrimaryEguiContext, egui};

/// The pointer in the window.
#[derive(SystemParam)]
pub(super) struct Pointer<'w, 's> {
    window: Single<'w, 's, &'static Window, With<PrimaryWindow>>,
    contexts: Query<'w, 's, &'static mut EguiContext, With<PrimaryEguiContext>>,
}

/// Where the left button went down and up in this frame [points]. In a slow frame the pointer has gone on
/// since, so that its present place is not what a person clicked on.
#[derive(Resource, Debug, Default, Clone, Copy, PartialEq)]
pub(super) struct LeftButton {
    pub(super) pressed_at: Option<Vec2>,
    pub(super) released_at: Option<Vec2>,
    pointer: Option<Vec2>,
}

impl LeftButton {
    /// Takes over what the window told since the last frame, in its order.
    fn follow<'a>(&mut self, events: impl IntoIterator<Item = &'a WindowEvent>) {
        (self.pressed_at, self.released_at) = (None, None);
        for event in events {
            match event {
                WindowEvent::CursorMoved(moved) => self.pointer = Some(moved.position),
                WindowEvent::MouseButtonInput(input) if input.button == MouseButton::Left => {
                    match input.state {
                        ButtonState::Pressed => self.pressed_at = self.pointer,
                        ButtonState::Released => self.released_at = self.pointer,
                    }
                }
                _ => {}
            }
        }
    }
}

/// Follows the left button.
pub(super) fn follow(mut events: MessageReader<WindowEvent>, mut button: ResMut<LeftButton>) {
    button.follow(events.read());
}

/// Where the left button was let go of in this frame of egui.
pub(super) fn released_at(context: &egui::Context) -> Option<egui::Pos2> {
    context.input(|input| {
        input.events.iter().rev().find_map(|event| match event {
            egui::Event::PointerButton {
                pos, button: egui::PointerButton::Primary, pressed: false, ..
            } => Some(*pos),
            _ => None,
        })
    })
}

impl Pointer<'_, '_> {
    /// Where it is in the window [points]; none where it is outside.
    pub(super) fn cursor(&self) -> Option<Vec2> {
        self.window.cursor_position()
    }

    /// Whether a press where it is now is meant for a panel.
    pub(super) fn is_on_panel(&mut self) -> bool {
        self.is_panel_at(self.cursor())
    }

    /// Whether a press at a place is meant for a panel.
    pub(super) fn is_panel_at(&mut self, cursor: Option<Vec2>) -> bool {
        // Not by where egui saw it last: that was a frame ago, and in a slow frame it comes a long way.
        let layer_at = |context: &egui::Context, cursor: Vec2| {
            let layer = context.layer_id_at(egui::pos2(cursor.x, cursor.y));
            layer.is_some_and(|layer| layer.order != egui::Order::Background)
        };
        self.contexts.iter_mut().any(|mut context| {
            let context = context.get_mut();
            // Nor by whether egui holds the pointer: a button that goes down now has been let go of.
            context.any_popup_open() || cursor.is_some_and(|cursor| layer_at(context, cursor))
        })
    }
}

/// Makes a press and its release a click however long a frame takes.
pub(super) fn prepare(mut contexts: Query<&mut EguiContext, Added<PrimaryEguiContext>>) {
    for mut context in &mut contexts {
        context.get_mut().options_mut(|options| options.input_options.max_click_duration = f64::INFINITY);
    }
}

#[cfg(test)]
mod tests {
    use bevy::input::mouse::MouseButtonInput;
    use bevy::window::CursorMoved;

    use super::*;

    #[test]
    fn a_click_is_where_the_button_was_and_not_where_the_pointer_went() {
        let window = Entity::PLACEHOLDER;
        let moved = |x: f32| {
            WindowEvent::CursorMoved(CursorMoved { window, position: Vec2::new(x, 1.0), delta: None })
        };
        let input = |state| {
            WindowEvent::MouseButtonInput(MouseButtonInput { button: MouseButton::Left, state, window })
        };
        let mut button = LeftButton::default();
        button.follow(&[moved(10.0), input(ButtonState::Pressed)]);
        assert_eq!((button.pressed_at, button.released_at), (Some(Vec2::new(10.0, 1.0)), None));
        button.follow(&[input(ButtonState::Released), moved(90.0)]);
        assert_eq!((button.pressed_at, button.released_at), (None, Some(Vec2::new(10.0, 1.0))));
    }
}
