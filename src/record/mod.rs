//! The record: what happened in a run, written down.
//!
//! In: a simulation after every tick. Out: a CSV log at 100 Hz. Used by the command line; it changes
//! nothing in the run. Files appear under their name only when they are complete.

mod atomic_file;
mod log;

pub use atomic_file::AtomicFile;
pub use log::{LogError, RunLog};
