//! What the robot knows of its world and itself: the LiDAR's scan, the map and the estimate.

use bevy::prelude::*;
use nalgebra::Point3;

use super::super::convert;
use super::super::scene::SharedSource;
use super::{Fine, Overlay, Overlays, Placed, list, wires};

/// A ray is drawn for every so many beams; prime to the number of beams in a fan, so that all heights occur.
const EVERY: usize = 13;
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
