//! The program as a user meets it, for tests of the command line.

// Each test takes what it needs of this.
#![allow(dead_code)]

#[cfg(feature = "viewer")]
pub mod display;
#[cfg(feature = "viewer")]
pub mod drop;

use std::path::Path;

use assert_cmd::Command;

/// Runs `loong` in a folder: exit code, standard output and standard error.
pub fn loong_in(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::cargo_bin("loong")
        .expect("the binary")
        .current_dir(folder)
        .args(arguments)
        .output()
        .expect("it runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().expect("an exit code"), text(output.stdout), text(output.stderr))
}
