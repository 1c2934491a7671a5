//! People who walk about.

use bevy::prelude::*;

use super::materials::{OBSTACLES, SKIN, matte};
use super::scene::{Part, Stage};
use crate::physics::PersonBody;

/// Share of someone's height up to the shoulders.
const SHOULDERS: f32 = 0.89;
/// Radius of a head [m].
const HEAD_M: f32 = 0.105;

/// Draws someone, by their place in the list.
#[derive(Component)]
pub(super) struct PersonPart(usize);

/// Puts everyone where they are; makes parts for those who are new and hides those of others.
pub(super) fn place(
    stage: Res<Stage>,
    mut commands: Commands,
    mut meshes: ResMut<Assets<Mesh>>,
    mut surfaces: ResMut<Assets<StandardMaterial>>,
    mut parts: Query<(&PersonPart, &mut Transform, &mut Visibility)>,
) {
    let people = &stage.frame.people;
    let stands = |person: &PersonBody| Vec3::new(person.at.x as f32, person.at.y as f32, 0.0);
    for (part, mut transform, mut visibility) in &mut parts {
        *visibility = match people.get(part.0) {
            Some(person) => {
                transform.translation = stands(person);
                Visibility::Inherited
            }
            None => Visibility::Hidden,
        };
    }
    for index in parts.iter().count()..people.len() {
        let person = &people[index];
        let (radius, height) = (person.radius_m as f32, person.height_m as f32);
        let shoulders = (SHOULDERS * height).max(2.0 * radius);
        let body = Capsule3d::new(radius, shoulders - 2.0 * radius);
        // Bevy's capsules stand along y.
        let upright = Quat::from_rotation_x(std::f32::consts::FRAC_PI_2);
        let coat = surfaces.add(matte(OBSTACLES[index % OBSTACLES.len()]));
        commands
            .spawn((
                Part,
                PersonPart(index),
                Transform::from_translation(stands(person)),
                Visibility::Inherited,
            ))
            .with_children(|figure| {
                figure.spawn((
                    Mesh3d(meshes.add(body)),
                    MeshMaterial3d(coat),
                    Transform::from_xyz(0.0, 0.0, 0.5 * shoulders).with_rotation(upright),
                ));
                figure.spawn((
                    Mesh3d(meshes.add(Sphere::new(HEAD_M))),
                    MeshMaterial3d(surfaces.add(matte(SKIN))),
                    Transform::from_xyz(0.0, 0.0, height - HEAD_M),
                ));
            });
    }
}
