//! What the robot knows of its world and itself: the LiDAR's scan, the map and the estimate.

use bevy::prelude::*;
use nalgebra::Point3;

use super::super::convert;
use super::super::scene::SharedSource;
use super::{Fine, Overlay, Overlays, Placed, list, wires};
use crate::mapping::{PerceivedMap, Track};

/// A ray is drawn for every so many beams; prime to the number of beams in a fan, so that all heights occur.
const EVERY: usize = 13;
/// Every so many cells of the elevation are drawn; prime to the cells of a row.
const CELLS: usize = 3;
/// Half of the dash that is drawn for a cell [m].
const DASH_M: f32 = 0.011;
/// Height over the floor at which the colour ends [m].
const HIGH_M: f64 = 0.6;
/// Height of the post on a place that is blocked [m].
const POST_M: f32 = 0.25;
/// Height of the ring round what moves [m].
const RING_M: f32 = 0.9;
/// Half of the cross that is drawn for a hit [m].
const HIT_M: f32 = 0.025;

/// The last scan: a cross at every hit and some of the rays.
pub(super) fn rays(source: Res<SharedSource>, overlays: Res<Overlays>, mut gizmos: Gizmos<Placed>) {
    if !overlays.shows(Overlay::Rays) {
        return;
    }
    let source = source.lock();
    let Some(simulation) = source.simulation() else { return };
    let scan = simulation.scan();
    let pose = &scan.world_from_lidar;
    let origin = convert::vector(&pose.translation.vector);
    let colour = Overlay::Rays.colour();
    let faint = colour.with_alpha(0.12);
    for (index, (direction, range_m)) in scan.directions.iter().zip(scan.ranges_m).enumerate() {
        let Some(range_m) = *range_m else { continue };
        let hit = convert::point(&(pose * Point3::from(direction * range_m)));
        for half in [Vec3::X * HIT_M, Vec3::Y * HIT_M, Vec3::Z * HIT_M] {
            gizmos.line(hit - half, hit + half, colour);
        }
        if index % EVERY == 0 {
            gizmos.line(origin, hit, faint);
        }
    }
}

/// The known map, and the robot on it as it estimates itself: limbs, root and soles.
pub(super) fn map(
    source: Res<SharedSource>,
    overlays: Res<Overlays>,
    mut placed: Gizmos<Placed>,
    mut fine: Gizmos<Fine>,
) {
    if !overlays.shows(Overlay::Map) {
        return;
    }
    let source = source.lock();
    let Some(simulation) = source.simulation() else { return };
    for block in simulation.known_map().blocks() {
        wires::cuboid(&mut placed, &block.world_from_block, &block.half_m, list::KNOWN);
    }
    if let Some(perceived) = simulation.perceived() {
        seen(perceived, &mut placed);
    }
    moving(simulation.tracks(), &mut placed);
    let (model, now) = (simulation.model(), simulation.snapshot());
    let estimate = now.estimate;
    let place = |body: usize| estimate.world_from_base * model.root_from_body(body, estimate.q.as_slice());
    let faint = list::ESTIMATE.with_alpha(0.6);
    for (body, parent) in model.bodies.iter().enumerate().filter_map(|(i, body)| Some((i, body.parent?))) {
        let [from, to] = [parent, body].map(|b| convert::vector(&place(b).translation.vector));
        fine.line(from, to, faint);
    }
    wires::frame(&mut fine, &estimate.world_from_base, 0.2, [list::ESTIMATE; 3]);
    for (foot, half) in model.feet.iter().zip(source.half_soles_m()) {
        wires::sole(&mut fine, &(place(foot.body) * foot.body_from_sole), half, list::ESTIMATE);
    }
}

/// What the robot has seen to move: a ring round each body, and where it will be in a second.
fn moving(tracks: &[Track], placed: &mut Gizmos<Placed>) {
    for track in tracks {
        let at = Vec3::new(track.at.x as f32, track.at.y as f32, RING_M);
        wires::arc(placed, at, Vec3::X, Vec3::Y, track.radius_m as f32, 1.0, list::KNOWN);
        let then = track.after(1.0);
        placed.line(at, Vec3::new(then.x as f32, then.y as f32, RING_M), list::KNOWN);
    }
}

/// What a robot without a map has seen: the elevation round it as dashes, lighter where it is higher, and a
/// post on every place that stands in the way.
fn seen(perceived: &PerceivedMap, placed: &mut Gizmos<Placed>) {
    let floor_m = perceived.map().floor_m();
    for cell in perceived.elevation().cells().step_by(CELLS) {
        let at = convert::point(&cell.at);
        let high = ((cell.at.z - floor_m) / HIGH_M).clamp(-1.0, 1.0) as f32;
        placed.line(at - Vec3::X * DASH_M, at + Vec3::X * DASH_M, Color::hsl(200.0 - 90.0 * high, 0.8, 0.6));
    }
    for place in perceived.map().blocked() {
        let foot = convert::point(&Point3::new(place.x, place.y, floor_m));
        placed.line(foot, foot + Vec3::Z * POST_M, list::KNOWN);
    }
}
