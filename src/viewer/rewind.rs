//! Saved states of a run, close enough together that any moment of it is a short way from one.

/// Time between two states at first [s]; a quarter of a second is simulated again in about 40 ms.
const SPACING_S: f64 = 0.25;
/// Most states; with one more, every second one goes and the spacing doubles.
const MOST: usize = 480;

/// Saved states in the order of time.
#[derive(Debug, Clone)]
pub(super) struct Rewind<T> {
    saved: Vec<(f64, T)>,
    spacing_s: f64,
}

impl<T> Rewind<T> {
    pub(super) fn new() -> Self {
        Self { saved: Vec::new(), spacing_s: SPACING_S }
    }

    /// Whether a state at this time is to be saved.
    pub(super) fn wants(&self, time_s: f64) -> bool {
        self.saved.last().is_none_or(|(last_s, _)| time_s >= last_s + self.spacing_s - 1e-9)
    }

    /// Saves a state that is later than all others.
    pub(super) fn keep(&mut self, time_s: f64, state: T) {
        if self.saved.len() >= MOST {
            let mut index = 0;
            self.saved.retain(|_| {
                index += 1;
                index % 2 == 1
            });
            self.spacing_s *= 2.0;
        }
        self.saved.push((time_s, state));
    }

    /// The last state at or before a time.
    pub(super) fn at_or_before(&self, time_s: f64) -> Option<&(f64, T)> {
        let after = self.saved.partition_point(|(saved_s, _)| *saved_s <= time_s + 1e-9);
        self.saved[..after].last()
    }

    /// Forgets all that is later than a time.
    pub(super) fn forget_after(&mut self, time_s: f64) {
        self.saved.retain(|(saved_s, _)| *saved_s <= time_s + 1e-9);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_earlier_state_is_found_however_long_the_run() {
        let mut rewind = Rewind::new();
        for tick in 0..600_000 {
            let time_s = f64::from(tick) * 0.001;
            if rewind.wants(time_s) {
                rewind.keep(time_s, tick);
            }
        }
        assert!(rewind.saved.len() <= MOST);
        assert_eq!(rewind.at_or_before(0.0), Some(&(0.0, 0)));
        for time_s in [0.3, 77.7, 333.0, 599.999] {
            let (saved_s, tick) = rewind.at_or_before(time_s).expect("one is before");
            assert!(*saved_s <= time_s && time_s - saved_s <= 2.0 * rewind.spacing_s, "{saved_s} {time_s}");
            assert_eq!(f64::from(*tick) * 0.001, *saved_s);
        }
        rewind.forget_after(100.0);
        assert!(rewind.at_or_before(1e9).is_some_and(|(saved_s, _)| *saved_s <= 100.0));
        assert!(rewind.wants(102.0));
    }
}
