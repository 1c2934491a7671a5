//! The liquid in an upright cylinder: its first sloshing mode as a damped spherical pendulum.
//!
//! In: radius, depth and damping, then the acceleration and the turn of the vessel. Out: the rod of the equivalent
//! pendulum, whose direction is the surface's normal, and its reaction on the vessel. Frequency, mass share and
//! pivot are those of linear potential flow (Abramson 1966, NASA SP-106, chapter 6; Ibrahim 2005, chapter 5).
//!
//! A rod at an angle stands for a surface whose wave at the wall is at most as high as a tilted plane's: 0.84 of it
//! in the mode itself, the whole of it where the vessel accelerates steadily.

use nalgebra::Vector3;

/// First root of J1': the mode that sloshes from side to side.
const ROOT: f64 = 1.841_183_8;

/// The equivalent pendulum of a liquid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slosh {
    /// Mass that sloshes [kg].
    pub mass_kg: f64,
    /// Mass that moves as the vessel does [kg].
    pub fixed_kg: f64,
    /// Length of the rod [m].
    pub length_m: f64,
    /// Height of the pivot over the vessel's floor [m].
    pub pivot_m: f64,
    /// Height of the fixed mass over the floor [m].
    pub fixed_m: f64,
    /// Damping as a share of the critical one.
    pub damping_share: f64,
}

impl Slosh {
    /// Of a liquid of this mass [kg] that fills a cylinder of a radius [m] to a depth [m].
    pub fn new(mass_kg: f64, radius_m: f64, depth_m: f64, damping_share: f64) -> Self {
        let deep = (ROOT * depth_m / radius_m).tanh();
        let length_m = radius_m / (ROOT * deep);
        let share = 2.0 * radius_m * deep / (ROOT * (ROOT * ROOT - 1.0) * depth_m);
        // The height at which the bob of a rod of that length gives the wave's moment.
        let bob_m = depth_m - 2.0 * radius_m / ROOT * (0.5 * ROOT * depth_m / radius_m).tanh();
        let fixed_m = (0.5 * depth_m - share * bob_m) / (1.0 - share);
        Self {
            mass_kg: share * mass_kg,
            fixed_kg: (1.0 - share) * mass_kg,
            length_m,
            pivot_m: bob_m + length_m,
            fixed_m,
            damping_share,
        }
    }

    /// Of another liquid: factors on its mass, the length of its rod and its damping.
    pub fn varied(mut self, [mass, length, damping]: [f64; 3]) -> Self {
        self.mass_kg *= mass;
        self.fixed_kg *= mass;
        self.length_m *= length;
        self.damping_share *= damping;
        self
    }

    /// Natural frequency under a gravity [m/s^2], in [rad/s].
    pub fn omega(&self, gravity_m_s2: f64) -> f64 {
        (gravity_m_s2 / self.length_m).sqrt()
    }
}

/// How the vessel moves in a step, world frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VesselMotion {
    /// Acceleration of the pivot [m/s^2].
    pub acceleration: Vector3<f64>,
    /// Angular velocity [rad/s].
    pub turning: Vector3<f64>,
}

/// The rod of the pendulum: from the pivot to the bob.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rod {
    /// Direction, world; down at rest.
    pub direction: Vector3<f64>,
    /// How fast that changes [1/s].
    pub rate: Vector3<f64>,
}

impl Rod {
    /// At rest.
    pub fn hanging() -> Self {
        Self { direction: -Vector3::z(), rate: Vector3::zeros() }
    }

    /// Lets a time step pass; the force on the pivot beyond that of the bob fixed there, as a mean over it [N].
    pub fn advance(
        &mut self,
        slosh: &Slosh,
        vessel: &VesselMotion,
        gravity_m_s2: f64,
        dt_s: f64,
    ) -> Vector3<f64> {
        let pull = Vector3::new(0.0, 0.0, -gravity_m_s2) - vessel.acceleration;
        let damping = 2.0 * slosh.damping_share * slosh.omega(gravity_m_s2);
        let slope = |rod: &Self| {
            let (d, u) = (&rod.direction, &rod.rate);
            let across = pull - d * pull.dot(d);
            let against = (u - vessel.turning.cross(d)) * damping;
            (*u, across / slosh.length_m - d * u.norm_squared() - against)
        };
        let at = |step_s: f64, (rate, change): (Vector3<f64>, Vector3<f64>)| Self {
            direction: self.direction + rate * step_s,
            rate: self.rate + change * step_s,
        };
        // Fourth order Runge-Kutta.
        let a = slope(self);
        let b = slope(&at(0.5 * dt_s, a));
        let c = slope(&at(0.5 * dt_s, b));
        let d = slope(&at(dt_s, c));
        let before = self.rate;
        let mean = |a: Vector3<f64>, b: Vector3<f64>, c: Vector3<f64>, d: Vector3<f64>| {
            (a + (b + c) * 2.0 + d) * (dt_s / 6.0)
        };
        let direction = self.direction + mean(a.0, b.0, c.0, d.0);
        let rate = self.rate + mean(a.1, b.1, c.1, d.1);
        self.direction = direction.normalize();
        self.rate = rate - self.direction * rate.dot(&self.direction);
        (before - self.rate) * (slosh.mass_kg * slosh.length_m / dt_s)
    }

    /// Angle between the surface's normal and the vessel's axis [rad].
    pub fn angle_to(&self, axis: &Vector3<f64>) -> f64 {
        // By the sine and the cosine: exact near zero too.
        let up = -self.direction;
        up.cross(axis).norm().atan2(up.dot(axis))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRAVITY: f64 = 9.81;
    const STILL: VesselMotion =
        VesselMotion { acceleration: Vector3::new(0.0, 0.0, 0.0), turning: Vector3::new(0.0, 0.0, 0.0) };

    fn cup(damping_share: f64) -> Slosh {
        Slosh::new(0.4, 0.04, 0.08, damping_share)
    }

    fn tilted(angle_rad: f64) -> Rod {
        Rod { direction: Vector3::new(angle_rad.sin(), 0.0, -angle_rad.cos()), rate: Vector3::zeros() }
    }

    #[test]
    fn a_cup_of_water_has_the_theorys_frequency_and_mass() {
        let cup = cup(0.005);
        // SP-106: omega^2 = 1.841 g / R tanh(1.841 h / R), m1 / m = d / (4.4 h) tanh(3.68 h / d).
        let omega = (1.841 * GRAVITY / 0.04 * (1.841f64 * 2.0).tanh()).sqrt();
        assert!((cup.omega(GRAVITY) - omega).abs() < 0.01, "{} {omega}", cup.omega(GRAVITY));
        assert!((cup.mass_kg / 0.4 - 0.08 / (4.4 * 0.08)).abs() < 0.002, "{cup:?}");
        assert!((cup.mass_kg + cup.fixed_kg - 0.4).abs() < 1e-12);
        // A deep liquid sloshes near its surface.
        assert!(cup.pivot_m > 0.05 && cup.pivot_m < 0.08, "{cup:?}");
    }

    #[test]
    fn small_swings_have_the_analytic_frequency_and_decay() {
        let cup = cup(0.05);
        let omega = cup.omega(GRAVITY);
        let mut rod = tilted(0.01);
        let (mut turns, mut before) = (Vec::new(), rod);
        for tick in 1..=3000 {
            rod.advance(&cup, &STILL, GRAVITY, 0.001);
            if before.rate.x < 0.0 && rod.rate.x >= 0.0 {
                let share = before.rate.x / (before.rate.x - rod.rate.x);
                turns.push((0.001 * (f64::from(tick - 1) + share), -rod.direction.x));
            }
            before = rod;
        }
        let (first, last) = (turns[0], turns[5]);
        let period_s = (last.0 - first.0) / 5.0;
        let damped = omega * (1.0 - 0.05f64.powi(2)).sqrt();
        assert!((period_s * damped / std::f64::consts::TAU - 1.0).abs() < 1e-3, "{period_s}");
        let decay = (first.1 / last.1).ln() / (last.0 - first.0);
        assert!((decay / (0.05 * omega) - 1.0).abs() < 0.01, "{decay}");
    }

    #[test]
    fn without_damping_no_energy_is_lost_or_won() {
        let cup = cup(0.0);
        let mut rod = tilted(0.3);
        rod.rate.y = 2.0;
        let energy = |rod: &Rod| 0.5 * cup.length_m * rod.rate.norm_squared() + GRAVITY * rod.direction.z;
        let before = energy(&rod);
        for _ in 0..60_000 {
            rod.advance(&cup, &STILL, GRAVITY, 0.001);
        }
        assert!((energy(&rod) - before).abs() < 1e-4 * GRAVITY, "{} {before}", energy(&rod));
    }

    #[test]
    fn a_steady_acceleration_tilts_the_surface_to_the_apparent_gravity() {
        let cup = cup(0.3);
        let mut rod = Rod::hanging();
        let motion = VesselMotion { acceleration: Vector3::new(2.0, 0.0, 0.0), ..STILL };
        let mut force = Vector3::zeros();
        for _ in 0..4000 {
            force = rod.advance(&cup, &motion, GRAVITY, 0.001);
        }
        assert!((rod.angle_to(&Vector3::z()) - (2.0f64 / GRAVITY).atan()).abs() < 1e-6);
        assert!(force.norm() < 1e-6, "at rest in the vessel it is as good as fixed: {force}");
    }

    #[test]
    fn a_jolt_leaves_the_bob_where_it_was() {
        let cup = cup(0.0);
        let mut rod = Rod::hanging();
        let motion = VesselMotion { acceleration: Vector3::new(100.0, 0.0, 0.0), ..STILL };
        let force = rod.advance(&cup, &motion, GRAVITY, 0.001);
        // What the vessel does not have to push along.
        assert!((force.x - cup.mass_kg * 100.0).abs() < 0.01 * cup.mass_kg * 100.0, "{force}");
    }
}
