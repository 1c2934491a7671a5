//! Where on the treads of a route's flights the feet go.

use nalgebra::Point2;

use super::foothold::Surface;
use super::ground::Footing;
use super::pace::{Pace, StairPace};
use crate::mapping::{Tread, WorldMap};
use crate::model::Side;
use crate::model::angles::wrap;
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

/// A level at least this deep is walked on; one less deep is a tread and has one foothold [m].
const LANDING_M: f64 = 0.7;

/// Depth of tread that the footholds before and behind a single step are laid for [m].
const KERB_RUN_M: f64 = 0.28;

/// Edges farther on than this round a bend are none that a sole comes near to [rad].
const FAR_RAD: f64 = 1.2;

/// A place on the route that a foot must meet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Anchor {
    /// Way along the route [m], of a foot in its middle.
    pub(super) arc_m: f64,
    /// Height of the surface there [m].
    pub(super) height_m: f64,
    /// Distance of the anchor before it on the same flight, if that is one step away.
    pub(super) follows: bool,
    /// How far the stairs turn to the left from the anchor before it, if that is one step away [rad].
    pub(super) turn_rad: f64,
    /// How far the foothold may be moved along and across the foot [m].
    pub(super) slack_m: (f64, f64),
    /// How much farther along the route the left and the right foot goes [m]: round a bend the one has less of a
    /// tread under it than the other.
    shift_m: [f64; 2],
    /// What a sole of the left and the right foot lies on there.
    surface: [Surface; 2],
}

impl Anchor {
    /// What a foot stands on there.
    pub(super) fn footing(&self, side: Side, xy: Point2<f64>) -> Footing {
        Footing { xy, height_m: self.height_m, surface: self.surface(side), is_relief: false }
    }

    /// What a sole lies on there.
    pub(super) fn surface(&self, side: Side) -> Surface {
        self.surface[side.index()]
    }

    /// How much farther along the route than `arc_m` a foot goes [m].
    pub(super) fn shift_m(&self, side: Side) -> f64 {
        self.shift_m[side.index()]
    }
}

/// Lengths of a robot's feet that its places on stairs follow from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Feet {
    /// Half the length of a sole [m].
    pub(super) half_sole_m: f64,
    /// Half its width [m].
    pub(super) half_sole_width_m: f64,
    /// Distance between the feet's centre lines [m].
    pub(super) width_m: f64,
}

impl Feet {
    /// Of a robot that walks so.
    pub(super) fn of(pace: &Pace) -> Self {
        Self {
            half_sole_m: pace.half_sole_m,
            half_sole_width_m: pace.half_sole_width_m,
            width_m: pace.width_m,
        }
    }
}

/// A sole that lies square to the route beside it, where the edges of treads meet in the axis that the route bends
/// round.
#[derive(Debug, Clone, Copy, PartialEq)]
struct SoleBeside {
    /// Turn of the route to the left [rad/m].
    bend_rad_m: f64,
    /// How far left of the route its centre is [m].
    left_m: f64,
    half_length_m: f64,
    half_width_m: f64,
}

impl SoleBeside {
    fn new(feet: &Feet, bend_rad_m: f64, left_m: f64) -> Self {
        Self { bend_rad_m, left_m, half_length_m: feet.half_sole_m, half_width_m: feet.half_sole_width_m }
    }

    /// Way along the route for each length ahead of a place beside it.
    fn stretched(&self, left_m: f64) -> f64 {
        (1.0 - self.bend_rad_m * left_m).max(0.1)
    }

    /// Way along the route from the sole's centre to an edge a length ahead of it, beside the sole's centre line by so
    /// much towards the axis [m].
    fn way_beside_m(&self, length_m: f64, inwards_m: f64) -> f64 {
        if self.bend_rad_m == 0.0 {
            return length_m;
        }
        let bend = self.bend_rad_m.abs();
        (bend * length_m / self.stretched(self.left_m + inwards_m * self.bend_rad_m.signum())).atan() / bend
    }

    /// The same for an edge that none of the sole's breadth is nearer to [m].
    fn way_m(&self, length_m: f64) -> f64 {
        self.way_beside_m(length_m, self.half_width_m)
    }

    /// Way from its centre to the riser behind its heel: the calf leans back over the sole's middle, and where the
    /// riser slants its corner has the room that toes have [m].
    fn way_to_heel_m(&self) -> f64 {
        let middle_m = self.way_beside_m(self.half_length_m + HEEL_ROOM_M, 0.0);
        middle_m.max(self.way_m(self.half_length_m + TOE_ROOM_M))
    }

    /// Length ahead of the sole's centre to an edge so far along the route [m].
    fn length_m(&self, way_m: f64) -> f64 {
        if self.bend_rad_m == 0.0 {
            return way_m;
        }
        let bend = self.bend_rad_m.abs();
        if bend * way_m > FAR_RAD {
            return f64::INFINITY;
        }
        self.stretched(self.left_m) * (bend * way_m).tan() / bend
    }
}

/// Where feet must go on every flight of the route, in order.
pub(super) fn anchors(route: &Route, map: &WorldMap, feet: &Feet) -> Vec<Anchor> {
    let mut all = Vec::new();
    for passage in &route.passages {
        let Some(flight) = map.flights().get(passage.flight) else { continue };
        let levels = flight.levels_on_way(passage.reversed);
        let (first, mut last_rad) = (all.len(), 0.0);
        for (index, level) in levels.iter().enumerate() {
            let is_whole = flight.stones().is_empty();
            let ahead = if passage.reversed { -1.0 } else { 1.0 };
            let bend_rad_m = ahead * flight.bend_rad_m(ahead * 0.5 * (level.from_m + level.to_m));
            let sole = |left_m: f64| SoleBeside::new(feet, bend_rad_m, left_m);
            let soles = Side::BOTH.map(|side| sole(0.5 * feet.width_m * side.sign()));
            let of_foot = soles.map(|sole| places(&levels, index, &sole, is_whole));
            let middle = places(&levels, index, &sole(0.0), is_whole);
            for mut anchor in on_level([*level; 2], &soles, middle, &of_foot) {
                let heading_rad = flight.heading_rad(ahead * anchor.arc_m);
                if anchor.follows {
                    anchor.turn_rad = wrap(heading_rad - last_rad);
                }
                last_rad = heading_rad;
                anchor.arc_m += passage.origin_arc_m;
                if all.len() == first {
                    anchor.slack_m = FOOT_OF_FLIGHT_SLACK_M;
                }
                all.push(anchor);
            }
        }
    }
    all
}

/// Where feet must go on levels one behind the other, lengths along the route; for either foot they may begin and end
/// elsewhere.
pub(super) fn anchors_on(levels: &[Tread], of_foot: &[Vec<Tread>; 2], feet: &Feet) -> Vec<Anchor> {
    let soles = Side::BOTH.map(|side| SoleBeside::new(feet, 0.0, 0.5 * feet.width_m * side.sign()));
    let mut all = Vec::new();
    for index in 0..levels.len() {
        let middle = places(levels, index, &soles[0], true);
        let own = Side::BOTH.map(|side| places(&of_foot[side.index()], index, &soles[side.index()], true));
        let own_level = of_foot.each_ref().map(|levels| levels[index]);
        all.extend(on_level(own_level, &soles, middle, &own).map(|anchor| Anchor {
            slack_m: if index == 0 { FOOT_OF_FLIGHT_SLACK_M } else { TREAD_SLACK_M },
            ..anchor
        }));
    }
    all
}

/// Anchors at the places of a level, as it is for either foot, and at each foot's own ones; lengths along the way.
fn on_level<'a>(
    level_of_foot: [Tread; 2],
    soles: &'a [SoleBeside; 2],
    places: Vec<(f64, bool)>,
    of_foot: &'a [Vec<(f64, bool)>; 2],
) -> impl Iterator<Item = Anchor> + 'a {
    places.into_iter().enumerate().map(move |(place, (x, follows))| {
        let xs = of_foot.each_ref().map(|places| places.get(place).map_or(x, |at| at.0));
        let surface = Side::BOTH.map(|side| {
            let (x, sole) = (xs[side.index()], &soles[side.index()]);
            let level = level_of_foot[side.index()];
            Surface::between(sole.length_m(x - level.from_m), sole.length_m(level.to_m - x))
        });
        Anchor {
            arc_m: x,
            height_m: level_of_foot[0].height_m,
            follows,
            turn_rad: 0.0,
            slack_m: TREAD_SLACK_M,
            shift_m: xs.map(|of_foot| of_foot - x),
            surface,
        }
    })
}

/// Where feet go on a level between its neighbours, and whether each is one step from the one before it.
///
/// Soles keep to the nosing, away from the riser: before the toes going up, behind the heel going down.
/// Where treads are short, the riser has its room and the sole's other end stands over the nosing.
///
/// A level that is not whole has stones to find beyond its first foothold.
fn places(levels: &[Tread], index: usize, sole: &SoleBeside, is_whole: bool) -> Vec<(f64, bool)> {
    let level = levels[index];
    let before = index.checked_sub(1).map(|before| levels[before]);
    let beyond = levels.get(index + 1).copied();
    let Tread { from_m, to_m, .. } = level;
    let half_sole_m = sole.half_length_m;
    let rises = |from: Tread, to: Tread| to.height_m > from.height_m;
    if level.depth_m() < LANDING_M
        && let (Some(before), Some(beyond)) = (before, beyond)
    {
        let middle_m = 0.5 * (from_m + to_m);
        let x = match (rises(before, level), rises(level, beyond)) {
            (true, true) => (middle_m - TOE_M).min(to_m - sole.way_m(half_sole_m + TOE_ROOM_M)),
            (false, false) => (middle_m + HEEL_M).max(from_m + sole.way_to_heel_m()),
            (true, false) | (false, true) => middle_m,
        };
        return vec![(x, true)];
    }
    let mut places = Vec::with_capacity(3);
    if let Some(before) = before {
        let run_m = tread_depth_m(before);
        if rises(before, level) {
            // The first two footholds on a landing lie one run apart: the second foot still climbs.
            let x = from_m + (0.5 * run_m - TOE_M).min(run_m - sole.way_m(half_sole_m + TOE_ROOM_M));
            places.push((x, true));
            if is_whole && beyond.is_some() && level.depth_m() > 3.0 * run_m {
                places.push((x + run_m, true));
            }
        } else {
            let x = from_m + (0.5 * run_m + HEEL_M).max(sole.way_m(half_sole_m + FOOT_OF_FLIGHT_ROOM_M));
            places.push((x, true));
        }
    }
    if let Some(beyond) = beyond {
        let run_m = tread_depth_m(beyond);
        let x = if rises(level, beyond) {
            to_m - (0.5 * run_m + TOE_M).max(sole.way_m(half_sole_m + FOOT_OF_FLIGHT_ROOM_M))
        } else {
            to_m - run_m + (0.5 * run_m + HEEL_M).max(sole.way_to_heel_m())
        };
        places.push((x, false));
    }
    places
}

/// Depth of a tread; that of a usual one where the level is a landing or the ground.
fn tread_depth_m(level: Tread) -> f64 {
    if level.depth_m() < LANDING_M { level.depth_m() } else { KERB_RUN_M }
}

/// Slowest tread after tread of the route's flights [m/s].
pub(super) fn flight_speed_m_s(route: &Route, map: &WorldMap, pace: &StairPace) -> f64 {
    let flights =
        route.passages.iter().filter_map(|passage| Some((map.flights().get(passage.flight)?, passage)));
    flights.fold(f64::INFINITY, |slowest_m_s, (flight, passage)| {
        slowest_m_s.min(tread_speed_m_s(&flight.levels_on_way(passage.reversed), pace))
    })
}

/// Slowest step from level to level [m/s].
pub(super) fn tread_speed_m_s(levels: &[Tread], pace: &StairPace) -> f64 {
    let speeds = levels.windows(2).map(|pair| {
        let run_m = tread_depth_m(pair[0]).min(tread_depth_m(pair[1]));
        run_m / pace.step_s(pair[1].height_m - pair[0].height_m, run_m)
    });
    speeds.fold(f64::INFINITY, f64::min)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::config::scenario::{Feature, GoalConfig, TerrainConfig};
    use crate::navigation::{RouteRequest, plan_route};

    const HALF_SOLE_M: f64 = 0.1225;
    const FEET: Feet = Feet { half_sole_m: HALF_SOLE_M, half_sole_width_m: 0.05, width_m: 0.18 };

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
        let goals = [goal];
        let request = RouteRequest::standing(Point2::origin(), &goals, 1.0, 0.4);
        anchors(&plan_route(&map, &request).expect("a way"), &map, &FEET)
    }

    #[test]
    fn soles_keep_from_risers_on_every_run_of_din_18065_and_iso_14122() {
        for (rise_m, run_m) in [(0.22, 0.21), (0.2, 0.24), (0.17, 0.28), (0.14, 0.37)] {
            let anchors = over(rise_m, run_m);
            for pair in anchors.windows(2) {
                let (here, next) = (&pair[0], &pair[1]);
                let [here_on, next_on] = [here, next].map(|anchor| anchor.surface(Side::Left));
                if next.height_m > here.height_m + 0.01 {
                    assert!(here_on.ahead_m >= HALF_SOLE_M + TOE_ROOM_M - 1e-9, "{here:?}");
                }
                if next.height_m < here.height_m - 0.01 {
                    assert!(next_on.behind_m >= HALF_SOLE_M + HEEL_ROOM_M - 0.01, "{next:?}");
                }
                // Two thirds of the sole lie on the tread.
                let on = here_on.behind_m.min(HALF_SOLE_M) + here_on.ahead_m.min(HALF_SOLE_M);
                assert!(on > 2.0 / 3.0 * 2.0 * HALF_SOLE_M, "{on} of {here:?}");
            }
        }
    }
}
