//! The cheapest way beside a route over the steps of time ahead.

use super::super::route::SIDEWAYS_M_S;
use super::costs::{Costs, LAYER_S, LAYERS};

/// Ways that are followed up from layer to layer.
const WIDTH: usize = 200;
/// Speeds from none to the one that is wanted, and the largest change in a layer.
const SPEEDS: usize = 5;
const SPEED_CHANGE: usize = 2;
/// Turns to the right and as many to the left, and how many of them a turn changes by in a layer: a walk sways from
/// foot to foot and takes a step to lean elsewhere.
const TURNS: i32 = 2;
const TURN_CHANGE: i32 = 1;
/// Largest acceleration to the side [m/s^2] and turn of the body [rad/s]: a little less than a route is slowed down
/// for.
const LATERAL_M_S2: f64 = 0.85;
const TURN_RAD_S: f64 = 0.85;
/// Largest change of where a slow walk goes in a layer [rad], and turn of a body that stands [rad/s].
const MOST_CHANGE_RAD: f64 = 1.0;
const SPOT_RAD_S: f64 = 0.4;
/// Largest angle to the route [rad].
const MOST_TURNED_RAD: f64 = 1.2;
/// Ways that end up in the same bin along, beside [m] and in heading [rad] and as fast are alike; how many bins.
const BIN: (f64, f64, f64) = (0.15, 0.12, 0.12);
const BINS: (usize, usize, usize) = (64, 61, 21);
/// Cost of a metre not walked, of a change of turn and of speed.
const SLOW_COST: f64 = 1.0;
const LEAN_COST: f64 = 0.01;
const SPEED_COST: f64 = 0.02;
/// Cost of a speed that is missing in the end [s/m], and of heading off the route there.
const END_SLOW_COST: f64 = 0.4;
const END_TURNED_COST: f64 = 0.3;

/// A place on a way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    /// Along the route from where the search begins, and left of it [m].
    pub(super) along_m: f64,
    pub(super) left_m: f64,
    /// Where it goes, off the route to the left [rad].
    pub(super) turned_rad: f64,
    /// Where the body faces, off the route to the left [rad].
    pub(super) facing_rad: f64,
    /// Speed it was reached with [m/s].
    pub(super) speed_m_s: f64,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    place: Place,
    speed: usize,
    turn: i32,
    cost: f64,
    /// Index in the layer before.
    before: u32,
}

/// The cheapest places, layer by layer; none where nothing leads on.
///
/// It begins at `start`, on a way that bends so much there [rad/m].
pub(super) fn search(
    costs: &Costs,
    wanted_m_s: f64,
    (start, bend_rad_m): (Place, f64),
) -> Option<Vec<Place>> {
    let share = start.speed_m_s / wanted_m_s.max(1e-6);
    let speed = (share * (SPEEDS - 1) as f64).round().clamp(0.0, (SPEEDS - 1) as f64) as usize;
    let turned_rad = start.turned_rad.clamp(-MOST_TURNED_RAD, MOST_TURNED_RAD);
    let turn = turn_of(bend_rad_m, start.speed_m_s);
    let first = Node { place: Place { turned_rad, ..start }, speed, turn, cost: 0.0, before: 0 };
    let mut layers: Vec<Vec<Node>> = Vec::with_capacity(LAYERS + 1);
    layers.push(vec![first]);
    // The node in each bin, counted over all layers from one on.
    let mut bins = vec![0_u32; BINS.0 * BINS.1 * BINS.2 * SPEEDS];
    let mut counted = 1;
    for layer in 1..=LAYERS {
        let mut nodes: Vec<Node> = Vec::with_capacity(4 * WIDTH);
        for (index, node) in layers[layer - 1].iter().enumerate() {
            let speeds =
                node.speed.saturating_sub(SPEED_CHANGE)..=(node.speed + SPEED_CHANGE).min(SPEEDS - 1);
            let turns = (node.turn - TURN_CHANGE).max(-TURNS)..=(node.turn + TURN_CHANGE).min(TURNS);
            for (speed, turn) in speeds.flat_map(|speed| turns.clone().map(move |turn| (speed, turn))) {
                let speed_m_s = wanted_m_s * speed as f64 / (SPEEDS - 1) as f64;
                let Some(place) = step(&node.place, speed_m_s, turn) else { continue };
                let bin = &mut bins[bin_of(&place) * SPEEDS + speed];
                let alike = bin.checked_sub(counted).map(|at| at as usize);
                let least = node.cost + walk_cost(node, &place, wanted_m_s, speed, turn);
                if alike.is_some_and(|at| nodes[at].cost <= least) {
                    continue;
                }
                let Some(here) = place_cost(costs, layer, &node.place, &place) else { continue };
                let to = Node { place, speed, turn, cost: least + here, before: index as u32 };
                match alike {
                    Some(at) if nodes[at].cost <= to.cost => {}
                    Some(at) => nodes[at] = to,
                    None => {
                        *bin = counted + nodes.len() as u32;
                        nodes.push(to);
                    }
                }
            }
        }
        counted += nodes.len() as u32;
        if nodes.len() > WIDTH {
            nodes.select_nth_unstable_by(WIDTH, |a, b| a.cost.total_cmp(&b.cost));
            nodes.truncate(WIDTH);
        }
        layers.push(nodes);
    }
    let whole = |node: &Node| {
        let missing_m_s = wanted_m_s - node.place.speed_m_s;
        node.cost + END_SLOW_COST * missing_m_s + END_TURNED_COST * node.place.turned_rad.powi(2)
    };
    let mut node = layers[LAYERS].iter().min_by(|a, b| whole(a).total_cmp(&whole(b)))?;
    let mut way = vec![node.place];
    for nodes in layers[..LAYERS].iter().rev() {
        node = nodes.get(node.before as usize)?;
        way.push(node.place);
    }
    way.reverse();
    Some(way)
}

/// The turn that leads round a bend at a speed.
fn turn_of(bend_rad_m: f64, speed_m_s: f64) -> i32 {
    let share = (bend_rad_m * speed_m_s.powi(2) / LATERAL_M_S2).clamp(-1.0, 1.0);
    (share * f64::from(TURNS)).round() as i32
}

/// Where a step of time leads with this speed and turn; none where it heads off too far or goes too fast for where
/// it faces.
fn step(from: &Place, speed_m_s: f64, turn: i32) -> Option<Place> {
    let mean_m_s = 0.5 * (speed_m_s + from.speed_m_s);
    let way_m = mean_m_s * LAYER_S;
    let (most_rad, most_facing_rad) = if way_m < 0.01 {
        (SPOT_RAD_S * LAYER_S, SPOT_RAD_S * LAYER_S)
    } else {
        ((LATERAL_M_S2 / mean_m_s * LAYER_S).min(MOST_CHANGE_RAD), TURN_RAD_S * LAYER_S)
    };
    let turned_rad = from.turned_rad + f64::from(turn) / f64::from(TURNS) * most_rad;
    // The body turns to where it goes as fast as it can.
    let left_rad = turned_rad - from.facing_rad;
    let facing_rad = from.facing_rad + left_rad.clamp(-most_facing_rad, most_facing_rad);
    let aside_m_s = speed_m_s * (turned_rad - facing_rad).sin().abs();
    let (sin, cos) = (0.5 * (turned_rad + from.turned_rad)).sin_cos();
    let (along_m, left_m) = (from.along_m + cos * way_m, from.left_m + sin * way_m);
    (turned_rad.abs() <= MOST_TURNED_RAD && aside_m_s <= SIDEWAYS_M_S + 1e-6).then_some(Place {
        along_m,
        left_m,
        turned_rad,
        facing_rad,
        speed_m_s,
    })
}

fn bin_of(place: &Place) -> usize {
    let bin = |value: f64, width: f64, bins: usize, middle: usize| {
        ((value / width).round() + middle as f64).clamp(0.0, (bins - 1) as f64) as usize
    };
    let along = bin(place.along_m, BIN.0, BINS.0, 0);
    let left = bin(place.left_m, BIN.1, BINS.1, BINS.1 / 2);
    let turned = bin(place.turned_rad, BIN.2, BINS.2, BINS.2 / 2);
    (along * BINS.1 + left) * BINS.2 + turned
}

/// Cost of walking that way, wherever it is.
fn walk_cost(from: &Node, to: &Place, wanted_m_s: f64, speed: usize, turn: i32) -> f64 {
    SLOW_COST * (wanted_m_s * LAYER_S - (to.along_m - from.place.along_m))
        + LEAN_COST * f64::from((turn - from.turn).abs())
        + SPEED_COST * speed.abs_diff(from.speed) as f64
}

/// Cost of where and when a step leads; none where something stands.
fn place_cost(costs: &Costs, layer: usize, from: &Place, to: &Place) -> Option<f64> {
    let middle = (0.5 * (to.along_m + from.along_m), 0.5 * (to.left_m + from.left_m));
    if !costs.is_open(to.along_m, to.left_m) || !costs.is_open(middle.0, middle.1) {
        return None;
    }
    let half_way = costs.risk(layer - 1, middle.0, middle.1) + costs.risk(layer, middle.0, middle.1);
    let risk = 0.5 * costs.risk(layer, to.along_m, to.left_m) + 0.25 * half_way;
    Some((risk + costs.place(to.along_m, to.left_m)) * LAYER_S)
}
