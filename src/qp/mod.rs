//! Dense strictly convex quadratic programs.
//!
//! In: a Hessian, a gradient, equalities and inequalities. Out: the minimiser or why there is none.
//! Knows nothing of robots; `footsteps` and `control` use it.

mod active_set;
mod problem;

pub use active_set::{ActiveSetSolver, QpFailure, Solution};
pub use problem::{QuadraticProgram, Rows};
