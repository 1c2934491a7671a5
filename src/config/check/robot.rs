//! Checks of a robot.

use std::collections::BTreeMap;

use nalgebra::Matrix3;

use super::{Findings, controller, geometry, sensors, tree};
use crate::config::diagnostic::{Finding, number};
use crate::config::path::FieldPath;
use crate::config::robot::{FootConfig, InertiaConfig, JointConfig, LinkConfig, RobotConfig};

/// Largest difference between the stated mass and the links' sum [kg].
const MASS_TOLERANCE_KG: f64 = 0.1;

/// Share by which a principal moment may exceed the sum of the others; published inertias are rounded.
const TRIANGLE_TOLERANCE: f64 = 1e-3;

/// Shortest axis that still has a direction.
const MIN_AXIS: f64 = 1e-6;

/// Everything wrong with a robot.
pub fn robot(config: &RobotConfig) -> Vec<Finding> {
    let root = FieldPath::root();
    let mut findings = Findings::default();
    findings.not_empty(root.field("name"), &config.name);
    findings.numbers(config);

    let links = root.field("links");
    for (i, spec) in config.links.iter().enumerate() {
        link(&mut findings, &links.index(i), spec);
    }
    unique(&mut findings, &links, "link", config.links.iter().map(|l| l.name.as_str()));
    total_mass(&mut findings, config);

    let joints = root.field("joints");
    for (i, spec) in config.joints.iter().enumerate() {
        joint(&mut findings, &joints.index(i), spec);
    }
    unique(&mut findings, &joints, "joint", config.joints.iter().map(|j| j.name.as_str()));
    tree::check(&mut findings, config);

    feet(&mut findings, config);
    posture(&mut findings, config);
    sensors::check(&mut findings, config);
    controller::check(&mut findings, &root.field("controller"), &config.controller);
    findings.0
}

fn link(findings: &mut Findings, at: &FieldPath, link: &LinkConfig) {
    findings.not_empty(at.field("name"), &link.name);
    inertia(findings, at.field("inertia_kgm2"), &link.inertia_kgm2);
    for (i, shape) in link.collision.iter().enumerate() {
        geometry::collision(findings, &at.field("collision").index(i).field("geometry"), &shape.geometry);
    }
    for (i, shape) in link.visual.iter().enumerate() {
        geometry::drawn(findings, &at.field("visual").index(i).field("geometry"), &shape.geometry);
    }
}

/// A rigid body's inertia is positive definite, and no principal moment exceeds the sum of the others.
fn inertia(findings: &mut Findings, at: FieldPath, inertia: &InertiaConfig) {
    let InertiaConfig { xx, yy, zz, xy, xz, yz } = *inertia;
    if [xx, yy, zz, xy, xz, yz].iter().any(|value| !value.is_finite()) {
        return;
    }
    let matrix = Matrix3::new(xx, xy, xz, xy, yy, yz, xz, yz, zz);
    let mut moments: Vec<f64> = matrix.symmetric_eigenvalues().iter().copied().collect();
    moments.sort_by(f64::total_cmp);
    let found = || {
        let moments: Vec<String> = moments.iter().map(|m| format!("{m:.4e}")).collect();
        format!("principal moments {} kg m^2", moments.join(", "))
    };
    if moments[0] <= 0.0 {
        findings.add(at, found(), "a positive definite inertia: every principal moment above 0");
    } else if moments[2] > (moments[0] + moments[1]) * (1.0 + TRIANGLE_TOLERANCE) {
        findings.add(
            at,
            found(),
            "the inertia of a body: no principal moment above the sum of the other two",
        );
    }
}

fn total_mass(findings: &mut Findings, config: &RobotConfig) {
    let at = FieldPath::root().field("mass_kg");
    let sum: f64 = config.links.iter().map(|link| link.mass_kg).sum();
    if config.mass_kg > 0.0 && (sum - config.mass_kg).abs() > MASS_TOLERANCE_KG {
        let allowed = format!("the sum of the links' masses, {sum:.4}, to within {MASS_TOLERANCE_KG} kg");
        let links = FieldPath::root().field("links");
        let causes = (0..config.links.len()).map(|i| links.index(i).field("mass_kg")).collect();
        let hint = format!("set `mass_kg` to {sum:.4} too, or scale all masses by `mass_scale`");
        let finding = Finding::new(at, number(config.mass_kg), allowed).with_hint(Some(hint));
        findings.0.push(Finding { causes, ..finding });
    }
}

fn joint(findings: &mut Findings, at: &FieldPath, joint: &JointConfig) {
    findings.not_empty(at.field("name"), &joint.name);
    let [x, y, z] = joint.axis;
    let length = (x * x + y * y + z * z).sqrt();
    let finite = joint.axis.iter().all(|value| value.is_finite());
    if finite && !(length > MIN_AXIS && length.is_finite()) {
        let found = format!("({}, {}, {})", number(x), number(y), number(z));
        findings.add(at.field("axis"), found, "a direction");
    }
    findings.ordered(at.field("limits_rad"), joint.limits_rad, false);
    let (corner, max) = (joint.actuator.corner_speed_rad_s, joint.actuator.max_speed_rad_s);
    let allowed = format!("a positive number up to {}", number(max));
    let path = at.field("actuator").field("corner_speed_rad_s");
    findings.relation(max <= 0.0 || corner <= max, path, corner, allowed);
}

/// Each name once.
fn unique<'a>(findings: &mut Findings, list: &FieldPath, what: &str, names: impl Iterator<Item = &'a str>) {
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    for (i, name) in names.enumerate() {
        if let Some(earlier) = first.get(name) {
            let found = format!("`{name}`, which {} is called too", list.index(*earlier));
            findings.add(list.index(i).field("name"), found, format!("a name that no other {what} has"));
        } else {
            first.insert(name, i);
        }
    }
}

fn feet(findings: &mut Findings, config: &RobotConfig) {
    let at = FieldPath::root().field("feet");
    let links: Vec<&str> = config.links.iter().map(|l| l.name.as_str()).collect();
    let mut foot = |side: &str, foot: &FootConfig| {
        let at = at.field(side);
        findings.known(at.field("link"), &foot.link, "link", &links);
    };
    foot("left", &config.feet.left);
    foot("right", &config.feet.right);
    if config.feet.left.link == config.feet.right.link {
        let found = format!("`{}`, which is the left foot too", config.feet.right.link);
        findings.add(at.field("right").field("link"), found, "another link than the left foot's");
    }
}

/// The posture's joints exist, and every joint's angle, zero where none is given, is in its range.
fn posture(findings: &mut Findings, config: &RobotConfig) {
    let at = FieldPath::root().field("posture_rad");
    let names: Vec<&str> = config.joints.iter().map(|j| j.name.as_str()).collect();
    let limits: BTreeMap<&str, (f64, f64)> =
        config.joints.iter().map(|j| (j.name.as_str(), j.limits_rad)).collect();
    for (name, angle) in &config.posture_rad {
        match limits.get(name.as_str()) {
            Some((low, high)) if low < high => findings.within(at.field(name), *angle, *low, *high),
            Some(_) => {}
            None => findings.known(at.field(name), name, "joint", &names),
        }
    }
    for joint in config.joints.iter().filter(|j| !config.posture_rad.contains_key(&j.name)) {
        let (low, high) = joint.limits_rad;
        if low < high && !(low <= 0.0 && 0.0 <= high) {
            let found = format!("no angle for `{}`, which would rest at 0", joint.name);
            let allowed = format!("an angle from {} to {}", number(low), number(high));
            findings.add(at.clone(), found, allowed);
        }
    }
}
