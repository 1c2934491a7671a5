//! Where on stepping stones a foot goes: the best place near the one meant where the sole lies on a stone.

use nalgebra::{Isometry3, Point2, Point3, Translation3};

use super::foothold::Surface;
use super::ground::{Footing, HalfSole};
use super::pace::OVER_SHARE;
use crate::mapping::{Block, WorldMap};
use crate::model::Side;
use crate::model::angles::{heading, wrap};

/// Room between a sole and its stone's edge where there is enough [m].
const ROOM_M: f64 = 0.015;

/// Way from the place meant, along and across, and length over the edge that a foothold is as loath to have [m].
const LOATH_M: (f64, f64, f64) = (0.10, 0.05, 0.04);

/// Nearest and farthest a foot is put beside the other one, as shares of the step's width.
const BESIDE: (f64, f64) = (0.65, 2.0);

/// Shortest step, so that one gets on [m].
const LEAST_M: f64 = 0.02;

/// Least that a foothold may be moved in either direction [m].
const LEAST_SLACK_M: f64 = 0.01;

/// A step that is meant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Meant<'a> {
    /// Foot that steps.
    pub(super) side: Side,
    /// Where it is meant to go.
    pub(super) foothold: &'a Isometry3<f64>,
    /// Where the other one stands [m].
    pub(super) from: Point2<f64>,
    /// Distance of the feet's centre lines [m].
    pub(super) width_m: f64,
    /// Longest step [m].
    pub(super) longest_m: f64,
}

/// A foothold on a stone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct OnStone {
    /// Where the sole goes.
    pub(super) foothold: Isometry3<f64>,
    /// What it stands on.
    pub(super) footing: Footing,
    /// How far it may be moved along and across the foot [m].
    pub(super) slack_m: (f64, f64),
    /// How far ahead of the place meant it lies [m].
    pub(super) ahead_m: f64,
}

/// The best place on a stone for a foot that is meant to go among stones; none elsewhere, and where no stone is
/// within reach.
pub(super) fn on_stone(map: &WorldMap, meant: &Meant, half: HalfSole) -> Option<OnStone> {
    let place = Point2::from(meant.foothold.translation.vector.xy());
    let field = map.flights().iter().find(|flight| flight.is_among_stones(&place))?;
    let mut best: Option<(f64, OnStone)> = None;
    for stone in field.stones() {
        for over in [false, true] {
            let Some((at, over_m)) = place_on(stone, meant.foothold, half, over) else { continue };
            let off = meant.foothold.inverse_transform_point(&Point3::new(at.x, at.y, 0.0));
            let step = meant.foothold.inverse_transform_point(&Point3::new(meant.from.x, meant.from.y, 0.0));
            let (along_m, apart_m) = (off.x - step.x, (off.y - step.y) * meant.side.sign());
            let beside = (BESIDE.0 * meant.width_m..BESIDE.1 * meant.width_m).contains(&apart_m);
            if !beside || !(LEAST_M..=meant.longest_m).contains(&along_m) {
                continue;
            }
            let cost =
                (off.x / LOATH_M.0).powi(2) + (off.y / LOATH_M.1).powi(2) + (over_m / LOATH_M.2).powi(2);
            if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                let foothold = meant.foothold * Translation3::new(off.x, off.y, 0.0);
                best = Some((cost, lying(stone, &foothold, half, off.x)));
            }
        }
    }
    best.map(|(_, on)| on)
}

/// The place of a stone nearest to a sole's centre where the whole sole lies on it, or with a part of its length
/// `over` the edge; and how much that is [m]. None on a stone that is too small.
fn place_on(stone: &Block, sole: &Isometry3<f64>, half: HalfSole, over: bool) -> Option<(Point2<f64>, f64)> {
    let turn = wrap(heading(sole) - heading(&stone.world_from_block));
    let (sin, cos) = (turn.sin().abs(), turn.cos().abs());
    let (x, y) = (half.0 * cos + half.1 * sin, half.0 * sin + half.1 * cos);
    let (half_x, half_y) = (stone.half_m.x, stone.half_m.y);
    let over_m = 2.0 * OVER_SHARE * half.0;
    if half_x < x - 0.5 * over_m * cos || half_y < y - 0.5 * over_m * sin {
        return None;
    }
    let room = |stone: f64, sole: f64, along: f64| {
        let whole = (stone - sole - ROOM_M).max(0.0);
        if over { whole.max(stone - sole + over_m * along) } else { whole }
    };
    let (room_x, room_y) = (room(half_x, x, cos), room(half_y, y, sin));
    let pose = &stone.world_from_block;
    let at = sole.translation.vector;
    let local = pose.inverse_transform_point(&Point3::new(at.x, at.y, pose.translation.z));
    let (u, v) = (local.x.clamp(-room_x, room_x), local.y.clamp(-room_y, room_y));
    let stands_over = (u.abs() + x - half_x).max(v.abs() + y - half_y).max(0.0);
    Some(((pose * Point3::new(u, v, 0.0)).xy(), stands_over))
}

/// A sole at its place on a stone.
fn lying(stone: &Block, foothold: &Isometry3<f64>, half: HalfSole, ahead_m: f64) -> OnStone {
    let edge = |x: f64, y: f64| distance_to_edge_m(stone, foothold, x, y);
    let (ahead, behind) = (edge(1.0, 0.0), edge(-1.0, 0.0));
    let beside = edge(0.0, 1.0).min(edge(0.0, -1.0));
    let slack = |edge_m: f64, half_m: f64| (edge_m - half_m).max(LEAST_SLACK_M);
    let height_m = stone.world_from_block.translation.z + stone.half_m.z;
    OnStone {
        foothold: *foothold,
        footing: Footing {
            xy: Point2::from(foothold.translation.vector.xy()),
            height_m,
            surface: Surface::between(behind, ahead),
            is_relief: false,
        },
        slack_m: (slack(ahead.min(behind), half.0), slack(beside, half.1)),
        ahead_m,
    }
}

/// How far it is from a sole's centre to its stone's edge in a direction of the sole [m].
fn distance_to_edge_m(stone: &Block, sole: &Isometry3<f64>, x: f64, y: f64) -> f64 {
    let pose = &stone.world_from_block;
    let at = sole.translation.vector;
    let from = pose.inverse_transform_point(&Point3::new(at.x, at.y, pose.translation.z));
    let way = pose.inverse_transform_vector(&(sole.rotation * nalgebra::Vector3::new(x, y, 0.0)));
    let to_side = |from: f64, way: f64, half: f64| {
        if way.abs() < 1e-9 { f64::INFINITY } else { (half - from * way.signum()) / way.abs() }
    };
    to_side(from.x, way.x, stone.half_m.x).min(to_side(from.y, way.y, stone.half_m.y))
}

#[cfg(test)]
mod tests {
    use nalgebra::Vector3;

    use super::*;
    use crate::config::scenario::{Feature, TerrainConfig};

    const HALF: HalfSole = (0.1225, 0.05);

    fn map(stone_m: (f64, f64), gap_m: (f64, f64)) -> WorldMap {
        let features = vec![Feature::Stones {
            start_m: (1.0, 0.0),
            heading_rad: 0.0,
            rise_m: 0.15,
            stone_m,
            gap_m,
            rows: 6,
            columns: 3,
            jitter_m: 0.0,
            seed: 0,
        }];
        WorldMap::new(&TerrainConfig { friction: 0.8, features })
    }

    fn find(map: &WorldMap, x: f64, y: f64, yaw_rad: f64, from_x: f64) -> Option<OnStone> {
        let foothold = Isometry3::new(Vector3::new(x, y, 0.0), Vector3::z() * yaw_rad);
        let from = foothold * Point3::new(from_x - x, -0.18, 0.0);
        let meant =
            Meant { side: Side::Left, foothold: &foothold, from: from.xy(), width_m: 0.18, longest_m: 0.62 };
        on_stone(map, &meant, HALF)
    }

    #[test]
    fn a_sole_lies_on_its_stone_wherever_it_was_meant_to_go() {
        let map = map((0.36, 0.36), (0.12, 0.1));
        for i in 0..200 {
            let x = 1.1 + 0.012 * f64::from(i);
            let found = find(&map, x, 0.09, 0.1, x - 0.4).expect("a stone");
            let points = [(-1.0, -1.0), (-1.0, 1.0), (1.0, -1.0), (1.0, 1.0)];
            let on = points.iter().filter(|(u, v)| {
                let corner = found.foothold * Point3::new(u * HALF.0 * 0.59, v * HALF.1 * 0.99, 0.0);
                (map.height_m(&corner.xy()) - 0.15).abs() < 1e-9
            });
            assert_eq!(on.count(), 4, "{x}: {found:?}");
            assert!(found.footing.surface.ahead_m + found.footing.surface.behind_m > 0.3);
        }
        assert_eq!(find(&map, 0.5, 0.09, 0.0, 0.2), None, "before them");
    }

    #[test]
    fn a_gap_is_crossed_where_the_step_reaches_and_not_stepped_into() {
        let map = map((1.0, 1.0), (0.4, 0.1));
        // The first row ends at 2.0, the second begins at 2.4.
        let near = find(&map, 2.1, 0.2, 0.0, 1.7).expect("a stone");
        assert!(near.foothold.translation.x <= 2.0 - 0.6 * HALF.0 + 1e-9, "{near:?}");
        let over = find(&map, 2.3, 0.2, 0.0, 1.87).expect("a stone");
        assert!(over.foothold.translation.x >= 2.4 + 0.6 * HALF.0 - 1e-9, "{over:?}");
        assert!(over.foothold.translation.x - 1.87 <= 0.62 + 1e-9);
        // Stones too small for a sole carry none.
        assert_eq!(find(&self::map((0.15, 0.3), (0.1, 0.1)), 1.5, 0.09, 0.0, 1.1), None);
    }
}
