//! Boxes that a person throws into the world: free bodies like any other, and drawn like any other.

use bevy_rapier3d::prelude::{RapierContextColliders, RapierRigidBodySet};
use bevy_rapier3d::rapier::prelude::{
    CoefficientCombineRule, ColliderBuilder, RigidBodyBuilder, RigidBodyHandle,
};
use nalgebra::{Isometry3, Vector3};

use super::convert::{pose_from_rapier, vector_to_rapier};
use super::terrain::Kind;

/// Most boxes at a time: the oldest one goes when another comes.
const MOST: usize = 24;

/// A box to throw, as it starts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ThrownBox {
    /// Centre [m].
    pub from_m: Vector3<f64>,
    /// Velocity [m/s].
    pub velocity_m_s: Vector3<f64>,
    /// Full size [m].
    pub size_m: Vector3<f64>,
    /// Mass [kg].
    pub mass_kg: f64,
}

/// The boxes that lie about.
#[derive(Debug, Clone, Default)]
pub(super) struct LooseBoxes {
    /// Body and full size of each, the oldest first.
    boxes: Vec<(RigidBodyHandle, Vector3<f64>)>,
    thrown: usize,
}

impl LooseBoxes {
    /// Where each lies: pose of the centre and full size [m].
    pub(super) fn poses<'a>(
        &'a self,
        bodies: &'a RapierRigidBodySet,
    ) -> impl Iterator<Item = (Isometry3<f64>, Vector3<f64>)> + 'a {
        self.boxes.iter().map(|(handle, size)| (pose_from_rapier(bodies.bodies[*handle].position()), *size))
    }

    /// Whether there is no room for another without the oldest one going.
    pub(super) fn oldest_to_go(&mut self) -> Option<RigidBodyHandle> {
        (self.boxes.len() >= MOST).then(|| self.boxes.remove(0).0)
    }

    /// Adds a box with the ground's friction.
    pub(super) fn throw(
        &mut self,
        thrown: &ThrownBox,
        friction: f64,
        bodies: &mut RapierRigidBodySet,
        colliders: &mut RapierContextColliders,
    ) {
        let body = RigidBodyBuilder::dynamic()
            .translation(vector_to_rapier(&thrown.from_m))
            .linvel(vector_to_rapier(&thrown.velocity_m_s));
        let handle = bodies.bodies.insert(body.build());
        let half = 0.5 * thrown.size_m;
        let collider = ColliderBuilder::cuboid(half.x as f32, half.y as f32, half.z as f32)
            .mass(thrown.mass_kg as f32)
            .friction(friction as f32)
            .friction_combine_rule(CoefficientCombineRule::Min)
            .user_data(Kind::Loose(self.thrown).to_user_data());
        colliders.colliders.insert_with_parent(collider.build(), handle, &mut bodies.bodies);
        self.boxes.push((handle, thrown.size_m));
        self.thrown += 1;
    }
}
