//! The judge of a watched run: what the panel shows of the scenario's expectations.

use super::live::TickObserver;
use super::scene_source::{ExpectationLine, Frame};
use crate::judge::{Allowed, Judge};
use crate::simulation::Simulation;

/// Judges a run tick by tick.
#[derive(Clone, Default)]
pub struct PanelJudge {
    judge: Option<Judge>,
}

impl TickObserver for PanelJudge {
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
        if let Some(reached) = metrics.goals_reached.filter(|_| !frame.goals_by_hand) {
            frame.goals_reached = reached as usize;
        }
        // What has not yet grown to its least value has not failed while the run goes on.
        let over = frame.verdict.is_some();
        let waits = |allowed: &Allowed, value: f64| !over && allowed.min.is_some_and(|min| value < min);
        frame.expectations = judge
            .results()
            .into_iter()
            .map(|result| ExpectationLine {
                measured: result.measured.map_or("-".to_owned(), |value| format!("{value:.3}")),
                allowed: result.allowed.to_string(),
                margin: result.measured.and_then(|value| result.allowed.margin(value)),
                pass: result.measured.filter(|value| !waits(&result.allowed, *value)).map(|_| result.pass),
                name: result.name,
            })
            .collect();
    }
}
