//! What the machine and its world are made of.

use bevy::prelude::*;

use crate::config::robot::Material;

/// The surface of a robot's part.
pub(super) fn robot(material: Material) -> StandardMaterial {
    match material {
        Material::Shell => StandardMaterial {
            base_color: Color::srgb(0.86, 0.87, 0.89),
            perceptual_roughness: 0.38,
            reflectance: 0.5,
            clearcoat: 0.5,
            clearcoat_perceptual_roughness: 0.2,
            ..default()
        },
        Material::Accent => StandardMaterial {
            base_color: Color::srgb(0.02, 0.36, 0.72),
            perceptual_roughness: 0.35,
            metallic: 0.25,
            clearcoat: 0.8,
            clearcoat_perceptual_roughness: 0.12,
            ..default()
        },
        Material::Joint => StandardMaterial {
            base_color: Color::srgb(0.40, 0.42, 0.46),
            perceptual_roughness: 0.42,
            metallic: 0.6,
            ..default()
        },
        Material::Dark => StandardMaterial {
            base_color: Color::srgb(0.075, 0.08, 0.095),
            perceptual_roughness: 0.55,
            reflectance: 0.35,
            ..default()
        },
        Material::Light => StandardMaterial {
            base_color: Color::srgb(0.45, 0.92, 1.0),
            emissive: LinearRgba::rgb(0.5, 3.2, 4.6),
            perceptual_roughness: 0.3,
            ..default()
        },
    }
}

/// A plain painted or cast surface of the world.
pub(super) fn matte(color: Color) -> StandardMaterial {
    StandardMaterial { base_color: color, perceptual_roughness: 0.85, reflectance: 0.25, ..default() }
}

/// A wet surface.
pub(super) fn glossy(color: Color) -> StandardMaterial {
    StandardMaterial { base_color: color, perceptual_roughness: 0.12, reflectance: 0.6, ..default() }
}

/// Ground that is more slippery than the rest, and ground that is less.
pub(super) const WET: Color = Color::srgb(0.25, 0.38, 0.48);
pub(super) const RUBBER: Color = Color::srgb(0.16, 0.16, 0.17);
pub(super) const LAWN: Color = Color::srgb(0.30, 0.46, 0.26);

/// Colours of the obstacles, taken in turn.
pub(super) const OBSTACLES: [Color; 5] = [
    Color::srgb(0.86, 0.45, 0.22),
    Color::srgb(0.25, 0.56, 0.54),
    Color::srgb(0.80, 0.64, 0.24),
    Color::srgb(0.62, 0.34, 0.46),
    Color::srgb(0.44, 0.55, 0.28),
];

/// Cast concrete of stairs.
pub(super) const CONCRETE: Color = Color::srgb(0.66, 0.67, 0.69);
/// The edge strip of a tread.
pub(super) const NOSING: Color = Color::srgb(0.95, 0.72, 0.10);
/// Faces of people.
pub(super) const SKIN: Color = Color::srgb(0.80, 0.62, 0.50);
/// Plaster of walls.
pub(super) const PLASTER: Color = Color::srgb(0.78, 0.76, 0.72);
