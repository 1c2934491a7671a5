//! The window: opens, runs until it is closed, and hands the simulation back.

use std::panic::{AssertUnwindSafe, catch_unwind};

use bevy::log::{Level, LogPlugin};
use bevy::prelude::*;
use bevy::window::{PresentMode, WindowResolution};
use bevy_egui::{EguiPlugin, EguiPrimaryContextPass};

use super::camera::{self, CameraView};
use super::clock::{self, Clock};
use super::error::ViewerError;
use super::overlays::{self, Overlay, Overlays};
use super::panel::{self, Panel};
use super::panels::{self, Side};
use super::scene::{self, SharedSource, Step};
use super::scene_source::SceneSource;
use super::sky::SkyLight;

/// How the window opens.
#[derive(Debug, Clone)]
pub struct WindowOptions {
    /// Width and height [pixels].
    pub size: (u32, u32),
    /// First view.
    pub camera: CameraView,
    /// Overlays shown at the start.
    pub overlays: Vec<Overlay>,
    /// Whether the run starts at once.
    pub playing: bool,
    /// Speed at the start, times real time.
    pub speed: f64,
}

impl Default for WindowOptions {
    fn default() -> Self {
        Self {
            size: (1280, 720),
            camera: CameraView::Orbit,
            overlays: vec![Overlay::Footsteps, Overlay::Route],
            playing: true,
            speed: 1.0,
        }
    }
}

/// Why no window can be opened here; none where one can.
///
/// On Linux a window needs an X or Wayland server to talk to. Asked before anything is started,
/// because the window library answers a missing server with a panic.
pub fn display_error() -> Option<ViewerError> {
    #[cfg(all(unix, not(target_os = "macos")))]
    {
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let wayland = set("WAYLAND_DISPLAY").or_else(|| set("WAYLAND_SOCKET"));
        return match (wayland, set("DISPLAY")) {
            (Some(_), _) => None,
            (None, None) => Some(ViewerError::NoDisplay {
                reason: "neither WAYLAND_DISPLAY nor DISPLAY is set".to_owned(),
            }),
            (None, Some(display)) => x_server_error(&display),
        };
    }
    #[cfg(not(all(unix, not(target_os = "macos"))))]
    None
}

/// Whether a local X server listens at `:N`; names of other machines are taken on trust.
#[cfg(all(unix, not(target_os = "macos")))]
fn x_server_error(display: &str) -> Option<ViewerError> {
    let number = display.strip_prefix(':')?.split('.').next()?;
    let socket = format!("/tmp/.X11-unix/X{number}");
    match std::os::unix::net::UnixStream::connect(&socket) {
        Ok(_) => None,
        Err(error) => Some(ViewerError::NoDisplay {
            reason: format!("DISPLAY is {display}, but {socket} does not answer ({error})"),
        }),
    }
}

/// Shows a simulation in a window until it is closed; the caller keeps a way to the simulation's end.
///
/// `source` advances inside the window; `at_end` gets it back when the window is closed, also when the
/// renderer breaks down, so that a summary can be printed of what was done.
///
/// # Errors
/// Where there is no display, or no graphics device, or it is lost on the way.
pub fn run_window(
    source: Box<dyn SceneSource>,
    options: &WindowOptions,
    at_end: impl FnOnce(&dyn SceneSource),
) -> Result<(), ViewerError> {
    if let Some(error) = display_error() {
        return Err(error);
    }
    let shared = SharedSource::new(source);
    let result = guarded(|| window_app(shared.clone(), options).run());
    at_end(&**shared.lock());
    result.map(|_| ())
}

/// Runs a piece of rendering; what it panics with is an error like any other.
pub(super) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, ViewerError> {
    let quiet = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let result = catch_unwind(AssertUnwindSafe(work));
    std::panic::set_hook(quiet);
    result.map_err(|panic| {
        let message = panic
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
            .unwrap_or_else(|| "no reason given".to_owned());
        ViewerError::Renderer { message }
    })
}

/// The renderer's own log: only what a user can act on.
pub(super) fn log_plugin() -> LogPlugin {
    LogPlugin { level: Level::ERROR, filter: "wgpu=off,naga=off,bevy_egui=error".to_owned(), ..default() }
}

fn window_app(source: SharedSource, options: &WindowOptions) -> App {
    let title = source.lock().title();
    let window = Window {
        title: format!("{title} - Loong"),
        name: Some("loong".to_owned()),
        resolution: WindowResolution::new(options.size.0, options.size.1),
        present_mode: PresentMode::AutoVsync,
        ..default()
    };
    let mut app = App::new();
    app.add_plugins(
        DefaultPlugins.set(WindowPlugin { primary_window: Some(window), ..default() }).set(log_plugin()),
    )
    .add_plugins(EguiPlugin::default())
    .insert_resource(source)
    .insert_resource(Overlays::new(&options.overlays))
    .insert_resource(Clock::new(options.playing, options.speed))
    .init_resource::<Panel>()
    .insert_resource(Side { open: true, ..default() })
    .add_plugins((scene::plugin, overlays::plugin))
    .add_systems(
        Update,
        (panel::keys, panels::keys, overlays::keys, camera::keys, camera::mouse).in_set(Step::Input),
    )
    .add_systems(Update, clock::advance.in_set(Step::Advance))
    .add_systems(EguiPrimaryContextPass, panel::show);
    let view = options.camera;
    app.add_systems(Startup, move |mut commands: Commands, light: Res<SkyLight>| {
        commands.spawn(camera::bundle(view, &light));
    });
    app
}
