//! Figures over seeds: percentiles, the Wilson interval of a rate, and paired differences.

use serde::Serialize;

/// Two-sided 95 % point of the normal distribution.
const NORMAL_95: f64 = 1.959_963_984_540_054;

/// Two-sided 95 % points of Student's t for 1 to 30 degrees of freedom.
const STUDENT_95: [f64; 30] = [
    12.706_205, 4.302_653, 3.182_446, 2.776_445, 2.570_582, 2.446_912, 2.364_624, 2.306_004, 2.262_157,
    2.228_139, 2.200_985, 2.178_813, 2.160_369, 2.144_787, 2.131_450, 2.119_905, 2.109_816, 2.100_922,
    2.093_024, 2.085_963, 2.079_614, 2.073_873, 2.068_658, 2.063_899, 2.059_539, 2.055_529, 2.051_831,
    2.048_407, 2.045_230, 2.042_272,
];

/// The mean; none of nothing.
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// The value that `percent` of the values do not exceed, between neighbours in proportion; none of nothing.
pub fn percentile(values: &[f64], percent: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().checked_sub(1)?;
    let at = (percent / 100.0).clamp(0.0, 1.0) * last as f64;
    let below = at.floor() as usize;
    let above = (below + 1).min(last);
    Some(sorted[below] + (at - at.floor()) * (sorted[above] - sorted[below]))
}

/// Wilson's 95 % confidence interval of a rate (E. B. Wilson, "Probable inference, the law of succession,
/// and statistical inference", 1927); everything from 0 to 1 where nothing was tried.
pub fn wilson_interval(passed: usize, total: usize) -> (f64, f64) {
    if total == 0 {
        return (0.0, 1.0);
    }
    let (n, z) = (total as f64, NORMAL_95);
    let p = passed as f64 / n;
    let scale = 1.0 + z * z / n;
    let middle = (p + z * z / (2.0 * n)) / scale;
    let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt() / scale;
    // At the ends rounding must not exclude the rate that was seen.
    ((middle - half).clamp(0.0, p), (middle + half).clamp(p, 1.0))
}

/// Two-sided 95 % point of Student's t; beyond the table by its expansion in 1/nu (Abramowitz & Stegun
/// 26.7.5).
fn student_95(degrees: usize) -> f64 {
    match degrees {
        0 => f64::INFINITY,
        1..=30 => STUDENT_95[degrees - 1],
        _ => {
            let (z, nu) = (NORMAL_95, degrees as f64);
            let first = (z.powi(3) + z) / 4.0;
            let second = (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / 96.0;
            z + first / nu + second / (nu * nu)
        }
    }
}

/// Two samples whose values belong together, such as runs of the same seed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PairedDifference {
    /// Number of pairs.
    pub pairs: usize,
    /// Mean of the first.
    pub mean_a: f64,
    /// Mean of the second.
    pub mean_b: f64,
    /// Mean of second minus first.
    pub difference: f64,
    /// Its 95 % confidence interval; none of a single pair.
    pub interval: Option<(f64, f64)>,
    /// Whether that interval excludes zero.
    pub beyond_noise: bool,
}

/// The mean difference of pairs with its 95 % confidence interval; none without a pair.
pub fn paired_difference(pairs: &[(f64, f64)]) -> Option<PairedDifference> {
    let column = |of: fn(&(f64, f64)) -> f64| -> Vec<f64> { pairs.iter().map(of).collect() };
    let differences = column(|(a, b)| b - a);
    let difference = mean(&differences)?;
    let interval = (pairs.len() > 1).then(|| {
        let degrees = pairs.len() - 1;
        let squares: f64 = differences.iter().map(|d| (d - difference).powi(2)).sum();
        let half = student_95(degrees) * (squares / degrees as f64 / pairs.len() as f64).sqrt();
        (difference - half, difference + half)
    });
    Some(PairedDifference {
        pairs: pairs.len(),
        mean_a: mean(&column(|(a, _)| *a))?,
        mean_b: mean(&column(|(_, b)| *b))?,
        difference,
        interval,
        beyond_noise: interval.is_some_and(|(low, high)| low > 0.0 || high < 0.0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-4, "{a} is not {b}");
    }

    #[test]
    fn percentiles_lie_between_neighbours() {
        assert_eq!(percentile(&[], 50.0), None);
        assert_eq!(percentile(&[7.0], 5.0), Some(7.0));
        assert_eq!(percentile(&[3.0, 1.0, 2.0], 50.0), Some(2.0));
        assert_eq!(percentile(&[0.0, 10.0], 25.0), Some(2.5));
        assert_eq!(percentile(&[0.0, 10.0], 100.0), Some(10.0));
    }

    #[test]
    fn wilson_agrees_with_published_values() {
        let (low, high) = wilson_interval(81, 263);
        near(low, 0.255_27);
        near(high, 0.366_21);
        let (low, high) = wilson_interval(20, 20);
        near(low, 0.838_88);
        assert_eq!(high, 1.0);
        assert_eq!(wilson_interval(0, 20).0, 0.0);
        assert_eq!(wilson_interval(0, 0), (0.0, 1.0));
    }

    #[test]
    fn the_expansion_of_t_meets_the_table_and_the_normal_distribution() {
        near(student_95(31), 2.039_513);
        near(student_95(60), 2.000_298);
        near(student_95(1_000_000), NORMAL_95);
    }

    #[test]
    fn pairs_give_the_t_interval_of_their_differences() {
        let result = paired_difference(&[(1.0, 2.0), (2.0, 4.0), (3.0, 6.0)]).expect("pairs");
        near(result.difference, 2.0);
        let (low, high) = result.interval.expect("an interval");
        // t = 4.302653 at 2 degrees, standard error 1 / sqrt(3).
        near(low, 2.0 - 4.302_653 / 3.0_f64.sqrt());
        near(high, 2.0 + 4.302_653 / 3.0_f64.sqrt());
        assert!(!result.beyond_noise);
        let steady = paired_difference(&[(1.0, 2.0), (2.0, 3.1), (3.0, 4.0)]).expect("pairs");
        assert!(steady.beyond_noise);
    }

    #[test]
    fn equal_pairs_differ_by_nothing_and_one_pair_proves_nothing() {
        assert_eq!(paired_difference(&[]), None);
        let equal = paired_difference(&[(1.5, 1.5), (2.5, 2.5)]).expect("pairs");
        assert_eq!((equal.difference, equal.beyond_noise), (0.0, false));
        let one = paired_difference(&[(1.0, 9.0)]).expect("a pair");
        assert_eq!((one.interval, one.beyond_noise), (None, false));
    }
}
