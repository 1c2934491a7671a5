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
mod ghost;
mod help;
mod library;
mod live;
mod loft;
mod materials;
mod meshes;
mod nothing;
mod notices;
mod offscreen;
mod open;
mod overlays;
mod panel;
mod reload;
mod replay;
mod scene;
mod scene_source;
mod session;
mod sky;
mod start;
mod terrain;
mod view_log;
mod will;
mod window;

pub use camera::CameraView;
pub use error::ViewerError;
pub use live::{LiveRun, TickObserver};
pub use nothing::Nothing;
pub use offscreen::{Offscreen, ShotOptions, render_shots};
pub use open::{OpenError, Opened, Opener, Request};
pub use overlays::Overlay;
pub use scene_source::{ExpectationLine, Frame, LinkVisuals, Reload, SceneSource};
pub use view_log::{Both, ViewLog};
pub use window::{Showing, WindowOptions, display_error, run_window};
