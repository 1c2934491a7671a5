//! Frames a second of the window at 1280x720 with everything on: simulation in real time, all overlays, panels.
//!
//! `cargo bench --bench frames [-- SCENARIO] [SECONDS] [PICTURE.png]`; needs a graphics device but no display.
//! The bar is 144 frames a second on a graphics card, with the simulation in real time; below it the program
//! ends with an error. A software renderer has no bar.

use std::path::{Path, PathBuf};

use loong::viewer::{Opener, Overlay, PanelJudge, Request, Showing, WindowOptions, measure_frames};

const SCENARIO: &str = "configs/scenarios/mission.ron";
const DEFAULT_SECONDS: f64 = 10.0;
/// Least frames a second on a graphics card.
const BAR_HZ: f64 = 144.0;
/// Least simulated time over time on the wall.
const REAL_TIME: f64 = 0.97;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Cargo adds `--bench`.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let ends_in = |end: &str| arguments.iter().find(|argument| argument.ends_with(end)).map(PathBuf::from);
    let seconds = arguments.iter().find_map(|argument| argument.parse().ok()).unwrap_or(DEFAULT_SECONDS);
    let picture = ends_in(".png");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = if root.is_dir() { root } else { Path::new(".") };
    let scenario = ends_in(".ron").unwrap_or_else(|| root.join(SCENARIO));

    let opener = Opener { configs: root.join("configs"), observer: || Box::new(PanelJudge::default()) };
    let request = Request::of(scenario.clone());
    let opened = opener.open(&request)?;
    let showing = Showing { opener, request, opened, ghost: None, start_page: false, trouble: None };
    let options = WindowOptions { overlays: Overlay::ALL.to_vec(), ..WindowOptions::default() };
    let times = measure_frames(showing, &options, seconds, picture.as_deref())?;

    let (width, height) = options.size;
    println!("{}, {width}x{height}, {}", scenario.display(), times.device);
    println!(
        "{:.0} frames/s; a frame takes {:.2} ms in the middle, {:.2} ms at most in 99 of 100",
        times.rate_hz(),
        1e3 * times.quantile_s(0.5),
        1e3 * times.quantile_s(0.99)
    );
    let speed = times.simulated_s / times.wall_s;
    println!("simulation at {speed:.2} times real time");
    if !times.is_software && (times.rate_hz() < BAR_HZ || speed < REAL_TIME) {
        return Err(format!("below {BAR_HZ} frames/s or {REAL_TIME} times real time").into());
    }
    Ok(())
}
