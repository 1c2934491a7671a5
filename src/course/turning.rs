//! A staircase that turns: on landings by a quarter or a half, or wound round an axis.

use std::f64::consts::{FRAC_PI_2, PI};

use nalgebra::Point2;
use rand::{Rng, RngExt};

use super::staircase::Staircase;
use super::{BEHIND_M, Laid, between, room, rounded, wall};
use crate::config::course::CourseConfig;
use crate::config::scenario::{Feature, StairPiece, Turn};

/// From the start to the first riser [m].
const BEFORE_M: f64 = 2.5;
/// From the last riser to the goal, and from there to the wall behind it [m].
const AFTER_M: f64 = 2.5;
const BEYOND_M: f64 = 1.5;
/// Room round everything [m].
const AROUND_M: f64 = 3.0;
/// Between the staircase and the walls beside its end [m].
const BESIDE_M: f64 = 0.1;
/// How far those walls reach back beside the last tread [m].
const BACK_M: f64 = 0.2;
/// Half of the gap between two flights beside each other [m].
const WELL_M: f64 = 0.1;

/// None where the course is another.
pub(super) fn lay_out(course: &CourseConfig, rng: &mut impl Rng) -> Option<Laid> {
    let CourseConfig::Turning { rise_m, run_m, step_measure_m, steps, landing_m, radius_m, width_m } =
        *course
    else {
        return None;
    };
    let rise = between(rise_m, rng);
    let measure = between(step_measure_m, rng);
    let run = rounded((measure - 2.0 * rise).max(run_m.0).min(run_m.1));
    let turn = if rng.random() { Turn::Left } else { Turn::Right };
    let other = turn.other();
    let mut count = || rng.random_range(steps.0.min(steps.1)..=steps.1.max(steps.0)).max(1);
    let (first, second) = (count(), count());
    let length_m = between(landing_m, rng);
    let landing = StairPiece::Landing { length_m, down: false };
    let straight = |steps: usize, down: bool| StairPiece::Straight { steps, down };
    let corner_m = 0.5 * width_m + WELL_M;
    let corner = |angle_rad: f64, turn: Turn, down: bool| StairPiece::Corner {
        angle_rad,
        radius_m: corner_m,
        turn,
        down,
    };
    // As many risers down as up: the last one leads to the floor.
    let pieces = match rng.random_range(0..4) {
        0 => {
            let back = if rng.random() { turn } else { other };
            vec![
                straight(first, false),
                corner(FRAC_PI_2, turn, false),
                straight(second, false),
                landing,
                straight(second, true),
                corner(FRAC_PI_2, back, true),
                straight(first, true),
            ]
        }
        1 => vec![
            straight(first, false),
            corner(PI, turn, false),
            straight(second, false),
            landing,
            straight(second, true),
            corner(PI, other, true),
            straight(first, true),
        ],
        kind => {
            // Not beyond a half turn: the way down would cross the way up.
            let radius_m = between(radius_m, rng).max(corner_m);
            let most = (PI * radius_m / run).floor().max(1.0) as usize;
            let wound = |turn: Turn, down: bool| StairPiece::Wound {
                steps: (first + second).min(most),
                radius_m,
                turn,
                down,
            };
            if kind == 2 {
                vec![wound(turn, false), landing, wound(other, true)]
            } else {
                // Winders between straight pieces, round a corner.
                let quarter = (FRAC_PI_2 * radius_m / run).round().max(1.0) as usize;
                let winders =
                    |turn: Turn, down: bool| StairPiece::Wound { steps: quarter, radius_m, turn, down };
                vec![
                    straight(first, false),
                    winders(turn, false),
                    straight(second, false),
                    landing,
                    straight(second, true),
                    winders(other, true),
                    straight(first, true),
                ]
            }
        }
    };
    let feature = Feature::Staircase {
        start_m: (BEFORE_M, 0.0),
        heading_rad: 0.0,
        rise_m: rise,
        run_m: run,
        width_m,
        pieces,
    };
    let staircase = Staircase::of(&feature)?;
    let end_m = staircase.line.length_m();
    let place = |way_m: f64, left_m: f64| {
        let at = staircase.at(way_m) * Point2::new(0.0, left_m);
        (rounded(at.x), rounded(at.y))
    };
    // Between walls from its last tread on, so that no other way leads to the goal.
    let beside = 0.5 * width_m + BESIDE_M;
    let behind_m = end_m + AFTER_M + BEYOND_M;
    let mut features = vec![feature, wall(place(behind_m, -beside), place(behind_m, beside))];
    for left in [beside, -beside] {
        features.push(wall(place(end_m - BACK_M, left), place(end_m, left)));
        features.push(wall(place(end_m, left), place(behind_m, left)));
    }
    let (mut low, mut high) = (Point2::new(-BEHIND_M, 0.0), Point2::origin());
    let reach = AROUND_M + beside;
    let samples = (behind_m / 0.5).ceil() as usize;
    for i in 0..=samples {
        let at = staircase.at(behind_m * i as f64 / samples as f64).translation.vector;
        low = low.inf(&Point2::new(at.x - reach, at.y - reach));
        high = high.sup(&Point2::new(at.x + reach, at.y + reach));
    }
    features.extend(room((rounded(low.x), rounded(low.y)), (rounded(high.x), rounded(high.y))));
    Some(Laid { features, people: Vec::new(), goal_m: place(end_m + AFTER_M, 0.0) })
}
