//! How to get past what moves: beside the route, slower, or by waiting.
//!
//! A lattice over time, way along the route and side of it is searched by dynamic programming (after Werling,
//! Ziegler, Kammel and Thrun, Optimal trajectory generation for dynamic street scenarios in a Frenet frame, 2010,
//! and McNaughton, Urmson, Dolan and Lee, Motion planning for autonomous driving with a conformal spatiotemporal
//! lattice, 2011): at every node it is known how near everyone will be who goes on as they do.

use nalgebra::{Point2, Vector2};

use super::route::Route;
use super::smoothing::SPACING_M;
use crate::mapping::{Track, WorldMap};

/// Steps of the lattice in time, and how long each is [s].
const LAYERS: usize = 10;
const LAYER_S: f64 = 0.5;
/// Speeds from none to the one that is wanted; a step at the fastest goes on by as many cells.
const SPEEDS: usize = 5;
/// Cells along the route.
const CELLS: usize = LAYERS * (SPEEDS - 1) + 1;
/// Sides of the route, right of it first, and how far one is from the next [m].
const SIDES: usize = 2 * MIDDLE + 1;
const MIDDLE: usize = 8;
const SIDE_M: f64 = 0.25;
/// To the right, straight on, to the left.
const LEANS: usize = 3;
/// Slowest speed of [`SPEEDS`] at which the side changes, and the largest change of speed in a step.
const LEAN_SPEED: usize = 2;
const SPEED_CHANGE: usize = 2;
/// From the decision to where a walking robot does otherwise [s], and for one that stands [m].
const LATENCY_S: f64 = 0.35;
const LEAD_M: f64 = 0.1;
/// Straight way before a flight of stairs [m].
const APPROACH_M: f64 = 0.6;
/// How steeply a way beside the route may come back to it.
const BACK_SLOPE: f64 = 0.5;
/// Half of the length over which the way is smoothed [m].
const SMOOTH_M: f64 = 0.2;
/// Room that is less than the route's own [m].
const TIGHT_M: f64 = 0.05;
/// Distance to others that is kept where there is room [m].
const COMFORT_M: f64 = 0.5;
/// Room that moving bodies are given more than what stands [m].
const SPARE_M: f64 = 0.08;
/// How much less sure their places are for every second that is looked ahead [m/s], and at most [m].
const UNSURE_M_S: f64 = 0.1;
const UNSURE_M: f64 = 0.2;
/// Cost of a metre not walked, of a second a metre beside the route, or beside the way that was taken before.
const SLOW_COST: f64 = 1.0;
const BESIDE_COST: f64 = 0.15;
const OTHER_COST: f64 = 0.1;
/// Cost of a change of direction and of speed.
const LEAN_COST: f64 = 0.06;
const SPEED_COST: f64 = 0.04;
/// Cost of a second as near as touching within the comfortable distance, and of one in touch.
const NEAR_COST: f64 = 3.0;
const TOUCH_COST: f64 = 15.0;
/// Time over which what lies ahead counts less and less [s].
const FADE_S: f64 = 3.0;

/// How a robot walks along a route past what moves.
#[derive(Debug, Clone, PartialEq)]
pub struct Passing {
    /// How far left of each point of the route it walks [m].
    pub offsets_m: Vec<f64>,
    /// Share of the speed that is wanted; it stops for 0.
    pub speed_share: f64,
}

impl Passing {
    /// On the route, at its speed.
    pub fn none(route: &Route) -> Self {
        Self { offsets_m: vec![0.0; route.points().len()], speed_share: 1.0 }
    }

    /// Whether it walks the route as it is.
    pub fn is_none(&self) -> bool {
        self.speed_share >= 1.0 && self.offsets_m.iter().all(|offset| *offset == 0.0)
    }
}

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct PassingRequest<'a> {
    /// The route as it was planned.
    pub route: &'a Route,
    /// How far along it the robot is [m].
    pub arc_m: f64,
    /// How it goes at present.
    pub present: &'a Passing,
    /// Its speed [m/s].
    pub speed_m_s: f64,
    /// The speed that is wanted [m/s].
    pub wanted_m_s: f64,
    /// What stands still.
    pub map: &'a WorldMap,
    /// Half of the body's width with arms and sway [m].
    pub half_width_m: f64,
    /// What moves.
    pub tracks: &'a [Track],
    /// How old that is [s].
    pub age_s: f64,
}

/// The cheapest way past what moves; none where the robot has no other choice than the present one.
pub fn pass(request: &PassingRequest) -> Option<Passing> {
    let Some(end_m) = way_end_m(request) else {
        // Stairs are walked through.
        return Some(Passing { speed_share: 1.0, ..request.present.clone() });
    };
    let lattice = Lattice::new(request, end_m);
    let nodes = lattice.search()?;
    Some(lattice.passing(request, &nodes))
}

/// Where the robot must be on its route again [m]; none on stairs.
fn way_end_m(request: &PassingRequest) -> Option<f64> {
    let mut end_m = request.route.length_m();
    for passage in &request.route.passages {
        let (from, to) = passage.span_m(request.map);
        if (from - APPROACH_M..to).contains(&request.arc_m) {
            return None;
        }
        if from > request.arc_m {
            end_m = end_m.min(from - APPROACH_M);
        }
    }
    let goals = request.route.goal_arcs_m.iter();
    Some(goals.filter(|goal_m| **goal_m > request.arc_m).fold(end_m, |end_m, goal_m| end_m.min(*goal_m)))
}

/// A node of the way that was found: cell, side and speed.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Node {
    cell: usize,
    side: usize,
    lean: usize,
    speed: usize,
}

impl Node {
    const COUNT: usize = CELLS * SIDES * LEANS * SPEEDS;

    fn index(self) -> usize {
        ((self.cell * SIDES + self.side) * LEANS + self.lean) * SPEEDS + self.speed
    }

    fn of(index: usize) -> Self {
        let (rest, speed) = (index / SPEEDS, index % SPEEDS);
        let (rest, lean) = (rest / LEANS, rest % LEANS);
        Self { cell: rest / SIDES, side: rest % SIDES, lean, speed }
    }
}

/// What is known at the nodes.
struct Lattice {
    /// Where the first cell is [m], and how far one is from the next [m].
    from_m: f64,
    cell_m: f64,
    end_m: f64,
    /// How far the robot is beside the side it starts from [m].
    rest_m: f64,
    start: Node,
    /// Where the robot may be.
    open: Vec<[bool; SIDES]>,
    /// What it costs to be near others, layer by layer.
    risk: Vec<Vec<[f64; SIDES]>>,
    /// How far beside the route the robot would go as it does now [m].
    present_m: Vec<f64>,
}

fn side_m(side: usize) -> f64 {
    SIDE_M * (side as f64 - MIDDLE as f64)
}

impl Lattice {
    fn new(request: &PassingRequest, end_m: f64) -> Self {
        let route = request.route;
        let cell_m = request.wanted_m_s * LAYER_S / (SPEEDS - 1) as f64;
        let from_m = request.arc_m + (request.speed_m_s * LATENCY_S).max(LEAD_M);
        let arcs = |cell: usize| from_m + cell_m * cell as f64;
        let offset_m =
            |arc_m: f64| request.present.offsets_m.get(route.index_at(arc_m)).copied().unwrap_or(0.0);
        let at_m = offset_m(from_m);
        let side = ((at_m / SIDE_M).round() + MIDDLE as f64).clamp(0.0, (SIDES - 1) as f64) as usize;
        let slope = (offset_m(from_m) - offset_m(from_m - 4.0 * SPACING_M)) / (4.0 * SPACING_M);
        let lean = if slope > 0.25 {
            2
        } else if slope < -0.25 {
            0
        } else {
            1
        };
        let share = request.speed_m_s / request.wanted_m_s.max(1e-6);
        let speed = (share * (SPEEDS - 1) as f64).round().clamp(0.0, (SPEEDS - 1) as f64) as usize;
        let start = Node { cell: 0, side, lean, speed };

        let places: Vec<[Point2<f64>; SIDES]> = (0..CELLS)
            .map(|cell| {
                let point = route.at(arcs(cell));
                let left = Vector2::new(-point.heading_rad.sin(), point.heading_rad.cos());
                std::array::from_fn(|side| point.xy + left * side_m(side))
            })
            .collect();
        let mut open = room(request, &places);
        for (cell, row) in open.iter_mut().enumerate() {
            // Back in time.
            let most_m = (BACK_SLOPE * (end_m - arcs(cell))).max(0.0);
            for (side, open) in row.iter_mut().enumerate() {
                *open &= side_m(side).abs() <= most_m + TIGHT_M;
            }
            row[MIDDLE] = true;
            // From where it is it can go on.
            row[side] |= cell < SPEEDS;
        }
        let risk = (0..=LAYERS).map(|layer| risk(request, &places, layer)).collect();
        let present_m = (0..CELLS).map(|cell| offset_m(arcs(cell))).collect();
        Self { from_m, cell_m, end_m, rest_m: at_m - side_m(side), start, open, risk, present_m }
    }

    /// The cheapest nodes, layer by layer.
    fn search(&self) -> Option<Vec<Node>> {
        let mut costs = vec![f64::INFINITY; Node::COUNT];
        let mut before: Vec<Vec<u32>> = Vec::with_capacity(LAYERS);
        costs[self.start.index()] = 0.0;
        let reached = |layer: usize| (layer * (SPEEDS - 1) + 1).min(CELLS) * SIDES * LEANS * SPEEDS;
        for layer in 1..=LAYERS {
            let mut next = vec![f64::INFINITY; Node::COUNT];
            let mut from = vec![u32::MAX; Node::COUNT];
            for (index, so_far) in costs[..reached(layer - 1)].iter().enumerate() {
                if so_far.is_infinite() {
                    continue;
                }
                let node = Node::of(index);
                let speeds =
                    node.speed.saturating_sub(SPEED_CHANGE)..=(node.speed + SPEED_CHANGE).min(SPEEDS - 1);
                for speed in speeds {
                    for lean in node.lean.saturating_sub(1)..=(node.lean + 1).min(LEANS - 1) {
                        if lean != 1 && speed < LEAN_SPEED {
                            continue;
                        }
                        let Some(side) = (node.side + lean).checked_sub(1).filter(|side| *side < SIDES)
                        else {
                            continue;
                        };
                        let to = Node { cell: node.cell + speed, side, lean, speed };
                        if !self.is_free(node, to) {
                            continue;
                        }
                        let beside_m = side_m(side).abs();
                        let other_m = (side_m(side) - self.present_m[to.cell]).abs();
                        let cost = so_far
                            + self.risk[layer][to.cell][side]
                            + SLOW_COST * self.cell_m * (SPEEDS - 1 - speed) as f64
                            + (BESIDE_COST * beside_m + OTHER_COST * other_m) * LAYER_S
                            + LEAN_COST * lean.abs_diff(node.lean) as f64
                            + SPEED_COST * speed.abs_diff(node.speed) as f64;
                        if cost < next[to.index()] {
                            next[to.index()] = cost;
                            from[to.index()] = index as u32;
                        }
                    }
                }
            }
            costs = next;
            before.push(from);
        }
        let cheapest = (0..Node::COUNT).min_by(|a, b| costs[*a].total_cmp(&costs[*b]))?;
        if costs[cheapest].is_infinite() {
            return None;
        }
        let mut nodes = vec![Node::of(cheapest)];
        let mut at = cheapest;
        for from in before.iter().rev() {
            at = from[at] as usize;
            nodes.push(Node::of(at));
        }
        nodes.reverse();
        Some(nodes)
    }

    /// Whether nothing stands between two nodes.
    fn is_free(&self, from: Node, to: Node) -> bool {
        let cells = (from.cell + 1).min(to.cell)..=to.cell;
        cells.into_iter().all(|cell| {
            let late = 2 * (cell - from.cell) > to.cell - from.cell;
            self.open[cell][if late { to.side } else { from.side }]
        })
    }

    /// The way over the nodes as offsets from the route.
    fn passing(&self, request: &PassingRequest, nodes: &[Node]) -> Passing {
        let points = request.route.points();
        let first = points.partition_point(|point| point.arc_m <= self.from_m);
        let mut rough = request.present.offsets_m.clone();
        let last = nodes.last().copied().unwrap_or(self.start);
        let last_m = self.from_m + self.cell_m * last.cell as f64;
        for (offset, point) in rough.iter_mut().zip(points).skip(first) {
            let cell = (point.arc_m - self.from_m) / self.cell_m.max(1e-6);
            let next = nodes.iter().position(|node| node.cell as f64 >= cell);
            *offset = match next {
                Some(next) => {
                    let (a, b) = (nodes[next.saturating_sub(1)], nodes[next]);
                    let span = (b.cell - a.cell).max(1) as f64;
                    let share = ((cell - a.cell as f64) / span).clamp(0.0, 1.0);
                    let rest = self.rest_m * (1.0 - cell / (SPEEDS - 1) as f64).max(0.0);
                    side_m(a.side) + (side_m(b.side) - side_m(a.side)) * share + rest
                }
                None => {
                    let back_m = (side_m(last.side).abs() - BACK_SLOPE * (point.arc_m - last_m)).max(0.0);
                    back_m * side_m(last.side).signum()
                }
            };
            if point.arc_m >= self.end_m {
                *offset = 0.0;
            }
        }
        let reach = (SMOOTH_M / SPACING_M) as usize;
        let mut offsets_m = rough.clone();
        for (index, offset) in offsets_m.iter_mut().enumerate().skip(first) {
            // Over what lies on both sides of it alike, so that it stays where it joins the way walked so far.
            let reach = reach.min(index - first).min(rough.len() - 1 - index);
            let around = &rough[index - reach..=index + reach];
            *offset = around.iter().sum::<f64>() / around.len() as f64;
        }
        let speed = nodes.get(1).map_or(self.start.speed, |node| node.speed);
        Passing { offsets_m, speed_share: speed as f64 / (SPEEDS - 1) as f64 }
    }
}

/// Where nothing stands in the way.
fn room(request: &PassingRequest, places: &[[Point2<f64>; SIDES]]) -> Vec<[bool; SIDES]> {
    let far_m = side_m(SIDES - 1) + request.half_width_m;
    let near = |place: &Point2<f64>, more_m: f64| {
        places.iter().step_by(4).any(|row| (row[MIDDLE] - place).norm() < far_m + more_m + 0.5)
    };
    let blocks: Vec<_> = request
        .map
        .blocks()
        .iter()
        .filter(|block| {
            near(&block.world_from_block.translation.vector.xy().into(), block.half_m.xy().norm())
        })
        .collect();
    let blocked: Vec<_> = request.map.blocked().iter().filter(|place| near(place, 0.0)).collect();
    let prisms: Vec<_> =
        request.map.prisms().iter().filter(|prism| near(&prism.round().0, prism.round().1)).collect();
    let room_m = request.half_width_m - TIGHT_M;
    let is_open = |place: &Point2<f64>| {
        blocks.iter().all(|block| block.distance_m(place) >= room_m)
            && prisms.iter().all(|prism| prism.distance_m(place) >= room_m)
            && blocked.iter().all(|other| (place - *other).norm_squared() >= room_m * room_m)
    };
    places.iter().map(|row| row.each_ref().map(is_open)).collect()
}

/// What it costs to be at each place during the time round a layer.
fn risk(request: &PassingRequest, places: &[[Point2<f64>; SIDES]], layer: usize) -> Vec<[f64; SIDES]> {
    let time_s = layer as f64 * LAYER_S;
    let ahead_s = request.age_s + time_s + LATENCY_S;
    let unsure_m = SPARE_M + (UNSURE_M_S * time_s).min(UNSURE_M);
    let fade = (-time_s / FADE_S).exp();
    let mut risk = vec![[0.0; SIDES]; places.len()];
    for track in request.tracks {
        let (from, to) = (track.after(ahead_s - 0.5 * LAYER_S), track.after(ahead_s + 0.5 * LAYER_S));
        let way = to - from;
        let squared = way.norm_squared().max(1e-9);
        for (place, cost) in places.iter().flatten().zip(risk.iter_mut().flatten()) {
            let share = ((place - from).dot(&way) / squared).clamp(0.0, 1.0);
            let gap_m =
                (place - (from + way * share)).norm() - track.radius_m - request.half_width_m - unsure_m;
            if gap_m < COMFORT_M {
                let near = 1.0 - gap_m / COMFORT_M;
                let touch = if gap_m < 0.0 { TOUCH_COST * near } else { 0.0 };
                *cost += (NEAR_COST * near * near + touch) * LAYER_S * fade;
            }
        }
    }
    risk
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::scenario::{Feature, TerrainConfig};

    fn straight() -> Route {
        let places: Vec<Point2<f64>> = (0..=400).map(|i| Point2::new(0.05 * f64::from(i), 0.0)).collect();
        Route::new(&places, 1.0, vec![20.0], Vec::new(), None)
    }

    fn someone(x: f64, y: f64, vx: f64, vy: f64) -> Track {
        let (at, velocity_m_s) = (Point2::new(x, y), Vector2::new(vx, vy));
        Track { id: 0, at, velocity_m_s, radius_m: 0.23 }
    }

    fn asked(map: &WorldMap, tracks: &[Track]) -> Option<Passing> {
        asked_at(2.0, 1.0, map, tracks)
    }

    fn asked_at(arc_m: f64, speed_m_s: f64, map: &WorldMap, tracks: &[Track]) -> Option<Passing> {
        let route = straight();
        pass(&PassingRequest {
            route: &route,
            arc_m,
            present: &Passing::none(&route),
            speed_m_s,
            wanted_m_s: 1.0,
            map,
            half_width_m: 0.4,
            tracks,
            age_s: 0.0,
        })
    }

    #[test]
    fn who_is_alone_keeps_to_the_route() {
        for tracks in [&[][..], &[someone(5.0, 3.0, 0.0, 1.0)]] {
            assert!(asked(&WorldMap::default(), tracks).expect("a way").is_none());
        }
    }

    #[test]
    fn someone_who_comes_head_on_is_passed_beside_the_route() {
        let passing = asked(&WorldMap::default(), &[someone(8.0, 0.1, -1.2, 0.0)]).expect("a way round");
        assert_eq!(passing.speed_share, 1.0);
        // They are at 5 m when the robot is.
        let offset_m = passing.offsets_m[95];
        assert!(offset_m < -0.4, "{offset_m}");
        let last = passing.offsets_m.len() - 1;
        assert_eq!(passing.offsets_m[last], 0.0);
    }

    #[test]
    fn where_there_is_no_room_it_waits() {
        let wall =
            |y: f64| Feature::Wall { from_m: (-1.0, y), to_m: (21.0, y), height_m: 2.0, thickness_m: 0.1 };
        let features = vec![wall(0.55), wall(-0.55)];
        let map = WorldMap::new(&TerrainConfig { friction: 0.8, features });
        // It slows down as fast as it can.
        for (arc_m, speed_m_s, share) in [(2.0, 1.0, 0.5), (3.0, 0.5, 0.0)] {
            let there = [someone(4.0, 0.0, 0.0, 0.0)];
            let passing = asked_at(arc_m, speed_m_s, &map, &there).expect("it must not go on");
            assert_eq!(passing.speed_share, share);
            assert!(passing.offsets_m.iter().all(|offset| *offset == 0.0));
        }
    }
}
