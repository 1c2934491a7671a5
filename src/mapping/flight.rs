//! A flight of stairs as something to walk over.

use nalgebra::{Isometry2, Point2, Vector2};

use crate::config::scenario::Feature;

/// A flight of stairs, seen from above: x of its frame along the ascent, origin at the first riser.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Flight {
    /// Frame at the foot of the first riser, x along the ascent.
    pub world_from_flight: Isometry2<f64>,
    /// Height of a step [m].
    pub rise_m: f64,
    /// Depth of a tread [m].
    pub run_m: f64,
    /// Width [m].
    pub width_m: f64,
    /// Steps up, and as many down.
    pub steps: usize,
    /// Depth of the landing [m].
    pub landing_m: f64,
    /// Whether it goes down again behind the landing.
    pub down: bool,
}

impl Flight {
    /// The flight a feature is, if it is one.
    pub fn of(feature: &Feature) -> Option<Self> {
        match *feature {
            Feature::Stairs { start_m, heading_rad, rise_m, run_m, width_m, steps, landing_m, down } => {
                Some(Self {
                    world_from_flight: Isometry2::new(Vector2::new(start_m.0, start_m.1), heading_rad),
                    rise_m,
                    run_m,
                    width_m,
                    steps: steps.max(1),
                    landing_m,
                    down,
                })
            }
            _ => None,
        }
    }

    /// Where the landing begins, from the first riser [m].
    pub fn landing_start_m(&self) -> f64 {
        (self.steps - 1) as f64 * self.run_m
    }

    /// Where the landing ends [m].
    pub fn landing_end_m(&self) -> f64 {
        self.landing_start_m() + self.landing_m
    }

    /// Where the flight ends: at the last riser down, or at the landing's far edge [m].
    pub fn length_m(&self) -> f64 {
        self.landing_end_m() + if self.down { (self.steps - 1) as f64 * self.run_m } else { 0.0 }
    }

    /// Every level surface along the flight: from, to [m] and height [m], in order.
    pub fn treads(&self) -> Vec<(f64, f64, f64)> {
        let mut treads = Vec::with_capacity(2 * self.steps);
        for step in 1..self.steps {
            let from = (step - 1) as f64 * self.run_m;
            treads.push((from, from + self.run_m, step as f64 * self.rise_m));
        }
        treads.push((self.landing_start_m(), self.landing_end_m(), self.steps as f64 * self.rise_m));
        if self.down {
            for step in 1..self.steps {
                let from = self.landing_end_m() + (step - 1) as f64 * self.run_m;
                treads.push((from, from + self.run_m, (self.steps - step) as f64 * self.rise_m));
            }
        }
        treads
    }

    /// A point of the world in the flight's frame [m].
    pub fn local(&self, point: &Point2<f64>) -> Point2<f64> {
        self.world_from_flight.inverse_transform_point(point)
    }
}
