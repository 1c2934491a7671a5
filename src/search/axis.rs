//! A field and the values it takes: `path=0.04..0.10`, `path=1e-5..1e-3 log`, `path=[0.4, 0.6]`.

use crate::config::locate::{Node, Shape};
use crate::config::overrides::Override;

/// Most levels of a range on a grid.
const MAX_LEVELS: usize = 10_000;

/// Significant digits of a value drawn from a range.
const DIGITS: i32 = 6;

/// What a field may be.
#[derive(Debug, Clone, PartialEq)]
enum Values {
    /// RON texts.
    List(Vec<String>),
    /// Numbers from `low` to `high`; `levels` of them on a grid, where that is said.
    Range { low: f64, high: f64, log: bool, levels: Option<usize> },
}

/// A field of the scenario, or of the robot below `robot.`, and the values it takes.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    path: String,
    values: Values,
}

/// Why a text is no axis.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}`: found {found}, allowed: {allowed}")]
pub struct AxisError {
    /// The text.
    pub text: String,
    /// What is wrong with it.
    pub found: String,
    /// What it may be.
    pub allowed: String,
}

impl Axis {
    /// Reads `path=low..high`, with `:N` behind it for N levels on a grid and `log` for a logarithmic
    /// scale, or `path=[value, value]` with RON values.
    ///
    /// # Errors
    /// Where there is no such path, range or list.
    pub fn parse(text: &str) -> Result<Self, AxisError> {
        let fail = |found: String, allowed: &str| AxisError {
            text: text.to_owned(),
            found,
            allowed: allowed.to_owned(),
        };
        // A change with its value left open has the same path.
        let change = Override::parse(text).map_err(|error| fail(error.found, &error.allowed))?;
        let path = change.path().to_string();
        let value = text.split_once('=').map_or("", |(_, value)| value).trim();
        let values = if value.starts_with('[') {
            list(value).map_err(|found| fail(found, "a list of RON values, such as `[0.4, 0.6]`"))?
        } else {
            range(value).map_err(|(found, allowed)| fail(found, allowed))?
        };
        Ok(Self { path, values })
    }

    /// Path of the field.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Last name of the path, for headings.
    pub fn short(&self) -> &str {
        self.path.rsplit('.').next().unwrap_or(&self.path)
    }

    /// Number of values in a list, or of levels where a range says so.
    pub fn levels(&self) -> Option<usize> {
        match &self.values {
            Values::List(values) => Some(values.len()),
            Values::Range { levels, .. } => *levels,
        }
    }

    /// Smallest and largest value of a range.
    pub fn range(&self) -> Option<(f64, f64)> {
        match self.values {
            Values::Range { low, high, .. } => Some((low, high)),
            Values::List(_) => None,
        }
    }

    /// Whether a range is on a logarithmic scale.
    pub fn is_log(&self) -> bool {
        matches!(self.values, Values::Range { log: true, .. })
    }

    /// The value at a share of the axis, 0 to 1, as RON.
    pub fn at(&self, share: f64) -> String {
        let share = share.clamp(0.0, 1.0);
        match &self.values {
            Values::List(values) => {
                let index = ((share * values.len() as f64) as usize).min(values.len().saturating_sub(1));
                values[index].clone()
            }
            Values::Range { low, high, log: true, .. } => {
                number(rounded((low.ln() + share * (high.ln() - low.ln())).exp()))
            }
            Values::Range { low, high, .. } => number(rounded(low + share * (high - low))),
        }
    }

    /// The share of the axis at which a number lies, cut off to 0 and 1; none for a list.
    pub fn share_of(&self, value: f64) -> Option<f64> {
        match self.values {
            Values::List(_) => None,
            Values::Range { low, high, log, .. } => {
                let scale = |value: f64| if log { value.max(f64::MIN_POSITIVE).ln() } else { value };
                Some(((scale(value) - scale(low)) / (scale(high) - scale(low))).clamp(0.0, 1.0))
            }
        }
    }

    /// The change that gives the field a value.
    pub fn change(&self, value: &str) -> String {
        format!("{}={value}", self.path)
    }
}

fn list(text: &str) -> Result<Values, String> {
    let node = Node::parse(text).map_err(|error| error.found)?;
    match &node.shape {
        Shape::List(items) if !items.is_empty() => {
            Ok(Values::List(items.iter().map(|item| item.span.of(text).to_owned()).collect()))
        }
        _ => Err("no value".to_owned()),
    }
}

fn range(text: &str) -> Result<Values, (String, &'static str)> {
    const ALLOWED: &str = "`low..high`, `low..high:levels`, `low..high log` or a list in brackets";
    let (text, log) = match text.strip_suffix("log") {
        Some(rest) => (rest.trim_end(), true),
        None => (text, false),
    };
    let (low, rest) = text.split_once("..").ok_or_else(|| (format!("`{text}`"), ALLOWED))?;
    let (high, levels) = match rest.split_once(':') {
        Some((high, levels)) => (high, Some(levels)),
        None => (rest, None),
    };
    let finite = |text: &str| match text.trim().parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(value),
        _ => Err((format!("`{}`", text.trim()), "a finite number")),
    };
    let (low, high) = (finite(low)?, finite(high)?);
    if low >= high {
        return Err((format!("{low}..{high}"), "a first number below the second one"));
    }
    if log && low <= 0.0 {
        return Err((low.to_string(), "a positive number on a logarithmic scale"));
    }
    let levels = match levels {
        None => None,
        Some(text) => match text.trim().parse::<usize>() {
            Ok(levels) if (2..=MAX_LEVELS).contains(&levels) => Some(levels),
            _ => return Err((format!("`{}` levels", text.trim()), "a whole number from 2 to 10000")),
        },
    };
    Ok(Values::Range { low, high, log, levels })
}

/// A value with as many digits as a person would write.
pub(super) fn rounded(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let scale = 10_f64.powi(DIGITS - 1 - value.abs().log10().floor() as i32);
    if scale.is_finite() && scale > 0.0 { (value * scale).round() / scale } else { value }
}

/// A number as RON.
fn number(value: f64) -> String {
    if value != 0.0 && (value.abs() < 1e-4 || value.abs() >= 1e9) {
        format!("{value:e}")
    } else {
        format!("{value}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_and_lists_are_read() {
        let axis = Axis::parse("robot.controller.swing.clearance_m=0.04..0.10:4").expect("an axis");
        assert_eq!((axis.path(), axis.short()), ("robot.controller.swing.clearance_m", "clearance_m"));
        assert_eq!((axis.levels(), axis.range()), (Some(4), Some((0.04, 0.10))));
        assert_eq!([0.0, 0.5, 1.0].map(|share| axis.at(share)), ["0.04", "0.07", "0.1"]);
        assert_eq!(axis.share_of(0.07).map(|share| (share * 1e9).round()), Some(5e8));
        let list = Axis::parse("state_source=[Sensors, GroundTruth]").expect("an axis");
        assert_eq!(
            [0.0, 0.49, 0.5, 1.0].map(|s| list.at(s)),
            ["Sensors", "Sensors", "GroundTruth", "GroundTruth"]
        );
        let log = Axis::parse("a=1e-5..1e-3 log").expect("an axis");
        assert_eq!([0.0, 0.5, 1.0].map(|share| log.at(share)), ["1e-5", "0.0001", "0.001"]);
        assert_eq!(Axis::parse("a=-1..2").expect("an axis").range(), Some((-1.0, 2.0)));
    }

    #[test]
    fn what_is_no_axis_is_refused_with_what_is_allowed() {
        for text in
            ["a", "=1..2", "a=1", "a=2..1", "a=1..1", "a=x..2", "a=0..1 log", "a=0..1:1", "a=[]", "a=[1"]
        {
            let error = Axis::parse(text).expect_err(text);
            assert!(!error.found.is_empty() && !error.allowed.is_empty(), "{text}: {error}");
        }
    }

    #[test]
    fn rounding_keeps_six_digits() {
        assert_eq!(rounded(0.123_456_789), 0.123_457);
        assert_eq!(rounded(-98_765.432_1), -98_765.4);
        assert_eq!(rounded(0.0), 0.0);
    }
}
