//! What a foot can do: where its CoP may go and where it is by choice.

use nalgebra::{Point3, Vector3};

use crate::config::controller::BalanceConfig;
use crate::footsteps::Surface;
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

    /// The part of it that keeps `margin_m` from the edges of what the sole lies on.
    pub fn on(&self, surface: &Surface, margin_m: f64) -> Self {
        let (rear, front) = self.x_m;
        let low = rear.max(margin_m - surface.behind_m).min(front);
        Self { x_m: (low, front.min(surface.ahead_m - margin_m).max(low)), ..*self }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heel_over_a_nosing_carries_nothing() {
        let region = CopRegion { x_m: (-0.11, 0.02), y_m: (-0.04, 0.04) };
        assert_eq!(region.on(&Surface::WIDE, 0.01), region);
        let over = region.on(&Surface::between(0.07, 0.14), 0.01);
        assert!((over.x_m.0 + 0.06).abs() < 1e-12 && over.x_m.1 == 0.02, "{over:?}");
        // A surface that the region does not reach leaves its nearest point.
        let beside = region.on(&Surface::between(-0.05, 0.3), 0.01);
        assert_eq!(beside.x_m, (0.02, 0.02));
    }
}
