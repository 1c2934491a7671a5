//! Ground with edges: soles lie on stepping stones, and gaps are crossed only where a step gets across.

use std::path::Path;

use loong::config::{LoadOptions, Override, load_scenario};
use loong::control::gait::Phase;
use loong::simulation::{RunStatus, Simulation, SimulationError};
use nalgebra::Point3;

const LOONG: &str = "healthy_loong.ron";
const SMALL: &str = "unitree_g1.ron";

/// Share of a sole that is planned to lie on a stone.
const PLANNED_SHARE: f64 = 0.8;

/// How far a foot lands from where it was planned [m]: a centimetre that balance may take, half of one by error.
const OFF_M: f64 = 0.015;

fn simulation(robot: &str, changes: &[&str], seed: u64) -> Result<Simulation, SimulationError> {
    let configs = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs");
    let path = configs.join("scenarios/stones.ron");
    let overrides: Vec<Override> =
        changes.iter().map(|change| Override::parse(change).expect("a change")).collect();
    let options = LoadOptions {
        overrides: &overrides,
        robot: Some(configs.join("robots").join(robot)),
        ..LoadOptions::default()
    };
    let loaded = load_scenario(&path, &options).expect("the scenario loads");
    Simulation::new(&loaded.robot.config, &loaded.scenario.config, seed)
}

#[test]
fn four_fifths_of_every_sole_lie_on_its_stone_but_for_what_a_landing_is_off() {
    let mut simulation = simulation(LOONG, &[], 1).expect("a simulation");
    let (mut steps, mut on_stones) = (0, 0);
    while simulation.tick() == RunStatus::Running {
        let now = simulation.snapshot();
        let gait = now.walker.gait;
        if gait.phase != Phase::Single || gait.steps == steps {
            continue;
        }
        // The weight is on the foot that landed last, within half a centimetre of its place.
        steps = gait.steps;
        let foot = &simulation.model().feet[gait.stance.index()];
        let sole = now.dynamics.world_from_body(foot.body) * foot.body_from_sole;
        let top_m = simulation.map().height_m(&sole.translation.vector.xy().into());
        let under = |u: f64, v: f64| {
            let at = sole * Point3::new(u * foot.half_length_m, v * foot.half_width_m, 0.0);
            (simulation.map().height_m(&at.xy()) - top_m).abs() < 0.02
        };
        let places = (0..400).map(|i| (f64::from(i % 20) / 9.5 - 1.0, f64::from(i / 20) / 9.5 - 1.0));
        let lies = places.filter(|(u, v)| under(*u, *v)).count() as f64 / 400.0;
        if sole.translation.z > 0.06 {
            on_stones += 1;
            assert!(
                lies >= PLANNED_SHARE - OFF_M / (2.0 * foot.half_length_m),
                "step {steps} at {}: {lies}",
                sole.translation.vector
            );
        }
    }
    assert_eq!(simulation.fallen_s(), None);
    assert!(on_stones > 15, "{on_stones}");
}

#[test]
fn no_way_leads_over_a_gap_wider_than_a_step() {
    assert!(simulation(LOONG, &["terrain.features[1].gap_m=(0.45, 0)"], 0).is_ok());
    let error = simulation(LOONG, &["terrain.features[1].gap_m=(0.5, 0)"], 0).err().expect("no way");
    assert!(error.to_string().contains("no way leads to goal 0"), "{error}");
    // A smaller robot takes shorter steps.
    assert!(simulation(SMALL, &[], 0).is_err());
    assert!(simulation(SMALL, &["terrain.features[1].gap_m=(0.25, 0)"], 0).is_ok());
}
