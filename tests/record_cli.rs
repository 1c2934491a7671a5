//! `loong record` and `loong shot` as a user meets them, where nothing can be drawn.

#![cfg(feature = "viewer")]

mod common;

use std::path::Path;

use assert_cmd::Command;

use common::loong_in;

/// Names of all files in a folder, hidden ones too.
fn files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

fn scenario() -> String {
    format!("{}/configs/scenarios/stand.ron", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn what_cannot_be_recorded_is_refused_before_the_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let scenario = scenario();
    for (arguments, told) in [
        (&["-o", "run.avi"][..], "`run.avi` has the ending .avi; allowed: .mp4, .webp and .gif"),
        (&["-o", "run"], "has no ending; allowed"),
        (&["-o", "none/run.gif"], "cannot write `none/run.gif`"),
        (&["-o", "run.gif", "--size", "0x100"], "each 16 to 8192 pixels"),
        (&["-o", "run.gif", "--from", "900"], "--from 900; allowed: from 0 to before the run's end at"),
        (&["-o", "run.gif", "--from", "1", "--to", "0.5"], "--to 0.5; allowed: more than --from"),
        (&["-o", "run.gif", "--fps", "60"], ".gif takes at most 50"),
        (&["-o", "run.gif", "--camera", "underwater"], "no camera `underwater`; there are orbit, chase"),
        (&["-o", "run.gif", "--camera", "1,2"], "expected azimuth"),
        (&["-o", "run.gif", "--overlays", "com,aura"], "no overlay `aura`"),
        (&["-o", "run.gif", "--speed", "0"], "expected a positive number"),
    ] {
        let (code, out, err) = loong_in(folder.path(), &[&["record", &scenario], arguments].concat());
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}: {err}");
        assert!(err.contains(told), "{arguments:?}: {err}");
    }
    assert_eq!(files(folder.path()), [""; 0]);
}

#[test]
fn a_missing_ffmpeg_is_told_with_what_needs_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut loong = Command::cargo_bin("loong").expect("the binary");
    loong.current_dir(folder.path()).env("PATH", "/nowhere").args(["record", &scenario(), "-o", "run.mp4"]);
    let failed = loong.assert().code(2);
    let told = String::from_utf8_lossy(&failed.get_output().stderr).into_owned();
    for part in ["no program `ffmpeg`", "apt install ffmpeg", ".gif, which needs nothing"] {
        assert!(told.contains(part), "{told}");
    }
    assert_eq!(files(folder.path()), [""; 0]);
}

#[test]
fn a_missing_driver_is_told_with_what_to_install() {
    let folder = tempfile::tempdir().expect("a folder");
    for command in [&["record", "-o", "run.gif"][..], &["shot", "--at", "0"]] {
        let mut loong = Command::cargo_bin("loong").expect("the binary");
        loong.current_dir(folder.path()).args([command, &[&scenario()]].concat());
        for variable in ["VK_ICD_FILENAMES", "VK_DRIVER_FILES"] {
            loong.env(variable, "/dev/null");
        }
        let failed = loong.env("WGPU_BACKEND", "vulkan").assert().code(3);
        let told = String::from_utf8_lossy(&failed.get_output().stderr).into_owned();
        assert!(told.contains("no Vulkan driver") && told.contains("mesa-vulkan-drivers"), "{told}");
    }
    assert_eq!(files(folder.path()), [""; 0]);
}
