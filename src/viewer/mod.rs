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
mod encode;
mod error;
mod help;
mod live;
mod loft;
mod materials;
mod meshes;
mod offscreen;
mod overlays;
mod panel;
mod record;
mod scene;
mod scene_source;
mod screenshot;
mod see_through;
mod shots;
mod sky;
mod terrain;
mod toast;
mod window;

pub use camera::{CameraChoice, CameraView};
pub use encode::{EDGES, EncodeError, Encoder, Format};
pub use error::ViewerError;
pub use live::{LiveRun, TickObserver};
pub use offscreen::{Offscreen, PictureOptions};
pub use overlays::Overlay;
pub use record::{Progress, RecordOptions, Recorded, record};
pub use scene_source::{ExpectationLine, Frame, LinkVisuals, Reload, SceneSource};
pub use shots::{ShotOptions, render_shots};
pub use window::{WindowOptions, display_error, run_window};
