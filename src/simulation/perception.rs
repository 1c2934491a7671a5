//! What the robot sees and the map it makes of it.

use nalgebra::{Point3, Vector2};

use crate::config::sensors::DepthCameraConfig;
use crate::estimation::{PoseCorrection, StateEstimator};
use crate::mapping::{LocatedScan, News, PerceivedMap, SeenFrom, Tracker};
use crate::model::angles::heading;
use crate::model::{Dynamics, RobotModel};
use crate::physics::PhysicsWorld;
use crate::sensing::{DepthCamera, Readings};

/// Share of the weight on a foot from which on the ground under it counts as felt.
const FELT_SHARE: f64 = 0.4;

/// Depth cameras and the map they make.
#[derive(Debug, Clone)]
pub(super) struct Perception {
    cameras: Vec<DepthCamera>,
    map: PerceivedMap,
    weight_n: f64,
}

impl Perception {
    /// For a robot that is put down at `at` with this heading.
    pub(super) fn new(
        model: &RobotModel,
        cameras: &[DepthCameraConfig],
        (at, heading_rad): (Point3<f64>, f64),
        (dt_s, seed, noise_factor): (f64, u64, f64),
    ) -> Self {
        let camera = |(index, config): (usize, &DepthCameraConfig)| {
            DepthCamera::new(model, config, index, dt_s, seed, noise_factor)
        };
        Self {
            cameras: cameras.iter().enumerate().map(camera).collect(),
            map: PerceivedMap::new(&at, heading_rad),
            weight_n: 9.81 * model.mass_kg,
        }
    }

    /// The map so far.
    pub(super) fn map(&self) -> &PerceivedMap {
        &self.map
    }

    /// Leaves out from now on what moves about.
    pub(super) fn heed(&mut self, tracker: &Tracker) {
        self.map.heed(tracker);
    }

    /// Maps a LiDAR's scan.
    pub(super) fn scan(&mut self, scan: &LocatedScan) -> (News, Option<PoseCorrection>) {
        self.map.scan(scan)
    }

    /// Takes pictures when it is time to.
    pub(super) fn sample(&mut self, tick: u64, dynamics: &Dynamics, world: &PhysicsWorld) {
        for camera in &mut self.cameras {
            let (body, _) = camera.mounting();
            camera.sample(tick, dynamics, &|origin, direction, max_m| {
                world.look(body, origin, direction, max_m)
            });
        }
    }

    /// Maps the pictures that have come; none where none has.
    pub(super) fn update(
        &mut self,
        tick: u64,
        model: &RobotModel,
        estimator: &StateEstimator,
        readings: &Readings,
    ) -> Option<News> {
        let mut news: Option<News> = None;
        let state = estimator.state();
        let q = readings.q_rad.as_slice();
        for camera in &mut self.cameras {
            if !camera.delivers(tick) {
                continue;
            }
            let image = camera.image();
            let Some(world_from_imu) = estimator.imu_pose_at(image.tick) else { continue };
            let (body, body_from_camera) = camera.mounting();
            let imu_from_root = estimator.root_from_imu().inverse();
            let world_from_camera =
                world_from_imu * imu_from_root * model.root_from_body(body, q) * body_from_camera;
            let soles = [0, 1].map(|f| {
                let foot = &model.feet[f];
                let sole = state.world_from_base * model.root_from_body(foot.body, q) * foot.body_from_sole;
                let felt = readings.foot_force_n[f] > FELT_SHARE * self.weight_n;
                felt.then(|| (sole, Vector2::new(foot.half_length_m, foot.half_width_m)))
            });
            let from = SeenFrom {
                world_from_camera,
                soles,
                heading_rad: heading(&state.world_from_base),
                tick: image.tick,
            };
            let seen = self.map.look(&image.points, &|depth_m| camera.noise_m(depth_m), &from);
            let all = news.get_or_insert_default();
            all.add(seen);
        }
        news
    }
}
