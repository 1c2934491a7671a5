//! Signals from the simulation to logs and expectations: values, columns, MCAP, windows, mistakes.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use loong::config::{LoadOptions, LoadedScenario, Override, load_scenario};
use loong::judge::known_names;
use loong::model::Side;
use loong::report::judge_run;
use loong::signals::{Moment, Signal, signals_of};
use loong::simulation::{RunStatus, Simulation, SimulationError};
use nalgebra::{UnitQuaternion, Vector3};
use serde_json::Value;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn load(scenario: &str, changes: &[&str]) -> LoadedScenario {
    let changes: Vec<Override> = changes.iter().map(|text| Override::parse(text).expect(text)).collect();
    let options = LoadOptions { overrides: &changes, ..known_names() };
    load_scenario(&root().join("configs/scenarios").join(scenario), &options).expect("a scenario")
}

fn loong(arguments: &[&str]) -> (i32, String, String) {
    common::loong_in(&root(), arguments)
}

/// Values of all signals by name.
fn values(signals: &[Signal], moment: &Moment<'_>) -> BTreeMap<String, f64> {
    signals.iter().map(|signal| (signal.name.clone(), signal.value(moment))).collect()
}

#[test]
fn signals_are_what_the_snapshot_says() {
    let changes = [
        "disturbances=[Push(link: \"torso\", impulse_ns: (10.0, 0.0, 0.0), duration_s: 1.0, at: Time(1.5))]",
    ];
    let loaded = load("walk_flat.ron", &changes);
    let mut simulation =
        Simulation::new(&loaded.robot.config, &loaded.scenario.config, 3).expect("a simulation");
    while simulation.time_s() < 2.2 {
        assert_eq!(simulation.tick(), RunStatus::Running);
    }
    let signals = signals_of(simulation.model());
    let moment = Moment::of(&simulation);
    let read = values(&signals, &moment);
    let now = simulation.snapshot();
    let model = simulation.model();
    let near = |name: &str, wanted: f64| {
        let value = read[name];
        let scale = 1.0_f64.max(wanted.abs());
        assert!((value - wanted).abs() < 1e-9 * scale, "{name}: {value}, by hand {wanted}");
    };

    // CoM and its velocity from the bodies, one by one.
    let mut com = Vector3::zeros();
    let mut velocity = Vector3::zeros();
    let mut kinetic_j = 0.0;
    for (i, body) in model.bodies.iter().enumerate() {
        let at = *now.dynamics.body_com(i);
        let speed = now.dynamics.point_velocity(i, &at);
        com += at * (body.mass_kg / model.mass_kg);
        velocity += speed * (body.mass_kg / model.mass_kg);
        let turn = now.dynamics.rotation(i).transpose() * now.dynamics.angular_velocity(i);
        kinetic_j += 0.5 * body.mass_kg * speed.norm_squared() + 0.5 * turn.dot(&(body.inertia * turn));
        if i > 0 {
            kinetic_j += 0.5 * body.armature_kgm2 * now.truth.v[5 + i] * now.truth.v[5 + i];
        }
    }
    for (axis, name) in ["x", "y", "z"].into_iter().enumerate() {
        near(&format!("com.{name}_m"), com[axis]);
        near(&format!("com.v{name}_mps"), velocity[axis]);
    }
    near("energy.kinetic_j", kinetic_j);
    near("energy.potential_j", model.mass_kg * 9.81 * com.z);

    // Feet: height over the flat floor, forces, and the CoP from both wrenches.
    let soles =
        [0, 1].map(|f| now.dynamics.world_from_body(model.feet[f].body) * model.feet[f].body_from_sole);
    let (mut moment_nm, mut force_n) = ([0.0; 2], 0.0);
    for side in Side::BOTH {
        let f = side.index();
        let name = ["left_foot", "right_foot"][f];
        let wrench = &now.contacts.feet[f];
        near(&format!("{name}.height_m"), soles[f].translation.z);
        near(&format!("{name}.force_z_n"), wrench.force.z);
        near(&format!("{name}.stance"), f64::from(u8::from(now.walker.gait.stands(side))));
        force_n += wrench.force.z;
        moment_nm[0] += soles[f].translation.x * wrench.force.z - wrench.torque.y;
        moment_nm[1] += soles[f].translation.y * wrench.force.z + wrench.torque.x;
    }
    assert!(force_n > 100.0, "{force_n}");
    near("cop.x_m", moment_nm[0] / force_n);
    near("cop.y_m", moment_nm[1] / force_n);

    // Torso, speed along it, DCM.
    let base = &now.truth.world_from_base;
    let (roll, pitch, yaw) = (read["torso.roll_rad"], read["torso.pitch_rad"], read["torso.yaw_rad"]);
    assert!(UnitQuaternion::from_euler_angles(roll, pitch, yaw).angle_to(&base.rotation) < 1e-9);
    let forward = base.rotation * Vector3::x();
    near("speed.forward_mps", velocity.xy().dot(&forward.xy().normalize()));
    let ground_m = soles[usize::from(now.contacts.feet[0].force.z < 20.0)].translation.z;
    let both = now.contacts.feet.iter().all(|wrench| wrench.force.z > 20.0);
    let ground_m = if both { soles[0].translation.z.min(soles[1].translation.z) } else { ground_m };
    near("torso.height_m", base.translation.z - ground_m);
    let omega = (9.81 / (com.z - ground_m)).sqrt();
    near("dcm.x_m", com.x + velocity.x / omega);
    near("dcm.y_m", com.y + velocity.y / omega);

    // Joints, their share of the limit, and power.
    let mut power_w = 0.0;
    let mut share: f64 = 0.0;
    for (j, body) in model.bodies.iter().skip(1).enumerate() {
        let name = &body.joint;
        near(&format!("joint.{name}.angle_rad"), now.truth.q[j]);
        near(&format!("joint.{name}.speed_rad_s"), now.truth.v[6 + j]);
        near(&format!("joint.{name}.torque_nm"), now.motor_nm[j]);
        near(&format!("joint.{name}.torque_share"), now.motor_nm[j].abs() / body.actuator.peak_torque_nm);
        share = share.max(now.motor_nm[j].abs() / body.actuator.peak_torque_nm);
        power_w += now.motor_nm[j] * now.truth.v[6 + j];
    }
    near("power.mechanical_w", power_w);
    near("torque.share_max", share);
    near("push.x_n", now.push.map_or(0.0, |(_, force)| force.x));
    assert!((read["push.x_n"] - 10.0).abs() < 0.1, "{}", read["push.x_n"]);
    let off = now.estimate.world_from_base.translation.vector - base.translation.vector;
    near("estimate.error_m", off.norm());
    assert!(off.norm() > 1e-6, "a noisy estimate is not the truth");
    assert!(read["dcm.error_m"] < 0.2 && read["dcm.error_m"] > 0.0, "{}", read["dcm.error_m"]);
}

/// A log of the first half second of walking on the spot.
fn log(name: &str, extra: &[&str]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    let arguments =
        ["run", "configs/scenarios/walk_flat.ron", "--set", "duration_s=0.5", "--seed", "2", "--log"];
    let (code, out, errors) = loong(&[&arguments[..], &[path.to_str().expect("UTF-8")], extra].concat());
    // It has not walked yet, so the speed is not reached.
    assert_eq!(code, 1, "{out}{errors}");
    (folder, path)
}

#[test]
fn a_csv_has_the_chosen_columns_at_the_chosen_rate() {
    let (_folder, path) =
        log("run.csv", &["--signals", "com.?_m,joint.*knee*.torque_nm", "--log-rate", "20"]);
    let text = fs::read_to_string(path).expect("a log");
    let mut lines = text.lines();
    let heading = "time_s,com.x_m,com.y_m,com.z_m,joint.right_knee.torque_nm,joint.left_knee.torque_nm";
    assert_eq!(lines.next(), Some(heading));
    let rows: Vec<Vec<f64>> =
        lines.map(|line| line.split(',').map(|cell| cell.parse().expect(cell)).collect()).collect();
    let times: Vec<f64> = rows.iter().map(|row| row[0]).collect();
    assert_eq!(times.len(), 11, "{times:?}");
    for (i, time_s) in times.iter().enumerate().skip(1) {
        assert!((time_s - 0.05 * i as f64).abs() < 1e-9, "{times:?}");
    }
    assert!(rows.iter().all(|row| row.len() == 6 && (0.9..1.1).contains(&row[3])));
    // More samples than ticks are one a tick.
    let (_folder, path) = log("run.csv", &["--signals", "com.x_m", "--log-rate", "1e7"]);
    assert_eq!(fs::read_to_string(path).expect("a log").lines().count(), 501);
}

#[test]
fn the_usual_columns_are_those_the_plotter_reads() {
    let (_folder, path) = log("run.csv", &[]);
    let text = fs::read_to_string(path).expect("a log");
    let columns: BTreeSet<&str> = text.lines().next().expect("a heading").split(',').collect();
    let plotter = fs::read_to_string(root().join("examples/plot_log.py")).expect("the plotter");
    let mut read: Vec<String> = Vec::new();
    for part in plotter.split("log[").skip(1) {
        let Some(name) = part.trim_start_matches('f').strip_prefix('"') else { continue };
        let Some(end) = name.find('"') else { continue };
        for (side, axis) in [("left", "x"), ("right", "y"), ("left", "z")] {
            read.push(name[..end].replace("{side}", side).replace("{axis}", axis));
        }
    }
    assert!(read.len() > 30, "{read:?}");
    for name in &read {
        assert!(columns.contains(name.as_str()), "{name} is not among {columns:?}");
    }
    assert!(columns.contains("left_knee_torque_nm"));
    let row: Vec<&str> = text.lines().nth(1).expect("a row").split(',').collect();
    assert!(row.contains(&"stand"), "the gait's phase in words");
}

#[test]
fn an_mcap_reads_back_whole_and_is_the_same_twice() {
    let (_folder, path) = log("run.mcap", &["--log-rate", "50"]);
    let bytes = fs::read(path).expect("a log");
    let (_folder, again) = log("run.MCAP", &["--log-rate", "50"]);
    assert!(bytes == fs::read(again).expect("a log"), "two runs, other bytes");

    let mut topics: BTreeMap<String, (String, u64)> = BTreeMap::new();
    let mut last: BTreeMap<String, Value> = BTreeMap::new();
    let mut frames = BTreeSet::new();
    for message in mcap::MessageStream::new(&bytes).expect("an MCAP") {
        let message = message.expect("a message");
        let schema = message.channel.schema.as_ref().expect("a schema");
        assert_eq!(
            (schema.encoding.as_str(), message.channel.message_encoding.as_str()),
            ("jsonschema", "json")
        );
        let fields: Value = serde_json::from_slice(&schema.data).expect("a JSON schema");
        assert_eq!(fields["title"], schema.name.as_str());
        let value: Value = serde_json::from_slice(&message.data).expect("JSON");
        for name in value.as_object().expect("an object").keys() {
            assert!(fields["properties"].get(name).is_some(), "{}: {name}", schema.name);
        }
        if message.channel.topic == "/tf" {
            for transform in value["transforms"].as_array().expect("transforms") {
                frames.insert(transform["child_frame_id"].as_str().expect("a name").to_owned());
            }
        }
        let topic = topics.entry(message.channel.topic.clone()).or_insert((schema.name.clone(), 0));
        topic.1 += 1;
        last.insert(message.channel.topic.clone(), value);
    }
    let samples = 26;
    for (topic, schema, count) in [
        ("/tf", "foxglove.FrameTransforms", samples),
        ("/robot", "foxglove.SceneUpdate", 1),
        ("/terrain", "foxglove.SceneUpdate", 1),
        ("/footsteps", "foxglove.SceneUpdate", 1),
        ("/contact_forces", "foxglove.SceneUpdate", samples),
        ("/estimate", "foxglove.PoseInFrame", samples),
        ("/joint_states", "foxglove.JointStates", samples),
        ("/contacts", "loong.FootWrenches", samples),
        ("/signals", "loong.Signals", samples),
    ] {
        assert_eq!(topics.get(topic), Some(&(schema.to_owned(), count)), "{topic}");
    }
    assert_eq!(topics.len(), 9);

    // What is drawn hangs on frames that are there, and the last sample is the run's own.
    let robot = last["/robot"]["entities"].as_array().expect("links");
    assert!(robot.len() > 20);
    for link in robot {
        assert!(frames.contains(link["frame_id"].as_str().expect("a frame")), "{}", link["frame_id"]);
    }
    let loaded = load("walk_flat.ron", &["duration_s=0.5"]);
    let mut simulation =
        Simulation::new(&loaded.robot.config, &loaded.scenario.config, 2).expect("a simulation");
    while simulation.tick() == RunStatus::Running {}
    let moment = Moment::of(&simulation);
    let mut numbers = 0;
    for signal in signals_of(simulation.model()) {
        let pointer = format!("/{}", signal.name.replace('.', "/"));
        let logged = last["/signals"].pointer(&pointer);
        let value = signal.value(&moment);
        match logged.map(|logged| logged.as_f64().expect("a number")) {
            Some(logged) => {
                assert!((logged - value).abs() <= 1e-8 * value.abs(), "{pointer}: {logged}, {value}")
            }
            None => assert!(!value.is_finite(), "{pointer}"),
        }
        numbers += usize::from(logged.is_some());
    }
    assert!(numbers > 150, "{numbers}");

    let summary = mcap::Summary::read(&bytes).expect("a summary").expect("a summary");
    assert_eq!(summary.stats.expect("statistics").metadata_count, 1);
    let index = &summary.metadata_indexes[0];
    let metadata = mcap::read::metadata(&bytes, index).expect("metadata");
    assert_eq!(metadata.name, "loong");
    for (key, value) in
        [("scenario", "walk_flat"), ("robot", "Healthy Loong"), ("seed", "2"), ("verdict", "fail")]
    {
        assert_eq!(metadata.metadata.get(key).map(String::as_str), Some(value), "{key}");
    }
    let program = concat!("loong ", env!("CARGO_PKG_VERSION"));
    assert_eq!(metadata.metadata["program"], program);
    let hash = format!("{:016x}", loaded.input_hash());
    assert_eq!(metadata.metadata["config_hash"], hash);
    assert_eq!(metadata.metadata["state_hash"], format!("{:016x}", simulation.state_hash()));
}

#[test]
fn a_window_holds_a_signal_against_its_own_part_of_the_run() {
    // The push comes at half a second; before it the robot stands still.
    let loaded = load(
        "stand.ron",
        &[
            "duration_s=1.0",
            "disturbances=[Push(link: \"torso\", impulse_ns: (20.0, 0.0, 0.0), duration_s: 0.1, at: Time(0.5))]",
            "expectations=[(signal: \"speed.forward_mps\", of: AbsMax, from_s: 0.1, to_s: 0.45, max: 0.05), \
             (signal: \"speed.forward_mps\", of: AbsMax, from_s: 0.5, to_s: 0.7, max: 0.05), \
             (signal: \"push.x_n\", of: Max, min: 199.0, max: 201.0), \
             (signal: \"push.x_n\", of: Mean, from_s: 0.4, to_s: 0.9, min: 39.0, max: 41.0), \
             (signal: \"joint.left_knee.angle_rad\", of: Final, max: -0.1), \
             (signal: \"dcm.error_m\", of: Max, from_s: 0.1, to_s: 0.45, max: 0.02), \
             (signal: \"dcm.error_m\", of: Max, from_s: 0.5, to_s: 0.7, max: 0.02)]",
        ],
    );
    let report = judge_run::<SimulationError>(&loaded.robot.config, &loaded.scenario.config, 0, |_| Ok(()))
        .expect("a run");
    let outcomes: Vec<(&str, bool)> =
        report.expectations.iter().map(|result| (result.name.as_str(), result.pass)).collect();
    assert_eq!(
        outcomes,
        [
            ("signal speed.forward_mps AbsMax in 0.1..0.45 s", true),
            ("signal speed.forward_mps AbsMax in 0.5..0.7 s", false),
            ("signal push.x_n Max", true),
            ("signal push.x_n Mean in 0.4..0.9 s", true),
            ("signal joint.left_knee.angle_rad Final", true),
            ("signal dcm.error_m Max in 0.1..0.45 s", true),
            ("signal dcm.error_m Max in 0.5..0.7 s", false),
        ],
        "{:#?}",
        report.expectations
    );
    // 20 N s on the robot's mass.
    let speed = report.expectations[1].measured.expect("a speed");
    assert!((0.1..0.35).contains(&speed), "{speed}");
    assert!(!report.passed());
}

#[test]
fn a_run_that_ends_before_its_window_fails_it() {
    let changes = [
        "duration_s=5.0",
        "disturbances=[CutTorque(joints: [\"left_knee\", \"right_knee\"], at_s: 0.2)]",
        "expectations=[(signal: \"com.x_m\", of: Max, from_s: 4.0, to_s: 5.0, max: 10.0)]",
    ];
    let loaded = load("stand.ron", &changes);
    let report = judge_run::<SimulationError>(&loaded.robot.config, &loaded.scenario.config, 0, |_| Ok(()))
        .expect("a run");
    assert!(report.metrics.fell && report.metrics.sim_time_s < 4.0, "{:?}", report.metrics);
    let result = &report.expectations[0];
    assert!(!result.pass && result.measured.is_none(), "{result:?}");
    assert!(result.reason.as_ref().is_some_and(|reason| reason.contains("before the window")), "{result:?}");
}

#[test]
fn mistakes_in_windows_are_shown_at_their_place() {
    let path = root().join("configs/scenarios/stand.ron");
    for (expectation, field, part) in [
        ("signal: \"torso.heigth_m\", of: Min, min: 0.9", "signal", "did you mean `torso.height_m`?"),
        ("signal: \"joint.left_kne.torque_nm\", of: Max, max: 9.0", "signal", "`joint.left_knee.torque_nm`?"),
        ("signal: \"joint.head_yaw.torque_nm\", of: Max, max: 9.0", "signal", "the unknown signal"),
        ("signal: \"com.z_m\", min: 0.9", "", "a signal without a figure"),
        ("signal: \"com.z_m\", of: Median, min: 0.9", "of", "`AbsMax`"),
        ("signal: \"com.z_m\", of: Min", "", "no bound"),
        ("signal: \"com.z_m\", metric: \"fell\", of: Min, min: 0.0", "signal", "beside a metric"),
        ("min: 0.0", "", "neither a metric nor a signal"),
        ("metric: \"fell\", from_s: 1.0, max: 0.0", "from_s", "with a `signal` only"),
        ("signal: \"com.z_m\", of: Min, min: 0.0, to_s: 99.0", "to_s", "a number from 0 to 20"),
        ("signal: \"com.z_m\", of: Min, min: 0.0, from_s: 3.0, to_s: 2.0", "to_s", "a number from 3 to 20"),
        ("signal: \"com.z_m\", of: Min, min: 0.0, from_s: -1.0", "from_s", "a number from 0 to 20"),
    ] {
        let change = Override::parse(&format!("expectations=[({expectation})]")).expect("a change");
        let changes = [change];
        let options = LoadOptions { overrides: &changes, ..known_names() };
        let error = load_scenario(&path, &options).expect_err(expectation);
        let text = error.to_string();
        let dot = if field.is_empty() { "" } else { "." };
        assert!(text.contains(&format!("expectations[0]{dot}{field}: ")), "{expectation}: {text}");
        assert!(text.contains(part), "{expectation}: {text}");
    }
}

#[test]
fn wrong_options_of_a_log_are_refused_before_the_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_str().expect("UTF-8").to_owned();
    let (csv, txt) = (path("run.csv"), path("run.txt"));
    let run = ["run", "configs/scenarios/stand.ron"];
    for (extra, part) in [
        (&["--log", &csv, "--signals", "com.xm"][..], "did you mean `com.x_m`?"),
        (&["--log", &csv, "--signals", "arm.*"], "unknown signal `arm.*`"),
        (&["--log", &txt], "allowed: `csv` or `mcap`"),
        (&["--log", &csv, "--log-rate", "0"], "expected a positive number"),
        (&["--signals", "com.x_m"], "--log"),
    ] {
        let (code, out, errors) = loong(&[&run[..], extra].concat());
        assert_eq!(code, 2, "{extra:?}: {out}{errors}");
        assert!(errors.contains(part), "{extra:?}: {errors}");
    }
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
}

#[test]
fn every_signal_is_listed_with_its_unit() {
    let (code, out, _) = loong(&["signals"]);
    assert_eq!(code, 0);
    let line = out.lines().find(|line| line.starts_with("joint.left_knee.torque_nm ")).expect("a line");
    assert!(line.contains("N m") && line.contains("Motor torque"), "{line}");
    let of_scenario = loong(&["signals", "configs/scenarios/stand.ron"]).1;
    assert_eq!(out, of_scenario);
    assert!(Path::new(&root()).join("configs/suites/smoke.ron").is_file());
    assert_eq!(loong(&["signals", "configs/suites/smoke.ron"]).0, 2);
}
