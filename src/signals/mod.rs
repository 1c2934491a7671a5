//! Signals: every scalar of a run that has a name.
//!
//! In: a simulation after a tick. Out: numbers, by names such as `com.z_m` or `joint.left_knee.torque_nm`.
//! Names are looked up once, at the start of a run; reading allocates nothing and changes nothing in the
//! run. Used by `judge`, `record`, `suite` and the command line.
//!
//! - `catalogue`: names, units and what they mean; `choice`: names and patterns to signals.
//! - `table`: where each value comes from; `moment`: what several of them share, worked out once a tick.

mod catalogue;
mod choice;
mod moment;
mod table;

pub use catalogue::{Signal, catalogue, signal_names, signals_of};
pub use choice::{UnknownSignal, choose};
pub use moment::Moment;
