//! The physics world: what it holds and how it steps.

use bevy_rapier3d::prelude::{
    RapierContextColliders, RapierContextJoints, RapierContextSimulation, RapierRigidBodySet,
};
use bevy_rapier3d::rapier::math::Vector;
use bevy_rapier3d::rapier::parry::bounding_volume::BoundingVolume;
use bevy_rapier3d::rapier::parry::query;
use bevy_rapier3d::rapier::prelude::{
    ColliderSet, FrictionModel, IntegrationParameters, QueryFilter, Ray, RigidBodySet,
};
use nalgebra::{Point3, Vector3};

use super::contact::{self, ContactEvents};
use super::convert::vector_to_rapier;
use super::robot::RobotBodies;
use super::terrain::{self, Kind};
use crate::config::scenario::{PhysicsConfig, TerrainConfig};
use crate::model::{Dynamics, RobotModel, State};

/// Why a robot cannot be put into the world.
#[derive(Debug, thiserror::Error)]
pub enum PhysicsError {
    /// Rapier took no multibody joint.
    #[error("the physics engine refused joint `{joint}`")]
    Joint {
        /// Its name.
        joint: String,
    },
    /// The robot has no joint at all.
    #[error("a robot needs at least one joint")]
    NoJoint,
    /// Rapier's order of links is not the model's.
    #[error("the physics engine orders body `{body}` otherwise than the model")]
    LinkOrder {
        /// Its name.
        body: String,
    },
}

/// Rapier's world with one robot in it.
pub struct PhysicsWorld {
    simulation: RapierContextSimulation,
    bodies: RapierRigidBodySet,
    colliders: RapierContextColliders,
    joints: RapierContextJoints,
    robot: RobotBodies,
    gravity: Vector,
    events: ContactEvents,
    obstacles: usize,
}

impl PhysicsWorld {
    /// Builds terrain and robot.
    pub fn new(
        model: &RobotModel,
        terrain: &TerrainConfig,
        physics: &PhysicsConfig,
    ) -> Result<Self, PhysicsError> {
        let mut bodies = RapierRigidBodySet::default();
        let mut colliders = RapierContextColliders::default();
        let mut joints = RapierContextJoints::default();
        let obstacles = terrain::add(terrain, &mut colliders.colliders);
        let robot = RobotBodies::spawn(model, &mut bodies, &mut colliders, &mut joints)?;
        let mut simulation = RapierContextSimulation::default();
        simulation.integration_parameters = integration_parameters(physics.dt_s);
        Ok(Self {
            simulation,
            bodies,
            colliders,
            joints,
            robot,
            gravity: vector_to_rapier(&Vector3::new(0.0, 0.0, -physics.gravity_m_s2)),
            events: ContactEvents::default(),
            obstacles,
        })
    }

    /// Puts the robot into its start state; meant for the time before the first step only.
    pub fn place(&mut self, state: &State, dynamics: &Dynamics) {
        self.robot.place(state, dynamics, &mut self.bodies, &mut self.joints);
    }

    /// Reads the true state.
    pub fn read_state(&self, state: &mut State) {
        self.robot.read(&self.joints, state);
    }

    /// Advances one time step under joint torques [N m] and an external push, if any: body and force
    /// on its centre of mass in the world frame [N].
    pub fn step(
        &mut self,
        model: &RobotModel,
        state: &State,
        torques_nm: &[f64],
        push: Option<(usize, Vector3<f64>)>,
    ) {
        self.robot.watch_stops(state, &mut self.joints);
        self.robot.apply_torques(model, torques_nm, &mut self.bodies);
        if let Some((body, force)) = push {
            let handle = self.robot.bodies[body];
            self.bodies.bodies[handle].add_force(vector_to_rapier(&force), true);
        }
        let sim = &mut self.simulation;
        sim.pipeline.step(
            self.gravity,
            &sim.integration_parameters,
            &mut sim.islands,
            &mut sim.broad_phase,
            &mut sim.narrow_phase,
            &mut self.bodies.bodies,
            &mut self.colliders.colliders,
            &mut self.joints.impulse_joints,
            &mut self.joints.multibody_joints,
            &mut sim.ccd_solver,
            &(),
            &(),
        );
        contact::collect(
            model,
            &self.robot,
            &self.simulation,
            &self.colliders,
            &self.bodies,
            &mut self.events,
        );
    }

    /// What touched the robot in the last step.
    pub fn events(&self) -> &ContactEvents {
        &self.events
    }

    pub(super) fn colliders(&self) -> &ColliderSet {
        &self.colliders.colliders
    }

    pub(super) fn bodies(&self) -> &RigidBodySet {
        &self.bodies.bodies
    }

    /// Number of obstacles in the world.
    pub fn obstacle_count(&self) -> usize {
        self.obstacles
    }

    /// Smallest distance between any shape of the robot and any obstacle [m]; none without obstacles
    /// within `horizon_m`.
    pub fn obstacle_clearance_m(&self, horizon_m: f64) -> Option<f64> {
        let mut best: Option<f64> = None;
        for (_, obstacle) in self.colliders.colliders.iter() {
            if !matches!(Kind::of(obstacle), Kind::Obstacle(_)) {
                continue;
            }
            let reach = obstacle.compute_aabb().loosened(horizon_m as f32);
            for handle in &self.robot.colliders {
                let shape = &self.colliders.colliders[*handle];
                if !reach.intersects(&shape.compute_aabb()) {
                    continue;
                }
                if let Ok(distance) =
                    query::distance(shape.position(), shape.shape(), obstacle.position(), obstacle.shape())
                {
                    let distance = f64::from(distance);
                    best = Some(best.map_or(distance, |b| b.min(distance)));
                }
            }
        }
        best
    }

    /// Distance along a ray to the terrain [m]; the robot's own shapes are looked through.
    pub fn cast_ray(&self, origin: &Point3<f64>, direction: &Vector3<f64>, max_m: f64) -> Option<f64> {
        let filter = QueryFilter::default();
        let seen = |_: bevy_rapier3d::rapier::prelude::ColliderHandle,
                    c: &bevy_rapier3d::rapier::prelude::Collider| {
            !matches!(Kind::of(c), Kind::Robot(_))
        };
        let pipeline = self.simulation.broad_phase.as_query_pipeline(
            self.simulation.narrow_phase.query_dispatcher(),
            &self.bodies.bodies,
            &self.colliders.colliders,
            filter.predicate(&seen),
        );
        let ray = Ray::new(vector_to_rapier(&origin.coords), vector_to_rapier(direction));
        pipeline.cast_ray(&ray, max_m as f32, true).map(|(_, distance)| f64::from(distance))
    }
}

/// Solver settings found by measurement; see the field comments.
fn integration_parameters(dt_s: f64) -> IntegrationParameters {
    let mut parameters = IntegrationParameters {
        dt: dt_s as f32,
        min_ccd_dt: dt_s as f32,
        // One outer iteration keeps the reported contact impulse the true one of the step.
        num_solver_iterations: 1,
        num_internal_pgs_iterations: 20,
        num_internal_stabilization_iterations: 4,
        // Stale contact points would make the reported forces lie.
        contact_recycling: false,
        // Friction in the bias pass lets a standing foot creep.
        friction_in_bias_pass: false,
        friction_model: FrictionModel::Coulomb,
        normalized_prediction_distance: 0.005,
        max_ccd_substeps: 0,
        ..IntegrationParameters::default()
    };
    // 120 Hz sinks 0.17 mm under the robot's weight; stiffer contacts chatter.
    parameters.static_contact_softness.natural_frequency = 120.0;
    parameters.static_contact_softness.damping_ratio = 10.0;
    parameters
}
