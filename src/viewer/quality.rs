//! What a window does without where a program takes a graphics card's place, so that it can be watched.
//!
//! Such a renderer takes every branch of a shader for every pixel, so that only what is left out
//! altogether costs nothing. Pictures and films, which may take their time, always have everything.

use bevy::light::ShadowFilteringMethod;
use bevy::prelude::*;
use bevy::render::renderer::RenderAdapterInfo;
use bevy::render::view::Msaa;
use wgpu_types::DeviceType;

/// How much is drawn.
#[derive(Resource, Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Quality {
    /// Everything.
    #[default]
    Full,
    /// Hard edges, shadows only near the robot, a plain sky.
    Plain,
}

impl Quality {
    /// How edges and shadows are smoothed.
    pub(super) fn smoothing(self) -> (Msaa, ShadowFilteringMethod) {
        match self {
            Self::Full => (Msaa::Sample4, ShadowFilteringMethod::Gaussian),
            Self::Plain => (Msaa::Off, ShadowFilteringMethod::Hardware2x2),
        }
    }

    /// Maps of the sun's shadows, from near to far, and a map's edge [pixels].
    pub(super) fn shadow_maps(self) -> (usize, usize) {
        match self {
            Self::Full => (2, 2048),
            Self::Plain => (1, 1024),
        }
    }

    /// Samples along the line of sight where the floor is seen flat.
    pub(super) fn anisotropy(self) -> u16 {
        match self {
            Self::Full => 8,
            Self::Plain => 1,
        }
    }

    /// Whether the sky changes from horizon to zenith.
    pub(super) fn has_dome(self) -> bool {
        self == Self::Full
    }
}

/// Chooses for the renderer there is.
pub(super) fn choose(adapter: Option<Res<RenderAdapterInfo>>, mut quality: ResMut<Quality>) {
    if adapter.is_some_and(|adapter| adapter.device_type == DeviceType::Cpu) {
        *quality = Quality::Plain;
    }
}
