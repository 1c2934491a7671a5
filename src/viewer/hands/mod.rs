//! Laying hands on the robot and its world: pulling, throwing, moving boxes, setting goals, driving.
//!
//! In: mouse, keys and gamepad. Out: [`Action`]s for the run, which records them. Nothing here touches
//! the simulation in any other way.

mod drive;
mod mouse;
mod panel;
mod pick;
mod throw;

use bevy::prelude::*;

use super::notice::Notices;
use super::scene::{SharedSource, Step};
use super::start;
use crate::config::action::Action;

pub(super) use mouse::Mouse;
pub(super) use panel::show as show_panel;
pub(super) use throw::Missile;

/// The hands have taken what is theirs of this frame's input; the camera may have the rest.
#[derive(SystemSet, Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Following;

/// Systems and state of the hands.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Mouse>()
        .init_resource::<Missile>()
        .init_resource::<drive::Drive>()
        .add_systems(
            Update,
            (mouse::mouse, throw::keys, drive::drive, panel::keys)
                .chain()
                .run_if(start::is_closed)
                .in_set(Following)
                .in_set(Step::Input),
        )
        .add_systems(Update, mouse::show.after(Step::Place));
}

/// Has the run do it, or tells why not; true where it is done.
fn act(source: &SharedSource, notices: &mut Notices, action: Action) -> bool {
    match source.lock().act(action) {
        Ok(()) => true,
        Err(why) => {
            notices.warn(why);
            false
        }
    }
}
