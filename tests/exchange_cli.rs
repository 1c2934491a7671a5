//! `loong import` and `loong export` as a user meets them.

mod common;

use std::fs;
use std::path::Path;

const ROBOT: &str = "configs/robots/healthy_loong.ron";

fn loong(arguments: &[&str]) -> (i32, String, String) {
    common::loong_in(Path::new(env!("CARGO_MANIFEST_DIR")), arguments)
}

fn shown(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

#[test]
fn a_robot_that_went_out_and_in_passes_the_check_and_stands() {
    let folder = tempfile::tempdir().expect("a folder");
    for (format, own_words) in [("urdf", false), ("mjcf", false), ("urdf", true), ("mjcf", true)] {
        let model = folder.path().join(format!("robot.{format}"));
        let robot = folder.path().join(format!("{format}.ron"));
        let (code, out, errors) = loong(&["export", ROBOT, "--format", format, "-o", shown(&model)]);
        assert_eq!(code, 0, "{out}{errors}");
        assert!(out.contains("Healthy Loong written to"), "{out}");
        assert!(errors.contains("warning: only this program reads"), "{errors}");
        if own_words {
            // Nothing but what every other program understands.
            let text = fs::read_to_string(&model).expect("the model");
            let (from, to) =
                if format == "urdf" { ("<loong>", "</loong>") } else { ("<custom>", "</custom>") };
            let (start, end) = (text.find(from).expect("one"), text.find(to).expect("one") + to.len());
            fs::write(&model, format!("{}{}", &text[..start], &text[end..])).expect("written");
        }
        let (code, out, errors) = loong(&["import", shown(&model), "-o", shown(&robot), "--report"]);
        assert_eq!(code, 0, "{out}{errors}");
        assert_eq!(out.contains("assumed   left foot: `left_foot`"), own_words, "{out}");
        assert!(out.contains("left_knee"), "{out}");
        let (code, out, errors) = loong(&["check", shown(&robot)]);
        assert_eq!(code, 0, "{out}{errors}");
        let mut run = vec!["run", "configs/scenarios/stand.ron", "--robot", shown(&robot)];
        run.extend(["--set", "duration_s=2", "--json", "-"]);
        let (code, out, errors) = loong(&run);
        let report: serde_json::Value = serde_json::from_str(&out).expect("JSON");
        assert_eq!(report["fell"], false, "{format}: {out}{errors}");
        // A posture that was assumed sways more than the robot's own.
        assert!(own_words || code == 0, "{format}: {out}");
    }
}

#[test]
fn a_mistake_ends_with_2_and_leaves_the_old_robot_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let (model, robot) = (folder.path().join("bad.urdf"), folder.path().join("robot.ron"));
    fs::write(&model, "<robot name=\"a\">\n  <link/>\n</robot>\n").expect("written");
    fs::write(&robot, "old").expect("written");
    let (code, out, errors) = loong(&["import", shown(&model), "-o", shown(&robot)]);
    assert_eq!(code, 2, "{out}");
    assert!(errors.contains("bad.urdf:2:3") && errors.contains("link@name"), "{errors}");
    assert_eq!(fs::read_to_string(&robot).expect("still there"), "old");
    assert_eq!(loong(&["import", "nowhere.urdf", "-o", shown(&robot)]).0, 2);
    assert_eq!(loong(&["import", ROBOT, "-o", shown(&robot)]).0, 2);
    assert_eq!(loong(&["import", shown(&model), "-o", shown(&robot), "--sole", "1,2"]).0, 2);
    assert_eq!(loong(&["export", ROBOT, "--format", "sdf"]).0, 2);
    assert_eq!(fs::read_to_string(&robot).expect("still there"), "old");
}

#[test]
fn a_file_is_not_written_over_by_what_is_made_of_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("robot.ron");
    fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join(ROBOT), &path).expect("copied");
    let before = fs::read_to_string(&path).expect("text");
    let (code, _, errors) = loong(&["export", shown(&path), "--format", "urdf", "-o", shown(&path)]);
    assert_eq!(code, 2);
    assert!(errors.contains("its own source"), "{errors}");
    assert_eq!(fs::read_to_string(&path).expect("text"), before);
}
