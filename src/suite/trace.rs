//! What is kept of a run to draw it: a case is run again, which gives the same bits, and watched.

use std::collections::VecDeque;

use nalgebra::{Isometry3, Point2};

use crate::config::LoadedScenario;
use crate::config::scenario::{Expectation, WindowFigure};
use crate::judge::{ExpectationResult, Judge};
use crate::model::Side;
use crate::report::number;
use crate::signals::{Moment, Signal, signals_of};
use crate::simulation::{RunStatus, Simulation, SimulationError};

/// Signals that are drawn of every run, and how samples of each are merged.
const DRAWN: [(&str, Merge); 10] = [
    ("com.x_m", Merge::Last),
    ("com.y_m", Merge::Last),
    ("speed.forward_mps", Merge::Last),
    ("dcm.error_m", Merge::Largest),
    ("com.height_m", Merge::Last),
    ("torso.height_m", Merge::Last),
    ("left_foot.height_m", Merge::Last),
    ("right_foot.height_m", Merge::Last),
    ("left_foot.force_z_n", Merge::Largest),
    ("right_foot.force_z_n", Merge::Largest),
];

/// Samples of a run at most; at half of it sampling is still fine enough for any plot.
const MAX_SAMPLES: usize = 800;
/// Footprints of a run at most; the last ones count.
const MAX_FOOTPRINTS: usize = 1000;
/// Time between two poses and two looks at the expectations [s].
const LOOK_EVERY_S: f64 = 0.02;
/// What happens so soon before a fall is the fall [s].
const SAME_MOMENT_S: f64 = 0.3;
/// Poses kept from before a failure.
const POSES: usize = 101;

/// What becomes of samples when there are too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Merge {
    Last,
    Largest,
    Smallest,
}

impl Merge {
    fn of(self, before: f32, after: f32) -> f32 {
        match self {
            Self::Last => after,
            Self::Largest => before.max(after),
            Self::Smallest => before.min(after),
        }
    }

    /// Keeps what an expectation on a signal looks at.
    fn for_figure(of: Option<WindowFigure>) -> Self {
        match of {
            Some(WindowFigure::Min) => Self::Smallest,
            Some(WindowFigure::Max | WindowFigure::AbsMax) => Self::Largest,
            _ => Self::Last,
        }
    }
}

/// A robot's pose at a time.
#[derive(Debug, Clone)]
pub(super) struct Pose {
    /// When [s].
    pub time_s: f64,
    /// Pose of the root.
    pub world_from_base: Isometry3<f64>,
    /// Joint angles [rad].
    pub q_rad: Vec<f64>,
}

/// When a run went wrong, and how the robot got there.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    /// When [s].
    pub time_s: f64,
    /// What went wrong then, in words.
    pub what: String,
    /// Poses up to then, every 0.02 s.
    pub poses: Vec<Pose>,
}

/// A foot on the ground.
#[derive(Debug, Clone, Copy)]
pub(super) struct Footprint {
    /// Which foot.
    pub side: Side,
    /// Frame of the sole's centre.
    pub world_from_sole: Isometry3<f64>,
}

/// What is kept of a run.
#[derive(Debug, Clone)]
pub struct Trace {
    /// Hash of the true state's bits at the end: that of the record, or the run was another one.
    pub state_hash: u64,
    /// The first thing that went wrong for good, and the fall where that came later.
    pub(super) failures: Vec<Failure>,
    pub(super) footprints: Vec<Footprint>,
    pub(super) route: Vec<Point2<f64>>,
    names: Vec<String>,
    times_s: Vec<f64>,
    samples: Vec<Vec<f32>>,
}

impl Trace {
    /// Runs a case again and keeps what is drawn of it.
    ///
    /// # Errors
    /// Where the run cannot start.
    pub fn of(loaded: &LoadedScenario, seed: u64) -> Result<Self, SimulationError> {
        let mut simulation = Simulation::new(&loaded.robot.config, &loaded.scenario.config, seed)?;
        let mut judge = Judge::new(&simulation);
        let mut tracer = Tracer::new(&simulation);
        loop {
            let status = simulation.tick();
            judge.observe(&simulation);
            tracer.observe(&simulation, &judge);
            if status != RunStatus::Running {
                break;
            }
        }
        judge.finish(&simulation);
        Ok(tracer.finish(&simulation, &judge.results()))
    }

    /// Values of a signal with their times [s]; none where it was not kept.
    pub(super) fn series(&self, name: &str) -> Vec<(f64, f64)> {
        let Some(column) = self.names.iter().position(|other| other == name) else { return Vec::new() };
        let value = |(time_s, row): (&f64, &Vec<f32>)| (*time_s, f64::from(row[column]));
        self.times_s.iter().zip(&self.samples).map(value).collect()
    }

    /// The signals of joints' torque shares, the most loaded joint first.
    pub(super) fn most_loaded(&self) -> Vec<String> {
        let peak = |column: usize| self.samples.iter().map(|row| row[column]).fold(0.0, f32::max);
        let shares = self.names.iter().enumerate().filter(|(_, name)| name.ends_with(".torque_share"));
        let mut peaks: Vec<(f32, &String)> = shares.map(|(column, name)| (peak(column), name)).collect();
        peaks.sort_by(|a, b| b.0.total_cmp(&a.0));
        peaks.into_iter().map(|(_, name)| name.clone()).collect()
    }
}

/// Signals over a run, sampled so that there are never too many of them.
#[derive(Debug)]
struct Sampler {
    signals: Vec<(Signal, Merge)>,
    times_s: Vec<f64>,
    rows: Vec<Vec<f32>>,
    pending: Option<Vec<f32>>,
    ticks: u64,
    every: u64,
}

impl Sampler {
    fn take(&mut self, moment: &Moment<'_>) {
        let values = self.signals.iter().map(|(signal, merge)| (signal.value(moment) as f32, *merge));
        match &mut self.pending {
            Some(pending) => {
                for (kept, (value, merge)) in pending.iter_mut().zip(values) {
                    *kept = merge.of(*kept, value);
                }
            }
            None => self.pending = Some(values.map(|(value, _)| value).collect()),
        }
        self.ticks += 1;
        if self.ticks.is_multiple_of(self.every)
            && let Some(row) = self.pending.take()
        {
            self.times_s.push(moment.now.time_s);
            self.rows.push(row);
            if self.rows.len() >= MAX_SAMPLES {
                self.halve();
            }
        }
    }

    /// Merges each sample with the one before it.
    fn halve(&mut self) {
        let merges: Vec<Merge> = self.signals.iter().map(|(_, merge)| *merge).collect();
        let merged = self.rows.chunks(2).map(|pair| {
            let column = |(i, merge): (usize, &Merge)| merge.of(pair[0][i], pair[pair.len() - 1][i]);
            merges.iter().enumerate().map(column).collect()
        });
        self.rows = merged.collect();
        self.times_s = self.times_s.chunks(2).map(|pair| pair[pair.len() - 1]).collect();
        self.every *= 2;
    }
}

/// Watches a run.
struct Tracer {
    sampler: Sampler,
    poses: VecDeque<Pose>,
    look_at_s: f64,
    /// For each expectation: whether it held when last looked at, and where it stopped holding.
    turns: Vec<(bool, Option<Failure>)>,
    fall: Option<Failure>,
    footprints: VecDeque<Footprint>,
    steps: usize,
}

impl Tracer {
    fn new(simulation: &Simulation) -> Self {
        let all = signals_of(simulation.model());
        let find = |name: &str| all.iter().find(|signal| signal.name == name).cloned();
        let mut signals: Vec<(Signal, Merge)> =
            DRAWN.iter().filter_map(|&(name, merge)| Some((find(name)?, merge))).collect();
        let shares = all.iter().filter(|signal| signal.name.ends_with(".torque_share"));
        signals.extend(shares.map(|signal| (signal.clone(), Merge::Largest)));
        let expectations = &simulation.scenario().expectations;
        let bounded = |wanted: &Expectation| {
            let signal = find(wanted.signal.as_ref()?)?;
            Some((signal, Merge::for_figure(wanted.of)))
        };
        for (signal, merge) in expectations.iter().filter_map(bounded) {
            if !signals.iter().any(|(known, _)| known.name == signal.name) {
                signals.push((signal, merge));
            }
        }
        let moment = Moment::of(simulation);
        let standing = Side::BOTH.map(|side| Footprint { side, world_from_sole: moment.soles[side.index()] });
        Self {
            sampler: Sampler {
                signals,
                times_s: Vec::new(),
                rows: Vec::new(),
                pending: None,
                ticks: 0,
                every: 1,
            },
            poses: VecDeque::with_capacity(POSES),
            look_at_s: 0.0,
            turns: vec![(false, None); expectations.len()],
            fall: None,
            footprints: standing.into(),
            steps: 0,
        }
    }

    fn observe(&mut self, simulation: &Simulation, judge: &Judge) {
        let moment = Moment::of(simulation);
        self.sampler.take(&moment);
        let gait = moment.now.walker.gait;
        if gait.steps != self.steps && simulation.fallen_s().is_none() {
            self.steps = gait.steps;
            if self.footprints.len() == MAX_FOOTPRINTS {
                self.footprints.pop_front();
            }
            let world_from_sole = moment.soles[gait.stance.index()];
            self.footprints.push_back(Footprint { side: gait.stance, world_from_sole });
        }
        let time_s = moment.now.time_s;
        let falls = simulation.fallen_s().is_some() && self.fall.is_none();
        if time_s < self.look_at_s - 1e-9 && !falls {
            return;
        }
        self.look_at_s = time_s + LOOK_EVERY_S;
        self.keep_pose(&moment);
        if falls {
            self.fall = Some(self.failure(time_s, "the robot fell".to_owned()));
        }
        for (i, result) in judge.results().into_iter().enumerate() {
            let held = std::mem::replace(&mut self.turns[i].0, result.pass);
            if result.pass {
                self.turns[i].1 = None;
            } else if held {
                self.turns[i].1 = Some(self.failure(time_s, broken(&result)));
            }
        }
    }

    fn keep_pose(&mut self, moment: &Moment<'_>) {
        let mut q_rad = Vec::new();
        if self.poses.len() == POSES
            && let Some(oldest) = self.poses.pop_front()
        {
            q_rad = oldest.q_rad;
        }
        let truth = moment.now.truth;
        q_rad.clear();
        q_rad.extend_from_slice(truth.q.as_slice());
        self.poses.push_back(Pose {
            time_s: moment.now.time_s,
            world_from_base: truth.world_from_base,
            q_rad,
        });
    }

    fn failure(&self, time_s: f64, what: String) -> Failure {
        Failure { time_s, what, poses: self.poses.iter().cloned().collect() }
    }

    fn finish(self, simulation: &Simulation, results: &[ExpectationResult]) -> Trace {
        let route = simulation.route().map_or(&[][..], |route| route.points());
        let failed: Vec<&ExpectationResult> = results.iter().filter(|result| !result.pass).collect();
        let at_end = failed.first().map(|result| self.failure(simulation.time_s(), broken(result)));
        let fails = !failed.is_empty() || results.is_empty();
        // The first thing that went wrong for good; what never held shows at the end.
        let turned = self.turns.into_iter().zip(results).filter(|(_, result)| !result.pass);
        let turned = turned.filter_map(|((_, failure), _)| failure);
        let first = turned.min_by(|a, b| a.time_s.total_cmp(&b.time_s));
        let fall = self.fall.filter(|_| fails);
        let failures = match (first, fall) {
            (Some(first), Some(fall)) if first.time_s < fall.time_s - SAME_MOMENT_S => vec![first, fall],
            (_, Some(fall)) => vec![fall],
            (first, None) => first.or(at_end).into_iter().collect(),
        };
        Trace {
            state_hash: simulation.state_hash(),
            failures,
            footprints: self.footprints.into(),
            route: route.iter().map(|point| point.xy).collect(),
            names: self.sampler.signals.into_iter().map(|(signal, _)| signal.name).collect(),
            times_s: self.sampler.times_s,
            samples: self.sampler.rows,
        }
    }
}

fn broken(result: &ExpectationResult) -> String {
    format!("{} was {}, allowed {}", result.name, number(result.measured), result.allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halving_keeps_peaks_and_last_values() {
        let signals = crate::signals::catalogue([]);
        let mut sampler = Sampler {
            signals: vec![
                (signals[0].clone(), Merge::Last),
                (signals[1].clone(), Merge::Largest),
                (signals[2].clone(), Merge::Smallest),
            ],
            times_s: vec![0.1, 0.2, 0.3],
            rows: vec![vec![1.0, 5.0, 5.0], vec![2.0, 3.0, 3.0], vec![3.0, f32::NAN, 1.0]],
            pending: None,
            ticks: 3,
            every: 1,
        };
        sampler.halve();
        assert_eq!(sampler.times_s, [0.2, 0.3]);
        assert_eq!(sampler.rows[0], [2.0, 5.0, 3.0]);
        assert_eq!((sampler.rows[1][0], sampler.rows[1][2], sampler.every), (3.0, 1.0, 2));
        assert!(sampler.rows[1][1].is_nan());
        assert_eq!(Merge::Largest.of(f32::NAN, 2.0), 2.0);
    }
}
