//! The yaw moment that a sole's friction holds besides all else it carries.
//!
//! A sole that is pushed along the ground, or that carries at an edge, holds less of a turn than one that only
//! presses. Closed form for a rectangle whose corners each stay in their friction pyramid: Caron, Pham, Nakamura,
//! "Stability of surface contacts for humanoid robots: closed-form formulae of the contact wrench cone for
//! rectangular support areas", ICRA 2015, eq. 16 and 17.

use nalgebra::Vector3;

/// Rows it takes.
pub(super) const ROWS: usize = 8;

/// Force and moment of rows whose product with a wrench about the rectangle's centre, in its axes, is not negative
/// where corners at `half_m` with this friction can hold it.
pub(super) fn yaw_rows(half_m: (f64, f64), friction: f64) -> [(Vector3<f64>, Vector3<f64>); ROWS] {
    let (x, y) = half_m;
    let mut rows = [(Vector3::zeros(), Vector3::zeros()); ROWS];
    for (i, row) in rows.iter_mut().enumerate() {
        let [turn, a, b] = [1, 2, 4].map(|bit| if i & bit == 0 { 1.0 } else { -1.0 });
        *row = (
            Vector3::new(-a * y, -b * x, friction * (x + y)),
            Vector3::new(-a * friction, -b * friction, -1.0) * turn,
        );
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    const HALF_M: (f64, f64) = (0.12, 0.05);
    const FRICTION: f64 = 0.5;
    const CORNERS: [(f64, f64); 4] = [(1.0, 1.0), (1.0, -1.0), (-1.0, 1.0), (-1.0, -1.0)];

    /// Wrench of forces at the corners.
    fn wrench(forces: [Vector3<f64>; 4]) -> (Vector3<f64>, Vector3<f64>) {
        let mut sum = (Vector3::zeros(), Vector3::zeros());
        for ((x, y), force) in CORNERS.into_iter().zip(forces) {
            sum.0 += force;
            sum.1 += Vector3::new(x * HALF_M.0, y * HALF_M.1, 0.0).cross(&force);
        }
        sum
    }

    /// What is left of the scarcest row.
    fn room(wrench: (Vector3<f64>, Vector3<f64>)) -> f64 {
        let rows = yaw_rows(HALF_M, FRICTION);
        let left = rows.iter().map(|(force, moment)| force.dot(&wrench.0) + moment.dot(&wrench.1));
        left.fold(f64::INFINITY, f64::min)
    }

    #[test]
    fn whatever_the_corners_can_hold_is_allowed() {
        let share = |i: u32, k: f64| (f64::from(i) * k).fract();
        for i in 0..2000 {
            let forces = [0, 1, 2, 3].map(|corner| {
                let (i, normal) = (4 * i + corner, 300.0 * share(4 * i + corner, 0.618_034));
                let along = |k| (2.0 * share(i, k) - 1.0) * FRICTION * normal;
                Vector3::new(along(0.754_878), along(0.569_840), normal)
            });
            assert!(room(wrench(forces)) > -1e-9, "{forces:?}");
        }
    }

    #[test]
    fn a_turn_takes_what_the_way_along_and_the_edge_leave() {
        // All corners pull round.
        let round = CORNERS.map(|(x, y)| Vector3::new(-y * FRICTION * 100.0, x * FRICTION * 100.0, 100.0));
        let (force, moment) = wrench(round);
        assert!(room((force, moment)).abs() < 1e-9);
        assert!(room((force, 1.01 * moment)) < 0.0 && room((force, -1.01 * moment)) < 0.0);
        // All friction is used along x: nothing is left of what the sides hold.
        let along = Vector3::new(FRICTION * 400.0, 0.0, 400.0);
        let most = FRICTION * HALF_M.0 * 400.0;
        assert!(room((along, Vector3::z() * most)).abs() < 1e-9);
        assert!(room((along, Vector3::z() * 1.01 * most)) < 0.0);
        // All weight on one corner: the turn is what its own force makes about the centre.
        let corner =
            wrench([Vector3::new(0.0, 0.0, 400.0), Vector3::zeros(), Vector3::zeros(), Vector3::zeros()]);
        assert!(room(corner).abs() < 1e-9);
        assert!(room((corner.0, corner.1 + Vector3::z())) < 0.0);
    }
}
