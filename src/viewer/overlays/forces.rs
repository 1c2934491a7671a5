//! What acts on the robot: contact forces and pushes.

use bevy::prelude::*;

use super::super::convert;
use super::super::scene::Stage;
use super::{Overlay, Overlays, list};

/// Drawn length of a force [m/N]: the robot's weight is about as long as a leg.
const FORCE_M_PER_N: f32 = 0.001;

pub(super) fn forces(stage: Res<Stage>, overlays: Res<Overlays>, mut gizmos: Gizmos) {
    if !overlays.shows(Overlay::Forces) {
        return;
    }
    for (at, force) in &stage.frame.contact_forces {
        let (from, along) = (convert::point(at), convert::vector(force) * FORCE_M_PER_N);
        if along.length() > 0.01 {
            gizmos.arrow(from, from + along, list::GROUND).with_tip_length(0.05);
        }
    }
    if let Some((at, force)) = &stage.frame.push {
        // The arrow ends where the push acts.
        let (to, along) = (convert::point(at), convert::vector(force) * FORCE_M_PER_N);
        gizmos.arrow(to - along, to, list::PUSH).with_tip_length(0.08);
    }
}
