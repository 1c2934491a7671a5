//! A second run, drawn as a ghost beside the first: the same ticks at the same time.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bevy::light::{NotShadowCaster, NotShadowReceiver};
use bevy::prelude::*;
use bevy_egui::egui;
use nalgebra::Isometry3;

use super::convert;
use super::meshes::Surface;
use super::scene::{Brush, SharedSource, Stage, body_surfaces};
use super::scene_source::{Frame, SceneSource};

/// Colour of the ghost; its alpha is the share of a pixel's samples it covers.
const TINT: Color = Color::srgba(0.35, 0.62, 1.0, 0.4);
/// Letters of a name that the panel has room for.
const NAME: usize = 17;
/// Two times nearer than this are the same [s].
const SAME_S: f64 = 1e-9;

/// The second run and its last two ticks.
#[derive(Resource)]
pub(super) struct Ghost {
    source: Mutex<Box<dyn SceneSource>>,
    title: String,
    dt_s: f64,
    before: Frame,
    after: Frame,
    share: f64,
    /// Distance of its root from that of the first run, as drawn [m].
    apart_m: f64,
}

/// Draws one body of the ghost.
#[derive(Component)]
pub(super) struct GhostPart(usize);

fn locked(source: &Mutex<Box<dyn SceneSource>>) -> MutexGuard<'_, Box<dyn SceneSource>> {
    source.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Ghost {
    pub(super) fn new(source: Box<dyn SceneSource>) -> Self {
        let (title, dt_s) = (source.title(), source.dt_s());
        let mut ghost = Self {
            source: Mutex::new(source),
            title,
            dt_s,
            before: Frame::default(),
            after: Frame::default(),
            share: 1.0,
            apart_m: 0.0,
        };
        ghost.read();
        ghost
    }

    /// Reads the present state; nothing is left to interpolate from.
    fn read(&mut self) {
        locked(&self.source).fill(&mut self.after);
        self.before.clone_from(&self.after);
    }

    /// Goes to a time, or to its end if that comes first.
    fn go_to(&mut self, time_s: f64) {
        if time_s < self.before.time_s - SAME_S {
            let mut source = locked(&self.source);
            // What cannot be put back is done again from the start.
            if source.seek(time_s).is_err() && source.restart().is_err() {
                return;
            }
            drop(source);
            self.read();
        }
        if self.after.time_s < time_s - SAME_S {
            let mut source = locked(&self.source);
            let whole = ((time_s - self.after.time_s) / self.dt_s - SAME_S).floor().max(0.0) as usize;
            source.advance(whole);
            source.fill(&mut self.before);
            source.advance(1);
            source.fill(&mut self.after);
        }
        let span_s = self.after.time_s - self.before.time_s;
        self.share =
            if span_s > 0.0 { ((time_s - self.before.time_s) / span_s).clamp(0.0, 1.0) } else { 1.0 };
    }

    fn pose(&self, body: usize) -> Isometry3<f64> {
        match (self.before.world_from_body.get(body), self.after.world_from_body.get(body)) {
            (Some(before), Some(after)) if self.share < 1.0 => before.lerp_slerp(after, self.share),
            (_, Some(after)) => *after,
            _ => Isometry3::identity(),
        }
    }

    /// The time drawn [s].
    fn time_s(&self) -> f64 {
        self.before.time_s + self.share * (self.after.time_s - self.before.time_s)
    }

    /// The line of the panel.
    pub(super) fn show(&self, ui: &mut egui::Ui, title: &str, time_s: f64) {
        ui.separator();
        egui::Grid::new("ghost").num_columns(3).spacing([16.0, 2.0]).show(ui, |ui| {
            let [r, g, b, _] = TINT.to_srgba().to_u8_array();
            for (colour, name, time_s) in [
                (ui.visuals().strong_text_color(), title, time_s),
                (egui::Color32::from_rgb(r, g, b), self.title.as_str(), self.time_s()),
            ] {
                ui.colored_label(colour, "■");
                ui.label(clipped(name)).on_hover_text(name);
                ui.monospace(format!("{time_s:8.3} s"));
                ui.end_row();
            }
            ui.label("");
            ui.label("apart").on_hover_text("Distance between the two robots' root links");
            ui.monospace(format!("{:8.3} m", self.apart_m));
            ui.end_row();
        });
    }
}

/// A name short enough for the panel.
fn clipped(name: &str) -> String {
    match name.char_indices().nth(NAME) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    }
}

/// Takes the ghost to the time the first run is drawn at.
pub(super) fn follow(ghost: Option<ResMut<Ghost>>, stage: Res<Stage>, source: Res<SharedSource>) {
    let Some(mut ghost) = ghost else { return };
    let dt_s = source.lock().dt_s();
    ghost.go_to(stage.frame.time_s - (1.0 - stage.share) * dt_s);
    let (first, second) = (stage.pose(0), ghost.pose(0));
    ghost.apart_m = (first.translation.vector - second.translation.vector).norm();
}

/// Spawns the ghost's body when there is a ghost, and takes it away with it.
pub(super) fn spawn(ghost: Option<Res<Ghost>>, mut brush: Brush, parts: Query<Entity, With<GhostPart>>) {
    let Some(ghost) = ghost else {
        parts.iter().for_each(|part| brush.commands.entity(part).despawn());
        return;
    };
    if !ghost.is_added() {
        return;
    }
    parts.iter().for_each(|part| brush.commands.entity(part).despawn());
    // One paint for all, so that one surface a body is enough.
    let mut bodies: BTreeMap<usize, Surface> = BTreeMap::new();
    for ((body, _), surface) in body_surfaces(&locked(&ghost.source).visuals()) {
        bodies.entry(body).or_default().append(&surface, &Isometry3::identity());
    }
    let paint = brush.surfaces.add(StandardMaterial {
        base_color: TINT,
        perceptual_roughness: 0.7,
        reflectance: 0.2,
        // Blending would show the shells within the body; covered samples hide them.
        alpha_mode: AlphaMode::AlphaToCoverage,
        ..default()
    });
    for (body, surface) in bodies {
        brush.commands.spawn((
            GhostPart(body),
            NotShadowCaster,
            NotShadowReceiver,
            Mesh3d(brush.meshes.add(surface.to_mesh())),
            MeshMaterial3d(paint.clone()),
            Transform::default(),
        ));
    }
}

/// Puts every body of the ghost in its place.
pub(super) fn place(ghost: Option<Res<Ghost>>, mut parts: Query<(&GhostPart, &mut Transform)>) {
    let Some(ghost) = ghost else { return };
    for (part, mut transform) in &mut parts {
        *transform = convert::transform(&ghost.pose(part.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::viewer::replay::tests::glide;

    #[test]
    fn the_ghost_is_at_any_time_where_its_run_is() {
        let mut ghost = Ghost::new(Box::new(glide(2.0)));
        // On, between two ticks, on a tick, back, and beyond the end.
        for (time_s, x_m) in
            [(0.3, 0.6), (0.304, 0.608), (0.31, 0.62), (0.123, 0.246), (0.9, 1.8), (5.0, 2.0)]
        {
            ghost.go_to(time_s);
            let x = ghost.pose(0).translation.x;
            assert!((x - x_m).abs() < 1e-9, "{time_s}: {x} against {x_m}");
        }
        assert!((ghost.time_s() - 1.0).abs() < 1e-9, "it ended before");
    }
}
