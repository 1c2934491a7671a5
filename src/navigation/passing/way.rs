//! A way beside a route: from places that were searched to offsets along it, and back.

use super::super::route::Route;
use super::super::smoothing::SPACING_M;
use super::Passing;
use super::search::Place;

/// Last piece of the way, which lies on the route [m], and how steeply it comes back to it at most.
const END_M: f64 = 0.15;
const END_SLOPE: f64 = 0.8;
/// How steeply a way that was not looked at any farther comes back to the route.
const BACK_SLOPE: f64 = 0.3;
/// On this much of it the body turns to where it goes [m].
const FACED_M: f64 = 0.6;
/// Less than this aside is straight on [rad].
const STRAIGHT_RAD: f64 = 0.03;
/// Length before and behind a point over which its bend is taken [m].
const BEND_M: f64 = 0.1;

/// A way beside a route.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way<'a> {
    pub(super) route: &'a Route,
    pub(super) passing: &'a Passing,
}

impl Way<'_> {
    /// The place at this length along the route, reached with this speed, and how the way bends there [rad/m].
    pub(super) fn at(&self, arc_m: f64, speed_m_s: f64) -> (Place, f64) {
        let turned_rad = self.turned_rad(arc_m);
        let aside_rad = self.passing.asides_rad.get(self.route.index_at(arc_m)).copied().unwrap_or(0.0);
        let left_m = offset_m(self.route, &self.passing.offsets_m, arc_m);
        let turn_rad = self.turned_rad(arc_m + BEND_M) - self.turned_rad(arc_m - BEND_M);
        let facing_rad = turned_rad + aside_rad;
        let place = Place { along_m: 0.0, left_m, turned_rad, facing_rad, speed_m_s };
        (place, turn_rad / (2.0 * BEND_M) * turned_rad.cos())
    }

    /// Where it goes, off the route to the left [rad].
    fn turned_rad(&self, arc_m: f64) -> f64 {
        let offset_m = |arc_m: f64| offset_m(self.route, &self.passing.offsets_m, arc_m);
        ((offset_m(arc_m + SPACING_M) - offset_m(arc_m - SPACING_M)) / (2.0 * SPACING_M)).atan()
    }

    /// The same as far as `from_m`, then over the places, and on the route again at `end_m`.
    pub(super) fn over(&self, places: &[Place], from_m: f64, end_m: f64) -> Passing {
        let points = self.route.points();
        let first = points.partition_point(|point| point.arc_m <= from_m);
        let mut passing = self.passing.clone();
        let mut next = 1;
        let mut facings_rad: Vec<Option<f64>> = Vec::with_capacity(points.len() - first);
        for (offset, point) in passing.offsets_m.iter_mut().zip(points).skip(first) {
            let along_m = point.arc_m - from_m;
            while next < places.len() && places[next].along_m < along_m {
                next += 1;
            }
            let before = &places[next - 1];
            *offset = match places.get(next) {
                Some(after) => between_m(before, after, along_m),
                None => {
                    let back_m = BACK_SLOPE * (along_m - before.along_m);
                    before.left_m.signum() * (before.left_m.abs() - back_m).max(0.0)
                }
            };
            // On the route again in time.
            let most_m = END_SLOPE * (end_m - END_M - point.arc_m).max(0.0);
            *offset = offset.clamp(-most_m, most_m);
            facings_rad.push(places.get(next).map(|after| facing_rad(before, after, along_m)));
        }
        // Beyond the places the body turns to where it goes.
        let mut last = (from_m, 0.0);
        for (index, facing_rad) in (first..).zip(facings_rad) {
            let arc_m = points[index].arc_m;
            let aside_rad = match facing_rad {
                Some(facing_rad) => {
                    let (a, b) = (index.saturating_sub(1), (index + 1).min(points.len() - 1));
                    let rise_m = passing.offsets_m[b] - passing.offsets_m[a];
                    let slope = rise_m / (points[b].arc_m - points[a].arc_m).max(1e-6);
                    last = (arc_m, facing_rad - slope.atan());
                    last.1
                }
                None => last.1 * (1.0 - (arc_m - last.0) / FACED_M).max(0.0),
            };
            passing.asides_rad[index] = if aside_rad.abs() < STRAIGHT_RAD { 0.0 } else { aside_rad };
        }
        passing
    }
}

/// How far along from one place to the next, as a share.
fn share(a: &Place, b: &Place, along_m: f64) -> f64 {
    ((along_m - a.along_m) / (b.along_m - a.along_m).max(1e-6)).clamp(0.0, 1.0)
}

/// Where the body faces between two places, off the route to the left [rad].
fn facing_rad(a: &Place, b: &Place, along_m: f64) -> f64 {
    a.facing_rad + (b.facing_rad - a.facing_rad) * share(a, b, along_m)
}

/// Side of the route between two places, as their directions ask for [m].
fn between_m(a: &Place, b: &Place, along_m: f64) -> f64 {
    let (span_m, share) = ((b.along_m - a.along_m).max(1e-6), share(a, b, along_m));
    let (square, cube) = (share * share, share * share * share);
    a.left_m * (2.0 * cube - 3.0 * square + 1.0)
        + b.left_m * (3.0 * square - 2.0 * cube)
        + a.turned_rad.tan() * span_m * (cube - 2.0 * square + share)
        + b.turned_rad.tan() * span_m * (cube - square)
}

/// Side of the route at a length along it [m].
pub(super) fn offset_m(route: &Route, offsets_m: &[f64], arc_m: f64) -> f64 {
    let points = route.points();
    let index = route.index_at(arc_m);
    let here_m = offsets_m.get(index).copied().unwrap_or(0.0);
    let Some(next_m) = offsets_m.get(index + 1) else { return here_m };
    let span_m = (points[index + 1].arc_m - points[index].arc_m).max(1e-6);
    here_m + (next_m - here_m) * ((arc_m - points[index].arc_m) / span_m).clamp(0.0, 1.0)
}
