//! Rectangles in which the ground has a friction of its own.
//!
//! Rapier asks before it solves each contact of the ground. A manifold has one friction: a sole that reaches over a
//! border gets the mean of its points by what each carries, with which it holds as much in all as its points would.

use bevy_rapier3d::rapier::prelude::{ContactManifold, ContactModificationContext};
use nalgebra::Point2;

use super::convert::vector_from_rapier;
use super::rectangle::Rectangle;
use super::terrain::Kind;
use crate::config::scenario::{Feature, TerrainConfig};

/// Carries less than anything that counts [N s].
const LEAST_NS: f64 = 1e-9;

/// A rectangle with its friction.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Patch {
    part: Rectangle,
    friction: f64,
}

/// All of a terrain; where they overlap the last one counts.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Patches {
    patches: Vec<Patch>,
    /// Friction of the ground elsewhere.
    elsewhere: f64,
}

impl Patches {
    pub(super) fn of(terrain: &TerrainConfig) -> Self {
        let patch = |feature: &Feature| match *feature {
            Feature::Patch { center_m, size_m, yaw_rad, friction } => {
                Some(Patch { part: Rectangle::new(center_m, size_m, yaw_rad), friction })
            }
            _ => None,
        };
        Self { patches: terrain.features.iter().filter_map(patch).collect(), elsewhere: terrain.friction }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.patches.is_empty()
    }

    /// Friction of the ground at a place.
    fn friction(&self, place: &Point2<f64>) -> f64 {
        let last = self.patches.iter().rev().find(|patch| patch.part.contains(place));
        last.map_or(self.elsewhere, |patch| patch.friction)
    }
}

/// What a contact's point carried in the last step [N s]. On a first touch none has carried anything yet: all count
/// alike.
fn carried_by(manifold: &ContactManifold, point: u32) -> f64 {
    manifold.points.get(point as usize).map_or(0.0, |point| f64::from(point.data.impulse)).max(LEAST_NS)
}

impl Patches {
    /// Gives a contact the friction of the places it touches.
    pub(super) fn set_friction(&self, context: &mut ContactModificationContext) {
        let (one, two) = (&context.colliders[context.collider1], &context.colliders[context.collider2]);
        let other = if Kind::of(one) == Kind::Ground { two } else { one };
        let (mut sum, mut carried) = (0.0, 0.0);
        for contact in context.solver_contacts.iter() {
            let at = vector_from_rapier(contact.anchor1);
            let weight = carried_by(context.manifold, contact.contact_indices()[0]);
            sum += weight * self.friction(&Point2::new(at.x, at.y));
            carried += weight;
        }
        if carried > 0.0 {
            // As elsewhere the smaller one of both counts.
            *context.friction = ((sum / carried) as f32).min(other.friction());
        }
    }
}

#[cfg(test)]
mod tests {
    use nalgebra::Vector3;

    use super::*;
    use crate::config::scenario::PhysicsConfig;
    use crate::model::{RobotModel, State};
    use crate::physics::{PhysicsWorld, ThrownBox};

    fn terrain() -> TerrainConfig {
        let patch = |x: f64, yaw_rad: f64, friction: f64| Feature::Patch {
            center_m: (x, 20.0),
            size_m: (20.0, 1.0),
            yaw_rad,
            friction,
        };
        TerrainConfig { friction: 0.5, features: vec![patch(0.0, 0.0, 0.1), patch(30.0, 0.5, 0.2)] }
    }

    #[test]
    fn a_place_has_the_friction_of_its_patch_and_the_terrains_elsewhere() {
        let patches = Patches::of(&terrain());
        let at = |x: f64, y: f64| patches.friction(&Point2::new(x, y));
        assert_eq!([at(9.9, 20.4), at(9.9, 20.6), at(0.0, 0.0)], [0.1, 0.5, 0.5]);
        assert_eq!([at(30.0 + 5.0 * 0.5_f64.cos(), 20.0 + 5.0 * 0.5_f64.sin()), at(35.0, 20.0)], [0.2, 0.5]);
    }

    #[test]
    fn a_box_slides_as_far_as_its_ground_lets_it() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/configs/robots/healthy_loong.ron");
        let robot = crate::config::load_robot(path.as_ref()).expect("the robot loads").config;
        let model = RobotModel::build(&robot).expect("a robot");
        let physics = PhysicsConfig::default();
        let mut world = PhysicsWorld::new(&model, &terrain(), &physics).expect("a world");
        let mut state = State::zero(model.joints());
        // In the patch, beside it, and with one half in it.
        let places = [20.0, 22.0, 20.5];
        for (i, y) in places.into_iter().enumerate() {
            world.throw(&ThrownBox {
                from_m: Vector3::new(3.0 * i as f64 - 5.0, y, 0.05),
                velocity_m_s: Vector3::new(1.0, 0.0, 0.0),
                size_m: Vector3::new(0.5, 0.5, 0.1),
                mass_kg: 5.0,
            });
        }
        let torques = vec![0.0; model.joints()];
        let steps = 200;
        for _ in 0..steps {
            world.read_state(&mut state);
            world.step(&model, &state, &torques, []);
        }
        let time_s = f64::from(steps) * physics.dt_s;
        let slid = |friction: f64| {
            let braking = friction * physics.gravity_m_s2;
            let rolls_s = time_s.min(1.0 / braking);
            rolls_s - 0.5 * braking * rolls_s * rolls_s
        };
        for ((i, wanted), (at, _)) in
            [slid(0.1), slid(0.5), slid(0.3)].into_iter().enumerate().zip(world.loose_boxes())
        {
            let far_m = at.translation.x - (3.0 * i as f64 - 5.0);
            assert!((far_m - wanted).abs() < 0.015, "box {i}: {far_m} for {wanted}");
        }
    }
}
