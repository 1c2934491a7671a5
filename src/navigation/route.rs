//! A route as a curve with headings and speed limits.

use nalgebra::{Point2, Vector2};

use super::smoothing::SPACING_M;
use crate::mapping::{Flight, WorldMap};

/// Fastest change of heading while walking [rad/s].
const TURN_RAD_S: f64 = 0.9;

/// Largest acceleration to the side [m/s^2].
const LATERAL_M_S2: f64 = 0.9;

/// Fastest walk to the side of where the body faces [m/s].
pub(super) const SIDEWAYS_M_S: f64 = 0.4;

/// Change of speed along the way [m/s^2].
const BRAKE_M_S2: f64 = 1.2;

/// Length before and behind a point over which its bend is taken [m].
const BEND_M: f64 = 0.3;

/// A point of a route.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RoutePoint {
    /// Place [m].
    pub xy: Point2<f64>,
    /// Direction of the route [rad], continuous along it.
    pub heading_rad: f64,
    /// Direction in which a body faces there [rad]: that of the route but where it steps aside.
    pub facing_rad: f64,
    /// Length from the start [m].
    pub arc_m: f64,
    /// Fastest speed here [m/s].
    pub speed_limit_m_s: f64,
    /// How much it turns to the left [rad/m], taken over [`BEND_M`] before and behind.
    pub bend_rad_m: f64,
}

/// A piece of a route that goes over a flight of stairs, along its line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FlightPassage {
    /// Index of the flight on the map.
    pub flight: usize,
    /// Where on the route the flight's frame has its origin [m].
    pub origin_arc_m: f64,
    /// Whether the route goes against the flight's direction of ascent.
    pub reversed: bool,
}

impl FlightPassage {
    /// From the flight's first riser on the route to its last [m].
    pub fn span_m(&self, map: &WorldMap) -> (f64, f64) {
        let length_m = map.flights().get(self.flight).map_or(0.0, Flight::length_m);
        let from_m = self.origin_arc_m - if self.reversed { length_m } else { 0.0 };
        (from_m, from_m + length_m)
    }
}

/// A route past all goals.
#[derive(Debug, Clone, PartialEq)]
pub struct Route {
    points: Vec<RoutePoint>,
    /// Where each goal is passed [m].
    pub goal_arcs_m: Vec<f64>,
    /// Flights of stairs on the way, in order.
    pub passages: Vec<FlightPassage>,
    /// Heading to stop with [rad].
    pub final_yaw_rad: Option<f64>,
}

impl Route {
    /// From places at even distances.
    pub(super) fn new(
        places: &[Point2<f64>],
        speed_m_s: f64,
        goal_arcs_m: Vec<f64>,
        passages: Vec<FlightPassage>,
        final_yaw_rad: Option<f64>,
    ) -> Self {
        Self::facing(places, &[], speed_m_s, goal_arcs_m, passages, final_yaw_rad)
    }

    /// The same for a body that faces so far left of where it goes at each place [rad]; straight on where none is
    /// told.
    fn facing(
        places: &[Point2<f64>],
        asides_rad: &[f64],
        speed_m_s: f64,
        goal_arcs_m: Vec<f64>,
        passages: Vec<FlightPassage>,
        final_yaw_rad: Option<f64>,
    ) -> Self {
        let count = places.len();
        let mut points: Vec<RoutePoint> = Vec::with_capacity(count);
        let mut arc_m = 0.0;
        let mut heading = None;
        for (i, xy) in places.iter().enumerate() {
            if i > 0 {
                arc_m += (xy - places[i - 1]).norm();
            }
            let ahead: Vector2<f64> = places[(i + 1).min(count - 1)] - places[i.saturating_sub(1)];
            let raw = if ahead.norm() > 1e-9 { ahead.y.atan2(ahead.x) } else { heading.unwrap_or(0.0) };
            let continuous = heading.map_or(raw, |last: f64| last + wrap(raw - last));
            heading = Some(continuous);
            points.push(RoutePoint {
                xy: *xy,
                heading_rad: continuous,
                facing_rad: continuous + asides_rad.get(i).copied().unwrap_or(0.0),
                arc_m,
                speed_limit_m_s: speed_m_s,
                bend_rad_m: 0.0,
            });
        }
        let mut route = Self { points, goal_arcs_m, passages, final_yaw_rad };
        route.bend();
        route
    }

    /// Works out bends, and the speeds that they, steps to the side and the way to them allow.
    fn bend(&mut self) {
        let window = (BEND_M / SPACING_M) as usize;
        let bends: Vec<(f64, f64)> = (0..self.points.len())
            .map(|i| {
                let a = &self.points[i.saturating_sub(window)];
                let b = &self.points[(i + window).min(self.points.len() - 1)];
                let way_m = (b.arc_m - a.arc_m).max(SPACING_M);
                ((b.heading_rad - a.heading_rad) / way_m, (b.facing_rad - a.facing_rad) / way_m)
            })
            .collect();
        for (point, (bend, turn)) in self.points.iter_mut().zip(bends) {
            point.bend_rad_m = bend;
            let aside = (point.facing_rad - point.heading_rad).sin();
            let limit = (TURN_RAD_S / turn.abs().max(1e-6))
                .min((LATERAL_M_S2 / bend.abs().max(1e-6)).sqrt())
                .min(SIDEWAYS_M_S / aside.abs().max(1e-6));
            point.speed_limit_m_s = point.speed_limit_m_s.min(limit.max(0.2));
        }
        self.brake();
    }

    /// Goes no faster than this at each of its points [m/s].
    pub(super) fn slow_down(&mut self, limits_m_s: impl Iterator<Item = f64>) {
        for (point, limit_m_s) in self.points.iter_mut().zip(limits_m_s) {
            point.speed_limit_m_s = point.speed_limit_m_s.min(limit_m_s);
        }
        self.brake();
    }

    /// Lets every limit be kept by braking before it.
    fn brake(&mut self) {
        for i in (0..self.points.len().saturating_sub(1)).rev() {
            let next = self.points[i + 1];
            let way_m = next.arc_m - self.points[i].arc_m;
            let most_m_s = (next.speed_limit_m_s.powi(2) + 2.0 * BRAKE_M_S2 * way_m).sqrt();
            self.points[i].speed_limit_m_s = self.points[i].speed_limit_m_s.min(most_m_s);
        }
    }

    /// The same way so far left of each of its points [m], none of it within a flight of stairs, for a body that
    /// faces so far left of where it goes there [rad]; at `speed_m_s` where it is free.
    pub fn beside(&self, offsets_m: &[f64], asides_rad: &[f64], speed_m_s: f64) -> Self {
        let places: Vec<Point2<f64>> = self
            .points
            .iter()
            .zip(offsets_m)
            .map(|(point, offset_m)| {
                point.xy + Vector2::new(-point.heading_rad.sin(), point.heading_rad.cos()) * *offset_m
            })
            .collect();
        let yaw_rad = self.final_yaw_rad;
        let mut route = Self::facing(&places, asides_rad, speed_m_s, Vec::new(), Vec::new(), yaw_rad);
        let goal_arcs_m = self.goal_arcs_m.iter().map(|here_m| self.arc_on(&route, *here_m)).collect();
        let moved = |passage: &FlightPassage| FlightPassage {
            origin_arc_m: self.arc_on(&route, passage.origin_arc_m),
            ..*passage
        };
        let passages = self.passages.iter().map(moved).collect();
        (route.passages, route.goal_arcs_m) = (passages, goal_arcs_m);
        route
    }

    /// Where a length along this route is on one that leads beside it, or that it leads beside [m].
    pub fn arc_on(&self, other: &Route, arc_m: f64) -> f64 {
        let index = self.index_at(arc_m);
        match (other.points.get(index), self.points.get(index)) {
            (Some(there), Some(here)) => there.arc_m + arc_m - here.arc_m,
            _ => arc_m,
        }
    }

    /// Index of the last point before a length from the start.
    pub fn index_at(&self, arc_m: f64) -> usize {
        self.points.partition_point(|point| point.arc_m <= arc_m).saturating_sub(1)
    }

    /// All points, 5 cm apart.
    pub fn points(&self) -> &[RoutePoint] {
        &self.points
    }

    /// Length [m].
    pub fn length_m(&self) -> f64 {
        self.points.last().map_or(0.0, |point| point.arc_m)
    }

    /// Whether a place along it lies on a flight, or as near to one as this [m].
    pub fn is_on_flight(&self, map: &WorldMap, arc_m: f64, near_m: f64) -> bool {
        self.passages.iter().any(|passage| {
            let (from_m, to_m) = passage.span_m(map);
            (from_m - near_m..to_m + near_m).contains(&arc_m)
        })
    }

    /// The point at a length from the start, straight on beyond the ends.
    pub fn at(&self, arc_m: f64) -> RoutePoint {
        let last = self.points.len() - 1;
        let next = self.points.partition_point(|point| point.arc_m < arc_m).clamp(1, last.max(1)).min(last);
        let (a, b) = (&self.points[next.saturating_sub(1)], &self.points[next]);
        let span = b.arc_m - a.arc_m;
        let share = if span > 1e-9 { (arc_m - a.arc_m) / span } else { 0.0 };
        let inside = share.clamp(0.0, 1.0);
        let (s, c) = b.heading_rad.sin_cos();
        let beyond = arc_m - arc_m.clamp(0.0, self.length_m());
        RoutePoint {
            xy: a.xy + (b.xy - a.xy) * inside + Vector2::new(c, s) * beyond,
            heading_rad: a.heading_rad + (b.heading_rad - a.heading_rad) * inside,
            facing_rad: a.facing_rad + (b.facing_rad - a.facing_rad) * inside,
            arc_m,
            speed_limit_m_s: a.speed_limit_m_s + (b.speed_limit_m_s - a.speed_limit_m_s) * inside,
            bend_rad_m: if beyond == 0.0 {
                a.bend_rad_m + (b.bend_rad_m - a.bend_rad_m) * inside
            } else {
                0.0
            },
        }
    }

    /// Nearest point of the route between two lengths: its length and how far left of it `xy` is [m].
    pub fn project(&self, xy: &Point2<f64>, from_m: f64, to_m: f64) -> (f64, f64) {
        let mut best = (from_m, f64::INFINITY, 0.0);
        for pair in self.points.windows(2) {
            if pair[1].arc_m < from_m || pair[0].arc_m > to_m {
                continue;
            }
            let along = pair[1].xy - pair[0].xy;
            let span = along.norm_squared().max(1e-12);
            let share = ((xy - pair[0].xy).dot(&along) / span).clamp(0.0, 1.0);
            let offset = xy - (pair[0].xy + along * share);
            if offset.norm() < best.1 {
                let left = along.x * offset.y - along.y * offset.x;
                let arc = pair[0].arc_m + share * (pair[1].arc_m - pair[0].arc_m);
                best = (arc, offset.norm(), left.signum() * offset.norm());
            }
        }
        (best.0, best.2)
    }
}

fn wrap(angle_rad: f64) -> f64 {
    let turn = std::f64::consts::TAU;
    (angle_rad + std::f64::consts::PI).rem_euclid(turn) - std::f64::consts::PI
}
