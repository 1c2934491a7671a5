//! The switches of the overlays, with keys, colours and legends.

use bevy_egui::egui::{self, RichText};

use super::style::{FAINT, figures, names, of_scene};
use crate::viewer::overlays::{Overlay, Overlays, load_colour};

/// Columns of the switches.
const COLUMNS: usize = 2;

/// All overlays in two columns, and the legends of those that are on and have several colours.
pub(in super::super) fn switches(ui: &mut egui::Ui, overlays: &mut Overlays) {
    egui::CollapsingHeader::new("Overlays").default_open(true).show_unindented(ui, |ui| {
        let rows = Overlay::ALL.len().div_ceil(COLUMNS);
        egui::Grid::new("overlays").num_columns(COLUMNS).spacing([10.0, 1.0]).show(ui, |ui| {
            for row in 0..rows {
                for column in 0..COLUMNS {
                    if let Some(overlay) = Overlay::ALL.get(column * rows + row) {
                        switch(ui, overlays, *overlay);
                    }
                }
                ui.end_row();
            }
        });
        for overlay in Overlay::ALL.into_iter().filter(|overlay| overlays.shows(*overlay)) {
            legend(ui, overlay);
        }
    });
}

fn switch(ui: &mut egui::Ui, overlays: &mut Overlays, overlay: Overlay) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let key = RichText::new(overlay.key_name()).font(figures()).color(of_scene(overlay.colour()));
        ui.label(key);
        let label = RichText::new(overlay.label()).font(names());
        ui.checkbox(overlays.switch(overlay), label).on_hover_text(overlay.tip());
    });
}

fn legend(ui: &mut egui::Ui, overlay: Overlay) {
    if overlay != Overlay::Torques && overlay.legend().is_empty() {
        return;
    }
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        ui.label(RichText::new(overlay.label()).small().color(FAINT));
        if overlay == Overlay::Torques {
            scale(ui);
        }
        for (colour, what) in overlay.legend() {
            ui.label(RichText::new(format!("■ {what}")).small().color(of_scene(*colour)));
        }
    });
}

/// The scale of loads, from nothing to the peak torque.
fn scale(ui: &mut egui::Ui) {
    let end = |text: &str| RichText::new(text).small().color(FAINT);
    ui.label(end("0"));
    let (rect, _) = ui.allocate_exact_size(egui::vec2(84.0, 9.0), egui::Sense::hover());
    let parts = 42;
    let width = rect.width() / parts as f32;
    for part in 0..parts {
        let colour = of_scene(load_colour(f64::from(part) / f64::from(parts - 1)).into());
        let left = rect.left() + width * part as f32;
        let cell = egui::Rect::from_x_y_ranges(left..=left + width + 0.5, rect.y_range());
        ui.painter().rect_filled(cell, 0.0, colour);
    }
    ui.label(end("100 % of peak"));
}
