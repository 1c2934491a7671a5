//! The controller's own beat: it decides every few ticks of the simulation.

/// Counts ticks from one decision to the next.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cycle {
    /// Ticks from one decision to the next.
    pub(super) ticks: u32,
    /// Ticks since the last one.
    since: u32,
}

impl Cycle {
    /// As near to this rate as whole ticks allow; the first tick decides.
    pub(super) fn new(rate_hz: f64, tick_s: f64) -> Self {
        let ticks = (1.0 / (rate_hz * tick_s)).round().max(1.0) as u32;
        Self { ticks, since: ticks - 1 }
    }

    /// Lets a tick begin.
    pub(super) fn tick(&mut self) {
        self.since = (self.since + 1) % self.ticks;
    }

    /// Whether this tick decides.
    pub(super) fn has_begun(&self) -> bool {
        self.since == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decisions_come_at_the_rate_as_whole_ticks_allow() {
        for (rate_hz, tick_s, every) in
            [(500.0, 0.001, 2), (500.0, 0.002, 1), (500.0, 0.005, 1), (300.0, 0.001, 3)]
        {
            let mut cycle = Cycle::new(rate_hz, tick_s);
            let mut decides = || {
                cycle.tick();
                cycle.has_begun()
            };
            let begun: Vec<usize> = (0..12).filter(|_| decides()).collect();
            assert_eq!(begun, (0..12).step_by(every).collect::<Vec<_>>(), "{rate_hz} Hz, {tick_s} s");
        }
    }
}
