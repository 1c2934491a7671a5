//! From a robot's config to the indexed tree.

use nalgebra::{Isometry3, Matrix3, Point3, Translation3, Unit, UnitQuaternion, Vector3};

use super::error::ModelError;
use super::robot::{Body, Foot, LinkFrame, RobotModel};
use crate::config::robot::{ActuatorConfig, FootConfig, InertiaConfig, JointConfig, RobotConfig};

/// A rigid body while links are merged: frame of its first link, masses about that frame.
struct Draft {
    name: String,
    parent: Option<usize>,
    joint: Option<usize>,
    parent_from_body: Isometry3<f64>,
    mass: f64,
    com: Vector3<f64>,
    inertia: Matrix3<f64>,
}

impl RobotModel {
    /// Orders the links, merges those behind rigid joints, and moves the root's frame to its CoM.
    ///
    /// # Errors
    /// A [`ModelError`] that names the link or joint and its path in the file.
    pub fn build(config: &RobotConfig) -> Result<Self, ModelError> {
        check_links(config)?;
        let parent_joint = parent_joints(config)?;
        let roots: Vec<usize> = (0..config.links.len()).filter(|&l| parent_joint[l].is_none()).collect();
        let root = match roots[..] {
            [root] => root,
            [] => return Err(ModelError::NoRoot),
            _ => {
                let names = roots.iter().map(|&l| config.links[l].name.clone()).collect();
                return Err(ModelError::SeveralRoots { links: names });
            }
        };

        let mut drafts: Vec<Draft> = Vec::new();
        let mut frames: Vec<Option<(usize, Isometry3<f64>)>> = vec![None; config.links.len()];
        // Depth first, children in the order of the file.
        let mut stack = vec![root];
        while let Some(link) = stack.pop() {
            place_link(config, link, parent_joint[link], &mut drafts, &mut frames);
            let name = &config.links[link].name;
            let children = config
                .joints
                .iter()
                .filter(|j| j.parent == *name)
                .filter_map(|j| link_index(config, &j.child));
            let children: Vec<usize> = children.collect();
            stack.extend(children.into_iter().rev());
        }
        if let Some(lost) = frames.iter().position(Option::is_none) {
            return Err(ModelError::Unreachable { index: lost, link: config.links[lost].name.clone() });
        }

        let shift = Translation3::from(drafts[0].com);
        let mut bodies: Vec<Body> = drafts.into_iter().map(|draft| finish(config, draft, shift)).collect();
        let mut links = Vec::with_capacity(config.links.len());
        for (link, frame) in config.links.iter().zip(frames) {
            let Some((body, mut body_from_link)) = frame else { continue };
            if body == 0 {
                body_from_link = shift.inverse() * body_from_link;
            }
            for shape in &link.collision {
                let [x, y, z] = shape.xyz_m;
                let [roll, pitch, yaw] = shape.rpy_rad;
                let local = Isometry3::from_parts(
                    Translation3::new(x, y, z),
                    UnitQuaternion::from_euler_angles(roll, pitch, yaw),
                );
                bodies[body].collision.push((body_from_link * local, shape.clone()));
            }
            links.push(LinkFrame { name: link.name.clone(), body, body_from_link });
        }

        let feet = [foot(&links, &config.feet.left, "left")?, foot(&links, &config.feet.right, "right")?];
        let posture = bodies.iter().skip(1).map(|b| posture_of(config, &b.joint)).collect();
        let mut ancestors: Vec<Vec<usize>> = Vec::with_capacity(bodies.len());
        for (i, body) in bodies.iter().enumerate() {
            let mut chain = body.parent.map_or_else(Vec::new, |p| ancestors[p].clone());
            if i > 0 {
                chain.push(i);
            }
            ancestors.push(chain);
        }
        let mut model = Self {
            name: config.name.clone(),
            mass_kg: bodies.iter().map(|b| b.mass_kg).sum(),
            bodies,
            links,
            feet,
            posture,
            ancestors,
        };
        model.scale_mass(config.mass_scale);
        Ok(model)
    }
}

fn link_index(config: &RobotConfig, name: &str) -> Option<usize> {
    config.links.iter().position(|link| link.name == name)
}

fn posture_of(config: &RobotConfig, joint: &str) -> f64 {
    config.posture_rad.get(joint).copied().unwrap_or(0.0)
}

fn check_links(config: &RobotConfig) -> Result<(), ModelError> {
    for (index, link) in config.links.iter().enumerate() {
        let name = link.name.clone();
        if config.links[..index].iter().any(|other| other.name == name) {
            return Err(ModelError::DuplicateLink { index, link: name });
        }
        if !link.mass_kg.is_finite() || link.mass_kg <= 0.0 {
            return Err(ModelError::Mass { index, link: name, mass_kg: link.mass_kg });
        }
        if !link.com_m.iter().all(|v| v.is_finite()) {
            return Err(ModelError::Com { index, link: name });
        }
        let inertia = matrix(&link.inertia_kgm2);
        let moments = inertia.symmetric_eigenvalues();
        let (low, high) = (moments.min(), moments.max());
        if !inertia.iter().all(|v| v.is_finite()) || low <= 0.0 {
            return Err(ModelError::InertiaNotPositive { index, link: name });
        }
        if high > (moments.sum() - high) * (1.0 + 1e-3) {
            return Err(ModelError::InertiaTriangle { index, link: name });
        }
    }
    Ok(())
}

/// The joint each link hangs on, none for the root.
fn parent_joints(config: &RobotConfig) -> Result<Vec<Option<usize>>, ModelError> {
    let mut parents = vec![None; config.links.len()];
    for (index, joint) in config.joints.iter().enumerate() {
        let name = || joint.name.clone();
        if config.joints[..index].iter().any(|other| other.name == joint.name) {
            return Err(ModelError::DuplicateJoint { index, joint: name() });
        }
        if link_index(config, &joint.parent).is_none() {
            return Err(ModelError::UnknownParent { index, joint: name(), link: joint.parent.clone() });
        }
        let Some(child) = link_index(config, &joint.child) else {
            return Err(ModelError::UnknownChild { index, joint: name(), link: joint.child.clone() });
        };
        if parents[child].replace(index).is_some() {
            return Err(ModelError::TwoParents { index, joint: name(), link: joint.child.clone() });
        }
        let axis = Vector3::from(joint.axis);
        if !axis.norm().is_finite() || axis.norm() < 1e-6 {
            return Err(ModelError::Axis { index, joint: name() });
        }
        let (low, high) = joint.limits_rad;
        if low.is_nan() || high.is_nan() || low >= high {
            return Err(ModelError::Limits { index, joint: name(), low, high });
        }
    }
    Ok(parents)
}

fn matrix(i: &InertiaConfig) -> Matrix3<f64> {
    Matrix3::new(i.xx, i.xy, i.xz, i.xy, i.yy, i.yz, i.xz, i.yz, i.zz)
}

fn origin(joint: &JointConfig) -> Isometry3<f64> {
    let [x, y, z] = joint.origin_m;
    let [roll, pitch, yaw] = joint.origin_rpy_rad;
    Isometry3::from_parts(Translation3::new(x, y, z), UnitQuaternion::from_euler_angles(roll, pitch, yaw))
}

/// Inertia of a point mass at `d`, about the origin.
fn point_inertia(mass: f64, d: &Vector3<f64>) -> Matrix3<f64> {
    (Matrix3::identity() * d.norm_squared() - d * d.transpose()) * mass
}

/// Adds a link to a body of its own, or to its parent's body behind a rigid joint.
fn place_link(
    config: &RobotConfig,
    link: usize,
    joint: Option<usize>,
    drafts: &mut Vec<Draft>,
    frames: &mut [Option<(usize, Isometry3<f64>)>],
) {
    let spec = &config.links[link];
    let inertia = matrix(&spec.inertia_kgm2);
    let com = Vector3::from(spec.com_m);
    let parent = joint
        .and_then(|j| link_index(config, &config.joints[j].parent).map(|p| (&config.joints[j], p)))
        .and_then(|(j, p)| frames[p].map(|frame| (j, frame)));
    let Some((joint_spec, (parent_body, body_from_parent))) = parent else {
        frames[link] = Some((drafts.len(), Isometry3::identity()));
        drafts.push(Draft {
            name: spec.name.clone(),
            parent: None,
            joint: None,
            parent_from_body: Isometry3::identity(),
            mass: spec.mass_kg,
            com,
            inertia,
        });
        return;
    };
    let parent_from_link = body_from_parent * origin(joint_spec);
    if joint_spec.rigid {
        let axis = Unit::new_normalize(Vector3::from(joint_spec.axis));
        let turn = UnitQuaternion::from_axis_angle(&axis, posture_of(config, &joint_spec.name));
        let frame = parent_from_link * turn;
        let body = &mut drafts[parent_body];
        let added_com = (frame * Point3::from(com)).coords;
        let rotation = frame.rotation.to_rotation_matrix();
        let added = rotation * inertia * rotation.transpose();
        let mass = body.mass + spec.mass_kg;
        let merged = (body.com * body.mass + added_com * spec.mass_kg) / mass;
        body.inertia += point_inertia(body.mass, &(body.com - merged))
            + added
            + point_inertia(spec.mass_kg, &(added_com - merged));
        body.mass = mass;
        body.com = merged;
        frames[link] = Some((parent_body, frame));
    } else {
        frames[link] = Some((drafts.len(), Isometry3::identity()));
        drafts.push(Draft {
            name: spec.name.clone(),
            parent: Some(parent_body),
            joint,
            parent_from_body: parent_from_link,
            mass: spec.mass_kg,
            com,
            inertia,
        });
    }
}

fn finish(config: &RobotConfig, draft: Draft, root_shift: Translation3<f64>) -> Body {
    let joint = draft.joint.map(|j| &config.joints[j]);
    let actuator = joint.map_or(
        ActuatorConfig {
            peak_torque_nm: 0.0,
            max_speed_rad_s: 0.0,
            corner_speed_rad_s: 0.0,
            gear: 1.0,
            rotor_inertia_kgm2: 0.0,
            viscous_nms: 0.0,
            coulomb_nm: 0.0,
        },
        |j| j.actuator,
    );
    let parent_from_body = match draft.parent {
        Some(0) => root_shift.inverse() * draft.parent_from_body,
        _ => draft.parent_from_body,
    };
    Body {
        name: draft.name,
        parent: draft.parent,
        joint: joint.map_or_else(String::new, |j| j.name.clone()),
        parent_from_body,
        axis: joint.map_or(Vector3::x_axis(), |j| Unit::new_normalize(Vector3::from(j.axis))),
        mass_kg: draft.mass,
        com: if draft.parent.is_none() { Point3::origin() } else { Point3::from(draft.com) },
        inertia: draft.inertia,
        limits_rad: joint.map_or((0.0, 0.0), |j| j.limits_rad),
        armature_kgm2: actuator.gear * actuator.gear * actuator.rotor_inertia_kgm2,
        actuator,
        collision: Vec::new(),
    }
}

fn foot(links: &[LinkFrame], config: &FootConfig, side: &'static str) -> Result<Foot, ModelError> {
    let Some(frame) = links.iter().find(|l| l.name == config.link) else {
        return Err(ModelError::UnknownFoot { side, link: config.link.clone() });
    };
    let [x, y, z] = config.sole_center_m;
    let (length, width) = config.sole_size_m;
    if [x, y, z, length, width].iter().any(|v| !v.is_finite()) || length <= 0.0 || width <= 0.0 {
        return Err(ModelError::Sole { side });
    }
    Ok(Foot {
        body: frame.body,
        body_from_sole: frame.body_from_link * Translation3::new(x, y, z),
        half_length_m: 0.5 * length,
        half_width_m: 0.5 * width,
    })
}
