//! Outlines of simple bodies, drawn line by line.

use bevy::gizmos::config::GizmoConfigGroup;
use bevy::prelude::*;
use nalgebra::{Isometry3, Point3, Vector3};

use super::super::convert;

/// Lines round a full turn.
const TURN: usize = 20;

/// The twelve edges of a cuboid of these half sizes [m].
pub(super) fn cuboid<G: GizmoConfigGroup>(
    gizmos: &mut Gizmos<G>,
    pose: &Isometry3<f64>,
    half_m: &Vector3<f64>,
    colour: Color,
) {
    let transform = convert::transform(pose).with_scale(convert::vector(half_m) * 2.0);
    gizmos.cube(transform, colour);
}

/// A ball as its three great circles.
pub(super) fn ball<G: GizmoConfigGroup>(
    gizmos: &mut Gizmos<G>,
    pose: &Isometry3<f64>,
    radius_m: f64,
    colour: Color,
) {
    let frame = convert::transform(pose);
    for (across, along) in [(Vec3::X, Vec3::Y), (Vec3::Y, Vec3::Z), (Vec3::Z, Vec3::X)] {
        let (across, along) = (frame.rotation * across, frame.rotation * along);
        arc(gizmos, frame.translation, across, along, radius_m as f32, 1.0, colour);
    }
}

/// A capsule: four lines along it, a circle at each end and two half circles over each.
pub(super) fn capsule<G: GizmoConfigGroup>(
    gizmos: &mut Gizmos<G>,
    pose: &Isometry3<f64>,
    ends: &[Point3<f64>; 2],
    radius_m: f64,
    colour: Color,
) {
    let [a, b] = ends.map(|end| convert::point(&(pose * end)));
    let axis = (b - a).normalize_or(Vec3::Z);
    let (across, along) = axis.any_orthonormal_pair();
    let radius = radius_m as f32;
    for side in [across, along, -across, -along] {
        gizmos.line(a + side * radius, b + side * radius, colour);
    }
    for (end, out) in [(a, -axis), (b, axis)] {
        arc(gizmos, end, across, along, radius, 1.0, colour);
        arc(gizmos, end, across, out, radius, 0.5, colour);
        arc(gizmos, end, along, out, radius, 0.5, colour);
    }
}

/// Part of a circle from `across` towards `along`, two unit vectors at a right angle; `share` of a full turn.
pub(super) fn arc<G: GizmoConfigGroup>(
    gizmos: &mut Gizmos<G>,
    centre: Vec3,
    across: Vec3,
    along: Vec3,
    radius: f32,
    share: f32,
    colour: Color,
) {
    let lines = ((TURN as f32 * share.abs()).ceil() as usize).max(2);
    let step = std::f32::consts::TAU * share / lines as f32;
    gizmos.linestrip(
        (0..=lines).map(|i| {
            let (sin, cos) = (step * i as f32).sin_cos();
            centre + (across * cos + along * sin) * radius
        }),
        colour,
    );
}

/// Three lines along a frame's axes, x red, y green, z blue.
pub(super) fn frame<G: GizmoConfigGroup>(
    gizmos: &mut Gizmos<G>,
    pose: &Isometry3<f64>,
    length: f32,
    colours: [Color; 3],
) {
    let frame = convert::transform(pose);
    for (axis, colour) in [Vec3::X, Vec3::Y, Vec3::Z].into_iter().zip(colours) {
        gizmos.line(frame.translation, frame.translation + frame.rotation * axis * length, colour);
    }
}

/// The rectangle of a sole, with a line to its toes.
pub(super) fn sole<G: GizmoConfigGroup>(
    gizmos: &mut Gizmos<G>,
    pose: &Isometry3<f64>,
    (x, y): (f64, f64),
    colour: Color,
) {
    let corner = |sx: f64, sy: f64| convert::point(&(pose * Point3::new(sx * x, sy * y, 0.0))) + super::LIFT;
    gizmos.lineloop([corner(1.0, 1.0), corner(-1.0, 1.0), corner(-1.0, -1.0), corner(1.0, -1.0)], colour);
    gizmos.line(corner(0.45, 0.0), corner(1.0, 0.0), colour);
}
