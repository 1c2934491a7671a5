//! Weight as a brake: the legs push harder while the CoM is on the side where that slows it.
//!
//! The ground's force leads from the CoP `p` through the CoM, so the robot is tipped by
//! `c_ddot = (g + z_ddot) (c - p) / h`. What neither the CoP nor the next foothold can make up for is taken
//! from `z_ddot`: a push up while the CoM lies on the other side of the CoP, a drop while it falls on. Over a
//! step the one follows the other, so that the CoM does not rise for long (variable-height pendulum: Caron,
//! "Biped stabilization by linear feedback of the variable-height inverted pendulum model", 2020). A leg that
//! carries less also lets a weak ankle take the CoP further.

use nalgebra::Vector2;

/// Largest change of the weight on the ground, as a share of it: what is left must hold the foot.
const MOST_SHARE: f64 = 0.65;

/// Multiple of what the CoP can do in a foot from which the weight helps: a plain walk is left alone.
const BEGINS_AT: f64 = 2.0;

/// Vertical acceleration that brakes [m/s^2].
///
/// `left_over` is how far beyond its plan the DCM will be when the next foot takes over [m], `lever` goes from
/// the CoP to the CoM [m]. `reach_m` is what the CoP can do in a foot.
pub fn braking_m_s2(left_over: Vector2<f64>, lever: Vector2<f64>, reach_m: f64, gravity_m_s2: f64) -> f64 {
    let far_m = left_over.norm();
    let need = (far_m / reach_m - BEGINS_AT).min(1.0);
    if need <= 0.0 {
        return 0.0;
    }
    let side = (lever.dot(&left_over) / (far_m * reach_m)).clamp(-1.0, 1.0);
    -MOST_SHARE * gravity_m_s2 * need * side
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pushes_before_the_foot_and_drops_behind_it_only_in_need() {
        let brake = |left_m: f64, lever_m: f64| {
            braking_m_s2(Vector2::new(left_m, 0.0), Vector2::new(lever_m, 0.0), 0.06, 9.81)
        };
        assert_eq!(brake(0.08, -0.2), 0.0, "the ankle can do that");
        assert!((brake(0.2, -0.2) - MOST_SHARE * 9.81).abs() < 1e-12);
        assert!((brake(0.2, 0.2) + MOST_SHARE * 9.81).abs() < 1e-12);
        assert!(brake(-0.2, 0.2) > 0.0, "a fall backwards is the other way round");
        let half = brake(0.15, -0.2);
        assert!((half - 0.5 * MOST_SHARE * 9.81).abs() < 1e-9, "{half}");
    }

    #[test]
    fn a_step_with_it_is_slower_at_its_end_and_no_faster_upwards() {
        let (g, h, dt) = (9.81, 1.0, 1e-4);
        let step = |brakes: bool| {
            let (mut x, mut v, mut up) = (-0.3, 1.9, 0.0);
            while x < 0.3 {
                let left_m = if brakes { 0.3 } else { 0.0 };
                let brake = braking_m_s2(Vector2::new(left_m, 0.0), Vector2::new(x, 0.0), 0.06, g);
                v += (g + brake) / h * x * dt;
                x += v * dt;
                up += brake * dt;
            }
            (v, up)
        };
        let ((free, _), (braked, up)) = (step(false), step(true));
        assert!(braked < free - 0.2, "{braked} after {free}");
        assert!(up.abs() < 0.15, "{up}");
    }
}
