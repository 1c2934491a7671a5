//! URDF and MJCF: what comes back from a round trip, what other simulators make of the files, and what
//! mistakes look like.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use loong::config::load_robot;
use loong::config::robot::RobotConfig;
use loong::exchange::{ImportOptions, Imported, NoteKind, SoleOption, import, import_text, to_mjcf, to_urdf};
use loong::model::{Dynamics, RobotModel, State};
use nalgebra::{DMatrix, Isometry3, Point3, Quaternion, Translation3, UnitQuaternion, Vector3};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Deserialize;

/// Largest error allowed, relative to the largest entry of the quantity.
const TOLERANCE: f64 = 1e-9;

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn fixture(name: &str) -> PathBuf {
    project("tests/fixtures/exchange").join(name)
}

fn robot(path: &Path) -> RobotConfig {
    load_robot(path).unwrap_or_else(|error| panic!("{error}")).config
}

fn back(name: &str, text: &str) -> Imported {
    import_text(Path::new(name), text.to_owned(), &ImportOptions::default())
        .unwrap_or_else(|error| panic!("{}", error.render(false)))
}

#[track_caller]
fn assert_close<'a>(
    what: &str,
    found: impl IntoIterator<Item = &'a f64>,
    expected: impl IntoIterator<Item = &'a f64>,
) {
    let (found, expected): (Vec<&f64>, Vec<&f64>) =
        (found.into_iter().collect(), expected.into_iter().collect());
    assert_eq!(found.len(), expected.len(), "{what}");
    let scale = expected.iter().fold(1e-3_f64, |largest, v| largest.max(v.abs()));
    for (i, (a, b)) in found.iter().zip(&expected).enumerate() {
        assert!((*a - *b).abs() / scale <= TOLERANCE, "{what}[{i}]: {a} instead of {b}");
    }
}

/// Mass matrix, centre of mass and soles of two robots at the same random states.
#[track_caller]
fn assert_moves_alike(found: &RobotConfig, expected: &RobotConfig, rotors: bool) {
    let models = [found, expected].map(|config| RobotModel::build(config).expect("a robot"));
    assert_eq!(models[0].joints(), models[1].joints());
    let order: Vec<usize> = models[1].bodies[1..]
        .iter()
        .map(|body| models[0].joint_index(&body.joint).expect("the same joints"))
        .collect();
    let mut random = ChaCha8Rng::seed_from_u64(5);
    for _ in 0..5 {
        let mut states = [0, 1].map(|i| State::zero(models[i].joints()));
        let quaternion =
            Quaternion::from_vector(nalgebra::Vector4::from_fn(|_, _| random.random_range(-1.0..1.0)));
        for state in &mut states {
            state.world_from_base = Isometry3::from_parts(
                Translation3::new(0.3, -2.0, 1.1),
                UnitQuaternion::new_normalize(quaternion),
            );
        }
        for (joint, &other) in order.iter().enumerate() {
            let (low, high) = models[1].bodies[joint + 1].limits_rad;
            let angle = random.random_range(low..high);
            states[1].q[joint] = angle;
            states[0].q[other] = angle;
        }
        let dynamics = [0, 1].map(|i| {
            let mut dynamics = Dynamics::new(&models[i]);
            dynamics.update(&models[i], &states[i]);
            dynamics
        });
        let column = |c: usize| if c < 6 { c } else { 6 + order[c - 6] };
        let matrix = |i: usize| {
            let mut m = dynamics[i].mass_matrix().clone();
            if !rotors {
                for (b, body) in models[i].bodies.iter().enumerate().skip(1) {
                    m[(5 + b, 5 + b)] -= body.armature_kgm2;
                }
            }
            m
        };
        let n = models[1].dofs();
        let own = matrix(0);
        let own = DMatrix::from_fn(n, n, |r, c| own[(column(r), column(c))]);
        assert_close("mass matrix", own.iter(), matrix(1).iter());
        assert_close("CoM", dynamics[0].com().iter(), dynamics[1].com().iter());
        for side in 0..2 {
            let jacobian = |i: usize| {
                let foot = &models[i].feet[side];
                let sole = dynamics[i].world_from_body(foot.body) * foot.body_from_sole;
                let mut jacobian = DMatrix::zeros(6, n);
                dynamics[i].point_jacobian(&models[i], foot.body, &sole.translation.vector, &mut jacobian, 0);
                jacobian
            };
            let own = jacobian(0);
            let own = DMatrix::from_fn(6, n, |r, c| own[(r, column(c))]);
            assert_close("sole Jacobian", own.iter(), jacobian(1).iter());
        }
    }
}

/// Field by field, numbers to within the tolerance, links and joints in any order.
#[track_caller]
fn assert_same_robot(found: &RobotConfig, expected: &RobotConfig) {
    let links: BTreeMap<&str, _> = found.links.iter().map(|l| (l.name.as_str(), l)).collect();
    assert_eq!(found.links.len(), expected.links.len());
    for link in &expected.links {
        let own = links[link.name.as_str()];
        assert_close(&link.name, [&own.mass_kg], [&link.mass_kg]);
        assert_close(&link.name, &own.com_m, &link.com_m);
        let six = |i: &loong::config::robot::InertiaConfig| [i.xx, i.yy, i.zz, i.xy, i.xz, i.yz];
        assert_close(&link.name, &six(&own.inertia_kgm2), &six(&link.inertia_kgm2));
        assert_eq!(own.collision, link.collision, "{}", link.name);
        assert_eq!(own.visual, link.visual, "{}", link.name);
    }
    let joints: BTreeMap<&str, _> = found.joints.iter().map(|j| (j.name.as_str(), j)).collect();
    assert_eq!(found.joints.len(), expected.joints.len());
    for joint in &expected.joints {
        let own = joints[joint.name.as_str()];
        let name = &joint.name;
        assert_eq!(
            (&own.parent, &own.child, own.rigid),
            (&joint.parent, &joint.child, joint.rigid),
            "{name}"
        );
        assert_close(name, &own.origin_m, &joint.origin_m);
        assert_close(name, &own.origin_rpy_rad, &joint.origin_rpy_rad);
        assert_close(name, &own.axis, &joint.axis);
        assert_close(
            name,
            [&own.limits_rad.0, &own.limits_rad.1],
            [&joint.limits_rad.0, &joint.limits_rad.1],
        );
        let figures = |a: &loong::config::robot::ActuatorConfig| {
            [
                a.peak_torque_nm,
                a.max_speed_rad_s,
                a.corner_speed_rad_s,
                a.gear,
                a.viscous_nms,
                a.coulomb_nm,
                1e6 * a.rotor_inertia_kgm2,
            ]
        };
        assert_close(name, &figures(&own.actuator), &figures(&joint.actuator));
    }
    assert_eq!((&found.name, &found.description), (&expected.name, &expected.description));
    assert_eq!((found.mass_kg, found.height_m), (expected.mass_kg, expected.height_m));
    assert_eq!(found.feet, expected.feet);
    assert_eq!(found.posture_rad, expected.posture_rad);
    assert_eq!(found.sensors, expected.sensors);
    assert_eq!(found.controller, expected.controller);
}

#[test]
fn a_robot_comes_back_as_it_went() {
    for path in [project("configs/robots/healthy_loong.ron"), fixture("biped.ron")] {
        let config = robot(&path);
        for (name, text) in [("a.urdf", to_urdf(&config).text), ("a.xml", to_mjcf(&config).text)] {
            let imported = back(name, &text);
            assert!(imported.notes.iter().all(|note| note.kind != NoteKind::Assumed), "{:?}", imported.notes);
            assert_same_robot(&imported.config, &config);
            assert_moves_alike(&imported.config, &config, true);
        }
    }
}

/// An exported text without what only this program reads.
fn own_words(text: &str) -> String {
    let (from, to) =
        if text.starts_with("<robot") { ("  <loong>", "</loong>\n") } else { ("  <custom>", "</custom>\n") };
    let (start, end) = (text.find(from).expect("one"), text.find(to).expect("one") + to.len());
    format!("{}{}", &text[..start], &text[end..])
}

/// Without what only this program reads, the formats' own words still say the whole body.
#[test]
fn the_formats_own_words_say_how_the_robot_moves() {
    for path in [project("configs/robots/healthy_loong.ron"), fixture("biped.ron")] {
        let config = robot(&path);
        let (urdf, mjcf) = (own_words(&to_urdf(&config).text), own_words(&to_mjcf(&config).text));
        for (name, text) in [("a.urdf", urdf), ("a.xml", mjcf)] {
            let imported = back(name, &text);
            assert_moves_alike(&imported.config, &config, name == "a.xml");
            for joint in imported.config.joints.iter() {
                let own = config.joints.iter().find(|own| own.name == joint.name).expect("the same joint");
                assert_eq!(joint.limits_rad, own.limits_rad);
                let (a, b) = (&joint.actuator, &own.actuator);
                assert_eq!(
                    (a.peak_torque_nm, a.viscous_nms, a.coulomb_nm),
                    (b.peak_torque_nm, b.viscous_nms, b.coulomb_nm)
                );
                if name == "a.urdf" {
                    assert_eq!(a.max_speed_rad_s, b.max_speed_rad_s);
                }
            }
            assert_eq!(imported.config.feet.left.link, config.feet.left.link);
            let height = |config: &RobotConfig| config.feet.right.sole_center_m[2];
            assert_close("sole", [&height(&imported.config)], [&height(&config)]);
        }
    }
}

#[test]
fn a_scaled_mass_is_exported_as_it_counts() {
    let mut config = robot(&fixture("biped.ron"));
    config.mass_scale = 1.25;
    let imported = back("a.urdf", &to_urdf(&config).text);
    assert_close("mass", [&imported.config.mass_kg], [&37.5]);
    assert_moves_alike(&imported.config, &config, true);
}

#[derive(Deserialize)]
struct Oracle {
    by: String,
    mass_kg: f64,
    joints: Vec<String>,
    rotors: bool,
    states: Vec<OracleState>,
}

/// Pose of the root link's frame, joint angles, and what the other simulator makes of them.
#[derive(Deserialize)]
struct OracleState {
    position_m: [f64; 3],
    quaternion_wxyz: [f64; 4],
    joints_rad: Vec<f64>,
    mass_matrix_rows: Vec<Vec<f64>>,
    com_m: [f64; 3],
    soles: BTreeMap<String, OracleSole>,
}

#[derive(Deserialize)]
struct OracleSole {
    position_m: [f64; 3],
    jacobian_rows: Vec<Vec<f64>>,
}

fn oracle(name: &str) -> Oracle {
    let text = std::fs::read_to_string(fixture("oracle.json")).expect("the fixture");
    let mut all: BTreeMap<String, Oracle> = serde_json::from_str(&text).expect("JSON");
    all.remove(name).expect("an entry")
}

#[track_caller]
fn assert_agrees(config: &RobotConfig, root_link: &str, oracle: &Oracle) {
    let model = RobotModel::build(config).expect("a robot");
    assert_close(&oracle.by, [&model.mass_kg], [&oracle.mass_kg]);
    assert_eq!(model.joints(), oracle.joints.len());
    let order: Vec<usize> =
        (0..6).chain(oracle.joints.iter().map(|n| 6 + model.joint_index(n).expect("a joint"))).collect();
    let base_from_link = model.link(root_link).expect("the root").body_from_link;
    let mut dynamics = Dynamics::new(&model);
    for sample in &oracle.states {
        let [w, x, y, z] = sample.quaternion_wxyz;
        let world_from_link = Isometry3::from_parts(
            Translation3::from(Vector3::from(sample.position_m)),
            UnitQuaternion::new_normalize(Quaternion::new(w, x, y, z)),
        );
        let mut state = State::zero(model.joints());
        state.world_from_base = world_from_link * base_from_link.inverse();
        for (angle, &at) in sample.joints_rad.iter().zip(&order[6..]) {
            state.q[at - 6] = *angle;
        }
        dynamics.update(&model, &state);
        assert_close("CoM", dynamics.com().iter(), &sample.com_m);
        let mut own = dynamics.mass_matrix().clone();
        if !oracle.rotors {
            for (b, body) in model.bodies.iter().enumerate().skip(1) {
                own[(5 + b, 5 + b)] -= body.armature_kgm2;
            }
        }
        let lower = |r: usize, c: usize| own[(order[r], order[c])];
        let own: Vec<f64> = (0..order.len()).flat_map(|r| (0..=r).map(move |c| lower(r, c))).collect();
        assert_close("mass matrix", &own, sample.mass_matrix_rows.iter().flatten());
        for (side, name) in ["left", "right"].into_iter().enumerate() {
            let Some(expected) = sample.soles.get(name) else { continue };
            let foot = &model.feet[side];
            let point = (dynamics.world_from_body(foot.body) * foot.body_from_sole * Point3::origin()).coords;
            assert_close("sole", point.iter(), &expected.position_m);
            let mut jacobian = DMatrix::zeros(6, model.dofs());
            dynamics.point_jacobian(&model, foot.body, &point, &mut jacobian, 0);
            let own: Vec<f64> =
                (0..6).flat_map(|r| order.iter().map(move |&c| (r, c))).map(|at| jacobian[at]).collect();
            assert_close("sole Jacobian", &own, expected.jacobian_rows.iter().flatten());
        }
    }
}

#[test]
fn mujoco_and_pinocchio_see_the_same_robot_in_what_is_exported() {
    let config = robot(&fixture("biped.ron"));
    for (name, text) in [("biped.urdf", to_urdf(&config).text), ("biped.xml", to_mjcf(&config).text)] {
        let seen = std::fs::read_to_string(fixture(name)).expect("the file the oracle read");
        assert_eq!(own_words(&text).trim_end(), seen.trim_end(), "{name} has changed: run make_exchange.py");
        assert_agrees(&config, "pelvis", &oracle(name));
    }
}

#[test]
fn mujoco_and_pinocchio_see_the_same_robot_in_what_is_imported() {
    let imported = import(&fixture("foreign.urdf"), &ImportOptions::default()).expect("a robot");
    assert_agrees(&imported.config, "trunk", &oracle("foreign.urdf"));
    let imported = import(&fixture("foreign.xml"), &ImportOptions::default()).expect("a robot");
    assert_agrees(&imported.config, "trunk", &oracle("foreign.xml"));

    let joint = |name: &str| imported.config.joints.iter().find(|joint| joint.name == name).expect("a joint");
    let (knee, ankle) = (joint("left_knee"), joint("left_ankle"));
    assert_eq!(knee.actuator.peak_torque_nm, 120.0);
    assert_eq!((knee.actuator.viscous_nms, knee.actuator.coulomb_nm), (0.7, 0.1));
    assert_eq!((ankle.actuator.peak_torque_nm, joint("right_ankle").actuator.peak_torque_nm), (40.0, 40.0));
    assert_eq!(joint("left_hip").actuator.peak_torque_nm, 80.0);
    // The file counts the ankle's angle from 5 degrees in its pose.
    assert_close("range", [&ankle.limits_rad.0], [&(-50.0_f64).to_radians()]);
    assert_eq!(imported.config.sensors.imu.xyz_m, [0.01, 0.02, 0.3]);
}

#[test]
fn feet_and_soles_can_be_given() {
    let sole = Some(SoleOption { center_m: [0.02, 0.01, -0.07], size_m: (0.2, 0.1) });
    let options = ImportOptions { left_foot: Some("left_foot".into()), sole, ..ImportOptions::default() };
    let feet = import(&fixture("foreign.urdf"), &options).expect("a robot").config.feet;
    assert_eq!(feet.left.sole_center_m, [0.02, 0.01, -0.07]);
    assert_eq!(feet.right.sole_center_m, [0.02, -0.01, -0.07]);
    assert_eq!(feet.right.sole_size_m, (0.2, 0.1));
    let options = ImportOptions { left_foot: Some("flipper".into()), ..ImportOptions::default() };
    let error = import(&fixture("foreign.urdf"), &options).expect_err("no such link");
    assert!(error.to_string().contains("flipper"), "{error}");
}

/// The same robot whose left foot is written in a frame turned by a quarter about x.
#[test]
fn a_foot_in_a_turned_frame_is_the_same_foot() {
    let text = std::fs::read_to_string(fixture("foreign.urdf")).expect("a file");
    let (start, end) = (
        text.find("<joint name=\"left_ankle\"").expect("one"),
        text.find("<joint name=\"right_hip\"").expect("one"),
    );
    let turned = r#"
  <joint name="left_ankle" type="revolute">
    <origin xyz="0 0 -0.33" rpy="1.5707963267948966 0 0"/><parent link="left_shank"/><child link="left_foot"/>
    <axis xyz="0 0 -1"/><limit lower="-0.8" upper="0.7" effort="70" velocity="9"/>
  </joint>
  <link name="left_foot">
    <inertial><origin xyz="0.03 -0.02 0"/><mass value="0.8"/>
      <inertia ixx="0.0008" ixy="0.0001" ixz="0" iyy="0.0032" iyz="0" izz="0.003"/></inertial>
    <collision><origin xyz="0.03 -0.04 0"/><geometry><box size="0.2 0.02 0.08"/></geometry></collision>
  </link>
  "#;
    let other = format!("{}{turned}{}", &text[..start], &text[end..]);
    let (plain, other) = (back("a.urdf", &text), back("a.urdf", &other));
    let turned = |imported: &Imported| imported.notes.iter().any(|note| note.text.contains("is turned"));
    assert!(!turned(&plain) && turned(&other));
    assert_moves_alike(&other.config, &plain.config, true);
    let (a, b) = (&other.config.feet.left, &plain.config.feet.left);
    assert_close("sole", &a.sole_center_m, &b.sole_center_m);
    assert_close("sole", [&a.sole_size_m.0, &a.sole_size_m.1], [&b.sole_size_m.0, &b.sole_size_m.1]);
}

/// A text with one change, and what the message must hold.
fn refused(name: &str, from: &str, to: &str, parts: &[&str]) {
    let text = std::fs::read_to_string(fixture(name)).expect("a file");
    assert!(text.contains(from), "{from}");
    let changed = text.replacen(from, to, 1);
    let Err(error) = import_text(Path::new(name), changed, &ImportOptions::default()) else {
        panic!("`{to}` is taken");
    };
    let shown = error.to_string();
    for part in parts {
        assert!(shown.contains(part), "`{part}` is missing in: {shown}");
    }
    assert!(error.render(false).contains(name));
}

#[test]
fn mistakes_in_urdf_are_shown_at_their_place() {
    let f = "foreign.urdf";
    refused(
        f,
        "value=\"14\"",
        "value=\"heavy\"",
        &["foreign.urdf:10:", "link[trunk]/inertial/mass@value", "`heavy`"],
    );
    refused(f, "value=\"14\"", "value=\"${mass}\"", &["`${mass}`", "run `xacro FILE"]);
    refused(f, "value=\"14\"", "value=\"-1\"", &["a number not below 0"]);
    refused(f, "value=\"2.1\"", "value=\"0\"", &["robot[foreign]/link[left_shank]", "without mass"]);
    refused(f, "izz=\"0.12\"", "izz=\"1.2\"", &["principal moments", "inertia"]);
    refused(f, "lower=\"-1.2\"", "lower=\"2\"", &["joint[left_hip]/limit", "below the `upper`"]);
    refused(
        f,
        "name=\"left_hip\" type=\"revolute\"",
        "name=\"left_hip\" type=\"prismatic\"",
        &["`prismatic`", "slide"],
    );
    refused(
        f,
        "<parent link=\"trunk\"/><child link=\"left_thigh\"/>",
        "<parent link=\"tronk\"/><child link=\"left_thigh\"/>",
        &["unknown link `tronk`"],
    );
    refused(f, "<axis xyz=\"0 1 0.1\"/>", "<axis xyz=\"0 0 0\"/>", &["axis@xyz", "a direction"]);
    refused(f, "<axis xyz=\"0 1 0.1\"/>", "<axis xyz=\"0 1\"/>", &["3 finite numbers"]);
    refused(f, "<axis xyz=\"0 1 0.1\"/>", "<mimic joint=\"right_hip\"/>", &["mimic", "follows another"]);
    refused(f, "<box size=\"0.2 0.3 0.4\"/>", "<torus size=\"1\"/>", &["<torus>", "<sphere>"]);
    refused(f, "<child link=\"head\"/>", "<child link=\"left_foot\"/>", &["hangs on another joint too"]);
    refused(f, "</robot>", "</robat>", &["no well-formed XML"]);
    let xacro = "<robot xmlns:xacro=\"http://www.ros.org/wiki/xacro\"><xacro:macro name=\"a\"/></robot>";
    let error = import_text(Path::new("a.urdf"), xacro.into(), &ImportOptions::default()).expect_err("xacro");
    assert!(error.to_string().contains("xacro FILE"), "{error}");
}

#[test]
fn mistakes_in_mjcf_are_shown_at_their_place() {
    let f = "foreign.xml";
    refused(
        f,
        "class=\"shank\" fromto",
        "class=\"shonk\" fromto",
        &["`shonk`", "a class of <default>", "shank"],
    );
    refused(
        f,
        "name=\"left_hip\" pos",
        "name=\"left_hip\" type=\"slide\" pos",
        &["a slide joint", "body[left_thigh]"],
    );
    refused(
        f,
        "<joint name=\"left_hip\" pos",
        "<joint name=\"a\" axis=\"1 0 0\"/><joint name=\"left_hip\" pos",
        &["second hinge"],
    );
    refused(
        f,
        "diaginertia=\"0.031 0.03 0.006\"",
        "diaginertia=\"0.031 0.03\"",
        &["@diaginertia", "3 finite numbers"],
    );
    refused(f, "quat=\"0.99 0.05 0.03 -0.02\"", "quat=\"0 0 0 0\"", &["a quaternion that is not zero"]);
    refused(f, "size=\"0.1 0.15 0.2\"", "size=\"0.1 0.15\"", &["3 positive numbers for this box"]);
    refused(f, "angle=\"degree\"", "angle=\"turn\"", &["compiler@angle", "`radian` or `degree`"]);
    refused(
        f,
        "<option timestep=\"0.002\"/>",
        "<include file=\"nowhere.xml\"/>",
        &["include@file", "nowhere.xml"],
    );
    refused(
        f,
        "<geom type=\"box\" size=\"0.02 0.03 0.04\"/>",
        "<geom type=\"mesh\" mesh=\"pad\"/>",
        &["would come from a mesh"],
    );
    refused(f, "<geom type=\"box\" size=\"0.02 0.03 0.04\"/>", "<replicate count=\"3\"/>", &["<replicate>"]);
}

#[test]
fn included_files_are_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = std::fs::read_to_string(fixture("foreign.xml")).expect("a file");
    let (start, end) = (text.find("<default>").expect("one"), text.rfind("</default>").expect("one") + 10);
    let path = folder.path().join("main.xml");
    std::fs::write(&path, format!("{}<include file=\"d.xml\"/>{}", &text[..start], &text[end..]))
        .expect("written");
    std::fs::write(folder.path().join("d.xml"), format!("<mujoco>{}</mujoco>", &text[start..end]))
        .expect("written");
    let imported = import(&path, &ImportOptions::default()).unwrap_or_else(|e| panic!("{e}"));
    assert_agrees(&imported.config, "trunk", &oracle("foreign.xml"));
    std::fs::write(folder.path().join("d.xml"), "<mujoco><include file=\"d.xml\"/></mujoco>")
        .expect("written");
    assert!(import(&path, &ImportOptions::default()).is_err());
}

mod random {
    //! Robots and texts by chance.

    use super::*;
    use loong::config::robot::{
        ActuatorConfig, FootConfig, Geometry, InertiaConfig, JointConfig, LinkConfig, Material, ShapeConfig,
        VisualConfig,
    };
    use proptest::prelude::*;

    fn vector(reach: f64) -> impl Strategy<Value = [f64; 3]> {
        prop::array::uniform3(-reach..reach)
    }

    fn geometry(drawn: bool) -> BoxedStrategy<Geometry> {
        let length = || 0.01..0.3;
        let solid = prop_oneof![
            prop::array::uniform3(length()).prop_map(|size_m| Geometry::Box { size_m, round_m: 0.0 }),
            length().prop_map(|radius_m| Geometry::Sphere { radius_m }),
            (length(), 0.0..0.3).prop_map(|(radius_m, length_m)| Geometry::Capsule { radius_m, length_m }),
            (length(), length(), prop::option::of(length())).prop_map(
                |(radius_m, length_m, top_radius_m)| {
                    Geometry::Cylinder { radius_m, top_radius_m, length_m }
                }
            ),
        ];
        let ellipsoid = prop::array::uniform3(length()).prop_map(|radii_m| Geometry::Ellipsoid { radii_m });
        if drawn { prop_oneof![3 => solid, 1 => ellipsoid].boxed() } else { solid.boxed() }
    }

    /// A body of mass points, whose inertia is therefore one.
    fn link() -> impl Strategy<Value = LinkConfig> {
        let inertia = (prop::array::uniform3(0.002..0.05), vector(3.0));
        let shapes = prop::collection::vec((geometry(false), vector(0.2), vector(3.0)), 0..3);
        let drawn = prop::collection::vec((geometry(true), vector(0.2), vector(3.0)), 0..3);
        (0.1..20.0, vector(0.2), inertia, shapes, drawn).prop_map(
            |(mass_kg, com_m, (spread, rpy), shapes, drawn)| {
                let [a, b, c] = spread;
                let diagonal = nalgebra::Matrix3::from_diagonal(&Vector3::new(b + c, a + c, a + b));
                let turn = nalgebra::Rotation3::from_euler_angles(rpy[0], rpy[1], rpy[2]);
                let m = turn * diagonal * turn.inverse();
                LinkConfig {
                    name: String::new(),
                    mass_kg,
                    com_m,
                    inertia_kgm2: InertiaConfig {
                        xx: m[(0, 0)],
                        yy: m[(1, 1)],
                        zz: m[(2, 2)],
                        xy: m[(0, 1)],
                        xz: m[(0, 2)],
                        yz: m[(1, 2)],
                    },
                    collision: shapes
                        .into_iter()
                        .map(|(geometry, xyz_m, rpy_rad)| ShapeConfig { geometry, xyz_m, rpy_rad })
                        .collect(),
                    visual: drawn
                        .into_iter()
                        .map(|(geometry, xyz_m, rpy_rad)| VisualConfig {
                            geometry,
                            xyz_m,
                            rpy_rad,
                            material: Material::Dark,
                        })
                        .collect(),
                }
            },
        )
    }

    fn joint() -> impl Strategy<Value = JointConfig> {
        let axis = vector(2.0).prop_filter("a direction", |v| Vector3::from(*v).norm() > 0.1);
        let rpy = (-3.1..3.1, -1.5..1.5, -3.1..3.1).prop_map(|(a, b, c)| [a, b, c]);
        let figures = (1.0..400.0, 1.0..30.0, 0.1..1.0, 1.0..120.0, 0.0..1e-3, 0.0..2.0, 0.0..3.0);
        (vector(0.5), rpy, axis, -2.0..-0.1, 0.1..2.0, figures, prop::bool::weighted(0.25)).prop_map(
            |(origin_m, origin_rpy_rad, axis, low, high, figures, rigid)| {
                let (peak, speed, share, gear, rotor, viscous, coulomb) = figures;
                JointConfig {
                    name: String::new(),
                    parent: String::new(),
                    child: String::new(),
                    origin_m,
                    origin_rpy_rad,
                    axis,
                    limits_rad: (low, high),
                    actuator: ActuatorConfig {
                        peak_torque_nm: peak,
                        max_speed_rad_s: speed,
                        corner_speed_rad_s: speed * share,
                        gear,
                        rotor_inertia_kgm2: rotor,
                        viscous_nms: viscous,
                        coulomb_nm: coulomb,
                    },
                    rigid,
                }
            },
        )
    }

    fn robots() -> impl Strategy<Value = RobotConfig> {
        let parts = prop::collection::vec((link(), joint(), 0.0..1.0, -0.09..0.09), 3..12);
        (parts, link()).prop_map(|(parts, mut root)| {
            let mut config = robot(&fixture("biped.ron"));
            root.name = "link 0".into();
            (config.links, config.joints) = (vec![root], Vec::new());
            config.posture_rad.clear();
            for (i, (mut link, mut joint, hangs, angle)) in parts.into_iter().enumerate() {
                link.name = format!("link {}", i + 1);
                joint.name = format!("joint <{i}>");
                // Any link before it, so that the tree has any shape.
                joint.parent = format!("link {}", (hangs * (i + 1) as f64) as usize);
                joint.child.clone_from(&link.name);
                config.posture_rad.insert(joint.name.clone(), angle);
                config.links.push(link);
                config.joints.push(joint);
            }
            config.mass_kg = config.links.iter().map(|link| link.mass_kg).sum();
            let foot = |link: &str| FootConfig {
                link: link.into(),
                sole_center_m: [0.1, 0.02, -0.3],
                sole_size_m: (0.2, 0.1),
            };
            config.feet.left = foot("link 1");
            config.feet.right = foot("link 2");
            config.sensors.imu.link = "link 3".into();
            config.sensors.lidar.link = "link 0".into();
            config
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn any_tree_comes_back_as_it_went(config in robots()) {
            for (name, text) in [("a.urdf", to_urdf(&config).text), ("a.xml", to_mjcf(&config).text)] {
                let imported = back(name, &text);
                assert_same_robot(&imported.config, &config);
                assert_moves_alike(&imported.config, &config, true);
            }
        }
    }

    /// A cut, a doubling, a swap or a change of a few bytes.
    #[derive(Debug, Clone)]
    enum Change {
        Cut(f64, usize),
        Double(f64, usize),
        Put(f64, &'static str),
    }

    const TEXTS: &[&str] = &[
        "<",
        ">",
        "\"",
        "/",
        "&",
        "-1",
        "1e999",
        "1e200",
        "nan",
        "0",
        "  ",
        "<body>",
        "</body>",
        "<link/>",
        "<geom/>",
        "name=\"a\"",
        "é",
        "\u{0}",
        "<!--",
        "-->",
        "<![CDATA[",
        "&#0;",
        "<joint/>",
        "<default class=\"a\">",
    ];

    fn changes() -> impl Strategy<Value = Vec<Change>> {
        let one = prop_oneof![
            (0.0..1.0, 1_usize..80).prop_map(|(at, n)| Change::Cut(at, n)),
            (0.0..1.0, 1_usize..400).prop_map(|(at, n)| Change::Double(at, n)),
            (0.0..1.0, prop::sample::select(TEXTS)).prop_map(|(at, text)| Change::Put(at, text)),
        ];
        prop::collection::vec(one, 1..6)
    }

    fn changed(text: &str, changes: &[Change]) -> String {
        let mut chars: Vec<char> = text.chars().collect();
        for change in changes {
            let at = |share: &f64| (share * chars.len() as f64) as usize;
            match change {
                Change::Cut(share, n) => {
                    let from = at(share);
                    let to = (from + n).min(chars.len());
                    chars.drain(from..to);
                }
                Change::Double(share, n) => {
                    let from = at(share);
                    let part: Vec<char> = chars[from..(from + n).min(chars.len())].to_vec();
                    chars.splice(from..from, part);
                }
                Change::Put(share, text) => {
                    let from = at(share);
                    chars.splice(from..from, text.chars());
                }
            }
        }
        chars.into_iter().collect()
    }

    fn texts() -> Vec<String> {
        let foreign = |name: &str| std::fs::read_to_string(fixture(name)).expect("a file");
        let biped = robot(&fixture("biped.ron"));
        vec![foreign("foreign.xml"), foreign("foreign.urdf"), to_urdf(&biped).text, to_mjcf(&biped).text]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1500))]

        /// Whatever a text is, the answer is a robot that can be built or a mistake at a place in it.
        #[test]
        fn no_text_makes_the_reader_fall(
            text in prop::sample::select(texts()),
            changes in changes(),
        ) {
            let text = changed(&text, &changes);
            match import_text(Path::new("a"), text, &ImportOptions::default()) {
                Ok(imported) => drop(RobotModel::build(&imported.config).expect("a robot")),
                Err(error) => assert!(!error.render(false).is_empty()),
            }
        }
    }

    #[test]
    fn huge_and_deep_texts_are_answered_at_once() {
        let start = std::time::Instant::now();
        let bodies = "<body name='a'>".repeat(250) + &"</body>".repeat(250);
        let classes = "<default class='a'>".repeat(250) + &"</default>".repeat(250);
        let wide: String = (0..20_000).map(|i| format!("<link name='l{i}'/><a{i}/>")).collect();
        let many: String = (0..20_000).map(|i| format!("<joint name='j{i}'/>")).collect();
        for text in [
            format!("<mujoco><worldbody>{bodies}</worldbody></mujoco>"),
            format!("<mujoco><default>{classes}</default></mujoco>"),
            format!("<robot>{wide}</robot>"),
            format!("<robot>{many}</robot>"),
            format!("<robot>{}</robot>", "<link>".repeat(100_000)),
            "<a>".repeat(1_000_000),
        ] {
            assert!(import_text(Path::new("a"), text, &ImportOptions::default()).is_err());
        }
        assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
    }
}
