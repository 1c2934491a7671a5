//! A run as a moving picture: simulated, drawn and coded at the same time.
//!
//! Simulation and drawing take turns on this thread, the renderer works on the pictures given to it, and
//! another thread codes those that have come back.

use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;

use image::RgbaImage;

use super::encode::{EncodeError, Encoder};
use super::error::ViewerError;
use super::offscreen::{Offscreen, PictureOptions};
use super::scene_source::SceneSource;

/// Pictures that may wait to be coded.
const QUEUE: usize = 8;
/// Simulated time between two reports while the run goes to where the recording starts [s].
const APPROACH_S: f64 = 0.1;

/// What is recorded, and how.
#[derive(Debug, Clone)]
pub struct RecordOptions {
    /// What the pictures look like.
    pub picture: PictureOptions,
    /// Pictures a second.
    pub fps: f64,
    /// Simulated time over time in the recording.
    pub speed: f64,
    /// Time of the first picture [s].
    pub from_s: f64,
    /// Time after which there is none [s]; the run may end before.
    pub to_s: f64,
}

impl RecordOptions {
    /// Simulated time from one picture to the next [s].
    fn step_s(&self) -> f64 {
        self.speed / self.fps
    }

    /// Number of pictures if the run does not end before.
    pub fn pictures(&self) -> usize {
        // A picture that is due at the end itself is in, whatever the last bit says.
        ((self.to_s - self.from_s) / self.step_s() + 1e-6).max(0.0) as usize + 1
    }
}

/// How far a recording is.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// Simulated time [s].
    pub time_s: f64,
    /// Pictures drawn.
    pub pictures: usize,
}

/// What was recorded.
#[derive(Debug, Clone, Copy)]
pub struct Recorded {
    /// Number of pictures.
    pub pictures: usize,
    /// Simulated time they show [s].
    pub shown_s: f64,
}

/// Runs a simulation without a window and hands its pictures to `encoder`.
///
/// `go_on` hears of every picture; where it says no, the recording is given up, nothing is left of the file
/// and none is returned.
///
/// # Errors
/// Where there is no graphics device, the run ends before the first picture, or the file cannot be written.
pub fn record(
    source: Box<dyn SceneSource>,
    options: &RecordOptions,
    encoder: Box<dyn Encoder>,
    mut go_on: impl FnMut(Progress) -> bool,
) -> Result<Option<Recorded>, ViewerError> {
    let mut renderer = Offscreen::new(source, &options.picture, options.step_s())?;
    let mut time_s = 0.0;
    while time_s < options.from_s && !renderer.finished() {
        time_s = renderer.advance_to(options.from_s.min(time_s + APPROACH_S));
        if !go_on(Progress { time_s, pictures: 0 }) {
            return Ok(None);
        }
    }
    if time_s + 0.5 * options.step_s() < options.from_s {
        return Err(ViewerError::Ended { end_s: time_s, from_s: options.from_s });
    }
    renderer.jump();

    let coder = Coder::start(encoder);
    let mut pictures = 0;
    while pictures < options.pictures() {
        let due_s = options.from_s + pictures as f64 * options.step_s();
        time_s = renderer.advance_to(due_s);
        // A run that is over shows nothing new.
        if pictures > 0 && renderer.finished() && time_s + 0.5 * options.step_s() < due_s {
            break;
        }
        renderer.draw()?;
        pictures += 1;
        if !coder.give(&mut renderer) {
            break;
        }
        if !go_on(Progress { time_s, pictures }) {
            return Ok(None);
        }
    }
    renderer.settle()?;
    coder.give(&mut renderer);
    coder.finish()?;
    Ok(Some(Recorded { pictures, shown_s: pictures as f64 * options.step_s() }))
}

/// The thread that codes.
struct Coder {
    queue: SyncSender<RgbaImage>,
    thread: JoinHandle<Result<Box<dyn Encoder>, EncodeError>>,
}

impl Coder {
    fn start(mut encoder: Box<dyn Encoder>) -> Self {
        let (queue, waiting) = sync_channel::<RgbaImage>(QUEUE);
        let thread = std::thread::spawn(move || {
            for picture in waiting {
                encoder.add(&picture)?;
            }
            Ok(encoder)
        });
        Self { queue, thread }
    }

    /// Passes on the pictures that have arrived; false where nobody takes them any more.
    fn give(&self, renderer: &mut Offscreen) -> bool {
        while let Some(picture) = renderer.take() {
            if self.queue.send(picture).is_err() {
                return false;
            }
        }
        true
    }

    fn finish(self) -> Result<(), ViewerError> {
        drop(self.queue);
        match self.thread.join() {
            Ok(encoder) => Ok(encoder?.finish()?),
            Err(_) => Err(ViewerError::Renderer { message: "the coder panicked".to_owned() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::viewer::CameraView;

    #[test]
    fn pictures_are_counted_from_the_first_to_the_last_time() {
        let picture =
            PictureOptions { size: (16, 16), camera: CameraView::Orbit.into(), overlays: Vec::new() };
        let of = |fps, speed, from_s, to_s| {
            RecordOptions { picture: picture.clone(), fps, speed, from_s, to_s }.pictures()
        };
        assert_eq!(of(30.0, 1.0, 0.0, 1.0), 31);
        assert_eq!(of(30.0, 0.1, 2.0, 2.5), 151);
        assert_eq!(of(15.0, 4.0, 3.0, 3.2), 1);
    }
}
