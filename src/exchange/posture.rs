//! An upright posture with bent knees: soles level, and below the centre of mass.

use std::collections::BTreeMap;

use nalgebra::{Matrix2, Vector2, Vector3};

use super::assumed::{KNEE_BEND_RAD, STOP_SHARE};
use super::draft::Note;
use crate::config::robot::{JointConfig, RobotConfig};
use crate::model::{Dynamics, RobotModel, Side, State};

/// Largest tilt of a sole [rad] and offset of the centre of mass [m] that count as none.
const TOLERANCE: f64 = 1e-4;

const MAX_ITERATIONS: usize = 60;

/// Angles the joints of a new robot rest at: zero where they may [rad].
pub(super) fn resting(joints: &[JointConfig]) -> BTreeMap<String, f64> {
    let rest = |joint: &JointConfig| {
        let (low, high) = joint.limits_rad;
        let margin = STOP_SHARE * (high - low);
        let angle = if low < 0.0 && high > 0.0 { 0.0 } else { 0.0_f64.clamp(low + margin, high - margin) };
        (angle != 0.0).then(|| (joint.name.clone(), angle))
    };
    joints.iter().filter_map(rest).collect()
}

/// Bends the knees of a robot that stands at its resting angles.
pub(super) fn bend_knees(config: &mut RobotConfig, notes: &mut Vec<Note>) {
    let Ok(mut model) = RobotModel::build(config) else { return };
    let mut bent = Vec::new();
    // Each leg moves the centre of mass that the other one stands below.
    for side in [Side::Left, Side::Right, Side::Left, Side::Right] {
        let Some(joints) = bend(&mut model, side) else {
            notes.push(Note::assumed("posture: all joints at rest, for no leg was found that bends level"));
            return;
        };
        bent.extend(joints.into_iter().filter(|joint| !bent.contains(joint)).collect::<Vec<_>>());
    }
    let mut names = Vec::new();
    for joint in bent {
        let angle = (model.posture[joint] * 1e6).round() / 1e6;
        let name = model.bodies[joint + 1].joint.clone();
        names.push(format!("{name} {angle:.3}"));
        config.posture_rad.insert(name, angle);
    }
    notes.push(Note::assumed(format!("posture, soles level below the CoM [rad]: {}", names.join(", "))));
}

/// Bends one leg; the joints that moved, or none where it cannot be done.
fn bend(model: &mut RobotModel, side: Side) -> Option<[usize; 3]> {
    let knee = model.knee(side)?;
    let foot = model.feet[side.index()].body;
    let (low, high) = model.bodies[knee.body].limits_rad;
    let bends = if high - knee.straight_rad > knee.straight_rad - low { 1.0 } else { -1.0 };
    let angle = within(model, knee.body, knee.straight_rad + bends * KNEE_BEND_RAD);

    let axis_in_root = |body: usize| {
        model.root_from_body(body, &model.posture).rotation * model.bodies[body].axis.into_inner()
    };
    let knee_axis: Vector3<f64> = axis_in_root(knee.body);
    let leg = model.ancestors(foot).to_vec();
    let at = leg.iter().position(|&body| body == knee.body)?;
    let parallel = |body: &&usize| axis_in_root(**body).dot(&knee_axis).abs() > 0.9;
    let hip = *leg[..at].iter().rev().find(parallel)?;
    let ankle = *leg[at + 1..].iter().find(parallel)?;

    let before = model.posture.clone();
    model.posture[knee.body - 1] = angle;
    if solve(model, side, [hip - 1, ankle - 1]).is_none() {
        model.posture = before;
        return None;
    }
    Some([hip - 1, knee.body - 1, ankle - 1])
}

/// Newton's method on hip and ankle for a level sole below the centre of mass.
fn solve(model: &mut RobotModel, side: Side, joints: [usize; 2]) -> Option<()> {
    let mut angles = joints.map(|joint| model.posture[joint]);
    for _ in 0..MAX_ITERATIONS {
        let error = error_at(model, side, joints, angles);
        if error.amax() < TOLERANCE {
            for (joint, angle) in joints.into_iter().zip(angles) {
                let allowed = within(model, joint + 1, angle);
                if allowed != angle {
                    return None;
                }
                model.posture[joint] = angle;
            }
            return Some(());
        }
        const STEP: f64 = 1e-6;
        let column = |i: usize| {
            let mut moved = angles;
            moved[i] += STEP;
            (error_at(model, side, joints, moved) - error) / STEP
        };
        let jacobian = Matrix2::from_columns(&[column(0), column(1)]);
        let change = jacobian.try_inverse()? * error;
        for i in 0..2 {
            angles[i] -= change[i].clamp(-0.3, 0.3);
        }
    }
    None
}

/// Tilt of the sole about the lateral axis [rad], and how far its centre lies ahead of the centre of mass [m].
fn error_at(model: &RobotModel, side: Side, joints: [usize; 2], angles: [f64; 2]) -> Vector2<f64> {
    let mut state = State::zero(model.joints());
    state.q.copy_from_slice(&model.posture);
    for (joint, angle) in joints.into_iter().zip(angles) {
        state.q[joint] = angle;
    }
    let mut dynamics = Dynamics::new(model);
    dynamics.update(model, &state);
    let foot = &model.feet[side.index()];
    let sole = dynamics.world_from_body(foot.body) * foot.body_from_sole;
    let ahead = sole.rotation * Vector3::x();
    Vector2::new(ahead.z.atan2(ahead.x), sole.translation.x - dynamics.com().x)
}

/// An angle kept from a joint's stops [rad].
fn within(model: &RobotModel, body: usize, angle: f64) -> f64 {
    let (low, high) = model.bodies[body].limits_rad;
    let margin = STOP_SHARE * (high - low) * 0.5;
    angle.clamp(low + margin, high - margin)
}
