//! The cup that the robot carries, of glass, and the liquid in it.

use bevy::prelude::*;
use nalgebra::{Isometry3, Translation3, UnitQuaternion, Vector3};

use super::convert;
use super::materials::glossy;
use super::scene::{Part, Stage};
use crate::model::Vessel;
use crate::simulation::Cup;

/// Colour of the liquid, and of the glass with its share of what it hides.
const LIQUID: Color = Color::srgb(0.30, 0.14, 0.05);
const GLASS: Color = Color::srgba(0.80, 0.90, 0.95, 0.35);
/// Thickness of the drawn surface [m], and the liquid's share of the vessel's width.
const SKIN_M: f32 = 0.004;
const INSIDE: f32 = 0.96;

/// A cup as it is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DrawnCup {
    /// The vessel and the body that holds it.
    pub vessel: Vessel,
    /// Normal of the liquid's surface, world.
    pub normal: Vector3<f64>,
}

impl DrawnCup {
    /// As it is in a run.
    pub(super) fn of(cup: &Cup) -> Self {
        Self { vessel: *cup.vessel(), normal: -cup.rod().direction }
    }
}

/// What of it a part draws.
#[derive(Component, Clone, Copy, PartialEq)]
pub(super) enum CupPart {
    Glass,
    Liquid,
    Surface,
}

/// Puts the cup into the hand; makes its parts where there are none yet and hides them where there is no cup.
pub(super) fn place(
    stage: Res<Stage>,
    mut commands: Commands,
    mut meshes: ResMut<Assets<Mesh>>,
    mut surfaces: ResMut<Assets<StandardMaterial>>,
    mut parts: Query<(&CupPart, &mut Transform, &mut Visibility)>,
) {
    let Some(cup) = &stage.frame.cup else {
        parts.iter_mut().for_each(|(_, _, mut visibility)| *visibility = Visibility::Hidden);
        return;
    };
    let world_from_vessel = stage.pose(cup.vessel.body) * cup.vessel.body_from_vessel;
    for (part, mut transform, mut visibility) in &mut parts {
        *transform = pose_of(*part, cup, &world_from_vessel);
        *visibility = Visibility::Inherited;
    }
    if !parts.is_empty() {
        return;
    }
    let Vessel { radius_m, height_m, depth_m, .. } = cup.vessel;
    let (radius, height, depth) = (radius_m as f32, height_m as f32, depth_m as f32);
    let glass = StandardMaterial { alpha_mode: AlphaMode::Blend, ..glossy(GLASS) };
    for (part, shape, surface) in [
        (CupPart::Glass, Cylinder::new(radius, height), glass),
        (CupPart::Liquid, Cylinder::new(INSIDE * radius, 0.9 * depth), glossy(LIQUID)),
        (CupPart::Surface, Cylinder::new(INSIDE * radius, SKIN_M), glossy(LIQUID)),
    ] {
        commands.spawn((
            Part,
            part,
            Mesh3d(meshes.add(shape)),
            MeshMaterial3d(surfaces.add(surface)),
            pose_of(part, cup, &world_from_vessel),
            Visibility::Inherited,
        ));
    }
}

fn pose_of(part: CupPart, cup: &DrawnCup, world_from_vessel: &Isometry3<f64>) -> Transform {
    let vessel = &cup.vessel;
    let height_m = match part {
        CupPart::Glass => 0.5 * vessel.height_m,
        CupPart::Liquid => 0.45 * vessel.depth_m,
        CupPart::Surface => vessel.depth_m,
    };
    let mut pose = world_from_vessel * Translation3::new(0.0, 0.0, height_m);
    if part == CupPart::Surface {
        let turn = UnitQuaternion::rotation_between(&(pose.rotation * Vector3::z()), &cup.normal);
        pose.rotation = turn.unwrap_or_default() * pose.rotation;
    }
    // Bevy's cylinders stand along y.
    convert::transform(&pose) * Transform::from_rotation(Quat::from_rotation_x(std::f32::consts::FRAC_PI_2))
}
