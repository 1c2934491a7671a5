//! What lies under a place in the window.

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use bevy::window::PrimaryWindow;

use crate::viewer::camera::Orbit;
use crate::viewer::scene::BodyPart;
use crate::viewer::terrain::{BoxPart, Ground};

/// A thing of the scene and the place at which the cursor's ray meets it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Thing {
    /// A body of the robot.
    Body(usize),
    /// A box of the terrain, by its index among the features.
    Box(usize),
    /// Floor or stairs.
    Ground,
}

/// Casts rays from the camera.
#[derive(SystemParam)]
pub(super) struct Pick<'w, 's> {
    window: Single<'w, 's, &'static Window, With<PrimaryWindow>>,
    camera: Single<'w, 's, (&'static Camera, &'static GlobalTransform), With<Orbit>>,
    meshes: MeshRayCast<'w, 's>,
    bodies: Query<'w, 's, &'static BodyPart>,
    boxes: Query<'w, 's, &'static BoxPart>,
    ground: Query<'w, 's, (), With<Ground>>,
}

impl Pick<'_, '_> {
    /// Where the cursor is in the window [pixels].
    pub(super) fn cursor(&self) -> Option<Vec2> {
        self.window.cursor_position()
    }

    /// The ray from the camera through a place in the window [pixels].
    pub(super) fn ray(&self, through: Vec2) -> Option<Ray3d> {
        let (camera, transform) = *self.camera;
        camera.viewport_to_world(transform, through).ok()
    }

    /// Direction in which the camera looks.
    pub(super) fn ahead(&self) -> Dir3 {
        self.camera.1.forward()
    }

    /// The nearest thing at a place in the window, and where the ray meets it.
    pub(super) fn thing(&mut self, at: Vec2) -> Option<(Thing, Vec3)> {
        let ray = self.ray(at)?;
        let (bodies, boxes, ground) = (&self.bodies, &self.boxes, &self.ground);
        let counts = |entity| bodies.contains(entity) || boxes.contains(entity) || ground.contains(entity);
        let settings = MeshRayCastSettings::default().with_filter(&counts);
        let (entity, hit) = self.meshes.cast_ray(ray, &settings).first()?;
        let thing = match (self.bodies.get(*entity), self.boxes.get(*entity)) {
            (Ok(part), _) => Thing::Body(part.body),
            (_, Ok(part)) => Thing::Box(part.0),
            _ => Thing::Ground,
        };
        Some((thing, hit.point))
    }
}
