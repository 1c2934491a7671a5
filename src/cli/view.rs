//! `loong view` and `loong shot`: a window, or pictures without one.

use super::args::{ShotArguments, ViewArguments};
use super::error::CliError;
use super::run::{load, located};
use crate::judge::Judge;
use crate::simulation::Simulation;
use crate::viewer::{
    CameraView, ExpectationLine, Frame, LiveRun, Overlay, ShotOptions, TickObserver, WindowOptions,
    render_shots, run_window,
};

/// Opens a window on a run; a run that was watched is not judged.
pub fn view(arguments: &ViewArguments) -> Result<bool, CliError> {
    let run = live(&arguments.source, arguments.seed)?;
    run_window(Box::new(run), &WindowOptions::default(), |_| ())?;
    Ok(true)
}

fn live(source: &super::args::Source, seed: u64) -> Result<LiveRun, CliError> {
    let loaded = load(source)?;
    let (robot, scenario) = (loaded.robot.config.clone(), loaded.scenario.config.clone());
    let observer = JudgeInPanel { judge: None };
    LiveRun::new(robot, scenario, seed, Some(Box::new(observer))).map_err(|error| located(&loaded, error))
}

/// The judge of a watched run.
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
                margin: result.measured.and_then(|value| result.allowed.margin(value)),
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
