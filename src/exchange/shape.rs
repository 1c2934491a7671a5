//! Boxes around shapes, and shapes the other formats have no word for.

use nalgebra::{Isometry3, Point3};

use crate::config::robot::{Geometry, Material};

/// Angles at which a rim is looked at.
const RIM_POINTS: usize = 32;

/// Smallest and largest corner of a shape in its own frame [m].
pub(super) fn bounds(geometry: &Geometry) -> ([f64; 3], [f64; 3]) {
    let around = |x: f64, y: f64, z: f64| ([-x, -y, -z], [x, y, z]);
    match geometry {
        Geometry::Box { size_m: [x, y, z], .. } => around(0.5 * x, 0.5 * y, 0.5 * z),
        Geometry::Sphere { radius_m } => around(*radius_m, *radius_m, *radius_m),
        Geometry::Capsule { radius_m, length_m } => around(*radius_m, *radius_m, 0.5 * length_m + radius_m),
        Geometry::Cylinder { radius_m, top_radius_m, length_m } => {
            let radius = radius_m.max(top_radius_m.unwrap_or(0.0));
            around(radius, radius, 0.5 * length_m)
        }
        Geometry::Ellipsoid { radii_m: [x, y, z] } => around(*x, *y, *z),
        Geometry::Loft { sections, round_m } => {
            let mut low = [f64::INFINITY; 3];
            let mut high = [f64::NEG_INFINITY; 3];
            for section in sections {
                for axis in 0..2 {
                    low[axis] = low[axis].min(section.xy_m[axis] - 0.5 * section.size_m[axis]);
                    high[axis] = high[axis].max(section.xy_m[axis] + 0.5 * section.size_m[axis]);
                }
                low[2] = low[2].min(section.z_m - round_m);
                high[2] = high[2].max(section.z_m + round_m);
            }
            (low, high)
        }
    }
}

/// The box around a shape: full size and centre in the shape's frame [m].
pub(super) fn bounding_box(geometry: &Geometry) -> ([f64; 3], [f64; 3]) {
    let (low, high) = bounds(geometry);
    (std::array::from_fn(|i| high[i] - low[i]), std::array::from_fn(|i| 0.5 * (high[i] + low[i])))
}

/// Points of a placed shape among which are its lowest and highest ones along z.
pub(super) fn extreme_points(pose: &Isometry3<f64>, geometry: &Geometry) -> Vec<Point3<f64>> {
    let ball = |centre: Point3<f64>, radius: f64| {
        let centre = pose * centre;
        [-radius, radius].map(|r| Point3::new(centre.x, centre.y, centre.z + r)).to_vec()
    };
    match geometry {
        Geometry::Sphere { radius_m } => ball(Point3::origin(), *radius_m),
        Geometry::Capsule { radius_m, length_m } => {
            let end = |z: f64| ball(Point3::new(0.0, 0.0, z), *radius_m);
            [end(-0.5 * length_m), end(0.5 * length_m)].concat()
        }
        Geometry::Cylinder { radius_m, top_radius_m, length_m } => {
            let mut points = Vec::with_capacity(2 * RIM_POINTS);
            for (z, radius) in
                [(-0.5 * length_m, *radius_m), (0.5 * length_m, top_radius_m.unwrap_or(*radius_m))]
            {
                for i in 0..RIM_POINTS {
                    let (sin, cos) = (i as f64 * std::f64::consts::TAU / RIM_POINTS as f64).sin_cos();
                    points.push(pose * Point3::new(radius * cos, radius * sin, z));
                }
            }
            points
        }
        Geometry::Ellipsoid { radii_m: [a, b, c] } => {
            let down = pose.rotation.inverse() * nalgebra::Vector3::z();
            let scaled = nalgebra::Vector3::new(a * a * down.x, b * b * down.y, c * c * down.z);
            let reach =
                scaled / (a * a * down.x.powi(2) + b * b * down.y.powi(2) + c * c * down.z.powi(2)).sqrt();
            vec![pose * Point3::from(reach), pose * Point3::from(-reach)]
        }
        Geometry::Box { .. } | Geometry::Loft { .. } => {
            let (low, high) = bounds(geometry);
            (0..8)
                .map(|i| {
                    let pick = |axis: usize| if i >> axis & 1 == 0 { low[axis] } else { high[axis] };
                    pose * Point3::new(pick(0), pick(1), pick(2))
                })
                .collect()
        }
    }
}

/// Names of the looks, as materials are called in the other formats.
pub(super) const MATERIALS: [(Material, &str, [f64; 4]); 5] = [
    (Material::Shell, "shell", [0.85, 0.86, 0.88, 1.0]),
    (Material::Accent, "accent", [0.75, 0.18, 0.12, 1.0]),
    (Material::Joint, "joint", [0.45, 0.46, 0.48, 1.0]),
    (Material::Dark, "dark", [0.08, 0.08, 0.09, 1.0]),
    (Material::Light, "light", [0.55, 0.85, 1.0, 1.0]),
];

/// The material called so, or the one nearest to a colour; a shell where neither helps.
pub(super) fn material_of(name: &str, rgba: Option<[f64; 4]>) -> Material {
    if let Some((material, ..)) = MATERIALS.iter().find(|(_, known, _)| *known == name) {
        return *material;
    }
    let Some(rgba) = rgba else { return Material::default() };
    let light = (rgba[0] + rgba[1] + rgba[2]) / 3.0;
    let spread = rgba[..3].iter().fold(0.0_f64, |most, v| most.max((v - light).abs()));
    match light {
        _ if spread > 0.2 => Material::Accent,
        l if l < 0.3 => Material::Dark,
        l if l < 0.6 => Material::Joint,
        _ => Material::Shell,
    }
}

/// Name of a look.
pub(super) fn material_name(material: Material) -> &'static str {
    MATERIALS.iter().find(|(known, ..)| *known == material).map_or("shell", |(_, name, _)| name)
}
