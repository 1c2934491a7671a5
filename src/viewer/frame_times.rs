//! How fast the window draws, measured where there is none: its whole frame, with simulation, overlays and
//! panels, into a texture of the window's size.
//!
//! All but the last step of a frame is in it: a display's server takes the picture over.

use std::path::Path;
use std::time::Instant;

use bevy::camera::RenderTarget;
use bevy::prelude::*;
use bevy::render::renderer::RenderAdapterInfo;
use bevy::render::view::screenshot::{Screenshot, save_to_disk};
use bevy::window::ExitCondition;
use bevy::winit::WinitPlugin;
use wgpu_types::DeviceType;

use super::error::ViewerError;
use super::offscreen;
use super::scene::Stage;
use super::session::Farewell;
use super::window::{self, Canvas, Parts, Showing, WindowOptions, guarded};

/// Frames before the measurement: shaders are compiled, textures travel.
const WARM_UP: usize = 120;
/// Frames after which a picture counts as lost.
const PATIENCE: usize = 60;

/// Frames that were drawn.
#[derive(Debug, Clone)]
pub struct FrameTimes {
    /// The graphics device.
    pub device: String,
    /// Whether a program takes a graphics card's place.
    pub is_software: bool,
    /// Time of every frame until the device had drawn what it was given [s].
    pub frames_s: Vec<f64>,
    /// Time on the wall [s].
    pub wall_s: f64,
    /// Simulated time in it [s].
    pub simulated_s: f64,
}

impl FrameTimes {
    /// Frames a second.
    pub fn rate_hz(&self) -> f64 {
        self.frames_s.len() as f64 / self.wall_s
    }

    /// The time that a share of the frames does not exceed [s].
    pub fn quantile_s(&self, share: f64) -> f64 {
        let mut sorted = self.frames_s.clone();
        sorted.sort_by(f64::total_cmp);
        let last = sorted.len().saturating_sub(1);
        sorted.get((share.clamp(0.0, 1.0) * last as f64).round() as usize).copied().unwrap_or(0.0)
    }
}

/// Shows a run for `seconds` on the wall as the window does, without a display; the last frame goes to
/// `picture`.
///
/// # Errors
/// Where there is no graphics device, or it fails.
pub fn measure_frames(
    showing: Showing,
    options: &WindowOptions,
    seconds: f64,
    picture: Option<&Path>,
) -> Result<FrameTimes, ViewerError> {
    guarded(|| measure(showing, options, seconds, picture)).map_err(ViewerError::or_no_device)?
}

fn measure(
    showing: Showing,
    options: &WindowOptions,
    seconds: f64,
    picture: Option<&Path>,
) -> Result<FrameTimes, ViewerError> {
    let (source, parts) = Parts::of(showing, Farewell::new(|_| {}));
    let plugins = DefaultPlugins
        .set(WindowPlugin {
            primary_window: Some(window::window(&source, options)),
            exit_condition: ExitCondition::DontExit,
            ..default()
        })
        .disable::<WinitPlugin>();
    let mut app = window::app(plugins, source.clone(), parts, options, Canvas::Texture);
    offscreen::finish(&mut app);
    for _ in 0..WARM_UP {
        draw(&mut app)?;
    }

    let adapter = app.world().resource::<RenderAdapterInfo>();
    let (device, is_software) = (adapter.name.clone(), adapter.device_type == DeviceType::Cpu);
    let from_s = app.world().resource::<Stage>().frame.time_s;
    let mut frames_s = Vec::new();
    let start = Instant::now();
    while start.elapsed().as_secs_f64() < seconds {
        let frame = Instant::now();
        draw(&mut app)?;
        frames_s.push(frame.elapsed().as_secs_f64());
    }
    let wall_s = start.elapsed().as_secs_f64();
    let simulated_s = app.world().resource::<Stage>().frame.time_s - from_s;
    if let Some(path) = picture {
        save(&mut app, path)?;
    }
    Ok(FrameTimes { device, is_software, frames_s, wall_s, simulated_s })
}

/// Draws a frame and waits until the device has drawn what it was given, as a window's queue does.
fn draw(app: &mut App) -> Result<(), ViewerError> {
    app.update();
    offscreen::wait(app)
}

/// Writes what is seen.
fn save(app: &mut App, path: &Path) -> Result<(), ViewerError> {
    let world = app.world_mut();
    let target = world.query::<&RenderTarget>().iter(world).find_map(|target| target.as_image().cloned());
    if let Some(target) = target {
        world.spawn(Screenshot::image(target)).observe(save_to_disk(path.to_owned()));
    }
    for _ in 0..PATIENCE {
        draw(app)?;
        if path.exists() {
            return Ok(());
        }
    }
    Err(ViewerError::NoPicture { frames: PATIENCE })
}
