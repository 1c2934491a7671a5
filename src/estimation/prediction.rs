//! From what the sensors told a while ago to what is the case now.
//!
//! Readings are as old as their latency, and so is the estimate made of them. What has been commanded since is
//! known: the accelerations that the whole body was given are summed up over that time, as a Smith predictor does
//! (O. J. M. Smith, "A controller to overcome dead time", ISA Journal 6, 1959). The torques that are decided now hold
//! for a while: the controller is given the state in the middle of that time.

use std::collections::VecDeque;

use nalgebra::{DVector, Translation3, UnitQuaternion};

use crate::model::State;

/// The prediction.
#[derive(Debug, Clone)]
pub struct Predictor {
    dt_s: f64,
    /// How far beyond the present it looks [s].
    lead_s: f64,
    /// Accelerations of the ticks since the readings were taken, the oldest first.
    since: VecDeque<DVector<f64>>,
    /// Those of the last tick.
    last: DVector<f64>,
    state: State,
}

impl Predictor {
    /// For readings this old [s], of a robot that is at rest.
    pub fn new(start: &State, latency_s: f64, dt_s: f64) -> Self {
        let ticks = (latency_s / dt_s).round().max(0.0) as usize;
        let still = DVector::zeros(start.v.len());
        let since = std::iter::repeat_n(still.clone(), ticks).collect();
        Self { dt_s, lead_s: 0.0, since, last: still, state: start.clone() }
    }

    /// Looks so far beyond the present [s].
    pub fn lead_by(&mut self, lead_s: f64) {
        self.lead_s = lead_s;
    }

    /// Carries an estimate on to the present, and on by its lead.
    pub fn carry_on(&mut self, estimate: &State) -> &State {
        let Self { dt_s, lead_s, since, last, state } = self;
        state.world_from_base = estimate.world_from_base;
        state.q.copy_from(&estimate.q);
        state.v.copy_from(&estimate.v);
        for acceleration in since.iter() {
            integrate(state, acceleration, *dt_s);
        }
        if *lead_s > 0.0 {
            integrate(state, last, *lead_s);
        }
        state
    }

    /// Keeps the accelerations that a tick commands, base first, as in [`State::v`].
    pub fn command(&mut self, acceleration: &[f64]) {
        self.last.copy_from_slice(acceleration);
        // The oldest one's memory takes the new one.
        if let Some(mut slot) = self.since.pop_front() {
            slot.copy_from_slice(acceleration);
            self.since.push_back(slot);
        }
    }

    /// The present as it was carried on to last.
    pub fn state(&self) -> &State {
        &self.state
    }
}

/// Lets these accelerations act for a time [s].
fn integrate(state: &mut State, acceleration: &DVector<f64>, dt_s: f64) {
    state.v.axpy(dt_s, acceleration, 1.0);
    let (linear, angular) = (state.base_linear(), state.base_angular());
    let pose = &mut state.world_from_base;
    pose.translation = Translation3::from(pose.translation.vector + linear * dt_s);
    pose.rotation = UnitQuaternion::from_scaled_axis(angular * dt_s) * pose.rotation;
    state.q.axpy(dt_s, &state.v.rows(6, state.q.len()), 1.0);
}

#[cfg(test)]
mod tests {
    use nalgebra::Vector3;

    use super::*;

    const DT_S: f64 = 0.001;

    #[test]
    fn what_was_commanded_since_is_made_up_for() {
        let mut truth = State::zero(2);
        let mut past = VecDeque::from([truth.clone()]);
        let mut predictor = Predictor::new(&truth, 0.02, DT_S);
        for tick in 0..200 {
            let late = &past[past.len().saturating_sub(21).min(past.len() - 1)];
            let now = predictor.carry_on(late);
            assert!((&now.v - &truth.v).norm() < 1e-9, "{tick}");
            assert!((&now.q - &truth.q).norm() < 1e-9, "{tick}");
            let off = now.world_from_base.inverse() * truth.world_from_base;
            assert!(off.translation.vector.norm() < 1e-9 && off.rotation.angle() < 1e-9, "{tick}");
            let swings = |k: f64| (0.07 * f64::from(tick) * k).sin();
            let acceleration = DVector::from_fn(8, |i, _| 3.0 * swings(1.0 + 0.3 * i as f64));
            predictor.command(acceleration.as_slice());
            truth.v.axpy(DT_S, &acceleration, 1.0);
            let pose = &mut truth.world_from_base;
            pose.translation.vector += truth.v.fixed_rows::<3>(0) * DT_S;
            let turn = Vector3::new(truth.v[3], truth.v[4], truth.v[5]) * DT_S;
            pose.rotation = UnitQuaternion::from_scaled_axis(turn) * pose.rotation;
            let speeds = truth.v.rows(6, 2).into_owned();
            truth.q.axpy(DT_S, &speeds, 1.0);
            past.push_back(truth.clone());
        }
    }

    #[test]
    fn without_latency_an_estimate_stays_as_it_is() {
        let mut state = State::zero(2);
        let mut predictor = Predictor::new(&state, 0.0, DT_S);
        state.v[0] = 1.0;
        state.q[1] = 0.3;
        predictor.command(&[5.0; 8]);
        assert_eq!(predictor.carry_on(&state), &state);
        assert_eq!(predictor.state(), &state);
    }
}
