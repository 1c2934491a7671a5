//! The window: opens, runs until it is closed, and hands the simulation back.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use bevy::app::PluginGroupBuilder;
use bevy::camera::RenderTarget;
use bevy::log::{Level, LogPlugin};
use bevy::prelude::*;
use bevy::render::error_handler::{RenderError, RenderErrorHandler, RenderErrorPolicy};
use bevy::window::{PresentMode, WindowResolution};
use bevy_egui::{EguiPlugin, EguiPrimaryContextPass};

use super::camera::{self, CameraView};
use super::clock::{self, Clock};
use super::controller_panel::{self, ControllerPanel};
use super::error::ViewerError;
use super::ghost::{self, Ghost};
use super::notice::{self, Notices};
use super::open::{Opened, Opener, Request};
use super::overlays::{self, Overlay, Overlays};
use super::panel::{self, Panel};
use super::panels::{self, Side};
use super::quality::{self, Quality};
use super::reload::{self, Edits};
use super::scene::{self, SharedSource, Step};
use super::scene_source::SceneSource;
use super::screenshot;
use super::session::{self, Farewell, Open, Session};
use super::sky::SkyLight;
use super::start::{self, StartPage};
use super::{hands, notices, offscreen, pointer, timeline, will};

/// Exit code with which Ctrl-C in the terminal closes the window.
const INTERRUPTED: u8 = 130;

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

/// What the window shows first.
pub struct Showing {
    /// How other files are opened.
    pub opener: Opener,
    /// What was opened.
    pub request: Request,
    /// The run.
    pub opened: Opened,
    /// A second run, drawn as a ghost.
    pub ghost: Option<Box<dyn SceneSource>>,
    /// Whether the start page is shown over it.
    pub start_page: bool,
    /// Why what was asked for is not what is shown.
    pub trouble: Option<String>,
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

/// Shows a run in a window until it is closed; the caller keeps a way to the run's end.
///
/// The run advances inside the window; `at_end` sees it when another one takes its place or the window is
/// closed, also when the renderer breaks down or the display goes away (see `will`), so that what was
/// seen can be written down.
///
/// # Errors
/// Where there is no display, or no graphics device, or it is lost on the way.
pub fn run_window(
    showing: Showing,
    options: &WindowOptions,
    at_end: impl FnOnce(&dyn SceneSource) + Send + 'static,
) -> Result<(), ViewerError> {
    if let Some(error) = display_error() {
        return Err(error);
    }
    let farewell = Farewell::new(at_end);
    let (shared, parts) = Parts::of(showing, farewell.clone());
    let fault = parts.fault.clone();
    let (last, source) = (farewell, shared.clone());
    will::make(Box::new(move || last.say(&**source.lock())));
    let plugins =
        DefaultPlugins.set(WindowPlugin { primary_window: Some(window(&shared, options)), ..default() });
    let result = guarded(|| app(plugins, shared.clone(), parts, options, Canvas::Window).run());
    if let Some(deed) = will::take_back() {
        deed();
    }
    match (result?, fault.take()) {
        (AppExit::Success, None) => Ok(()),
        // Interrupted from the terminal: closed like any other window.
        (AppExit::Error(code), None) if code.get() == INTERRUPTED => Ok(()),
        (_, fault) => Err(ViewerError::Renderer {
            message: fault.unwrap_or_else(|| "the window was closed by an error".to_owned()),
        }),
    }
}

/// What the graphics device said when it failed.
#[derive(Resource, Clone, Default)]
struct RenderFault(Arc<Mutex<Option<String>>>);

impl RenderFault {
    fn take(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Closes the window where the graphics device fails, and keeps its words.
fn close_on_fault(error: &RenderError, main: &mut World, _render: &mut World) -> RenderErrorPolicy {
    if let Some(fault) = main.get_resource::<RenderFault>() {
        let words = format!("{:?}: {}", error.ty, error.description);
        *fault.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(words);
    }
    main.write_message(AppExit::error());
    RenderErrorPolicy::StopRendering
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

/// The window itself.
pub(super) fn window(source: &SharedSource, options: &WindowOptions) -> Window {
    Window {
        title: session::title_of(&source.lock().title()),
        name: Some("loong".to_owned()),
        resolution: WindowResolution::new(options.size.0, options.size.1),
        present_mode: PresentMode::AutoVsync,
        ..default()
    }
}

/// What a window's app starts with beside the run.
pub(super) struct Parts {
    session: Session,
    edits: Edits,
    page: StartPage,
    ghost: Option<Ghost>,
    farewell: Farewell,
    fault: RenderFault,
}

impl Parts {
    /// The run, and everything else.
    pub(super) fn of(showing: Showing, farewell: Farewell) -> (SharedSource, Self) {
        let mut edits = Edits::default();
        edits.follow(&showing.request, showing.opened.loaded.as_ref());
        let mut session = Session::new(showing.opener, showing.request, showing.opened.loaded);
        session.trouble = showing.trouble;
        let page = if showing.start_page { StartPage::open(&session) } else { StartPage::default() };
        let (ghost, fault) = (showing.ghost.map(Ghost::new), RenderFault::default());
        let source = SharedSource::new(showing.opened.source);
        (source, Self { session, edits, page, ghost, farewell, fault })
    }
}

/// Where frames are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Canvas {
    /// In the window.
    Window,
    /// In a texture of the window's size.
    Texture,
}

/// Everything a window does.
pub(super) fn app(
    plugins: PluginGroupBuilder,
    source: SharedSource,
    parts: Parts,
    options: &WindowOptions,
    canvas: Canvas,
) -> App {
    let mut app = App::new();
    app.add_plugins(plugins.set(log_plugin()))
        .add_plugins(EguiPlugin::default())
        .insert_resource(source)
        .insert_resource(Overlays::new(&options.overlays))
        .insert_resource(Clock::new(options.playing, options.speed))
        .insert_resource(RenderErrorHandler(close_on_fault))
        .insert_resource(ControllerPanel::new(parts.session.loaded.clone()))
        .insert_resource(parts.session)
        .insert_resource(parts.edits)
        .insert_resource(parts.page)
        .insert_resource(parts.farewell)
        .insert_resource(parts.fault)
        .init_resource::<Panel>()
        .init_resource::<Side>()
        .init_resource::<Notices>()
        .init_resource::<pointer::LeftButton>()
        .add_message::<Open>()
        .add_message::<start::Home>()
        .add_plugins((scene::plugin, overlays::plugin, hands::plugin))
        .add_systems(Update, (panel::keys, panels::keys, overlays::keys, camera::keys).in_set(Step::Input))
        .add_systems(Update, controller_panel::follow.in_set(Step::Input))
        .add_systems(Update, camera::mouse.after(hands::Following).in_set(Step::Input))
        .add_systems(
            Update,
            (start::keys, session::drops, session::open, session::title, reload::take_over, start::frame)
                .chain()
                .after(panel::keys)
                .in_set(Step::Input),
        )
        .add_systems(PreStartup, quality::choose)
        .add_systems(PreUpdate, pointer::follow)
        .add_systems(Update, (screenshot::keys, pointer::prepare))
        .add_systems(Update, (clock::advance, ghost::follow).chain().in_set(Step::Advance))
        .add_systems(Update, (ghost::spawn, ghost::place).chain().in_set(Step::Place))
        .add_systems(EguiPrimaryContextPass, (panel::show, timeline::show).chain().run_if(start::is_closed))
        .add_systems(EguiPrimaryContextPass, (start::show, notices::show, notice::show).chain());
    if let Some(ghost) = parts.ghost {
        app.insert_resource(ghost);
    }
    let view = options.camera;
    let target = (canvas == Canvas::Texture).then(|| offscreen::texture(&mut app, options.size));
    app.add_systems(Startup, move |mut commands: Commands, light: Res<SkyLight>, quality: Res<Quality>| {
        let mut camera = commands.spawn(camera::bundle(view.into(), &light, *quality));
        if let Some(target) = &target {
            camera.insert(RenderTarget::from(target.clone()));
        }
    });
    app
}
