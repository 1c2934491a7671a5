//! Checks of shapes.

use super::{Findings, MAX_LENGTH_M};
use crate::config::path::FieldPath;
use crate::config::robot::Geometry;

/// A shape that touches the world.
pub(super) fn collision(findings: &mut Findings, at: &FieldPath, geometry: &Geometry) {
    let drawn_only = match geometry {
        Geometry::Ellipsoid { .. } => "Ellipsoid",
        Geometry::Loft { .. } => "Loft",
        _ => return drawn(findings, at, geometry),
    };
    let allowed = "one of `Box`, `Sphere`, `Capsule`, `Cylinder`; the others are drawn only";
    findings.add(at.clone(), format!("`{drawn_only}`"), allowed);
}

/// A shape that is drawn.
pub(super) fn drawn(findings: &mut Findings, at: &FieldPath, geometry: &Geometry) {
    let mut length = |field: &str, value: f64| {
        findings.positive_up_to(at.field(field), value, MAX_LENGTH_M);
    };
    match geometry {
        Geometry::Box { size_m, round_m } => {
            lengths(findings, &at.field("size_m"), size_m);
            findings.within(at.field("round_m"), *round_m, 0.0, MAX_LENGTH_M);
        }
        Geometry::Sphere { radius_m } => length("radius_m", *radius_m),
        Geometry::Capsule { radius_m, length_m } => {
            length("radius_m", *radius_m);
            findings.within(at.field("length_m"), *length_m, 0.0, MAX_LENGTH_M);
        }
        Geometry::Cylinder { radius_m, top_radius_m, length_m } => {
            length("radius_m", *radius_m);
            length("length_m", *length_m);
            if let Some(radius) = top_radius_m {
                findings.within(at.field("top_radius_m"), *radius, 0.0, MAX_LENGTH_M);
            }
        }
        Geometry::Ellipsoid { radii_m } => lengths(findings, &at.field("radii_m"), radii_m),
        Geometry::Loft { sections, round_m } => {
            let list = at.field("sections");
            findings.within(at.field("round_m"), *round_m, 0.0, MAX_LENGTH_M);
            if sections.len() < 2 {
                findings.add(list.clone(), format!("{} sections", sections.len()), "two or more sections");
            }
            for (i, section) in sections.iter().enumerate() {
                let at = list.index(i);
                findings.finite(at.field("z_m"), section.z_m);
                findings.finite_all(&at.field("xy_m"), &section.xy_m);
                lengths(findings, &at.field("size_m"), &section.size_m);
                findings.within(at.field("exponent"), section.exponent, 1.0, 100.0);
                if i > 0 && section.z_m <= sections[i - 1].z_m {
                    let allowed = format!("a height above the section before, {}", sections[i - 1].z_m);
                    findings.add(at.field("z_m"), format!("{}", section.z_m), allowed);
                }
            }
        }
    }
}

fn lengths(findings: &mut Findings, at: &FieldPath, values: &[f64]) {
    for (i, value) in values.iter().enumerate() {
        findings.positive_up_to(at.index(i), *value, MAX_LENGTH_M);
    }
}
