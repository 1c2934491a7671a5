//! What the numbers are that a robot's controller leaves out, because they follow from the robot.

use crate::config::controller::GaitConfig;
use crate::config::controller_numbers::controller_path;
use crate::config::numbers::for_each_number;
use crate::model::RobotModel;

use super::gait_parameters::GaitParameters;

/// Every such number by its path, such as `robot.controller.gait.single_support_s`, whether the config
/// gives it or not.
pub fn derived_numbers(model: &RobotModel) -> Vec<(String, f64)> {
    let controller = controller_path();
    let mut found = Vec::new();
    let gait = controller.field("gait");
    for_each_number(&GaitParameters::new(&GaitConfig::default(), model), &mut |path, _, value| {
        found.push((gait.inner(path).to_string(), value));
    });
    found.push((controller.field("body").field("com_height_m").to_string(), model.com_height_m()));
    found
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::controller_numbers::ControllerNumbers;
    use crate::config::load_robot;

    #[test]
    fn every_number_without_a_default_follows_from_the_robot() {
        let robot = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs/robots/healthy_loong.ron");
        let robot = load_robot(&robot).expect("a robot");
        let model = RobotModel::build(&robot.config).expect("a model");
        let derived = derived_numbers(&model);
        for number in ControllerNumbers::new().iter().filter(|number| number.default.is_none()) {
            let value = derived.iter().find(|(path, _)| *path == number.path).map(|(_, value)| *value);
            assert!(value.is_some_and(|value| number.range.contains(value)), "{}: {value:?}", number.path);
        }
    }
}
