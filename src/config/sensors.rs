//! Sensors of a robot with noise, rate and latency.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// All sensors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SensorsConfig {
    /// Inertial measurement unit.
    pub imu: ImuConfig,
    /// Joint encoders.
    pub encoders: EncoderConfig,
    /// Force sensors in the feet.
    pub foot_contact: FootContactConfig,
    /// Spinning LiDAR.
    pub lidar: LidarConfig,
    /// Depth cameras; a robot that finds its way by what it sees needs one.
    #[serde(default)]
    pub depth_cameras: Vec<DepthCameraConfig>,
}

impl SensorsConfig {
    /// Age of what the robot knows of its own motion [s]: readings of IMU, encoders and feet that came sooner wait
    /// for those taken at the same time.
    pub fn own_latency_s(&self) -> f64 {
        self.imu.latency_s.max(self.encoders.latency_s).max(self.foot_contact.latency_s)
    }

    /// The same sensors, all of them later by this [s].
    pub fn later_by(&self, latency_s: f64) -> Self {
        let mut later = self.clone();
        let own =
            [&mut later.imu.latency_s, &mut later.encoders.latency_s, &mut later.foot_contact.latency_s];
        let cameras = later.depth_cameras.iter_mut().map(|camera| &mut camera.latency_s);
        for each in own.into_iter().chain([&mut later.lidar.latency_s]).chain(cameras) {
            *each += latency_s;
        }
        later
    }
}

/// Inertial measurement unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImuConfig {
    /// Link it is bolted to.
    pub link: String,
    /// Position in the link's frame [m]; its axes are the link's.
    pub xyz_m: [f64; 3],
    /// Gyroscope white noise density [rad/s/sqrt(Hz)].
    pub gyro_noise_density: f64,
    /// Gyroscope turn-on bias, standard deviation after calibration at rest [rad/s].
    pub gyro_bias_rad_s: f64,
    /// Accelerometer white noise density [m/s^2/sqrt(Hz)].
    pub accel_noise_density: f64,
    /// Accelerometer bias, standard deviation [m/s^2].
    pub accel_bias_m_s2: f64,
    /// Age of a sample when the controller gets it [s].
    pub latency_s: f64,
}

/// Joint encoders.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EncoderConfig {
    /// Angle quantum [rad].
    pub resolution_rad: f64,
    /// White noise of an angle, standard deviation [rad].
    pub position_noise_rad: f64,
    /// White noise of a velocity, standard deviation [rad/s].
    pub velocity_noise_rad_s: f64,
    /// Age of a sample when the controller gets it [s].
    pub latency_s: f64,
}

/// Force sensors in the feet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FootContactConfig {
    /// White noise of the vertical force, standard deviation [N].
    pub force_noise_n: f64,
    /// Force above which a foot counts as touching [N].
    pub touch_n: f64,
    /// Force below which a touching foot counts as lifted [N].
    pub lift_n: f64,
    /// Age of a sample when the controller gets it [s].
    pub latency_s: f64,
}

/// Spinning LiDAR: a fan of beams that turns about its z axis.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LidarConfig {
    /// Link it is bolted to.
    pub link: String,
    /// Position in the link's frame [m].
    pub xyz_m: [f64; 3],
    /// Orientation in the link's frame, roll-pitch-yaw [rad].
    #[serde(default)]
    pub rpy_rad: [f64; 3],
    /// Elevation of the lowest and highest beam [rad].
    pub elevation_rad: (f64, f64),
    /// Beams in the fan.
    pub beams: usize,
    /// Directions per turn.
    pub azimuths: usize,
    /// Turns per second [Hz].
    pub rate_hz: f64,
    /// Shortest and longest range [m].
    pub range_m: (f64, f64),
    /// White noise of a range, standard deviation [m].
    pub range_noise_m: f64,
    /// Share of beams that return nothing.
    pub drop_out: f64,
    /// Age of a scan when the controller gets it [s].
    pub latency_s: f64,
}

/// Depth camera: a pinhole whose pixels measure distances along their rays; x of its frame looks ahead, y
/// to the left and z up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DepthCameraConfig {
    /// Link it is bolted to; the shapes of that link are looked through.
    pub link: String,
    /// Position in the link's frame [m].
    pub xyz_m: [f64; 3],
    /// Orientation in the link's frame, roll-pitch-yaw [rad]; a positive pitch looks down.
    #[serde(default)]
    pub rpy_rad: [f64; 3],
    /// Field of view, across and upright [rad].
    pub view_rad: (f64, f64),
    /// Pixels across and upright, as the map gets them.
    pub pixels: (usize, usize),
    /// Pictures per second [Hz].
    pub rate_hz: f64,
    /// Shortest and longest depth [m].
    pub range_m: (f64, f64),
    /// White noise of a depth of 1 m, standard deviation [m]; a stereo camera's grows with the square.
    pub noise_m: f64,
    /// Share of pixels that return nothing.
    pub drop_out: f64,
    /// Least angle between a ray and a surface that still returns something [rad].
    #[serde(default)]
    pub grazing_rad: f64,
    /// Age of a picture when the map gets it [s].
    pub latency_s: f64,
}
