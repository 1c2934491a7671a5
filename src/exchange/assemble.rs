//! From a merged draft to a robot's config, with what had to be assumed.

use std::collections::BTreeMap;
use std::f64::consts::PI;

use nalgebra::{Isometry3, Point3, Vector3};

use super::assumed::{
    self, ARMATURE_KGM2, CORNER_SPEED_SHARE, MAX_SPEED_RAD_S, Mount, PEAK_TORQUE_NM, ROD_RADIUS_M,
};
use super::carried::{Carried, CarriedRigid};
use super::draft::{Draft, DraftJoint, Hinge, Kind, Note, listed, pose_of, rpy_of, xyz_of};
use super::feet;
use super::inertial::numbers;
use super::mjcf_frame::from_z;
use super::posture;
use super::shape::extreme_points;
use crate::config::controller::ControllerConfig;
use crate::config::diagnostic::ConfigError;
use crate::config::robot::{
    ActuatorConfig, FeetConfig, Geometry, JointConfig, LinkConfig, Material, RobotConfig, VisualConfig,
};
use crate::config::sensors::SensorsConfig;

/// What the user says about a robot where its file is silent.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ImportOptions {
    /// Link or frame that is the left foot; the lowest link on the left where none is given.
    pub left_foot: Option<String>,
    /// The same on the right.
    pub right_foot: Option<String>,
    /// The left sole; the lowest points of the feet's collision shapes where none is given.
    pub sole: Option<SoleOption>,
}

/// A sole's rectangle; the right one is its mirror image.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SoleOption {
    /// Centre in the left foot's frame [m].
    pub center_m: [f64; 3],
    /// Length and width [m].
    pub size_m: (f64, f64),
}

/// Makes a robot's config of a merged draft.
///
/// # Errors
/// Where no feet or soles are found.
pub(super) fn assemble(
    mut draft: Draft,
    options: &ImportOptions,
    source: &str,
) -> Result<(RobotConfig, Vec<Note>), ConfigError> {
    let mut notes = std::mem::take(&mut draft.notes);
    let carried = draft.carried.take();
    let names: Vec<String> = draft.links.iter().map(|link| link.name.clone()).collect();
    let known = |link: &str| names.iter().any(|name| name == link);
    let asked = *options != ImportOptions::default();
    let feet: Option<FeetConfig> = carried.as_ref().map(|carried| carried.feet.clone());
    let feet = match feet.filter(|feet| !asked && known(&feet.left.link) && known(&feet.right.link)) {
        Some(feet) => feet,
        None => feet::find(&mut draft, options, &mut notes)?,
    };
    let poses = feet::zero_poses(&draft);
    let joints = Joints::of(&draft.joints, carried.as_ref(), &mut notes);
    let links = links(&draft, carried.as_ref(), &mut notes);
    let mass_kg: f64 = links.iter().map(|link| link.mass_kg).sum();
    let stated =
        carried.as_ref().map(|carried| carried.mass_kg).filter(|stated| (stated - mass_kg).abs() < 0.1);

    let sensors = match &carried {
        Some(carried) if known(&carried.sensors.imu.link) && known(&carried.sensors.lidar.link) => {
            carried.sensors.clone()
        }
        _ => sensors(&draft, mass_kg, &mut notes),
    };
    let mut posture_rad = posture::resting(&joints);
    if let Some(carried) = &carried {
        let names: Vec<&str> = joints.iter().map(|joint| joint.name.as_str()).collect();
        let own = carried.posture_rad.iter().filter(|(name, _)| names.contains(&name.as_str()));
        posture_rad.extend(own.map(|(name, angle)| (name.clone(), *angle)));
    }
    let height_m = match &carried {
        Some(carried) => carried.height_m,
        None => height(&links, &poses, &feet),
    };
    let mut config = RobotConfig {
        name: carried.as_ref().map_or_else(|| draft.name.clone(), |carried| carried.name.clone()),
        description: carried
            .as_ref()
            .map_or_else(|| format!("imported from {source}"), |carried| carried.description.clone()),
        mass_kg: stated.unwrap_or(mass_kg),
        mass_scale: 1.0,
        height_m,
        links,
        joints,
        feet,
        posture_rad,
        sensors,
        controller: carried.as_ref().map_or_else(ControllerConfig::default, |carried| carried.controller),
    };
    if carried.is_none() {
        posture::bend_knees(&mut config, &mut notes);
        notes.push(Note::assumed("gains of the controller: the defaults, which suit a human-sized biped"));
    }
    Ok((config, notes))
}

/// Joints with what was assumed about them.
#[derive(Default)]
struct Joints {
    torque: Vec<String>,
    speed: Vec<String>,
    corner: usize,
    rotor: usize,
    range: Vec<String>,
}

impl Joints {
    fn of(drafts: &[DraftJoint], carried: Option<&Carried>, notes: &mut Vec<Note>) -> Vec<JointConfig> {
        let mut silent = Self::default();
        let joints = drafts.iter().map(|draft| match &draft.kind {
            Kind::Hinge(hinge) => silent.hinge(draft, hinge, carried),
            // Only those stay that the carried config knows.
            Kind::Fixed => rigid(draft, carried.and_then(|carried| carried.rigid.get(&draft.child))),
        });
        let joints = joints.collect();
        let mut assumed = |names: &[String], what: String| {
            if !names.is_empty() {
                notes.push(Note::assumed(format!("{what}: {}", listed(names))));
            }
        };
        assumed(&silent.torque, format!("peak torque {PEAK_TORQUE_NM} N m"));
        assumed(&silent.speed, format!("maximum speed {MAX_SPEED_RAD_S} rad/s"));
        assumed(&silent.range, "range half a turn each way".into());
        if silent.corner > 0 {
            let text = format!("corner speed {CORNER_SPEED_SHARE} of the maximum speed, gear 1");
            notes.push(Note::assumed(format!("{text}: {} joints", silent.corner)));
        }
        if silent.rotor > 0 {
            let text = format!("rotor inertia {ARMATURE_KGM2} kg m^2 at the joint");
            notes.push(Note::assumed(format!("{text}: {} joints", silent.rotor)));
        }
        joints
    }

    fn hinge(&mut self, draft: &DraftJoint, hinge: &Hinge, carried: Option<&Carried>) -> JointConfig {
        let own = carried.and_then(|carried| carried.actuators.get(&draft.name));
        let mut or = |value: Option<f64>, default: f64, names: fn(&mut Self) -> &mut Vec<String>| {
            value.unwrap_or_else(|| {
                names(self).push(draft.name.clone());
                default
            })
        };
        let peak_torque_nm = or(hinge.peak_torque_nm, PEAK_TORQUE_NM, |silent| &mut silent.torque);
        let speed = hinge.max_speed_rad_s.or(own.map(|own| own.max_speed_rad_s));
        let max_speed_rad_s = or(speed, MAX_SPEED_RAD_S, |silent| &mut silent.speed);
        let limits_rad = hinge.limits_rad.unwrap_or_else(|| {
            self.range.push(draft.name.clone());
            (-PI, PI)
        });
        self.corner += usize::from(own.is_none());
        let corner = own.map_or(CORNER_SPEED_SHARE * max_speed_rad_s, |own| own.corner_speed_rad_s);
        let gear = own.map_or(1.0, |own| own.gear);
        let rotor_inertia_kgm2 = match (hinge.armature_kgm2, own) {
            // The carried figure says the same without a division's rounding.
            (Some(armature), Some(own)) => {
                let same =
                    (own.gear * own.gear * own.rotor_inertia_kgm2 - armature).abs() <= 1e-12 * armature;
                if same { own.rotor_inertia_kgm2 } else { armature / (gear * gear) }
            }
            (Some(armature), None) => armature,
            (None, Some(own)) => own.rotor_inertia_kgm2,
            (None, None) => {
                self.rotor += 1;
                ARMATURE_KGM2
            }
        };
        JointConfig {
            name: draft.name.clone(),
            parent: draft.parent.clone(),
            child: draft.child.clone(),
            origin_m: draft.origin_m,
            origin_rpy_rad: draft.origin_rpy_rad,
            axis: hinge.axis,
            limits_rad,
            actuator: ActuatorConfig {
                peak_torque_nm,
                max_speed_rad_s,
                corner_speed_rad_s: corner.min(max_speed_rad_s),
                gear,
                rotor_inertia_kgm2,
                viscous_nms: hinge.viscous_nms.unwrap_or(0.0),
                coulomb_nm: hinge.coulomb_nm.unwrap_or(0.0),
            },
            rigid: false,
        }
    }
}

/// A joint held by its brake, turned back to its zero angle.
fn rigid(draft: &DraftJoint, carried: Option<&CarriedRigid>) -> JointConfig {
    let silent = CarriedRigid {
        joint: draft.name.clone(),
        axis: [0.0, 0.0, 1.0],
        angle_rad: 0.0,
        limits_rad: (-PI, PI),
        actuator: ActuatorConfig {
            peak_torque_nm: PEAK_TORQUE_NM,
            max_speed_rad_s: MAX_SPEED_RAD_S,
            corner_speed_rad_s: CORNER_SPEED_SHARE * MAX_SPEED_RAD_S,
            gear: 1.0,
            rotor_inertia_kgm2: ARMATURE_KGM2,
            viscous_nms: 0.0,
            coulomb_nm: 0.0,
        },
    };
    let own = carried.unwrap_or(&silent);
    let origin_rpy_rad = if own.angle_rad == 0.0 {
        draft.origin_rpy_rad
    } else {
        let axis = nalgebra::Unit::new_normalize(Vector3::from(own.axis));
        let back = nalgebra::UnitQuaternion::from_axis_angle(&axis, -own.angle_rad);
        rpy_of(&(pose_of([0.0; 3], draft.origin_rpy_rad).rotation * back))
    };
    JointConfig {
        name: own.joint.clone(),
        parent: draft.parent.clone(),
        child: draft.child.clone(),
        origin_m: draft.origin_m,
        origin_rpy_rad,
        axis: own.axis,
        limits_rad: own.limits_rad,
        actuator: own.actuator,
        rigid: true,
    }
}

fn links(draft: &Draft, carried: Option<&Carried>, notes: &mut Vec<Note>) -> Vec<LinkConfig> {
    let mut rods = Vec::new();
    let links = draft.links.iter().filter_map(|link| {
        let inertial = link.inertial?;
        let own = |by_link: &BTreeMap<String, Vec<VisualConfig>>| by_link.get(&link.name).cloned();
        let collision = carried.and_then(|carried| carried.collision.get(&link.name).cloned());
        let collision = collision.unwrap_or_else(|| link.collision.clone());
        let visual = carried.and_then(|carried| own(&carried.visual)).unwrap_or_else(|| link.visual.clone());
        let visual = match carried {
            None if visual.is_empty() => {
                rods.push(link.name.clone());
                stand_in(draft, &link.name)
            }
            _ => visual,
        };
        Some(LinkConfig {
            name: link.name.clone(),
            mass_kg: inertial.mass_kg,
            com_m: inertial.com.into(),
            inertia_kgm2: numbers(&inertial.inertia),
            collision,
            visual,
        })
    });
    let links = links.collect();
    if !rods.is_empty() {
        let text =
            "drawn as their collision shapes and rods between their joints, for no other shape is known";
        notes.push(Note::assumed(format!("{text}: {}", listed(&rods))));
    }
    links
}

/// Something to see of a link without drawn shapes.
fn stand_in(draft: &Draft, name: &str) -> Vec<VisualConfig> {
    let own = draft.links.iter().find(|link| link.name == name);
    let shapes = own.into_iter().flat_map(|link| &link.collision).map(|shape| VisualConfig {
        geometry: shape.geometry.clone(),
        xyz_m: shape.xyz_m,
        rpy_rad: shape.rpy_rad,
        material: Material::Shell,
    });
    let below = draft.joints.iter().filter(|joint| joint.parent == name);
    let rods = below.filter_map(|joint| {
        let to = Vector3::from(joint.origin_m);
        let direction = nalgebra::Unit::try_new(to, 2.0 * ROD_RADIUS_M)?;
        Some(VisualConfig {
            geometry: Geometry::Capsule { radius_m: ROD_RADIUS_M, length_m: to.norm() },
            xyz_m: (to * 0.5).into(),
            rpy_rad: rpy_of(&from_z(&direction)),
            material: Material::Joint,
        })
    });
    shapes.chain(rods).collect()
}

/// From the left sole to the highest point of any shape at zero joint angles [m].
fn height(links: &[LinkConfig], poses: &BTreeMap<String, Isometry3<f64>>, feet: &FeetConfig) -> f64 {
    let point = |link: &str, at: [f64; 3]| poses.get(link).map(|pose| (pose * Point3::from(at)).z);
    let sole = point(&feet.left.link, feet.left.sole_center_m).unwrap_or(0.0);
    let top =
        links.iter().filter_map(|link| Some((link, poses.get(&link.name)?))).flat_map(|(link, pose)| {
            let solid = link.collision.iter().map(|s| (&s.geometry, s.xyz_m, s.rpy_rad));
            let drawn = link.visual.iter().map(|s| (&s.geometry, s.xyz_m, s.rpy_rad));
            let points = |(geometry, xyz, rpy)| extreme_points(&(pose * pose_of(xyz, rpy)), geometry);
            solid.chain(drawn).flat_map(points).collect::<Vec<_>>()
        });
    let top = top.map(|point| point.z).fold(f64::NEG_INFINITY, f64::max);
    let height = top - sole;
    if height.is_finite() && height > 0.0 { (height * 1e4).round() / 1e4 } else { 1.0 }
}

/// Sensors where frames of their names are, else on the heaviest link.
fn sensors(draft: &Draft, mass_kg: f64, notes: &mut Vec<Note>) -> SensorsConfig {
    let mass = |link: &super::draft::DraftLink| link.inertial.map_or(0.0, |inertial| inertial.mass_kg);
    let trunk = draft.links.iter().max_by(|a, b| mass(a).total_cmp(&mass(b)));
    let frame = |words: &[&str]| {
        let named = |name: &str| words.iter().any(|word| name.to_lowercase().contains(word));
        draft.frames.iter().find(|frame| named(&frame.name))
    };
    let mut place = |what: &str, words: &[&str], above_m: Option<f64>| {
        if let Some(frame) = frame(words) {
            notes.push(Note::assumed(format!("{what}: at the frame `{}`, with common noise", frame.name)));
            if above_m.is_none() && frame.pose.rotation.angle() > 1e-6 {
                notes.push(Note::changed(format!("{what}: its axes are those of the link `{}`", frame.link)));
            }
            return Mount {
                link: frame.link.clone(),
                xyz_m: xyz_of(&frame.pose),
                rpy_rad: rpy_of(&frame.pose.rotation),
            };
        }
        let link = trunk.map_or_else(String::new, |link| link.name.clone());
        notes.push(Note::assumed(format!("{what}: on `{link}`, the heaviest link, with common noise")));
        let com = trunk.and_then(|link| link.inertial).map_or_else(Vector3::zeros, |inertial| inertial.com);
        let xyz_m = match above_m {
            None => com.into(),
            Some(above) => {
                let points = trunk
                    .iter()
                    .flat_map(|link| &link.collision)
                    .flat_map(|shape| extreme_points(&pose_of(shape.xyz_m, shape.rpy_rad), &shape.geometry));
                [com.x, com.y, points.map(|point| point.z).fold(com.z, f64::max) + above]
            }
        };
        Mount { link, xyz_m, rpy_rad: [0.0; 3] }
    };
    let imu = place("IMU", &["imu"], None);
    let lidar = place("LiDAR", &["lidar", "mid360", "laser", "velodyne"], Some(0.1));
    assumed::sensors(imu, lidar, mass_kg * 9.81)
}
