//! URDF out.

use nalgebra::{Unit, UnitQuaternion, Vector3};

use super::carried::{self, Carried};
use super::draft::{listed, pose_of, rpy_of, xyz_of};
use super::shape::{MATERIALS, bounding_box, material_name};
use super::xml_text::{XmlText, number, numbers};
use super::{Exported, weighed};
use crate::config::robot::{Geometry, JointConfig, LinkConfig, RobotConfig};

/// A robot as URDF; what URDF has no word for stands in `<loong>`.
pub fn to_urdf(config: &RobotConfig) -> Exported {
    let config = &weighed(config);
    let mut xml = XmlText::default();
    let mut writer = Writer { approximated: Vec::new() };
    xml.begin("robot", &[("name", config.name.clone())]);
    xml.comment("written by `loong export`; the element loong holds what URDF has no word for");
    for (_, name, rgba) in MATERIALS {
        xml.begin("material", &[("name", name.into())]);
        xml.element("color", &[("rgba", numbers(&rgba))]);
        xml.end();
    }
    config.links.iter().for_each(|link| writer.link(&mut xml, link));
    config.joints.iter().for_each(|joint| write_joint(&mut xml, config, joint));
    xml.text(carried::NAME, &Carried::of(config, exact).text());
    let mut warnings = Vec::new();
    if !writer.approximated.is_empty() {
        warnings.push(format!(
            "shapes URDF has no word for are boxes, cylinders and balls of their size: {}",
            listed(&writer.approximated)
        ));
    }
    warnings.push(
        "only this program reads sensors, gains, posture, feet, gears, corner speeds and rotor inertias back"
            .into(),
    );
    Exported { text: xml.finish(), warnings }
}

/// Whether URDF has a shape's own word.
fn exact(geometry: &Geometry, _drawn: bool) -> bool {
    match geometry {
        Geometry::Box { round_m, .. } => *round_m == 0.0,
        Geometry::Sphere { .. } => true,
        Geometry::Cylinder { top_radius_m, .. } => top_radius_m.is_none(),
        _ => false,
    }
}

/// Shapes URDF has, each with its place, that stand for one of ours.
fn parts(geometry: &Geometry) -> Vec<(Geometry, [f64; 3])> {
    let boxed = || {
        let (size_m, centre) = bounding_box(geometry);
        vec![(Geometry::Box { size_m, round_m: 0.0 }, centre)]
    };
    match geometry {
        Geometry::Box { size_m, .. } => vec![(Geometry::Box { size_m: *size_m, round_m: 0.0 }, [0.0; 3])],
        Geometry::Sphere { .. } => vec![(geometry.clone(), [0.0; 3])],
        Geometry::Cylinder { radius_m, top_radius_m, length_m } => {
            let radius_m = radius_m.max(top_radius_m.unwrap_or(0.0));
            vec![(Geometry::Cylinder { radius_m, top_radius_m: None, length_m: *length_m }, [0.0; 3])]
        }
        // A tube and two balls are the very capsule.
        Geometry::Capsule { radius_m, length_m } => {
            let ball = |z: f64| (Geometry::Sphere { radius_m: *radius_m }, [0.0, 0.0, z]);
            let mut parts = vec![ball(-0.5 * length_m), ball(0.5 * length_m)];
            if *length_m > 0.0 {
                let (radius_m, length_m) = (*radius_m, *length_m);
                parts.push((Geometry::Cylinder { radius_m, top_radius_m: None, length_m }, [0.0; 3]));
            }
            parts
        }
        Geometry::Ellipsoid { .. } | Geometry::Loft { .. } => boxed(),
    }
}

struct Writer {
    approximated: Vec<String>,
}

impl Writer {
    fn link(&mut self, xml: &mut XmlText, link: &LinkConfig) {
        let i = &link.inertia_kgm2;
        xml.begin("link", &[("name", link.name.clone())]);
        xml.begin("inertial", &[]);
        xml.element("origin", &[("xyz", numbers(&link.com_m)), ("rpy", "0 0 0".into())]);
        xml.element("mass", &[("value", number(link.mass_kg))]);
        let entries =
            [("ixx", i.xx), ("ixy", i.xy), ("ixz", i.xz), ("iyy", i.yy), ("iyz", i.yz), ("izz", i.zz)];
        xml.element("inertia", &entries.map(|(name, value)| (name, number(value))));
        xml.end();
        for shape in &link.visual {
            let material = Some(material_name(shape.material));
            self.shape(xml, "visual", link, (&shape.geometry, shape.xyz_m, shape.rpy_rad), material);
        }
        for shape in &link.collision {
            self.shape(xml, "collision", link, (&shape.geometry, shape.xyz_m, shape.rpy_rad), None);
        }
        xml.end();
    }

    fn shape(
        &mut self,
        xml: &mut XmlText,
        kind: &'static str,
        link: &LinkConfig,
        (geometry, xyz, rpy): (&Geometry, [f64; 3], [f64; 3]),
        material: Option<&str>,
    ) {
        if !exact(geometry, material.is_some()) && !self.approximated.contains(&link.name) {
            self.approximated.push(link.name.clone());
        }
        for (part, offset) in parts(geometry) {
            let xyz = if offset == [0.0; 3] {
                xyz
            } else {
                xyz_of(&(pose_of(xyz, rpy) * pose_of(offset, [0.0; 3])))
            };
            xml.begin(kind, &[]);
            xml.element("origin", &[("xyz", numbers(&xyz)), ("rpy", numbers(&rpy))]);
            xml.begin("geometry", &[]);
            match part {
                Geometry::Sphere { radius_m } => xml.element("sphere", &[("radius", number(radius_m))]),
                Geometry::Cylinder { radius_m, length_m, .. } => {
                    xml.element("cylinder", &[("radius", number(radius_m)), ("length", number(length_m))]);
                }
                Geometry::Box { size_m, .. } => xml.element("box", &[("size", numbers(&size_m))]),
                // Parts are of these three kinds.
                _ => {}
            }
            xml.end();
            if let Some(material) = material {
                xml.element("material", &[("name", material.into())]);
            }
            xml.end();
        }
    }
}

fn write_joint(xml: &mut XmlText, config: &RobotConfig, joint: &JointConfig) {
    let kind = if joint.rigid { "fixed" } else { "revolute" };
    xml.begin("joint", &[("name", joint.name.clone()), ("type", kind.into())]);
    let rpy = held_rpy(config, joint);
    xml.element("origin", &[("xyz", numbers(&joint.origin_m)), ("rpy", numbers(&rpy))]);
    xml.element("parent", &[("link", joint.parent.clone())]);
    xml.element("child", &[("link", joint.child.clone())]);
    if !joint.rigid {
        let (low, high) = joint.limits_rad;
        let a = &joint.actuator;
        xml.element("axis", &[("xyz", numbers(&joint.axis))]);
        xml.element(
            "limit",
            &[
                ("lower", number(low)),
                ("upper", number(high)),
                ("effort", number(a.peak_torque_nm)),
                ("velocity", number(a.max_speed_rad_s)),
            ],
        );
        xml.element("dynamics", &[("damping", number(a.viscous_nms)), ("friction", number(a.coulomb_nm))]);
    }
    xml.end();
}

/// A joint's orientation; one held by its brake is turned by its angle [rad].
pub(super) fn held_rpy(config: &RobotConfig, joint: &JointConfig) -> [f64; 3] {
    let angle = config.posture_rad.get(&joint.name).copied().unwrap_or(0.0);
    if !joint.rigid || angle == 0.0 {
        return joint.origin_rpy_rad;
    }
    let axis = Unit::new_normalize(Vector3::from(joint.axis));
    let turn = UnitQuaternion::from_axis_angle(&axis, angle);
    rpy_of(&(pose_of([0.0; 3], joint.origin_rpy_rad).rotation * turn))
}
