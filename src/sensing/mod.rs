//! What the robot feels: IMU, joint encoders, foot contact and LiDAR, with noise and latency.
//!
//! In: the true state after a tick, contact forces, a way to cast rays. Out: [`Readings`] every tick
//! and a [`Scan`] now and then. Used by `simulation` to feed estimation and control, which see
//! nothing else of the world.

mod delay;
mod lidar;
mod noise;
mod proprioception;

pub use lidar::{Lidar, Scan};
pub use noise::NoiseSource;
pub use proprioception::{Proprioception, Readings, imu_mounting};
