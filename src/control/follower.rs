//! A number that follows a goal without a jump of its rate.

/// Critically damped follower: smooth to the second derivative's jumps.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Follower {
    /// Where it is.
    pub value: f64,
    /// How fast it moves [1/s].
    pub rate: f64,
    /// How fast that changes [1/s^2].
    pub acceleration: f64,
}

impl Follower {
    /// At rest.
    pub fn at(value: f64) -> Self {
        Self { value, rate: 0.0, acceleration: 0.0 }
    }

    /// Follows a goal that moves at `goal_rate`, with the given bandwidth [1/s]; without lag where that is steady.
    pub fn follow(&mut self, goal: f64, goal_rate: f64, bandwidth_hz: f64, dt_s: f64) {
        let w = bandwidth_hz;
        self.acceleration = w * w * (goal - self.value) + 2.0 * w * (goal_rate - self.rate);
        self.rate += self.acceleration * dt_s;
        self.value += self.rate * dt_s;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DT_S: f64 = 0.001;

    #[test]
    fn follows_a_slope_without_lag() {
        let mut follower = Follower::at(0.0);
        for tick in 1..=2000 {
            follower.follow(0.3 * f64::from(tick) * DT_S, 0.3, 10.0, DT_S);
        }
        assert!((follower.value - 0.6).abs() < 1e-3, "{follower:?}");
    }

    #[test]
    fn comes_to_a_new_goal_without_passing_it() {
        let mut follower = Follower::at(0.0);
        let mut most = 0.0_f64;
        for _ in 0..1000 {
            follower.follow(1.0, 0.0, 12.0, DT_S);
            most = most.max(follower.value);
        }
        assert!(most < 1.0 + 1e-3 && follower.value > 0.99, "{most} {follower:?}");
    }
}
