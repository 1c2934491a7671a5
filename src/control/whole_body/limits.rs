//! What the body can do: friction, CoP, torques and joint ranges as inequalities.

use nalgebra::Vector3;

use super::contact_wrench::yaw_rows;
use super::{WRENCH, WholeBodyController, WholeBodyTasks};
use crate::model::actuator::torque_range_nm;
use crate::model::angles::level;
use crate::model::{Dynamics, RobotModel, Side, State};

/// Time in which a joint may use up its room to an end stop [s].
const STOP_HORIZON_S: f64 = 0.04;

/// Room kept before an end stop [rad].
const STOP_MARGIN_RAD: f64 = 0.02;

/// Half of the range in which the CoP of a sole on its edge may lie [m].
const EDGE_COP_M: f64 = 0.005;

/// Bend a knee keeps: a straight leg is singular. It costs 2 mm of length [rad].
const STRAIGHT_MARGIN_RAD: f64 = 0.12;

/// Sides of the pyramid that stands for the friction cone.
pub(super) const CONE_SIDES: usize = 8;

/// Angle between two of them [rad].
const CONE_STEP_RAD: f64 = std::f64::consts::TAU / CONE_SIDES as f64;

/// Braking acceleration a joint can always be asked for [rad/s^2].
const STOP_BRAKE: f64 = 400.0;

/// Range to keep each joint in, from body 1 on: its limits, and for a knee the side it bends to.
pub(super) fn ranges(model: &RobotModel) -> Vec<(f64, f64)> {
    let mut ranges: Vec<_> = model.bodies.iter().skip(1).map(|body| body.limits_rad).collect();
    for knee in Side::BOTH.into_iter().filter_map(|side| model.knee(side)) {
        let bent_rad = knee.straight_rad + knee.bends * STRAIGHT_MARGIN_RAD;
        let (lower, upper) = &mut ranges[knee.body - 1];
        if knee.bends > 0.0 {
            *lower = lower.max(bent_rad);
        } else {
            *upper = upper.min(bent_rad);
        }
    }
    ranges
}

impl WholeBodyController {
    /// Friction pyramid, CoP inside the sole, yaw moment and force range of the standing feet.
    pub(super) fn add_contact_limits(
        &mut self,
        model: &RobotModel,
        dynamics: &Dynamics,
        tasks: &WholeBodyTasks,
    ) {
        // The pyramid lies inside the cone.
        let mu = tasks.friction_share * self.config.friction * (0.5 * CONE_STEP_RAD).cos();
        for (f, foot) in tasks.feet.iter().enumerate() {
            if !foot.stands {
                continue;
            }
            let geometry = &model.feet[f];
            let sole = dynamics.world_from_body(geometry.body) * geometry.body_from_sole;
            // A sole on its edge still stands on level ground.
            let axes = if foot.pivot_m == 0.0 { sole.rotation } else { level(&sole).rotation };
            let (ex, ey, ez) = (axes * Vector3::x(), axes * Vector3::y(), axes * Vector3::z());
            let half_x = (foot.cop_half_m - self.cop_margin_m).max(EDGE_COP_M);
            let half_y = geometry.half_width_m - self.cop_margin_m;
            let yaw = tasks.yaw_share * self.config.yaw_moment_m;
            let at = self.dofs + WRENCH * f;
            let none = Vector3::zeros();
            for side in 0..CONE_SIDES {
                let (sin, cos) = (CONE_STEP_RAD * side as f64).sin_cos();
                let row = self.program.inequalities.push(0.0);
                row[at..at + 3].copy_from_slice((ez * mu - ex * cos - ey * sin).as_slice());
            }
            let half_m = (foot.cop_half_m.max(EDGE_COP_M), geometry.half_width_m);
            for (force, moment) in yaw_rows(half_m, mu) {
                let row = self.program.inequalities.push(0.0);
                row[at..at + 3].copy_from_slice((axes * force).as_slice());
                row[at + 3..at + 6].copy_from_slice((axes * moment).as_slice());
            }
            let rows = [
                (ez * half_y, -ex, 0.0),
                (ez * half_y, ex, 0.0),
                (ez * half_x, -ey, 0.0),
                (ez * half_x, ey, 0.0),
                (ez * yaw, -ez, 0.0),
                (ez * yaw, ez, 0.0),
                (ez, none, 0.0),
                (-ez, none, -foot.max_force_n),
            ];
            for (force, moment, limit) in rows {
                let row = self.program.inequalities.push(limit);
                row[at..at + 3].copy_from_slice(force.as_slice());
                row[at + 3..at + 6].copy_from_slice(moment.as_slice());
            }
        }
    }

    /// Torques within what the motors give at their speeds.
    pub(super) fn add_torque_limits(&mut self, model: &RobotModel, state: &State, dynamics: &Dynamics) {
        let (mass, bias) = (dynamics.mass_matrix(), dynamics.bias_force());
        let n = self.dofs;
        for body in 1..model.bodies.len() {
            let j = 5 + body;
            let (low, high) = torque_range_nm(&model.bodies[body].actuator, state.v[j]);
            let share = self.config.torque_share;
            for (sign, limit) in [(1.0, low * share), (-1.0, -high * share)] {
                let row = self.program.inequalities.push(limit - sign * bias[j]);
                for (c, entry) in row[..n].iter_mut().enumerate() {
                    *entry = sign * mass[(c, j)];
                }
                for k in 0..2 * WRENCH {
                    row[n + k] = -sign * self.soles[(k, j)];
                }
            }
        }
    }

    /// Joints that come near an end stop brake before it.
    pub(super) fn add_joint_limits(&mut self, model: &RobotModel, state: &State) {
        let h = STOP_HORIZON_S;
        for body in 1..model.bodies.len() {
            let (lower, upper) = self.ranges_rad[body - 1];
            let (q, v) = (state.q[body - 1], state.v[5 + body]);
            let reach = q + v * h;
            let least = 2.0 * (lower + STOP_MARGIN_RAD - reach) / (h * h);
            let most = 2.0 * (upper - STOP_MARGIN_RAD - reach) / (h * h);
            if least > -STOP_BRAKE {
                self.program.inequalities.push(least.min(STOP_BRAKE))[5 + body] = 1.0;
            }
            if most < STOP_BRAKE {
                self.program.inequalities.push(-most.max(-STOP_BRAKE))[5 + body] = -1.0;
            }
        }
    }
}
