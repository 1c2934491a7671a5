//! Surfaces of shapes, as points and triangles.

use std::f64::consts::{FRAC_PI_2, TAU};

use nalgebra::Point3;

use crate::config::robot::{Geometry, LoftSection};

/// Points round a round shape.
const AROUND: usize = 16;
/// Rings from the pole to the equator of a ball.
const TO_POLE: usize = 3;

/// Points on the surface of a shape, in its frame, whose hull is the shape to about a fiftieth of its size.
pub fn surface_points(geometry: &Geometry) -> Vec<Point3<f64>> {
    match geometry {
        Geometry::Box { size_m, .. } => {
            let [x, y, z] = size_m.map(|size| 0.5 * size);
            let signs = [-1.0, 1.0];
            let corner = |sx: f64| move |sy: f64| signs.map(|sz| Point3::new(sx * x, sy * y, sz * z));
            signs.into_iter().flat_map(|sx| signs.into_iter().flat_map(corner(sx))).collect()
        }
        Geometry::Sphere { radius_m } => ball([*radius_m; 3], 0.0),
        Geometry::Ellipsoid { radii_m } => ball(*radii_m, 0.0),
        Geometry::Capsule { radius_m, length_m } => ball([*radius_m; 3], 0.5 * length_m),
        Geometry::Cylinder { radius_m, top_radius_m, length_m } => {
            let half = 0.5 * length_m;
            let mut points = ring(-half, [*radius_m; 2]);
            points.extend(ring(half, [top_radius_m.unwrap_or(*radius_m); 2]));
            points
        }
        Geometry::Loft { sections, round_m } => loft(sections, *round_m),
    }
}

/// The triangles between the rings of a loft's [`surface_points`], as indices, seen from outside
/// counterclockwise, with both ends closed.
pub(super) fn loft_triangles(points: usize) -> Vec<u32> {
    let (around, rings) = (AROUND as u32, (points / AROUND) as u32);
    let mut triangles = Vec::new();
    for lower in 0..rings.saturating_sub(1) {
        for i in 0..around {
            let (a, b) = (lower * around + i, lower * around + (i + 1) % around);
            triangles.extend([a, b, b + around, a, b + around, a + around]);
        }
    }
    let top = rings.saturating_sub(1) * around;
    for i in 1..around - 1 {
        triangles.extend([0, i + 1, i, top, top + i, top + i + 1]);
    }
    triangles
}

fn ring(z_m: f64, radii_m: [f64; 2]) -> Vec<Point3<f64>> {
    let point = |i: usize| {
        let (sin, cos) = (TAU * i as f64 / AROUND as f64).sin_cos();
        Point3::new(radii_m[0] * cos, radii_m[1] * sin, z_m)
    };
    (0..AROUND).map(point).collect()
}

/// An ellipsoid, drawn apart by `half_m` to either side along z.
fn ball(radii_m: [f64; 3], half_m: f64) -> Vec<Point3<f64>> {
    let mut points = Vec::new();
    for side in [-1.0, 1.0] {
        for level in 0..=TO_POLE {
            let (sin, cos) = (FRAC_PI_2 * level as f64 / TO_POLE as f64).sin_cos();
            points.extend(ring(side * (half_m + sin * radii_m[2]), [cos * radii_m[0], cos * radii_m[1]]));
        }
    }
    points
}

/// Rings of a loft from below; the rounding of its ends is drawn as a step.
fn loft(sections: &[LoftSection], round_m: f64) -> Vec<Point3<f64>> {
    let mut points = Vec::new();
    let last = sections.len().saturating_sub(1);
    for (i, section) in sections.iter().enumerate() {
        if i == 0 && round_m > 0.0 {
            points.extend(superellipse(section, section.z_m - round_m, round_m));
        }
        points.extend(superellipse(section, section.z_m, 0.0));
        if i == last && round_m > 0.0 {
            points.extend(superellipse(section, section.z_m + round_m, round_m));
        }
    }
    points
}

/// The outline of a section at a height, shrunk by a width on all sides.
fn superellipse(section: &LoftSection, z_m: f64, shrunk_m: f64) -> Vec<Point3<f64>> {
    let half = section.size_m.map(|size| (0.5 * size - shrunk_m).max(0.0));
    let power = 2.0 / section.exponent;
    let along = |share: f64| share.signum() * share.abs().powf(power);
    let point = |i: usize| {
        let (sin, cos) = (TAU * i as f64 / AROUND as f64).sin_cos();
        let (x, y) = (half[0] * along(cos), half[1] * along(sin));
        Point3::new(section.xy_m[0] + x, section.xy_m[1] + y, z_m)
    };
    (0..AROUND).map(point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extent(points: &[Point3<f64>], axis: usize) -> f64 {
        let values = || points.iter().map(|point| point[axis]);
        values().fold(f64::NEG_INFINITY, f64::max) - values().fold(f64::INFINITY, f64::min)
    }

    #[test]
    fn surfaces_reach_as_far_as_their_shapes() {
        for (geometry, size) in [
            (Geometry::Box { size_m: [1.0, 2.0, 3.0], round_m: 0.0 }, [1.0, 2.0, 3.0]),
            (Geometry::Sphere { radius_m: 0.5 }, [1.0, 1.0, 1.0]),
            (Geometry::Ellipsoid { radii_m: [0.5, 1.0, 1.5] }, [1.0, 2.0, 3.0]),
            (Geometry::Capsule { radius_m: 0.5, length_m: 2.0 }, [1.0, 1.0, 3.0]),
            (Geometry::Cylinder { radius_m: 0.5, top_radius_m: None, length_m: 3.0 }, [1.0, 1.0, 3.0]),
        ] {
            let points = surface_points(&geometry);
            for (axis, wanted) in size.into_iter().enumerate() {
                assert!((extent(&points, axis) - wanted).abs() < 1e-12, "{geometry:?}");
            }
        }
    }

    #[test]
    fn a_lofts_triangles_close_it() {
        let section = |z_m: f64| LoftSection { z_m, xy_m: [0.0; 2], size_m: [0.2, 0.4], exponent: 4.0 };
        let geometry = Geometry::Loft { sections: vec![section(0.0), section(1.0)], round_m: 0.01 };
        let points = surface_points(&geometry);
        let triangles = loft_triangles(points.len());
        // Every edge of a closed surface is passed once each way.
        let mut edges: Vec<(u32, u32)> =
            triangles.chunks(3).flat_map(|t| [(t[0], t[1]), (t[1], t[2]), (t[2], t[0])]).collect();
        edges.sort_unstable();
        for (from, to) in &edges {
            assert!(edges.binary_search(&(*to, *from)).is_ok(), "{from} to {to}");
        }
        let before = edges.len();
        edges.dedup();
        assert_eq!(edges.len(), before);
        // By the divergence theorem the volume is that of a prism with a superellipse's area.
        let volume: f64 = triangles
            .chunks(3)
            .map(|t| {
                let [a, b, c] = [t[0], t[1], t[2]].map(|i| points[i as usize].coords);
                a.dot(&b.cross(&c)) / 6.0
            })
            .sum();
        assert!(volume > 0.065 && volume < 0.0775, "{volume}");
    }
}
