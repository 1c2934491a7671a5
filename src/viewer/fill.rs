//! From a simulation to what is drawn of it.

use nalgebra::{Isometry3, Point3, Vector2, Vector3};

use super::cup::DrawnCup;
use super::scene_source::Frame;
use super::trail::{Trail, sole};
use crate::config::scenario::{CommandConfig, GoalConfig};
use crate::control::gait::Phase;
use crate::model::{RobotModel, Side};
use crate::physics::FootWrench;
use crate::simulation::{RunStatus, Simulation, Snapshot};

/// Force above which a foot is drawn as carrying [N].
const CARRIES_N: f64 = 20.0;

/// Writes the present state into a frame; reuses its buffers.
pub(super) fn fill(frame: &mut Frame, simulation: &Simulation, trail: &Trail) {
    let now = simulation.snapshot();
    let model = simulation.model();
    frame.time_s = now.time_s;
    frame.world_from_body.clear();
    frame.world_from_body.extend((0..model.bodies.len()).map(|body| now.dynamics.world_from_body(body)));

    let soles = Side::BOTH.map(|side| sole(model, &now, side));
    feet(frame, model, &soles, &now.contacts.feet);
    let com = now.dynamics.com();
    frame.com = Some(Point3::from(com));
    let velocity = now.dynamics.com_velocity();
    frame.speed_m_s = velocity.xy().norm();
    let gravity = simulation.scenario().physics.gravity_m_s2;
    let omega = (gravity / (com.z - frame.ground_m).max(0.1)).sqrt();
    let dcm = com.xy() + velocity.xy() / omega;
    frame.dcm = Some(Point3::new(dcm.x, dcm.y, frame.ground_m));
    steps(frame, &now, &soles, trail);
    outside(frame, simulation, &now);
    goals(frame, simulation, &com.xy());
    frame.phase = phase(&now).to_owned();
    frame.torque_share = torque_share(model, now.motor_nm);
    frame.verdict = match simulation.status() {
        RunStatus::Running => None,
        RunStatus::Finished => Some((true, "finished".to_owned())),
        RunStatus::Fallen => Some((false, "fell".to_owned())),
    };
    frame.refused = simulation.refused().map(str::to_owned);
}

/// Footholds to come and taken, and the path of the swing.
fn steps(frame: &mut Frame, now: &Snapshot, soles: &[Isometry3<f64>; 2], trail: &Trail) {
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
    frame.taken_steps.extend(&trail.footprints);
    frame.swing_path.clone_from(&trail.swing_path);
}

/// What the feet stand on: ground, centre of pressure, support polygon and contact forces.
pub(super) fn feet(
    frame: &mut Frame,
    model: &RobotModel,
    soles: &[Isometry3<f64>; 2],
    wrenches: &[FootWrench; 2],
) {
    let carrying = wrenches.map(|wrench| wrench.force.z > CARRIES_N);
    frame.ground_m = ground_m(soles, carrying);
    frame.contact_forces.clear();
    for (wrench, sole) in wrenches.iter().zip(soles) {
        if let Some(at) = centre_of_pressure(wrench, sole) {
            frame.contact_forces.push((at, wrench.force));
        }
    }
    frame.cop = cop(&frame.contact_forces);
    let corners = Side::BOTH.into_iter().filter(|side| carrying[side.index()]).flat_map(|side| {
        let foot = &model.feet[side.index()];
        let sole = soles[side.index()];
        [(1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0), (1.0, -1.0)]
            .map(|(x, y)| sole * Point3::new(x * foot.half_length_m, y * foot.half_width_m, 0.0))
    });
    hull(corners.collect(), &mut frame.support_polygon);
}

/// The most loaded joint and its torque over its limit; none where no torque is known.
pub(super) fn torque_share(model: &RobotModel, motor_nm: &[f64]) -> Option<(String, f64)> {
    let motors = model.bodies.iter().skip(1).zip(motor_nm);
    motors
        .filter(|(_, torque)| torque.is_finite())
        .map(|(body, torque)| (torque.abs() / body.actuator.peak_torque_nm, &body.joint))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(share, joint)| (joint.clone(), share))
}

/// Pushes, pulls, and what lies about.
fn outside(frame: &mut Frame, simulation: &Simulation, now: &Snapshot) {
    frame.push = now.push.map(|(body, force)| {
        let at = now.dynamics.world_from_body(body) * simulation.model().bodies[body].com;
        (at, force)
    });
    frame.pull = now.pull;
    frame.loose_boxes.clear();
    frame.loose_boxes.extend(simulation.world().loose_boxes());
    frame.people.clear();
    frame.people.extend(simulation.world().people());
    frame.cup = now.cup.map(DrawnCup::of);
}

/// Route and goals: the scenario's, or those a person has set.
fn goals(frame: &mut Frame, simulation: &Simulation, com: &Vector2<f64>) {
    frame.route.clear();
    if let Some(route) = simulation.route() {
        let map = simulation.map();
        let place = |xy: nalgebra::Point2<f64>| Point3::new(xy.x, xy.y, map.height_m(&xy));
        frame.route.extend(route.points().iter().step_by(2).map(|point| place(point.xy)));
    }
    let (goals, by_hand) = match &simulation.scenario().command {
        CommandConfig::Goals { goals, .. } if !simulation.by_hand() => (goals.as_slice(), false),
        _ => (simulation.goals(), true),
    };
    place_goals(frame, goals);
    frame.goals_by_hand = by_hand;
    let is_reached =
        |goal: &&GoalConfig| (com - Vector2::new(goal.xy_m.0, goal.xy_m.1)).norm() <= goal.radius_m;
    frame.goals_reached = if by_hand { goals.iter().filter(is_reached).count() } else { 0 };
}

/// Goals on the floor.
pub(super) fn place_goals(frame: &mut Frame, goals: &[GoalConfig]) {
    let placed = goals.iter().map(|goal| (Point3::new(goal.xy_m.0, goal.xy_m.1, 0.0), goal.radius_m));
    frame.goals.clear();
    frame.goals.extend(placed);
}

/// What the robot is doing, in a word or two.
fn phase(now: &Snapshot) -> &'static str {
    match (now.walker.gait.phase, now.walker.gait.stance) {
        _ if now.walker.falling => "falling",
        (Phase::Stand, _) => "standing",
        (Phase::Shift, _) => "shifting weight",
        (Phase::Single, Side::Left) => "left foot carries",
        (Phase::Single, Side::Right) => "right foot carries",
        (Phase::Double, _) => "both feet carry",
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
fn centre_of_pressure(wrench: &FootWrench, sole: &Isometry3<f64>) -> Option<Point3<f64>> {
    let up = wrench.force.z;
    (up > 1.0).then(|| {
        let offset = Vector3::new(-wrench.torque.y / up, wrench.torque.x / up, 0.0);
        Point3::from(sole.translation.vector + offset)
    })
}

/// Centre of pressure of both feet, weighted by their vertical forces.
fn cop(contact_forces: &[(Point3<f64>, Vector3<f64>)]) -> Option<Point3<f64>> {
    let mut weighted = Vector3::zeros();
    let mut total = 0.0;
    for (at, force) in contact_forces {
        weighted += at.coords * force.z;
        total += force.z;
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
        let wrench = FootWrench { force, torque: at.cross(&force) };
        let found = centre_of_pressure(&wrench, &sole).unwrap_or_default();
        assert!((found.coords - sole.translation.vector - at).norm() < 1e-12, "{found}");
    }
}
