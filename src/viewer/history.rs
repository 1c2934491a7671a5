//! What chosen signals have been: their values along simulated time, in bounded memory.

use std::collections::BTreeMap;

use crate::model::RobotModel;
use crate::signals::{Moment, Signal, signals_of};
use crate::simulation::Simulation;

/// Samples a second of simulated time.
const RATE_HZ: f64 = 100.0;
/// Samples of a curve at most; 120 s are kept in full before the older half is thinned.
const MOST: usize = 12_000;
/// Of so many neighbours the lowest and the highest stay when samples are thinned.
const THINNED: usize = 4;

/// A value and its time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// Simulated time [s].
    pub time_s: f64,
    /// Value in the signal's unit; not a number where there is none.
    pub value: f64,
}

/// The curve of a signal.
#[derive(Debug, Clone)]
struct Curve {
    signal: usize,
    samples: Vec<Sample>,
}

/// Curves of the chosen signals of one robot.
#[derive(Debug, Clone)]
pub struct SignalHistory {
    signals: Vec<Signal>,
    places: BTreeMap<String, usize>,
    curves: Vec<Curve>,
    /// Number of the last sample since the start of the run.
    last: u64,
}

impl SignalHistory {
    /// No curve yet, of a robot's signals.
    pub fn new(model: &RobotModel) -> Self {
        Self::of(signals_of(model))
    }

    fn of(signals: Vec<Signal>) -> Self {
        let places = signals.iter().enumerate().map(|(i, signal)| (signal.name.clone(), i)).collect();
        Self { signals, places, curves: Vec::new(), last: 0 }
    }

    /// The same signals chosen, by name, of a robot that may be another one.
    pub fn begun_anew(&self, model: &RobotModel) -> Self {
        let mut anew = Self::new(model);
        let names = self.curves.iter().map(|curve| self.signals[curve.signal].name.as_str());
        let wanted: Vec<usize> = names.filter_map(|name| anew.find(name)).collect();
        anew.choose(&wanted);
        anew
    }

    /// All signals that can be chosen.
    pub fn signals(&self) -> &[Signal] {
        &self.signals
    }

    /// Index of a signal by its name.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.places.get(name).copied()
    }

    /// Keeps the curves of these signals from now on; those of others are forgotten, new ones begin here.
    pub fn choose(&mut self, wanted: &[usize]) {
        self.curves.retain(|curve| wanted.contains(&curve.signal));
        for &signal in wanted {
            if signal < self.signals.len() && self.curves.iter().all(|curve| curve.signal != signal) {
                self.curves.push(Curve { signal, samples: Vec::new() });
            }
        }
    }

    /// The samples of a signal, times rising; none where it is not chosen.
    pub fn curve(&self, signal: usize) -> &[Sample] {
        self.curves.iter().find(|curve| curve.signal == signal).map_or(&[], |curve| &curve.samples)
    }

    /// Takes the present values when it is time to; to be called after every tick.
    ///
    /// Where the run is put back, what it repeats is known already; a leap ahead leaves a gap.
    pub fn observe(&mut self, simulation: &Simulation) {
        let time_s = simulation.time_s();
        if self.due(time_s) && !self.curves.is_empty() {
            let moment = Moment::of(simulation);
            let Self { signals, curves, .. } = self;
            for curve in curves {
                curve.push(Sample { time_s, value: signals[curve.signal].value(&moment) });
            }
        }
    }

    /// Whether a sample is due.
    fn due(&mut self, time_s: f64) -> bool {
        let number = number(time_s);
        std::mem::replace(&mut self.last, number) != number
    }

    /// Forgets what came after a time [s]: the run goes on otherwise from there.
    pub fn truncate(&mut self, time_s: f64) {
        for curve in &mut self.curves {
            let kept = curve.samples.partition_point(|sample| sample.time_s <= time_s);
            curve.samples.truncate(kept);
        }
        self.last = number(time_s);
    }

    /// Writes what a curve looks like between two times in about twice `columns` points: of each column the
    /// lowest and the highest value, in the order in which they occur. A column's borders do not move with
    /// the times, so that a sliding window shows a still curve. A gap is a value that is not a number.
    pub fn outline(&self, signal: usize, (from_s, to_s): (f64, f64), columns: usize, out: &mut Vec<Sample>) {
        out.clear();
        let samples = self.curve(signal);
        let start = samples.partition_point(|sample| sample.time_s < from_s).saturating_sub(1);
        let end = samples.partition_point(|sample| sample.time_s <= to_s);
        let Some(seen) = samples.get(start..end) else { return };
        let wanted_s = (to_s - from_s) / columns.max(1) as f64;
        let mut column_s = 1.0 / RATE_HZ;
        while column_s < wanted_s {
            column_s *= 2.0;
        }
        let column = |sample: &Sample| (sample.time_s / column_s + 1e-6).floor();
        for group in seen.chunk_by(|a, b| column(a) == column(b) && a.value.is_nan() == b.value.is_nan()) {
            extremes(group, out);
        }
    }
}

fn number(time_s: f64) -> u64 {
    // A tick's time may lie a rounding error short of the sample's.
    (time_s * RATE_HZ + 1e-6).floor().max(0.0) as u64
}

impl Curve {
    fn push(&mut self, sample: Sample) {
        let half_s = 0.5 / RATE_HZ;
        if self.samples.first().is_some_and(|first| sample.time_s < first.time_s - half_s) {
            self.samples.clear();
        }
        if self.samples.last().is_some_and(|last| sample.time_s <= last.time_s + half_s) {
            return;
        }
        if let Some(last) = self.samples.last().copied()
            && sample.time_s - last.time_s > 1.5 / RATE_HZ
        {
            // Nothing is known in between.
            self.samples.push(Sample { value: f64::NAN, ..last });
        }
        self.samples.push(sample);
        if self.samples.len() > MOST {
            self.thin();
        }
    }

    /// Halves the older half; what is thinned again and again lies ever farther apart.
    fn thin(&mut self) {
        let newer = self.samples.split_off(self.samples.len() / 2);
        let mut thinned = Vec::with_capacity(MOST + 1);
        for group in self.samples.chunks(THINNED) {
            extremes(group, &mut thinned);
        }
        thinned.extend(newer);
        self.samples = thinned;
    }
}

/// Appends the lowest and the highest of neighbours, in the order in which they occur; one gap for many.
fn extremes(group: &[Sample], out: &mut Vec<Sample>) {
    let numbers = || group.iter().enumerate().filter(|(_, sample)| !sample.value.is_nan());
    let by_value = |a: &(usize, &Sample), b: &(usize, &Sample)| a.1.value.total_cmp(&b.1.value);
    match (numbers().min_by(by_value), numbers().max_by(by_value)) {
        (Some((low, a)), Some((high, b))) if low != high => {
            out.extend(if low < high { [*a, *b] } else { [*b, *a] });
        }
        (Some((_, only)), _) => out.push(*only),
        _ => out.extend(group.first()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signals::catalogue;

    /// A history that is told the value of every tick of 2 ms up to a time.
    struct Told {
        history: SignalHistory,
        ticks: u64,
    }

    impl Told {
        fn new(chosen: &[usize]) -> Self {
            let mut history = SignalHistory::of(catalogue(["knee"]));
            history.choose(chosen);
            Self { history, ticks: 0 }
        }

        fn run_to(&mut self, end_s: f64, value: impl Fn(f64) -> f64) {
            while (self.ticks as f64) * 0.002 < end_s - 1e-9 {
                self.ticks += 1;
                let time_s = self.ticks as f64 * 0.002;
                if self.history.due(time_s) {
                    for curve in &mut self.history.curves {
                        curve.push(Sample { time_s, value: value(time_s) });
                    }
                }
            }
        }
    }

    #[test]
    fn a_hundred_samples_a_second_of_what_is_chosen() {
        let mut told = Told::new(&[3]);
        told.run_to(2.0, |t| t);
        assert_eq!(told.history.curve(3).len(), 200);
        assert!(told.history.curve(4).is_empty());
        told.history.choose(&[3, 4]);
        told.run_to(3.0, |t| t);
        assert_eq!(told.history.curve(3).len(), 300);
        let begun = told.history.curve(4);
        assert!(begun.len() == 100 && begun[0].time_s > 2.0, "a new one begins where it is chosen");
        told.history.choose(&[4]);
        assert!(told.history.curve(3).is_empty());
    }

    #[test]
    fn a_run_put_back_keeps_its_future_until_it_takes_another() {
        let mut told = Told::new(&[0]);
        told.run_to(3.0, |_| 1.0);
        told.ticks = 500;
        told.run_to(2.0, |_| 1.0);
        assert_eq!(told.history.curve(0).len(), 300, "what is repeated is known");
        told.history.truncate(2.0);
        told.run_to(4.0, |_| 5.0);
        let curve = told.history.curve(0);
        assert_eq!(curve.len(), 400);
        assert!(curve.windows(2).all(|pair| pair[0].time_s < pair[1].time_s));
        assert_eq!((curve[198].value, curve[201].value), (1.0, 5.0));
        told.history.truncate(0.0);
        assert!(told.history.curve(0).is_empty());
    }

    #[test]
    fn a_curve_chosen_late_begins_anew_where_the_run_is_put_before_it() {
        let mut told = Told::new(&[]);
        told.run_to(3.0, |_| 1.0);
        told.history.choose(&[0]);
        told.run_to(4.0, |_| 1.0);
        told.ticks = 500;
        told.run_to(2.0, |_| 1.0);
        let curve = told.history.curve(0);
        assert!((100..=101).contains(&curve.len()) && curve[0].time_s < 1.02, "{}", curve.len());
    }

    #[test]
    fn a_leap_ahead_leaves_a_gap() {
        let mut told = Told::new(&[0]);
        told.run_to(1.0, |_| 1.0);
        told.ticks = 2000;
        told.run_to(5.0, |_| 1.0);
        let gaps = told.history.curve(0).iter().filter(|sample| sample.value.is_nan()).count();
        assert_eq!(gaps, 1);
    }

    #[test]
    fn memory_is_bounded_and_peaks_stay() {
        let mut told = Told::new(&[0]);
        let peak = |t: f64| f64::from(u8::from((t - 5.0).abs() < 0.004)) + 0.1 * (t * 7.0).sin();
        told.run_to(900.0, peak);
        let curve = told.history.curve(0);
        assert!(curve.len() <= MOST, "{}", curve.len());
        assert!(curve.windows(2).all(|pair| pair[0].time_s < pair[1].time_s));
        assert!(curve.iter().any(|sample| sample.value > 0.9), "the peak stays, however often it is thinned");
        let recent = curve.iter().filter(|sample| sample.time_s > 870.0).count();
        assert_eq!(recent, 3000, "the last half minute is whole");
    }

    #[test]
    fn an_outline_keeps_peaks_and_does_not_crawl() {
        let mut told = Told::new(&[0]);
        told.run_to(30.0, |t| if (t - 20.0).abs() < 0.004 { 9.0 } else { (t * 3.0).sin() });
        let outline = |window| {
            let mut points = Vec::new();
            told.history.outline(0, window, 100, &mut points);
            points
        };
        let (a, b) = (outline((10.0, 25.0)), outline((10.5, 25.5)));
        assert!((100..=202).contains(&a.len()), "{}", a.len());
        assert!(a.iter().any(|point| point.value == 9.0));
        let inner = |points: &[Sample]| {
            let inner = points.iter().filter(|p| p.time_s > 11.0 && p.time_s < 24.5);
            inner.copied().collect::<Vec<_>>()
        };
        assert_eq!(inner(&a), inner(&b));
    }
}
