//! The robot as one Rapier multibody.

use bevy_rapier3d::prelude::{RapierContextColliders, RapierContextJoints, RapierRigidBodySet};
use bevy_rapier3d::rapier::math::{Matrix, Real, Vector};
use bevy_rapier3d::rapier::prelude::{
    CoefficientCombineRule, ColliderBuilder, ColliderHandle, Group, InteractionGroups, InteractionTestMode,
    JointAxesMask, MassProperties, Multibody, MultibodyJointHandle, RevoluteJointBuilder, RigidBodyBuilder,
    RigidBodyHandle, SharedShape,
};
use nalgebra::{Isometry3, Matrix3, Translation3, Vector3};

use super::convert::{pose_from_rapier, pose_to_rapier, vector_to_rapier};
use super::terrain::Kind;
use super::world::PhysicsError;
use crate::config::robot::Geometry;
use crate::model::{Dynamics, RobotModel, State};

/// Distance from an end stop at which Rapier is told of it [rad]; farther away it costs time only.
const STOP_MARGIN_RAD: f64 = 0.1;

/// Friction of the robot's own shapes: high, so that the ground's coefficient decides.
const ROBOT_FRICTION: f32 = 10.0;

/// Handles of the robot's bodies, in the model's order.
#[derive(Debug, Clone)]
pub(super) struct RobotBodies {
    pub(super) bodies: Vec<RigidBodyHandle>,
    pub(super) colliders: Vec<ColliderHandle>,
    joint: MultibodyJointHandle,
    limits: Vec<(f64, f64)>,
    near_stop: Vec<bool>,
    /// Rapier's root body sits at its centre of mass, the model's root frame beside it where the root
    /// carries a load: Rapier integrates a free root by the velocity of its centre of mass.
    root_com: Translation3<f64>,
}

impl RobotBodies {
    /// Builds bodies, joints and shapes; the robot stands in the model's zero posture.
    pub(super) fn spawn(
        model: &RobotModel,
        bodies: &mut RapierRigidBodySet,
        colliders: &mut RapierContextColliders,
        joints: &mut RapierContextJoints,
    ) -> Result<Self, PhysicsError> {
        let mut handles = Vec::with_capacity(model.bodies.len());
        let root_com = Translation3::from(model.bodies[0].com.coords);
        for body in &model.bodies {
            let com = if body.parent.is_none() { Vector3::zeros() } else { body.com.coords };
            let properties = MassProperties::with_inertia_matrix(
                vector_to_rapier(&com),
                body.mass_kg as Real,
                matrix_to_rapier(&body.inertia),
            );
            let rigid =
                RigidBodyBuilder::dynamic().additional_mass_properties(properties).can_sleep(false).build();
            handles.push(bodies.bodies.insert(rigid));
        }

        let mut last = None;
        for (i, body) in model.bodies.iter().enumerate() {
            let Some(parent) = body.parent else { continue };
            let axis = body.axis.into_inner();
            // Both anchors carry the frame whose x axis is the joint's, so that Rapier's hinge
            // coordinate is the model's angle.
            let child_frame = nalgebra::UnitQuaternion::rotation_between(&nalgebra::Vector3::x(), &axis)
                .unwrap_or_else(|| {
                    nalgebra::UnitQuaternion::from_axis_angle(
                        &nalgebra::Vector3::z_axis(),
                        std::f64::consts::PI,
                    )
                });
            let in_child = nalgebra::Isometry3::from_parts(nalgebra::Translation3::identity(), child_frame);
            let mut in_parent = body.parent_from_body * in_child;
            if parent == 0 {
                in_parent = root_com.inverse() * in_parent;
            }
            let mut joint = RevoluteJointBuilder::new(Vector::X).contacts_enabled(false).build();
            joint.data.set_local_frame1(pose_to_rapier(&in_parent));
            joint.data.set_local_frame2(pose_to_rapier(&in_child));
            joint.set_limits([body.limits_rad.0 as Real, body.limits_rad.1 as Real]);
            joint.data.limit_axes = JointAxesMask::empty();
            last = joints.multibody_joints.insert(handles[parent], handles[i], joint, true);
            if last.is_none() {
                return Err(PhysicsError::Joint { joint: body.joint.clone() });
            }
        }
        let joint = last.ok_or(PhysicsError::NoJoint)?;
        let (multibody, _) = joints.multibody_joints.get_mut(joint).ok_or(PhysicsError::NoJoint)?;
        multibody.set_self_contacts_enabled(false);
        // Rapier gives every angular degree of freedom a damping of 0.1: a hidden torque.
        multibody.damping_mut().fill(0.0);
        for (i, body) in model.bodies.iter().enumerate() {
            let link =
                multibody.link(i).ok_or_else(|| PhysicsError::LinkOrder { body: body.name.clone() })?;
            let expected = if i == 0 { 0 } else { 5 + i };
            if link.rigid_body_handle() != handles[i] || link.assembly_id() != expected {
                return Err(PhysicsError::LinkOrder { body: body.name.clone() });
            }
            if i > 0 {
                multibody.armature_mut()[5 + i] = body.armature_kgm2 as Real;
            }
        }

        let mut robot_colliders = Vec::new();
        for (i, body) in model.bodies.iter().enumerate() {
            for (pose, shape) in &body.collision {
                let pose = if i == 0 { root_com.inverse() * pose } else { *pose };
                let collider = ColliderBuilder::new(collision_shape(&shape.geometry))
                    .position(pose_to_rapier(&pose))
                    .density(0.0)
                    .friction(ROBOT_FRICTION)
                    .friction_combine_rule(CoefficientCombineRule::Min)
                    .collision_groups(InteractionGroups::new(
                        Group::GROUP_2,
                        Group::GROUP_1,
                        InteractionTestMode::And,
                    ))
                    .user_data(Kind::Robot(i).to_user_data())
                    .build();
                let handle = colliders.colliders.insert_with_parent(collider, handles[i], &mut bodies.bodies);
                robot_colliders.push(handle);
            }
        }
        Ok(Self {
            bodies: handles,
            colliders: robot_colliders,
            joint,
            limits: model.bodies.iter().map(|b| b.limits_rad).collect(),
            near_stop: vec![false; model.bodies.len()],
            root_com,
        })
    }

    pub(super) fn multibody<'a>(&self, joints: &'a RapierContextJoints) -> Option<&'a Multibody> {
        joints.multibody_joints.get(self.joint).map(|(multibody, _)| multibody)
    }

    /// Puts the robot into a state; only before the first step.
    pub(super) fn place(
        &self,
        state: &State,
        dynamics: &Dynamics,
        bodies: &mut RapierRigidBodySet,
        joints: &mut RapierContextJoints,
    ) {
        let root = state.world_from_base * self.root_com;
        bodies.bodies[self.bodies[0]].set_position(pose_to_rapier(&root), true);
        let Some((multibody, _)) = joints.multibody_joints.get_mut(self.joint) else { return };
        multibody.forward_kinematics(&bodies.bodies, true);
        let mut displacement = vec![0.0 as Real; multibody.ndofs()];
        for (i, angle) in state.q.iter().enumerate() {
            if let Some(link) = multibody.link(i + 1) {
                displacement[6 + i] = *angle as Real - link.joint().coords()[3];
            }
        }
        multibody.apply_displacements(&displacement);
        for (i, v) in state.v.iter().enumerate() {
            multibody.generalized_velocity_mut()[i] = *v as Real;
        }
        let of_com = dynamics.point_velocity(0, dynamics.body_com(0));
        for (i, v) in of_com.iter().enumerate() {
            multibody.generalized_velocity_mut()[i] = *v as Real;
        }
        multibody.forward_kinematics(&bodies.bodies, false);
        multibody.update_rigid_bodies(&mut bodies.bodies, true);
        for (i, handle) in self.bodies.iter().enumerate() {
            let body = &mut bodies.bodies[*handle];
            body.set_linvel(vector_to_rapier(&dynamics.point_velocity(i, dynamics.body_com(i))), true);
            body.set_angvel(vector_to_rapier(&dynamics.angular_velocity(i)), true);
        }
    }

    /// Pose of a body's frame in the world.
    pub(super) fn pose(&self, body: usize, bodies: &RapierRigidBodySet) -> Isometry3<f64> {
        let pose = pose_from_rapier(bodies.bodies[self.bodies[body]].position());
        if body == 0 { pose * self.root_com.inverse() } else { pose }
    }

    /// Reads the true state.
    pub(super) fn read(&self, joints: &RapierContextJoints, state: &mut State) {
        let Some(multibody) = self.multibody(joints) else { return };
        state.world_from_base = pose_from_rapier(multibody.root().local_to_world());
        for (i, link) in multibody.links().enumerate().skip(1) {
            state.q[i - 1] = f64::from(link.joint().coords()[3]);
        }
        for (to, from) in state.v.iter_mut().zip(multibody.generalized_velocity().iter()) {
            *to = f64::from(*from);
        }
        if self.root_com != Translation3::identity() {
            // From the centre of mass back to the frame's origin.
            let pose = state.world_from_base * self.root_com.inverse();
            let lever = pose.translation.vector - state.world_from_base.translation.vector;
            let linear = state.base_linear() + state.base_angular().cross(&lever);
            state.world_from_base = pose;
            state.v.fixed_rows_mut::<3>(0).copy_from(&linear);
        }
    }

    /// Joint torques as user torques, equal and opposite on the joint's two bodies.
    pub(super) fn apply_torques(&self, model: &RobotModel, torques: &[f64], bodies: &mut RapierRigidBodySet) {
        for handle in &self.bodies {
            let body = &mut bodies.bodies[*handle];
            body.reset_torques(true);
            body.reset_forces(true);
        }
        for (i, body) in model.bodies.iter().enumerate() {
            let Some(parent) = body.parent else { continue };
            let rotation = super::convert::rotation_from_rapier(*bodies.bodies[self.bodies[i]].rotation());
            let torque = vector_to_rapier(&(rotation * body.axis.into_inner() * torques[i - 1]));
            bodies.bodies[self.bodies[i]].add_torque(torque, true);
            bodies.bodies[self.bodies[parent]].add_torque(-torque, true);
        }
    }

    /// Tells Rapier of the end stops that are near; the others cannot act within the next step.
    pub(super) fn watch_stops(&mut self, state: &State, joints: &mut RapierContextJoints) {
        let Some((multibody, _)) = joints.multibody_joints.get_mut(self.joint) else { return };
        for (i, &(lower, upper)) in self.limits.iter().enumerate().skip(1) {
            let angle = state.q[i - 1];
            let near = angle < lower + STOP_MARGIN_RAD || angle > upper - STOP_MARGIN_RAD;
            if near != self.near_stop[i]
                && let Some(link) = multibody.link_mut(i)
            {
                link.joint.data.limit_axes = if near { JointAxesMask::ANG_X } else { JointAxesMask::empty() };
                self.near_stop[i] = near;
            }
        }
    }
}

fn matrix_to_rapier(m: &Matrix3<f64>) -> Matrix {
    let column = |c: usize| vector_to_rapier(&m.column(c).into_owned());
    Matrix::from_cols(column(0), column(1), column(2))
}

fn collision_shape(geometry: &Geometry) -> SharedShape {
    match *geometry {
        Geometry::Box { size_m, .. } => SharedShape::cuboid(
            (0.5 * size_m[0]) as Real,
            (0.5 * size_m[1]) as Real,
            (0.5 * size_m[2]) as Real,
        ),
        Geometry::Sphere { radius_m } => SharedShape::ball(radius_m as Real),
        Geometry::Capsule { radius_m, length_m } => {
            let half = (0.5 * length_m) as Real;
            SharedShape::capsule(Vector::new(0.0, 0.0, -half), Vector::new(0.0, 0.0, half), radius_m as Real)
        }
        // A frustum touches as the capsule inside its mean radius: smooth and cheap.
        Geometry::Cylinder { radius_m, top_radius_m, length_m } => {
            let radius = 0.5 * (radius_m + top_radius_m.unwrap_or(radius_m));
            let half = (0.5 * length_m - radius).max(0.0) as Real;
            SharedShape::capsule(Vector::new(0.0, 0.0, -half), Vector::new(0.0, 0.0, half), radius as Real)
        }
        // Drawn shapes only: the config's check keeps them out of the collision shapes.
        Geometry::Ellipsoid { radii_m: [x, y, z] } => SharedShape::ball(x.min(y).min(z) as Real),
        Geometry::Loft { round_m, .. } => SharedShape::ball(round_m as Real),
    }
}
