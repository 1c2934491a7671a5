//! Every number of the robot's controller, editable while the robot walks.
//!
//! `tuning` holds the numbers and what can be undone, `row` and `number_field` draw one of them, `saving`
//! brings them to files. An edit is an action on the run, like all that is done by hand: it is recorded,
//! and a run put back in time has the numbers it had then.

mod number_field;
mod row;
mod saving;
mod tuning;

use std::path::Path;

use bevy::prelude::*;
use bevy_egui::egui;
use egui::{Key, KeyboardShortcut, Modifiers, RichText};

use self::row::{CHANGED, REFUSED, Request, Row};
use self::saving::{Answer, Preview};
use self::tuning::Tuning;
use super::scene::SceneChanged;
use super::scene_source::SceneSource;
use super::session::Session;
use crate::config::LoadedScenario;
use crate::control::derived::derived_numbers;
use crate::simulation::Simulation;

/// Groups that are open at the start.
const OPEN: [&str; 2] = ["gait", "balance"];

const UNDO: KeyboardShortcut = KeyboardShortcut::new(Modifiers::COMMAND, Key::Z);
const REDO: KeyboardShortcut = KeyboardShortcut::new(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::Z);

/// The panel and what it edits.
#[derive(Resource, Default)]
pub(super) struct ControllerPanel {
    /// What the run was loaded from; numbers are saved there.
    loaded: Option<LoadedScenario>,
    /// Made when the panel is first shown.
    numbers: Option<(Tuning, Vec<Row>)>,
    search: String,
    only_changed: bool,
    preview: Option<Preview>,
    message: Option<Result<String, String>>,
}

impl ControllerPanel {
    /// A closed panel for a run that was loaded from files, or made without any.
    pub(super) fn new(loaded: Option<LoadedScenario>) -> Self {
        Self { loaded, ..Self::default() }
    }

    fn prepare(&mut self, simulation: &Simulation) {
        let now = &simulation.controller_to_be();
        if let Some((tuning, _)) = &mut self.numbers {
            tuning.see(now);
            return;
        }
        let file = self.loaded.as_ref().map_or(now, |loaded| &loaded.robot.config.controller);
        let mut tuning = Tuning::new(file, &derived_numbers(simulation.known_model()));
        tuning.see(now);
        let mut rows = Vec::new();
        for group in tuning.numbers().groups() {
            for number in &group.numbers {
                let usual = number.default.or(tuning.derived(rows.len())).unwrap_or(1.0);
                rows.push(Row::new(&group.name, number, usual));
            }
        }
        self.numbers = Some((tuning, rows));
    }
}

/// Another run has other numbers and another file.
pub(super) fn follow(
    mut changes: MessageReader<SceneChanged>,
    mut panel: ResMut<ControllerPanel>,
    session: Res<Session>,
) {
    if changes.read().count() > 0 {
        *panel = ControllerPanel::new(session.loaded.clone());
    }
}

/// Draws the panel into its tab.
pub(super) fn show(ui: &mut egui::Ui, panel: &mut ControllerPanel, source: &mut dyn SceneSource) {
    let Some(simulation) = source.simulation() else {
        ui.weak("A recorded run has no controller to tune.");
        return;
    };
    panel.prepare(simulation);
    let title = source.title();
    let ControllerPanel { loaded, numbers, search, only_changed, preview, message, .. } = panel;
    let Some((tuning, rows)) = numbers else { return };
    let mut act = |action| source.act(action);
    // A field that is typed into has an undo of its own.
    if !ui.ctx().egui_wants_keyboard_input() {
        if ui.input_mut(|input| input.consume_shortcut(&REDO)) {
            tuning.redo(&mut act);
        }
        if ui.input_mut(|input| input.consume_shortcut(&UNDO)) {
            tuning.undo(&mut act);
        }
    }
    let changed = tuning.changes();
    ui.horizontal(|ui| {
        let undo = ui.add_enabled(tuning.can_undo(), egui::Button::new("⟲ Undo"));
        if undo.on_hover_text("Ctrl+Z").clicked() {
            tuning.undo(&mut act);
        }
        let redo = ui.add_enabled(tuning.can_redo(), egui::Button::new("⟳ Redo"));
        if redo.on_hover_text("Ctrl+Shift+Z").clicked() {
            tuning.redo(&mut act);
        }
        let reset = ui.add_enabled(!changed.is_empty(), egui::Button::new("Reset all"));
        if reset.on_hover_text("Every number back to what the files say").clicked() {
            tuning.reset_all(&mut act);
        }
    });
    find(ui, search, only_changed, changed.len());
    ui.separator();

    let footer = 2.0 * ui.spacing().interact_size.y + 26.0;
    let height = (ui.available_height() - footer).max(120.0);
    let request = egui::ScrollArea::vertical()
        .auto_shrink([false, true])
        .max_height(height)
        .show(ui, |ui| groups(ui, tuning, rows, search, *only_changed))
        .inner;
    match request {
        Some(Request::Drag(index, value)) => tuning.drag(index, value, &mut act),
        Some(Request::Finish) => tuning.finish(),
        Some(Request::Set(index, value)) => tuning.set(index, value, &mut act),
        None => {}
    }

    ui.separator();
    ui.horizontal(|ui| {
        let can = !changed.is_empty() && loaded.is_some();
        let save = ui.add_enabled(can, egui::Button::new("Save to RON…"));
        let save = save.on_hover_text("Shows what changes in which file before it is written");
        if let (true, Some(loaded)) = (save.clicked(), &loaded) {
            *message = None;
            match Preview::new(loaded, &changed) {
                Ok(made) => *preview = Some(made),
                Err(trouble) => *message = Some(Err(trouble)),
            }
        }
        let copy = ui.add_enabled(!changed.is_empty(), egui::Button::new("Copy as overlay"));
        let tip = "Changed numbers for `--overlay`: to the clipboard, and to a file in the present folder";
        if copy.on_hover_text(tip).clicked() {
            let robot = loaded.as_ref().map_or(Path::new("robot.ron"), |loaded| loaded.robot.path());
            let written = saving::write_overlay(Path::new(""), robot, &title, &changed);
            *message = Some(written.map(|(text, path)| {
                ui.ctx().copy_text(text);
                format!("copied, and written to {}", path.display())
            }));
        }
    });
    match message {
        Some(Ok(text)) => ui.add(egui::Label::new(RichText::new(text.as_str()).small()).wrap()),
        Some(Err(text)) => {
            ui.add(egui::Label::new(RichText::new(text.as_str()).small().color(REFUSED)).wrap())
        }
        None => ui.weak(RichText::new("grey: follows from the robot where no file gives it").small()),
    };
    if let Some(shown) = preview {
        match shown.show(ui.ctx()) {
            Answer::Open => {}
            Answer::Cancelled => *preview = None,
            Answer::Written(text) => {
                if let Some(simulation) = source.simulation() {
                    tuning.file_says(&simulation.controller_to_be());
                }
                *message = Some(Ok(text));
                *preview = None;
            }
        }
    }
}

/// The search and what it may be narrowed to.
fn find(ui: &mut egui::Ui, search: &mut String, only_changed: &mut bool, changed: usize) {
    ui.horizontal(|ui| {
        let width = (ui.available_width() - 108.0).max(80.0);
        ui.add(
            egui::TextEdit::singleline(search)
                .hint_text("Search: name, unit, what it does")
                .desired_width(width),
        );
        let text = RichText::new(format!("{changed} changed"));
        let text = if changed > 0 { text.color(CHANGED) } else { text.weak() };
        ui.toggle_value(only_changed, text).on_hover_text("Show only what differs from the files");
    });
}

/// Draws the groups; returns what was asked for in one of their lines.
fn groups(
    ui: &mut egui::Ui,
    tuning: &Tuning,
    rows: &[Row],
    search: &str,
    only_changed: bool,
) -> Option<Request> {
    let mut request = None;
    let narrowed = only_changed || !search.trim().is_empty();
    let mut first = 0;
    let mut any = false;
    for group in tuning.numbers().groups() {
        let numbers = group.numbers.iter().enumerate().map(|(i, number)| (first + i, number));
        let wanted: Vec<_> = numbers
            .filter(|(index, _)| (!only_changed || tuning.is_changed(*index)) && rows[*index].matches(search))
            .collect();
        let changed = (first..first + group.numbers.len()).filter(|index| tuning.is_changed(*index)).count();
        first += group.numbers.len();
        if wanted.is_empty() {
            continue;
        }
        any = true;
        let mut title = RichText::new(group.name.replace('_', " ")).strong();
        if changed > 0 {
            title = title.color(CHANGED);
        }
        // Open while something is looked for, without forgetting what a person had opened.
        let header = egui::CollapsingHeader::new(title)
            .id_salt((&group.name, narrowed))
            .default_open(narrowed || OPEN.contains(&group.name.as_str()));
        let shown = header.show_unindented(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 3.0;
            for (index, number) in wanted {
                request = rows[index].show(ui, index, number, tuning).or(request.take());
            }
        });
        shown.header_response.on_hover_text(&group.doc);
    }
    if !any {
        ui.weak(if only_changed { "No number differs from the files." } else { "No number is called that." });
    }
    request
}
