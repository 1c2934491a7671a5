//! All keys, in one place: the list the help shows is the list a reader of the code wants.

use bevy_egui::egui;

use super::overlays::Overlay;

/// Keys and what they do, by topic.
const KEYS: [(&str, &[(&str, &str)]); 4] = [
    (
        "Time",
        &[
            ("Space", "play or pause"),
            (". and ,", "one tick on, one back"),
            ("N", "on to the next touchdown"),
            ("- and +", "half or double speed"),
            ("0 and M", "real time, as fast as it goes"),
            ("Home, End", "to the start, to the latest moment"),
            ("Backspace", "restart, forget what was done"),
        ],
    ),
    (
        "Hands",
        &[
            ("drag the robot", "pull it there by a spring"),
            ("drag a box", "move it"),
            ("click the ground", "go there"),
            ("W S A D, arrows", "walk and turn"),
            ("Q and E", "step to a side"),
            ("B", "throw a box at the cursor"),
            ("Ctrl S", "save what was done as a scenario"),
        ],
    ),
    (
        "Camera",
        &[
            ("left drag", "turn"),
            ("right drag", "shift; stops following"),
            ("wheel", "nearer, farther"),
            ("C", "next view"),
            ("F", "back to the robot"),
        ],
    ),
    (
        "Window",
        &[
            ("H", "show or hide the panel"),
            ("G", "show or hide plots and joints"),
            ("L", "the controller's numbers"),
            ("Ctrl+Z", "undo there; with Shift, redo"),
            ("F12", "save a picture"),
            ("? or F1", "this help"),
            ("O", "start page"),
            ("Esc", "start page; on it: close"),
        ],
    ),
];

/// Draws the help.
pub(super) fn show(context: &egui::Context, open: &mut bool) {
    egui::Window::new("Keys")
        .open(open)
        .collapsible(false)
        .resizable(false)
        .anchor(egui::Align2::CENTER_CENTER, [0.0, 0.0])
        .show(context, |ui| {
            for (topic, keys) in KEYS {
                ui.strong(topic);
                egui::Grid::new(topic).num_columns(2).spacing([24.0, 4.0]).show(ui, |ui| {
                    for (key, what) in keys {
                        ui.monospace(*key);
                        ui.label(*what);
                        ui.end_row();
                    }
                });
                ui.add_space(6.0);
            }
            ui.strong("Overlays");
            egui::Grid::new("overlays").num_columns(2).spacing([24.0, 4.0]).show(ui, |ui| {
                for overlay in Overlay::ALL {
                    ui.monospace(overlay.key_name());
                    ui.label(overlay.label()).on_hover_text(overlay.tip());
                    ui.end_row();
                }
            });
        });
}
