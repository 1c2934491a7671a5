//! The crate's active-set solver against Clarabel's interior-point method on random problems.

use clarabel::algebra::CscMatrix;
use clarabel::solver::{
    DefaultSettings, DefaultSolver, IPSolver, NonnegativeConeT, SolverStatus, SupportedConeT, ZeroConeT,
};
use loong::qp::{ActiveSetSolver, QpFailure, QuadraticProgram, Solution};
use nalgebra::{DMatrix, DVector};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Largest difference of the optima allowed, relative to their size.
const TOLERANCE: f64 = 1e-6;

/// Size of a problem and the seed of its numbers.
#[derive(Debug, Clone, Copy)]
struct Shape {
    unknowns: usize,
    equalities: usize,
    inequalities: usize,
    /// Power of ten over which the Hessian's scales are spread.
    spread: f64,
    seed: u64,
}

fn shapes() -> impl Strategy<Value = Shape> {
    (1_usize..=24).prop_flat_map(|unknowns| {
        (0..=unknowns / 2, 0..=3 * unknowns, 0.0..2.0_f64, any::<u64>()).prop_map(
            move |(equalities, inequalities, spread, seed)| Shape {
                unknowns,
                equalities,
                inequalities,
                spread,
                seed,
            },
        )
    })
}

struct Draw(ChaCha8Rng);

impl Draw {
    fn number(&mut self) -> f64 {
        self.0.random_range(-1.0..1.0)
    }

    fn vector(&mut self, n: usize) -> DVector<f64> {
        DVector::from_fn(n, |_, _| self.number())
    }
}

/// A random problem that the returned point satisfies; a third of the inequalities with equality.
fn feasible(shape: &Shape) -> (QuadraticProgram, DVector<f64>, Draw) {
    let n = shape.unknowns;
    let mut draw = Draw(ChaCha8Rng::seed_from_u64(shape.seed));
    let mut problem = QuadraticProgram::new(n, shape.equalities + 2, shape.inequalities + n + 1);
    let root = DMatrix::from_fn(n, n, |_, _| draw.number());
    let scales = DVector::from_fn(n, |_, _| 10_f64.powf(0.5 * shape.spread * draw.number()));
    let hessian = &root * root.transpose() + DMatrix::identity(n, n) * 0.1;
    problem.hessian = DMatrix::from_diagonal(&scales) * hessian * DMatrix::from_diagonal(&scales);
    problem.gradient = draw.vector(n) * 10.0;
    let inside = draw.vector(n);
    for _ in 0..shape.equalities {
        let row = draw.vector(n);
        problem.equalities.push(row.dot(&inside)).copy_from_slice(row.as_slice());
    }
    for i in 0..shape.inequalities {
        let row = draw.vector(n);
        let room = if i % 3 == 0 { 0.0 } else { draw.number().abs() };
        problem.inequalities.push(row.dot(&inside) - room).copy_from_slice(row.as_slice());
    }
    (problem, inside, draw)
}

fn solve(problem: &QuadraticProgram) -> Result<(DVector<f64>, Solution), QpFailure> {
    let n = problem.gradient.len();
    let mut solver = ActiveSetSolver::new(n, problem.equalities.len(), problem.inequalities.len());
    let mut x = DVector::zeros(n);
    solver.solve(problem, &mut x).map(|found| (x, found))
}

/// Clarabel's form: minimise 1/2 x' P x + q' x subject to A x + s = b, s zero or non-negative.
fn reference(problem: &QuadraticProgram) -> (SolverStatus, DVector<f64>) {
    let n = problem.gradient.len();
    let (equal, unequal) = (problem.equalities.len(), problem.inequalities.len());
    let full = DMatrix::from_fn(n, n, |r, c| if r <= c { problem.hessian[(c, r)] } else { 0.0 });
    let mut rows = DMatrix::zeros(equal + unequal, n);
    let mut limits = vec![0.0; equal + unequal];
    for i in 0..equal {
        rows.row_mut(i).tr_copy_from(&DVector::from_column_slice(problem.equalities.row(i)));
        limits[i] = problem.equalities.limit(i);
    }
    for i in 0..unequal {
        rows.row_mut(equal + i).tr_copy_from(&(-DVector::from_column_slice(problem.inequalities.row(i))));
        limits[equal + i] = -problem.inequalities.limit(i);
    }
    let cones: [SupportedConeT<f64>; 2] = [ZeroConeT(equal), NonnegativeConeT(unequal)];
    let settings = DefaultSettings {
        verbose: false,
        tol_gap_abs: 1e-10,
        tol_gap_rel: 1e-10,
        tol_feas: 1e-10,
        ..DefaultSettings::default()
    };
    let mut solver = DefaultSolver::new(
        &sparse(&full),
        problem.gradient.as_slice(),
        &sparse(&rows),
        &limits,
        &cones,
        settings,
    )
    .unwrap();
    solver.solve();
    let solution = &solver.solution;
    let active: Vec<usize> =
        (0..equal + unequal).filter(|&i| i < equal || solution.z[i] > solution.s[i]).collect();
    let raw = DVector::from_column_slice(&solution.x);
    (solution.status, polished(problem, &rows, &limits, active).unwrap_or(raw))
}

/// The minimiser with the active rows as equalities, after dropping rows that pull the wrong way; none
/// where that is not the optimum.
///
/// An interior point is off by the root of its gap where a constraint just touches.
fn polished(
    problem: &QuadraticProgram,
    rows: &DMatrix<f64>,
    limits: &[f64],
    mut active: Vec<usize>,
) -> Option<DVector<f64>> {
    let n = problem.gradient.len();
    loop {
        let m = active.len();
        let mut system = DMatrix::zeros(n + m, n + m);
        let mut right = DVector::zeros(n + m);
        system.view_mut((0, 0), (n, n)).copy_from(&problem.hessian);
        right.rows_mut(0, n).copy_from(&-&problem.gradient);
        for (k, &i) in active.iter().enumerate() {
            for c in 0..n {
                system[(n + k, c)] = rows[(i, c)];
                system[(c, n + k)] = rows[(i, c)];
            }
            right[n + k] = limits[i];
        }
        let solution = system.svd(true, true).solve(&right, 1e-12).ok()?;
        let wrong = (0..m)
            .filter(|&k| active[k] >= problem.equalities.len() && solution[n + k] < -1e-9)
            .min_by(|&a, &b| solution[n + a].total_cmp(&solution[n + b]));
        if let Some(k) = wrong {
            active.remove(k);
            continue;
        }
        let x = solution.rows(0, n).into_owned();
        return (violation(problem, &x) <= 1e-9).then_some(x);
    }
}

fn sparse(dense: &DMatrix<f64>) -> CscMatrix<f64> {
    let (mut starts, mut rows, mut values) = (vec![0], Vec::new(), Vec::new());
    for column in dense.column_iter() {
        for (r, value) in column.iter().enumerate().filter(|(_, v)| **v != 0.0) {
            rows.push(r);
            values.push(*value);
        }
        starts.push(values.len());
    }
    CscMatrix::new(dense.nrows(), dense.ncols(), starts, rows, values)
}

/// Largest violation of a constraint at `x`, relative to its row.
fn violation(problem: &QuadraticProgram, x: &DVector<f64>) -> f64 {
    let slack = |row: &[f64], limit: f64| {
        let row = DVector::from_column_slice(row);
        (row.dot(x) - limit) / row.norm().max(1e-12)
    };
    let (equal, unequal) = (&problem.equalities, &problem.inequalities);
    let equal = (0..equal.len()).map(|i| slack(equal.row(i), equal.limit(i)).abs());
    let unequal = (0..unequal.len()).map(|i| -slack(unequal.row(i), unequal.limit(i)));
    equal.chain(unequal).fold(0.0, f64::max)
}

fn assert_same_optimum(problem: &QuadraticProgram) -> Result<(), TestCaseError> {
    let solved = solve(problem);
    prop_assert!(solved.is_ok(), "no solution: {solved:?}");
    let (x, _) = solved.unwrap();
    let broken = violation(problem, &x);
    prop_assert!(broken <= 1e-8, "a constraint is violated by {broken:e}");
    let (status, expected) = reference(problem);
    prop_assert!(
        matches!(
            status,
            SolverStatus::Solved | SolverStatus::AlmostSolved | SolverStatus::InsufficientProgress
        ),
        "the reference failed: {status:?}"
    );
    let error = (&x - &expected).amax() / expected.amax().max(1.0);
    prop_assert!(error <= TOLERANCE, "the optima differ by {error:e}, reference {status:?}");
    let (value, best) = (problem.objective(&x), problem.objective(&expected));
    prop_assert!((value - best).abs() <= TOLERANCE * best.abs().max(1.0), "{value} instead of {best}");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn finds_the_optimum_of_the_reference(shape in shapes()) {
        assert_same_optimum(&feasible(&shape).0)?;
    }

    /// More constraints meet at one point than it has coordinates, some of them twice.
    #[test]
    fn degenerate_corners_are_solved(shape in shapes()) {
        let (mut problem, inside, mut draw) = feasible(&shape);
        for _ in 0..shape.unknowns {
            let row = draw.vector(shape.unknowns);
            problem.inequalities.push(row.dot(&inside)).copy_from_slice(row.as_slice());
        }
        let copied = problem.inequalities.row(0).to_vec();
        let limit = problem.inequalities.limit(0);
        problem.inequalities.push(2.0 * limit).iter_mut().zip(&copied).for_each(|(to, from)| *to = 2.0 * from);
        if shape.equalities > 0 {
            let copied = problem.equalities.row(0).to_vec();
            let limit = problem.equalities.limit(0);
            problem.equalities.push(-limit).iter_mut().zip(&copied).for_each(|(to, from)| *to = -from);
        }
        assert_same_optimum(&problem)?;
    }

    /// By Farkas' lemma: a positive combination of rows vanishes while that of their limits does not.
    #[test]
    fn contradicting_inequalities_are_infeasible(shape in shapes(), gap in 0.01..1.0_f64) {
        let (mut problem, _, mut draw) = feasible(&shape);
        let mut sum = DVector::zeros(shape.unknowns);
        let mut limit = 0.0;
        if shape.inequalities == 0 {
            sum = draw.vector(shape.unknowns);
            problem.inequalities.push(0.0).copy_from_slice(sum.as_slice());
        }
        for i in 0..shape.inequalities.min(shape.unknowns) {
            let factor = 0.1 + draw.number().abs();
            sum += DVector::from_column_slice(problem.inequalities.row(i)) * factor;
            limit += problem.inequalities.limit(i) * factor;
        }
        for i in 0..shape.equalities {
            let factor = draw.number();
            sum += DVector::from_column_slice(problem.equalities.row(i)) * factor;
            limit += problem.equalities.limit(i) * factor;
        }
        problem.inequalities.push(gap - limit).copy_from_slice((-sum).as_slice());
        prop_assert_eq!(solve(&problem).map(|_| ()), Err(QpFailure::Infeasible));
        let (status, _) = reference(&problem);
        prop_assert!(!matches!(status, SolverStatus::Solved), "the reference solved it: {status:?}");
    }

    #[test]
    fn contradicting_equalities_are_infeasible(shape in shapes(), gap in 0.01..1.0_f64) {
        let (mut problem, inside, mut draw) = feasible(&shape);
        let mut sum = draw.vector(shape.unknowns);
        let mut limit = sum.dot(&inside);
        problem.equalities.push(limit).copy_from_slice(sum.as_slice());
        limit += gap;
        for i in 0..shape.equalities {
            let factor = 0.1 + draw.number().abs();
            sum += DVector::from_column_slice(problem.equalities.row(i)) * factor;
            limit += problem.equalities.limit(i) * factor;
        }
        problem.equalities.push(limit).copy_from_slice(sum.as_slice());
        prop_assert_eq!(solve(&problem).map(|_| ()), Err(QpFailure::Infeasible));
    }

    /// One solver used again and again gives what a fresh one gives, bit for bit.
    #[test]
    fn a_used_solver_remembers_nothing(shape in shapes(), other in any::<u64>()) {
        let (first, _, _) = feasible(&shape);
        let (second, _, _) = feasible(&Shape { seed: other, ..shape });
        let n = shape.unknowns;
        let mut solver = ActiveSetSolver::new(n, shape.equalities, shape.inequalities);
        let mut x = DVector::zeros(n);
        prop_assert!(solver.solve(&first, &mut x).is_ok());
        let again = solver.solve(&second, &mut x);
        prop_assert_eq!(again.map(|found| (x, found)), solve(&second));
    }
}
