//! The way: a route through the known map from where the robot stands past every goal.
//!
//! In: the map, the start, the goals and the room the body needs. Out: a [`Route`] with the speed the
//! way allows, and a [`Passing`]: how to get past what moves on it. Used by `footsteps` to lay steps along it and by
//! the judge to measure against it.

mod grid;
mod passing;
mod planner;
mod route;
mod smoothing;

pub use passing::{Passing, PassingRequest, pass};
pub use planner::{NavigationError, RouteRequest, plan_route};
pub use route::{FlightPassage, Route, RoutePoint};
