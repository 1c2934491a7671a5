//! What watching costs: a run with everything the viewer does to it at 60 frames a second, against the run
//! alone.
//!
//! `cargo bench --bench viewer [-- SECONDS]`; nothing is drawn, so no display and no graphics card is needed.
//! A watched and a bare run of the same ticks take turns, and the middle of all turns' shares counts, so that a
//! busy machine does not decide. The bar is 10 % over the bare run; the program ends with an error above it.

use std::path::Path;
use std::time::{Duration, Instant};

use loong::config::load_scenario;
use loong::judge::known_names;
use loong::simulation::{RunStatus, Simulation};
use loong::viewer::{Frame, LiveRun, PanelJudge, SceneSource};

const SCENARIO: &str = "configs/scenarios/walk_flat.ron";
const DEFAULT_SECONDS: f64 = 15.0;
/// Standing still and the first step are not measured [s].
const WARM_UP_S: f64 = 2.0;
/// Time that each is run before it is the other's turn [s].
const TURN_S: f64 = 0.25;
/// Frames a second of the window.
const FRAMES_HZ: f64 = 60.0;
/// Ticks between two looks of the viewer's clock at the wall.
const BURST: usize = 4;
/// Most that watching may add to a tick.
const BAR: f64 = 0.10;

/// Time of what a run did.
#[derive(Clone, Copy)]
struct Times {
    /// All of it.
    all: Duration,
    /// Reading the scene for drawing; part of it.
    fill: Duration,
}

/// Advances a source by `ticks` as the window's frames do.
fn watch(source: &mut dyn SceneSource, ticks: usize) -> Times {
    let dt_s = source.dt_s();
    let (mut frame, mut before) = (Frame::default(), Vec::new());
    let mut fill = Duration::ZERO;
    let start = Instant::now();
    let (mut done, mut frames) = (0, 0.0);
    while done < ticks && !source.finished() {
        frames += 1.0;
        // 16 or 17 ticks, as the wall has it.
        let due = ((frames / FRAMES_HZ / dt_s).round() as usize).min(ticks) - done;
        let mut left = due;
        while left > 1 {
            left -= source.advance(BURST.min(left - 1));
        }
        let reading = Instant::now();
        source.fill(&mut frame);
        before.clone_from(&frame.world_from_body);
        fill += reading.elapsed();
        source.advance(left);
        let reading = Instant::now();
        source.fill(&mut frame);
        std::hint::black_box((&frame, &before, source.title()));
        fill += reading.elapsed();
        done += due;
    }
    Times { all: start.elapsed(), fill }
}

type Error = Box<dyn std::error::Error>;

fn main() -> Result<(), Error> {
    // Cargo adds `--bench`.
    let seconds = std::env::args().skip(1).find_map(|argument| argument.parse().ok());
    let seconds: f64 = seconds.unwrap_or(DEFAULT_SECONDS);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(SCENARIO);
    let loaded = load_scenario(&path, &known_names())?;
    let (robot, mut scenario) = (loaded.robot.config, loaded.scenario.config);
    scenario.duration_s = f64::INFINITY;
    scenario.disturbances.clear();
    let dt_s = scenario.physics.dt_s;
    let (warm_up, ticks) = ((WARM_UP_S / dt_s) as usize, (seconds / dt_s).max(1.0) as usize);
    println!("{}: {seconds} s in ticks of {} ms, in turns", scenario.name, 1e3 * dt_s);

    let mut bare = Simulation::new(&robot, &scenario, 0)?;
    (0..warm_up).for_each(|_| {
        bare.tick();
    });
    let judge = Box::new(PanelJudge::default());
    let mut source = LiveRun::new(robot, scenario, 0, Some(judge))?;
    source.advance(warm_up);

    // The same ticks, in turns of a quarter of a second, so that a busy machine slows both.
    let turn = ((TURN_S / dt_s) as usize).max(1);
    let mut alone = Duration::ZERO;
    let mut watched = Times { all: Duration::ZERO, fill: Duration::ZERO };
    let mut shares: Vec<f64> = Vec::new();
    for _ in 0..ticks / turn {
        let start = Instant::now();
        for _ in 0..turn {
            if bare.tick() == RunStatus::Fallen {
                return Err(format!("the robot fell after {:.2} s", bare.time_s()).into());
            }
        }
        let spent = start.elapsed();
        let times = watch(&mut source, turn);
        shares.push(times.all.as_secs_f64() / spent.as_secs_f64() - 1.0);
        (alone, watched.all, watched.fill) =
            (alone + spent, watched.all + times.all, watched.fill + times.fill);
    }
    shares.sort_by(f64::total_cmp);
    let added = shares.get(shares.len() / 2).copied().unwrap_or(0.0);
    let us = |time: Duration| time.as_secs_f64() * 1e6 / (ticks / turn * turn) as f64;
    println!("{:<44} {:>9.2} us/tick", "Simulation::tick", us(alone));
    println!("{:<44} {:>9.2} us/tick", "LiveRun with judge, read twice a frame", us(watched.all));
    println!("{:<44} {:>9.2} us/tick", "  of this, reading", us(watched.fill));
    println!("watching adds {:.1} %, allowed {:.0} %", 100.0 * added, 100.0 * BAR);
    if added > BAR { Err("watching costs too much".into()) } else { Ok(()) }
}
