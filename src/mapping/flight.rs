//! Level surfaces one behind the other as something to walk over: a flight of stairs, straight or with turns, a single
//! kerb, or stepping stones.

use nalgebra::{Isometry2, Isometry3, Point2, Translation3, Vector2, Vector3};

use super::world_map::Block;
use crate::config::scenario::Feature;
use crate::course::{Staircase, WalkingLine, stones, stones_extent_m};

/// Highest step the robot may be asked to take [m]: beyond what DIN 18065 and ISO 14122-3 allow.
pub(super) const STEP_M: f64 = 0.25;

/// How far beside a flight the ground before and beyond it is taken to reach [m].
const BESIDE_M: f64 = 0.5;

/// Half the thickness that a tread is given of which only the top was seen [m].
const THICK_M: f64 = 0.02;

/// A level surface across the flight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tread {
    /// Where it begins along the flight [m].
    pub from_m: f64,
    /// Where it ends [m].
    pub to_m: f64,
    /// Its height [m].
    pub height_m: f64,
}

impl Tread {
    /// Its depth [m].
    pub fn depth_m(&self) -> f64 {
        self.to_m - self.from_m
    }

    /// The same surface seen against the flight's direction.
    fn reversed(self) -> Self {
        Self { from_m: -self.to_m, to_m: -self.from_m, height_m: self.height_m }
    }
}

/// A flight, seen from above: x of its frame along the way over it, origin at the first riser. Where it turns, its
/// lengths go along the line that one walks.
#[derive(Debug, Clone, PartialEq)]
pub struct Flight {
    /// Frame at the foot of the first riser, x along the way over it.
    pub world_from_flight: Isometry2<f64>,
    /// Width [m].
    pub width_m: f64,
    /// The line that one walks, in its frame.
    line: WalkingLine,
    /// Whether it ends on a landing that one would fall off.
    ends_on_top: bool,
    /// What lies before it, its treads and landings, and what lies beyond it; neighbours touch.
    levels: Vec<Tread>,
    /// The stones that its only level consists of; none where it is whole.
    stones: Vec<Block>,
    /// The widest gap between them along the way [m].
    gap_m: f64,
}

impl Flight {
    /// From its levels in order, the ground before it and beyond it among them; none without a riser.
    pub fn new(world_from_flight: Isometry2<f64>, width_m: f64, levels: Vec<Tread>) -> Option<Self> {
        let (line, stones) = (WalkingLine::default(), Vec::new());
        let ends_on_top = false;
        let gap_m = 0.0;
        let flight = Self { world_from_flight, width_m, line, ends_on_top, levels, stones, gap_m };
        (flight.levels.len() >= 2).then_some(flight)
    }

    /// The flight a feature is, if it is one.
    pub fn of(feature: &Feature) -> Option<Self> {
        let stairs = Self::of_stairs(feature).or_else(|| Self::of_staircase(feature));
        stairs.map(Self::up_to_its_top).or_else(|| Self::of_stones(feature))
    }

    /// Without the ground beyond it where that lies too deep to step down to.
    fn up_to_its_top(mut self) -> Self {
        if let [.., top, beyond] = self.levels[..]
            && self.levels.len() > 2
            && top.height_m - beyond.height_m > STEP_M
        {
            self.levels.pop();
            self.ends_on_top = true;
        }
        self
    }

    fn of_staircase(feature: &Feature) -> Option<Self> {
        let Feature::Staircase { width_m, .. } = *feature else { return None };
        let staircase = Staircase::of(feature)?;
        let level = |from_m: f64, to_m: f64, height_m: f64| Tread { from_m, to_m, height_m };
        let mut levels = vec![level(f64::NEG_INFINITY, 0.0, 0.0)];
        levels.extend(staircase.levels.iter().map(|tread| level(tread.from_m, tread.to_m, tread.height_m)));
        levels.push(level(staircase.line.length_m(), f64::INFINITY, 0.0));
        Some(Self { line: staircase.line, ..Self::new(staircase.world_from_staircase, width_m, levels)? })
    }

    fn of_stones(feature: &Feature) -> Option<Self> {
        let Feature::Stones { start_m, heading_rad, rise_m, .. } = *feature else { return None };
        let (length_m, width_m, gap_m) = stones_extent_m(feature)?;
        let foot = Isometry2::new(Vector2::new(start_m.0, start_m.1), heading_rad);
        let level = |from_m: f64, to_m: f64, height_m: f64| Tread { from_m, to_m, height_m };
        let levels = vec![
            level(f64::NEG_INFINITY, 0.0, 0.0),
            level(0.0, length_m, rise_m),
            level(length_m, f64::INFINITY, 0.0),
        ];
        let block = |(size, world_from_block): (Vector3<f64>, Isometry3<f64>)| Block {
            half_m: 0.5 * size,
            world_from_block,
            is_obstacle: false,
        };
        let stones = stones(feature).into_iter().map(block).collect();
        Some(Self { stones, gap_m, ..Self::new(foot, width_m, levels)? })
    }

    fn of_stairs(feature: &Feature) -> Option<Self> {
        let Feature::Stairs { start_m, heading_rad, rise_m, run_m, width_m, steps, landing_m, down } =
            *feature
        else {
            return None;
        };
        let steps = steps.max(1);
        let landing_start_m = (steps - 1) as f64 * run_m;
        let landing_end_m = landing_start_m + landing_m;
        let length_m = landing_end_m + if down { landing_start_m } else { 0.0 };
        let mut levels = Vec::with_capacity(2 * steps + 1);
        levels.push(Tread { from_m: f64::NEG_INFINITY, to_m: 0.0, height_m: 0.0 });
        for step in 1..steps {
            let (from_m, to_m) = ((step - 1) as f64 * run_m, step as f64 * run_m);
            levels.push(Tread { from_m, to_m, height_m: step as f64 * rise_m });
        }
        levels.push(Tread { from_m: landing_start_m, to_m: landing_end_m, height_m: steps as f64 * rise_m });
        for step in (1..steps).take(if down { steps } else { 0 }) {
            let from_m = landing_end_m + (step - 1) as f64 * run_m;
            let height_m = (steps - step) as f64 * rise_m;
            levels.push(Tread { from_m, to_m: landing_end_m + step as f64 * run_m, height_m });
        }
        levels.push(Tread { from_m: length_m, to_m: f64::INFINITY, height_m: 0.0 });
        let foot = Isometry2::new(Vector2::new(start_m.0, start_m.1), heading_rad);
        Self::new(foot, width_m, levels)
    }

    /// Whether it ends on a landing that one would fall off: one goes there and back.
    pub fn ends_on_top(&self) -> bool {
        self.ends_on_top
    }

    /// Where along its line a place on the landing that it ends on is [m]; none where it does not end so, and elsewhere.
    pub fn on_top_m(&self, place: &Point2<f64>) -> Option<f64> {
        let (local, top) = (self.local(place), self.levels.last().filter(|_| self.ends_on_top)?);
        let is_on = (top.from_m..=top.to_m).contains(&local.x) && local.y.abs() <= 0.5 * self.width_m;
        is_on.then_some(local.x)
    }

    /// Where it ends: at its last riser [m].
    pub fn length_m(&self) -> f64 {
        self.levels.last().map_or(0.0, |last| last.from_m)
    }

    /// What lies before it, its treads and landings, and what lies beyond it, in order.
    pub fn levels(&self) -> &[Tread] {
        &self.levels
    }

    /// The same in the order of a way over it; `reversed` counts lengths against the flight's x.
    pub fn levels_on_way(&self, reversed: bool) -> Vec<Tread> {
        if reversed {
            self.levels.iter().rev().map(|level| level.reversed()).collect()
        } else {
            self.levels.clone()
        }
    }

    /// The treads and landings between the first riser and the last, and the landing that it ends on.
    pub fn treads(&self) -> &[Tread] {
        &self.levels[1..self.levels.len() - usize::from(!self.ends_on_top)]
    }

    /// The stones that it consists of; none where it is whole.
    pub fn stones(&self) -> &[Block] {
        &self.stones
    }

    /// Whether a place lies among its stones, on one of them or between.
    pub fn is_among_stones(&self, point: &Point2<f64>) -> bool {
        let local = self.local(point);
        !self.stones.is_empty()
            && (0.0..self.length_m()).contains(&local.x)
            && local.y.abs() < 0.5 * self.width_m
    }

    /// Whether no step of it is too high to take, and no gap wider than this [m].
    pub fn can_be_crossed(&self, widest_gap_m: f64) -> bool {
        self.gap_m <= widest_gap_m
            && self.levels.windows(2).all(|pair| (pair[1].height_m - pair[0].height_m).abs() <= STEP_M)
    }

    /// Height of what lies before it or beyond it at a place [m]; none on it and far beside it.
    pub(super) fn ground_m(&self, point: &Point2<f64>) -> Option<f64> {
        let local = self.local(point);
        let (first, last) = (self.levels.first()?, self.levels.last()?);
        let beside = local.y.abs() > 0.5 * self.width_m + BESIDE_M;
        [first, last]
            .into_iter()
            .find(|level| !beside && (level.from_m..level.to_m).contains(&local.x))
            .filter(|level| level.from_m.is_infinite() || level.to_m.is_infinite())
            .map(|level| level.height_m)
    }

    /// Its treads and landings as cuboids whose tops they are.
    pub(super) fn blocks(&self) -> impl Iterator<Item = Block> {
        let (at, turn) = (self.world_from_flight.translation, self.world_from_flight.rotation.angle());
        let foot = Isometry3::new(Vector3::new(at.x, at.y, 0.0), Vector3::z() * turn);
        self.treads().iter().map(move |tread| {
            let middle = Translation3::new(0.5 * (tread.from_m + tread.to_m), 0.0, tread.height_m - THICK_M);
            Block {
                half_m: Vector3::new(0.5 * tread.depth_m(), 0.5 * self.width_m, THICK_M),
                world_from_block: foot * middle,
                is_obstacle: false,
            }
        })
    }

    /// A point of the world by the way along the flight's line and how far left of it that is [m].
    pub fn local(&self, point: &Point2<f64>) -> Point2<f64> {
        self.line.local(&self.world_from_flight.inverse_transform_point(point))
    }

    /// The place so far along its line and so far left of it [m].
    pub fn place(&self, way_m: f64, left_m: f64) -> Point2<f64> {
        if self.is_straight() {
            return self.world_from_flight * Point2::new(way_m, left_m);
        }
        self.world_from_flight * self.line.at(way_m) * Point2::new(0.0, left_m)
    }

    /// Whether its line does not bend.
    pub fn is_straight(&self) -> bool {
        self.line.is_straight()
    }

    /// Heading along its line [rad].
    pub fn heading_rad(&self, way_m: f64) -> f64 {
        self.world_from_flight.rotation.angle() + self.line.at(way_m).rotation.angle()
    }

    /// How much its line turns to the left [rad/m].
    pub fn bend_rad_m(&self, way_m: f64) -> f64 {
        self.line.bend_rad_m(way_m)
    }
}
