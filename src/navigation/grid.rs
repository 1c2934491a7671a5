//! Clearance on a grid, and the cheapest way over it.

use nalgebra::{Point2, Vector2};
use pathfinding::directed::astar::astar;

use super::planner::Portal;
use crate::mapping::WorldMap;

/// Edge of a cell [m].
pub(super) const CELL_M: f64 = 0.05;

/// Room around everything of interest [m].
const BORDER_M: f64 = 3.0;

/// Clearances beyond this are all the same [m].
const FAR_M: f64 = 2.0;

/// Cells round the start within which a robot that stands too near to something walks away from it.
const AWAY_CELLS: i32 = 16;

/// How near to its route a robot's way is favoured [m], and what its cost is multiplied by there.
const FAVOURED_M: f64 = 0.4;
const FAVOUR: f64 = 0.85;

/// Radius of the bend in which a walking robot leaves its way [m], and what a place within such a bend, or behind it,
/// costs more than elsewhere, as a factor.
const TURN_M: f64 = 0.9;
const TURN_COST: f64 = 3.0;

/// Costs are integers: this many a metre.
const UNITS: f64 = 1000.0;

/// A cell.
type Cell = (i32, i32);

/// Clearances that a way keeps [m].
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Room {
    /// Nothing is nearer than this.
    pub tight_m: f64,
    /// Nothing is nearer than this to a smooth way but where it is tight.
    pub least_m: f64,
    /// It costs more where something is nearer than this.
    pub wanted_m: f64,
}

/// Where a walking robot leaves the way that it has begun, and its direction there.
#[derive(Debug, Clone, Copy)]
struct Departure {
    at: Point2<f64>,
    ahead: Vector2<f64>,
}

impl Departure {
    /// What a place costs more than elsewhere for having to be turned to.
    fn cost(&self, place: &Point2<f64>) -> f64 {
        let off = place - self.at;
        let distance_m2 = off.norm_squared();
        if distance_m2 > (2.0 * TURN_M).powi(2) {
            return 0.0;
        }
        let (along_m, aside_m) = (off.dot(&self.ahead), self.ahead.perp(&off).abs());
        // Inside of the circle that it would walk to the one side or the other.
        let inside = along_m.hypot(aside_m - TURN_M) < TURN_M - CELL_M;
        let behind = along_m < -CELL_M && distance_m2 < TURN_M.powi(2);
        if inside || behind { TURN_COST } else { 0.0 }
    }
}

/// Clearance to what must not be touched, cell by cell.
#[derive(Debug, Clone)]
pub(super) struct ClearanceGrid {
    origin: Point2<f64>,
    size: (i32, i32),
    clearance_m: Vec<f32>,
    /// Cells near the route that the robot is on; empty where it is on none.
    favoured: Vec<bool>,
    departure: Option<Departure>,
}

impl ClearanceGrid {
    /// Covers the map and these points; flights of stairs are blocked, they are entered by portals.
    pub(super) fn new(map: &WorldMap, points: &[Point2<f64>]) -> Self {
        let mut low = Point2::new(f64::INFINITY, f64::INFINITY);
        let mut high = Point2::new(f64::NEG_INFINITY, f64::NEG_INFINITY);
        let mut cover = |p: Point2<f64>| {
            low = low.inf(&p);
            high = high.sup(&p);
        };
        points.iter().for_each(|p| cover(*p));
        map.blocked().iter().for_each(|p| cover(*p));
        for block in map.blocks() {
            let radius = block.half_m.xy().norm();
            let at = block.world_from_block.translation;
            cover(Point2::new(at.x - radius, at.y - radius));
            cover(Point2::new(at.x + radius, at.y + radius));
        }
        map.prisms().iter().flat_map(|prism| &prism.corners).for_each(|corner| cover(*corner));
        let origin = Point2::new(low.x - BORDER_M, low.y - BORDER_M);
        let cells = |from: f64, to: f64| ((to - from + 2.0 * BORDER_M) / CELL_M).ceil() as i32 + 1;
        let size = (cells(low.x, high.x), cells(low.y, high.y));
        let mut grid = Self {
            origin,
            size,
            clearance_m: vec![FAR_M as f32; (size.0 * size.1) as usize],
            favoured: Vec::new(),
            departure: None,
        };
        if !map.blocked().is_empty() {
            let blocked: Vec<Cell> = map.blocked().iter().map(|p| grid.cell(p)).collect();
            grid.clearance_m = distances_m(size, &blocked);
        }
        for block in map.blocks() {
            let at = block.world_from_block.translation;
            let distance_m = |place: &Point2<f64>| block.distance_m(place);
            grid.keep_from(Point2::new(at.x, at.y), block.half_m.xy().norm(), &distance_m);
        }
        for prism in map.prisms() {
            let (middle, radius_m) = prism.round();
            grid.keep_from(middle, radius_m, &|place| prism.distance_m(place));
        }
        grid
    }

    /// Takes in the distances to a thing that reaches so far from its middle [m].
    fn keep_from(&mut self, at: Point2<f64>, radius_m: f64, distance_m: &dyn Fn(&Point2<f64>) -> f64) {
        let radius = radius_m + FAR_M;
        let (x0, y0) = self.cell(&Point2::new(at.x - radius, at.y - radius));
        let (x1, y1) = self.cell(&Point2::new(at.x + radius, at.y + radius));
        for y in y0.max(0)..=y1.min(self.size.1 - 1) {
            for x in x0.max(0)..=x1.min(self.size.0 - 1) {
                let distance = distance_m(&self.centre((x, y))) as f32;
                let slot = &mut self.clearance_m[(y * self.size.0 + x) as usize];
                *slot = slot.min(distance);
            }
        }
    }

    /// Cells near these points cost less: of two ways as good as each other the robot keeps to the one it is on.
    pub(super) fn favour(&mut self, points: &mut dyn Iterator<Item = Point2<f64>>) {
        self.favoured = vec![false; self.clearance_m.len()];
        let reach = (FAVOURED_M / CELL_M) as i32;
        for point in points {
            let (x, y) = self.cell(&point);
            for y in (y - reach).max(0)..=(y + reach).min(self.size.1 - 1) {
                for x in (x - reach).max(0)..=(x + reach).min(self.size.0 - 1) {
                    self.favoured[(y * self.size.0 + x) as usize] = true;
                }
            }
        }
    }

    /// A robot walks at this place with this heading [rad]: what it has to turn to costs more.
    pub(super) fn depart(&mut self, at: Point2<f64>, heading_rad: f64) {
        self.departure = Some(Departure { at, ahead: Vector2::new(heading_rad.cos(), heading_rad.sin()) });
    }

    /// What a place costs more than elsewhere, as a factor, as a robot that walks would have to turn to it sharply.
    pub(super) fn turn_cost(&self, place: &Point2<f64>) -> f64 {
        self.departure.as_ref().map_or(0.0, |departure| departure.cost(place))
    }

    /// What a cell's length is multiplied by.
    fn favour_of(&self, cell: Cell) -> f64 {
        let index = (cell.1 * self.size.0 + cell.0) as usize;
        if self.favoured.get(index).copied().unwrap_or(false) { FAVOUR } else { 1.0 }
    }

    pub(super) fn cell(&self, p: &Point2<f64>) -> Cell {
        let index = |v: f64, origin: f64| ((v - origin) / CELL_M).round() as i32;
        (index(p.x, self.origin.x), index(p.y, self.origin.y))
    }

    pub(super) fn centre(&self, cell: Cell) -> Point2<f64> {
        Point2::new(self.origin.x + f64::from(cell.0) * CELL_M, self.origin.y + f64::from(cell.1) * CELL_M)
    }

    /// Clearance at a place [m]; none outside of the grid.
    pub(super) fn clearance_m(&self, cell: Cell) -> Option<f64> {
        let inside = cell.0 >= 0 && cell.1 >= 0 && cell.0 < self.size.0 && cell.1 < self.size.1;
        inside.then(|| f64::from(self.clearance_m[(cell.1 * self.size.0 + cell.0) as usize]))
    }

    /// Clearance between the cells' centres [m], and the direction in which it grows [m/m]; 0 outside of the grid.
    pub(super) fn slope(&self, p: &Point2<f64>) -> (f64, Vector2<f64>) {
        let at = (p - self.origin) / CELL_M;
        let cell = (at.x.floor() as i32, at.y.floor() as i32);
        let (x, y) = (at.x - f64::from(cell.0), at.y - f64::from(cell.1));
        let corner = |dx: i32, dy: i32| self.clearance_m((cell.0 + dx, cell.1 + dy)).unwrap_or(0.0);
        let [low, right, up, far] = [corner(0, 0), corner(1, 0), corner(0, 1), corner(1, 1)];
        let (below, above) = (low + (right - low) * x, up + (far - up) * x);
        let along_x = (right - low) * (1.0 - y) + (far - up) * y;
        (below + (above - below) * y, Vector2::new(along_x, above - below) / CELL_M)
    }

    /// Cheapest way between two places that has this room.
    pub(super) fn search(
        &self,
        from: &Point2<f64>,
        to: &Point2<f64>,
        room: &Room,
        portals: &[Portal],
    ) -> Option<Vec<Leg>> {
        let (start, goal) = (self.cell(from), self.cell(to));
        let doors: Vec<(Cell, Cell, usize, u32)> = portals
            .iter()
            .enumerate()
            .map(|(index, portal)| {
                let cost = (portal.cost_m * UNITS) as u32;
                (self.cell(&portal.entry), self.cell(&portal.exit), index, cost)
            })
            .collect();
        let start_m = self.clearance_m(start)?;
        let factor = |cell: Cell| {
            let clearance = self.clearance_m(cell)?;
            // Who stands too near to something may walk away from it.
            let away = (start.0 - cell.0).abs().max((start.1 - cell.1).abs()) <= AWAY_CELLS
                && clearance > (start_m - 0.5 * CELL_M).max(0.0);
            // Start and goal may lie nearer than is liked, but never inside of something.
            let near_end = [start, goal]
                .iter()
                .any(|end| (end.0 - cell.0).abs().max((end.1 - cell.1).abs()) <= 4 && clearance > 0.0);
            if clearance < room.tight_m && !near_end && !away {
                return None;
            }
            let want = ((room.wanted_m - clearance) / (room.wanted_m - room.tight_m)).clamp(0.0, 1.0);
            let mut cost = 1.0 + 2.0 * want * want;
            cost += self.turn_cost(&self.centre(cell));
            Some(cost * self.favour_of(cell))
        };
        let successors = |&cell: &Cell| {
            let mut next: Vec<(Cell, u32)> = Vec::with_capacity(9);
            for (dx, dy) in [(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1)] {
                let to = (cell.0 + dx, cell.1 + dy);
                if let Some(factor) = factor(to) {
                    let length = CELL_M * f64::from(dx * dx + dy * dy).sqrt();
                    next.push((to, (length * factor * UNITS) as u32));
                }
            }
            for (entry, exit, _, cost) in &doors {
                if *entry == cell {
                    next.push((*exit, *cost));
                }
            }
            next
        };
        let lowest = if self.favoured.is_empty() { 1.0 } else { FAVOUR };
        let distance = |&cell: &Cell| {
            let (dx, dy) = (f64::from(cell.0 - goal.0), f64::from(cell.1 - goal.1));
            // A portal costs at least its length, so the straight line stays a lower bound.
            (dx.hypot(dy) * CELL_M * UNITS * 0.999 * lowest) as u32
        };
        factor(start)?;
        let (cells, _) = astar(&start, successors, distance, |cell| *cell == goal)?;
        let mut legs = vec![Leg::Free(vec![*from])];
        for pair in cells.windows(2) {
            let adjacent = (pair[0].0 - pair[1].0).abs().max((pair[0].1 - pair[1].1).abs()) <= 1;
            if adjacent {
                if let Some(Leg::Free(points)) = legs.last_mut() {
                    points.push(self.centre(pair[1]));
                }
            } else if let Some(door) = doors.iter().find(|door| door.0 == pair[0] && door.1 == pair[1]) {
                legs.push(Leg::Portal(door.2));
                legs.push(Leg::Free(vec![portals[door.2].exit]));
            }
        }
        if let Some(Leg::Free(points)) = legs.last_mut() {
            points.push(*to);
        }
        Some(legs)
    }
}

/// Distance of every cell's centre to the nearest of these cells' centres [m], at most [`FAR_M`].
///
/// Exact in two passes, along rows and then along columns (Felzenszwalb and Huttenlocher, Distance transforms
/// of sampled functions, 2012), as far as [`FAR_M`] reaches.
fn distances_m((width, height): (i32, i32), blocked: &[Cell]) -> Vec<f32> {
    let (width, height) = (width as usize, height as usize);
    let reach = (FAR_M / CELL_M) as usize;
    let none = u16::MAX;
    let mut along: Vec<u16> = vec![none; width * height];
    for (x, y) in blocked {
        along[*y as usize * width + *x as usize] = 0;
    }
    for row in along.chunks_exact_mut(width) {
        for x in 1..width {
            row[x] = row[x].min(row[x - 1].saturating_add(1));
        }
        for x in (0..width - 1).rev() {
            row[x] = row[x].min(row[x + 1].saturating_add(1));
        }
    }
    let mut distances = vec![FAR_M as f32; width * height];
    let mut column: Vec<(usize, usize)> = Vec::with_capacity(height);
    for x in 0..width {
        column.clear();
        let near = (0..height).map(|y| (y, usize::from(along[y * width + x])));
        column.extend(near.filter(|(_, across)| *across <= reach));
        let mut first = 0;
        for y in 0..height {
            while first < column.len() && column[first].0 + reach < y {
                first += 1;
            }
            let within = column[first..].iter().take_while(|(at, _)| *at <= y + reach);
            let squared = within.map(|(at, across)| at.abs_diff(y).pow(2) + across.pow(2)).min();
            if let Some(squared) = squared {
                let distance_m = (squared as f64).sqrt() * CELL_M;
                let slot = &mut distances[y * width + x];
                *slot = slot.min(distance_m as f32);
            }
        }
    }
    distances
}

/// A piece of a way.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Leg {
    /// Over free ground, point by point.
    Free(Vec<Point2<f64>>),
    /// Through a portal.
    Portal(usize),
}
