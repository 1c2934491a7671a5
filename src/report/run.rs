//! One run from start to verdict.

use std::time::Instant;

use serde::Serialize;

use crate::config::robot::RobotConfig;
use crate::config::scenario::ScenarioConfig;
use crate::judge::{ExpectationResult, Judge, Metrics};
use crate::simulation::{RunStatus, Simulation, SimulationError};

/// Whether a run came up to its scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Every expectation holds; without any, the robot did not fall.
    Pass,
    /// One does not.
    Fail,
}

/// What a run's JSON says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunReport {
    /// Name of the scenario.
    pub scenario: String,
    /// Name of the robot.
    pub robot: String,
    /// The seed.
    pub seed: u64,
    /// Whether every expectation holds.
    pub verdict: Verdict,
    /// What was measured.
    #[serde(flatten)]
    pub metrics: Metrics,
    /// Time the run took on this machine [s].
    pub wall_time_s: f64,
    /// Simulated time over it.
    pub real_time_factor: f64,
    /// The scenario's expectations in their order.
    pub expectations: Vec<ExpectationResult>,
}

impl RunReport {
    /// A report on what was measured and how the expectations came out.
    pub fn new(
        scenario: &ScenarioConfig,
        robot: &RobotConfig,
        seed: u64,
        metrics: Metrics,
        expectations: Vec<ExpectationResult>,
        wall_time_s: f64,
    ) -> Self {
        let pass = if expectations.is_empty() {
            !metrics.fell
        } else {
            expectations.iter().all(|expectation| expectation.pass)
        };
        Self {
            scenario: scenario.name.clone(),
            robot: robot.name.clone(),
            seed,
            verdict: if pass { Verdict::Pass } else { Verdict::Fail },
            real_time_factor: if wall_time_s > 0.0 { metrics.sim_time_s / wall_time_s } else { 0.0 },
            metrics,
            wall_time_s,
            expectations,
        }
    }

    /// Whether the verdict is [`Verdict::Pass`].
    pub fn passed(&self) -> bool {
        self.verdict == Verdict::Pass
    }
}

/// Runs a scenario to its end and judges it; `watch` sees the simulation after every tick.
///
/// # Errors
/// Where the run cannot start, or `watch` gives one.
pub fn judge_run<E: From<SimulationError>>(
    robot: &RobotConfig,
    scenario: &ScenarioConfig,
    seed: u64,
    mut watch: impl FnMut(&Simulation) -> Result<(), E>,
) -> Result<RunReport, E> {
    let mut simulation = Simulation::new(robot, scenario, seed)?;
    let mut judge = Judge::new(&simulation);
    // Only the report's own figures know the wall clock; the run does not.
    let started = Instant::now();
    loop {
        let status = simulation.tick();
        judge.observe(&simulation);
        watch(&simulation)?;
        if status != RunStatus::Running {
            break;
        }
    }
    let metrics = judge.finish(&simulation);
    let wall_time_s = started.elapsed().as_secs_f64();
    Ok(RunReport::new(scenario, robot, seed, metrics, judge.results(), wall_time_s))
}
