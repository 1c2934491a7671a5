//! Searches: bisection, designs, and the three commands as a user meets them.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use loong::search::{Axis, Found, Grid, Method, bisect, design};
use serde_json::Value;
use tempfile::TempDir;

fn find(last: usize, neighbours: usize, holds: impl Fn(usize) -> bool) -> Found {
    bisect(last, neighbours, |index| Ok::<bool, ()>(holds(index))).expect("no error")
}

#[test]
fn bisection_finds_every_edge_and_asks_little() {
    for last in [1, 2, 7, 40, 1000] {
        for edge in 0..last {
            let found = find(last, 1, |index| index <= edge);
            assert_eq!((found.limit, found.first_failure), (Some(edge), Some(edge + 1)), "{edge} of {last}");
            assert!(found.holds_above.is_empty());
            assert!(found.probes.len() <= 24, "{} questions for {edge} of {last}", found.probes.len());
            let mut asked: Vec<usize> = found.probes.iter().map(|(index, _)| *index).collect();
            asked.sort_unstable();
            asked.dedup();
            assert_eq!(asked.len(), found.probes.len(), "a question was asked twice");
        }
    }
}

#[test]
fn what_always_holds_ends_with_the_range_and_what_never_holds_has_no_limit() {
    let always = find(20, 1, |_| true);
    assert_eq!((always.limit, always.first_failure), (Some(20), None));
    let never = find(20, 1, |_| false);
    assert_eq!((never.limit, never.first_failure), (None, Some(0)));
    let later = find(20, 1, |index| index == 1);
    assert_eq!((later.limit, later.first_failure, later.holds_above), (None, Some(0), vec![1]));
}

#[test]
fn a_hole_below_lowers_the_limit_and_an_island_above_is_told() {
    let hole = find(20, 1, |index| index <= 10 && index != 9);
    assert_eq!((hole.limit, hole.first_failure), (Some(8), Some(9)));
    assert!(hole.holds_above.contains(&10), "{hole:?}");
    let island = find(20, 1, |index| index <= 5 || index == 7);
    assert_eq!((island.limit, island.first_failure), (Some(5), Some(6)));
    assert_eq!(island.holds_above, [7]);
    let unseen = find(20, 0, |index| index <= 10 && index != 9);
    assert_eq!(unseen.limit, Some(10), "without neighbours the hole is not looked for");
    let two = find(20, 2, |index| index <= 12 && index != 10);
    assert_eq!((two.limit, two.first_failure), (Some(9), Some(10)));
}

#[test]
fn an_error_ends_the_bisection() {
    let mut asked = 0;
    let result = bisect(20, 1, |_| {
        asked += 1;
        if asked == 3 { Err("broken") } else { Ok(true) }
    });
    assert_eq!((result, asked), (Err("broken"), 3));
}

#[test]
fn scales_have_both_ends_and_round_values() {
    let down = Grid::linear(0.8, 0.05, 0.025);
    let values: Vec<f64> = (0..=down.last()).map(|index| down.value(index)).collect();
    assert_eq!((values.len(), values[0], values[1], values[30]), (31, 0.8, 0.775, 0.05));
    let uneven = Grid::linear(0.0, 1.0, 0.3);
    let values: Vec<f64> = (0..=uneven.last()).map(|index| uneven.value(index)).collect();
    assert_eq!(values, [0.0, 0.3, 0.6, 0.9, 1.0]);
    let up = Grid::geometric(1.0, 100.0, 10.0);
    assert_eq!((0..=up.last()).map(|i| up.value(i)).collect::<Vec<_>>(), [1.0, 10.0, 100.0]);
    let shrinking = Grid::geometric(8.0, 1.0, 2.0);
    assert_eq!((0..=shrinking.last()).map(|i| shrinking.value(i)).collect::<Vec<_>>(), [8.0, 4.0, 2.0, 1.0]);
}

fn axes(texts: &[&str]) -> Vec<Axis> {
    texts.iter().map(|text| Axis::parse(text).expect(text)).collect()
}

#[test]
fn a_latin_hypercube_meets_every_stratum_of_every_axis_once() {
    let axes = axes(&["a=0..1", "b=1..10 log", "c=[1, 2, 3]"]);
    let points = design(&axes, Method::Lhs, 30, 7);
    assert_eq!(points.len(), 30);
    for axis in 0..3 {
        let mut strata: Vec<usize> = points.iter().map(|point| (point[axis] * 30.0) as usize).collect();
        strata.sort_unstable();
        assert_eq!(strata, (0..30).collect::<Vec<_>>());
    }
    let mut counts = BTreeMap::new();
    for point in &points {
        *counts.entry(axes[2].at(point[2])).or_insert(0) += 1;
    }
    assert_eq!(counts.into_values().collect::<Vec<_>>(), [10, 10, 10]);
    assert_eq!(points, design(&axes, Method::Lhs, 30, 7), "the same seed gives the same points");
    assert_ne!(points, design(&axes, Method::Lhs, 30, 8));
    let diagonal = points.iter().all(|point| (point[0] * 30.0) as usize == (point[1] * 30.0) as usize);
    assert!(!diagonal, "the axes are shuffled apart");
}

#[test]
fn grids_have_every_combination_and_random_points_differ() {
    let grid = design(&axes(&["a=0..1:3", "b=[x, y]"]), Method::Grid, 99, 0);
    assert_eq!(grid.len(), 6);
    assert_eq!(grid[0][0], 0.0);
    assert_eq!(grid[5][0], 1.0);
    assert_eq!(design(&axes(&["a=0..1", "b=[x, y, z]"]), Method::Grid, 20, 0).len(), 18);
    assert_eq!(design(&axes(&["a=0..1"]), Method::Grid, 20, 0).len(), 20);
    let random = design(&axes(&["a=0..1", "b=0..1"]), Method::Random, 50, 1);
    assert!(random.iter().flatten().all(|share| (0.0..1.0).contains(share)));
    assert_ne!(random[0], random[1]);
}

const SWEEP: &str = r#"(
    name: "tiny",
    scenario: "stand.ron",
    set: ["duration_s=0.3"],
    over: ["terrain.friction=0.5..0.9:3", "state_source=[Sensors, GroundTruth]"],
    seeds: (0, 2),
    metrics: ["peak_torque_share", "sim_time_s"],
)
"#;

/// A run passes up to 0.25 s, and the left and right halves of the directions do so at other values.
const LIMITS: &str = r#"(
    name: "tiny",
    seeds: (0, 2),
    quantities: [
        (
            name: "time",
            unit: "s",
            scenario: "stand.ron",
            any_scenario: true,
            set: ["duration_s={x}", "expectations=[(metric: \"sim_time_s\", max: 0.251)]"],
            range: (0.1, 0.5),
            resolution: Step(0.05),
            report: "sim_time_s",
        ),
        (
            name: "short",
            scenario: "stand.ron",
            set: ["duration_s={x}", "expectations=[(metric: \"sim_time_s\", max: 9.0)]"],
            range: (0.2, 0.1),
            resolution: Step(0.05),
        ),
        (
            name: "sides",
            scenario: "stand.ron",
            set: ["duration_s={0.01*x}", "expectations=[(metric: \"sim_time_s\", max: {late})]"],
            range: (10, 30),
            resolution: Factor(1.2),
            cases: {"late": [0.2, 0.3]},
            directions_deg: [0, 90],
        ),
    ],
)
"#;

/// The cost is least at 0.2 s.
const TUNE: &str = r#"(
    name: "tiny",
    scenarios: [(scenario: "stand.ron")],
    over: ["duration_s=0.1..0.4"],
    objective: (
        terms: [
            (metric: "sim_time_s", weight: 10.0, above: 0.2),
            (metric: "sim_time_s", weight: 10.0, below: 0.2),
        ],
    ),
    seeds: (0, 1),
    held_out_seeds: (1, 3),
    budget: 20,
)
"#;

struct Files {
    folder: TempDir,
}

impl Files {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let stand = fs::read_to_string(root.join("configs/scenarios/stand.ron")).expect("the scenario");
        let robot = root.join("configs/robots/healthy_loong.ron");
        let stand = stand
            .replace("../robots/healthy_loong.ron", robot.to_str().expect("UTF-8"))
            .replace("duration_s: 20.0", "duration_s: 0.35")
            // Measured from one second on.
            .replace("(metric: \"com_travel_max_m\", max: Some(0.01)),", "");
        for (name, text) in
            [("stand.ron", stand.as_str()), ("sweep.ron", SWEEP), ("limits.ron", LIMITS), ("tune.ron", TUNE)]
        {
            fs::write(folder.path().join(name), text).expect("a file");
        }
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn change(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "no {from:?} in {name}");
        fs::write(self.path(name), text.replace(from, to)).expect("a file");
    }

    fn loong(&self, arguments: &[&str]) -> (i32, String, String) {
        common::loong_in(self.folder.path(), arguments)
    }
}

#[track_caller]
fn has(text: &str, part: &str) {
    assert!(text.contains(part), "no {part:?} in\n{text}");
}

#[test]
fn a_sweep_gives_the_same_files_whatever_the_jobs() {
    let files = Files::new();
    let (code, one, errors) = files.loong(&["sweep", "sweep.ron", "--jobs", "1", "--out", "one"]);
    assert_eq!(code, 0, "{one}{errors}");
    has(&one, "6 points, 2 seeds each");
    let (_, three, _) = files.loong(&["sweep", "sweep.ron", "--jobs", "3", "--out", "three"]);
    assert_eq!(one, three);
    for name in ["sweep.csv", "runs.jsonl", "sweep.svg"] {
        assert_eq!(files.read(&format!("one/{name}")), files.read(&format!("three/{name}")), "{name}");
    }
    let csv = files.read("one/sweep.csv");
    assert_eq!(csv.lines().count(), 7, "{csv}");
    has(&csv, "point,terrain.friction,state_source,runs,passed,success_rate,peak_torque_share.mean");
    has(&csv, "0,0.5,Sensors,2,2,1,");
    let lines: Vec<Value> =
        files.read("one/runs.jsonl").lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 12);
    assert_eq!(lines[11]["values"]["terrain.friction"], "0.9");
    assert_ne!(lines[0]["state_hash"], lines[2]["state_hash"], "the state source matters");
    has(&files.read("one/sweep.svg"), "<svg xmlns=\"http://www.w3.org/2000/svg\"");
}

#[test]
fn a_sweep_is_made_of_options_alone_and_sorts_the_best_point_first() {
    let files = Files::new();
    let arguments = [
        "sweep",
        "stand.ron",
        "--over",
        "duration_s=0.1..0.3:3",
        "--set",
        "expectations=[(metric: \"sim_time_s\", max: 0.25)]",
        "--metric",
        "sim_time_s",
    ];
    let (code, out, errors) = files.loong(&arguments);
    assert_eq!(code, 0, "{out}{errors}");
    let rows: Vec<Vec<&str>> = out.lines().skip(2).map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[0], ["0.2", "1/1", "0.200", "0.200"]);
    assert_eq!(rows[1], ["0.1", "1/1", "0.100", "0.100"]);
    assert_eq!(rows[2], ["0.3", "0/1", "0.300", "0.300"], "a point that fails comes last");
    let (code, _, _) = files.loong(&[
        "sweep",
        "stand.ron",
        "--over",
        "duration_s=0.1..0.3",
        "--method",
        "lhs",
        "--points",
        "3",
    ]);
    assert_eq!(code, 0);
}

#[test]
fn limits_are_found_where_they_are_whatever_the_jobs() {
    let files = Files::new();
    let (code, one, errors) = files.loong(&["limits", "limits.ron", "--jobs", "1", "--out", "one"]);
    assert_eq!(code, 0, "{one}{errors}");
    let (_, many, _) = files.loong(&["limits", "limits.ron", "--jobs", "9", "--out", "many"]);
    assert_eq!(one, many);
    for name in ["limits.json", "limits.svg"] {
        assert_eq!(files.read(&format!("one/{name}")), files.read(&format!("many/{name}")), "{name}");
    }
    let report: Value = serde_json::from_str(&files.read("one/limits.json")).expect("JSON");
    let bounds = report["bounds"].as_array().expect("a list");
    assert_eq!(bounds.len(), 4);
    assert_eq!((&bounds[0]["limit"], &bounds[0]["first_failure"]), (&0.25.into(), &0.3.into()));
    assert_eq!((&bounds[0]["measured"], &bounds[0]["range_ends"]), (&0.25.into(), &false.into()));
    has(bounds[0]["failure"].as_str().expect("a text"), "sim_time_s: 0.3, allowed <= 0.251");
    assert_eq!((&bounds[1]["limit"], &bounds[1]["range_ends"]), (&0.1.into(), &true.into()));
    has(&one, "<= 0.1");
    // The harder of the two cases counts: 10, 12, 14.4, 17.28 and 20.736 hundredths.
    assert_eq!(bounds[2]["limit"], 17.28);
    has(bounds[2]["failure"].as_str().expect("a text"), "late 0.2");
    assert_eq!(bounds[3]["direction_deg"], 90.0);
}

#[test]
fn limits_of_a_users_scenario_are_those_that_fit_it() {
    let files = Files::new();
    let (code, out, errors) = files.loong(&["limits", "limits.ron", "--quantity", "time", "--seeds", "4..5"]);
    assert_eq!(code, 0, "{errors}");
    has(&out, "0.25 s");
    assert_eq!(out.lines().count(), 3, "{out}");
    let (code, _, errors) = files.loong(&["limits", "limits.ron", "--quantity", "tim"]);
    assert_eq!(code, 2);
    has(&errors, "there is no quantity `tim`, allowed: time, short, sides");
    let (code, _, errors) = files.loong(&["limits", "stand.ron", "--quantity", "stairs"]);
    assert_eq!(code, 2);
    has(&errors, "`stairs`, which needs its own");
}

#[test]
fn a_tuning_finds_the_least_cost_and_its_overlay_is_ron() {
    let files = Files::new();
    let (code, out, errors) = files.loong(&["tune", "tune.ron", "--jobs", "1", "--out", "one"]);
    assert_eq!(code, 0, "{out}{errors}");
    let overlay = files.read("one/overlay.ron");
    let values: BTreeMap<String, f64> = ron::from_str(&overlay).expect("RON");
    let changes = loong::config::read_overlay(&files.path("one/overlay.ron")).expect("an overlay");
    assert_eq!(changes.len(), values.len());
    let found = values["duration_s"];
    assert!((found - 0.2).abs() <= 0.005, "{overlay}");
    has(&overlay, "// tiny: cost 1.500 before, ");
    has(&overlay, "// on held-out seeds: 1.500 before, ");
    has(&overlay, "// loong tune tune.ron");
    let rows = files.read("one/evaluations.csv").lines().count() - 1;
    assert!(rows > 7 && rows <= 20, "{rows} evaluations");
    let (_, two, _) = files.loong(&["tune", "tune.ron", "--jobs", "1", "--out", "two"]);
    assert_eq!((out, overlay), (two, files.read("two/overlay.ron")), "the same again");
    let (_, three, _) = files.loong(&["tune", "tune.ron", "--jobs", "3", "--out", "three"]);
    assert_eq!(files.read("one/evaluations.csv"), files.read("three/evaluations.csv"), "{three}");
}

#[test]
fn mistakes_are_shown_where_they_are() {
    for (file, from, to, part) in [
        ("sweep.ron", "0.5..0.9:3", "0.9..0.5", "sweep.ron:5:"),
        ("sweep.ron", "sim_time_s", "sim_time", "the unknown metric `sim_time`"),
        ("sweep.ron", "terrain.friction=", "terrain.frictoin=", "did you mean `friction`?"),
        ("sweep.ron", "stand.ron", "sit.ron", "no file at"),
        ("sweep.ron", "metrics:", "metric:", "did you mean `metrics`?"),
        ("limits.ron", "{x}\"", "{y}\"", "the unknown value `y`"),
        ("limits.ron", "Step(0.05)", "Step(-0.05)", "a positive step"),
        ("limits.ron", "range: (0.1, 0.5)", "range: (0.1, 0.1)", "two different values"),
        ("limits.ron", "duration_s={x}", "duration={x}", "the unknown field `duration`"),
        ("tune.ron", "(1, 3)", "(0, 3)", "seeds that are tuned on nowhere"),
        ("tune.ron", "0.1..0.4", "[0.1, 0.4]", "a range, such as"),
        ("tune.ron", "weight", "weigth", "did you mean `weight`?"),
    ] {
        let files = Files::new();
        files.change(file, from, to);
        let (code, _, errors) = files.loong(&["check", file]);
        assert_eq!(code, 2, "{file} with {to}: {errors}");
        has(&errors, part);
        let command = file.trim_end_matches(".ron");
        let (code, _, errors) = files.loong(&[command, file]);
        assert_eq!(code, 2, "loong {command}: {errors}");
        has(&errors, part);
    }
    let files = Files::new();
    for arguments in [
        &["sweep", "stand.ron"][..],
        &["sweep", "stand.ron", "--over", "duration_s"],
        &["sweep", "stand.ron", "--over", "duration_s=1..2", "--metric", "speed"],
        &["sweep", "limits.ron"],
        &["tune", "stand.ron"],
        &["limits", "sweep.ron"],
        &["limits", "none.ron"],
    ] {
        let (code, _, errors) = files.loong(arguments);
        assert_eq!(code, 2, "{arguments:?}: {errors}");
        assert!(!errors.is_empty() && !errors.contains("panicked"), "{errors}");
    }
}

#[test]
fn the_shipped_searches_are_sound() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut names = Vec::new();
    for folder in ["configs/search", "configs/search/limits"] {
        for entry in fs::read_dir(root.join(folder)).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_file() {
                names.push(path.to_str().expect("UTF-8").to_owned());
            }
        }
    }
    assert!(names.len() >= 6, "{names:?}");
    let mut arguments = vec!["check"];
    arguments.extend(names.iter().map(String::as_str));
    let (code, out, errors) = Files::new().loong(&arguments);
    assert_eq!(code, 0, "{errors}");
    assert_eq!(out.lines().filter(|line| line.ends_with(", ok")).count(), names.len(), "{out}");
}
