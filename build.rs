//! Tells the program which git revision was checked out when it was built, where that can be read.

use std::fs;
use std::path::{Path, PathBuf};

/// Digits of a revision that are kept.
const DIGITS: usize = 12;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let root = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    let git = Path::new(&root).join(".git");
    if let Some(revision) = revision(&git).filter(|text| text.len() >= DIGITS && text.is_ascii()) {
        println!("cargo::rustc-env=LOONG_REVISION={}", &revision[..DIGITS]);
    }
}

/// The revision `HEAD` stands for; every file it depends on is watched.
fn revision(git: &Path) -> Option<String> {
    // In a further working tree `.git` is a file that names its folder, and that one the common folder.
    let folder = match fs::read_to_string(git) {
        Ok(text) => git.with_file_name(text.strip_prefix("gitdir:")?.trim()),
        Err(_) => git.to_owned(),
    };
    let common = match fs::read_to_string(folder.join("commondir")) {
        Ok(text) => folder.join(text.trim()),
        Err(_) => folder.clone(),
    };
    let head = watched(folder.join("HEAD"))?;
    let Some(name) = head.trim().strip_prefix("ref:") else { return Some(head.trim().to_owned()) };
    let name = name.trim();
    // A branch that is packed now gets a file of its own with the next commit, which the log sees.
    let _ = watched(folder.join("logs/HEAD"));
    if let Some(text) = watched(common.join(name)) {
        return Some(text.trim().to_owned());
    }
    let packed = watched(common.join("packed-refs"))?;
    let line = packed.lines().find(|line| line.split_whitespace().nth(1) == Some(name))?;
    line.split_whitespace().next().map(str::to_owned)
}

/// The text of a file, which is read again once it changes.
fn watched(path: PathBuf) -> Option<String> {
    let text = fs::read_to_string(&path).ok()?;
    println!("cargo::rerun-if-changed={}", path.display());
    Some(text)
}
