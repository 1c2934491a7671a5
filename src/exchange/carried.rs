//! What URDF and MJCF have no words for, beside the model in the same file.
//!
//! It is RON text: between the tags of `<loong>` below URDF's `<robot>`, and in MJCF the data of a custom
//! text called `loong`. What the format itself can say is not repeated; where both speak (a joint's speed
//! in URDF, its armature in MJCF) the format's own word counts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::config::controller::ControllerConfig;
use crate::config::robot::{
    ActuatorConfig, FeetConfig, Geometry, JointConfig, LinkConfig, RobotConfig, ShapeConfig, VisualConfig,
};
use crate::config::sensors::SensorsConfig;

/// Name of the element and of the custom text.
pub(super) const NAME: &str = "loong";

/// The part of a robot's config that travels beside the model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Carried {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) mass_kg: f64,
    pub(super) height_m: f64,
    /// By joint.
    pub(super) actuators: BTreeMap<String, CarriedActuator>,
    /// Joints held by their brakes, by the link they carry.
    pub(super) rigid: BTreeMap<String, CarriedRigid>,
    pub(super) feet: FeetConfig,
    pub(super) posture_rad: BTreeMap<String, f64>,
    pub(super) sensors: SensorsConfig,
    pub(super) controller: ControllerConfig,
    /// By link, where the format has only something like them.
    pub(super) collision: BTreeMap<String, Vec<ShapeConfig>>,
    /// By link, where the format has only something like them.
    pub(super) visual: BTreeMap<String, Vec<VisualConfig>>,
}

/// An actuator's figures that neither format has, or only one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CarriedActuator {
    pub(super) max_speed_rad_s: f64,
    pub(super) corner_speed_rad_s: f64,
    pub(super) gear: f64,
    pub(super) rotor_inertia_kgm2: f64,
}

/// A joint that the format knows as a fixed one, turned by its angle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CarriedRigid {
    pub(super) joint: String,
    pub(super) axis: [f64; 3],
    pub(super) angle_rad: f64,
    pub(super) limits_rad: (f64, f64),
    pub(super) actuator: ActuatorConfig,
}

impl Carried {
    /// What of a robot travels beside a model; `exact` says which shapes the format has itself.
    pub(super) fn of(config: &RobotConfig, exact: impl Fn(&Geometry, bool) -> bool) -> Self {
        let angle = |joint: &JointConfig| config.posture_rad.get(&joint.name).copied().unwrap_or(0.0);
        let free = config.joints.iter().filter(|joint| !joint.rigid);
        let rigid = config.joints.iter().filter(|joint| joint.rigid);
        let drawn = |l: &&LinkConfig| !l.visual.iter().all(|v| exact(&v.geometry, true));
        let solid = |l: &&LinkConfig| !l.collision.iter().all(|v| exact(&v.geometry, false));
        Self {
            name: config.name.clone(),
            description: config.description.clone(),
            mass_kg: config.mass_kg,
            height_m: config.height_m,
            actuators: free.map(|j| (j.name.clone(), CarriedActuator::of(&j.actuator))).collect(),
            rigid: rigid
                .map(|j| {
                    let carried = CarriedRigid {
                        joint: j.name.clone(),
                        axis: j.axis,
                        angle_rad: angle(j),
                        limits_rad: j.limits_rad,
                        actuator: j.actuator,
                    };
                    (j.child.clone(), carried)
                })
                .collect(),
            feet: config.feet.clone(),
            posture_rad: config.posture_rad.clone(),
            sensors: config.sensors.clone(),
            controller: config.controller,
            collision: config
                .links
                .iter()
                .filter(solid)
                .map(|l| (l.name.clone(), l.collision.clone()))
                .collect(),
            visual: config.links.iter().filter(drawn).map(|l| (l.name.clone(), l.visual.clone())).collect(),
        }
    }

    /// As RON in one line.
    pub(super) fn text(&self) -> String {
        // A struct of numbers, texts and lists is always RON.
        ron::to_string(self).unwrap_or_default()
    }

    /// From RON.
    pub(super) fn parse(text: &str) -> Result<Self, ron::error::SpannedError> {
        ron::from_str(text)
    }
}

impl CarriedActuator {
    fn of(actuator: &ActuatorConfig) -> Self {
        Self {
            max_speed_rad_s: actuator.max_speed_rad_s,
            corner_speed_rad_s: actuator.corner_speed_rad_s,
            gear: actuator.gear,
            rotor_inertia_kgm2: actuator.rotor_inertia_kgm2,
        }
    }
}
