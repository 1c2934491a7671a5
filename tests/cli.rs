//! The command line as a user and a CI meet it: exit codes, JSON, what goes where, equal hashes.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// Fields a run's JSON must have.
const FIELDS: [&str; 23] = [
    "scenario",
    "robot",
    "seed",
    "verdict",
    "fell",
    "fall_time_s",
    "sim_time_s",
    "wall_time_s",
    "real_time_factor",
    "distance_m",
    "path_speed_mean_mps",
    "path_speed_last_mps",
    "path_deviation_max_m",
    "obstacle_contacts",
    "min_clearance_m",
    "goals_reached",
    "goals_total",
    "peak_torque_share",
    "cost_of_transport",
    "foot_slip_max_m",
    "momentum_residual_share",
    "state_hash",
    "expectations",
];

fn loong(arguments: &[&str]) -> (i32, String, String) {
    common::loong_in(Path::new(env!("CARGO_MANIFEST_DIR")), arguments)
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn a_run_that_passes_exits_with_0_and_prints_only_json() {
    let (code, out, errors) =
        loong(&["run", "configs/scenarios/stand.ron", "--set", "duration_s=1.5", "--json", "-"]);
    assert_eq!(code, 0, "{out}{errors}");
    let report = json(&out);
    for field in FIELDS {
        assert!(report.get(field).is_some(), "{field} is missing");
    }
    assert_eq!(report["verdict"], "pass");
    assert_eq!(report["fell"], false);
    for expectation in report["expectations"].as_array().expect("a list") {
        for field in ["name", "measured", "allowed", "pass"] {
            assert!(expectation.get(field).is_some(), "{field} is missing");
        }
    }
}

#[test]
fn a_run_that_fails_exits_with_1_and_says_which_expectation() {
    let (code, out, _) = loong(&[
        "run",
        "configs/scenarios/stand.ron",
        "--set",
        "duration_s=1.5",
        "--set",
        "expectations[0].max=Some(-1)",
    ]);
    assert_eq!(code, 1, "{out}");
    assert!(out.contains("FAIL"), "{out}");
}

#[test]
fn bad_input_exits_with_2() {
    for arguments in [
        &["run", "no_such_file.ron"][..],
        &["run", "configs"],
        &["run", "configs/scenarios/stand.ron", "--set", "duration=1"],
        &["run", "configs/scenarios/stand.ron", "--set", "robot.mass_kg=-1"],
        &["run", "configs/scenarios/stand.ron", "--seeds", "5..5"],
        &["run", "configs/scenarios/stand.ron", "--robot", "configs/scenarios/stand.ron"],
        &[
            "run",
            "configs/scenarios/stand.ron",
            "--set",
            "duration_s=0.1",
            "--json",
            "/no/such/folder/x.json",
        ],
        &["check", "Cargo.toml"],
        &["fly"],
    ] {
        let (code, out, errors) = loong(arguments);
        assert_eq!(code, 2, "{arguments:?}: {out}{errors}");
        assert!(!errors.is_empty() && !errors.contains("panicked"), "{arguments:?}: {errors}");
    }
}

#[test]
fn check_names_what_it_has_read() {
    let files: Vec<PathBuf> = ["configs/robots", "configs/scenarios"]
        .iter()
        .flat_map(|folder| {
            fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).expect("a folder")
        })
        .map(|entry| entry.expect("an entry").path())
        .collect();
    let mut arguments = vec!["check"];
    arguments.extend(files.iter().map(|path| path.to_str().expect("UTF-8")));
    let (code, out, errors) = loong(&arguments);
    assert_eq!(code, 0, "{errors}");
    assert_eq!(out.lines().filter(|line| line.ends_with(", ok")).count(), files.len(), "{out}");
}

#[test]
fn seeds_are_half_open_and_equal_alone_and_in_parallel() {
    let arguments = ["run", "configs/scenarios/walk_flat.ron", "--set", "duration_s=2.5", "--json", "-"];
    let alone = |seed: &str| {
        let (_, out, _) = loong(&[&arguments[..], &["--seed", seed]].concat());
        json(&out)["state_hash"].clone()
    };
    let (_, out, _) = loong(&[&arguments[..], &["--seeds", "3..7"]].concat());
    let reports = json(&out);
    let runs = reports.as_array().expect("an array");
    assert_eq!(
        runs.iter().map(|run| run["seed"].as_u64()).collect::<Vec<_>>(),
        (3..7).map(Some).collect::<Vec<_>>()
    );
    assert_eq!(alone("3"), runs[0]["state_hash"]);
    assert_eq!(alone("6"), runs[3]["state_hash"]);
    assert_ne!(runs[0]["state_hash"], runs[3]["state_hash"], "seeds differ");
}

#[test]
fn a_log_has_a_row_for_every_time_and_replaces_nothing_when_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("run.csv");
    let name = log.to_str().expect("UTF-8");
    let run = |extra: &[&str]| {
        loong(
            &[&["run", "configs/scenarios/stand.ron", "--set", "duration_s=1.5", "--log", name], extra]
                .concat(),
        )
    };
    assert_eq!(run(&[]).0, 0);
    let text = fs::read_to_string(&log).expect("the log");
    assert!(text.lines().next().is_some_and(|header| header.starts_with("time_s")), "{text:.80}");
    assert!(text.lines().count() > 20);
    assert_eq!(run(&["--set", "duration_s=-1"]).0, 2);
    assert_eq!(fs::read_to_string(&log).expect("the log"), text, "a refused run touches no file");
}
