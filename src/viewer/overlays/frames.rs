//! Joint axes and frames, and the one joint the panel points at.

use bevy::prelude::*;
use nalgebra::Isometry3;

use super::super::convert;
use super::super::scene::{SharedSource, Stage};
use super::{Fine, Overlay, Overlays, list, wires};
use crate::model::RobotModel;

/// Half of a drawn joint axis [m].
const AXIS_M: f32 = 0.07;
/// Drawn length of a frame's axes [m].
const FRAME_M: f32 = 0.15;
const XYZ: [Color; 3] = [list::ROLL, list::PITCH, list::YAW];

/// A joint to point out in the scene, by its index.
#[derive(Resource, Debug, Default)]
pub(in super::super) struct JointFocus(pub(in super::super) Option<usize>);

pub(super) fn axes(
    stage: Res<Stage>,
    source: Res<SharedSource>,
    overlays: Res<Overlays>,
    mut bold: Gizmos,
    mut fine: Gizmos<Fine>,
) {
    if !overlays.shows(Overlay::Axes) {
        return;
    }
    let source = source.lock();
    let Some(simulation) = source.simulation() else { return };
    let model = simulation.model();
    for body in 1..model.bodies.len() {
        let (at, along) = axis(model, &stage, body);
        bold.line(at - along * AXIS_M, at + along * AXIS_M, kind(model, body));
    }
    let mut frame = |body: usize, body_from_frame: &Isometry3<f64>| {
        wires::frame(&mut fine, &(stage.pose(body) * body_from_frame), FRAME_M, XYZ);
    };
    frame(0, &Isometry3::identity());
    for foot in &model.feet {
        frame(foot.body, &foot.body_from_sole);
    }
    for (body, mounting) in [simulation.imu_mounting(), simulation.lidar_mounting()] {
        frame(body, mounting);
    }
}

/// The joint the panel points at: its axis long and white, with a ring round it.
pub(super) fn focus(
    stage: Res<Stage>,
    source: Res<SharedSource>,
    focus: Res<JointFocus>,
    mut gizmos: Gizmos,
) {
    let Some(joint) = focus.0 else { return };
    let source = source.lock();
    let Some(simulation) = source.simulation() else { return };
    let model = simulation.model();
    if joint >= model.joints() {
        return;
    }
    let (at, along) = axis(model, &stage, joint + 1);
    let (across, beside) = along.any_orthonormal_pair();
    gizmos.line(at - along * 0.22, at + along * 0.22, Color::WHITE);
    wires::arc(&mut gizmos, at, across, beside, 0.11, 1.0, Color::WHITE);
}

/// Where a body's joint sits and which way its axis points, as drawn.
fn axis(model: &RobotModel, stage: &Stage, body: usize) -> (Vec3, Vec3) {
    let pose = stage.pose(body);
    let along = pose.rotation * model.bodies[body].axis.into_inner();
    (convert::vector(&pose.translation.vector), convert::vector(&along))
}

/// Colour of a joint by the root's axis that its own is nearest to in the posture.
fn kind(model: &RobotModel, body: usize) -> Color {
    let turned = model.root_from_body(body, &model.posture).rotation;
    XYZ[(turned * model.bodies[body].axis.into_inner()).iamax()]
}
