//! What collides: the outlines of the physics' shapes.

use bevy::gizmos::config::GizmoConfigGroup;
use bevy::prelude::*;

use super::super::scene::SharedSource;
use super::{Fine, Overlay, Overlays, Placed, list, wires};
use crate::physics::{CollidingShape, Form};

pub(super) fn shapes(
    source: Res<SharedSource>,
    overlays: Res<Overlays>,
    mut inside: Gizmos<Fine>,
    mut outside: Gizmos<Placed>,
) {
    if !overlays.shows(Overlay::Shapes) {
        return;
    }
    let source = source.lock();
    let Some(simulation) = source.simulation() else { return };
    for shape in simulation.world().shapes() {
        if shape.of_robot {
            outline(&mut inside, &shape, list::OF_ROBOT);
        } else {
            outline(&mut outside, &shape, list::OF_WORLD);
        }
    }
}

fn outline<G: GizmoConfigGroup>(gizmos: &mut Gizmos<G>, shape: &CollidingShape, colour: Color) {
    let pose = &shape.world_from_shape;
    match &shape.form {
        Form::Cuboid(half_m) => wires::cuboid(gizmos, pose, half_m, colour),
        Form::Ball(radius_m) => wires::ball(gizmos, pose, *radius_m, colour),
        Form::Capsule { ends, radius_m } => wires::capsule(gizmos, pose, ends, *radius_m, colour),
    }
}
