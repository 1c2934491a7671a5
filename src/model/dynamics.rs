//! Kinematics, Jacobians, mass matrix, bias forces and centroidal momentum at a state.
//!
//! Spatial vectors are [angular, linear] in world axes about the base's origin (Featherstone 2008),
//! so that nothing loses digits far from the world's origin. Mass matrix by the composite rigid body
//! algorithm, bias forces by a Newton-Euler pass without joint accelerations.

use nalgebra::{DMatrix, DVector, Isometry3, Matrix3, Matrix3xX, Translation3, UnitQuaternion, Vector3};

use super::robot::RobotModel;
use super::state::State;

/// A motion or force vector: angular and linear part.
#[derive(Debug, Clone, Copy)]
struct Spatial {
    angular: Vector3<f64>,
    linear: Vector3<f64>,
}

impl Spatial {
    fn zero() -> Self {
        Self { angular: Vector3::zeros(), linear: Vector3::zeros() }
    }

    fn dot(&self, other: &Spatial) -> f64 {
        self.angular.dot(&other.angular) + self.linear.dot(&other.linear)
    }
}

/// Rigid-body inertia about the base's origin: mass, first moment, rotational inertia.
#[derive(Debug, Clone, Copy)]
struct SpatialInertia {
    mass: f64,
    moment: Vector3<f64>,
    rotational: Matrix3<f64>,
}

impl SpatialInertia {
    fn zero() -> Self {
        Self { mass: 0.0, moment: Vector3::zeros(), rotational: Matrix3::zeros() }
    }

    fn apply(&self, v: &Spatial) -> Spatial {
        Spatial {
            angular: self.rotational * v.angular + self.moment.cross(&v.linear),
            linear: v.linear * self.mass - self.moment.cross(&v.angular),
        }
    }
}

/// Workspace of the rigid-body algorithms; [`Dynamics::update`] fills it.
#[derive(Debug, Clone)]
pub struct Dynamics {
    /// Gravity along -z [m/s^2].
    pub gravity_m_s2: f64,
    mass_kg: f64,
    rotation: Vec<Matrix3<f64>>,
    position: Vec<Vector3<f64>>,
    body_com: Vec<Vector3<f64>>,
    axis: Vec<Vector3<f64>>,
    subspace: Vec<Spatial>,
    twist: Vec<Spatial>,
    drift: Vec<Spatial>,
    force: Vec<Spatial>,
    inertia: Vec<SpatialInertia>,
    mass_matrix: DMatrix<f64>,
    bias_force: DVector<f64>,
    com: Vector3<f64>,
    com_velocity: Vector3<f64>,
    angular_momentum: Vector3<f64>,
    com_jacobian: Matrix3xX<f64>,
    angular_momentum_matrix: Matrix3xX<f64>,
    com_drift: Vector3<f64>,
    angular_momentum_drift: Vector3<f64>,
}

impl Dynamics {
    /// Allocates the workspace for a robot, with the earth's gravity.
    pub fn new(model: &RobotModel) -> Self {
        let (n, dofs) = (model.bodies.len(), model.dofs());
        Self {
            gravity_m_s2: 9.81,
            mass_kg: model.mass_kg,
            rotation: vec![Matrix3::identity(); n],
            position: vec![Vector3::zeros(); n],
            body_com: vec![Vector3::zeros(); n],
            axis: vec![Vector3::zeros(); n],
            subspace: vec![Spatial::zero(); n],
            twist: vec![Spatial::zero(); n],
            drift: vec![Spatial::zero(); n],
            force: vec![Spatial::zero(); n],
            inertia: vec![SpatialInertia::zero(); n],
            mass_matrix: DMatrix::zeros(dofs, dofs),
            bias_force: DVector::zeros(dofs),
            com: Vector3::zeros(),
            com_velocity: Vector3::zeros(),
            angular_momentum: Vector3::zeros(),
            com_jacobian: Matrix3xX::zeros(dofs),
            angular_momentum_matrix: Matrix3xX::zeros(dofs),
            com_drift: Vector3::zeros(),
            angular_momentum_drift: Vector3::zeros(),
        }
    }

    /// Computes everything at a state, without allocating.
    pub fn update(&mut self, model: &RobotModel, state: &State) {
        self.mass_kg = model.mass_kg;
        self.update_kinematics(model, state);
        self.update_inertias(model);
        self.update_mass_matrix(model);
        self.update_centroidal();
    }

    fn update_kinematics(&mut self, model: &RobotModel, state: &State) {
        let base = state.world_from_base.translation.vector;
        self.rotation[0] = state.world_from_base.rotation.to_rotation_matrix().into_inner();
        self.position[0] = base;
        self.body_com[0] = base + self.rotation[0] * model.bodies[0].com.coords;
        let (v, w) = (state.base_linear(), state.base_angular());
        self.twist[0] = Spatial { angular: w, linear: v };
        // The base's origin does not accelerate; a spatial acceleration leaves out w x v.
        self.drift[0] = Spatial { angular: Vector3::zeros(), linear: -w.cross(&v) };
        for i in 1..model.bodies.len() {
            let body = &model.bodies[i];
            let Some(p) = body.parent else { continue };
            let turn = UnitQuaternion::from_axis_angle(&body.axis, state.q[i - 1]);
            let fixed = self.rotation[p] * body.parent_from_body.rotation.to_rotation_matrix().into_inner();
            self.position[i] = self.position[p] + self.rotation[p] * body.parent_from_body.translation.vector;
            self.rotation[i] = fixed * turn.to_rotation_matrix().into_inner();
            self.axis[i] = fixed * body.axis.into_inner();
            self.body_com[i] = self.position[i] + self.rotation[i] * body.com.coords;

            let axis = self.axis[i];
            let s = Spatial { angular: axis, linear: (self.position[i] - base).cross(&axis) };
            let rate = state.v[5 + i];
            let (wp, vp) = (self.twist[p].angular, self.twist[p].linear);
            let (ws, vs) = (s.angular * rate, s.linear * rate);
            self.subspace[i] = s;
            self.twist[i] = Spatial { angular: wp + ws, linear: vp + vs };
            self.drift[i] = Spatial {
                angular: self.drift[p].angular + wp.cross(&ws),
                linear: self.drift[p].linear + wp.cross(&vs) + vp.cross(&ws),
            };
        }
    }

    fn update_inertias(&mut self, model: &RobotModel) {
        let base = self.position[0];
        let gravity = Vector3::new(0.0, 0.0, self.gravity_m_s2);
        let mut first = Vector3::zeros();
        let mut momentum = Spatial::zero();
        for (i, body) in model.bodies.iter().enumerate() {
            let c = self.body_com[i] - base;
            let m = body.mass_kg;
            let r = &self.rotation[i];
            let about_com = r * body.inertia * r.transpose();
            let inertia = SpatialInertia {
                mass: m,
                moment: c * m,
                rotational: about_com + (Matrix3::identity() * c.norm_squared() - c * c.transpose()) * m,
            };
            let h = inertia.apply(&self.twist[i]);
            let a = Spatial { angular: self.drift[i].angular, linear: self.drift[i].linear + gravity };
            let f = inertia.apply(&a);
            let (w, v) = (self.twist[i].angular, self.twist[i].linear);
            self.force[i] = Spatial {
                angular: f.angular + w.cross(&h.angular) + v.cross(&h.linear),
                linear: f.linear + w.cross(&h.linear),
            };
            self.inertia[i] = inertia;
            first += inertia.moment;
            momentum.angular += h.angular;
            momentum.linear += h.linear;
        }
        let com = first / self.mass_kg;
        self.com = base + com;
        self.com_velocity = momentum.linear / self.mass_kg;
        self.angular_momentum = momentum.angular - com.cross(&momentum.linear);
        for i in (1..model.bodies.len()).rev() {
            let Some(p) = model.bodies[i].parent else { continue };
            let (f, inertia) = (self.force[i], self.inertia[i]);
            self.force[p].angular += f.angular;
            self.force[p].linear += f.linear;
            self.inertia[p].mass += inertia.mass;
            self.inertia[p].moment += inertia.moment;
            self.inertia[p].rotational += inertia.rotational;
        }
    }

    fn update_mass_matrix(&mut self, model: &RobotModel) {
        let m = &mut self.mass_matrix;
        m.fill(0.0);
        for i in 1..model.bodies.len() {
            let f = self.inertia[i].apply(&self.subspace[i]);
            for &j in model.ancestors(i) {
                let value = self.subspace[j].dot(&f);
                m[(5 + i, 5 + j)] = value;
                m[(5 + j, 5 + i)] = value;
            }
            m[(5 + i, 5 + i)] += model.bodies[i].armature_kgm2;
            for k in 0..3 {
                m[(k, 5 + i)] = f.linear[k];
                m[(5 + i, k)] = f.linear[k];
                m[(3 + k, 5 + i)] = f.angular[k];
                m[(5 + i, 3 + k)] = f.angular[k];
            }
            self.bias_force[5 + i] = self.subspace[i].dot(&self.force[i]);
        }
        let whole = &self.inertia[0];
        let cross = whole.moment.cross_matrix();
        for r in 0..3 {
            m[(r, r)] = whole.mass;
            for c in 0..3 {
                m[(3 + r, 3 + c)] = whole.rotational[(r, c)];
                m[(3 + r, c)] = cross[(r, c)];
                m[(c, 3 + r)] = cross[(r, c)];
            }
            self.bias_force[r] = self.force[0].linear[r];
            self.bias_force[3 + r] = self.force[0].angular[r];
        }
    }

    /// The base's rows of the mass matrix are the momentum's matrix about the base's origin.
    fn update_centroidal(&mut self) {
        let d = self.com - self.position[0];
        for c in 0..self.mass_matrix.ncols() {
            let linear =
                Vector3::new(self.mass_matrix[(0, c)], self.mass_matrix[(1, c)], self.mass_matrix[(2, c)]);
            let angular =
                Vector3::new(self.mass_matrix[(3, c)], self.mass_matrix[(4, c)], self.mass_matrix[(5, c)]);
            self.com_jacobian.set_column(c, &(linear / self.mass_kg));
            self.angular_momentum_matrix.set_column(c, &(angular - d.cross(&linear)));
        }
        let Spatial { angular, linear } = self.force[0];
        self.com_drift = linear / self.mass_kg - Vector3::new(0.0, 0.0, self.gravity_m_s2);
        // Gravity has no moment about the CoM.
        self.angular_momentum_drift = angular - d.cross(&linear);
    }

    /// Pose of a body's frame.
    pub fn world_from_body(&self, body: usize) -> Isometry3<f64> {
        let rotation = nalgebra::Rotation3::from_matrix_unchecked(self.rotation[body]);
        Isometry3::from_parts(
            Translation3::from(self.position[body]),
            UnitQuaternion::from_rotation_matrix(&rotation),
        )
    }

    /// Rotation of a body's frame in the world.
    pub fn rotation(&self, body: usize) -> &Matrix3<f64> {
        &self.rotation[body]
    }

    /// Origin of a body's frame in the world [m].
    pub fn position(&self, body: usize) -> &Vector3<f64> {
        &self.position[body]
    }

    /// Centre of mass of a body in the world [m].
    pub fn body_com(&self, body: usize) -> &Vector3<f64> {
        &self.body_com[body]
    }

    /// Angular velocity of a body, world axes [rad/s].
    pub fn angular_velocity(&self, body: usize) -> Vector3<f64> {
        self.twist[body].angular
    }

    /// Velocity of the body-fixed point that is now at `point` in the world [m/s].
    pub fn point_velocity(&self, body: usize, point: &Vector3<f64>) -> Vector3<f64> {
        let twist = &self.twist[body];
        twist.linear + twist.angular.cross(&(point - self.position[0]))
    }

    /// Centre of mass of the robot [m].
    pub fn com(&self) -> Vector3<f64> {
        self.com
    }

    /// Its velocity [m/s].
    pub fn com_velocity(&self) -> Vector3<f64> {
        self.com_velocity
    }

    /// Angular momentum about the centre of mass, world axes [N m s].
    pub fn angular_momentum(&self) -> Vector3<f64> {
        self.angular_momentum
    }

    /// Joint-space mass matrix with the rotors' inertia [dofs x dofs].
    pub fn mass_matrix(&self) -> &DMatrix<f64> {
        &self.mass_matrix
    }

    /// Coriolis, centrifugal and gravity forces `h` in `M v_dot + h = tau + J^T f`.
    pub fn bias_force(&self) -> &DVector<f64> {
        &self.bias_force
    }

    /// `J` with `com_velocity = J v`.
    pub fn com_jacobian(&self) -> &Matrix3xX<f64> {
        &self.com_jacobian
    }

    /// `J_dot v` of the centre of mass [m/s^2].
    pub fn com_drift(&self) -> Vector3<f64> {
        self.com_drift
    }

    /// `A` with `angular_momentum = A v`.
    pub fn angular_momentum_matrix(&self) -> &Matrix3xX<f64> {
        &self.angular_momentum_matrix
    }

    /// `A_dot v` [N m].
    pub fn angular_momentum_drift(&self) -> Vector3<f64> {
        self.angular_momentum_drift
    }

    /// Writes the six rows [linear; angular] of the Jacobian of a body-fixed point at `first_row`.
    pub fn point_jacobian(
        &self,
        model: &RobotModel,
        body: usize,
        point: &Vector3<f64>,
        out: &mut DMatrix<f64>,
        first_row: usize,
    ) {
        out.rows_mut(first_row, 6).fill(0.0);
        let cross = (point - self.position[0]).cross_matrix();
        for r in 0..3 {
            out[(first_row + r, r)] = 1.0;
            out[(first_row + 3 + r, 3 + r)] = 1.0;
            for c in 0..3 {
                out[(first_row + r, 3 + c)] = -cross[(r, c)];
            }
        }
        for &j in model.ancestors(body) {
            let axis = self.axis[j];
            let linear = axis.cross(&(point - self.position[j]));
            for k in 0..3 {
                out[(first_row + k, 5 + j)] = linear[k];
                out[(first_row + 3 + k, 5 + j)] = axis[k];
            }
        }
    }

    /// `J_dot v` of a body-fixed point: linear [m/s^2] and angular [rad/s^2].
    pub fn point_drift(&self, body: usize, point: &Vector3<f64>) -> (Vector3<f64>, Vector3<f64>) {
        let d = point - self.position[0];
        let (drift, twist) = (&self.drift[body], &self.twist[body]);
        let velocity = twist.linear + twist.angular.cross(&d);
        (drift.linear + drift.angular.cross(&d) + twist.angular.cross(&velocity), drift.angular)
    }

    /// Kinetic energy, rotors included [J].
    pub fn kinetic_energy(&self, state: &State) -> f64 {
        let columns = self.mass_matrix.column_iter().zip(state.v.iter());
        0.5 * columns.map(|(column, rate)| rate * column.dot(&state.v)).sum::<f64>()
    }

    /// Potential energy over z = 0 [J].
    pub fn potential_energy(&self) -> f64 {
        self.mass_kg * self.gravity_m_s2 * self.com.z
    }
}
