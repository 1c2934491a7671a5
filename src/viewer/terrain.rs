//! Floor, stairs, boxes, walls, ramps, rough ground, sills, soft ground and patches of other friction.
//!
//! Drawn from the same cuboids and triangles that the physics collides with; only the floor's grid and the edge
//! strips of the treads are added.

use bevy::asset::RenderAssetUsages;
use bevy::image::{Image, ImageAddressMode, ImageFilterMode, ImageSampler, ImageSamplerDescriptor};
use bevy::light::NotShadowCaster;
use bevy::math::Affine2;
use bevy::prelude::*;
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};
use nalgebra::{Isometry2, Isometry3, Point2, Point3, Translation3, UnitQuaternion, Vector2, Vector3};

use super::materials::{CONCRETE, LAWN, NOSING, OBSTACLES, PLASTER, RUBBER, WET, glossy, matte};
use super::meshes::Surface;
use super::quality::Quality;
use super::scene::{Brush, Part, SharedSource};
use super::see_through::Screen;
use super::sky;
use crate::config::robot::Geometry;
use crate::config::scenario::{Feature, TerrainConfig};
use crate::course::{Relief, Staircase};
use crate::mapping::WorldMap;
use crate::physics::{cuboids, prisms};

/// Half the edge of the drawn floor [m]; beyond lies haze.
const FLOOR_M: f32 = 300.0;
/// Pixels along one metre of the floor's picture.
const TILE: u32 = 512;
/// Metres the floor's picture covers before it repeats: a coarse line every so many.
const REPEAT_M: u32 = 2;
/// Depth and height of the strip along a tread's edge [m].
const NOSING_M: (f64, f64) = (0.035, 0.012);
/// Height of a patch's skin over the ground, its pieces' size [m], and the most of them along a side.
const SKIN_M: (f64, f64) = (0.003, 0.1);
const SKIN_PIECES: f64 = 100.0;

/// Something to walk on.
#[derive(Component)]
pub(super) struct Ground;

/// A box of the terrain, by its index among the features; it may be moved by hand.
#[derive(Component)]
pub(super) struct BoxPart(pub(super) usize);

/// Spawns the floor, which is the same in every world.
pub(super) fn spawn_floor(mut brush: Brush, mut images: ResMut<Assets<Image>>, quality: Res<Quality>) {
    brush.commands.spawn((
        Ground,
        // Nothing lies under the floor; its own shadow would only speckle it.
        NotShadowCaster,
        Mesh3d(brush.meshes.add(Plane3d::new(Vec3::Z, Vec2::splat(FLOOR_M)))),
        MeshMaterial3d(brush.surfaces.add(StandardMaterial {
            base_color_texture: Some(images.add(floor_picture(quality.anisotropy()))),
            uv_transform: Affine2::from_scale(Vec2::splat(2.0 * FLOOR_M / REPEAT_M as f32)),
            perceptual_roughness: 0.82,
            reflectance: 0.25,
            ..default()
        })),
        Transform::default(),
    ));
}

/// Spawns what stands on the floor.
pub(super) fn spawn(terrain: &TerrainConfig, brush: &mut Brush) {
    let mut obstacles = 0;
    for (feature_index, feature) in terrain.features.iter().enumerate() {
        let base = match feature {
            Feature::Stairs { .. }
            | Feature::Staircase { .. }
            | Feature::Ramp { .. }
            | Feature::Rough { .. }
            | Feature::Stones { .. }
            | Feature::Sill { .. } => CONCRETE,
            Feature::Wall { .. } => PLASTER,
            Feature::Patch { friction, .. } if *friction < terrain.friction => WET,
            Feature::Patch { .. } => RUBBER,
            Feature::Soft { .. } => LAWN,
            Feature::Box { .. } => {
                obstacles += 1;
                OBSTACLES[(obstacles - 1) % OBSTACLES.len()]
            }
        };
        let mut body = Surface::default();
        let mut strips = Surface::default();
        for (index, (size, pose, _)) in cuboids(feature).into_iter().enumerate() {
            let round_m = if matches!(feature, Feature::Box { .. }) { 0.012 } else { 0.004 };
            let cuboid = Geometry::Box { size_m: size.into(), round_m };
            body.append(&Surface::of(&cuboid), &pose);
            if let Feature::Stairs { steps, down, .. } = feature {
                add_nosing(&mut strips, &size, &pose, index < *steps, *down && index + 1 >= *steps);
            }
        }
        for prism in prisms(feature) {
            let (corners, triangles) = prism.mesh();
            body.append(&Surface::faceted(&corners, &triangles), &Isometry3::identity());
        }
        if let (Some(staircase), Feature::Staircase { width_m, .. }) = (Staircase::of(feature), feature) {
            add_turning_nosings(&mut strips, &staircase, *width_m);
        }
        if let Some(relief) = Relief::of(feature) {
            let (corners, triangles) = relief.mesh();
            body.append(&Surface::faceted(&corners, &triangles), &Isometry3::identity());
        }
        if let Feature::Patch { center_m, size_m, yaw_rad, .. }
        | Feature::Soft { center_m, size_m, yaw_rad, .. } = feature
        {
            let world_from_patch = Isometry2::new(Vector2::new(center_m.0, center_m.1), *yaw_rad);
            body = skin(&WorldMap::new(terrain), &world_from_patch, *size_m);
        }
        for (surface, colour) in [(body, base), (strips, NOSING)] {
            if surface.triangles.is_empty() {
                continue;
            }
            let mut part = brush.commands.spawn((
                Part,
                Mesh3d(brush.meshes.add(surface.to_mesh())),
                MeshMaterial3d(brush.surfaces.add(if colour == WET {
                    glossy(colour)
                } else {
                    matte(colour)
                })),
                Screen::new(cuboids(feature).into_iter().map(|(size, pose, _)| (size, pose))),
                Transform::default(),
            ));
            match feature {
                Feature::Stairs { .. }
                | Feature::Staircase { .. }
                | Feature::Ramp { .. }
                | Feature::Rough { .. }
                | Feature::Stones { .. }
                | Feature::Patch { .. }
                | Feature::Soft { .. }
                | Feature::Sill { .. } => part.insert(Ground),
                Feature::Wall { .. } => &mut part,
                Feature::Box { center_m, .. } => part.insert((
                    BoxPart(feature_index),
                    BoxStart(Vec2::new(center_m.0 as f32, center_m.1 as f32)),
                )),
            };
        }
    }
}

/// Where a box was when its mesh was made [m].
#[derive(Component)]
pub(super) struct BoxStart(Vec2);

/// Puts every box where the world has it.
pub(super) fn place(source: Res<SharedSource>, mut boxes: Query<(&BoxPart, &BoxStart, &mut Transform)>) {
    if boxes.is_empty() {
        return;
    }
    let source = source.lock();
    for (part, start, mut transform) in &mut boxes {
        if let Some(Feature::Box { center_m, .. }) = source.terrain().features.get(part.0) {
            let moved = Vec2::new(center_m.0 as f32, center_m.1 as f32) - start.0;
            transform.translation = moved.extend(0.0);
        }
    }
}

/// A patch as a skin over whatever ground lies in it.
fn skin(map: &WorldMap, world_from_patch: &Isometry2<f64>, size_m: (f64, f64)) -> Surface {
    let (over_m, piece_m) = SKIN_M;
    let pieces = |size: f64| (size / piece_m).ceil().clamp(1.0, SKIN_PIECES) as u32;
    let (columns, rows) = (pieces(size_m.0), pieces(size_m.1));
    let mut corners = Vec::new();
    for row in 0..=rows {
        for column in 0..=columns {
            let share = |i: u32, of: u32| f64::from(i) / f64::from(of) - 0.5;
            let local = Point2::new(size_m.0 * share(column, columns), size_m.1 * share(row, rows));
            let at = world_from_patch * local;
            corners.push(Point3::new(at.x, at.y, map.height_m(&at) + over_m));
        }
    }
    let mut triangles = Vec::new();
    for row in 0..rows {
        for column in 0..columns {
            let a = row * (columns + 1) + column;
            let (b, d) = (a + 1, a + columns + 1);
            triangles.extend([[a, b, d + 1], [a, d + 1, d]]);
        }
    }
    Surface::faceted(&corners, &triangles)
}

/// The strips at the front (`ascending`) and far (`descending`) edge of a tread's slab.
fn add_nosing(
    strips: &mut Surface,
    size: &Vector3<f64>,
    pose: &Isometry3<f64>,
    ascending: bool,
    descending: bool,
) {
    let (depth, height) = NOSING_M;
    let strip = Surface::of(&Geometry::Box { size_m: [depth, size.y, height], round_m: 0.003 });
    for (present, side) in [(ascending, -1.0), (descending, 1.0)] {
        if present {
            // Two millimetres proud of tread and riser, so that it is seen and not fought over.
            let at = Translation3::new(
                side * (0.5 * size.x - 0.5 * depth + 0.002),
                0.0,
                0.5 * size.z - 0.5 * height + 0.002,
            );
            strips.append(&strip, &(pose * at));
        }
    }
}

/// The strips at the edges of a staircase's treads and landings, each on the higher side of its riser.
fn add_turning_nosings(strips: &mut Surface, staircase: &Staircase, width_m: f64) {
    let (depth, height) = NOSING_M;
    let strip = Surface::of(&Geometry::Box { size_m: [depth, width_m, height], round_m: 0.003 });
    let heights = staircase.levels.iter().map(|level| level.height_m);
    let before = std::iter::once(0.0).chain(heights.clone());
    let ends = staircase.levels.iter().map(|level| level.from_m).chain([staircase.line.length_m()]);
    for ((from_m, to_m), way_m) in before.zip(heights.chain([0.0])).zip(ends) {
        let side = if to_m > from_m { 1.0 } else { -1.0 };
        let edge = staircase.at(way_m);
        let ahead = edge * Point2::new(side * (0.5 * depth - 0.002), 0.0);
        // Two millimetres proud of tread and riser, as on straight flights.
        let at = Translation3::new(ahead.x, ahead.y, from_m.max(to_m) - 0.5 * height + 0.002);
        let turned = UnitQuaternion::from_axis_angle(&Vector3::z_axis(), edge.rotation.angle());
        strips.append(&strip, &Isometry3::from_parts(at, turned));
    }
}

/// A concrete floor with a fine line every metre and a stronger one every second.
fn floor_picture(anisotropy: u16) -> Image {
    let edge = TILE * REPEAT_M;
    let mut level: Vec<f32> = Vec::with_capacity((edge * edge) as usize);
    for row in 0..edge {
        for column in 0..edge {
            let line = |at: u32| {
                // Distance to the nearest line [m]; the picture's border is the stronger line.
                let metres = (at as f32 + 0.5) / TILE as f32;
                let near = (metres - metres.round()).abs();
                let strong = metres < 0.5 || metres > REPEAT_M as f32 - 0.5;
                let half = if strong { 0.010 } else { 0.005 };
                let weight = if strong { 0.46 } else { 0.22 };
                weight * (1.0 - ((near - half) * TILE as f32 + 0.5).clamp(0.0, 1.0))
            };
            let checks = if (row / TILE + column / TILE) % 2 == 0 { 0.0 } else { 0.018 };
            level.push(0.17 + checks + 0.5 * line(row).max(line(column)));
        }
    }
    let mut data = Vec::new();
    let (mut size, mut levels) = (edge, 0);
    loop {
        for value in &level {
            // A touch of blue keeps it cool under the warm sun.
            let colour = LinearRgba::rgb(0.91 * value, 0.98 * value, 1.09 * value);
            data.extend_from_slice(&Srgba::from(colour).to_u8_array());
        }
        levels += 1;
        if size == 1 {
            break;
        }
        level = halved(&level, size as usize);
        size /= 2;
    }
    let mut image = Image::new_uninit(
        Extent3d { width: edge, height: edge, depth_or_array_layers: 1 },
        TextureDimension::D2,
        TextureFormat::Rgba8UnormSrgb,
        RenderAssetUsages::RENDER_WORLD,
    );
    image.data = Some(data);
    image.texture_descriptor.mip_level_count = levels;
    image.sampler = ImageSampler::Descriptor(ImageSamplerDescriptor {
        address_mode_u: ImageAddressMode::Repeat,
        address_mode_v: ImageAddressMode::Repeat,
        mag_filter: ImageFilterMode::Linear,
        min_filter: ImageFilterMode::Linear,
        mipmap_filter: ImageFilterMode::Linear,
        anisotropy_clamp: anisotropy,
        ..default()
    });
    image
}

/// A square picture at half its size.
fn halved(level: &[f32], size: usize) -> Vec<f32> {
    let half = size / 2;
    let mut smaller = Vec::with_capacity(half * half);
    for row in 0..half {
        for column in 0..half {
            let at = 2 * row * size + 2 * column;
            smaller.push(0.25 * (level[at] + level[at + 1] + level[at + size] + level[at + size + 1]));
        }
    }
    smaller
}

/// The haze into which the floor fades.
pub(super) fn haze() -> DistanceFog {
    DistanceFog {
        color: sky::horizon(),
        falloff: FogFalloff::Linear { start: 18.0, end: 130.0 },
        ..default()
    }
}
