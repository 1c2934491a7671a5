//! Why a config is no robot.

use crate::config::robot::RobotConfig;
use crate::config::{ConfigError, Loaded};

/// Why a config is no robot; names the link or joint and knows its place in the file.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say what the fields are")]
pub enum ModelError {
    #[error("every link is some joint's child: the joints form a cycle")]
    NoRoot,
    #[error("several links hang on no joint: {}", links.join(", "))]
    SeveralRoots { links: Vec<String> },
    #[error("link `{link}` cannot be reached from the root: its joints form a cycle")]
    Unreachable { index: usize, link: String },
    #[error("two links are called `{link}`")]
    DuplicateLink { index: usize, link: String },
    #[error("two joints are called `{joint}`")]
    DuplicateJoint { index: usize, joint: String },
    #[error("joint `{joint}` hangs on link `{link}`, which does not exist")]
    UnknownParent { index: usize, joint: String, link: String },
    #[error("joint `{joint}` carries link `{link}`, which does not exist")]
    UnknownChild { index: usize, joint: String, link: String },
    #[error("joint `{joint}` carries link `{link}`, which another joint carries already")]
    TwoParents { index: usize, joint: String, link: String },
    #[error("joint `{joint}` has no axis: its length must not be zero")]
    Axis { index: usize, joint: String },
    #[error("joint `{joint}` ranges from {low} to {high} rad: the lower limit must be below the upper one")]
    Limits { index: usize, joint: String, low: f64, high: f64 },
    #[error("link `{link}` has a mass of {mass_kg} kg: it must be positive")]
    Mass { index: usize, link: String, mass_kg: f64 },
    #[error("the centre of mass of link `{link}` is not finite")]
    Com { index: usize, link: String },
    #[error("the inertia of link `{link}` is not positive definite")]
    InertiaNotPositive { index: usize, link: String },
    #[error("no body has the inertia of link `{link}`: a principal moment exceeds the sum of the others")]
    InertiaTriangle { index: usize, link: String },
    #[error("the {side} foot is link `{link}`, which does not exist")]
    UnknownFoot { side: &'static str, link: String },
    #[error("the sole of the {side} foot has no area")]
    Sole { side: &'static str },
    #[error(
        "a robot that cannot stand in its posture: the {side} sole is tilted by {:.0} degrees and the soles are \
         {step_m:.2} m apart in height{}",
        tilt_rad.to_degrees(),
        joint.as_ref().map_or(String::new(), |(_, name)| format!("; `{name}` would have to turn the other way"))
    )]
    Stance { side: &'static str, tilt_rad: f64, step_m: f64, joint: Option<(usize, String)> },
}

impl ModelError {
    /// The mistake at its place in the robot's file.
    pub fn in_file(&self, robot: &Loaded<RobotConfig>) -> ConfigError {
        robot.refuse(&self.field_path(), self.to_string(), "a robot the model can be built of")
    }

    /// Path of the offending value in the robot's file, such as `links[3].mass_kg`.
    pub fn field_path(&self) -> String {
        match self {
            Self::NoRoot | Self::SeveralRoots { .. } => "joints".into(),
            Self::Unreachable { index, .. } => format!("links[{index}]"),
            Self::DuplicateLink { index, .. } => format!("links[{index}].name"),
            Self::DuplicateJoint { index, .. } => format!("joints[{index}].name"),
            Self::UnknownParent { index, .. } => format!("joints[{index}].parent"),
            Self::UnknownChild { index, .. } | Self::TwoParents { index, .. } => {
                format!("joints[{index}].child")
            }
            Self::Axis { index, .. } => format!("joints[{index}].axis"),
            Self::Limits { index, .. } => format!("joints[{index}].limits_rad"),
            Self::Mass { index, .. } => format!("links[{index}].mass_kg"),
            Self::Com { index, .. } => format!("links[{index}].com_m"),
            Self::InertiaNotPositive { index, .. } | Self::InertiaTriangle { index, .. } => {
                format!("links[{index}].inertia_kgm2")
            }
            Self::UnknownFoot { side, .. } => format!("feet.{side}.link"),
            Self::Stance { joint: Some((index, _)), .. } => format!("joints[{index}].axis"),
            Self::Stance { joint: None, .. } => "posture_rad".into(),
            Self::Sole { side } => format!("feet.{side}.sole_size_m"),
        }
    }
}
