//! Driving: W A S D, the arrows, Q and E, or a gamepad's sticks command velocities.

use bevy::input::gamepad::Gamepad;
use bevy::prelude::*;
use bevy_egui::input::EguiWantsInput;

use super::act;
use crate::config::action::Action;
use crate::viewer::modifier;
use crate::viewer::notice::Notices;
use crate::viewer::scene::SharedSource;

/// Speeds at a full command: forward, backward, to a side [m/s], and turning [rad/s].
const FORWARD_M_S: f64 = 1.0;
const BACKWARD_M_S: f64 = 0.4;
const SIDE_M_S: f64 = 0.3;
const TURN_RAD_S: f64 = 0.6;
/// Share of a stick's way that does nothing.
const DEAD: f32 = 0.15;
/// A stick's way is taken in so many steps, so that a trembling thumb is not a new command each frame.
const NOTCHES: f32 = 10.0;

/// Share of the full command: forward, left, turn to the left; each from -1 to 1.
type Wish = [f64; 3];

/// The last command.
#[derive(Resource, Debug, Default)]
pub(super) struct Drive {
    commanded: Option<Wish>,
}

/// Sends a command whenever it changes; letting go is the command to stop.
pub(super) fn drive(
    keys: Res<ButtonInput<KeyCode>>,
    wants: Res<EguiWantsInput>,
    gamepads: Query<&Gamepad>,
    source: Res<SharedSource>,
    mut drive: ResMut<Drive>,
    mut notices: ResMut<Notices>,
) {
    let typing = wants.wants_any_keyboard_input() || modifier::held(&keys, modifier::CONTROL);
    let by_keys = if typing { [0.0; 3] } else { of_keys(&keys) };
    let by_sticks = gamepads.iter().map(of_sticks).find(|wish| *wish != [0.0; 3]);
    let wish = by_sticks.unwrap_or(by_keys);
    let still = wish == [0.0; 3];
    if drive.commanded == Some(wish) || (still && drive.commanded.is_none()) {
        return;
    }
    drive.commanded = (!still).then_some(wish);
    let [forward, left, turn] = wish;
    let action = Action::Walk {
        forward_m_s: forward * if forward < 0.0 { BACKWARD_M_S } else { FORWARD_M_S },
        left_m_s: left * SIDE_M_S,
        turn_rad_s: turn * TURN_RAD_S,
    };
    act(&source, &mut notices, action);
}

fn of_keys(keys: &ButtonInput<KeyCode>) -> Wish {
    let axis = |more: [KeyCode; 2], less: [KeyCode; 2]| {
        f64::from(u8::from(keys.any_pressed(more))) - f64::from(u8::from(keys.any_pressed(less)))
    };
    [
        axis([KeyCode::KeyW, KeyCode::ArrowUp], [KeyCode::KeyS, KeyCode::ArrowDown]),
        axis([KeyCode::KeyQ, KeyCode::KeyQ], [KeyCode::KeyE, KeyCode::KeyE]),
        axis([KeyCode::KeyA, KeyCode::ArrowLeft], [KeyCode::KeyD, KeyCode::ArrowRight]),
    ]
}

fn of_sticks(gamepad: &Gamepad) -> Wish {
    let notched = |value: f32| {
        if value.abs() < DEAD { 0.0 } else { f64::from((value * NOTCHES).round() / NOTCHES) }
    };
    let (left, right) = (gamepad.left_stick(), gamepad.right_stick());
    [notched(left.y), notched(-left.x), notched(-right.x)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_against_each_other_are_no_command() {
        let mut keys = ButtonInput::default();
        keys.press(KeyCode::KeyW);
        keys.press(KeyCode::ArrowLeft);
        assert_eq!(of_keys(&keys), [1.0, 0.0, 1.0]);
        keys.press(KeyCode::KeyD);
        keys.press(KeyCode::KeyE);
        assert_eq!(of_keys(&keys), [1.0, -1.0, 0.0]);
    }
}
