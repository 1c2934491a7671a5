//! From the simulation's f64 to Bevy's f32.

use bevy::math::{Quat, Vec3};
use bevy::transform::components::Transform;
use nalgebra::{Isometry3, Point3, Translation3, UnitQuaternion, Vector3};

pub(super) fn point(p: &Point3<f64>) -> Vec3 {
    vector(&p.coords)
}

pub(super) fn vector(v: &Vector3<f64>) -> Vec3 {
    Vec3::new(v.x as f32, v.y as f32, v.z as f32)
}

pub(super) fn transform(pose: &Isometry3<f64>) -> Transform {
    let q = pose.rotation.quaternion();
    Transform {
        translation: vector(&pose.translation.vector),
        rotation: Quat::from_xyzw(q.i as f32, q.j as f32, q.k as f32, q.w as f32).normalize(),
        scale: Vec3::ONE,
    }
}

/// The pose a config gives as position and roll-pitch-yaw.
pub(super) fn placed(xyz_m: &[f64; 3], rpy_rad: &[f64; 3]) -> Isometry3<f64> {
    Isometry3::from_parts(
        Translation3::new(xyz_m[0], xyz_m[1], xyz_m[2]),
        UnitQuaternion::from_euler_angles(rpy_rad[0], rpy_rad[1], rpy_rad[2]),
    )
}
