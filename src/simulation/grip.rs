//! A hand that holds the robot by a damped spring.

use nalgebra::{Point3, Vector3};

use crate::model::{Dynamics, RobotModel};
use crate::physics::ExternalForce;

/// Stiffness of the spring [N/m]: 60 N at arm's length of a fifth of a metre.
const STIFFNESS_N_M: f64 = 300.0;
/// Damping along the spring [N s/m].
const DAMPING_NS_M: f64 = 30.0;
/// Strongest pull [N]; a hand farther away pulls no harder.
const MOST_N: f64 = 400.0;

/// A point of the robot, a hand, and the spring between them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Grip {
    /// Body that is held.
    pub(super) body: usize,
    /// Where, in its frame [m].
    pub(super) at: Point3<f64>,
    /// The hand, in the world [m].
    pub(super) hand: Point3<f64>,
}

/// A pull as it acts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pull {
    /// Where it acts, in the world [m].
    pub at: Point3<f64>,
    /// The hand [m].
    pub hand: Point3<f64>,
    /// Force on the robot [N].
    pub force: Vector3<f64>,
    /// The same as the physics takes it.
    pub external: ExternalForce,
}

impl Grip {
    /// The pull at the present state.
    pub(super) fn pull(&self, model: &RobotModel, dynamics: &Dynamics) -> Pull {
        let pose = dynamics.world_from_body(self.body);
        let at = pose * self.at;
        let velocity = dynamics.point_velocity(self.body, &at.coords);
        let force = (self.hand - at) * STIFFNESS_N_M - velocity * DAMPING_NS_M;
        let force = force.cap_magnitude(MOST_N);
        let lever = at - pose * model.bodies[self.body].com;
        Pull {
            at,
            hand: self.hand,
            force,
            external: ExternalForce { body: self.body, force, torque: lever.cross(&force) },
        }
    }
}
