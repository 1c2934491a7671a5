//! Where the robot goes: footsteps, the swing foot's path, the route and the velocity.

use bevy::prelude::*;
use nalgebra::Isometry3;

use super::super::convert;
use super::super::scene::{SharedSource, Stage};
use super::{LIFT, Overlay, Overlays, list, wires};
use crate::model::Side;

/// Radius of the arc that shows a turn [m].
const TURN_M: f32 = 0.45;

pub(super) fn footsteps(
    stage: Res<Stage>,
    source: Res<SharedSource>,
    overlays: Res<Overlays>,
    mut gizmos: Gizmos,
) {
    let frame = &stage.frame;
    if overlays.shows(Overlay::Footsteps) {
        let soles = source.lock().half_soles_m();
        let mut sole = |side: Side, pose: &Isometry3<f64>, alpha: f32| {
            let colour = match side {
                Side::Left => list::LEFT,
                Side::Right => list::RIGHT,
            };
            wires::sole(&mut gizmos, pose, soles[side.index()], colour.with_alpha(alpha));
        };
        for (side, pose) in &frame.taken_steps {
            sole(*side, pose, 0.35);
        }
        for (side, pose) in &frame.planned_steps {
            sole(*side, pose, 1.0);
        }
    }
    if overlays.shows(Overlay::Swing) {
        gizmos.linestrip(frame.swing_path.iter().map(convert::point), Overlay::Swing.colour());
    }
}

pub(super) fn route(stage: Res<Stage>, overlays: Res<Overlays>, mut gizmos: Gizmos) {
    if !overlays.shows(Overlay::Route) {
        return;
    }
    let frame = &stage.frame;
    gizmos.linestrip(frame.route.iter().map(|p| convert::point(p) + LIFT * 2.0), Overlay::Route.colour());
    for (index, (at, radius)) in frame.goals.iter().enumerate() {
        let reached = index < frame.goals_reached;
        let colour = if reached { Color::srgb(0.5, 0.5, 0.5) } else { Overlay::Route.colour() };
        let at = convert::point(at) + LIFT;
        gizmos.circle(at, *radius as f32, colour);
        gizmos.line(at, at + Vec3::Z * 0.6, colour);
    }
}

/// Arrows from the pelvis' place on the ground: the velocity asked for, and that of the centre of mass.
pub(super) fn velocity(
    stage: Res<Stage>,
    source: Res<SharedSource>,
    overlays: Res<Overlays>,
    mut gizmos: Gizmos,
) {
    if !overlays.shows(Overlay::Velocity) {
        return;
    }
    let source = source.lock();
    let Some(simulation) = source.simulation() else { return };
    let now = simulation.snapshot();
    let (wanted, reached) = (simulation.wanted_motion(), now.dynamics.com_velocity());
    let at = convert::vector(&stage.pose(0).translation.vector).with_z(stage.ground_height_m()) + LIFT;
    let turns = [(wanted.turn_rad_s, list::WANTED), (now.truth.v[5], list::REACHED)];
    let ways = [(wanted.velocity_m_s, list::WANTED), (reached.xy(), list::REACHED)];
    // What is reached lies a little above what is wanted, where they point the same way.
    for (layer, (way, colour)) in ways.into_iter().enumerate() {
        let from = at + LIFT * 3.0 * layer as f32;
        let along = Vec3::new(way.x as f32, way.y as f32, 0.0);
        if along.length() > 0.02 {
            gizmos.arrow(from, from + along, colour).with_tip_length(0.07);
        }
    }
    let ahead = convert::vector(&(stage.pose(0).rotation * nalgebra::Vector3::x()));
    let ahead = ahead.with_z(0.0).normalize_or(Vec3::X);
    for (layer, (turn, colour)) in turns.into_iter().enumerate() {
        let share = (turn as f32 / std::f32::consts::TAU).clamp(-1.0, 1.0);
        let radius = TURN_M + 0.03 * layer as f32;
        wires::arc(&mut gizmos, at, ahead, Vec3::Z.cross(ahead), radius, share, colour);
    }
}
