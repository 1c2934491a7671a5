//! Choice of CoP, footholds and step duration on the measured DCM.
//!
//! The divergent component of motion `xi = c + c_dot / omega` of a linear inverted pendulum moves as
//! `xi(t) = p + (xi(0) - p) e^(omega t)` over a constant CoP `p`. Over the rest of the present support
//! and the next steps this is linear in the present CoP offset `d` and the next footholds `u_1..u_n`, so
//! each horizontal axis is a small QP; the present step's duration is found by trying a few (after Khadiv
//! et al. 2016, with more than one step of preview and the CoP as an input).

use nalgebra::{DVector, Vector2};

use crate::config::controller::BalanceConfig;
use crate::qp::{ActiveSetSolver, QuadraticProgram};

/// Footholds that are chosen; later ones are taken from the plan.
pub const HORIZON: usize = 3;

/// Variables of one axis: CoP offset, footholds.
const VARIABLES: usize = 1 + HORIZON;

/// Cost of a foothold that the swing foot cannot reach in time, per metre squared.
const MISSED_WEIGHT: f64 = 10.0;

/// Allowed range of a foothold coordinate, relative to the foot before it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// Lower end [m].
    pub low: f64,
    /// Upper end [m].
    pub high: f64,
}

impl Range {
    /// From `low` to `high`.
    pub fn new(low: f64, high: f64) -> Self {
        Self { low, high }
    }

    /// Only this value.
    pub fn exactly(value: f64) -> Self {
        Self { low: value, high: value }
    }

    /// Smallest range that holds both.
    pub fn hull(self, other: Range) -> Self {
        Self { low: self.low.min(other.low), high: self.high.max(other.high) }
    }

    /// Whether its ends have changed places: nothing is allowed.
    pub fn is_crossed(self) -> bool {
        self.low > self.high
    }

    /// Its middle where nothing is allowed.
    pub fn uncrossed(self) -> Self {
        if self.is_crossed() { Self::exactly(0.5 * (self.low + self.high)) } else { self }
    }

    /// Distance between two ranges that have no point in common [m].
    fn gap(self, other: Range) -> f64 {
        (other.low - self.high).max(self.low - other.high).max(0.0)
    }

    fn intersect(self, other: Range) -> Range {
        let low = self.low.max(other.low);
        let high = self.high.min(other.high);
        if low <= high {
            Range { low, high }
        } else {
            // Disjoint: the point of `self` nearest to `other`.
            let nearest = if other.low > self.high { self.high } else { self.low };
            Range::exactly(nearest)
        }
    }
}

/// A support to come, on one axis: planned CoP, what it may be changed to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SupportOnAxis {
    /// Planned CoP, relative to the present support's [m].
    pub planned_m: f64,
    /// Allowed change from the support before it [m].
    pub step: Range,
    /// Allowed place relative to the present support [m].
    pub place: Range,
    /// Cost factor of leaving the planned place.
    pub weight: f64,
}

/// Everything about one horizontal axis; positions relative to the present support's CoP.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AxisProblem {
    /// Measured DCM [m].
    pub dcm_m: f64,
    /// Range of the CoP offset of the present support [m].
    pub cop: Range,
    /// Disturbance the observer found, as a CoP offset [m].
    pub disturbance_m: f64,
    /// The next supports.
    pub supports: [SupportOnAxis; HORIZON],
    /// Planned DCM at the start of the last of them, relative to its CoP [m].
    pub final_offset_m: f64,
}

/// What was chosen on one axis.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct AxisChoice {
    /// CoP offset [m].
    pub cop_m: f64,
    /// Places of the next supports, relative to the present one [m].
    pub supports_m: [f64; HORIZON],
    /// DCM when the next support takes over, relative to it [m].
    pub next_offset_m: f64,
    /// Cost.
    pub cost: f64,
}

/// Times of the horizon.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Timing {
    /// Until the next support takes over [s].
    pub remaining_s: f64,
    /// Of the next supports [s].
    pub durations_s: [f64; HORIZON],
}

/// Solver of the step problem.
#[derive(Debug, Clone)]
pub struct StepSolver {
    config: BalanceConfig,
    program: QuadraticProgram,
    solver: ActiveSetSolver,
    x: DVector<f64>,
}

impl StepSolver {
    /// Allocates the workspace.
    pub fn new(config: BalanceConfig) -> Self {
        let constraints = 2 + 4 * HORIZON;
        Self {
            config,
            program: QuadraticProgram::new(VARIABLES, 0, constraints),
            solver: ActiveSetSolver::new(VARIABLES, 0, constraints),
            x: DVector::zeros(VARIABLES),
        }
    }

    /// Solves one axis; a problem without solution keeps the plan.
    pub fn solve(&mut self, problem: &AxisProblem, omega: f64, timing: &Timing) -> AxisChoice {
        let c = &self.config;
        // DCM at the end of the present support and of the next ones: base + row . x.
        let growth = (omega * timing.remaining_s).exp();
        let mut base = problem.dcm_m * growth + problem.disturbance_m * (1.0 - growth);
        let mut row = [0.0; VARIABLES];
        row[0] = 1.0 - growth;
        let (next_base, next_row) = (base, row[0]);
        for k in 0..HORIZON - 1 {
            let growth = (omega * timing.durations_s[k]).exp();
            base = base * growth + problem.disturbance_m * (1.0 - growth);
            row.iter_mut().for_each(|r| *r *= growth);
            row[1 + k] += 1.0 - growth;
        }
        // Its offset from the last support should be the planned one.
        row[HORIZON] -= 1.0;
        let residual = base - problem.final_offset_m;

        let qp = &mut self.program;
        qp.clear();
        for i in 0..VARIABLES {
            for j in 0..VARIABLES {
                qp.hessian[(i, j)] = c.terminal_weight * row[i] * row[j];
            }
            qp.gradient[i] = c.terminal_weight * row[i] * residual;
        }
        qp.hessian[(0, 0)] += c.cop_weight;
        for (k, support) in problem.supports.iter().enumerate() {
            let w = c.foothold_weight * support.weight;
            qp.hessian[(1 + k, 1 + k)] += w;
            qp.gradient[1 + k] -= w * support.planned_m;
        }
        let mut bound = |entries: &[(usize, f64)], range: Range| {
            for (sign, limit) in [(1.0, range.low), (-1.0, -range.high)] {
                if limit.is_finite() {
                    let row = qp.inequalities.push(limit);
                    for (index, value) in entries {
                        row[*index] = sign * value;
                    }
                }
            }
        };
        bound(&[(0, 1.0)], problem.cop);
        for (k, support) in problem.supports.iter().enumerate() {
            if k == 0 {
                bound(&[(1, 1.0)], support.step.intersect(support.place));
            } else {
                bound(&[(1 + k, 1.0), (k, -1.0)], support.step);
            }
        }

        match self.solver.solve(&self.program, &mut self.x) {
            Ok(_) => {
                let x = &self.x;
                let miss = row.iter().zip(x.iter()).map(|(r, x)| r * x).sum::<f64>() + residual;
                let mut cost = c.terminal_weight * miss * miss + c.cop_weight * x[0] * x[0];
                let mut supports_m = [0.0; HORIZON];
                for (k, support) in problem.supports.iter().enumerate() {
                    supports_m[k] = x[1 + k];
                    cost += c.foothold_weight * support.weight * (x[1 + k] - support.planned_m).powi(2);
                }
                // A foothold out of the swing foot's reach will be missed by the gap.
                let first = &problem.supports[0];
                cost += MISSED_WEIGHT * first.step.gap(first.place).powi(2);
                let next_offset_m = next_base + next_row * x[0] - x[1];
                AxisChoice { cop_m: x[0], supports_m, next_offset_m, cost }
            }
            Err(_) => AxisChoice {
                cop_m: 0.0,
                supports_m: problem.supports.map(|s| s.planned_m),
                next_offset_m: next_base - problem.supports[0].planned_m,
                cost: f64::INFINITY,
            },
        }
    }
}

/// Planned DCM offset at the start of support `index`, from the supports after it.
///
/// Backwards from rest over the last support: `xi_i = p_i + (xi_{i+1} - p_i) e^(-omega T_i)`.
pub fn planned_offset(cops: &[Vector2<f64>], durations_s: &[f64], index: usize, omega: f64) -> Vector2<f64> {
    let Some(last) = cops.last() else { return Vector2::zeros() };
    let mut dcm = *last;
    for i in (index..cops.len()).rev() {
        dcm = cops[i] + (dcm - cops[i]) * (-omega * durations_s[i]).exp();
    }
    dcm - cops[index.min(cops.len() - 1)]
}

/// Slow observer of what pushes the DCM besides the CoP: model errors, wind, a wrong mass.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DisturbanceObserver {
    predicted: Option<Vector2<f64>>,
    /// Disturbance as a CoP offset, world axes [m].
    pub offset_m: Vector2<f64>,
}

impl DisturbanceObserver {
    /// Knows of none yet.
    pub fn new() -> Self {
        Self { predicted: None, offset_m: Vector2::zeros() }
    }

    /// One step of a Luenberger observer with both poles at `-bandwidth`.
    pub fn update(
        &mut self,
        dcm: Vector2<f64>,
        cop: Vector2<f64>,
        omega: f64,
        config: &BalanceConfig,
        dt_s: f64,
    ) {
        let a = config.observer_hz;
        let predicted = self.predicted.unwrap_or(dcm);
        let error = dcm - predicted;
        if error.norm() > 0.05 {
            // A push, not a model error: start anew and keep what is known.
            self.predicted = Some(dcm);
            return;
        }
        let rate = (predicted - cop - self.offset_m) * omega + error * (omega + 2.0 * a);
        self.offset_m -= error * (a * a / omega) * dt_s;
        let limit = config.observer_limit_m;
        self.offset_m = self.offset_m.map(|v| v.clamp(-limit, limit));
        self.predicted = Some(predicted + rate * dt_s);
    }
}

impl Default for DisturbanceObserver {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat_problem(dcm_m: f64) -> AxisProblem {
        let support = |planned_m: f64| SupportOnAxis {
            planned_m,
            step: Range::new(-0.4, 0.6),
            place: Range::new(-10.0, 10.0),
            weight: 1.0,
        };
        AxisProblem {
            dcm_m,
            cop: Range::new(-0.06, 0.06),
            disturbance_m: 0.0,
            supports: [support(0.4), support(0.8), support(1.2)],
            final_offset_m: 0.4 / ((3.1_f64 * 0.4).exp() - 1.0),
        }
    }

    #[test]
    fn the_nominal_gait_needs_no_change() {
        let omega = 3.1;
        let timing = Timing { remaining_s: 0.4, durations_s: [0.4; HORIZON] };
        let offset = 0.4 / ((omega * 0.4_f64).exp() - 1.0);
        let choice = StepSolver::new(BalanceConfig::default()).solve(&flat_problem(offset), omega, &timing);
        assert!(choice.cop_m.abs() < 1e-9, "{choice:?}");
        for (u, planned) in choice.supports_m.iter().zip([0.4, 0.8, 1.2]) {
            assert!((u - planned).abs() < 1e-9);
        }
        assert!((choice.next_offset_m - offset).abs() < 1e-9, "{choice:?}");
    }

    #[test]
    fn a_push_lengthens_the_next_step() {
        let omega = 3.1;
        let timing = Timing { remaining_s: 0.3, durations_s: [0.4; HORIZON] };
        let offset = 0.4 / ((omega * 0.4_f64).exp() - 1.0);
        let choice = StepSolver::new(BalanceConfig::default()).solve(
            &flat_problem(offset * (omega * 0.1_f64).exp() + 0.1),
            omega,
            &timing,
        );
        assert!(choice.supports_m[0] > 0.45, "{choice:?}");
        assert!(choice.cop_m > 0.03, "{choice:?}");
    }

    #[test]
    fn planned_offset_of_a_steady_gait_is_the_textbook_one() {
        let (omega, t, l) = (3.1, 0.4, 0.4);
        let cops: Vec<_> = (0..40).map(|i| Vector2::new(l * f64::from(i), 0.0)).collect();
        let offset = planned_offset(&cops, &vec![t; 40], 0, omega);
        assert!((offset.x - l / ((omega * t).exp() - 1.0)).abs() < 1e-6);
    }
}
