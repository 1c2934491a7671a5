//! URDF in.

use std::collections::{BTreeMap, BTreeSet};

use nalgebra::{Isometry3, Matrix3, Vector3};

use super::carried::{self, Carried};
use super::draft::{Draft, DraftJoint, DraftLink, Hinge, Kind, Note, listed, pose_of};
use super::inertial::Inertial;
use super::shape::material_of;
use super::xml::{Attribute, Element, Place};
use crate::config::diagnostic::{ConfigError, Diagnostic, MAX_FINDINGS};
use crate::config::robot::{Geometry, Material, ShapeConfig, VisualConfig};

/// Elements below `<robot>` that say nothing about the body.
const IGNORED: [&str; 6] = ["transmission", "gazebo", "mujoco", "sensor", "drake:plugin", "ros2_control"];

/// Reads a `<robot>`.
///
/// # Errors
/// Every link and joint that cannot be read.
pub(super) fn read(root: &Element) -> Result<Draft, ConfigError> {
    let mut reader = Reader { materials: BTreeMap::new(), notes: Vec::new(), meshes: BTreeSet::new() };
    let mut errors = Vec::new();
    let mut unknown: BTreeMap<&str, &Place> = BTreeMap::new();
    let mut draft = Draft {
        name: root.get("name").map_or_else(|| "robot".into(), |a| a.value.clone()),
        links: Vec::new(),
        joints: Vec::new(),
        frames: Vec::new(),
        carried: None,
        notes: Vec::new(),
        place: root.place.clone(),
    };
    for material in root.all("material") {
        match colour(material) {
            Ok(rgba) => drop(reader.materials.insert(name_of(material), rgba)),
            Err(error) => errors.push(error),
        }
    }
    for element in &root.children {
        let result = match element.name.as_str() {
            "link" => reader.link(element).map(|link| draft.links.push(link)),
            "joint" => reader.joint(element).map(|joint| draft.joints.extend(joint)),
            "material" => Ok(()),
            carried::NAME => read_carried(element).map(|carried| draft.carried = Some(carried)),
            name if name.starts_with("{http") && name.contains("xacro") => Err(element.place.refuse(
                "a xacro macro",
                "plain URDF: run `xacro FILE > robot.urdf` first and import its output",
            )),
            name if IGNORED.contains(&name) => Ok(()),
            name => {
                unknown.entry(name).or_insert(&element.place);
                Ok(())
            }
        };
        errors.extend(result.err());
        if errors.len() >= MAX_FINDINGS {
            break;
        }
    }
    if !errors.is_empty() {
        return Err(ConfigError::new(errors, 0));
    }
    if !reader.meshes.is_empty() {
        reader.notes.push(Note::dropped(format!("meshes, which are not loaded: {}", listed(&reader.meshes))));
    }
    if !unknown.is_empty() {
        let names = unknown.iter().take(MAX_FINDINGS);
        let names = names.map(|(name, place)| format!("<{name}> in line {}", place.line()));
        reader.notes.push(Note::dropped(format!("elements that say nothing here: {}", listed(names))));
    }
    draft.notes = reader.notes;
    Ok(draft)
}

/// A shape with its position [m] and its fixed-axis angles [rad].
type Placed = (Geometry, [f64; 3], [f64; 3]);

struct Reader {
    materials: BTreeMap<String, Option<[f64; 4]>>,
    notes: Vec<Note>,
    meshes: BTreeSet<String>,
}

impl Reader {
    fn link(&mut self, element: &Element) -> Result<DraftLink, Diagnostic> {
        let name = element.need("name")?.value.clone();
        let inertial = element.child("inertial").map(inertial).transpose()?.flatten();
        let (mut collision, mut visual) = (Vec::new(), Vec::new());
        for child in element.all("collision") {
            if let Some((geometry, xyz_m, rpy_rad)) = self.geometry(child)? {
                collision.push(ShapeConfig { geometry, xyz_m, rpy_rad });
            }
        }
        for child in element.all("visual") {
            if let Some((geometry, xyz_m, rpy_rad)) = self.geometry(child)? {
                let material = self.material(child)?;
                visual.push(VisualConfig { geometry, xyz_m, rpy_rad, material });
            }
        }
        Ok(DraftLink { name, inertial, collision, visual, place: element.place.clone() })
    }

    fn material(&self, visual: &Element) -> Result<Material, Diagnostic> {
        let Some(element) = visual.child("material") else { return Ok(Material::default()) };
        let name = name_of(element);
        let own = colour(element)?;
        let rgba = own.or_else(|| self.materials.get(&name).copied().flatten());
        Ok(material_of(&name, rgba))
    }

    /// A shape and where it is; none for a mesh.
    fn geometry(&mut self, element: &Element) -> Result<Option<Placed>, Diagnostic> {
        let (xyz, rpy) = origin(element)?;
        let shape = element.need_child("geometry")?;
        let Some(kind) = shape.children.first() else {
            return Err(shape.place.refuse("no shape", SHAPES));
        };
        let length = |name: &str| kind.need(name).and_then(Attribute::positive);
        let geometry = match kind.name.as_str() {
            "box" => {
                let size = kind.need("size")?;
                let size_m = size.array::<3>()?;
                if size_m.iter().any(|side| *side <= 0.0) {
                    return Err(size.refuse("3 positive numbers"));
                }
                Geometry::Box { size_m, round_m: 0.0 }
            }
            "sphere" => Geometry::Sphere { radius_m: length("radius")? },
            "cylinder" => Geometry::Cylinder {
                radius_m: length("radius")?,
                top_radius_m: None,
                length_m: length("length")?,
            },
            "capsule" => Geometry::Capsule { radius_m: length("radius")?, length_m: length("length")? },
            "mesh" => {
                let file = kind.need("filename")?.value.clone();
                let file = file.rsplit('/').next().unwrap_or(&file).to_owned();
                self.meshes.insert(file);
                return Ok(None);
            }
            other => return Err(kind.place.refuse(format!("<{other}>"), SHAPES)),
        };
        Ok(Some((geometry, xyz, rpy)))
    }

    fn joint(&mut self, element: &Element) -> Result<Option<DraftJoint>, Diagnostic> {
        let name = element.need("name")?.value.clone();
        let link = |which: &str| {
            element.need_child(which).and_then(|child| child.need("link")).map(|link| link.value.clone())
        };
        let (parent, child) = (link("parent")?, link("child")?);
        let (origin_m, origin_rpy_rad) = origin(element)?;
        if let Some(mimic) = element.child("mimic") {
            return Err(mimic.place.refuse(
                "a joint that follows another",
                "joints with a motor of their own: make it `fixed`, or drive it and take <mimic> out",
            ));
        }
        let kind = element.need("type")?;
        let kind = match kind.value.as_str() {
            "fixed" => Kind::Fixed,
            "revolute" | "continuous" => Kind::Hinge(self.hinge(element, kind.value == "continuous")?),
            "floating" => {
                self.notes.push(Note::changed(format!(
                    "the floating joint `{name}` is left out: a robot's root floats anyway"
                )));
                Kind::Fixed
            }
            _ => {
                return Err(kind.refuse(
                    "one of `revolute`, `continuous`, `fixed`; joints that slide have no place in a biped here",
                ));
            }
        };
        Ok(Some(DraftJoint {
            name,
            parent,
            child,
            origin_m,
            origin_rpy_rad,
            kind,
            place: element.place.clone(),
        }))
    }

    fn hinge(&self, element: &Element, endless: bool) -> Result<Hinge, Diagnostic> {
        let axis = match element.child("axis") {
            None => [1.0, 0.0, 0.0],
            Some(axis) => {
                let xyz = axis.need("xyz")?;
                let value = xyz.array::<3>()?;
                if Vector3::from(value).norm() < 1e-6 {
                    return Err(xyz.refuse("a direction"));
                }
                value
            }
        };
        let limit = element.child("limit");
        let positive_or_none = |attribute: &str| -> Result<Option<f64>, Diagnostic> {
            let value = limit.and_then(|l| l.get(attribute)).map(Attribute::not_negative).transpose()?;
            Ok(value.filter(|value| *value > 0.0))
        };
        let limits_rad = match limit {
            _ if endless => None,
            None => {
                return Err(element.place.refuse("no <limit>", "a <limit>, which a revolute joint needs"));
            }
            Some(limit) => {
                let low = limit.number("lower")?.unwrap_or(0.0);
                let high = limit.number("upper")?.unwrap_or(0.0);
                if low >= high {
                    let found = format!("the range {low} to {high}");
                    return Err(limit.place.refuse(found, "a `lower` limit below the `upper` one"));
                }
                Some((low, high))
            }
        };
        let dynamics = element.child("dynamics");
        let friction = |attribute: &str| {
            dynamics.and_then(|d| d.get(attribute)).map(Attribute::not_negative).transpose()
        };
        Ok(Hinge {
            axis,
            limits_rad,
            peak_torque_nm: positive_or_none("effort")?,
            max_speed_rad_s: positive_or_none("velocity")?,
            viscous_nms: friction("damping")?,
            coulomb_nm: friction("friction")?,
            armature_kgm2: None,
        })
    }
}

const SHAPES: &str = "one of <box>, <sphere>, <cylinder>, <capsule>, <mesh>";

fn name_of(element: &Element) -> String {
    element.get("name").map_or_else(String::new, |a| a.value.clone())
}

fn colour(material: &Element) -> Result<Option<[f64; 4]>, Diagnostic> {
    material.child("color").and_then(|c| c.get("rgba")).map(Attribute::array::<4>).transpose()
}

fn origin(element: &Element) -> Result<([f64; 3], [f64; 3]), Diagnostic> {
    let Some(origin) = element.child("origin") else { return Ok(([0.0; 3], [0.0; 3])) };
    Ok((origin.vector("xyz")?.unwrap_or_default(), origin.vector("rpy")?.unwrap_or_default()))
}

/// Mass and inertia in the link's axes; none for a mass of zero.
fn inertial(element: &Element) -> Result<Option<Inertial>, Diagnostic> {
    let mass = element.need_child("mass")?.need("value")?;
    let mass_kg = mass.not_negative()?;
    if mass_kg == 0.0 {
        return Ok(None);
    }
    let tensor = element.need_child("inertia")?;
    let entry = |name: &str| tensor.number(name).map(Option::unwrap_or_default);
    let (xx, yy, zz) = (entry("ixx")?, entry("iyy")?, entry("izz")?);
    let (xy, xz, yz) = (entry("ixy")?, entry("ixz")?, entry("iyz")?);
    let (xyz, rpy) = origin(element)?;
    let pose: Isometry3<f64> = pose_of(xyz, rpy);
    let own = Inertial {
        mass_kg,
        com: Vector3::zeros(),
        inertia: Matrix3::new(xx, xy, xz, xy, yy, yz, xz, yz, zz),
    };
    if let Some((found, allowed)) = own.fault_of_part() {
        return Err(tensor.place.refuse(found, allowed));
    }
    Ok(Some(own.seen_from(&pose)))
}

fn read_carried(element: &Element) -> Result<Carried, Diagnostic> {
    Carried::parse(&element.text).map_err(|error| {
        element.place.refuse(format!("RON that is none of ours: {error}"), "what `loong export` wrote there")
    })
}
