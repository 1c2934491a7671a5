//! Staircases that turn: a walking line of straight pieces and arcs, level surfaces along it, and what they stand on.
//!
//! In: the feature's pieces. Out: the line one walks, the height of every tread and landing by the way along it, and
//! the solids, from the floor up, that physics, map and pictures take: cuboids where a piece is straight, upright
//! prisms where it turns.

use std::f64::consts::{FRAC_PI_2, PI, TAU};

use nalgebra::{Isometry2, Isometry3, Point2, Point3, Translation3, UnitQuaternion, Vector2, Vector3};

use super::ray_hit::RayHit;
use crate::config::scenario::{Feature, StairPiece, Turn};

/// A half turn is one that lacks no more than this [rad].
const HALF_TURN_RAD: f64 = 1e-6;

/// A line of straight pieces and arcs one behind the other, straight on beyond both ends; straight where it has none.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WalkingLine {
    stretches: Vec<Stretch>,
}

/// A piece of a walking line that bends evenly.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Stretch {
    /// Way along the line at its beginning [m].
    from_m: f64,
    /// Pose on the line there, x ahead.
    line_from_stretch: Isometry2<f64>,
    length_m: f64,
    /// Turn to the left [rad/m].
    bend_rad_m: f64,
}

impl Stretch {
    /// Pose so far on.
    fn at(&self, way_m: f64) -> Isometry2<f64> {
        let turn = self.bend_rad_m * way_m;
        let (ahead, left) = if self.bend_rad_m == 0.0 {
            (way_m, 0.0)
        } else {
            (turn.sin() / self.bend_rad_m, (1.0 - turn.cos()) / self.bend_rad_m)
        };
        self.line_from_stretch * Isometry2::new(Vector2::new(ahead, left), turn)
    }

    /// How far on the nearest place lies [m], between both ends.
    fn nearest_m(&self, point: &Point2<f64>) -> f64 {
        let local = self.line_from_stretch.inverse_transform_point(point);
        if self.bend_rad_m == 0.0 {
            return local.x.clamp(0.0, self.length_m);
        }
        let bend = self.bend_rad_m.abs();
        let from_axis = Vector2::new(local.x, local.y * self.bend_rad_m.signum() - 1.0 / bend);
        let whole = bend * self.length_m;
        let turned = from_axis.x.atan2(-from_axis.y).rem_euclid(TAU);
        // What lies beyond the end but nearer to the beginning belongs there.
        let turned = if turned > 0.5 * (whole + TAU) { 0.0 } else { turned };
        (turned / bend).min(self.length_m)
    }
}

impl WalkingLine {
    /// Adds a piece.
    fn push(&mut self, length_m: f64, bend_rad_m: f64) {
        let from_m = self.length_m();
        self.stretches.push(Stretch { from_m, line_from_stretch: self.at(from_m), length_m, bend_rad_m });
    }

    /// Whether it does not bend.
    pub fn is_straight(&self) -> bool {
        self.stretches.iter().all(|stretch| stretch.bend_rad_m == 0.0)
    }

    /// Way from its beginning to its end [m].
    pub fn length_m(&self) -> f64 {
        self.stretches.last().map_or(0.0, |last| last.from_m + last.length_m)
    }

    /// Pose on it, x ahead.
    pub fn at(&self, way_m: f64) -> Isometry2<f64> {
        let straight = |way_m: f64| Isometry2::new(Vector2::new(way_m, 0.0), 0.0);
        let begun = self.stretches.iter().rev().find(|stretch| stretch.from_m <= way_m);
        match begun {
            Some(stretch) => {
                let on_m = way_m - stretch.from_m;
                let inside_m = on_m.min(stretch.length_m);
                stretch.at(inside_m) * straight(on_m - inside_m)
            }
            None => straight(way_m),
        }
    }

    /// How much it turns to the left [rad/m].
    pub fn bend_rad_m(&self, way_m: f64) -> f64 {
        let on = |stretch: &&Stretch| (stretch.from_m..stretch.from_m + stretch.length_m).contains(&way_m);
        self.stretches.iter().find(on).map_or(0.0, |stretch| stretch.bend_rad_m)
    }

    /// The place nearest to a point: the way along the line, and how far left of it the point is [m].
    pub fn local(&self, point: &Point2<f64>) -> Point2<f64> {
        if self.stretches.is_empty() {
            return *point;
        }
        let mut best = Point2::new(0.0, f64::INFINITY);
        let mut look = |way_m: f64, left_m: f64| {
            if left_m.abs() < best.y.abs() {
                best = Point2::new(way_m, left_m);
            }
        };
        for stretch in &self.stretches {
            let on_m = stretch.nearest_m(point);
            let across = stretch.at(on_m).inverse_transform_point(point);
            // Beside it all of the distance is sideways; off its ends another piece, or what goes on straight, is nearer.
            look(stretch.from_m + on_m, across.y.signum() * across.coords.norm());
        }
        if point.x < 0.0 {
            look(point.x, point.y);
        }
        let beyond = self.at(self.length_m()).inverse_transform_point(point);
        if beyond.x > 0.0 {
            look(self.length_m() + beyond.x, beyond.y);
        }
        best
    }
}

/// A level surface along a walking line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// Where it begins [m].
    pub from_m: f64,
    /// Where it ends [m].
    pub to_m: f64,
    /// Its height over the floor [m].
    pub height_m: f64,
}

/// A solid between the floor and a level top whose outline is convex.
#[derive(Debug, Clone, PartialEq)]
pub struct Prism {
    /// Corners of its outline in the world, counterclockwise [m].
    pub corners: Vec<Point2<f64>>,
    /// Height of its top [m].
    pub height_m: f64,
}

impl Prism {
    /// From one corner to the next, all round.
    fn sides(&self) -> impl Iterator<Item = (Point2<f64>, Point2<f64>)> {
        let next = self.corners.iter().cycle().skip(1);
        self.corners.iter().copied().zip(next.copied())
    }

    /// Distance on the ground from a point to the outline [m]; zero inside.
    pub fn distance_m(&self, point: &Point2<f64>) -> f64 {
        (point - self.nearest(point)).norm()
    }

    /// Point of what it covers nearest to a point.
    pub fn nearest(&self, point: &Point2<f64>) -> Point2<f64> {
        let (mut nearest, mut least_m) = (*point, f64::INFINITY);
        let mut inside = true;
        for (from, to) in self.sides() {
            let (side, off) = (to - from, point - from);
            inside &= side.perp(&off) >= 0.0;
            let share = (off.dot(&side) / side.norm_squared().max(1e-12)).clamp(0.0, 1.0);
            let at = from + side * share;
            if (point - at).norm() < least_m {
                (nearest, least_m) = (at, (point - at).norm());
            }
        }
        if inside { *point } else { nearest }
    }

    /// Middle of its corners, and how far the farthest lies from there [m].
    pub fn round(&self) -> (Point2<f64>, f64) {
        let count = self.corners.len().max(1) as f64;
        let middle =
            Point2::from(self.corners.iter().map(|corner| corner.coords / count).sum::<Vector2<f64>>());
        (middle, self.corners.iter().map(|corner| (corner - middle).norm()).fold(0.0, f64::max))
    }

    /// Where a ray of unit direction that comes from outside meets it, within `max_m`.
    pub fn cast_ray(&self, origin: &Point3<f64>, direction: &Vector3<f64>, max_m: f64) -> Option<RayHit> {
        let (mut near, mut far) = (f64::NEG_INFINITY, f64::INFINITY);
        let mut normal = Vector3::zeros();
        // `over_m` is how far the origin lies outside of a face.
        let mut cut = |outward: Vector3<f64>, over_m: f64| {
            let away = outward.dot(direction);
            if away < 0.0 && -over_m / away > near {
                (near, normal) = (-over_m / away, outward);
            } else if away > 0.0 {
                far = far.min(-over_m / away);
            } else if away == 0.0 && over_m > 0.0 {
                far = f64::NEG_INFINITY;
            }
        };
        cut(Vector3::z(), origin.z - self.height_m);
        cut(-Vector3::z(), -origin.z);
        for (from, to) in self.sides() {
            let side = (to - from).normalize();
            let outward = Vector3::new(side.y, -side.x, 0.0);
            cut(outward, outward.xy().dot(&(origin.xy() - from)));
        }
        (near <= far && near > 0.0 && near < max_m).then_some(RayHit { range_m: near, normal })
    }

    /// Its corners, and the triangles of its top and its sides, seen counterclockwise from outside.
    pub fn mesh(&self) -> (Vec<Point3<f64>>, Vec<[u32; 3]>) {
        let count = self.corners.len() as u32;
        let at = |z: f64| self.corners.iter().map(move |corner| Point3::new(corner.x, corner.y, z));
        let corners = at(0.0).chain(at(self.height_m)).collect();
        let mut triangles: Vec<[u32; 3]> = (2..count).map(|i| [count, count + i - 1, count + i]).collect();
        for i in 0..count {
            let next = (i + 1) % count;
            triangles.extend([[i, next, count + next], [i, count + next, count + i]]);
        }
        (corners, triangles)
    }
}

/// A cuboid: full size and pose of its centre.
type Slab = (Vector3<f64>, Isometry3<f64>);

/// A staircase as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Staircase {
    /// Frame at the foot of the first riser, x along the way up.
    pub world_from_staircase: Isometry2<f64>,
    /// The line one walks, in that frame.
    pub line: WalkingLine,
    /// Treads and landings in order; neighbours touch.
    pub levels: Vec<Level>,
    /// Those that do not turn.
    pub slabs: Vec<Slab>,
    /// Those that do.
    pub prisms: Vec<Prism>,
}

/// Length and turn to the left [rad/m] of each tread or landing of a piece, how many, and whether the way goes down.
fn treads(piece: &StairPiece, run_m: f64) -> (f64, f64, usize, bool) {
    let bend = |turn: Turn, radius_m: f64| match turn {
        Turn::Left => 1.0 / radius_m,
        Turn::Right => -1.0 / radius_m,
    };
    match *piece {
        StairPiece::Straight { steps, down } => (run_m, 0.0, steps, down),
        StairPiece::Wound { steps, radius_m, turn, down } => (run_m, bend(turn, radius_m), steps, down),
        StairPiece::Landing { length_m, down } => (length_m, 0.0, 1, down),
        StairPiece::Corner { angle_rad, radius_m, turn, down } => {
            (angle_rad * radius_m, bend(turn, radius_m), 1, down)
        }
    }
}

impl Staircase {
    /// The staircase a feature is; none where it is something else.
    pub fn of(feature: &Feature) -> Option<Self> {
        let Feature::Staircase { start_m, heading_rad, rise_m, run_m, width_m, pieces } = feature else {
            return None;
        };
        let mut made = Self {
            world_from_staircase: Isometry2::new(Vector2::new(start_m.0, start_m.1), *heading_rad),
            line: WalkingLine::default(),
            levels: Vec::new(),
            slabs: Vec::new(),
            prisms: Vec::new(),
        };
        // Risers in whole numbers, so that what goes down as far as up ends on the floor.
        let mut risers = 0_i64;
        for piece in pieces {
            let (length_m, bend_rad_m, count, down) = treads(piece, *run_m);
            let is_corner = matches!(piece, StairPiece::Corner { .. });
            for _ in 0..count {
                risers += if down { -1 } else { 1 };
                made.add(length_m, bend_rad_m, risers as f64 * rise_m, *width_m, is_corner);
            }
        }
        Some(made)
    }

    fn add(&mut self, length_m: f64, bend_rad_m: f64, height_m: f64, width_m: f64, is_corner: bool) {
        let from_m = self.line.length_m();
        self.line.push(length_m, bend_rad_m);
        let to_m = self.line.length_m();
        self.levels.push(Level { from_m, to_m, height_m });
        let world_from_tread = self.world_from_staircase * self.line.at(from_m);
        if bend_rad_m == 0.0 {
            let at = world_from_tread * Point2::new(0.5 * length_m, 0.0);
            let centre = Isometry3::from_parts(
                Translation3::new(at.x, at.y, 0.5 * height_m),
                UnitQuaternion::from_axis_angle(&Vector3::z_axis(), world_from_tread.rotation.angle()),
            );
            self.slabs.push((Vector3::new(length_m, width_m, height_m), centre));
            return;
        }
        // Round the axis, as if it lay to the left.
        let (radius_m, angle_rad) = (1.0 / bend_rad_m.abs(), bend_rad_m.abs() * length_m);
        let (inner_m, outer_m) = (radius_m - 0.5 * width_m, radius_m + 0.5 * width_m);
        let place = |from_axis_m: f64, angle: f64| {
            Point2::new(from_axis_m * angle.sin(), radius_m - from_axis_m * angle.cos())
        };
        let mut corners = vec![place(outer_m, 0.0)];
        if is_corner {
            // Straight along its sides, from one to the next at most a right angle.
            let sides = (angle_rad / FRAC_PI_2 - 1e-6).ceil().max(1.0);
            let half = 0.5 * angle_rad / sides;
            corners
                .extend((0..sides as usize).map(|i| place(outer_m / half.cos(), (2 * i + 1) as f64 * half)));
            corners.push(place(outer_m, angle_rad));
            if angle_rad < PI - HALF_TURN_RAD {
                corners.push(place(0.0, 0.0));
            }
        } else {
            corners.extend([place(outer_m, angle_rad), place(inner_m, angle_rad), place(inner_m, 0.0)]);
        }
        if bend_rad_m < 0.0 {
            corners.iter_mut().for_each(|corner| corner.y = -corner.y);
            corners.reverse();
        }
        let corners = corners.iter().map(|corner| world_from_tread * corner).collect();
        self.prisms.push(Prism { corners, height_m });
    }

    /// Pose on the walking line, x ahead.
    pub fn at(&self, way_m: f64) -> Isometry2<f64> {
        self.world_from_staircase * self.line.at(way_m)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Up with a quarter turn on a landing and winders, and down round the other side.
    fn staircase(turn: Turn) -> Staircase {
        let other = turn.other();
        Staircase::of(&Feature::Staircase {
            start_m: (2.0, 1.0),
            heading_rad: 0.4,
            rise_m: 0.17,
            run_m: 0.28,
            width_m: 1.2,
            pieces: vec![
                StairPiece::Straight { steps: 3, down: false },
                StairPiece::Corner { angle_rad: FRAC_PI_2, radius_m: 0.7, turn, down: false },
                StairPiece::Wound { steps: 5, radius_m: 1.1, turn, down: false },
                StairPiece::Landing { length_m: 1.2, down: false },
                StairPiece::Wound { steps: 5, radius_m: 1.1, turn: other, down: true },
                StairPiece::Straight { steps: 4, down: true },
            ],
        })
        .expect("a staircase")
    }

    #[test]
    fn heights_rise_by_a_step_and_fall_back_to_the_floor() {
        let levels = staircase(Turn::Left).levels;
        assert_eq!(levels.len(), 3 + 1 + 5 + 1 + 5 + 4);
        for (pair, up) in levels.windows(2).zip((0..18).map(|i| i < 9)) {
            let rise = pair[1].height_m - pair[0].height_m;
            assert!((rise - if up { 0.17 } else { -0.17 }).abs() < 1e-9, "{pair:?}");
            assert!((pair[1].from_m - pair[0].to_m).abs() < 1e-12);
        }
        assert!((levels[0].height_m - 0.17).abs() < 1e-12);
        // The last riser leads to the floor.
        assert!((levels[18].height_m - 0.17).abs() < 1e-9, "{levels:?}");
    }

    #[test]
    fn the_line_turns_as_its_pieces_say() {
        for (turn, sign) in [(Turn::Left, 1.0), (Turn::Right, -1.0)] {
            let stairs = staircase(turn);
            let straight_m = 3.0 * 0.28;
            // A quarter turn on a landing: as far ahead as to the side.
            let off = stairs.line.at(straight_m + 0.7 * FRAC_PI_2);
            assert!((off.translation.vector - Vector2::new(straight_m + 0.7, sign * 0.7)).norm() < 1e-9);
            assert!((off.rotation.angle() - sign * FRAC_PI_2).abs() < 1e-9);
            let top_m = stairs.levels[9].from_m;
            let top_rad = stairs.line.at(top_m).rotation.angle();
            let whole_rad = sign * (FRAC_PI_2 + 5.0 * 0.28 / 1.1);
            assert!((Isometry2::rotation(whole_rad).rotation.angle() - top_rad).abs() < 1e-9, "{top_rad}");
            let end_rad = stairs.line.at(stairs.line.length_m()).rotation.angle();
            assert!((end_rad - sign * FRAC_PI_2).abs() < 1e-9, "{end_rad}");
            // Straight on beyond both ends.
            assert_eq!(stairs.line.at(-2.0).translation.vector, Vector2::new(-2.0, 0.0));
            let beyond = stairs.line.at(stairs.line.length_m()).inverse()
                * stairs.line.at(stairs.line.length_m() + 2.0);
            assert!((beyond.translation.vector - Vector2::new(2.0, 0.0)).norm() < 1e-9);
        }
    }

    #[test]
    fn a_place_beside_the_line_is_found_there() {
        for turn in [Turn::Left, Turn::Right] {
            let line = staircase(turn).line;
            for i in -20..=(line.length_m() / 0.05) as i32 + 20 {
                for left_m in [-0.5, 0.0, 0.5] {
                    let way_m = 0.05 * f64::from(i);
                    let local = line.local(&(line.at(way_m) * Point2::new(0.0, left_m)));
                    let off = (local - Point2::new(way_m, left_m)).norm();
                    // Places at the joints belong to both pieces.
                    assert!(off < 1e-6, "{way_m} {left_m}: {local}");
                }
            }
        }
        let straight = WalkingLine::default();
        assert_eq!(straight.local(&Point2::new(3.0, -0.2)), Point2::new(3.0, -0.2));
    }

    #[test]
    fn every_place_of_the_line_lies_on_its_tread_and_on_no_other() {
        for turn in [Turn::Left, Turn::Right] {
            let stairs = staircase(turn);
            for level in &stairs.levels {
                for (share, left_m) in [(0.05, 0.0), (0.5, 0.55), (0.5, -0.55), (0.95, 0.3)] {
                    let way_m = level.from_m + share * (level.to_m - level.from_m);
                    let place = stairs.at(way_m) * Point2::new(0.0, left_m);
                    let prisms = stairs.prisms.iter().filter(|prism| prism.distance_m(&place) <= 0.0);
                    let slabs = stairs.slabs.iter().filter(|(size, centre)| {
                        let local = centre.inverse_transform_point(&Point3::new(place.x, place.y, 0.0));
                        local.x.abs() <= 0.5 * size.x && local.y.abs() <= 0.5 * size.y
                    });
                    let heights: Vec<f64> =
                        prisms.map(|prism| prism.height_m).chain(slabs.map(|(size, _)| size.z)).collect();
                    let [height] = heights[..] else { panic!("{way_m} {left_m}: {heights:?}") };
                    assert!((height - level.height_m).abs() < 1e-12, "{way_m} {left_m}");
                }
            }
        }
    }

    #[test]
    fn corners_are_as_wide_as_the_flights_they_join() {
        let half_turn = Staircase::of(&Feature::Staircase {
            start_m: (0.0, 0.0),
            heading_rad: 0.0,
            rise_m: 0.17,
            run_m: 0.28,
            width_m: 1.0,
            pieces: vec![StairPiece::Corner { angle_rad: PI, radius_m: 0.6, turn: Turn::Left, down: false }],
        });
        let corners = half_turn.expect("a staircase").prisms[0].corners.clone();
        let expected = [(0.0, -0.5), (1.1, -0.5), (1.1, 1.7), (0.0, 1.7)];
        assert_eq!(corners.len(), 4);
        for (corner, (x, y)) in corners.iter().zip(expected) {
            assert!((corner - Point2::new(x, y)).norm() < 1e-9, "{corners:?}");
        }
    }

    #[test]
    fn rays_meet_a_prism_where_they_enter_it() {
        let prism = Prism {
            corners: vec![
                Point2::new(1.0, -1.0),
                Point2::new(2.0, -1.0),
                Point2::new(2.0, 1.0),
                Point2::new(1.5, 1.0),
            ],
            height_m: 0.5,
        };
        let hit = |from: [f64; 3], way: [f64; 3]| {
            prism.cast_ray(&Point3::from(from), &Vector3::from(way).normalize(), 10.0)
        };
        let side = hit([0.0, 0.0, 0.2], [1.0, 0.0, 0.0]).expect("its slanting side");
        assert!((side.range_m - 1.25).abs() < 1e-12 && side.normal.x < 0.0 && side.normal.y > 0.0);
        let top = hit([1.8, 0.0, 2.0], [0.0, 0.0, -1.0]).expect("its top");
        assert!((top.range_m - 1.5).abs() < 1e-12 && top.normal == Vector3::z());
        assert_eq!(hit([0.0, 0.0, 0.6], [1.0, 0.0, 0.0]), None, "over it");
        assert_eq!(hit([0.0, 0.0, 0.2], [-1.0, 0.0, 0.0]), None, "behind");
        assert_eq!(prism.cast_ray(&Point3::new(0.0, 0.0, 0.2), &Vector3::x(), 1.2), None, "too far");
        assert_eq!(prism.nearest(&Point2::new(3.0, 0.5)), Point2::new(2.0, 0.5));
        // Its triangles close it but for the floor: the volume by the divergence theorem.
        let (corners, triangles) = prism.mesh();
        let volume: f64 = triangles
            .iter()
            .map(|t| {
                let [a, b, c] = t.map(|i| corners[i as usize].coords);
                a.dot(&b.cross(&c)) / 6.0
            })
            .sum();
        assert!((volume - 0.5 * 1.5).abs() < 1e-12, "{volume}");
    }
}
