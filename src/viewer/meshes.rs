//! Triangle meshes of the drawn shapes, made here so that robots need no mesh files.
//!
//! All shapes lie as [`Geometry`] has them: centred at the origin (a loft: at its z = 0), axis along z.

use bevy::asset::RenderAssetUsages;
use bevy::mesh::{Indices, Mesh, PrimitiveTopology};
use nalgebra::{Isometry3, Point3, Vector3};

use super::loft;
use crate::config::robot::Geometry;

/// How far a chord may stay inside the curve it stands for [m]: a fifth of a pixel at two metres.
const SAGITTA_M: f64 = 0.000_25;
/// Fewest and most segments along a quarter of a turn.
const QUARTER: (usize, usize) = (2, 12);

/// A surface of triangles, counter-clockwise seen from outside.
#[derive(Debug, Clone, Default)]
pub(super) struct Surface {
    pub(super) positions: Vec<Point3<f64>>,
    pub(super) normals: Vec<Vector3<f64>>,
    pub(super) triangles: Vec<[u32; 3]>,
}

impl Surface {
    /// The surface of a geometry.
    pub(super) fn of(geometry: &Geometry) -> Self {
        match geometry {
            Geometry::Box { size_m, round_m } => {
                let half = Vector3::from(*size_m) * 0.5;
                let round = round_m.clamp(0.0, half.min());
                Self::swept_ball(half.map(|h| h - round), round, quarter(round))
            }
            Geometry::Sphere { radius_m } => {
                Self::swept_ball(Vector3::zeros(), *radius_m, quarter(*radius_m))
            }
            Geometry::Capsule { radius_m, length_m } => {
                Self::swept_ball(Vector3::new(0.0, 0.0, 0.5 * length_m), *radius_m, quarter(*radius_m))
            }
            Geometry::Cylinder { radius_m, top_radius_m, length_m } => {
                Self::cylinder(*radius_m, top_radius_m.unwrap_or(*radius_m), *length_m)
            }
            Geometry::Ellipsoid { radii_m } => {
                let radii = Vector3::from(*radii_m);
                let mut ball = Self::swept_ball(Vector3::zeros(), 1.0, quarter(radii.max()));
                for (position, normal) in ball.positions.iter_mut().zip(&mut ball.normals) {
                    position.coords.component_mul_assign(&radii);
                    *normal = normal.component_div(&radii).normalize();
                }
                ball
            }
            Geometry::Loft { sections, round_m } => {
                let widest = sections.iter().flat_map(|section| section.size_m).fold(0.0, f64::max);
                loft::surface(sections, *round_m, 4 * quarter(0.5 * widest), quarter(*round_m))
            }
        }
    }

    /// A ball swept over a cuboid of half sizes `half`: rounded box, capsule or ball.
    ///
    /// The ball's octants are pulled apart to the cuboid's corners; where they parted, the quads
    /// between equal normals are the flat faces.
    fn swept_ball(half: Vector3<f64>, radius: f64, quarter: usize) -> Self {
        let step = std::f64::consts::FRAC_PI_2 / quarter as f64;
        // Latitudes from the north pole down, longitudes eastward, each octant with its own corner.
        let latitudes: Vec<(f64, f64)> = (0..=quarter)
            .map(|i| (step * (quarter - i) as f64, 1.0))
            .chain((0..=quarter).map(|i| (-step * i as f64, -1.0)))
            .collect();
        let corners = [(1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0), (1.0, -1.0)];
        let mut longitudes = Vec::with_capacity(4 * (quarter + 1));
        for (quadrant, (x, y)) in corners.into_iter().enumerate() {
            for i in 0..=quarter {
                longitudes.push((step * (quadrant * quarter + i) as f64, x, y));
            }
        }

        let mut surface = Self::default();
        for &(latitude, z) in &latitudes {
            for &(longitude, x, y) in &longitudes {
                let normal = Vector3::new(
                    latitude.cos() * longitude.cos(),
                    latitude.cos() * longitude.sin(),
                    latitude.sin(),
                );
                let corner = half.component_mul(&Vector3::new(x, y, z));
                surface.positions.push(Point3::from(corner + normal * radius));
                surface.normals.push(normal);
            }
        }
        let columns = longitudes.len();
        surface.grid(latitudes.len(), columns);
        // The two flat faces at the poles.
        for (row, flip) in [(0, false), (latitudes.len() - 1, true)] {
            let corner = |quadrant: usize| (row * columns + quadrant * (quarter + 1)) as u32;
            let [a, b, c, d] = [corner(0), corner(1), corner(2), corner(3)];
            let faces = if flip { [[a, c, b], [a, d, c]] } else { [[a, b, c], [a, c, d]] };
            surface.triangles.extend(faces);
        }
        surface
    }

    /// A cylinder or frustum with lightly broken edges, as turned parts have.
    fn cylinder(bottom: f64, top: f64, length: f64) -> Self {
        let half = 0.5 * length;
        let turn = 4 * quarter(bottom.max(top));
        let edge = (0.2 * bottom.min(top)).min(0.006).min(0.25 * length);
        let slope = Vector3::new(length, 0.0, bottom - top).normalize();
        let bevel = quarter(edge);
        let mut profile = vec![(0.0, -half, -Vector3::z())];
        for i in 0..=bevel {
            let normal = between(-Vector3::z(), slope, i as f64 / bevel as f64);
            profile.push((bottom - edge + edge * normal.x, -half + edge + edge * normal.z, normal));
        }
        for i in 0..=bevel {
            let normal = between(slope, Vector3::z(), i as f64 / bevel as f64);
            profile.push((top - edge + edge * normal.x, half - edge + edge * normal.z, normal));
        }
        profile.push((0.0, half, Vector3::z()));

        let mut surface = Self::default();
        for (radius, z, normal) in profile.iter().rev() {
            for i in 0..=turn {
                let (sin, cos) = (std::f64::consts::TAU * i as f64 / turn as f64).sin_cos();
                surface.positions.push(Point3::new(radius * cos, radius * sin, *z));
                surface.normals.push(Vector3::new(normal.x * cos, normal.x * sin, normal.z));
            }
        }
        let rows = profile.len();
        for row in 0..rows - 1 {
            for column in 0..turn {
                let at = |r: usize, c: usize| (r * (turn + 1) + c) as u32;
                surface.quad(
                    at(row, column),
                    at(row + 1, column),
                    at(row + 1, column + 1),
                    at(row, column + 1),
                );
            }
        }
        surface
    }

    /// Joins the last `rows` x `columns` positions into quads, closed round the columns; rows run down.
    pub(super) fn grid(&mut self, rows: usize, columns: usize) {
        for row in 0..rows - 1 {
            for column in 0..columns {
                let next = (column + 1) % columns;
                let at = |r: usize, c: usize| (r * columns + c) as u32;
                self.quad(at(row, column), at(row + 1, column), at(row + 1, next), at(row, next));
            }
        }
    }

    fn quad(&mut self, a: u32, b: u32, c: u32, d: u32) {
        for triangle in [[a, b, c], [a, c, d]] {
            let [p, q, r] = triangle.map(|i| self.positions[i as usize]);
            if (q - p).cross(&(r - p)).norm_squared() > 1e-24 {
                self.triangles.push(triangle);
            }
        }
    }

    /// Adds another surface at a pose.
    pub(super) fn append(&mut self, other: &Self, pose: &Isometry3<f64>) {
        let first = self.positions.len() as u32;
        self.positions.extend(other.positions.iter().map(|p| pose * p));
        self.normals.extend(other.normals.iter().map(|n| pose * n));
        self.triangles.extend(other.triangles.iter().map(|t| t.map(|i| i + first)));
    }

    /// Flat triangles with edges between them.
    pub(super) fn faceted(corners: &[Point3<f64>], triangles: &[[u32; 3]]) -> Self {
        let mut surface = Self::default();
        for triangle in triangles {
            let [a, b, c] = triangle.map(|i| corners[i as usize]);
            let normal = (b - a).cross(&(c - a)).try_normalize(0.0).unwrap_or_else(Vector3::z);
            let first = surface.positions.len() as u32;
            surface.positions.extend([a, b, c]);
            surface.normals.extend([normal; 3]);
            surface.triangles.push([first, first + 1, first + 2]);
        }
        surface
    }

    /// The mesh Bevy draws, in f32.
    pub(super) fn to_mesh(&self) -> Mesh {
        let f32s = |v: &Vector3<f64>| [v.x as f32, v.y as f32, v.z as f32];
        let positions: Vec<[f32; 3]> = self.positions.iter().map(|p| f32s(&p.coords)).collect();
        let normals: Vec<[f32; 3]> = self.normals.iter().map(f32s).collect();
        Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::default())
            .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, positions)
            .with_inserted_attribute(Mesh::ATTRIBUTE_NORMAL, normals)
            .with_inserted_indices(Indices::U32(self.triangles.iter().flatten().copied().collect()))
    }
}

/// Segments along a quarter of a circle.
pub(super) fn quarter(radius_m: f64) -> usize {
    // A chord over twice this angle lies the sagitta inside its arc.
    let half_segment = (1.0 - SAGITTA_M / radius_m.max(SAGITTA_M)).acos();
    ((0.25 * std::f64::consts::PI / half_segment).ceil() as usize).clamp(QUARTER.0, QUARTER.1)
}

/// The unit vector a share of the way round from `a` to `b`.
fn between(a: Vector3<f64>, b: Vector3<f64>, share: f64) -> Vector3<f64> {
    let angle = a.angle(&b);
    if angle < 1e-9 {
        return a;
    }
    (a * ((1.0 - share) * angle).sin() + b * (share * angle).sin()) / angle.sin()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::robot::LoftSection;
    use std::f64::consts::PI;

    /// Volume enclosed, positive only if the triangles face outwards.
    fn volume(surface: &Surface) -> f64 {
        surface
            .triangles
            .iter()
            .map(|t| {
                let [a, b, c] = t.map(|i| surface.positions[i as usize].coords);
                a.dot(&b.cross(&c)) / 6.0
            })
            .sum()
    }

    /// Smallest cosine between a triangle's plane and the normals at its corners.
    fn worst_normal(surface: &Surface) -> f64 {
        let mut worst: f64 = 1.0;
        for t in &surface.triangles {
            let [a, b, c] = t.map(|i| surface.positions[i as usize]);
            let face = (b - a).cross(&(c - a)).normalize();
            for i in t {
                worst = worst.min(face.dot(&surface.normals[*i as usize]));
            }
        }
        worst
    }

    fn check(geometry: Geometry, expected_m3: f64) {
        let surface = Surface::of(&geometry);
        let measured = volume(&surface);
        assert!(
            (measured / expected_m3 - 1.0).abs() < 0.01,
            "{geometry:?}: {measured} against {expected_m3}"
        );
        assert!(worst_normal(&surface) > 0.6, "{geometry:?}: {}", worst_normal(&surface));
        for normal in &surface.normals {
            assert!((normal.norm() - 1.0).abs() < 1e-9, "{geometry:?}: {normal}");
        }
    }

    #[test]
    fn finer_where_larger() {
        assert_eq!([0.0, 0.001, 0.01, 0.05, 0.1, 10.0].map(quarter), [2, 2, 4, 8, 12, 12]);
    }

    #[test]
    fn surfaces_enclose_their_volume_and_face_outwards() {
        check(Geometry::Box { size_m: [0.2, 0.3, 0.4], round_m: 0.0 }, 0.024);
        let r: f64 = 0.05;
        let inner = (0.1, 0.2, 0.3);
        let rounded = inner.0 * inner.1 * inner.2
            + 2.0 * r * (inner.0 * inner.1 + inner.1 * inner.2 + inner.0 * inner.2)
            + PI * r * r * (inner.0 + inner.1 + inner.2)
            + 4.0 / 3.0 * PI * r.powi(3);
        check(Geometry::Box { size_m: [0.2, 0.3, 0.4], round_m: r }, rounded);
        check(Geometry::Sphere { radius_m: 0.1 }, 4.0 / 3.0 * PI * 1e-3);
        check(Geometry::Capsule { radius_m: 0.1, length_m: 0.3 }, PI * 0.01 * 0.3 + 4.0 / 3.0 * PI * 1e-3);
        check(
            Geometry::Cylinder { radius_m: 0.1, top_radius_m: Some(0.05), length_m: 0.3 },
            PI * 0.1 * (0.01 + 0.005 + 0.0025),
        );
        check(Geometry::Ellipsoid { radii_m: [0.1, 0.2, 0.3] }, 4.0 / 3.0 * PI * 0.006);
        let section = |z_m| LoftSection { z_m, xy_m: [0.0, 0.0], size_m: [0.2, 0.1], exponent: 2.0 };
        check(
            Geometry::Loft { sections: vec![section(0.0), section(0.3)], round_m: 0.0 },
            PI * 0.1 * 0.05 * 0.3,
        );
    }
}
