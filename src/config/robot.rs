//! What a robot's RON says: links, joints, actuators, feet, sensors and gains.
//!
//! Frames: x forward, y left, z up; a link's frame lies at the joint that carries it,
//! the root's at its own origin. SI units; a field's suffix names the unit.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::controller::ControllerConfig;
use super::sensors::SensorsConfig;

/// A biped as its RON file describes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RobotConfig {
    /// Short name, as reports print it.
    pub name: String,
    /// Where the figures come from and what was decided about them.
    #[serde(default)]
    pub description: String,
    /// Total mass the links must add up to [kg].
    pub mass_kg: f64,
    /// Factor on the mass and inertia of every link, and so on the total; the controller knows of it.
    ///
    /// All masses of the file, `mass_kg` among them, are those before it.
    #[serde(default = "one")]
    pub mass_scale: f64,
    /// Height from sole to crown at zero joint angles, which the visual shapes must reach [m].
    pub height_m: f64,
    /// Rigid bodies; the root is the one that is no joint's child.
    pub links: Vec<LinkConfig>,
    /// Revolute joints, in any order.
    pub joints: Vec<JointConfig>,
    /// The two feet that may carry the robot.
    pub feet: FeetConfig,
    /// Joint angles of the upright, knees-bent posture [rad]; a joint left out rests at zero.
    pub posture_rad: BTreeMap<String, f64>,
    /// Sensors with their noise, rate and latency.
    pub sensors: SensorsConfig,
    /// Gains and limits of the walking controller.
    pub controller: ControllerConfig,
}

fn one() -> f64 {
    1.0
}

/// A rigid body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkConfig {
    /// Unique name.
    pub name: String,
    /// Mass [kg], positive.
    pub mass_kg: f64,
    /// Centre of mass in the link's frame [m].
    pub com_m: [f64; 3],
    /// Rotational inertia about the centre of mass, in the link's axes [kg m^2].
    pub inertia_kgm2: InertiaConfig,
    /// Shapes that touch the world (the feet's soles among them).
    #[serde(default)]
    pub collision: Vec<ShapeConfig>,
    /// Shapes that are only drawn.
    #[serde(default)]
    pub visual: Vec<VisualConfig>,
}

/// The six numbers of a symmetric inertia [kg m^2].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the six components name themselves")]
pub struct InertiaConfig {
    pub xx: f64,
    pub yy: f64,
    pub zz: f64,
    #[serde(default)]
    pub xy: f64,
    #[serde(default)]
    pub xz: f64,
    #[serde(default)]
    pub yz: f64,
}

/// A convex shape placed in its link's frame.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShapeConfig {
    /// What it is.
    pub geometry: Geometry,
    /// Centre in the link's frame [m].
    #[serde(default)]
    pub xyz_m: [f64; 3],
    /// Roll, pitch, yaw about fixed axes (x, then y, then z) [rad].
    #[serde(default)]
    pub rpy_rad: [f64; 3],
}

/// Geometry of a shape; lengths in metres, axes along the shape's z.
///
/// `Loft` and `Ellipsoid` are for drawn shapes alone; a collision shape is one of the others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Geometry {
    /// A cuboid of full size x, y, z, with edges rounded by `round_m` when drawn.
    Box {
        /// Full side lengths [m].
        size_m: [f64; 3],
        /// Edge radius of the drawn mesh [m].
        #[serde(default)]
        round_m: f64,
    },
    /// A ball.
    Sphere {
        /// Radius [m].
        radius_m: f64,
    },
    /// A cylinder with half-sphere caps.
    Capsule {
        /// Radius [m].
        radius_m: f64,
        /// Length between the caps' centres [m].
        length_m: f64,
    },
    /// A cylinder, or a cone's frustum where the radii differ.
    Cylinder {
        /// Radius at the lower end [m].
        radius_m: f64,
        /// Radius at the upper end [m]; the lower one's where absent.
        #[serde(default)]
        top_radius_m: Option<f64>,
        /// Full length [m].
        length_m: f64,
    },
    /// A ball stretched along its axes; drawn only.
    Ellipsoid {
        /// Half axes x, y, z [m].
        radii_m: [f64; 3],
    },
    /// A smooth cover through cross-sections stacked along z, with flat, edge-rounded ends; drawn only.
    Loft {
        /// Two or more sections, z rising.
        sections: Vec<LoftSection>,
        /// Radius of the edges at both ends, which reach this far beyond the outer sections [m].
        #[serde(default)]
        round_m: f64,
    },
}

/// A cross-section of a loft: the superellipse |2x/size.x|^n + |2y/size.y|^n = 1 in a plane of constant z.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LoftSection {
    /// Height of the plane [m].
    pub z_m: f64,
    /// Centre [m].
    #[serde(default)]
    pub xy_m: [f64; 2],
    /// Full size along x and y [m], positive.
    pub size_m: [f64; 2],
    /// Exponent n: 2 is an ellipse, larger is squarer; at least 1.
    #[serde(default = "ellipse")]
    pub exponent: f64,
}

fn ellipse() -> f64 {
    2.0
}

/// A drawn shape.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VisualConfig {
    /// What it is.
    pub geometry: Geometry,
    /// Centre in the link's frame [m].
    #[serde(default)]
    pub xyz_m: [f64; 3],
    /// Roll, pitch, yaw about fixed axes [rad].
    #[serde(default)]
    pub rpy_rad: [f64; 3],
    /// Look: shell, joint, accent, dark or light.
    #[serde(default)]
    pub material: Material,
}

/// The few looks a machine is made of.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum Material {
    /// Painted cover.
    #[default]
    Shell,
    /// Second colour of the cover.
    Accent,
    /// Bare metal of an actuator housing.
    Joint,
    /// Rubber, cables, soles.
    Dark,
    /// Lit parts: eyes, status lamps.
    Light,
}

/// A revolute joint and what drives it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JointConfig {
    /// Unique name.
    pub name: String,
    /// Link nearer the root.
    pub parent: String,
    /// Link it carries; each link but the root is exactly one joint's child.
    pub child: String,
    /// Origin of the child's frame in the parent's [m].
    pub origin_m: [f64; 3],
    /// Orientation of the child's frame at zero angle, roll-pitch-yaw [rad].
    #[serde(default)]
    pub origin_rpy_rad: [f64; 3],
    /// Axis in the child's frame; normalised on reading.
    pub axis: [f64; 3],
    /// Mechanical range: lower and upper stop [rad].
    pub limits_rad: (f64, f64),
    /// Motor, gear and friction.
    pub actuator: ActuatorConfig,
    /// Held by its brake: the links are merged into one body at the posture's angle.
    #[serde(default)]
    pub rigid: bool,
}

/// Motor and gear at one joint, in joint-side figures unless the name says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ActuatorConfig {
    /// Largest torque [N m].
    pub peak_torque_nm: f64,
    /// Speed at which no torque is left in the direction of motion [rad/s].
    pub max_speed_rad_s: f64,
    /// Speed up to which the full torque is there; beyond it falls linearly to zero [rad/s].
    pub corner_speed_rad_s: f64,
    /// Reduction, motor turns per joint turn.
    pub gear: f64,
    /// Rotor inertia on the motor's side [kg m^2].
    pub rotor_inertia_kgm2: f64,
    /// Viscous friction [N m s/rad].
    #[serde(default)]
    pub viscous_nms: f64,
    /// Coulomb friction [N m].
    #[serde(default)]
    pub coulomb_nm: f64,
}

/// The two feet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FeetConfig {
    /// Left foot.
    pub left: FootConfig,
    /// Right foot.
    pub right: FootConfig,
}

/// A foot: the link it belongs to and the flat rectangle of its sole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FootConfig {
    /// Link that carries the sole.
    pub link: String,
    /// Centre of the sole's rectangle in the link's frame [m]; the sole's plane is z = const there.
    pub sole_center_m: [f64; 3],
    /// Full length (x) and width (y) of the sole [m].
    pub sole_size_m: (f64, f64),
}
