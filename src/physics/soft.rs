//! Soft ground: upright pistons side by side, each on a spring and a damper of its own.
//!
//! Rapier moves them as it moves any body: up and down only, by what presses on them and by their spring. Nothing but
//! their contact acts on a foot. Those that nothing presses on sleep and cost nothing. Under them the floor lies as
//! deep as the ground is solid there.

use bevy_rapier3d::prelude::{RapierContextColliders, RapierRigidBodySet};
use bevy_rapier3d::rapier::math::Vector;
use bevy_rapier3d::rapier::prelude::{
    ActiveHooks, CoefficientCombineRule, Collider, ColliderBuilder, ContactModificationContext, Group,
    InteractionGroups, InteractionTestMode, IslandManager, RigidBodyBuilder,
};
use nalgebra::{Isometry3, Point2, Translation3, UnitQuaternion, Vector3};

use super::convert::{pose_to_rapier, vector_from_rapier};
use super::rectangle::Rectangle;
use super::terrain::Kind;
use crate::config::scenario::{Feature, TerrainConfig};

/// Edge of a piston [m]: a sole lies on a dozen.
const PISTON_M: f64 = 0.05;

/// Most pistons along a side: those of larger fields are larger.
const MOST_PISTONS: f64 = 200.0;

/// Height of a piston, more than it is pressed in [m].
const TALL_M: f64 = 1.5;

/// Mass that moves with the surface [kg/m^2]: a few centimetres of turf or rubber.
const MASS_KG_M2: f64 = 50.0;

/// A piston slower than this sleeps after so long [m/s, s].
const SLEEPS: (f64, f64) = (1e-3, 0.1);

/// A contact whose normal rises less than this, as a sine, is one with the side of a piston.
const STEEP: f32 = 0.5;

/// Marks a body as a piston, beside the index of its field.
const PISTON: u128 = 1 << 32;

/// A rectangle of pistons.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Field {
    part: Rectangle,
    depth_m: f64,
    /// Pistons along x and y.
    pistons: (usize, usize),
    /// Of one piston [kg, N/m, N s/m].
    mass_kg: f64,
    stiffness_n_m: f64,
    damping_ns_m: f64,
}

impl Field {
    fn of(feature: &Feature) -> Option<Self> {
        let Feature::Soft { center_m, size_m, yaw_rad, stiffness_kpa_m, damping_kpas_m, depth_m } = *feature
        else {
            return None;
        };
        let along = |size_m: f64| (size_m / PISTON_M).round().clamp(1.0, MOST_PISTONS);
        let (columns, rows) = (along(size_m.0), along(size_m.1));
        let area_m2 = size_m.0 * size_m.1 / (columns * rows);
        Some(Self {
            part: Rectangle::new(center_m, size_m, yaw_rad),
            depth_m,
            pistons: (columns as usize, rows as usize),
            mass_kg: MASS_KG_M2 * area_m2,
            stiffness_n_m: 1e3 * stiffness_kpa_m * area_m2,
            damping_ns_m: 1e3 * damping_kpas_m * area_m2,
        })
    }

    /// Force on a piston so far over its place at rest [m], with this speed [m/s]: spring and damper as they will be
    /// at the end of the step, with which they take energy and never give more back.
    fn force_n(&self, over_m: f64, speed_m_s: f64, dt_s: f64) -> f64 {
        let (k, c) = (self.stiffness_n_m, self.damping_ns_m);
        let held = 1.0 + dt_s * (c + dt_s * k) / self.mass_kg;
        -(k * (over_m + dt_s * speed_m_s) + c * speed_m_s) / held
    }
}

/// All soft ground of a terrain.
#[derive(Debug, Clone, Default)]
pub(super) struct SoftGround {
    fields: Vec<Field>,
}

impl SoftGround {
    pub(super) fn of(terrain: &TerrainConfig) -> Self {
        Self { fields: terrain.features.iter().filter_map(Field::of).collect() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// Puts the pistons in their places.
    pub(super) fn spawn(
        &self,
        friction: f64,
        bodies: &mut RapierRigidBodySet,
        colliders: &mut RapierContextColliders,
    ) {
        for (index, field) in self.fields.iter().enumerate() {
            let yaw = UnitQuaternion::from_axis_angle(
                &Vector3::z_axis(),
                field.part.world_from_local.rotation.angle(),
            );
            let (columns, rows) = field.pistons;
            let half = (field.part.half_m.0 / columns as f64, field.part.half_m.1 / rows as f64);
            for row in 0..rows {
                for column in 0..columns {
                    let x = half.0 * (2 * column + 1) as f64 - field.part.half_m.0;
                    let y = half.1 * (2 * row + 1) as f64 - field.part.half_m.1;
                    let at = field.part.world_from_local * Point2::new(x, y);
                    let at = Isometry3::from_parts(Translation3::new(at.x, at.y, 0.0), yaw);
                    let body = RigidBodyBuilder::dynamic()
                        .pose(pose_to_rapier(&at))
                        .enabled_translations(false, false, true)
                        .lock_rotations()
                        // Its surface is where its own weight leaves it.
                        .gravity_scale(0.0)
                        .sleeping(true)
                        .user_data(PISTON | index as u128);
                    let mut body = body.build();
                    let activation = body.activation_mut();
                    activation.normalized_linear_threshold = SLEEPS.0 as f32;
                    activation.time_until_sleep = SLEEPS.1 as f32;
                    let handle = bodies.bodies.insert(body);
                    let tall = Translation3::new(0.0, 0.0, -0.5 * TALL_M);
                    let collider =
                        ColliderBuilder::cuboid(half.0 as f32, half.1 as f32, (0.5 * TALL_M) as f32)
                            .position(pose_to_rapier(&tall.into()))
                            .mass(field.mass_kg as f32)
                            .friction(friction as f32)
                            .friction_combine_rule(CoefficientCombineRule::Min)
                            .active_hooks(ActiveHooks::MODIFY_SOLVER_CONTACTS)
                            // Of all things only those that move meet it.
                            .collision_groups(InteractionGroups::new(
                                Group::GROUP_1,
                                Group::GROUP_2,
                                InteractionTestMode::And,
                            ))
                            .user_data(Kind::Ground.to_user_data());
                    colliders.colliders.insert_with_parent(collider.build(), handle, &mut bodies.bodies);
                }
            }
        }
    }

    /// Lets the springs and dampers act on the pistons that are awake.
    pub(super) fn press(&self, islands: &IslandManager, bodies: &mut RapierRigidBodySet, dt_s: f64) {
        if self.is_empty() {
            return;
        }
        for handle in islands.active_bodies() {
            let Some(body) = bodies.bodies.get_mut(handle) else { continue };
            if body.user_data & PISTON == 0 {
                continue;
            }
            let index = (body.user_data & u128::from(u32::MAX)) as usize;
            let Some(field) = self.fields.get(index) else { continue };
            let force = field.force_n(f64::from(body.translation().z), f64::from(body.linvel().z), dt_s);
            body.reset_forces(false);
            body.add_force(super::convert::vector_to_rapier(&Vector3::new(0.0, 0.0, force)), false);
        }
    }

    /// A dent has no walls: where a sole meets a piston from the side, it presses it down as on a slope of 45 degrees.
    pub(super) fn slope_walls(&self, context: &mut ContactModificationContext) {
        let is_piston = |handle| {
            let collider: Option<&Collider> = context.colliders.get(handle);
            collider.is_some_and(|c| c.parent().is_some() && Kind::of(c) == Kind::Ground)
        };
        let up = if is_piston(context.collider1) {
            Vector::Z
        } else if is_piston(context.collider2) {
            -Vector::Z
        } else {
            return;
        };
        let normal = *context.normal;
        if normal.dot(up) < STEEP {
            let sloping = (normal + up).normalize_or(up);
            for contact in context.solver_contacts.iter_mut() {
                contact.dist *= sloping.dot(normal);
            }
            *context.normal = sloping;
        }
    }

    /// Lets the floor lie as deep under the pistons as the ground is solid there.
    pub(super) fn lower_floor(&self, context: &mut ContactModificationContext) {
        for contact in context.solver_contacts.iter_mut() {
            let at = vector_from_rapier(contact.anchor1);
            let place = Point2::new(at.x, at.y);
            if let Some(field) = self.fields.iter().find(|field| field.part.contains(&place)) {
                contact.dist += field.depth_m as f32;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::scenario::PhysicsConfig;
    use crate::model::{RobotModel, State};
    use crate::physics::{PhysicsWorld, ThrownBox};

    const STIFFNESS_KPA_M: f64 = 1000.0;

    fn terrain() -> TerrainConfig {
        let soft = Feature::Soft {
            center_m: (20.0, 0.0),
            size_m: (1.0, 1.0),
            yaw_rad: 0.3,
            stiffness_kpa_m: STIFFNESS_KPA_M,
            damping_kpas_m: 20.0,
            depth_m: 0.1,
        };
        TerrainConfig { friction: 0.8, features: vec![soft] }
    }

    fn world() -> (RobotModel, PhysicsWorld) {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/configs/robots/healthy_loong.ron");
        let robot = crate::config::load_robot(path.as_ref()).expect("the robot loads").config;
        let model = RobotModel::build(&robot).expect("a robot");
        let world = PhysicsWorld::new(&model, &terrain(), &PhysicsConfig::default()).expect("a world");
        (model, world)
    }

    #[test]
    fn what_lies_on_it_sinks_as_deep_as_its_weight_presses_it_and_bounces_no_higher_than_it_fell() {
        let (model, mut world) = world();
        let (side_m, mass_kg, drop_m) = (0.3, 60.0, 0.1);
        for x in [20.0, 30.0] {
            world.throw(&ThrownBox {
                from_m: Vector3::new(x, 0.0, 0.1 + drop_m),
                velocity_m_s: Vector3::zeros(),
                size_m: Vector3::new(side_m, side_m, 0.2),
                mass_kg,
            });
        }
        let mut state = State::zero(model.joints());
        let torques = vec![0.0; model.joints()];
        let (mut deepest_m, mut bounce_m) = (0.0_f64, f64::NEG_INFINITY);
        let mut after = Vec::new();
        for _ in 0..3000 {
            world.read_state(&mut state);
            world.step(&model, &state, &torques, []);
            after = world.loose_boxes().map(|(pose, _)| pose.translation.z - 0.1).collect();
            deepest_m = deepest_m.min(after[0]);
            if deepest_m < -0.01 {
                bounce_m = bounce_m.max(after[0]);
            }
        }
        assert!(bounce_m < 0.6 * drop_m, "bounces {bounce_m}");
        assert!(after[1].abs() < 1e-3, "on the floor beside it: {}", after[1]);
        // It lies on whole pistons: on a few more than its own face.
        let pressed_m2 = |edge_m: f64| (side_m + edge_m) * (side_m + edge_m);
        let sinks_m = |area_m2: f64| mass_kg * 9.81 / (1e3 * STIFFNESS_KPA_M * area_m2);
        let (least_m, most_m) = (sinks_m(pressed_m2(2.0 * PISTON_M)), sinks_m(pressed_m2(0.0)));
        assert!((least_m..most_m * 1.05).contains(&-after[0]), "{} for {least_m} to {most_m}", after[0]);
    }

    #[test]
    fn a_piston_never_gives_back_more_than_it_took() {
        let field = terrain().features.first().and_then(Field::of).expect("soft ground");
        let (dt_s, k, m) = (0.001, field.stiffness_n_m, field.mass_kg);
        let (mut z, mut v) = (-0.03, 0.0);
        let mut energy_j = 0.5 * k * z * z;
        for _ in 0..2000 {
            v += field.force_n(z, v, dt_s) / m * dt_s;
            z += v * dt_s;
            let now_j = 0.5 * (k * z * z + m * v * v);
            assert!(now_j <= energy_j + 1e-12, "{now_j} from {energy_j}");
            energy_j = now_j;
        }
        assert!(z.abs() < 1e-4, "it comes back: {z}");
    }
}
