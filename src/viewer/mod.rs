//! The window and the pictures: what a person sees of a run.
//!
//! In: a [`SceneSource`] (a running simulation) and options. Out: a window until it is closed, or
//! image files. Uses the config and the model to draw; only the command line uses it. It reads the
//! simulation and advances it, and changes nothing else.
//!
//! The scene's world is the simulation's: metres, x forward, y left, z up.

mod camera;
mod clock;
mod convert;
mod error;
mod help;
mod history;
mod live;
mod loft;
mod materials;
mod meshes;
mod offscreen;
mod overlays;
mod panel;
mod panels;
mod scene;
mod scene_source;
mod sky;
mod terrain;
mod window;

pub use camera::CameraView;
pub use error::ViewerError;
pub use history::{Sample, SignalHistory};
pub use live::{LiveRun, TickObserver};
pub use offscreen::{Offscreen, ShotOptions, render_shots};
pub use overlays::Overlay;
pub use scene_source::{ExpectationLine, Frame, LinkVisuals, Reload, SceneSource};
pub use window::{WindowOptions, display_error, run_window};
