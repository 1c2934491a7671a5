//! Chooses the signals of a plot: all of the catalogue, by group, with a search box.

use bevy_egui::egui::{self, RichText};

use super::style::{FAINT, figures};
use crate::signals::Signal;

/// Size of the list [points].
const SIZE: (f32, f32) = (330.0, 300.0);

/// A button that opens the list; `chosen` are the names of the plot's signals.
///
/// A plot has one unit: signals of another are not offered while it has any.
pub(super) fn picker(ui: &mut egui::Ui, signals: &[Signal], chosen: &mut Vec<String>, search: &mut String) {
    let button = ui.small_button("+").on_hover_text("Choose the signals of this plot");
    egui::Popup::menu(&button)
        .close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside)
        .width(SIZE.0)
        .show(|ui| {
            ui.set_min_width(SIZE.0);
            ui.horizontal(|ui| {
                let field = egui::TextEdit::singleline(search).hint_text("search, as in: knee torque");
                ui.add(field.desired_width(SIZE.0 - 70.0));
                if ui.button("clear").on_hover_text("No signals in this plot").clicked() {
                    chosen.clear();
                }
            });
            let unit = unit_of(signals, chosen);
            if let Some(unit) = unit {
                let shown = if unit.is_empty() { "no unit" } else { unit };
                ui.label(RichText::new(format!("one unit a plot: {shown}")).small().color(FAINT));
            }
            egui::ScrollArea::vertical().max_height(SIZE.1).auto_shrink([false, true]).show(ui, |ui| {
                let mut group = "";
                for signal in signals.iter().filter(|signal| fits(signal, search)) {
                    if unit.is_some_and(|unit| unit != signal.unit) {
                        continue;
                    }
                    let (of, _) = signal.name.rsplit_once('.').unwrap_or(("", &signal.name));
                    if of != group {
                        group = of;
                        ui.label(RichText::new(of).small().color(FAINT));
                    }
                    row(ui, signal, chosen);
                }
            });
        });
}

fn row(ui: &mut egui::Ui, signal: &Signal, chosen: &mut Vec<String>) {
    let at = chosen.iter().position(|name| *name == signal.name);
    let mut on = at.is_some();
    let text = RichText::new(&signal.name).font(figures());
    let tip = if signal.unit.is_empty() {
        signal.description.to_owned()
    } else {
        format!("{} [{}]", signal.description, signal.unit)
    };
    if ui.checkbox(&mut on, text).on_hover_text(tip).changed() {
        match at {
            Some(at) => drop(chosen.remove(at)),
            None => chosen.push(signal.name.clone()),
        }
    }
}

/// The unit a plot is bound to by what it shows.
fn unit_of<'a>(signals: &'a [Signal], chosen: &[String]) -> Option<&'a str> {
    let first = signals.iter().find(|signal| chosen.contains(&signal.name))?;
    Some(first.unit)
}

/// Whether every word of the search occurs in the name or in what is said of it.
fn fits(signal: &Signal, search: &str) -> bool {
    search.split_whitespace().all(|word| {
        let word = word.to_lowercase();
        signal.name.to_lowercase().contains(&word) || signal.description.to_lowercase().contains(&word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signals::catalogue;

    #[test]
    fn all_words_of_a_search_must_occur() {
        let signals = catalogue(["left_knee", "right_knee"]);
        let found = |search: &str| {
            let fitting = signals.iter().filter(|signal| fits(signal, search));
            fitting.map(|signal| signal.name.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(found("Torque_nm left"), ["joint.left_knee.torque_nm"]);
        assert!(found("capture").is_empty() && found("").len() == signals.len());
        assert!(found("pressure").iter().all(|name| name.contains("cop")));
    }

    #[test]
    fn a_plot_keeps_to_the_unit_of_its_signals() {
        let signals = catalogue(["knee"]);
        assert_eq!(unit_of(&signals, &[]), None);
        assert_eq!(unit_of(&signals, &["joint.knee.torque_nm".to_owned()]), Some("N m"));
    }
}
