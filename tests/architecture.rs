//! The rules of the source tree: who may use whom, and what may occur where.

use std::fs;
use std::path::{Path, PathBuf};

/// Modules in the order of the data; a module uses only its own rank or lower ones.
const RANKS: [&[&str]; 18] = [
    &["config"],
    &["course", "model"],
    &["exchange"],
    &["qp"],
    &["physics"],
    &["sensing"],
    &["estimation"],
    &["mapping"],
    &["navigation"],
    &["footsteps"],
    &["control"],
    &["simulation"],
    &["signals"],
    &["scenario", "record", "judge", "report"],
    &["suite"],
    &["search"],
    &["viewer"],
    &["cli"],
];

/// Up to and with this module, a run depends on nothing but robot, scenario and seed.
const LAST_OF_THE_CORE: &str = "signals";

const MAX_LINES: usize = 900;

/// Words a module may not name, unless it is among those listed.
const RESERVED: [(&str, &[&str]); 12] = [
    ("bevy", &["physics", "simulation", "viewer"]),
    ("bevy_rapier3d", &["physics", "simulation", "viewer"]),
    ("rapier3d", &["physics", "simulation", "viewer"]),
    ("parry3d", &["physics", "simulation", "viewer"]),
    ("winit", &["viewer"]),
    ("bevy_winit", &["viewer"]),
    ("bevy_egui", &["viewer"]),
    ("bevy_panorbit_camera", &["viewer"]),
    ("bevy::window", &["viewer"]),
    ("bevy::winit", &["viewer"]),
    ("Window", &["viewer"]),
    ("PrimaryWindow", &["viewer"]),
];

/// Words that would make a run depend on the clock, on a hash's order or on the machine.
const NOT_REPRODUCIBLE: [&str; 9] = [
    "std::time",
    "Instant",
    "SystemTime",
    "HashMap",
    "HashSet",
    "thread_rng",
    "rand::rng",
    "from_os_rng",
    "std::env",
];

/// A source file as the rules see it.
struct Source {
    /// Path under `src/`.
    path: String,
    /// First folder or file name; empty for lib.rs and main.rs.
    module: String,
    /// Modules between the crate's root and this file's items.
    depth: usize,
    /// Without comments and literals; the lines stay.
    code: String,
    text: String,
}

impl Source {
    fn new(path: &str, text: &str) -> Self {
        let parts: Vec<&str> = path.trim_end_matches(".rs").split('/').collect();
        let is_folder = parts.last() == Some(&"mod");
        let is_root = parts.len() == 1 && (parts[0] == "lib" || parts[0] == "main");
        Self {
            path: path.to_owned(),
            module: if is_root { String::new() } else { parts[0].to_owned() },
            depth: if is_root { 0 } else { parts.len() - usize::from(is_folder) },
            code: without_comments(text),
            text: text.to_owned(),
        }
    }

    fn line(&self, at: usize) -> usize {
        1 + self.code[..at].matches('\n').count()
    }

    /// Offsets at which a path such as `std::time` or a name occurs as whole words.
    fn occurrences<'a>(&'a self, word: &'a str) -> impl Iterator<Item = usize> + 'a {
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        self.code.match_indices(word).map(|(at, _)| at).filter(move |&at| {
            !self.code[..at].chars().next_back().is_some_and(is_name)
                && !self.code[at + word.len()..].chars().next().is_some_and(is_name)
        })
    }

    /// Modules of the crate this file names, with where.
    fn uses(&self) -> Vec<(String, usize)> {
        let mut found = Vec::new();
        for root in ["crate", "loong"] {
            for at in self.occurrences(root) {
                if let Some(rest) = self.code[at + root.len()..].trim_start().strip_prefix("::") {
                    found.extend(first_names(rest).into_iter().map(|name| (name, at)));
                }
            }
        }
        for at in self.occurrences("super") {
            if self.code[..at].trim_end().ends_with("::") {
                continue;
            }
            let mut rest = &self.code[at..];
            let mut levels = 0;
            while let Some(after) = rest.strip_prefix("super").map(str::trim_start) {
                levels += 1;
                let Some(after) = after.strip_prefix("::") else { break };
                rest = after.trim_start();
            }
            if levels == self.depth + self.inline_depth(at) {
                found.extend(first_names(rest).into_iter().map(|name| (name, at)));
            }
        }
        found
    }

    /// Modules within the file that are open at an offset.
    fn inline_depth(&self, at: usize) -> usize {
        let mut open: Vec<bool> = Vec::new();
        let mut statement = String::new();
        for c in self.code[..at].chars() {
            match c {
                '{' => {
                    open.push(statement.split_whitespace().any(|word| word == "mod"));
                    statement.clear();
                }
                '}' => {
                    open.pop();
                    statement.clear();
                }
                ';' => statement.clear(),
                _ => statement.push(c),
            }
        }
        open.into_iter().filter(|is_module| *is_module).count()
    }
}

/// `config::robot` gives config; `{model::State, qp}` gives model and qp.
fn first_names(path: &str) -> Vec<String> {
    let name = |text: &str| -> String {
        text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
    };
    let Some(group) = path.trim_start().strip_prefix('{') else { return vec![name(path)] };
    let (mut names, mut depth, mut start) = (Vec::new(), 0, 0);
    for (i, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                names.push(name(&group[start..i]));
                start = i + 1;
                if c == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

/// Blanks comments, strings and characters.
fn without_comments(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut i = 0;
    let blank = |out: &mut String, from: usize, to: usize| {
        out.extend(chars[from..to.min(chars.len())].iter().map(|&c| if c == '\n' { '\n' } else { ' ' }));
    };
    while i < chars.len() {
        let next = chars.get(i + 1).copied();
        let start = i;
        match chars[i] {
            '/' if next == Some('/') => {
                while i < chars.len() && chars[i] != '\n' {
                    i += 1;
                }
            }
            '/' if next == Some('*') => {
                i += 2;
                while i < chars.len() && !(chars[i - 1] == '*' && chars[i] == '/' && i > start + 2) {
                    i += 1;
                }
                i += 1;
            }
            'r' if next == Some('"') || (next == Some('#') && chars.get(i + 2) == Some(&'"')) => {
                let hashes = usize::from(next == Some('#'));
                i += 2 + hashes;
                while i < chars.len() && !(chars[i] == '"' && (hashes == 0 || chars.get(i + 1) == Some(&'#')))
                {
                    i += 1;
                }
                i += 1 + hashes;
            }
            '"' => {
                i += 1;
                while i < chars.len() && chars[i] != '"' {
                    i += if chars[i] == '\\' { 2 } else { 1 };
                }
                i += 1;
            }
            // A character, not a lifetime.
            '\'' if next == Some('\\') => {
                i += 3;
                while i < chars.len() && chars[i] != '\'' {
                    i += 1;
                }
                i += 1;
            }
            '\'' if chars.get(i + 2) == Some(&'\'') => i += 3,
            c => {
                out.push(c);
                i += 1;
                continue;
            }
        }
        blank(&mut out, start, i);
    }
    out
}

fn rank(module: &str) -> Option<usize> {
    RANKS.iter().position(|names| names.contains(&module))
}

fn direction(source: &Source) -> Vec<String> {
    if source.module.is_empty() {
        return Vec::new();
    }
    let Some(own) = rank(&source.module) else {
        return vec![format!("{}: module `{}` has no place in the order", source.path, source.module)];
    };
    let mut broken = Vec::new();
    for (used, at) in source.uses() {
        let Some(other) = rank(&used) else { continue };
        let line = source.line(at);
        if other > own {
            broken.push(format!(
                "{}:{line}: `{}` uses `{used}`, which comes later",
                source.path, source.module
            ));
        }
        if used == "qp" && !["qp", "control"].contains(&source.module.as_str()) {
            broken.push(format!("{}:{line}: `qp` is for `control` alone", source.path));
        }
    }
    broken
}

fn reserved_words(source: &Source) -> Vec<String> {
    let mut broken = Vec::new();
    for (word, allowed) in RESERVED {
        if !allowed.contains(&source.module.as_str()) {
            for at in source.occurrences(word) {
                broken.push(format!("{}:{}: `{word}` is for {allowed:?}", source.path, source.line(at)));
            }
        }
    }
    let core = rank(LAST_OF_THE_CORE).unwrap();
    if rank(&source.module).is_some_and(|rank| rank <= core) {
        for word in NOT_REPRODUCIBLE {
            for at in source.occurrences(word) {
                broken.push(format!("{}:{}: `{word}` in the core", source.path, source.line(at)));
            }
        }
    }
    for at in source.occurrences("unsafe") {
        broken.push(format!("{}:{}: unsafe code", source.path, source.line(at)));
    }
    broken
}

fn layout(source: &Source) -> Vec<String> {
    let mut broken = Vec::new();
    let lines = source.text.lines().count();
    if lines > MAX_LINES {
        broken.push(format!("{}: {lines} lines, at most {MAX_LINES}", source.path));
    }
    if source.path.ends_with("mod.rs") && !source.text.starts_with("//!") {
        broken.push(format!("{}: does not open with what it is", source.path));
    }
    broken
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    let mut files: Vec<PathBuf> = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    let source = |file: &PathBuf| {
        let path = file.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
        Source::new(&path, &fs::read_to_string(file).unwrap())
    };
    files.iter().map(source).collect()
}

fn assert_kept(rule: impl Fn(&Source) -> Vec<String>) {
    let sources = sources();
    assert!(sources.len() > 20, "only {} files found", sources.len());
    let broken: Vec<String> = sources.iter().flat_map(rule).collect();
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn modules_use_only_what_lies_before_them() {
    assert_kept(direction);
}

#[test]
fn engines_windows_and_clocks_stay_where_they_belong() {
    assert_kept(reserved_words);
}

#[test]
fn files_are_short_and_folders_say_what_they_are() {
    assert_kept(layout);
}

#[test]
fn the_rules_catch_violations() {
    let direction = |path: &str, text: &str| direction(&Source::new(path, text)).len();
    assert_eq!(direction("model/build.rs", "use crate::config::robot::RobotConfig;"), 0);
    assert_eq!(direction("model/build.rs", "use crate::control::Walker;"), 1);
    assert_eq!(direction("model/build.rs", "fn f(w: &crate::control::Walker) {}"), 1);
    assert_eq!(direction("model/build.rs", "use crate::{config, simulation::{Run, Other}, viewer};"), 2);
    assert_eq!(direction("model/build.rs", "// use crate::control::Walker;\n/* crate::control::A */"), 0);
    assert_eq!(direction("model/build.rs", "use super::robot; use super::super::control::Walker;"), 1);
    assert_eq!(direction("model/mod.rs", "use super::control::Walker; mod tests { use super::control; }"), 1);
    assert_eq!(direction("model/build.rs", "mod tests { use super::super::control; }"), 0);
    assert_eq!(direction("model/build.rs", "mod tests { use super::super::super::control; }"), 1);
    assert_eq!(direction("footsteps/a.rs", "use crate::qp::QuadraticProgram;"), 1);
    assert_eq!(direction("viewer/a.rs", "use crate::cli::run;"), 1);
    assert_eq!(direction("report/a.rs", "use crate::judge::Verdict;"), 0);
    assert_eq!(direction("elsewhere/a.rs", ""), 1);

    let words = |path: &str, text: &str| reserved_words(&Source::new(path, text)).len();
    assert_eq!(words("physics/a.rs", "use bevy_rapier3d::prelude::*;"), 0);
    assert_eq!(words("control/a.rs", "use bevy_rapier3d::prelude::*;"), 1);
    assert_eq!(words("simulation/a.rs", "use bevy::prelude::*;"), 0);
    assert_eq!(words("simulation/a.rs", "use bevy::window::PrimaryWindow;"), 2);
    assert_eq!(words("estimation/a.rs", "let now = std::time::Instant::now();"), 2);
    assert_eq!(words("judge/a.rs", "let now = std::time::Instant::now();"), 0);
    assert_eq!(words("sensing/a.rs", "let s = \"HashMap\"; let c = '\"'; let h = HashMap::new();"), 1);
    assert_eq!(words("qp/a.rs", "#![forbid(unsafe_code)] unsafe { f() }"), 1);
    assert_eq!(words("lib.rs", "fn f<'a>(x: &'a str) { unsafe {} }"), 1);

    let layout = |path: &str, text: &str| layout(&Source::new(path, text)).len();
    assert_eq!(layout("model/mod.rs", "mod build;"), 1);
    assert_eq!(layout("model/build.rs", &"\n".repeat(901)), 1);
}
