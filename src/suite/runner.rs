//! Runs cases on several threads; what comes out does not depend on how many.

use std::any::Any;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use super::plan::{Case, Plan};
use super::record::{CaseError, CaseRecord};
use crate::report::{RunReport, judge_run};
use crate::simulation::SimulationError;

/// Time between two looks at the clock while nothing happens.
const TICK: Duration = Duration::from_millis(200);

/// How cases are run.
#[derive(Debug, Clone, Copy)]
pub struct RunOptions {
    /// Threads.
    pub jobs: usize,
    /// Longest time a case may take on this machine [s].
    pub timeout_s: Option<f64>,
    /// Whether nothing behind the first case that fails is wanted.
    pub fail_fast: bool,
}

/// What happens while cases run.
#[derive(Debug)]
pub enum Event<'a> {
    /// A case began.
    Started,
    /// A case is done.
    Finished(&'a CaseRecord),
    /// Nothing, for a while.
    Waiting,
}

/// What ends a run early.
enum Halt {
    Start(String),
    Simulation(SimulationError),
    Timeout(CaseError),
    Unwanted,
}

impl From<SimulationError> for Halt {
    fn from(error: SimulationError) -> Self {
        Self::Simulation(error)
    }
}

enum Message {
    Started,
    Finished(usize, Box<CaseRecord>),
}

/// Runs every case that is not among `done`, and gives all records in the order of the cases.
///
/// Cases that had not finished when `stop` was set are missing; with `fail_fast`, so is all behind the
/// first failed case. `watch` sees events in the order they happen.
///
/// # Errors
/// What `watch` gives; the cases that run are then given up.
pub fn run<E>(
    plan: &Plan,
    cases: &[Case],
    done: Vec<CaseRecord>,
    options: &RunOptions,
    stop: &AtomicBool,
    mut watch: impl FnMut(Event<'_>) -> Result<(), E>,
) -> Result<Vec<CaseRecord>, E> {
    let mut records: Vec<Option<CaseRecord>> = cases.iter().map(|_| None).collect();
    let order: BTreeMap<String, usize> =
        cases.iter().enumerate().map(|(i, case)| (plan.id(*case), i)).collect();
    for record in done {
        if let Some(&i) = order.get(&record.id) {
            records[i] = Some(record);
        }
    }
    let open: Vec<usize> = (0..cases.len()).filter(|&i| records[i].is_none()).collect();
    let ends = |case: Case, record: &CaseRecord| {
        // Where some seeds may fail, one that does is no reason to stop.
        options.fail_fast && !record.passed() && plan.groups[case.group].success_rate.is_none()
    };
    let ended = (0..cases.len()).find(|&i| records[i].as_ref().is_some_and(|record| ends(cases[i], record)));
    // Cases are taken in order, so all before the first failed one are done in the end.
    let last = AtomicUsize::new(ended.unwrap_or(usize::MAX));
    let next = AtomicUsize::new(0);
    let given_up = AtomicBool::new(false);
    let unwanted = |index: usize| {
        stop.load(Ordering::Relaxed)
            || given_up.load(Ordering::Relaxed)
            || index > last.load(Ordering::Relaxed)
    };
    let work = |sender: Sender<Message>| {
        while let Some(&index) = open.get(next.fetch_add(1, Ordering::Relaxed)) {
            if unwanted(index) || sender.send(Message::Started).is_err() {
                return;
            }
            let case = cases[index];
            let Some(record) = run_case(plan, case, options.timeout_s, || unwanted(index)) else { return };
            if ends(case, &record) {
                last.fetch_min(index, Ordering::Relaxed);
            }
            if sender.send(Message::Finished(index, Box::new(record))).is_err() {
                return;
            }
        }
    };
    thread::scope(|scope| {
        let (sender, receiver) = channel();
        for _ in 0..options.jobs.clamp(1, open.len().max(1)) {
            let sender = sender.clone();
            scope.spawn(|| work(sender));
        }
        drop(sender);
        loop {
            let result = match receiver.recv_timeout(TICK) {
                Ok(Message::Started) => watch(Event::Started),
                Ok(Message::Finished(index, record)) => {
                    let result = watch(Event::Finished(&record));
                    records[index] = Some(*record);
                    result
                }
                Err(RecvTimeoutError::Timeout) => watch(Event::Waiting),
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            };
            if result.is_err() {
                given_up.store(true, Ordering::Relaxed);
                return result;
            }
        }
    })?;
    records.truncate(last.into_inner().saturating_add(1));
    Ok(records.into_iter().flatten().collect())
}

/// One case from start to record; none where it was no longer wanted before it ended.
fn run_case(
    plan: &Plan,
    case: Case,
    timeout_s: Option<f64>,
    unwanted: impl Fn() -> bool,
) -> Option<CaseRecord> {
    let started = Instant::now();
    let run = || -> Result<RunReport, Halt> {
        let loaded = plan.groups[case.group].load(case.seed).map_err(Halt::Start)?;
        let report = judge_run(&loaded.robot.config, &loaded.scenario.config, case.seed, |simulation| {
            if unwanted() {
                return Err(Halt::Unwanted);
            }
            match timeout_s {
                Some(limit_s) if started.elapsed().as_secs_f64() > limit_s => {
                    Err(Halt::Timeout(CaseError::Timeout { limit_s, sim_time_s: simulation.time_s() }))
                }
                _ => Ok(()),
            }
        });
        report.map_err(|halt| match halt {
            // A robot that is none is shown where it is written.
            Halt::Simulation(SimulationError::Model(model)) => {
                let (field, found) = (model.field_path(), model.to_string());
                Halt::Start(loaded.robot.refuse(&field, found, "a robot that can stand").to_string())
            }
            other => other,
        })
    };
    let outcome = match catch_unwind(AssertUnwindSafe(run)) {
        Ok(Ok(report)) => Ok(report),
        Ok(Err(Halt::Unwanted)) => return None,
        Ok(Err(Halt::Timeout(error))) => Err(error),
        Ok(Err(Halt::Start(reason))) => Err(CaseError::Start(reason)),
        Ok(Err(Halt::Simulation(error @ SimulationError::SelfCheck(_)))) => {
            Err(CaseError::Internal(error.to_string()))
        }
        Ok(Err(Halt::Simulation(error))) => Err(CaseError::Start(error.to_string())),
        Err(panic) => Err(CaseError::Internal(message(panic.as_ref()))),
    };
    Some(CaseRecord::new(plan, case, outcome, started.elapsed().as_secs_f64()))
}

/// What a panic says.
fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("it panicked").to_owned()
}
