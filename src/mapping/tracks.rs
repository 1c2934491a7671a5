//! What moves about: bodies that a LiDAR meets where the map has nothing, followed from scan to scan.
//!
//! Hits of neighbouring beams make a body; each body is followed by a Kalman filter with a constant velocity
//! and an unknown acceleration (Bar-Shalom, Li and Kirubarajan, Estimation with Applications to Tracking and
//! Navigation, 2001, section 6.2), nearest body to nearest track.

use nalgebra::{Matrix2, Matrix2x4, Matrix4, Point2, Point3, Vector2, Vector4};

use super::localisation::LocatedScan;
use super::seen_through::SeenThrough;
use super::world_map::WorldMap;
use crate::model::angles::wrap;

/// Heights over the ground at which a hit belongs to a body and not to the ground or the ceiling [m].
const BODY_M: (f64, f64) = (0.3, 2.2);
/// Hits as near as this to what the map has belong to it [m], and what is added for every metre of range.
const KNOWN_M: (f64, f64) = (0.15, 0.015);
/// Farthest hits that are looked at [m].
const FAR_M: f64 = 15.0;
/// Hits of neighbouring beams nearer to each other than this are one body [m].
const JOINED_M: f64 = 0.45;
/// From a body's skin to its middle, as long as it shows no more than a beam's width of itself [m].
const SKIN_M: f64 = 0.2;
/// Largest radius a body is taken to have [m].
const MOST_RADIUS_M: f64 = 0.6;
/// Largest share of its distance that a body's radius is taken to be.
const MOST_SHARE: f64 = 0.7;
/// Error of a body's middle along the ray [m], and across it: least, what is added as a share of the distance of two
/// hits, and where something before it hides a side of it.
const ALONG_M: f64 = 0.02;
const LEAST_ACROSS_M: f64 = 0.012;
const ACROSS_SHARE: f64 = 0.35;
const HIDDEN_M: f64 = 0.12;
/// So much nearer is what hides it [m].
const BEFORE_M: f64 = 0.2;
/// Standard deviation of a body's acceleration [m/s^2] and of its velocity before it was followed [m/s].
const ACCELERATION_M_S2: f64 = 2.0;
const VELOCITY_M_S: f64 = 1.0;
/// Body and track belong together within this many standard deviations, and within this distance [m].
const GATE: f64 = 4.0;
const GATE_M: f64 = 1.0;
/// Scans that must have met a body before it counts.
const SCANS: usize = 2;
/// From so many scans on a body is expected where it goes on to, and hits as near to its skin as this are its [m].
const EXPECTED_SCANS: usize = 3;
const EXPECTED_M: f64 = 0.3;
/// A body that no scan meets is believed to walk on for so long [s].
const UNSEEN_S: f64 = 1.0;
/// A track that no scan meets is another one's where that is as near as this [m].
const SAME_M: f64 = 0.5;
/// On a map in the making much is met that is not in it yet. What is longer than this is no person [m]; what was met in
/// so many scans where there was nothing, and has come this far [m] at this speed [m/s], moves about, and what has
/// rested for so long does so no more [s].
const LONGEST_M: f64 = 1.0;
const INTRUSIONS: usize = 2;
const MOVED_M: f64 = 0.25;
const MOVES_M_S: f64 = 0.3;
const RESTS_S: f64 = 3.0;
/// How far round a body its hits lie [m].
const ROUND_M: f64 = 0.3;
/// How fast what a scan shows of a radius is believed.
const RADIUS_SHARE: f64 = 0.3;

/// A body that moves about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Track {
    /// Number of the track; a body that was lost gets another one.
    pub id: u64,
    /// Its middle [m].
    pub at: Point2<f64>,
    /// Its velocity [m/s].
    pub velocity_m_s: Vector2<f64>,
    /// Its radius [m].
    pub radius_m: f64,
    /// Standard deviation of its velocity along an axis [m/s].
    pub unsure_m_s: f64,
}

impl Track {
    /// Where it is to be expected after a time [m].
    pub fn after(&self, seconds: f64) -> Point2<f64> {
        self.at + self.velocity_m_s * seconds
    }
}

/// A circle round what moves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KeptFree {
    /// Its middle [m].
    pub at: Point2<f64>,
    /// Its radius [m].
    pub radius_m: f64,
}

impl KeptFree {
    /// Whether a place lies within.
    pub(super) fn covers(&self, place: &Point2<f64>) -> bool {
        (place - self.at).norm_squared() < self.radius_m * self.radius_m
    }
}

/// A body as one scan shows it.
#[derive(Debug, Clone, Copy)]
struct Body {
    at: Point2<f64>,
    radius_m: f64,
    covariance: Matrix2<f64>,
    /// Whether it was met where there was nothing.
    intrudes: bool,
}

/// Where a body that is followed should be.
#[derive(Debug, Clone, Copy)]
struct Expected {
    at: Point2<f64>,
    radius_m: f64,
}

impl Expected {
    fn off_m(&self, hit: &Hit) -> f64 {
        (hit.at - self.at).norm()
    }
}

#[derive(Debug, Clone)]
struct Followed {
    id: u64,
    /// Place [m] and velocity [m/s].
    state: Vector4<f64>,
    covariance: Matrix4<f64>,
    radius_m: f64,
    scans: usize,
    seen_s: f64,
    /// Where it was met first [m].
    from: Point2<f64>,
    /// Scans that met it where there was nothing, and when the last one did [s].
    intrusions: usize,
    intruded_s: f64,
    /// Whether it moves about.
    moves: bool,
}

/// Follows what moves about.
#[derive(Debug, Clone, Default)]
pub struct Tracker {
    followed: Vec<Followed>,
    tracks: Vec<Track>,
    /// Of a map in the making.
    seen_through: SeenThrough,
    kept_free: Vec<KeptFree>,
    time_s: f64,
    next_id: u64,
}

impl Tracker {
    /// Takes a scan of this time [s].
    pub fn observe(&mut self, scan: &LocatedScan, map: &WorldMap, time_s: f64) {
        let dt_s = (time_s - self.time_s).max(0.0);
        self.time_s = time_s;
        self.followed.iter_mut().for_each(|track| track.predict(dt_s));
        let known = self.followed.iter().filter(|track| track.scans >= EXPECTED_SCANS);
        let expected: Vec<Expected> =
            known.map(|track| Expected { at: track.at(), radius_m: track.radius_m }).collect();
        let bodies = bodies(scan, map, &self.seen_through, &expected);
        // Nearest pairs first.
        let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
        for (t, track) in self.followed.iter().enumerate() {
            for (b, body) in bodies.iter().enumerate() {
                if let Some(distance) = track.distance(body) {
                    pairs.push((distance, t, b));
                }
            }
        }
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        let mut track_taken = vec![false; self.followed.len()];
        let mut body_taken = vec![false; bodies.len()];
        for (_, t, b) in pairs {
            if !track_taken[t] && !body_taken[b] {
                (track_taken[t], body_taken[b]) = (true, true);
                self.followed[t].correct(&bodies[b], time_s);
            }
        }
        for (body, _) in bodies.iter().zip(&body_taken).filter(|(_, taken)| !**taken) {
            self.followed.push(Followed::new(self.next_id, body, time_s));
            self.next_id += 1;
        }
        self.followed.retain(|track| time_s - track.seen_s <= UNSEEN_S);
        // Who was lost and found again nearby is not there twice.
        let met: Vec<Point2<f64>> =
            self.followed.iter().filter(|track| track.seen_s >= time_s).map(Followed::at).collect();
        self.followed
            .retain(|track| track.seen_s >= time_s || met.iter().all(|at| (at - track.at()).norm() > SAME_M));
        if map.is_seen() {
            self.followed.iter_mut().for_each(|track| track.judge(time_s));
            let round = |at, radius_m| KeptFree { at, radius_m: radius_m + ROUND_M };
            let moving = self.followed.iter().filter(|track| track.moves);
            let come = bodies.iter().filter(|body| body.intrudes);
            self.kept_free.clear();
            self.kept_free.extend(moving.map(|track| round(track.at(), track.radius_m)));
            self.kept_free.extend(come.map(|body| round(body.at, body.radius_m)));
            let has_come = |at: &Point2<f64>| self.kept_free.iter().any(|kept| kept.covers(at));
            self.seen_through.observe(scan, map.floor_m(), time_s, has_come);
        }
        // What a map in the making lacks may stand still as well.
        let counts = |track: &&Followed| track.scans >= SCANS && (track.moves || !map.is_seen());
        self.tracks.clear();
        self.tracks.extend(self.followed.iter().filter(counts).map(Followed::track));
    }

    /// Circles round what moves, as of the last scan: a map in the making leaves out what is met there.
    pub fn kept_free(&self) -> &[KeptFree] {
        &self.kept_free
    }

    /// Whether something that is met at this place [m] has come there.
    pub(super) fn sees_through(&self, at: &Point3<f64>) -> bool {
        self.seen_through.is_free(at)
    }

    /// What is followed, as of the last scan.
    pub fn tracks(&self) -> &[Track] {
        &self.tracks
    }

    /// When the last scan was taken [s].
    pub fn time_s(&self) -> f64 {
        self.time_s
    }
}

impl Followed {
    fn new(id: u64, body: &Body, time_s: f64) -> Self {
        let mut covariance = Matrix4::identity() * VELOCITY_M_S.powi(2);
        covariance.fixed_view_mut::<2, 2>(0, 0).copy_from(&body.covariance);
        let state = Vector4::new(body.at.x, body.at.y, 0.0, 0.0);
        Self {
            id,
            state,
            covariance,
            radius_m: body.radius_m,
            scans: 1,
            seen_s: time_s,
            from: body.at,
            intrusions: usize::from(body.intrudes),
            intruded_s: time_s,
            moves: false,
        }
    }

    fn at(&self) -> Point2<f64> {
        Point2::new(self.state.x, self.state.y)
    }

    /// Whether it moves about, as far as can be told by now.
    fn judge(&mut self, time_s: f64) {
        let is_fast = self.state.fixed_rows::<2>(2).norm() > MOVES_M_S;
        self.moves = if self.moves {
            is_fast || time_s - self.intruded_s < RESTS_S
        } else {
            is_fast && self.intrusions >= INTRUSIONS && (self.at() - self.from).norm() > MOVED_M
        };
    }

    fn track(&self) -> Track {
        Track {
            id: self.id,
            at: self.at(),
            velocity_m_s: Vector2::new(self.state.z, self.state.w),
            radius_m: self.radius_m,
            unsure_m_s: (0.5 * (self.covariance[(2, 2)] + self.covariance[(3, 3)])).max(0.0).sqrt(),
        }
    }

    fn predict(&mut self, dt_s: f64) {
        let mut transition = Matrix4::identity();
        transition[(0, 2)] = dt_s;
        transition[(1, 3)] = dt_s;
        let variance = ACCELERATION_M_S2.powi(2);
        let mut noise = Matrix4::zeros();
        for axis in 0..2 {
            noise[(axis, axis)] = 0.25 * dt_s.powi(4) * variance;
            noise[(axis, axis + 2)] = 0.5 * dt_s.powi(3) * variance;
            noise[(axis + 2, axis)] = noise[(axis, axis + 2)];
            noise[(axis + 2, axis + 2)] = dt_s.powi(2) * variance;
        }
        self.state = transition * self.state;
        self.covariance = transition * self.covariance * transition.transpose() + noise;
    }

    /// How far off a body is, in standard deviations; none where it is another one.
    fn distance(&self, body: &Body) -> Option<f64> {
        let off = body.at - self.at();
        let innovation = self.covariance.fixed_view::<2, 2>(0, 0) + body.covariance;
        let squared = off.dot(&(innovation.try_inverse()? * off));
        (squared <= GATE * GATE && off.norm() <= GATE_M).then(|| squared.sqrt())
    }

    fn correct(&mut self, body: &Body, time_s: f64) {
        let seen = Matrix2x4::new(1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0);
        let innovation = seen * self.covariance * seen.transpose() + body.covariance;
        let Some(inverse) = innovation.try_inverse() else { return };
        let gain = self.covariance * seen.transpose() * inverse;
        self.state += gain * (body.at.coords - seen * self.state);
        self.covariance = (Matrix4::identity() - gain * seen) * self.covariance;
        self.radius_m += RADIUS_SHARE * (body.radius_m - self.radius_m);
        self.scans += 1;
        self.seen_s = time_s;
        if body.intrudes {
            self.intrusions += 1;
            self.intruded_s = time_s;
        }
    }
}

/// A hit as seen from above: bearing [rad], range [m] and place.
#[derive(Debug, Clone, Copy)]
struct Hit {
    bearing_rad: f64,
    range_m: f64,
    at: Point2<f64>,
    /// Whether it is where there was nothing.
    intrudes: bool,
}

/// The bodies in a scan that the map does not have, those that are expected first.
fn bodies(
    scan: &LocatedScan,
    map: &WorldMap,
    seen_through: &SeenThrough,
    expected: &[Expected],
) -> Vec<Body> {
    let from = (scan.world_from_body * scan.body_from_lidar).translation.vector;
    let origin = Point2::new(from.x, from.y);
    let mut hits: Vec<Hit> = Vec::new();
    let mut blocked = map.blocked().to_vec();
    blocked.sort_by(|a, b| a.x.total_cmp(&b.x));
    for at in scan.hits().filter(|at| is_of_body(at, &origin, map)) {
        let intrudes = seen_through.is_free(&at);
        if intrudes || !is_known(&at, &origin, map, &blocked) {
            let offset = at.xy() - origin;
            let bearing_rad = offset.y.atan2(offset.x);
            hits.push(Hit { bearing_rad, range_m: offset.norm(), at: at.xy(), intrudes });
        }
    }
    if hits.is_empty() {
        return Vec::new();
    }
    let beam_rad = beam_rad(scan);
    // Two who walk close together are two, as long as they are known to be.
    let mut shares: Vec<Vec<Hit>> = vec![Vec::new(); expected.len()];
    let mut rest: Vec<Hit> = Vec::new();
    for hit in &hits {
        let nearest =
            shares.iter_mut().zip(expected).min_by(|a, b| a.1.off_m(hit).total_cmp(&b.1.off_m(hit)));
        match nearest {
            Some((share, body)) if body.off_m(hit) < body.radius_m + EXPECTED_M => share.push(*hit),
            _ => rest.push(*hit),
        }
    }
    let mut bodies = Vec::with_capacity(expected.len() + rest.len());
    for (share, expected) in shares.iter().zip(expected) {
        // Of what lies there in pieces the nearest one is the body.
        let off_m = |group: &[Hit]| group.iter().map(|hit| expected.off_m(hit)).fold(f64::INFINITY, f64::min);
        let mut pieces = groups(share);
        pieces.sort_by(|a, b| off_m(a).total_cmp(&off_m(b)));
        let mut pieces = pieces.into_iter();
        bodies.extend(pieces.next().map(|piece| body(&piece, &hits, &origin, beam_rad)));
        rest.extend(pieces.flatten());
    }
    let pieces = groups(&rest);
    let is_body = |group: &&Vec<Hit>| !map.is_seen() || length_m(group) < LONGEST_M;
    bodies.extend(pieces.iter().filter(is_body).map(|group| body(group, &hits, &origin, beam_rad)));
    bodies
}

/// Hits that hang together, group by group.
fn groups(hits: &[Hit]) -> Vec<Vec<Hit>> {
    let mut is_taken = vec![false; hits.len()];
    let mut groups = Vec::new();
    for first in 0..hits.len() {
        if std::mem::replace(&mut is_taken[first], true) {
            continue;
        }
        let mut group = vec![hits[first]];
        let mut looked_at = 0;
        while let Some(hit) = group.get(looked_at).copied() {
            looked_at += 1;
            for (other, taken) in hits.iter().zip(&mut is_taken) {
                if !*taken && is_near(&hit, other) {
                    *taken = true;
                    group.push(*other);
                }
            }
        }
        groups.push(group);
    }
    groups
}

/// Diagonal of the box round a group of hits [m].
fn length_m(group: &[Hit]) -> f64 {
    let Some(first) = group.first() else { return 0.0 };
    let (low, high) =
        group.iter().fold((first.at, first.at), |(low, high), hit| (low.inf(&hit.at), high.sup(&hit.at)));
    (high - low).norm()
}

fn is_near(a: &Hit, b: &Hit) -> bool {
    (a.at - b.at).norm_squared() < JOINED_M * JOINED_M
}

/// Angle between neighbouring beams of a ring [rad].
fn beam_rad(scan: &LocatedScan) -> f64 {
    let elevation = scan.directions.first().map_or(0.0, |first| first.z);
    let ring = scan.directions.iter().filter(|direction| (direction.z - elevation).abs() < 1e-9);
    std::f64::consts::TAU / ring.count().max(1) as f64
}

/// Whether a hit is neither too far nor one of the ground or of something overhead.
fn is_of_body(at: &Point3<f64>, origin: &Point2<f64>, map: &WorldMap) -> bool {
    let place = at.xy();
    // The map is asked last: that is what takes time.
    (place - origin).norm() <= FAR_M
        && (BODY_M.0..BODY_M.1).contains(&(at.z - map.height_m(&place)))
        && !map.is_relief(&place)
}

/// Whether a hit belongs to what the map has; its blocked places in order of their x.
fn is_known(at: &Point3<f64>, origin: &Point2<f64>, map: &WorldMap, blocked: &[Point2<f64>]) -> bool {
    let place = at.xy();
    let known_m = KNOWN_M.0 + KNOWN_M.1 * (place - origin).norm();
    map.distance_m(&place) <= known_m
        || blocked[blocked.partition_point(|known| known.x < place.x - known_m)..]
            .iter()
            .take_while(|known| known.x <= place.x + known_m)
            .any(|known| (known - place).norm_squared() <= known_m * known_m)
}

/// The body, an upright cylinder, that a group of a scan's hits belongs to; others of them may hide a side of it.
fn body(group: &[Hit], all: &[Hit], origin: &Point2<f64>, beam_rad: f64) -> Body {
    // From the first hit on, so that a body right behind is not torn apart.
    let from = group.first().map_or(0.0, |hit| hit.bearing_rad);
    let turns = || group.iter().map(|hit| wrap(hit.bearing_rad - from));
    let (first, last) = (turns().fold(0.0, f64::min), turns().fold(0.0, f64::max));
    let (bearing_rad, half_rad) = (from + 0.5 * (first + last), 0.5 * (last - first));
    let nearest_m = group.iter().map(|hit| hit.range_m).fold(f64::INFINITY, f64::min);
    let share = half_rad.sin().min(MOST_SHARE);
    let radius_m = (nearest_m * share / (1.0 - share)).clamp(SKIN_M, MOST_RADIUS_M);
    // Every hit says how far off the middle is.
    let middle_m = |hit: &Hit| {
        let (sin, cos) = wrap(hit.bearing_rad - bearing_rad).sin_cos();
        hit.range_m * cos + (radius_m.powi(2) - (hit.range_m * sin).powi(2)).max(0.0).sqrt()
    };
    let count = group.len() as f64;
    let along_m = group.iter().map(middle_m).sum::<f64>() / count;
    let hides = |hit: &Hit| {
        let beside_rad = wrap(hit.bearing_rad - bearing_rad).abs() - half_rad;
        hit.range_m < nearest_m - BEFORE_M && beside_rad.abs() < beam_rad
    };
    let hidden_m = if all.iter().any(hides) { HIDDEN_M } else { 0.0 };
    let spacing_rad = if group.len() > 1 { (2.0 * half_rad / (count - 1.0)).min(beam_rad) } else { beam_rad };
    let across_m = LEAST_ACROSS_M + ACROSS_SHARE * spacing_rad * nearest_m + hidden_m;
    let along = Vector2::new(bearing_rad.cos(), bearing_rad.sin());
    let across = Vector2::new(-along.y, along.x);
    let covariance =
        along * along.transpose() * ALONG_M.powi(2) + across * across.transpose() * across_m.powi(2);
    let intrusions = group.iter().filter(|hit| hit.intrudes).count();
    Body { at: origin + along * along_m, radius_m, covariance, intrudes: 2 * intrusions >= group.len() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::{Isometry3, Vector3};

    /// A turn of 120 directions at the height of a chest.
    fn directions() -> Vec<Vector3<f64>> {
        let turn = |i: u32| std::f64::consts::TAU * f64::from(i) / 120.0;
        (0..120).map(|i| Vector3::new(turn(i).cos(), turn(i).sin(), 0.0)).collect()
    }

    /// Ranges to upright cylinders round these places.
    fn ranges(directions: &[Vector3<f64>], places: &[Point2<f64>], radius_m: f64) -> Vec<Option<f64>> {
        let range = |direction: &Vector3<f64>, place: &Point2<f64>| {
            let along = place.coords.dot(&direction.xy());
            let off = (place.coords - direction.xy() * along).norm();
            (along > 0.0 && off < radius_m).then(|| along - (radius_m * radius_m - off * off).sqrt())
        };
        directions
            .iter()
            .map(|direction| places.iter().filter_map(|place| range(direction, place)).reduce(f64::min))
            .collect()
    }

    fn follow(places: impl Fn(f64) -> Vec<Point2<f64>>, seconds: f64) -> Tracker {
        follow_in(&WorldMap::default(), None, places, seconds)
    }

    /// Within a round wall of this radius [m], if any, and as the LiDAR turns on by a part of a beam's width a scan.
    fn follow_in(
        map: &WorldMap,
        wall_m: Option<f64>,
        places: impl Fn(f64) -> Vec<Point2<f64>>,
        seconds: f64,
    ) -> Tracker {
        let directions = directions();
        let mut tracker = Tracker::default();
        for scan in 0..=(seconds * 10.0) as u32 {
            let time_s = f64::from(scan) * 0.1;
            let turn = if wall_m.is_some() { 0.02 * f64::from(scan) } else { 0.0 };
            let turned = Isometry3::rotation(Vector3::z() * turn);
            let seen: Vec<_> = directions.iter().map(|direction| turned * direction).collect();
            let mut ranges_m = ranges(&seen, &places(time_s), 0.25);
            ranges_m.iter_mut().for_each(|range_m| *range_m = range_m.or(wall_m));
            let scan = LocatedScan {
                directions: &directions,
                ranges_m: &ranges_m,
                max_range_m: 30.0,
                range_noise_m: 0.02,
                world_from_body: Isometry3::translation(0.0, 0.0, 1.2) * turned,
                body_from_lidar: Isometry3::identity(),
            };
            tracker.observe(&scan, map, time_s);
        }
        tracker
    }

    /// A hit as seen from the origin.
    fn hit(bearing_rad: f64, range_m: f64) -> Hit {
        let (sin, cos) = bearing_rad.sin_cos();
        Hit { bearing_rad, range_m, at: Point2::new(range_m * cos, range_m * sin), intrudes: false }
    }

    #[test]
    fn a_body_is_as_wide_and_as_far_off_as_its_hits_say() {
        let middle_m = 2.0;
        for radius_m in [0.22_f64, 0.3] {
            let across = |i: i32| 0.01 * f64::from(i);
            let range = |rad: f64| {
                let off_m = middle_m * rad.sin();
                (off_m.abs() < radius_m)
                    .then(|| middle_m * rad.cos() - (radius_m.powi(2) - off_m.powi(2)).sqrt())
            };
            let hits: Vec<Hit> =
                (-20..=20).filter_map(|i| range(across(i)).map(|range_m| hit(across(i), range_m))).collect();
            let seen = body(&hits, &hits, &Point2::origin(), 0.05);
            assert!((seen.radius_m - radius_m).abs() < 0.02, "{seen:?}");
            assert!((seen.at - Point2::new(middle_m, 0.0)).norm() < 0.02, "{seen:?}");
            // Someone before its side makes its middle less sure.
            let mut all = hits.clone();
            all.push(hit(hits[0].bearing_rad - 0.02, 1.0));
            let hidden = body(&hits, &all, &Point2::origin(), 0.05);
            assert!(hidden.covariance[(1, 1)] > 10.0 * seen.covariance[(1, 1)], "{hidden:?}");
        }
    }

    #[test]
    fn two_who_cross_keep_their_numbers_and_velocities() {
        // The nearer one hides the other for a while.
        let places = |t: f64| vec![Point2::new(5.5, 1.5 - t), Point2::new(4.0, -1.5 + t)];
        let tracker = follow(places, 3.0);
        let tracks = tracker.tracks();
        assert_eq!(tracks.iter().map(|track| track.id).collect::<Vec<_>>(), [0, 1]);
        for (track, (place, speed)) in tracks.iter().zip(places(3.0).iter().zip([-1.0, 1.0])) {
            assert!((track.at - place).norm() < 0.2, "{track:?}");
            assert!((track.velocity_m_s - Vector2::new(0.0, speed)).norm() < 0.25, "{track:?}");
        }
    }

    #[test]
    fn two_who_touch_on_their_way_stay_two() {
        let places = |t: f64| {
            let apart = 0.26 + 0.5 * (t - 2.0).abs();
            vec![Point2::new(3.0 - 0.2 * t, apart), Point2::new(3.0 - 0.2 * t, -apart)]
        };
        for seconds in [2.0, 3.0] {
            let tracker = follow(places, seconds);
            let tracks = tracker.tracks();
            assert_eq!(tracks.iter().map(|track| track.id).collect::<Vec<_>>(), [0, 1], "{tracks:?}");
            for (track, place) in tracks.iter().zip(places(seconds)) {
                assert!((track.at - place).norm() < 0.15, "{track:?}");
            }
        }
    }

    #[test]
    fn someone_right_behind_is_one_body() {
        let tracker = follow(|t| vec![Point2::new(-3.0 + 0.5 * t, 0.0)], 2.0);
        assert_eq!(tracker.tracks().len(), 1);
        assert!((tracker.tracks()[0].after(1.0) - Point2::new(-1.5, 0.0)).norm() < 0.15);
    }

    #[test]
    fn who_is_out_of_sight_is_forgotten_after_a_while() {
        let gone = |t: f64| if t < 1.0 { vec![Point2::new(3.0, 0.0)] } else { Vec::new() };
        assert_eq!(follow(gone, 1.5).tracks().len(), 1);
        assert!(follow(gone, 2.5).tracks().is_empty());
    }

    #[test]
    fn on_a_map_in_the_making_only_what_has_moved_is_followed_and_kept_free() {
        let map = WorldMap::seen(Vec::new(), None, 0.0);
        // Somebody who walks, and a pillar that comes into sight from behind another one.
        let places = |t: f64| {
            let cover = Point2::new(-1.5, 0.6 * (t - 1.0).max(0.0));
            vec![Point2::new(3.0, -1.5 + t), Point2::new(-3.0, 0.0), cover]
        };
        let near = |free: &[KeptFree], place: Point2<f64>| free.iter().any(|kept| kept.covers(&place));
        // At first nobody knows which of them is which.
        assert!(follow_in(&map, Some(6.0), places, 0.3).tracks().is_empty());
        let tracker = follow_in(&map, Some(6.0), places, 3.0);
        assert_eq!(tracker.tracks().len(), 2, "{:?}", tracker.tracks());
        for place in [Point2::new(3.0, 1.5), Point2::new(-1.5, 1.2)] {
            assert!(tracker.tracks().iter().any(|track| (track.at - place).norm() < 0.15), "{place}");
            assert!(near(tracker.kept_free(), place), "{place}");
        }
        assert!(!near(tracker.kept_free(), Point2::new(-3.0, 0.0)));
        // Who has stopped for long may as well be a pillar.
        let stopped = |t: f64| vec![Point2::new(3.0, -1.5 + t.min(2.0))];
        assert_eq!(follow_in(&map, Some(6.0), stopped, 4.0).tracks().len(), 1);
        assert!(follow_in(&map, Some(6.0), stopped, 20.0).tracks().is_empty());
    }

    #[test]
    fn what_the_map_has_is_no_body() {
        let at = Point3::new(3.0, 0.1, 1.2);
        let map = WorldMap::seen(vec![Point2::new(3.1, 0.1)], None, 0.0);
        assert!(is_known(&at, &Point2::origin(), &map, map.blocked()));
        let blocked = [Point2::new(1.0, 0.1), Point2::new(2.9, 0.1), Point2::new(5.0, 0.1)];
        let is_known =
            |blocked: &[Point2<f64>]| is_known(&at, &Point2::origin(), &WorldMap::default(), blocked);
        assert!(is_known(&blocked) && !is_known(&blocked[..1]) && !is_known(&blocked[2..]));
        let is_of_body = |at| is_of_body(&at, &Point2::origin(), &WorldMap::default());
        assert!(is_of_body(at) && !is_of_body(Point3::new(3.0, 0.1, 0.1)));
    }
}
