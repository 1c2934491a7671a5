//! Where a sensor is bolted to.

use nalgebra::{Isometry3, Translation3, UnitQuaternion, Vector3};

use crate::model::RobotModel;

/// The body that carries a sensor, and the sensor's frame in that body's; the root where the link is unknown.
pub(super) fn mount(
    model: &RobotModel,
    link: &str,
    xyz_m: [f64; 3],
    rpy_rad: [f64; 3],
) -> (usize, Isometry3<f64>) {
    let [roll, pitch, yaw] = rpy_rad;
    let link_from_sensor = Isometry3::from_parts(
        Translation3::from(Vector3::from(xyz_m)),
        UnitQuaternion::from_euler_angles(roll, pitch, yaw),
    );
    model
        .link(link)
        .map_or((0, link_from_sensor), |frame| (frame.body, frame.body_from_link * link_from_sensor))
}
