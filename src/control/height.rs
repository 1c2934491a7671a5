//! Height of the CoM over changing footholds.

use nalgebra::Vector3;

use super::follower::Follower;
use crate::config::controller::BodyConfig;

/// Largest weight the model may lack, as a share of its own.
const MAX_MISSING_WEIGHT: f64 = 0.15;

/// Vertical acceleration the CoM task may ask for [m/s^2]: some weight stays on the ground.
const ACCELERATION_M_S2: (f64, f64) = (-8.0, 10.0);

/// Rise from which a step counts fully as one of stairs [m].
const STAIR_RISE_M: f64 = 0.1;

/// Share of a step's fall on a slope by which the CoM goes lower: half of a step lies ahead of it when the leg
/// that leads has to reach the ground.
const FALL_SHARE: f64 = 0.5;

/// The same for its rise: the leg that trails rolls off over its toes, which makes up for half of what it lacks.
const RISE_SHARE: f64 = 0.25;

/// How much lower than over level ground the CoM is kept.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Lowering {
    /// Up to so much on stairs, up and down [m].
    Stairs(f64),
    /// By what the leg that leads lacks down a slope, and the one that trails up it.
    Slope,
}

impl Lowering {
    /// For a step that rises by so much in the direction of the walk [m].
    fn by_m(self, rise_m: f64) -> f64 {
        match self {
            Self::Stairs(most_m) => most_m * (rise_m.abs() / STAIR_RISE_M).min(1.0),
            Self::Slope => FALL_SHARE * (-rise_m).max(0.0) + RISE_SHARE * rise_m.max(0.0),
        }
    }
}

/// A height and how fast it changes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MovingHeight {
    /// Height [m].
    pub height_m: f64,
    /// Its rate [m/s].
    pub rate_m_s: f64,
}

/// The foothold that carries, the one before it and the one after it, where there is one [m].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    /// Where the robot comes from.
    pub before: Vector3<f64>,
    /// What carries.
    pub stance: Vector3<f64>,
    /// Where it goes.
    pub after: Option<Vector3<f64>>,
}

impl Line {
    /// Height of the line through the footholds under the CoM, lowered.
    ///
    /// On this line a CoM that moves as a pendulum of constant rate of divergence needs no more force than
    /// that pendulum: `z_ddot = omega^2 (z - z_foot) - g` (Englsberger et al. 2015, 3D DCM).
    pub fn under(&self, com: &Vector3<f64>, velocity: &Vector3<f64>, lowering: Lowering) -> MovingHeight {
        let stance = self.stance;
        // Share of the way from the stance foot to another foothold that the CoM has gone, and its rate.
        let share = |to: &Vector3<f64>| {
            let way = (to - stance).xy();
            let length = way.norm_squared().max(0.01);
            ((com - stance).xy().dot(&way) / length, velocity.xy().dot(&way) / length)
        };
        let on_line = |to: &Vector3<f64>, ahead: f64| {
            let (share, rate) = share(to);
            let rise = to.z - stance.z;
            MovingHeight {
                height_m: stance.z + rise * share.clamp(0.0, 1.0) - lowering.by_m(ahead * rise),
                rate_m_s: if (0.0..=1.0).contains(&share) { rise * rate } else { 0.0 },
            }
        };
        match self.after {
            Some(after) if share(&after).0 > 0.0 => on_line(&after, 1.0),
            _ => on_line(&self.before, -1.0),
        }
    }
}

/// Virtual ground that follows what lies under the CoM, and the feedback that keeps the CoM over it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeightControl {
    ground: Follower,
    /// Upward acceleration the model's weight lacks [m/s^2].
    missing_weight_m_s2: f64,
}

impl HeightControl {
    /// At rest on the ground.
    pub fn at(ground_m: f64) -> Self {
        Self { ground: Follower::at(ground_m), missing_weight_m_s2: 0.0 }
    }

    /// Height of the virtual ground [m].
    pub fn ground_m(&self) -> f64 {
        self.ground.value
    }

    /// Upward acceleration that the model's weight lacks, as far as was found [m/s^2].
    pub fn missing_weight_m_s2(&self) -> f64 {
        self.missing_weight_m_s2
    }

    /// Follows the ground under the CoM with the given bandwidth [1/s].
    pub fn follow(&mut self, goal: MovingHeight, bandwidth_hz: f64, dt_s: f64) {
        self.ground.follow(goal.height_m, goal.rate_m_s, bandwidth_hz, dt_s);
    }

    /// Vertical acceleration to ask of the CoM [m/s^2], which is to be `com_height_m` over the ground;
    /// `added_m_s2` is what balance asks for besides.
    pub fn wanted_m_s2(
        &mut self,
        config: &BodyConfig,
        com: MovingHeight,
        com_height_m: f64,
        added_m_s2: f64,
        gravity_m_s2: f64,
        dt_s: f64,
    ) -> f64 {
        let error_m = self.ground.value + com_height_m - com.height_m;
        let limit = MAX_MISSING_WEIGHT * gravity_m_s2;
        self.missing_weight_m_s2 =
            (self.missing_weight_m_s2 + config.height_ki * error_m * dt_s).clamp(-limit, limit);
        let wanted = self.ground.acceleration
            + added_m_s2
            + self.missing_weight_m_s2
            + config.height_kp * error_m
            + config.height_kd * (self.ground.rate - com.rate_m_s);
        wanted.clamp(ACCELERATION_M_S2.0, ACCELERATION_M_S2.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DT_S: f64 = 0.001;

    #[test]
    fn the_line_climbs_with_the_com_and_is_lower_on_stairs() {
        let foot = |x: f64, z: f64| Vector3::new(x, 0.0, z);
        let line = Line { before: foot(0.0, 0.0), stance: foot(0.3, 0.17), after: Some(foot(0.6, 0.34)) };
        let velocity = Vector3::new(0.6, 0.0, 0.0);
        for x in [0.15, 0.3, 0.45] {
            let under = line.under(&Vector3::new(x, 0.0, 1.0), &velocity, Lowering::Stairs(0.03));
            assert!((under.height_m - (x / 0.3 * 0.17 - 0.03)).abs() < 1e-12, "{x}: {under:?}");
            assert!((under.rate_m_s - 0.6 / 0.3 * 0.17).abs() < 1e-12, "{x}: {under:?}");
        }
        // Beyond the last foothold it is level.
        let last = Line { after: None, ..line };
        let under = last.under(&Vector3::new(0.4, 0.0, 1.0), &velocity, Lowering::Stairs(0.0));
        assert_eq!(under, MovingHeight { height_m: 0.17, rate_m_s: 0.0 });
    }

    #[test]
    fn finds_the_weight_the_model_lacks() {
        // A mass point of which the model knows nine tenths.
        let config = BodyConfig::default();
        let mut height = HeightControl::at(0.0);
        let (mut z, mut v) = (1.0, 0.0);
        for _ in 0..5000 {
            let com = MovingHeight { height_m: z, rate_m_s: v };
            let wanted = height.wanted_m_s2(&config, com, 1.0, 0.0, 9.81, DT_S);
            v += (0.9 * (9.81 + wanted) - 9.81) * DT_S;
            z += v * DT_S;
        }
        assert!((z - 1.0_f64).abs() < 1e-3, "sags by {}", 1.0 - z);
    }
}
