//! What is taken for a figure that neither URDF nor MJCF gave.

use crate::config::sensors::{EncoderConfig, FootContactConfig, ImuConfig, LidarConfig, SensorsConfig};

/// Largest torque of a joint without effort limit or actuator [N m].
pub(super) const PEAK_TORQUE_NM: f64 = 100.0;

/// Largest speed of a joint without velocity limit [rad/s].
pub(super) const MAX_SPEED_RAD_S: f64 = 12.0;

/// Corner speed as a share of the largest speed: what the published curves of such motors show.
pub(super) const CORNER_SPEED_SHARE: f64 = 0.65;

/// Rotor inertia seen at the joint where the format has no word for it [kg m^2].
pub(super) const ARMATURE_KGM2: f64 = 0.01;

/// How far the knees bend in the posture from the straight leg [rad].
pub(super) const KNEE_BEND_RAD: f64 = 0.6;

/// Share of a joint's range that the posture keeps from its stops.
pub(super) const STOP_SHARE: f64 = 0.05;

/// Height over which points of a foot's shapes count as its sole [m].
pub(super) const SOLE_TOLERANCE_M: f64 = 0.004;

/// Thickness of the box that stands for a sole [m].
pub(super) const SOLE_THICKNESS_M: f64 = 0.02;

/// Radius of the rods a link without shapes is drawn with [m].
pub(super) const ROD_RADIUS_M: f64 = 0.03;

/// A place in a link.
pub(super) struct Mount {
    pub(super) link: String,
    pub(super) xyz_m: [f64; 3],
    pub(super) rpy_rad: [f64; 3],
}

/// Sensors of common classes: an industrial MEMS unit, 20-bit encoders, sole force sensors whose
/// thresholds are 5 and 2.5 percent of the weight, and a compact spinning LiDAR.
pub(super) fn sensors(imu: Mount, lidar: Mount, weight_n: f64) -> SensorsConfig {
    SensorsConfig {
        imu: ImuConfig {
            link: imu.link,
            xyz_m: imu.xyz_m,
            gyro_noise_density: 1.4e-4,
            gyro_bias_rad_s: 5.0e-5,
            accel_noise_density: 1.0e-3,
            accel_bias_m_s2: 0.01,
            latency_s: 0.0,
        },
        encoders: EncoderConfig {
            resolution_rad: 6.0e-6,
            position_noise_rad: 2.0e-5,
            velocity_noise_rad_s: 0.005,
            latency_s: 0.0,
        },
        foot_contact: FootContactConfig {
            force_noise_n: 5.0,
            touch_n: (0.05 * weight_n).round().max(1.0),
            lift_n: (0.025 * weight_n).round().max(0.5),
            latency_s: 0.0,
        },
        lidar: LidarConfig {
            link: lidar.link,
            xyz_m: lidar.xyz_m,
            rpy_rad: lidar.rpy_rad,
            elevation_rad: (-1.0, 0.1),
            beams: 8,
            azimuths: 120,
            rate_hz: 10.0,
            range_m: (0.1, 30.0),
            range_noise_m: 0.02,
            drop_out: 0.01,
            latency_s: 0.02,
        },
        depth_cameras: Vec::new(),
    }
}
