//! The angular-momentum pendulum: what tips the robot over its foot, and what stops it.
//!
//! About a contact at height `h` under the CoM, gravity and the CoP `p` alone change the angular momentum,
//! `d/dt (m h c_dot + L) = m g (c - p)`, whatever the swinging legs do to the momentum `L` about the CoM
//! (Gong and Grizzle, "One-step ahead prediction of angular momentum about the contact point", 2020).
//! So the DCM is taken from it, `xi = c + (c_dot + L / (m h)) / omega`, and the whole body is asked for
//! `c_ddot + L_dot / (m h) = (g + z_ddot) (c - p) / h`: legs of 15 kg then swing without using up the ankles.

use nalgebra::{Vector2, Vector3};

/// The pendulum at one moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pendulum {
    /// Mass [kg].
    pub mass_kg: f64,
    /// Height of the CoM above the ground [m].
    pub height_m: f64,
    /// Rate of divergence [1/s].
    pub omega: f64,
}

impl Pendulum {
    /// What a newton metre of angular momentum's rate counts among the CoM's accelerations [1/(kg m)].
    pub fn spin_share(&self) -> f64 {
        1.0 / (self.mass_kg * self.height_m)
    }

    /// DCM on the ground plane [m] from CoM, its velocity and the angular momentum about it.
    pub fn dcm(&self, com: &Vector3<f64>, velocity: &Vector3<f64>, spin: &Vector3<f64>) -> Vector2<f64> {
        com.xy() + (velocity.xy() + tipping(spin) * self.spin_share()) / self.omega
    }
}

/// Horizontal direction in which a turn about a horizontal axis tips: a turn about y tips along x.
pub fn tipping(spin: &Vector3<f64>) -> Vector2<f64> {
    Vector2::new(spin.y, -spin.x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forward_fall_moves_the_dcm_forward_however_it_is_shared() {
        let pendulum = Pendulum { mass_kg: 80.0, height_m: 1.0, omega: 3.0 };
        let com = Vector3::new(0.0, 0.0, 1.0);
        let moving = pendulum.dcm(&com, &Vector3::new(0.3, 0.0, 0.0), &Vector3::zeros());
        // The same angular momentum about the foot, all of it as a turn about the CoM.
        let turning = pendulum.dcm(&com, &Vector3::zeros(), &Vector3::new(0.0, 24.0, 0.0));
        assert!((moving - turning).norm() < 1e-12);
        assert!((moving.x - 0.1).abs() < 1e-12);
        // A fall to the left is a turn about -x.
        assert!(pendulum.dcm(&com, &Vector3::zeros(), &Vector3::new(-24.0, 0.0, 0.0)).y > 0.0);
    }
}
