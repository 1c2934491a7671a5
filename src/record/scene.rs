//! Robot, terrain, footsteps and contact forces as things that Foxglove draws.

use nalgebra::{Isometry3, Translation3, UnitQuaternion, Vector3};
use serde_json::{Value, json};

use super::foxglove::{entity, pose, vector};
use super::shapes::{loft_triangles, surface_points};
use crate::config::robot::{Geometry, Material, RobotConfig, VisualConfig};
use crate::config::scenario::{Feature, TerrainConfig};
use crate::model::{Foot, RobotModel};
use crate::physics::{cuboids, prisms};
use crate::signals::Moment;

/// Frame of everything that does not move with the robot.
pub(super) const WORLD: &str = "world";
/// How far the drawn floor reaches beyond what stands on it [m].
const FLOOR_MARGIN_M: f64 = 10.0;
/// Force that is drawn a metre long [N].
const FORCE_N_PER_M: f64 = 1000.0;
/// Force below which no arrow is drawn [N].
const LEAST_FORCE_N: f64 = 5.0;
/// Thickness of a drawn footprint [m].
const FOOTPRINT_M: f64 = 0.004;

const FLOOR: [f64; 4] = [0.62, 0.64, 0.66, 1.0];
const STAIR: [f64; 4] = [0.50, 0.53, 0.57, 1.0];
const PATCH: [f64; 4] = [0.25, 0.38, 0.48, 1.0];
const SOFT: [f64; 4] = [0.36, 0.52, 0.32, 1.0];
const OBSTACLE: [f64; 4] = [0.80, 0.52, 0.30, 1.0];
const FORCE: [f64; 4] = [0.85, 0.15, 0.20, 0.9];
const SIDES: [[f64; 4]; 2] = [[0.16, 0.45, 0.85, 0.8], [0.90, 0.55, 0.10, 0.8]];

type Primitive = (&'static str, Value);

fn color([r, g, b, a]: [f64; 4]) -> Value {
    json!({ "r": r, "g": g, "b": b, "a": a })
}

fn sized(at: &Isometry3<f64>, size_m: Vector3<f64>, rgba: [f64; 4]) -> Value {
    json!({ "pose": pose(at), "size": vector(&size_m), "color": color(rgba) })
}

/// An entity a link with its drawn shapes, in the frame of the body that carries it.
pub(super) fn robot(robot: &RobotConfig, model: &RobotModel) -> Vec<Value> {
    let link = |frame: &crate::model::LinkFrame| {
        let config = robot.links.iter().find(|link| link.name == frame.name)?;
        let shapes = config.visual.iter().flat_map(|shape| drawn(&frame.body_from_link, shape));
        Some(entity(0, &model.bodies[frame.body].name, &frame.name, shapes))
    };
    model.links.iter().filter_map(link).collect()
}

fn drawn(body_from_link: &Isometry3<f64>, visual: &VisualConfig) -> Vec<Primitive> {
    let [x, y, z] = visual.xyz_m;
    let [roll, pitch, yaw] = visual.rpy_rad;
    let rotation = UnitQuaternion::from_euler_angles(roll, pitch, yaw);
    let at = body_from_link * Isometry3::from_parts(Translation3::new(x, y, z), rotation);
    let rgba = match visual.material {
        Material::Shell => [0.90, 0.91, 0.93, 1.0],
        Material::Accent => [0.75, 0.16, 0.14, 1.0],
        Material::Joint => [0.55, 0.57, 0.60, 1.0],
        Material::Dark => [0.15, 0.16, 0.18, 1.0],
        Material::Light => [0.45, 0.85, 1.0, 1.0],
    };
    match &visual.geometry {
        Geometry::Box { size_m, .. } => vec![("cubes", sized(&at, Vector3::from(*size_m), rgba))],
        Geometry::Sphere { radius_m } => {
            vec![("spheres", sized(&at, Vector3::repeat(2.0 * radius_m), rgba))]
        }
        Geometry::Ellipsoid { radii_m } => {
            vec![("spheres", sized(&at, 2.0 * Vector3::from(*radii_m), rgba))]
        }
        Geometry::Cylinder { radius_m, top_radius_m, length_m } => {
            vec![("cylinders", cylinder(&at, *radius_m, top_radius_m.unwrap_or(*radius_m), *length_m, rgba))]
        }
        Geometry::Capsule { radius_m, length_m } => {
            let cap = |side: f64| {
                let end = at * Translation3::new(0.0, 0.0, side * 0.5 * length_m);
                ("spheres", sized(&end, Vector3::repeat(2.0 * radius_m), rgba))
            };
            vec![("cylinders", cylinder(&at, *radius_m, *radius_m, *length_m, rgba)), cap(-1.0), cap(1.0)]
        }
        Geometry::Loft { .. } => {
            let points = surface_points(&visual.geometry);
            let mesh = json!({
                "pose": pose(&at),
                "points": points.iter().map(|point| vector(&point.coords)).collect::<Vec<_>>(),
                "color": color(rgba),
                "colors": [],
                "indices": loft_triangles(points.len()),
            });
            vec![("triangles", mesh)]
        }
    }
}

fn cylinder(at: &Isometry3<f64>, radius_m: f64, top_m: f64, length_m: f64, rgba: [f64; 4]) -> Value {
    let widest = radius_m.max(top_m).max(1e-6);
    let mut cylinder = sized(at, Vector3::new(2.0 * widest, 2.0 * widest, length_m), rgba);
    cylinder["bottom_scale"] = (radius_m / widest).into();
    cylinder["top_scale"] = (top_m / widest).into();
    cylinder
}

/// The floor and what stands on it.
pub(super) fn terrain(terrain: &TerrainConfig) -> Value {
    let things: Vec<_> = terrain.features.iter().flat_map(cuboids).collect();
    let mut low = Vector3::repeat(-FLOOR_MARGIN_M);
    let mut high = Vector3::repeat(FLOOR_MARGIN_M);
    for corner in terrain.features.iter().flat_map(prisms).flat_map(|prism| prism.corners) {
        let (at, reach) = (corner.coords.push(0.0), Vector3::repeat(FLOOR_MARGIN_M));
        (low, high) = (low.inf(&(at - reach)), high.sup(&(at + reach)));
    }
    for (size, at, _) in &things {
        let reach = Vector3::repeat(0.5 * size.xy().norm() + FLOOR_MARGIN_M);
        low = low.inf(&(at.translation.vector - reach));
        high = high.sup(&(at.translation.vector + reach));
    }
    let middle = 0.5 * (low + high);
    let size = Vector3::new(high.x - low.x, high.y - low.y, 0.02);
    let floor = sized(&Isometry3::translation(middle.x, middle.y, -0.01), size, FLOOR);
    let solid = |(size, at, is_obstacle): &(Vector3<f64>, Isometry3<f64>, bool)| {
        ("cubes", sized(at, *size, if *is_obstacle { OBSTACLE } else { STAIR }))
    };
    let patch = |feature: &Feature| {
        let (center_m, size_m, yaw_rad, colour) = match *feature {
            Feature::Patch { center_m, size_m, yaw_rad, .. } => (center_m, size_m, yaw_rad, PATCH),
            Feature::Soft { center_m, size_m, yaw_rad, .. } => (center_m, size_m, yaw_rad, SOFT),
            _ => return None,
        };
        let at = Isometry3::new(Vector3::new(center_m.0, center_m.1, 0.0), Vector3::z() * yaw_rad);
        Some(("cubes", sized(&at, Vector3::new(size_m.0, size_m.1, 2.0 * FOOTPRINT_M), colour)))
    };
    let patches = terrain.features.iter().filter_map(patch);
    let prisms = terrain.features.iter().flat_map(prisms).map(|prism| {
        let (corners, triangles) = prism.mesh();
        let mesh = json!({
            "pose": pose(&Isometry3::identity()),
            "points": corners.iter().map(|corner| vector(&corner.coords)).collect::<Vec<_>>(),
            "color": color(STAIR),
            "colors": [],
            "indices": triangles.concat(),
        });
        ("triangles", mesh)
    });
    let solids = things.iter().map(solid).chain(prisms);
    entity(0, WORLD, "terrain", [("cubes", floor)].into_iter().chain(solids).chain(patches))
}

fn footprint(foot: &Foot, world_from_sole: &Isometry3<f64>, side: usize, alpha: f64) -> Primitive {
    let size = Vector3::new(2.0 * foot.half_length_m, 2.0 * foot.half_width_m, FOOTPRINT_M);
    let mut rgba = SIDES[side];
    rgba[3] *= alpha;
    ("cubes", sized(world_from_sole, size, rgba))
}

/// The footprint of the foot that has just landed.
pub(super) fn landed(time_ns: u64, moment: &Moment<'_>) -> Value {
    let gait = &moment.now.walker.gait;
    let side = gait.stance.index();
    let print = footprint(&moment.model.feet[side], &moment.soles[side], side, 1.0);
    entity(time_ns, WORLD, &format!("step {}", gait.steps), [print])
}

/// The footholds to come, on the heights their rises lead to.
pub(super) fn planned(time_ns: u64, moment: &Moment<'_>) -> Value {
    let walker = moment.now.walker;
    let mut z_m = moment.soles[walker.gait.stance.index()].translation.z;
    let prints: Vec<Primitive> = walker
        .footholds
        .iter()
        .map(|foothold| {
            z_m += foothold.rise_m;
            let side = foothold.side.index();
            let mut at = foothold.world_from_sole;
            at.translation.z = z_m;
            footprint(&moment.model.feet[side], &at, side, 0.4)
        })
        .collect();
    entity(time_ns, WORLD, "planned", prints)
}

/// An arrow for the force of the ground on each foot, from its centre of pressure.
pub(super) fn forces(time_ns: u64, moment: &Moment<'_>) -> Value {
    let arrow = |foot: usize| {
        let force = moment.now.contacts.feet[foot].force;
        let cop = moment.foot_cops[foot]?;
        let length_m = force.norm() / FORCE_N_PER_M;
        let turn = UnitQuaternion::rotation_between(&Vector3::x(), &force)?;
        let from = Translation3::new(cop.x, cop.y, moment.soles[foot].translation.z);
        let head_m = (0.25 * length_m).min(0.08);
        let arrow = json!({
            "pose": pose(&Isometry3::from_parts(from, turn)),
            "shaft_length": length_m - head_m,
            "shaft_diameter": 0.02,
            "head_length": head_m,
            "head_diameter": 0.05,
            "color": color(FORCE),
        });
        (force.norm() > LEAST_FORCE_N).then_some(("arrows", arrow))
    };
    entity(time_ns, WORLD, "contact forces", (0..2).filter_map(arrow))
}
