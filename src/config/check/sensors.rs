//! Checks of a robot's sensors.

use super::Findings;
use crate::config::diagnostic::number;
use crate::config::path::FieldPath;
use crate::config::range::MAX_RAYS;
use crate::config::robot::RobotConfig;

/// Links exist, thresholds and ranges are in order, and a LiDAR's turn is not too large.
pub(super) fn check(findings: &mut Findings, config: &RobotConfig) {
    let at = FieldPath::root().field("sensors");
    let sensors = &config.sensors;
    let links: Vec<&str> = config.links.iter().map(|l| l.name.as_str()).collect();
    findings.known(at.field("imu").field("link"), &sensors.imu.link, "link", &links);

    let contact = at.field("foot_contact");
    let (lift, touch) = (sensors.foot_contact.lift_n, sensors.foot_contact.touch_n);
    let allowed = format!("a number from 0 to `touch_n`, {}", number(touch));
    findings.relation(lift <= touch, contact.field("lift_n"), lift, allowed);

    let lidar = &sensors.lidar;
    let at = at.field("lidar");
    findings.known(at.field("link"), &lidar.link, "link", &links);
    findings.ordered(at.field("elevation_rad"), lidar.elevation_rad, true);
    findings.ordered(at.field("range_m"), lidar.range_m, false);
    let single = lidar.beams <= MAX_RAYS && lidar.azimuths <= MAX_RAYS;
    if single && lidar.beams.saturating_mul(lidar.azimuths) > MAX_RAYS {
        let found = format!("{} times {} rays", lidar.beams, lidar.azimuths);
        findings.add(at.field("azimuths"), found, format!("at most {MAX_RAYS} rays a turn"));
    }

    for (index, camera) in sensors.depth_cameras.iter().enumerate() {
        let at = FieldPath::root().field("sensors").field("depth_cameras").index(index);
        findings.known(at.field("link"), &camera.link, "link", &links);
        findings.ordered(at.field("range_m"), camera.range_m, false);
        let (across, upright) = camera.pixels;
        if across <= MAX_RAYS && upright <= MAX_RAYS && across.saturating_mul(upright) > MAX_RAYS {
            let found = format!("{across} times {upright} pixels");
            findings.add(at.field("pixels"), found, format!("at most {MAX_RAYS} pixels a picture"));
        }
    }
}
