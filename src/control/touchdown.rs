//! At what height over their footholds feet touch.
//!
//! A foot that comes down touches a little before its sole's centre is on the ground, as heel and toes are never quite
//! level, or later, where contact is told late or a gear gives way. Near the ground a few millimetres are a tenth of a
//! step's time, and a step that is cut short, or drawn out, by that throws the DCM off its plan by several centimetres.
//! What the last touchdowns were like says what the next one will be.

use super::swing::RISE_M;
use crate::footsteps::Foothold;

/// Share of a touchdown that is believed.
const SHARE: f64 = 0.3;

/// Highest and lowest that is believed [m].
const MOST_M: f64 = 0.008;

/// Heights at which feet touched of late.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Touchdowns {
    /// Beside stairs, up and down them [m].
    heights_m: [f64; 3],
}

impl Touchdowns {
    /// Height over its foothold at which a foot will touch after this step [m].
    pub fn height_m(&self, step: &Foothold) -> f64 {
        self.heights_m[kind(step)]
    }

    /// A foot that took this step has touched at this height over its foothold [m].
    pub fn observe(&mut self, step: &Foothold, height_m: f64) {
        let learned = &mut self.heights_m[kind(step)];
        *learned += SHARE * (height_m.clamp(-MOST_M, MOST_M) - *learned);
    }
}

fn kind(step: &Foothold) -> usize {
    match step.stair_m {
        Some(_) if step.rise_m > RISE_M => 1,
        Some(_) if step.rise_m < -RISE_M => 2,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use nalgebra::Isometry3;

    use super::*;
    use crate::model::Side;

    fn step(rise_m: f64, stair_m: Option<(f64, f64)>) -> Foothold {
        Foothold { rise_m, stair_m, ..Foothold::on_level(Side::Left, Isometry3::identity()) }
    }

    #[test]
    fn steps_of_a_kind_are_alike_and_others_are_not() {
        let (level, up) = (step(0.0, None), step(0.17, Some((0.17, 0.28))));
        let mut touchdowns = Touchdowns::default();
        for _ in 0..20 {
            touchdowns.observe(&up, 0.004);
        }
        assert!((touchdowns.height_m(&up) - 0.004).abs() < 1e-5);
        assert_eq!(touchdowns.height_m(&level), 0.0);
        touchdowns.observe(&level, 1.0);
        assert!(touchdowns.height_m(&level) <= MOST_M);
    }
}
