//! The robot as a drawing from the side and from the front: outlines of its shapes, the far ones first.

use std::fmt::Write;

use maud::{Markup, html};
use nalgebra::{Isometry3, Point2, Point3, Translation3, UnitQuaternion, Vector2, Vector3};

use super::trace::{Failure, Pose};
use crate::config::robot::{Material, RobotConfig};
use crate::mapping::WorldMap;
use crate::model::RobotModel;
use crate::model::angles::heading;
use crate::record::surface_points;

/// Drawing units a metre.
const SCALE: f64 = 200.0;
/// Half width of a drawing, and how far it reaches below and above the ground under the robot [m].
const HALF_WIDTH_M: f64 = 1.1;
const BELOW_M: f64 = 0.4;
const ABOVE_M: f64 = 2.1;
/// Smallest shape that the moving picture shows [m].
const FILM_SIZE_M: f64 = 0.09;
/// Shortest edge of an outline [units], and that of the moving picture, whose frames are many.
const EDGE: f64 = 2.0;
const FILM_EDGE: f64 = 7.0;
/// Poses from one frame of the moving picture to the next.
const FRAME_EVERY: usize = 5;
/// Frames of the strip.
const STRIP: usize = 7;
/// Time from one frame of the moving picture to the next [s], and frames it has room for; the stylesheet
/// shows each for its time and rests on the last one.
const FRAME_S: f64 = 0.1;
const FILM_FRAMES: usize = 21;

/// Where the robot is seen from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum View {
    /// From its right: forward is to the right.
    Side,
    /// From ahead: its left is to the right.
    Front,
}

/// A shape of a body, ready to be drawn.
#[derive(Debug)]
struct Shape {
    body: usize,
    points: Vec<Point3<f64>>,
    size_m: f64,
    material: Material,
}

/// Draws a robot in a world.
#[derive(Debug)]
pub(super) struct Artist<'a> {
    model: &'a RobotModel,
    map: &'a WorldMap,
    shapes: Vec<Shape>,
}

impl<'a> Artist<'a> {
    /// An artist for a robot; `model` is the one built of `robot`.
    pub fn new(robot: &RobotConfig, model: &'a RobotModel, map: &'a WorldMap) -> Self {
        let mut shapes = Vec::new();
        for frame in &model.links {
            let Some(link) = robot.links.iter().find(|link| link.name == frame.name) else { continue };
            for visual in &link.visual {
                let [x, y, z] = visual.xyz_m;
                let [roll, pitch, yaw] = visual.rpy_rad;
                let rotation = UnitQuaternion::from_euler_angles(roll, pitch, yaw);
                let at = frame.body_from_link * Isometry3::from_parts(Translation3::new(x, y, z), rotation);
                let points: Vec<_> = surface_points(&visual.geometry).iter().map(|p| at * p).collect();
                let size_m = size_of(&points);
                shapes.push(Shape { body: frame.body, points, size_m, material: visual.material });
            }
        }
        Self { model, map, shapes }
    }

    /// The robot at the moment of a failure from two sides, a strip of the two seconds before, and the same
    /// as a moving picture; `id` tells this failure from others on the page.
    pub fn failure(&self, failure: &Failure, id: &str) -> Markup {
        let Some(last) = failure.poses.last() else { return html! {} };
        let yaw_rad = heading(&last.world_from_base);
        let mut frames: Vec<&Pose> = failure.poses.iter().rev().step_by(FRAME_EVERY).collect();
        frames.reverse();
        let name = |i: usize| format!("{id}f{i}");
        let drawings = frames.iter().map(|pose| self.drawing(pose, yaw_rad, View::Side, FILM_SIZE_M));
        let strip = (0..STRIP).filter_map(|i| {
            let back = (STRIP - 1 - i) * (frames.len().saturating_sub(1)) / (STRIP - 1);
            let at = frames.len() - 1 - back;
            (frames.len() >= STRIP).then_some(at)
        });
        html! {
            svg.defs width="0" height="0" aria-hidden="true" {
                defs { @for (i, drawing) in drawings.enumerate() { g id=(name(i)) { (drawing) } } }
            }
            div.pictures {
                figure {
                    figcaption { "from the side, " (format!("{:.2} s", last.time_s)) }
                    (canvas(&self.drawing(last, yaw_rad, View::Side, 0.0), "robot from the side"))
                }
                figure {
                    figcaption { "from the front" }
                    (canvas(&self.drawing(last, yaw_rad, View::Front, 0.0), "robot from the front"))
                }
                @if frames.len() > 1 {
                    figure {
                        @let before_s = FRAME_S * (frames.len() - 1) as f64;
                        figcaption { "the " (format!("{before_s:.1} s")) " before" }
                        (canvas(&html! {
                            @for i in 0..frames.len() {
                                @let last = i + 1 == frames.len();
                                use.frame-of-film.last[last] href=(format!("#{}", name(i)))
                                    style=(format!("animation-delay:{:.1}s", delay_s(i, frames.len()))) {}
                            }
                        }, "moving picture of the robot before the failure"))
                    }
                }
            }
            div.strip {
                @for i in strip {
                    figure {
                        (canvas(&html! { use href=(format!("#{}", name(i))) {} }, "robot before the failure"))
                        figcaption { (format!("{:.1} s", frames[i].time_s)) }
                    }
                }
            }
        }
    }

    /// Ground and robot, seen along or across a heading, the root in the middle.
    fn drawing(&self, pose: &Pose, yaw_rad: f64, view: View, least_m: f64) -> Markup {
        let base = &pose.world_from_base;
        let forward = Vector3::new(yaw_rad.cos(), yaw_rad.sin(), 0.0);
        let left = Vector3::new(-yaw_rad.sin(), yaw_rad.cos(), 0.0);
        let edge = if least_m > 0.0 { FILM_EDGE } else { EDGE };
        let (across, depth) = match view {
            View::Side => (forward, left),
            View::Front => (left, -forward),
        };
        let middle = base.translation.vector;
        let ground_m = self.map.height_m(&Point2::from(middle.xy()));
        let bodies: Vec<Isometry3<f64>> =
            (0..self.model.bodies.len()).map(|b| base * self.model.root_from_body(b, &pose.q_rad)).collect();
        let mut outlines: Vec<(f64, Material, String)> = Vec::new();
        for shape in self.shapes.iter().filter(|shape| shape.size_m >= least_m) {
            let placed = shape.points.iter().map(|point| (bodies[shape.body] * point).coords - middle);
            let points: Vec<Vector3<f64>> = placed.collect();
            let far = points.iter().map(|point| point.dot(&depth)).sum::<f64>() / points.len().max(1) as f64;
            let flat = points.iter().map(|point| {
                Point2::new(SCALE * point.dot(&across), SCALE * (ground_m - middle.z - point.z))
            });
            outlines.push((far, shape.material, path(&hull(flat.collect()), edge)));
        }
        outlines.sort_by(|a, b| b.0.total_cmp(&a.0));
        html! {
            path.ground d=(self.ground(&middle, &across, ground_m)) {}
            @for (_, material, outline) in &outlines { path class=(class(*material)) d=(outline) {} }
        }
    }

    /// The terrain's profile through the middle, with a notch every half metre of the world.
    fn ground(&self, middle: &Vector3<f64>, across: &Vector3<f64>, ground_m: f64) -> String {
        let offset_m = middle.dot(across);
        let mut line = String::from("M");
        let mut notches = String::new();
        let steps = (2.0 * HALF_WIDTH_M / 0.02) as i32;
        let mut before: Option<i64> = None;
        for i in 0..=steps {
            let along_m = -HALF_WIDTH_M + 0.02 * f64::from(i);
            let at = middle + across * along_m;
            let z_m = self.map.height_m(&Point2::from(at.xy())) - ground_m;
            let (x, y) = (units(along_m), units(-z_m));
            // Writing into a string cannot fail.
            if before != Some(y) {
                if let Some(before) = before {
                    let _ = write!(line, "{x} {before} ");
                }
                let _ = write!(line, "{x} {y} ");
            }
            if i == steps {
                let _ = write!(line, "{x} {y}");
            }
            before = Some(y);
            let place_m = offset_m + along_m;
            if (place_m / 0.5).floor() > ((place_m - 0.02) / 0.5).floor() {
                let _ = write!(notches, "M{x} {y}v12");
            }
        }
        line + &notches
    }
}

/// When a frame's turn comes within the moving picture, whose last frame is always at the same time [s].
fn delay_s(frame: usize, frames: usize) -> f64 {
    FRAME_S * (FILM_FRAMES.saturating_sub(frames) + frame) as f64
}

fn units(metres: f64) -> i64 {
    (SCALE * metres).round() as i64
}

fn canvas(content: &Markup, label: &str) -> Markup {
    let (left, top) = (units(-HALF_WIDTH_M), units(-ABOVE_M));
    let (width, height) = (units(2.0 * HALF_WIDTH_M), units(ABOVE_M + BELOW_M));
    html! {
        svg.robot viewBox=(format!("{left} {top} {width} {height}")) role="img" aria-label=(label) { (content) }
    }
}

fn class(material: Material) -> &'static str {
    match material {
        Material::Shell => "m0",
        Material::Accent => "m1",
        Material::Joint => "m2",
        Material::Dark => "m3",
        Material::Light => "m4",
    }
}

/// Largest extent along an axis [m].
fn size_of(points: &[Point3<f64>]) -> f64 {
    let extent = |axis: usize| {
        let values = || points.iter().map(|point| point[axis]);
        values().fold(f64::NEG_INFINITY, f64::max) - values().fold(f64::INFINITY, f64::min)
    };
    (0..3).map(extent).fold(0.0, f64::max)
}

/// Corners of the convex hull, counterclockwise with y up (Andrew's monotone chain).
fn hull(mut points: Vec<Point2<f64>>) -> Vec<Point2<f64>> {
    points.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
    let mut corners: Vec<Point2<f64>> = Vec::new();
    let mut start = 0;
    for pass in 0..2 {
        for i in 0..points.len() {
            let point = if pass == 0 { points[i] } else { points[points.len() - 1 - i] };
            while corners.len() >= start + 2 && !turns_left(&corners[corners.len() - 2..], &point) {
                corners.pop();
            }
            corners.push(point);
        }
        // The last corner of a chain is the first one of the other.
        corners.pop();
        start = corners.len();
    }
    corners
}

fn turns_left(edge: &[Point2<f64>], point: &Point2<f64>) -> bool {
    let (a, b): (Vector2<f64>, Vector2<f64>) = (edge[1] - edge[0], point - edge[0]);
    a.perp(&b) > 1e-9
}

/// A closed SVG path through points, in whole units, without edges shorter than this.
fn path(corners: &[Point2<f64>], edge: f64) -> String {
    let mut path = String::from("M");
    let mut before: Option<&Point2<f64>> = None;
    for corner in corners {
        if before.is_none_or(|before| (corner - before).norm() >= edge) {
            // Writing into a string cannot fail.
            let _ = write!(path, "{:.0} {:.0} ", corner.x, corner.y);
            before = Some(corner);
        }
    }
    path.pop();
    path.push('z');
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hull_is_its_corners() {
        let points = [(0.0, 0.0), (2.0, 0.0), (1.0, 0.5), (2.0, 2.0), (0.0, 2.0), (1.0, 0.0)];
        let corners = hull(points.map(|(x, y)| Point2::new(x, y)).to_vec());
        assert_eq!(corners, [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0)].map(|(x, y)| Point2::new(x, y)));
        assert_eq!(path(&corners, 1.0), "M0 0 2 0 2 2 0 2z");
    }

    #[test]
    fn an_upright_robot_stands_on_the_ground_and_fits() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/configs/robots/healthy_loong.ron");
        let robot = crate::config::load_robot(file.as_ref()).expect("the robot loads").config;
        let model = RobotModel::build(&robot).expect("a robot");
        let map = WorldMap::new(&crate::config::scenario::TerrainConfig::default());
        let artist = Artist::new(&robot, &model, &map);
        let sole = model.root_from_body(model.feet[0].body, &model.posture) * model.feet[0].body_from_sole;
        let pose = Pose {
            time_s: 0.0,
            world_from_base: Isometry3::translation(3.0, 1.0, -sole.translation.z),
            q_rad: model.posture.clone(),
        };
        for view in [View::Side, View::Front] {
            let drawing = artist.drawing(&pose, 0.0, view, 0.0).into_string();
            let heights: Vec<f64> = drawing
                .split("d=\"M")
                .skip(2)
                .flat_map(|part| {
                    let numbers = part.split('z').next().unwrap_or_default().split(' ');
                    numbers.skip(1).step_by(2).map(|y| y.parse::<f64>().expect(y)).collect::<Vec<_>>()
                })
                .collect();
            let (lowest, highest) =
                heights.iter().fold((f64::NEG_INFINITY, f64::INFINITY), |(l, h), y| (l.max(*y), h.min(*y)));
            assert!(lowest.abs() < 8.0, "{view:?}: soles at {lowest}");
            // 1.85 m upright, a little less with bent knees.
            assert!((-1.9..-1.6).contains(&(highest / SCALE)), "{view:?}: crown at {highest}");
        }
    }
}
