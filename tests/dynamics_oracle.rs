//! The crate's rigid-body dynamics against Pinocchio, at random states of the robot.
//!
//! `fixtures/make_dynamics.py` writes the reference and states the conventions: base velocity in the
//! world frame, root frame at the root body's centre of mass, classical accelerations.

use loong::config::robot::RobotConfig;
use loong::model::{Dynamics, RobotModel, Side, State};
use nalgebra::{DMatrix, DVector, Isometry3, Matrix3, Quaternion, Translation3, UnitQuaternion, Vector3};
use serde::Deserialize;

/// Largest error allowed, relative to the largest entry of the quantity.
const TOLERANCE: f64 = 1e-9;

#[derive(Deserialize)]
struct Fixture {
    robot: String,
    gravity_m_s2: f64,
    mass_kg: f64,
    joints: Vec<String>,
    states: Vec<Sample>,
}

#[derive(Deserialize)]
struct Sample {
    base_position_m: [f64; 3],
    base_quaternion_xyzw: [f64; 4],
    joint_rad: Vec<f64>,
    velocity: Vec<f64>,
    acceleration: Vec<f64>,
    /// Row r has r + 1 entries: the lower triangle.
    mass_matrix_rows: Vec<Vec<f64>>,
    bias_force: Vec<f64>,
    inverse_dynamics: Vec<f64>,
    com_m: [f64; 3],
    com_velocity_m_s: [f64; 3],
    com_jacobian_rows: Vec<Vec<f64>>,
    com_drift_m_s2: [f64; 3],
    angular_momentum_nms: [f64; 3],
    angular_momentum_matrix_rows: Vec<Vec<f64>>,
    angular_momentum_drift_nm: [f64; 3],
    potential_energy_j: f64,
    feet: [FootSample; 2],
}

/// Sole frame: pose, then six rows [linear; angular] in world axes.
#[derive(Deserialize)]
struct FootSample {
    position_m: [f64; 3],
    rotation_rows: [[f64; 3]; 3],
    jacobian_rows: Vec<Vec<f64>>,
    velocity: Vec<f64>,
    drift: Vec<f64>,
}

struct Oracle {
    fixture: Fixture,
    model: RobotModel,
    /// Generalised coordinate of the crate for each one of the fixture.
    order: Vec<usize>,
}

impl Oracle {
    fn load() -> Self {
        let root = env!("CARGO_MANIFEST_DIR");
        let text = std::fs::read_to_string(format!("{root}/tests/fixtures/dynamics.json")).unwrap();
        let fixture: Fixture = serde_json::from_str(&text).unwrap();
        let robot = std::fs::read_to_string(format!("{root}/{}", fixture.robot)).unwrap();
        let robot: RobotConfig = ron::from_str(&robot).unwrap();
        let model = RobotModel::build(&robot).unwrap();
        assert_eq!(model.joints(), fixture.joints.len(), "the robot has changed: run make_dynamics.py");
        assert!(
            (model.mass_kg - fixture.mass_kg).abs() < 1e-9,
            "the robot weighs {} kg, in the reference {} kg: run make_dynamics.py",
            model.mass_kg,
            fixture.mass_kg
        );
        let mut order: Vec<usize> = (0..6).collect();
        order.extend(fixture.joints.iter().map(|name| 6 + model.joint_index(name).unwrap()));
        Self { fixture, model, order }
    }

    fn vector(&self, values: &[f64]) -> DVector<f64> {
        assert_eq!(values.len(), self.order.len());
        let mut out = DVector::zeros(values.len());
        for (value, &to) in values.iter().zip(&self.order) {
            out[to] = *value;
        }
        out
    }

    fn rows(&self, rows: &[Vec<f64>]) -> DMatrix<f64> {
        DMatrix::from_fn(rows.len(), self.order.len(), |r, c| {
            let from = self.order.iter().position(|&to| to == c).unwrap();
            rows[r][from]
        })
    }

    fn mass_matrix(&self, rows: &[Vec<f64>]) -> DMatrix<f64> {
        let mut out = DMatrix::zeros(rows.len(), rows.len());
        for (r, row) in rows.iter().enumerate() {
            for (c, value) in row.iter().enumerate() {
                out[(self.order[r], self.order[c])] = *value;
                out[(self.order[c], self.order[r])] = *value;
            }
        }
        out
    }

    fn state(&self, sample: &Sample) -> State {
        let [x, y, z, w] = sample.base_quaternion_xyzw;
        let mut state = State::zero(self.model.joints());
        state.world_from_base = Isometry3::from_parts(
            Translation3::from(Vector3::from(sample.base_position_m)),
            UnitQuaternion::new_normalize(Quaternion::new(w, x, y, z)),
        );
        for (angle, &to) in sample.joint_rad.iter().zip(&self.order[6..]) {
            state.q[to - 6] = *angle;
        }
        state.v = self.vector(&sample.velocity);
        state
    }

    /// Runs a check at every state of the fixture, with the dynamics up to date.
    fn at_every_state(&self, check: impl Fn(&Sample, &State, &Dynamics)) {
        let mut dynamics = Dynamics::new(&self.model);
        dynamics.gravity_m_s2 = self.fixture.gravity_m_s2;
        assert!(self.fixture.states.len() >= 8);
        for sample in &self.fixture.states {
            let state = self.state(sample);
            dynamics.update(&self.model, &state);
            check(sample, &state, &dynamics);
        }
    }
}

#[track_caller]
fn assert_close<'a>(
    what: &str,
    found: impl IntoIterator<Item = &'a f64>,
    expected: impl IntoIterator<Item = &'a f64>,
) {
    let (found, expected): (Vec<&f64>, Vec<&f64>) =
        (found.into_iter().collect(), expected.into_iter().collect());
    assert_eq!(found.len(), expected.len(), "{what}: number of entries");
    let scale = expected.iter().fold(1.0_f64, |largest, v| largest.max(v.abs()));
    for (i, (found, expected)) in found.iter().zip(&expected).enumerate() {
        let error = (*found - *expected).abs() / scale;
        assert!(error <= TOLERANCE, "{what}[{i}]: {found} instead of {expected}, relative error {error:e}");
    }
}

#[test]
fn mass_matrix_agrees() {
    let oracle = Oracle::load();
    oracle.at_every_state(|sample, _, dynamics| {
        assert_close("M", dynamics.mass_matrix(), &oracle.mass_matrix(&sample.mass_matrix_rows));
    });
}

#[test]
fn bias_forces_agree() {
    let oracle = Oracle::load();
    oracle.at_every_state(|sample, _, dynamics| {
        assert_close("h", dynamics.bias_force(), &oracle.vector(&sample.bias_force));
    });
}

#[test]
fn inverse_dynamics_agree() {
    let oracle = Oracle::load();
    oracle.at_every_state(|sample, state, dynamics| {
        let acceleration = oracle.vector(&sample.acceleration);
        let expected = oracle.vector(&sample.inverse_dynamics);
        let mut torque = DVector::zeros(oracle.model.dofs());
        dynamics.inverse_dynamics(&oracle.model, state, &acceleration, &mut torque);
        assert_close("torque", &torque, &expected);
        let by_mass_matrix = dynamics.mass_matrix() * &acceleration + dynamics.bias_force();
        assert_close("M a + h", &by_mass_matrix, &expected);
    });
}

#[test]
fn centre_of_mass_agrees() {
    let oracle = Oracle::load();
    oracle.at_every_state(|sample, _, dynamics| {
        assert_close("CoM", &dynamics.com(), &sample.com_m);
        assert_close("CoM velocity", &dynamics.com_velocity(), &sample.com_velocity_m_s);
        assert_close("CoM Jacobian", dynamics.com_jacobian(), &oracle.rows(&sample.com_jacobian_rows));
        assert_close("CoM drift", &dynamics.com_drift(), &sample.com_drift_m_s2);
        assert_close("potential energy", [&dynamics.potential_energy()], [&sample.potential_energy_j]);
    });
}

#[test]
fn centroidal_angular_momentum_agrees() {
    let oracle = Oracle::load();
    oracle.at_every_state(|sample, _, dynamics| {
        assert_close("angular momentum", &dynamics.angular_momentum(), &sample.angular_momentum_nms);
        let matrix = oracle.rows(&sample.angular_momentum_matrix_rows);
        assert_close("angular momentum matrix", dynamics.angular_momentum_matrix(), &matrix);
        let drift = dynamics.angular_momentum_drift();
        assert_close("angular momentum drift", &drift, &sample.angular_momentum_drift_nm);
    });
}

#[test]
fn soles_agree() {
    let oracle = Oracle::load();
    let model = &oracle.model;
    oracle.at_every_state(|sample, _, dynamics| {
        for side in Side::BOTH {
            let (foot, expected) = (&model.feet[side.index()], &sample.feet[side.index()]);
            let sole = dynamics.world_from_body(foot.body) * foot.body_from_sole;
            let point = sole.translation.vector;
            assert_close("sole", &point, &expected.position_m);
            let rotation = sole.rotation.to_rotation_matrix().into_inner();
            let rows = expected.rotation_rows;
            let expected_rotation = Matrix3::from_fn(|r, c| rows[r][c]);
            assert_close("sole rotation", &rotation, &expected_rotation);

            let mut jacobian = DMatrix::zeros(6, model.dofs());
            dynamics.point_jacobian(model, foot.body, &point, &mut jacobian, 0);
            assert_close("sole Jacobian", &jacobian, &oracle.rows(&expected.jacobian_rows));

            let velocity = [dynamics.point_velocity(foot.body, &point), dynamics.angular_velocity(foot.body)];
            assert_close("sole velocity", velocity.iter().flatten(), &expected.velocity);
            let (linear, angular) = dynamics.point_drift(foot.body, &point);
            assert_close("sole drift", [linear, angular].iter().flatten(), &expected.drift);
        }
    });
}
