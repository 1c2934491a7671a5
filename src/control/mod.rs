//! From the estimated state and the planned footsteps to joint torques.
//!
//! In: the estimate, foot contact, and a [`crate::footsteps::StepSource`] that names the next footholds.
//! Out: one torque a joint. Used by `simulation`; knows neither physics nor sensors.
//!
//! One update: [`gait`] decides which feet stand; [`pendulum`] measures how the robot tips; [`dcm`]
//! and [`step_planner`] choose CoP, next footholds and step duration; [`swing`] and [`height`] make smooth
//! references, [`touchdown`] says when a foot will touch; [`stretch`] finds how far the legs reach and [`pelvis`]
//! gives them length; [`braking`] puts the weight to use; [`traction`] judges the ground; [`whole_body`] turns them
//! into torques within all limits. [`carry`] keeps a cup quiet. [`gait_parameters`] fits step timing and reach to the
//! robot; [`derived`] lists what a config may leave out.

pub mod braking;
pub mod carry;
pub mod dcm;
pub mod derived;
pub mod follower;
pub mod gait;
pub mod gait_parameters;
pub mod height;
pub mod limbs;
pub mod orientation;
pub mod pelvis;
pub mod pendulum;
pub mod recovery;
pub mod sole;
pub mod step_planner;
pub mod stretch;
pub mod swing;
pub mod touchdown;
pub mod traction;
pub mod walker;
pub mod whole_body;

pub use walker::{Walker, WalkerInput, WalkerReport};
