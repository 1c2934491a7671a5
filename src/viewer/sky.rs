//! Sun, sky and the light that comes from it.

use bevy::asset::RenderAssetUsages;
use bevy::image::Image;
use bevy::light::{
    CascadeShadowConfigBuilder, DirectionalLightShadowMap, NotShadowCaster, NotShadowReceiver,
};
use bevy::mesh::{Indices, PrimitiveTopology};
use bevy::prelude::*;
use bevy::render::render_resource::{
    Extent3d, TextureDimension, TextureFormat, TextureViewDescriptor, TextureViewDimension,
};

use super::quality::Quality;

/// Radius of the sky's dome [m]; inside the camera's far plane.
const DOME_M: f32 = 900.0;
/// How far the finest shadows reach, and all [m].
const NEAR_M: f32 = 7.0;
const FAR_M: f32 = 30.0;
/// Edge of a cube map's face [pixels].
const FACE: u32 = 32;
/// Brightness of the sky's light [cd/m^2].
const SKY_LUMINANCE: f32 = 900.0;

/// The dome that is kept round the camera.
#[derive(Component)]
pub(super) struct Dome;

/// The light of the sky, ready to be put on a camera.
#[derive(Resource)]
pub(super) struct SkyLight(pub(super) EnvironmentMapLight);

/// The sky where it has but one colour.
const PLAIN: Color = Color::srgb(0.76, 0.83, 0.89);
/// How much brighter than its colour the drawn sky is: the film curve darkens what is not.
const DOME_GAIN: f32 = 1.7;

/// Colour of the sky seen in a direction of elevation `z` (sine of the angle), linear.
fn sky_colour(z: f32) -> LinearRgba {
    let horizon = LinearRgba::from(Color::srgb(0.80, 0.86, 0.92));
    let zenith = LinearRgba::from(Color::srgb(0.22, 0.44, 0.72));
    let below = LinearRgba::from(Color::srgb(0.60, 0.64, 0.68));
    if z >= 0.0 { horizon.mix(&zenith, z.powf(0.55)) } else { horizon.mix(&below, (-z * 4.0).min(1.0)) }
}

/// Colour of the haze at the horizon, into which the floor fades.
pub(super) fn horizon() -> Color {
    (sky_colour(0.0) * DOME_GAIN).into()
}

/// What a mirror would see: sky, a bright softbox overhead, and the floor.
fn mirrored(direction: Vec3) -> LinearRgba {
    let z = direction.z;
    if z < 0.0 {
        return LinearRgba::from(Color::srgb(0.74, 0.78, 0.83))
            .mix(&LinearRgba::from(Color::srgb(0.34, 0.36, 0.39)), (-z * 3.0).min(1.0));
    }
    let lamp = ((direction.dot(Vec3::new(0.35, 0.45, 0.82).normalize()) - 0.72) / 0.2).clamp(0.0, 1.0);
    sky_colour(z).mix(&LinearRgba::WHITE, lamp * lamp * (3.0 - 2.0 * lamp))
}

/// What a matt surface receives from above and below.
fn diffuse(direction: Vec3) -> LinearRgba {
    let up = LinearRgba::from(Color::srgb(0.74, 0.80, 0.87));
    let down = LinearRgba::from(Color::srgb(0.44, 0.45, 0.46));
    down.mix(&up, 0.5 + 0.5 * direction.z)
}

/// A cube map of a function of direction (z up), so that no image file is needed.
fn cube_map(colour: impl Fn(Vec3) -> LinearRgba) -> Image {
    let mut data = Vec::with_capacity((FACE * FACE * 6 * 4) as usize);
    for face in 0..6 {
        for row in 0..FACE {
            for column in 0..FACE {
                let u = (column as f32 + 0.5) / FACE as f32 * 2.0 - 1.0;
                let v = 1.0 - (row as f32 + 0.5) / FACE as f32 * 2.0;
                let direction = match face {
                    0 => Vec3::new(1.0, v, -u),
                    1 => Vec3::new(-1.0, v, u),
                    2 => Vec3::new(u, 1.0, -v),
                    3 => Vec3::new(u, -1.0, v),
                    4 => Vec3::new(u, v, 1.0),
                    _ => Vec3::new(-u, v, -1.0),
                };
                // The renderer reads cube maps left-handed, with z turned round.
                let world = Vec3::new(direction.x, direction.y, -direction.z).normalize();
                let srgb = Srgba::from(colour(world));
                data.extend_from_slice(&srgb.to_u8_array());
            }
        }
    }
    let size = Extent3d { width: FACE, height: FACE, depth_or_array_layers: 6 };
    let mut image = Image::new(
        size,
        TextureDimension::D2,
        data,
        TextureFormat::Rgba8UnormSrgb,
        RenderAssetUsages::RENDER_WORLD,
    );
    image.texture_view_descriptor =
        Some(TextureViewDescriptor { dimension: Some(TextureViewDimension::Cube), ..default() });
    image
}

/// Makes the light of the sky; in its own step because cameras need it when they are spawned.
pub(super) fn prepare(mut commands: Commands, mut images: ResMut<Assets<Image>>) {
    commands.insert_resource(SkyLight(EnvironmentMapLight {
        diffuse_map: images.add(cube_map(diffuse)),
        specular_map: images.add(cube_map(mirrored)),
        intensity: SKY_LUMINANCE,
        ..default()
    }));
}

/// Spawns sun and dome.
pub(super) fn spawn(
    mut commands: Commands,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<StandardMaterial>>,
    quality: Res<Quality>,
) {
    let (maps, size) = quality.shadow_maps();
    commands.insert_resource(DirectionalLightShadowMap { size });
    commands.spawn((
        DirectionalLight {
            color: Color::srgb(1.0, 0.965, 0.91),
            illuminance: 7_500.0,
            shadow_maps_enabled: true,
            ..default()
        },
        CascadeShadowConfigBuilder {
            num_cascades: maps,
            minimum_distance: 0.1,
            first_cascade_far_bound: NEAR_M,
            maximum_distance: if maps > 1 { FAR_M } else { NEAR_M },
            ..default()
        }
        .build(),
        Transform::from_xyz(3.0, 4.0, 7.0).looking_at(Vec3::ZERO, Vec3::Z),
    ));
    if !quality.has_dome() {
        commands.insert_resource(ClearColor(PLAIN));
        return;
    }
    commands.spawn((
        Dome,
        Mesh3d(meshes.add(dome())),
        MeshMaterial3d(materials.add(StandardMaterial {
            unlit: true,
            fog_enabled: false,
            cull_mode: None,
            ..default()
        })),
        NotShadowCaster,
        NotShadowReceiver,
        Transform::default(),
    ));
}

/// A ball seen from inside, coloured by elevation.
fn dome() -> Mesh {
    const RINGS: usize = 48;
    const TURN: usize = 48;
    let (mut positions, mut normals, mut colours, mut indices) = (vec![], vec![], vec![], vec![]);
    for ring in 0..=RINGS {
        let elevation = std::f32::consts::PI * (0.5 - ring as f32 / RINGS as f32);
        let colour = sky_colour(elevation.sin()) * DOME_GAIN;
        for step in 0..=TURN {
            let azimuth = std::f32::consts::TAU * step as f32 / TURN as f32;
            let direction =
                Vec3::new(elevation.cos() * azimuth.cos(), elevation.cos() * azimuth.sin(), elevation.sin());
            positions.push((direction * DOME_M).to_array());
            normals.push((-direction).to_array());
            colours.push(colour.to_f32_array());
        }
    }
    for ring in 0..RINGS {
        for step in 0..TURN {
            let a = (ring * (TURN + 1) + step) as u32;
            let b = a + TURN as u32 + 1;
            indices.extend([a, a + 1, b, b, a + 1, b + 1]);
        }
    }
    Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::RENDER_WORLD)
        .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, positions)
        .with_inserted_attribute(Mesh::ATTRIBUTE_NORMAL, normals)
        .with_inserted_attribute(Mesh::ATTRIBUTE_COLOR, colours)
        .with_inserted_indices(Indices::U32(indices))
}

/// Keeps the dome round the camera.
pub(super) fn follow(
    camera: Single<&Transform, (With<Camera3d>, Without<Dome>)>,
    mut domes: Query<&mut Transform, With<Dome>>,
) {
    for mut dome in &mut domes {
        dome.translation = camera.translation;
    }
}
