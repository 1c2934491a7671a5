//! Loong: an open humanoid-locomotion simulator.
#![forbid(unsafe_code)]

pub mod cli;
pub mod config;
pub mod control;
pub mod estimation;
pub mod footsteps;
pub mod judge;
pub mod mapping;
pub mod model;
pub mod navigation;
pub mod physics;
pub mod qp;
pub mod record;
pub mod report;
pub mod sensing;
pub mod simulation;
pub mod suite;
#[cfg(feature = "viewer")]
pub mod viewer;
