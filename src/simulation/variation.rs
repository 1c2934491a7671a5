//! What a seed changes in a scenario.

use nalgebra::Vector3;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::config::scenario::{ScenarioConfig, VariationConfig};

/// The drawn values of one run.
#[derive(Debug, Clone, PartialEq)]
pub struct Variation {
    /// Factor on every mass and inertia.
    pub mass_factor: f64,
    /// Friction of the ground.
    pub friction: f64,
    /// Shift of the start [m] and its heading [rad].
    pub start: Vector3<f64>,
    /// Shift of each start joint angle [rad].
    pub joints_rad: Vec<f64>,
    /// Factor on all sensor noise.
    pub noise_factor: f64,
    /// Time by which all sensors are later [s].
    pub latency_s: f64,
    /// Factors on the liquid's mass, the length of its pendulum and its damping.
    pub liquid: [f64; 3],
}

impl Variation {
    /// Draws the values of a seed; seed 0 is the scenario as written.
    pub fn draw(scenario: &ScenarioConfig, joints: usize, seed: u64) -> Self {
        let mut plain = Self {
            mass_factor: 1.0,
            friction: scenario.terrain.friction,
            start: Vector3::zeros(),
            joints_rad: vec![0.0; joints],
            noise_factor: scenario.sensor_noise_factor,
            latency_s: 0.0,
            liquid: [1.0; 3],
        };
        if seed == 0 {
            return plain;
        }
        let VariationConfig {
            mass,
            friction,
            start_xy_m,
            start_yaw_rad,
            start_joints_rad,
            noise,
            latency_s,
            liquid,
        } = scenario.variation;
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(1);
        let mut within = |half: f64| if half > 0.0 { rng.random_range(-half..=half) } else { 0.0 };
        plain.mass_factor = 1.0 + within(mass);
        plain.start = Vector3::new(within(start_xy_m), within(start_xy_m), within(start_yaw_rad));
        for angle in &mut plain.joints_rad {
            *angle = within(start_joints_rad);
        }
        if let Some((low, high)) = friction {
            plain.friction = 0.5 * (low + high) + within(0.5 * (high - low));
        }
        if let Some((low, high)) = noise {
            plain.noise_factor *= 0.5 * (low + high) + within(0.5 * (high - low));
        }
        if let Some((low, high)) = latency_s {
            plain.latency_s = 0.5 * (low + high) + within(0.5 * (high - low));
        }
        for factor in &mut plain.liquid {
            *factor += within(liquid);
        }
        plain
    }
}
