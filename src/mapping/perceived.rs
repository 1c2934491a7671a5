//! The map a robot makes of what it sees: elevation round it, the flight ahead, what stands in the way.

use std::sync::Arc;

use nalgebra::{Isometry3, Point2, Point3, Vector2, Vector3};

use super::elevation::{ElevationMap, index_of};
use super::flight::Flight;
use super::levels::{Viewpoint, find_flight};
use super::localisation::LocatedScan;
use super::obstacles::Obstacles;
use super::reach::Reach;
use super::scan_match::WallLines;
use super::seen_ground::SeenGround;
use super::tracks::{KeptFree, Tracker};
use super::walls::Walls;
use super::world_map::WorldMap;
use crate::estimation::PoseCorrection;

/// The grid's middle lies this far ahead of the robot [m].
const AHEAD_M: f64 = 1.0;

/// Ground that a robot put down takes to be level round it: what its camera does not see [m].
const LEVEL_M: f64 = 1.3;

/// Where the ground carries a foot it is known to this [m].
const FELT_M: f64 = 0.004;

/// Cosine of the largest angle at which a sole lies flat on its ground.
const FLAT: f64 = 0.998;

/// Way to both sides of a sole's middle over which its ground's slope is taken [m].
const TILT_M: f64 = 0.1;

/// A sole that does not lie flat and is so much off the floor stands on ground that was not seen yet [m].
const OFF_FLOOR_M: f64 = 0.08;

/// How far off a cell of the elevation that stands in the way may be [m].
const CELL_DEVIATION_M: f64 = 0.01;

/// What beams pass through so far below its top is gone [m], and so far over the floor it may be ground [m].
const THROUGH_M: f64 = 0.15;
const OVER_FLOOR_M: f64 = 0.3;

/// So far off the robot nothing is seen through [m].
const THROUGH_REACH_M: f64 = 9.0;

/// Farther than this beyond its last riser a flight is behind the robot [m].
const LEFT_M: f64 = 1.2;

/// Looks that may miss a flight before it counts as gone.
const MISSES: usize = 15;

/// Differences below which a flight is the one already known: along and across [m], of heights [m], and of
/// the axis [rad].
const SAME_ALONG_M: f64 = 0.008;
const SAME_ACROSS_M: f64 = 0.04;
const SAME_HEIGHT_M: f64 = 0.008;
const SAME_RAD: f64 = 0.015;

/// At this distance the differences may be twice as large [m].
const DOUBT_M: f64 = 0.7;

/// What a look has changed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct News {
    /// The flight ahead: another one, or the same otherwise than thought.
    pub flight: bool,
    /// Places that are blocked as it turns out [m].
    pub blocked: Vec<Point2<f64>>,
    /// Whether a place is not blocked any more.
    pub cleared: bool,
}

impl News {
    /// Whether nothing has changed.
    pub fn is_none(&self) -> bool {
        !self.flight && !self.cleared && self.blocked.is_empty()
    }

    /// Adds what another look has changed.
    pub fn add(&mut self, other: News) {
        self.flight |= other.flight;
        self.blocked.extend(other.blocked);
        self.cleared |= other.cleared;
    }
}

/// A sole's frame, and half of its length and width [m].
pub type Sole = (Isometry3<f64>, Vector2<f64>);

/// Where the robot believes to be when a picture is taken.
#[derive(Debug, Clone, Copy)]
pub struct SeenFrom {
    /// The camera's frame as estimated.
    pub world_from_camera: Isometry3<f64>,
    /// Soles that carry the robot, as estimated.
    pub soles: [Option<Sole>; 2],
    /// Where the robot heads [rad].
    pub heading_rad: f64,
    /// When, in ticks since the start.
    pub tick: u64,
}

/// A map in the making.
#[derive(Debug, Clone)]
pub struct PerceivedMap {
    elevation: ElevationMap,
    reach: Reach,
    cells: Vec<Point3<f64>>,
    obstacles: Obstacles,
    walls: Walls,
    lines: WallLines,
    /// Height of the ground the robot was put down on [m].
    start_m: f64,
    flight: Option<Flight>,
    /// Looks since it was found last.
    missed: usize,
    floor: Point3<f64>,
    ground: Option<Arc<SeenGround>>,
    /// Round what moves about.
    free: Vec<KeptFree>,
    map: WorldMap,
}

impl PerceivedMap {
    /// Nothing but the ground the robot is put down on, seen from above at `at` on the ground.
    pub fn new(at: &Point3<f64>, heading_rad: f64) -> Self {
        let mut elevation = ElevationMap::new(&ahead_of(at, heading_rad));
        elevation.assume_level(at, LEVEL_M, 0);
        Self {
            elevation,
            reach: Reach::default(),
            cells: Vec::new(),
            obstacles: Obstacles::default(),
            walls: Walls::default(),
            lines: WallLines::default(),
            start_m: at.z,
            flight: None,
            missed: 0,
            floor: *at,
            ground: None,
            free: Vec::new(),
            map: WorldMap::seen(Vec::new(), None, at.z),
        }
    }

    /// What the robot goes by.
    pub fn map(&self) -> &WorldMap {
        &self.map
    }

    /// The elevation round the robot.
    pub fn elevation(&self) -> &ElevationMap {
        &self.elevation
    }

    /// Takes a picture: points in the camera's frame [m], and the deviation of a depth there [m].
    pub fn look(
        &mut self,
        points: &[Option<Point3<f64>>],
        deviation_m: &dyn Fn(f64) -> f64,
        from: &SeenFrom,
    ) -> News {
        self.stand(from);
        self.elevation.roll_to(&ahead_of(&self.floor, from.heading_rad));
        for point in points.iter().flatten() {
            let at = from.world_from_camera * point;
            if self.free.iter().any(|kept| kept.covers(&at.xy())) {
                continue;
            }
            if self.elevation.covers(&at.xy()) {
                self.elevation.see(&at, deviation_m(point.x), from.tick);
            } else if self.is_wall(&at) {
                self.obstacles.block(&at, deviation_m(point.x));
            }
        }
        let mut news = self.interpret(from.heading_rad, from.tick);
        news.blocked = self.redraw();
        news
    }

    /// Leaves out from now on what moves about, and takes away what is seen to have gone.
    pub fn heed(&mut self, tracker: &Tracker) {
        self.free.clear();
        self.free.extend_from_slice(tracker.kept_free());
        let is_gone = |at: &Point3<f64>| tracker.sees_through(&(at - Vector3::z() * THROUGH_M));
        self.obstacles.clear_near(&self.floor.xy(), THROUGH_REACH_M, is_gone);
        self.elevation.clear_where(|cell| cell.at.z > self.floor.z + OVER_FLOOR_M && is_gone(&cell.at));
    }

    /// Whether a sighting is one of a wall.
    fn is_wall(&mut self, at: &Point3<f64>) -> bool {
        self.walls.see(&Point3::new(at.x, at.y, at.z - self.start_m))
    }

    /// Takes a LiDAR's scan from its estimated pose: walls, wherever they are; and how far the pose is off as
    /// those seen before have it.
    pub fn scan(&mut self, scan: &LocatedScan) -> (News, Option<PoseCorrection>) {
        let correction = self.lines.take(scan, self.start_m);
        for at in scan.hits() {
            let is_free = self.free.iter().any(|kept| kept.covers(&at.xy()));
            if !is_free && self.is_wall(&at) {
                self.obstacles.block(&at, scan.range_noise_m);
            }
        }
        (News { blocked: self.redraw(), ..News::default() }, correction)
    }

    /// Draws the map anew; the places that are blocked as it turns out [m].
    fn redraw(&mut self) -> Vec<Point2<f64>> {
        let (places, fresh) = self.obstacles.places();
        let ground = self.ground.clone();
        self.map = WorldMap::seen(places, self.flight.clone(), self.floor.z).on(ground);
        fresh
    }

    /// Where feet stand the ground is felt.
    fn stand(&mut self, from: &SeenFrom) {
        let Some(middle) = middle(&from.soles) else { return };
        let flat = from.soles.map(|sole| sole.filter(|(sole, _)| self.lies_flat(sole)));
        for (sole, half) in flat.iter().flatten() {
            for (x, y) in [(0.0, 0.0), (0.6, 0.5), (0.6, -0.5), (-0.6, 0.5), (-0.6, -0.5)] {
                let at = sole * Point3::new(x * half.x, y * half.y, 0.0);
                self.elevation.see(&at, FELT_M, from.tick);
            }
        }
        let off_m = middle.z - self.floor.z;
        let height_m = match self::middle(&flat) {
            Some(flat) => flat.z,
            None if from.soles.iter().flatten().count() == 1 && off_m.abs() > OFF_FLOOR_M => middle.z,
            None => self.floor.z,
        };
        self.floor = Point3::new(middle.x, middle.y, height_m);
    }

    /// Whether a sole lies flat on the ground as that was seen there.
    fn lies_flat(&self, sole: &Isometry3<f64>) -> bool {
        let at = Point2::from(sole.translation.vector.xy());
        let rise = |way: Vector2<f64>| {
            let (from, to) = (at - way, at + way);
            let is_relief = self.map.is_relief(&from) && self.map.is_relief(&to);
            if is_relief {
                (self.map.height_m(&to) - self.map.height_m(&from)) / (2.0 * way.norm())
            } else {
                0.0
            }
        };
        let slope = Vector2::new(rise(Vector2::x() * TILT_M), rise(Vector2::y() * TILT_M));
        let normal = Vector3::new(-slope.x, -slope.y, 1.0).normalize();
        (sole.rotation * Vector3::z()).dot(&normal) > FLAT
    }

    /// Finds flight and obstacles in the grid.
    fn interpret(&mut self, heading_rad: f64, tick: u64) -> News {
        let Self { elevation, reach, cells, obstacles, .. } = self;
        let feet = index_of(&self.floor.xy());
        let round = (-6..=6).flat_map(|dy| (-6..=6).map(move |dx| (feet.0 + dx, feet.1 + dy)));
        let near: Vec<_> = round
            .filter(|index| {
                elevation.cell(*index).is_some_and(|cell| (cell.at.z - self.floor.z).abs() < 0.12)
            })
            .collect();
        reach.spread(elevation, &near);
        let mut news = News::default();
        cells.clear();
        for cell in reach.cells(elevation) {
            cells.push(cell.at);
            news.cleared |= cell.seen_tick == tick && obstacles.clear(&cell.at.xy());
        }
        for cell in reach.obstacles(elevation) {
            if cell.seen_tick == tick {
                obstacles.block(&cell.at, CELL_DEVIATION_M);
            } else {
                obstacles.keep(&cell.at, CELL_DEVIATION_M);
            }
        }

        let from = Viewpoint { at: self.floor, heading_rad };
        let known_rad = self.flight.as_ref().map(|flight| flight.world_from_flight.rotation.angle());
        let found = find_flight(cells, &from, known_rad)
            .filter(|flight| flight.local(&self.floor.xy()).x < flight.length_m() + LEFT_M);
        // A single look may miss what is there.
        self.missed = if found.is_some() { 0 } else { self.missed + 1 };
        let lost = found.is_none() && self.missed < MISSES;
        if !lost && !same(self.flight.as_ref(), found.as_ref(), &self.floor.xy()) {
            self.flight = found;
            news.flight = true;
        }
        let ground = SeenGround::new(&self.elevation, &self.reach, self.floor.z, self.flight.as_ref());
        self.ground = ground.map(Arc::new);
        news
    }
}

/// The soles' middle; none of none.
fn middle(soles: &[Option<Sole>; 2]) -> Option<Vector3<f64>> {
    let (sum, count) = soles.iter().flatten().fold((Vector3::zeros(), 0.0), |(sum, count), (sole, _)| {
        (sum + sole.translation.vector, count + 1.0)
    });
    (count > 0.0).then(|| sum / count)
}

/// Whether two sightings are of one flight, as near as it matters to a robot at `at`.
fn same(known: Option<&Flight>, found: Option<&Flight>, at: &Point2<f64>) -> bool {
    let (Some(known), Some(found)) = (known, found) else { return known.is_none() == found.is_none() };
    let shift = known.world_from_flight.inverse() * found.world_from_flight;
    let here_m = known.local(at).x;
    let (levels, others) = (known.levels(), found.levels());
    levels.len() == others.len()
        && shift.rotation.angle().abs() < SAME_RAD
        && shift.translation.y.abs() < SAME_ACROSS_M
        && levels.iter().zip(others).skip(1).all(|(level, other)| {
            let far = 1.0 + (level.from_m - here_m).abs() / DOUBT_M;
            (level.from_m - other.from_m - shift.translation.x).abs() < SAME_ALONG_M * far
                && (level.height_m - other.height_m).abs() < SAME_HEIGHT_M * far
        })
}

fn ahead_of(at: &Point3<f64>, heading_rad: f64) -> Point2<f64> {
    at.xy() + Vector2::new(heading_rad.cos(), heading_rad.sin()) * AHEAD_M
}
