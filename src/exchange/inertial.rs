//! Mass, centre of mass and inertia, turned, moved and added.

use nalgebra::{Isometry3, Matrix3, Point3, Vector3};

use crate::config::robot::InertiaConfig;

/// Share by which a principal moment may exceed the sum of the others; published inertias are rounded.
const TRIANGLE_TOLERANCE: f64 = 1e-3;

/// A body's mass and how it lies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Inertial {
    pub(super) mass_kg: f64,
    /// Centre of mass [m].
    pub(super) com: Vector3<f64>,
    /// About the centre of mass [kg m^2].
    pub(super) inertia: Matrix3<f64>,
}

impl Inertial {
    /// The same in a frame in which its own lies at `pose`.
    pub(super) fn seen_from(&self, pose: &Isometry3<f64>) -> Self {
        let rotation = pose.rotation.to_rotation_matrix().into_inner();
        Self {
            mass_kg: self.mass_kg,
            com: (pose * Point3::from(self.com)).coords,
            inertia: rotate(&rotation, &self.inertia),
        }
    }

    /// Both as one body; frames must be the same.
    pub(super) fn and(&self, other: &Self) -> Self {
        let mass_kg = self.mass_kg + other.mass_kg;
        let com = (self.com * self.mass_kg + other.com * other.mass_kg) / mass_kg;
        let about = |part: &Self| {
            let d = part.com - com;
            part.inertia + (Matrix3::identity() * d.norm_squared() - d * d.transpose()) * part.mass_kg
        };
        Self { mass_kg, com, inertia: about(self) + about(other) }
    }

    /// The same, but for a point's: a part without extent may be fixed to a body that has one.
    pub(super) fn fault_of_part(&self) -> Option<(String, &'static str)> {
        if self.inertia == Matrix3::zeros() { None } else { self.fault() }
    }

    /// Why no body has this inertia; none where one may.
    pub(super) fn fault(&self) -> Option<(String, &'static str)> {
        let mut moments: Vec<f64> = self.inertia.symmetric_eigenvalues().iter().copied().collect();
        moments.sort_by(f64::total_cmp);
        let found = || {
            let moments: Vec<String> = moments.iter().map(|m| format!("{m:.4e}")).collect();
            format!("principal moments {} kg m^2", moments.join(", "))
        };
        if !moments.iter().all(|m| m.is_finite()) || moments[0] <= 0.0 {
            return Some((found(), "a positive definite inertia: every principal moment above 0"));
        }
        (moments[2] > (moments[0] + moments[1]) * (1.0 + TRIANGLE_TOLERANCE))
            .then(|| (found(), "the inertia of a body: no principal moment above the sum of the other two"))
    }
}

/// R I R', exactly I where R is the identity.
pub(super) fn rotate(rotation: &Matrix3<f64>, inertia: &Matrix3<f64>) -> Matrix3<f64> {
    if *rotation == Matrix3::identity() {
        return *inertia;
    }
    let turned = rotation * inertia * rotation.transpose();
    (turned + turned.transpose()) * 0.5
}

/// As the six numbers of a config.
pub(super) fn numbers(m: &Matrix3<f64>) -> InertiaConfig {
    InertiaConfig { xx: m[(0, 0)], yy: m[(1, 1)], zz: m[(2, 2)], xy: m[(0, 1)], xz: m[(0, 2)], yz: m[(1, 2)] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rod_of_two_halves_is_a_rod() {
        let half = |x: f64| Inertial {
            mass_kg: 1.0,
            com: Vector3::new(x, 0.0, 0.0),
            inertia: Matrix3::from_diagonal(&Vector3::new(1e-9, 1.0 / 12.0, 1.0 / 12.0)),
        };
        let rod = half(-0.5).and(&half(0.5));
        assert!((rod.inertia[(1, 1)] - 2.0 * 4.0 / 12.0).abs() < 1e-12);
        assert_eq!(rod.com, Vector3::zeros());
    }
}
