//! Ranges and figures of an axis that stand still while the curve moves.

/// A range with round ends and the distance of its marks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scale {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) step: f64,
}

/// Marks wanted along an axis.
const MARKS: f64 = 3.0;
/// Share of the range by which a value may lie below zero and still be zero to the eye.
const NOTHING: f64 = 0.02;
/// Share of the range by which a limit may lie beyond it and still be taken in.
const NEAR: f64 = 0.6;

impl Scale {
    /// The least range with round ends that holds the values, and the limits that are near.
    pub(super) fn over(values: impl Iterator<Item = f64>, limits: &[f64]) -> Self {
        let (mut low, mut high) = values
            .filter(|value| value.is_finite())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
        if low > high {
            (low, high) = (0.0, 1.0);
        }
        let room = NEAR * (high - low).max(0.2 * high.abs().max(low.abs()));
        let near = low - room..=high + room;
        for limit in limits.iter().filter(|limit| near.contains(*limit)) {
            (low, high) = (low.min(*limit), high.max(*limit));
        }
        // A curve that hardly moves is a line, not noise blown up.
        let least = (0.02 * low.abs().max(high.abs())).max(1e-4);
        if high - low < least {
            let middle = 0.5 * (low + high);
            (low, high) = (middle - 0.5 * least, middle + 0.5 * least);
        }
        let step = round_step((high - low) / MARKS);
        // The line's own width stays inside.
        let edge = 0.04 * (high - low);
        let (from, to) = ((low - edge) / step, (high + edge) / step);
        // Zero is an end of its own: what is never negative starts there.
        let from = if low >= -NOTHING * (high - low) { from.max(0.0) } else { from };
        Self { low: from.floor() * step, high: to.ceil() * step, step }
    }

    /// Decimals that tell two marks apart, and one more for values between them.
    pub(super) fn decimals(&self) -> usize {
        (1.0 - self.step.log10().floor()).clamp(0.0, 6.0) as usize
    }

    /// The figure of a mark.
    pub(super) fn mark(&self, value: f64) -> String {
        format!("{:.*}", self.decimals().saturating_sub(1), self.plain(value))
    }

    /// A value that is shown as zero has no sign.
    fn plain(&self, value: f64) -> f64 {
        if value.abs() < 0.5 * 10f64.powi(-(self.decimals() as i32)) { 0.0 } else { value }
    }

    /// The figure of a value, at a fixed width.
    pub(super) fn value(&self, value: f64) -> String {
        if value.is_nan() {
            format!("{:>7}", "-")
        } else {
            format!("{:>7.*}", self.decimals(), self.plain(value))
        }
    }
}

/// 1, 2 or 5 times a power of ten, not below the wanted step.
fn round_step(wanted: f64) -> f64 {
    let power = 10f64.powf(wanted.log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|m| m * power).find(|step| *step >= wanted * 0.999).unwrap_or(power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_round_and_hold_the_values() {
        let scale = Scale::over([0.02, 1.07].into_iter(), &[]);
        assert_eq!(scale, Scale { low: 0.0, high: 1.5, step: 0.5 });
        assert_eq!(Scale::over([-0.003, 1.07].into_iter(), &[]), scale, "a hair below zero");
        let scale = Scale::over([-31.0, 12.0, f64::NAN].into_iter(), &[]);
        assert!(scale.low <= -31.0 && scale.high >= 12.0 && scale.step == 20.0, "{scale:?}");
        let still = Scale::over([5.0; 3].into_iter(), &[]);
        assert!(still.high - still.low < 1.0 && still.low < 5.0 && still.high > 5.0, "{still:?}");
        let nothing = Scale::over(std::iter::empty(), &[]);
        assert!(nothing.low == 0.0 && nothing.high >= 1.0);
    }

    #[test]
    fn near_limits_are_shown_and_far_ones_are_not() {
        let torque = |most: f64| Scale::over([0.0, most].into_iter(), &[-450.0, 450.0]);
        assert!(torque(60.0).high < 450.0);
        assert!(torque(400.0).high >= 450.0);
        assert!(torque(400.0).low == 0.0);
    }

    #[test]
    fn figures_keep_their_width_and_sign() {
        let scale = Scale { low: -1.0, high: 1.0, step: 0.5 };
        assert_eq!((scale.decimals(), scale.value(-0.001).as_str()), (2, "   0.00"));
        assert_eq!((scale.mark(0.5), scale.mark(-0.0)), ("0.5".to_owned(), "0.0".to_owned()));
        for value in [0.0, -0.123, 1234.5, f64::NAN] {
            assert_eq!(scale.value(value).chars().count(), 7);
        }
        assert_eq!(Scale { low: 0.0, high: 1500.0, step: 500.0 }.decimals(), 0);
    }
}
