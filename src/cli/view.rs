//! `loong view` and `loong shot`: a window, or pictures without one.

use super::args::{ShotArguments, ViewArguments};
use super::error::CliError;
use super::run::{asked_changes, load, located};
use crate::config::{LoadedScenario, Override};
use crate::judge::Judge;
use crate::simulation::Simulation;
use crate::viewer::{
    CameraView, ExpectationLine, Frame, LiveRun, Origin, Overlay, ShotOptions, TickObserver, WindowOptions,
    render_shots, run_window,
};

/// Opens a window on a run; a run that was watched is not judged.
pub fn view(arguments: &ViewArguments) -> Result<bool, CliError> {
    let loaded = load(&arguments.source)?;
    let run = live_run(&loaded, &arguments.source, arguments.seed)?;
    let options = WindowOptions { loaded: Some(loaded), ..WindowOptions::default() };
    run_window(Box::new(run), &options, |_| ())?;
    Ok(true)
}

fn live(source: &super::args::Source, seed: u64) -> Result<LiveRun, CliError> {
    live_run(&load(source)?, source, seed)
}

fn live_run(loaded: &LoadedScenario, source: &super::args::Source, seed: u64) -> Result<LiveRun, CliError> {
    let changes = asked_changes(&source.overlays, &source.changes)?;
    let origin = Origin {
        scenario: source.scenario.clone(),
        robot: source.robot.clone(),
        changes: changes.iter().map(Override::path_and_value).collect(),
    };
    let (robot, scenario) = (loaded.robot.config.clone(), loaded.scenario.config.clone());
    let observer = JudgeInPanel { judge: None };
    let run = LiveRun::new(robot, scenario, seed, Some(Box::new(observer)));
    Ok(run.map_err(|error| located(loaded, error))?.with_origin(origin))
}

/// The judge of a watched run.
#[derive(Clone)]
struct JudgeInPanel {
    judge: Option<Judge>,
}

impl TickObserver for JudgeInPanel {
    fn start(&mut self, simulation: &Simulation) {
        self.judge = Some(Judge::new(simulation));
    }

    fn tick(&mut self, simulation: &Simulation) {
        if let Some(judge) = &mut self.judge {
            judge.observe(simulation);
        }
    }

    fn copy(&self) -> Box<dyn TickObserver> {
        Box::new(self.clone())
    }

    fn fill(&self, frame: &mut Frame) {
        let Some(judge) = &self.judge else { return };
        let metrics = judge.metrics();
        frame.goals_reached = metrics.goals_reached.unwrap_or(0) as usize;
        frame.expectations = judge
            .results()
            .into_iter()
            .map(|result| ExpectationLine {
                measured: result.measured.map_or("-".to_owned(), |value| format!("{value:.3}")),
                allowed: result.allowed.to_string(),
                pass: result.measured.map(|_| result.pass),
                name: result.name,
            })
            .collect();
    }
}

/// Renders pictures of a run at given times.
pub fn shot(arguments: &ShotArguments) -> Result<bool, CliError> {
    let name = arguments.source.scenario.file_stem().unwrap_or_default();
    let mut times_s = arguments.at.clone();
    times_s.sort_by(f64::total_cmp);
    let options = ShotOptions {
        times_s,
        size: (1280, 720),
        camera: CameraView::Orbit,
        stand: arguments.camera,
        overlays: vec![Overlay::Footsteps, Overlay::Route],
        prefix: arguments.out.join(name),
    };
    std::fs::create_dir_all(&arguments.out)
        .map_err(|source| CliError::Write { path: arguments.out.clone(), source })?;
    let run = live(&arguments.source, arguments.seed)?;
    for path in render_shots(Box::new(run), &options)? {
        println!("{}", path.display());
    }
    Ok(true)
}
