//! The simulation as a scene: what of a run is drawn.

use std::collections::VecDeque;
use std::path::Path;

use nalgebra::{Isometry3, Point3, Vector3};

use super::history::SignalHistory;
use super::scene_source::{Frame, LinkVisuals, Reload, SceneSource};
use crate::config::LoadedScenario;
use crate::config::action::Action;
use crate::config::robot::RobotConfig;
use crate::config::scenario::{CommandConfig, ScenarioConfig, TerrainConfig};
use crate::control::gait::Phase;
use crate::model::Side;
use crate::simulation::{RunStatus, Simulation, SimulationError, Snapshot};

/// Force above which a foot is drawn as carrying [N].
const CARRIES_N: f64 = 20.0;
/// Footprints kept behind the robot.
const FOOTPRINTS: usize = 14;
/// Time between two points of the swing path [s].
const SWING_SAMPLE_S: f64 = 0.01;

/// Sees every tick of a watched run, as a judge or a recorder must.
pub trait TickObserver: Send {
    /// Called before the first tick, and again after a restart.
    fn start(&mut self, simulation: &Simulation);

    /// Called after every tick.
    fn tick(&mut self, simulation: &Simulation);

    /// Adds what it knows to what is drawn: expectations and verdict.
    fn fill(&self, frame: &mut Frame);
}

/// A run that is watched.
pub struct LiveRun {
    robot: RobotConfig,
    scenario: ScenarioConfig,
    seed: u64,
    simulation: Simulation,
    observer: Option<Box<dyn TickObserver>>,
    history: SignalHistory,
    footprints: VecDeque<(Side, Isometry3<f64>)>,
    swing_path: Vec<Point3<f64>>,
    phase: Phase,
    sampled_s: f64,
}

impl LiveRun {
    /// Builds the run and puts the robot on its feet.
    ///
    /// # Errors
    /// As [`Simulation::new`].
    pub fn new(
        robot: RobotConfig,
        scenario: ScenarioConfig,
        seed: u64,
        mut observer: Option<Box<dyn TickObserver>>,
    ) -> Result<Self, SimulationError> {
        let simulation = Simulation::new(&robot, &scenario, seed)?;
        if let Some(observer) = &mut observer {
            observer.start(&simulation);
        }
        Ok(Self {
            robot,
            scenario,
            seed,
            history: SignalHistory::new(simulation.model()),
            simulation,
            observer,
            footprints: VecDeque::with_capacity(FOOTPRINTS + 1),
            swing_path: Vec::new(),
            phase: Phase::Stand,
            sampled_s: 0.0,
        })
    }

    /// The run itself.
    pub fn simulation(&self) -> &Simulation {
        &self.simulation
    }

    fn sole(&self, now: &Snapshot, side: Side) -> Isometry3<f64> {
        let foot = &self.simulation.model().feet[side.index()];
        now.dynamics.world_from_body(foot.body) * foot.body_from_sole
    }

    /// Remembers where feet landed and how the swing foot moves.
    fn remember(&mut self) {
        let now = self.simulation.snapshot();
        let gait = &now.walker.gait;
        let (phase, swinging, time_s) = (gait.phase, gait.stance.other(), now.time_s);
        if phase == Phase::Single {
            if self.phase != Phase::Single {
                self.swing_path.clear();
                self.sampled_s = f64::NEG_INFINITY;
            }
            if time_s - self.sampled_s >= SWING_SAMPLE_S {
                let sole = self.sole(&now, swinging);
                self.swing_path.push(Point3::from(sole.translation.vector));
                self.sampled_s = time_s;
            }
        } else if self.phase == Phase::Single {
            // The foot that has just landed carries from now on, or will.
            let landed = gait.stance;
            let sole = self.sole(&now, landed);
            self.footprints.push_back((landed, sole));
            if self.footprints.len() > FOOTPRINTS {
                self.footprints.pop_front();
            }
        }
        self.phase = phase;
    }
}

impl SceneSource for LiveRun {
    fn visuals(&self) -> Vec<LinkVisuals<'_>> {
        let model = self.simulation.model();
        let visuals = self.robot.links.iter().filter_map(|link| {
            let frame = model.link(&link.name)?;
            Some(LinkVisuals { body: frame.body, body_from_link: frame.body_from_link, shapes: &link.visual })
        });
        visuals.collect()
    }

    fn half_soles_m(&self) -> [(f64, f64); 2] {
        self.simulation.model().feet.each_ref().map(|foot| (foot.half_length_m, foot.half_width_m))
    }

    fn eye(&self) -> Option<(usize, Isometry3<f64>)> {
        let lidar = &self.robot.sensors.lidar;
        let frame = self.simulation.model().link(&lidar.link)?;
        let link_from_eye = super::convert::placed(&lidar.xyz_m, &lidar.rpy_rad);
        Some((frame.body, frame.body_from_link * link_from_eye))
    }

    fn terrain(&self) -> &TerrainConfig {
        &self.scenario.terrain
    }

    fn title(&self) -> String {
        self.scenario.name.clone()
    }

    fn dt_s(&self) -> f64 {
        self.scenario.physics.dt_s
    }

    fn advance(&mut self, ticks: usize) -> usize {
        for done in 0..ticks {
            if self.finished() {
                return done;
            }
            self.simulation.tick();
            if let Some(observer) = &mut self.observer {
                observer.tick(&self.simulation);
            }
            self.history.observe(&self.simulation);
            self.remember();
        }
        ticks
    }

    fn finished(&self) -> bool {
        self.simulation.status() != RunStatus::Running
    }

    fn fill(&self, frame: &mut Frame) {
        let now = self.simulation.snapshot();
        let model = self.simulation.model();
        frame.time_s = now.time_s;
        frame.world_from_body.clear();
        frame.world_from_body.extend((0..model.bodies.len()).map(|body| now.dynamics.world_from_body(body)));

        let soles = Side::BOTH.map(|side| self.sole(&now, side));
        let com = now.dynamics.com();
        let carrying = now.contacts.feet.map(|wrench| wrench.force.z > CARRIES_N);
        frame.ground_m = ground_m(&soles, carrying);
        frame.com = Some(Point3::from(com));
        let velocity = now.dynamics.com_velocity();
        frame.speed_m_s = velocity.xy().norm();
        let omega = (self.scenario.physics.gravity_m_s2 / (com.z - frame.ground_m).max(0.1)).sqrt();
        let dcm = com.xy() + velocity.xy() / omega;
        frame.dcm = Some(Point3::new(dcm.x, dcm.y, frame.ground_m));
        frame.cop = cop(&now, &soles);

        let corners = Side::BOTH.into_iter().filter(|side| carrying[side.index()]).flat_map(|side| {
            let foot = &model.feet[side.index()];
            let sole = soles[side.index()];
            [(1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0), (1.0, -1.0)]
                .map(|(x, y)| sole * Point3::new(x * foot.half_length_m, y * foot.half_width_m, 0.0))
        });
        hull(corners.collect(), &mut frame.support_polygon);

        frame.planned_steps.clear();
        // Footholds give their height by the rise from the one before.
        let mut height_m = soles[now.walker.gait.stance.index()].translation.z;
        for step in &now.walker.footholds {
            height_m += step.rise_m;
            let mut pose = step.world_from_sole;
            pose.translation.z = height_m;
            frame.planned_steps.push((step.side, pose));
        }
        frame.taken_steps.clear();
        frame.taken_steps.extend(&self.footprints);
        frame.swing_path.clone_from(&self.swing_path);
        frame.contact_forces.clear();
        for (wrench, sole) in now.contacts.feet.iter().zip(&soles) {
            if let Some(at) = centre_of_pressure(wrench, sole) {
                frame.contact_forces.push((at, wrench.force));
            }
        }
        frame.push = now.push.map(|(body, force)| {
            let at = now.dynamics.world_from_body(body) * model.bodies[body].com;
            (at, force)
        });
        frame.phase = match (now.walker.gait.phase, now.walker.gait.stance) {
            _ if now.walker.falling => "falling".to_owned(),
            (Phase::Stand, _) => "standing".to_owned(),
            (Phase::Shift, _) => "shifting weight".to_owned(),
            (Phase::Single, Side::Left) => "left foot carries".to_owned(),
            (Phase::Single, Side::Right) => "right foot carries".to_owned(),
            (Phase::Double, _) => "both feet carry".to_owned(),
        };
        frame.torque_share = model
            .bodies
            .iter()
            .skip(1)
            .zip(now.motor_nm)
            .map(|(body, torque)| (torque.abs() / body.actuator.peak_torque_nm, &body.joint))
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(share, joint)| (joint.clone(), share));
        if let CommandConfig::Goals { goals, .. } = &self.scenario.command {
            frame.goals.clear();
            frame
                .goals
                .extend(goals.iter().map(|goal| (Point3::new(goal.xy_m.0, goal.xy_m.1, 0.0), goal.radius_m)));
        }
        route(&self.simulation, &mut frame.route);
        frame.verdict = match self.simulation.status() {
            RunStatus::Running => None,
            RunStatus::Finished => Some((true, "finished".to_owned())),
            RunStatus::Fallen => Some((false, "fell".to_owned())),
        };
        if let Some(observer) = &self.observer {
            observer.fill(frame);
        }
    }

    fn restart(&mut self) -> Result<(), String> {
        self.simulation =
            Simulation::new(&self.robot, &self.scenario, self.seed).map_err(|error| error.to_string())?;
        if let Some(observer) = &mut self.observer {
            observer.start(&self.simulation);
        }
        self.history.truncate(0.0);
        self.footprints.clear();
        self.swing_path.clear();
        self.phase = Phase::Stand;
        Ok(())
    }

    fn reach_s(&self) -> f64 {
        self.simulation.time_s()
    }

    fn seek(&mut self, _time_s: f64) -> Result<(), String> {
        Err("not yet".to_owned())
    }

    fn act(&mut self, _action: Action) -> Result<(), String> {
        Err("not yet".to_owned())
    }

    fn reload(&mut self, _loaded: &LoadedScenario) -> Result<Reload, String> {
        Err("not yet".to_owned())
    }

    fn save(&self, _path: &Path) -> Result<String, String> {
        Err("not yet".to_owned())
    }

    fn simulation(&self) -> Option<&Simulation> {
        Some(&self.simulation)
    }

    fn history(&mut self) -> Option<&mut SignalHistory> {
        Some(&mut self.history)
    }
}

/// The route on the ground it leads over; written anew only where it is another one.
fn route(simulation: &Simulation, drawn: &mut Vec<Point3<f64>>) {
    let points = simulation.route().map_or(&[][..], |route| route.points());
    let same = drawn.len() == points.len() && drawn.iter().zip(points).all(|(a, b)| a.xy() == b.xy);
    if !same {
        drawn.clear();
        let map = simulation.map();
        drawn.extend(points.iter().map(|p| Point3::new(p.xy.x, p.xy.y, map.height_m(&p.xy))));
    }
}

/// Height of what the robot stands on: of the lowest sole that carries, or the lowest one in flight.
fn ground_m(soles: &[Isometry3<f64>; 2], carrying: [bool; 2]) -> f64 {
    let any = carrying[0] || carrying[1];
    (0..2)
        .filter(|side| carrying[*side] || !any)
        .map(|side| soles[side].translation.z)
        .fold(f64::INFINITY, f64::min)
}

/// Point of the sole's plane at which the force acts without tilting moment.
fn centre_of_pressure(wrench: &crate::physics::FootWrench, sole: &Isometry3<f64>) -> Option<Point3<f64>> {
    let up = wrench.force.z;
    (up > 1.0).then(|| {
        let offset = Vector3::new(-wrench.torque.y / up, wrench.torque.x / up, 0.0);
        Point3::from(sole.translation.vector + offset)
    })
}

/// Centre of pressure of both feet, weighted by their vertical forces.
fn cop(now: &Snapshot, soles: &[Isometry3<f64>; 2]) -> Option<Point3<f64>> {
    let mut weighted = Vector3::zeros();
    let mut total = 0.0;
    for (wrench, sole) in now.contacts.feet.iter().zip(soles) {
        if let Some(at) = centre_of_pressure(wrench, sole) {
            weighted += at.coords * wrench.force.z;
            total += wrench.force.z;
        }
    }
    (total > CARRIES_N).then(|| Point3::from(weighted / total))
}

/// Convex hull seen from above, counter-clockwise (Andrew's monotone chain).
fn hull(mut points: Vec<Point3<f64>>, outline: &mut Vec<Point3<f64>>) {
    outline.clear();
    points.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
    let turns_left = |a: &Point3<f64>, b: &Point3<f64>, c: &Point3<f64>| {
        (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x) > 0.0
    };
    let mut half = |points: &mut dyn Iterator<Item = &Point3<f64>>| {
        let start = outline.len();
        for point in points {
            while outline.len() >= start + 2
                && !turns_left(&outline[outline.len() - 2], &outline[outline.len() - 1], point)
            {
                outline.pop();
            }
            outline.push(*point);
        }
        // The last point is the first of the other half.
        outline.pop();
    };
    half(&mut points.iter());
    half(&mut points.iter().rev());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hull_goes_round_the_outer_points_only() {
        let points = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.5, 0.5), (0.5, 0.0)];
        let mut outline = Vec::new();
        hull(points.map(|(x, y)| Point3::new(x, y, 0.2)).to_vec(), &mut outline);
        let seen: Vec<(f64, f64)> = outline.iter().map(|p| (p.x, p.y)).collect();
        assert_eq!(seen, [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]);
        hull(Vec::new(), &mut outline);
        assert!(outline.is_empty());
    }

    #[test]
    fn the_centre_of_pressure_lies_where_the_moment_vanishes() {
        let sole = Isometry3::translation(1.0, 2.0, 0.3);
        let (at, force) = (Vector3::new(0.05, -0.02, 0.0), Vector3::new(3.0, 4.0, 500.0));
        let wrench = crate::physics::FootWrench { force, torque: at.cross(&force) };
        let found = centre_of_pressure(&wrench, &sole).unwrap_or_default();
        assert!((found.coords - sole.translation.vector - at).norm() < 1e-12, "{found}");
    }
}
