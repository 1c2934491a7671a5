//! What the body should do, as weighted accelerations.

use nalgebra::{DMatrix, DVector, Matrix3xX, Vector3};

use super::{BASE_REGULARISATION, WRENCH, WholeBodyController};
use crate::control::pendulum::tipping;
use crate::model::{Dynamics, RobotModel};

/// What one foot should do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FootTask {
    /// Whether it may push against the ground.
    pub stands: bool,
    /// Largest normal force [N].
    pub max_force_n: f64,
    /// Where along the sole it touches, from the centre towards the toes [m]: zero on the whole sole.
    pub pivot_m: f64,
    /// Half of the range of its CoP along the sole about that place [m].
    pub cop_half_m: f64,
    /// Wanted acceleration of the sole there, world [m/s^2].
    pub linear: Vector3<f64>,
    /// Wanted angular acceleration, world [rad/s^2].
    pub angular: Vector3<f64>,
    /// Weight of the linear part.
    pub linear_weight: f64,
    /// Weights of the angular part about the sole's own axes: roll, pitch, yaw.
    pub angular_weight: Vector3<f64>,
}

/// Wanted acceleration of one joint.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct JointTask {
    /// Wanted acceleration [rad/s^2].
    pub acceleration: f64,
    /// Weight.
    pub weight: f64,
}

/// Wanted angular acceleration of one body.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct OrientationTask {
    /// Index of the body.
    pub body: usize,
    /// Acceleration, world [rad/s^2].
    pub angular: Vector3<f64>,
    /// Weights about the world's axes.
    pub weight: Vector3<f64>,
}

/// What a hand that carries something should do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HandTask {
    /// Index of the body.
    pub body: usize,
    /// The point of it that matters, world [m].
    pub point: Vector3<f64>,
    /// Wanted acceleration of that point, world [m/s^2].
    pub linear: Vector3<f64>,
    /// Its weight.
    pub linear_weight: f64,
    /// Wanted angular acceleration, world [rad/s^2].
    pub angular: Vector3<f64>,
    /// Weights about the world's axes.
    pub angular_weight: Vector3<f64>,
}

/// All tasks of a tick.
#[derive(Debug, Clone, PartialEq)]
pub struct WholeBodyTasks {
    /// Wanted CoM acceleration, world [m/s^2].
    pub com: Vector3<f64>,
    /// Its weights.
    pub com_weight: Vector3<f64>,
    /// Wanted rate of the centroidal angular momentum, world [N m].
    pub angular_momentum: Vector3<f64>,
    /// Its weights.
    pub angular_momentum_weight: Vector3<f64>,
    /// What the rate of angular momentum counts in the CoM's horizontal rows [1/(kg m)]; see
    /// [`crate::control::pendulum`].
    pub spin_share: f64,
    /// Share of the friction counted on that the ground gives, as far as is known.
    pub friction_share: f64,
    /// The same of the yaw moment.
    pub yaw_share: f64,
    /// Wanted angular accelerations of bodies.
    pub orientations: [OrientationTask; 2],
    /// The feet, left first.
    pub feet: [FootTask; 2],
    /// The hand that carries something.
    pub hand: Option<HandTask>,
    /// Joints, in the model's order.
    pub joints: Vec<JointTask>,
}

/// Adds `weight |row . v_dot - target|^2` to the lower triangle of the Hessian.
fn add_row(hessian: &mut DMatrix<f64>, gradient: &mut DVector<f64>, row: &[f64], weight: f64, target: f64) {
    let n = row.len();
    for c in 0..n {
        let scaled = weight * row[c];
        if scaled == 0.0 {
            continue;
        }
        gradient[c] -= scaled * target;
        let mut column = hessian.column_mut(c);
        let column = &mut column.as_mut_slice()[c..n];
        for (h, r) in column.iter_mut().zip(&row[c..]) {
            *h += scaled * r;
        }
    }
}

impl WholeBodyController {
    /// Fills Hessian, gradient and the sole Jacobians.
    pub(super) fn add_tasks(&mut self, model: &RobotModel, dynamics: &Dynamics, tasks: &WholeBodyTasks) {
        self.add_tipping(dynamics, tasks);
        let wanted = tasks.angular_momentum - dynamics.angular_momentum_drift();
        self.add_matrix(dynamics.angular_momentum_matrix(), &wanted, &tasks.angular_momentum_weight);
        for &OrientationTask { body, angular, weight } in &tasks.orientations {
            let point = *dynamics.position(body);
            dynamics.point_jacobian(model, body, &point, &mut self.scratch, 0);
            let wanted = angular - dynamics.point_drift(body, &point).1;
            for r in 0..3 {
                for c in 0..self.dofs {
                    self.row[c] = self.scratch[(3 + r, c)];
                }
                self.add_scratch_row(weight[r], wanted[r]);
            }
        }
        for (f, foot) in tasks.feet.iter().enumerate() {
            self.add_foot(model, dynamics, f, foot);
        }
        if let Some(hand) = &tasks.hand {
            self.add_hand(model, dynamics, hand);
        }
        for (j, task) in tasks.joints.iter().enumerate() {
            self.program.hessian[(6 + j, 6 + j)] += task.weight;
            self.program.gradient[6 + j] -= task.weight * task.acceleration;
        }
        for k in 0..6 {
            self.program.hessian[(k, k)] += BASE_REGULARISATION;
        }
        // A newton metre of moment costs as much as a few newtons: soles are a few decimetres long.
        for k in 0..2 * WRENCH {
            let scale = if k % WRENCH < 3 { 1.0 } else { 10.0 };
            self.program.hessian[(self.dofs + k, self.dofs + k)] += scale * self.force_cost;
        }
    }

    /// CoM acceleration, with the rate of angular momentum in its horizontal rows.
    fn add_tipping(&mut self, dynamics: &Dynamics, tasks: &WholeBodyTasks) {
        let (jacobian, spin) = (dynamics.com_jacobian(), dynamics.angular_momentum_matrix());
        let drift = tipping(&dynamics.angular_momentum_drift()) * tasks.spin_share;
        let wanted = tasks.com - dynamics.com_drift() - Vector3::new(drift.x, drift.y, 0.0);
        for (r, (axis, share)) in
            [(1, tasks.spin_share), (0, -tasks.spin_share), (2, 0.0)].into_iter().enumerate()
        {
            for c in 0..self.dofs {
                self.row[c] = jacobian[(r, c)] + share * spin[(axis, c)];
            }
            self.add_scratch_row(tasks.com_weight[r], wanted[r]);
        }
    }

    fn add_foot(&mut self, model: &RobotModel, dynamics: &Dynamics, f: usize, foot: &FootTask) {
        let body = model.feet[f].body;
        let sole = dynamics.world_from_body(body) * model.feet[f].body_from_sole;
        let point = (sole * nalgebra::Point3::new(foot.pivot_m, 0.0, 0.0)).coords;
        dynamics.point_jacobian(model, body, &point, &mut self.soles, WRENCH * f);
        let (linear_drift, angular_drift) = dynamics.point_drift(body, &point);
        let linear = foot.linear - linear_drift;
        for r in 0..3 {
            for c in 0..self.dofs {
                self.row[c] = self.soles[(WRENCH * f + r, c)];
            }
            self.add_scratch_row(foot.linear_weight, linear[r]);
        }
        let axes = sole.rotation.to_rotation_matrix();
        let angular = axes.inverse() * (foot.angular - angular_drift);
        for r in 0..3 {
            let axis = axes.matrix().column(r);
            for c in 0..self.dofs {
                let at = WRENCH * f + 3;
                self.row[c] = axis[0] * self.soles[(at, c)]
                    + axis[1] * self.soles[(at + 1, c)]
                    + axis[2] * self.soles[(at + 2, c)];
            }
            self.add_scratch_row(foot.angular_weight[r], angular[r]);
        }
    }

    fn add_hand(&mut self, model: &RobotModel, dynamics: &Dynamics, hand: &HandTask) {
        dynamics.point_jacobian(model, hand.body, &hand.point, &mut self.scratch, 0);
        let (linear_drift, angular_drift) = dynamics.point_drift(hand.body, &hand.point);
        let (linear, angular) = (hand.linear - linear_drift, hand.angular - angular_drift);
        for r in 0..6 {
            for c in 0..self.dofs {
                self.row[c] = self.scratch[(r, c)];
            }
            if r < 3 {
                self.add_scratch_row(hand.linear_weight, linear[r]);
            } else {
                self.add_scratch_row(hand.angular_weight[r - 3], angular[r - 3]);
            }
        }
    }

    fn add_matrix(&mut self, matrix: &Matrix3xX<f64>, wanted: &Vector3<f64>, weight: &Vector3<f64>) {
        for r in 0..3 {
            for c in 0..self.dofs {
                self.row[c] = matrix[(r, c)];
            }
            self.add_scratch_row(weight[r], wanted[r]);
        }
    }

    fn add_scratch_row(&mut self, weight: f64, target: f64) {
        if weight > 0.0 {
            add_row(&mut self.program.hessian, &mut self.program.gradient, &self.row, weight, target);
        }
    }
}
