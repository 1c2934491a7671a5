//! The window as a person meets it: a virtual display, a mouse and keys moved from outside, and pictures
//! of what is seen. Skipped where there is no Xvfb, no xdotool or no Vulkan driver.

#![cfg(feature = "viewer")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use image::RgbaImage;
use loong::config::action::{Action, TimedAction};
use loong::config::{LoadOptions, load_scenario};
use loong::judge::known_names;

use common::display::{Display, difference, find, share, wait_for};
use common::loong_in;

/// Colours of the start button, of the time line, its cursor and marks, of a refused file, the place in it,
/// and of a file that is taken over.
const START: [u8; 3] = [36, 124, 216];
const RUN: [u8; 3] = [70, 120, 190];
const NOW: [u8; 3] = [235, 240, 246];
const DONE: [u8; 3] = [240, 150, 60];
const REFUSED: [u8; 3] = [255, 150, 132];
const PLACE: [u8; 3] = [126, 186, 255];
const TAKEN_OVER: [u8; 3] = [96, 208, 120];
/// Frame of a text field that has the keys.
const CURSOR: [u8; 3] = [192, 222, 255];
/// Left, top, right and bottom of the start page, the time line, the scene between the panels, and of
/// where messages stand.
const PAGE: [u32; 4] = [0, 370, 430, 440];
const TIME_LINE: [u32; 4] = [225, 684, 1095, 708];
/// The time line's last two seconds or so.
const TIME_LINE_NOW: [u32; 4] = [1010, 684, 1095, 708];
const SCENE: [u32; 4] = [330, 20, 860, 640];
const MESSAGE: [u32; 4] = [150, 300, 1130, 712];
const TOP: [u32; 4] = [430, 0, 860, 60];
/// The panel of the controller's numbers, and its search.
const NUMBERS: [u32; 4] = [880, 20, 1260, 600];
const SEARCHED: [u32; 4] = [880, 68, 1260, 96];
/// What is clicked: the card of the second scenario, the robot's chest, ground ahead of it, nothing, the
/// search of the controller's numbers and the first field below.
const STAND: [u32; 2] = [215, 152];
const CHEST: [u32; 2] = [648, 232];
const GROUND: [[u32; 2]; 2] = [[790, 605], [810, 620]];
const ASIDE: [u32; 2] = [600, 60];
const SEARCH: [u32; 2] = [1000, 81];
const FIELD: [u32; 2] = [1160, 134];
/// Share of the scene that may change while the run is paused, and while the robot stands.
const PAUSED: f64 = 0.001;
const STANDING: f64 = 0.01;
/// The time line's bar from left to right [pixels].
const BAR: [u32; 2] = [228, 1088];
/// What the log of a repeated run holds.
const SIGNALS: &str = "push.*,speed.horizontal_mps,com.x_m,com.y_m,*_foot.height_m";

/// The program, ended with this value.
struct Loong(Child);

impl Drop for Loong {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A person at the window, with a copy of the configs of their own.
struct Person {
    display: Display,
    folder: PathBuf,
}

impl Person {
    fn sees(&self) -> RgbaImage {
        self.display.picture()
    }

    /// The box round all pixels of a colour, waited for: a picture may be taken while it is drawn.
    fn finds(&self, what: &str, part: [u32; 4], colour: [u8; 3]) -> [u32; 4] {
        let mut found = None;
        wait_for(what, || {
            found = find(&self.sees(), part, colour);
            found.is_some()
        });
        found.expect("it was waited for")
    }

    /// The time line's cursor, from 0 at the left to 1 at the right.
    fn cursor(&self) -> f64 {
        let [left, _, right, _] = self.finds("the cursor of the time line", TIME_LINE, NOW);
        (f64::from(left + right) * 0.5 - f64::from(BAR[0])) / f64::from(BAR[1] - BAR[0])
    }

    /// Saves what was done and reads it: the run's end, its hash, its actions.
    fn saves(&self, number: usize) -> Saved {
        self.display.key("ctrl+s");
        let path = self.folder.join(format!("configs/scenarios/stand_by_hand_{number}.ron"));
        wait_for("the saved scenario", || path.is_file());
        let text = fs::read_to_string(&path).expect("the saved scenario");
        let hash = text.split("state_hash ").nth(1).expect("a hash")[..16].to_owned();
        let options: LoadOptions<'_> = known_names();
        let loaded = load_scenario(&path, &options).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let scenario = loaded.scenario.config;
        Saved { path, hash, end_s: scenario.duration_s, actions: scenario.actions }
    }

    fn clicks_on_time_line(&self, share: f64) {
        let x = f64::from(BAR[0]) + share * f64::from(BAR[1] - BAR[0]);
        self.display.click([x.round() as u32, 696]);
        sleep(Duration::from_secs(3));
        // The pointer's arrow has the colour of the time line's cursor.
        self.display.drag(ASIDE);
    }

    /// Waits until no more than a share of the scene changes within some seconds.
    fn sees_it_still(&self, share: f64) -> RgbaImage {
        let mut last = self.sees();
        wait_for("a still picture", || {
            sleep(Duration::from_secs(3));
            let now = self.sees();
            let changed = difference(&last, &now, SCENE);
            last = now;
            changed < share
        });
        last
    }
}

impl Drop for Person {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("window.png");
            let _ = self.sees().save(&path);
            println!("last seen: {}", path.display());
        }
    }
}

struct Saved {
    path: PathBuf,
    hash: String,
    end_s: f64,
    actions: Vec<TimedAction>,
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).expect("a copy");
        }
    }
}

/// Those that come later would move the others' places on the start page.
fn keep_scenarios(folder: &Path, names: &[&str]) {
    for entry in fs::read_dir(folder.join("configs/scenarios")).expect("a folder") {
        let entry = entry.expect("an entry");
        if !names.iter().any(|name| entry.file_name() == *name) {
            fs::remove_file(entry.path()).expect("removed");
        }
    }
}

/// A column of a CSV log.
fn column(log: &str, name: &str) -> Vec<f64> {
    let mut lines = log.lines().filter(|line| !line.starts_with('#'));
    let header: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let at =
        header.iter().position(|column| *column == name).unwrap_or_else(|| panic!("{name} in {header:?}"));
    lines.map(|line| line.split(',').nth(at).expect("a value").parse().expect("a number")).collect()
}

#[test]
fn a_person_at_the_window() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(display) = Display::open(folder.path()) else { return };
    copy_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("configs"), &folder.path().join("configs"));
    keep_scenarios(folder.path(), &["mission.ron", "stand.ron", "walk_flat.ron"]);
    let told = folder.path().join("told");
    let child = display
        .program(env!("CARGO_BIN_EXE_loong"))
        .current_dir(folder.path())
        .arg("view")
        .stdout(Stdio::null())
        .stderr(fs::File::create(&told).expect("a file"))
        .spawn()
        .expect("it starts");
    let mut loong = Loong(child);
    let person = Person { display, folder: folder.path().to_owned() };

    let mut gone = false;
    wait_for("the start page", || {
        gone = loong.0.try_wait().expect("a child").is_some();
        gone || find(&person.sees(), PAGE, START).is_some()
    });
    if gone {
        let told = fs::read_to_string(&told).expect("what it told");
        assert!(told.contains("Vulkan"), "{told}");
        println!("skipped: {told}");
        return;
    }
    person.starts_in_two_clicks();
    person.pulls_the_chest();
    person.sends_it_before_and_after_a_drag_of_a_number();
    let saved = person.goes_back_and_on();
    person.breaks_and_mends_the_robot();
    person.drops_a_scenario();

    // Once to the start page, once out of it.
    person.display.key("Escape");
    wait_for("the start page", || find(&person.sees(), PAGE, START).is_some());
    person.display.key("Escape");
    wait_for("the end", || loong.0.try_wait().expect("a child").is_some_and(|status| status.success()));

    // What was done by hand, repeated without a window.
    for saved in &saved {
        let path = saved.path.to_str().expect("UTF-8");
        let (code, out, err) =
            loong_in(&person.folder, &["run", path, "--log", "run.csv", "--signals", SIGNALS]);
        assert_eq!(code, 0, "{out}{err}");
        assert!(out.contains(&format!("state {}", saved.hash)), "{} is not in\n{out}", saved.hash);
    }
    let log = fs::read_to_string(person.folder.join("run.csv")).expect("the log");
    check_what_was_done(saved.last().expect("the last one"), &log);
}

/// The steps of the test, one after the other.
impl Person {
    fn starts_in_two_clicks(&self) {
        self.display.click(STAND);
        self.display.focus();
        wait_for("the chosen scenario", || self.display.title() == "stand - Loong");
        let [left, top, right, bottom] = self.finds("the start button", PAGE, START);
        self.display.click([left.midpoint(right), top.midpoint(bottom)]);
        wait_for("the time line", || share(&self.sees(), TIME_LINE, RUN) > 0.2);
        let picture = self.sees();
        assert!(find(&picture, PAGE, START).is_none(), "the start page is still there");
        check_robot(&picture);
    }

    /// Sideways, until it gives way; the time line keeps a mark of it.
    fn pulls_the_chest(&self) {
        wait_for("two seconds", || self.cursor() > 0.4);
        let before = self.sees();
        self.display.press(CHEST);
        for way in [20, 40, 60, 70] {
            self.display.drag([CHEST[0] + way, CHEST[1]]);
        }
        wait_for("the robot to give way", || difference(&before, &self.sees(), SCENE) > 0.01);
        sleep(Duration::from_secs(1));
        self.display.release();
        wait_for("the mark of the pull", || find(&self.sees(), TIME_LINE, DONE).is_some());
        self.sees_it_still(STANDING);
    }

    /// Clicks on the ground; between them a number is searched and its field dragged.
    fn sends_it_before_and_after_a_drag_of_a_number(&self) {
        self.sends_it(GROUND[0]);
        let before = self.sees();
        self.display.key("l");
        wait_for("the controller's numbers", || difference(&before, &self.sees(), NUMBERS) > 0.5);
        self.display.click(SEARCH);
        wait_for("the cursor of the search", || find(&self.sees(), SEARCHED, CURSOR).is_some());
        let before = self.sees();
        self.display.type_text("clearance");
        wait_for("the numbers found", || difference(&before, &self.sees(), NUMBERS) > 0.02);
        self.sees_it_still(STANDING);
        self.drags_the_field();
        self.sends_it(GROUND[1]);
    }

    /// Until the number is another, which the time line marks.
    fn drags_the_field(&self) {
        self.display.press(FIELD);
        sleep(Duration::from_secs(2));
        for way in [10, 25, 40, 55] {
            self.display.drag([FIELD[0] + way, FIELD[1]]);
        }
        wait_for("the mark of the number", || find(&self.sees(), TIME_LINE_NOW, DONE).is_some());
        self.display.release();
        sleep(Duration::from_secs(2));
    }

    /// A click on the ground; the robot goes there and stands.
    fn sends_it(&self, to: [u32; 2]) {
        let before = self.sees();
        self.display.click(to);
        wait_for("the robot to go", || difference(&before, &self.sees(), SCENE) > 0.04);
        self.sees_it_still(STANDING);
    }

    /// Pauses, goes five seconds back, and on from there; what was saved before, there and after.
    fn goes_back_and_on(&self) -> [Saved; 3] {
        self.display.key("space");
        let paused = self.sees_it_still(PAUSED);
        let first = self.saves(1);
        let to_s = first.end_s - 5.0;
        self.clicks_on_time_line(to_s / first.end_s);
        wait_for("the time line", || (self.cursor() - to_s / first.end_s).abs() < 0.01);
        let back = self.sees_it_still(PAUSED);
        assert!(difference(&paused, &back, SCENE) > 0.01, "the picture five seconds before is the same");
        let second = self.saves(2);
        assert!((second.end_s - to_s).abs() < 0.1, "{} after a click at {to_s}", second.end_s);
        self.display.key("space");
        let begun = Instant::now();
        wait_for("the run to go on", || self.cursor() > 0.99 && begun.elapsed() > Duration::from_secs(8));
        self.display.key("space");
        self.sees_it_still(PAUSED);
        let third = self.saves(3);
        assert!(third.end_s > first.end_s, "{} after {}", third.end_s, first.end_s);
        assert_eq!(third.actions, first.actions);
        [first, second, third]
    }

    /// A broken file is told of with its place, and the run stays; mended, it is taken over.
    fn breaks_and_mends_the_robot(&self) {
        let robot = self.folder.join("configs/robots/healthy_loong.ron");
        let good = fs::read_to_string(&robot).expect("the robot");
        fs::write(&robot, good.replacen("mass_kg:", "mas_kg:", 1)).expect("written");
        wait_for("the error", || {
            let picture = self.sees();
            find(&picture, MESSAGE, REFUSED).is_some() && find(&picture, MESSAGE, PLACE).is_some()
        });
        check_robot(&self.sees());
        fs::write(&robot, good.replacen("Healthy Loong", "Healthy Loong too", 1)).expect("written");
        wait_for("the mended file", || find(&self.sees(), MESSAGE, REFUSED).is_none());
        wait_for("the word of it", || find(&self.sees(), TOP, TAKEN_OVER).is_some());
        fs::write(&robot, good).expect("written");
    }

    /// Another scenario's file, dropped on the scene, is run at once.
    fn drops_a_scenario(&self) {
        self.display.drop_file(&self.folder.join("configs/scenarios/walk_flat.ron"), ASIDE);
        wait_for("the dropped scenario", || self.display.title() == "walk_flat - Loong");
        check_robot(&self.sees());
    }
}

/// A white robot with blue parts in the middle of the picture.
fn check_robot(picture: &RgbaImage) {
    let white = |pixel: &[u8; 4]| pixel[..3].iter().all(|part| *part > 200);
    let blue = |pixel: &[u8; 4]| pixel[2] > 110 && pixel[0] < 60;
    // Above the message of a broken file.
    let places = || (560..740).flat_map(|x| (120..420).map(move |y| (x, y)));
    let count = |holds: &dyn Fn(&[u8; 4]) -> bool| {
        places().filter(|(x, y)| holds(&picture.get_pixel(*x, *y).0)).count()
    };
    let (white, blue) = (count(&white), count(&blue));
    assert!(white > 3000 && blue > 200, "{white} white and {blue} blue pixels");
}

/// A pull of some 60 N from which the robot recovers, goals that it reaches, and feet lifted higher after
/// the number was changed.
fn check_what_was_done(saved: &Saved, log: &str) {
    let when = |wanted: &dyn Fn(&Action) -> bool| {
        let done = saved.actions.iter().find(|done| wanted(&done.action));
        done.unwrap_or_else(|| panic!("not among {:?}", saved.actions)).at_s
    };
    let (pull_s, let_go_s) =
        (when(&|a| matches!(a, Action::Pull { .. })), when(&|a| matches!(a, Action::LetGo)));
    let set_s = when(&|a| matches!(a, Action::Set { .. }));
    let goals: Vec<(f64, (f64, f64))> = saved
        .actions
        .iter()
        .filter_map(|done| match done.action {
            Action::GoTo { xy_m, .. } => Some((done.at_s, xy_m)),
            _ => None,
        })
        .collect();
    assert!(pull_s < let_go_s && let_go_s < goals[0].0 && goals[0].0 < set_s && set_s < goals[1].0);

    let time_s = column(log, "time_s");
    let within = |name: &str, from_s: f64, to_s: f64| -> Vec<f64> {
        let values = column(log, name);
        let pairs = time_s.iter().zip(values).filter(|(at, _)| (from_s..to_s).contains(*at));
        pairs.map(|(_, value)| value).collect()
    };
    let highest = |values: Vec<f64>| values.into_iter().fold(f64::MIN, f64::max);

    let parts = ["push.x_n", "push.y_n", "push.z_n"].map(|name| within(name, pull_s, let_go_s));
    let forces_n =
        (0..parts[0].len()).map(|i| parts.iter().map(|part| part[i] * part[i]).sum::<f64>().sqrt());
    let force_n = highest(forces_n.collect());
    assert!((40.0..120.0).contains(&force_n), "pulled with {force_n} N");
    let speed_m_s = highest(within("speed.horizontal_mps", goals[0].0 - 0.5, goals[0].0));
    assert!(speed_m_s < 0.05, "still at {speed_m_s} m/s after the pull");
    for (i, (at_s, (x_m, y_m))) in goals.iter().enumerate() {
        let to_s = goals.get(i + 1).map_or(saved.end_s, |next| next.0);
        let (x, y) = (within("com.x_m", *at_s, to_s), within("com.y_m", *at_s, to_s));
        let left_m = x.iter().zip(y).map(|(x, y)| (x - x_m).hypot(y - y_m)).fold(f64::MAX, f64::min);
        assert!(left_m < 0.4, "{left_m} m from goal {i}");
    }
    let lifted_m = |from_s: f64, to_s: f64| {
        highest(within("left_foot.height_m", from_s, to_s)).max(highest(within(
            "right_foot.height_m",
            from_s,
            to_s,
        )))
    };
    let (before_m, after_m) = (lifted_m(goals[0].0, set_s), lifted_m(goals[1].0, saved.end_s));
    println!("pull of {force_n:.0} N; feet lifted {before_m:.3} m, then {after_m:.3} m");
    assert!(after_m > before_m + 0.01, "feet lifted {after_m} m after {before_m} m");
}
