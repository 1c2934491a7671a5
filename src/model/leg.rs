//! A leg in the plane that it bends in: its two lengths, and how far the ankle lets the shank lean.

use super::robot::{RobotModel, Side};

/// How much of an axis lies across the robot where the joint turns the leg forwards and back.
const ACROSS: f64 = 0.7;

/// Lengths and range of one leg.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Leg {
    /// From the hip's joint to the knee [m].
    pub thigh_m: f64,
    /// From the knee to the ankle [m].
    pub shank_m: f64,
    /// How far the shank can lean ahead over a level sole [rad].
    pub lean_rad: f64,
    /// Distance of the hip's joint from the middle between both legs [m].
    pub hip_m: f64,
    /// From the ankle ahead to the toes' end [m].
    pub toes_m: f64,
}

impl Leg {
    /// How far the shank leans ahead where the hip is this far ahead of the ankle and over it [rad].
    pub fn lean_for_rad(&self, ahead_m: f64, over_m: f64) -> f64 {
        let length_m = ahead_m.hypot(over_m).max(1e-3);
        let bend = (self.shank_m.powi(2) + length_m.powi(2) - self.thigh_m.powi(2))
            / (2.0 * self.shank_m * length_m);
        ahead_m.atan2(over_m) + bend.clamp(-1.0, 1.0).acos()
    }

    /// Height over the ankle of a hip so far ahead of it [m], at least, that the ankle allows.
    pub fn lowest_m(&self, ahead_m: f64) -> f64 {
        let (mut low_m, mut high_m) = (0.0, self.highest_m(ahead_m));
        for _ in 0..30 {
            let middle_m = 0.5 * (low_m + high_m);
            if self.lean_for_rad(ahead_m, middle_m) > self.lean_rad {
                low_m = middle_m
            } else {
                high_m = middle_m
            }
        }
        high_m
    }

    /// Height over the ankle of a hip so far from it along the ground [m], at most.
    pub fn highest_m(&self, along_m: f64) -> f64 {
        ((self.thigh_m + self.shank_m).powi(2) - along_m * along_m).max(0.0).sqrt()
    }
}

impl RobotModel {
    /// A leg's lengths; none for a leg without a knee, a hip over it and an ankle below it that turn the same way.
    pub fn leg(&self, side: Side) -> Option<Leg> {
        let knee = self.knee(side)?.body;
        let foot = &self.feet[side.index()];
        let chain = self.ancestors(foot.body);
        let at = chain.iter().position(|&body| body == knee)?;
        let turns = |body: &usize| self.bodies[*body].axis.y.abs() > ACROSS;
        let hip = chain[..at].iter().rev().copied().find(turns)?;
        let ankle = chain[at + 1..].iter().copied().find(turns)?;
        let place = |body: usize| self.root_from_body(body, &self.posture).translation.vector;
        let sole = self.root_from_body(foot.body, &self.posture) * foot.body_from_sole;
        let [hip_at, knee_at, ankle_at] = [hip, knee, ankle].map(place);
        // The shank leans ahead when the foot turns against it with its toes up.
        let (low, high) = self.bodies[ankle].limits_rad;
        let lean_rad = if self.bodies[ankle].axis.y > 0.0 { -low } else { high };
        Some(Leg {
            thigh_m: (knee_at - hip_at).norm(),
            shank_m: (ankle_at - knee_at).norm(),
            lean_rad,
            hip_m: hip_at.y.abs(),
            toes_m: sole.translation.x + foot.half_length_m - ankle_at.x,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leg_of(robot: &str) -> Leg {
        let path = format!("{}/configs/robots/{robot}.ron", env!("CARGO_MANIFEST_DIR"));
        let loaded = crate::config::load_robot(path.as_ref()).expect("the robot loads");
        let model = RobotModel::build(&loaded.config).expect("a robot");
        let [left, right] = Side::BOTH.map(|side| model.leg(side).expect("a leg"));
        assert!((left.thigh_m - right.thigh_m).abs() < 1e-3 && (left.lean_rad - right.lean_rad).abs() < 1e-6);
        left
    }

    #[test]
    fn lengths_and_the_ankles_range_are_found_whichever_way_the_axes_point() {
        let loong = leg_of("healthy_loong");
        assert!((loong.shank_m - 0.387).abs() < 1e-3 && (loong.lean_rad - 0.87).abs() < 1e-6, "{loong:?}");
        let g1 = leg_of("unitree_g1");
        assert!((0.2..0.4).contains(&g1.thigh_m) && (0.5..1.0).contains(&g1.lean_rad), "{g1:?}");
    }

    #[test]
    fn a_hip_at_its_lowest_has_the_ankle_at_its_stop() {
        let leg = leg_of("healthy_loong");
        for ahead_m in [0.05, 0.15, 0.2] {
            let lowest_m = leg.lowest_m(ahead_m);
            assert!((leg.lean_for_rad(ahead_m, lowest_m) - leg.lean_rad).abs() < 1e-6);
            assert!(lowest_m < leg.highest_m(ahead_m));
        }
        assert!(leg.lowest_m(0.2) > leg.lowest_m(0.1), "the farther ahead, the higher");
    }
}
