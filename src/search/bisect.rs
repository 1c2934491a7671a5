//! The last value of a scale at which something holds.

use std::collections::BTreeMap;

use super::axis::rounded;

/// Values in the order of their difficulty: the first is the easiest.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    from: f64,
    to: f64,
    spacing: Spacing,
    last: usize,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Spacing {
    Step(f64),
    Factor(f64),
}

impl Grid {
    /// Values `step` apart from `from` to `to`, up or down, both included.
    pub fn linear(from: f64, to: f64, step: f64) -> Self {
        let last = ((to - from).abs() / step - 1e-9).ceil().max(1.0) as usize;
        Self { from, to, spacing: Spacing::Step(step.copysign(to - from)), last }
    }

    /// Values each `factor` times the one before, from `from` up or down to `to`, both included.
    pub fn geometric(from: f64, to: f64, factor: f64) -> Self {
        let last = ((to / from).ln().abs() / factor.ln() - 1e-9).ceil().max(1.0) as usize;
        let factor = if to < from { 1.0 / factor } else { factor };
        Self { from, to, spacing: Spacing::Factor(factor), last }
    }

    /// Index of the last, hardest value.
    pub fn last(&self) -> usize {
        self.last
    }

    /// The value at an index.
    pub fn value(&self, index: usize) -> f64 {
        if index >= self.last {
            return self.to;
        }
        rounded(match self.spacing {
            Spacing::Step(step) => self.from + step * index as f64,
            Spacing::Factor(factor) => self.from * factor.powi(i32::try_from(index).unwrap_or(i32::MAX)),
        })
    }
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Last index at which it holds, with its neighbours below; none where it does not even at the first.
    pub limit: Option<usize>,
    /// First index known not to hold; none where the scale ends first.
    pub first_failure: Option<usize>,
    /// Harder indices at which it holds all the same: the limit is no sharp one.
    pub holds_above: Vec<usize>,
    /// Every index looked at, in the order of looking, with the answer.
    pub probes: Vec<(usize, bool)>,
}

/// Finds the last index from 0 to `last` at which `holds` is true: strides away from 0 until it is false,
/// halves what is between, then looks at `neighbours` indices on both sides. One below that does not
/// hold takes its place as the first failure, and the search goes on below it.
///
/// # Errors
/// What `holds` gives.
pub fn bisect<E>(
    last: usize,
    neighbours: usize,
    mut holds: impl FnMut(usize) -> Result<bool, E>,
) -> Result<Found, E> {
    let mut known: BTreeMap<usize, bool> = BTreeMap::new();
    let mut probes = Vec::new();
    let mut ask = |index: usize, known: &mut BTreeMap<usize, bool>| -> Result<bool, E> {
        if let Some(&answer) = known.get(&index) {
            return Ok(answer);
        }
        let answer = holds(index)?;
        known.insert(index, answer);
        probes.push((index, answer));
        Ok(answer)
    };
    let mut limit = ask(0, &mut known)?.then_some(0);
    let mut failure = if limit.is_none() { Some(0) } else { None };
    let mut stride = (last / 8).max(1);
    while let Some(at) = limit
        && failure.is_none()
        && at < last
    {
        let next = (at + stride).min(last);
        if ask(next, &mut known)? {
            limit = Some(next);
        } else {
            failure = Some(next);
        }
        stride *= 2;
    }
    while let Some(mut low) = limit {
        if let Some(mut high) = failure {
            while high - low > 1 {
                let middle = low + (high - low) / 2;
                if ask(middle, &mut known)? { low = middle } else { high = middle }
            }
            failure = Some(high);
        }
        limit = Some(low);
        let mut lower = None;
        for index in (low.saturating_sub(neighbours)..low).rev() {
            if !ask(index, &mut known)? {
                lower = Some(index);
            }
        }
        let Some(lower) = lower else { break };
        failure = Some(lower);
        limit = known.iter().filter(|(index, answer)| **answer && **index < lower).map(|(i, _)| *i).max();
    }
    if let Some(failure) = failure {
        for index in failure + 1..=failure.saturating_add(neighbours).min(last) {
            ask(index, &mut known)?;
        }
    }
    let beyond = |index: usize| failure.is_some_and(|failure| index > failure);
    let holds_above = known.iter().filter(|(i, answer)| **answer && beyond(**i)).map(|(i, _)| *i).collect();
    Ok(Found { limit, first_failure: failure, holds_above, probes })
}
