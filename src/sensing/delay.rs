//! Latency: a sample comes out as many ticks later as it is old.

use std::collections::VecDeque;

/// A line of samples, the newest at the back.
#[derive(Debug, Clone)]
pub(super) struct Delay<T> {
    line: VecDeque<T>,
    ticks: usize,
    /// Whether a sample has been taken.
    begun: bool,
}

impl<T: Clone> Delay<T> {
    /// A line as long as the latency, of samples like `blank`.
    pub(super) fn new(latency_s: f64, dt_s: f64, blank: T) -> Self {
        let ticks = (latency_s / dt_s).round().max(0.0) as usize;
        Self { line: std::iter::repeat_n(blank, ticks + 1).collect(), ticks, begun: false }
    }

    /// Puts a sample in; the one that comes out stays readable in [`Delay::present`]. Before the first sample all was
    /// as it is then.
    pub(super) fn push(&mut self, write: impl FnOnce(&mut T)) {
        if !std::mem::replace(&mut self.begun, true) {
            if let Some(first) = self.line.front_mut() {
                write(first);
            }
            if let Some(first) = self.line.front().cloned() {
                self.line.iter_mut().for_each(|slot| slot.clone_from(&first));
            }
            return;
        }
        // The oldest sample's memory takes the new one.
        if let Some(mut slot) = self.line.pop_front() {
            write(&mut slot);
            self.line.push_back(slot);
        }
    }

    /// The sample that is old enough.
    pub(super) fn present(&self) -> &T {
        &self.line[self.line.len() - 1 - self.ticks]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_come_out_late() {
        let mut delay = Delay::new(0.002, 0.001, 0);
        let mut seen = Vec::new();
        for i in 1..=5 {
            delay.push(|slot| *slot = i);
            seen.push(*delay.present());
        }
        assert_eq!(seen, [1, 1, 1, 2, 3]);
        let mut prompt = Delay::new(0.0, 0.001, 0);
        prompt.push(|slot| *slot = 7);
        assert_eq!(*prompt.present(), 7);
    }
}
