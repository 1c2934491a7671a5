//! The window and the pictures: what a person sees of a run.
//!
//! In: a [`SceneSource`] (a running simulation) and options. Out: a window until it is closed, or
//! image files. Uses the config and the model to draw; only the command line uses it. It reads the
//! simulation and advances it, and changes nothing else.
//!
//! The scene's world is the simulation's: metres, x forward, y left, z up.

mod camera;
mod clock;
mod controller_panel;
mod convert;
mod cup;
mod drawn_robot;
mod encode;
mod error;
mod fill;
mod frame_times;
mod ghost;
mod hands;
mod help;
mod history;
mod library;
mod live;
mod loft;
mod loose;
mod materials;
mod meshes;
mod modifier;
mod nothing;
mod notice;
mod notices;
mod offscreen;
mod open;
mod overlays;
mod panel;
mod panel_judge;
mod panels;
mod people;
mod pointer;
mod quality;
mod record;
mod reload;
mod replay;
mod rewind;
mod save;
mod scene;
mod scene_source;
mod screenshot;
mod see_through;
mod session;
mod shots;
mod sky;
mod start;
mod terrain;
mod timeline;
mod trail;
mod undo_stack;
mod view_log;
mod will;
mod window;

pub use camera::{CameraChoice, CameraView};
pub use cup::DrawnCup;
pub use encode::{EDGES, EncodeError, Encoder, Format};
pub use error::ViewerError;
pub use frame_times::{FrameTimes, measure_frames};
pub use history::{Sample, SignalHistory};
pub use live::{LiveRun, Origin, TickObserver};
pub use nothing::Nothing;
pub use offscreen::{Offscreen, PictureOptions};
pub use open::{OpenError, Opened, Opener, Request};
pub use overlays::Overlay;
pub use panel_judge::PanelJudge;
pub use record::{Progress, RecordOptions, Recorded, record};
pub use scene_source::{ExpectationLine, Frame, LinkVisuals, Reload, SceneSource};
pub use shots::{ShotOptions, render_shots};
pub use view_log::{Both, ViewLog};
pub use window::{Showing, WindowOptions, display_error, run_window};
