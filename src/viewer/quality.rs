//! What a window does without where a program takes a graphics card's place, so that it can be watched.
//!
//! Pictures and films, which may take their time, always have everything.

use bevy::light::{CascadeShadowConfig, DirectionalLightShadowMap, ShadowFilteringMethod};
use bevy::prelude::*;
use bevy::render::renderer::RenderAdapterInfo;
use bevy::render::view::Msaa;
use wgpu_types::DeviceType;

use super::sky;

/// Leaves out smooth edges and fine shadows on a software renderer.
///
/// One picture of the mission at 1280x720 on two cores: 1.0 s with four samples a pixel, a quarter
/// of it without.
pub(super) fn fit(
    adapter: Option<Res<RenderAdapterInfo>>,
    cameras: Query<Entity, With<Camera3d>>,
    mut suns: Query<&mut CascadeShadowConfig>,
    mut map: ResMut<DirectionalLightShadowMap>,
    mut commands: Commands,
) {
    if adapter.is_none_or(|adapter| adapter.device_type != DeviceType::Cpu) {
        return;
    }
    for camera in &cameras {
        commands.entity(camera).insert((Msaa::Off, ShadowFilteringMethod::Hardware2x2));
    }
    for mut sun in &mut suns {
        *sun = sky::near_shadows();
    }
    map.size = 1024;
}
