//! Speed on stairs: how long the CoM takes from the first riser to the last.

use nalgebra::Point2;

use crate::mapping::{Flight, Tread};

/// Where a CoM is along one ascent or descent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Before,
    Inside,
    Beyond,
}

/// The risers of one ascent, seen along the flight's own direction, and who is on them.
#[derive(Debug, Clone)]
struct Risers {
    flight: Flight,
    from_m: f64,
    to_m: f64,
    /// Way from the one to the other along the line of nosings [m].
    slope_m: f64,
    rises: bool,
    place: Option<Place>,
    /// End it came in at, and when.
    entered: Option<(Place, f64)>,
}

/// Passages of the CoM over every flight of a scenario.
#[derive(Debug, Clone)]
pub(super) struct StairTimer {
    risers: Vec<Risers>,
    up: Passed,
    down: Passed,
}

/// Ways and time of the passages in one direction.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Passed {
    /// Way over the ground [m].
    ground_m: f64,
    /// Way along the line of nosings [m].
    slope_m: f64,
    time_s: f64,
}

impl Passed {
    fn speed_m_s(&self, way_m: f64) -> Option<f64> {
        (self.time_s > 0.0).then(|| way_m / self.time_s)
    }
}

impl StairTimer {
    /// A timer for these flights.
    pub fn new(flights: &[Flight]) -> Self {
        let mut risers = Vec::new();
        for flight in flights {
            // The risers of one ascent or descent: from the first to the last without a turn between them.
            let levels = flight.levels();
            let rises = |index: usize| levels[index + 1].height_m > levels[index].height_m;
            let mut first = 0;
            for index in 0..levels.len() - 1 {
                if index + 2 < levels.len() && rises(index + 1) == rises(index) {
                    continue;
                }
                let (from_m, to_m) = (levels[first].to_m, levels[index].to_m);
                if to_m - from_m > 1e-6 {
                    let (flight, up) = (flight.clone(), rises(index));
                    // Tread by tread: a landing between them is level.
                    let slope = |pair: &[Tread]| pair[0].depth_m().hypot(pair[1].height_m - pair[0].height_m);
                    let slope_m = levels[first + 1..index + 2].windows(2).map(slope).sum();
                    let (place, entered) = (None, None);
                    risers.push(Risers { flight, from_m, to_m, slope_m, rises: up, place, entered });
                }
                first = index + 1;
            }
        }
        Self { risers, up: Passed::default(), down: Passed::default() }
    }

    /// Takes the CoM seen from above [m] at a time [s].
    pub fn observe(&mut self, time_s: f64, com: &Point2<f64>) {
        for risers in &mut self.risers {
            let Some(forward) = risers.observe(time_s, com) else { continue };
            let total = if risers.rises == forward.0 { &mut self.up } else { &mut self.down };
            total.ground_m += risers.to_m - risers.from_m;
            total.slope_m += risers.slope_m;
            total.time_s += forward.1;
        }
    }

    /// Mean horizontal speed on the way up [m/s].
    pub fn up_mps(&self) -> Option<f64> {
        self.up.speed_m_s(self.up.ground_m)
    }

    /// Mean speed on the way up along the line of nosings [m/s].
    pub fn up_slope_mps(&self) -> Option<f64> {
        self.up.speed_m_s(self.up.slope_m)
    }

    /// Mean horizontal speed on the way down [m/s].
    pub fn down_mps(&self) -> Option<f64> {
        self.down.speed_m_s(self.down.ground_m)
    }

    /// Mean speed on the way down along the line of nosings [m/s].
    pub fn down_slope_mps(&self) -> Option<f64> {
        self.down.speed_m_s(self.down.slope_m)
    }
}

impl Risers {
    /// Whether a passage was along the flight's direction, and its time [s], at the tick it ends.
    fn observe(&mut self, time_s: f64, com: &Point2<f64>) -> Option<(bool, f64)> {
        let local = self.flight.local(com);
        let place = if local.y.abs() > 0.5 * self.flight.width_m {
            // Beside the flight: whatever was begun is no passage.
            self.entered = None;
            self.place = None;
            return None;
        } else if local.x < self.from_m {
            Place::Before
        } else if local.x <= self.to_m {
            Place::Inside
        } else {
            Place::Beyond
        };
        let last = self.place.replace(place);
        match (last, place) {
            (Some(from @ (Place::Before | Place::Beyond)), Place::Inside) => {
                self.entered = Some((from, time_s));
                None
            }
            (Some(Place::Inside), Place::Before | Place::Beyond) => {
                let (from, since) = self.entered.take()?;
                (from != place).then_some((from == Place::Before, time_s - since))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::scenario::Feature;

    fn flight() -> Flight {
        Flight::of(&Feature::Stairs {
            start_m: (2.0, 1.0),
            heading_rad: std::f64::consts::FRAC_PI_2,
            rise_m: 0.17,
            run_m: 0.28,
            width_m: 1.2,
            steps: 8,
            landing_m: 1.0,
            down: true,
        })
        .expect("stairs")
    }

    /// Walks along the flight's axis at a speed that depends on the place, there or back.
    fn walk(timer: &mut StairTimer, back: bool) {
        let (mut x, mut time) = (-0.5, 0.0);
        while x < flight().length_m() + 0.5 {
            let at = if back { flight().length_m() - x } else { x };
            timer.observe(time, &(flight().world_from_flight * Point2::new(at, 0.1)));
            x += 0.001 * if x < 7.0 * 0.28 { 0.5 } else { 0.4 };
            time += 0.001;
        }
    }

    #[test]
    fn the_way_up_and_the_way_down_have_their_own_speed() {
        let mut timer = StairTimer::new(&[flight()]);
        walk(&mut timer, false);
        assert!((timer.up_mps().unwrap_or(0.0) - 0.5).abs() < 1e-3);
        assert!((timer.down_mps().unwrap_or(0.0) - 0.4).abs() < 1e-3);
        let steeper = 0.17_f64.hypot(0.28) / 0.28;
        assert!((timer.up_slope_mps().unwrap_or(0.0) - 0.5 * steeper).abs() < 1e-3);
        assert!((timer.down_slope_mps().unwrap_or(0.0) - 0.4 * steeper).abs() < 1e-3);
        // On the way back the far side is the one that rises.
        let mut timer = StairTimer::new(&[flight()]);
        walk(&mut timer, true);
        assert!((timer.up_mps().unwrap_or(0.0) - 0.5).abs() < 1e-3);
    }

    #[test]
    fn turning_back_on_the_stairs_is_no_passage() {
        let mut timer = StairTimer::new(&[flight()]);
        for (time, x) in [(0.0, -0.1), (0.1, 0.1), (0.2, 0.5), (0.3, 0.1), (0.4, -0.1)] {
            timer.observe(time, &(flight().world_from_flight * Point2::new(x, 0.0)));
        }
        assert_eq!(timer.up_mps(), None);
    }
}
