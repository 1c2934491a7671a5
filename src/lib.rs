//! Loong: an open humanoid-locomotion simulator.
#![forbid(unsafe_code)]

pub mod config;
pub mod model;
pub mod qp;
