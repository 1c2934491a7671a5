//! Pushes and faults of a scenario, by time or by phase of the step.

use nalgebra::Vector3;

use crate::config::scenario::{Disturbance, When};
use crate::control::gait::{Gait, Phase};
use crate::model::{RobotModel, Side};

/// A push that runs, or waits for its moment.
#[derive(Debug, Clone)]
struct Push {
    body: usize,
    impulse: Vector3<f64>,
    duration_s: f64,
    at: When,
    started: Option<(f64, Vector3<f64>)>,
    last_phase: f64,
}

/// A drive that will fail.
#[derive(Debug, Clone)]
struct Cut {
    joints: Vec<usize>,
    at_s: f64,
}

/// All disturbances of a run.
#[derive(Debug, Clone)]
pub struct Disturbances {
    pushes: Vec<Push>,
    cuts: Vec<Cut>,
}

impl Disturbances {
    /// Looks up links and joints; unknown ones were refused when the scenario was checked.
    pub fn new(list: &[Disturbance], model: &RobotModel) -> Self {
        let mut pushes = Vec::new();
        let mut cuts = Vec::new();
        for disturbance in list {
            match disturbance {
                Disturbance::Push { link, impulse_ns, duration_s, at } => {
                    if let Some(frame) = model.link(link) {
                        pushes.push(Push {
                            body: frame.body,
                            impulse: Vector3::from(*impulse_ns),
                            duration_s: *duration_s,
                            at: *at,
                            started: None,
                            last_phase: f64::NAN,
                        });
                    }
                }
                Disturbance::CutTorque { joints, at_s } => cuts.push(Cut {
                    joints: joints.iter().filter_map(|name| model.joint_index(name)).collect(),
                    at_s: *at_s,
                }),
            }
        }
        Self { pushes, cuts }
    }

    /// The push that acts now: body and force in the world [N]. Pushes must not overlap.
    pub fn push(&mut self, time_s: f64, yaw_rad: f64, gait: &Gait) -> Option<(usize, Vector3<f64>)> {
        let phase = cycle_phase(gait);
        let mut acting = None;
        for push in &mut self.pushes {
            if push.started.is_none() {
                let due = match push.at {
                    When::Time(at) => time_s >= at,
                    When::Phase { after_s, phase: wanted } => {
                        time_s >= after_s && phase.is_some_and(|p| crossed(push.last_phase, p, wanted))
                    }
                };
                if due {
                    let (s, c) = yaw_rad.sin_cos();
                    let i = push.impulse;
                    let force = Vector3::new(c * i.x - s * i.y, s * i.x + c * i.y, i.z) / push.duration_s;
                    push.started = Some((time_s, force));
                }
                push.last_phase = phase.unwrap_or(f64::NAN);
            }
            if let Some((since, force)) = push.started
                && time_s < since + push.duration_s - 1e-9
            {
                acting = Some((push.body, force));
            }
        }
        acting
    }

    /// Joints that fail at this time.
    pub fn failing(&mut self, time_s: f64) -> Vec<usize> {
        let mut joints = Vec::new();
        self.cuts.retain(|cut| {
            if time_s >= cut.at_s {
                joints.extend_from_slice(&cut.joints);
                false
            } else {
                true
            }
        });
        joints
    }
}

/// Share of the two-step cycle: 0 at the left foot's touchdown, 0.5 at the right one's.
fn cycle_phase(gait: &Gait) -> Option<f64> {
    let step = match gait.phase {
        Phase::Double => 0.15 * gait.progress(),
        Phase::Single => 0.15 + 0.85 * gait.progress(),
        Phase::Stand | Phase::Shift => return None,
    };
    let half = if gait.stance == Side::Left { 0.0 } else { 0.5 };
    Some(half + 0.5 * step)
}

/// Whether a phase went past `wanted` between two ticks.
fn crossed(before: f64, now: f64, wanted: f64) -> bool {
    if before.is_nan() {
        return false;
    }
    if now >= before {
        before < wanted && wanted <= now
    } else {
        // A drop of a step's duration moves the phase back a little; only a new cycle starts over.
        before - now > 0.5 && (wanted > before || wanted <= now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phase_is_crossed_once_a_cycle_also_around_zero() {
        assert!(crossed(0.30, 0.32, 0.31));
        assert!(!crossed(0.30, 0.32, 0.33));
        assert!(crossed(0.99, 0.01, 0.0));
        assert!(crossed(0.99, 0.01, 0.995));
        assert!(!crossed(0.99, 0.01, 0.5));
        assert!(!crossed(0.40, 0.39, 0.8));
        assert!(!crossed(f64::NAN, 0.5, 0.4));
    }
}
