//! Colliders of the floor, stairs, boxes, walls, ramps and rough ground.

use bevy_rapier3d::rapier::prelude::{
    ActiveHooks, CoefficientCombineRule, Collider, ColliderBuilder, ColliderHandle, ColliderSet, Group,
    InteractionGroups, InteractionTestMode, SharedShape, TriMeshFlags,
};
use nalgebra::{Isometry3, Translation3, UnitQuaternion, Vector3};

use super::convert::{pose_to_rapier, vector_to_rapier};
use super::ground::Ground;
use crate::config::scenario::{Feature, TerrainConfig};
use crate::course::{Prism, Relief, Staircase, stones};

/// What a collider of the world is; stored in its `user_data`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Floor, stairs, ramps and rough ground: may be stepped on.
    Ground,
    /// Box or wall: must not be touched; with its index.
    Obstacle(usize),
    /// A shape of the robot, with its body.
    Robot(usize),
    /// A box that was thrown into the world, with its index.
    Loose(usize),
    /// Someone who walks about, with their index.
    Person(usize),
}

/// What stands on the floor and who walks there meet everything but soft ground.
pub(super) const STANDS: InteractionGroups =
    InteractionGroups::new(Group::GROUP_1, Group::ALL, InteractionTestMode::And);

const OBSTACLE: u128 = 1 << 32;
const ROBOT: u128 = 1 << 33;
const LOOSE: u128 = 1 << 34;
const PERSON: u128 = 1 << 35;

impl Kind {
    pub(super) fn to_user_data(self) -> u128 {
        match self {
            Kind::Ground => 0,
            Kind::Obstacle(i) => OBSTACLE | i as u128,
            Kind::Robot(i) => ROBOT | i as u128,
            Kind::Loose(i) => LOOSE | i as u128,
            Kind::Person(i) => PERSON | i as u128,
        }
    }

    pub(super) fn of(collider: &Collider) -> Self {
        let index = (collider.user_data & u128::from(u32::MAX)) as usize;
        if collider.user_data & OBSTACLE != 0 {
            Kind::Obstacle(index)
        } else if collider.user_data & ROBOT != 0 {
            Kind::Robot(index)
        } else if collider.user_data & LOOSE != 0 {
            Kind::Loose(index)
        } else if collider.user_data & PERSON != 0 {
            Kind::Person(index)
        } else {
            Kind::Ground
        }
    }
}

/// What of the terrain is looked at or moved later.
#[derive(Debug, Clone, Default)]
pub(super) struct Placed {
    /// How many obstacles there are.
    pub(super) obstacles: usize,
    /// The collider of each feature that is a box.
    pub(super) boxes: Vec<Option<ColliderHandle>>,
}

/// Adds the whole terrain.
pub(super) fn add(terrain: &TerrainConfig, ground: &Ground, colliders: &mut ColliderSet) -> Placed {
    let friction = terrain.friction;
    let place = |builder: ColliderBuilder, kind: Kind| {
        let hooks = if kind == Kind::Ground { ground.hooks() } else { ActiveHooks::empty() };
        builder
            .collision_groups(STANDS)
            .active_hooks(hooks)
            .friction(friction as f32)
            .friction_combine_rule(CoefficientCombineRule::Min)
            .user_data(kind.to_user_data())
    };
    let floor = ColliderBuilder::new(SharedShape::halfspace(vector_to_rapier(&Vector3::z())));
    colliders.insert(place(floor, Kind::Ground).active_hooks(ground.floor_hooks()));

    let mut placed = Placed::default();
    for feature in &terrain.features {
        if let Some(relief) = Relief::of(feature) {
            let (corners, triangles) = relief.mesh();
            let corners = corners.iter().map(|corner| vector_to_rapier(&corner.coords)).collect();
            let flags = TriMeshFlags::FIX_INTERNAL_EDGES;
            // A mesh without a triangle is none, and the checks refuse sizes that would make one.
            if let Ok(builder) = ColliderBuilder::trimesh_with_flags(corners, triangles, flags) {
                colliders.insert(place(builder, Kind::Ground));
            }
        }
        for prism in prisms(feature) {
            let (middle, _) = prism.round();
            let (corners, _) = prism.mesh();
            // About its own middle, where single precision is best.
            let off = middle.coords.push(0.0);
            let corners: Vec<_> =
                corners.iter().map(|corner| vector_to_rapier(&(corner.coords - off))).collect();
            // An outline without an area has no hull, and the checks refuse sizes that would make one.
            if let Some(builder) = ColliderBuilder::convex_hull(&corners) {
                let builder = builder.position(pose_to_rapier(&Isometry3::translation(off.x, off.y, off.z)));
                colliders.insert(place(builder, Kind::Ground));
            }
        }
        let mut last = None;
        for (size, pose, is_obstacle) in cuboids(feature) {
            let kind = if is_obstacle {
                placed.obstacles += 1;
                Kind::Obstacle(placed.obstacles - 1)
            } else {
                Kind::Ground
            };
            let half = size * 0.5;
            let builder = ColliderBuilder::cuboid(half.x as f32, half.y as f32, half.z as f32)
                .position(pose_to_rapier(&pose));
            last = Some(colliders.insert(place(builder, kind)));
        }
        placed.boxes.push(last.filter(|_| matches!(feature, Feature::Box { .. })));
    }
    placed
}

/// The prisms that a feature is made of besides its [`cuboids`]: where a staircase turns.
pub fn prisms(feature: &Feature) -> Vec<Prism> {
    Staircase::of(feature).map_or_else(Vec::new, |staircase| staircase.prisms)
}

/// The cuboids a feature is made of: full size, pose of the centre, whether it is an obstacle; none where it
/// is a [`Relief`].
///
/// A flight of stairs is a stack of slabs from the floor up, one a tread.
pub fn cuboids(feature: &Feature) -> Vec<(Vector3<f64>, Isometry3<f64>, bool)> {
    let upright = |x: f64, y: f64, z: f64, yaw: f64| {
        Isometry3::from_parts(
            Translation3::new(x, y, z),
            UnitQuaternion::from_axis_angle(&Vector3::z_axis(), yaw),
        )
    };
    match *feature {
        Feature::Box { center_m, size_m, yaw_rad } => vec![(
            Vector3::new(size_m.0, size_m.1, size_m.2),
            upright(center_m.0, center_m.1, 0.5 * size_m.2, yaw_rad),
            true,
        )],
        Feature::Wall { from_m, to_m, height_m, thickness_m }
        | Feature::Sill { from_m, to_m, height_m, thickness_m } => {
            let (dx, dy) = (to_m.0 - from_m.0, to_m.1 - from_m.1);
            let pose =
                upright(0.5 * (from_m.0 + to_m.0), 0.5 * (from_m.1 + to_m.1), 0.5 * height_m, dy.atan2(dx));
            let is_obstacle = matches!(feature, Feature::Wall { .. });
            vec![(Vector3::new(dx.hypot(dy), thickness_m, height_m), pose, is_obstacle)]
        }
        Feature::Stairs { start_m, heading_rad, rise_m, run_m, width_m, steps, landing_m, down } => {
            let foot = upright(start_m.0, start_m.1, 0.0, heading_rad);
            let slab = |from: f64, length: f64, height: f64| {
                let centre = foot * Translation3::new(from + 0.5 * length, 0.0, 0.5 * height);
                (Vector3::new(length, width_m, height), centre, false)
            };
            let ascent = (steps.max(1) - 1) as f64 * run_m;
            let mut slabs = Vec::new();
            for step in 1..steps {
                slabs.push(slab((step - 1) as f64 * run_m, run_m, step as f64 * rise_m));
            }
            slabs.push(slab(ascent, landing_m, steps as f64 * rise_m));
            if down {
                for step in 1..steps {
                    let from = ascent + landing_m + (step - 1) as f64 * run_m;
                    slabs.push(slab(from, run_m, (steps - step) as f64 * rise_m));
                }
            }
            slabs
        }
        Feature::Staircase { .. } => Staircase::of(feature)
            .map_or_else(Vec::new, |staircase| staircase.slabs)
            .into_iter()
            .map(|(size, pose)| (size, pose, false))
            .collect(),
        Feature::Stones { .. } => {
            stones(feature).into_iter().map(|(size, pose)| (size, pose, false)).collect()
        }
        Feature::Ramp { .. } | Feature::Rough { .. } | Feature::Patch { .. } | Feature::Soft { .. } => {
            Vec::new()
        }
    }
}
