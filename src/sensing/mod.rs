//! What the robot feels and sees: IMU, joint encoders, foot contact, LiDAR and depth cameras, with noise
//! and latency.
//!
//! In: the true state after a tick, contact forces, a way to cast rays. Out: [`Readings`] every tick,
//! a [`Scan`] and a [`DepthImage`] now and then. Used by `simulation` to feed estimation and control, which see
//! nothing else of the world.

mod delay;
mod depth_camera;
mod lidar;
mod mount;
mod noise;
mod proprioception;

pub use depth_camera::{DepthCamera, DepthImage};
pub use lidar::{Lidar, Scan};
pub use noise::NoiseSource;
pub use proprioception::{Proprioception, Readings, imu_mounting};
