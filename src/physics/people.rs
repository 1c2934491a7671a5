//! People: upright capsules that go where they are told, whatever is in their way.

use bevy_rapier3d::prelude::{RapierContextColliders, RapierRigidBodySet};
use bevy_rapier3d::rapier::math::Vector;
use bevy_rapier3d::rapier::prelude::{
    CoefficientCombineRule, ColliderBuilder, RigidBodyBuilder, RigidBodyHandle,
};
use nalgebra::Point2;

use super::terrain::{Kind, STANDS};

/// Someone's body.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PersonBody {
    /// Where they stand [m].
    pub at: Point2<f64>,
    /// Radius [m].
    pub radius_m: f64,
    /// Height [m].
    pub height_m: f64,
}

/// Everyone in the world.
#[derive(Debug, Clone, Default)]
pub(super) struct People(Vec<(RigidBodyHandle, PersonBody)>);

impl People {
    /// Adds someone with the ground's friction.
    pub(super) fn add(
        &mut self,
        person: &PersonBody,
        friction: f64,
        bodies: &mut RapierRigidBodySet,
        colliders: &mut RapierContextColliders,
    ) {
        let body = RigidBodyBuilder::kinematic_position_based().translation(centre(person));
        let handle = bodies.bodies.insert(body.build());
        let half_m = (0.5 * person.height_m - person.radius_m).max(0.0);
        let collider = ColliderBuilder::capsule_z(half_m as f32, person.radius_m as f32)
            .collision_groups(STANDS)
            .friction(friction as f32)
            .friction_combine_rule(CoefficientCombineRule::Min)
            .user_data(Kind::Person(self.0.len()).to_user_data());
        colliders.colliders.insert_with_parent(collider.build(), handle, &mut bodies.bodies);
        self.0.push((handle, *person));
    }

    /// Where everyone is to be at the end of the next step.
    pub(super) fn walk_to(
        &mut self,
        places: impl Iterator<Item = Point2<f64>>,
        bodies: &mut RapierRigidBodySet,
    ) {
        for ((handle, person), at) in self.0.iter_mut().zip(places) {
            person.at = at;
            if let Some(body) = bodies.bodies.get_mut(*handle) {
                body.set_next_kinematic_translation(centre(person));
            }
        }
    }

    /// Everyone, as they stand after the last step.
    pub(super) fn bodies(&self) -> impl Iterator<Item = PersonBody> + '_ {
        self.0.iter().map(|(_, person)| *person)
    }
}

fn centre(person: &PersonBody) -> Vector {
    let height_m = (0.5 * person.height_m).max(person.radius_m);
    Vector::new(person.at.x as f32, person.at.y as f32, height_m as f32)
}
