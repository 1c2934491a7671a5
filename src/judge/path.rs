//! The commanded path: how far along it the robot is, and how far off.

use nalgebra::{Point2, Rotation2, Vector2};

use super::command::walks;
use crate::config::scenario::{StartConfig, VelocityPiece};
use crate::navigation::Route;

/// Speed across two pieces' common direction above which they count as different [m/s].
const PARALLEL: f64 = 1e-6;
/// How far behind and ahead of the last place on a route the next one is looked for [m].
const SEARCH_M: (f64, f64) = (0.5, 1.5);

/// A path without an end, or a planned route.
#[derive(Debug, Clone)]
enum Curve {
    /// Through a point along a unit vector.
    Line { origin: Point2<f64>, along: Vector2<f64> },
    /// Round a centre; `sense` is +1 to the left. A turn in place has radius 0.
    Circle { centre: Point2<f64>, radius_m: f64, sense: f64, last_rad: Option<f64> },
    /// Along a route.
    Route(Route),
}

/// Progress along the commanded path and distance from it.
#[derive(Debug, Clone)]
pub(super) struct CommandedPath {
    curve: Curve,
    along_m: f64,
}

impl CommandedPath {
    /// The one line or circle that all pieces of a script follow, from the scenario's start pose; none
    /// where the script never walks or changes direction.
    pub fn of_script(script: &[VelocityPiece], start: &StartConfig) -> Option<Self> {
        let mut walking = script.iter().filter(|piece| walks(piece));
        let first = walking.next()?;
        let (f, l, t) = (first.forward_m_s, first.left_m_s, first.turn_rad_s);
        let length = (f * f + l * l + t * t).sqrt();
        let same = walking.all(|piece| {
            let (pf, pl, pt) = (piece.forward_m_s, piece.left_m_s, piece.turn_rad_s);
            let along = (f * pf + l * pl + t * pt) / length;
            let whole = (pf * pf + pl * pl + pt * pt).sqrt();
            along > 0.0 && whole - along < PARALLEL
        });
        if !same {
            return None;
        }
        let origin = Point2::new(start.xy_m.0, start.xy_m.1);
        let to_world = Rotation2::new(start.yaw_rad);
        let curve = if t.abs() < PARALLEL {
            Curve::Line { origin, along: to_world * Vector2::new(f, l).normalize() }
        } else {
            Curve::Circle {
                centre: origin + to_world * Vector2::new(-l / t, f / t),
                radius_m: f.hypot(l) / t.abs(),
                sense: t.signum(),
                last_rad: None,
            }
        };
        Some(Self { curve, along_m: 0.0 })
    }

    /// A planned route.
    pub fn of_route(route: &Route) -> Self {
        Self { curve: Curve::Route(route.clone()), along_m: 0.0 }
    }

    /// Takes where the CoM is; returns its distance from the path [m].
    pub fn observe(&mut self, com: &Point2<f64>) -> f64 {
        match &mut self.curve {
            Curve::Line { origin, along } => {
                let offset = com - *origin;
                self.along_m = offset.dot(along);
                along.perp(&offset).abs()
            }
            Curve::Circle { centre, radius_m, sense, last_rad } => {
                let offset = com - *centre;
                let angle = offset.y.atan2(offset.x);
                if let Some(last) = last_rad.replace(angle) {
                    self.along_m += *sense * *radius_m * crate::model::angles::wrap(angle - last);
                }
                (offset.norm() - *radius_m).abs()
            }
            Curve::Route(route) => {
                let (from, to) = (self.along_m - SEARCH_M.0, self.along_m + SEARCH_M.1);
                let (arc_m, left_m) = route.project(com, from.max(0.0), to);
                self.along_m = arc_m;
                left_m.abs()
            }
        }
    }

    /// Length along the path, from where it was first observed or the path's start [m].
    pub fn along_m(&self) -> f64 {
        self.along_m
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(forward_m_s: f64, left_m_s: f64, turn_rad_s: f64) -> VelocityPiece {
        VelocityPiece { for_s: 1.0, forward_m_s, left_m_s, turn_rad_s }
    }

    fn start(x: f64, y: f64, yaw_rad: f64) -> StartConfig {
        StartConfig { xy_m: (x, y), yaw_rad }
    }

    #[test]
    fn a_straight_script_is_a_line() {
        let script = [piece(0.0, 0.0, 0.0), piece(0.5, 0.0, 0.0), piece(1.0, 0.0, 0.0)];
        let Some(mut path) = CommandedPath::of_script(&script, &start(1.0, 2.0, std::f64::consts::FRAC_PI_2))
        else {
            panic!("no path")
        };
        let off = path.observe(&Point2::new(0.9, 5.0));
        assert!((off - 0.1).abs() < 1e-12 && (path.along_m() - 3.0).abs() < 1e-12);
    }

    #[test]
    fn a_turning_script_is_a_circle() {
        // Left of the start at 2 m: radius v / omega.
        let Some(mut path) = CommandedPath::of_script(&[piece(1.0, 0.0, 0.5)], &start(0.0, 0.0, 0.0)) else {
            panic!("no path")
        };
        let mut worst: f64 = 0.0;
        for i in 0..=400 {
            let angle = f64::from(i) * 0.01 * std::f64::consts::TAU / 4.0;
            worst = worst.max(path.observe(&Point2::new(2.0 * angle.sin(), 2.0 - 2.0 * angle.cos())));
        }
        assert!(worst < 1e-12, "{worst}");
        assert!((path.along_m() - 2.0 * std::f64::consts::TAU).abs() < 1e-9, "{}", path.along_m());
        assert!((path.observe(&Point2::new(0.0, -0.3)) - 0.3).abs() < 1e-12);
    }

    #[test]
    fn scripts_that_change_direction_have_no_path() {
        let none =
            |script: &[VelocityPiece]| CommandedPath::of_script(script, &start(0.0, 0.0, 0.0)).is_none();
        assert!(none(&[]));
        assert!(none(&[piece(0.0, 0.0, 0.0)]));
        assert!(none(&[piece(1.0, 0.0, 0.0), piece(-1.0, 0.0, 0.0)]));
        assert!(none(&[piece(1.0, 0.0, 0.0), piece(1.0, 0.0, 0.2)]));
        assert!(none(&[piece(1.0, 0.0, 0.0), piece(0.0, 0.3, 0.0)]));
    }
}
