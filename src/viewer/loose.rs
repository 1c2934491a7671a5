//! Boxes that were thrown into the world.

use bevy::prelude::*;

use super::convert;
use super::materials::{OBSTACLES, matte};
use super::scene::{Part, Stage};

/// Draws one of the boxes, by its place in the list.
#[derive(Component)]
pub(super) struct LoosePart(usize);

/// Puts every box where it is; makes parts for new ones and hides those that are left over.
pub(super) fn place(
    stage: Res<Stage>,
    mut commands: Commands,
    mut meshes: ResMut<Assets<Mesh>>,
    mut surfaces: ResMut<Assets<StandardMaterial>>,
    mut parts: Query<(&LoosePart, &mut Transform, &mut Visibility)>,
) {
    let boxes = &stage.frame.loose_boxes;
    for (part, mut transform, mut visibility) in &mut parts {
        *visibility = match boxes.get(part.0) {
            Some((pose, size)) => {
                *transform = convert::transform(pose).with_scale(convert::vector(size));
                Visibility::Inherited
            }
            None => Visibility::Hidden,
        };
    }
    for index in parts.iter().count()..boxes.len() {
        let (pose, size) = &boxes[index];
        commands.spawn((
            Part,
            LoosePart(index),
            Mesh3d(meshes.add(Cuboid::from_length(1.0))),
            MeshMaterial3d(surfaces.add(matte(OBSTACLES[(index + 2) % OBSTACLES.len()]))),
            convert::transform(pose).with_scale(convert::vector(size)),
            Visibility::Inherited,
        ));
    }
}
