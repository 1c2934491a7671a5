//! The names of a robot's signals, with units and meanings.

use super::moment::Moment;
use super::table::{FOOT, JOINT, Read, Row, WHOLE};
use crate::config::robot::RobotConfig;
use crate::model::RobotModel;

/// A named scalar of a run.
#[derive(Debug, Clone)]
pub struct Signal {
    /// Its name, such as `joint.left_knee.torque_nm`; what stands behind the last dot ends in the unit.
    pub name: String,
    /// Its unit; empty for shares, counts and codes.
    pub unit: &'static str,
    /// What it is, in a line.
    pub description: &'static str,
    read: Read,
    index: usize,
}

impl Signal {
    fn new(name: String, row: &Row, index: usize) -> Self {
        let &(_, unit, description, read) = row;
        Self { name, unit, description, read, index }
    }

    /// Its name without the unit at its end.
    pub fn plain_name(&self) -> &str {
        unit_suffix(self.unit).and_then(|suffix| self.name.strip_suffix(suffix)).unwrap_or(&self.name)
    }

    /// Its value; not a number where there is none, such as a centre of pressure in flight.
    pub fn value(&self, moment: &Moment<'_>) -> f64 {
        (self.read)(moment, self.index)
    }
}

/// What a signal's name ends in for its unit; none for a unit that no signal has.
fn unit_suffix(unit: &str) -> Option<&'static str> {
    Some(match unit {
        "" => "",
        "m/s" => "_mps",
        "rad/s" => "_rad_s",
        "N m" => "_nm",
        "N m s" => "_nms",
        "J" => "_j",
        "W" => "_w",
        "N" => "_n",
        "m" => "_m",
        "rad" => "_rad",
        _ => return None,
    })
}

/// All signals of a robot with these joints that are not held, in the model's order.
pub fn catalogue<'a>(joints: impl IntoIterator<Item = &'a str>) -> Vec<Signal> {
    let mut signals: Vec<Signal> = WHOLE.iter().map(|row| Signal::new(row.0.to_owned(), row, 0)).collect();
    for (index, foot) in ["left_foot", "right_foot"].into_iter().enumerate() {
        signals.extend(FOOT.iter().map(|row| Signal::new(format!("{foot}.{}", row.0), row, index)));
    }
    for (index, joint) in joints.into_iter().enumerate() {
        signals.extend(JOINT.iter().map(|row| Signal::new(format!("joint.{joint}.{}", row.0), row, index)));
    }
    signals
}

/// All signals of a robot, ready to be read.
pub fn signals_of(model: &RobotModel) -> Vec<Signal> {
    catalogue(model.bodies.iter().skip(1).map(|body| body.joint.as_str()))
}

/// Names of all signals of a robot that is not built yet; held joints have none.
pub fn signal_names(robot: &RobotConfig) -> Vec<String> {
    let joints = robot.joints.iter().filter(|joint| !joint.rigid).map(|joint| joint.name.as_str());
    catalogue(joints).into_iter().map(|signal| signal.name).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn config_and_model_name_the_same_signals_each_once() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/configs/robots/healthy_loong.ron");
        let robot = crate::config::load_robot(path.as_ref()).expect("the robot loads").config;
        let model = RobotModel::build(&robot).expect("a robot");
        let of_model = signals_of(&model);
        let names: BTreeSet<&str> = of_model.iter().map(|signal| signal.name.as_str()).collect();
        assert_eq!(names.len(), of_model.len());
        let of_config = signal_names(&robot);
        assert_eq!(names, of_config.iter().map(String::as_str).collect());
        assert!(names.contains("joint.left_knee.torque_nm") && names.contains("com.x_m"));
        assert!(!names.contains("joint.head_yaw.angle_rad"), "held by its brake");
    }

    #[test]
    fn names_end_in_their_units() {
        for signal in catalogue(["knee"]) {
            let Signal { name, unit, description, .. } = &signal;
            let suffix = unit_suffix(unit).unwrap_or_else(|| panic!("{name}: {unit}"));
            assert!(name.ends_with(suffix), "{name}: {unit}");
            assert!(!description.is_empty() && !description.ends_with('.'), "{name}");
        }
    }
}
