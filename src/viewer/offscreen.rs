//! A renderer without a window or a display, also without a graphics card (software Vulkan).
//!
//! Pictures come back a few frames after they were drawn, in the order in which they were drawn; the next
//! ones are drawn meanwhile.

use std::collections::VecDeque;
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
use bevy::render::render_resource::{PollType, TextureFormat, TextureUsages};
use bevy::render::renderer::RenderDevice;
use bevy::time::TimeUpdateStrategy;
use bevy::window::ExitCondition;
use bevy::winit::WinitPlugin;
use image::RgbaImage;

use super::camera::{self, CameraChoice, Orbit};
use super::error::ViewerError;
use super::overlays::{self, Overlay, Overlays};
use super::quality::Quality;
use super::scene::{self, SharedSource, Stage};
use super::scene_source::SceneSource;
use super::sky::SkyLight;
use super::window::{guarded, log_plugin};

/// Frames drawn before the first picture, while meshes and textures travel to the renderer.
const WARM_UP: usize = 3;
/// Most pictures on their way back; the renderer would take any number, and memory.
const ON_THE_WAY: usize = 3;
/// Frames after which a picture that was waited for counts as lost.
const PATIENCE: usize = 30;
/// Ticks between two looks at whether the run is over.
const BURST: usize = 100;

/// How pictures are taken.
#[derive(Debug, Clone)]
pub struct PictureOptions {
    /// Width and height [pixels].
    pub size: (u32, u32),
    /// Where the camera stands.
    pub camera: CameraChoice,
    /// Overlays shown.
    pub overlays: Vec<Overlay>,
}

/// A renderer without a window.
pub struct Offscreen {
    app: App,
    source: SharedSource,
    size: (u32, u32),
    arrived: Arc<Mutex<VecDeque<Vec<u8>>>>,
    /// For every frame on its way back, oldest first, whether it is a picture that is wanted.
    on_the_way: VecDeque<bool>,
    pictures: VecDeque<RgbaImage>,
    camera: CameraChoice,
    aimed: bool,
}

impl Offscreen {
    /// Starts the renderer; from one picture to the next the camera follows for `frame_s`.
    ///
    /// # Errors
    /// Where there is no graphics device, not even a software one.
    pub fn new(
        source: Box<dyn SceneSource>,
        options: &PictureOptions,
        frame_s: f64,
    ) -> Result<Self, ViewerError> {
        let source = SharedSource::new(source);
        guarded(|| Self::build(source, options, frame_s)).map_err(ViewerError::or_no_device)
    }

    fn build(source: SharedSource, options: &PictureOptions, frame_s: f64) -> Self {
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
        .insert_resource(TimeUpdateStrategy::ManualDuration(Duration::from_secs_f64(frame_s.max(0.0))))
        .insert_resource(source.clone())
        .insert_resource(Overlays::new(&options.overlays))
        .add_plugins((scene::plugin, overlays::plugin));

        let size = options.size;
        let target = texture(&mut app, size);
        let (choice, camera_target) = (options.camera, target.clone());
        app.add_systems(Startup, move |mut commands: Commands, light: Res<SkyLight>| {
            let mut camera = commands.spawn(camera::bundle(choice, &light, Quality::Full));
            camera.insert(RenderTarget::from(camera_target.clone()));
        });
        finish(&mut app);
        (0..WARM_UP).for_each(|_| app.update());

        // From here on every frame is read back.
        let arrived = Arc::<Mutex<VecDeque<Vec<u8>>>>::default();
        let filled = arrived.clone();
        app.world_mut().spawn(Readback::texture(target)).observe(move |mut done: On<ReadbackComplete>| {
            let data = std::mem::take(&mut done.data);
            filled.lock().unwrap_or_else(PoisonError::into_inner).push_back(data);
        });
        Self {
            app,
            source,
            size,
            arrived,
            on_the_way: VecDeque::new(),
            pictures: VecDeque::new(),
            camera: options.camera,
            aimed: false,
        }
    }

    /// Advances the run to a time, or to its end if that comes first; returns the time it is at [s].
    pub fn advance_to(&mut self, time_s: f64) -> f64 {
        let mut source = self.source.lock();
        let mut stage = self.app.world_mut().resource_mut::<Stage>();
        let mut left = ((time_s - stage.frame.time_s) / source.dt_s()).round().max(0.0) as usize;
        while left > 0 && !source.finished() {
            let done = source.advance(left.min(BURST));
            if done == 0 {
                break;
            }
            left -= done;
        }
        stage.read(&**source);
        stage.frame.time_s
    }

    /// Whether the run is over.
    pub fn finished(&self) -> bool {
        self.source.lock().finished()
    }

    /// Takes the camera to the robot at once, as after a jump in time; one that stays where it is, the first
    /// time only.
    pub fn jump(&mut self) {
        let (first, choice) = (!std::mem::replace(&mut self.aimed, true), self.camera);
        let world = self.app.world_mut();
        let mut cameras = world.query::<&mut Orbit>();
        for mut orbit in cameras.iter_mut(world) {
            if first {
                *orbit = Orbit::new(choice);
            } else {
                orbit.jump();
            }
        }
    }

    /// Draws the present state; [`Self::take`] returns the picture when it has arrived.
    ///
    /// # Errors
    /// Where the renderer fails.
    pub fn draw(&mut self) -> Result<(), ViewerError> {
        if self.on_the_way.len() >= ON_THE_WAY {
            self.wait()?;
        }
        self.update(true)
    }

    /// The oldest picture drawn and not yet taken, if it has arrived.
    pub fn take(&mut self) -> Option<RgbaImage> {
        self.pictures.pop_front()
    }

    /// Waits until every picture drawn has arrived.
    ///
    /// # Errors
    /// Where the renderer fails or returns nothing.
    pub fn settle(&mut self) -> Result<(), ViewerError> {
        self.show(false);
        let mut frames = 0;
        while self.on_the_way.contains(&true) {
            if frames == PATIENCE {
                return Err(ViewerError::NoPicture { frames });
            }
            self.wait()?;
            // Nothing new is drawn; this only brings in what is done.
            self.update(false)?;
            frames += 1;
        }
        self.show(true);
        Ok(())
    }

    /// Draws the present state and waits for its picture.
    ///
    /// # Errors
    /// As [`Self::settle`].
    pub fn picture(&mut self) -> Result<RgbaImage, ViewerError> {
        self.draw()?;
        self.settle()?;
        self.pictures.pop_back().ok_or(ViewerError::NoPicture { frames: PATIENCE })
    }

    fn update(&mut self, wanted: bool) -> Result<(), ViewerError> {
        guarded(|| self.app.update())?;
        self.on_the_way.push_back(wanted);
        let arrived = std::mem::take(&mut *self.arrived.lock().unwrap_or_else(PoisonError::into_inner));
        for data in arrived {
            if self.on_the_way.pop_front() == Some(true) {
                let picture = unpadded(data, self.size).ok_or(ViewerError::NoPicture { frames: 1 })?;
                self.pictures.push_back(picture);
            }
        }
        Ok(())
    }

    /// Waits until the device has done what it was given.
    fn wait(&self) -> Result<(), ViewerError> {
        wait(&self.app)
    }

    fn show(&mut self, active: bool) {
        let world = self.app.world_mut();
        let mut cameras = world.query::<&mut Camera>();
        cameras.iter_mut(world).for_each(|mut camera| camera.is_active = active);
    }
}

/// A texture that is drawn into, and read.
pub(super) fn texture(app: &mut App, size: (u32, u32)) -> Handle<Image> {
    let mut image = Image::new_target_texture(size.0, size.1, TextureFormat::Rgba8UnormSrgb, None);
    image.texture_descriptor.usage |= TextureUsages::COPY_SRC;
    app.world_mut().resource_mut::<Assets<Image>>().add(image)
}

/// Waits until an app's device has done what it was given.
pub(super) fn wait(app: &App) -> Result<(), ViewerError> {
    let done = app.world().resource::<RenderDevice>().poll(PollType::wait_indefinitely());
    done.map(|_| ()).map_err(|error| ViewerError::Renderer { message: error.to_string() })
}

/// Waits until the renderer has started, as the window library does where there is a window.
pub(super) fn finish(app: &mut App) {
    while app.plugins_state() == PluginsState::Adding {
        bevy::tasks::tick_global_task_pools_on_main_thread();
    }
    app.finish();
    app.cleanup();
}

/// The picture in what was read back, whose rows are padded to a multiple of 256 bytes.
fn unpadded(mut data: Vec<u8>, size: (u32, u32)) -> Option<RgbaImage> {
    let row = size.0 as usize * 4;
    let padded = row.next_multiple_of(256);
    let rows = size.1 as usize;
    if data.len() < padded * rows {
        return None;
    }
    if padded != row {
        (1..rows).for_each(|y| data.copy_within(y * padded..y * padded + row, y * row));
    }
    data.truncate(row * rows);
    RgbaImage::from_raw(size.0, size.1, data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_is_taken_out_of_every_row() {
        let mut data = vec![0; 2 * 256];
        data[..12].copy_from_slice(&[1; 12]);
        data[256..268].copy_from_slice(&[2; 12]);
        let picture = unpadded(data, (3, 2)).map(RgbaImage::into_raw);
        assert_eq!(picture, Some([[1; 12], [2; 12]].concat()));
        assert!(unpadded(vec![0; 100], (3, 2)).is_none());
    }
}
