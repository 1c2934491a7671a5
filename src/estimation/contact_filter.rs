//! The estimator: readings in, state out.

use nalgebra::{Isometry3, Point2, Vector3};

use super::filter::{Filter, FilterNoise, PoseCorrection};
use crate::config::sensors::SensorsConfig;
use crate::model::{RobotModel, State};
use crate::sensing::{Readings, imu_mounting};

/// Share of the weight a foot must carry before its place is trusted.
const CARRIES_SHARE: f64 = 0.12;

/// Standard deviation of a loaded sole's place as the joint angles give it [m].
const KINEMATICS_M: f64 = 0.002;

/// Standard deviation of a sole's height over the map's ground [m], and the largest believable error.
const HEIGHT_M: (f64, f64) = (0.004, 0.05);

/// A sole so far from where it stood [m] has sunk in or was lifted by the ground, and one so far under where it began
/// to carry [m] has sunk in.
const GIVES_M: f64 = 0.002;
const SUNK_M: f64 = 0.006;

/// Slope of a sole up to which it lies flat, and from which on it stands on its edge.
const ON_EDGE: (f64, f64) = (0.02, 0.06);

/// Distance to either side over which the slope under a sole is taken [m].
const SLOPE_OVER_M: f64 = 0.05;

/// Steepest slope a sole stands on.
const STEEPEST: f64 = 0.5;

/// Poses of the recent past that a late correction can refer to.
const HISTORY: usize = 256;

/// Estimates the floating base from IMU, encoders and foot contact.
#[derive(Debug, Clone)]
pub struct StateEstimator {
    filter: Filter,
    imu_body: usize,
    body_from_imu: Isometry3<f64>,
    /// At the last joint angles: joints may lie between the root and the IMU.
    root_from_imu: Isometry3<f64>,
    carries_n: f64,
    dt_s: f64,
    carrying: [bool; 2],
    /// Height at which each foot began to carry [m].
    met_m: [f64; 2],
    /// Where along each sole it touches, from its centre towards the toes [m].
    ahead_m: [f64; 2],
    state: State,
    correction_m_s: Vector3<f64>,
    /// What a correction of the pose has changed of the velocity since [m/s].
    late_m_s: Vector3<f64>,
    history: Vec<Isometry3<f64>>,
    ticks: u64,
    /// Age of the readings, in ticks.
    late_ticks: u64,
}

impl StateEstimator {
    /// Starts at rest at `start`, the pose in which the robot was put down; its heading and place are
    /// believed to a few centimetres and degrees only.
    pub fn new(
        model: &RobotModel,
        sensors: &SensorsConfig,
        start: &State,
        dt_s: f64,
        gravity_m_s2: f64,
    ) -> Self {
        let (imu_body, body_from_imu) = imu_mounting(model, sensors);
        let root_from_imu = model.root_from_body(imu_body, start.q.as_slice()) * body_from_imu;
        let imu = &sensors.imu;
        let noise = FilterNoise {
            gyro: 1.5 * imu.gyro_noise_density,
            accel: 10.0 * imu.accel_noise_density,
            gyro_bias: 1.5 * imu.gyro_bias_rad_s.max(1e-5),
            accel_bias: 1.5 * imu.accel_bias_m_s2.max(1e-3),
            creep: 2e-3,
            kinematics: KINEMATICS_M,
            start_m: 0.03,
            start_yaw_rad: 0.03,
        };
        let world_from_imu = start.world_from_base * root_from_imu;
        let offsets =
            [0, 1].map(|f| sole_in_imu(model, &root_from_imu, f, start.q.as_slice()).translation.vector);
        Self {
            filter: Filter::new(noise, gravity_m_s2, world_from_imu, offsets),
            imu_body,
            body_from_imu,
            root_from_imu,
            carries_n: CARRIES_SHARE * model.mass_kg * gravity_m_s2,
            dt_s,
            carrying: [true; 2],
            met_m: [f64::NEG_INFINITY; 2],
            ahead_m: [0.0; 2],
            state: start.clone(),
            correction_m_s: Vector3::zeros(),
            late_m_s: Vector3::zeros(),
            history: vec![world_from_imu; HISTORY],
            ticks: 0,
            late_ticks: (sensors.own_latency_s() / dt_s).round().max(0.0) as u64,
        }
    }

    /// Takes a tick's readings; `height_m` is the ground's height at a place, where a known map has it.
    pub fn update(
        &mut self,
        model: &RobotModel,
        readings: &Readings,
        height_m: &dyn Fn(&Point2<f64>) -> Option<f64>,
    ) -> &State {
        self.root_from_imu =
            model.root_from_body(self.imu_body, readings.q_rad.as_slice()) * self.body_from_imu;
        self.filter.predict(&readings.gyro_rad_s, &readings.accel_m_s2, self.dt_s);
        let felt = self.filter.velocity - self.late_m_s;
        self.late_m_s = Vector3::zeros();
        for foot in 0..2 {
            let force = readings.foot_force_n[foot];
            let carried = self.carrying[foot];
            self.carrying[foot] = force > if carried { 0.5 * self.carries_n } else { self.carries_n };
            if !self.carrying[foot] {
                continue;
            }
            let sole = sole_in_imu(model, &self.root_from_imu, foot, readings.q_rad.as_slice());
            let along = sole.rotation * Vector3::x();
            let ahead_m = self.edge_m(foot, &along, model.feet[foot].half_length_m, height_m);
            let offset = sole.translation.vector + along * ahead_m;
            let moved_m = ahead_m - std::mem::replace(&mut self.ahead_m[foot], ahead_m);
            if !carried {
                self.filter.touch_down(foot, &offset);
            } else if moved_m != 0.0 {
                let by = self.filter.world_from_imu.rotation * along * moved_m;
                self.filter.move_place(foot, &by);
            }
            // A lightly loaded sole may still roll or slide.
            let doubt = 1.0 + 3.0 * (1.0 - force / (3.0 * self.carries_n)).max(0.0);
            let over_m = self.filter.over_m(foot, &offset);
            if over_m.abs() > GIVES_M {
                self.filter.gives(foot, over_m);
            }
            self.filter.stands(foot, &offset, KINEMATICS_M * doubt);
            let sole = *self.filter.sole(foot);
            if !carried {
                self.met_m[foot] = sole.z;
            }
            // Soft ground is as high as the map has it where the foot met it.
            if self.met_m[foot] - sole.z > SUNK_M {
                continue;
            }
            if let Some(height) = height_m(&Point2::new(sole.x, sole.y))
                && (height - sole.z).abs() < HEIGHT_M.1
            {
                self.filter.stands_at_height(foot, height, HEIGHT_M.0 / self.dt_s.sqrt());
            }
        }
        self.correction_m_s = self.filter.velocity - felt;
        self.write_state(model, readings);
        self.history[(self.ticks % HISTORY as u64) as usize] = self.filter.world_from_imu;
        self.ticks += 1;
        &self.state
    }

    /// Where along a sole it touches, from its centre [m]: on the edge that is nearer to the ground.
    ///
    /// A sole that comes down on its toes turns about them, and its centre moves.
    fn edge_m(
        &self,
        foot: usize,
        along: &Vector3<f64>,
        half_length_m: f64,
        height_m: &dyn Fn(&Point2<f64>) -> Option<f64>,
    ) -> f64 {
        let along = self.filter.world_from_imu.rotation * along;
        let (flat, on_edge) = ON_EDGE;
        if along.z.abs() < flat {
            return 0.0;
        }
        let sole = self.filter.sole(foot);
        let ground_m = |ahead_m: f64| height_m(&Point2::from((sole + along * ahead_m).xy()));
        let slope = match (ground_m(SLOPE_OVER_M), ground_m(-SLOPE_OVER_M)) {
            (Some(ahead_m), Some(behind_m)) => (ahead_m - behind_m) / (2.0 * SLOPE_OVER_M),
            _ => 0.0,
        };
        // What is steeper is the edge of a step.
        let slope = if slope.abs() < STEEPEST { slope } else { 0.0 };
        let down = slope - along.z;
        half_length_m * ((down.abs() - flat) / (on_edge - flat)).clamp(0.0, 1.0) * down.signum()
    }

    fn write_state(&mut self, model: &RobotModel, readings: &Readings) {
        let world_from_imu = self.filter.world_from_imu;
        let imu_from_root = self.root_from_imu.inverse();
        let world_from_base = world_from_imu * imu_from_root;
        let (turning, moving) = model.twist_in_root(
            self.imu_body,
            &self.root_from_imu.translation.vector,
            readings.q_rad.as_slice(),
            readings.speed_rad_s.as_slice(),
        );
        let turn = world_from_base.rotation;
        let rate = world_from_imu.rotation * self.filter.rate(&readings.gyro_rad_s) - turn * turning;
        let lever = world_from_imu.rotation * imu_from_root.translation.vector;
        let velocity = self.filter.velocity - turn * moving + rate.cross(&lever);
        let state = &mut self.state;
        state.world_from_base = world_from_base;
        state.q.copy_from(&readings.q_rad);
        state.v.fixed_rows_mut::<3>(0).copy_from(&velocity);
        state.v.fixed_rows_mut::<3>(3).copy_from(&rate);
        state.v.rows_mut(6, readings.speed_rad_s.len()).copy_from(&readings.speed_rad_s);
    }

    /// The estimate.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// How far feet and localisation corrected the velocity before the last tick's state: its change beyond what the IMU felt [m/s].
    pub fn correction_m_s(&self) -> &Vector3<f64> {
        &self.correction_m_s
    }

    /// The IMU's frame in the root body's.
    pub fn root_from_imu(&self) -> &Isometry3<f64> {
        &self.root_from_imu
    }

    /// Estimated pose of the IMU at an earlier tick; none if that is too long ago.
    pub fn imu_pose_at(&self, tick: u64) -> Option<&Isometry3<f64>> {
        // What was the case then was told later.
        let tick = tick + self.late_ticks;
        let recent = tick < self.ticks && self.ticks - tick <= HISTORY as u64;
        recent.then(|| &self.history[(tick % HISTORY as u64) as usize])
    }

    /// Takes what localisation found about the IMU's pose a short while ago; the error is taken to be
    /// the same now.
    pub fn correct_pose(&mut self, correction: &PoseCorrection) {
        let before = self.filter.velocity;
        self.filter.correct_pose(correction);
        self.late_m_s += self.filter.velocity - before;
    }
}

/// Sole in the IMU's frame at these joint angles.
fn sole_in_imu(
    model: &RobotModel,
    root_from_imu: &Isometry3<f64>,
    foot: usize,
    q_rad: &[f64],
) -> Isometry3<f64> {
    let foot = &model.feet[foot];
    root_from_imu.inverse() * model.root_from_body(foot.body, q_rad) * foot.body_from_sole
}
