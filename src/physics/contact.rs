//! What touched the robot in the last step, and how hard.

use bevy_rapier3d::prelude::{RapierContextColliders, RapierContextSimulation, RapierRigidBodySet};
use bevy_rapier3d::rapier::prelude::ContactPair;
use nalgebra::{Point3, Vector3};

use super::convert::vector_from_rapier;
use super::robot::RobotBodies;
use super::terrain::Kind;
use crate::model::RobotModel;

/// Force and torque of the ground on a foot during the last step, world axes.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct FootWrench {
    /// Force [N].
    pub force: Vector3<f64>,
    /// Torque about the sole's centre [N m].
    pub torque: Vector3<f64>,
}

/// Everything that touched the robot during the last step.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ContactEvents {
    /// On each foot, left first.
    pub feet: [FootWrench; 2],
    /// Sum of all contact forces on the robot [N].
    pub total_force: Vector3<f64>,
    /// Body other than a foot that touched the ground, if any.
    pub fallen_body: Option<usize>,
    /// Obstacle that was touched, if any.
    pub obstacle: Option<Met>,
    /// Person that was touched, if any.
    pub person: Option<Met>,
}

/// A touch of something that is not ground.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Met {
    /// Which obstacle or person.
    pub index: usize,
    /// Body of the robot.
    pub body: usize,
    /// Where, in the world [m].
    pub at: Point3<f64>,
}

/// Collects the contacts of the last step.
pub(super) fn collect(
    model: &RobotModel,
    robot: &RobotBodies,
    simulation: &RapierContextSimulation,
    colliders: &RapierContextColliders,
    bodies: &RapierRigidBodySet,
    events: &mut ContactEvents,
) {
    *events = ContactEvents::default();
    let dt = f64::from(simulation.integration_parameters.dt);
    let soles = [0, 1].map(|side| {
        let foot = &model.feet[side];
        robot.pose(foot.body, bodies) * foot.body_from_sole
    });
    for pair in simulation.narrow_phase.contact_pairs() {
        let kind_1 = Kind::of(&colliders.colliders[pair.collider1]);
        let kind_2 = Kind::of(&colliders.colliders[pair.collider2]);
        let (body, other, sign) = match (kind_1, kind_2) {
            (Kind::Robot(body), other) => (body, other, -1.0),
            (other, Kind::Robot(body)) => (body, other, 1.0),
            _ => continue,
        };
        let foot = model.feet.iter().position(|foot| foot.body == body);
        let reference = foot.map_or_else(Vector3::zeros, |f| soles[f].translation.vector);
        let Some((force, torque, at)) = pair_wrench(pair, colliders, &reference, sign / dt) else { continue };
        events.total_force += force;
        if let Some(f) = foot {
            events.feet[f].force += force;
            events.feet[f].torque += torque;
        } else if other == Kind::Ground {
            events.fallen_body = Some(body);
        }
        match other {
            Kind::Obstacle(index) => events.obstacle = Some(Met { index, body, at }),
            Kind::Person(index) => events.person = Some(Met { index, body, at }),
            Kind::Ground | Kind::Robot(_) | Kind::Loose(_) => {}
        }
    }
}

/// Force, torque about `reference`, and a place of contact, of a pair on the robot; none if nothing was
/// transmitted.
///
/// With one solver iteration the impulse of a step is the warm-start one; `impulse` counts twice.
fn pair_wrench(
    pair: &ContactPair,
    colliders: &RapierContextColliders,
    reference: &Vector3<f64>,
    scale: f64,
) -> Option<(Vector3<f64>, Vector3<f64>, Point3<f64>)> {
    let mut force = Vector3::zeros();
    let mut torque = Vector3::zeros();
    let mut place = None;
    let frame_1 = colliders.colliders[pair.collider1].position();
    for manifold in pair.solver_manifolds() {
        let normal = vector_from_rapier(manifold.data.normal);
        // A point that was not solved for in this step keeps an old impulse: it does not count.
        for id in manifold.data.solver_contacts.iter().flat_map(|contact| contact.contact_indices()) {
            let Some(point) = manifold.points.get(id as usize) else { continue };
            let impulse = f64::from(point.data.warmstart_impulse);
            if impulse == 0.0 {
                continue;
            }
            let tangent = vector_from_rapier(point.data.warmstart_tangent_world);
            // Rapier's impulse acts on body 1 against the normal.
            let f = (normal * impulse - tangent) * scale;
            let at = vector_from_rapier(*frame_1 * point.local_p1);
            place = Some(Point3::from(at));
            force += f;
            torque += (at - reference).cross(&f);
        }
    }
    place.map(|place| (force, torque, place))
}
