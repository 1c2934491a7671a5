//! Which foot stands, and for how long.

use crate::model::Side;

/// What the legs are doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Both feet stand, no step is planned.
    Stand,
    /// Both feet stand, the weight shifts to the first stance foot.
    Shift,
    /// One foot stands, the other swings.
    Single,
    /// Both feet stand, the weight passes to the foot that has just landed.
    Double,
}

/// Phase, clock and stance foot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gait {
    /// Present phase.
    pub phase: Phase,
    /// Foot that carries, or will carry at the end of the phase.
    pub stance: Side,
    /// Time in the present phase [s].
    pub clock_s: f64,
    /// Planned length of the present phase [s]; infinite when standing.
    pub duration_s: f64,
    /// Steps taken.
    pub steps: usize,
}

impl Gait {
    /// Standing on both feet.
    pub fn standing() -> Self {
        Self { phase: Phase::Stand, stance: Side::Right, clock_s: 0.0, duration_s: f64::INFINITY, steps: 0 }
    }

    /// Enters a phase.
    pub fn enter(&mut self, phase: Phase, stance: Side, duration_s: f64) {
        self.phase = phase;
        self.stance = stance;
        self.clock_s = 0.0;
        self.duration_s = duration_s;
    }

    /// Time left in the phase [s], not below zero.
    pub fn remaining_s(&self) -> f64 {
        (self.duration_s - self.clock_s).max(0.0)
    }

    /// Share of the phase that has passed, 0 to 1.
    pub fn progress(&self) -> f64 {
        if self.duration_s.is_finite() { (self.clock_s / self.duration_s).clamp(0.0, 1.0) } else { 0.0 }
    }

    /// Whether a foot is meant to carry weight.
    pub fn stands(&self, side: Side) -> bool {
        self.phase != Phase::Single || side == self.stance
    }
}
