//! The tree of links and joints that URDF and MJCF have in common, before it is a robot.

use nalgebra::{Isometry3, Translation3, UnitQuaternion};

use super::carried::Carried;
use super::inertial::Inertial;
use super::xml::Place;
use crate::config::robot::{ShapeConfig, VisualConfig};

/// What a file says about a robot, in this crate's units and frames.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) name: String,
    pub(super) links: Vec<DraftLink>,
    pub(super) joints: Vec<DraftJoint>,
    /// Named frames that carry nothing: sites of sensors and soles.
    pub(super) frames: Vec<NamedFrame>,
    pub(super) carried: Option<Carried>,
    pub(super) notes: Vec<Note>,
    /// The file as a whole.
    pub(super) place: Place,
}

/// A body.
#[derive(Debug, Clone)]
pub(super) struct DraftLink {
    pub(super) name: String,
    /// None for a frame without mass.
    pub(super) inertial: Option<Inertial>,
    pub(super) collision: Vec<ShapeConfig>,
    pub(super) visual: Vec<VisualConfig>,
    pub(super) place: Place,
}

/// A joint.
#[derive(Debug, Clone)]
pub(super) struct DraftJoint {
    pub(super) name: String,
    pub(super) parent: String,
    pub(super) child: String,
    pub(super) origin_m: [f64; 3],
    pub(super) origin_rpy_rad: [f64; 3],
    pub(super) kind: Kind,
    pub(super) place: Place,
}

/// What a joint lets its links do.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    /// Nothing.
    Fixed,
    /// Turn.
    Hinge(Hinge),
}

/// A revolute joint; none where the file is silent.
#[derive(Debug, Clone, Default)]
pub(super) struct Hinge {
    pub(super) axis: [f64; 3],
    pub(super) limits_rad: Option<(f64, f64)>,
    pub(super) peak_torque_nm: Option<f64>,
    pub(super) max_speed_rad_s: Option<f64>,
    pub(super) viscous_nms: Option<f64>,
    pub(super) coulomb_nm: Option<f64>,
    pub(super) armature_kgm2: Option<f64>,
}

/// A frame in a link.
#[derive(Debug, Clone)]
pub(super) struct NamedFrame {
    pub(super) name: String,
    pub(super) link: String,
    pub(super) pose: Isometry3<f64>,
}

/// Something the user should know about an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// How it changes the robot.
    pub kind: NoteKind,
    /// One sentence.
    pub text: String,
}

/// How a note changes the robot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoteKind {
    /// The file is silent; a value was chosen.
    Assumed,
    /// The file says it, but the robot's config has no place for it.
    Dropped,
    /// The file says it, and it is said in another way now.
    Changed,
}

impl Note {
    pub(super) fn assumed(text: impl Into<String>) -> Self {
        Self { kind: NoteKind::Assumed, text: text.into() }
    }

    pub(super) fn dropped(text: impl Into<String>) -> Self {
        Self { kind: NoteKind::Dropped, text: text.into() }
    }

    pub(super) fn changed(text: impl Into<String>) -> Self {
        Self { kind: NoteKind::Changed, text: text.into() }
    }
}

/// A pose from its position and fixed-axis angles.
pub(super) fn pose_of([x, y, z]: [f64; 3], [roll, pitch, yaw]: [f64; 3]) -> Isometry3<f64> {
    Isometry3::from_parts(Translation3::new(x, y, z), UnitQuaternion::from_euler_angles(roll, pitch, yaw))
}

/// Position of a pose [m].
pub(super) fn xyz_of(pose: &Isometry3<f64>) -> [f64; 3] {
    pose.translation.vector.into()
}

/// Fixed-axis angles of a rotation, roundings about zero taken out [rad].
pub(super) fn rpy_of(rotation: &UnitQuaternion<f64>) -> [f64; 3] {
    let (roll, pitch, yaw) = rotation.euler_angles();
    [roll, pitch, yaw].map(|angle| if angle.abs() < 1e-15 { 0.0 } else { angle })
}

/// Names in a list that stays readable.
pub(super) fn listed(names: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    const SHOWN: usize = 6;
    let names: Vec<_> = names.into_iter().collect();
    let mut text = names.iter().take(SHOWN).map(AsRef::as_ref).collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN {
        text.push_str(&format!(" and {} more", names.len() - SHOWN));
    }
    text
}
