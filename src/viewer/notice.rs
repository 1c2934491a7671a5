//! Short messages at the foot of the window, for some seconds.

use bevy::prelude::*;
use bevy_egui::{EguiContexts, egui};

/// How long a message stays [s].
const STAYS_S: f64 = 5.0;
/// Most messages at a time.
const MOST: usize = 4;

/// The messages.
#[derive(Resource, Debug, Default)]
pub(super) struct Notices {
    shown: Vec<Notice>,
    /// Time since the window opened [s].
    now_s: f64,
}

#[derive(Debug)]
struct Notice {
    text: String,
    warns: bool,
    until_s: f64,
}

impl Notices {
    /// Says what was done.
    pub(super) fn say(&mut self, text: impl Into<String>) {
        self.add(text.into(), false);
    }

    /// Says what could not be done.
    pub(super) fn warn(&mut self, text: impl Into<String>) {
        self.add(text.into(), true);
    }

    fn add(&mut self, text: String, warns: bool) {
        self.shown.retain(|notice| notice.text != text);
        if self.shown.len() >= MOST {
            self.shown.remove(0);
        }
        self.shown.push(Notice { text, warns, until_s: self.now_s + STAYS_S });
    }
}

/// Draws the messages, the newest at the foot.
pub(super) fn show(
    mut contexts: EguiContexts,
    time: Res<Time<Real>>,
    mut notices: ResMut<Notices>,
) -> Result {
    let now_s = time.elapsed_secs_f64();
    notices.now_s = now_s;
    notices.shown.retain(|notice| notice.until_s > now_s);
    if notices.shown.is_empty() {
        return Ok(());
    }
    egui::Area::new(egui::Id::new("notices"))
        .anchor(egui::Align2::CENTER_BOTTOM, [0.0, -64.0])
        .interactable(false)
        .show(contexts.ctx_mut()?, |ui| {
            for notice in &notices.shown {
                let colour = if notice.warns {
                    egui::Color32::from_rgb(255, 170, 90)
                } else {
                    egui::Color32::from_rgb(225, 230, 236)
                };
                egui::Frame::popup(ui.style()).show(ui, |ui| ui.colored_label(colour, &notice.text));
            }
        });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_not_told_twice_and_the_oldest_goes_first() {
        let mut notices = Notices::default();
        for text in ["a", "b", "c", "d", "a", "e"] {
            notices.say(text);
        }
        let shown: Vec<&str> = notices.shown.iter().map(|notice| notice.text.as_str()).collect();
        assert_eq!(shown, ["c", "d", "a", "e"]);
    }
}
