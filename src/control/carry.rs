//! Carrying an open vessel: the hand goes its own smooth way beside the body, and the vessel leans with the liquid.
//!
//! In: the estimated motion of hand and trunk. Out: accelerations of the hand for the whole body. The hand's place
//! follows the one beside the trunk so slowly that the bounce and the sway of the steps do not get through. The
//! vessel leans into the acceleration that is left, as a waiter's tray does. The controller swings a pendulum of its
//! own, the model of the liquid, by the hand's estimated motion, and the hand yields to it, which damps it.

use nalgebra::{UnitQuaternion, Vector2, Vector3};

use crate::config::controller::CarryConfig;
use crate::model::slosh::{Rod, VesselMotion};
use crate::model::{Dynamics, RobotModel, State, Vessel};

use super::whole_body::HandTask;

/// Largest acceleration with which the hand gives way to the liquid [m/s^2].
const MAX_YIELDING_M_S2: f64 = 3.0;

/// The body's motion that the hand goes along with.
#[derive(Debug, Clone, Copy)]
pub struct Along {
    /// Direction the body faces from +x [rad].
    pub yaw_rad: f64,
    /// How fast that turns [rad/s].
    pub rate_rad_s: f64,
    /// Change of all velocities since the last tick that was no motion, but a correction of the estimate [m/s].
    pub correction_m_s: Vector3<f64>,
}

/// What the hand with the vessel does.
#[derive(Debug, Clone)]
pub struct Carry {
    vessel: Vessel,
    /// Body beside which it is carried.
    trunk: usize,
    /// Place of the pivot beside the trunk's origin with the trunk upright and heading along +x [m].
    home: Vector3<f64>,
    rod: Rod,
    /// Estimated velocity of the pivot in the last tick [m/s]; none before the first.
    velocity: Option<Vector3<f64>>,
    /// Reference of the pivot: from its place beside the trunk [m], and its velocity [m/s].
    offset: Vector3<f64>,
    reference: Vector3<f64>,
    /// Velocity of the place beside the trunk without what the steps add to it [m/s].
    mean: Vector3<f64>,
    /// Where the vessel's axis is to point.
    upright: Vector3<f64>,
}

impl Carry {
    /// A vessel at rest in the robot's posture.
    pub fn new(model: &RobotModel, vessel: Vessel, trunk: usize) -> Self {
        let mut upright = State::zero(model.joints());
        upright.q.copy_from_slice(&model.posture);
        let mut dynamics = Dynamics::new(model);
        dynamics.update(model, &upright);
        let beside = vessel.pivot(&dynamics) - dynamics.position(trunk);
        let home = dynamics.rotation(trunk).transpose() * beside;
        Self {
            vessel,
            trunk,
            home,
            rod: Rod::hanging(),
            velocity: None,
            offset: Vector3::zeros(),
            reference: Vector3::zeros(),
            mean: Vector3::zeros(),
            upright: Vector3::z(),
        }
    }

    /// What the hand is to do in this tick.
    pub fn update(
        &mut self,
        config: &CarryConfig,
        dynamics: &Dynamics,
        along: &Along,
        dt_s: f64,
    ) -> HandTask {
        let body = self.vessel.body;
        let pivot = self.vessel.pivot(dynamics);
        let velocity = dynamics.point_velocity(body, &pivot);
        let turning = dynamics.angular_velocity(body);
        let lever = UnitQuaternion::from_axis_angle(&Vector3::z_axis(), along.yaw_rad) * self.home;
        let place = dynamics.position(self.trunk) + lever;
        let place_velocity = dynamics.point_velocity(self.trunk, dynamics.position(self.trunk))
            + Vector3::new(0.0, 0.0, along.rate_rad_s).cross(&lever);

        let Some(before) = self.velocity.replace(velocity) else {
            self.offset = pivot - place;
            (self.reference, self.mean) = (velocity, place_velocity);
            return self.task(config, dynamics, (pivot, Vector3::zeros()), Vector3::zeros());
        };
        let acceleration = (velocity - before - along.correction_m_s) / dt_s;
        let motion = VesselMotion { acceleration, turning };
        self.rod.advance(&self.vessel.slosh, &motion, dynamics.gravity_m_s2, dt_s);

        self.reference += along.correction_m_s;
        self.mean += along.correction_m_s;
        // Positions are taken from velocities, so that a correction of the estimate does not move the hand.
        self.mean += (place_velocity - self.mean) * (config.mean_hz * dt_s);
        self.offset += (self.reference - place_velocity) * dt_s;
        let smooth = self.smooth_acceleration(config, &place_velocity);
        let upright = Vector3::new(0.0, 0.0, dynamics.gravity_m_s2)
            + Vector3::new(smooth.x, smooth.y, 0.0) * config.leaning_share;
        let upright = upright.normalize();
        let leaning = self.upright.cross(&upright) / dt_s;
        self.upright = upright;
        let yielding = self.yielding(config, dynamics.gravity_m_s2);
        let acceleration = smooth + Vector3::new(yielding.x, yielding.y, 0.0);
        self.reference += acceleration * dt_s;
        let wanted = acceleration
            + (place + self.offset - pivot) * config.kp
            + (self.reference - velocity) * config.kd;
        self.task(config, dynamics, (pivot, wanted), leaning)
    }

    /// How the hand gives way to the liquid [m/s^2].
    fn yielding(&self, config: &CarryConfig, gravity_m_s2: f64) -> Vector2<f64> {
        let slosh = &self.vessel.slosh;
        let rate_m_s = self.rod.rate.xy() * slosh.length_m;
        (rate_m_s * (2.0 * config.calming * slosh.omega(gravity_m_s2))).cap_magnitude(MAX_YIELDING_M_S2)
    }

    /// How the reference comes back to its place [m/s^2].
    fn smooth_acceleration(&self, config: &CarryConfig, place_velocity: &Vector3<f64>) -> Vector3<f64> {
        let (across, up) = (config.follow_hz, config.height_hz);
        // The arm's reach is finite: the farther off, the stiffer.
        let stiffer = 1.0 + (self.offset.xy().norm() / config.reach_m).powi(2);
        let mut wanted = -self.offset * (across * across * stiffer)
            - (self.reference - self.mean) * (2.0 * across * stiffer.sqrt());
        wanted.z = -self.offset.z * (up * up) - (self.reference.z - place_velocity.z) * (2.0 * up);
        wanted
    }

    /// The whole task, with the vessel's axis where it is to point.
    fn task(
        &self,
        config: &CarryConfig,
        dynamics: &Dynamics,
        (point, linear): (Vector3<f64>, Vector3<f64>),
        leaning: Vector3<f64>,
    ) -> HandTask {
        let axis = self.vessel.axis(dynamics);
        let turning = dynamics.angular_velocity(self.vessel.body);
        let angular =
            axis.cross(&self.upright) * config.orientation_kp + (leaning - turning) * config.orientation_kd;
        HandTask {
            body: self.vessel.body,
            point,
            linear,
            linear_weight: config.place,
            angular,
            // About its own axis it may turn as it likes.
            angular_weight: Vector3::new(config.level, config.level, 0.0),
        }
    }
}
