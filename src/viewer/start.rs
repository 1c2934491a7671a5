//! The start page: every scenario and robot there is, with the chosen one already running beside it.

use std::path::PathBuf;

use bevy::camera::SubCameraView;
use bevy::prelude::*;
use bevy::window::PrimaryWindow;
use bevy_egui::input::EguiWantsInput;
use bevy_egui::{EguiContexts, egui};

use super::camera::Orbit;
use super::clock::Clock;
use super::library::{Library, RobotEntry, ScenarioEntry};
use super::open::Request;
use super::session::{Open, Session};

/// Width of the page [points].
const WIDTH: f32 = 430.0;
/// Height of a scenario's card and of a robot's row [points].
const CARD: f32 = 46.0;
const ROW: f32 = 26.0;
/// Turn of the camera round what is chosen [rad/s].
const TURN_RAD_S: f32 = 0.12;

const PAPER: egui::Color32 = egui::Color32::from_rgba_premultiplied(17, 20, 25, 244);
const INK: egui::Color32 = egui::Color32::from_rgb(232, 236, 241);
const FAINT: egui::Color32 = egui::Color32::from_rgb(146, 155, 167);
const CHOSEN: egui::Color32 = egui::Color32::from_rgb(24, 74, 128);
const HOVERED: egui::Color32 = egui::Color32::from_rgb(34, 41, 51);
const ACCENT: egui::Color32 = egui::Color32::from_rgb(36, 124, 216);
const WRONG: egui::Color32 = egui::Color32::from_rgb(240, 110, 92);

/// The page and what is chosen on it.
#[derive(Resource, Default)]
pub(super) struct StartPage {
    open: bool,
    library: Library,
    /// The chosen file: a scenario, or a robot alone.
    chosen: Option<PathBuf>,
    /// The robot for scenarios; each one's own where there is none.
    robot: Option<PathBuf>,
}

/// Asks for the start page; asked for on it, it closes the window.
#[derive(Message, Debug, Clone, Copy)]
pub(super) struct Home;

/// What was done on the page.
enum Deed {
    Choose(PathBuf),
    Robot(Option<PathBuf>),
    Start(Option<PathBuf>),
}

impl StartPage {
    /// The page, with what is there to choose from.
    pub(super) fn open(session: &Session) -> Self {
        let mut page = Self::default();
        page.show_again(session);
        page
    }

    fn show_again(&mut self, session: &Session) {
        self.open = true;
        self.library = Library::read(&session.opener.configs);
        let is = |path: &PathBuf| same_file(path, &session.request.file);
        let scenarios = self.library.scenarios.iter().map(|scenario| &scenario.path);
        let robots = self.library.robots.iter().map(|robot| &robot.path);
        self.chosen = scenarios.chain(robots).find(|path| is(path)).cloned();
        self.robot.clone_from(&session.request.robot);
    }

    pub(super) fn close(&mut self) {
        self.open = false;
    }

    /// The request for what is chosen.
    fn request(&self, seed: u64) -> Option<Request> {
        let file = self.chosen.clone()?;
        let alone = self.library.robots.iter().any(|robot| robot.path == file);
        let robot = self.robot.clone().filter(|_| !alone);
        Some(Request { robot, seed, ..Request::of(file) })
    }
}

/// Whether two paths lead to the same file.
fn same_file(one: &PathBuf, other: &PathBuf) -> bool {
    one == other || matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

/// Whether the run has the window to itself.
pub(super) fn is_closed(page: Res<StartPage>) -> bool {
    !page.open
}

/// `O` and [`Home`] show the page; `Enter` starts what is chosen, arrows choose.
pub(super) fn keys(
    keys: Res<ButtonInput<KeyCode>>,
    wants: Res<EguiWantsInput>,
    mut home: MessageReader<Home>,
    session: Res<Session>,
    mut page: ResMut<StartPage>,
    mut clock: ResMut<Clock>,
    mut asked: MessageWriter<Open>,
    mut exit: MessageWriter<AppExit>,
) {
    let mut show = home.read().count() > 0;
    if show && page.open {
        exit.write(AppExit::Success);
        return;
    }
    if !wants.wants_any_keyboard_input() {
        if keys.just_pressed(KeyCode::KeyO) {
            if page.open {
                page.close();
            } else {
                show = true;
            }
        }
        if page.open && keys.any_just_pressed([KeyCode::Enter, KeyCode::NumpadEnter]) {
            page.close();
            clock.restart = true;
        }
        let by =
            i32::from(keys.just_pressed(KeyCode::ArrowDown)) - i32::from(keys.just_pressed(KeyCode::ArrowUp));
        if page.open && by != 0 {
            let paths: Vec<&PathBuf> = page.library.scenarios.iter().map(|scenario| &scenario.path).collect();
            let at = paths.iter().position(|path| Some(*path) == page.chosen.as_ref());
            let next = at.map_or(0, |at| (at as i32 + by).clamp(0, paths.len() as i32 - 1) as usize);
            page.chosen = paths.get(next).map(|path| (*path).clone());
            if let Some(request) = page.request(session.request.seed) {
                asked.write(Open(request));
            }
        }
    }
    if show {
        page.show_again(&session);
    }
}

/// Draws the page and does what is clicked on it.
pub(super) fn show(
    mut contexts: EguiContexts,
    session: Res<Session>,
    mut page: ResMut<StartPage>,
    mut clock: ResMut<Clock>,
    mut asked: MessageWriter<Open>,
) -> Result {
    let context = contexts.ctx_mut()?;
    if !page.open {
        return Ok(());
    }
    let height = context.content_rect().height();
    let area = egui::Area::new(egui::Id::new("start")).fixed_pos([0.0, 0.0]).order(egui::Order::Middle);
    let deed = area
        .show(context, |ui| {
            let frame = egui::Frame::NONE.fill(PAPER).inner_margin(egui::Margin::symmetric(20, 16));
            frame
                .show(ui, |ui| {
                    ui.set_width(WIDTH - 40.0);
                    ui.set_height(height - 32.0);
                    contents(ui, &page)
                })
                .inner
        })
        .inner;
    match deed {
        None => return Ok(()),
        Some(Deed::Choose(path)) => page.chosen = Some(path),
        Some(Deed::Robot(robot)) => page.robot = robot,
        Some(Deed::Start(path)) => {
            let other = path.as_ref().is_some_and(|path| Some(path) != page.chosen.as_ref());
            page.close();
            if !other {
                // It runs already; from the start on it is watched.
                clock.restart = true;
                clock.playing = true;
                return Ok(());
            }
            page.chosen = path;
        }
    }
    if let Some(request) = page.request(session.request.seed) {
        asked.write(Open(request));
    }
    Ok(())
}

fn contents(ui: &mut egui::Ui, page: &StartPage) -> Option<Deed> {
    let mut deed = None;
    ui.spacing_mut().item_spacing = egui::vec2(8.0, 3.0);
    ui.label(egui::RichText::new("Loong").size(30.0).strong().color(INK));
    ui.label(egui::RichText::new("Choose a scenario: it runs beside this page at once").color(FAINT));
    ui.add_space(10.0);

    let library = &page.library;
    let foot = 118.0 + ROW * (library.robots.len() + 1) as f32;
    let list = (ui.available_height() - foot).max(3.0 * CARD);
    egui::ScrollArea::vertical().max_height(list).auto_shrink([false, true]).show(ui, |ui| {
        if library.scenarios.is_empty() {
            ui.label(egui::RichText::new("No scenarios here").color(FAINT));
        }
        for scenario in &library.scenarios {
            let card = card(ui, scenario, page.chosen.as_ref() == Some(&scenario.path));
            if card.double_clicked() {
                deed = Some(Deed::Start(Some(scenario.path.clone())));
            } else if card.clicked() {
                deed = Some(Deed::Choose(scenario.path.clone()));
            }
        }
        for broken in &library.broken {
            let name = broken.path.file_name().unwrap_or_default().to_string_lossy();
            let row = ui.add(
                egui::Label::new(egui::RichText::new(format!("⚠ {name} does not load")).color(WRONG))
                    .sense(egui::Sense::click()),
            );
            let row = row.on_hover_ui(|ui| {
                ui.set_max_width(700.0);
                ui.monospace(&broken.error);
            });
            if row.clicked() {
                deed = Some(Deed::Choose(broken.path.clone()));
            }
        }
    });

    ui.add_space(12.0);
    ui.label(egui::RichText::new("Robot").strong().color(INK));
    if robot_row(ui, "the scenario's own", "", page.robot.is_none()).clicked() {
        deed = Some(Deed::Robot(None));
    }
    for robot in &library.robots {
        ui.horizontal(|ui| {
            let figures = format!("{:.0} kg   {:.2} m", robot.mass_kg, robot.height_m);
            ui.set_max_width(WIDTH - 40.0);
            let button = egui::vec2(58.0, ROW - 4.0);
            let width = ui.available_width() - button.x - 8.0;
            ui.scope(|ui| {
                ui.set_max_width(width);
                if robot_row(ui, &robot.name, &figures, page.robot.as_ref() == Some(&robot.path)).clicked() {
                    deed = Some(Deed::Robot(Some(robot.path.clone())));
                }
            });
            if alone(ui, robot, button, page.chosen.as_ref() == Some(&robot.path)) {
                deed = Some(Deed::Choose(robot.path.clone()));
            }
        });
    }

    ui.add_space(14.0);
    ui.horizontal(|ui| {
        let start = egui::Button::new(egui::RichText::new("▶  Start").size(17.0).strong().color(INK));
        if ui.add(start.fill(ACCENT).min_size(egui::vec2(130.0, 36.0))).clicked() {
            deed = Some(Deed::Start(None));
        }
        ui.vertical(|ui| {
            ui.label(egui::RichText::new("or a double click, or Enter").small().color(FAINT));
            ui.label(
                egui::RichText::new("Drop a scenario, a robot or a log on the window to open it")
                    .small()
                    .color(FAINT),
            );
        });
    });
    deed
}

/// A scenario's card, the whole of which can be clicked.
fn card(ui: &mut egui::Ui, scenario: &ScenarioEntry, chosen: bool) -> egui::Response {
    let (rect, response) =
        ui.allocate_exact_size(egui::vec2(ui.available_width(), CARD), egui::Sense::click());
    let fill = if chosen {
        CHOSEN
    } else if response.hovered() {
        HOVERED
    } else {
        egui::Color32::TRANSPARENT
    };
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 6.0, fill);
    let inner = rect.shrink2(egui::vec2(10.0, 6.0));
    let figures = format!("{}   {:.0} s", scenario.terrain, scenario.duration_s);
    let right = egui::Align2::RIGHT_TOP;
    painter.text(inner.right_top(), right, figures, egui::FontId::proportional(12.5), FAINT);
    painter.text(
        inner.left_top(),
        egui::Align2::LEFT_TOP,
        &scenario.name,
        egui::FontId::proportional(15.5),
        INK,
    );
    let mut description = egui::text::LayoutJob::simple_singleline(
        scenario.description.split_whitespace().collect::<Vec<_>>().join(" "),
        egui::FontId::proportional(12.0),
        FAINT,
    );
    description.wrap = egui::text::TextWrapping::truncate_at_width(inner.width());
    let galley = painter.layout_job(description);
    painter.galley(inner.left_top() + egui::vec2(0.0, 19.0), galley, FAINT);
    response.on_hover_ui(|ui| {
        ui.set_max_width(420.0);
        ui.label(&scenario.description);
        ui.label(format!("{}, {}", scenario.robot, scenario.task));
        ui.label(egui::RichText::new(scenario.path.display().to_string()).small().weak());
    })
}

/// A row to choose a robot by.
fn robot_row(ui: &mut egui::Ui, name: &str, figures: &str, chosen: bool) -> egui::Response {
    let (rect, response) =
        ui.allocate_exact_size(egui::vec2(ui.available_width(), ROW), egui::Sense::click());
    let painter = ui.painter_at(rect);
    if response.hovered() {
        painter.rect_filled(rect, 5.0, HOVERED);
    }
    let at = rect.left_center() + egui::vec2(14.0, 0.0);
    painter.circle_stroke(at, 5.5, egui::Stroke::new(1.3, if chosen { ACCENT } else { FAINT }));
    if chosen {
        painter.circle_filled(at, 3.0, ACCENT);
    }
    let font = egui::FontId::proportional(14.0);
    let left = egui::Align2::LEFT_CENTER;
    painter.text(at + egui::vec2(14.0, 0.0), left, name, font, if chosen { INK } else { FAINT });
    let font = egui::FontId::proportional(12.5);
    painter.text(
        rect.right_center() - egui::vec2(8.0, 0.0),
        egui::Align2::RIGHT_CENTER,
        figures,
        font,
        FAINT,
    );
    response
}

/// The button with which a robot is looked at alone.
fn alone(ui: &mut egui::Ui, robot: &RobotEntry, size: egui::Vec2, chosen: bool) -> bool {
    let button = egui::Button::new(egui::RichText::new("alone").size(12.5).color(INK));
    let button = button.fill(if chosen { CHOSEN } else { HOVERED }).min_size(size);
    ui.add(button).on_hover_text(format!("{} standing on a flat floor", robot.name)).clicked()
}

/// Puts what is chosen in the middle of what the page leaves free, and turns slowly round it.
pub(super) fn frame(
    page: Res<StartPage>,
    time: Res<Time>,
    window: Single<&Window, With<PrimaryWindow>>,
    camera: Single<(&mut Camera, &mut Orbit)>,
    mut shifted: Local<Option<UVec2>>,
) {
    let (mut camera, mut orbit) = camera.into_inner();
    let size = UVec2::new(window.physical_width(), window.physical_height());
    if page.open {
        orbit.turn(TURN_RAD_S * time.delta_secs());
    }
    let wanted = page.open.then_some(size);
    if wanted == *shifted {
        return;
    }
    *shifted = wanted;
    // A picture wider by the page, of which the right part is drawn over nothing: its middle moves right.
    let page_px = (WIDTH * window.scale_factor()) as u32;
    camera.sub_camera_view = wanted.map(|size| SubCameraView {
        full_size: UVec2::new(size.x + page_px, size.y),
        offset: Vec2::ZERO,
        size,
    });
}
