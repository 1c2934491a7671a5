//! Ground that is not level: a ramp or rough ground as a surface of triangles.
//!
//! A lattice of heights in a frame of its own, each cell of it halved along one diagonal; physics, map and
//! pictures take the same triangles. Where its border is higher than the floor, walls close it.

use nalgebra::{Isometry2, Isometry3, Point2, Point3, Translation3, UnitQuaternion, Vector2, Vector3};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::ray_hit::RayHit;
use crate::config::scenario::Feature;

/// Stream of a feature's seed that rough ground is drawn from.
const STREAM: u64 = 4;

/// Most cells of rough ground along a side.
const MOST_CELLS: usize = 400;

/// Border this much over the floor is an edge that one falls off [m].
const EDGE_M: f64 = 0.03;

/// A surface over a rectangle.
#[derive(Debug, Clone, PartialEq)]
pub struct Relief {
    /// Its frame seen from above; heights are over the floor.
    world_from_relief: Isometry2<f64>,
    /// The same frame with its height.
    world_from_local: Isometry3<f64>,
    /// Lines of the lattice across x, rising [m].
    xs: Vec<f64>,
    /// Lines across y, rising [m].
    ys: Vec<f64>,
    /// Heights, row of equal y by row [m].
    heights_m: Vec<f64>,
    /// The largest of them [m].
    highest_m: f64,
}

impl Relief {
    /// The surface a feature is; none where it is something else.
    pub fn of(feature: &Feature) -> Option<Self> {
        match *feature {
            Feature::Ramp { start_m, heading_rad, slope_rad, length_m, width_m, top_m, down } => {
                let height_m = length_m * slope_rad.tan();
                let top_end_m = length_m + top_m;
                let mut profile = vec![(0.0, 0.0), (length_m, height_m), (top_end_m, height_m)];
                if down {
                    profile.push((top_end_m + length_m, 0.0));
                }
                let (xs, across): (Vec<f64>, Vec<f64>) = profile.into_iter().unzip();
                let ys = vec![-0.5 * width_m, 0.5 * width_m];
                Some(Self::new(start_m, heading_rad, xs, ys, [across.clone(), across].concat()))
            }
            Feature::Rough { center_m, size_m, yaw_rad, height_m, cell_m, seed } => {
                let lines = |size: f64| {
                    let cells = ((size / cell_m).round() as usize).clamp(2, MOST_CELLS);
                    (0..=cells).map(|i| size * (i as f64 / cells as f64 - 0.5)).collect::<Vec<_>>()
                };
                let (xs, ys) = (lines(size_m.0), lines(size_m.1));
                let mut rng = ChaCha8Rng::seed_from_u64(seed);
                rng.set_stream(STREAM);
                let mut heights_m = Vec::with_capacity(xs.len() * ys.len());
                for row in 0..ys.len() {
                    for column in 0..xs.len() {
                        // Level with the floor all round.
                        let border = row == 0 || column == 0 || row + 1 == ys.len() || column + 1 == xs.len();
                        let drawn = height_m * rng.random::<f64>();
                        heights_m.push(if border { 0.0 } else { drawn });
                    }
                }
                Some(Self::new(center_m, yaw_rad, xs, ys, heights_m))
            }
            Feature::Stairs { .. }
            | Feature::Staircase { .. }
            | Feature::Box { .. }
            | Feature::Wall { .. }
            | Feature::Stones { .. }
            | Feature::Patch { .. }
            | Feature::Soft { .. }
            | Feature::Sill { .. } => None,
        }
    }

    /// A lattice whose frame lies there, with that heading.
    fn new(at_m: (f64, f64), heading_rad: f64, xs: Vec<f64>, ys: Vec<f64>, heights_m: Vec<f64>) -> Self {
        let world_from_relief = Isometry2::new(Vector2::new(at_m.0, at_m.1), heading_rad);
        let world_from_local = Isometry3::from_parts(
            Translation3::new(at_m.0, at_m.1, 0.0),
            UnitQuaternion::from_axis_angle(&Vector3::z_axis(), world_from_relief.rotation.angle()),
        );
        let highest_m = heights_m.iter().copied().fold(0.0, f64::max);
        Self { world_from_relief, world_from_local, xs, ys, heights_m, highest_m }
    }

    fn corner(&self, column: usize, row: usize) -> Point3<f64> {
        Point3::new(self.xs[column], self.ys[row], self.heights_m[row * self.xs.len() + column])
    }

    /// The two triangles of a cell, counter-clockwise seen from above.
    fn halves(&self, column: usize, row: usize) -> [[Point3<f64>; 3]; 2] {
        let [a, b, c, d] = [(0, 0), (1, 0), (1, 1), (0, 1)].map(|(x, y)| self.corner(column + x, row + y));
        [[a, b, c], [a, c, d]]
    }

    /// The triangle under or over a place of its own frame; none beside it.
    fn triangle(&self, local: &Point2<f64>) -> Option<[Point3<f64>; 3]> {
        let (column, row) = (cell_of(&self.xs, local.x)?, cell_of(&self.ys, local.y)?);
        let [first, second] = self.halves(column, row);
        let (a, c) = (first[0].xy(), first[2].xy());
        let right = (c - a).perp(&(local - a)) <= 0.0;
        Some(if right { first } else { second })
    }

    /// Height at a place of the world [m]; none beside it.
    pub fn height_m(&self, place: &Point2<f64>) -> Option<f64> {
        let local = self.world_from_relief.inverse_transform_point(place);
        let [a, b, c] = self.triangle(&local)?;
        let normal = (b - a).cross(&(c - a));
        Some(a.z - (normal.x * (local.x - a.x) + normal.y * (local.y - a.y)) / normal.z)
    }

    /// Its triangles in the world, walls at its border among them: corners, and three of them each.
    pub fn mesh(&self) -> (Vec<Point3<f64>>, Vec<[u32; 3]>) {
        let pose = self.world_from_local;
        let mut corners: Vec<Point3<f64>> = Vec::new();
        let mut triangles = Vec::new();
        for row in 0..self.ys.len() {
            corners.extend((0..self.xs.len()).map(|column| pose * self.corner(column, row)));
        }
        let index = |column: usize, row: usize| (row * self.xs.len() + column) as u32;
        for row in 0..self.ys.len() - 1 {
            for column in 0..self.xs.len() - 1 {
                let (a, b) = (index(column, row), index(column + 1, row));
                let (d, c) = (index(column, row + 1), index(column + 1, row + 1));
                triangles.extend([[a, b, c], [a, c, d]]);
            }
        }
        for [from, to] in self.border() {
            if from.z.max(to.z) <= 0.0 {
                continue;
            }
            let first = corners.len() as u32;
            let foot = |p: Point3<f64>| Point3::new(p.x, p.y, 0.0);
            corners.extend([foot(from), foot(to), to, from].map(|p| pose * p));
            triangles.extend([[first, first + 1, first + 2], [first, first + 2, first + 3]]);
        }
        (corners, triangles)
    }

    /// The pieces of its border, counter-clockwise, in its own frame.
    fn border(&self) -> Vec<[Point3<f64>; 2]> {
        let (right, far) = (self.xs.len() - 1, self.ys.len() - 1);
        let mut pieces: Vec<[Point3<f64>; 2]> = Vec::new();
        for column in 0..right {
            pieces.push([self.corner(column, 0), self.corner(column + 1, 0)]);
            pieces.push([self.corner(column + 1, far), self.corner(column, far)]);
        }
        for row in 0..far {
            pieces.push([self.corner(right, row), self.corner(right, row + 1)]);
            pieces.push([self.corner(0, row + 1), self.corner(0, row)]);
        }
        pieces
    }

    /// Places of its border that one falls off, `spacing_m` apart, in the world.
    pub fn edges(&self, spacing_m: f64) -> Vec<Point2<f64>> {
        let mut places = Vec::new();
        for [from, to] in self.border() {
            let pieces = ((to - from).xy().norm() / spacing_m).ceil().max(1.0);
            for i in 0..=pieces as usize {
                let at = from + (to - from) * (i as f64 / pieces);
                if at.z > EDGE_M {
                    places.push(self.world_from_relief * at.xy());
                }
            }
        }
        places
    }

    /// Where a ray of unit direction meets its upper side, within `max_m`; its walls are left out.
    pub fn cast_ray(&self, origin: &Point3<f64>, direction: &Vector3<f64>, max_m: f64) -> Option<RayHit> {
        let pose = self.world_from_local;
        let (o, d) = (pose.inverse_transform_point(origin), pose.inverse_transform_vector(direction));
        // The piece of the ray over the rectangle and between floor and highest point.
        let (mut from, mut to) = (0.0, max_m);
        let ends = |lines: &[f64]| (lines[0], lines[lines.len() - 1]);
        let slabs =
            [(o.x, d.x, ends(&self.xs)), (o.y, d.y, ends(&self.ys)), (o.z, d.z, (-1e-9, self.highest_m))];
        for (at, speed, (low, high)) in slabs {
            if speed.abs() < 1e-12 {
                if at < low || at > high {
                    return None;
                }
                continue;
            }
            let (a, b) = ((low - at) / speed, (high - at) / speed);
            from = a.min(b).max(from);
            to = a.max(b).min(to);
        }
        // From cell to cell.
        while from <= to {
            let inside = o + d * (from + 1e-9);
            let (column, row) = (cell_of(&self.xs, inside.x)?, cell_of(&self.ys, inside.y)?);
            let hits =
                self.halves(column, row).into_iter().filter_map(|half| cast_on_triangle(&half, &o, &d));
            let nearest =
                hits.filter(|hit| hit.range_m <= max_m).min_by(|a, b| a.range_m.total_cmp(&b.range_m));
            if let Some(hit) = nearest {
                return Some(RayHit { normal: pose * hit.normal, ..hit });
            }
            let leaves = |at: f64, speed: f64, low: f64, high: f64| {
                if speed.abs() < 1e-12 {
                    f64::INFINITY
                } else {
                    (if speed > 0.0 { high } else { low } - at) / speed
                }
            };
            let x = leaves(o.x, d.x, self.xs[column], self.xs[column + 1]);
            let y = leaves(o.y, d.y, self.ys[row], self.ys[row + 1]);
            from = x.min(y).max(from + 1e-9);
        }
        None
    }
}

/// The cell between lines that a coordinate lies in; none outside.
fn cell_of(lines: &[f64], at: f64) -> Option<usize> {
    let (first, last) = (lines[0], lines[lines.len() - 1]);
    if !(first..=last).contains(&at) {
        return None;
    }
    Some(lines.partition_point(|line| *line <= at).clamp(1, lines.len() - 1) - 1)
}

/// Möller and Trumbore's test, upper side only.
fn cast_on_triangle(
    corners: &[Point3<f64>; 3],
    origin: &Point3<f64>,
    direction: &Vector3<f64>,
) -> Option<RayHit> {
    let (ab, ac) = (corners[1] - corners[0], corners[2] - corners[0]);
    let normal = ab.cross(&ac);
    let facing = -normal.dot(direction);
    if facing <= 1e-12 {
        return None;
    }
    let from = origin - corners[0];
    let across = from.cross(direction);
    let (u, v) = (ac.dot(&across) / facing, -ab.dot(&across) / facing);
    let range_m = from.dot(&normal) / facing;
    let inside = u >= -1e-9 && v >= -1e-9 && u + v <= 1.0 + 1e-9 && range_m > 0.0;
    inside.then(|| RayHit { range_m, normal: normal.normalize() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp() -> Relief {
        Relief::of(&Feature::Ramp {
            start_m: (2.0, 1.0),
            heading_rad: 0.5,
            slope_rad: 0.2,
            length_m: 3.0,
            width_m: 2.0,
            top_m: 1.0,
            down: true,
        })
        .expect("a ramp")
    }

    fn rough() -> Relief {
        Relief::of(&Feature::Rough {
            center_m: (1.0, -2.0),
            size_m: (4.0, 3.0),
            yaw_rad: -0.4,
            height_m: 0.1,
            cell_m: 0.4,
            seed: 3,
        })
        .expect("rough ground")
    }

    #[test]
    fn a_ramp_rises_along_its_heading_and_falls_again() {
        let (ramp, ahead) = (ramp(), Vector2::new(0.5_f64.cos(), 0.5_f64.sin()));
        let at = |x: f64| ramp.height_m(&(Point2::new(2.0, 1.0) + ahead * x));
        let top = 3.0 * 0.2_f64.tan();
        for (x, height) in [(0.0, 0.0), (1.5, 0.5 * top), (3.5, top), (5.5, 0.5 * top)] {
            assert!((at(x).expect("on it") - height).abs() < 1e-9, "{x}");
        }
        assert_eq!(at(-0.1), None);
        assert_eq!(at(7.1), None);
        // Its sides are edges, its feet are none.
        let edges = ramp.edges(0.05);
        assert!(edges.iter().all(|edge| (edge - Point2::new(2.0, 1.0)).norm() > 0.1));
        assert!(edges.len() > 200);
    }

    #[test]
    fn rough_ground_is_level_at_its_border_and_within_its_height() {
        let rough = rough();
        assert!(rough.edges(0.05).is_empty());
        assert!(rough.heights_m.iter().all(|height| (0.0..=0.1).contains(height)));
        assert!(rough.heights_m.iter().copied().fold(0.0, f64::max) > 0.08);
    }

    #[test]
    fn a_ray_at_a_place_of_the_surface_meets_it_there_or_before() {
        for relief in [ramp(), rough()] {
            let (mut met, mut beside) = (0, 0);
            for i in 0..600 {
                let inner = |x: f64| 0.01 + 0.98 * (x % 1.0);
                let (u, v) = (inner(0.37 * f64::from(i)), inner(0.61 * f64::from(i)));
                let ends = |lines: &[f64], share: f64| lines[0] + share * (lines[lines.len() - 1] - lines[0]);
                let place = relief.world_from_relief * Point2::new(ends(&relief.xs, u), ends(&relief.ys, v));
                let target = Point3::new(place.x, place.y, relief.height_m(&place).expect("on it"));
                let angle = 0.7 * f64::from(i);
                let origin = Point3::new(1.5 + 3.0 * angle.cos(), 3.0 * angle.sin(), 2.0);
                let way = target - origin;
                let hit = relief.cast_ray(&origin, &way.normalize(), 1.01 * way.norm());
                // One that comes up from behind a wall of its border meets none of it from above.
                let Some(hit) = hit else {
                    beside += 1;
                    continue;
                };
                let at = origin + way.normalize() * hit.range_m;
                // At the border itself it may lie a rounding error beside it.
                let height = relief.height_m(&at.xy()).unwrap_or(at.z);
                assert!((height - at.z).abs() < 1e-6, "{height} {at:?}");
                assert!(hit.range_m < way.norm() + 1e-6);
                assert!(hit.normal.dot(&way) < 0.0 && (hit.normal.norm() - 1.0).abs() < 1e-12);
                met += 1;
            }
            assert!(met > 400, "{met} met, {beside} not");
        }
    }

    #[test]
    fn its_triangles_close_it_to_the_floor() {
        let (corners, triangles) = ramp().mesh();
        // The volume under it by the divergence theorem; the floor's part of the surface adds nothing.
        let volume: f64 = triangles
            .iter()
            .map(|t| {
                let [a, b, c] = t.map(|i| corners[i as usize].coords);
                a.dot(&b.cross(&c)) / 6.0
            })
            .sum();
        let top = 3.0 * 0.2_f64.tan();
        assert!((volume - 2.0 * (3.0 * top + top)).abs() < 1e-9, "{volume}");
    }
}
