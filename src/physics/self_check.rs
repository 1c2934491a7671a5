//! Proof at the start of a run that Rapier integrates the model's dynamics.

use nalgebra::{DVector, Isometry3, UnitQuaternion, Vector3};

use super::world::{PhysicsError, PhysicsWorld};
use crate::config::scenario::{PhysicsConfig, TerrainConfig};
use crate::model::{Dynamics, RobotModel, State};

/// Time step of the check [s]: small, because Rapier's Coriolis term is of first order in it.
const DT_S: f64 = 1e-4;

/// Largest relative difference of the accelerations: first-order error plus f32's cancellation.
const TOLERANCE: f64 = 5e-3;

/// Why physics and model do not agree.
#[derive(Debug, thiserror::Error)]
pub enum SelfCheckError {
    /// The robot cannot be built.
    #[error(transparent)]
    Physics(#[from] PhysicsError),
    /// The accelerations differ.
    #[error(
        "the physics engine's accelerations differ from the model's by {relative:.1e} (allowed {TOLERANCE:.0e})"
    )]
    Mismatch {
        /// Norm of the difference over the norm of the model's accelerations.
        relative: f64,
    },
    /// The model's mass matrix cannot be inverted.
    #[error("the robot's mass matrix is singular")]
    Singular,
}

/// Lets the moving robot float for one small step under torques and compares its acceleration with
/// `M^-1 (tau - h)`; returns the relative difference.
pub fn check_dynamics(model: &RobotModel, gravity_m_s2: f64) -> Result<f64, SelfCheckError> {
    let physics = PhysicsConfig { dt_s: DT_S, gravity_m_s2 };
    let mut world = PhysicsWorld::new(model, &TerrainConfig::default(), &physics)?;
    let joints = model.joints();
    let mut state = State::zero(joints);
    state.world_from_base = Isometry3::from_parts(
        Vector3::new(0.0, 0.0, 5.0).into(),
        UnitQuaternion::from_euler_angles(0.1, -0.2, 0.3),
    );
    // Any fixed, unsymmetric motion does; it must excite every joint.
    for i in 0..joints {
        let (low, high) = model.bodies[i + 1].limits_rad;
        state.q[i] = low + (high - low) * (0.3 + 0.4 * ((i * 7 % 11) as f64 / 10.0));
        state.v[6 + i] = 0.8 * (1.3 * i as f64 + 0.5).sin();
    }
    state.v.fixed_rows_mut::<6>(0).copy_from_slice(&[0.4, -0.2, 0.1, 0.3, 0.5, -0.4]);
    let torques: Vec<f64> = (0..joints)
        .map(|i| 0.2 * model.bodies[i + 1].actuator.peak_torque_nm * (0.7 * i as f64).cos())
        .collect();

    let mut dynamics = Dynamics::new(model);
    dynamics.gravity_m_s2 = gravity_m_s2;
    dynamics.update(model, &state);
    world.place(&state, &dynamics);
    let mut before = state.clone();
    world.read_state(&mut before);
    world.step(model, &before, &torques, []);
    let mut after = state.clone();
    world.read_state(&mut after);

    dynamics.update(model, &before);
    let mut force = -dynamics.bias_force().clone_owned();
    for (i, torque) in torques.iter().enumerate() {
        force[6 + i] += torque;
    }
    let expected: DVector<f64> =
        dynamics.mass_matrix().clone().cholesky().ok_or(SelfCheckError::Singular)?.solve(&force);
    let measured = (after.v - before.v) / DT_S;
    let relative = (measured - &expected).norm() / expected.norm();
    if relative.is_finite() && relative <= TOLERANCE {
        Ok(relative)
    } else {
        Err(SelfCheckError::Mismatch { relative })
    }
}
