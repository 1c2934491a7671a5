//! What the scenario expects of the run, and by how much it holds.

use bevy_egui::egui::{self, RichText};

use super::style::{BAD, FAINT, GOOD, OPEN, figures, names};
use crate::viewer::scene_source::ExpectationLine;

/// Width of the names [points].
const NAME: f32 = 166.0;

/// One line for each: what is expected, what was measured and how far it lies inside or outside.
pub(in super::super) fn expectations(ui: &mut egui::Ui, lines: &[ExpectationLine]) {
    let (met, all) = (lines.iter().filter(|line| line.pass == Some(true)).count(), lines.len());
    let colour = match (lines.iter().any(|line| line.pass == Some(false)), met == all) {
        (true, _) => BAD,
        (false, true) => GOOD,
        (false, false) => OPEN,
    };
    let title = RichText::new(format!("Expectations  {met} / {all}")).color(colour);
    egui::CollapsingHeader::new(title).id_salt("expectations").default_open(true).show_unindented(ui, |ui| {
        egui::Grid::new("expectations").num_columns(3).spacing([10.0, 3.0]).show(ui, |ui| {
            for line in lines {
                row(ui, line);
                ui.end_row();
            }
        });
    });
}

fn row(ui: &mut egui::Ui, line: &ExpectationLine) {
    let (mark, colour) = match line.pass {
        Some(true) => ("✔", GOOD),
        Some(false) => ("✖", BAD),
        None => ("○", OPEN),
    };
    let tip = || {
        let margin = match line.margin {
            Some(margin) if margin < 0.0 => format!(", {} beyond the bound", figure(-margin)),
            Some(margin) => format!(", {} to spare", figure(margin)),
            None => String::new(),
        };
        format!("{}: measured {}, allowed {}{margin}", line.name, line.measured, line.allowed)
    };
    let name = line.name.replace('_', " ");
    ui.horizontal(|ui| {
        // A grid gives its cells no width of their own, and a label that is cut takes what there is.
        ui.set_min_width(NAME);
        ui.spacing_mut().item_spacing.x = 5.0;
        ui.colored_label(colour, mark);
        ui.add(egui::Label::new(RichText::new(name).font(names()).color(colour)).truncate());
    })
    .response
    .on_hover_text(tip());
    let figures_of = |text: String| RichText::new(text).font(figures());
    ui.label(figures_of(format!("{:>8}", line.measured)).color(colour)).on_hover_text(tip());
    ui.label(figures_of(line.allowed.clone()).color(FAINT)).on_hover_text(tip());
}

/// Three digits behind the point, and no more than are needed.
fn figure(value: f64) -> String {
    format!("{value:.4}").trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn margins_read_well() {
        assert_eq!(figure(2.0), "2");
        assert_eq!(figure(0.00254), "0.0025");
        assert_eq!(figure(0.5), "0.5");
    }
}
