//! The robot's bodies in the colours of their joints' loads.

use bevy::prelude::*;

use super::super::scene::{BodyPart, SharedSource};
use super::{Overlay, Overlays};
use crate::config::robot::Material;

/// Steps of the scale: as many as the eye tells apart.
const LEVELS: usize = 33;

/// The scale's colours, as surfaces; bodies change among them, so that none is ever edited.
#[derive(Resource)]
pub(super) struct LoadScale(Vec<Handle<StandardMaterial>>);

/// Colour of a load: grey at rest, green, yellow, red at the limit and beyond.
pub(in super::super) fn load_colour(share: f64) -> Srgba {
    const STOPS: [(f32, [f32; 3]); 5] = [
        (0.0, [0.42, 0.45, 0.48]),
        (0.2, [0.22, 0.66, 0.30]),
        (0.5, [0.95, 0.83, 0.12]),
        (0.75, [0.98, 0.48, 0.06]),
        (1.0, [0.88, 0.06, 0.06]),
    ];
    let share = (share as f32).clamp(0.0, 1.0);
    let upper = STOPS.iter().position(|(at, _)| *at >= share).unwrap_or(STOPS.len() - 1).max(1);
    let ((from, a), (to, b)) = (STOPS[upper - 1], STOPS[upper]);
    let mix = |i: usize| a[i] + (b[i] - a[i]) * (share - from) / (to - from);
    Srgba::rgb(mix(0), mix(1), mix(2))
}

pub(super) fn prepare(mut commands: Commands, mut surfaces: ResMut<Assets<StandardMaterial>>) {
    let surface = |level: usize| {
        let colour = load_colour(level as f64 / (LEVELS - 1) as f64);
        StandardMaterial {
            base_color: colour.into(),
            // A little light of its own keeps the colour in the shade.
            emissive: LinearRgba::from(colour) * 0.25,
            perceptual_roughness: 0.6,
            ..default()
        }
    };
    commands.insert_resource(LoadScale((0..LEVELS).map(|level| surfaces.add(surface(level))).collect()));
}

/// Paints each body by its joint's load, and back when the overlay is off.
pub(super) fn tint(
    source: Res<SharedSource>,
    overlays: Res<Overlays>,
    scale: Res<LoadScale>,
    mut tinted: Local<bool>,
    mut parts: Query<(&BodyPart, &mut MeshMaterial3d<StandardMaterial>)>,
) {
    let shown = overlays.shows(Overlay::Torques);
    if !shown && !std::mem::take(&mut *tinted) {
        return;
    }
    *tinted = shown;
    let source = source.lock();
    let simulation = source.simulation().filter(|_| shown);
    for (part, mut paint) in &mut parts {
        // Rubber and lamps keep their look, so that the machine stays a machine.
        let keeps = matches!(part.material, Material::Dark | Material::Light);
        let joint = part.body.checked_sub(1).filter(|_| !keeps);
        let share = simulation.zip(joint).map(|(simulation, joint)| {
            let peak_nm = simulation.model().bodies[joint + 1].actuator.peak_torque_nm;
            simulation.snapshot().motor_nm[joint].abs() / peak_nm
        });
        let wanted = match share {
            Some(share) => &scale.0[level(share)],
            None => &part.paint,
        };
        if paint.0 != *wanted {
            paint.0 = wanted.clone();
        }
    }
}

fn level(share: f64) -> usize {
    (share.clamp(0.0, 1.0) * (LEVELS - 1) as f64).round() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_goes_from_grey_over_yellow_to_red() {
        let [rest, half, full] = [0.0, 0.5, 1.0].map(load_colour);
        assert!((rest.red - rest.blue).abs() < 0.1);
        assert!(half.red > 0.8 && half.green > 0.7 && half.blue < 0.3);
        assert!(full.red > 0.8 && full.green < 0.2);
        assert_eq!(load_colour(7.0), full);
        assert_eq!(load_colour(f64::NAN.max(-1.0)), rest);
        assert_eq!((level(-0.1), level(0.5), level(2.0)), (0, LEVELS / 2, LEVELS - 1));
    }
}
