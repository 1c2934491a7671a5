//! What it costs to be at a place beside a route at a time: what stands there, and who may.

use nalgebra::{Point2, Vector2};

use super::PassingRequest;
use super::way::offset_m;
use crate::mapping::Track;

/// Steps of time that are looked ahead, and how long each is [s].
pub(super) const LAYERS: usize = 12;
pub(super) const LAYER_S: f64 = 0.4;
/// From cell to cell along the route and to the side of it [m]; the sides begin right of it.
const CELL_M: f64 = 0.15;
const SIDE_M: f64 = 0.2;
const MIDDLE: usize = 18;
const SIDES: usize = 2 * MIDDLE + 1;
/// Farthest that a way leads beside the route [m].
const MOST_M: f64 = 3.4;
/// How steeply it may come back to the route at its end, and how steeply it should.
const BACK_SLOPE: (f64, f64) = (0.8, 0.35);
/// Room beyond what is needed that is kept where there is some [m].
const WIDE_M: f64 = 0.25;
/// Room that a way beside the route keeps at least beyond what is needed: one found on the walk is followed less
/// exactly than a planned one [m].
const LEAST_ROOM_M: f64 = 0.1;
/// How near to the route it counts as being on it [m].
const NEAR_M: f64 = 0.1;
/// Way from the start on which a robot that stands too near to something walks away from it, and how much nearer
/// it may get by rounding [m].
const AWAY_M: (f64, f64) = (1.0, 0.01);
/// Standard deviation of the place of others [m], and how it grows as they do not go on as they did [m/s]; at
/// most [m].
const UNSURE_M: f64 = 0.1;
const UNSURE_M_S: f64 = 0.12;
const MOST_UNSURE_M: f64 = 0.4;
/// How much of a track's own error of velocity is believed.
const TRACK_SHARE: f64 = 0.5;
/// Radius that someone has at least and at most [m].
const RADIUS_M: (f64, f64) = (0.2, 0.3);
/// Room that is kept to others besides what the way needs anyhow: they do not keep to theirs [m].
const ASIDE_M: f64 = 0.08;
/// Cost of a second in touch, and what is added where it would be in the middle.
const TOUCH_COST: f64 = 16.0;
const DEEP_COST: f64 = 4.0;
/// Time over which what lies ahead counts less and less [s].
const FADE_S: f64 = 4.0;
/// Slope of a normal distribution's integral as a logistic curve.
const LOGISTIC: f64 = 1.7;
/// Standard deviations from touch beyond which nobody counts.
const FAR: f64 = 3.0;
/// Cost of a second a metre beside the route, or beside the way that was taken before.
const BESIDE_COST: f64 = 0.03;
const OTHER_COST: f64 = 0.05;
/// Cost of a second with a metre less room than is kept, and of one a metre too far off to be back in time.
const TIGHT_COST: f64 = 8.0;
const BACK_COST: f64 = 3.0;

/// Costs of places and times, from where the robot can do otherwise on.
pub(super) struct Costs {
    cells: usize,
    /// Where it must be on its route again [m].
    end_m: f64,
    /// Farthest beside the route [m].
    most_m: f64,
    /// Room where it begins [m].
    start_room_m: f64,
    /// How far beside the route the robot would go as it does now [m].
    present_m: Vec<f64>,
    /// Room beyond what is needed [m]; none where nothing stands near.
    room_m: Option<Vec<[f32; SIDES]>>,
    /// Cost of a second, layer by layer.
    risk: Vec<[f32; SIDES]>,
}

impl Costs {
    pub(super) fn new(request: &PassingRequest, from_m: f64, end_m: f64) -> Self {
        let route = request.route;
        let cells = (request.wanted_m_s * LAYER_S * LAYERS as f64 / CELL_M).ceil() as usize + 2;
        let arcs = |cell: usize| from_m + CELL_M * cell as f64;
        let places: Vec<[Point2<f64>; SIDES]> = (0..cells)
            .map(|cell| {
                let point = route.at(arcs(cell));
                let left = Vector2::new(-point.heading_rad.sin(), point.heading_rad.cos());
                std::array::from_fn(|side| point.xy + left * side_m(side))
            })
            .collect();
        let late_s = request.age_s + request.latency_s;
        let mut risk = vec![[0.0; SIDES]; cells * (LAYERS + 1)];
        for (layer, rows) in risk.chunks_mut(cells).enumerate() {
            let time_s = layer as f64 * LAYER_S;
            // As far as the robot may be by then.
            let reach = ((request.wanted_m_s * time_s / CELL_M).ceil() as usize + 2).min(cells);
            let rows = &mut rows[..reach];
            for track in request.tracks {
                add_risk(track, time_s, late_s, request.half_width_m, &places, rows);
            }
        }
        let present_m: Vec<f64> =
            (0..cells).map(|cell| offset_m(route, &request.present.offsets_m, arcs(cell))).collect();
        let most_m = MOST_M.max(present_m[0].abs());
        let room_m = room_m(request, &places);
        let end_m = end_m - from_m;
        let mut costs = Self { cells, end_m, most_m, start_room_m: 0.0, present_m, room_m, risk };
        costs.start_room_m = costs.room_m(0.0, costs.present_m[0]);
        costs
    }

    /// Whether the robot may be there.
    pub(super) fn is_open(&self, along_m: f64, left_m: f64) -> bool {
        let aside_m = left_m.abs();
        let back_m = BACK_SLOPE.0 * (self.end_m - along_m).max(0.0) + NEAR_M;
        let leaves = along_m < AWAY_M.0;
        let in_time = aside_m <= back_m || leaves && aside_m <= self.present_m[0].abs();
        if aside_m > self.most_m || !in_time {
            return false;
        }
        let room_m = self.room_m(along_m, left_m);
        aside_m < NEAR_M || room_m > LEAST_ROOM_M || leaves && room_m > self.start_room_m - AWAY_M.1
    }

    /// Cost of a second at a place, whoever is about.
    pub(super) fn place(&self, along_m: f64, left_m: f64) -> f64 {
        let present_m = self.present_m[((along_m / CELL_M).round() as usize).min(self.cells - 1)];
        let back_m = BACK_SLOPE.1 * (self.end_m - along_m).max(0.0);
        BESIDE_COST * left_m.abs()
            + OTHER_COST * (left_m - present_m).abs()
            + TIGHT_COST * (WIDE_M - self.room_m(along_m, left_m)).max(0.0)
            + BACK_COST * (left_m.abs() - back_m).max(0.0)
    }

    /// Cost of a second there in a layer for who may be touched.
    pub(super) fn risk(&self, layer: usize, along_m: f64, left_m: f64) -> f64 {
        look_up(&self.risk[layer * self.cells..(layer + 1) * self.cells], along_m, left_m)
    }

    fn room_m(&self, along_m: f64, left_m: f64) -> f64 {
        self.room_m.as_ref().map_or(FAR, |rows| look_up(rows, along_m, left_m))
    }
}

fn side_m(side: usize) -> f64 {
    SIDE_M * (side as f64 - MIDDLE as f64)
}

/// Between the cells.
fn look_up(rows: &[[f32; SIDES]], along_m: f64, left_m: f64) -> f64 {
    let x = (along_m / CELL_M).clamp(0.0, (rows.len() - 1) as f64 - 1e-6);
    let y = (left_m / SIDE_M + MIDDLE as f64).clamp(0.0, (SIDES - 1) as f64 - 1e-6);
    let (i, j) = (x as usize, y as usize);
    let (u, v) = (x - i as f64, y - j as f64);
    let mix = |a: f64, b: f64, share: f64| a + (b - a) * share;
    let row = |row: &[f32; SIDES]| mix(f64::from(row[j]), f64::from(row[j + 1]), v);
    mix(row(&rows[i]), row(&rows[i + 1]), u)
}

/// Room beyond what is needed to what stands [m]; none where nothing is near.
fn room_m(request: &PassingRequest, places: &[[Point2<f64>; SIDES]]) -> Option<Vec<[f32; SIDES]>> {
    let far_m = side_m(SIDES - 1) + request.half_width_m;
    let near = |place: &Point2<f64>, more_m: f64| {
        places.iter().step_by(4).any(|row| (row[MIDDLE] - place).norm() < far_m + more_m + 0.5)
    };
    let map = request.map;
    let blocks: Vec<_> = map
        .blocks()
        .iter()
        .filter(|block| {
            near(&block.world_from_block.translation.vector.xy().into(), block.half_m.xy().norm())
        })
        .collect();
    let blocked: Vec<_> = map.blocked().iter().filter(|place| near(place, 0.0)).collect();
    let prisms: Vec<_> =
        map.prisms().iter().filter(|prism| near(&prism.round().0, prism.round().1)).collect();
    if blocks.is_empty() && blocked.is_empty() && prisms.is_empty() {
        return None;
    }
    let room_m = |place: &Point2<f64>| {
        let blocks = blocks.iter().map(|block| block.distance_m(place));
        let prisms = prisms.iter().map(|prism| prism.distance_m(place));
        let blocked = blocked.iter().map(|other| (place - *other).norm());
        (blocks.chain(prisms).chain(blocked).fold(FAR, f64::min) - request.half_width_m) as f32
    };
    Some(places.iter().map(|row| row.each_ref().map(room_m)).collect())
}

/// Adds what it costs to be at each place during the time round a layer for someone who goes on as they do.
fn add_risk(
    track: &Track,
    time_s: f64,
    late_s: f64,
    half_width_m: f64,
    places: &[[Point2<f64>; SIDES]],
    rows: &mut [[f32; SIDES]],
) {
    let ahead_s = time_s + late_s;
    let fade = (-time_s / FADE_S).exp();
    let touch_m = track.radius_m.clamp(RADIUS_M.0, RADIUS_M.1) + half_width_m + ASIDE_M;
    let growth_m_s = UNSURE_M_S.hypot(TRACK_SHARE * track.unsure_m_s);
    let unsure_m = UNSURE_M.hypot(growth_m_s * ahead_s).min(MOST_UNSURE_M);
    let far_m = touch_m + FAR * unsure_m;
    let (from, to) = (track.after(ahead_s - 0.5 * LAYER_S), track.after(ahead_s + 0.5 * LAYER_S));
    let way = to - from;
    let squared = way.norm_squared().max(1e-9);
    let reach_m = far_m + way.norm() + side_m(SIDES - 1);
    for (row, costs) in places.iter().zip(rows) {
        if (row[MIDDLE] - from).norm_squared() > reach_m * reach_m {
            continue;
        }
        for (place, cost) in row.iter().zip(costs) {
            let share = ((place - from).dot(&way) / squared).clamp(0.0, 1.0);
            let off_m = (place - (from + way * share)).norm();
            if off_m < far_m {
                let likely = 1.0 / (1.0 + (LOGISTIC * (off_m - touch_m) / unsure_m).exp());
                let deep = (1.0 - off_m / touch_m).max(0.0);
                *cost += ((TOUCH_COST * likely + DEEP_COST * deep) * fade) as f32;
            }
        }
    }
}
