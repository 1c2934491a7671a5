//! The robot as equations: from a checked [`crate::config::robot::RobotConfig`] to an indexed
//! tree of bodies and its rigid-body dynamics in f64.
//!
//! In: the robot's config. Out: [`RobotModel`] (what it is), [`State`] (where it is) and
//! [`Dynamics`] (kinematics, Jacobians, mass matrix, bias forces, centroidal momentum at a state).
//! Everything behind it may use it; it knows only `config`.
//!
//! Conventions: body 0 is the root, with its frame moved to its own centre of mass (axes kept);
//! body i >= 1 hangs on joint i - 1, whose angle is `q[i - 1]` and whose speed is `v[5 + i]`.
//! Generalised velocity `v = [base linear, base angular, joint speeds]`, the first two in the world
//! frame, the linear one that of the root frame's origin.

pub mod actuator;
pub mod angles;
mod build;
mod dynamics;
mod error;
mod extent;
mod inverse_dynamics;
mod knee;
mod leg;
mod robot;
pub mod slosh;
mod stance;
mod state;
mod vessel;

pub use dynamics::Dynamics;
pub use error::ModelError;
pub use knee::Knee;
pub use leg::Leg;
pub use robot::{Body, Foot, LinkFrame, RobotModel, Side};
pub use stance::check_stance;
pub use state::State;
pub use vessel::Vessel;
