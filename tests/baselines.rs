//! Baselines and comparisons as a user meets them, and the regressions they have to notice.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use loong::config::{LoadOptions, Override, load_robot, load_scenario};
use loong::simulation::Simulation;
use loong::suite::{Baseline, Side, compare, comparison_text};
use proptest::prelude::*;
use serde_json::Value;
use tempfile::TempDir;

use common::loong_in as loong;

/// Standing, which takes a torque that goes with the weight.
const SUITE: &str = r#"(
    name: "tiny",
    entries: [
        (
            scenario: "stand.ron",
            seeds: (0, 4),
            set: ["duration_s=0.3", "expectations=[(metric: \"fell\", max: 0)]"],
            tags: ["good"],
        ),
    ],
)
"#;

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A folder with a scenario, its robot and a suite.
struct Files(TempDir);

impl Files {
    fn new(suite: &str) -> Self {
        let files = Self(tempfile::tempdir().expect("a folder"));
        let stand = fs::read_to_string(project("configs/scenarios/stand.ron")).expect("the scenario");
        files.write("stand.ron", &stand.replace("../robots/healthy_loong.ron", "robot.ron"));
        fs::copy(project("configs/robots/healthy_loong.ron"), files.path("robot.ron")).expect("a copy");
        files.write("heavy.ron", &heavier(1.15));
        files.write("suite.ron", suite);
        files
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("a file");
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("a file")
    }

    fn loong(&self, arguments: &[&str]) -> (i32, String, String) {
        loong(self.0.path(), arguments)
    }
}

/// The shipped robot with every mass and inertia times a factor, as its file and its controller have it.
fn heavier(factor: f64) -> String {
    let text = fs::read_to_string(project("configs/robots/healthy_loong.ron")).expect("the robot");
    let scale = |text: &str| {
        let number: f64 = text.trim().parse().expect("a number");
        format!(" {:?}", number * factor)
    };
    let mut lines = Vec::new();
    for line in text.lines() {
        let mut line = line.to_owned();
        if let Some((name, rest)) = line.split_once("mass_kg:") {
            let (value, rest) = rest.split_once(',').expect("a comma");
            line = format!("{name}mass_kg:{},{rest}", scale(value));
        } else if let Some((name, rest)) = line.split_once("inertia_kgm2: (") {
            let (values, rest) = rest.split_once(')').expect("a bracket");
            let part = |part: &str| {
                let (axis, value) = part.split_once(':').expect("a colon");
                format!("{axis}:{}", scale(value))
            };
            let scaled: Vec<String> = values.split(',').map(part).collect();
            line = format!("{name}inertia_kgm2: ({}){rest}", scaled.join(","));
        }
        lines.push(line);
    }
    lines.join("\n")
}

#[track_caller]
fn has(text: &str, part: &str) {
    assert!(text.contains(part), "no {part:?} in\n{text}");
}

#[test]
fn a_baseline_is_missed_written_held_against_and_outgrown() {
    let files = Files::new(SUITE);
    let (code, out, _) = files.loong(&["test", "suite.ron", "--out", "out"]);
    assert_eq!(code, 0);
    has(&out, "no baseline `baselines/suite.ron`; `loong baseline update suite.ron` writes it");

    let (code, out, errors) = files.loong(&["baseline", "update", "suite.ron"]);
    assert_eq!(code, 0, "{errors}");
    has(&out, "baselines/suite.ron: 1 group, 4 of 4 runs passed");
    let written = files.read("baselines/suite.ron");
    has(&written, "id: \"tiny/stand\"");
    has(&written, "robot_mass_kg: Some(82.0)");
    has(&written, "\"sim_time_s\": (mean: 0.3, sd: 0.0, min: 0.3, max: 0.3)");
    let (_, out, _) = files.loong(&["baseline", "update", "suite.ron", "--jobs", "1"]);
    has(&out, "as before");
    assert_eq!(files.read("baselines/suite.ron"), written, "the same figures are the same text");
    let from = ["baseline", "update", "suite.ron", "--from", "out", "--baselines", "other"];
    assert_eq!(files.loong(&from).0, 0);
    assert_eq!(files.read("other/suite.ron"), written);
    let (code, out, _) = files.loong(&["test", "suite.ron"]);
    assert_eq!(code, 0);
    let version = env!("CARGO_PKG_VERSION");
    has(&out, &format!("against the baseline `baselines/suite.ron` of loong {version}"));
    has(&out, "\n  0 of ");
    has(&out, "figures differ, 0 beyond seed noise");
    let (_, out, _) = files.loong(&["test", "suite.ron", "--filter", "stand/1"]);
    has(&out, "tiny/stand: not every seed was run, not compared");

    // What changed is said, but decides nothing.
    let set = ["test", "suite.ron", "--set", "duration_s=0.4"];
    let (code, out, _) = files.loong(&set);
    assert_eq!(code, 0, "{out}");
    has(&out, "tiny/stand: the scenario has changed since");
    let line = out.lines().find(|line| line.contains("sim_time_s")).expect("a metric");
    assert!(line.contains("+33.3 %") && line.ends_with("yes"), "{line}");

    // An entry that came later.
    files.write("suite.ron", &SUITE.replace("tags:", "name: \"new\", tags:"));
    let (code, out, _) = files.loong(&["test", "suite.ron"]);
    assert_eq!(code, 0);
    has(&out, "tiny/new: not in the baseline");
    let bound = "name: \"new\", baseline: [(metric: \"sim_time_s\", at_least: 1)], tags:";
    files.write("suite.ron", &SUITE.replace("tags:", bound));
    let (code, _, errors) = files.loong(&["test", "suite.ron"]);
    assert_eq!(code, 2);
    has(&errors, "which is older than this entry; `loong baseline update suite.ron` writes it");
    fs::remove_dir_all(files.path("baselines")).expect("a folder");
    let (code, _, errors) = files.loong(&["test", "suite.ron"]);
    assert_eq!(code, 2);
    has(&errors, "the baseline `baselines/suite.ron`, which is not there");
}

#[test]
fn bounds_against_the_baseline_decide() {
    let with = |bound: &str| SUITE.replace("tags:", &format!("baseline: [{bound}], tags:"));
    let files = Files::new(SUITE);
    assert_eq!(files.loong(&["baseline", "update", "suite.ron"]).0, 0);
    for (bound, code, part) in [
        ("(metric: \"sim_time_s\", at_most: 1.4, at_least: 0.5)", 0, "0.15 to 0.42"),
        ("(metric: \"sim_time_s\", at_most: 1.2)", 1, "0.400, allowed <= 0.36 (0.300 in the baseline)"),
        ("(metric: \"sim_time_s\", rise_max: 0.05)", 1, "mean sim_time_s against the baseline 0.400"),
        ("(metric: \"sim_time_s\", of: Worst, rise_max: 0.15)", 0, "worst sim_time_s against the baseline"),
        ("(metric: \"sim_time_s\", at_least: 1.5)", 1, "allowed >= 0.45"),
        ("(metric: \"stop_steps\", at_least: 1)", 1, "not in the baseline"),
        ("(metric: \"success_rate\", at_least: 1)", 0, "success_rate against the baseline"),
    ] {
        files.write("suite.ron", &with(bound));
        let run = ["test", "suite.ron", "--set", "duration_s=0.4", "--junit", "junit.xml"];
        let (found, out, errors) = files.loong(&run);
        assert_eq!(found, code, "{bound}: {out}{errors}");
        has(&out, part);
        assert_eq!(files.read("junit.xml").contains("<failure"), code == 1, "{bound}");
    }
    // Fewer seeds pass than did.
    files.write("suite.ron", &with("(metric: \"success_rate\", at_least: 1)"));
    let never = "expectations=[(metric: \"sim_time_s\", min: 9.0)]";
    let (code, out, _) = files.loong(&["test", "suite.ron", "--set", never]);
    assert_eq!(code, 1);
    has(&out, "success_rate against the baseline 0, allowed >= 1 (1 in the baseline)");

    assert_eq!(files.loong(&["check", "baselines/suite.ron"]).0, 0);

    // A baseline that is none is shown where it is wrong, and stays.
    let text = files.read("baselines/suite.ron");
    files.write("baselines/suite.ron", &text.replace("passed:", "past:"));
    for command in
        [&["test", "suite.ron"][..], &["baseline", "update", "suite.ron"], &["check", "baselines/suite.ron"]]
    {
        let (code, _, errors) = files.loong(command);
        assert_eq!(code, 2);
        has(&errors, "baselines/suite.ron:");
        has(&errors, "groups[0].past");
    }
}

#[test]
fn results_baselines_and_robots_are_compared_with_each_other() {
    let files = Files::new(SUITE);
    assert_eq!(files.loong(&["test", "suite.ron", "--out", "a"]).0, 0);
    assert_eq!(files.loong(&["baseline", "update", "suite.ron", "--from", "a"]).0, 0);
    assert_eq!(files.loong(&["test", "suite.ron", "--out", "b", "--robot", "heavy.ron"]).0, 0);

    let torque = |text: &str| -> String {
        let line = text.lines().find(|line| line.contains("peak_torque_share"));
        line.unwrap_or_else(|| panic!("no torque in\n{text}")).to_owned()
    };
    let (code, by_seed, _) = files.loong(&["compare", "a/results.jsonl", "b"]);
    assert_eq!(code, 0);
    has(&by_seed, "4 cases in both, 0 changed verdict");
    has(&torque(&by_seed), "yes");
    let (_, robots, _) =
        files.loong(&["compare", "--robots", "robot.ron", "heavy.ron", "--suite", "suite.ron"]);
    assert_eq!(robots, by_seed, "the same as two results");
    let (code, figures, _) = files.loong(&["compare", "baselines/suite.ron", "b"]);
    assert_eq!(code, 0);
    has(&figures, "1 group in both, by the figures of a baseline");
    assert_eq!(torque(&figures), torque(&by_seed), "a baseline knows its seeds");
    let (_, same, _) = files.loong(&["compare", "baselines/suite.ron", "a"]);
    has(&same, "\n0 of ");

    // Two robots of one entry.
    files.write("suite.ron", &SUITE.replace("seeds:", "robots: [\"robot.ron\", \"heavy.ron\"], seeds:"));
    assert_eq!(files.loong(&["test", "suite.ron", "--out", "both"]).0, 0);
    let (_, both, _) = files.loong(&["compare", "both@robot", "both@heavy"]);
    assert_eq!(both, by_seed);

    // Cases and groups that only one has are named.
    files.write("suite.ron", &SUITE.replace("(0, 4)", "(1, 5)"));
    assert_eq!(files.loong(&["test", "suite.ron", "--out", "later"]).0, 0);
    let (_, out, _) = files.loong(&["compare", "a", "later"]);
    has(&out, "3 cases in both");
    has(&out, "1 case only in the first\n  tiny/stand/0\n1 case only in the second\n  tiny/stand/4\n");

    // Fewer passes are worse, also by figures.
    let never = "expectations=[(metric: \"sim_time_s\", min: 9.0)]";
    files.write("suite.ron", SUITE);
    assert_eq!(files.loong(&["test", "suite.ron", "--out", "red", "--set", never]).0, 1);
    let (code, out, _) = files.loong(&["compare", "a", "red"]);
    assert_eq!(code, 1);
    has(&out, "tiny/stand/3: pass -> fail");
    let (code, out, _) = files.loong(&["compare", "baselines/suite.ron", "red", "--json", "-"]);
    assert_eq!(code, 1);
    let json: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(json["by_seed"], false);
}

#[test]
fn a_robot_15_percent_heavier_is_noticed_by_the_torque_it_takes_to_stand() {
    let files = Files::new(SUITE);
    let folder = project("");
    let heavy = files.path("heavy.ron");
    let smoke = |extra: &[&str]| {
        let filter = ["test", "configs/suites/smoke.ron", "--filter", "smoke/stand/"];
        loong(&folder, &[&filter, extra].concat())
    };
    let (code, out, errors) = smoke(&[]);
    assert_eq!(code, 0, "{out}{errors}");
    let (code, out, errors) = smoke(&["--robot", heavy.to_str().expect("UTF-8")]);
    assert_eq!(code, 1, "{out}{errors}");
    let line = out.lines().find(|line| line.starts_with("FAIL smoke/stand")).expect("a failure");
    has(line, "mean peak_torque_share against the baseline");
    has(line, "the robot has 94.30 kg, 82.00 kg in the baseline (+15.0 %)");
    has(&out, "loong test configs/suites/smoke.ron --robot ");
    has(&out, "2 of 2 runs passed");
}

#[test]
fn a_robot_heavier_than_its_controller_knows_is_noticed_by_its_torque() {
    let (stand, mass) = ("configs/scenarios/stand.ron", "variation=(mass: 0.16)");
    let overrides = [Override::parse(mass).expect("a change")];
    let options = LoadOptions { overrides: &overrides, ..LoadOptions::default() };
    let loaded = load_scenario(&project(stand), &options).expect("the scenario");
    let (robot, scenario) = (&loaded.robot.config, &loaded.scenario.config);
    // The body's mass moves the base; the controller's model keeps the file's.
    let is_heavy = |seed: &u64| {
        let simulation = Simulation::new(robot, scenario, *seed).expect("a robot that stands");
        let share = simulation.snapshot().dynamics.mass_matrix()[(0, 0)] / robot.mass_kg;
        (1.14..1.16).contains(&share)
    };
    let seed = (1..500).find(is_heavy).expect("a seed that draws 15 %");
    let suite = format!(
        "(name: \"unknown\", entries: [(scenario: \"stand.ron\", seeds: ({seed}, {}), set: [\"duration_s=3\", \
         \"expectations=[(metric: \\\"fell\\\", max: 0), (metric: \\\"peak_torque_share\\\", max: 0.178)]\"])])",
        seed + 1
    );
    let files = Files::new(&suite);
    let text = fs::read_to_string(project(stand)).expect("the scenario");
    files.write("stand.ron", &text.replace("../robots/healthy_loong.ron", "robot.ron"));
    let (code, out, errors) = files.loong(&["test", "suite.ron", "--set", "variation=()"]);
    assert_eq!(code, 0, "{out}{errors}");
    let (code, out, errors) = files.loong(&["test", "suite.ron", "--set", mass]);
    assert_eq!(code, 1, "{out}{errors}");
    has(&out, &format!("FAIL unknown/stand, seed {seed}: at the end, 3.00 s\n  peak_torque_share: 0.1"));
    has(&out, "allowed <= 0.178");
}

#[test]
fn a_knee_that_turns_the_other_way_is_named() {
    let robot = load_robot(&project("configs/robots/healthy_loong.ron")).expect("the robot").config;
    let index = robot.joints.iter().position(|joint| joint.name == "left_knee").expect("a knee");
    let [x, y, z] = robot.joints[index].axis.map(|v| -v);
    let change = format!("robot.joints[{index}].axis=({x:?}, {y:?}, {z:?})");
    let run = ["test", "configs/suites/smoke.ron", "--filter", "smoke/walk_flat/0", "--set", &change];
    let (code, out, errors) = loong(&project(""), &run);
    assert_eq!(code, 1, "{out}{errors}");
    has(&out, "ERROR smoke/walk_flat, seed 0: at the start, 0.00 s");
    has(&out, &format!("joints[{index}].axis: found a robot that cannot stand in its posture"));
    has(&out, "`left_knee` would have to turn the other way");
    has(&out, "loong run configs/scenarios/walk_flat.ron");
}

#[test]
fn a_gain_30_percent_larger_shows_with_size_and_interval() {
    let suite = r#"(name: "gain", entries: [
        (scenario: "walk.ron", seeds: (1, 6), set: ["duration_s=4", "expectations=[(metric: \"fell\", max: 0)]"]),
    ])"#;
    let files = Files::new(suite);
    let walk = fs::read_to_string(project("configs/scenarios/walk_flat.ron")).expect("the scenario");
    files.write("walk.ron", &walk.replace("../robots/healthy_loong.ron", "robot.ron"));
    let robot = load_robot(&files.path("robot.ron")).expect("the robot").config;
    let gain = format!(
        "robot.controller.balance.foothold_weight={}",
        1.3 * robot.controller.balance.foothold_weight
    );
    assert_eq!(files.loong(&["test", "suite.ron", "--out", "a"]).0, 0);
    assert_eq!(files.loong(&["test", "suite.ron", "--out", "b", "--set", &gain]).0, 0);
    let (code, out, _) = files.loong(&["compare", "a", "b", "--json", "-"]);
    assert_eq!(code, 0, "{out}");
    let json: Value = serde_json::from_str(&out).expect("JSON");
    let beyond: Vec<&Value> =
        json["metrics"].as_array().expect("a list").iter().filter(|m| m["beyond_noise"] == true).collect();
    assert!(!beyond.is_empty(), "{out}");
    for metric in beyond {
        let figure = |value: &Value| value.as_f64().expect("a number");
        let (low, high) = (figure(&metric["interval"][0]), figure(&metric["interval"][1]));
        assert!(low <= figure(&metric["difference"]) && figure(&metric["difference"]) <= high);
        assert!(low * high > 0.0, "{metric}");
        assert_eq!(metric["seeds"], 5);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_breaks_the_reader_of_baselines(
        at in 0..3000_usize, length in 0..40_usize, text in "[(){}\\[\\],:\"a-z0-9. -]{0,30}|\\PC{0,30}"
    ) {
        let whole = fs::read_to_string(project("configs/baselines/smoke.ron")).expect("the baseline");
        let end = (at + length).min(whole.len());
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("smoke.ron");
        fs::write(&path, format!("{}{text}{}", &whole[..at], &whole[end..])).expect("a file");
        match Baseline::read(&path) {
            Err(error) => prop_assert!(error.diagnostics().iter().all(|diagnostic| diagnostic.line > 0)),
            Ok(baseline) => {
                let side = Side::Baseline(baseline.expect("a file"));
                comparison_text(&compare(&side, &side));
            }
        }
    }
}
