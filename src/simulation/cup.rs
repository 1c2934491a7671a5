//! The liquid in the cup that the robot carries, as it is.
//!
//! In: the true motion of the hand after every step. Out: the surface, and what its sloshing adds to the force on
//! the hand beyond that of a liquid at rest, which acts in the next step.

use nalgebra::Vector3;

use crate::model::slosh::{Rod, VesselMotion};
use crate::model::{Dynamics, Vessel};
use crate::physics::ExternalForce;

/// A cup with its liquid.
#[derive(Debug, Clone)]
pub struct Cup {
    vessel: Vessel,
    rod: Rod,
    /// Velocity of the pivot before the step [m/s].
    velocity: Vector3<f64>,
    /// On the pivot [N].
    force: Vector3<f64>,
}

impl Cup {
    /// A cup whose liquid is at rest.
    pub(super) fn new(vessel: Vessel, dynamics: &Dynamics) -> Self {
        let velocity = dynamics.point_velocity(vessel.body, &vessel.pivot(dynamics));
        Self { vessel, rod: Rod::hanging(), velocity, force: Vector3::zeros() }
    }

    /// What the sloshing does to the hand in the coming step.
    pub(super) fn reaction(&self, dynamics: &Dynamics) -> ExternalForce {
        let body = self.vessel.body;
        let lever = self.vessel.pivot(dynamics) - dynamics.body_com(body);
        ExternalForce { body, force: self.force, torque: lever.cross(&self.force) }
    }

    /// Follows the hand through a step.
    pub(super) fn advance(&mut self, dynamics: &Dynamics, dt_s: f64) {
        let velocity = dynamics.point_velocity(self.vessel.body, &self.vessel.pivot(dynamics));
        let motion = VesselMotion {
            acceleration: (velocity - self.velocity) / dt_s,
            turning: dynamics.angular_velocity(self.vessel.body),
        };
        self.velocity = velocity;
        self.force = self.rod.advance(&self.vessel.slosh, &motion, dynamics.gravity_m_s2, dt_s);
    }

    /// The vessel and where it is held.
    pub fn vessel(&self) -> &Vessel {
        &self.vessel
    }

    /// The pendulum that the liquid is.
    pub fn rod(&self) -> &Rod {
        &self.rod
    }

    /// Force of the sloshing on the hand, beyond that of a liquid at rest [N].
    pub fn force(&self) -> &Vector3<f64> {
        &self.force
    }

    /// Angle of the surface in the vessel [rad].
    pub fn angle_rad(&self, dynamics: &Dynamics) -> f64 {
        self.rod.angle_to(&self.vessel.axis(dynamics))
    }
}
