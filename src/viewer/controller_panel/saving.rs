//! What was tuned goes to the robot's files, once a person has seen what that changes, or to an overlay.

use std::io::Write;
use std::path::{Path, PathBuf};

use bevy_egui::egui;
use egui::{Color32, RichText};

use super::row::REFUSED;
use crate::config::LoadedScenario;
use crate::config::line_changes::{LineChange, line_changes};
use crate::config::save::{FileEdit, NumberChange, edit_controller, overlay_name, overlay_of};
use crate::record::AtomicFile;

const ADDED: Color32 = Color32::from_rgb(120, 210, 130);
const REMOVED: Color32 = Color32::from_rgb(240, 128, 112);

/// What a save would do, for a person to look at.
pub(super) struct Preview {
    edits: Vec<(FileEdit, Vec<LineChange>)>,
    /// How many numbers it is about.
    numbers: usize,
    trouble: Option<String>,
    /// Whether it was drawn before.
    drawn: bool,
}

/// What became of a preview.
pub(super) enum Answer {
    /// It is still looked at.
    Open,
    /// Nothing is to be written.
    Cancelled,
    /// It is written; what to tell.
    Written(String),
}

impl Preview {
    /// # Errors
    /// A message for the user, where the files cannot take the numbers.
    pub(super) fn new(loaded: &LoadedScenario, numbers: &[NumberChange]) -> Result<Self, String> {
        let edits = edit_controller(&loaded.robot, numbers).map_err(|error| error.to_string())?;
        let edits = edits.into_iter().map(|edit| {
            let lines = line_changes(&edit.before, &edit.after);
            (edit, lines)
        });
        Ok(Self { edits: edits.collect(), numbers: numbers.len(), trouble: None, drawn: false })
    }

    /// Draws it in a window of its own.
    pub(super) fn show(&mut self, context: &egui::Context) -> Answer {
        let mut answer = Answer::Open;
        egui::Window::new("Save to RON")
            .id(egui::Id::new("save controller"))
            .collapsible(false)
            .resizable(false)
            .anchor(egui::Align2::CENTER_CENTER, [0.0, 0.0])
            .show(context, |ui| {
                ui.set_max_width(640.0);
                if self.edits.is_empty() {
                    ui.label("The files have these numbers already: nothing to write.");
                }
                egui::ScrollArea::vertical().max_height(340.0).show(ui, |ui| {
                    for (edit, lines) in &self.edits {
                        ui.strong(edit.path.display().to_string());
                        egui::Frame::new().fill(ui.visuals().extreme_bg_color).inner_margin(6.0).show(
                            ui,
                            |ui| {
                                ui.set_min_width(480.0);
                                ui.spacing_mut().item_spacing.y = 1.0;
                                lines.iter().for_each(|change| line(ui, change));
                            },
                        );
                        ui.add_space(4.0);
                    }
                });
                if let Some(trouble) = &self.trouble {
                    ui.colored_label(REFUSED, trouble);
                }
                ui.weak("Comments, order and all other values stay as they are.");
                ui.horizontal(|ui| {
                    let writable = !self.edits.is_empty();
                    let write = ui.add_enabled(writable, egui::Button::new("Write"));
                    // With the focus here, Escape closes the preview and not the window.
                    if !std::mem::replace(&mut self.drawn, true) {
                        write.request_focus();
                    }
                    if write.clicked() {
                        answer = self.write();
                    }
                    let escape = ui.input(|input| input.key_pressed(egui::Key::Escape));
                    if ui.button("Cancel").clicked() || escape {
                        answer = Answer::Cancelled;
                    }
                });
            });
        answer
    }

    fn write(&mut self) -> Answer {
        for (edit, _) in &self.edits {
            if let Err(message) = write_edit(edit) {
                self.trouble = Some(message);
                return Answer::Open;
            }
        }
        let files: Vec<String> = self.edits.iter().map(|(edit, _)| edit.path.display().to_string()).collect();
        let numbers =
            if self.numbers == 1 { "1 number".to_owned() } else { format!("{} numbers", self.numbers) };
        Answer::Written(format!("{numbers} saved to {}", files.join(" and ")))
    }
}

/// Writes what was shown, unless the file has changed since.
fn write_edit(edit: &FileEdit) -> Result<(), String> {
    let name = edit.path.display();
    let present = std::fs::read_to_string(&edit.path).map_err(|error| format!("{name}: {error}"))?;
    if present != edit.before {
        return Err(format!("{name} has changed in the meantime: cancel and look again"));
    }
    write_text(&edit.path, &edit.after)
}

fn write_text(path: &Path, text: &str) -> Result<(), String> {
    let write = || {
        let mut file = AtomicFile::create(path)?;
        file.write_all(text.as_bytes())?;
        file.commit()
    };
    write().map_err(|error| format!("{}: {error}", path.display()))
}

/// Writes the numbers as an overlay into a folder; returns its text and where it is.
///
/// # Errors
/// A message for the user, where it cannot be written.
pub(super) fn write_overlay(
    folder: &Path,
    robot: &Path,
    title: &str,
    numbers: &[NumberChange],
) -> Result<(String, PathBuf), String> {
    let path = folder.join(overlay_name(robot));
    let comment = format!("Numbers of the controller tuned in {title:?}; give this file with --overlay.");
    let text = overlay_of(&comment, numbers);
    write_text(&path, &text).map(|()| (text, path))
}

fn line(ui: &mut egui::Ui, change: &LineChange) {
    let (sign, colour) = if change.added { ('+', ADDED) } else { ('-', REMOVED) };
    let text = format!("{:>5} {sign} {}", change.line, change.text);
    ui.add(egui::Label::new(RichText::new(text).monospace().small().color(colour)).extend());
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_was_shown_is_written_and_nothing_over_a_later_edit() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("r.ron");
        let edit = FileEdit { path: path.clone(), before: "(a: 1)".to_owned(), after: "(a: 2)".to_owned() };
        fs::write(&path, "(a: 3)").expect("written");
        assert!(write_edit(&edit).expect_err("edited").contains("in the meantime"));
        assert_eq!(fs::read_to_string(&path).expect("read"), "(a: 3)");
        fs::write(&path, &edit.before).expect("written");
        write_edit(&edit).expect("written");
        assert_eq!(fs::read_to_string(&path).expect("read"), "(a: 2)");
    }

    #[test]
    fn an_overlay_is_named_after_the_robot() {
        let folder = tempfile::tempdir().expect("a folder");
        let numbers = [("robot.controller.swing.kp".to_owned(), Some(1.5))];
        let written = write_overlay(folder.path(), Path::new("x/g1.ron"), "Walk", &numbers);
        let (text, path) = written.expect("written");
        assert_eq!(path, folder.path().join("g1.overlay.ron"));
        assert_eq!(fs::read_to_string(&path).expect("read"), text);
        assert!(text.contains("\"robot.controller.swing.kp\": 1.5,"), "{text}");
    }
}
