//! A payload weighs what it weighs: in the model, in the physics, and under the soles.

use std::path::Path;

use loong::config::robot::{InertiaConfig, JointConfig, LinkConfig, RobotConfig};
use loong::config::scenario::{PayloadConfig, PhysicsConfig, ScenarioConfig, TerrainConfig};
use loong::config::{LoadOptions, Override, load_scenario};
use loong::model::{Dynamics, RobotModel, State};
use loong::physics::{PhysicsWorld, check_dynamics};
use loong::simulation::{RunStatus, Simulation};
use nalgebra::{Isometry3, Point3, Translation3, UnitQuaternion};

fn stand() -> (RobotConfig, ScenarioConfig) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs/scenarios/stand.ron");
    let loaded = load_scenario(&path, &LoadOptions::default()).expect("the scenario loads");
    (loaded.robot.config, loaded.scenario.config)
}

/// The robot with a payload, and the same with the payload as a small heavy link on a rigid joint.
fn both(link: &str, mass_kg: f64, at_m: [f64; 3]) -> (RobotModel, RobotModel) {
    let (mut robot, _) = stand();
    let mut loaded = RobotModel::build(&robot).expect("a robot");
    let frame = loaded.link(link).expect("the link").clone();
    loaded.add_point_mass(frame.body, mass_kg, &(frame.body_from_link * Point3::from(at_m)));
    let tiny = 1e-9;
    robot.links.push(LinkConfig {
        name: "load".to_owned(),
        mass_kg,
        inertia_kgm2: InertiaConfig { xx: tiny, yy: tiny, zz: tiny, xy: 0.0, xz: 0.0, yz: 0.0 },
        com_m: [0.0; 3],
        collision: Vec::new(),
        visual: Vec::new(),
    });
    let rigid = robot.joints.iter().find(|joint| joint.rigid).expect("a rigid joint").clone();
    robot.joints.push(JointConfig {
        name: "load".to_owned(),
        parent: link.to_owned(),
        child: "load".to_owned(),
        origin_m: at_m,
        origin_rpy_rad: [0.0; 3],
        ..rigid
    });
    (loaded, RobotModel::build(&robot).expect("a robot with one link more"))
}

fn moving(model: &RobotModel) -> State {
    let mut state = State::zero(model.joints());
    for i in 0..model.joints() {
        let (low, high) = model.bodies[i + 1].limits_rad;
        state.q[i] = low + (high - low) * (0.3 + 0.4 * ((i * 7 % 11) as f64 / 10.0));
        state.v[6 + i] = (1.3 * i as f64).sin();
    }
    state
}

#[test]
fn a_payload_is_as_good_as_a_link_more() {
    let (loaded, longer) = both("left_hand", 7.0, [0.02, -0.05, 0.1]);
    let state = moving(&loaded);
    let (mut a, mut b) = (Dynamics::new(&loaded), Dynamics::new(&longer));
    a.update(&loaded, &state);
    b.update(&longer, &state);
    assert!((loaded.mass_kg - longer.mass_kg).abs() < 1e-9);
    assert!((a.com() - b.com()).norm() < 1e-9);
    assert!((a.mass_matrix() - b.mass_matrix()).amax() < 1e-6);
    assert!((a.bias_force() - b.bias_force()).amax() < 1e-6);
}

#[test]
fn physics_and_model_agree_where_the_root_carries_it_off_its_centre() {
    let (loaded, longer) = both("torso", 20.0, [-0.25, 0.1, 0.3]);
    assert!(loaded.bodies[0].com.coords.norm() > 0.05);
    check_dynamics(&loaded, 9.81).expect("physics and model agree");
    let state = moving(&loaded);
    let (mut a, mut b) = (Dynamics::new(&loaded), Dynamics::new(&longer));
    a.update(&loaded, &state);
    b.update(&longer, &state);
    // The longer robot's root frame lies at the new centre of mass: seen from a sole they are the same.
    let from_sole = |model: &RobotModel, dynamics: &Dynamics| {
        let sole = dynamics.world_from_body(model.feet[0].body) * model.feet[0].body_from_sole;
        sole.inverse_transform_point(&Point3::from(dynamics.com()))
    };
    assert!((from_sole(&loaded, &a) - from_sole(&longer, &b)).norm() < 1e-9);
}

#[test]
fn the_loaded_roots_frame_moves_as_its_velocity_says() {
    let (loaded, _) = both("torso", 40.0, [-0.4, 0.2, 0.5]);
    let mut state = State::zero(loaded.joints());
    state.world_from_base = Isometry3::from_parts(
        Translation3::new(1.0, -2.0, 5.0),
        UnitQuaternion::from_euler_angles(0.1, -0.2, 0.3),
    );
    state.v.fixed_rows_mut::<6>(0).copy_from_slice(&[0.4, -0.2, 0.1, 2.0, 3.0, -2.0]);
    let mut dynamics = Dynamics::new(&loaded);
    dynamics.update(&loaded, &state);
    let physics = PhysicsConfig::default();
    let mut world = PhysicsWorld::new(&loaded, &TerrainConfig::default(), &physics).expect("a world");
    world.place(&state, &dynamics);
    let mut before = State::zero(loaded.joints());
    world.read_state(&mut before);
    let moved = (before.world_from_base.translation.vector - state.world_from_base.translation.vector).norm();
    assert!(moved < 1e-5, "put {moved} m off");
    assert!((&before.v - &state.v).amax() < 1e-5, "{} instead of {}", before.v, state.v);
    world.step(&loaded, &before, &vec![0.0; loaded.joints()], []);
    let mut after = before.clone();
    world.read_state(&mut after);
    let travel = after.world_from_base.translation.vector - before.world_from_base.translation.vector;
    let off = (travel / physics.dt_s - state.base_linear()).norm();
    assert!(off < 0.1, "the frame moves {off} m/s otherwise than it says");
}

#[test]
fn the_soles_carry_it_and_the_audit_knows_its_weight() {
    let (robot, mut scenario) = stand();
    scenario.duration_s = 2.5;
    let load = PayloadConfig { link: "torso".to_owned(), mass_kg: 10.0, at_m: [-0.05, 0.0, 0.25] };
    scenario.payload = Some(load);
    let mut simulation = Simulation::new(&robot, &scenario, 0).expect("a run");
    let (mut sum, mut count) = (0.0, 0.0);
    while simulation.tick() == RunStatus::Running {
        if simulation.time_s() > 1.5 {
            sum += simulation.snapshot().contacts.total_force.z;
            count += 1.0;
        }
    }
    assert!(simulation.fallen_s().is_none());
    let weight_n = (robot.mass_kg + 10.0) * scenario.physics.gravity_m_s2;
    assert!((sum / count / weight_n - 1.0).abs() < 2e-3, "{} instead of {weight_n}", sum / count);
    assert!((simulation.model().mass_kg - robot.mass_kg - 10.0).abs() < 0.01);
    assert!(simulation.audit().worst_share() < 0.003, "{}", simulation.audit().worst_share());
}

#[test]
fn a_wrong_payload_is_refused_where_it_stands() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs/scenarios/stand.ron");
    for (change, part) in [
        ("payload=(link: \"torsoo\", mass_kg: 1.0)", "did you mean `torso`?"),
        ("payload=(link: \"torso\", mass_kg: -1.0)", "a number from 0 to 10000"),
        ("sensor_noise_factor=-1", "a number from 0 to 1000000"),
    ] {
        let overrides = [Override::parse(change).expect("an override")];
        let options = LoadOptions { overrides: &overrides, ..LoadOptions::default() };
        let error = load_scenario(&path, &options).expect_err(change).render(false);
        assert!(error.contains(part), "{error}");
    }
}
