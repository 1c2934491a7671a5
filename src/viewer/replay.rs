//! A recorded run as a scene: what a log tells is drawn as if it went on now.

use std::path::Path;

use nalgebra::{Isometry3, Point3, Vector3};

use super::drawn_robot;
use super::fill::{feet, place_goals, torque_share};
use super::scene_source::{Frame, LinkVisuals, Reload, SceneSource};
use super::trail::FOOTPRINTS;
use crate::config::LoadedScenario;
use crate::config::action::Action;
use crate::config::robot::RobotConfig;
use crate::config::scenario::{CommandConfig, ScenarioConfig, TerrainConfig};
use crate::model::{ModelError, RobotModel, Side};
use crate::physics::FootWrench;
use crate::record::{RecordedRun, Sample};

/// Time of a tick where there is a single sample [s].
const ONLY_DT_S: f64 = 0.01;
/// Code of the phase in which one foot swings.
const SINGLE: f64 = 2.0;

/// Why a recorded run cannot be drawn.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The robot is none.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The log is that of another robot.
    #[error("the log has no joint `{joint}`, which {robot} has: it is the log of another robot")]
    Joint {
        /// The joint.
        joint: String,
        /// Name of the robot.
        robot: String,
    },
}

/// A run from a log; it can be watched, and nothing can be done to it.
pub struct Replay {
    robot: RobotConfig,
    scenario: ScenarioConfig,
    model: RobotModel,
    samples: Vec<Sample>,
    /// Index of the sample with which a foot landed, which foot, and where.
    footprints: Vec<(usize, Side, Isometry3<f64>)>,
    cut: bool,
    dt_s: f64,
    at: usize,
}

impl Replay {
    /// Makes the scene of a run and the configs it was run with.
    ///
    /// # Errors
    /// Where the robot is none, or not that of the log.
    pub fn new(run: RecordedRun, robot: RobotConfig, scenario: ScenarioConfig) -> Result<Self, ReplayError> {
        let model = RobotModel::build(&robot)?;
        let mut columns = Vec::with_capacity(model.joints());
        for body in model.bodies.iter().skip(1) {
            let column = run.joints.iter().position(|joint| *joint == body.joint);
            columns.push(column.ok_or_else(|| ReplayError::Joint {
                joint: body.joint.clone(),
                robot: robot.name.clone(),
            })?);
        }
        let in_order = |values: &[f64]| -> Vec<f64> {
            columns.iter().map(|column| values.get(*column).copied().unwrap_or(0.0)).collect()
        };
        let mut samples = run.samples;
        for sample in &mut samples {
            sample.q_rad = in_order(&sample.q_rad);
            sample.motor_nm = in_order(&sample.motor_nm);
        }
        let span_s = match (samples.first(), samples.last()) {
            (Some(first), Some(last)) => last.time_s - first.time_s,
            _ => 0.0,
        };
        let dt_s = if samples.len() > 1 { span_s / (samples.len() - 1) as f64 } else { ONLY_DT_S };
        let mut replay =
            Self { robot, scenario, model, samples, footprints: Vec::new(), cut: run.cut, dt_s, at: 0 };
        replay.footprints = replay.landings();
        Ok(replay)
    }

    /// Where feet came down: a phase on one foot ends, and the foot that swung carries.
    fn landings(&self) -> Vec<(usize, Side, Isometry3<f64>)> {
        let mut landings = Vec::new();
        for (index, pair) in self.samples.windows(2).enumerate() {
            let [before, after] = pair else { continue };
            if before.phase == SINGLE && after.phase != SINGLE {
                let side = stance(before).other();
                landings.push((index + 1, side, self.sole(after, side)));
            }
        }
        landings
    }

    fn now(&self) -> Option<&Sample> {
        self.samples.get(self.at)
    }

    fn body(&self, sample: &Sample, body: usize) -> Isometry3<f64> {
        sample.world_from_base * self.model.root_from_body(body, &sample.q_rad)
    }

    fn sole(&self, sample: &Sample, side: Side) -> Isometry3<f64> {
        let foot = &self.model.feet[side.index()];
        self.body(sample, foot.body) * foot.body_from_sole
    }

    /// Centre of mass by the masses of the robot's file.
    fn com(&self, world_from_body: &[Isometry3<f64>]) -> Point3<f64> {
        let mut moment = Vector3::zeros();
        let mut mass_kg = 0.0;
        for (body, pose) in self.model.bodies.iter().zip(world_from_body) {
            moment += (pose * body.com).coords * body.mass_kg;
            mass_kg += body.mass_kg;
        }
        Point3::from(moment / mass_kg)
    }

    /// The path of the swinging sole since it left the ground.
    fn swing_path(&self, path: &mut Vec<Point3<f64>>) {
        path.clear();
        let samples = &self.samples[..self.samples.len().min(self.at + 1)];
        let Some(swinging) = samples.last().map(|sample| stance(sample).other()) else { return };
        let step = samples.iter().rev().take_while(|sample| sample.phase == SINGLE);
        path.extend(step.map(|sample| Point3::from(self.sole(sample, swinging).translation.vector)));
        path.reverse();
    }
}

fn stance(sample: &Sample) -> Side {
    if sample.stance == 1.0 { Side::Right } else { Side::Left }
}

impl SceneSource for Replay {
    fn visuals(&self) -> Vec<LinkVisuals<'_>> {
        drawn_robot::visuals(&self.robot, &self.model)
    }

    fn half_soles_m(&self) -> [(f64, f64); 2] {
        drawn_robot::half_soles_m(&self.model)
    }

    fn eye(&self) -> Option<(usize, Isometry3<f64>)> {
        drawn_robot::eye(&self.robot, &self.model)
    }

    fn terrain(&self) -> &TerrainConfig {
        &self.scenario.terrain
    }

    fn title(&self) -> String {
        format!("{} (log)", self.scenario.name)
    }

    fn dt_s(&self) -> f64 {
        self.dt_s
    }

    fn advance(&mut self, ticks: usize) -> usize {
        let done = ticks.min(self.samples.len().saturating_sub(self.at + 1));
        self.at += done;
        done
    }

    fn finished(&self) -> bool {
        self.at + 1 >= self.samples.len()
    }

    fn fill(&self, frame: &mut Frame) {
        let Some(now) = self.now() else { return };
        frame.time_s = now.time_s;
        frame.world_from_body.clear();
        frame.world_from_body.extend((0..self.model.bodies.len()).map(|body| self.body(now, body)));

        let soles = Side::BOTH.map(|side| self.sole(now, side));
        let wrenches =
            [0, 1].map(|foot| FootWrench { force: now.force_n[foot], torque: now.torque_nm[foot] });
        feet(frame, &self.model, &soles, &wrenches);
        let com = self.com(&frame.world_from_body);
        frame.com = Some(com);
        let velocity = now.com_velocity_m_s;
        let moves = velocity.iter().all(|v| v.is_finite());
        frame.speed_m_s = if moves { velocity.xy().norm() } else { 0.0 };
        frame.dcm = moves.then(|| {
            let omega =
                (self.scenario.physics.gravity_m_s2.max(1e-3) / (com.z - frame.ground_m).max(0.1)).sqrt();
            let dcm = com.xy() + velocity.xy() / omega;
            Point3::new(dcm.x, dcm.y, frame.ground_m)
        });

        frame.planned_steps.clear();
        frame.taken_steps.clear();
        let taken = self.footprints.partition_point(|(index, ..)| *index <= self.at);
        let kept = &self.footprints[taken.saturating_sub(FOOTPRINTS)..taken];
        frame.taken_steps.extend(kept.iter().map(|(_, side, sole)| (*side, *sole)));
        self.swing_path(&mut frame.swing_path);

        let push = now.push_n;
        let pushed = push.iter().all(|v| v.is_finite()) && push.norm() > 0.0;
        // The log does not say which link: the arrow points at the centre of mass.
        frame.push = pushed.then_some((com, push));
        frame.phase = match (now.phase, stance(now)) {
            (0.0, _) => "standing",
            (1.0, _) => "shifting weight",
            (2.0, Side::Left) => "left foot carries",
            (2.0, Side::Right) => "right foot carries",
            (3.0, _) => "both feet carry",
            _ => "",
        }
        .to_owned();
        frame.torque_share = torque_share(&self.model, &now.motor_nm);
        if let CommandConfig::Goals { goals, .. } = &self.scenario.command {
            place_goals(frame, goals);
        }
        frame.verdict = self.finished().then(|| {
            let end = if self.cut { "the log was cut off here" } else { "end of the log" };
            (!self.cut, end.to_owned())
        });
    }

    fn restart(&mut self) -> Result<(), String> {
        self.at = 0;
        Ok(())
    }

    fn reach_s(&self) -> f64 {
        self.samples.last().map_or(0.0, |sample| sample.time_s)
    }

    fn seek(&mut self, time_s: f64) -> Result<(), String> {
        // The last sample not after it; a rounding error does not count.
        let after = self.samples.partition_point(|sample| sample.time_s <= time_s + 1e-9);
        self.at = after.saturating_sub(1);
        Ok(())
    }

    fn act(&mut self, _action: Action) -> Result<(), String> {
        Err("this is a recorded run: nothing can be done to it".to_owned())
    }

    fn reload(&mut self, _loaded: &LoadedScenario) -> Result<Reload, String> {
        Err("this is a recorded run: it stays as it was recorded".to_owned())
    }

    fn save(&self, _path: &Path) -> Result<String, String> {
        Err("this is a recorded run: nothing was done by hand".to_owned())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::config::load_robot;
    use crate::config::scenario::{PhysicsConfig, StartConfig};

    /// A record of a robot that glides ahead at a speed [m/s], a second long, a sample every hundredth.
    pub(crate) fn glide(speed_m_s: f64) -> Replay {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/configs/robots/healthy_loong.ron");
        let robot = load_robot(path.as_ref()).expect("the robot loads").config;
        let model = RobotModel::build(&robot).expect("a robot");
        // The log's columns need not come in the model's order.
        let joints: Vec<String> = model.bodies.iter().skip(1).rev().map(|body| body.joint.clone()).collect();
        let sample = |i: usize| Sample {
            time_s: i as f64 * 0.01,
            world_from_base: Isometry3::translation(speed_m_s * i as f64 * 0.01, 0.0, 1.0),
            q_rad: model.posture.iter().rev().copied().collect(),
            phase: if (40..60).contains(&i) { SINGLE } else { 3.0 },
            stance: 0.0,
            ..Sample::default()
        };
        let run = RecordedRun { joints, samples: (0..=100).map(sample).collect(), ..RecordedRun::default() };
        let scenario = ScenarioConfig {
            name: "glide".to_owned(),
            description: String::new(),
            robot: String::new(),
            duration_s: 1.0,
            physics: PhysicsConfig::default(),
            state_source: Default::default(),
            map: Default::default(),
            start: StartConfig::default(),
            terrain: TerrainConfig::default(),
            command: CommandConfig::Velocity { script: Vec::new() },
            disturbances: Vec::new(),
            actions: Vec::new(),
            course: None,
            people: Vec::new(),
            payload: None,
            cup: None,
            sensor_noise_factor: 1.0,
            variation: Default::default(),
            expectations: Vec::new(),
        };
        Replay::new(run, robot, scenario).expect("a replay")
    }

    fn frame(replay: &Replay) -> Frame {
        let mut frame = Frame::default();
        replay.fill(&mut frame);
        frame
    }

    #[test]
    fn a_record_is_played_and_put_to_any_time() {
        let mut replay = glide(2.0);
        assert!((replay.dt_s() - 0.01).abs() < 1e-12);
        assert_eq!(replay.advance(30), 30);
        assert!((frame(&replay).world_from_body[0].translation.x - 0.6).abs() < 1e-12);
        replay.seek(0.7).expect("a time");
        assert!((frame(&replay).time_s - 0.7).abs() < 1e-12);
        assert_eq!(replay.advance(1000), 30);
        assert!(replay.finished() && frame(&replay).verdict.is_some());
        replay.restart().expect("the start");
        assert_eq!(frame(&replay).time_s, 0.0);
        assert!(replay.act(Action::LetGo).is_err());
    }

    #[test]
    fn joints_are_found_by_name_and_landings_by_phase() {
        let mut replay = glide(1.0);
        let model = replay.model.clone();
        assert_eq!(replay.samples[0].q_rad, model.posture);
        replay.seek(0.5).expect("a time");
        assert_eq!(frame(&replay).swing_path.len(), 11, "from the lift-off on");
        assert!(frame(&replay).taken_steps.is_empty());
        replay.seek(0.65).expect("a time");
        let taken = frame(&replay).taken_steps;
        assert_eq!(taken.len(), 1);
        assert_eq!(taken[0].0, Side::Right, "the left foot carried");
    }

    #[test]
    fn the_log_of_another_robot_is_refused() {
        let replay = glide(1.0);
        let run = RecordedRun { joints: vec!["elbow".to_owned()], ..RecordedRun::default() };
        let error = Replay::new(run, replay.robot.clone(), replay.scenario.clone()).err();
        assert!(matches!(error, Some(ReplayError::Joint { .. })));
    }
}
