//! Where on the treads of a route's flights the feet go.

use super::foothold::Surface;
use crate::mapping::{Flight, WorldMap};
use crate::navigation::Route;

/// Slack of a foothold on a tread along and across [m].
const TREAD_SLACK_M: (f64, f64) = (0.012, 0.06);

/// How far a sole's centre keeps from its tread's middle, away from the riser before its toes [m].
const TOE_M: f64 = 0.015;

/// The same for the riser behind its heel: the toes carry nothing that the ankle could not hold, so
/// they may stand over the nosing by a tenth of the sole [m].
const HEEL_M: f64 = 0.035;

/// Least room between the toes and the riser before them [m].
const TOE_ROOM_M: f64 = 0.02;

/// Least room between the heel and the riser behind it: the calf leans back over it as the foot lands [m].
const HEEL_ROOM_M: f64 = 0.045;

/// Least room between the sole at the foot of a flight and the first riser [m].
const FOOT_OF_FLIGHT_ROOM_M: f64 = 0.04;

/// Slack of the foothold before a flight's first riser [m].
const FOOT_OF_FLIGHT_SLACK_M: (f64, f64) = (0.02, 0.08);

/// A place on the route that a foot must meet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Anchor {
    /// Way along the route [m].
    pub(super) arc_m: f64,
    /// Height of the surface there [m].
    pub(super) height_m: f64,
    /// Distance of the anchor before it on the same flight, if that is one step away.
    pub(super) follows: bool,
    /// What a sole lies on there.
    pub(super) surface: Surface,
    /// How far the foothold may be moved along and across the foot [m].
    pub(super) slack_m: (f64, f64),
}

/// Where feet must go on every flight of the route, in order; `half_sole_m` is half the length of a sole.
pub(super) fn anchors(route: &Route, map: &WorldMap, half_sole_m: f64) -> Vec<Anchor> {
    let mut all = Vec::new();
    for passage in &route.passages {
        let flight = &map.flights()[passage.flight];
        let (run, n) = (flight.run_m, flight.steps);
        let centre = |from: f64, i: usize| from + (i as f64 - 0.5) * run;
        let height = |steps: usize| steps as f64 * flight.rise_m;
        // Towards the nosing, away from the riser: before the toes going up, behind the heel going down.
        let (toes, heel) = ((TOE_M, TOE_ROOM_M), (HEEL_M, HEEL_ROOM_M));
        let ((up_m, up_room_m), (down_m, down_room_m)) =
            if passage.reversed { (heel, toes) } else { (toes, heel) };
        // The landing's first two footholds lie one run apart: the second foot still climbs.
        let top = if flight.landing_m > 3.0 * run { n + 1 } else { n };
        // Where treads are short, the riser has its room and the sole's other end stands over the nosing.
        let room = |on_floor: bool, tread_m: f64| {
            half_sole_m + if on_floor { FOOT_OF_FLIGHT_ROOM_M } else { tread_m }
        };
        let up = |i: usize| {
            let riser = i as f64 * run;
            ((centre(0.0, i) - up_m).min(riser - room(i == 0, up_room_m)), height(i.min(n)))
        };
        let down = |i: usize| {
            let end = flight.landing_end_m();
            let riser = end + (i as f64 - 1.0) * run;
            ((centre(end, i) + down_m).max(riser + room(i == n, down_room_m)), height(n - i))
        };
        let (climbed, left): (Vec<(f64, f64)>, Vec<(f64, f64)>) = if passage.reversed {
            let on_top = (top > n).then(|| (flight.landing_end_m() - 1.5 * run + down_m, height(n)));
            ((0..=n).rev().map(down).chain(on_top).collect(), (0..=n).rev().map(up).collect())
        } else {
            ((0..=top).map(up).collect(), (0..=n).map(down).collect())
        };
        let placed = |(index, at): (usize, (f64, f64))| (index != 0, at);
        let local =
            climbed.into_iter().enumerate().map(placed).chain(left.into_iter().enumerate().map(placed));
        for (index, (follows, (x, height_m))) in local.enumerate() {
            let arc_m = passage.origin_arc_m + if passage.reversed { -x } else { x };
            let slack_m = if index == 0 { FOOT_OF_FLIGHT_SLACK_M } else { TREAD_SLACK_M };
            let surface = surface(flight, x, height_m, passage.reversed);
            all.push(Anchor { arc_m, height_m, follows, surface, slack_m });
        }
    }
    all
}

/// What a sole lies on whose centre is at `x` of a flight, at this height; `reversed` looks against the ascent.
fn surface(flight: &Flight, x: f64, height_m: f64, reversed: bool) -> Surface {
    let floor = [(f64::NEG_INFINITY, 0.0, 0.0), (flight.length_m(), f64::INFINITY, 0.0)];
    let treads = flight.treads().into_iter().chain(floor);
    let under = treads.filter(|(_, _, height)| (height - height_m).abs() < 1e-6);
    let off = |(from, to, _): &(f64, f64, f64)| (from - x).max(x - to);
    let Some((from, to, _)) = under.min_by(|a, b| off(a).total_cmp(&off(b))) else { return Surface::WIDE };
    let (below, beyond) = (x - from, to - x);
    if reversed {
        Surface { behind_m: beyond, ahead_m: below }
    } else {
        Surface { behind_m: below, ahead_m: beyond }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use nalgebra::Point2;

    use super::*;
    use crate::config::scenario::{Feature, GoalConfig, TerrainConfig};
    use crate::navigation::{RouteRequest, plan_route};

    const HALF_SOLE_M: f64 = 0.1225;

    /// A flight up and one down, between walls that leave no other way.
    pub fn stairs_between_walls(rise_m: f64, run_m: f64, steps: usize) -> Vec<Feature> {
        let stairs = Feature::Stairs {
            start_m: (3.0, 0.0),
            heading_rad: 0.0,
            rise_m,
            run_m,
            width_m: 1.6,
            steps,
            landing_m: 1.2,
            down: true,
        };
        let wall = |y: f64| Feature::Wall {
            from_m: (3.5, 0.85 * y),
            to_m: (3.5, 30.0 * y),
            height_m: 1.0,
            thickness_m: 0.1,
        };
        vec![stairs, wall(1.0), wall(-1.0)]
    }

    /// Anchors over a flight of ten steps up and ten down.
    fn over(rise_m: f64, run_m: f64) -> Vec<Anchor> {
        let features = stairs_between_walls(rise_m, run_m, 10);
        let map = WorldMap::new(&TerrainConfig { friction: 0.8, features });
        let goal = GoalConfig { xy_m: (13.0, 0.0), yaw_rad: None, radius_m: 0.2 };
        let request =
            RouteRequest { start: Point2::origin(), goals: &[goal], speed_m_s: 1.0, half_width_m: 0.4 };
        anchors(&plan_route(&map, &request).expect("a way"), &map, HALF_SOLE_M)
    }

    #[test]
    fn soles_keep_from_risers_on_every_run_of_din_18065_and_iso_14122() {
        for (rise_m, run_m) in [(0.22, 0.21), (0.2, 0.24), (0.17, 0.28), (0.14, 0.37)] {
            let anchors = over(rise_m, run_m);
            for pair in anchors.windows(2) {
                let (here, next) = (&pair[0], &pair[1]);
                if next.height_m > here.height_m + 0.01 {
                    assert!(here.surface.ahead_m >= HALF_SOLE_M + TOE_ROOM_M - 1e-9, "{here:?}");
                }
                if next.height_m < here.height_m - 0.01 {
                    assert!(next.surface.behind_m >= HALF_SOLE_M + HEEL_ROOM_M - 0.01, "{next:?}");
                }
                // Two thirds of the sole lie on the tread.
                let on = here.surface.behind_m.min(HALF_SOLE_M) + here.surface.ahead_m.min(HALF_SOLE_M);
                assert!(on > 2.0 / 3.0 * 2.0 * HALF_SOLE_M, "{on} of {here:?}");
            }
        }
    }
}
