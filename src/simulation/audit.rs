//! Momentum audit: proof that nothing but gravity, contact and the scenario's pushes moved the robot.

use nalgebra::Vector3;
use std::collections::VecDeque;

/// Compares the change of linear momentum with the impulses of all known forces.
///
/// The residual force of a step is `(p1 - p0) / dt - m g - f_contact - f_push`; a hidden force shows in
/// its mean over a second, where the integrator's first-order error averages out.
#[derive(Debug, Clone)]
pub struct MomentumAudit {
    weight_n: f64,
    dt_s: f64,
    window: VecDeque<Vector3<f64>>,
    length: usize,
    sum: Vector3<f64>,
    worst_n: f64,
    last: Option<Vector3<f64>>,
}

impl MomentumAudit {
    /// An audit of a robot of this weight.
    pub fn new(weight_n: f64, dt_s: f64) -> Self {
        let length = (1.0 / dt_s).round().max(1.0) as usize;
        Self {
            weight_n,
            dt_s,
            window: VecDeque::with_capacity(length + 1),
            length,
            sum: Vector3::zeros(),
            worst_n: 0.0,
            last: None,
        }
    }

    /// Takes the momentum after a step [kg m/s] and the known force during it [N].
    pub fn observe(&mut self, momentum: Vector3<f64>, force: Vector3<f64>) {
        if let Some(before) = self.last.replace(momentum) {
            let residual = (momentum - before) / self.dt_s - force;
            self.window.push_back(residual);
            self.sum += residual;
            if self.window.len() > self.length
                && let Some(old) = self.window.pop_front()
            {
                self.sum -= old;
            }
            if self.window.len() == self.length {
                self.worst_n = self.worst_n.max(self.sum.norm() / self.length as f64);
            }
        }
    }

    /// Largest one-second mean of the residual force over the body's weight.
    pub fn worst_share(&self) -> f64 {
        self.worst_n / self.weight_n
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hidden_force_shows() {
        let mut audit = MomentumAudit::new(800.0, 0.001);
        let gravity = Vector3::new(0.0, 0.0, -800.0);
        let hidden = Vector3::new(8.0, 0.0, 0.0);
        let mut momentum = Vector3::zeros();
        for _ in 0..1500 {
            audit.observe(momentum, gravity);
            momentum += (gravity + hidden) * 0.001;
        }
        assert!((audit.worst_share() - 0.01).abs() < 1e-9);
    }

    #[test]
    fn honest_motion_leaves_nothing() {
        let mut audit = MomentumAudit::new(800.0, 0.001);
        let mut momentum = Vector3::zeros();
        for i in 0..3000 {
            let force = Vector3::new(f64::from(i).sin() * 100.0, 3.0, -800.0);
            momentum += force * 0.001;
            audit.observe(momentum, force);
        }
        assert!(audit.worst_share() < 1e-10);
    }
}
