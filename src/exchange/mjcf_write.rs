//! MJCF out.

use super::carried::{self, Carried};
use super::draft::{listed, pose_of, xyz_of};
use super::shape::{MATERIALS, bounding_box, material_name};
use super::urdf_write::held_rpy;
use super::xml_text::{XmlText, number, numbers};
use super::{Exported, weighed};
use crate::config::robot::{Geometry, JointConfig, LinkConfig, RobotConfig};
use crate::model::RobotModel;

/// A robot as MJCF; what MJCF has no word for is a custom text called `loong`.
pub fn to_mjcf(config: &RobotConfig) -> Exported {
    let config = &weighed(config);
    let mut xml = XmlText::default();
    let mut writer = Writer { config, approximated: Vec::new() };
    xml.begin("mujoco", &[("model", config.name.clone())]);
    xml.comment("written by `loong export`; the custom text holds what MJCF has no word for");
    xml.element(
        "compiler",
        &[
            ("angle", "radian".into()),
            ("eulerseq", "XYZ".into()),
            ("autolimits", "true".into()),
            ("inertiafromgeom", "false".into()),
        ],
    );
    xml.begin("default", &[]);
    xml.begin("default", &[("class", "collision".into())]);
    xml.element("geom", &[("contype", "1".into()), ("conaffinity", "0".into()), ("group", "3".into())]);
    xml.end();
    xml.begin("default", &[("class", "visual".into())]);
    xml.element("geom", &[("contype", "0".into()), ("conaffinity", "0".into()), ("group", "2".into())]);
    xml.end();
    xml.end();
    xml.begin("asset", &[]);
    for (_, name, rgba) in MATERIALS {
        xml.element("material", &[("name", name.into()), ("rgba", numbers(&rgba))]);
    }
    xml.end();
    xml.begin("custom", &[]);
    xml.element("text", &[("name", carried::NAME.into()), ("data", Carried::of(config, exact).text())]);
    xml.end();
    xml.begin("worldbody", &[]);
    if let Some(root) = root(config) {
        writer.bodies(&mut xml, root);
    }
    xml.end();
    xml.begin("actuator", &[]);
    for joint in config.joints.iter().filter(|joint| !joint.rigid) {
        let peak = joint.actuator.peak_torque_nm;
        xml.element(
            "motor",
            &[
                ("name", joint.name.clone()),
                ("joint", joint.name.clone()),
                ("ctrlrange", numbers(&[-peak, peak])),
                ("forcerange", numbers(&[-peak, peak])),
            ],
        );
    }
    xml.end();
    xml.begin("sensor", &[]);
    xml.element("gyro", &[("name", "imu_gyro".into()), ("site", "imu".into())]);
    xml.element("accelerometer", &[("name", "imu_accelerometer".into()), ("site", "imu".into())]);
    xml.end();

    let mut warnings = Vec::new();
    if !writer.approximated.is_empty() {
        let names = listed(&writer.approximated);
        warnings.push(format!("shapes MJCF has no word for are boxes and cylinders of their size: {names}"));
    }
    warnings.push(
        "only this program reads sensors, gains, posture, feet, gears and speeds of the motors back".into(),
    );
    Exported { text: xml.finish(), warnings }
}

/// Whether MJCF has a shape's own word.
fn exact(geometry: &Geometry, _drawn: bool) -> bool {
    match geometry {
        Geometry::Box { round_m, .. } => *round_m == 0.0,
        Geometry::Cylinder { top_radius_m, .. } => top_radius_m.is_none(),
        // A capsule must have a length, which one of ours may lack.
        Geometry::Capsule { length_m, .. } => *length_m > 0.0,
        Geometry::Sphere { .. } | Geometry::Ellipsoid { .. } => true,
        Geometry::Loft { .. } => false,
    }
}

fn root(config: &RobotConfig) -> Option<&LinkConfig> {
    config.links.iter().find(|link| !config.joints.iter().any(|joint| joint.child == link.name))
}

struct Writer<'a> {
    config: &'a RobotConfig,
    approximated: Vec<String>,
}

/// What is still to be written, the last first.
enum Task<'a> {
    Body(&'a LinkConfig, Option<&'a JointConfig>),
    End,
}

impl Writer<'_> {
    fn bodies(&mut self, xml: &mut XmlText, root: &LinkConfig) {
        let config = self.config;
        let mut tasks = vec![Task::Body(root, None)];
        while let Some(task) = tasks.pop() {
            let Task::Body(link, joint) = task else {
                xml.end();
                continue;
            };
            self.open_body(xml, link, joint);
            tasks.push(Task::End);
            for joint in config.joints.iter().rev().filter(|joint| joint.parent == link.name) {
                if let Some(child) = config.links.iter().find(|child| child.name == joint.child) {
                    tasks.push(Task::Body(child, Some(joint)));
                }
            }
        }
    }

    fn open_body(&mut self, xml: &mut XmlText, link: &LinkConfig, joint: Option<&JointConfig>) {
        let (pos, euler) = match joint {
            Some(joint) => (joint.origin_m, held_rpy(self.config, joint)),
            None => ([0.0, 0.0, self.standing_height()], [0.0; 3]),
        };
        let mut attributes = vec![("name", link.name.clone()), ("pos", numbers(&pos))];
        if euler != [0.0; 3] {
            attributes.push(("euler", numbers(&euler)));
        }
        xml.begin("body", &attributes);
        let i = &link.inertia_kgm2;
        xml.element(
            "inertial",
            &[
                ("pos", numbers(&link.com_m)),
                ("mass", number(link.mass_kg)),
                ("fullinertia", numbers(&[i.xx, i.yy, i.zz, i.xy, i.xz, i.yz])),
            ],
        );
        match joint {
            None => xml.element("freejoint", &[]),
            Some(joint) if joint.rigid => {}
            Some(joint) => {
                let a = &joint.actuator;
                let (low, high) = joint.limits_rad;
                xml.element(
                    "joint",
                    &[
                        ("name", joint.name.clone()),
                        ("axis", numbers(&joint.axis)),
                        ("range", numbers(&[low, high])),
                        ("damping", number(a.viscous_nms)),
                        ("frictionloss", number(a.coulomb_nm)),
                        ("armature", number(a.gear * a.gear * a.rotor_inertia_kgm2)),
                    ],
                );
            }
        }
        for shape in &link.visual {
            let material = Some(material_name(shape.material));
            self.geom(xml, link, (&shape.geometry, shape.xyz_m, shape.rpy_rad), material);
        }
        for shape in &link.collision {
            self.geom(xml, link, (&shape.geometry, shape.xyz_m, shape.rpy_rad), None);
        }
        for (name, foot) in [("left_sole", &self.config.feet.left), ("right_sole", &self.config.feet.right)] {
            if foot.link == link.name {
                xml.element("site", &[("name", name.into()), ("pos", numbers(&foot.sole_center_m))]);
            }
        }
        if self.config.sensors.imu.link == link.name {
            xml.element("site", &[("name", "imu".into()), ("pos", numbers(&self.config.sensors.imu.xyz_m))]);
        }
    }

    fn geom(
        &mut self,
        xml: &mut XmlText,
        link: &LinkConfig,
        (geometry, xyz, rpy): (&Geometry, [f64; 3], [f64; 3]),
        material: Option<&str>,
    ) {
        if !exact(geometry, material.is_some()) && !self.approximated.contains(&link.name) {
            self.approximated.push(link.name.clone());
        }
        let mut pos = xyz;
        let (kind, size) = match geometry {
            Geometry::Box { size_m, .. } => ("box", size_m.map(|side| 0.5 * side).to_vec()),
            Geometry::Sphere { radius_m } => ("sphere", vec![*radius_m]),
            Geometry::Capsule { radius_m, length_m } if *length_m > 0.0 => {
                ("capsule", vec![*radius_m, 0.5 * length_m])
            }
            Geometry::Capsule { radius_m, .. } => ("sphere", vec![*radius_m]),
            Geometry::Cylinder { radius_m, top_radius_m, length_m } => {
                ("cylinder", vec![radius_m.max(top_radius_m.unwrap_or(0.0)), 0.5 * length_m])
            }
            Geometry::Ellipsoid { radii_m } => ("ellipsoid", radii_m.to_vec()),
            Geometry::Loft { .. } => {
                let (size, centre) = bounding_box(geometry);
                pos = xyz_of(&(pose_of(xyz, rpy) * pose_of(centre, [0.0; 3])));
                ("box", size.map(|side| 0.5 * side).to_vec())
            }
        };
        let class = if material.is_some() { "visual" } else { "collision" };
        let mut attributes =
            vec![("class", class.to_owned()), ("type", kind.to_owned()), ("size", numbers(&size))];
        attributes.push(("pos", numbers(&pos)));
        if rpy != [0.0; 3] {
            attributes.push(("euler", numbers(&rpy)));
        }
        if let Some(material) = material {
            attributes.push(("material", material.to_owned()));
        }
        xml.element("geom", &attributes);
    }

    /// Height of the root link's frame with the left sole on the ground at zero joint angles [m].
    fn standing_height(&self) -> f64 {
        let Ok(model) = RobotModel::build(self.config) else { return 1.0 };
        let zeros = vec![0.0; model.joints()];
        let foot = &model.feet[0];
        let sole = model.root_from_body(foot.body, &zeros) * foot.body_from_sole;
        let link = model.links.first().map_or(0.0, |_| {
            let name = root(self.config).map_or("", |link| link.name.as_str());
            model.link(name).map_or(0.0, |frame| frame.body_from_link.translation.z)
        });
        link - sole.translation.z
    }
}
