//! Step timing and reach of one robot: what its RON says, and what follows from its size.

use serde::Serialize;

use crate::config::controller::GaitConfig;
use crate::footsteps::{Foothold, StairPace};
use crate::model::RobotModel;

/// CoM height of the biped that the figures below are for [m].
const REFERENCE_M: f64 = 0.9823;

/// Room between the soles when one passes the other [m].
const PASSING_M: f64 = 0.03;

/// Step timing and reach, every number settled.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct GaitParameters {
    /// Nominal time on one foot [s].
    pub single_support_s: f64,
    /// Nominal time on both feet between two steps [s].
    pub double_support_s: f64,
    /// Shortest time on one foot that step adjustment may choose [s].
    pub min_single_support_s: f64,
    /// Speed upwards on stairs [m/s].
    pub climb_m_s: f64,
    /// Speed up stairs along their slope [m/s].
    pub climb_slope_m_s: f64,
    /// Time on both feet between steps of a flight of stairs [s].
    pub stair_double_support_s: f64,
    /// Speed downwards on stairs [m/s].
    pub descend_m_s: f64,
    /// Speed down stairs along their slope [m/s].
    pub descend_slope_m_s: f64,
    /// Time on both feet before a step down [s].
    pub descent_double_support_s: f64,
    /// Share of the double support on stairs down after which the rear heel may rise.
    pub heel_off_share: f64,
    /// Time to shift the weight before the first step [s].
    pub start_s: f64,
    /// Distance between the feet's centre lines [m].
    pub step_width_m: f64,
    /// Longest step forward, from foot to foot [m].
    pub max_forward_m: f64,
    /// Longest step backward [m].
    pub max_backward_m: f64,
    /// Least distance between the feet's centre lines when one passes the other [m].
    pub min_width_m: f64,
    /// Largest distance between the feet's centre lines [m].
    pub max_width_m: f64,
}

impl GaitParameters {
    /// What the config says, and by dynamic similarity (equal Froude number) what it leaves out.
    pub fn new(config: &GaitConfig, model: &RobotModel) -> Self {
        let size = model.com_height_m() / REFERENCE_M;
        // Times and speeds both grow with the root of the size.
        let by_root = |given: Option<f64>, reference: f64| given.unwrap_or(reference * size.sqrt());
        let length = |given: Option<f64>, reference_m: f64| given.unwrap_or(reference_m * size);
        let sole_m = 2.0 * model.feet[0].half_width_m.max(model.feet[1].half_width_m);
        Self {
            single_support_s: by_root(config.single_support_s, 0.35),
            double_support_s: by_root(config.double_support_s, 0.06),
            min_single_support_s: by_root(config.min_single_support_s, 0.18),
            climb_m_s: by_root(config.climb_m_s, 0.41),
            climb_slope_m_s: by_root(config.climb_slope_m_s, 0.80),
            stair_double_support_s: by_root(config.stair_double_support_s, 0.06),
            descend_m_s: by_root(config.descend_m_s, 0.51),
            descend_slope_m_s: by_root(config.descend_slope_m_s, 0.85),
            descent_double_support_s: by_root(config.descent_double_support_s, 0.08),
            heel_off_share: config.heel_off_share,
            start_s: by_root(config.start_s, 0.5),
            step_width_m: config.step_width_m.unwrap_or_else(|| model.step_width_m()),
            max_forward_m: length(config.max_forward_m, 0.62),
            max_backward_m: length(config.max_backward_m, 0.40),
            min_width_m: config.min_width_m.unwrap_or(sole_m + PASSING_M),
            max_width_m: length(config.max_width_m, 0.70),
        }
    }

    /// The same with stairs at a share of their speed.
    pub fn slower_on_stairs(mut self, share: f64) -> Self {
        for speed_m_s in [
            &mut self.climb_m_s,
            &mut self.climb_slope_m_s,
            &mut self.descend_m_s,
            &mut self.descend_slope_m_s,
        ] {
            *speed_m_s *= share;
        }
        self
    }

    /// How fast it takes stairs.
    pub fn stairs(&self) -> StairPace {
        StairPace {
            climb_m_s: (self.climb_m_s, self.climb_slope_m_s),
            descend_m_s: (self.descend_m_s, self.descend_slope_m_s),
            least_step_s: self.single_support_s + self.double_support_s,
        }
    }

    /// Planned time on one foot while the other takes a step [s].
    pub fn single_support_for_s(&self, step: Option<&Foothold>) -> f64 {
        match step.and_then(|step| step.stair_m) {
            Some((rise_m, run_m)) => {
                let left_s = self.stairs().step_s(rise_m, run_m) - self.double_support_for_s(step);
                left_s.max(self.min_single_support_s)
            }
            None => self.single_support_s,
        }
    }

    /// Planned time on both feet before a step [s].
    pub fn double_support_for_s(&self, step: Option<&Foothold>) -> f64 {
        match step.and_then(|step| step.stair_m) {
            Some((rise_m, _)) if rise_m < 0.0 => self.descent_double_support_s,
            Some(_) => self.stair_double_support_s,
            None => self.double_support_s,
        }
    }
}
