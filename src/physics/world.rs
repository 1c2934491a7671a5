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
use nalgebra::{Isometry3, Point2, Point3, Vector3};

use super::contact::{self, ContactEvents};
use super::convert::{vector_from_rapier, vector_to_rapier};
use super::ground::Ground;
use super::loose::{LooseBoxes, ThrownBox};
use super::people::{People, PersonBody};
use super::robot::RobotBodies;
use super::terrain::{self, Kind, Placed};
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

/// A force that something outside the robot exerts on one of its bodies during a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ExternalForce {
    /// Body that it acts on.
    pub body: usize,
    /// Force in the world [N].
    pub force: Vector3<f64>,
    /// Torque about the body's centre of mass in the world [N m].
    pub torque: Vector3<f64>,
}

/// What a ray has met.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sighting {
    /// Distance along the ray [m].
    pub range_m: f64,
    /// Outward normal of the surface.
    pub normal: Vector3<f64>,
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
    placed: Placed,
    loose: LooseBoxes,
    people: People,
    friction: f64,
    ground: Ground,
}

/// A world that goes on bit for bit as the one it was taken from.
impl Clone for PhysicsWorld {
    fn clone(&self) -> Self {
        let from = &self.simulation;
        // The pipeline itself holds working memory only.
        let mut simulation = RapierContextSimulation::default();
        simulation.integration_parameters = from.integration_parameters;
        simulation.islands = from.islands.clone();
        simulation.broad_phase = from.broad_phase.clone();
        simulation.narrow_phase = from.narrow_phase.clone();
        simulation.ccd_solver = from.ccd_solver.clone();
        Self {
            simulation,
            bodies: self.bodies.clone(),
            colliders: self.colliders.clone(),
            joints: self.joints.clone(),
            robot: self.robot.clone(),
            gravity: self.gravity,
            events: self.events.clone(),
            placed: self.placed.clone(),
            loose: self.loose.clone(),
            people: self.people.clone(),
            friction: self.friction,
            ground: self.ground.clone(),
        }
    }
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
        let ground = Ground::of(terrain);
        let placed = terrain::add(terrain, &ground, &mut colliders.colliders);
        ground.soft.spawn(terrain.friction, &mut bodies, &mut colliders);
        let robot = RobotBodies::spawn(model, &mut bodies, &mut colliders, &mut joints)?;
        let mut simulation = RapierContextSimulation::default();
        simulation.integration_parameters = integration_parameters(physics.dt_s);
        if !ground.soft.is_empty() {
            // Its pistons are no less firm to the touch than the floor.
            let parameters = &mut simulation.integration_parameters;
            parameters.contact_softness = parameters.static_contact_softness;
        }
        Ok(Self {
            simulation,
            bodies,
            colliders,
            joints,
            robot,
            gravity: vector_to_rapier(&Vector3::new(0.0, 0.0, -physics.gravity_m_s2)),
            events: ContactEvents::default(),
            placed,
            loose: LooseBoxes::default(),
            people: People::default(),
            friction: terrain.friction,
            ground,
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

    /// Advances one time step under joint torques [N m] and what acts from outside.
    pub fn step(
        &mut self,
        model: &RobotModel,
        state: &State,
        torques_nm: &[f64],
        external: impl IntoIterator<Item = ExternalForce>,
    ) {
        self.robot.watch_stops(state, &mut self.joints);
        self.robot.apply_torques(model, torques_nm, &mut self.bodies);
        for acting in external {
            let body = &mut self.bodies.bodies[self.robot.bodies[acting.body]];
            body.add_force(vector_to_rapier(&acting.force), true);
            body.add_torque(vector_to_rapier(&acting.torque), true);
        }
        let sim = &mut self.simulation;
        let dt_s = f64::from(sim.integration_parameters.dt);
        self.ground.soft.press(&sim.islands, &mut self.bodies, dt_s);
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
            &self.ground,
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
        self.placed.obstacles
    }

    /// Throws a box into the world; of very many the oldest one goes.
    pub fn throw(&mut self, thrown: &ThrownBox) {
        if let Some(oldest) = self.loose.oldest_to_go() {
            self.bodies.bodies.remove(
                oldest,
                &mut self.simulation.islands,
                &mut self.colliders.colliders,
                &mut self.joints.impulse_joints,
                &mut self.joints.multibody_joints,
                true,
            );
        }
        self.loose.throw(thrown, self.friction, &mut self.bodies, &mut self.colliders);
    }

    /// Puts someone into the world; meant for the time before the first step only.
    pub fn add_person(&mut self, person: &PersonBody) {
        self.people.add(person, self.friction, &mut self.bodies, &mut self.colliders);
    }

    /// Where everyone is to be after the next step, in the order they were put into the world [m].
    pub fn walk_people_to(&mut self, places: impl Iterator<Item = Point2<f64>>) {
        self.people.walk_to(places, &mut self.bodies);
    }

    /// Everyone who walks about.
    pub fn people(&self) -> impl Iterator<Item = PersonBody> + '_ {
        self.people.bodies()
    }

    /// Where the thrown boxes are: pose of the centre and full size [m].
    pub fn loose_boxes(&self) -> impl Iterator<Item = (Isometry3<f64>, Vector3<f64>)> + '_ {
        self.loose.poses(&self.bodies)
    }

    /// Puts a box of the terrain elsewhere on the floor; anything else stays where it is.
    pub fn move_box(&mut self, feature: usize, center_m: (f64, f64)) {
        let handle = self.placed.boxes.get(feature).copied().flatten();
        if let Some(collider) = handle.and_then(|handle| self.colliders.colliders.get_mut(handle)) {
            let mut pose = *collider.position();
            pose.translation.x = center_m.0 as f32;
            pose.translation.y = center_m.1 as f32;
            collider.set_position(pose);
        }
    }

    /// Smallest distance between any shape of the robot and any obstacle [m]; none without obstacles
    /// within `horizon_m`.
    pub fn obstacle_clearance_m(&self, horizon_m: f64) -> Option<f64> {
        self.clearance_m(horizon_m, |kind| matches!(kind, Kind::Obstacle(_)))
    }

    /// The same to any person [m].
    pub fn people_clearance_m(&self, horizon_m: f64) -> Option<f64> {
        self.clearance_m(horizon_m, |kind| matches!(kind, Kind::Person(_)))
    }

    fn clearance_m(&self, horizon_m: f64, counts: impl Fn(Kind) -> bool) -> Option<f64> {
        let mut best: Option<f64> = None;
        for (_, obstacle) in self.colliders.colliders.iter() {
            if !counts(Kind::of(obstacle)) {
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

    /// What a ray from a sensor on `body` meets first, through that body's own shapes; none where that is
    /// another part of the robot, which hides what lies behind it.
    pub fn look(
        &self,
        body: usize,
        origin: &Point3<f64>,
        direction: &Vector3<f64>,
        max_m: f64,
    ) -> Option<Sighting> {
        let filter = QueryFilter::default();
        let seen =
            |_: bevy_rapier3d::rapier::prelude::ColliderHandle,
             c: &bevy_rapier3d::rapier::prelude::Collider| { Kind::of(c) != Kind::Robot(body) };
        let pipeline = self.simulation.broad_phase.as_query_pipeline(
            self.simulation.narrow_phase.query_dispatcher(),
            &self.bodies.bodies,
            &self.colliders.colliders,
            filter.predicate(&seen),
        );
        let ray = Ray::new(vector_to_rapier(&origin.coords), vector_to_rapier(direction));
        let (handle, hit) = pipeline.cast_ray_and_get_normal(&ray, max_m as f32, true)?;
        let is_robot = matches!(Kind::of(self.colliders.colliders.get(handle)?), Kind::Robot(_));
        let normal = vector_from_rapier(hit.normal);
        (!is_robot).then(|| Sighting { range_m: f64::from(hit.time_of_impact), normal })
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
