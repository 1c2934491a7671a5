//! Whether a robot stands on both feet in its posture.

use nalgebra::{Isometry3, Vector3};

use super::error::ModelError;
use super::robot::RobotModel;
use crate::config::robot::RobotConfig;

/// Largest tilt of a sole [rad].
const MAX_TILT_RAD: f64 = 0.15;
/// Largest difference of the soles' heights [m].
const MAX_STEP_M: f64 = 0.03;

/// How the soles lie under the upright robot.
struct Stance {
    tilts_rad: [f64; 2],
    heights_m: [f64; 2],
}

impl Stance {
    fn new(model: &RobotModel, q_rad: &[f64]) -> Self {
        let soles: [Isometry3<f64>; 2] =
            [0, 1].map(|f| model.root_from_body(model.feet[f].body, q_rad) * model.feet[f].body_from_sole);
        Self {
            tilts_rad: soles.map(|sole| (sole.rotation * Vector3::z()).angle(&Vector3::z())),
            heights_m: soles.map(|sole| sole.translation.z),
        }
    }

    fn step_m(&self) -> f64 {
        (self.heights_m[0] - self.heights_m[1]).abs()
    }

    fn stands(&self) -> bool {
        self.tilts_rad.iter().all(|tilt| *tilt <= MAX_TILT_RAD) && self.step_m() <= MAX_STEP_M
    }

    /// The foot that is more tilted, or higher where both are level.
    fn worse(&self) -> usize {
        let by = if self.tilts_rad.iter().any(|tilt| *tilt > MAX_TILT_RAD) {
            self.tilts_rad
        } else {
            self.heights_m
        };
        usize::from(by[1] > by[0])
    }
}

/// That both soles are level and at one height in the posture, to some degrees and centimetres.
///
/// # Errors
/// [`ModelError::Stance`] with how they lie, and the joint that would have to turn the other way, if there
/// is a single one.
pub fn check_stance(config: &RobotConfig, model: &RobotModel) -> Result<(), ModelError> {
    let stance = Stance::new(model, &model.posture);
    if stance.stands() {
        return Ok(());
    }
    let foot = stance.worse();
    let reversed = |body: &usize| {
        let mut q_rad = model.posture.clone();
        q_rad[body - 1] = -q_rad[body - 1];
        Stance::new(model, &q_rad).stands()
    };
    let body = model.ancestors(model.feet[foot].body).iter().copied().find(|body| reversed(body));
    let name = body.map(|body| model.bodies[body].joint.as_str());
    let joint = name.and_then(|name| {
        let index = config.joints.iter().position(|joint| joint.name == name)?;
        Some((index, name.to_owned()))
    });
    Err(ModelError::Stance {
        side: ["left", "right"][foot],
        tilt_rad: stance.tilts_rad[foot],
        step_m: stance.step_m(),
        joint,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(change: impl FnOnce(&mut RobotConfig)) -> Result<(), ModelError> {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/configs/robots/healthy_loong.ron");
        let mut config = crate::config::load_robot(path.as_ref()).expect("the robot loads").config;
        change(&mut config);
        check_stance(&config, &RobotModel::build(&config).expect("a robot"))
    }

    fn joint(config: &RobotConfig, name: &str) -> usize {
        config.joints.iter().position(|joint| joint.name == name).expect("a joint")
    }

    #[test]
    fn a_joint_that_turns_the_other_way_is_named() {
        assert_eq!(check(|_| ()), Ok(()));
        for (name, side) in [("left_knee", "left"), ("right_knee", "right"), ("right_ankle_pitch", "right")] {
            let error = check(|config| {
                let index = joint(config, name);
                config.joints[index].axis = config.joints[index].axis.map(|v| -v);
            });
            let Err(error) = error else { panic!("{name} stands") };
            let ModelError::Stance { side: found, joint: Some((index, named)), .. } = &error else {
                panic!("{error}")
            };
            assert_eq!((*found, named.as_str()), (side, name));
            assert_eq!(error.field_path(), format!("joints[{index}].axis"));
        }
    }

    #[test]
    fn every_robot_that_comes_along_stands() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/configs/robots");
        for file in std::fs::read_dir(folder).expect("a folder") {
            let path = file.expect("a file").path();
            let config = crate::config::load_robot(&path).expect("the robot loads").config;
            let model = RobotModel::build(&config).expect("a robot");
            assert_eq!(check_stance(&config, &model), Ok(()), "{}", path.display());
        }
    }

    #[test]
    fn a_small_slope_is_a_stance_and_a_large_one_is_not() {
        let bent = |angle: f64| {
            check(|config| *config.posture_rad.get_mut("left_ankle_pitch").expect("an angle") += angle)
        };
        assert_eq!(bent(0.1), Ok(()));
        assert!(matches!(bent(0.2), Err(ModelError::Stance { joint: None, .. })));
    }
}
