//! A virtual display, with mouse and keys moved from outside and pictures of what a person would see.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use image::{Rgba, RgbaImage};

use super::drop::drop_file;

/// Width and height [pixels].
pub const SIZE: (u32, u32) = (1280, 720);
/// Longest wait for anything to be seen: a software renderer on a loaded machine is slow [s].
const PATIENCE: Duration = Duration::from_secs(90);

/// An X server without a screen; it ends with this value.
pub struct Display {
    server: Child,
    name: String,
    frame: PathBuf,
}

impl Display {
    /// Starts one with its files in a folder; none where the machine lacks what it takes.
    pub fn open(folder: &Path) -> Option<Self> {
        for tool in ["Xvfb", "xdotool"] {
            let found = std::env::var_os("PATH")
                .is_some_and(|paths| std::env::split_paths(&paths).any(|path| path.join(tool).is_file()));
            if !found {
                println!("skipped: no {tool}");
                return None;
            }
        }
        let number = folder.join("display");
        let server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", &format!("{}x{}x24", SIZE.0, SIZE.1)])
            .args(["-nolisten", "tcp", "-fbdir"])
            .arg(folder)
            .stdout(fs::File::create(&number).expect("a file"))
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb starts");
        let mut display = Self { server, name: String::new(), frame: folder.join("Xvfb_screen0") };
        wait_for("the display", || {
            let text = fs::read_to_string(&number).unwrap_or_default();
            display.name = format!(":{}", text.trim());
            text.ends_with('\n')
        });
        Some(display)
    }

    /// A program with its windows on this display.
    pub fn program(&self, path: impl AsRef<Path>) -> Command {
        let mut command = Command::new(path.as_ref());
        command.env("DISPLAY", &self.name).env_remove("WAYLAND_DISPLAY");
        command
    }

    /// What is seen now.
    pub fn picture(&self) -> RgbaImage {
        let dump = fs::read(&self.frame).expect("the frame buffer");
        let word = |index: usize| {
            let bytes = dump[4 * index..4 * index + 4].try_into().expect("four bytes");
            u32::from_be_bytes(bytes) as usize
        };
        // The X window dump: header size, then 4: width, 5: height, 12: bytes a line, 19: colours.
        let (header, line, colours) = (word(0), word(12), word(19));
        assert_eq!((word(4), word(5)), (SIZE.0 as usize, SIZE.1 as usize));
        let first = header + 12 * colours;
        RgbaImage::from_fn(SIZE.0, SIZE.1, |x, y| {
            let at = first + y as usize * line + 4 * x as usize;
            Rgba([dump[at + 2], dump[at + 1], dump[at], 255])
        })
    }

    /// The title of the window.
    pub fn title(&self) -> String {
        let output = self.xdotool("search --onlyvisible --name . getwindowname");
        output.trim().to_owned()
    }

    /// Gives the window the keys; nobody else does on a display without a window manager.
    pub fn focus(&self) {
        self.xdotool("search --onlyvisible --name . windowfocus");
    }

    pub fn key(&self, key: &str) {
        self.xdotool(&format!("keydown {key} sleep 0.5 keyup {key} sleep 0.5"));
    }

    /// Types a text, a letter at a time.
    pub fn type_text(&self, text: &str) {
        self.xdotool(&format!("type --delay 150 {text}"));
    }

    pub fn click(&self, at: [u32; 2]) {
        self.press(at);
        self.release();
    }

    /// Presses the left button; [`Self::release`] ends the drag.
    pub fn press(&self, at: [u32; 2]) {
        let [x, y] = at;
        self.xdotool(&format!("mousemove {x} {y} sleep 0.5 mousedown 1 sleep 0.4"));
    }

    pub fn drag(&self, to: [u32; 2]) {
        let [x, y] = to;
        self.xdotool(&format!("mousemove {x} {y} sleep 0.3"));
    }

    pub fn release(&self) {
        self.xdotool("mouseup 1 sleep 0.4");
    }

    /// Drags a file from elsewhere onto the window.
    pub fn drop_file(&self, file: &Path, at: [u32; 2]) {
        drop_file(&self.name, file, at).expect("the window takes it");
    }

    fn xdotool(&self, arguments: &str) -> String {
        let output = self.program("xdotool").args(arguments.split(' ')).output().expect("xdotool runs");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// Waits until something holds.
pub fn wait_for(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < PATIENCE, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// The box round all pixels of a colour within a part of the picture: left, top, right, bottom.
pub fn find(picture: &RgbaImage, part: [u32; 4], colour: [u8; 3]) -> Option<[u32; 4]> {
    let mut found: Option<[u32; 4]> = None;
    for y in part[1]..part[3] {
        for x in part[0]..part[2] {
            if is(picture, x, y, colour) {
                let [left, top, right, bottom] = found.unwrap_or([x, y, x, y]);
                found = Some([left.min(x), top.min(y), right.max(x), bottom.max(y)]);
            }
        }
    }
    found
}

/// Share of a part of the picture that has a colour.
pub fn share(picture: &RgbaImage, part: [u32; 4], colour: [u8; 3]) -> f64 {
    share_where(part, |x, y| is(picture, x, y, colour))
}

/// Share of a part of two pictures that differs.
pub fn difference(one: &RgbaImage, other: &RgbaImage, part: [u32; 4]) -> f64 {
    share_where(part, |x, y| {
        let (a, b) = (one.get_pixel(x, y).0, other.get_pixel(x, y).0);
        (0..3).any(|k| a[k].abs_diff(b[k]) > 12)
    })
}

fn share_where([left, top, right, bottom]: [u32; 4], holds: impl Fn(u32, u32) -> bool) -> f64 {
    let pixels = (top..bottom).flat_map(|y| (left..right).map(move |x| (x, y)));
    let all = f64::from((right - left) * (bottom - top));
    pixels.filter(|(x, y)| holds(*x, *y)).count() as f64 / all
}

fn is(picture: &RgbaImage, x: u32, y: u32, colour: [u8; 3]) -> bool {
    let found = picture.get_pixel(x, y).0;
    (0..3).all(|k| found[k].abs_diff(colour[k]) <= 6)
}
