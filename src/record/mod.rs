//! The record: what happened in a run, written down.
//!
//! In: a simulation after every tick. Out: a log of its signals, as CSV, or as MCAP with the robot, the
//! terrain and the contact forces for Foxglove; and a run read back from such a log. Used by the command
//! line and the viewer; `suite` draws with its shapes. It changes nothing in the run. Files appear under
//! their name only when they are complete.
//!
//! - `log`: which kind of log, and when a sample is due; `csv`, `mcap_file`: the two kinds.
//! - `recorded`: a run as a log tells it; `read_csv`, `read_mcap`: from the two kinds.
//! - `foxglove`, `scene`: messages and their schemas; `shapes`: surfaces of shapes.

mod atomic_file;
mod csv;
mod foxglove;
mod log;
mod mcap_file;
mod mcap_records;
mod read_csv;
mod read_mcap;
mod recorded;
mod scene;
mod shapes;

pub use atomic_file::AtomicFile;
pub use log::{LogError, LogOptions, RunLog};
pub use recorded::{ReadLogError, RecordedConfigs, RecordedRun, Sample, is_log, read_log};
pub use shapes::surface_points;
