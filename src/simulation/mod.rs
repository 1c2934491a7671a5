//! One run: the loop from sensors through control to physics and back.
//!
//! In: a robot, a scenario and a seed. Out, tick by tick: the true state, what the controller thinks,
//! and everything the judge measures. Used by the command line and the viewer, which run the same
//! code on the same bits; it needs no window and no clock but its own.
//!
//! - `run`: the loop; `perception`: the map of a robot that is given none; `stepping`: who lays the footholds; `people`: who walks about; `disturbance`: pushes and faults; `fall`: what ends it.
//! - `cup`: what it carries.
//! - `actions`, `grip`: what a person does while it runs; `variation`: what a seed changes; `audit`: proof.

mod actions;
mod audit;
mod cup;
mod disturbance;
mod fall;
mod grip;
mod people;
mod perception;
mod run;
mod stepping;
mod variation;

pub use audit::MomentumAudit;
pub use cup::Cup;
pub use fall::{Fall, FallCause};
pub use grip::Pull;
pub use run::{RunStatus, SeenScan, Simulation, SimulationError, Snapshot};
pub use variation::Variation;
