//! The problem: a strictly convex quadratic under linear equalities and inequalities.

use nalgebra::{DMatrix, DVector};

/// Constraint rows of a fixed width, stored one after the other in a buffer of fixed capacity.
#[derive(Debug, Clone)]
pub struct Rows {
    width: usize,
    coefficients: Vec<f64>,
    limits: Vec<f64>,
}

impl Rows {
    /// Room for `capacity` rows of `width` coefficients.
    pub fn new(width: usize, capacity: usize) -> Self {
        Self {
            width,
            coefficients: Vec::with_capacity(width * capacity),
            limits: Vec::with_capacity(capacity),
        }
    }

    /// Forgets all rows; keeps the memory.
    pub fn clear(&mut self) {
        self.coefficients.clear();
        self.limits.clear();
    }

    /// Adds a row of zeros with this right-hand side and hands it out to be filled.
    pub fn push(&mut self, limit: f64) -> &mut [f64] {
        let at = self.coefficients.len();
        self.coefficients.resize(at + self.width, 0.0);
        self.limits.push(limit);
        &mut self.coefficients[at..]
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.limits.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.limits.is_empty()
    }

    /// Coefficients of a row.
    pub fn row(&self, index: usize) -> &[f64] {
        &self.coefficients[index * self.width..(index + 1) * self.width]
    }

    /// Right-hand side of a row.
    pub fn limit(&self, index: usize) -> f64 {
        self.limits[index]
    }
}

/// Minimise `1/2 x' H x + g' x` subject to `E x = e` and `A x >= b`.
#[derive(Debug, Clone)]
pub struct QuadraticProgram {
    /// Hessian, positive definite; only the lower triangle is read.
    pub hessian: DMatrix<f64>,
    /// Gradient at zero.
    pub gradient: DVector<f64>,
    /// Equalities `E x = e`.
    pub equalities: Rows,
    /// Inequalities `A x >= b`.
    pub inequalities: Rows,
}

impl QuadraticProgram {
    /// An empty problem with room for so many constraints.
    pub fn new(unknowns: usize, equalities: usize, inequalities: usize) -> Self {
        Self {
            hessian: DMatrix::zeros(unknowns, unknowns),
            gradient: DVector::zeros(unknowns),
            equalities: Rows::new(unknowns, equalities),
            inequalities: Rows::new(unknowns, inequalities),
        }
    }

    /// Zero Hessian and gradient, no constraints.
    pub fn clear(&mut self) {
        self.hessian.fill(0.0);
        self.gradient.fill(0.0);
        self.equalities.clear();
        self.inequalities.clear();
    }

    /// Value at `x`.
    pub fn objective(&self, x: &DVector<f64>) -> f64 {
        let n = x.len();
        let mut value = self.gradient.dot(x);
        for c in 0..n {
            value += 0.5 * self.hessian[(c, c)] * x[c] * x[c];
            for r in c + 1..n {
                value += self.hessian[(r, c)] * x[r] * x[c];
            }
        }
        value
    }
}
