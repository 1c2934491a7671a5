//! Quantities drawn into the scene: the list of what can be shown, with keys, colours and switches.
//!
//! Each overlay has a name for the command line, a label, a key and a tip that gives its unit; what it
//! looks like stands in the file of its group:
//!
//! - `balance`: centre of mass, capture point, centre of pressure, support, momentum.
//! - `steps`: footsteps, swing path, route and velocity; `forces`: contact forces and pushes.
//! - `torques`: the robot's bodies in the colour of their joints' loads.
//! - `belief`: the LiDAR's scan, the map and the estimate; what the robot knows against what is.
//! - `frames`: joint axes and frames; `shapes`: what collides.

mod balance;
mod belief;
mod forces;
mod frames;
mod list;
mod shapes;
mod steps;
mod torques;
mod wires;

use bevy::gizmos::config::{DefaultGizmoConfigGroup, GizmoConfigGroup, GizmoConfigStore};
use bevy::prelude::*;

pub(super) use frames::JointFocus;
pub use list::Overlay;
pub(super) use torques::load_colour;

use super::modifier;
use super::scene::Step;

/// Colours of left and right, in the scene as in the plots.
pub(super) const SIDES: [Color; 2] = [list::LEFT, list::RIGHT];

/// Lift of flat marks over the ground, so that they are not hidden in it [m].
const LIFT: Vec3 = Vec3::new(0.0, 0.0, 0.006);

/// Fine lines in front of everything, for what lies inside the robot.
#[derive(Default, Reflect, GizmoConfigGroup)]
struct Fine;

/// Fine lines among things, hidden by what stands before them.
#[derive(Default, Reflect, GizmoConfigGroup)]
struct Placed;

/// Which overlays are shown.
#[derive(Resource, Debug, Clone, Default)]
pub(super) struct Overlays([bool; Overlay::ALL.len()]);

impl Overlays {
    pub(super) fn new(shown: &[Overlay]) -> Self {
        let mut overlays = Self::default();
        for overlay in shown {
            overlays.0[*overlay as usize] = true;
        }
        overlays
    }

    pub(super) fn shows(&self, overlay: Overlay) -> bool {
        self.0[overlay as usize]
    }

    pub(super) fn switch(&mut self, overlay: Overlay) -> &mut bool {
        &mut self.0[overlay as usize]
    }
}

/// Draws what is switched on.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Overlays>()
        .init_resource::<JointFocus>()
        .init_gizmo_group::<Fine>()
        .init_gizmo_group::<Placed>()
        .add_systems(Startup, (line_styles, torques::prepare))
        .add_systems(
            Update,
            (
                (balance::points, balance::support, balance::momentum),
                (steps::footsteps, steps::route, steps::velocity),
                forces::forces,
                torques::tint,
                (belief::rays, belief::map),
                (frames::axes, frames::focus),
                shapes::shapes,
            )
                .after(Step::Place),
        );
}

/// Marks inside the robot are seen through its shells.
fn line_styles(mut store: ResMut<GizmoConfigStore>) {
    let (bold, _) = store.config_mut::<DefaultGizmoConfigGroup>();
    (bold.depth_bias, bold.line.width) = (-1.0, 3.0);
    let (fine, _) = store.config_mut::<Fine>();
    (fine.depth_bias, fine.line.width) = (-1.0, 1.5);
    let (placed, _) = store.config_mut::<Placed>();
    // A little nearer than the surfaces they lie on.
    (placed.depth_bias, placed.line.width) = (-0.01, 1.5);
}

/// Each overlay's key shows and hides it.
pub(super) fn keys(
    keys: Res<ButtonInput<KeyCode>>,
    wants: Res<bevy_egui::input::EguiWantsInput>,
    mut overlays: ResMut<Overlays>,
) {
    let with_others = [modifier::CONTROL, modifier::ALT].into_iter().any(|pair| modifier::held(&keys, pair));
    if wants.wants_any_keyboard_input() || with_others {
        return;
    }
    for overlay in Overlay::ALL {
        if keys.just_pressed(overlay.key()) {
            let shown = overlays.switch(overlay);
            *shown = !*shown;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlays_are_switched_one_by_one() {
        for overlay in Overlay::ALL {
            let mut shown = Overlays::new(&[overlay]);
            assert!(Overlay::ALL.iter().all(|o| shown.shows(*o) == (*o == overlay)));
            *shown.switch(overlay) = false;
            assert!(!shown.shows(overlay));
        }
    }
}
