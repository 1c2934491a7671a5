//! MJCF in.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use nalgebra::{Isometry3, Matrix3, Point3, Translation3, Vector3};

use super::carried::{self, Carried};
use super::draft::{Draft, DraftJoint, DraftLink, Hinge, Kind, NamedFrame, Note, listed, rpy_of, xyz_of};
use super::inertial::Inertial;
use super::mjcf_actuator::{limited, torques};
use super::mjcf_defaults::{Defaults, Styled};
use super::mjcf_frame::{Compiler, direction};
use super::mjcf_geom::Geom;
use super::xml::{self, Attribute, Element};
use crate::config::diagnostic::{ConfigError, Diagnostic};

/// Most files one model may be made of.
const MAX_INCLUDES: usize = 32;

/// Sections that bind the bodies together and have no place in a robot's config.
const BINDING: [&str; 3] = ["tendon", "equality", "deformable"];

/// Reads a `<mujoco>`.
///
/// # Errors
/// The first element that cannot be read.
pub(super) fn read(root: &Element) -> Result<Draft, ConfigError> {
    let mut root = root.clone();
    let mut seen = vec![root.place.path().to_owned()];
    include(&mut root, &mut seen)?;
    Ok(model(&root)?)
}

/// Puts the children of included files in place of their `<include>`.
fn include(element: &mut Element, seen: &mut Vec<PathBuf>) -> Result<(), Diagnostic> {
    let mut children = Vec::with_capacity(element.children.len());
    for mut child in std::mem::take(&mut element.children) {
        if child.name != "include" {
            include(&mut child, seen)?;
            children.push(child);
            continue;
        }
        let file = child.need("file")?;
        let path = seen[0].with_file_name("").join(&file.value);
        if seen.contains(&path) || seen.len() >= MAX_INCLUDES {
            return Err(file.refuse(format!("a file not yet included, at most {MAX_INCLUDES}")));
        }
        seen.push(path.clone());
        let mut included = xml::read(&path).map_err(|error| match path.is_file() {
            true => error,
            false => file.refuse("a file beside this one"),
        })?;
        include(&mut included, seen)?;
        children.append(&mut included.children);
    }
    element.children = children;
    Ok(())
}

fn model(root: &Element) -> Result<Draft, Diagnostic> {
    let compiler = Compiler::read(root)?;
    let defaults = Defaults::read(root)?;
    let mut notes = Vec::new();
    let torques = torques(root, &defaults, &compiler, &mut notes)?;
    for element in root.children.iter().filter(|child| BINDING.contains(&child.name.as_str())) {
        if !element.children.is_empty() {
            notes.push(Note::dropped(format!("<{}> in line {}", element.name, element.place.line())));
        }
    }
    let mut reader = Reader {
        compiler,
        defaults: &defaults,
        torques,
        draft: Draft {
            name: root.get("model").map_or_else(|| "robot".into(), |a| a.value.clone()),
            links: Vec::new(),
            joints: Vec::new(),
            frames: Vec::new(),
            carried: custom(root)?,
            notes,
            place: root.place.clone(),
        },
        meshes: BTreeSet::new(),
        springs: Vec::new(),
    };
    let mut bodies = Vec::new();
    for world in root.all("worldbody") {
        reader.flatten(world, &Isometry3::identity(), None, &mut bodies)?;
    }
    bodies.retain(|item| item.element.name == "body");
    let free = |item: &Item<'_>| item.element.children.iter().any(is_free);
    let size = |item: &Item<'_>| (free(item), count(item.element));
    let Some(chosen) = (0..bodies.len()).max_by_key(|&i| (size(&bodies[i]), bodies.len() - i)) else {
        return Err(root.place.refuse("no <body>", "a robot below <worldbody>"));
    };
    if bodies.len() > 1 {
        let others = bodies.iter().enumerate().filter(|(i, _)| *i != chosen);
        let names =
            others.map(|(_, item)| item.element.get("name").map_or("a nameless one", |a| a.value.as_str()));
        reader.draft.notes.push(Note::dropped(format!("bodies that are not the robot: {}", listed(names))));
    }
    let item = bodies.swap_remove(chosen);
    reader.body(&item, None)?;
    reader.imu(root);
    if !reader.meshes.is_empty() {
        let text = format!("meshes, which are not loaded: {}", listed(&reader.meshes));
        reader.draft.notes.push(Note::dropped(text));
    }
    if !reader.springs.is_empty() {
        let text = format!("springs of the joints {}", listed(&reader.springs));
        reader.draft.notes.push(Note::dropped(text));
    }
    Ok(reader.draft)
}

fn count(element: &Element) -> usize {
    1 + element.children.iter().map(count).sum::<usize>()
}

fn is_free(element: &Element) -> bool {
    element.name == "freejoint"
        || element.name == "joint" && element.get("type").is_some_and(|kind| kind.value == "free")
}

fn custom(root: &Element) -> Result<Option<Carried>, Diagnostic> {
    let texts = root.all("custom").flat_map(|custom| custom.all("text"));
    let Some(own) = texts.into_iter().find(|t| t.get("name").is_some_and(|n| n.value == carried::NAME))
    else {
        return Ok(None);
    };
    let data = own.need("data")?;
    Carried::parse(&data.value).map(Some).map_err(|error| {
        data.place.refuse(format!("RON that is none of ours: {error}"), "what `loong export` wrote there")
    })
}

/// An element of a body with the frames around it and the class that holds there.
struct Item<'a> {
    element: &'a Element,
    above: Isometry3<f64>,
    class: Option<String>,
}

struct Reader<'a> {
    compiler: Compiler,
    defaults: &'a Defaults,
    torques: BTreeMap<String, Option<f64>>,
    draft: Draft,
    meshes: BTreeSet<String>,
    springs: Vec<String>,
}

impl<'a> Reader<'a> {
    /// The children of an element, those in `<frame>`s among them.
    fn flatten<'e>(
        &self,
        element: &'e Element,
        above: &Isometry3<f64>,
        class: Option<&str>,
        items: &mut Vec<Item<'e>>,
    ) -> Result<(), Diagnostic> {
        for child in &element.children {
            match child.name.as_str() {
                "frame" => {
                    let class = self.class_within(child, class)?;
                    let styled = self.defaults.style(child, None)?;
                    let pose = above * self.compiler.pose(&styled)?;
                    self.flatten(child, &pose, class.as_deref(), items)?;
                }
                "replicate" | "attach" | "composite" | "flexcomp" => {
                    return Err(child.place.refuse(
                        format!("<{}>", child.name),
                        "bodies one by one: save the compiled model (mj_saveLastXML) and import that",
                    ));
                }
                _ => items.push(Item { element: child, above: *above, class: class.map(str::to_owned) }),
            }
        }
        Ok(())
    }

    fn class_within(&self, element: &Element, class: Option<&str>) -> Result<Option<String>, Diagnostic> {
        match element.get("childclass") {
            None => Ok(class.map(str::to_owned)),
            Some(own) => self.defaults.named(own).map(|_| Some(own.value.clone())),
        }
    }

    /// A body and those below it; `parent` is the parent link's name and its frame's place in its body's.
    fn body(&mut self, item: &Item<'_>, parent: Option<(&str, Vector3<f64>)>) -> Result<(), Diagnostic> {
        let element = item.element;
        let class = self.class_within(element, item.class.as_deref())?;
        let own = self.defaults.style(element, None)?;
        let pose = item.above * self.compiler.pose(&own)?;
        let name = element
            .get("name")
            .map_or_else(|| format!("body_{}", self.draft.links.len()), |name| name.value.clone());
        let mut items = Vec::new();
        self.flatten(element, &Isometry3::identity(), class.as_deref(), &mut items)?;

        let joint = self.joint_of(&items, parent.is_none())?;
        let anchor = match &joint {
            Some(item) => {
                let styled = self.defaults.style(item.element, item.class.as_deref())?;
                (item.above * Point3::from(Vector3::from(styled.vector("pos")?.unwrap_or_default()))).coords
            }
            None => Vector3::zeros(),
        };
        if let Some((parent, parent_anchor)) = parent {
            let link_pose = Translation3::from(-parent_anchor) * pose * Translation3::from(anchor);
            let (joint_name, kind) = match &joint {
                Some(item) => self.hinge(item, &name)?,
                None => (format!("{name}_fixed"), Kind::Fixed),
            };
            let written = self.compiler.written_rpy(&own).filter(|_| item.above == Isometry3::identity());
            self.draft.joints.push(DraftJoint {
                name: joint_name,
                parent: parent.to_owned(),
                child: name.clone(),
                origin_m: xyz_of(&link_pose),
                origin_rpy_rad: written.unwrap_or_else(|| rpy_of(&link_pose.rotation)),
                kind,
                place: element.place.clone(),
            });
        }
        self.link(&name, element, &items, anchor)?;
        for child in items.iter().filter(|item| item.element.name == "body") {
            self.body(child, Some((&name, anchor)))?;
        }
        Ok(())
    }

    /// The one hinge among a body's elements, if there is one.
    fn joint_of<'i, 'e>(
        &self,
        items: &'i [Item<'e>],
        is_root: bool,
    ) -> Result<Option<&'i Item<'e>>, Diagnostic> {
        let mut found: Option<&Item<'_>> = None;
        for item in items.iter().filter(|item| ["joint", "freejoint"].contains(&item.element.name.as_str())) {
            let place = &item.element.place;
            if is_free(item.element) {
                if !is_root {
                    return Err(place.refuse("a free joint below the root", "a hinge"));
                }
                continue;
            }
            let styled = self.defaults.style(item.element, item.class.as_deref())?;
            match styled.text("type").unwrap_or("hinge") {
                "hinge" if is_root => {
                    return Err(place.refuse("a hinge that ties the root to the world", "a <freejoint/>"));
                }
                "hinge" => {}
                other => return Err(place.refuse(format!("a {other} joint"), "hinges, and a free root")),
            }
            if found.is_some() {
                return Err(place.refuse(
                    "a second hinge of the same body",
                    "one hinge a body: give each hinge a body with mass of its own",
                ));
            }
            found = Some(item);
        }
        Ok(found)
    }

    fn hinge(&mut self, item: &Item<'_>, body: &str) -> Result<(String, Kind), Diagnostic> {
        let styled = self.defaults.style(item.element, item.class.as_deref())?;
        let name =
            item.element.get("name").map_or_else(|| format!("{body}_joint"), |name| name.value.clone());
        let axis = match styled.get("axis") {
            None => [0.0, 0.0, 1.0],
            Some(axis) => {
                let value = axis.array::<3>()?;
                direction(axis, value)?;
                value
            }
        };
        // A joint within a <frame> is turned with it.
        let turned = if item.above == Isometry3::identity() {
            axis
        } else {
            (item.above.rotation * Vector3::from(axis)).into()
        };
        let unit = self.compiler.rad_per_unit;
        let zero = styled.number("ref")?.unwrap_or(0.0) * unit;
        let range = limited(&styled, &self.compiler, "range", "limited")?;
        let not_negative = |name: &str| styled.get(name).map(Attribute::not_negative).transpose();
        if not_negative("stiffness")?.is_some_and(|stiffness| stiffness > 0.0) {
            self.springs.push(name.clone());
        }
        let most = limited(&styled, &self.compiler, "actuatorfrcrange", "actuatorfrclimited")?;
        let most = most.map(|(low, high)| low.abs().max(high.abs())).filter(|most| *most > 0.0);
        let motors = self.torques.get(&name).copied().flatten().filter(|peak| *peak > 0.0);
        let hinge = Hinge {
            axis: turned,
            limits_rad: range.map(|(low, high)| (low * unit - zero, high * unit - zero)),
            peak_torque_nm: match (motors, most) {
                (Some(motors), Some(most)) => Some(motors.min(most)),
                (motors, most) => motors.or(most),
            },
            max_speed_rad_s: None,
            viscous_nms: Some(not_negative("damping")?.unwrap_or(0.0)),
            coulomb_nm: Some(not_negative("frictionloss")?.unwrap_or(0.0)),
            armature_kgm2: Some(not_negative("armature")?.unwrap_or(0.0)),
        };
        Ok((name, Kind::Hinge(hinge)))
    }

    fn link(
        &mut self,
        name: &str,
        element: &Element,
        items: &[Item<'_>],
        anchor: Vector3<f64>,
    ) -> Result<(), Diagnostic> {
        let link_from_body = Isometry3::from(Translation3::from(-anchor));
        let mut link = DraftLink {
            name: name.to_owned(),
            inertial: None,
            collision: Vec::new(),
            visual: Vec::new(),
            place: element.place.clone(),
        };
        let mut weighed: Option<Inertial> = None;
        let mut unknown = false;
        for item in items {
            let styled = self.defaults.style(item.element, item.class.as_deref())?;
            let above = link_from_body * item.above;
            match item.element.name.as_str() {
                "geom" => {
                    let Some(geom) = Geom::read(&styled, &self.compiler, &above)? else { continue };
                    self.meshes.extend(geom.mesh.clone());
                    if geom.touches {
                        link.collision.extend(geom.collision(&mut self.draft.notes));
                    }
                    if geom.drawn || !geom.touches {
                        link.visual.extend(geom.visual());
                    }
                    if geom.counts(&self.compiler) {
                        unknown |= geom.mesh.is_some();
                        if let Some(own) = geom.inertial() {
                            weighed = Some(weighed.map_or(own, |sum| sum.and(&own)));
                        }
                    }
                }
                "site" => {
                    if let Some(site) = item.element.get("name") {
                        let pose = above * self.compiler.pose(&styled)?;
                        let (name, link) = (site.value.clone(), name.to_owned());
                        self.draft.frames.push(NamedFrame { name, link, pose });
                    }
                }
                _ => {}
            }
        }
        let written = element.child("inertial");
        link.inertial = match (self.compiler.inertia_from_geom, written) {
            (None | Some(false), Some(written)) => {
                self.inertial(written)?.map(|inertial| inertial.seen_from(&link_from_body))
            }
            (Some(false), None) => None,
            _ if unknown => {
                let allowed = "an <inertial>: meshes are not loaded";
                return Err(element.place.refuse("a mass that would come from a mesh", allowed));
            }
            _ => weighed,
        };
        self.draft.links.push(link);
        Ok(())
    }

    fn inertial(&self, element: &Element) -> Result<Option<Inertial>, Diagnostic> {
        let mass_kg = element.need("mass")?.not_negative()?;
        if mass_kg == 0.0 {
            return Ok(None);
        }
        let styled: Styled<'_> = self.defaults.style(element, None)?;
        let pose = self.compiler.pose(&styled)?;
        let attribute = match (element.get("fullinertia"), element.get("diaginertia")) {
            (Some(full), _) => full,
            (None, Some(diagonal)) => diagonal,
            (None, None) => return Err(element.place.refuse("no inertia", "`diaginertia` or `fullinertia`")),
        };
        let inertia = if attribute.name == "fullinertia" {
            let [xx, yy, zz, xy, xz, yz] = attribute.array::<6>()?;
            Matrix3::new(xx, xy, xz, xy, yy, yz, xz, yz, zz)
        } else {
            Matrix3::from_diagonal(&Vector3::from(attribute.array::<3>()?))
        };
        let own = Inertial { mass_kg, com: Vector3::zeros(), inertia };
        if let Some((found, allowed)) = own.fault_of_part() {
            return Err(attribute.place.refuse(found, allowed));
        }
        Ok(Some(own.seen_from(&pose)))
    }

    /// The site that a gyroscope or an accelerometer sits on comes first, as `imu`.
    fn imu(&mut self, root: &Element) {
        let sensors = root.all("sensor").flat_map(|list| &list.children);
        let mut motion = sensors.filter(|s| ["gyro", "accelerometer"].contains(&s.name.as_str()));
        let site = motion.find_map(|sensor| sensor.get("site"));
        let frame = site.and_then(|site| self.draft.frames.iter().find(|frame| frame.name == site.value));
        if let Some(frame) = frame.cloned() {
            self.draft.frames.insert(0, NamedFrame { name: "imu".into(), ..frame });
        }
    }
}
