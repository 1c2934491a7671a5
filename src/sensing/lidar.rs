//! Spinning LiDAR: ranges to the terrain along a fixed fan of beams.
//!
//! A scan is taken at one instant, as a unit that corrects its own motion delivers it.

use nalgebra::{Isometry3, Point3, Vector3};

use super::mount::mount;
use super::noise::NoiseSource;
use crate::config::sensors::LidarConfig;
use crate::model::{Dynamics, RobotModel};

/// Rings are turned against each other, as the lasers of such units are, so that together they see finer than one
/// does: from one ring to the next by so many of the places that there are between two beams.
const STAGGER: usize = 3;

/// One turn of the LiDAR.
#[derive(Debug, Clone, PartialEq)]
pub struct Scan {
    /// When it was taken, in ticks since the start.
    pub tick: u64,
    /// Measured range along each beam of [`Lidar::directions`] [m].
    pub ranges_m: Vec<Option<f64>>,
}

/// A LiDAR on its link.
#[derive(Debug, Clone)]
pub struct Lidar {
    config: LidarConfig,
    body: usize,
    body_from_lidar: Isometry3<f64>,
    directions: Vec<Vector3<f64>>,
    period_ticks: u64,
    latency_ticks: u64,
    factor: f64,
    noise: NoiseSource,
    scan: Scan,
    pending: bool,
}

impl Lidar {
    /// Lays out the beams.
    pub fn new(model: &RobotModel, config: &LidarConfig, dt_s: f64, seed: u64, noise_factor: f64) -> Self {
        let (body, body_from_lidar) = mount(model, &config.link, config.xyz_m, config.rpy_rad);
        let (low, high) = config.elevation_rad;
        let fan = (config.beams.max(2) - 1) as f64;
        let mut directions = Vec::with_capacity(config.beams * config.azimuths);
        // Every place is taken once.
        let stagger = if config.beams.is_multiple_of(STAGGER) { 1 } else { STAGGER };
        for azimuth in 0..config.azimuths {
            for beam in 0..config.beams {
                let share = (beam * stagger % config.beams) as f64 / config.beams as f64;
                let turn = std::f64::consts::TAU * (azimuth as f64 + share) / config.azimuths as f64;
                let elevation = low + (high - low) * beam as f64 / fan;
                let (s, c) = elevation.sin_cos();
                directions.push(Vector3::new(c * turn.cos(), c * turn.sin(), s));
            }
        }
        let ticks = |seconds: f64| (seconds / dt_s).round().max(0.0) as u64;
        Self {
            body,
            body_from_lidar,
            period_ticks: ticks(1.0 / config.rate_hz).max(1),
            latency_ticks: ticks(config.latency_s),
            factor: noise_factor,
            noise: NoiseSource::new(seed, 4),
            scan: Scan { tick: 0, ranges_m: vec![None; directions.len()] },
            directions,
            pending: false,
            config: config.clone(),
        }
    }

    /// Direction of each beam in the LiDAR's frame.
    pub fn directions(&self) -> &[Vector3<f64>] {
        &self.directions
    }

    /// Body that carries it, and its frame in that body's.
    pub fn mounting(&self) -> (usize, &Isometry3<f64>) {
        (self.body, &self.body_from_lidar)
    }

    /// Shortest and longest range [m].
    pub fn range_m(&self) -> (f64, f64) {
        self.config.range_m
    }

    /// Standard deviation of a range [m].
    pub fn range_noise_m(&self) -> f64 {
        self.config.range_noise_m
    }

    /// Measures when it is time to; `cast` gives the true range along a ray in the world.
    pub fn sample(
        &mut self,
        tick: u64,
        dynamics: &Dynamics,
        cast: &dyn Fn(&Point3<f64>, &Vector3<f64>, f64) -> Option<f64>,
    ) {
        if !tick.is_multiple_of(self.period_ticks) {
            return;
        }
        let pose = dynamics.world_from_body(self.body) * self.body_from_lidar;
        let origin = Point3::from(pose.translation.vector);
        let (nearest, farthest) = self.config.range_m;
        self.scan.tick = tick;
        self.pending = true;
        for (range, direction) in self.scan.ranges_m.iter_mut().zip(&self.directions) {
            *range = cast(&origin, &(pose.rotation * direction), farthest)
                .map(|true_m| true_m + self.noise.normal(self.config.range_noise_m * self.factor))
                .filter(|measured_m| (nearest..=farthest).contains(measured_m));
            if self.noise.chance(self.config.drop_out) {
                *range = None;
            }
        }
    }

    /// Whether a scan's latency has just passed: true once a scan.
    pub fn delivers(&mut self, tick: u64) -> bool {
        let due = self.pending && tick >= self.scan.tick + self.latency_ticks;
        self.pending &= !due;
        due
    }

    /// The last scan.
    pub fn scan(&self) -> &Scan {
        &self.scan
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_beams_look_the_same_way_from_above() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/configs/robots/healthy_loong.ron");
        let loaded = crate::config::load_robot(path.as_ref()).expect("the robot loads");
        let model = RobotModel::build(&loaded.config).expect("a robot");
        for beams in [2, 6, 8] {
            let config = LidarConfig { beams, azimuths: 10, ..loaded.config.sensors.lidar.clone() };
            let lidar = Lidar::new(&model, &config, 0.001, 0, 1.0);
            let mut bearings: Vec<f64> = lidar.directions().iter().map(|d| d.y.atan2(d.x)).collect();
            bearings.sort_by(f64::total_cmp);
            assert!(bearings.windows(2).all(|pair| pair[1] - pair[0] > 1e-6), "{beams}");
        }
    }
}
