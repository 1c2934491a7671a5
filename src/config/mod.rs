//! Robots and scenarios as users write them.
//!
//! In: RON files. Out: typed configs, checked, or an error that names file, line, column, field,
//! what was found and what is allowed. Everything else may use it; it knows nothing of the rest.

pub mod controller;
pub mod robot;
pub mod scenario;
pub mod sensors;
