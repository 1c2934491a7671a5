//! The robot and its world in Rapier.
//!
//! In: a [`crate::model::RobotModel`], the terrain, joint torques and pushes. Out: the true state,
//! contact wrenches and ray hits. Used by `simulation` only; the only code that knows Rapier.
//!
//! The robot is one multibody without motors, springs or damping: nothing acts on it but gravity, the
//! torques handed over each step (equal and opposite on the two bodies of a joint), its joints' end
//! stops, contact, and the pushes and pulls a scenario asks for. Rapier works in f32; this is the border.

mod actuator;
mod contact;
mod convert;
mod ground;
mod loose;
mod patches;
mod people;
mod rectangle;
mod robot;
mod self_check;
mod shapes;
mod soft;
mod terrain;
mod world;

pub use actuator::Actuators;
pub use contact::{ContactEvents, FootWrench, Met};
pub use loose::ThrownBox;
pub use people::PersonBody;
pub use self_check::{SelfCheckError, check_dynamics};
pub use shapes::{CollidingShape, Form};
pub use terrain::{cuboids, prisms};
pub use world::{ExternalForce, PhysicsError, PhysicsWorld, Sighting};
