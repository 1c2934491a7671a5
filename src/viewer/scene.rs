//! The drawn world: robot, terrain, sky, and the pose of everything that moves.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bevy::prelude::*;
use nalgebra::Isometry3;

use super::camera::HeadFrame;
use super::meshes::Surface;
use super::scene_source::{Frame, LinkVisuals, SceneSource};
use super::{camera, convert, materials, sky, terrain};
use crate::config::robot::Material;

/// The simulation, shared with the caller, who gets it back when the viewer ends.
#[derive(Resource, Clone)]
pub(super) struct SharedSource(Arc<Mutex<Box<dyn SceneSource>>>);

impl SharedSource {
    pub(super) fn new(source: Box<dyn SceneSource>) -> Self {
        Self(Arc::new(Mutex::new(source)))
    }

    /// The simulation; a panic elsewhere does not take it away.
    pub(super) fn lock(&self) -> MutexGuard<'_, Box<dyn SceneSource>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is drawn at present.
#[derive(Resource, Default)]
pub(super) struct Stage {
    /// The last tick.
    pub(super) frame: Frame,
    /// Poses of the tick before.
    pub(super) before: Vec<Isometry3<f64>>,
    /// Share of the way from the tick before to the last one.
    pub(super) share: f64,
}

impl Stage {
    /// Reads the present state; nothing is left to interpolate from.
    pub(super) fn read(&mut self, source: &dyn SceneSource) {
        source.fill(&mut self.frame);
        self.before.clone_from(&self.frame.world_from_body);
        self.share = 1.0;
    }

    /// Height of the ground the robot stands on [m].
    pub(super) fn ground_height_m(&self) -> f32 {
        self.frame.ground_m as f32
    }

    /// Pose of a body as drawn.
    pub(super) fn pose(&self, body: usize) -> Isometry3<f64> {
        let (Some(after), before) = (self.frame.world_from_body.get(body), self.before.get(body)) else {
            return Isometry3::identity();
        };
        match before {
            Some(before) if self.share < 1.0 => before.lerp_slerp(after, self.share),
            _ => *after,
        }
    }
}

/// Everything that belongs to the shown scenario.
#[derive(Component)]
pub(super) struct Part;

/// Draws what one body of the robot has of one material.
#[derive(Component)]
pub(super) struct BodyPart {
    pub(super) body: usize,
    pub(super) material: Material,
    /// Its own surface, whatever it is painted with at present.
    pub(super) paint: Handle<StandardMaterial>,
}

/// Steps of a frame that depend on each other.
#[derive(SystemSet, Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Step {
    /// Keys and mouse.
    Input,
    /// The simulation advances.
    Advance,
    /// What is drawn takes its new place.
    Place,
}

/// Scene, camera and overlays, without window or panels.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Stage>()
        .insert_resource(ClearColor(sky::horizon()))
        .insert_resource(GlobalAmbientLight { brightness: 0.0, ..default() })
        .configure_sets(Update, (Step::Input, Step::Advance, Step::Place).chain())
        .add_systems(PreStartup, sky::prepare)
        .add_systems(Startup, (sky::spawn, spawn))
        .add_systems(Update, (place, camera::aim, sky::follow).chain().in_set(Step::Place));
}

/// Spawns robot and terrain.
fn spawn(
    source: Res<SharedSource>,
    mut stage: ResMut<Stage>,
    mut commands: Commands,
    mut meshes: ResMut<Assets<Mesh>>,
    mut surfaces: ResMut<Assets<StandardMaterial>>,
    mut images: ResMut<Assets<Image>>,
) {
    let source = source.lock();
    stage.read(&**source);
    terrain::spawn(source.terrain(), &mut commands, &mut meshes, &mut surfaces, &mut images);

    if let Some((body, body_from_eye)) = source.eye() {
        commands.insert_resource(HeadFrame { body, body_from_eye });
    }

    let mut paints = BTreeMap::new();
    for ((body, material), surface) in body_surfaces(&source.visuals()) {
        let paint =
            paints.entry(material).or_insert_with(|| surfaces.add(materials::robot(material))).clone();
        commands.spawn((
            Part,
            BodyPart { body, material, paint: paint.clone() },
            Mesh3d(meshes.add(surface.to_mesh())),
            MeshMaterial3d(paint),
            Transform::default(),
        ));
    }
}

/// One surface for each body and material, in the body's frame: few meshes draw faster than many.
fn body_surfaces(links: &[LinkVisuals]) -> BTreeMap<(usize, Material), Surface> {
    let mut surfaces: BTreeMap<_, Surface> = BTreeMap::new();
    for link in links {
        for visual in link.shapes {
            let pose = link.body_from_link * convert::placed(&visual.xyz_m, &visual.rpy_rad);
            surfaces
                .entry((link.body, visual.material))
                .or_default()
                .append(&Surface::of(&visual.geometry), &pose);
        }
    }
    surfaces
}

/// Puts every body where the simulation has it.
fn place(stage: Res<Stage>, mut parts: Query<(&BodyPart, &mut Transform)>) {
    for (part, mut transform) in &mut parts {
        *transform = convert::transform(&stage.pose(part.body));
    }
}
