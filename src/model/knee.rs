//! Which joint of a leg is its knee, and where the leg is straight.
//!
//! A leg at full stretch is singular: past it, only the end stop bends the knee, the wrong way. Controllers
//! keep away from it.

use super::robot::{RobotModel, Side};

/// Angles tried over a joint's range.
const SAMPLES: usize = 400;

/// A knee.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Knee {
    /// Body the joint carries.
    pub body: usize,
    /// Angle at which the leg is longest [rad].
    pub straight_rad: f64,
    /// Sign of the direction in which it bends from there.
    pub bends: f64,
}

impl RobotModel {
    /// The joint that changes the leg's length most; none for a leg that cannot bend.
    pub fn knee(&self, side: Side) -> Option<Knee> {
        let foot = self.feet[side.index()].body;
        let other = self.ancestors(self.feet[side.other().index()].body);
        let leg: Vec<usize> =
            self.ancestors(foot).iter().copied().filter(|body| !other.contains(body)).collect();
        let hip = *leg.first()?;
        let mut q_rad = self.posture.clone();
        let mut best: Option<(f64, Knee)> = None;
        for &body in &leg {
            let (low, high) = self.bodies[body].limits_rad;
            let posture_rad = q_rad[body - 1];
            let (mut shortest_m, mut longest_m, mut straight_rad) = (f64::INFINITY, 0.0, posture_rad);
            for i in 0..=SAMPLES {
                q_rad[body - 1] = low + (high - low) * i as f64 / SAMPLES as f64;
                let from = self.root_from_body(hip, &q_rad).translation.vector;
                let length_m = (self.root_from_body(foot, &q_rad).translation.vector - from).norm();
                shortest_m = length_m.min(shortest_m);
                if length_m > longest_m {
                    (longest_m, straight_rad) = (length_m, q_rad[body - 1]);
                }
            }
            q_rad[body - 1] = posture_rad;
            let change_m = longest_m - shortest_m;
            if change_m > 1e-3 && best.as_ref().is_none_or(|(most_m, _)| change_m > *most_m) {
                let bends = (posture_rad - straight_rad).signum();
                best = Some((change_m, Knee { body, straight_rad, bends }));
            }
        }
        best.map(|(_, knee)| knee)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn healthy_loong() -> RobotModel {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/configs/robots/healthy_loong.ron");
        let loaded = crate::config::load_robot(path.as_ref()).expect("the robot loads");
        RobotModel::build(&loaded.config).expect("a robot")
    }

    #[test]
    fn the_knees_are_found_with_the_side_they_bend_to() {
        let model = healthy_loong();
        for (side, name) in [(Side::Left, "left_knee"), (Side::Right, "right_knee")] {
            let knee = model.knee(side).expect("a knee");
            assert_eq!(model.bodies[knee.body].joint, name);
            assert!(knee.straight_rad.abs() < 0.05, "{knee:?}");
            assert_eq!(knee.bends, -1.0);
        }
    }
}
