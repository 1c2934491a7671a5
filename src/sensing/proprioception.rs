//! IMU, encoders and foot contact: what is read every tick.

use nalgebra::{DVector, Isometry3, Translation3, UnitQuaternion, Vector3};

use super::delay::Delay;
use super::noise::NoiseSource;
use crate::config::sensors::SensorsConfig;
use crate::model::{Dynamics, RobotModel, State};

/// What the controller gets of its own body.
#[derive(Debug, Clone, PartialEq)]
pub struct Readings {
    /// Angular velocity in the IMU's axes [rad/s].
    pub gyro_rad_s: Vector3<f64>,
    /// Specific force in the IMU's axes [m/s^2].
    pub accel_m_s2: Vector3<f64>,
    /// Joint angles [rad].
    pub q_rad: DVector<f64>,
    /// Joint speeds [rad/s].
    pub speed_rad_s: DVector<f64>,
    /// Vertical force on each foot, left first [N].
    pub foot_force_n: [f64; 2],
    /// Whether each foot is felt on the ground: as early as its sensor tells, while all else was taken at one time.
    pub touching: [bool; 2],
}

/// The sensors of the robot's own body.
#[derive(Debug, Clone)]
pub struct Proprioception {
    config: SensorsConfig,
    dt_s: f64,
    gravity_m_s2: f64,
    factor: f64,
    imu_body: usize,
    body_from_imu: Isometry3<f64>,
    gyro_bias: Vector3<f64>,
    accel_bias: Vector3<f64>,
    last_velocity: Option<Vector3<f64>>,
    imu_noise: NoiseSource,
    encoder_noise: NoiseSource,
    foot_noise: NoiseSource,
    imu: Delay<(Vector3<f64>, Vector3<f64>)>,
    encoders: Delay<(DVector<f64>, DVector<f64>)>,
    feet: Delay<[f64; 2]>,
    touch: Delay<[f64; 2]>,
    readings: Readings,
}

impl Proprioception {
    /// Draws the run's biases; `noise_factor` scales all noise.
    pub fn new(
        model: &RobotModel,
        config: &SensorsConfig,
        dt_s: f64,
        gravity_m_s2: f64,
        seed: u64,
        noise_factor: f64,
    ) -> Self {
        let (imu_body, body_from_imu) = imu_mounting(model, config);
        let mut bias = NoiseSource::new(seed, 0);
        let joints = model.joints();
        let zeros = (DVector::zeros(joints), DVector::zeros(joints));
        let at_rest = (Vector3::zeros(), Vector3::new(0.0, 0.0, gravity_m_s2));
        Self {
            dt_s,
            gravity_m_s2,
            factor: noise_factor,
            imu_body,
            body_from_imu,
            gyro_bias: bias.normal3(config.imu.gyro_bias_rad_s * noise_factor),
            accel_bias: bias.normal3(config.imu.accel_bias_m_s2 * noise_factor),
            last_velocity: None,
            imu_noise: NoiseSource::new(seed, 1),
            encoder_noise: NoiseSource::new(seed, 2),
            foot_noise: NoiseSource::new(seed, 3),
            imu: Delay::new(config.own_latency_s(), dt_s, at_rest),
            encoders: Delay::new(config.own_latency_s(), dt_s, zeros.clone()),
            feet: Delay::new(config.own_latency_s(), dt_s, [0.0; 2]),
            touch: Delay::new(config.foot_contact.latency_s, dt_s, [0.0; 2]),
            readings: Readings {
                gyro_rad_s: at_rest.0,
                accel_m_s2: at_rest.1,
                q_rad: zeros.0,
                speed_rad_s: zeros.1,
                foot_force_n: [0.0; 2],
                touching: [true; 2],
            },
            config: config.clone(),
        }
    }

    /// Body that carries the IMU, and its frame in that body's.
    pub fn mounting(&self) -> (usize, &Isometry3<f64>) {
        (self.imu_body, &self.body_from_imu)
    }

    /// Reads every sensor after a tick: the true state, and the vertical forces on the feet [N].
    pub fn sample(&mut self, dynamics: &Dynamics, truth: &State, foot_force_n: [f64; 2]) -> &Readings {
        let imu = &self.config.imu;
        let pose = dynamics.world_from_body(self.imu_body) * self.body_from_imu;
        let velocity = dynamics.point_velocity(self.imu_body, &pose.translation.vector);
        // The mean over the tick, as a sensor that integrates gives it.
        let acceleration = self.last_velocity.map_or_else(Vector3::zeros, |v| (velocity - v) / self.dt_s);
        self.last_velocity = Some(velocity);
        let force = acceleration + Vector3::new(0.0, 0.0, self.gravity_m_s2);
        let rate = pose.rotation.inverse_transform_vector(&dynamics.angular_velocity(self.imu_body));
        // The axes in the middle of the tick, over which the mean is taken.
        let half_turned = pose.rotation * UnitQuaternion::from_scaled_axis(rate * (-0.5 * self.dt_s));
        let root_rate = self.factor / self.dt_s.sqrt();
        let gyro = rate + self.gyro_bias + self.imu_noise.normal3(imu.gyro_noise_density * root_rate);
        let accel = half_turned.inverse_transform_vector(&force)
            + self.accel_bias
            + self.imu_noise.normal3(imu.accel_noise_density * root_rate);
        self.imu.push(|slot| *slot = (gyro, accel));

        let (encoders, noise, factor) = (&self.config.encoders, &mut self.encoder_noise, self.factor);
        self.encoders.push(|(q, speed)| {
            for j in 0..q.len() {
                let angle = truth.q[j] + noise.normal(encoders.position_noise_rad * factor);
                let quantum = encoders.resolution_rad;
                q[j] = if quantum > 0.0 { (angle / quantum).round() * quantum } else { angle };
                speed[j] = truth.v[6 + j] + noise.normal(encoders.velocity_noise_rad_s * factor);
            }
        });
        let (contact, noise) = (&self.config.foot_contact, &mut self.foot_noise);
        let felt_n = foot_force_n.map(|force| force + noise.normal(contact.force_noise_n * factor));
        self.feet.push(|slot| *slot = felt_n);
        self.touch.push(|slot| *slot = felt_n);

        let readings = &mut self.readings;
        (readings.gyro_rad_s, readings.accel_m_s2) = *self.imu.present();
        let (q, speed) = self.encoders.present();
        readings.q_rad.copy_from(q);
        readings.speed_rad_s.copy_from(speed);
        readings.foot_force_n = *self.feet.present();
        for (touching, force) in readings.touching.iter_mut().zip(self.touch.present()) {
            *touching = *force > if *touching { contact.lift_n } else { contact.touch_n };
        }
        readings
    }

    /// The last readings.
    pub fn readings(&self) -> &Readings {
        &self.readings
    }
}

/// Body that carries the IMU, and the IMU's frame in that body's; the root where the link is unknown.
pub fn imu_mounting(model: &RobotModel, config: &SensorsConfig) -> (usize, Isometry3<f64>) {
    let link_from_imu = Isometry3::from(Translation3::from(Vector3::from(config.imu.xyz_m)));
    model
        .link(&config.imu.link)
        .map_or((0, link_from_imu), |frame| (frame.body, frame.body_from_link * link_from_imu))
}
