//! Reference of the CoM's height over changing footholds.

/// Critically damped follower of the wanted ground height, smooth to the second derivative's jumps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeightReference {
    /// Height of the virtual ground [m].
    pub ground_m: f64,
    /// Its rate [m/s].
    pub rate_m_s: f64,
    /// Its acceleration [m/s^2].
    pub acceleration_m_s2: f64,
}

impl HeightReference {
    /// At rest on the ground.
    pub fn at(ground_m: f64) -> Self {
        Self { ground_m, rate_m_s: 0.0, acceleration_m_s2: 0.0 }
    }

    /// Follows `goal_m` with the given bandwidth [1/s].
    pub fn advance(&mut self, goal_m: f64, bandwidth_hz: f64, dt_s: f64) {
        let w = bandwidth_hz;
        self.acceleration_m_s2 = w * w * (goal_m - self.ground_m) - 2.0 * w * self.rate_m_s;
        self.rate_m_s += self.acceleration_m_s2 * dt_s;
        self.ground_m += self.rate_m_s * dt_s;
    }
}
