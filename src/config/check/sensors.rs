//! Checks of a robot's sensors.

use std::f64::consts::FRAC_PI_2;

use super::{Findings, number};
use crate::config::path::FieldPath;
use crate::config::robot::RobotConfig;

/// Oldest sample a sensor may give [s]: it bounds the samples that wait.
const MAX_LATENCY_S: f64 = 1.0;

/// Most rays of a turn: beams times directions.
const MAX_RAYS: usize = 1_000_000;

/// Links exist, noise is not negative, rates and ranges make sense.
pub(super) fn check(findings: &mut Findings, config: &RobotConfig) {
    let at = FieldPath::root().field("sensors");
    let sensors = &config.sensors;
    let links: Vec<&str> = config.links.iter().map(|l| l.name.as_str()).collect();

    let imu = at.field("imu");
    findings.known(imu.field("link"), &sensors.imu.link, "link", &links);
    findings.finite_all(&imu.field("xyz_m"), &sensors.imu.xyz_m);
    for (field, value) in [
        ("gyro_noise_density", sensors.imu.gyro_noise_density),
        ("gyro_bias_rad_s", sensors.imu.gyro_bias_rad_s),
        ("accel_noise_density", sensors.imu.accel_noise_density),
        ("accel_bias_m_s2", sensors.imu.accel_bias_m_s2),
    ] {
        findings.not_negative(imu.field(field), value);
    }
    findings.within(imu.field("latency_s"), sensors.imu.latency_s, 0.0, MAX_LATENCY_S);

    let encoders = at.field("encoders");
    for (field, value) in [
        ("resolution_rad", sensors.encoders.resolution_rad),
        ("position_noise_rad", sensors.encoders.position_noise_rad),
        ("velocity_noise_rad_s", sensors.encoders.velocity_noise_rad_s),
    ] {
        findings.not_negative(encoders.field(field), value);
    }
    findings.within(encoders.field("latency_s"), sensors.encoders.latency_s, 0.0, MAX_LATENCY_S);

    let contact = at.field("foot_contact");
    findings.not_negative(contact.field("force_noise_n"), sensors.foot_contact.force_noise_n);
    findings.positive(contact.field("touch_n"), sensors.foot_contact.touch_n);
    let (lift, touch) = (sensors.foot_contact.lift_n, sensors.foot_contact.touch_n);
    let allowed = format!("a number from 0 to `touch_n`, {}", number(touch));
    findings.require(lift >= 0.0 && lift <= touch, contact.field("lift_n"), lift, allowed);
    findings.within(contact.field("latency_s"), sensors.foot_contact.latency_s, 0.0, MAX_LATENCY_S);

    lidar(findings, &at.field("lidar"), config, &links);
}

fn lidar(findings: &mut Findings, at: &FieldPath, config: &RobotConfig, links: &[&str]) {
    let lidar = &config.sensors.lidar;
    findings.known(at.field("link"), &lidar.link, "link", links);
    findings.finite_all(&at.field("xyz_m"), &lidar.xyz_m);
    findings.finite_all(&at.field("rpy_rad"), &lidar.rpy_rad);
    let (low, high) = lidar.elevation_rad;
    findings.ordered(at.field("elevation_rad"), lidar.elevation_rad, true);
    findings.within(at.field("elevation_rad").index(0), low, -FRAC_PI_2, FRAC_PI_2);
    findings.within(at.field("elevation_rad").index(1), high, -FRAC_PI_2, FRAC_PI_2);
    for (field, count) in [("beams", lidar.beams), ("azimuths", lidar.azimuths)] {
        if count == 0 || count > MAX_RAYS {
            let allowed = format!("a whole number from 1 to {MAX_RAYS}");
            findings.add(at.field(field), count.to_string(), allowed);
        }
    }
    if lidar.beams.saturating_mul(lidar.azimuths) > MAX_RAYS {
        let found = format!("{} times {} rays", lidar.beams, lidar.azimuths);
        findings.add(at.field("azimuths"), found, format!("at most {MAX_RAYS} rays a turn"));
    }
    findings.positive_up_to(at.field("rate_hz"), lidar.rate_hz, 1000.0);
    findings.ordered(at.field("range_m"), lidar.range_m, false);
    findings.not_negative(at.field("range_m").index(0), lidar.range_m.0);
    findings.not_negative(at.field("range_noise_m"), lidar.range_noise_m);
    findings.within(at.field("drop_out"), lidar.drop_out, 0.0, 1.0);
    findings.within(at.field("latency_s"), lidar.latency_s, 0.0, MAX_LATENCY_S);
}
