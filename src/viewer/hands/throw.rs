//! `B` throws a box from the camera at what lies under the cursor.

use bevy::prelude::*;
use bevy_egui::input::EguiWantsInput;

use super::act;
use super::pick::Pick;
use crate::config::action::Action;
use crate::viewer::notice::Notices;
use crate::viewer::scene::SharedSource;

/// Way before the camera at which a box starts [m].
const AHEAD_M: f32 = 0.5;

/// The box that is thrown next.
#[derive(Resource, Debug, Clone, Copy)]
pub(crate) struct Missile {
    /// Mass [kg].
    pub(crate) mass_kg: f64,
    /// Speed [m/s].
    pub(crate) speed_m_s: f64,
    /// Edge [m].
    pub(crate) edge_m: f64,
}

impl Default for Missile {
    fn default() -> Self {
        Self { mass_kg: 2.0, speed_m_s: 8.0, edge_m: 0.15 }
    }
}

/// Throws.
pub(super) fn keys(
    keys: Res<ButtonInput<KeyCode>>,
    wants: Res<EguiWantsInput>,
    missile: Res<Missile>,
    source: Res<SharedSource>,
    pick: Pick,
    mut notices: ResMut<Notices>,
) {
    if !keys.just_pressed(KeyCode::KeyB) || wants.wants_any_keyboard_input() {
        return;
    }
    let Some(ray) = pick.cursor().and_then(|cursor| pick.ray(cursor)) else { return };
    let from = ray.get_point(AHEAD_M);
    let action = Action::Throw {
        from_m: [from.x, from.y, from.z].map(f64::from),
        velocity_m_s: ray.direction.to_array().map(|part| f64::from(part) * missile.speed_m_s),
        size_m: [missile.edge_m; 3],
        mass_kg: missile.mass_kg,
    };
    if act(&source, &mut notices, action) {
        let impulse_ns = missile.mass_kg * missile.speed_m_s;
        notices.say(format!(
            "thrown: {:.1} kg at {:.1} m/s, {impulse_ns:.0} N s",
            missile.mass_kg, missile.speed_m_s
        ));
    }
}
