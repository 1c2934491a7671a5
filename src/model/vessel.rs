//! An open vessel with liquid at one of the robot's links: where it is and what it weighs.

use nalgebra::{Isometry3, Point3, Translation3, UnitQuaternion, Vector3};

use super::dynamics::Dynamics;
use super::robot::RobotModel;
use super::slosh::Slosh;
use crate::config::robot::{Geometry, ShapeConfig};
use crate::config::scenario::CupConfig;

/// A vessel rigidly at a body of the robot, its floor's centre at the origin of its frame and its axis along z.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Vessel {
    /// Body that holds it.
    pub body: usize,
    /// Its frame in that body's.
    pub body_from_vessel: Isometry3<f64>,
    /// Mass without the liquid [kg].
    pub mass_kg: f64,
    /// Its inner radius [m].
    pub radius_m: f64,
    /// Height of its wall [m].
    pub height_m: f64,
    /// Depth of the liquid [m].
    pub depth_m: f64,
    /// The liquid in it.
    pub slosh: Slosh,
}

impl Vessel {
    /// The vessel of a config; none where the robot has no such link.
    pub fn new(model: &RobotModel, cup: &CupConfig) -> Option<Self> {
        let frame = model.link(&cup.link)?;
        let [x, y, z] = cup.at_m;
        let [roll, pitch, yaw] = cup.rpy_rad;
        let rotation = UnitQuaternion::from_euler_angles(roll, pitch, yaw);
        let link_from_vessel = Isometry3::from_parts(Translation3::new(x, y, z), rotation);
        let liquid_kg = cup.density_kg_m3 * std::f64::consts::PI * cup.radius_m * cup.radius_m * cup.depth_m;
        Some(Self {
            body: frame.body,
            body_from_vessel: frame.body_from_link * link_from_vessel,
            mass_kg: cup.mass_kg,
            radius_m: cup.radius_m,
            height_m: cup.depth_m + cup.radius_m * cup.spill_rad.tan(),
            depth_m: cup.depth_m,
            slosh: Slosh::new(liquid_kg, cup.radius_m, cup.depth_m, cup.damping_share),
        })
    }

    /// Puts it into the robot: its wall as a shape that touches the world, vessel and fixed liquid as masses where they
    /// are, the sloshing liquid at its pivot.
    pub fn load(&self, model: &mut RobotModel) {
        let slosh = &self.slosh;
        let masses = [
            (self.mass_kg, 0.5 * self.height_m),
            (slosh.fixed_kg, slosh.fixed_m),
            (slosh.mass_kg, slosh.pivot_m),
        ];
        for (mass_kg, height_m) in masses {
            let at = self.body_from_vessel * Point3::new(0.0, 0.0, height_m);
            model.add_point_mass(self.body, mass_kg, &at);
        }
        let wall =
            Geometry::Cylinder { radius_m: self.radius_m, top_radius_m: None, length_m: self.height_m };
        let middle = self.body_from_vessel * Translation3::new(0.0, 0.0, 0.5 * self.height_m);
        let shape = ShapeConfig { geometry: wall, xyz_m: [0.0; 3], rpy_rad: [0.0; 3] };
        model.bodies[self.body].collision.push((middle, shape));
    }

    /// The pivot of the liquid's pendulum in the body's frame [m].
    pub fn pivot_in_body(&self) -> Point3<f64> {
        self.body_from_vessel * Point3::new(0.0, 0.0, self.slosh.pivot_m)
    }

    /// The pivot in the world [m].
    pub fn pivot(&self, dynamics: &Dynamics) -> Vector3<f64> {
        dynamics.position(self.body) + dynamics.rotation(self.body) * self.pivot_in_body().coords
    }

    /// The vessel's axis in the world.
    pub fn axis(&self, dynamics: &Dynamics) -> Vector3<f64> {
        dynamics.rotation(self.body) * (self.body_from_vessel.rotation * Vector3::z())
    }
}
