//! What of a robot is drawn, and from where its head sees, whether it runs or is played from a log.

use nalgebra::Isometry3;

use super::convert;
use super::scene_source::LinkVisuals;
use crate::config::robot::RobotConfig;
use crate::model::RobotModel;

/// Drawn shapes of every link.
pub(super) fn visuals<'a>(robot: &'a RobotConfig, model: &RobotModel) -> Vec<LinkVisuals<'a>> {
    let visuals = robot.links.iter().filter_map(|link| {
        let frame = model.link(&link.name)?;
        Some(LinkVisuals { body: frame.body, body_from_link: frame.body_from_link, shapes: &link.visual })
    });
    visuals.collect()
}

/// Half length and width of the left and right sole [m].
pub(super) fn half_soles_m(model: &RobotModel) -> [(f64, f64); 2] {
    model.feet.each_ref().map(|foot| (foot.half_length_m, foot.half_width_m))
}

/// Body and pose in it of the eye of the head camera, which is the LiDAR's place.
pub(super) fn eye(robot: &RobotConfig, model: &RobotModel) -> Option<(usize, Isometry3<f64>)> {
    let lidar = &robot.sensors.lidar;
    let frame = model.link(&lidar.link)?;
    Some((frame.body, frame.body_from_link * convert::placed(&lidar.xyz_m, &lidar.rpy_rad)))
}
