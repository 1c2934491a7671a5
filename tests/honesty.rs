//! What must go wrong when the world says so: the robot stands on its torques and its contacts alone.

use std::path::Path;

use loong::config::robot::RobotConfig;
use loong::config::scenario::{Disturbance, MapSource, ScenarioConfig};
use loong::config::{LoadOptions, load_scenario};
use loong::report::{RunReport, judge_run};
use loong::simulation::Simulation;
use nalgebra::Point2;

fn load(name: &str) -> (RobotConfig, ScenarioConfig) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs/scenarios").join(name);
    let loaded = load_scenario(&path, &LoadOptions::default()).expect("the scenario loads");
    (loaded.robot.config, loaded.scenario.config)
}

fn run(robot: &RobotConfig, scenario: &ScenarioConfig) -> RunReport {
    judge_run(robot, scenario, 0, |_| Ok::<(), loong::simulation::SimulationError>(())).expect("it runs")
}

#[test]
fn an_untouched_walk_is_honest() {
    let (robot, mut scenario) = load("walk_flat.ron");
    scenario.duration_s = 6.0;
    let report = run(&robot, &scenario);
    let metrics = &report.metrics;
    assert!(!metrics.fell);
    assert!(metrics.distance_m > 3.5, "{metrics:?}");
    assert!(metrics.peak_torque_share <= 1.0, "{metrics:?}");
    assert!(metrics.momentum_residual_share <= 0.003, "{metrics:?}");
}

#[test]
fn without_the_torques_of_a_leg_the_robot_falls() {
    let (robot, mut scenario) = load("walk_flat.ron");
    scenario.duration_s = 6.0;
    let leg = robot.joints.iter().map(|joint| joint.name.clone());
    let joints: Vec<String> = leg
        .filter(|name| ["left_hip", "left_knee", "left_ankle"].iter().any(|part| name.starts_with(part)))
        .collect();
    assert_eq!(joints.len(), 6);
    scenario.disturbances = vec![Disturbance::CutTorque { joints, at_s: 3.0 }];
    let metrics = run(&robot, &scenario).metrics;
    assert!(metrics.fell && metrics.fall_time_s.is_some_and(|at| at > 3.0 && at < 6.0), "{metrics:?}");
}

#[test]
fn without_friction_the_robot_slips_and_gets_nowhere() {
    let (robot, mut scenario) = load("walk_flat.ron");
    scenario.duration_s = 6.0;
    scenario.terrain.friction = 0.0;
    scenario.variation.friction = None;
    let metrics = run(&robot, &scenario).metrics;
    assert!(metrics.foot_slip_max_m > 0.05, "{metrics:?}");
    assert!(metrics.fell || metrics.distance_m < 1.0, "{metrics:?}");
}

#[test]
fn with_gravity_doubled_the_robot_is_not_able_and_the_verdict_says_so() {
    let (robot, mut scenario) = load("walk_flat.ron");
    scenario.duration_s = 6.0;
    scenario.physics.gravity_m_s2 *= 2.0;
    let report = run(&robot, &scenario);
    assert!(report.metrics.fell, "{:?}", report.metrics);
    assert!(!report.passed());
}

#[test]
fn runs_are_equal_bit_for_bit_alone_and_in_parallel() {
    let (robot, mut scenario) = load("stairs.ron");
    scenario.duration_s = 3.0;
    let once = run(&robot, &scenario).metrics;
    let all: Vec<_> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..4).map(|_| scope.spawn(|| run(&robot, &scenario).metrics)).collect();
        handles.into_iter().map(|handle| handle.join().expect("no panic")).collect()
    });
    for metrics in all {
        assert_eq!(metrics.state_hash, once.state_hash);
        assert_eq!(metrics, once);
    }
}

#[test]
fn a_robot_without_a_map_knows_nothing_it_has_not_seen() {
    let (robot, scenario) = load("explore.ron");
    assert_eq!(scenario.map, MapSource::Perceived);
    let mut simulation = Simulation::new(&robot, &scenario, 1).expect("it starts");
    let known = simulation.known_map();
    assert!(known.blocks().is_empty() && known.flights().is_empty() && known.blocked().is_empty());
    while simulation.time_s() < 0.5 {
        simulation.tick();
    }
    let known = simulation.known_map();
    // The first box is in sight, the stairs are not.
    let near_box = |at: &Point2<f64>| (at - Point2::new(2.6, 0.2)).norm() < 0.75;
    assert!(known.blocked().iter().any(near_box), "{} places", known.blocked().len());
    assert!(known.flights().is_empty());
    assert_eq!(simulation.map().flights().len(), 1);
}
