//! Where the robot is and how it moves, from what it feels.
//!
//! In: [`crate::sensing::Readings`] every tick and, now and then, a [`PoseCorrection`] from
//! localisation. Out: an estimated [`crate::model::State`], carried on to the present where readings are late.
//! Used by `simulation` to feed control.

mod contact_filter;
mod filter;
mod prediction;

pub use contact_filter::StateEstimator;
pub use filter::PoseCorrection;
pub use prediction::Predictor;
