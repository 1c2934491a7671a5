//! Kinematics, Jacobians, mass matrix and bias forces at a state.

/// Workspace of the rigid-body algorithms.
#[derive(Debug, Clone)]
pub struct Dynamics {}
