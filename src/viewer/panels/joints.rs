//! A row for each joint: where it stands in its range, how fast it turns, how hard it is loaded.

use bevy_egui::egui::{self, Align2, Color32, FontId, Rect, RichText, Sense, pos2, vec2};

use super::style::{FAINT, LIMIT, TROUGH, figures, of_scene};
use crate::model::Body;
use crate::simulation::{Simulation, Snapshot};
use crate::viewer::overlays::{JointFocus, load_colour};
use crate::viewer::scene_source::SceneSource;

/// Height of a row [points].
const ROW: f32 = 17.0;
/// Width of an angle beside a joint's name [points].
const ANGLE: f32 = 42.0;
/// Width from which the angle is given in rad too [points].
const WIDE: f32 = 350.0;
/// Time in which a passed peak of the load fades [s].
const FADE_S: f64 = 1.5;
/// Time between two sortings [s].
const SORT_S: f64 = 0.5;

/// Order of the rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Order {
    #[default]
    Body,
    Load,
}

/// What the table remembers between frames.
#[derive(Debug, Default)]
pub(super) struct JointTable {
    order: Order,
    /// Recent peak of each joint's load, fading.
    peaks: Vec<f64>,
    /// Joints in the order of the rows.
    rows: Vec<usize>,
    /// Time of the last look, and of the last sorting [s].
    seen_s: f64,
    sorted_s: f64,
}

impl JointTable {
    pub(super) fn show(&mut self, ui: &mut egui::Ui, source: &dyn SceneSource, focus: &mut JointFocus) {
        let Some(simulation) = source.simulation() else {
            ui.label("A record that is played back has no torques.");
            return;
        };
        self.look(simulation);
        self.head(ui);
        let columns = Columns::of(ui.available_width());
        titles(ui, &columns);
        egui::ScrollArea::vertical().auto_shrink([false, true]).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            let now = simulation.snapshot();
            for &joint in &self.rows {
                let body = &simulation.model().bodies[joint + 1];
                let state = JointState::of(body, &now, joint, self.peaks[joint]);
                if row(ui, &columns, body, &state) {
                    focus.0 = Some(joint);
                }
            }
        });
    }

    /// Lets the peaks fade, takes new ones, and sorts now and then.
    fn look(&mut self, simulation: &Simulation) {
        let (model, now) = (simulation.model(), simulation.snapshot());
        let joints = model.joints();
        if self.peaks.len() != joints || now.time_s < self.seen_s {
            *self = Self { order: self.order, ..Self::default() };
            self.peaks.resize(joints, 0.0);
            self.rows.extend(0..joints);
            self.sorted_s = f64::NEG_INFINITY;
        }
        let fade = (-(now.time_s - self.seen_s) / FADE_S).exp();
        self.seen_s = now.time_s;
        for (joint, peak) in self.peaks.iter_mut().enumerate() {
            let load = now.motor_nm[joint].abs() / model.bodies[joint + 1].actuator.peak_torque_nm;
            *peak = (*peak * fade).max(load);
        }
        if now.time_s - self.sorted_s >= SORT_S {
            self.sorted_s = now.time_s;
            self.sort();
        }
    }

    fn sort(&mut self) {
        match self.order {
            Order::Body => self.rows.sort_unstable(),
            Order::Load => {
                self.rows.sort_by(|a, b| self.peaks[*b].total_cmp(&self.peaks[*a]).then(a.cmp(b)));
            }
        }
    }

    fn head(&mut self, ui: &mut egui::Ui) {
        ui.horizontal(|ui| {
            ui.label(RichText::new("order").color(FAINT));
            let before = self.order;
            ui.selectable_value(&mut self.order, Order::Body, "body")
                .on_hover_text("As the robot's tree has them");
            ui.selectable_value(&mut self.order, Order::Load, "load")
                .on_hover_text("By the peak load of the last moments, sorted twice a second");
            if self.order != before {
                self.sort();
            }
        });
    }
}

/// Where the columns end, from the row's left edge [points]; none where there is no room.
struct Columns {
    width: f32,
    degrees: f32,
    radians: Option<f32>,
    range: (f32, f32),
    speed: f32,
    torque: f32,
    load: (f32, f32),
}

impl Columns {
    fn of(width: f32) -> Self {
        let width = width - 8.0;
        let name = (0.325 * width).min(108.0);
        let degrees = name + ANGLE;
        let radians = (width >= WIDE).then_some(degrees + 46.0);
        let range = (radians.unwrap_or(degrees) + 8.0, radians.unwrap_or(degrees) + 38.0);
        let speed = range.1 + 36.0;
        let torque = speed + 42.0;
        Self { width, degrees, radians, range, speed, torque, load: (torque + 6.0, width) }
    }
}

/// The figures of a joint.
struct JointState {
    angle_rad: f64,
    speed_rad_s: f64,
    torque_nm: f64,
    load: f64,
    peak: f64,
}

impl JointState {
    fn of(body: &Body, now: &Snapshot<'_>, joint: usize, peak: f64) -> Self {
        let torque_nm = now.motor_nm[joint];
        Self {
            angle_rad: now.truth.q[joint],
            speed_rad_s: now.truth.v[6 + joint],
            torque_nm,
            load: torque_nm.abs() / body.actuator.peak_torque_nm,
            peak,
        }
    }
}

fn titles(ui: &mut egui::Ui, columns: &Columns) {
    let (rect, _) = ui.allocate_exact_size(vec2(columns.width, ROW), Sense::hover());
    let right = |x: f32, text: &str| {
        let at = pos2(rect.left() + x, rect.center().y);
        ui.painter().text(at, Align2::RIGHT_CENTER, text, FontId::proportional(10.5), FAINT);
    };
    right(columns.degrees, "deg");
    if let Some(x) = columns.radians {
        right(x, "rad");
    }
    right(columns.range.1, "range");
    right(columns.speed, "rad/s");
    right(columns.torque, "N m");
    right(columns.load.1, "load");
}

/// Draws a row; returns whether the pointer is over it.
fn row(ui: &mut egui::Ui, columns: &Columns, body: &Body, state: &JointState) -> bool {
    let (rect, response) = ui.allocate_exact_size(vec2(columns.width, ROW), Sense::hover());
    let hovered = response.hovered();
    if ui.is_rect_visible(rect) {
        paint(ui, rect, columns, body, state, hovered);
    }
    response.on_hover_ui(|ui| tip(ui, body, state));
    hovered
}

fn paint(ui: &egui::Ui, rect: Rect, columns: &Columns, body: &Body, state: &JointState, hovered: bool) {
    let painter = ui.painter();
    if hovered {
        painter.rect_filled(rect, 2.0, Color32::from_white_alpha(24));
    }
    let (left, middle) = (rect.left(), rect.center().y);
    let text = ui.visuals().text_color();
    let name = body.joint.replace('_', " ");
    let clip = Rect::from_x_y_ranges(left..=left + columns.degrees - ANGLE, rect.y_range());
    let clip = clip.intersect(ui.clip_rect());
    painter.with_clip_rect(clip).text(
        pos2(left + 2.0, middle),
        Align2::LEFT_CENTER,
        name,
        FontId::proportional(11.0),
        text,
    );
    let right = |x: f32, figure: String| {
        painter.text(pos2(left + x, middle), Align2::RIGHT_CENTER, figure, figures(), text);
    };
    right(columns.degrees, figure(state.angle_rad.to_degrees(), 1));
    if let Some(x) = columns.radians {
        right(x, figure(state.angle_rad, 3));
    }
    right(columns.speed, figure(state.speed_rad_s, 2));
    right(columns.torque, figure(state.torque_nm, 1));

    // Where the angle stands between its stops; near one it is red.
    let (low, high) = body.limits_rad;
    let share = ((state.angle_rad - low) / (high - low).max(1e-9)).clamp(0.0, 1.0) as f32;
    let bar = |(from, to): (f32, f32), half: f32| {
        Rect::from_x_y_ranges(left + from..=left + to, middle - half..=middle + half)
    };
    let range = bar(columns.range, 2.0);
    painter.rect_filled(range, 1.0, TROUGH);
    let near = (state.angle_rad - low).min(high - state.angle_rad) < 0.05;
    let at = range.left() + share * range.width();
    let mark = Rect::from_x_y_ranges(at - 1.5..=at + 1.5, middle - 5.0..=middle + 5.0);
    painter.rect_filled(mark, 1.0, if near { LIMIT } else { text });

    // The load, its recent peak, and the colour it has in the scene.
    let load = bar(columns.load, 5.0);
    painter.rect_filled(load, 1.0, TROUGH);
    let to = load.left() + state.load.clamp(0.0, 1.0) as f32 * load.width();
    let colour = of_scene(load_colour(state.load).into());
    painter.rect_filled(Rect::from_x_y_ranges(load.left()..=to, load.y_range()), 1.0, colour);
    let at = load.left() + state.peak.clamp(0.0, 1.0) as f32 * load.width();
    painter.vline(at, load.y_range(), (1.5, of_scene(load_colour(state.peak).into())));
}

/// A value with so many decimals; one that reads as zero has no sign.
fn figure(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        Some(digits) if digits.chars().all(|c| matches!(c, '0' | '.')) => digits.to_owned(),
        _ => text,
    }
}

fn tip(ui: &mut egui::Ui, body: &Body, state: &JointState) {
    ui.label(RichText::new(&body.joint).strong());
    let actuator = &body.actuator;
    let (low, high) = body.limits_rad;
    let figure = |ui: &mut egui::Ui, name: &str, value: String, limit: String| {
        ui.label(name);
        ui.label(RichText::new(value).font(figures()));
        ui.label(RichText::new(limit).font(figures()).color(FAINT));
        ui.end_row();
    };
    egui::Grid::new("joint").num_columns(3).spacing([12.0, 2.0]).show(ui, |ui| {
        figure(
            ui,
            "angle",
            format!("{:8.3} rad {:8.1} deg", state.angle_rad, state.angle_rad.to_degrees()),
            format!("{low:.3} to {high:.3} rad"),
        );
        figure(
            ui,
            "speed",
            format!("{:8.2} rad/s", state.speed_rad_s),
            format!("at most {:.2} rad/s", actuator.max_speed_rad_s),
        );
        figure(
            ui,
            "torque",
            format!("{:8.1} N m", state.torque_nm),
            format!("at most {:.1} N m", actuator.peak_torque_nm),
        );
        figure(
            ui,
            "load",
            format!("{:8.1} %", 100.0 * state.load),
            format!("recent peak {:.0} %", 100.0 * state.peak),
        );
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_do_not_overlap_at_any_width() {
        for width in [super::super::LEAST, 340.0, 384.0, 500.0] {
            let columns = Columns::of(width);
            assert!(columns.load.1 - columns.load.0 >= 30.0, "{width}");
            assert!(columns.degrees - ANGLE >= 94.0, "{width}");
            assert!(columns.range.0 > columns.radians.unwrap_or(columns.degrees));
        }
    }

    #[test]
    fn zero_has_no_sign() {
        assert_eq!([figure(-0.04, 1), figure(-0.05001, 1), figure(0.0, 2)], ["0.0", "-0.1", "0.00"]);
    }

    #[test]
    fn the_most_loaded_come_first_and_equals_keep_the_body_s_order() {
        let mut table =
            JointTable { peaks: vec![0.1, 0.7, 0.0, 0.7], rows: vec![0, 1, 2, 3], ..JointTable::default() };
        table.order = Order::Load;
        table.sort();
        assert_eq!(table.rows, [1, 3, 0, 2]);
        table.order = Order::Body;
        table.sort();
        assert_eq!(table.rows, [0, 1, 2, 3]);
    }
}
