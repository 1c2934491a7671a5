//! What seeing, mapping and planning cost, while the robot finds its way by sight.
//!
//! `cargo bench --no-default-features --bench perception [-- SCENARIO]`; `configs/scenarios/explore.ron` where none
//! is given. The simulation reads no clock, so camera, LiDAR and map are run a second time beside it, at the robot's
//! true pose, and the route is planned anew on that map at every step of the gait.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use loong::config::load_scenario;
use loong::config::scenario::CommandConfig;
use loong::control::gait::Phase;
use loong::judge::known_names;
use loong::mapping::{LocatedScan, PerceivedMap, SeenFrom};
use loong::model::angles::heading;
use loong::navigation::{RouteRequest, plan_route};
use loong::sensing::{DepthCamera, Lidar};
use loong::simulation::{RunStatus, Simulation};
use nalgebra::{Isometry3, Point2, Point3};

const SCENARIO: &str = "configs/scenarios/explore.ron";

/// A part of perception or planning.
#[derive(Clone, Copy)]
enum Stage {
    Picture,
    Elevation,
    Scan,
    Walls,
    Route,
}

const STAGES: [(Stage, &str); 5] = [
    (Stage::Picture, "depth camera: rays of a picture"),
    (Stage::Elevation, "map: elevation, flights, obstacles"),
    (Stage::Scan, "lidar: rays of a scan"),
    (Stage::Walls, "map: walls, scan matching"),
    (Stage::Route, "route over the map"),
];

/// Time spent in each stage, and how often.
#[derive(Default)]
struct Times([(Duration, u32); STAGES.len()]);

impl Times {
    fn add(&mut self, stage: Stage, since: Instant) {
        let (spent, times) = &mut self.0[stage as usize];
        *spent += since.elapsed();
        *times += 1;
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Cargo adds `--bench`.
    let given = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    let path = given.map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join(SCENARIO), PathBuf::from);
    let loaded = load_scenario(&path, &known_names())?;
    let (robot, scenario) = (loaded.robot.config, loaded.scenario.config);
    let CommandConfig::Goals { goals, speed_m_s } = &scenario.command else {
        return Err(format!("{} has no goals", scenario.name).into());
    };
    let mut simulation = Simulation::new(&robot, &scenario, 0)?;
    let dt_s = scenario.physics.dt_s;
    let model = simulation.model().clone();
    let camera = |(index, config)| DepthCamera::new(&model, config, index, dt_s, 0, 1.0);
    let mut cameras: Vec<DepthCamera> = robot.sensors.depth_cameras.iter().enumerate().map(camera).collect();
    let mut lidar = Lidar::new(&model, &robot.sensors.lidar, dt_s, 0, 1.0);
    let truth = simulation.snapshot().truth.world_from_base;
    let stood = truth.translation.vector;
    let mut map = PerceivedMap::new(&Point3::new(stood.x, stood.y, 0.0), heading(&truth));

    let mut times = Times::default();
    let mut ticking = Duration::ZERO;
    let mut before = Phase::Stand;
    let mut ticks: u64 = 0;
    loop {
        let start = Instant::now();
        let status = simulation.tick();
        ticking += start.elapsed();
        let now = simulation.snapshot();
        let world = simulation.world();
        let base = &now.truth.world_from_base;
        for camera in &mut cameras {
            let (body, body_from_camera) = camera.mounting();
            let world_from_camera = now.dynamics.world_from_body(body) * body_from_camera;
            let start = Instant::now();
            camera.sample(ticks, now.dynamics, &|origin, direction, max_m| {
                world.look(body, origin, direction, max_m)
            });
            if camera.image().tick != ticks {
                continue;
            }
            times.add(Stage::Picture, start);
            let from =
                SeenFrom { world_from_camera, soles: [None; 2], heading_rad: heading(base), tick: ticks };
            let start = Instant::now();
            map.look(&camera.image().points, &|depth_m| camera.noise_m(depth_m), &from);
            times.add(Stage::Elevation, start);
        }
        let start = Instant::now();
        lidar.sample(ticks, now.dynamics, &|origin, direction, max_m| {
            world.cast_ray(origin, direction, max_m)
        });
        if lidar.scan().tick == ticks {
            times.add(Stage::Scan, start);
            let (body, body_from_lidar) = lidar.mounting();
            let scan = LocatedScan {
                directions: lidar.directions(),
                ranges_m: &lidar.scan().ranges_m,
                max_range_m: lidar.range_m().1,
                range_noise_m: lidar.range_noise_m(),
                world_from_body: now.dynamics.world_from_body(body) * body_from_lidar,
                body_from_lidar: Isometry3::identity(),
            };
            let start = Instant::now();
            map.scan(&scan);
            times.add(Stage::Walls, start);
        }
        let phase = now.walker.gait.phase;
        if phase == Phase::Single && before != Phase::Single {
            let at = Point2::new(base.translation.x, base.translation.y);
            let request = RouteRequest::standing(at, simulation.goals(), *speed_m_s, model.half_width_m());
            let start = Instant::now();
            // Where no way is seen yet it costs what it costs to find that out.
            let _ = plan_route(map.map(), &request);
            times.add(Stage::Route, start);
        }
        before = phase;
        ticks += 1;
        if status != RunStatus::Running {
            break;
        }
    }
    println!("{}, {} goals, {:.1} s simulated", scenario.name, goals.len(), simulation.time_s());
    print_report(&times, ticking, simulation.time_s());
    Ok(())
}

fn print_report(times: &Times, ticking: Duration, simulated_s: f64) {
    println!("{:<38} {:>8} {:>10} {:>20}", "stage", "times", "us a time", "share of the run");
    for (stage, name) in STAGES {
        let (spent, count) = times.0[stage as usize];
        let us = spent.as_secs_f64() * 1e6 / f64::from(count.max(1));
        let share = 100.0 * spent.as_secs_f64() / ticking.as_secs_f64();
        println!("{name:<38} {count:>8} {us:>10.0} {share:>19.1}%");
    }
    println!("real-time factor of the run on one core: {:.1}", simulated_s / ticking.as_secs_f64());
}
