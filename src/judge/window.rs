//! A signal over a window of time, brought down to one figure.

use crate::config::scenario::{Expectation, WindowFigure};
use crate::signals::{Moment, Signal};

/// How the name of an expectation on a signal begins.
pub const SIGNAL_PREFIX: &str = "signal ";
/// Times of ticks that count as equal [s].
const SAME_S: f64 = 1e-9;

/// The figure of a signal over the ticks in a window so far.
#[derive(Debug, Clone)]
pub(super) struct SignalWindow {
    signal: Signal,
    of: WindowFigure,
    from_s: f64,
    to_s: f64,
    ticks: u64,
    value: f64,
}

impl SignalWindow {
    /// The window of an expectation; none for one on a metric, or where the robot has no such signal.
    pub fn of(expectation: &Expectation, signals: &[Signal]) -> Option<Self> {
        let name = expectation.signal.as_ref()?;
        let signal = signals.iter().find(|signal| signal.name == *name)?.clone();
        Some(Self {
            signal,
            of: expectation.of?,
            from_s: expectation.from_s.unwrap_or(0.0),
            to_s: expectation.to_s.unwrap_or(f64::INFINITY),
            ticks: 0,
            value: 0.0,
        })
    }

    /// Takes a tick; one without a value does not count.
    pub fn observe(&mut self, moment: &Moment<'_>) {
        let time_s = moment.now.time_s;
        if time_s >= self.from_s - SAME_S && time_s <= self.to_s + SAME_S {
            self.take(self.signal.value(moment));
        }
    }

    fn take(&mut self, value: f64) {
        if !value.is_finite() {
            return;
        }
        let first = self.ticks == 0;
        self.ticks += 1;
        self.value = match self.of {
            WindowFigure::Mean => self.value + value,
            WindowFigure::Rms => self.value + value * value,
            WindowFigure::Final => value,
            WindowFigure::AbsMax => self.value.max(value.abs()),
            WindowFigure::Min | WindowFigure::Max if first => value,
            WindowFigure::Min => self.value.min(value),
            WindowFigure::Max => self.value.max(value),
        };
    }

    /// The figure so far; none before the first value.
    pub fn figure(&self) -> Option<f64> {
        let ticks = self.ticks as f64;
        (self.ticks > 0).then(|| match self.of {
            WindowFigure::Mean => self.value / ticks,
            WindowFigure::Rms => (self.value / ticks).sqrt(),
            _ => self.value,
        })
    }

    /// Whether a run that ended now would leave a part of the window out.
    pub fn is_cut_off(&self, time_s: f64) -> bool {
        let due_s = if self.to_s.is_finite() { self.to_s } else { self.from_s };
        time_s < due_s - SAME_S
    }
}

/// What an expectation on a signal is called, such as `signal torso.height_m Min in 2..10 s`.
pub(super) fn window_name(expectation: &Expectation, signal: &str) -> String {
    let of = expectation.of.map_or_else(|| "?".to_owned(), |of| format!("{of:?}"));
    let span = match (expectation.from_s, expectation.to_s) {
        (None, None) => String::new(),
        (from, None) => format!(" from {} s", from.unwrap_or(0.0)),
        (from, Some(to)) => format!(" in {}..{to} s", from.unwrap_or(0.0)),
    };
    format!("{SIGNAL_PREFIX}{signal} {of}{span}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signals::catalogue;

    fn window(of: WindowFigure) -> SignalWindow {
        let expectation = Expectation {
            signal: Some("com.z_m".to_owned()),
            of: Some(of),
            from_s: Some(1.0),
            to_s: Some(3.0),
            ..Expectation::default()
        };
        SignalWindow::of(&expectation, &catalogue([])).expect("a window")
    }

    #[test]
    fn each_figure_is_what_it_says() {
        let values = [2.0, f64::NAN, -5.0, 3.0, 1.0];
        for (of, wanted) in [
            (WindowFigure::Min, -5.0),
            (WindowFigure::Max, 3.0),
            (WindowFigure::Mean, 0.25),
            (WindowFigure::Rms, (39.0_f64 / 4.0).sqrt()),
            (WindowFigure::Final, 1.0),
            (WindowFigure::AbsMax, 5.0),
        ] {
            let mut window = window(of);
            assert_eq!(window.figure(), None);
            values.into_iter().for_each(|value| window.take(value));
            assert_eq!(window.figure(), Some(wanted), "{of:?}");
        }
        let mut falling = window(WindowFigure::Max);
        falling.take(-2.0);
        assert_eq!(falling.figure(), Some(-2.0));
    }

    #[test]
    fn a_run_that_ends_early_cuts_the_window_off() {
        let mut window = window(WindowFigure::Min);
        assert!(window.is_cut_off(2.9) && !window.is_cut_off(3.0));
        window.to_s = f64::INFINITY;
        assert!(window.is_cut_off(0.9) && !window.is_cut_off(1.0));
    }

    #[test]
    fn names_say_signal_figure_and_window() {
        let mut expectation = Expectation {
            of: Some(WindowFigure::Min),
            from_s: Some(2.0),
            to_s: Some(10.0),
            ..Default::default()
        };
        assert_eq!(window_name(&expectation, "torso.height_m"), "signal torso.height_m Min in 2..10 s");
        expectation.to_s = None;
        assert_eq!(window_name(&expectation, "torso.height_m"), "signal torso.height_m Min from 2 s");
        expectation.from_s = None;
        assert_eq!(window_name(&expectation, "torso.height_m"), "signal torso.height_m Min");
    }
}
