//! How long, wide and quick a robot's steps are.

/// Lengths and times of a robot's steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// Distance between the feet's centre lines [m].
    pub width_m: f64,
    /// Time of a step on the flat [s].
    pub step_s: f64,
    /// How fast stairs are taken.
    pub stairs: StairPace,
    /// Longest step [m].
    pub max_forward_m: f64,
    /// Most that a step may rise, and fall, on a slope [m].
    pub max_rise_m: (f64, f64),
    /// How far the CoM leans into a bend for the acceleration it takes [m/(m/s^2)]: 1/omega^2 of the pendulum.
    pub lean_s2: f64,
    /// Half the length of a sole [m].
    pub half_sole_m: f64,
    /// Half its width [m].
    pub half_sole_width_m: f64,
}

/// Most of a sole's length that may stand over an edge.
pub(super) const OVER_SHARE: f64 = 0.2;

impl Pace {
    /// Widest gap in the ground that a step gets across, with as much of both soles over its edges as may be [m].
    pub fn widest_gap_m(&self) -> f64 {
        self.max_forward_m - 2.0 * self.half_sole_m * (1.0 - 2.0 * OVER_SHARE)
    }
}

/// How fast stairs are taken.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StairPace {
    /// Speeds up: upwards and along the slope [m/s].
    pub climb_m_s: (f64, f64),
    /// Speeds down: downwards and along the slope [m/s].
    pub descend_m_s: (f64, f64),
    /// Time of a step, however low [s].
    pub least_step_s: f64,
}

impl StairPace {
    /// Time of a step that rises by so much, or falls where that is negative, over a tread of this depth [s].
    pub fn step_s(&self, rise_m: f64, run_m: f64) -> f64 {
        let (upright_m_s, slope_m_s) = if rise_m < 0.0 { self.descend_m_s } else { self.climb_m_s };
        (rise_m.abs() / upright_m_s).max(rise_m.hypot(run_m) / slope_m_s).max(self.least_step_s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn high_and_deep_steps_take_long_and_none_less_than_a_step_on_the_flat() {
        let stairs = StairPace { climb_m_s: (0.4, 1.0), descend_m_s: (0.5, 1.0), least_step_s: 0.41 };
        assert!((stairs.step_s(0.2, 0.2) - 0.5).abs() < 1e-12);
        assert_eq!(stairs.step_s(-0.2, 0.2), 0.41);
        assert!((stairs.step_s(-0.25, 0.2) - 0.5).abs() < 1e-12);
        assert!((stairs.step_s(0.15, 0.6) - 0.6185).abs() < 1e-4);
        assert_eq!(stairs.step_s(0.1, 0.2), 0.41);
    }
}
