//! Where the robot balances: centre of mass, capture point, centre of pressure, support, momentum.

use bevy::prelude::*;

use super::super::convert;
use super::super::scene::{SharedSource, Stage};
use super::{LIFT, Overlay, Overlays, list, wires};

/// Drawn length of linear momentum [m per kg m/s].
const LINEAR_M: f32 = 0.01;
/// Drawn length of angular momentum [m per kg m^2/s].
const ANGULAR_M: f32 = 0.05;
/// Share of a full turn that shows the sense of an angular momentum.
const SENSE: f32 = 0.7;

pub(super) fn points(stage: Res<Stage>, overlays: Res<Overlays>, mut gizmos: Gizmos) {
    let frame = &stage.frame;
    if overlays.shows(Overlay::Com)
        && let Some(com) = frame.com
    {
        let (com, colour) = (convert::point(&com), Overlay::Com.colour());
        let foot = com.with_z(stage.ground_height_m()) + LIFT;
        gizmos.sphere(com, 0.035, colour);
        gizmos.line(com, foot, colour);
        gizmos.circle(foot, 0.025, colour);
    }
    if overlays.shows(Overlay::Dcm)
        && let Some(dcm) = frame.dcm
    {
        cross(&mut gizmos, convert::point(&dcm).with_z(stage.ground_height_m()), 0.05, Overlay::Dcm.colour());
    }
    if overlays.shows(Overlay::Cop)
        && let Some(cop) = frame.cop
    {
        cross(&mut gizmos, convert::point(&cop), 0.03, Overlay::Cop.colour());
    }
}

/// A ring with a cross on the ground.
fn cross(gizmos: &mut Gizmos, at: Vec3, radius: f32, colour: Color) {
    let at = at + LIFT;
    gizmos.circle(at, radius, colour);
    gizmos.line(at - Vec3::X * radius, at + Vec3::X * radius, colour);
    gizmos.line(at - Vec3::Y * radius, at + Vec3::Y * radius, colour);
}

pub(super) fn support(stage: Res<Stage>, overlays: Res<Overlays>, mut gizmos: Gizmos) {
    let polygon = &stage.frame.support_polygon;
    if overlays.shows(Overlay::Support) && polygon.len() > 1 {
        gizmos.lineloop(polygon.iter().map(|p| convert::point(p) + LIFT), Overlay::Support.colour());
    }
}

pub(super) fn momentum(source: Res<SharedSource>, overlays: Res<Overlays>, mut gizmos: Gizmos) {
    if !overlays.shows(Overlay::Momentum) {
        return;
    }
    let source = source.lock();
    let Some(simulation) = source.simulation() else { return };
    let now = simulation.snapshot();
    let mass_kg = simulation.model().mass_kg;
    let com = convert::vector(&now.dynamics.com());
    let linear = convert::vector(&(now.dynamics.com_velocity() * mass_kg)) * LINEAR_M;
    if linear.length() > 0.01 {
        gizmos.arrow(com, com + linear, list::LINEAR).with_tip_length(0.05);
    }
    let angular = convert::vector(&now.dynamics.angular_momentum()) * ANGULAR_M;
    if let Some(axis) = angular.try_normalize()
        && angular.length() > 0.01
    {
        gizmos.arrow(com, com + angular, list::ANGULAR).with_tip_length(0.04);
        let (across, along) = axis.any_orthonormal_pair();
        let (centre, radius) = (com + angular * 0.6, 0.4 * angular.length().min(0.5));
        wires::arc(&mut gizmos, centre, across, along, radius, SENSE, list::ANGULAR);
        // The last line of the arc carries the tip.
        let (sin, cos) = (std::f32::consts::TAU * SENSE).sin_cos();
        let (end, onward) = (across * cos + along * sin, along * cos - across * sin);
        let tip = centre + end * radius;
        gizmos
            .arrow(tip - onward * 0.01, tip + onward * 0.01, list::ANGULAR)
            .with_tip_length(0.03_f32.min(0.5 * radius));
    }
}
