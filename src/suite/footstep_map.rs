//! A run from above: terrain, way of the CoM, footprints, and where it went wrong.

use std::fmt::Write;

use maud::{Markup, html};
use nalgebra::{Isometry3, Point2, Point3};

use super::trace::Trace;
use crate::config::scenario::{CommandConfig, ScenarioConfig};
use crate::model::angles::heading;
use crate::model::{Foot, RobotModel, Side};
use crate::physics::{cuboids, prisms};

/// Drawing units a metre.
const SCALE: f64 = 100.0;
/// Room around what is shown [m].
const MARGIN_M: f64 = 0.6;
/// Distance of a line's points [m].
const APART_M: f64 = 0.05;
/// Smallest width and height of a map [m].
const LEAST_M: f64 = 1.8;

/// The map of a run.
pub(super) fn footstep_map(scenario: &ScenarioConfig, model: &RobotModel, trace: &Trace) -> Markup {
    let com: Vec<Point2<f64>> = trace
        .series("com.x_m")
        .into_iter()
        .zip(trace.series("com.y_m"))
        .map(|((_, x), (_, y))| Point2::new(x, y))
        .collect();
    let goals: Vec<(Point2<f64>, f64)> = match &scenario.command {
        CommandConfig::Goals { goals, .. } => {
            goals.iter().map(|goal| (Point2::new(goal.xy_m.0, goal.xy_m.1), goal.radius_m)).collect()
        }
        CommandConfig::Velocity { .. } => Vec::new(),
    };
    let prints = trace.footprints.iter().map(|print| print.world_from_sole.translation.vector.xy().into());
    let shown = com.iter().chain(&trace.route).copied().chain(prints).chain(goals.iter().map(|goal| goal.0));
    let Some((low, high)) = frame(shown) else { return html! {} };
    let (width, height) = (high.x - low.x, high.y - low.y);
    let things = scenario.terrain.features.iter().flat_map(cuboids);
    let turning = scenario.terrain.features.iter().flat_map(prisms);
    let failed_at = trace.failures.iter().filter_map(|failure| failure.poses.last());
    // Lines are as thick on a long map as on a short one.
    let pen = (0.0022 * SCALE * width).clamp(0.6, 8.0);
    html! {
        figure.map {
            figcaption {
                "from above, " (format!("{width:.1} x {height:.1} m")) ": "
                span.k0 { "left foot" } " " span.k1 { "right foot" } " " span.k3 { "CoM" }
                @if !trace.route.is_empty() { " " span.k2 { "route" } }
            }
            svg viewBox=(format!(
                    "{:.0} {:.0} {:.0} {:.0}", SCALE * low.x, -SCALE * high.y, SCALE * width, SCALE * height
                )) role="img" aria-label="footsteps from above" style=(format!("--pen:{pen:.2}px")) {
                @for (size, at, is_obstacle) in things {
                    path class=(if is_obstacle { "obstacle" } else { "stair" })
                        d=(rectangle(&at, 0.5 * size.x, 0.5 * size.y)) {}
                }
                @for prism in turning {
                    path.stair d=(line(&prism.corners) + "z") {}
                }
                @for (goal, radius_m) in &goals {
                    circle.goal cx=(units(goal.x)) cy=(units(-goal.y)) r=(units(*radius_m)) {}
                }
                path.route d=(line(&thinned(&trace.route))) {}
                @for print in &trace.footprints {
                    @let side = print.side;
                    path class=(if side == Side::Left { "left" } else { "right" })
                        d=(sole(&model.feet[side.index()], &print.world_from_sole)) {}
                }
                path.com d=(line(&thinned(&com))) {}
                @for pose in failed_at {
                    @let at = pose.world_from_base.translation;
                    circle.failed cx=(units(at.x)) cy=(units(-at.y)) r=(units(0.35)) {}
                }
            }
        }
    }
}

/// Corners of what is shown, with its margin; none where nothing is.
fn frame(points: impl Iterator<Item = Point2<f64>>) -> Option<(Point2<f64>, Point2<f64>)> {
    let finite = points.filter(|point| point.x.is_finite() && point.y.is_finite());
    let (low, high) = finite.fold(None, |range: Option<(Point2<f64>, Point2<f64>)>, point| {
        Some(range.map_or((point, point), |(low, high)| (low.inf(&point), high.sup(&point))))
    })?;
    let middle = nalgebra::center(&low, &high);
    let half = (high - low).map(|size| (0.5 * size + MARGIN_M).max(0.5 * LEAST_M));
    Some((middle - half, middle + half))
}

fn units(metres: f64) -> i64 {
    (SCALE * metres).round() as i64
}

/// Points a few centimetres apart, and the last one.
fn thinned(points: &[Point2<f64>]) -> Vec<Point2<f64>> {
    let mut kept: Vec<Point2<f64>> = Vec::new();
    for point in points {
        if kept.last().is_none_or(|last| (point - last).norm() >= APART_M) {
            kept.push(*point);
        }
    }
    kept.extend(points.last());
    kept
}

fn line(points: &[Point2<f64>]) -> String {
    let mut path = String::new();
    let mut before = None;
    for point in points.iter().filter(|point| point.x.is_finite() && point.y.is_finite()) {
        let at = (units(point.x), units(-point.y));
        if before != Some(at) {
            // Writing into a string cannot fail.
            let _ = write!(path, "{}{} {}", if before.is_none() { "M" } else { " " }, at.0, at.1);
            before = Some(at);
        }
    }
    path
}

/// The outline of a level rectangle.
fn rectangle(at: &Isometry3<f64>, half_x_m: f64, half_y_m: f64) -> String {
    let corners = [(1.0, 1.0), (1.0, -1.0), (-1.0, -1.0), (-1.0, 1.0)];
    let points = corners.map(|(x, y)| (at * Point3::new(x * half_x_m, y * half_y_m, 0.0)).xy());
    line(&points) + "z"
}

fn sole(foot: &Foot, world_from_sole: &Isometry3<f64>) -> String {
    let level = Isometry3::from_parts(
        world_from_sole.translation,
        nalgebra::UnitQuaternion::from_euler_angles(0.0, 0.0, heading(world_from_sole)),
    );
    rectangle(&level, foot.half_length_m, foot.half_width_m)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_has_room_and_y_up() {
        let points = [Point2::new(0.0, 0.0), Point2::new(10.0, 1.0), Point2::new(f64::NAN, 0.0)];
        let (low, high) = frame(points.into_iter()).expect("a frame");
        assert!((low - Point2::new(-0.6, -0.6)).norm() < 1e-9, "{low}");
        assert!((high - Point2::new(10.6, 1.6)).norm() < 1e-9, "{high}");
        assert!(frame(std::iter::empty()).is_none());
        assert_eq!(line(&points), "M0 0 1000 -100");
        let turned = Isometry3::rotation(nalgebra::Vector3::z() * std::f64::consts::FRAC_PI_2);
        assert_eq!(rectangle(&turned, 2.0, 1.0), "M-100 -200 100 -200 100 200 -100 200z");
    }
}
