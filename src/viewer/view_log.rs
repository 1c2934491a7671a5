//! The log of a run that is watched.
//!
//! A tick is written when it is first seen. A run that was put back and then went another way is logged anew
//! from its start when it ends: the log tells the run as it came to be.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::live::TickObserver;
use super::scene_source::{Frame, SceneSource};
use crate::config::{LoadOptions, LoadedScenario, load_scenario};
use crate::judge::Judge;
use crate::record::{LogError, LogOptions, RunLog};
use crate::report::RunReport;
use crate::simulation::{RunStatus, Simulation};

/// A log that is being written; clones write the same one.
#[derive(Clone)]
pub struct ViewLog(Arc<Mutex<Writing>>);

struct Writing {
    path: PathBuf,
    loaded: LoadedScenario,
    seed: u64,
    options: LogOptions,
    log: Option<RunLog>,
    judge: Option<Judge>,
    /// Hash of the state after each tick that was written.
    hashes: Vec<u64>,
    /// Whether the run is no longer the one that was written.
    rewritten: bool,
    error: Option<LogError>,
}

impl ViewLog {
    /// Begins the log of a run.
    ///
    /// # Errors
    /// As [`RunLog::create`].
    pub fn create(
        path: PathBuf,
        loaded: LoadedScenario,
        seed: u64,
        options: LogOptions,
    ) -> Result<Self, LogError> {
        let log = RunLog::create(&path, &loaded, seed, &options)?;
        Ok(Self(Arc::new(Mutex::new(Writing {
            path,
            loaded,
            seed,
            options,
            log: Some(log),
            judge: None,
            hashes: Vec::new(),
            rewritten: false,
            error: None,
        }))))
    }

    fn lock(&self) -> MutexGuard<'_, Writing> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Completes the log with what was seen of the run and gives it its name.
    ///
    /// # Errors
    /// Where it cannot be completed.
    pub fn finish(&self, source: &dyn SceneSource) -> Result<(), LogError> {
        self.lock().finish(source)
    }
}

impl Writing {
    fn begin(&mut self, simulation: &Simulation) {
        if self.judge.is_some() {
            match RunLog::create(&self.path, &self.loaded, self.seed, &self.options) {
                Ok(log) => self.log = Some(log),
                Err(error) => self.error = Some(error),
            }
        }
        self.judge = Some(Judge::new(simulation));
        self.hashes.clear();
        self.rewritten = false;
    }

    fn take(&mut self, simulation: &Simulation) {
        if self.rewritten || self.error.is_some() {
            return;
        }
        let (tick, hash) = (ticks(simulation), simulation.state_hash());
        if let Some(written) = self.hashes.get(tick.saturating_sub(1)) {
            self.rewritten = *written != hash;
            return;
        }
        if tick != self.hashes.len() + 1 {
            self.rewritten = true;
            return;
        }
        self.hashes.push(hash);
        if let Some(judge) = &mut self.judge {
            judge.observe(simulation);
        }
        if let Some(Err(error)) = self.log.as_mut().map(|log| log.observe(simulation)) {
            self.error = Some(error);
        }
    }

    fn finish(&mut self, source: &dyn SceneSource) -> Result<(), LogError> {
        if let Some(error) = self.error.take() {
            return Err(error);
        }
        let Some(log) = self.log.take() else { return Ok(()) };
        match (source.simulation(), &mut self.judge) {
            (Some(simulation), Some(judge)) if !self.rewritten && ticks(simulation) == self.hashes.len() => {
                log.finish(&report(&self.loaded, self.seed, simulation, judge))
            }
            _ => {
                drop(log);
                self.again(source)
            }
        }
    }

    /// Does the run again as it came to be, up to the latest time it has been at, and logs that.
    fn again(&self, source: &dyn SceneSource) -> Result<(), LogError> {
        let by_hand = self.path.with_extension("by_hand.ron");
        // Where nothing was done by hand, the run is the one that was loaded.
        let saved = source.save(&by_hand).is_ok();
        let loaded = saved.then(|| load_scenario(&by_hand, &LoadOptions::default()).ok()).flatten();
        let loaded = loaded.unwrap_or_else(|| self.loaded.clone());
        if saved {
            // It was only needed to be read.
            let _ = std::fs::remove_file(&by_hand);
        }
        let mut log = RunLog::create(&self.path, &loaded, self.seed, &self.options)?;
        let mut simulation = Simulation::new(&loaded.robot.config, &loaded.scenario.config, self.seed)?;
        let mut judge = Judge::new(&simulation);
        while simulation.status() == RunStatus::Running && simulation.time_s() < source.reach_s() - 1e-9 {
            simulation.tick();
            judge.observe(&simulation);
            log.observe(&simulation)?;
        }
        log.finish(&report(&loaded, self.seed, &simulation, &mut judge))
    }
}

/// Ticks a simulation has done.
fn ticks(simulation: &Simulation) -> usize {
    (simulation.time_s() / simulation.scenario().physics.dt_s).round() as usize
}

fn report(loaded: &LoadedScenario, seed: u64, simulation: &Simulation, judge: &mut Judge) -> RunReport {
    let metrics = judge.finish(simulation);
    let (scenario, robot) = (&loaded.scenario.config, &loaded.robot.config);
    // How long a run was watched says nothing about the program.
    RunReport::new(scenario, robot, seed, metrics, judge.results(), 0.0)
}

impl TickObserver for ViewLog {
    fn start(&mut self, simulation: &Simulation) {
        self.lock().begin(simulation);
    }

    fn tick(&mut self, simulation: &Simulation) {
        self.lock().take(simulation);
    }

    fn fill(&self, _frame: &mut Frame) {}

    /// The same log: it knows ticks that are seen again.
    fn copy(&self) -> Box<dyn TickObserver> {
        Box::new(self.clone())
    }
}

/// Two that see the same ticks.
pub struct Both(pub Box<dyn TickObserver>, pub Box<dyn TickObserver>);

impl TickObserver for Both {
    fn start(&mut self, simulation: &Simulation) {
        self.0.start(simulation);
        self.1.start(simulation);
    }

    fn tick(&mut self, simulation: &Simulation) {
        self.0.tick(simulation);
        self.1.tick(simulation);
    }

    fn fill(&self, frame: &mut Frame) {
        self.0.fill(frame);
        self.1.fill(frame);
    }

    fn copy(&self) -> Box<dyn TickObserver> {
        Box::new(Self(self.0.copy(), self.1.copy()))
    }
}
