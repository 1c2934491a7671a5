//! Dual active-set method of Goldfarb and Idnani (Mathematical Programming 27, 1983).
//!
//! Starts at the unconstrained minimum and adds violated constraints one at a time, keeping all dual
//! variables of inequalities non-negative; each step is either full (the constraint becomes active)
//! or partial (another one leaves). `J = L^-T Q` and the triangular `R` with `J' N = [R; 0]` are
//! updated by Givens rotations.

use nalgebra::DVector;

use super::problem::QuadraticProgram;

/// Violation up to which an inequality counts as kept, relative to its row's norm.
const TOLERANCE: f64 = 1e-9;

/// Squared length, relative to the row's own, under which a step direction counts as none.
const DEPENDENT: f64 = 1e-18;

/// Why there is no solution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QpFailure {
    /// The Hessian is not positive definite.
    #[error("the Hessian is not positive definite")]
    NotPositiveDefinite,
    /// No point keeps all constraints.
    #[error("the constraints contradict each other")]
    Infeasible,
    /// Too many iterations; the problem is badly scaled.
    #[error("no solution within the iteration limit")]
    IterationLimit,
    /// The data contain a number that is none.
    #[error("the problem contains a number that is not finite")]
    NonFinite,
}

/// What a solution took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Solution {
    /// Constraints added or dropped.
    pub iterations: usize,
    /// Inequalities that are active.
    pub active: usize,
}

/// Solver with all its memory allocated once.
#[derive(Debug, Clone)]
pub struct ActiveSetSolver {
    n: usize,
    /// Cholesky factor of the Hessian, column-major, lower.
    factor: Vec<f64>,
    /// `J`, column-major.
    j: Vec<f64>,
    /// `R`, column-major, upper triangular in its first `active` columns.
    r: Vec<f64>,
    /// `J' a` of the constraint at hand.
    d: Vec<f64>,
    /// Primal step direction.
    z: Vec<f64>,
    /// Dual step direction.
    dual_step: Vec<f64>,
    /// Dual variables of the active constraints, then of the one at hand.
    duals: Vec<f64>,
    /// Active constraints: inequality index, or none for an equality.
    active: Vec<Option<usize>>,
    is_active: Vec<bool>,
    norms: Vec<f64>,
    row: Vec<f64>,
}

impl ActiveSetSolver {
    /// A solver for problems of this size.
    pub fn new(unknowns: usize, equalities: usize, inequalities: usize) -> Self {
        let n = unknowns;
        let _ = equalities;
        Self {
            n,
            factor: vec![0.0; n * n],
            j: vec![0.0; n * n],
            r: vec![0.0; n * n],
            d: vec![0.0; n],
            z: vec![0.0; n],
            dual_step: vec![0.0; n],
            duals: vec![0.0; n + 1],
            active: Vec::with_capacity(n),
            is_active: vec![false; inequalities],
            norms: vec![0.0; inequalities],
            row: vec![0.0; n],
        }
    }

    /// Finds the minimiser into `x`.
    pub fn solve(&mut self, problem: &QuadraticProgram, x: &mut DVector<f64>) -> Result<Solution, QpFailure> {
        let inequalities = problem.inequalities.len();
        if self.is_active.len() < inequalities {
            self.is_active.resize(inequalities, false);
            self.norms.resize(inequalities, 0.0);
        }
        self.is_active.fill(false);
        self.active.clear();
        self.factorise(problem)?;
        self.unconstrained_minimum(problem, x)?;

        for i in 0..problem.equalities.len() {
            self.row.copy_from_slice(problem.equalities.row(i));
            self.add_equality(problem.equalities.limit(i), x)?;
        }
        let equalities = self.active.len();
        for i in 0..inequalities {
            let row = problem.inequalities.row(i);
            let norm = dot(row, row).sqrt();
            if !norm.is_finite() || !problem.inequalities.limit(i).is_finite() {
                return Err(QpFailure::NonFinite);
            }
            self.norms[i] = norm.max(f64::MIN_POSITIVE);
        }

        let limit = 10 * (self.n + inequalities) + 50;
        let mut iterations = 0;
        while let Some((worst, violation)) = self.most_violated(problem, x) {
            self.row.copy_from_slice(problem.inequalities.row(worst));
            self.satisfy(worst, violation, equalities, problem, x, &mut iterations, limit)?;
        }
        if x.iter().all(|v| v.is_finite()) {
            Ok(Solution { iterations, active: self.active.len() - equalities })
        } else {
            Err(QpFailure::NonFinite)
        }
    }

    /// `H = L L'`, then `J = L^-T`.
    fn factorise(&mut self, problem: &QuadraticProgram) -> Result<(), QpFailure> {
        let n = self.n;
        self.factor.copy_from_slice(problem.hessian.as_slice());
        let l = &mut self.factor;
        for c in 0..n {
            let pivot = l[c * n + c];
            if pivot.is_nan() || pivot <= 0.0 || pivot.is_infinite() {
                return Err(QpFailure::NotPositiveDefinite);
            }
            let root = pivot.sqrt();
            let scale = 1.0 / root;
            l[c * n + c] = root;
            for v in &mut l[c * n + c + 1..(c + 1) * n] {
                *v *= scale;
            }
            let (done, rest) = l.split_at_mut((c + 1) * n);
            let column = &done[c * n..];
            for k in c + 1..n {
                let factor = column[k];
                if factor != 0.0 {
                    let at = (k - c - 1) * n;
                    for (v, u) in rest[at + k..at + n].iter_mut().zip(&column[k..n]) {
                        *v -= factor * u;
                    }
                }
            }
        }
        // Row i of L^-1 is column i of J: solve L' -wise from the last row of each column upwards.
        self.j.fill(0.0);
        for c in 0..n {
            // Column c of J solves L' y = e_c: only rows 0..=c are filled.
            let y = &mut self.j[c * n..(c + 1) * n];
            y[c] = 1.0;
            for r in (0..=c).rev() {
                let mut sum = y[r];
                for k in r + 1..=c {
                    sum -= l[r * n + k] * y[k];
                }
                y[r] = sum / l[r * n + r];
            }
        }
        Ok(())
    }

    /// `x = -H^-1 g = -J J' g`.
    fn unconstrained_minimum(
        &mut self,
        problem: &QuadraticProgram,
        x: &mut DVector<f64>,
    ) -> Result<(), QpFailure> {
        let n = self.n;
        x.fill(0.0);
        let gradient = problem.gradient.as_slice();
        for c in 0..n {
            let column = &self.j[c * n..(c + 1) * n];
            let projected = dot(column, gradient);
            if !projected.is_finite() {
                return Err(QpFailure::NonFinite);
            }
            for (x, j) in x.iter_mut().zip(column) {
                *x -= projected * j;
            }
        }
        Ok(())
    }

    /// `d = J' a`, `z = J2 d2` and `dual_step = R^-1 d1` for the row at hand.
    fn directions(&mut self) {
        let n = self.n;
        let active = self.active.len();
        for c in 0..n {
            self.d[c] = dot(&self.j[c * n..(c + 1) * n], &self.row);
        }
        self.z.fill(0.0);
        for c in active..n {
            let d = self.d[c];
            for (z, j) in self.z.iter_mut().zip(&self.j[c * n..(c + 1) * n]) {
                *z += d * j;
            }
        }
        for i in (0..active).rev() {
            let mut sum = self.d[i];
            for k in i + 1..active {
                sum -= self.r[k * n + i] * self.dual_step[k];
            }
            self.dual_step[i] = sum / self.r[i * n + i];
        }
    }

    fn add_equality(&mut self, limit: f64, x: &mut DVector<f64>) -> Result<(), QpFailure> {
        self.directions();
        let active = self.active.len();
        let curvature = dot(&self.z, &self.row);
        let residual = dot(&self.row, x.as_slice()) - limit;
        let scale = dot(&self.d, &self.d).max(f64::MIN_POSITIVE);
        if !curvature.is_finite() || !residual.is_finite() {
            return Err(QpFailure::NonFinite);
        }
        if active == self.n || curvature <= 1e-14 * scale {
            // Depends on the others: fine if it says the same.
            let norm = dot(&self.row, &self.row).sqrt().max(1.0);
            return if residual.abs() <= 1e-7 * norm { Ok(()) } else { Err(QpFailure::Infeasible) };
        }
        let step = -residual / curvature;
        for (x, z) in x.iter_mut().zip(&self.z) {
            *x += step * z;
        }
        for k in 0..active {
            self.duals[k] -= step * self.dual_step[k];
        }
        self.duals[active] = step;
        self.insert(None);
        Ok(())
    }

    /// The inequality that is violated most, relative to its norm, and its violation (negative).
    fn most_violated(&self, problem: &QuadraticProgram, x: &DVector<f64>) -> Option<(usize, f64)> {
        let mut worst = None;
        let mut least = -TOLERANCE;
        for i in 0..problem.inequalities.len() {
            if self.is_active[i] {
                continue;
            }
            let slack = dot(problem.inequalities.row(i), x.as_slice()) - problem.inequalities.limit(i);
            let relative = slack / self.norms[i];
            if relative < least {
                least = relative;
                worst = Some((i, slack));
            }
        }
        worst
    }

    /// Makes a violated inequality active, dropping others on the way where their duals vanish.
    #[allow(clippy::too_many_arguments, reason = "one step of the method, split out for reading")]
    fn satisfy(
        &mut self,
        index: usize,
        violation: f64,
        equalities: usize,
        problem: &QuadraticProgram,
        x: &mut DVector<f64>,
        iterations: &mut usize,
        limit: usize,
    ) -> Result<(), QpFailure> {
        let mut slack = violation;
        let mut dual = 0.0;
        loop {
            *iterations += 1;
            if *iterations > limit {
                return Err(QpFailure::IterationLimit);
            }
            self.directions();
            let active = self.active.len();
            // Longest step that keeps the duals of the active inequalities non-negative.
            let mut partial = f64::INFINITY;
            let mut leaving = 0;
            for k in equalities..active {
                if self.dual_step[k] > 0.0 {
                    let ratio = self.duals[k] / self.dual_step[k];
                    if ratio < partial {
                        partial = ratio;
                        leaving = k;
                    }
                }
            }
            let curvature = dot(&self.z, &self.row);
            let scale = dot(&self.d, &self.d).max(f64::MIN_POSITIVE);
            let full = if active < self.n && curvature > DEPENDENT.max(1e-13) * scale {
                -slack / curvature
            } else {
                f64::INFINITY
            };
            let step = partial.min(full);
            if step.is_infinite() {
                return Err(QpFailure::Infeasible);
            }
            for k in 0..active {
                self.duals[k] -= step * self.dual_step[k];
            }
            dual += step;
            if full.is_finite() {
                for (x, z) in x.iter_mut().zip(&self.z) {
                    *x += step * z;
                }
                if full <= partial {
                    self.duals[active] = dual;
                    self.is_active[index] = true;
                    self.insert(Some(index));
                    return Ok(());
                }
                slack = dot(&self.row, x.as_slice()) - problem.inequalities.limit(index);
            }
            if let Some(left) = self.active[leaving] {
                self.is_active[left] = false;
            }
            self.remove(leaving);
        }
    }

    /// Adds the row at hand (its `d` is current) to the active set: rotate `d2` onto its first entry.
    fn insert(&mut self, constraint: Option<usize>) {
        let n = self.n;
        let active = self.active.len();
        for k in (active + 1..n).rev() {
            let (a, b) = (self.d[k - 1], self.d[k]);
            if b == 0.0 {
                continue;
            }
            let h = a.hypot(b);
            let (c, s) = (a / h, b / h);
            self.d[k - 1] = h;
            self.d[k] = 0.0;
            let (left, right) = self.j.split_at_mut(k * n);
            rotate(&mut left[(k - 1) * n..], &mut right[..n], c, s);
        }
        for i in 0..=active {
            self.r[active * n + i] = self.d[i];
        }
        self.active.push(constraint);
    }

    /// Removes an active constraint: shift the columns of `R` and rotate it back to a triangle.
    fn remove(&mut self, position: usize) {
        let n = self.n;
        let active = self.active.len();
        self.active.remove(position);
        for k in position..active - 1 {
            self.duals[k] = self.duals[k + 1];
            let (to, from) = self.r.split_at_mut((k + 1) * n);
            to[k * n..k * n + active].copy_from_slice(&from[..active]);
        }
        for k in position..active - 1 {
            let (a, b) = (self.r[k * n + k], self.r[k * n + k + 1]);
            if b == 0.0 {
                continue;
            }
            let h = a.hypot(b);
            let (c, s) = (a / h, b / h);
            for column in k..active - 1 {
                let at = column * n + k;
                let (a, b) = (self.r[at], self.r[at + 1]);
                self.r[at] = c * a + s * b;
                self.r[at + 1] = c * b - s * a;
            }
            let (left, right) = self.j.split_at_mut((k + 1) * n);
            rotate(&mut left[k * n..], &mut right[..n], c, s);
        }
    }
}

/// `a . b`, in four lanes so that it vectorises.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [0.0; 4];
    let (a4, a_rest) = a.as_chunks::<4>();
    let (b4, b_rest) = b.as_chunks::<4>();
    for (a, b) in a4.iter().zip(b4) {
        for i in 0..4 {
            lanes[i] += a[i] * b[i];
        }
    }
    let mut sum = (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
    for (a, b) in a_rest.iter().zip(b_rest) {
        sum += a * b;
    }
    sum
}

/// Rotates two columns: `(u, v) <- (c u + s v, c v - s u)`.
fn rotate(u: &mut [f64], v: &mut [f64], c: f64, s: f64) {
    for (u, v) in u.iter_mut().zip(v) {
        let (a, b) = (*u, *v);
        *u = c * a + s * b;
        *v = c * b - s * a;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn projects_onto_a_corner() {
        let mut qp = QuadraticProgram::new(2, 0, 3);
        qp.hessian.fill_with_identity();
        qp.gradient.copy_from_slice(&[-2.0, -3.0]);
        qp.inequalities.push(-1.0).copy_from_slice(&[-1.0, 0.0]);
        qp.inequalities.push(-1.5).copy_from_slice(&[0.0, -1.0]);
        qp.inequalities.push(0.0).copy_from_slice(&[1.0, 0.0]);
        let mut x = DVector::zeros(2);
        let found = ActiveSetSolver::new(2, 0, 3).solve(&qp, &mut x).unwrap();
        assert!((x - DVector::from_vec(vec![1.0, 1.5])).norm() < 1e-12);
        assert_eq!(found.active, 2);
    }

    #[test]
    fn contradiction_is_infeasible() {
        let mut qp = QuadraticProgram::new(1, 0, 2);
        qp.hessian.fill_with_identity();
        qp.inequalities.push(1.0)[0] = 1.0;
        qp.inequalities.push(1.0)[0] = -1.0;
        let mut x = DVector::zeros(1);
        assert_eq!(ActiveSetSolver::new(1, 0, 2).solve(&qp, &mut x), Err(QpFailure::Infeasible));
    }

    #[test]
    fn repeated_equalities_are_taken_once() {
        let mut qp = QuadraticProgram::new(2, 2, 0);
        qp.hessian.fill_with_identity();
        qp.equalities.push(2.0).copy_from_slice(&[1.0, 1.0]);
        qp.equalities.push(4.0).copy_from_slice(&[2.0, 2.0]);
        let mut x = DVector::zeros(2);
        ActiveSetSolver::new(2, 2, 0).solve(&qp, &mut x).unwrap();
        assert!((x[0] - 1.0).abs() < 1e-12 && (x[1] - 1.0).abs() < 1e-12);
    }

    #[test]
    fn negative_curvature_is_refused() {
        let mut qp = QuadraticProgram::new(1, 0, 0);
        qp.hessian[(0, 0)] = -1.0;
        let mut x = DVector::zeros(1);
        assert_eq!(ActiveSetSolver::new(1, 0, 0).solve(&qp, &mut x), Err(QpFailure::NotPositiveDefinite));
    }
}
