//! Invariant extended Kalman filter of a floating base that stands on its feet.
//!
//! State: orientation, velocity and position of the IMU, the places of both soles in the world, and the
//! IMU's biases. The error is right-invariant, `[xi_R, xi_v, xi_p, xi_left, xi_right, db_gyro, db_accel]`
//! with `R = exp(xi_R) R_est` and `p = exp(xi_R) p_est + J xi_p` (Hartley et al., "Contact-aided
//! invariant extended Kalman filtering for robot state estimation", IJRR 2020): heading and place, which
//! the feet cannot tell, stay untold, as they do not in a filter of plain errors.

use nalgebra::{Isometry3, Matrix3, Matrix6, SMatrix, SVector, UnitQuaternion, Vector3, Vector6};

/// Entries of the error state.
const N: usize = 21;
const ROTATION: usize = 0;
const VELOCITY: usize = 3;
const POSITION: usize = 6;
const FEET: usize = 9;
const GYRO_BIAS: usize = 15;
const ACCEL_BIAS: usize = 18;

type Covariance = SMatrix<f64, N, N>;
type Row = SVector<f64, N>;

/// What a localisation knows about the error of a pose: the normal equations `information xi = vector`
/// for the error `xi = [xi_R, xi_p]`, a turn about the world's origin [rad] and a shift [m].
///
/// In these coordinates the error of a pose a moment ago is that of the pose now, and what a scan
/// cannot tell (heading and place on an empty floor) is the same direction at every pose.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PoseCorrection {
    /// Information matrix.
    pub information: Matrix6<f64>,
    /// Information vector.
    pub vector: Vector6<f64>,
}

/// Noise the filter counts on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct FilterNoise {
    /// Gyroscope [rad/s/sqrt(Hz)].
    pub gyro: f64,
    /// Accelerometer [m/s^2/sqrt(Hz)].
    pub accel: f64,
    /// Gyroscope bias at the start [rad/s].
    pub gyro_bias: f64,
    /// Accelerometer bias at the start [m/s^2].
    pub accel_bias: f64,
    /// A standing sole's creep [m/sqrt(s)].
    pub creep: f64,
    /// Sole's place from the joint angles [m].
    pub kinematics: f64,
    /// Start position [m].
    pub start_m: f64,
    /// Start heading [rad].
    pub start_yaw_rad: f64,
}

/// The filter.
#[derive(Debug, Clone)]
pub(super) struct Filter {
    noise: FilterNoise,
    gravity: Vector3<f64>,
    /// Pose of the IMU.
    pub world_from_imu: Isometry3<f64>,
    /// Velocity of the IMU [m/s].
    pub velocity: Vector3<f64>,
    soles: [Vector3<f64>; 2],
    /// Gyroscope bias [rad/s].
    pub gyro_bias: Vector3<f64>,
    accel_bias: Vector3<f64>,
    p: Covariance,
}

impl Filter {
    /// At rest at a pose; the soles are where the joint angles say.
    pub fn new(
        noise: FilterNoise,
        gravity_m_s2: f64,
        world_from_imu: Isometry3<f64>,
        imu_from_sole: [Vector3<f64>; 2],
    ) -> Self {
        let mut p = Covariance::zeros();
        let mut set = |at: usize, deviation: f64| {
            for i in at..at + 3 {
                p[(i, i)] = deviation * deviation;
            }
        };
        set(ROTATION, noise.start_yaw_rad);
        set(VELOCITY, 0.02);
        set(POSITION, noise.start_m);
        set(GYRO_BIAS, noise.gyro_bias);
        set(ACCEL_BIAS, noise.accel_bias);
        // A turn about the world's origin moves a place away from it: xi_p = dp + p x xi_R.
        let mut to_invariant = Covariance::identity();
        to_invariant
            .fixed_view_mut::<3, 3>(POSITION, ROTATION)
            .copy_from(&world_from_imu.translation.vector.cross_matrix());
        p = to_invariant * p * to_invariant.transpose();
        let mut filter = Self {
            noise,
            gravity: Vector3::new(0.0, 0.0, -gravity_m_s2),
            world_from_imu,
            velocity: Vector3::zeros(),
            soles: [Vector3::zeros(); 2],
            gyro_bias: Vector3::zeros(),
            accel_bias: Vector3::zeros(),
            p,
        };
        for (foot, offset) in imu_from_sole.iter().enumerate() {
            filter.touch_down(foot, offset);
        }
        filter
    }

    /// Angular velocity without bias, IMU axes [rad/s].
    pub fn rate(&self, gyro: &Vector3<f64>) -> Vector3<f64> {
        gyro - self.gyro_bias
    }

    /// Integrates the IMU over a tick.
    pub fn predict(&mut self, gyro: &Vector3<f64>, accel: &Vector3<f64>, dt: f64) {
        let rate = gyro - self.gyro_bias;
        let force = accel - self.accel_bias;
        let rotation = self.world_from_imu.rotation;
        let half_turned = rotation * UnitQuaternion::from_scaled_axis(rate * (0.5 * dt));
        let acceleration = half_turned * force + self.gravity;
        // As the physics does: the new velocity carries the place.
        self.velocity += acceleration * dt;
        self.world_from_imu.translation.vector += self.velocity * dt;
        self.world_from_imu.rotation = rotation * UnitQuaternion::from_scaled_axis(rate * dt);
        self.world_from_imu.rotation.renormalize();

        // P <- F P F^T + Q; F differs from the identity in the rows of rotation, velocity and places.
        let r = half_turned.to_rotation_matrix().into_inner();
        let places =
            [&self.velocity, &self.world_from_imu.translation.vector, &self.soles[0], &self.soles[1]];
        let levers = places.map(|place| place.cross_matrix());
        let fall = self.gravity.cross_matrix() * dt;
        let p = &mut self.p;
        for column in 0..N {
            let block = |at: usize| p.fixed_view::<3, 1>(at, column).into_owned();
            let (theta, v) = (block(ROTATION), block(VELOCITY));
            let turned = r * block(GYRO_BIAS) * -dt;
            let pushed = r * block(ACCEL_BIAS) * -dt;
            let mut add = |at: usize, change: Vector3<f64>| {
                let mut target = p.fixed_view_mut::<3, 1>(at, column);
                target += change;
            };
            add(ROTATION, turned);
            add(VELOCITY, fall * theta + pushed + levers[0] * turned);
            add(POSITION, v * dt + levers[1] * turned);
            add(FEET, levers[2] * turned);
            add(FEET + 3, levers[3] * turned);
        }
        for row in 0..N {
            let block = |at: usize| p.fixed_view::<1, 3>(row, at).transpose();
            let (theta, v) = (block(ROTATION), block(VELOCITY));
            let turned = r * block(GYRO_BIAS) * -dt;
            let pushed = r * block(ACCEL_BIAS) * -dt;
            let mut add = |at: usize, change: Vector3<f64>| {
                let mut target = p.fixed_view_mut::<1, 3>(row, at);
                target += change.transpose();
            };
            add(ROTATION, turned);
            add(VELOCITY, fall * theta + pushed + levers[0] * turned);
            add(POSITION, v * dt + levers[1] * turned);
            add(FEET, levers[2] * turned);
            add(FEET + 3, levers[3] * turned);
        }
        let n = &self.noise;
        // The gyroscope's noise turns everything about the world's origin.
        let mut spread = SMatrix::<f64, 15, 3>::zeros();
        spread.fixed_view_mut::<3, 3>(ROTATION, 0).copy_from(&Matrix3::identity());
        for (at, lever) in [VELOCITY, POSITION, FEET, FEET + 3].into_iter().zip(&levers) {
            spread.fixed_view_mut::<3, 3>(at, 0).copy_from(lever);
        }
        let mut turned = p.fixed_view_mut::<15, 15>(0, 0);
        turned += spread * spread.transpose() * (n.gyro * n.gyro * dt);
        let mut grow = |at: usize, deviation: f64| {
            for i in at..at + 3 {
                p[(i, i)] += deviation * deviation * dt;
            }
        };
        grow(VELOCITY, n.accel);
        grow(FEET, n.creep);
        grow(FEET + 3, n.creep);
        // Biases wander by their own size in about ten minutes.
        grow(GYRO_BIAS, n.gyro_bias * 0.04);
        grow(ACCEL_BIAS, n.accel_bias * 0.04);
    }

    /// A foot has come down: its place is where the joint angles say now, as uncertain as the base's.
    pub fn touch_down(&mut self, foot: usize, imu_from_sole: &Vector3<f64>) {
        self.soles[foot] = (self.world_from_imu * nalgebra::Point3::from(*imu_from_sole)).coords;
        let at = FEET + 3 * foot;
        for i in 0..3 {
            let row = self.p.row(POSITION + i).into_owned();
            self.p.set_row(at + i, &row);
        }
        for i in 0..3 {
            let column = self.p.column(POSITION + i).into_owned();
            self.p.set_column(at + i, &column);
        }
        for i in at..at + 3 {
            self.p[(i, i)] += self.noise.kinematics * self.noise.kinematics;
        }
    }

    /// From now on another point of the foot is its place, this far from the one before [m], world.
    pub fn move_place(&mut self, foot: usize, by: &Vector3<f64>) {
        self.soles[foot] += by;
    }

    /// How much higher a foot is than its place [m].
    pub fn over_m(&self, foot: usize, imu_from_sole: &Vector3<f64>) -> f64 {
        (self.world_from_imu * nalgebra::Point3::from(*imu_from_sole)).z - self.soles[foot].z
    }

    /// The ground under a foot gives or comes back: its height may have changed by so much [m].
    pub fn gives(&mut self, foot: usize, by_m: f64) {
        let at = FEET + 3 * foot + 2;
        self.p[(at, at)] += by_m * by_m;
    }

    /// A standing foot stays where it is.
    pub fn stands(&mut self, foot: usize, imu_from_sole: &Vector3<f64>, deviation: f64) {
        let at = FEET + 3 * foot;
        for axis in 0..3 {
            let felt = (self.world_from_imu * nalgebra::Point3::from(*imu_from_sole)).coords;
            let mut h = Row::zeros();
            h[POSITION + axis] = -1.0;
            h[at + axis] = 1.0;
            self.correct(&h, felt[axis] - self.soles[foot][axis], deviation * deviation);
        }
    }

    /// Height of a standing sole, where the map knows it [m].
    pub fn stands_at_height(&mut self, foot: usize, height_m: f64, deviation: f64) {
        let mut h = Row::zeros();
        let sole = self.soles[foot];
        h[FEET + 3 * foot + 2] = 1.0;
        h[ROTATION] = sole.y;
        h[ROTATION + 1] = -sole.x;
        self.correct(&h, height_m - sole.z, deviation * deviation);
    }

    /// Place of a sole [m].
    pub fn sole(&self, foot: usize) -> &Vector3<f64> {
        &self.soles[foot]
    }

    /// Takes what a localisation found about the IMU's pose.
    pub fn correct_pose(&mut self, correction: &PoseCorrection) {
        let eigen = correction.information.symmetric_eigen();
        let mut applied = Row::zeros();
        for (value, direction) in eigen.eigenvalues.iter().zip(eigen.eigenvectors.column_iter()) {
            if *value < 1.0 {
                continue;
            }
            let mut h = Row::zeros();
            h.fixed_rows_mut::<3>(ROTATION).copy_from(&direction.fixed_rows::<3>(0));
            h.fixed_rows_mut::<3>(POSITION).copy_from(&direction.fixed_rows::<3>(3));
            let measured = direction.dot(&correction.vector) / value;
            applied += self.correct(&h, measured - h.dot(&applied), 1.0 / value);
        }
    }

    /// A scalar measurement with the row `h`, its residual and its variance; returns the correction.
    fn correct(&mut self, h: &Row, residual: f64, variance: f64) -> Row {
        let ph = self.p * h;
        let gain = ph / (h.dot(&ph) + variance);
        self.p -= gain * ph.transpose();
        let x = gain * residual;
        let part = |at: usize| Vector3::new(x[at], x[at + 1], x[at + 2]);
        let turn = UnitQuaternion::from_scaled_axis(part(ROTATION));
        self.world_from_imu.rotation = turn * self.world_from_imu.rotation;
        let position = &mut self.world_from_imu.translation.vector;
        *position = turn * *position + part(POSITION);
        self.velocity = turn * self.velocity + part(VELOCITY);
        self.soles[0] = turn * self.soles[0] + part(FEET);
        self.soles[1] = turn * self.soles[1] + part(FEET + 3);
        self.gyro_bias += part(GYRO_BIAS);
        self.accel_bias += part(ACCEL_BIAS);
        x
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOISE: FilterNoise = FilterNoise {
        gyro: 1e-4,
        accel: 1e-3,
        gyro_bias: 1e-3,
        accel_bias: 0.02,
        creep: 1e-3,
        kinematics: 1e-3,
        start_m: 0.01,
        start_yaw_rad: 0.02,
    };

    #[test]
    fn standing_still_shows_the_biases() {
        let offsets = [Vector3::new(0.0, 0.1, -1.0), Vector3::new(0.0, -0.1, -1.0)];
        let start = Isometry3::from_parts(
            nalgebra::Translation3::new(0.0, 0.0, 1.0),
            UnitQuaternion::from_euler_angles(0.01, -0.01, 0.0),
        );
        let mut filter = Filter::new(NOISE, 9.81, start, offsets);
        let gyro_bias = Vector3::new(1e-3, -5e-4, 0.0);
        for _ in 0..5000 {
            filter.predict(&gyro_bias, &Vector3::new(0.0, 0.0, 9.81), 0.002);
            for (foot, offset) in offsets.iter().enumerate() {
                filter.stands(foot, offset, 0.002);
            }
        }
        let (roll, pitch, _) = filter.world_from_imu.rotation.euler_angles();
        assert!(roll.abs() < 2e-3 && pitch.abs() < 2e-3, "{roll} {pitch}");
        assert!((filter.gyro_bias - gyro_bias).norm() < 2e-4, "{}", filter.gyro_bias);
        assert!(filter.velocity.norm() < 1e-3);
    }

    #[test]
    fn a_pose_correction_moves_base_and_soles_together() {
        let offsets = [Vector3::new(0.0, 0.1, -1.0), Vector3::new(0.0, -0.1, -1.0)];
        let mut filter = Filter::new(NOISE, 9.81, Isometry3::translation(0.0, 0.0, 1.0), offsets);
        let information = Matrix6::identity() * 1e8;
        let mut vector = Vector6::zeros();
        vector[3] = 1e8 * 0.03;
        filter.correct_pose(&PoseCorrection { information, vector });
        assert!((filter.world_from_imu.translation.x - 0.03).abs() < 1e-3);
        assert!((filter.sole(0).x - 0.03).abs() < 2e-3, "{}", filter.sole(0).x);
        assert!(filter.velocity.norm() < 1e-6);
    }
}
