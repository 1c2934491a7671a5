//! Curves of chosen signals along simulated time.

use bevy_egui::egui::{self, Color32, RichText};
use egui_plot::{AxisHints, GridMark, HLine, Line, LineStyle, Plot, PlotPoint, VLine};

use super::axis::Scale;
use super::names::Names;
use super::picker::picker;
use super::style::{FAINT, LIMIT, figures, of_scene};
use crate::signals::Signal;
use crate::simulation::Simulation;
use crate::viewer::history::{Sample, SignalHistory};
use crate::viewer::overlays::SIDES;
use crate::viewer::scene_source::SceneSource;

/// What the plots show at first.
const AT_FIRST: [&[&str]; 6] = [
    &["speed.forward_mps", "speed.left_mps"],
    &["com.height_m", "left_foot.height_m", "right_foot.height_m"],
    &["dcm.error_x_m", "dcm.error_y_m"],
    &["torque.share_max"],
    &["left_foot.force_z_n", "right_foot.force_z_n"],
    &["momentum.residual_share"],
];
/// Plots at most.
const MOST: usize = 8;
/// Least and greatest height of a plot [points].
const HEIGHT: (f32, f32) = (40.0, 110.0);
/// Height of what stands over a plot and between two [points].
const TITLES: f32 = 46.0;
/// Height of the line of names and values [points].
const LEGEND: f32 = 15.0;
/// Room for the figures left of a plot [points].
const FIGURES: f32 = 40.0;
/// Curves that are neither left nor right take these in turn.
const COLOURS: [Color32; 6] = [
    Color32::from_rgb(250, 218, 80),
    Color32::from_rgb(110, 214, 130),
    Color32::from_rgb(236, 120, 208),
    Color32::from_rgb(96, 214, 220),
    Color32::from_rgb(238, 110, 96),
    Color32::from_rgb(214, 218, 224),
];

/// How much of the past is seen; all of it where there is no length [s].
const SPANS: [(&str, Option<f64>, &str); 4] = [
    ("5 s", Some(5.0), "The last 5 s of simulated time"),
    ("10 s", Some(10.0), "The last 10 s of simulated time"),
    ("30 s", Some(30.0), "The last 30 s of simulated time"),
    ("all", None, "The whole run; what is long ago is thinned, peaks stay"),
];

/// One plot: its signals, by name, and what of them is drawn.
#[derive(Debug, Default)]
struct SignalPlot {
    names: Vec<String>,
    /// Points of all curves, one behind the other.
    points: Vec<PlotPoint>,
}

/// A stretch of a curve without gaps: which signal of the plot, and where its points lie.
type Stretch = (usize, std::ops::Range<usize>);

/// All plots.
#[derive(Debug)]
pub(super) struct PlotBoard {
    plots: Vec<SignalPlot>,
    span: Option<f64>,
    search: String,
    /// Time under the pointer [s].
    pointed_s: Option<f64>,
    wanted: Vec<usize>,
    samples: Vec<Sample>,
    stretches: Vec<Stretch>,
}

impl Default for PlotBoard {
    fn default() -> Self {
        Self {
            plots: at_first(),
            span: Some(10.0),
            search: String::new(),
            pointed_s: None,
            wanted: Vec::new(),
            samples: Vec::new(),
            stretches: Vec::new(),
        }
    }
}

fn at_first() -> Vec<SignalPlot> {
    let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    AT_FIRST.iter().map(|names| SignalPlot { names: owned(names), ..SignalPlot::default() }).collect()
}

impl PlotBoard {
    /// Draws all plots; `now_s` is the time of what is seen in the scene.
    pub(super) fn show(&mut self, ui: &mut egui::Ui, source: &mut dyn SceneSource, now_s: f64) {
        self.spans(ui);
        let limits: Vec<Vec<f64>> = self
            .plots
            .iter()
            .map(|plot| source.simulation().map_or_else(Vec::new, |run| limits(run, &plot.names)))
            .collect();
        let Some(history) = source.history() else {
            ui.label("A record that is played back keeps no curves.");
            return;
        };
        self.wanted.clear();
        let names = self.plots.iter().flat_map(|plot| &plot.names);
        self.wanted.extend(names.filter_map(|name| history.find(name)));
        history.choose(&self.wanted);

        let window = match self.span {
            Some(span) => ((now_s - span).max(0.0), now_s.max(span)),
            None => (0.0, now_s.max(1.0)),
        };
        let count = self.plots.len().max(1) as f32;
        let titles = TITLES;
        let height = (ui.available_height() - 18.0) / count - titles;
        let height = height.clamp(HEIGHT.0, HEIGHT.1);
        let (mut pointed, mut removed) = (None, None);
        egui::ScrollArea::vertical().auto_shrink([false, true]).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            for index in 0..self.plots.len() {
                let last = index + 1 == self.plots.len();
                let size = height + if last { 16.0 } else { 0.0 };
                let (at, gone) = self.plot(ui, history, index, &limits[index], (window, now_s), (size, last));
                pointed = pointed.or(at);
                if gone {
                    removed = Some(index);
                }
                ui.add_space(5.0);
            }
        });
        self.pointed_s = pointed;
        if let Some(index) = removed {
            self.plots.remove(index);
        }
    }

    /// The row over the plots: how much of the past, and the set of plots.
    fn spans(&mut self, ui: &mut egui::Ui) {
        ui.horizontal(|ui| {
            for (name, span, tip) in SPANS {
                ui.selectable_value(&mut self.span, span, name).on_hover_text(tip);
            }
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                if ui.small_button("reset").on_hover_text("The plots of the start").clicked() {
                    self.plots = at_first();
                }
                let room = self.plots.len() < MOST;
                let add = ui.add_enabled(room, egui::Button::new("add plot").small());
                if add.on_hover_text("An empty plot; choose its signals with +").clicked() {
                    self.plots.push(SignalPlot::default());
                }
            });
        });
    }

    /// Draws a plot; returns the time under the pointer and whether it is to be removed.
    fn plot(
        &mut self,
        ui: &mut egui::Ui,
        history: &SignalHistory,
        index: usize,
        limits: &[f64],
        ((from_s, to_s), now_s): ((f64, f64), f64),
        (height, last): (f32, bool),
    ) -> (Option<f64>, bool) {
        let Self { plots, search, pointed_s, samples, stretches, .. } = self;
        let SignalPlot { names, points } = &mut plots[index];
        let width = ui.available_width();
        let signals = history.signals();

        let removed = heading(ui, signals, names, search);

        points.clear();
        stretches.clear();
        let columns = (width - FIGURES).max(60.0) as usize / 2;
        for (place, name) in names.iter().enumerate() {
            let Some(signal) = history.find(name) else { continue };
            history.outline(signal, (from_s, to_s), columns, samples);
            append(samples, place, points, stretches);
        }
        let (points, stretches): (&[PlotPoint], &[Stretch]) = (points, stretches);
        let scale = Scale::over(points.iter().map(|point| point.y), limits);
        let at_s = pointed_s.unwrap_or(now_s);
        legend(ui, history, names, &scale, at_s);

        let spoken = Names::of(names, signals);
        let colours = colours(names);
        let unit = spoken.unit;
        let response = Plot::new(("signals", index))
            .width(width)
            .height(height)
            .show_axes([last, true])
            .custom_x_axes(vec![small(
                AxisHints::new_x()
                    .label_spacing(20.0..=26.0)
                    .formatter(|mark, _| format!("{:.0} s", mark.value)),
            )])
            .custom_y_axes(vec![small(
                AxisHints::new_y()
                    .formatter(move |mark, _| scale.mark(mark.value))
                    .min_thickness(FIGURES)
                    .label_spacing(9.0..=12.0),
            )])
            .allow_drag(false)
            .allow_zoom(false)
            .allow_scroll(false)
            .allow_boxed_zoom(false)
            .allow_axis_zoom_drag(false)
            .allow_double_click_reset(false)
            .show_background(true)
            .show_crosshair(false)
            .x_grid_spacer(move |_| marks(from_s, to_s, time_step(to_s - from_s)))
            .y_grid_spacer(move |_| marks(scale.low, scale.high, scale.step))
            .label_formatter(move |_| None)
            .show(ui, |plot| {
                plot.set_plot_bounds_x(from_s..=to_s);
                plot.set_plot_bounds_y(scale.low..=scale.high);
                for limit in limits.iter().filter(|limit| (scale.low..=scale.high).contains(*limit)) {
                    let style = LineStyle::dashed_dense();
                    plot.hline(HLine::new("limit", *limit).color(LIMIT).width(1.0).style(style));
                }
                for (place, range) in stretches {
                    let line = Line::new(names[*place].as_str(), &points[range.clone()]);
                    plot.line(line.color(colours[*place]).width(1.3).allow_hover(false));
                }
                if let Some(at_s) = *pointed_s {
                    plot.vline(VLine::new("pointed", at_s).color(FAINT).width(1.0));
                }
            });
        let pointer = response.response.hover_pos();
        let pointed = pointer.map(|pos| response.transform.value_from_position(pos).x);
        if let Some(at_s) = pointed {
            response.response.on_hover_ui_at_pointer(|ui| {
                reading(ui, history, names, &scale, (at_s.clamp(from_s, to_s), unit));
            });
        }
        (pointed.map(|at_s| at_s.clamp(from_s, to_s)), removed)
    }
}

/// An axis with small figures.
fn small(axis: AxisHints<'_>) -> AxisHints<'_> {
    axis.tick_label_font(egui::FontId::monospace(9.0)).tick_label_color(FAINT)
}

/// Title with the unit, and the buttons of a plot; returns whether it is to be removed.
fn heading(ui: &mut egui::Ui, signals: &[Signal], names: &mut Vec<String>, search: &mut String) -> bool {
    let mut removed = false;
    ui.horizontal(|ui| {
        let spoken = Names::of(names, signals);
        let title = if names.is_empty() { "choose signals with +" } else { &spoken.title };
        ui.label(RichText::new(title).strong());
        let unit = if spoken.unit.is_empty() { String::new() } else { format!("[{}]", spoken.unit) };
        ui.label(RichText::new(unit).color(FAINT));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            removed = ui.small_button("✖").on_hover_text("Remove this plot").clicked();
            picker(ui, signals, names, search);
        });
    });
    removed
}

/// Colour, name and value of every curve, in one line.
fn legend(ui: &mut egui::Ui, history: &SignalHistory, names: &[String], scale: &Scale, at_s: f64) {
    let spoken = Names::of(names, history.signals());
    // What has no room is cut off; it must not make the plots below wider.
    let (rect, _) = ui.allocate_exact_size(egui::vec2(ui.available_width(), LEGEND), egui::Sense::hover());
    let row = egui::UiBuilder::new().max_rect(rect).layout(egui::Layout::left_to_right(egui::Align::Center));
    let mut row = ui.new_child(row);
    row.shrink_clip_rect(rect);
    {
        let ui = &mut row;
        ui.spacing_mut().item_spacing.x = 3.0;
        ui.add_space(FIGURES);
        for ((name, label), colour) in names.iter().zip(&spoken.labels).zip(colours(names)) {
            let value = history.find(name).and_then(|signal| value_at(history.curve(signal), at_s));
            ui.label(RichText::new("■").small().color(colour));
            ui.label(RichText::new(label).small().color(colour)).on_hover_ui(|ui| {
                let signal = history.find(name).and_then(|signal| history.signals().get(signal));
                ui.label(RichText::new(name).font(figures()));
                ui.label(signal.map_or("This robot has no such signal", |signal| signal.description));
            });
            ui.label(RichText::new(scale.value(value.unwrap_or(f64::NAN))).font(figures()));
            ui.add_space(4.0);
        }
    }
}

/// What is read under the pointer: the time and every curve's value there.
fn reading(
    ui: &mut egui::Ui,
    history: &SignalHistory,
    names: &[String],
    scale: &Scale,
    (at_s, unit): (f64, &str),
) {
    ui.label(RichText::new(format!("at {at_s:.2} s")).color(FAINT));
    for (name, colour) in names.iter().zip(colours(names)) {
        let value = history.find(name).and_then(|signal| value_at(history.curve(signal), at_s));
        let figure = scale.value(value.unwrap_or(f64::NAN));
        ui.label(RichText::new(format!("{figure} {unit}  {name}")).font(figures()).color(colour));
    }
}

/// The last value not after a time.
fn value_at(curve: &[Sample], at_s: f64) -> Option<f64> {
    let after = curve.partition_point(|sample| sample.time_s <= at_s + 1e-6);
    curve.get(after.checked_sub(1)?).map(|sample| sample.value)
}

/// Appends a curve's points, and where it has no gaps.
fn append(samples: &[Sample], place: usize, points: &mut Vec<PlotPoint>, stretches: &mut Vec<Stretch>) {
    for stretch in samples.split(|sample| !sample.value.is_finite()).filter(|stretch| !stretch.is_empty()) {
        let start = points.len();
        points.extend(stretch.iter().map(|sample| PlotPoint::new(sample.time_s, sample.value)));
        stretches.push((place, start..points.len()));
    }
}

/// Colours of a plot's curves: left and right as everywhere in the window, the others in turn.
fn colours(names: &[String]) -> Vec<Color32> {
    let mut turn = COLOURS.into_iter().cycle();
    let mut sides = [false; 2];
    let colour = |name: &String| {
        let side = ["left_", "right_"].iter().position(|side| name.contains(side));
        match side {
            // Of several on one side only the first has its colour.
            Some(side) if !std::mem::replace(&mut sides[side], true) => of_scene(SIDES[side]),
            _ => turn.next().unwrap_or(Color32::WHITE),
        }
    };
    names.iter().map(colour).collect()
}

/// Marks at the multiples of a step within a range.
fn marks(low: f64, high: f64, step: f64) -> Vec<GridMark> {
    let (first, last) = ((low / step - 1e-6).ceil() as i64, (high / step + 1e-6).floor() as i64);
    (first..=last).map(|i| GridMark { value: i as f64 * step, step_size: step }).collect()
}

/// Distance of the marks along time [s].
fn time_step(span_s: f64) -> f64 {
    [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0]
        .into_iter()
        .find(|step| span_s / step <= 6.0)
        .unwrap_or(span_s / 5.0)
}

/// Limits of what a plot shows, by its first signal: stops, peak torques, and what the scenario allows.
fn limits(run: &Simulation, names: &[String]) -> Vec<f64> {
    let Some(name) = names.first() else { return Vec::new() };
    let expected = |metric: &str| {
        let expectations = run.scenario().expectations.iter();
        expectations
            .filter(|e| e.metric.as_deref() == Some(metric))
            .filter_map(|e| e.max)
            .collect::<Vec<f64>>()
    };
    match name.as_str() {
        "torque.share_max" => return vec![1.0],
        "momentum.residual_share" => return expected("momentum_residual_share"),
        _ => (),
    }
    let mut parts = name.split('.');
    let (Some("joint"), Some(joint), Some(figure)) = (parts.next(), parts.next(), parts.next()) else {
        return Vec::new();
    };
    let Some(index) = run.model().joint_index(joint) else { return Vec::new() };
    let body = &run.model().bodies[index + 1];
    match figure {
        "angle_rad" => vec![body.limits_rad.0, body.limits_rad.1],
        "speed_rad_s" => vec![-body.actuator.max_speed_rad_s, body.actuator.max_speed_rad_s],
        "torque_nm" => vec![-body.actuator.peak_torque_nm, body.actuator.peak_torque_nm],
        "torque_share" => vec![1.0],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curves_are_cut_at_gaps() {
        let sample = |time_s: f64, value: f64| Sample { time_s, value };
        let samples = [sample(0.0, 1.0), sample(0.1, f64::NAN), sample(0.2, 2.0), sample(0.3, 3.0)];
        let (mut points, mut stretches) = (Vec::new(), Vec::new());
        append(&samples, 4, &mut points, &mut stretches);
        assert_eq!(stretches, [(4, 0..1), (4, 1..3)]);
        assert_eq!(value_at(&samples, 0.25), Some(2.0));
        assert_eq!(value_at(&samples, -0.1), None);
    }

    #[test]
    fn left_and_right_look_alike_in_every_plot() {
        let names = ["com.height_m", "left_foot.height_m", "right_foot.height_m"].map(str::to_owned);
        let three = colours(&names);
        assert_eq!(three[1..], colours(&names[1..]));
        assert!(three[0] != three[1] && three[1] != three[2]);
    }

    #[test]
    fn marks_lie_at_whole_steps() {
        let values: Vec<f64> = marks(-0.5, 1.0, 0.5).iter().map(|mark| mark.value).collect();
        assert_eq!(values, [-0.5, 0.0, 0.5, 1.0]);
        assert_eq!((time_step(5.0), time_step(10.0), time_step(30.0)), (1.0, 2.0, 5.0));
    }
}
