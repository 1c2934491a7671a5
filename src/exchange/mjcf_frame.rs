//! Positions and orientations as MJCF writes them.

use nalgebra::{Isometry3, Matrix3, Quaternion, Rotation3, Translation3, Unit, UnitQuaternion, Vector3};

use super::mjcf_defaults::Styled;
use super::xml::{Attribute, Element};
use crate::config::diagnostic::Diagnostic;

/// Shortest vector that still has a direction.
const MIN_LENGTH: f64 = 1e-9;

/// What `<compiler>` says about angles and limits.
#[derive(Debug, Clone)]
pub(super) struct Compiler {
    pub(super) rad_per_unit: f64,
    eulerseq: Vec<char>,
    pub(super) autolimits: bool,
    /// Whether inertias come from the geoms; none where only silent bodies' do.
    pub(super) inertia_from_geom: Option<bool>,
    pub(super) inertia_groups: (f64, f64),
}

impl Compiler {
    /// All `<compiler>` of a model, the later ones over the earlier ones.
    ///
    /// # Errors
    /// Where an attribute has none of its values.
    pub(super) fn read(root: &Element) -> Result<Self, Diagnostic> {
        let mut compiler = Self {
            rad_per_unit: std::f64::consts::PI / 180.0,
            eulerseq: vec!['x', 'y', 'z'],
            autolimits: true,
            inertia_from_geom: None,
            inertia_groups: (0.0, 5.0),
        };
        for element in root.all("compiler") {
            for attribute in &element.attributes {
                compiler.set(attribute)?;
            }
        }
        Ok(compiler)
    }

    fn set(&mut self, attribute: &Attribute) -> Result<(), Diagnostic> {
        let value = attribute.value.trim();
        match attribute.name.as_str() {
            "angle" => {
                self.rad_per_unit = match value {
                    "radian" => 1.0,
                    "degree" => std::f64::consts::PI / 180.0,
                    _ => return Err(attribute.refuse("`radian` or `degree`")),
                }
            }
            "eulerseq" => {
                self.eulerseq = value.chars().collect();
                if self.eulerseq.len() != 3 || !self.eulerseq.iter().all(|c| "xyzXYZ".contains(*c)) {
                    return Err(attribute.refuse("three of x, y, z, X, Y, Z"));
                }
            }
            "autolimits" => self.autolimits = attribute.flag()?,
            "inertiafromgeom" => {
                self.inertia_from_geom = match value {
                    "auto" => None,
                    _ => Some(attribute.flag()?),
                }
            }
            "inertiagrouprange" => self.inertia_groups = attribute.array::<2>()?.into(),
            "coordinate" if value != "local" => return Err(attribute.refuse("`local`")),
            "settotalmass" if attribute.number()? > 0.0 => {
                return Err(attribute.refuse("masses as they are: take the attribute out"));
            }
            "boundmass" | "boundinertia" if attribute.number()? > 0.0 => {
                return Err(attribute.refuse("masses and inertias as they are: take the attribute out"));
            }
            _ => {}
        }
        Ok(())
    }

    /// Orientation of an element; the identity where none is written.
    ///
    /// # Errors
    /// Where it is no orientation.
    pub(super) fn orientation(&self, styled: &Styled<'_>) -> Result<UnitQuaternion<f64>, Diagnostic> {
        let Some(attribute) = styled.first_of(&["quat", "axisangle", "euler", "xyaxes", "zaxis"]) else {
            return Ok(UnitQuaternion::identity());
        };
        match attribute.name.as_str() {
            "quat" => {
                let [w, x, y, z] = attribute.array::<4>()?;
                let quaternion = Quaternion::new(w, x, y, z);
                if quaternion.norm() < MIN_LENGTH {
                    return Err(attribute.refuse("a quaternion that is not zero"));
                }
                Ok(UnitQuaternion::from_quaternion(quaternion))
            }
            "axisangle" => {
                let [x, y, z, angle] = attribute.array::<4>()?;
                let axis = direction(attribute, [x, y, z])?;
                Ok(UnitQuaternion::from_axis_angle(&axis, angle * self.rad_per_unit))
            }
            "euler" => {
                let angles = attribute.array::<3>()?;
                Ok(self.euler(angles.map(|angle| angle * self.rad_per_unit)))
            }
            "xyaxes" => {
                let [a, b, c, d, e, f] = attribute.array::<6>()?;
                let x = direction(attribute, [a, b, c])?;
                let y = Vector3::new(d, e, f);
                let y = y - x.into_inner() * x.dot(&y);
                let y = direction(attribute, y.into())?;
                let rotation = Matrix3::from_columns(&[x.into_inner(), y.into_inner(), x.cross(&y)]);
                Ok(UnitQuaternion::from_rotation_matrix(&Rotation3::from_matrix_unchecked(rotation)))
            }
            _ => {
                let z = direction(attribute, attribute.array::<3>()?)?;
                Ok(from_z(&z))
            }
        }
    }

    /// Small letters turn about the axes as they have come to lie, capitals about fixed ones.
    fn euler(&self, angles: [f64; 3]) -> UnitQuaternion<f64> {
        let mut rotation = UnitQuaternion::identity();
        for (axis, angle) in self.eulerseq.iter().zip(angles) {
            let unit = match axis.to_ascii_lowercase() {
                'x' => Vector3::x_axis(),
                'y' => Vector3::y_axis(),
                _ => Vector3::z_axis(),
            };
            let turn = UnitQuaternion::from_axis_angle(&unit, angle);
            rotation = if axis.is_ascii_uppercase() { turn * rotation } else { rotation * turn };
        }
        rotation
    }

    /// Fixed-axis angles as they stand in the file, where they do [rad].
    pub(super) fn written_rpy(&self, styled: &Styled<'_>) -> Option<[f64; 3]> {
        let attribute = styled.first_of(&["quat", "axisangle", "euler", "xyaxes", "zaxis"])?;
        let fixed = self.eulerseq == ['X', 'Y', 'Z'] && attribute.name == "euler";
        let angles = attribute.array::<3>().ok().filter(|_| fixed)?;
        Some(angles.map(|angle| angle * self.rad_per_unit))
    }

    /// Position and orientation of an element.
    ///
    /// # Errors
    /// Where one of them is none.
    pub(super) fn pose(&self, styled: &Styled<'_>) -> Result<Isometry3<f64>, Diagnostic> {
        let position = Vector3::from(styled.vector("pos")?.unwrap_or_default());
        Ok(Isometry3::from_parts(Translation3::from(position), self.orientation(styled)?))
    }
}

/// A direction among an attribute's numbers.
pub(super) fn direction(attribute: &Attribute, v: [f64; 3]) -> Result<Unit<Vector3<f64>>, Diagnostic> {
    Unit::try_new(Vector3::from(v), MIN_LENGTH).ok_or_else(|| attribute.refuse("axes with a direction"))
}

/// The smallest rotation that brings z to a direction.
pub(super) fn from_z(z: &Unit<Vector3<f64>>) -> UnitQuaternion<f64> {
    UnitQuaternion::rotation_between_axis(&Vector3::z_axis(), z)
        .unwrap_or_else(|| UnitQuaternion::from_axis_angle(&Vector3::x_axis(), std::f64::consts::PI))
}
