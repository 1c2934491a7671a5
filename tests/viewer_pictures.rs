//! What pictures show, drawn without a window; skipped where there is no Vulkan driver.

#![cfg(feature = "viewer")]

use std::path::Path;
use std::sync::{Arc, Mutex};

use image::RgbaImage;
use loong::config::{LoadOptions, load_scenario};
use loong::judge::known_names;
use loong::viewer::{
    CameraView, EncodeError, Encoder, LiveRun, Offscreen, Overlay, PictureOptions, RecordOptions,
    ViewerError, record,
};

const SIZE: (u32, u32) = (160, 120);
/// Simulated time from one picture to the next [s].
const STEP_S: f64 = 0.1;
const PICTURES: usize = 4;
/// Time of the first picture, with the robot walking [s].
const FROM_S: f64 = 2.0;

/// A robot in a shipped scenario.
fn run(name: &str) -> Box<LiveRun> {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("configs/scenarios").join(name).with_extension("ron");
    let options: LoadOptions<'_> = known_names();
    let loaded = load_scenario(&path, &options).expect("a scenario");
    let (robot, scenario) = (loaded.robot.config.clone(), loaded.scenario.config.clone());
    Box::new(LiveRun::new(robot, scenario, 0, None).expect("a run"))
}

fn options(camera: CameraView) -> PictureOptions {
    PictureOptions { size: SIZE, camera: camera.into(), overlays: vec![Overlay::Footsteps] }
}

/// A renderer; none, with a line that says so, where there is no driver.
fn renderer(name: &str, camera: CameraView) -> Option<Offscreen> {
    match Offscreen::new(run(name), &options(camera), STEP_S) {
        Ok(renderer) => Some(renderer),
        Err(error @ ViewerError::NoDevice) => {
            println!("skipped: {error}");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

/// Keeps the pictures.
struct Collect(Arc<Mutex<Vec<RgbaImage>>>);

impl Encoder for Collect {
    fn add(&mut self, picture: &RgbaImage) -> Result<(), EncodeError> {
        self.0.lock().expect("nobody panicked").push(picture.clone());
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<(), EncodeError> {
        Ok(())
    }
}

/// Share of the pixels of a part of a picture, in shares of its edges, for which a condition holds.
fn share(picture: &RgbaImage, x: [f32; 2], y: [f32; 2], holds: impl Fn([u8; 3]) -> bool) -> f64 {
    let range = |part: [f32; 2], edge: u32| (part[0] * edge as f32) as u32..(part[1] * edge as f32) as u32;
    let (mut of, mut all) = (0, 0);
    for row in range(y, SIZE.1) {
        for column in range(x, SIZE.0) {
            let [r, g, b, _] = picture.get_pixel(column, row).0;
            all += 1;
            of += usize::from(holds([r, g, b]));
        }
    }
    of as f64 / all as f64
}

fn difference(a: &RgbaImage, b: &RgbaImage) -> usize {
    a.pixels().zip(b.pixels()).filter(|(a, b)| (0..3).any(|k| a[k].abs_diff(b[k]) > 24)).count()
}

/// The robot white, blue and dark in the middle, the sky above it, the floor below.
#[test]
fn the_robot_stands_in_the_middle_under_the_sky() {
    let Some(mut renderer) = renderer("stand", CameraView::Front) else { return };
    let picture = renderer.picture().expect("a picture");
    let sky = |[r, g, b]: [u8; 3]| b > 150 && b > g && g > r;
    assert!(share(&picture, [0.0, 1.0], [0.0, 0.1], sky) > 0.95);
    let shell = |[r, g, b]: [u8; 3]| r.min(g).min(b) > 165 && r.max(g).max(b) - r.min(g).min(b) < 30;
    let (middle, side) = ([0.35, 0.65], [0.0, 0.2]);
    let body = share(&picture, middle, [0.2, 0.8], shell);
    assert!(body > 0.1, "only {body} of the middle looks like the robot's shell");
    // Its blue parts are nowhere else.
    let accent = |[r, _, b]: [u8; 3]| b > r.saturating_add(60);
    assert!(share(&picture, middle, [0.2, 0.8], accent) > 0.005);
    assert_eq!(share(&picture, side, [0.0, 1.0], accent), 0.0);
}

/// Every picture of a recording is the one of its time, not of the one before: drawn alone, it is the same.
#[test]
fn a_recording_shows_the_run_at_the_times_it_says() {
    let Some(mut alone) = renderer("walk_flat", CameraView::Fixed) else { return };
    let seen = Arc::default();
    let encoder = Box::new(Collect(Arc::clone(&seen)));
    let to_s = FROM_S + STEP_S * (PICTURES - 1) as f64;
    let recording = RecordOptions {
        picture: options(CameraView::Fixed),
        fps: 1.0 / STEP_S,
        speed: 1.0,
        from_s: FROM_S,
        to_s,
    };
    let recorded =
        record(run("walk_flat"), &recording, encoder, |_| true).expect("a recording").expect("not given up");
    let seen = seen.lock().expect("nobody panicked");
    assert_eq!((recorded.pictures, seen.len()), (PICTURES, PICTURES));
    for (number, picture) in seen.iter().enumerate() {
        alone.advance_to(FROM_S + number as f64 * STEP_S);
        alone.jump();
        let same = alone.picture().expect("a picture");
        assert_eq!(difference(picture, &same), 0, "picture {number}");
        assert!(
            number == 0 || difference(picture, &seen[number - 1]) > 20,
            "picture {number} shows no motion"
        );
    }
}
