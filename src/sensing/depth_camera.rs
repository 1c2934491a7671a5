//! Depth camera: distances along the rays of a pinhole's pixels.
//!
//! A picture is taken at one instant, as a global shutter takes it.

use nalgebra::{Isometry3, Point3, Vector3};

use super::mount::mount;
use super::noise::NoiseSource;
use crate::config::sensors::DepthCameraConfig;
use crate::model::{Dynamics, RobotModel};
use crate::physics::Sighting;

/// Purpose of the first camera's noise; the others follow.
const PURPOSE: u64 = 16;

/// A picture.
#[derive(Debug, Clone, PartialEq)]
pub struct DepthImage {
    /// When it was taken, in ticks since the start.
    pub tick: u64,
    /// Place of what each pixel saw in the camera's frame [m]; none where it saw nothing.
    pub points: Vec<Option<Point3<f64>>>,
}

/// A depth camera on its link.
#[derive(Debug, Clone)]
pub struct DepthCamera {
    config: DepthCameraConfig,
    body: usize,
    body_from_camera: Isometry3<f64>,
    directions: Vec<Vector3<f64>>,
    period_ticks: u64,
    latency_ticks: u64,
    factor: f64,
    noise: NoiseSource,
    image: DepthImage,
    pending: bool,
}

impl DepthCamera {
    /// Lays out the pixels; `index` tells the robot's cameras apart.
    pub fn new(
        model: &RobotModel,
        config: &DepthCameraConfig,
        index: usize,
        dt_s: f64,
        seed: u64,
        noise_factor: f64,
    ) -> Self {
        let (body, body_from_camera) = mount(model, &config.link, config.xyz_m, config.rpy_rad);
        let (columns, rows) = config.pixels;
        let (half_y, half_z) = ((0.5 * config.view_rad.0).tan(), (0.5 * config.view_rad.1).tan());
        let place = |index: usize, count: usize| 1.0 - 2.0 * (index as f64 + 0.5) / count as f64;
        let mut directions = Vec::with_capacity(columns * rows);
        for row in 0..rows {
            for column in 0..columns {
                let (y, z) = (half_y * place(column, columns), half_z * place(row, rows));
                directions.push(Vector3::new(1.0, y, z).normalize());
            }
        }
        let ticks = |seconds: f64| (seconds / dt_s).round().max(0.0) as u64;
        Self {
            body,
            body_from_camera,
            period_ticks: ticks(1.0 / config.rate_hz).max(1),
            latency_ticks: ticks(config.latency_s),
            factor: noise_factor,
            noise: NoiseSource::new(seed, PURPOSE + index as u64),
            image: DepthImage { tick: 0, points: vec![None; directions.len()] },
            directions,
            pending: false,
            config: config.clone(),
        }
    }

    /// Body that carries it, and its frame in that body's.
    pub fn mounting(&self) -> (usize, &Isometry3<f64>) {
        (self.body, &self.body_from_camera)
    }

    /// Standard deviation of a depth as measured [m].
    pub fn noise_m(&self, depth_m: f64) -> f64 {
        self.config.noise_m * depth_m * depth_m
    }

    /// Takes a picture when it is time to; `look` gives what a ray in the world meets.
    pub fn sample(
        &mut self,
        tick: u64,
        dynamics: &Dynamics,
        look: &dyn Fn(&Point3<f64>, &Vector3<f64>, f64) -> Option<Sighting>,
    ) {
        if !tick.is_multiple_of(self.period_ticks) {
            return;
        }
        let pose = dynamics.world_from_body(self.body) * self.body_from_camera;
        let origin = Point3::from(pose.translation.vector);
        let (nearest, farthest) = self.config.range_m;
        let grazing = self.config.grazing_rad.sin();
        self.image.tick = tick;
        self.pending = true;
        for (point, direction) in self.image.points.iter_mut().zip(&self.directions) {
            let ray = pose.rotation * direction;
            // A pixel's depth is measured along the optical axis.
            let cosine = direction.x;
            let seen = look(&origin, &ray, farthest / cosine);
            let seen = seen.filter(|seen| -seen.normal.dot(&ray) >= grazing);
            *point = seen.and_then(|seen| {
                let depth_m = seen.range_m * cosine;
                let spread_m = self.config.noise_m * depth_m * depth_m * self.factor;
                let measured_m = depth_m + self.noise.normal(spread_m);
                let kept = !self.noise.chance(self.config.drop_out);
                (kept && (nearest..=farthest).contains(&measured_m))
                    .then(|| Point3::from(direction * (measured_m / cosine)))
            });
        }
    }

    /// Whether a picture's latency has just passed: true once a picture.
    pub fn delivers(&mut self, tick: u64) -> bool {
        let due = self.pending && tick >= self.image.tick + self.latency_ticks;
        self.pending &= !due;
        due
    }

    /// The last picture.
    pub fn image(&self) -> &DepthImage {
        &self.image
    }
}
