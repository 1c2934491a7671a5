//! Smooth covers through stacked cross-sections.

use nalgebra::{Point3, Vector3};

use super::meshes::Surface;
use crate::config::robot::LoftSection;

/// Most rings between two sections of a loft, and the least distance of two [m].
const RINGS: usize = 8;
const RING_M: f64 = 0.008;

/// The surface of a loft with `turn` points a ring and `quarter` rings along a rounded end.
pub(super) fn surface(sections: &[LoftSection], round_m: f64, turn: usize, quarter: usize) -> Surface {
    let (Some(bottom), Some(top)) = (sections.first(), sections.last()) else {
        return Surface::default();
    };
    let end = |section: &LoftSection, up: f64, i: usize| {
        let (sin, cos) = (std::f64::consts::FRAC_PI_2 * i as f64 / quarter as f64).sin_cos();
        let inset = 2.0 * round_m * (1.0 - cos);
        LoftSection {
            z_m: section.z_m + up * round_m * sin,
            size_m: section.size_m.map(|s| (s - inset).max(0.02 * s)),
            ..*section
        }
    };
    // From the top down, as the grid wants it.
    let mut rings: Vec<LoftSection> = Vec::new();
    if round_m > 0.0 {
        rings.extend((1..=quarter).rev().map(|i| end(top, 1.0, i)));
    }
    rings.extend(interpolate(sections).into_iter().rev());
    if round_m > 0.0 {
        rings.extend((1..=quarter).map(|i| end(bottom, -1.0, i)));
    }

    let mut surface = Surface::default();
    for ring in &rings {
        surface
            .positions
            .extend((0..turn).map(|i| outline(ring, std::f64::consts::TAU * i as f64 / turn as f64)));
    }
    surface.grid(rings.len(), turn);
    surface.normals = smooth_normals(&surface);
    close(&mut surface, 0, turn, Vector3::z());
    close(&mut surface, (rings.len() - 1) * turn, turn, -Vector3::z());
    surface
}

/// Closes the ring that starts at `first` with a flat fan.
fn close(surface: &mut Surface, first: usize, turn: usize, normal: Vector3<f64>) {
    let base = surface.positions.len() as u32;
    let ring: Vec<Point3<f64>> = surface.positions[first..first + turn].to_vec();
    let centre = Point3::from(ring.iter().fold(Vector3::zeros(), |sum, p| sum + p.coords) / turn as f64);
    surface.positions.extend(ring);
    surface.positions.push(centre);
    surface.normals.extend(std::iter::repeat_n(normal, turn + 1));
    let hub = base + turn as u32;
    for i in 0..turn as u32 {
        let (a, b) = (base + i, base + (i + 1) % turn as u32);
        surface.triangles.push(if normal.z > 0.0 { [hub, a, b] } else { [hub, b, a] });
    }
}

/// The point of a section's outline in the direction of polar angle `angle` of its unit shape.
fn outline(section: &LoftSection, angle: f64) -> Point3<f64> {
    let (sin, cos) = angle.sin_cos();
    let n = section.exponent;
    let radius = (cos.abs().powf(n) + sin.abs().powf(n)).powf(-1.0 / n);
    Point3::new(
        section.xy_m[0] + 0.5 * section.size_m[0] * radius * cos,
        section.xy_m[1] + 0.5 * section.size_m[1] * radius * sin,
        section.z_m,
    )
}

/// Sections with `RINGS` steps between each pair, by the monotone cubic of Fritsch and Butland (1984):
/// smooth, and never outside the range of its two neighbours.
fn interpolate(sections: &[LoftSection]) -> Vec<LoftSection> {
    let values = |s: &LoftSection| [s.xy_m[0], s.xy_m[1], s.size_m[0], s.size_m[1], s.exponent];
    let slope = |i: usize, k: usize| {
        (values(&sections[i + 1])[k] - values(&sections[i])[k]) / (sections[i + 1].z_m - sections[i].z_m)
    };
    let last = sections.len() - 1;
    let tangent = |i: usize, k: usize| {
        if i == 0 || i == last {
            return if last == 0 { 0.0 } else { slope(i.min(last - 1), k) };
        }
        let (before, after) = (slope(i - 1, k), slope(i, k));
        if before * after <= 0.0 { 0.0 } else { 2.0 * before * after / (before + after) }
    };
    let mut rings = Vec::with_capacity(last * RINGS + 1);
    for i in 0..last {
        let (lower, upper) = (&sections[i], &sections[i + 1]);
        let span = upper.z_m - lower.z_m;
        let count = ((span / RING_M) as usize).clamp(1, RINGS);
        for step in 0..count {
            let t = step as f64 / count as f64;
            let mut v = [0.0; 5];
            for (k, value) in v.iter_mut().enumerate() {
                let (a, b) = (values(lower)[k], values(upper)[k]);
                let (t2, t3) = (t * t, t * t * t);
                *value = (2.0 * t3 - 3.0 * t2 + 1.0) * a
                    + (t3 - 2.0 * t2 + t) * span * tangent(i, k)
                    + (3.0 * t2 - 2.0 * t3) * b
                    + (t3 - t2) * span * tangent(i + 1, k);
            }
            rings.push(LoftSection {
                z_m: lower.z_m + t * span,
                xy_m: [v[0], v[1]],
                size_m: [v[2], v[3]],
                exponent: v[4],
            });
        }
    }
    rings.push(sections[last]);
    rings
}

/// Normals of shared vertices, each triangle weighted by its area.
fn smooth_normals(surface: &Surface) -> Vec<Vector3<f64>> {
    let mut normals = vec![Vector3::zeros(); surface.positions.len()];
    for triangle in &surface.triangles {
        let [a, b, c] = triangle.map(|i| surface.positions[i as usize]);
        let area = (b - a).cross(&(c - a));
        for i in triangle {
            normals[*i as usize] += area;
        }
    }
    normals.iter().map(|n| n.try_normalize(1e-18).unwrap_or_else(Vector3::z)).collect()
}
