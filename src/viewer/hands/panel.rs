//! The panel's part about hands: the box that is thrown, the pull that acts, and saving what was done.

use std::path::{Path, PathBuf};

use bevy::prelude::*;
use bevy_egui::egui;

use super::throw::Missile;
use crate::viewer::modifier;
use crate::viewer::notice::Notices;
use crate::viewer::scene::SharedSource;
use crate::viewer::scene_source::Frame;

/// Folder for recorded scenarios, where there is one; the present folder elsewhere.
const FOLDER: &str = "configs/scenarios";

/// Draws it.
pub(crate) fn show(
    ui: &mut egui::Ui,
    frame: &Frame,
    missile: &mut Missile,
    source: &SharedSource,
    notices: &mut Notices,
) {
    if let Some(pull) = &frame.pull {
        let way_m = (pull.hand - pull.at).norm();
        ui.monospace(format!("pull {:6.1} N, {:.2} m", pull.force.norm(), way_m))
            .on_hover_text("Force of the spring between the robot and the hand, and its length");
    }
    ui.label("Thrown box (B)");
    ui.add(egui::Slider::new(&mut missile.mass_kg, 0.1..=20.0).logarithmic(true).suffix(" kg").text("mass"));
    ui.add(egui::Slider::new(&mut missile.speed_m_s, 1.0..=20.0).suffix(" m/s").text("speed"));
    ui.add(egui::Slider::new(&mut missile.edge_m, 0.05..=0.5).suffix(" m").text("edge"));
    let done = source.lock().simulation().map_or(0, |now| now.actions().len());
    let button = egui::Button::new("Save as scenario");
    let hint = format!("{done} actions so far; `loong run` repeats them bit for bit (Ctrl S)");
    if ui.add_enabled(done > 0, button).on_hover_text(hint).clicked() {
        save(source, notices);
    }
}

/// `Ctrl S` saves too.
pub(super) fn keys(keys: Res<ButtonInput<KeyCode>>, source: Res<SharedSource>, mut notices: ResMut<Notices>) {
    if modifier::held(&keys, modifier::CONTROL) && keys.just_pressed(KeyCode::KeyS) {
        save(&source, &mut notices);
    }
}

fn save(source: &SharedSource, notices: &mut Notices) {
    let source = source.lock();
    let path = free_path(&source.title());
    match source.save(&path) {
        Ok(told) => notices.say(told),
        Err(why) => notices.warn(format!("not saved: {why}")),
    }
}

/// The first name that is not taken.
fn free_path(title: &str) -> PathBuf {
    let folder = Path::new(FOLDER);
    let folder = if folder.is_dir() { folder } else { Path::new("") };
    let plain: String = title.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    let named = |number: usize| folder.join(format!("{plain}_by_hand_{number}.ron"));
    let free = (1..10_000).map(named).find(|path| !path.exists());
    free.unwrap_or_else(|| named(10_000))
}
