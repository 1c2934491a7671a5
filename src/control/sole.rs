//! What a foot can do: where its CoP may go and where it is by choice.

use nalgebra::{Point3, Vector3};

use crate::config::controller::BalanceConfig;
use crate::model::{Foot, RobotModel};

/// Region of a sole that the CoP can reach, in the sole's frame [m].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CopRegion {
    /// Rearmost and foremost CoP.
    pub x_m: (f64, f64),
    /// Rightmost and leftmost CoP.
    pub y_m: (f64, f64),
}

impl CopRegion {
    /// From the sole's edges and the ankle's torque under the robot's weight.
    ///
    /// A torque limit `tau` moves the CoP by at most `tau / (m g)` from under the ankle's axis.
    pub fn new(model: &RobotModel, foot: &Foot, balance: &BalanceConfig, gravity_m_s2: f64) -> Self {
        let ankle = foot.body_from_sole.inverse() * Point3::origin();
        let weight_n = model.mass_kg * gravity_m_s2;
        let reach = |body: Option<usize>| {
            body.map_or(f64::INFINITY, |b| {
                balance.ankle_share * model.bodies[b].actuator.peak_torque_nm / weight_n
            })
        };
        // The last two joints before the sole are the ankle's, whichever comes first.
        let (mut pitch, mut roll) = (None, None);
        let mut body = Some(foot.body);
        for _ in 0..2 {
            let Some(b) = body else { break };
            if model.bodies[b].axis.y.abs() > 0.7 {
                pitch = Some(b);
            } else if model.bodies[b].axis.x.abs() > 0.7 {
                roll = Some(b);
            }
            body = model.bodies[b].parent;
        }
        let margin = balance.cop_margin_m;
        let range = |half: f64, centre: f64, reach: f64| {
            let edge = half - margin;
            ((centre - reach).max(-edge), (centre + reach).min(edge))
        };
        Self {
            x_m: range(foot.half_length_m, ankle.x, reach(pitch)),
            y_m: range(foot.half_width_m, ankle.y, reach(roll)),
        }
    }

    /// Middle of the region: where the CoP has the same room on both sides.
    pub fn middle(&self) -> Vector3<f64> {
        Vector3::new(0.5 * (self.x_m.0 + self.x_m.1), 0.5 * (self.y_m.0 + self.y_m.1), 0.0)
    }

    /// Half length and half width [m].
    pub fn half(&self) -> (f64, f64) {
        (0.5 * (self.x_m.1 - self.x_m.0), 0.5 * (self.y_m.1 - self.y_m.0))
    }
}
