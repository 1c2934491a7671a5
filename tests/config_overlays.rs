//! Overlays, includes and elements by name: what they change, and where their mistakes are shown.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use loong::config::load::{LoadedFile, load_file};
use loong::config::{
    ConfigError, LoadOptions, LoadedScenario, Override, load_robot, load_scenario, load_suite, overlay_text,
    read_overlay,
};
use loong::model::RobotModel;
use proptest::prelude::*;
use tempfile::TempDir;

const ROBOT: &str = include_str!("../configs/robots/healthy_loong.ron");
const WALK: &str = include_str!("../configs/scenarios/walk_flat.ron");

/// A folder with the shipped robot as `robots/r.ron` and a scenario `scenarios/s.ron` of it.
struct Files {
    folder: TempDir,
}

impl Files {
    fn new() -> Self {
        let files = Self { folder: tempfile::tempdir().expect("a folder") };
        files.write("robots/r.ron", ROBOT);
        files.write("scenarios/s.ron", &WALK.replace("../robots/healthy_loong.ron", "../robots/r.ron"));
        files
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, text).expect("a file");
        path
    }

    /// The scenario with overlays and then single changes.
    fn load(&self, overlays: &[&str], sets: &[&str]) -> Result<LoadedScenario, ConfigError> {
        let mut overrides = Vec::new();
        for (i, text) in overlays.iter().enumerate() {
            overrides.extend(read_overlay(&self.write(&format!("o{i}.ron"), text))?);
        }
        for text in sets {
            overrides.push(Override::parse(text)?);
        }
        let options = LoadOptions { overrides: &overrides, ..LoadOptions::default() };
        load_scenario(&self.path("scenarios/s.ron"), &options)
    }

    fn loong(&self, arguments: &[&str]) -> (i32, String, String) {
        common::loong_in(self.folder.path(), arguments)
    }
}

/// The first mistake as `file:line:column: field: found ..., allowed: ... (hint)`, without the folder.
#[track_caller]
fn first(error: &ConfigError, folder: &Path) -> String {
    assert!(!error.render(false).is_empty());
    error.diagnostics()[0].to_string().replace(&format!("{}/", folder.display()), "")
}

#[track_caller]
fn says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "no {part:?} in {text}");
    }
}

#[test]
fn overlays_are_put_in_in_order_and_set_wins() {
    let files = Files::new();
    let first = "// found by hand\n{\n  \"terrain.friction\": 0.5, // less\n  \"duration_s\": 5, \"name\": \"n\",\n  \
                 \"robot.controller.swing.clearance_m\": 0.07, }";
    let second = "{ \"duration_s\": 6, \"robot.posture_rad[left_elbow]\": 0.6 }";
    let loaded = files.load(&[first, second], &["terrain.friction=0.7"]).unwrap_or_else(|e| panic!("{e}"));
    let (scenario, robot) = (&loaded.scenario.config, &loaded.robot.config);
    assert_eq!((scenario.terrain.friction, scenario.duration_s), (0.7, 6.0));
    assert_eq!(scenario.name, "n");
    assert_eq!(robot.controller.swing.clearance_m, 0.07);
    assert_eq!(robot.posture_rad["left_elbow"], 0.6);
    let names = ["scenarios/s.ron", "o0.ron", "o1.ron", "scenarios/../robots/r.ron"];
    let mut files_read = loaded.files();
    files_read.sort();
    let mut expected: Vec<PathBuf> = names.iter().map(|name| files.path(name)).collect();
    expected.sort();
    assert_eq!(files_read, expected);
}

#[test]
fn mistakes_of_an_overlay_are_at_its_own_line() {
    let files = Files::new();
    for (line, at, parts) in [
        (
            r#""robot.controller.gait.single_suport_s": 0.4"#,
            "o0.ron:3:26: controller.gait.single_suport_s",
            &["unknown field", "did you mean `single_support_s`?"][..],
        ),
        (r#""terain.friction": 0.4"#, "o0.ron:3:4: terain", &["did you mean `terrain`?"]),
        (
            r#""robot.controller.single_support_s": 0.4"#,
            "o0.ron:3:21: controller.single_support_s",
            &["did you mean `controller.gait.single_support_s`?"],
        ),
        (r#""gravity": 3"#, "o0.ron:3:4: gravity", &["did you mean `physics.gravity_m_s2`?"]),
        (r#""physics.dt_s": "fast""#, "o0.ron:3:19: physics.dt_s", &["`\"fast\"`", "a number"]),
        (r#""physics.dt_s": 1"#, "o0.ron:3:19: physics.dt_s", &["found 1", "from 1e-6 to 0.01"]),
        (r#""physics.dt_s": NaN"#, "o0.ron:3:19: physics.dt_s", &["a finite number"]),
        (r#""physics": (dt_s: 1)"#, "o0.ron:3:21: physics.dt_s", &["found 1"]),
        (
            r#""robot.links[torsoo].mass_kg": 3"#,
            "o0.ron:3:16: links[torsoo].mass_kg",
            &[
                "`[torsoo]`, which is not there",
                "did you mean `links[torso]`?",
                "or by its name: one of `torso`",
            ],
        ),
        (
            r#""expectations[7].max": 3"#,
            "o0.ron:3:17: expectations[7].max",
            &["an element from `[0]` to `[4]`"],
        ),
        (r#""name": walk"#, "o0.ron:3:11: name", &["a text in double quotes", "write \"walk\""]),
        (r#""a..b": 1"#, "o0.ron:3:6: (file)", &["the name of a field"]),
        (r#""": 1"#, "o0.ron:3:3: (file)", &["the name of a field"]),
        (r"name: 1", "o0.ron:3:3: (file)", &["`name`", "in double quotes"]),
        (r#""duration_s": 4, "duration_s": 5"#, "o0.ron:3:20: duration_s", &["twice", "once"]),
        (r#""duration_s" 4"#, "o0.ron:3:16: duration_s", &["`:` and a value"]),
    ] {
        let error =
            files.load(&[&format!("{{\n  \"start.yaw_rad\": 0.1,\n  {line},\n}}")], &[]).expect_err(line);
        let text = first(&error, files.folder.path());
        assert!(text.starts_with(at), "{line}: {text}");
        says(&text, parts);
    }
    for (text, at) in
        [("(a: 1)", "o0.ron:1:1"), ("[1]", "o0.ron:1:1"), ("", "o0.ron:1:1"), ("{", "o0.ron:1:1")]
    {
        let error = files.load(&[text], &[]).expect_err(text);
        assert!(first(&error, files.folder.path()).starts_with(at), "{error}");
    }
    let many: String = (0..1001).map(|i| format!("\"a{i}\": 1,")).collect();
    let error = files.load(&[&format!("{{{many}}}")], &[]).expect_err("too many");
    says(&error.to_string(), &["1001 changes", "at most 1000"]);
}

#[test]
fn what_a_program_writes_as_an_overlay_is_read_again() {
    let files = Files::new();
    let text = overlay_text(
        "tune: 40 trials\nof walk_flat",
        [
            ("robot.controller.swing.clearance_m", "0.05"),
            ("robot.joints[\"left_knee\"].limits_rad", "(-2.0, 0.05)"),
            ("name", "\"tuned\""),
        ],
    );
    assert!(text.starts_with("// tune: 40 trials\n// of walk_flat\n{\n"), "{text}");
    let loaded = files.load(&[&text], &[]).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(loaded.scenario.config.name, "tuned");
    assert_eq!(loaded.robot.config.controller.swing.clearance_m, 0.05);
    let knee = loaded.robot.config.joints.iter().find(|joint| joint.name == "left_knee").expect("a knee");
    assert_eq!(knee.limits_rad, (-2.0, 0.05));
}

#[test]
fn elements_are_called_by_their_names() {
    let files = Files::new();
    let sets = [
        "robot.joints[left_knee].actuator.peak_torque_nm=300",
        "robot.joints[\"right_knee\"].actuator.peak_torque_nm=310",
        "expectations[fell].max=2",
    ];
    let loaded = files.load(&[], &sets).unwrap_or_else(|e| panic!("{e}"));
    let torque = |name: &str| {
        let joint = loaded.robot.config.joints.iter().find(|joint| joint.name == name).expect(name);
        joint.actuator.peak_torque_nm
    };
    assert_eq!((torque("left_knee"), torque("right_knee")), (300.0, 310.0));
    assert_eq!(loaded.scenario.config.expectations[0].max, Some(2.0));
    for (set, column, parts) in [
        ("robot.joints[left_kne].axis=1", 14, &["`[left_kne]`", "did you mean `joints[left_knee]`?"][..]),
        ("robot.joints[left_knee].axis=(0,0,0)", 30, &["joints[", "a direction"]),
        ("robot.joints[left_knee].axs=(0,0,0)", 25, &["`axs`", "did you mean `axis`?"]),
        ("robot.joints.left_knee.axis=(1,0,0)", 14, &["`left_knee`", "did you mean `joints[left_knee]`?"]),
        ("duration_s[torso]=1", 12, &["nothing below `duration_s`"]),
        ("command.script[first].for_s=1", 16, &["an element from `[0]` to `[1]`"]),
    ] {
        let error = files.load(&[], &[set]).expect_err(set);
        assert_eq!(error.diagnostics()[0].column, column, "{error}");
        says(&error.to_string(), parts);
    }
    // Of two elements of one name neither is meant.
    let twice = "expectations=[(metric: \"fell\", max: 0), (metric: \"fell\", max: 1)]";
    let error = files.load(&[], &[twice, "expectations[fell].max=2"]).expect_err("two of a name");
    says(&error.to_string(), &["which several elements are called", "`[0]` to `[1]`"]);
}

#[test]
fn a_link_s_mass_alone_is_refused_where_it_was_changed() {
    let files = Files::new();
    let set = "robot.links[torso].mass_kg=31";
    let error = files.load(&[], &[set]).expect_err("the total is another");
    assert_eq!(error.diagnostics().len(), 1, "{error}");
    let text = error.to_string();
    assert!(text.starts_with(&format!("--set {set}:1:28: mass_kg: found 82")), "{text}");
    says(&text, &["set `mass_kg` to 86.90", "`mass_scale`"]);
    let error =
        files.load(&["{\n\"robot.links[torso].mass_kg\": 31 }"], &[]).expect_err("the total is another");
    assert!(first(&error, files.folder.path()).starts_with("o0.ron:2:31: mass_kg"), "{error}");
    // Where the total was changed last, it is the total that is wrong.
    let error = files.load(&[], &[set, "robot.mass_kg=90"]).expect_err("the total is another");
    assert!(error.to_string().starts_with("--set robot.mass_kg=90:1:15: mass_kg: found 90"), "{error}");
    let loaded = files.load(&[], &[set, "robot.mass_kg=86.9"]).unwrap_or_else(|e| panic!("{e}"));
    assert!((RobotModel::build(&loaded.robot.config).expect("a model").mass_kg - 86.9).abs() < 0.1);
}

#[test]
fn a_heavier_robot_is_one_change() {
    let files = Files::new();
    let model = |sets: &[&str]| {
        let loaded = files.load(&[], sets).unwrap_or_else(|e| panic!("{e}"));
        RobotModel::build(&loaded.robot.config).expect("a model")
    };
    let (plain, heavy) = (model(&[]), model(&["robot.mass_scale=1.15"]));
    assert!((plain.mass_kg - 82.0).abs() < 0.1, "{}", plain.mass_kg);
    assert!((heavy.mass_kg - 1.15 * plain.mass_kg).abs() < 1e-9, "{}", heavy.mass_kg);
    for (a, b) in plain.bodies.iter().zip(&heavy.bodies) {
        assert!(
            (b.mass_kg - 1.15 * a.mass_kg).abs() < 1e-12 && (b.inertia - a.inertia * 1.15).norm() < 1e-12
        );
        assert_eq!(a.armature_kgm2, b.armature_kgm2, "rotors keep theirs");
    }
    // Not a bit changes where nothing is scaled.
    let one = model(&["robot.mass_scale=1"]);
    let bits = |model: &RobotModel| -> Vec<u64> {
        let numbers = model.bodies.iter().flat_map(|b| b.inertia.iter().copied().chain([b.mass_kg]));
        numbers.chain([model.mass_kg]).map(f64::to_bits).collect()
    };
    assert_eq!(bits(&plain), bits(&one));
    let error = files.load(&[], &["robot.mass_scale=0"]).expect_err("no mass");
    says(&error.to_string(), &["--set robot.mass_scale=0:1:18", "from 0.01 to 100"]);
}

#[test]
fn a_robot_may_be_another_one_changed() {
    let files = Files::new();
    let heavy = files.write(
        "mine/heavy.ron",
        "// heavier\n(\n  base: \"../robots/r.ron\",\n  changes: {\n    \"name\": \"Heavy\",\n    \
         \"links[torso].mass_kg\": 38.3944,\n    \"mass_kg\": 94.3,\n  },\n)",
    );
    let tall = files
        .write("tall.ron", "(base: \"mine/heavy.ron\", changes: {\"height_m\": 1.9, \"name\": \"Tall\"})");
    let loaded = load_robot(&heavy).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!((loaded.config.name.as_str(), loaded.config.mass_kg), ("Heavy", 94.3));
    assert_eq!(loaded.config.links[0].mass_kg, 38.3944);
    let loaded = load_robot(&tall).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!((loaded.config.name.as_str(), loaded.config.mass_kg), ("Tall", 94.3));
    assert_eq!(loaded.config.height_m, 1.9);
    assert_eq!(loaded.path(), tall);
    let read: Vec<String> = loaded
        .files()
        .iter()
        .map(|f| f.strip_prefix(files.folder.path()).expect("below").display().to_string())
        .collect();
    assert_eq!(read, ["tall.ron", "mine/heavy.ron", "mine/../robots/r.ron"]);
    assert!(matches!(load_file(&tall, &LoadOptions::default()), Ok(LoadedFile::Robot(_))));
    // The same text with and without an include that changes nothing: nothing else can differ.
    let same = files.write("same.ron", "(base: \"robots/r.ron\")");
    assert_eq!(load_robot(&same).expect("a robot").text(), ROBOT);
    assert_eq!(load_robot(&files.path("robots/r.ron")).expect("a robot").text(), ROBOT);
    // --set over an include.
    let options = LoadOptions {
        overrides: &[Override::parse("robot.height_m=2").expect("a change")],
        robot: Some(tall),
        ..LoadOptions::default()
    };
    let loaded = load_scenario(&files.path("scenarios/s.ron"), &options).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(loaded.robot.config.height_m, 2.0);
}

#[test]
fn a_scenario_and_a_suite_may_be_another_one_changed() {
    let files = Files::new();
    // In another folder: the robot's name is still relative to the file it stands in.
    let icy = files.write(
        "deep/er/icy.ron",
        "(base: \"../../scenarios/s.ron\", changes: {\"name\": \"icy\", \"terrain.friction\": 0.3, \
         \"robot.mass_scale\": 1.1, \"expectations[fell].max\": 1})",
    );
    let loaded = load_scenario(&icy, &LoadOptions::default()).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!((loaded.scenario.config.name.as_str(), loaded.scenario.config.terrain.friction), ("icy", 0.3));
    assert_eq!(loaded.robot.config.mass_scale, 1.1);
    assert_eq!(loaded.files().len(), 3);
    // A robot named by the changes is relative to the changing file.
    files.write("deep/er/other.ron", "(base: \"../../robots/r.ron\", changes: {\"name\": \"Other\"})");
    let text = fs::read_to_string(&icy)
        .expect("the file")
        .replace("\"name\":", "\"robot\": \"other.ron\", \"name\":");
    let loaded = load_scenario(&files.write("deep/er/o.ron", &text), &LoadOptions::default());
    assert_eq!(loaded.unwrap_or_else(|e| panic!("{e}")).robot.config.name, "Other");

    files.write(
        "suites/all.ron",
        "(name: \"all\", entries: [(name: \"walk\", scenario: \"../scenarios/s.ron\", seeds: (0, 3))])",
    );
    let few = files.write(
        "deep/few.ron",
        "(base: \"../suites/all.ron\", changes: {\"entries[walk].seeds\": (0, 1), \"name\": \"few\"})",
    );
    let suite = load_suite(&few, &[]).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(suite.config.entries[0].seeds, (0, 1));
    let (code, out, errors) = files.loong(&["test", "deep/few.ron", "--list"]);
    assert_eq!((code, out.trim()), (0, "few/walk/0"), "{errors}");
    let (code, out, errors) = files.loong(&["check", "deep", "suites"]);
    assert_eq!(code, 0, "{out}{errors}");
    says(
        &out,
        &["deep/few.ron: suite few, 1 runs, ok", "deep/er/icy.ron: scenario icy, ok", "5 files, all right"],
    );
}

#[test]
fn mistakes_of_includes_are_in_the_file_that_makes_them() {
    let files = Files::new();
    let wrong = ROBOT.replacen("height_m: 1.85", "height_m: -1.85", 1);
    let line = 1 + wrong[..wrong.find("-1.85").expect("there")].matches('\n').count();
    files.write("wrong.ron", &wrong);
    files.write("cycle_a.ron", "(\n base: \"cycle_b.ron\")");
    files.write("cycle_b.ron", "(base: \"robots/../cycle_a.ron\")");
    for i in 0..20 {
        files.write(&format!("chain{i}.ron"), &format!("(base: \"chain{}.ron\")", i + 1));
    }
    for (text, at, parts) in [
        ("(base: \"wrong.ron\")", format!("wrong.ron:{line}:15: height_m"), &["a positive number"][..]),
        (
            "(base: \"wrong.ron\",\n changes: {\"name\": 1})",
            "x.ron:2:20: name".into(),
            &["a text in double quotes"],
        ),
        (
            "(base: \"robots/r.ron\",\n changes: {\n\"links[torso].mas_kg\": 1})",
            "x.ron:3:15: links[0].mas_kg".into(),
            &["did you mean `mass_kg`?"],
        ),
        (
            "(base: \"robots/r.ron\",\n changes: {\"height_m\": 0})",
            "x.ron:2:24: height_m".into(),
            &["a positive number"],
        ),
        ("(base: \"robots/no.ron\")", "x.ron:1:8: base".into(), &["no such file at ", "robots/no.ron"]),
        ("(base: \"robots\")", "x.ron:1:8: base".into(), &["a directory"]),
        ("(base: robots)", "x.ron:1:8: base".into(), &["in double quotes"]),
        ("(changes: {})", "x.ron:1:1: base".into(), &["no such field"]),
        ("(base: \"robots/r.ron\", changes: [])", "x.ron:1:33: changes".into(), &["a map of changes"]),
        ("(base: \"robots/r.ron\", change: {})", "x.ron:1:24: change".into(), &["did you mean `changes`?"]),
        (
            "(base: \"robots/r.ron\", height_m: 2)",
            "x.ron:1:24: height_m".into(),
            &["changes: { \"height_m\": ... }"],
        ),
        ("(base: \"robots/r.ron\", base: \"b\")", "x.ron:1:24: base".into(), &["twice"]),
        (
            "(base: \"x.ron\")",
            "x.ron:1:8: base".into(),
            &["a cycle: ", "x.ron -> ", "does not include this one"],
        ),
        ("(base: \"cycle_a.ron\")", "cycle_b.ron:1:8: base".into(), &["a cycle: ", "cycle_a.ron -> "]),
        ("(base: \"chain0.ron\")", "chain14.ron:1:8: base".into(), &["a chain of at most 16 files"]),
    ] {
        let path = files.write("x.ron", text);
        let errors = [load_robot(&path).map(|_| ()), load_file(&path, &LoadOptions::default()).map(|_| ())];
        for error in errors.map(|result| result.expect_err(text)) {
            let shown = first(&error, files.folder.path());
            assert!(shown.starts_with(&at), "{text}: {shown}");
            says(&shown, parts);
        }
    }
}

#[test]
fn the_command_line_takes_overlays() {
    let files = Files::new();
    files.write("short.ron", "{ \"duration_s\": 0.1, \"expectations\": [(metric: \"sim_time_s\", min: 9)] }");
    files.write("long.ron", "{ \"duration_s\": 0.2 }");
    let run = ["run", "scenarios/s.ron", "--overlay", "short.ron", "--overlay", "long.ron"];
    let (code, out, errors) = files.loong(&run);
    assert_eq!(code, 1, "{out}{errors}");
    says(&out, &["sim_time_s", "0.2 s simulated"]);
    let (code, out, _) = files.loong(&[&run[..], &["--set", "duration_s=0.3"]].concat());
    assert_eq!(code, 1);
    says(&out, &["0.3 s simulated"]);
    for test in [
        &["test", "scenarios/s.ron", "--overlay", "short.ron"][..],
        &["test", "suite.ron", "--overlay", "short.ron"],
    ] {
        files.write(
            "suite.ron",
            "(name: \"n\", entries: [(scenario: \"scenarios/s.ron\", set: [\"duration_s=0.4\"])])",
        );
        let (code, out, errors) = files.loong(test);
        assert_eq!(code, 1, "{out}{errors}");
        says(&out, &["--overlay short.ron", "--seed 0"]);
        let of_the_suite = test[1] == "suite.ron";
        assert_eq!(out.contains("--set duration_s=0.4"), of_the_suite, "{out}");
        says(&out, &[if of_the_suite { "sim_time_s: 0.4" } else { "sim_time_s: 0.1" }]);
    }
    files.write("bad.ron", "{ \"duration_s\": 1,\n \"durations\": 2 }");
    let (code, _, errors) = files.loong(&["run", "scenarios/s.ron", "--overlay", "bad.ron"]);
    assert_eq!(code, 2);
    says(&errors, &["bad.ron:2:3", "did you mean `duration_s`?"]);
    let (code, _, errors) = files.loong(&["check", "bad.ron", "short.ron"]);
    assert_eq!(code, 2);
    says(&errors, &["bad.ron:2:3", "did you mean `duration_s`?", "1 of 2 files are wrong"]);
    let (code, _, errors) = files.loong(&["run", "scenarios/s.ron", "--overlay", "none.ron"]);
    assert_eq!(code, 2);
    says(&errors, &["none.ron:1:1", "no such file"]);
}

#[test]
fn folders_are_checked_in_order_and_all_of_them() {
    let files = Files::new();
    files.write("all/b/two.ron", "(base: \"../../robots/r.ron\", changes: {\"height_m\": -1})");
    files.write("all/a/one.ron", "(base: \"../../robots/r.ron\")");
    files.write("all/c.ron", "(name: 1)");
    files.write("all/notes.txt", "no config");
    let (code, out, errors) = files.loong(&["check", "all"]);
    assert_eq!(code, 2);
    says(&out, &["all/a/one.ron: robot Healthy Loong, 32 links, ok"]);
    let (first, second) = (errors.find("all/b/two.ron:1"), errors.find("all/c.ron:1"));
    assert!(first.is_some() && first < second, "{errors}");
    says(&errors, &["2 of 3 files are wrong"]);
    fs::create_dir(files.path("empty")).expect("a folder");
    let (code, _, errors) = files.loong(&["check", "empty"]);
    assert_eq!(code, 2);
    says(&errors, &["without a `.ron` file"]);
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/configs");
    let (code, out, errors) = files.loong(&["check", root]);
    assert_eq!(code, 0, "{errors}");
    assert!(out.lines().last().is_some_and(|line| line.ends_with("files, all right")), "{out}");
}

#[test]
fn new_files_pass_the_check_and_run_and_nothing_is_written_over() {
    let files = Files::new();
    for arguments in [
        &["new", "robot", "plain"][..],
        &["new", "robot", "mine \"x\"", "--base", "robots/r.ron", "-o", "robots/mine.ron"],
        &["new", "scenario", "walk", "-o", "scenarios/walk.ron"],
    ] {
        let (code, out, errors) = files.loong(arguments);
        assert_eq!(code, 0, "{out}{errors}");
        let (code, _, errors) = files.loong(arguments);
        assert_eq!(code, 2, "nothing is written over");
        says(&errors, &["--force"]);
        assert_eq!(files.loong(&[arguments, &["--force"]].concat()).0, 0);
    }
    for file in ["plain.ron", "robots/mine.ron", "scenarios/walk.ron"] {
        let (code, out, errors) = files.loong(&["check", file]);
        assert_eq!(code, 0, "{out}{errors}");
    }
    let loaded = load_robot(&files.path("robots/mine.ron")).expect("a robot");
    assert_eq!(loaded.config.name, "mine \"x\"");
    let stand = concat!(env!("CARGO_MANIFEST_DIR"), "/configs/scenarios/stand.ron");
    let (code, out, errors) = files.loong(&["run", stand, "--robot", "plain.ron", "--set", "duration_s=3"]);
    assert_eq!(code, 0, "{out}{errors}");
    let (code, out, errors) = files.loong(&["run", "scenarios/walk.ron", "--set", "duration_s=6"]);
    assert_eq!(code, 0, "{out}{errors}");
    for arguments in [
        &["new", "robot", "a/b"][..],
        &["new", "robot", ""],
        &["new", "robot", "x", "-o", "no/such/x.ron"],
        &["new", "robot", "x", "--base", "none.ron"],
        &["new", "scenario", "x", "--base", "robots/r.ron"],
        &["new", "robot", "x", "--force", "-o", "robots"],
    ] {
        let (code, _, errors) = files.loong(arguments);
        assert_eq!(code, 2, "{arguments:?}");
        assert!(!errors.is_empty() && !errors.contains("panicked"), "{errors}");
    }
}

/// Whatever is refused is refused with a place.
fn assert_reported<T>(result: Result<T, ConfigError>) {
    if let Err(error) = result {
        assert!(!error.diagnostics().is_empty());
        for d in error.diagnostics() {
            assert!(d.line >= 1 && d.column >= 1 && !d.found.is_empty() && !d.allowed.is_empty(), "{d}");
        }
        assert!(!error.render(true).is_empty());
    }
}

const OVERLAY: &str = r#"// c
{
  "terrain.friction": 0.5, "robot.links[torso].com_m": (0, 0, 0.2), /* x */
  "robot.controller": (gait: (single_support_s: 0.36)), "expectations[fell]": (metric: "fell", max: 1),
  "command.script[1].forward_m_s": 0.5, "robot.posture_rad[\"left_knee\"]": -0.8,
}"#;

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_breaks_the_reader_of_overlays_and_includes(
        at in 0..OVERLAY.len(), length in 0..40_usize,
        text in "[(){}\\[\\],:\"a-z0-9_. /*-]{0,30}|\\PC{0,30}|(robot|links|terrain|\\[|\\]|\\.|\"|:|1|,){0,12}",
    ) {
        let files = Files::new();
        let (mut at, mut end) = (at, (at + length).min(OVERLAY.len()));
        while !OVERLAY.is_char_boundary(at) { at -= 1; }
        while !OVERLAY.is_char_boundary(end) { end -= 1; }
        let slipped = format!("{}{text}{}", &OVERLAY[..at], &OVERLAY[end.max(at)..]);
        for overlay in [&slipped, &text, &format!("{{{text}}}"), &format!("{{\"{text}\": {text}}}")] {
            assert_reported(files.load(&[overlay], &[]));
            let map = overlay.trim_start_matches("// c");
            let path = files.write("scenarios/i.ron", &format!("(base: \"s.ron\", changes: {map})"));
            assert_reported(load_scenario(&path, &LoadOptions::default()));
            assert_reported(load_file(&path, &LoadOptions::default()));
        }
        let path = files.write("scenarios/i.ron", &format!("(base: \"{text}\", {text})"));
        assert_reported(load_file(&path, &LoadOptions::default()));
    }
}
