//! What signals are read from.

use nalgebra::{Isometry3, Point2, Vector2, Vector3};

use crate::model::angles::heading;
use crate::model::{RobotModel, State};
use crate::simulation::{Simulation, Snapshot};

/// Vertical force above which a foot carries [N].
const CARRIES_N: f64 = 20.0;

/// A simulation after a tick, with what several signals share.
#[derive(Debug)]
pub struct Moment<'a> {
    /// What happened in the tick.
    pub now: Snapshot<'a>,
    /// The robot as it is.
    pub model: &'a RobotModel,
    /// Frames of the soles' centres, left first, world.
    pub soles: [Isometry3<f64>; 2],
    /// Centre of mass [m].
    pub com: Vector3<f64>,
    /// Its velocity [m/s].
    pub velocity: Vector3<f64>,
    /// Heading of the root [rad].
    pub heading_rad: f64,
    /// Height of the lowest sole that carries, or of the lower one in flight [m].
    pub ground_m: f64,
    /// Height of the terrain under each sole's centre [m].
    pub terrain_m: [f64; 2],
    /// Divergent component of motion on the ground: `c + c_dot / omega`, `omega = sqrt(g / height)` [m].
    pub dcm: Vector2<f64>,
    /// Centre of pressure of each foot, world [m]; none for a foot that does not carry.
    pub foot_cops: [Option<Vector2<f64>>; 2],
    /// Centre of pressure of both feet [m]; none in flight.
    pub cop: Option<Vector2<f64>>,
    /// Largest one-second mean of the unexplained force so far, over the body's weight.
    pub residual_share: f64,
}

impl<'a> Moment<'a> {
    /// The last tick of a simulation.
    pub fn of(simulation: &'a Simulation) -> Self {
        let now = simulation.snapshot();
        let model = simulation.model();
        let soles = sole_frames(model, &now);
        let carries = now.contacts.feet.map(|wrench| wrench.force.z > CARRIES_N);
        let (com, velocity) = (now.dynamics.com(), now.dynamics.com_velocity());
        let ground_m = ground_m(&soles, carries);
        let map = simulation.map();
        Self {
            model,
            com,
            velocity,
            heading_rad: heading(&now.truth.world_from_base),
            ground_m,
            terrain_m: soles.map(|sole| map.height_m(&Point2::from(sole.translation.vector.xy()))),
            dcm: dcm(&com, &velocity, ground_m, simulation.scenario().physics.gravity_m_s2),
            foot_cops: [0, 1].map(|f| carries[f].then(|| foot_cop(&now, &soles, f))),
            cop: cop(&now, &soles),
            residual_share: simulation.audit().worst_share(),
            soles,
            now,
        }
    }

    /// Velocity of the CoM along the root's heading, and to its left [m/s].
    pub fn body_velocity(&self) -> Vector2<f64> {
        let (sin, cos) = self.heading_rad.sin_cos();
        let v = &self.velocity;
        Vector2::new(cos * v.x + sin * v.y, cos * v.y - sin * v.x)
    }

    /// Estimated less true position of the root [m].
    pub fn position_error(&self) -> Vector3<f64> {
        let place = |state: &State| state.world_from_base.translation.vector;
        place(self.now.estimate) - place(self.now.truth)
    }

    /// Mechanical power of a joint's motor, braking negative [W].
    pub fn power_w(&self, joint: usize) -> f64 {
        self.now.motor_nm[joint] * self.now.truth.v[6 + joint]
    }

    /// A joint's motor torque over its peak torque, not negative.
    pub fn torque_share(&self, joint: usize) -> f64 {
        (self.now.motor_nm[joint] / self.model.bodies[joint + 1].actuator.peak_torque_nm).abs()
    }
}

fn sole_frames(model: &RobotModel, now: &Snapshot<'_>) -> [Isometry3<f64>; 2] {
    model.feet.each_ref().map(|foot| now.dynamics.world_from_body(foot.body) * foot.body_from_sole)
}

fn dcm(com: &Vector3<f64>, velocity: &Vector3<f64>, ground_m: f64, gravity_m_s2: f64) -> Vector2<f64> {
    let omega = (gravity_m_s2.max(1e-3) / (com.z - ground_m).max(0.1)).sqrt();
    com.xy() + velocity.xy() / omega
}

fn ground_m(soles: &[Isometry3<f64>; 2], carries: [bool; 2]) -> f64 {
    let none = !carries[0] && !carries[1];
    let heights = soles.iter().zip(carries).filter(|(_, carries)| *carries || none);
    heights.map(|(sole, _)| sole.translation.z).fold(f64::INFINITY, f64::min)
}

/// Horizontal force moment of a foot about the world's origin [N m], and its vertical force [N].
fn foot_load(now: &Snapshot<'_>, soles: &[Isometry3<f64>; 2], foot: usize) -> (Vector2<f64>, f64) {
    let wrench = &now.contacts.feet[foot];
    let (force_n, torque) = (wrench.force.z, &wrench.torque);
    let moment = soles[foot].translation.vector.xy() * force_n + Vector2::new(-torque.y, torque.x);
    (moment, force_n)
}

fn foot_cop(now: &Snapshot<'_>, soles: &[Isometry3<f64>; 2], foot: usize) -> Vector2<f64> {
    let (moment, force_n) = foot_load(now, soles, foot);
    moment / force_n
}

fn cop(now: &Snapshot<'_>, soles: &[Isometry3<f64>; 2]) -> Option<Vector2<f64>> {
    let [left, right] = [0, 1].map(|foot| foot_load(now, soles, foot));
    let total_n = left.1 + right.1;
    (total_n > CARRIES_N).then(|| (left.0 + right.0) / total_n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dcm_of_a_body_at_rest_is_below_it_and_leads_it_in_motion() {
        let com = Vector3::new(1.0, 2.0, 0.981 + 0.2);
        let rest = dcm(&com, &Vector3::zeros(), 0.2, 9.81);
        assert_eq!(rest, com.xy());
        let moving = dcm(&com, &Vector3::new(0.5, 0.0, 0.0), 0.2, 9.81);
        assert!((moving - Vector2::new(1.0 + 0.5 / 10f64.sqrt(), 2.0)).norm() < 1e-12);
    }

    #[test]
    fn the_ground_is_the_lowest_sole_that_carries() {
        let soles = [Isometry3::translation(0.0, 0.1, 0.17), Isometry3::translation(0.0, -0.1, 0.05)];
        assert_eq!(ground_m(&soles, [true, false]), 0.17);
        assert_eq!(ground_m(&soles, [true, true]), 0.05);
        assert_eq!(ground_m(&soles, [false, false]), 0.05);
    }
}
