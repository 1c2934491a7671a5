//! The judge: what a run was worth, measured from the physics alone.
//!
//! In: a simulation after every tick. Out: [`Metrics`], and each expectation of the scenario held
//! against them or against a signal over a window of time. It reads the true state and the contacts, never the controller's opinion. Used by
//! `report`, the command line and the viewer; it changes nothing.

mod command;
mod expectation;
mod feet;
mod metrics;
mod names;
mod observer;
mod path;
mod spill;
mod stairs;
mod touches;
mod window;

pub use expectation::{Allowed, ExpectationResult};
pub use metrics::{METRIC_NAMES, Metrics};
pub use names::known_names;
pub use observer::Judge;
pub use spill::Spill;
pub use touches::Touch;
pub use window::SIGNAL_PREFIX;
