//! The drawn world: robot, terrain, sky, and the pose of everything that moves.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use nalgebra::Isometry3;

use super::camera::{HeadFrame, Orbit};
use super::meshes::Surface;
use super::quality::Quality;
use super::scene_source::{Frame, LinkVisuals, SceneSource};
use super::{camera, convert, cup, loose, materials, people, see_through, sky, terrain};
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

    /// Puts another simulation in its place and gives back the one before; [`SceneChanged`] is to be
    /// written with it.
    pub(super) fn replace(&self, source: Box<dyn SceneSource>) -> Box<dyn SceneSource> {
        std::mem::replace(&mut *self.lock(), source)
    }
}

/// What is drawn is no longer what the source shows; whoever keeps something of a run begins anew.
#[derive(Message, Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SceneChanged {
    /// Another run has taken the place of the one before.
    Opened,
    /// The same run was built anew from edited configs.
    Rebuilt,
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
        .add_message::<SceneChanged>()
        .init_resource::<Quality>()
        .insert_resource(ClearColor(sky::horizon()))
        .insert_resource(GlobalAmbientLight { brightness: 0.0, ..default() })
        .configure_sets(Update, (Step::Input, Step::Advance, Step::Place).chain())
        .add_systems(PreStartup, sky::prepare)
        .add_systems(Startup, (sky::spawn, terrain::spawn_floor, spawn))
        .add_systems(
            Update,
            (
                respawn,
                place,
                terrain::place,
                loose::place,
                people::place,
                cup::place,
                camera::aim,
                (sky::follow, see_through::fade),
            )
                .chain()
                .in_set(Step::Place),
        );
}

/// What it takes to spawn something drawn.
#[derive(SystemParam)]
pub(super) struct Brush<'w, 's> {
    pub(super) commands: Commands<'w, 's>,
    pub(super) meshes: ResMut<'w, Assets<Mesh>>,
    pub(super) surfaces: ResMut<'w, Assets<StandardMaterial>>,
}

/// Spawns robot and terrain.
fn spawn(source: Res<SharedSource>, mut stage: ResMut<Stage>, mut brush: Brush) {
    draw(&**source.lock(), &mut stage, &mut brush);
}

/// Spawns them anew where the run is another one; meshes and paints go with what wore them.
fn respawn(
    mut changes: MessageReader<SceneChanged>,
    source: Res<SharedSource>,
    mut stage: ResMut<Stage>,
    mut brush: Brush,
    parts: Query<Entity, With<Part>>,
    mut orbits: Query<&mut Orbit>,
) {
    let changes: Vec<SceneChanged> = changes.read().copied().collect();
    if changes.is_empty() {
        return;
    }
    parts.iter().for_each(|part| brush.commands.entity(part).despawn());
    draw(&**source.lock(), &mut stage, &mut brush);
    if changes.contains(&SceneChanged::Opened) {
        orbits.iter_mut().for_each(|mut orbit| orbit.jump());
    }
}

fn draw(source: &dyn SceneSource, stage: &mut Stage, brush: &mut Brush) {
    stage.read(source);
    terrain::spawn(source.terrain(), brush);
    match source.eye() {
        Some((body, body_from_eye)) => brush.commands.insert_resource(HeadFrame { body, body_from_eye }),
        None => brush.commands.remove_resource::<HeadFrame>(),
    }

    let mut paints = BTreeMap::new();
    for ((body, material), surface) in body_surfaces(&source.visuals()) {
        let paint =
            paints.entry(material).or_insert_with(|| brush.surfaces.add(materials::robot(material))).clone();
        brush.commands.spawn((
            Part,
            BodyPart { body, material, paint: paint.clone() },
            Mesh3d(brush.meshes.add(surface.to_mesh())),
            MeshMaterial3d(paint),
            Transform::default(),
        ));
    }
}

/// One surface for each body and material, in the body's frame: few meshes draw faster than many.
pub(super) fn body_surfaces(links: &[LinkVisuals]) -> BTreeMap<(usize, Material), Surface> {
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
