//! An empty floor, for a window with nothing open yet.

use std::path::Path;

use super::scene_source::{Frame, LinkVisuals, Reload, SceneSource};
use crate::config::LoadedScenario;
use crate::config::action::Action;
use crate::config::scenario::TerrainConfig;

/// What is said to all that would need a run.
const NOTHING: &str = "nothing is open";

/// No run: a floor without a robot.
#[derive(Debug, Clone, Default)]
pub struct Nothing {
    terrain: TerrainConfig,
}

impl SceneSource for Nothing {
    fn visuals(&self) -> Vec<LinkVisuals<'_>> {
        Vec::new()
    }

    fn half_soles_m(&self) -> [(f64, f64); 2] {
        [(0.0, 0.0); 2]
    }

    fn terrain(&self) -> &TerrainConfig {
        &self.terrain
    }

    fn title(&self) -> String {
        NOTHING.to_owned()
    }

    fn dt_s(&self) -> f64 {
        0.001
    }

    fn advance(&mut self, _ticks: usize) -> usize {
        0
    }

    fn finished(&self) -> bool {
        true
    }

    fn fill(&self, frame: &mut Frame) {
        *frame = Frame::default();
    }

    fn restart(&mut self) -> Result<(), String> {
        Ok(())
    }

    fn reach_s(&self) -> f64 {
        0.0
    }

    fn seek(&mut self, _time_s: f64) -> Result<(), String> {
        Ok(())
    }

    fn act(&mut self, _action: Action) -> Result<(), String> {
        Err(NOTHING.to_owned())
    }

    fn reload(&mut self, _loaded: &LoadedScenario) -> Result<Reload, String> {
        Ok(Reload::Same)
    }

    fn save(&self, _path: &Path) -> Result<String, String> {
        Err(NOTHING.to_owned())
    }
}
