//! Pictures without a window or a display, also without a graphics card (software Vulkan).

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bevy::app::PluginsState;
use bevy::asset::AssetPlugin;
use bevy::camera::RenderTarget;
use bevy::image::Image;
use bevy::prelude::*;
use bevy::render::RenderPlugin;
use bevy::render::gpu_readback::{Readback, ReadbackComplete};
use bevy::render::pipelined_rendering::PipelinedRenderingPlugin;
use bevy::render::render_resource::{TextureFormat, TextureUsages};
use bevy::time::TimeUpdateStrategy;
use bevy::window::ExitCondition;
use bevy::winit::WinitPlugin;
use image::RgbaImage;

use super::camera::{self, CameraView, Orbit};
use super::error::ViewerError;
use super::overlays::{self, Overlay, Overlays};
use super::scene::{self, SharedSource, Stage};
use super::scene_source::SceneSource;
use super::sky::SkyLight;
use super::window::{guarded, log_plugin};

/// Frames to wait for a picture; it comes two frames after it was asked for.
const PATIENCE: usize = 30;
/// Frames drawn before the first picture, while meshes and textures travel to the renderer.
const WARM_UP: usize = 3;

/// What pictures are taken, and how.
#[derive(Debug, Clone)]
pub struct ShotOptions {
    /// Times of the pictures [s], rising.
    pub times_s: Vec<f64>,
    /// Width and height [pixels].
    pub size: (u32, u32),
    /// View.
    pub camera: CameraView,
    /// Azimuth, elevation [rad] and distance [m] of the camera, instead of the view's own.
    pub stand: Option<(f32, f32, f32)>,
    /// Overlays shown.
    pub overlays: Vec<Overlay>,
    /// Path of the files without their ending; `-TIME.png` is added.
    pub prefix: PathBuf,
}

/// A renderer without a window.
pub struct Offscreen {
    app: App,
    source: SharedSource,
    target: Handle<Image>,
    picture: Arc<Mutex<Option<Vec<u8>>>>,
    size: (u32, u32),
}

impl Offscreen {
    /// Starts the renderer.
    ///
    /// # Errors
    /// Where there is no graphics device, not even a software one.
    pub fn new(source: Box<dyn SceneSource>, options: &ShotOptions) -> Result<Self, ViewerError> {
        let size = (options.size.0.max(16), options.size.1.max(16));
        let source = SharedSource::new(source);
        guarded(|| Self::build(source, options, size))
    }

    fn build(source: SharedSource, options: &ShotOptions, size: (u32, u32)) -> Self {
        let mut app = App::new();
        app.add_plugins(
            DefaultPlugins
                .set(WindowPlugin {
                    primary_window: None,
                    exit_condition: ExitCondition::DontExit,
                    ..default()
                })
                // Otherwise the first frames miss what is still being compiled.
                .set(RenderPlugin { synchronous_pipeline_compilation: true, ..default() })
                .set(AssetPlugin::default())
                .set(log_plugin())
                .disable::<WinitPlugin>()
                .disable::<PipelinedRenderingPlugin>(),
        )
        .insert_resource(TimeUpdateStrategy::ManualDuration(Duration::from_millis(33)))
        .insert_resource(source.clone())
        .insert_resource(Overlays::new(&options.overlays))
        .add_plugins((scene::plugin, overlays::plugin));

        let mut image = Image::new_target_texture(size.0, size.1, TextureFormat::Rgba8UnormSrgb, None);
        image.texture_descriptor.usage |= TextureUsages::COPY_SRC;
        let target = app.world_mut().resource_mut::<Assets<Image>>().add(image);
        let (view, stand, camera_target) = (options.camera, options.stand, target.clone());
        app.add_systems(Startup, move |mut commands: Commands, light: Res<SkyLight>| {
            let mut camera = commands.spawn(camera::bundle(view, &light));
            camera.insert(RenderTarget::from(camera_target.clone()));
            if let Some((azimuth, elevation, distance)) = stand {
                let mut orbit = Orbit::new(view);
                orbit.set_stand(azimuth, elevation, distance);
                camera.insert(orbit);
            }
        });
        while app.plugins_state() == PluginsState::Adding {
            bevy::tasks::tick_global_task_pools_on_main_thread();
        }
        app.finish();
        app.cleanup();
        let mut offscreen = Self { app, source, target, picture: Arc::default(), size };
        (0..WARM_UP).for_each(|_| offscreen.app.update());
        offscreen
    }

    /// Advances the simulation to a time, or to its end if that comes first.
    pub fn advance_to(&mut self, time_s: f64) {
        let mut source = self.source.lock();
        let mut stage = self.app.world_mut().resource_mut::<Stage>();
        stage.read(&**source);
        let ticks = ((time_s - stage.frame.time_s) / source.dt_s()).round().max(0.0) as usize;
        let mut left = ticks;
        while left > 0 && !source.finished() {
            let done = source.advance(left.min(100));
            if done == 0 {
                break;
            }
            left -= done;
        }
        stage.read(&**source);
        drop(source);
        let world = self.app.world_mut();
        let mut cameras = world.query::<&mut Orbit>();
        cameras.iter_mut(world).for_each(|mut orbit| orbit.jump());
    }

    /// Draws the present state.
    ///
    /// # Errors
    /// Where the renderer fails or returns nothing.
    pub fn picture(&mut self) -> Result<RgbaImage, ViewerError> {
        let size = self.size;
        let data = guarded(|| self.read_back())?.ok_or(ViewerError::NoPicture { frames: PATIENCE })?;
        // Rows come padded to a multiple of 256 bytes.
        let row = size.0 as usize * 4;
        let padded = row.next_multiple_of(256);
        let pixels: Vec<u8> = data
            .chunks(padded)
            .take(size.1 as usize)
            .flat_map(|line| &line[..row.min(line.len())])
            .copied()
            .collect();
        RgbaImage::from_raw(size.0, size.1, pixels).ok_or(ViewerError::NoPicture { frames: PATIENCE })
    }

    fn read_back(&mut self) -> Option<Vec<u8>> {
        // One frame to put everything in its place, so that what is read back next shows it.
        self.app.update();
        let slot = self.picture.clone();
        let take = |slot: &Mutex<Option<Vec<u8>>>| slot.lock().unwrap_or_else(PoisonError::into_inner).take();
        take(&slot);
        let filled = slot.clone();
        let reader = self
            .app
            .world_mut()
            .spawn(Readback::texture(self.target.clone()))
            .observe(move |done: On<ReadbackComplete>| {
                *filled.lock().unwrap_or_else(PoisonError::into_inner) = Some(done.data.clone());
            })
            .id();
        let mut data = None;
        for _ in 0..PATIENCE {
            self.app.update();
            data = take(&slot);
            if data.is_some() {
                break;
            }
        }
        self.app.world_mut().despawn(reader);
        data
    }
}

/// Runs a simulation without a window and writes pictures at the times asked for; returns their paths.
///
/// # Errors
/// Where there is no graphics device, or a file cannot be written.
pub fn render_shots(
    source: Box<dyn SceneSource>,
    options: &ShotOptions,
) -> Result<Vec<PathBuf>, ViewerError> {
    let mut renderer = Offscreen::new(source, options)?;
    let mut paths = Vec::new();
    for time_s in &options.times_s {
        renderer.advance_to(*time_s);
        let picture = renderer.picture()?;
        let path = PathBuf::from(format!("{}-{time_s:.2}.png", options.prefix.display()));
        // Nothing in the scene is see-through, so the alpha channel says nothing.
        image::DynamicImage::ImageRgba8(picture)
            .into_rgb8()
            .save(&path)
            .map_err(|source| ViewerError::Write { path: path.clone(), source })?;
        paths.push(path);
    }
    Ok(paths)
}
