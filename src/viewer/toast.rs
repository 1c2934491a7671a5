//! Short messages at the bottom of the window that go by themselves.

use bevy::prelude::*;
use bevy_egui::{EguiContexts, egui};

/// Time a message stays [s].
const STAYS_S: f64 = 4.0;
/// Time in which it fades at the end [s].
const FADES_S: f64 = 0.6;

/// The message shown at present.
#[derive(Resource, Default)]
pub(super) struct Toast {
    text: String,
    /// Time since it was said [s].
    age_s: f64,
}

impl Toast {
    /// Shows a message in place of the one that is there.
    pub(super) fn say(&mut self, text: impl Into<String>) {
        *self = Self { text: text.into(), age_s: 0.0 };
    }

    /// How much of it is to be seen, 0 to 1.
    fn opacity(&self) -> f32 {
        if self.text.is_empty() {
            return 0.0;
        }
        ((STAYS_S - self.age_s) / FADES_S).clamp(0.0, 1.0) as f32
    }
}

/// Draws the message.
pub(super) fn show(mut contexts: EguiContexts, mut toast: ResMut<Toast>, time: Res<Time<Real>>) -> Result {
    let opacity = toast.opacity();
    if opacity == 0.0 {
        return Ok(());
    }
    toast.age_s += time.delta_secs_f64();
    egui::Area::new(egui::Id::new("toast"))
        .anchor(egui::Align2::CENTER_BOTTOM, [0.0, -24.0])
        .order(egui::Order::Foreground)
        .interactable(false)
        .show(contexts.ctx_mut()?, |ui| {
            ui.set_opacity(opacity);
            egui::Frame::popup(ui.style()).inner_margin(egui::Margin::symmetric(14, 8)).show(ui, |ui| {
                ui.add(egui::Label::new(&toast.text).wrap_mode(egui::TextWrapMode::Extend));
            });
        });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_stays_then_fades_and_a_new_one_takes_its_place() {
        let mut toast = Toast::default();
        assert_eq!(toast.opacity(), 0.0);
        toast.say("saved");
        assert_eq!(toast.opacity(), 1.0);
        toast.age_s = STAYS_S - 0.5 * FADES_S;
        assert!((0.4..0.6).contains(&toast.opacity()));
        toast.age_s = STAYS_S;
        assert_eq!(toast.opacity(), 0.0);
        toast.say("saved again");
        assert_eq!(toast.opacity(), 1.0);
    }
}
