//! Kerbs and other edges that a route leads over, as they were seen: where they are for either foot, and where on both
//! sides of them the feet go.
//!
//! Heights along the way of each foot fall at an edge from one level to another at once; between edges the ground may be
//! as it likes. Feet then go to the same places as on stairs.

use nalgebra::{Point2, Vector2};

use super::anchors::{Anchor, Feet, anchors_on, tread_speed_m_s};
use super::pace::StairPace;
use crate::mapping::{Tread, WorldMap};
use crate::model::Side;
use crate::navigation::Route;

/// Distance of the places that are looked at [m].
const SPACING_M: f64 = 0.025;

/// What of the route is looked at, behind the robot and ahead of it [m].
const LOOKED_AT_M: (f64, f64) = (0.8, 2.4);

/// Places on both sides of an edge, and what the ground rises by between them [m]; to either side it is level to within
/// the last number [m].
const PLACES: usize = 3;
const EDGE_M: f64 = 0.05;
const LEVEL_M: f64 = 0.02;

/// How far an edge may lie farther on for a foot than for the body [m].
const SLANT_M: f64 = 0.3;

/// How near to a flight edges are its own [m].
const FLIGHT_M: f64 = 0.5;

/// An edge across a way: where, for a sole that it slants under from where to where [m], and the ground's heights before
/// it and beyond [m].
#[derive(Debug, Clone, Copy, PartialEq)]
struct Edge {
    arc_m: f64,
    from_m: f64,
    to_m: f64,
    before_m: f64,
    beyond_m: f64,
}

impl Edge {
    fn rise_m(&self) -> f64 {
        self.beyond_m - self.before_m
    }
}

/// Where feet must go beside the edges near `arc_m` of a route, and how fast.
pub(super) fn seen_anchors(
    route: &Route,
    map: &WorldMap,
    feet: &Feet,
    pace: &StairPace,
    arc_m: f64,
) -> (Vec<Anchor>, f64) {
    let along = |left_m: f64| edges(route, map, arc_m, left_m);
    let middle = along(0.0);
    if middle.is_empty() {
        return (Vec::new(), f64::INFINITY);
    }
    let of_foot = Side::BOTH.map(|side| {
        let beside_m = 0.5 * feet.width_m * side.sign();
        // An edge that slants is nearer to one side of the sole than to the other.
        let lines = [-1.0, 0.0, 1.0].map(|share| along(beside_m + share * feet.half_sole_width_m));
        levels(middle.iter().map(|edge| {
            let own = lines.each_ref().map(|edges| nearest(edges, edge).map_or(edge.arc_m, |own| own.arc_m));
            let (from_m, to_m) = (own[0].min(own[1]).min(own[2]), own[0].max(own[1]).max(own[2]));
            Edge { from_m, to_m, ..*edge }
        }))
    });
    let levels = levels(middle.iter().copied());
    let speed_m_s = tread_speed_m_s(&levels, pace);
    (anchors_on(&levels, &of_foot, feet), speed_m_s)
}

/// The edge on another line beside the route that is a part of this one.
fn nearest<'a>(edges: &'a [Edge], edge: &Edge) -> Option<&'a Edge> {
    let off_m = |other: &&Edge| (other.arc_m - edge.arc_m).abs();
    edges
        .iter()
        .filter(|other| other.rise_m() * edge.rise_m() > 0.0 && off_m(other) < SLANT_M)
        .min_by(|a, b| off_m(a).total_cmp(&off_m(b)))
}

/// The levels between edges, lengths along the route.
fn levels(edges: impl Iterator<Item = Edge> + Clone) -> Vec<Tread> {
    let starts = std::iter::once(f64::NEG_INFINITY).chain(edges.clone().map(|edge| edge.to_m));
    let ends = edges.clone().map(|edge| edge.from_m).chain(std::iter::once(f64::INFINITY));
    let first_m = edges.clone().next().map_or(0.0, |edge| edge.before_m);
    let heights = std::iter::once(first_m).chain(edges.map(|edge| edge.beyond_m));
    starts.zip(ends).zip(heights).map(|((from_m, to_m), height_m)| Tread { from_m, to_m, height_m }).collect()
}

/// The edges that a way so far left of a route leads over near `at_m` of it, in order.
fn edges(route: &Route, map: &WorldMap, at_m: f64, left_m: f64) -> Vec<Edge> {
    let (behind_m, ahead_m) = LOOKED_AT_M;
    let from_m = (at_m - behind_m).max(0.0);
    let count = ((at_m + ahead_m).min(route.length_m()) - from_m) / SPACING_M;
    let arc_m = |index: usize| from_m + index as f64 * SPACING_M;
    let heights: Vec<Option<f64>> = (0..count.max(0.0) as usize)
        .map(|index| {
            let arc_m = arc_m(index);
            let at = route.at(arc_m);
            let (s, c) = at.heading_rad.sin_cos();
            let place: Point2<f64> = at.xy + Vector2::new(-s, c) * left_m;
            map.seen_ground_m(&place).filter(|_| !route.is_on_flight(map, arc_m, FLIGHT_M))
        })
        .collect();
    let rise_at = |index: usize| -> Option<Edge> {
        let before = level_m(heights.get(index.checked_sub(PLACES)?..index)?)?;
        // The edge itself runs through one or two places.
        let beyond = level_m(heights.get(index + 1..index + 1 + PLACES)?)?;
        let arc_m = arc_m(index);
        Some(Edge { arc_m, from_m: arc_m, to_m: arc_m, before_m: before, beyond_m: beyond })
    };
    let mut found: Vec<Edge> = Vec::new();
    for index in 0..heights.len() {
        let Some(edge) = rise_at(index).filter(|edge| edge.rise_m().abs() > EDGE_M) else { continue };
        // Neighbours that show the same one: it lies in their middle.
        match found.last_mut() {
            Some(last) if edge.arc_m - last.arc_m < (PLACES as f64 + 0.5) * SPACING_M => {
                if edge.rise_m().abs() > last.rise_m().abs() {
                    *last = edge;
                }
            }
            _ => found.push(edge),
        }
    }
    for edge in &mut found {
        edge.arc_m = crossing_m(&heights, from_m, edge);
        (edge.from_m, edge.to_m) = (edge.arc_m, edge.arc_m);
    }
    found
}

/// Height of places that are level, the median [m].
fn level_m(heights: &[Option<f64>]) -> Option<f64> {
    let mut known: Vec<f64> = heights.iter().copied().collect::<Option<_>>()?;
    known.sort_by(f64::total_cmp);
    let (low, high) = (*known.first()?, *known.last()?);
    (high - low < LEVEL_M).then_some(known[known.len() / 2])
}

/// Where heights along the way pass the middle between an edge's two levels [m].
fn crossing_m(heights: &[Option<f64>], from_m: f64, edge: &Edge) -> f64 {
    let middle_m = 0.5 * (edge.before_m + edge.beyond_m);
    let index = ((edge.arc_m - from_m) / SPACING_M).round() as usize;
    let first = index.saturating_sub(PLACES);
    let beyond = |height: f64| (height - middle_m) * edge.rise_m() > 0.0;
    let after = (first..index + 1 + PLACES)
        .find(|at| heights.get(*at).copied().flatten().is_some_and(beyond))
        .unwrap_or(index);
    from_m + (after as f64 - 0.5) * SPACING_M
}

#[cfg(test)]
mod tests {
    use super::super::pace::OVER_SHARE;
    use super::*;
    use crate::config::scenario::GoalConfig;
    use crate::mapping::seen_map;
    use crate::navigation::{RouteRequest, plan_route};

    const FEET: Feet = Feet { half_sole_m: 0.1225, half_sole_width_m: 0.05, width_m: 0.18 };
    const STAIRS: StairPace = StairPace { climb_m_s: (0.4, 1.0), descend_m_s: (0.5, 1.0), least_step_s: 0.4 };

    /// Anchors on a straight way along +x over ground of these heights.
    fn over(height_m: impl Fn(f64, f64) -> f64) -> (Vec<Anchor>, f64) {
        let map = seen_map(height_m);
        let goals = [GoalConfig { xy_m: (3.0, 0.0), yaw_rad: None, radius_m: 0.2 }];
        let level = WorldMap::default();
        let request = RouteRequest::standing(Point2::origin(), &goals, 1.0, 0.4);
        let route = plan_route(&level, &request).expect("a way");
        seen_anchors(&route, &map, &FEET, &STAIRS, 0.5)
    }

    #[test]
    fn before_a_kerb_and_beyond_it_soles_have_room_however_it_slants() {
        for (slant, rise_m) in [(0.0, 0.12), (0.3, 0.12), (-0.3, 0.06), (0.2, -0.15)] {
            let edge_m = |y: f64| 1.51 + slant * y;
            let (anchors, speed_m_s) = over(|x, y| if x < edge_m(y) { 0.0 } else { rise_m });
            assert!(speed_m_s < 1.0, "{speed_m_s}");
            let before = anchors.iter().rfind(|anchor| anchor.height_m.abs() < 0.02).expect("one before");
            let beyond = anchors.iter().find(|anchor| anchor.follows).expect("one beyond");
            assert!((beyond.height_m - rise_m).abs() < 0.01, "{beyond:?}");
            for side in Side::BOTH {
                let corners = [-1.0, 1.0]
                    .map(|share| edge_m(0.5 * FEET.width_m * side.sign() + share * FEET.half_sole_width_m));
                let toes_m = before.arc_m + before.shift_m(side) + FEET.half_sole_m;
                let heel_m = beyond.arc_m + beyond.shift_m(side) - FEET.half_sole_m;
                let (nearest_m, farthest_m) = (corners[0].min(corners[1]), corners[0].max(corners[1]));
                // The toes before a riser, and the heel behind one; going up the heel may stand over the nosing, going
                // down the toes, by as much as any sole may.
                let over_m = OVER_SHARE * 2.0 * FEET.half_sole_m;
                assert!(
                    toes_m < nearest_m + if rise_m < 0.0 { over_m } else { 0.0 },
                    "{slant} {rise_m} {side:?}"
                );
                assert!(
                    heel_m > farthest_m - if rise_m > 0.0 { over_m } else { 0.0 },
                    "{slant} {rise_m} {side:?}"
                );
            }
        }
    }

    #[test]
    fn what_rises_bit_by_bit_has_no_edge() {
        assert!(over(|x, _| 0.25 * (x - 1.0).max(0.0)).0.is_empty());
        assert!(over(|x, y| 0.04 * (7.0 * x).sin() * (7.0 * y).cos()).0.is_empty());
    }
}
