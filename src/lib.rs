//! Loong: an open humanoid-locomotion simulator.
//!
//! Bipeds described in RON walk, climb stairs and go round obstacles in Rapier physics, by the torques of
//! their joints alone. The modules lie in the order of the data, and each knows only what lies before it:
//!
//! ```text
//! config -> model -> physics -> sensing -> estimation -> mapping -> navigation -> footsteps -> control
//!                       ^                                                                        |
//!                       +------------------------------ joint torques ---------------------------+
//! simulation: the loop itself · signals: its named scalars · judge, record, report, suite: what a run was worth · viewer, cli: on top
//! ```
//!
//! Units are SI and f64; the world's axes are x forward, y left, z up. A run depends on robot, scenario and
//! seed alone.
//!
//! To run a scenario from a program:
//!
//! ```no_run
//! use loong::config::{LoadOptions, load_scenario};
//! use loong::simulation::{RunStatus, Simulation};
//!
//! let path = std::path::Path::new("configs/scenarios/stairs.ron");
//! let loaded = load_scenario(path, &LoadOptions::default()).expect("a scenario");
//! let mut simulation =
//!     Simulation::new(&loaded.robot.config, &loaded.scenario.config, 1).expect("a robot that can stand");
//! while simulation.tick() == RunStatus::Running {
//!     let now = simulation.snapshot();
//!     println!("{:.3} s, CoM at {:.3}", now.time_s, now.dynamics.com());
//! }
//! ```
//!
//! [`report::judge_run`] does the same with a verdict at the end.
#![forbid(unsafe_code)]

pub mod cli;
pub mod config;
pub mod control;
pub mod course;
pub mod estimation;
pub mod exchange;
pub mod footsteps;
pub mod judge;
pub mod mapping;
pub mod model;
pub mod navigation;
pub mod physics;
pub mod qp;
pub mod record;
pub mod report;
pub mod search;
pub mod sensing;
pub mod signals;
pub mod simulation;
pub mod suite;
#[cfg(feature = "viewer")]
pub mod viewer;
