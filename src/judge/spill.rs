//! Whether the liquid in the cup stayed in it.

use serde::Serialize;

use crate::simulation::Snapshot;

/// The first time the liquid's surface stood too steep in its vessel.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spill {
    /// When [s].
    pub time_s: f64,
    /// Where the vessel was, in the world [m].
    pub at_m: [f64; 3],
}

/// The angle of the surface in the vessel over a run.
#[derive(Debug, Clone)]
pub(super) struct SpillWatch {
    spill_rad: f64,
    spill: Option<Spill>,
    max_rad: f64,
    square_sum: f64,
    ticks: u64,
}

impl SpillWatch {
    /// Of a vessel that spills at this angle [rad].
    pub fn new(spill_rad: f64) -> Self {
        Self { spill_rad, spill: None, max_rad: 0.0, square_sum: 0.0, ticks: 0 }
    }

    /// Takes the state after a tick.
    pub fn observe(&mut self, now: &Snapshot) {
        let Some(cup) = now.cup else { return };
        let at = cup.vessel().pivot(now.dynamics);
        self.take(now.time_s, cup.angle_rad(now.dynamics), [at.x, at.y, at.z]);
    }

    fn take(&mut self, time_s: f64, angle_rad: f64, at_m: [f64; 3]) {
        self.max_rad = self.max_rad.max(angle_rad);
        self.square_sum += angle_rad * angle_rad;
        self.ticks += 1;
        if self.spill.is_none() && angle_rad > self.spill_rad {
            self.spill = Some(Spill { time_s, at_m });
        }
    }

    /// The first spill.
    pub fn spill(&self) -> Option<&Spill> {
        self.spill.as_ref()
    }

    /// The largest angle [rad].
    pub fn max_rad(&self) -> f64 {
        self.max_rad
    }

    /// The root of the mean square of the angle [rad].
    pub fn rms_rad(&self) -> f64 {
        (self.square_sum / self.ticks.max(1) as f64).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_spill_is_told_and_the_figures_go_on() {
        let mut watch = SpillWatch::new(0.3);
        watch.take(0.1, 0.3, [0.0; 3]);
        assert!(watch.spill().is_none(), "at the rim nothing spills yet");
        watch.take(0.2, 0.4, [1.0, 2.0, 3.0]);
        watch.take(0.3, 0.5, [0.0; 3]);
        assert_eq!(watch.spill(), Some(&Spill { time_s: 0.2, at_m: [1.0, 2.0, 3.0] }));
        assert_eq!(watch.max_rad(), 0.5);
        assert!((watch.rms_rad() - (0.5f64 / 3.0).sqrt()).abs() < 1e-12);
    }
}
