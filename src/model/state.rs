//! Where a floating-base robot is and how it moves.

use nalgebra::{DVector, Isometry3, Vector3};

/// Configuration and velocity of a floating-base robot.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// Pose of the root body's frame in the world.
    pub world_from_base: Isometry3<f64>,
    /// Joint angles [rad], one a joint.
    pub q: DVector<f64>,
    /// Generalised velocity: base linear [m/s] and angular [rad/s] in the world frame,
    /// then joint speeds [rad/s].
    pub v: DVector<f64>,
}

impl State {
    /// At rest at the world's origin with all joints at zero.
    pub fn zero(joints: usize) -> Self {
        Self {
            world_from_base: Isometry3::identity(),
            q: DVector::zeros(joints),
            v: DVector::zeros(joints + 6),
        }
    }

    /// Linear velocity of the root frame's origin, world frame [m/s].
    pub fn base_linear(&self) -> Vector3<f64> {
        self.v.fixed_rows::<3>(0).into_owned()
    }

    /// Angular velocity of the root, world frame [rad/s].
    pub fn base_angular(&self) -> Vector3<f64> {
        self.v.fixed_rows::<3>(3).into_owned()
    }

    /// Joint speeds [rad/s].
    pub fn joint_speeds(&self) -> nalgebra::DVectorView<'_, f64> {
        self.v.rows(6, self.q.len())
    }
}
