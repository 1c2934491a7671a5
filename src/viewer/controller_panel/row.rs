//! A line of the panel: name, field and the way back to what the file says.

use bevy_egui::egui;
use egui::{Align, Color32, Label, Layout, RichText, Sense, vec2};

use super::number_field::{self, Edited, Scale, figure};
use super::tuning::Tuning;
use crate::config::controller_numbers::ControllerNumber;
use crate::config::schema::unit_of_name;

/// A number that differs from the file's.
pub(super) const CHANGED: Color32 = Color32::from_rgb(240, 178, 84);
/// What was refused.
pub(super) const REFUSED: Color32 = Color32::from_rgb(240, 112, 96);

const RESET_WIDTH: f32 = 18.0;

/// What a person asked for in a line.
pub(super) enum Request {
    /// A value on the way of a drag.
    Drag(usize, f64),
    /// The end of a drag.
    Finish,
    /// A value; none for what follows from the robot.
    Set(usize, Option<f64>),
}

/// What a line needs of its number, made once.
pub(super) struct Row {
    label: String,
    searched: String,
    scale: Scale,
}

impl Row {
    pub(super) fn new(group: &str, number: &ControllerNumber, usual: f64) -> Self {
        let words = spelled(&number.name);
        let searched = format!("{group} {words} {} {}", number.path, number.doc).to_lowercase();
        Self { label: words, searched, scale: Scale::of(number, usual) }
    }

    /// Whether every word of a search occurs.
    pub(super) fn matches(&self, search: &str) -> bool {
        search.split_whitespace().all(|word| self.searched.contains(&word.to_lowercase()))
    }

    /// Draws the line.
    pub(super) fn show(
        &self,
        ui: &mut egui::Ui,
        index: usize,
        number: &ControllerNumber,
        tuning: &Tuning,
    ) -> Option<Request> {
        let mut request = None;
        let changed = tuning.is_changed(index);
        let (shown, derived) = tuning.shown(index);
        let height = ui.spacing().interact_size.y;
        ui.push_id(index, |ui| {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 4.0;
                let width = ui.available_width() - number_field::WIDTH - RESET_WIDTH - 8.0;
                let name = ui.allocate_ui_with_layout(
                    vec2(width.max(40.0), height),
                    Layout::left_to_right(Align::Center),
                    |ui| {
                        ui.set_min_size(vec2(width.max(40.0), height));
                        let mut text = RichText::new(&self.label);
                        if changed {
                            text = text.color(CHANGED);
                        } else if derived {
                            text = text.color(Color32::from_gray(150));
                        }
                        ui.add(Label::new(text).truncate().selectable(false).sense(Sense::click()))
                    },
                );
                let (field, edited) = number_field::show(ui, number, &self.scale, shown, derived);
                request = match edited {
                    Edited::No => None,
                    Edited::Dragged(value) => Some(Request::Drag(index, value)),
                    Edited::LetGo => Some(Request::Finish),
                    Edited::Typed(value) => Some(Request::Set(index, Some(value))),
                };
                for part in [name.inner, field] {
                    let part = part.on_hover_ui(|ui| tip(ui, index, number, tuning));
                    part.context_menu(|ui| {
                        if let Some(asked) = menu(ui, index, number, tuning) {
                            request = Some(asked);
                        }
                    });
                }
                if changed {
                    let back = egui::Button::new(RichText::new("↺").color(CHANGED)).frame(false);
                    let file = origin(tuning.file(index), tuning.derived(index));
                    let clicked =
                        ui.add_sized([RESET_WIDTH, height], back).on_hover_text(format!("Back to {file}"));
                    if clicked.clicked() {
                        request = Some(Request::Set(index, tuning.file(index)));
                    }
                }
            });
            if let Some(trouble) = tuning.trouble(index) {
                ui.add(Label::new(RichText::new(trouble).small().color(REFUSED)).wrap());
            }
        });
        request
    }
}

/// A field's name as words, without its unit.
fn spelled(name: &str) -> String {
    // The last suffix that stands for the whole unit: `_m_s`, not `_s`.
    let unit = unit_of_name(name);
    let is_suffix = |at: &usize| name[*at..].starts_with('_') && unit_of_name(&name[*at..]) == unit;
    let places = (1..name.len()).rev().filter(|at| name.is_char_boundary(*at));
    let plain = unit.and_then(|_| places.into_iter().find(is_suffix));
    name[..plain.unwrap_or(name.len())].replace('_', " ")
}

fn origin(file: Option<f64>, derived: Option<f64>) -> String {
    match (file, derived) {
        (Some(value), _) => format!("{}, as loaded", figure(value)),
        (None, Some(value)) => format!("{}, as follows from the robot", figure(value)),
        (None, None) => "what follows from the robot".to_owned(),
    }
}

fn tip(ui: &mut egui::Ui, index: usize, number: &ControllerNumber, tuning: &Tuning) {
    ui.set_max_width(360.0);
    ui.label(&number.doc);
    ui.add_space(2.0);
    egui::Grid::new("facts").num_columns(2).spacing([12.0, 1.0]).show(ui, |ui| {
        let mut fact = |name: &str, text: String| {
            ui.weak(name);
            ui.label(text);
            ui.end_row();
        };
        let (shown, _) = tuning.shown(index);
        fact("now", format!("{shown}"));
        fact("loaded", origin(tuning.file(index), tuning.derived(index)));
        if let Some(default) = number.default {
            fact("default", format!("{default}"));
        } else if let Some(derived) = tuning.derived(index) {
            fact("default", format!("{}, as follows from the robot", figure(derived)));
        }
        fact("allowed", number.range.to_string());
        if let Some(unit) = &number.unit {
            fact("unit", unit.clone());
        }
    });
    ui.add_space(2.0);
    ui.weak(egui::RichText::new(&number.path).small().monospace());
    ui.weak(egui::RichText::new("drag (finer with Shift), click to type, right click for more").small());
}

fn menu(ui: &mut egui::Ui, index: usize, number: &ControllerNumber, tuning: &Tuning) -> Option<Request> {
    let mut request = None;
    let mut choice = |ui: &mut egui::Ui, text: String, value: Option<f64>| {
        if ui.button(text).clicked() {
            request = Some(Request::Set(index, value));
            ui.close();
        }
    };
    choice(ui, format!("Back to {}", origin(tuning.file(index), tuning.derived(index))), tuning.file(index));
    match number.default {
        Some(default) => choice(ui, format!("To the default, {}", figure(default)), Some(default)),
        None => choice(ui, "Let it follow from the robot".to_owned(), None),
    }
    if ui.button("Copy path").clicked() {
        ui.ctx().copy_text(number.path.clone());
        ui.close();
    }
    request
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_spelled_without_their_units() {
        for (name, words) in [
            ("single_support_s", "single support"),
            ("max_acceleration_m_s2", "max acceleration"),
            ("stand_gain_hz", "stand gain"),
            ("toes_down_rad", "toes down"),
            ("yaw_moment_m", "yaw moment"),
            ("kp", "kp"),
            ("swing_orientation", "swing orientation"),
        ] {
            assert_eq!(spelled(name), words);
        }
    }
}
