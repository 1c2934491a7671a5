//! Where the feet go next.
//!
//! In: a route or a script of velocities, the known map, and the feet as they stand. Out: the next
//! [`Foothold`]s, whenever control asks. Used by `control`, which may still move each foothold within
//! the slack it is given.

mod anchors;
mod foothold;
mod ground;
mod pace;
mod route_steps;
mod seen_edges;
mod stones;
mod velocity_steps;

pub use foothold::{Foothold, SoleGround, StepSource, Support, Surface, WantedMotion, tilt};
pub use pace::{Pace, StairPace};
pub use route_steps::RouteSteps;
pub use velocity_steps::VelocitySteps;
