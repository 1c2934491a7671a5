//! Between nalgebra's f64 and Rapier's f32.

use bevy_rapier3d::rapier::math::{Pose, Real, Rotation, Vector};
use nalgebra::{Isometry3, Quaternion, Translation3, UnitQuaternion, Vector3};

pub(super) fn vector_to_rapier(v: &Vector3<f64>) -> Vector {
    Vector::new(v.x as Real, v.y as Real, v.z as Real)
}

pub(super) fn vector_from_rapier(v: Vector) -> Vector3<f64> {
    Vector3::new(f64::from(v.x), f64::from(v.y), f64::from(v.z))
}

pub(super) fn rotation_from_rapier(r: Rotation) -> UnitQuaternion<f64> {
    UnitQuaternion::from_quaternion(Quaternion::new(
        f64::from(r.w),
        f64::from(r.x),
        f64::from(r.y),
        f64::from(r.z),
    ))
}

pub(super) fn pose_to_rapier(p: &Isometry3<f64>) -> Pose {
    let q = p.rotation;
    Pose::from_parts(
        vector_to_rapier(&p.translation.vector),
        Rotation::from_xyzw(q.i as Real, q.j as Real, q.k as Real, q.w as Real),
    )
}

pub(super) fn pose_from_rapier(p: &Pose) -> Isometry3<f64> {
    Isometry3::from_parts(
        Translation3::from(vector_from_rapier(p.translation)),
        rotation_from_rapier(p.rotation),
    )
}
