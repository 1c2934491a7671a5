//! Figures over seeds: percentiles, the Wilson interval of a rate, summaries, and differences.

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

/// A sample in four figures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    /// Number of values.
    pub count: usize,
    /// Their mean.
    pub mean: f64,
    /// Their standard deviation, of the population they come from; zero of a single one.
    pub sd: f64,
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
}

/// The figures of some values; none of nothing.
pub fn summarise(values: &[f64]) -> Option<Summary> {
    let mean = mean(values)?;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    let degrees = values.len().saturating_sub(1).max(1) as f64;
    Some(Summary {
        count: values.len(),
        mean,
        sd: (squares / degrees).sqrt(),
        min: percentile(values, 0.0)?,
        max: percentile(values, 100.0)?,
    })
}

/// Student's 95 % confidence interval of the mean; none of less than two values.
pub fn mean_interval(values: &[f64]) -> Option<(f64, f64)> {
    let Summary { count, mean, sd, .. } = summarise(values).filter(|summary| summary.count > 1)?;
    let half = student_95(count - 1) * sd / (count as f64).sqrt();
    Some((mean - half, mean + half))
}

/// How the mean of a second sample differs from a first one's.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Difference {
    /// Number of pairs, or of values in the smaller sample.
    pub seeds: usize,
    /// Mean of the first.
    pub mean_a: f64,
    /// Mean of the second.
    pub mean_b: f64,
    /// Second minus first.
    pub difference: f64,
    /// Its 95 % confidence interval; none where a sample is a single value.
    pub interval: Option<(f64, f64)>,
    /// Whether that interval excludes zero.
    pub beyond_noise: bool,
}

impl Difference {
    fn new(seeds: usize, means: (f64, f64), interval: Option<(f64, f64)>) -> Self {
        Self {
            seeds,
            mean_a: means.0,
            mean_b: means.1,
            difference: means.1 - means.0,
            interval,
            beyond_noise: interval.is_some_and(|(low, high)| low > 0.0 || high < 0.0),
        }
    }
}

/// The mean difference of values that belong together in pairs, such as runs of the same seed, with
/// Student's 95 % confidence interval; none without a pair.
pub fn paired_difference(pairs: &[(f64, f64)]) -> Option<Difference> {
    let column = |of: fn(&(f64, f64)) -> f64| -> Vec<f64> { pairs.iter().map(of).collect() };
    let differences = column(|(a, b)| b - a);
    let means = (mean(&column(|(a, _)| *a))?, mean(&column(|(_, b)| *b))?);
    let difference = mean(&differences)?;
    Some(Difference { difference, ..Difference::new(pairs.len(), means, mean_interval(&differences)) })
}

/// The difference of the means of two samples that are not paired, with Welch's 95 % confidence interval
/// (B. L. Welch, "The generalization of Student's problem when several different population variances are
/// involved", 1947).
pub fn welch_difference(a: &Summary, b: &Summary) -> Difference {
    let interval = (a.count > 1 && b.count > 1).then(|| {
        let share = |s: &Summary| s.sd * s.sd / s.count as f64;
        let (of_a, of_b) = (share(a), share(b));
        let sum = of_a + of_b;
        let squares = of_a * of_a / (a.count - 1) as f64 + of_b * of_b / (b.count - 1) as f64;
        // Rounded down, which widens the interval.
        let degrees = if squares > 0.0 { (sum * sum / squares) as usize } else { a.count + b.count - 2 };
        let half = student_95(degrees.max(1)) * sum.sqrt();
        (b.mean - a.mean - half, b.mean - a.mean + half)
    });
    Difference::new(a.count.min(b.count), (a.mean, b.mean), interval)
}

/// The difference of two rates, each as passed of total, with Newcombe's 95 % confidence interval from
/// Wilson's of each (R. G. Newcombe, "Interval estimation for the difference between independent
/// proportions", 1998, method 10); none where nothing was tried.
pub fn rate_difference(a: (usize, usize), b: (usize, usize)) -> Option<Difference> {
    let rate = |(passed, total): (usize, usize)| (total > 0).then(|| passed as f64 / total as f64);
    let (p, q) = (rate(a)?, rate(b)?);
    let (low_p, high_p) = wilson_interval(a.0, a.1);
    let (low_q, high_q) = wilson_interval(b.0, b.1);
    let below = (q - low_q).hypot(high_p - p);
    let above = (high_q - q).hypot(p - low_p);
    Some(Difference::new(a.1.min(b.1), (p, q), Some((q - p - below, q - p + above))))
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
    fn a_summary_has_the_deviation_of_the_population() {
        assert_eq!(summarise(&[]), None);
        let four = summarise(&[2.0, 4.0, 4.0, 6.0]).expect("values");
        assert_eq!((four.count, four.mean, four.min, four.max), (4, 4.0, 2.0, 6.0));
        near(four.sd, (8.0_f64 / 3.0).sqrt());
        assert_eq!(summarise(&[3.0]).expect("a value").sd, 0.0);
    }

    #[test]
    fn welch_rounds_his_degrees_of_freedom_down() {
        // 24.9 degrees of freedom by his formula; t = 2.063899 at 24.
        let a = Summary { count: 15, mean: 20.8, sd: 7.9_f64.sqrt(), min: 0.0, max: 0.0 };
        let b = Summary { count: 15, mean: 23.0, sd: 3.8_f64.sqrt(), min: 0.0, max: 0.0 };
        let (low, high) = welch_difference(&a, &b).interval.expect("an interval");
        let half = 2.063_899 * ((7.9 + 3.8) / 15.0_f64).sqrt();
        near(low, 2.2 - half);
        near(high, 2.2 + half);
    }

    #[test]
    fn samples_without_spread_differ_or_do_not() {
        let still = |count, mean| Summary { count, mean, sd: 0.0, min: mean, max: mean };
        assert!(welch_difference(&still(3, 2.0), &still(3, 2.1)).beyond_noise);
        assert!(!welch_difference(&still(3, 2.0), &still(3, 2.0)).beyond_noise);
        assert_eq!(welch_difference(&still(1, 2.0), &still(3, 2.1)).interval, None);
    }

    #[test]
    fn rates_differ_as_newcombe_has_it() {
        // His example: 56 of 70 against 48 of 80 differ by 0.2, 0.0524 to 0.3339.
        let difference = rate_difference((48, 80), (56, 70)).expect("rates");
        let (low, high) = difference.interval.expect("an interval");
        near(low, 0.0524);
        near(high, 0.3339);
        assert!(!rate_difference((20, 20), (19, 20)).expect("rates").beyond_noise);
        assert!(rate_difference((20, 20), (10, 20)).expect("rates").beyond_noise);
        assert_eq!(rate_difference((0, 0), (1, 1)), None);
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
