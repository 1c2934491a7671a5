//! Where the feet have been: the last footprints and the path of the swinging foot.

use std::collections::VecDeque;

use nalgebra::{Isometry3, Point3};

use crate::control::gait::Phase;
use crate::model::{RobotModel, Side};
use crate::simulation::Snapshot;

/// Footprints kept behind the robot.
pub(super) const FOOTPRINTS: usize = 14;
/// Time between two points of the swing path [s].
const SWING_SAMPLE_S: f64 = 0.01;

/// What the feet left behind.
#[derive(Debug, Clone)]
pub(super) struct Trail {
    /// The last footprints, the oldest first.
    pub(super) footprints: VecDeque<(Side, Isometry3<f64>)>,
    /// Path of the swinging sole over this step or the last one.
    pub(super) swing_path: Vec<Point3<f64>>,
    phase: Phase,
    sampled_s: f64,
}

impl Trail {
    /// Of a robot that has not moved yet.
    pub(super) fn new() -> Self {
        Self {
            footprints: VecDeque::with_capacity(FOOTPRINTS + 1),
            swing_path: Vec::new(),
            phase: Phase::Stand,
            sampled_s: 0.0,
        }
    }

    /// Takes what happened in a tick.
    pub(super) fn observe(&mut self, model: &RobotModel, now: &Snapshot) {
        let gait = &now.walker.gait;
        let (phase, swinging, time_s) = (gait.phase, gait.stance.other(), now.time_s);
        if phase == Phase::Single {
            if self.phase != Phase::Single {
                self.swing_path.clear();
                self.sampled_s = f64::NEG_INFINITY;
            }
            if time_s - self.sampled_s >= SWING_SAMPLE_S {
                let sole = sole(model, now, swinging);
                self.swing_path.push(Point3::from(sole.translation.vector));
                self.sampled_s = time_s;
            }
        } else if self.phase == Phase::Single {
            // The foot that has just landed carries from now on, or will.
            let landed = gait.stance;
            self.footprints.push_back((landed, sole(model, now, landed)));
            if self.footprints.len() > FOOTPRINTS {
                self.footprints.pop_front();
            }
        }
        self.phase = phase;
    }
}

/// Frame of a sole's centre in the world.
pub(super) fn sole(model: &RobotModel, now: &Snapshot, side: Side) -> Isometry3<f64> {
    let foot = &model.feet[side.index()];
    now.dynamics.world_from_body(foot.body) * foot.body_from_sole
}
