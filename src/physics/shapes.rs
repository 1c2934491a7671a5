//! What collides, as Rapier has it: for those who want to see it.

use bevy_rapier3d::rapier::parry::shape::Shape;
use nalgebra::{Isometry3, Point3, Vector3};

use super::convert::{pose_from_rapier, vector_from_rapier};
use super::terrain::Kind;
use super::world::PhysicsWorld;

/// The form of a shape, about its own centre.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Form {
    /// A cuboid of half sizes x, y, z [m].
    Cuboid(Vector3<f64>),
    /// A ball of this radius [m].
    Ball(f64),
    /// All points within the radius of a segment.
    Capsule {
        /// Ends of the segment [m].
        ends: [Point3<f64>; 2],
        /// Radius [m].
        radius_m: f64,
    },
}

/// A shape that collides.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CollidingShape {
    /// Its form.
    pub form: Form,
    /// Its place in the world.
    pub world_from_shape: Isometry3<f64>,
    /// Whether it belongs to the robot; to the world otherwise.
    pub of_robot: bool,
}

impl PhysicsWorld {
    /// All shapes that collide, but for the endless floor.
    pub fn shapes(&self) -> impl Iterator<Item = CollidingShape> + '_ {
        self.colliders().iter().filter_map(|(_, collider)| {
            // Rapier brings a collider to its body's place in the next step only, where the body was put there.
            let carried = collider.parent().zip(collider.position_wrt_parent()).map(|(body, placed)| {
                pose_from_rapier(self.bodies()[body].position()) * pose_from_rapier(placed)
            });
            Some(CollidingShape {
                form: form(collider.shape())?,
                world_from_shape: carried.unwrap_or_else(|| pose_from_rapier(collider.position())),
                of_robot: matches!(Kind::of(collider), Kind::Robot(_)),
            })
        })
    }
}

fn form(shape: &dyn Shape) -> Option<Form> {
    if let Some(cuboid) = shape.as_cuboid() {
        return Some(Form::Cuboid(vector_from_rapier(cuboid.half_extents)));
    }
    if let Some(ball) = shape.as_ball() {
        return Some(Form::Ball(f64::from(ball.radius)));
    }
    let capsule = shape.as_capsule()?;
    let ends = [capsule.segment.a, capsule.segment.b].map(|end| Point3::from(vector_from_rapier(end)));
    Some(Form::Capsule { ends, radius_m: f64::from(capsule.radius) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::scenario::{Feature, PhysicsConfig, TerrainConfig};
    use crate::model::RobotModel;

    #[test]
    fn every_shape_of_robot_and_terrain_is_told_but_the_floor() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/configs/robots/healthy_loong.ron");
        let robot = crate::config::load_robot(path.as_ref()).expect("the robot loads").config;
        let model = RobotModel::build(&robot).expect("a robot");
        let block = Feature::Box { center_m: (3.0, 1.0), size_m: (0.4, 0.6, 0.8), yaw_rad: 0.0 };
        let terrain = TerrainConfig { friction: 0.8, features: vec![block] };
        let world = PhysicsWorld::new(&model, &terrain, &PhysicsConfig::default()).expect("a world");
        let (of_robot, of_world): (Vec<_>, Vec<_>) = world.shapes().partition(|shape| shape.of_robot);
        assert_eq!(of_robot.len(), model.bodies.iter().map(|body| body.collision.len()).sum::<usize>());
        let [block] = of_world[..] else { panic!("one box: {of_world:?}") };
        let Form::Cuboid(half_m) = block.form else { panic!("a box: {block:?}") };
        assert!((half_m - Vector3::new(0.2, 0.3, 0.4)).norm() < 1e-6, "{half_m}");
        let at = block.world_from_shape.translation.vector;
        assert!((at - Vector3::new(3.0, 1.0, 0.4)).norm() < 1e-6, "{at}");
    }
}
