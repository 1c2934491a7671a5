//! A cup with liquid in the robot's hand: what it weighs, what it does to the hand, and that care keeps it full.

use std::path::Path;

use loong::config::{LoadOptions, Override, load_scenario};
use loong::judge::{Judge, Metrics};
use loong::simulation::{RunStatus, Simulation};

const CARELESS: [&str; 2] = ["robot.controller.carry.place=0", "robot.controller.carry.level=0"];

fn simulation(sets: &[&str], seed: u64) -> Simulation {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs/scenarios/cup.ron");
    let overrides: Vec<Override> = sets.iter().map(|set| Override::parse(set).expect(set)).collect();
    let options = LoadOptions { overrides: &overrides, ..LoadOptions::default() };
    let loaded = load_scenario(&path, &options).expect("the scenario loads");
    Simulation::new(&loaded.robot.config, &loaded.scenario.config, seed).expect("a run")
}

fn measured(sets: &[&str], seed: u64) -> Metrics {
    let mut simulation = simulation(sets, seed);
    let mut judge = Judge::new(&simulation);
    loop {
        let status = simulation.tick();
        judge.observe(&simulation);
        if status != RunStatus::Running {
            return judge.finish(&simulation);
        }
    }
}

#[test]
fn soles_and_audit_know_the_cup_and_its_liquid() {
    let stand = "command=Velocity(script: [(for_s: 1.0)])";
    let mut simulation = simulation(&[stand, "duration_s=2.5"], 0);
    let (mut sum, mut count) = (0.0, 0.0);
    while simulation.tick() == RunStatus::Running {
        if simulation.time_s() > 1.5 {
            sum += simulation.snapshot().contacts.total_force.z;
            count += 1.0;
        }
    }
    // The robot, the mug and 0.4 l of water.
    let weight_n = (82.0 + 0.35 + 1000.0 * std::f64::consts::PI * 0.04 * 0.04 * 0.08) * 9.81;
    assert!((sum / count / weight_n - 1.0).abs() < 2e-3, "{} instead of {weight_n}", sum / count);
    assert!((simulation.known_model().mass_kg - simulation.model().mass_kg).abs() < 1e-9);
    assert!(simulation.audit().worst_share() < 0.003, "{}", simulation.audit().worst_share());
}

#[test]
fn who_carries_with_care_spills_nothing_and_who_does_not_spills() {
    let walk = ["duration_s=5"];
    let careful = measured(&walk, 1);
    assert_eq!(careful.spilled, Some(false), "{careful:?}");
    assert!(careful.momentum_residual_share < 0.003, "{}", careful.momentum_residual_share);
    let careless = measured(&[&walk[..], &CARELESS].concat(), 1);
    assert_eq!(careless.spilled, Some(true));
    let spill = careless.spill.expect("a spill");
    assert!(spill.time_s < 5.0 && (0.9..1.4).contains(&spill.at_m[2]), "{spill:?}");
    assert!(careless.liquid_angle_max_rad > careful.liquid_angle_max_rad);
}

#[test]
fn what_is_wrong_with_a_cup_is_shown_where_it_is_wrong() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs/scenarios/cup.ron");
    for (change, part) in [
        ("cup.link=\"left_hnd\"", "did you mean `left_hand`?"),
        ("cup.radius_m=0", "a number from 0.001 to 1"),
        ("cup.spill_rad=2", "a positive number up to 1.5"),
        ("cup.damping_share=-0.1", "a number from 0 to 1"),
    ] {
        let overrides = [Override::parse(change).expect("an override")];
        let options = LoadOptions { overrides: &overrides, ..LoadOptions::default() };
        let error = load_scenario(&path, &options).expect_err(change).render(false);
        assert!(error.contains(part), "{change}: {error}");
    }
}
