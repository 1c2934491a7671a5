//! Geoms of MJCF: shapes, and the masses of bodies that give none.

use nalgebra::{Isometry3, Matrix3, Point3, Translation3, Unit, Vector3};

use super::draft::{Note, rpy_of, xyz_of};
use super::inertial::Inertial;
use super::mjcf_defaults::Styled;
use super::mjcf_frame::{Compiler, from_z};
use super::shape::material_of;
use super::xml::Attribute;
use crate::config::diagnostic::Diagnostic;
use crate::config::robot::{Geometry, ShapeConfig, VisualConfig};

/// Density of a geom that gives neither mass nor density [kg/m^3].
const DENSITY_KG_M3: f64 = 1000.0;

const TYPES: &str = "one of `sphere`, `capsule`, `cylinder`, `box`, `ellipsoid`, `mesh`, `plane`";

/// A geom.
pub(super) struct Geom {
    pub(super) shape: Option<(Geometry, Isometry3<f64>)>,
    /// Name of the mesh it is; its shape is then unknown.
    pub(super) mesh: Option<String>,
    pub(super) touches: bool,
    pub(super) drawn: bool,
    material: String,
    rgba: Option<[f64; 4]>,
    mass: Option<f64>,
    density: f64,
    group: f64,
    rpy: Option<[f64; 3]>,
}

impl Geom {
    /// Reads a geom, placed by its body's frame `above`; none for a plane.
    ///
    /// # Errors
    /// Where its type, size or place is none.
    pub(super) fn read(
        styled: &Styled<'_>,
        compiler: &Compiler,
        above: &Isometry3<f64>,
    ) -> Result<Option<Self>, Diagnostic> {
        let mesh = styled.text("mesh").map(str::to_owned);
        let kind = styled.text("type").unwrap_or(if mesh.is_some() { "mesh" } else { "sphere" });
        let group = styled.number("group")?.unwrap_or(0.0);
        let bits = |name: &str| styled.number(name).map(|bits| bits.unwrap_or(1.0));
        let touches = bits("contype")? != 0.0 || bits("conaffinity")? != 0.0;
        let mut geom = Self {
            shape: None,
            mesh: None,
            touches,
            drawn: group < 3.0,
            material: styled.text("material").unwrap_or_default().to_owned(),
            rgba: styled.get("rgba").map(Attribute::array::<4>).transpose()?,
            mass: styled.get("mass").map(Attribute::not_negative).transpose()?,
            density: styled.get("density").map(Attribute::not_negative).transpose()?.unwrap_or(DENSITY_KG_M3),
            group,
            rpy: None,
        };
        match kind {
            "plane" => return Ok(None),
            "mesh" | "hfield" | "sdf" => {
                geom.mesh = Some(mesh.unwrap_or_else(|| kind.to_owned()));
                return Ok(Some(geom));
            }
            "sphere" | "capsule" | "cylinder" | "box" | "ellipsoid" => {}
            _ => {
                let place = styled.get("type").map_or(&styled.element.place, |written| &written.place);
                return Err(place.refuse(format!("the type `{kind}`"), TYPES));
            }
        }
        let (pose, half_length) = match styled.get("fromto").filter(|_| kind != "sphere") {
            Some(ends) => {
                let [a, b, c, d, e, f] = ends.array::<6>()?;
                let (from, to) = (Vector3::new(a, b, c), Vector3::new(d, e, f));
                let Some(z) = Unit::try_new(to - from, 1e-9) else {
                    return Err(ends.refuse("two points that differ"));
                };
                // The way from `to` to `from` is the shape's z axis.
                let rotation = from_z(&-z);
                let pose = Isometry3::from_parts(Translation3::from((from + to) * 0.5), rotation);
                (pose, Some(0.5 * (to - from).norm()))
            }
            None => {
                geom.rpy = compiler.written_rpy(styled).filter(|_| *above == Isometry3::identity());
                (compiler.pose(styled)?, None)
            }
        };
        let geometry = geometry(styled, kind, half_length)?;
        geom.shape = Some((geometry, above * pose));
        Ok(Some(geom))
    }

    /// Whether its mass counts where a body gives none.
    pub(super) fn counts(&self, compiler: &Compiler) -> bool {
        let (low, high) = compiler.inertia_groups;
        self.group >= low && self.group <= high && self.mass.unwrap_or(self.density) > 0.0
    }

    /// Its mass as a solid body; none where it has none or its shape is unknown.
    pub(super) fn inertial(&self) -> Option<Inertial> {
        let (geometry, pose) = self.shape.as_ref()?;
        let (volume, moments) = solid(geometry);
        let mass_kg = self.mass.unwrap_or(self.density * volume);
        (mass_kg > 0.0).then(|| {
            let inertia = Matrix3::from_diagonal(&(moments * mass_kg));
            Inertial { mass_kg, com: Vector3::zeros(), inertia }.seen_from(pose)
        })
    }

    /// As a shape that touches the world.
    pub(super) fn collision(&self, notes: &mut Vec<Note>) -> Option<ShapeConfig> {
        let (geometry, pose) = self.shape.as_ref()?;
        if let Geometry::Ellipsoid { radii_m } = geometry {
            let (capsule, turn) = capsule_in(*radii_m);
            let note = Note::changed("ellipsoids that touch the world became the capsules along their axes");
            if !notes.contains(&note) {
                notes.push(note);
            }
            let pose = pose * turn;
            return Some(ShapeConfig {
                geometry: capsule,
                xyz_m: xyz_of(&pose),
                rpy_rad: rpy_of(&pose.rotation),
            });
        }
        let rpy_rad = self.rpy.unwrap_or_else(|| rpy_of(&pose.rotation));
        Some(ShapeConfig { geometry: geometry.clone(), xyz_m: xyz_of(pose), rpy_rad })
    }

    /// As a shape that is drawn.
    pub(super) fn visual(&self) -> Option<VisualConfig> {
        let (geometry, pose) = self.shape.as_ref()?;
        Some(VisualConfig {
            geometry: geometry.clone(),
            xyz_m: xyz_of(pose),
            rpy_rad: self.rpy.unwrap_or_else(|| rpy_of(&pose.rotation)),
            material: material_of(&self.material, self.rgba),
        })
    }
}

fn geometry(styled: &Styled<'_>, kind: &str, half_length: Option<f64>) -> Result<Geometry, Diagnostic> {
    let Some(size) = styled.get("size") else {
        return Err(styled.element.place.refuse(format!("a {kind} without size"), "an attribute `size`"));
    };
    let given = size.numbers()?;
    let number = |index: usize| match given.get(index) {
        Some(value) if *value > 0.0 => Ok(*value),
        _ => Err(size.refuse(format!("{} positive numbers for this {kind}", index + 1))),
    };
    let along = |index: usize| half_length.map_or_else(|| number(index), Ok);
    // With `fromto` a box and an ellipsoid give their cross-section alone, which one number makes square.
    let across = |index: usize| match half_length {
        Some(_) if given.len() == 1 => number(0),
        _ => number(index),
    };
    Ok(match kind {
        "sphere" => Geometry::Sphere { radius_m: number(0)? },
        "capsule" => Geometry::Capsule { radius_m: number(0)?, length_m: 2.0 * along(1)? },
        "cylinder" => {
            Geometry::Cylinder { radius_m: number(0)?, top_radius_m: None, length_m: 2.0 * along(1)? }
        }
        "box" => {
            Geometry::Box { size_m: [2.0 * number(0)?, 2.0 * across(1)?, 2.0 * along(2)?], round_m: 0.0 }
        }
        _ => Geometry::Ellipsoid { radii_m: [number(0)?, across(1)?, along(2)?] },
    })
}

/// Volume [m^3], and moments of a body of 1 kg about its centre [m^2].
fn solid(geometry: &Geometry) -> (f64, Vector3<f64>) {
    use std::f64::consts::PI;
    let round = |xx: f64, zz: f64| Vector3::new(xx, xx, zz);
    match geometry {
        Geometry::Box { size_m: [x, y, z], .. } => {
            let (x2, y2, z2) = (x * x, y * y, z * z);
            (x * y * z, Vector3::new(y2 + z2, x2 + z2, x2 + y2) / 12.0)
        }
        Geometry::Sphere { radius_m: r } => (4.0 / 3.0 * PI * r.powi(3), Vector3::repeat(0.4 * r * r)),
        Geometry::Cylinder { radius_m: r, length_m: l, .. } => {
            (PI * r * r * l, round((3.0 * r * r + l * l) / 12.0, 0.5 * r * r))
        }
        Geometry::Ellipsoid { radii_m: [a, b, c] } => {
            let (a2, b2, c2) = (a * a, b * b, c * c);
            (4.0 / 3.0 * PI * a * b * c, Vector3::new(b2 + c2, a2 + c2, a2 + b2) / 5.0)
        }
        Geometry::Capsule { radius_m: r, length_m: l } => {
            let (tube, ball) = (PI * r * r * l, 4.0 / 3.0 * PI * r.powi(3));
            let (tube_share, ball_share) = (tube / (tube + ball), ball / (tube + ball));
            let axial = tube_share * 0.5 * r * r + ball_share * 0.4 * r * r;
            // A half ball's centre of mass lies 3/8 r behind its flat side.
            let caps = 0.4 * r * r + 0.25 * l * l + 0.375 * l * r;
            let across = tube_share * (3.0 * r * r + l * l) / 12.0 + ball_share * caps;
            (tube + ball, round(across, axial))
        }
        Geometry::Loft { .. } => (0.0, Vector3::zeros()),
    }
}

/// The capsule along an ellipsoid's longest axis, and how it is turned.
fn capsule_in(radii: [f64; 3]) -> (Geometry, Isometry3<f64>) {
    let longest = (0..3).fold(0, |best, i| if radii[i] > radii[best] { i } else { best });
    let radius_m = (0..3).filter(|&i| i != longest).fold(0.0_f64, |most, i| most.max(radii[i]));
    let length_m = 2.0 * (radii[longest] - radius_m);
    let axis = Unit::new_unchecked(Vector3::ith(longest, 1.0));
    let turn = Isometry3::from_parts(Translation3::from(Point3::origin().coords), from_z(&axis));
    (Geometry::Capsule { radius_m, length_m }, turn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_capsule_is_a_ball_and_a_long_one_a_rod() {
        let (volume, ball) = solid(&Geometry::Capsule { radius_m: 0.3, length_m: 0.0 });
        let (expected, moments) = solid(&Geometry::Sphere { radius_m: 0.3 });
        assert!((volume - expected).abs() < 1e-12 && (ball - moments).norm() < 1e-12);
        let (_, rod) = solid(&Geometry::Capsule { radius_m: 1e-6, length_m: 2.0 });
        assert!((rod.x - 4.0 / 12.0).abs() < 1e-5, "{rod}");
    }
}
