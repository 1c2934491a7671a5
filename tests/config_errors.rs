//! What a user sees of a config that is wrong: file, line, column, field, what was found, what is allowed.

use std::fs;
use std::path::{Path, PathBuf};

use loong::config::load::load_file;
use loong::config::{
    ConfigError, Diagnostic, LoadOptions, LoadedScenario, Override, load_robot, load_scenario,
};
use loong::model::RobotModel;
use proptest::prelude::*;
use tempfile::TempDir;

const ROBOT: &str = include_str!("../configs/robots/healthy_loong.ron");
const WALK: &str = include_str!("../configs/scenarios/walk_flat.ron");

/// A folder with a robot `robots/r.ron` and a scenario `scenarios/s.ron` that names it.
struct Files {
    folder: TempDir,
}

impl Files {
    fn new(robot: impl AsRef<[u8]>, scenario: impl AsRef<[u8]>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["robots", "scenarios"] {
            fs::create_dir(folder.path().join(name)).expect("a folder");
        }
        let files = Self { folder };
        fs::write(files.robot(), robot).expect("a file");
        fs::write(files.scenario(), scenario).expect("a file");
        files
    }

    fn robot(&self) -> PathBuf {
        self.folder.path().join("robots/r.ron")
    }

    fn scenario(&self) -> PathBuf {
        self.folder.path().join("scenarios/s.ron")
    }
}

fn walk() -> String {
    WALK.replace("../robots/healthy_loong.ron", "../robots/r.ron")
}

/// The first place of `from` is changed to `to`; the text must have it.
#[track_caller]
fn changed(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "the file has no {from:?} any more");
    text.replacen(from, to, 1)
}

/// Line and column of a text's first occurrence, both from 1.
#[track_caller]
fn place(text: &str, of: &str) -> (usize, usize) {
    let before = &text[..text.find(of).expect(of)];
    (before.matches('\n').count() + 1, before.chars().rev().take_while(|c| *c != '\n').count() + 1)
}

#[track_caller]
fn refused_robot(text: &str) -> ConfigError {
    let files = Files::new(text, walk());
    load_robot(&files.robot()).expect_err("the robot is refused")
}

#[track_caller]
fn refused_scenario(text: &str) -> ConfigError {
    let files = Files::new(ROBOT, text);
    load_scenario(&files.scenario(), &LoadOptions::default()).expect_err("the scenario is refused")
}

#[track_caller]
fn only(error: &ConfigError) -> &Diagnostic {
    assert_eq!(error.diagnostics().len(), 1, "{error}");
    &error.diagnostics()[0]
}

/// Checks the first finding's place, field, what was found and what is allowed.
#[track_caller]
fn assert_says(error: &ConfigError, (line, column): (usize, usize), field: &str, found: &str, allowed: &str) {
    let first = &error.diagnostics()[0];
    assert_eq!((first.line, first.column), (line, column), "{error}");
    assert_eq!(first.field, field, "{error}");
    assert!(first.found.contains(found), "{error}");
    let offered = first.hint.as_deref().unwrap_or_default();
    assert!(first.allowed.contains(allowed) || offered.contains(allowed), "{error}");
    let shown = error.render(false);
    assert!(shown.contains(&format!(":{line}:{column}")), "{shown}");
}

#[test]
fn the_project_s_own_configs_are_accepted() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in ["configs/robots", "configs/scenarios"] {
        for entry in fs::read_dir(root.join(folder)).expect(folder) {
            let path = entry.expect("an entry").path();
            if let Err(error) = load_file(&path, &LoadOptions::default()) {
                panic!("{}", error.render(false));
            }
        }
    }
}

#[test]
fn a_wrong_type_is_named() {
    let text = changed(ROBOT, "mass_kg: 0.84249", "mass_kg: \"heavy\"");
    assert_says(
        &refused_robot(&text),
        place(&text, "\"heavy\""),
        "links[1].mass_kg",
        "\"heavy\"",
        "a number",
    );

    let text = changed(ROBOT, "name: \"neck\"", "name: neck");
    let error = refused_robot(&text);
    assert_says(&error, place(&text, "neck,"), "links[1].name", "neck", "double quotes");
    assert_eq!(only(&error).hint.as_deref(), Some("write \"neck\""));

    let text = changed(ROBOT, "beams: 8", "beams: 8.5");
    let (line, column) = place(&text, "beams: 8.5,");
    let at = (line, column + "beams: ".len());
    assert_says(&refused_robot(&text), at, "sensors.lidar.beams", "8.5", "a whole number");

    let text = changed(ROBOT, "beams: 8", "beams: -8");
    let error = refused_robot(&text);
    assert_says(&error, place(&text, "-8,"), "sensors.lidar.beams", "-8", "not negative");

    let text = changed(ROBOT, "limits_rad: (-1.5708, 1.5708)", "limits_rad: (-1.5708, 1.5708, 2)");
    let error = refused_robot(&text);
    assert_says(&error, place(&text, "(-1.5708, 1.5708, 2)"), "joints[0].limits_rad", "2)", "2 values");

    let text = changed(ROBOT, "axis: (0.0, 0.0, 1.0)", "axis: (0.0, 1.0)");
    let error = refused_robot(&text);
    assert_says(&error, place(&text, "(0.0, 1.0)"), "joints[0].axis", "(0.0, 1.0)", "length 3");

    let text = changed(ROBOT, "material: Accent", "material: Acent");
    let error = refused_robot(&text);
    assert_eq!((only(&error).line, only(&error).column), place(&text, "Acent"), "{error}");
    assert_eq!(only(&error).hint.as_deref(), Some("did you mean `Accent`?"));
}

#[test]
fn an_unknown_field_is_named_with_the_known_ones() {
    let text = changed(&walk(), "duration_s:", "durations:");
    let error = refused_scenario(&text);
    assert_says(&error, place(&text, "durations"), "durations", "`durations`", "`duration_s`");
    assert_eq!(only(&error).hint.as_deref(), Some("did you mean `duration_s`?"));

    let text = changed(ROBOT, "controller: (", "controller: (gait: (single_suport_s: 0.4), ");
    let error = refused_robot(&text);
    let field = "controller.gait.single_suport_s";
    assert_says(&error, place(&text, "single_suport_s"), field, "single_suport_s", "`single_support_s`");

    let text = changed(ROBOT, "Sphere(radius_m", "Sphere(radius");
    let error = refused_robot(&text);
    let field = "links[2].collision[0].geometry.radius";
    assert_says(&error, place(&text, "radius: 0.11"), field, "radius", "`radius_m`");
}

#[test]
fn a_missing_field_and_a_field_given_twice_are_named() {
    let text = changed(&walk(), "    duration_s: 62.0,\n", "");
    assert_says(&refused_scenario(&text), place(&text, "(\n"), "duration_s", "no such field", "duration_s");

    let text = changed(&walk(), "duration_s: 62.0", "duration_s: 62.0, duration_s: 6.5");
    let error = refused_scenario(&text);
    assert_says(&error, place(&text, "duration_s: 6.5"), "duration_s", "twice", "once");
}

#[test]
fn a_missing_joint_leaves_a_link_that_hangs_on_nothing() {
    let start = ROBOT.find("        (\n            name: \"head_pitch\"").expect("the joint");
    let end = start + ROBOT[start..].find("\n        ),\n").expect("its end") + "\n        ),\n".len();
    let text = format!("{}{}", &ROBOT[..start], &ROBOT[end..]);
    let error = refused_robot(&text);
    let at = place(&text, "\"head\"");
    assert_says(&error, at, "links[2].name", "hangs on no joint", "only the root `torso`");

    let text = changed(ROBOT, "parent: \"neck\"", "parent: \"nek\"");
    let error = refused_robot(&text);
    assert_says(&error, place(&text, "\"nek\""), "joints[1].parent", "the unknown link `nek`", "`neck`");
    assert_eq!(only(&error).hint.as_deref(), Some("did you mean `neck`?"));

    let text = changed(ROBOT, "\"left_knee\": -0.90", "\"left_kneee\": -0.90");
    let error = refused_robot(&text);
    let (line, column) = place(&text, "\"left_kneee\": -0.90");
    let at = (line, column + "\"left_kneee\": ".len());
    assert_says(&error, at, "posture_rad.left_kneee", "left_kneee", "`left_knee`");
}

#[test]
fn a_second_parent_and_a_cycle_are_named() {
    let text = changed(ROBOT, "child: \"head\"", "child: \"neck\"");
    let error = refused_robot(&text);
    let (line, _) = place(&text, "name: \"head_pitch\"");
    assert_says(&error, (line + 2, 20), "joints[1].child", "`head_yaw` carries already", "no other joint");

    let text = changed(
        ROBOT,
        "parent: \"torso\",\n            child: \"neck\"",
        "parent: \"head\",\n            child: \"neck\"",
    );
    let error = refused_robot(&text);
    let at = place(&text, "\"head\",\n            child");
    assert_says(
        &error,
        at,
        "joints[0].parent",
        "a cycle of the joints head_pitch, head_yaw",
        "nearer the root",
    );
    only(&error);
}

#[test]
fn masses_and_inertias_must_be_a_body_s() {
    let text = changed(ROBOT, "mass_kg: 0.84249", "mass_kg: -0.84249");
    let error = refused_robot(&text);
    assert_says(&error, place(&text, "-0.84249"), "links[1].mass_kg", "-0.84249", "a positive number");
    assert!(
        error.diagnostics().iter().any(|d| d.field == "mass_kg" && d.allowed.contains("80.3")),
        "{error}"
    );

    let text = changed(ROBOT, "yz: 6.499966e-06", "yz: 0.1");
    let error = refused_robot(&text);
    let at = place(&text, "(xx: 0.000629, ");
    assert_says(&error, at, "links[1].inertia_kgm2", "principal moments", "positive definite");

    let text = changed(ROBOT, "xx: 0.000629,", "xx: 0.629,");
    assert!(only(&refused_robot(&text)).allowed.contains("sum of the other two"));
}

#[test]
fn numbers_that_are_none_are_named() {
    for written in ["NaN", "-inf", "1e999"] {
        let text = changed(ROBOT, "height_m: 1.85", &format!("height_m: {written}"));
        assert_says(&refused_robot(&text), place(&text, written), "height_m", written, "a finite number");
        let text = changed(&walk(), "max: Some(0.10)", &format!("max: Some({written})"));
        let error = refused_scenario(&text);
        assert_says(
            &error,
            place(&text, &format!("Some({written})")),
            "expectations[2].max",
            written,
            "a finite number",
        );
    }
}

#[test]
fn ranges_of_a_robot_are_checked() {
    let ellipsoid = "Ellipsoid(radii_m: (0.1, 0.1, 0.1))";
    for (from, to, field, value, allowed) in [
        ("axis: (0.0, 0.0, 1.0)", "axis: (0.0, 0.0, 0.0)", "joints[0].axis", "(0.0", "a direction"),
        (
            "limits_rad: (-1.5708, 1.5708)",
            "limits_rad: (1.5708, -1.5708)",
            "joints[0].limits_rad",
            "(1",
            "below",
        ),
        ("torque_nm: 26.0", "torque_nm: 0.0", "joints[0].actuator.peak_torque_nm", "0.0", "positive"),
        (
            "speed_rad_s: 6.5",
            "speed_rad_s: 66.5",
            "joints[0].actuator.corner_speed_rad_s",
            "66.5",
            "up to 10",
        ),
        ("mass_kg: 82.0", "mass_kg: 77.35", "mass_kg", "77.35", "82.00"),
        ("link: \"left_foot\"", "link: \"left_boot\"", "feet.left.link", "\"left_boot\"", "`left_foot`"),
        ("knee\": -0.90", "knee\": 0.9", "posture_rad.left_knee", "0.9", "from -2.35619 to 0.08727"),
        ("link: \"torso\"", "link: \"trunk\"", "sensors.imu.link", "\"trunk\"", "`torso`"),
        ("drop_out: 0.01", "drop_out: 1.01", "sensors.lidar.drop_out", "1.01", "from 0 to 1"),
        ("lift_n: 20.0", "lift_n: 60.0", "sensors.foot_contact.lift_n", "60.0", "`touch_n`, 40"),
        (
            "controller: (",
            "controller: (body: (height_kp: -1), ",
            "controller.body.height_kp",
            "-1",
            "not below 0",
        ),
        ("Sphere(radius_m: 0.11)", ellipsoid, "links[2].collision[0].geometry", ellipsoid, "`Box`"),
    ] {
        let text = changed(ROBOT, from, to);
        let error = refused_robot(&text);
        let (line, column) = place(&text, to);
        assert_says(&error, (line, column + to.find(value).expect(value)), field, "", allowed);
        only(&error);
    }
}

#[test]
fn ranges_of_a_scenario_are_checked() {
    let push = |link: &str, at: &str| {
        format!("disturbances: [Push(link: {link}, impulse_ns: (1, 2, 3), duration_s: 0.1, at: {at})]")
    };
    let cut = |joints: &str| format!("disturbances: [CutTorque(joints: [{joints}], at_s: 1)]");
    for (insertion, field, value, allowed) in [
        ("physics: (dt_s: 0.0)".to_owned(), "physics.dt_s", "0.0", "to 0.01"),
        ("physics: (dt_s: 0.02)".to_owned(), "physics.dt_s", "0.02", "to 0.01"),
        (push("\"torse\"", "Time(1)"), "disturbances[0].link", "\"torse\"", "`torso`"),
        (push("\"torso\"", "Time(-1)"), "disturbances[0].at[0]", "-1", "not below 0"),
        (push("\"torso\"", "Phase(after_s: 0, phase: 2)"), "disturbances[0].at.phase", "2)", "from 0 to 1"),
        (cut("\"left_knee\", \"knee\""), "disturbances[0].joints[1]", "\"knee\"", "`left_knee`"),
        (cut("\"head_yaw\""), "disturbances[0].joints[0]", "\"head_yaw\"", "not `rigid`"),
    ] {
        let end = "    expectations: [";
        let text = changed(&walk(), end, &format!("    {insertion},\n{end}"));
        let (line, column) = place(&text, &insertion);
        let at = (line, column + insertion.find(value).expect(value));
        assert_says(&refused_scenario(&text), at, field, "", allowed);
    }
    let stairs = "(name: \"s\", robot: \"../robots/r.ron\", duration_s: 1,
        command: Velocity(script: [(for_s: 1)]),
        terrain: (features: [
            Stairs(start_m: (1, 0), rise_m: 0.17, run_m: 0.0, width_m: 1, steps: 0, landing_m: 1),
        ]),
        expectations: [(metric: \"fell\")])";
    let error = refused_scenario(stairs);
    let fields: Vec<&str> = error.diagnostics().iter().map(|d| d.field.as_str()).collect();
    assert_eq!(fields, ["terrain.features[0].run_m", "terrain.features[0].steps", "expectations[0]"]);
}

#[test]
fn staircases_that_cannot_stand_are_refused_at_their_pieces() {
    let refused = |pieces: &str| {
        let text = format!(
            "(name: \"s\", robot: \"../robots/r.ron\", duration_s: 1,
        command: Velocity(script: [(for_s: 1)]),
        terrain: (features: [
            Staircase(start_m: (1, 0), rise_m: 0.17, run_m: 0.3, width_m: 1.2, pieces: [{pieces}]),
        ]))"
        );
        let error = refused_scenario(&text);
        let found = only(&error);
        (found.field.clone(), found.allowed.clone())
    };
    let piece = |index: usize, field: &str| format!("terrain.features[0].pieces[{index}]{field}");
    for (pieces, field, allowed) in [
        ("", "terrain.features[0].pieces".to_owned(), "at least one piece"),
        ("Straight(steps: 0)", piece(0, ".steps"), "from 1 to 1000"),
        (
            "Wound(steps: 3, radius_m: 0.6, turn: Left)",
            piece(0, ".radius_m"),
            "more than half of `width_m`, 0.6",
        ),
        ("Wound(steps: 21, radius_m: 1, turn: Left)", piece(0, ".steps"), "less than once round the axis"),
        (
            "Straight(steps: 2), Corner(angle_rad: 1, radius_m: 0.5, turn: Left)",
            piece(1, ".radius_m"),
            "at least half of `width_m`, 0.6",
        ),
        (
            "Straight(steps: 2), Corner(angle_rad: 4, radius_m: 1, turn: Left)",
            piece(1, ".angle_rad"),
            "up to 3.14",
        ),
        ("Straight(steps: 2), Landing(length_m: 1), Straight(steps: 3, down: true)", piece(2, ""), "over it"),
        ("Landing(length_m: 1, down: true)", piece(0, ""), "over it"),
    ] {
        let (at, says) = refused(pieces);
        assert_eq!(at, field, "{pieces}");
        assert!(says.contains(allowed), "{pieces}: {says}");
    }
}

#[test]
fn metrics_are_known() {
    let files = Files::new(ROBOT, changed(&walk(), "\"fell\"", "\"fel\""));
    let metrics = loong::judge::METRIC_NAMES;
    let options = LoadOptions { metrics: &metrics, ..LoadOptions::default() };
    let error = load_scenario(&files.scenario(), &options).expect_err("`fel` is no metric");
    assert_eq!(only(&error).field, "expectations[0].metric");
    assert_eq!(only(&error).hint.as_deref(), Some("did you mean `fell`?"));
}

#[test]
fn syntax_errors_are_at_their_place() {
    let text = changed(&walk(), "duration_s: 62.0,", "duration_s: 62.0");
    let error = refused_scenario(&text);
    let (line, _) = place(&text, "duration_s");
    assert_eq!(only(&error).line, line + 1, "{error}");
    assert_eq!(only(&error).allowed, "`,` or `)`");

    let error = refused_scenario(&walk()[..250]);
    assert!(only(&error).allowed.contains("clos"), "{error}");

    let deep = format!("(name: {}", "[".repeat(200_000));
    assert!(only(&refused_scenario(&deep)).found.contains("nested"));
    let deep = "/*".repeat(100_000);
    assert!(only(&refused_scenario(&deep)).allowed.contains("*/"));
}

#[test]
fn files_that_are_no_texts_are_refused() {
    let files = Files::new(ROBOT, walk());
    let say = |path: &Path| {
        let error = load_robot(path).expect_err("no robot");
        let diagnostic = only(&error).clone();
        assert_eq!((diagnostic.line, diagnostic.column, diagnostic.field.as_str()), (1, 1, "(file)"));
        assert_eq!(diagnostic.allowed, "a RON file of at most 4 MB");
        assert!(error.to_string().starts_with(&format!("{}:1:1", path.display())), "{error}");
        assert!(error.render(false).contains(&format!("{}:1:1", path.display())), "{}", error.render(false));
        diagnostic.found
    };
    assert_eq!(say(files.folder.path()), "a directory");
    assert_eq!(say(&files.folder.path().join("nothing.ron")), "no such file");
    let large = files.folder.path().join("large.ron");
    fs::File::create(&large).and_then(|file| file.set_len(100_000_000)).expect("a sparse file");
    assert_eq!(say(&large), "100.0 MB");
    #[cfg(unix)]
    assert_eq!(say(Path::new("/dev/zero")), "something that is no regular file");

    let files = Files::new([ROBOT.as_bytes(), b"\n// \xFF"].concat(), walk());
    let error = load_robot(&files.robot()).expect_err("no UTF-8");
    assert_eq!(only(&error).line, ROBOT.lines().count() + 2, "{error}");
    assert!(only(&error).found.contains("0xFF"));
}

#[test]
fn a_robot_that_is_not_there_is_the_scenario_s_mistake() {
    let text = changed(&walk(), "../robots/r.ron", "../robots/no.ron");
    let error = refused_scenario(&text);
    assert_says(&error, place(&text, "\"../robots/no.ron\""), "robot", "no such file", "a RON file");
    let text = changed(&walk(), "../robots/r.ron", "../robots");
    assert!(only(&refused_scenario(&text)).found.contains("a directory"));
}

fn with_overrides(list: &[&str]) -> Result<LoadedScenario, ConfigError> {
    let files = Files::new(ROBOT, walk());
    let overrides: Vec<Override> = list.iter().map(|text| Override::parse(text)).collect::<Result<_, _>>()?;
    load_scenario(&files.scenario(), &LoadOptions { overrides: &overrides, ..LoadOptions::default() })
}

#[test]
fn overrides_change_present_and_absent_fields() {
    let loaded = with_overrides(&[
        "duration_s=5",
        "physics.dt_s = 0.004",
        "terrain.friction=0.5",
        "expectations[1].min=0.5",
        "expectations[0].min=0",
        "variation.friction[0]=0.6",
        "command.script[1].left_m_s=0.1",
        "name=other name",
        "state_source=GroundTruth",
        "duration_s=6",
        "robot.controller.gait.step_width_m=0.2",
        "robot.controller.gait.single_support_s=0.4",
        "robot.posture_rad.left_elbow=0.5",
        "robot.posture_rad.head_yaw=0.1",
        "robot.joints[0].actuator.peak_torque_nm=12",
    ])
    .unwrap_or_else(|error| panic!("{error}"));
    let scenario = &loaded.scenario.config;
    assert_eq!(scenario.duration_s, 6.0);
    assert_eq!(scenario.physics.dt_s, 0.004);
    assert_eq!(scenario.physics.gravity_m_s2, 9.81);
    assert_eq!(scenario.terrain.friction, 0.5);
    assert_eq!((scenario.expectations[1].min, scenario.expectations[0].min), (Some(0.5), Some(0.0)));
    assert_eq!(scenario.variation.friction, Some((0.6, 1.0)));
    assert_eq!(scenario.name, "other name");
    let robot = &loaded.robot.config;
    assert_eq!(robot.controller.gait.step_width_m, Some(0.2));
    assert_eq!(robot.controller.gait.single_support_s, Some(0.4));
    assert_eq!(robot.posture_rad["left_elbow"], 0.5);
    assert_eq!(robot.posture_rad["head_yaw"], 0.1);
    assert_eq!(robot.joints[0].actuator.peak_torque_nm, 12.0);
}

#[test]
fn a_wrong_override_is_refused_at_its_place() {
    for (text, column, field, found, allowed) in [
        ("physics.dt=0.002", 9, "physics.dt", "`dt`", "`dt_s`"),
        ("fysics.dt_s=0.002", 1, "fysics", "`fysics`", "`physics`"),
        ("physics.dt_s=fast", 14, "physics.dt_s", "`fast`", "a number"),
        ("physics.dt_s=1", 14, "physics.dt_s", "1", "to 0.01"),
        ("physics.dt_s=NaN", 14, "physics.dt_s", "NaN", "a finite number"),
        ("expectations[7].min=1", 14, "expectations[7].min", "[7]", "`[0]` to `[4]`"),
        ("disturbances[0].at_s=1", 14, "disturbances[0].at_s", "disturbances", "the whole"),
        ("duration_s.x=1", 12, "duration_s.x", "`x`", "nothing below"),
        ("duration_s=1, name: 2", 13, "duration_s", "`,`", "the end"),
        ("duration_s=(", 12, "duration_s", "never closed", "`)`"),
        ("duration_s", 11, "(file)", "no `=`", "path=value"),
        ("duration_s=", 12, "(file)", "no value", "a value"),
        ("a..b=1", 3, "(file)", "`.`", "the name of a field"),
        ("command.script[1].forward=1", 19, "command.script[1].forward", "`forward`", "`forward_m_s`"),
        ("robot.height=1", 7, "height", "`height`", "`height_m`"),
        ("robot.joints[0].axis=(0,0,0)", 22, "joints[0].axis", "(0, 0, 0)", "a direction"),
        ("robot.joints[0].axis=(0,0,\"z\")", 27, "joints[0].axis[2]", "\"z\"", "a number"),
    ] {
        let error = with_overrides(&[text]).expect_err(text);
        let first = only(&error);
        assert_eq!((first.column, first.field.as_str()), (column, field), "{error}");
        assert!(first.found.contains(found), "{error}");
        let offered = first.hint.as_deref().unwrap_or_default();
        assert!(first.allowed.contains(allowed) || offered.contains(allowed), "{error}");
        assert!(error.to_string().starts_with(&format!("--set {text}:1:")), "{error}");
    }
}

#[test]
fn errors_of_the_file_keep_their_place_beside_overrides() {
    let text = changed(&walk(), "forward_m_s: 1.0", "forward_m_s: fast");
    let files = Files::new(ROBOT, &text);
    let overrides = [Override::parse("terrain=(friction: 0.5, features: [])").expect("an override")];
    let options = LoadOptions { overrides: &overrides, ..LoadOptions::default() };
    let error = load_scenario(&files.scenario(), &options).expect_err("`fast` is no number");
    assert_says(&error, place(&text, "fast"), "command.script[1].forward_m_s", "`fast`", "a number");
}

#[test]
fn the_model_s_own_errors_are_placed() {
    let files = Files::new(ROBOT, walk());
    let loaded = load_robot(&files.robot()).expect("the robot");
    let mut config = loaded.config.clone();
    config.links[1].mass_kg = -1.0;
    let error = RobotModel::build(&config).expect_err("a negative mass");
    let placed = loaded.refuse(&error.field_path(), error.to_string(), "a positive number");
    assert_says(&placed, place(ROBOT, "0.84249"), "links[1].mass_kg", "-1", "a positive number");
}

#[test]
fn the_picture_of_an_error() {
    let text = "(
    name: \"s\",
    robot: \"../robots/r.ron\",
    duration_s: 1,
    phisics: (dt_s: 0.001),
)";
    let shown = refused_scenario(text).render(false);
    let lines: Vec<&str> = shown.lines().map(str::trim_end).collect();
    assert_eq!(lines[0], "error: phisics: found the unknown field `phisics`");
    assert!(lines[1].ends_with("s.ron:5:5"), "{shown}");
    assert_eq!(lines[3], "5 |     phisics: (dt_s: 0.001),");
    assert!(lines[4].starts_with("  |     ^^^^^^^ allowed: one of `name`, `description`"), "{shown}");
    assert!(shown.contains("help: did you mean `physics`?"), "{shown}");
}

/// A small change of a text, as a slip or a broken disk makes it.
#[derive(Debug, Clone)]
enum Slip {
    Byte { at: usize, to: u8 },
    Delete { at: usize, length: usize },
    Insert { at: usize, text: &'static str },
    Cut { at: usize },
    Swap { first: usize, second: usize },
}

fn slip() -> impl Strategy<Value = Slip> {
    let at = || 0..1_000_000_usize;
    let texts = proptest::sample::select(vec![
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        "\"",
        "'",
        "/*",
        "*/",
        "//",
        "NaN",
        "-",
        "1e999",
        "Some(",
        "r#\"",
        "\\",
        "\u{feff}",
        "é",
        "None",
        "()",
        "0x",
        "#![enable(unwrap_newtypes)]",
        "-0.0",
        "99999999999999999999",
    ]);
    prop_oneof![
        (at(), any::<u8>()).prop_map(|(at, to)| Slip::Byte { at, to }),
        (at(), 1..200_usize).prop_map(|(at, length)| Slip::Delete { at, length }),
        (at(), texts).prop_map(|(at, text)| Slip::Insert { at, text }),
        at().prop_map(|at| Slip::Cut { at }),
        (at(), at()).prop_map(|(first, second)| Slip::Swap { first, second }),
    ]
}

/// Bytes of every number in the text.
fn numbers(bytes: &[u8]) -> Vec<std::ops::Range<usize>> {
    let part = |b: u8| b.is_ascii_digit() || b == b'.' || b == b'-';
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let end = at + bytes[at..].iter().take_while(|b| part(**b)).count();
        if end > at {
            found.push(at..end);
        }
        at = end + 1;
    }
    found
}

fn slipped(text: &str, slips: &[Slip]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for slip in slips {
        let length = bytes.len().max(1);
        match *slip {
            Slip::Byte { at, to } => {
                if let Some(byte) = bytes.get_mut(at % length) {
                    *byte = to;
                }
            }
            Slip::Delete { at, length: count } => {
                let at = (at % length).min(bytes.len());
                bytes.drain(at..(at + count).min(bytes.len()));
            }
            Slip::Insert { at, text } => {
                let at = (at % length).min(bytes.len());
                bytes.splice(at..at, text.bytes());
            }
            Slip::Cut { at } => bytes.truncate(at % length),
            Slip::Swap { first, second } => {
                let all = numbers(&bytes);
                if !all.is_empty() {
                    let (a, b) = (all[first % all.len()].clone(), all[second % all.len()].clone());
                    let (a, b) = if a.start <= b.start { (a, b) } else { (b, a) };
                    if a.end <= b.start {
                        let (left, right) = (bytes[a.clone()].to_vec(), bytes[b.clone()].to_vec());
                        bytes.splice(b, left);
                        bytes.splice(a, right);
                    }
                }
            }
        }
    }
    bytes
}

/// Whatever is refused is refused with a place inside the file.
fn assert_reported(result: Result<(), ConfigError>, lines: usize) {
    if let Err(error) = result {
        assert!(!error.diagnostics().is_empty());
        for d in error.diagnostics() {
            assert!(d.line >= 1 && d.line <= lines && d.column >= 1, "{d}");
            assert!(!d.field.is_empty() && !d.found.is_empty() && !d.allowed.is_empty(), "{d}");
        }
        assert!(!error.render(true).is_empty());
    }
}

fn lines(bytes: &[u8]) -> usize {
    bytes.iter().filter(|b| **b == b'\n').count() + 1
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_slip_in_a_robot_never_panics(slips in proptest::collection::vec(slip(), 1..4)) {
        let bytes = slipped(ROBOT, &slips);
        let files = Files::new(&bytes, walk());
        let result = load_robot(&files.robot());
        if let Ok(loaded) = &result {
            // What the check lets through is a robot.
            prop_assert!(RobotModel::build(&loaded.config).is_ok());
        }
        assert_reported(result.map(|_| ()), lines(&bytes));
    }

    #[test]
    fn a_slip_in_a_scenario_never_panics(slips in proptest::collection::vec(slip(), 1..4)) {
        let bytes = slipped(&walk(), &slips);
        let files = Files::new(ROBOT, &bytes);
        let result = load_scenario(&files.scenario(), &LoadOptions::default());
        assert_reported(result.map(|_| ()), lines(&bytes));
    }

    #[test]
    fn an_override_never_panics(path in "[a-z_.\\[\\]0-9\"]{0,24}", value in "\\PC{0,24}", at in 0..6_usize) {
        let known =
            ["physics.dt_s", "terrain.friction", "expectations[0].min", "robot.mass_kg", "command", "variation"];
        for text in [format!("{path}={value}"), format!("{}={value}", known[at]), value.clone()] {
            match Override::parse(&text) {
                Ok(change) => {
                    let files = Files::new(ROBOT, walk());
                    let options = LoadOptions { overrides: &[change], ..LoadOptions::default() };
                    let result = load_scenario(&files.scenario(), &options);
                    assert_reported(result.map(|_| ()), lines(ROBOT.as_bytes()));
                }
                Err(diagnostic) => prop_assert!(!diagnostic.render(false).is_empty()),
            }
        }
    }
}
