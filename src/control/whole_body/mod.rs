//! Whole-body control: task accelerations in, joint torques out.
//!
//! One convex QP a tick in the generalised accelerations and the wrenches of both soles:
//! the floating base's six equations of motion are equalities; friction, CoP, yaw moment, torque
//! and joint ranges are inequalities; everything else is a weighted least-squares task
//! (Herzog et al. 2016; Koolen et al. 2016). Joint torques follow from the actuated rows
//! `tau = M v_dot + h - J^T f`.

mod contact_wrench;
mod limits;
mod tasks;

use nalgebra::{DMatrix, DVector, Vector3};

pub use tasks::{FootTask, HandTask, JointTask, OrientationTask, WholeBodyTasks};

use crate::config::controller::WholeBodyConfig;
use crate::control::pendulum::tipping;
use crate::model::{Dynamics, RobotModel, State};
use crate::qp::{ActiveSetSolver, QuadraticProgram};

/// Unknowns of one sole's wrench: force and moment about its place of contact, world axes.
const WRENCH: usize = 6;

/// Tiny cost on the base's acceleration, so that the Hessian is positive definite.
const BASE_REGULARISATION: f64 = 1e-6;

/// What a solution says besides the torques.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct WholeBodyReport {
    /// CoM acceleration of the solution with the rate of angular momentum, as the CoM's task has it [m/s^2].
    pub tipping: Vector3<f64>,
    /// Sole forces of the solution, world axes [N].
    pub foot_forces: [Vector3<f64>; 2],
    /// Active-set iterations.
    pub iterations: usize,
    /// Ticks so far without a solution; the last torques were kept.
    pub failures: usize,
}

/// The whole-body QP and its workspace.
#[derive(Debug, Clone)]
pub struct WholeBodyController {
    config: WholeBodyConfig,
    cop_margin_m: f64,
    /// Cost of contact forces, per newton squared.
    force_cost: f64,
    dofs: usize,
    program: QuadraticProgram,
    solver: ActiveSetSolver,
    solution: DVector<f64>,
    /// Sole Jacobians, six rows a foot [linear; angular].
    soles: DMatrix<f64>,
    scratch: DMatrix<f64>,
    row: Vec<f64>,
    /// Range each joint is kept in, from body 1 on [rad].
    ranges_rad: Vec<(f64, f64)>,
    torques: Vec<f64>,
    report: WholeBodyReport,
}

impl WholeBodyController {
    /// Allocates the workspace for a robot of this weight [N].
    pub fn new(model: &RobotModel, config: WholeBodyConfig, cop_margin_m: f64, weight_n: f64) -> Self {
        let dofs = model.dofs();
        let unknowns = dofs + 2 * WRENCH;
        let inequalities = 2 * (limits::CONE_SIDES + contact_wrench::ROWS + 8) + 4 * model.joints();
        Self {
            config,
            cop_margin_m,
            force_cost: config.force / (weight_n * weight_n),
            dofs,
            program: QuadraticProgram::new(unknowns, 6 + 2 * WRENCH, inequalities),
            solver: ActiveSetSolver::new(unknowns, 6 + 2 * WRENCH, inequalities),
            solution: DVector::zeros(unknowns),
            soles: DMatrix::zeros(2 * WRENCH, dofs),
            scratch: DMatrix::zeros(6, dofs),
            row: vec![0.0; dofs],
            ranges_rad: limits::ranges(model),
            torques: vec![0.0; dofs - 6],
            report: WholeBodyReport::default(),
        }
    }

    /// Goes on with the torques and the report of another one for the same robot.
    pub fn take_over(&mut self, before: &Self) {
        self.torques.clone_from(&before.torques);
        self.report = before.report;
    }

    /// Solves for the joint torques [N m].
    pub fn solve(
        &mut self,
        model: &RobotModel,
        state: &State,
        dynamics: &Dynamics,
        tasks: &WholeBodyTasks,
    ) -> &[f64] {
        self.program.clear();
        self.add_tasks(model, dynamics, tasks);
        self.add_equations_of_motion(dynamics, tasks);
        self.add_contact_limits(model, dynamics, tasks);
        self.add_torque_limits(model, state, dynamics);
        self.add_joint_limits(model, state);
        match self.solver.solve(&self.program, &mut self.solution) {
            Ok(found) => {
                self.report.iterations = found.iterations;
                self.read_solution(model, dynamics, tasks.spin_share);
            }
            Err(_) => self.report.failures += 1,
        }
        &self.torques
    }

    /// Accelerations of the last solution, base first [m/s^2 and rad/s^2].
    pub fn accelerations(&self) -> &[f64] {
        &self.solution.as_slice()[..self.dofs]
    }

    /// The last problem.
    pub fn program(&self) -> &QuadraticProgram {
        &self.program
    }

    /// What the last solution says besides the torques.
    pub fn report(&self) -> &WholeBodyReport {
        &self.report
    }

    /// `M_b v_dot + h_b = J_b^T f` for the base, and no wrench on a foot in the air.
    fn add_equations_of_motion(&mut self, dynamics: &Dynamics, tasks: &WholeBodyTasks) {
        let (mass, bias) = (dynamics.mass_matrix(), dynamics.bias_force());
        let n = self.dofs;
        for r in 0..6 {
            let row = self.program.equalities.push(-bias[r]);
            for c in 0..n {
                row[c] = mass[(c, r)];
            }
            for k in 0..2 * WRENCH {
                row[n + k] = -self.soles[(k, r)];
            }
        }
        for (f, foot) in tasks.feet.iter().enumerate() {
            if !foot.stands {
                for k in 0..WRENCH {
                    self.program.equalities.push(0.0)[n + WRENCH * f + k] = 1.0;
                }
            }
        }
    }

    fn read_solution(&mut self, model: &RobotModel, dynamics: &Dynamics, spin_share: f64) {
        let (mass, bias) = (dynamics.mass_matrix(), dynamics.bias_force());
        let n = self.dofs;
        for j in 6..n {
            let mut torque = bias[j];
            for c in 0..n {
                torque += mass[(c, j)] * self.solution[c];
            }
            for k in 0..2 * WRENCH {
                torque -= self.soles[(k, j)] * self.solution[n + k];
            }
            let peak = model.bodies[j - 5].actuator.peak_torque_nm;
            self.torques[j - 6] = torque.clamp(-peak, peak);
        }
        let jacobian = dynamics.com_jacobian();
        let mut acceleration = dynamics.com_drift();
        for c in 0..n {
            acceleration += jacobian.column(c) * self.solution[c];
        }
        let mut spin = dynamics.angular_momentum_drift();
        for c in 0..n {
            spin += dynamics.angular_momentum_matrix().column(c) * self.solution[c];
        }
        let tips = tipping(&spin) * spin_share;
        self.report.tipping = acceleration + Vector3::new(tips.x, tips.y, 0.0);
        for f in 0..2 {
            let at = n + WRENCH * f;
            self.report.foot_forces[f] =
                Vector3::new(self.solution[at], self.solution[at + 1], self.solution[at + 2]);
        }
    }
}
