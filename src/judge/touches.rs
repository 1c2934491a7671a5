//! What the robot touched that it should not, and how near it came.

use nalgebra::Point3;
use serde::Serialize;

/// Time without touch after which the same thing is touched anew [s].
const GAP_S: f64 = 0.1;
/// Touches of a kind that are kept one by one.
const KEPT: usize = 8;

/// The beginning of one touch.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Touch {
    /// When [s].
    pub time_s: f64,
    /// Body of the robot.
    pub body: String,
    /// What it touched: `obstacle 3`, `person 0`, counted in the scenario's order.
    pub other: String,
    /// Where, in the world [m].
    pub at_m: [f64; 3],
}

/// Touches of things of one kind, and the least distance from them.
#[derive(Debug, Clone)]
pub(super) struct Touches {
    kind: &'static str,
    count: u64,
    /// What was touched last, and when [s].
    last: Option<(usize, f64)>,
    first: Vec<Touch>,
    clearance_m: Option<f64>,
}

impl Touches {
    /// None yet of a kind.
    pub fn none(kind: &'static str) -> Self {
        Self { kind, count: 0, last: None, first: Vec::new(), clearance_m: None }
    }

    /// Takes a touch: one anew where another thing is touched, or the same after a pause.
    pub fn touch(&mut self, time_s: f64, index: usize, body: &str, at: &Point3<f64>) {
        let known = self.last.is_some_and(|(last, last_s)| last == index && time_s - last_s <= GAP_S);
        self.last = Some((index, time_s));
        if known {
            return;
        }
        self.count += 1;
        if self.first.len() < KEPT {
            let other = format!("{} {index}", self.kind);
            let at_m = [at.x, at.y, at.z];
            self.first.push(Touch { time_s, body: body.to_owned(), other, at_m });
        }
    }

    /// Takes the distance that was seen, not above the horizon, and tells how far it is to a new minimum [m].
    pub fn near(&mut self, seen_m: Option<f64>, horizon_m: f64) -> f64 {
        self.clearance_m = [self.clearance_m, seen_m].into_iter().flatten().reduce(f64::min);
        seen_m.unwrap_or(horizon_m) - self.clearance_m.unwrap_or(0.0)
    }

    /// How often something was touched.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The first touches, one by one.
    pub fn first(&self) -> &[Touch] {
        &self.first
    }

    /// Least distance so far [m]; the horizon where nothing came within it.
    pub fn clearance_m(&self, horizon_m: f64) -> f64 {
        self.clearance_m.unwrap_or(horizon_m)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_touch_that_lasts_counts_once_and_is_told_once() {
        let mut touches = Touches::none("obstacle");
        for tick in 0..100 {
            touches.touch(0.001 * f64::from(tick), 2, "left_hand", &Point3::new(1.0, 2.0, 3.0));
        }
        assert_eq!(touches.count(), 1);
        touches.touch(0.1, 3, "left_hand", &Point3::origin());
        touches.touch(0.3, 3, "left_elbow", &Point3::origin());
        assert_eq!(touches.count(), 3);
        let told: Vec<_> = touches.first().iter().map(|touch| (&*touch.other, &*touch.body)).collect();
        assert_eq!(
            told,
            [("obstacle 2", "left_hand"), ("obstacle 3", "left_hand"), ("obstacle 3", "left_elbow")]
        );
        assert_eq!(touches.first()[0].at_m, [1.0, 2.0, 3.0]);
    }

    #[test]
    fn no_more_than_some_are_kept_and_all_are_counted() {
        let mut touches = Touches::none("person");
        for index in 0..50 {
            touches.touch(0.0, index, "head", &Point3::origin());
        }
        assert_eq!((touches.count(), touches.first().len()), (50, KEPT));
    }

    #[test]
    fn the_least_distance_stays() {
        let mut touches = Touches::none("person");
        assert_eq!(touches.clearance_m(2.0), 2.0);
        assert_eq!(touches.near(None, 2.0), 2.0);
        assert_eq!(touches.near(Some(0.5), 2.0), 0.0);
        assert_eq!(touches.near(Some(0.75), 2.0), 0.25);
        assert_eq!(touches.clearance_m(2.0), 0.5);
    }
}
