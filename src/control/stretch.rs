//! How far a step down stretches the legs.
//!
//! As the foot lands, the hips are half way between the feet: so high that the ankle behind stops short of its end,
//! so low that the leg ahead reaches its tread. Where high or deep steps leave no height between the two, the legs
//! need length from elsewhere: a pelvis that tilts, toes that land first.

use crate::config::controller::ControllerConfig;
use crate::model::{Leg, RobotModel, Side};

/// Share of the straight leg between the lowest and the highest that the hips may be, which they need to keep the
/// ankle off its stop.
const ROOM_SHARE: f64 = 0.04;

/// What the legs of one robot have room for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stretch {
    leg: Option<Leg>,
    /// What a fully tilted pelvis and toes give [m].
    most_m: f64,
}

impl Stretch {
    /// Of a robot; one without knees is never stretched.
    pub fn new(model: &RobotModel, config: &ControllerConfig) -> Self {
        let leg = model.leg(Side::Left);
        let most_m = leg.map_or(0.0, |leg| {
            2.0 * leg.hip_m * config.body.pelvis_tilt_rad.sin()
                + leg.toes_m * config.swing.landing_toes_rad.sin()
        });
        Self { leg, most_m }
    }

    /// For a step that rises so much, and so far ahead of the other foot [m]: 0 where the legs reach, 1 where they need
    /// all that pelvis and toes give.
    pub fn of_step(&self, rise_m: f64, run_m: f64) -> f64 {
        let Some(leg) = self.leg.filter(|_| rise_m < 0.0 && self.most_m > 0.0) else { return 0.0 };
        let half_m = 0.5 * run_m;
        let room_m = leg.highest_m(half_m) + rise_m - leg.lowest_m(half_m);
        let needed_m = ROOM_SHARE * (leg.thigh_m + leg.shank_m);
        ((needed_m - room_m) / self.most_m).clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deep_treads_stretch_the_legs_as_high_risers_do() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/configs/robots/healthy_loong.ron");
        let robot = crate::config::load_robot(path.as_ref()).expect("the robot loads").config;
        let model = RobotModel::build(&robot).expect("a robot");
        let stretch = Stretch::new(&model, &robot.controller);
        let of = |rise_m: f64, run_m: f64| stretch.of_step(-rise_m, run_m);
        assert_eq!((of(0.05, 0.28), of(-0.17, 0.28), of(0.0, 0.0)), (0.0, 0.0, 0.0));
        assert!(
            of(0.14, 0.28) < 0.4 && of(0.14, 0.36) > of(0.14, 0.28) + 0.2,
            "{} {}",
            of(0.14, 0.28),
            of(0.14, 0.36)
        );
        assert!((0.5..0.95).contains(&of(0.17, 0.28)), "{}", of(0.17, 0.28));
        assert!(of(0.2, 0.24) > 0.85 && of(0.22, 0.21) == 1.0, "{} {}", of(0.2, 0.24), of(0.22, 0.21));
    }
}
