//! Keys that are held while another is pressed.

use bevy::prelude::*;

pub(super) const CONTROL: [KeyCode; 2] = [KeyCode::ControlLeft, KeyCode::ControlRight];
pub(super) const SHIFT: [KeyCode; 2] = [KeyCode::ShiftLeft, KeyCode::ShiftRight];
pub(super) const ALT: [KeyCode; 2] = [KeyCode::AltLeft, KeyCode::AltRight];

/// Whether either of a pair was held when another key was pressed in this frame.
pub(super) fn held(keys: &ButtonInput<KeyCode>, pair: [KeyCode; 2]) -> bool {
    // In a slow frame it has been let go of again.
    keys.any_pressed(pair) || keys.any_just_released(pair)
}
