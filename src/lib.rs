//! Loong: an open humanoid-locomotion simulator.
#![forbid(unsafe_code)]

pub mod config;
pub mod report;
pub mod record;
pub mod judge;
pub mod cli;
pub mod control;
pub mod estimation;
pub mod footsteps;
pub mod mapping;
pub mod model;
pub mod navigation;
pub mod physics;
pub mod qp;
pub mod sensing;
pub mod simulation;
#[cfg(feature = "viewer")]
pub mod viewer;
