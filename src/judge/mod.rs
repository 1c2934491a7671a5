//! The judge: what a run was worth, measured from the physics alone.
//!
//! In: a simulation after every tick. Out: [`Metrics`], and each expectation of the scenario held
//! against them. It reads the true state and the contacts, never the controller's opinion. Used by
//! `report`, the command line and the viewer; it changes nothing.

mod command;
mod expectation;
mod feet;
mod metrics;
mod observer;
mod path;
mod stairs;

pub use expectation::{Allowed, ExpectationResult, evaluate};
pub use metrics::{METRIC_NAMES, Metrics};
pub use observer::Judge;
