//! From a way over cells to a curve: straightened, sampled evenly, and rounded with clearance kept.

use nalgebra::Point2;

use super::grid::{CELL_M, ClearanceGrid, Room};

/// Distance between the points of a curve [m].
pub(super) const SPACING_M: f64 = 0.05;

/// Rounds of smoothing as a rubber band, which is as short as it can be, and then as a rod, which bends as little
/// as it can: enough to spread a corner over more than a metre.
const ROUNDS: (usize, usize) = (100, 300);

/// Largest distance of a point from those that bend the rod, in points.
const STIFF: usize = 6;

/// How far a point goes in a round for each metre that it is too near to something.
const PUSH: f64 = 0.03;

/// Length before and behind a place whose clearance a point there may have too, where it is tight [m].
const TIGHT_M: f64 = 0.3;

/// Length at either end that keeps its direction [m].
const HELD_M: f64 = 0.1;

/// Takes out points that a straight line with as much clearance makes needless.
pub(super) fn straighten(points: &[Point2<f64>], grid: &ClearanceGrid, room: &Room) -> Vec<Point2<f64>> {
    let clearance = |p: &Point2<f64>| grid.clearance_m(grid.cell(p)).unwrap_or(0.0);
    let mut kept = vec![points[0]];
    let mut at = 0;
    while at + 1 < points.len() {
        // The farthest point in sight with no less clearance than the cells' own way has.
        let mut lowest = room.wanted_m;
        let mut best = at + 1;
        let mut turns = false;
        for (next, point) in points.iter().enumerate().skip(at + 1) {
            lowest = lowest.min(clearance(point));
            turns |= grid.turn_cost(point) > 0.0;
            // Nor is there a sharper turn off the way that has begun.
            let clear_m = |p: &Point2<f64>| {
                if turns || grid.turn_cost(p) <= 0.0 { clearance(p) } else { f64::NEG_INFINITY }
            };
            if is_clear(&points[at], point, &clear_m, lowest.max(room.tight_m) - 0.5 * CELL_M) {
                best = next;
            }
        }
        kept.push(points[best]);
        at = best;
    }
    kept
}

fn is_clear(
    from: &Point2<f64>,
    to: &Point2<f64>,
    clearance: &dyn Fn(&Point2<f64>) -> f64,
    least_m: f64,
) -> bool {
    let length = (to - from).norm();
    let samples = (length / (0.5 * CELL_M)).ceil().max(1.0);
    (0..=samples as usize).all(|i| clearance(&(from + (to - from) * (i as f64 / samples))) >= least_m)
}

/// Points at even distances along a polyline; the ends stay.
pub(super) fn resample(points: &[Point2<f64>]) -> Vec<Point2<f64>> {
    let length: f64 = points.windows(2).map(|pair| (pair[1] - pair[0]).norm()).sum();
    let pieces = (length / SPACING_M).round().max(1.0) as usize;
    let step = length / pieces as f64;
    let mut sampled = vec![points[0]];
    let mut left = step;
    for pair in points.windows(2) {
        let piece = (pair[1] - pair[0]).norm();
        let mut at = 0.0;
        while sampled.len() < pieces && piece - at >= left {
            at += left;
            left = step;
            sampled.push(pair[0] + (pair[1] - pair[0]) * (at / piece));
        }
        left -= piece - at;
    }
    sampled.push(points[points.len() - 1]);
    sampled
}

/// How far a point may go when corners are rounded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Hold {
    /// As far as clearance allows.
    Free,
    /// No farther than this from a place [m].
    Near(Point2<f64>, f64),
    /// As far as clearance allows, as part of a way over stairs: what stands beside does not push it.
    OnWayOverStairs,
    /// It stays, as the robot is on it already.
    Begun,
    /// It stays.
    Fixed,
}

/// Rounds corners and keeps clear of what stands beside: an elastic band (Quinlan and Khatib, Elastic bands:
/// connecting path planning and control, 1993). Every point is drawn to where its neighbours want it and pushed
/// away from what is nearer than wanted, and never gets nearer than the least.
///
/// Those next to both ends stay, so that the direction there does.
pub(super) fn round(
    points: &mut [Point2<f64>],
    holds: &[Hold],
    grid: &ClearanceGrid,
    (room, at_ease_m): (&Room, f64),
) {
    let least_m = leasts_m(points, grid, room);
    let wanted_m = room.least_m + at_ease_m;
    let held = (HELD_M / SPACING_M) as usize;
    let (band, rod) = ROUNDS;
    for round in 0..band + rod {
        // At every distance in turn, so that no two sets of points go their own ways.
        let stiff = if round < band { 0 } else { 1 + round % STIFF };
        for i in held..points.len().saturating_sub(held) {
            if matches!(holds[i], Hold::Fixed | Hold::Begun) {
                continue;
            }
            let (here_m, away) = grid.slope(&points[i]);
            let there = if holds[i] == Hold::OnWayOverStairs {
                drawn(points, i, 0)
            } else {
                drawn(points, i, stiff) + away * (PUSH * (wanted_m - here_m).max(0.0))
            };
            if matches!(holds[i], Hold::Near(place, within_m) if (there - place).norm() > within_m) {
                continue;
            }
            let there_m = grid.slope(&there).0;
            if there_m >= least_m[i] || there_m >= here_m {
                points[i] = there;
            }
        }
    }
}

/// The clearance that each point must keep [m]: the least, or less where the way is tight.
fn leasts_m(points: &[Point2<f64>], grid: &ClearanceGrid, room: &Room) -> Vec<f64> {
    if room.tight_m >= room.least_m {
        return vec![room.least_m; points.len()];
    }
    let clear_m: Vec<f64> = points.iter().map(|point| grid.slope(point).0).collect();
    let near = (TIGHT_M / SPACING_M) as usize;
    (0..points.len())
        .map(|i| {
            let round = &clear_m[i.saturating_sub(near)..(i + near + 1).min(points.len())];
            let lowest_m = round.iter().fold(room.least_m, |lowest, clear| lowest.min(*clear));
            lowest_m.max(room.tight_m)
        })
        .collect()
}

/// Where its neighbours draw a point: the middle of the next two, or where a rod bends least through those
/// `stiff` and twice as many points away.
fn drawn(points: &[Point2<f64>], i: usize, stiff: usize) -> Point2<f64> {
    let stiff = stiff.min(i / 2).min((points.len() - 1 - i) / 2);
    if stiff == 0 {
        return nalgebra::center(&points[i - 1], &points[i + 1]);
    }
    let near = points[i - stiff].coords + points[i + stiff].coords;
    let far = points[i - 2 * stiff].coords + points[i + 2 * stiff].coords;
    Point2::from((near * 4.0 - far) / 6.0)
}
