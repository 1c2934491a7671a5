//! Stances of a foot as the ground feels them: touchdowns, lift-offs and slides.

use nalgebra::Vector2;

/// Force above which a foot has landed [N].
const LANDED_N: f64 = 50.0;
/// Force below which it has left the ground [N].
const LEFT_N: f64 = 10.0;
/// Time off the ground that makes a flight; shorter gaps are bounces [s].
const FLIGHT_S: f64 = 0.05;

/// One foot's contact with the ground over a run.
#[derive(Debug, Clone)]
pub(super) struct FootContact {
    loaded: bool,
    off_since_s: Option<f64>,
    slide_m: Vector2<f64>,
    worst_slide_m: f64,
    first_lift_off_s: Option<f64>,
}

impl FootContact {
    /// A foot that stands.
    pub fn standing() -> Self {
        Self {
            loaded: true,
            off_since_s: None,
            slide_m: Vector2::zeros(),
            worst_slide_m: 0.0,
            first_lift_off_s: None,
        }
    }

    /// Takes a tick: the vertical force [N] and the horizontal velocity [m/s] of the sole's point at the
    /// centre of pressure. Returns whether the foot has just landed from a flight.
    pub fn observe(&mut self, time_s: f64, dt_s: f64, force_n: f64, velocity: Vector2<f64>) -> bool {
        if self.loaded {
            if force_n < LEFT_N {
                self.loaded = false;
                self.off_since_s = Some(time_s);
            }
        } else if force_n > LANDED_N {
            self.loaded = true;
        }
        if !self.loaded {
            if let Some(since) = self.off_since_s
                && time_s - since >= FLIGHT_S
            {
                self.first_lift_off_s.get_or_insert(since);
            }
            return false;
        }
        let landed = self.off_since_s.take().is_some_and(|since| time_s - since >= FLIGHT_S);
        if landed {
            self.slide_m = Vector2::zeros();
        }
        self.slide_m += velocity * dt_s;
        self.worst_slide_m = self.worst_slide_m.max(self.slide_m.norm());
        landed
    }

    /// Largest slide within one stance [m].
    pub fn worst_slide_m(&self) -> f64 {
        self.worst_slide_m
    }

    /// When the foot first left the ground for a step [s].
    pub fn first_lift_off_s(&self) -> Option<f64> {
        self.first_lift_off_s
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(foot: &mut FootContact, from: usize, ticks: usize, force: f64, speed: f64) -> usize {
        let landings = (from..from + ticks)
            .filter(|tick| foot.observe(*tick as f64 * 0.001, 0.001, force, Vector2::new(speed, 0.0)));
        landings.count()
    }

    #[test]
    fn a_step_is_a_flight_and_a_landing_a_bounce_is_none() {
        let mut foot = FootContact::standing();
        let mut landings = run(&mut foot, 0, 100, 400.0, 0.0);
        landings += run(&mut foot, 100, 10, 0.0, 0.0);
        landings += run(&mut foot, 110, 100, 400.0, 0.0);
        assert_eq!((landings, foot.first_lift_off_s()), (0, None));
        landings += run(&mut foot, 210, 300, 0.0, 1.0);
        landings += run(&mut foot, 510, 100, 400.0, 0.0);
        assert_eq!(landings, 1);
        assert!(foot.first_lift_off_s().is_some_and(|at| (at - 0.21).abs() < 1e-9));
        assert_eq!(foot.worst_slide_m(), 0.0);
    }

    #[test]
    fn slides_add_up_within_a_stance_and_begin_anew_with_the_next() {
        let mut foot = FootContact::standing();
        run(&mut foot, 0, 100, 400.0, 0.05);
        run(&mut foot, 100, 300, 0.0, 1.0);
        run(&mut foot, 400, 100, 400.0, 0.08);
        assert!((foot.worst_slide_m() - 0.008).abs() < 1e-9, "{}", foot.worst_slide_m());
    }
}
