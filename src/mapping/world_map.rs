//! The terrain as a list of upright cuboids on a floor at z = 0, and of ground that is not level.

use std::sync::Arc;

use nalgebra::{Isometry3, Point2, Point3, Vector3};

use super::flight::Flight;
use super::seen_ground::SeenGround;
use crate::config::scenario::{Feature, TerrainConfig};
use crate::course::{Prism, RayHit, Relief};
use crate::physics::{cuboids, prisms};

/// Distance of the places that stand for an edge one falls off [m].
const EDGE_SPACING_M: f64 = 0.05;

/// An upright cuboid of the map.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Block {
    /// Half size x, y, z [m].
    pub half_m: Vector3<f64>,
    /// Pose of its centre.
    pub world_from_block: Isometry3<f64>,
    /// Whether it must not be touched; a tread of stairs otherwise.
    pub is_obstacle: bool,
}

impl Block {
    /// Distance on the ground from a point to the footprint [m]; zero inside.
    pub fn distance_m(&self, point: &Point2<f64>) -> f64 {
        let local = self.world_from_block.inverse_transform_point(&Point3::new(point.x, point.y, 0.0));
        let dx = (local.x.abs() - self.half_m.x).max(0.0);
        let dy = (local.y.abs() - self.half_m.y).max(0.0);
        dx.hypot(dy)
    }

    /// Point of the footprint nearest to a point.
    pub fn nearest(&self, point: &Point2<f64>) -> Point2<f64> {
        let pose = &self.world_from_block;
        let local = pose.inverse_transform_point(&Point3::new(point.x, point.y, pose.translation.z));
        let x = local.x.clamp(-self.half_m.x, self.half_m.x);
        let y = local.y.clamp(-self.half_m.y, self.half_m.y);
        (pose * Point3::new(x, y, 0.0)).xy()
    }
}

/// The known map.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WorldMap {
    blocks: Vec<Block>,
    /// The block of each feature that is a box.
    boxes: Vec<Option<usize>>,
    /// Treads and landings of staircases where they turn.
    prisms: Vec<Prism>,
    flights: Vec<Flight>,
    /// Ramps and rough ground.
    reliefs: Vec<Relief>,
    /// Ground that is not level, as it was seen.
    ground: Option<Arc<SeenGround>>,
    /// Places that were seen to be blocked, or where the ground ends, a few centimetres apart [m].
    blocked: Vec<Point2<f64>>,
    is_seen: bool,
    /// Height of the ground where nothing else is known [m].
    floor_m: f64,
}

impl WorldMap {
    /// The map a scenario's terrain is.
    pub fn new(terrain: &TerrainConfig) -> Self {
        let mut blocks = Vec::new();
        let mut boxes = Vec::with_capacity(terrain.features.len());
        for feature in &terrain.features {
            if let Feature::Sill { .. } = feature {
                // No map has it.
                boxes.push(None);
                continue;
            }
            boxes.push(matches!(feature, Feature::Box { .. }).then_some(blocks.len()));
            blocks.extend(cuboids(feature).into_iter().map(|(size, world_from_block, is_obstacle)| Block {
                half_m: 0.5 * size,
                world_from_block,
                is_obstacle,
            }));
        }
        let prisms = terrain.features.iter().flat_map(prisms).collect();
        let flights = terrain.features.iter().filter_map(Flight::of).collect();
        let reliefs: Vec<Relief> = terrain.features.iter().filter_map(Relief::of).collect();
        // One does not walk where one would fall off.
        let blocked = reliefs.iter().flat_map(|relief| relief.edges(EDGE_SPACING_M)).collect();
        Self { blocks, boxes, prisms, flights, reliefs, ground: None, blocked, is_seen: false, floor_m: 0.0 }
    }

    /// The map of what was seen: blocked places, the flight ahead, and the height of the ground round it [m].
    pub(super) fn seen(blocked: Vec<Point2<f64>>, flight: Option<Flight>, floor_m: f64) -> Self {
        let blocks = flight.iter().flat_map(Flight::blocks).collect();
        Self {
            blocks,
            boxes: Vec::new(),
            prisms: Vec::new(),
            flights: flight.into_iter().collect(),
            reliefs: Vec::new(),
            ground: None,
            blocked,
            is_seen: true,
            floor_m,
        }
    }

    /// The same with this ground round the robot.
    pub(super) fn on(mut self, ground: Option<Arc<SeenGround>>) -> Self {
        self.ground = ground;
        self
    }

    /// Takes over how another map of the same flights has the ground.
    pub fn take_ground(&mut self, other: &Self) {
        self.ground.clone_from(&other.ground);
        self.floor_m = other.floor_m;
    }

    /// Whether it is what a robot has seen so far; it is all there is otherwise.
    pub fn is_seen(&self) -> bool {
        self.is_seen
    }

    /// Places that were seen to be blocked, or where the ground ends, a few centimetres apart [m].
    pub fn blocked(&self) -> &[Point2<f64>] {
        &self.blocked
    }

    /// Height of the ground where nothing else is known [m].
    pub fn floor_m(&self) -> f64 {
        self.floor_m
    }

    /// Learns that a box of the terrain stands elsewhere; anything else stays where it is.
    pub fn move_box(&mut self, feature: usize, center_m: (f64, f64)) {
        let block = self.boxes.get(feature).copied().flatten();
        if let Some(block) = block.and_then(|block| self.blocks.get_mut(block)) {
            let at = &mut block.world_from_block.translation;
            (at.x, at.y) = center_m;
        }
    }

    /// All cuboids.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// Cuboids that must not be touched.
    pub fn obstacles(&self) -> impl Iterator<Item = &Block> {
        self.blocks.iter().filter(|block| block.is_obstacle)
    }

    /// Treads and landings of staircases where they turn.
    pub fn prisms(&self) -> &[Prism] {
        &self.prisms
    }

    /// Distance on the ground from a point to the nearest thing that stands on it, treads too [m].
    pub fn distance_m(&self, point: &Point2<f64>) -> f64 {
        let blocks = self.blocks.iter().map(|block| block.distance_m(point));
        blocks.chain(self.prisms.iter().map(|prism| prism.distance_m(point))).fold(f64::INFINITY, f64::min)
    }

    /// Flights of stairs.
    pub fn flights(&self) -> &[Flight] {
        &self.flights
    }

    /// Height of the highest surface to step on at a place [m].
    pub fn height_m(&self, point: &Point2<f64>) -> f64 {
        self.blocks
            .iter()
            .filter(|block| !block.is_obstacle && block.distance_m(point) <= 0.0)
            .map(|block| block.world_from_block.translation.z + block.half_m.z)
            .chain(
                self.prisms.iter().filter(|prism| prism.distance_m(point) <= 0.0).map(|prism| prism.height_m),
            )
            .chain(self.reliefs.iter().filter_map(|relief| relief.height_m(point)))
            .chain(self.ground.iter().filter_map(|ground| ground.height_m(point)))
            .reduce(f64::max)
            .or_else(|| self.flights.iter().find_map(|flight| flight.ground_m(point)))
            .unwrap_or(self.floor_m)
    }

    /// Height at a place of ground that was seen and is no part of a flight [m].
    pub fn seen_ground_m(&self, place: &Point2<f64>) -> Option<f64> {
        let ground = self.ground.as_ref().filter(|ground| ground.knows(place))?;
        // Beside and beyond a flight the floor the robot stands on is none.
        Some(ground.height_m(place).unwrap_or_else(|| self.height_m(place)))
    }

    /// Whether any of the ground is not level, flights left aside.
    pub fn has_relief(&self) -> bool {
        !self.reliefs.is_empty() || self.ground.is_some()
    }

    /// Whether a place lies on ground that is not level.
    pub fn is_relief(&self, place: &Point2<f64>) -> bool {
        self.reliefs.iter().any(|relief| relief.height_m(place).is_some())
            || self.ground.as_ref().is_some_and(|ground| ground.height_m(place).is_some())
    }

    /// Height of level ground at a place [m]; none where it slopes or is rough.
    pub fn level_m(&self, place: &Point2<f64>) -> Option<f64> {
        (!self.is_relief(place)).then(|| self.height_m(place))
    }

    /// Nearest surface along a ray of unit direction, within `max_m`.
    pub fn cast_ray(&self, origin: &Point3<f64>, direction: &Vector3<f64>, max_m: f64) -> Option<RayHit> {
        let mut best: Option<RayHit> = None;
        if direction.z < -1e-9 && origin.z > 0.0 {
            best = Some(RayHit { range_m: -origin.z / direction.z, normal: Vector3::z() });
        }
        for block in &self.blocks {
            let limit = best.map_or(max_m, |hit| hit.range_m);
            if let Some(hit) = cast_on_block(block, origin, direction, limit) {
                best = Some(hit);
            }
        }
        for prism in &self.prisms {
            let limit = best.map_or(max_m, |hit| hit.range_m);
            if let Some(hit) = prism.cast_ray(origin, direction, limit) {
                best = Some(hit);
            }
        }
        for relief in &self.reliefs {
            let limit = best.map_or(max_m, |hit| hit.range_m);
            if let Some(hit) = relief.cast_ray(origin, direction, limit) {
                best = Some(hit);
            }
        }
        best.filter(|hit| hit.range_m <= max_m)
    }
}

/// Slab test of a ray against one cuboid; only hits from outside and nearer than `limit`.
fn cast_on_block(
    block: &Block,
    origin: &Point3<f64>,
    direction: &Vector3<f64>,
    limit: f64,
) -> Option<RayHit> {
    let pose = &block.world_from_block;
    let toward = pose.translation.vector - origin.coords;
    let radius = block.half_m.norm();
    let along = toward.dot(direction);
    if along < -radius || along > limit + radius || toward.norm_squared() - along * along > radius * radius {
        return None;
    }
    let o = pose.inverse_transform_point(origin);
    let d = pose.rotation.inverse_transform_vector(direction);
    let (mut near, mut far) = (f64::NEG_INFINITY, f64::INFINITY);
    let mut face = 0;
    for axis in 0..3 {
        if d[axis].abs() < 1e-12 {
            if o[axis].abs() > block.half_m[axis] {
                return None;
            }
            continue;
        }
        let t1 = (-block.half_m[axis] * d[axis].signum() - o[axis]) / d[axis];
        let t2 = (block.half_m[axis] * d[axis].signum() - o[axis]) / d[axis];
        if t1 > near {
            near = t1;
            face = axis;
        }
        far = far.min(t2);
    }
    if near > far || near <= 0.0 || near >= limit {
        return None;
    }
    let mut normal = Vector3::zeros();
    normal[face] = -d[face].signum();
    Some(RayHit { range_m: near, normal: pose.rotation * normal })
}

#[cfg(test)]
mod tests {
    use nalgebra::Vector2;

    use super::*;
    use crate::config::scenario::{StairPiece, Turn};

    fn stairs_and_box() -> WorldMap {
        WorldMap::new(&TerrainConfig {
            friction: 0.8,
            features: vec![
                Feature::Stairs {
                    start_m: (2.0, 0.0),
                    heading_rad: 0.0,
                    rise_m: 0.17,
                    run_m: 0.28,
                    width_m: 1.6,
                    steps: 8,
                    landing_m: 1.2,
                    down: true,
                },
                Feature::Box { center_m: (0.0, 3.0), size_m: (1.0, 0.5, 1.0), yaw_rad: 0.3 },
            ],
        })
    }

    #[test]
    fn treads_have_their_heights() {
        let map = stairs_and_box();
        let height = |x: f64| map.height_m(&Point2::new(x, 0.1));
        assert_eq!(height(1.9), 0.0);
        assert!((height(2.1) - 0.17).abs() < 1e-12);
        assert!((height(2.0 + 7.0 * 0.28 + 0.6) - 8.0 * 0.17).abs() < 1e-12);
        let flight = &map.flights()[0];
        assert_eq!(flight.treads().len(), 15);
        assert!((height(2.0 + flight.length_m() - 0.1) - 0.17).abs() < 1e-12);
        assert_eq!(height(2.0 + flight.length_m() + 0.1), 0.0);
        assert_eq!(map.height_m(&Point2::new(0.0, 3.0)), 0.0);
    }

    #[test]
    fn rays_meet_the_nearest_face() {
        let map = stairs_and_box();
        let level = map.cast_ray(&Point3::new(0.0, 0.0, 0.1), &Vector3::x(), 30.0).expect("first riser");
        assert!((level.range_m - 2.0).abs() < 1e-12 && (level.normal + Vector3::x()).norm() < 1e-12);
        let down = map.cast_ray(&Point3::new(0.0, 0.0, 1.5), &-Vector3::z(), 30.0).expect("floor");
        assert!((down.range_m - 1.5).abs() < 1e-12);
        assert!(map.cast_ray(&Point3::new(0.0, 0.0, 1.5), &Vector3::z(), 30.0).is_none());
    }

    #[test]
    fn a_staircase_that_turns_is_one_flight_with_the_heights_that_rays_meet() {
        let features = vec![Feature::Staircase {
            start_m: (2.0, 0.0),
            heading_rad: 0.3,
            rise_m: 0.17,
            run_m: 0.28,
            width_m: 1.2,
            pieces: vec![
                StairPiece::Wound { steps: 5, radius_m: 1.0, turn: Turn::Right, down: false },
                StairPiece::Corner { angle_rad: 1.2, radius_m: 0.8, turn: Turn::Left, down: false },
                StairPiece::Straight { steps: 5, down: true },
            ],
        }];
        let map = WorldMap::new(&TerrainConfig { friction: 0.8, features });
        let [flight] = map.flights() else { panic!("one flight") };
        assert!(flight.can_be_crossed(0.0) && !flight.is_straight());
        assert_eq!(flight.levels().len(), 1 + 11 + 1);
        for level in flight.treads() {
            for left_m in [-0.5, 0.0, 0.5] {
                let way_m = 0.5 * (level.from_m + level.to_m);
                let place = flight.place(way_m, left_m);
                assert!((flight.local(&place) - Point2::new(way_m, left_m)).norm() < 1e-9);
                assert!((map.height_m(&place) - level.height_m).abs() < 1e-12, "{level:?}");
                let from = Point3::new(place.x, place.y, 3.0);
                let hit = map.cast_ray(&from, &-Vector3::z(), 10.0).expect("a tread");
                assert!((3.0 - hit.range_m - level.height_m).abs() < 1e-9, "{level:?} {hit:?}");
                assert_eq!(map.distance_m(&place), 0.0);
            }
        }
        // The first riser from its foot.
        let foot = flight.place(-1.0, 0.1);
        let ahead = flight.world_from_flight * Vector2::x();
        let hit = map.cast_ray(&Point3::new(foot.x, foot.y, 0.1), &ahead.push(0.0), 30.0).expect("a riser");
        assert!((hit.range_m - 1.0).abs() < 1e-9, "{hit:?}");
        assert_eq!(map.height_m(&flight.place(-0.1, 0.0)), 0.0);
    }
}
