//! Which links are the feet, and where their soles lie.

use std::collections::BTreeMap;

use nalgebra::{Isometry3, Point3, Translation3, UnitQuaternion, Vector3};

use super::assemble::ImportOptions;
use super::assumed::{SOLE_THICKNESS_M, SOLE_TOLERANCE_M};
use super::draft::{Draft, Kind, Note, pose_of, rpy_of, xyz_of};
use super::inertial::rotate;
use super::shape::extreme_points;
use crate::config::diagnostic::Diagnostic;
use crate::config::robot::{FeetConfig, FootConfig, Geometry, ShapeConfig};

/// Poses of all links in the root's frame with every joint at zero.
pub(super) fn zero_poses(draft: &Draft) -> BTreeMap<String, Isometry3<f64>> {
    let mut poses: BTreeMap<String, Isometry3<f64>> = BTreeMap::new();
    if let Some(root) = draft.links.first() {
        poses.insert(root.name.clone(), Isometry3::identity());
    }
    // Parents come first.
    for joint in &draft.joints {
        if let Some(parent) = poses.get(&joint.parent).copied() {
            poses.insert(joint.child.clone(), parent * pose_of(joint.origin_m, joint.origin_rpy_rad));
        }
    }
    poses
}

/// Finds both feet and their soles; turns the feet's frames level where they are not.
///
/// # Errors
/// Where there is no pair of feet, or nothing says where a sole lies.
pub(super) fn find(
    draft: &mut Draft,
    options: &ImportOptions,
    notes: &mut Vec<Note>,
) -> Result<FeetConfig, Diagnostic> {
    let [left, right] = links(draft, options, notes)?;
    for link in [&left, &right] {
        if turn_level(draft, link) {
            notes.push(Note::changed(format!(
                "the frame of `{link}` is turned: a sole is level in its link's axes"
            )));
        }
    }
    let left = foot(draft, &left, options, 1.0, notes)?;
    let right = foot(draft, &right, options, -1.0, notes)?;
    Ok(FeetConfig { left, right })
}

/// Links given, or the lowest links on either side on which nothing hangs.
fn links(draft: &Draft, options: &ImportOptions, notes: &mut Vec<Note>) -> Result<[String; 2], Diagnostic> {
    let poses = zero_poses(draft);
    let lowest = |name: &str| {
        let link = draft.links.iter().find(|link| link.name == name)?;
        let pose = poses.get(name)?;
        let points = link
            .collision
            .iter()
            .flat_map(|shape| extreme_points(&(pose * pose_of(shape.xyz_m, shape.rpy_rad)), &shape.geometry));
        Some(points.map(|point| point.z).fold(pose.translation.z, f64::min))
    };
    let leaf = |name: &str| !draft.joints.iter().any(|joint| joint.parent == name);
    let found = |sign: f64| {
        let side = |name: &&String| poses.get(*name).is_some_and(|pose| pose.translation.y * sign > 1e-6);
        let names = draft.links.iter().map(|link| &link.name);
        let heights =
            names.filter(|name| leaf(name)).filter(side).filter_map(|name| Some((lowest(name)?, name)));
        heights.min_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, name)| name.clone())
    };
    let given = |name: &String| {
        let frame = draft.frames.iter().find(|frame| frame.name == *name);
        let name = frame.map_or(name, |frame| &frame.link);
        match draft.links.iter().any(|link| link.name == *name) {
            true => Ok(name.clone()),
            false => Err(draft.place.refuse(format!("no link `{name}`"), "a link of this file as a foot")),
        }
    };
    let mut side = |option: &Option<String>, sign: f64, which: &str| match option {
        Some(name) => given(name),
        None => {
            let name = found(sign).ok_or_else(|| {
                draft.place.refuse(format!("no {which} foot"), format!("one: give --{which}-foot LINK"))
            })?;
            notes.push(Note::assumed(format!("{which} foot: `{name}`, the lowest link on that side")));
            Ok(name)
        }
    };
    Ok([side(&options.left_foot, 1.0, "left")?, side(&options.right_foot, -1.0, "right")?])
}

/// Turns a link's frame by quarter turns so that z is up and x ahead, or nearly, at zero joint angles;
/// false where it was so.
fn turn_level(draft: &mut Draft, name: &str) -> bool {
    let Some(pose) = zero_poses(draft).get(name).copied() else { return false };
    let turn = nearest_quarter_turns(&pose.rotation);
    if turn.angle() < 0.1 {
        return false;
    }
    let old_from_new: UnitQuaternion<f64> = turn.inverse();
    let new_from_old = Isometry3::from_parts(Translation3::identity(), turn);
    let moved = |xyz: &mut [f64; 3], rpy: &mut [f64; 3]| {
        let placed = new_from_old * pose_of(*xyz, *rpy);
        (*xyz, *rpy) = (xyz_of(&placed), rpy_of(&placed.rotation));
    };
    for joint in &mut draft.joints {
        if joint.child == name {
            let rotation = pose_of([0.0; 3], joint.origin_rpy_rad).rotation * old_from_new;
            joint.origin_rpy_rad = rpy_of(&rotation);
            if let Kind::Hinge(hinge) = &mut joint.kind {
                hinge.axis = (turn * Vector3::from(hinge.axis)).into();
            }
        }
        if joint.parent == name {
            moved(&mut joint.origin_m, &mut joint.origin_rpy_rad);
        }
    }
    for frame in draft.frames.iter_mut().filter(|frame| frame.link == name) {
        frame.pose = new_from_old * frame.pose;
    }
    for link in draft.links.iter_mut().filter(|link| link.name == name) {
        if let Some(own) = &mut link.inertial {
            own.com = new_from_old.rotation * own.com;
            own.inertia = rotate(&new_from_old.rotation.to_rotation_matrix().into_inner(), &own.inertia);
        }
        link.collision.iter_mut().for_each(|shape| moved(&mut shape.xyz_m, &mut shape.rpy_rad));
        link.visual.iter_mut().for_each(|shape| moved(&mut shape.xyz_m, &mut shape.rpy_rad));
    }
    true
}

/// The rotation of quarter turns about the axes that is nearest to another one.
fn nearest_quarter_turns(rotation: &UnitQuaternion<f64>) -> UnitQuaternion<f64> {
    let mut best = UnitQuaternion::identity();
    for i in 0..64 {
        let [roll, pitch, yaw] =
            [i % 4, i / 4 % 4, i / 16].map(|n| f64::from(n) * std::f64::consts::FRAC_PI_2);
        let turn = UnitQuaternion::from_euler_angles(roll, pitch, yaw);
        if turn.angle_to(rotation) < best.angle_to(rotation) - 1e-6 {
            best = turn;
        }
    }
    best
}

fn foot(
    draft: &mut Draft,
    name: &str,
    options: &ImportOptions,
    side: f64,
    notes: &mut Vec<Note>,
) -> Result<FootConfig, Diagnostic> {
    let place = draft.place.clone();
    let Some(link) = draft.links.iter_mut().find(|link| link.name == name) else {
        return Err(place.refuse(format!("no link `{name}`"), "a link of this file as a foot"));
    };
    let given = options.sole.as_ref().map(|sole| {
        let [x, y, z] = sole.center_m;
        ([x, side * y, z], sole.size_m)
    });
    let by_shapes = || rectangle(&link.collision);
    let Some((sole_center_m, sole_size_m)) = given.or_else(by_shapes) else {
        return Err(link.place.refuse(
            format!("nothing that tells where the sole of `{name}` lies"),
            "collision shapes that touch the ground along an area, or --sole X,Y,Z,LENGTH,WIDTH",
        ));
    };
    if given.is_none() {
        let (length, width) = sole_size_m;
        notes.push(Note::assumed(format!(
            "sole of `{name}`: the lowest points of its collision shapes, {length:.3} by {width:.3} m"
        )));
    }
    let [x, y, z] = sole_center_m;
    let (length, width) = sole_size_m;
    if !link.collision.iter().any(|shape| is_sole(shape, sole_center_m, sole_size_m)) {
        link.collision = vec![ShapeConfig {
            geometry: Geometry::Box { size_m: [length, width, SOLE_THICKNESS_M], round_m: 0.0 },
            xyz_m: [x, y, z + 0.5 * SOLE_THICKNESS_M],
            rpy_rad: [0.0; 3],
        }];
        notes.push(Note::changed(format!("a box as large as the sole touches the ground for `{name}`")));
    }
    Ok(FootConfig { link: name.to_owned(), sole_center_m, sole_size_m })
}

/// Centre and size of the rectangle around a foot's lowest points; none where they have no area.
fn rectangle(shapes: &[ShapeConfig]) -> Option<([f64; 3], (f64, f64))> {
    let points: Vec<Point3<f64>> = shapes
        .iter()
        .flat_map(|shape| extreme_points(&pose_of(shape.xyz_m, shape.rpy_rad), &shape.geometry))
        .collect();
    let lowest = points.iter().map(|point| point.z).fold(f64::INFINITY, f64::min);
    let sole = points.iter().filter(|point| point.z < lowest + SOLE_TOLERANCE_M);
    let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
    for point in sole {
        for axis in 0..2 {
            low[axis] = low[axis].min(point[axis]);
            high[axis] = high[axis].max(point[axis]);
        }
    }
    let (length, width) = (high[0] - low[0], high[1] - low[1]);
    let centre = [0.5 * (low[0] + high[0]), 0.5 * (low[1] + high[1]), lowest];
    (length > 0.01 && width > 0.01).then_some((centre, (length, width)))
}

/// Whether a shape is a level box whose lower face is the sole.
fn is_sole(shape: &ShapeConfig, centre: [f64; 3], size: (f64, f64)) -> bool {
    let Geometry::Box { size_m, .. } = &shape.geometry else { return false };
    let level = shape.rpy_rad.iter().all(|angle| angle.abs() < 1e-6);
    let same = |a: f64, b: f64| (a - b).abs() < 1e-6;
    level
        && same(shape.xyz_m[0], centre[0])
        && same(shape.xyz_m[1], centre[1])
        && same(shape.xyz_m[2] - 0.5 * size_m[2], centre[2])
        && same(size_m[0], size.0)
        && same(size_m[1], size.1)
}
