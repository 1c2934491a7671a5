//! Checks of shapes.

use super::Findings;
use crate::config::path::FieldPath;
use crate::config::robot::Geometry;

/// A shape that touches the world.
pub(super) fn collision(findings: &mut Findings, at: &FieldPath, geometry: &Geometry) {
    let drawn_only = match geometry {
        Geometry::Ellipsoid { .. } => "Ellipsoid",
        Geometry::Loft { .. } => "Loft",
        _ => return,
    };
    let allowed = "one of `Box`, `Sphere`, `Capsule`, `Cylinder`; the others are drawn only";
    findings.add(at.clone(), format!("`{drawn_only}`"), allowed);
}

/// A shape that is drawn.
pub(super) fn drawn(findings: &mut Findings, at: &FieldPath, geometry: &Geometry) {
    let Geometry::Loft { sections, .. } = geometry else { return };
    let list = at.field("sections");
    if sections.len() < 2 {
        findings.add(list.clone(), format!("{} sections", sections.len()), "two or more sections");
    }
    for (i, pair) in sections.windows(2).enumerate() {
        let (below, z) = (pair[0].z_m, pair[1].z_m);
        let allowed = format!("a height above the section before, {below}");
        findings.relation(z > below, list.index(i + 1).field("z_m"), z, allowed);
    }
}
