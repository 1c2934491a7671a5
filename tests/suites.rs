//! Suites as a user and a CI meet them: exit codes, order, resuming, reports, mistakes, comparisons.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{self, Child, Stdio};

use loong::config::load::load_file;
use loong::config::{LoadOptions, load_suite};
use proptest::prelude::*;
use quick_junit::Report;
use serde_json::Value;
use tempfile::TempDir;

/// Name of the file of records.
const RESULTS: &str = "results.jsonl";

/// Two entries of a tenth of a second; the second one cannot pass.
const SUITE: &str = r#"(
    name: "tiny",
    entries: [
        (
            scenario: "stand.ron",
            seeds: (0, 3),
            set: ["duration_s=0.1"],
            tags: ["good"],
            statistics: [(metric: "sim_time_s", of: Mean, min: 0.05, max: 0.2)],
        ),
        (
            name: "never",
            scenario: "stand.ron",
            seeds: (5, 7),
            set: ["duration_s=0.1", "expectations=[(metric: \"sim_time_s\", min: 9.0)]"],
            tags: ["bad"],
        ),
    ],
)
"#;

/// A folder with a scenario beside a suite.
struct Files {
    folder: TempDir,
}

impl Files {
    fn new(suite: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let stand = fs::read_to_string(root.join("configs/scenarios/stand.ron")).expect("the scenario");
        let robot = root.join("configs/robots/healthy_loong.ron");
        let stand = stand.replace("../robots/healthy_loong.ron", robot.to_str().expect("UTF-8"));
        // Measured from one second on.
        let travel = "(metric: \"com_travel_max_m\", max: Some(0.01)),";
        assert!(stand.contains(travel));
        let stand = stand.replace(travel, "");
        fs::write(folder.path().join("stand.ron"), stand).expect("a file");
        fs::write(folder.path().join("suite.ron"), suite).expect("a file");
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn loong(&self, arguments: &[&str]) -> (i32, String, String) {
        common::loong_in(self.folder.path(), arguments)
    }

    /// The records in a folder without what the clock says.
    fn records(&self, folder: &str) -> Vec<Value> {
        let text = fs::read_to_string(self.path(folder).join(RESULTS)).expect("the records");
        let record = |line: &str| {
            let mut record: Value = serde_json::from_str(line).expect("JSON");
            record.as_object_mut().expect("an object").remove("wall_time_s").expect("a wall time");
            record
        };
        text.lines().map(record).collect()
    }
}

#[track_caller]
fn has(text: &str, part: &str) {
    assert!(text.contains(part), "no {part:?} in\n{text}");
}

#[test]
fn a_suite_that_passes_exits_with_0() {
    let files = Files::new(SUITE);
    let (code, out, errors) = files.loong(&["test", "suite.ron", "--tag", "good"]);
    assert_eq!(code, 0, "{out}{errors}");
    has(&out, "tiny/stand");
    has(&out, "PASS: 3 of 3 runs passed");
    has(&out, "mean sim_time_s");
}

#[test]
fn a_failure_exits_with_1_and_says_what_where_and_how_to_see_it_again() {
    let files = Files::new(SUITE);
    let (code, out, errors) = files.loong(&["test", "suite.ron"]);
    assert_eq!(code, 1, "{out}{errors}");
    has(&out, "FAIL tiny/never, seed 5: at the end, 0.10 s");
    has(&out, "sim_time_s: 0.1, allowed >= 9");
    has(&out, "FAIL: 3 of 5 runs passed");
    let command = out.lines().rfind(|line| line.trim().starts_with("loong run")).expect("a command");
    assert_eq!(
        command.trim(),
        "loong run stand.ron --set duration_s=0.1 \
         --set 'expectations=[(metric: \"sim_time_s\", min: 9.0)]' --seed 6"
    );
}

#[test]
fn a_case_that_takes_too_long_is_an_error_and_one_that_fails_may_be_the_last() {
    let files = Files::new(SUITE);
    let (code, out, _) =
        files.loong(&["test", "suite.ron", "--timeout", "0.000001", "--out", "out", "--tag", "good"]);
    assert_eq!(code, 1, "{out}");
    has(&out, "ERROR tiny/stand, seed 0");
    has(&out, "when the limit of 0.000001 s was up");
    assert!(files.records("out").iter().all(|record| record["verdict"] == "error"));
    for jobs in ["1", "2"] {
        let (code, out, _) = files.loong(&["test", "suite.ron", "--fail-fast", "--jobs", jobs]);
        assert_eq!(code, 1, "{out}");
        has(&out, "3 of 4 runs passed");
        has(&out, "1 of 5 not run");
    }
}

#[test]
fn a_share_of_the_seeds_may_fail() {
    let suite = SUITE.replace("tags: [\"bad\"]", "success_rate: (min: 0.0)");
    let files = Files::new(&suite);
    let (code, out, errors) = files.loong(&["test", "suite.ron", "--junit", "junit.xml"]);
    assert_eq!(code, 0, "{out}{errors}");
    has(&out, "success rate");
    let (code, out, _) = files.loong(&["check", "suite.ron"]);
    assert_eq!(code, 0, "{out}");
    let report = junit(&files.path("junit.xml"));
    assert_eq!((report.failures, report.errors), (0, 0));
}

#[test]
fn few_seeds_may_be_too_few_to_be_sure() {
    // Wilson's interval of 3 of 3 begins at 0.438.
    for (min, code) in [("0.4", 0), ("0.5", 1)] {
        let rate = format!("tags: [\"good\"], success_rate: (min: 1, interval_min: {min})");
        let files = Files::new(&SUITE.replace("tags: [\"good\"]", &rate));
        let (found, out, _) = files.loong(&["test", "suite.ron", "--filter", "stand"]);
        assert_eq!(found, code, "{out}");
        has(&out, "success rate, lower end of its interval");
    }
}

#[test]
fn cases_are_listed_and_chosen_by_their_ids() {
    let files = Files::new(SUITE);
    let (code, out, _) = files.loong(&["test", "suite.ron", "--list"]);
    assert_eq!(code, 0);
    let ids = ["tiny/stand/0", "tiny/stand/1", "tiny/stand/2", "tiny/never/5", "tiny/never/6"];
    assert_eq!(out.lines().collect::<Vec<_>>(), ids);
    let (_, out, _) = files.loong(&["test", ".", "--list", "--filter", "nev"]);
    assert_eq!(out.lines().collect::<Vec<_>>(), ids[3..]);
}

#[test]
fn every_robot_and_value_runs_every_seed() {
    let robot = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs/robots/healthy_loong.ron");
    let suite = format!(
        "(name: \"m\", entries: [(scenario: \"stand.ron\", robots: [{robot:?}], seeds: (0, 2), \
         vary: {{\"physics.dt_s\": [0.001, 0.002], \"terrain.friction\": [0.5]}})])"
    );
    let files = Files::new(&suite);
    let (code, out, errors) = files.loong(&["test", "suite.ron", "--list"]);
    assert_eq!(code, 0, "{errors}");
    let of =
        |dt: &str, seed: u64| format!("m/stand@healthy_loong[physics.dt_s={dt},terrain.friction=0.5]/{seed}");
    assert_eq!(
        out.lines().collect::<Vec<_>>(),
        [of("0.001", 0), of("0.001", 1), of("0.002", 0), of("0.002", 1)]
    );
}

#[test]
fn records_are_equal_on_one_thread_and_on_two_and_after_a_cut() {
    let files = Files::new(SUITE);
    let run = |extra: &[&str]| files.loong(&[&["test", "suite.ron"], extra].concat());
    assert_eq!(run(&["--jobs", "1", "--out", "one"]).0, 1);
    assert_eq!(run(&["--jobs", "2", "--out", "two"]).0, 1);
    let whole = files.records("one");
    assert_eq!(whole.len(), 5);
    assert_eq!(whole, files.records("two"));

    // The power fails in the third record.
    let path = files.path("two").join(RESULTS);
    let text = fs::read_to_string(&path).expect("the records");
    let lines: Vec<&str> = text.lines().collect();
    let cut = format!("{}\n{}\n{}", lines[3], lines[0], &lines[1][..40]);
    fs::write(&path, cut).expect("a file");
    assert_eq!(run(&["--jobs", "2", "--out", "two", "--resume"]).0, 1);
    assert_eq!(whole, files.records("two"));
    let after = fs::read_to_string(&path).expect("the records");
    assert_eq!(after.lines().next(), Some(lines[0]), "what was finished is not run again");

    // Records of another program do not count.
    let old = after
        .replace("\"program_hash\":\"", "\"program_hash\":\"x")
        .replace("\"verdict\":\"pass\"", "\"verdict\":\"fail\"");
    fs::write(&path, old).expect("a file");
    assert_eq!(run(&["--out", "two", "--resume"]).0, 1);
    assert_eq!(whole, files.records("two"));

    // Another scenario makes old records worthless.
    let (_, out, _) = files.loong(&["run", "stand.ron", "--set", "duration_s=0.1", "--json", "-"]);
    let alone: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(alone["state_hash"], whole[0]["state_hash"]);
    let changed = SUITE.replacen("duration_s=0.1", "duration_s=0.2", 1);
    fs::write(files.path("suite.ron"), changed).expect("a file");
    assert_eq!(run(&["--out", "two", "--resume"]).0, 1);
    assert_eq!(files.records("two")[0]["metrics"]["sim_time_s"], 0.2);
    assert_eq!(run(&["--out", "two", "--resume", "--tag", "good"]).0, 2, "records of others are kept");
}

/// What a report says, without what the clock says.
fn timeless(text: &str) -> String {
    let line = |line: &str| match line.split_once(" s simulated in ") {
        Some((before, _)) => before.to_owned(),
        None => line.to_owned(),
    };
    let lines: Vec<String> = text.lines().map(line).collect();
    // JUnit's attributes.
    let mut parts = lines.join("\n").split(" time=\"").map(str::to_owned).collect::<Vec<_>>();
    for part in parts.iter_mut().skip(1) {
        *part = part.split_once('"').expect("a closing quote").1.to_owned();
    }
    parts.concat()
}

/// Whole lines of a file that may not be there yet.
fn lines_of(path: &Path) -> usize {
    fs::read_to_string(path).map_or(0, |text| text.matches('\n').count())
}

/// The suite on one thread into the folder `cut`, once it has finished a case.
fn started(files: &Files) -> Child {
    let mut child = process::Command::new(env!("CARGO_BIN_EXE_loong"))
        .current_dir(files.folder.path())
        .args(["test", "suite.ron", "--out", "cut", "--jobs", "1"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    while lines_of(&files.path("cut").join(RESULTS)) == 0 {
        assert!(child.try_wait().expect("a state").is_none(), "it ended without a record");
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    child
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_keeps_what_is_finished_and_goes_on() {
    let suite = SUITE.replace("(0, 3)", "(0, 12)").replacen("duration_s=0.1", "duration_s=1", 1);
    let files = Files::new(&suite.replace("max: 0.2", "max: 2"));
    let child = started(&files);
    let pid = child.id().to_string();
    assert!(process::Command::new("kill").args(["-INT", &pid]).status().expect("kill").success());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(1));
    has(&String::from_utf8_lossy(&output.stderr), "`--out FOLDER --resume` would go on");
    let kept = files.records("cut");
    assert!((1..14).contains(&kept.len()), "{} records", kept.len());
    assert_eq!(files.loong(&["test", "suite.ron", "--out", "cut", "--resume"]).0, 1);
    assert_eq!(files.records("cut").len(), 14);
    assert_eq!(files.records("cut")[..kept.len()], kept);
}

#[test]
fn a_killed_run_goes_on_and_ends_as_if_it_had_not_been() {
    let suite = SUITE.replace("(0, 3)", "(0, 12)").replacen("duration_s=0.1", "duration_s=1", 1);
    let files = Files::new(&suite.replace("max: 0.2", "max: 2"));
    let whole = files.loong(&["test", "suite.ron", "--out", "whole", "--junit", "whole.xml"]);
    assert_eq!(whole.0, 1, "{}", whole.2);
    let all = files.records("whole");
    assert_eq!(all.len(), 14);

    let path = files.path("cut").join(RESULTS);
    let mut child = started(&files);
    // On Unix this is SIGKILL: no handler runs.
    child.kill().expect("it can be killed");
    child.wait().expect("it ends");
    let kept = lines_of(&path);
    assert!((1..all.len()).contains(&kept), "killed after {kept} of {}", all.len());

    // As if it had been killed in the middle of a line.
    let text = fs::read_to_string(&path).expect("the records");
    let line = text.lines().next().expect("a record").replace("stand/0", "stand/9");
    for half in [String::new(), "{".to_owned(), line[..line.len() / 2].to_owned(), line] {
        fs::write(&path, format!("{text}{half}")).expect("a file");
        let again = files.loong(&["test", "suite.ron", "--out", "cut", "--resume", "--junit", "cut.xml"]);
        assert_eq!(again.0, whole.0, "{}", again.2);
        assert_eq!(timeless(&again.1), timeless(&whole.1));
        assert_eq!(files.records("cut"), all);
        let xml = |name: &str| timeless(&fs::read_to_string(files.path(name)).expect("XML"));
        assert_eq!(xml("cut.xml"), xml("whole.xml"));
    }
    let first = fs::read_to_string(&path).expect("the records");
    assert_eq!(first.lines().next(), text.lines().next(), "what was finished is not run again");
}

#[test]
fn nothing_is_tried_again() {
    let files = Files::new(SUITE);
    assert_eq!(files.loong(&["test", "suite.ron", "--tag", "good", "--retries", "0"]).0, 0);
    let (code, _, errors) = files.loong(&["test", "suite.ron", "--retries", "2"]);
    assert_eq!(code, 2);
    has(&errors, "gives the same result every time");
}

/// Draws from each distribution.
const DRAWS: &str = r#"(
    name: "drawn",
    entries: [(
        scenario: "stand.ron",
        seeds: (0, 5),
        set: ["duration_s=0.1"],
        draw: {
            "robot.controller.swing.clearance_m": Uniform(0.05, 0.08),
            "terrain.friction": Normal(mean: 0.7, sd: 0.1, min: 0.65),
            "physics.dt_s": Choice([0.001, 0.002]),
        },
    )],
)
"#;

#[test]
fn every_seed_draws_its_own_values_and_shows_them() {
    let files = Files::new(DRAWS);
    for (jobs, out) in [("1", "one"), ("2", "two")] {
        let (code, text, errors) = files.loong(&["test", "suite.ron", "--jobs", jobs, "--out", out]);
        assert_eq!(code, 0, "{text}{errors}");
    }
    let records = files.records("one");
    assert_eq!(records, files.records("two"));
    let drawn = |path: &str| -> Vec<f64> {
        records.iter().map(|record| record["drawn"][path].as_f64().expect("a number")).collect()
    };
    let different = |values: &[f64]| {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        sorted.dedup();
        sorted.len()
    };
    let (clearance, friction) = (drawn("robot.controller.swing.clearance_m"), drawn("terrain.friction"));
    assert!(clearance.iter().all(|value| (0.05..=0.08).contains(value)), "{clearance:?}");
    assert!(friction.iter().all(|value| *value >= 0.65), "{friction:?}");
    assert_eq!((different(&clearance), different(&friction)), (5, 5));
    assert!(drawn("physics.dt_s").iter().all(|value| [0.001, 0.002].contains(value)));

    // A seed draws the same among others and alone.
    fs::write(files.path("suite.ron"), DRAWS.replace("(0, 5)", "(3, 4)")).expect("a file");
    assert_eq!(files.loong(&["test", "suite.ron", "--out", "alone"]).0, 0);
    assert_eq!(files.records("alone"), records[3..4]);
    // What the user sets is not drawn, and the rest is drawn as before.
    let set = ["test", "suite.ron", "--out", "set", "--set", "terrain.friction=0.5"];
    assert_eq!(files.loong(&set).0, 0);
    let own = &files.records("set")[0]["drawn"];
    assert_eq!(own["terrain.friction"], Value::Null);
    assert_eq!(own["physics.dt_s"], records[3]["drawn"]["physics.dt_s"]);
}

#[cfg(unix)]
#[test]
fn the_command_of_a_drawn_case_gives_the_same_bits() {
    let files = Files::new(DRAWS);
    assert_eq!(files.loong(&["test", "suite.ron", "--out", "out"]).0, 0);
    for record in files.records("out") {
        let command = record["reproduce"].as_str().expect("a command");
        has(command, "--set terrain.friction=");
        let command = command.replacen("loong", env!("CARGO_BIN_EXE_loong"), 1);
        let output = process::Command::new("sh")
            .current_dir(files.folder.path())
            .args(["-c", &format!("{command} --json -")])
            .output()
            .expect("a shell");
        let alone: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(alone["state_hash"], record["state_hash"], "{command}");
    }
}

#[test]
fn an_entry_may_name_many_scenarios() {
    let suite = r#"(name: "all", entries: [
        (scenarios: "scenarios/*.ron", seeds: (0, 2)),
        (name: "some", scenarios: ["scenarios/b.ron", "scenarios/?.ron"], set: ["duration_s=0.1"]),
    ])"#;
    let files = Files::new(suite);
    fs::create_dir(files.path("scenarios")).expect("a folder");
    let stand = fs::read_to_string(files.path("stand.ron")).expect("the scenario");
    for name in ["a", "b"] {
        let own = stand.replace("name: \"stand\"", &format!("name: \"{name}\""));
        fs::write(files.path("scenarios").join(format!("{name}.ron")), own).expect("a file");
    }
    // A robot and a suite in the same folder are no scenarios.
    let robot = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs/robots/healthy_loong.ron");
    fs::copy(robot, files.path("scenarios/c.ron")).expect("a copy");
    fs::write(files.path("scenarios/d.ron"), SUITE).expect("a file");
    let (code, out, errors) = files.loong(&["test", "suite.ron", "--list"]);
    assert_eq!(code, 0, "{errors}");
    let ids = ["all/a/0", "all/a/1", "all/b/0", "all/b/1", "all/some/b/0", "all/some/a/0"];
    assert_eq!(out.lines().collect::<Vec<_>>(), ids);
    fs::write(files.path("scenarios/e.ron"), "(").expect("a file");
    assert_eq!(files.loong(&["test", "suite.ron", "--list"]).0, 2, "a broken one is not passed over");
}

fn junit(path: &Path) -> Report {
    Report::deserialize_from_str(&fs::read_to_string(path).expect("a file")).expect("JUnit XML")
}

#[test]
fn reports_count_and_show_what_failed() {
    let files = Files::new(SUITE);
    let (code, _, errors) =
        files.loong(&["test", "suite.ron", "--junit", "junit.xml", "--html", "report.html"]);
    assert_eq!(code, 1, "{errors}");
    let report = junit(&files.path("junit.xml"));
    // One case a seed, and one for the bound on the mean.
    assert_eq!((report.tests, report.failures, report.errors), (6, 2, 0));
    let xml = fs::read_to_string(files.path("junit.xml")).expect("a file");
    let root = xml.lines().find(|line| line.contains("<testsuites")).expect("a root");
    assert!(!root.contains("skipped"), "Jenkins' schema has none there: {root}");
    has(&xml, "<failure message=\"at the end, 0.10 s; sim_time_s: 0.1, allowed &gt;= 9\"/>");
    has(&xml, "--seed 6</system-out>");
    let html = fs::read_to_string(files.path("report.html")).expect("a file");
    has(&html, "seed 5, at the end, 0.10 s");
    has(&html, "At 0.10 s: </strong>sim_time_s was 0.100, allowed &gt;= 9");
    has(&html, "loong run stand.ron");
    has(&html, "<circle");
    has(&html, "class=\"bound\"");
    // An open element of SVG would swallow and hide what follows.
    for name in ["svg", "rect", "line", "circle", "text"] {
        let open = html.matches(&format!("<{name} ")).count();
        assert_eq!(open, html.matches(&format!("</{name}>")).count(), "{name}");
    }
    assert!(!html.contains("http"), "it needs no other file");
}

#[test]
fn mistakes_in_a_suite_are_shown_at_their_place() {
    for (from, to, place, part) in [
        ("seeds: (0, 3)", "seeds: (3, 3)", "suite.ron:6:20", "entries[0].seeds: found (3, 3)"),
        ("\"duration_s=0.1\"]", "\"duration=0.1\"]", "suite.ron:7:19", "did you mean `duration_s`?"),
        ("\"duration_s=0.1\"]", "\"duration_s=-1\"]", "suite.ron:7:19", "allowed: a positive number"),
        ("\"duration_s=0.1\"]", "\"duration_s\"]", "suite.ron:7:19", "no `=`"),
        ("\"stand.ron\"", "\"stond.ron\"", "suite.ron:5:23", "no file at stond.ron"),
        ("\"never\"", "\"stand\"", "suite.ron:11:9", "a second entry of the name `tiny/stand`"),
        ("tags", "tag", "suite.ron:8:13", "did you mean `tags`?"),
        ("\"sim_time_s\", of", "\"sim_time\", of", "suite.ron:9:35", "did you mean `sim_time_s`?"),
        ("of: Mean", "of: Median", "suite.ron:9:53", "one of `Worst`, `Mean`, `Percentile`"),
        ("of: Mean", "of: Percentile(101)", "suite.ron:9:64", "a number from 0 to 100"),
        ("[\"good\"]", "[\"good\"], vary: {\"terrain.friction\": [-1]}", "suite.ron", "terrain.friction"),
        ("[\"good\"]", "[\"good\"], vary: {\"a b\": [1]}", "suite.ron", "a b"),
        ("[\"good\"]", "[\"good\"], success_rate: (min: 95)", "suite.ron", "a number from 0 to 1"),
        (
            "\"good\"]",
            "\"good\"], draw: {\"duration_s\": Uniform(2, 1)}",
            "suite.ron:8:50",
            "a first number below",
        ),
        (
            "\"good\"]",
            "\"good\"], draw: {\"duration_s\": Gauss(2, 1)}",
            "suite.ron",
            "`Uniform`, `Normal`, `Choice`",
        ),
        (
            "\"good\"]",
            "\"good\"], draw: {\"duration_s\": Normal(mean: 2, sd: 0)}",
            "suite.ron",
            "a positive number",
        ),
        (
            "\"good\"]",
            "\"good\"], draw: {\"duration_s\": Normal(mean: 2, sd: 1, min: 3)}",
            "draw.duration_s.min",
            "not above the mean",
        ),
        (
            "\"good\"]",
            "\"good\"], draw: {\"duration_s\": Normal(mean: 2, sd: 1, min: 2, max: 2)}",
            "draw.duration_s.max",
            "standard deviations apart",
        ),
        ("\"good\"]", "\"good\"], draw: {\"duration_s\": Choice([])}", "suite.ron", "at least one"),
        (
            "\"good\"]",
            "\"good\"], draw: {\"duration\": Uniform(1, 2)}",
            "suite.ron",
            "did you mean `duration_s`?",
        ),
        (
            "\"good\"]",
            "\"good\"], draw: {\"duration_s\": Uniform(-2, -1)}",
            "suite.ron:8:50",
            "a positive number",
        ),
        (
            "\"good\"]",
            "\"good\"], vary: {\"duration_s\": [1]}, draw: {\"duration_s\": Uniform(1, 2)}",
            "suite.ron",
            "a field that `vary` sets too",
        ),
        ("scenario: \"stand.ron\"", "scenarios: \"no*.ron\"", "suite.ron:5:24", "no scenario at no*.ron"),
        ("scenario: \"stand.ron\"", "scenarios: [\"stand.ron\", \"st[\"]", "suite.ron:5:38", "`st[`"),
        ("scenario: \"stand.ron\"", "scenarios: []", "suite.ron:5:24", "at least one"),
        ("scenario: \"stand.ron\"", "scenarios: 3", "suite.ron:5:24", "a file name or pattern"),
        ("scenario: \"stand.ron\"", "scenario: \"a\", scenarios: \"b\"", "suite.ron", "one of the two"),
        ("scenario: \"stand.ron\",", "", "suite.ron:4:9", "no scenario"),
        (
            "\"good\"]",
            "\"good\"], baseline: [(metric: \"sim_time\", at_least: 1)]",
            "suite.ron",
            "did you mean",
        ),
        ("\"good\"]", "\"good\"], baseline: [(metric: \"success_rate\")]", "suite.ron", "no bound"),
        (
            "\"good\"]",
            "\"good\"], baseline: [(metric: \"steps\", at_least: 1, drop_max: 1)]",
            "suite.ron",
            "one bound on each side",
        ),
        (
            "\"good\"]",
            "\"good\"], baseline: [(metric: \"steps\", at_most: -1)]",
            "suite.ron",
            "a positive number",
        ),
    ] {
        assert!(SUITE.contains(from), "{from}");
        let files = Files::new(&SUITE.replacen(from, to, 1));
        for command in ["test", "check"] {
            let (code, out, errors) = files.loong(&[command, "suite.ron"]);
            assert_eq!(code, 2, "{to}: {out}{errors}");
            has(&errors, place);
            has(&errors, part);
        }
    }
}

#[test]
fn bad_input_exits_with_2() {
    let files = Files::new(SUITE);
    fs::create_dir(files.path("empty")).expect("a folder");
    fs::create_dir(files.path("broken")).expect("a folder");
    fs::write(files.path("broken/results.jsonl"), "{}\n").expect("a file");
    for arguments in [
        &["test", "no_such_file.ron"][..],
        &["test", "empty"],
        &["test", "suite.ron", "suite.ron"],
        &["test", "suite.ron", "--filter", "no such case"],
        &["test", "suite.ron", "--jobs", "0"],
        &["test", "suite.ron", "--timeout", "-1"],
        &["test", "suite.ron", "--resume"],
        &["test", "suite.ron", "--out", "broken", "--resume"],
        &["test", "suite.ron", "--out", "stand.ron"],
        &["compare", "empty", "empty"],
        &["compare", "broken", "broken"],
        &["compare", "nowhere", "nowhere"],
        &["compare", "empty@robot", "empty@robot"],
        &["compare", "stand.ron", "stand.ron"],
        &["compare", "empty"],
        &["compare", "--robots", "stand.ron"],
        &["compare", "--robots", "no.ron", "no.ron", "--suite", "suite.ron"],
        &["baseline", "update", "stand.ron"],
        &["baseline", "update", "suite.ron", "--from", "empty"],
        &["test", "suite.ron", "--retries", "1"],
        &["test", "suite.ron", "--set", "duration=1"],
        &["test", "suite.ron", "--robot", "stand.ron"],
    ] {
        let (code, out, errors) = files.loong(arguments);
        assert_eq!(code, 2, "{arguments:?}: {out}{errors}");
        assert!(!errors.is_empty() && !errors.contains("panicked"), "{arguments:?}: {errors}");
    }
}

#[test]
fn a_comparison_names_changed_verdicts_and_what_is_more_than_noise() {
    let files = Files::new(SUITE);
    assert_eq!(files.loong(&["test", "suite.ron", "--out", "a"]).0, 1);
    let changed = SUITE.replacen("duration_s=0.1", "duration_s=0.2", 1).replace("max: 0.2)", "max: 0.3)");
    fs::write(files.path("suite.ron"), changed.replace("min: 9.0", "min: 0.0")).expect("a file");
    assert_eq!(files.loong(&["test", "suite.ron", "--out", "b"]).0, 0);

    let (code, out, _) = files.loong(&["compare", "a", "a"]);
    assert_eq!(code, 0);
    has(&out, "5 cases in both, 0 changed verdict");
    let (code, out, _) = files.loong(&["compare", "a", "b"]);
    assert_eq!(code, 0, "{out}");
    has(&out, "tiny/never/5: fail -> pass");
    let line = out.lines().find(|line| line.contains("sim_time_s")).expect("a metric");
    assert!(line.starts_with("tiny/stand") && line.ends_with("yes"), "{line}");
    let (code, out, _) = files.loong(&["compare", "b", "a", "--json", "-"]);
    assert_eq!(code, 1, "{out}");
    let json: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(json["changed"][0]["a"], "pass");
    assert_eq!(json["pairs"], 5);
    assert!(json["metrics"][0]["beyond_noise"].is_boolean());
}

#[test]
fn shipped_suites_are_whole() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = Files::new(SUITE);
    let list = |suite: &str| {
        let path = root.join("configs/suites").join(suite);
        let (code, out, errors) = files.loong(&["test", path.to_str().expect("UTF-8"), "--list"]);
        assert_eq!(code, 0, "{errors}");
        out
    };
    assert!(list("smoke.ron").lines().count() >= 4);
    let ids = list("regression.ron");
    assert!(ids.lines().count() >= 150);
    for entry in fs::read_dir(root.join("configs/scenarios")).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().and_then(|stem| stem.to_str()).expect("a name");
        let is_run = ["/", "["].iter().any(|next| ids.contains(&format!("regression/{name}{next}")));
        assert!(is_run, "no {name} in\n{ids}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_breaks_the_reader_of_suites(
        at in 0..SUITE.len(), length in 0..40_usize, text in "[(){}\\[\\],:\"a-z0-9. -]{0,30}|\\PC{0,30}"
    ) {
        let end = (at + length).min(SUITE.len());
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("suite.ron");
        for suite in [format!("{}{text}{}", &SUITE[..at], &SUITE[end..]), text] {
            fs::write(&path, suite).expect("a file");
            for result in [load_suite(&path, &[]).map(|_| ()), load_file(&path, &LoadOptions::default()).map(|_| ())] {
                if let Err(error) = result {
                    prop_assert!(error.diagnostics().iter().all(|diagnostic| diagnostic.line > 0));
                    prop_assert!(!error.render(false).is_empty());
                }
            }
        }
    }
}
