//! Changed numbers of a robot's controller, put into the files they came from.
//!
//! Nothing is written here: the caller gets each file's text before and after, to show and to write.

use std::path::{Path, PathBuf};

use super::diagnostic::{ConfigError, Diagnostic};
use super::document::Document;
use super::edit::{put, scalars_but, value_text};
use super::include::Layers;
use super::load::{Loaded, robot_of};
use super::overlay::overlay_text;
use super::path::{FieldPath, Step};
use super::robot::RobotConfig;
use super::source::{self, SourceText};

/// A number and its path, such as `robot.controller.gait.single_support_s`; none where it follows from the
/// robot.
pub type NumberChange = (String, Option<f64>);

/// A file, as it is and as it is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEdit {
    /// Where it is.
    pub path: PathBuf,
    /// What it says on the disk.
    pub before: String,
    /// What it says with the numbers put in.
    pub after: String,
}

/// The files with the numbers put in: each where its value stands, or else in the robot's own file.
///
/// The files are read anew, so that what was edited since they were loaded stays. What `--set` gave is put
/// into the file, too, but `--set` still counts when it is given again.
///
/// # Errors
/// Where a file cannot be read or has something in a number's way, where a value other than those asked
/// for would change, or where the robot would be refused when it is loaded again.
pub fn edit_controller(
    robot: &Loaded<RobotConfig>,
    numbers: &[NumberChange],
) -> Result<Vec<FileEdit>, ConfigError> {
    let mut edits: Vec<(FileEdit, bool, Vec<FieldPath>)> = Vec::new();
    for (name, value) in numbers {
        let entry = FieldPath::parse(name).unwrap_or_default();
        let Some((Step::Field(_), steps)) = entry.steps().split_first() else {
            let found = format!("the path `{name}`");
            return Err(Diagnostic::of_file(robot.path(), found, "the path of a number").into());
        };
        let path = FieldPath::new(steps.to_vec());
        let (file, own) = robot.document.home_of(&path);
        let index = match edits.iter().position(|(edit, ..)| edit.path == file) {
            Some(index) => index,
            None => {
                let before = source::read(file).map_err(|error| error.at(file))?;
                let edit = FileEdit { path: file.to_owned(), after: before.clone(), before };
                edits.push((edit, own, Vec::new()));
                edits.len() - 1
            }
        };
        let (edit, _, places) = &mut edits[index];
        let source = SourceText::of_file(file, edit.after.clone());
        // Scenarios and overlays call the robot's values by their whole paths.
        let (after, place) = put(&source, &path, if own { &path } else { &entry }, *value)?;
        edit.after = after;
        places.push(place);
    }
    edits.retain(|(edit, ..)| edit.before != edit.after);
    for (edit, own, places) in &edits {
        only_these(edit, places)?;
        if *own {
            robot_of(Document::of_layers(Layers::of_text(&edit.path, edit.after.clone())?)?)?;
        }
    }
    Ok(edits.into_iter().map(|(edit, ..)| edit).collect())
}

/// The numbers as an overlay, for `--overlay`.
pub fn overlay_of(comment: &str, numbers: &[NumberChange]) -> String {
    let changes: Vec<(&str, String)> =
        numbers.iter().map(|(path, value)| (path.as_str(), value_text(*value))).collect();
    overlay_text(comment, changes.iter().map(|(path, value)| (*path, value.as_str())))
}

/// The proof that an edit changes no other value.
fn only_these(edit: &FileEdit, places: &[FieldPath]) -> Result<(), Diagnostic> {
    let scalars = |text: &str| {
        let source = SourceText::of_file(&edit.path, text.to_owned());
        source.parse().map(|root| scalars_but(text, &root, places))
    };
    let (before, after) = (scalars(&edit.before)?, scalars(&edit.after)?);
    if before == after {
        return Ok(());
    }
    let other = before.iter().zip(&after).find(|(old, new)| old != new).map(|(old, _)| old);
    let (path, value) = other.cloned().unwrap_or_default();
    let found = format!("an edit that would change `{path}`, {value}");
    Err(Diagnostic::of_file(&edit.path, found, "one of the edited numbers alone"))
}

/// A name for the overlay beside a robot's file: `unitree_g1.overlay.ron`.
pub fn overlay_name(robot: &Path) -> String {
    let stem =
        robot.file_stem().map_or_else(|| "robot".to_owned(), |stem| stem.to_string_lossy().into_owned());
    format!("{stem}.overlay.ron")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use proptest::prelude::*;

    use super::*;
    use crate::config::controller_numbers::{ControllerNumbers, set};
    use crate::config::line_changes::line_changes;
    use crate::config::load::load_robot;
    use crate::config::numbers::for_each_number;
    use crate::config::{LoadOptions, load_scenario, read_overlay};

    const GAIT: &str = "robot.controller.gait.single_support_s";

    fn configs() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("configs")
    }

    fn one(path: &str, value: f64) -> Vec<NumberChange> {
        vec![(path.to_owned(), Some(value))]
    }

    fn comments(text: &str) -> Vec<&str> {
        // Texts of the configs have no `//` in strings.
        text.lines().filter_map(|line| line.find("//").map(|at| &line[at..])).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn a_saved_robot_has_the_numbers_all_comments_and_no_other_change(
            robot in 0_usize..3,
            wanted in proptest::collection::vec((0_usize..1000, 0.0_f64..1.0, any::<bool>()), 1..12),
        ) {
            let name = ["healthy_loong.ron", "optimus_gen2.ron", "unitree_g1.ron"][robot];
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join(name);
            fs::copy(configs().join("robots").join(name), &path).expect("a copy");
            let loaded = load_robot(&path).expect("a robot");
            let numbers = ControllerNumbers::new();
            let all: Vec<_> = numbers.iter().collect();
            let mut config = loaded.config.controller;
            let mut changes: Vec<NumberChange> = Vec::new();
            for (which, share, leave_out) in wanted {
                let number = all[which % all.len()];
                let high = number.range.high.min(1e4);
                let value = number.range.low + share * (high - number.range.low);
                let value = Some(value).filter(|_| !leave_out || number.default.is_some());
                if let Ok(changed) = set(&config, &number.path, value) {
                    config = changed;
                    changes.retain(|(path, _)| *path != number.path);
                    changes.push((number.path.clone(), value));
                }
            }
            let edits = edit_controller(&loaded, &changes).expect("an edit");
            for edit in &edits {
                fs::write(&edit.path, &edit.after).expect("written");
                prop_assert_eq!(comments(&edit.before), comments(&edit.after));
                let lines = line_changes(&edit.before, &edit.after);
                let removed: String = lines.iter().filter(|l| !l.added).map(|l| l.text.as_str()).collect();
                for line in &lines {
                    let name = |path: &str| path.rsplit('.').next().unwrap_or("").to_owned();
                    let asked = changes.iter().any(|(path, _)| line.text.contains(&name(path)));
                    let bracket = line.text.trim_end().ends_with(['(', ','])
                        && ["controller: (", "gait: (", "balance: (", "swing: (", "body: (", "carry: (", "whole_body: (", "),"]
                            .iter()
                            .any(|start| line.text.trim_start().starts_with(start));
                    // A struct of one line that grew too long has a line for each field.
                    let moved = line.added && removed.contains(line.text.trim().trim_end_matches(','));
                    prop_assert!(asked || bracket || moved, "{:?}", line);
                }
            }
            let saved = load_robot(&path).expect("a robot");
            prop_assert_eq!(&saved.config.controller, &config);
            let figures = |robot: &RobotConfig| {
                let mut found = Vec::new();
                for_each_number(robot, &mut |path, _, value| {
                    if !path.to_string().starts_with("controller") {
                        found.push((path.clone(), value.to_bits()));
                    }
                });
                found
            };
            prop_assert_eq!(figures(&saved.config), figures(&loaded.config));
            // Saved once more, nothing is left to change.
            prop_assert!(edit_controller(&saved, &changes).expect("an edit").is_empty());
        }
    }

    #[test]
    fn a_number_goes_where_its_value_stands() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        fs::copy(configs().join("robots/unitree_g1.ron"), at("g1.ron")).expect("a copy");
        let outer = "(\n    base: \"g1.ron\",\n    changes: {\n        \"controller.swing.kp\": 500.0, // soft\n    },\n)\n";
        fs::write(at("soft.ron"), outer).expect("written");
        let scenario = fs::read_to_string(configs().join("scenarios/walk_flat.ron")).expect("a scenario");
        let robot = scenario.lines().find(|line| line.trim_start().starts_with("robot:")).expect("a robot");
        fs::write(at("walk.ron"), scenario.replace(robot, "    robot: \"soft.ron\",")).expect("written");
        fs::write(at("o.ron"), "{ \"robot.controller.body\": (height_kp: 70.0) }").expect("written");
        let overrides = read_overlay(&at("o.ron")).expect("an overlay");
        let options = LoadOptions { overrides: &overrides, ..LoadOptions::default() };
        let loaded = load_scenario(&at("walk.ron"), &options).unwrap_or_else(|error| panic!("{error}"));
        for (path, file, text) in [
            ("robot.controller.swing.kp", "soft.ron", "\"controller.swing.kp\": 0.5, // soft"),
            ("robot.controller.gait.step_width_m", "g1.ron", "            step_width_m: 0.5,"),
            ("robot.controller.whole_body.trunk_yaw", "g1.ron", "whole_body: (trunk_yaw: 0.5, "),
            (GAIT, "soft.ron", "        \"controller.gait.single_support_s\": 0.5,"),
            ("robot.controller.body.height_kp", "o.ron", "(height_kp: 0.5) }"),
            ("robot.controller.body.height_kd", "o.ron", "(height_kp: 70.0, height_kd: 0.5) }"),
        ] {
            let edits =
                edit_controller(&loaded.robot, &one(path, 0.5)).unwrap_or_else(|error| panic!("{error}"));
            let [edit] = edits.as_slice() else { panic!("{path}: {edits:?}") };
            assert_eq!(edit.path, at(file), "{path}");
            assert!(edit.after.contains(text), "{path}: {}", edit.after);
        }
    }

    #[test]
    fn what_was_edited_meanwhile_stays_and_what_would_be_refused_is_not_saved() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("g1.ron");
        let text = fs::read_to_string(configs().join("robots/unitree_g1.ron")).expect("a robot");
        fs::write(&path, &text).expect("written");
        let loaded = load_robot(&path).expect("a robot");
        let edited = text.replace("trunk_yaw: 0.0", "trunk_yaw: 7.0 /* by hand */");
        fs::write(&path, &edited).expect("written");
        let edits = edit_controller(&loaded, &one(GAIT, 0.4)).expect("an edit");
        assert!(edits[0].after.contains("7.0 /* by hand */"));
        fs::write(&path, text.replace("step_width_m: 0.17", "min_single_support_s: 0.5")).expect("written");
        let error = edit_controller(&loaded, &one(GAIT, 0.4)).expect_err("too short");
        assert!(error.to_string().contains("at most `single_support_s`, 0.4"), "{error}");
        let error = edit_controller(&loaded, &one("robot.mass_kg.x", 0.4)).expect_err("in the way");
        assert!(error.to_string().contains("a struct"), "{error}");
    }

    #[test]
    fn numbers_are_copied_as_an_overlay() {
        let changes = [(GAIT.to_owned(), Some(0.45)), ("robot.controller.gait.start_s".to_owned(), None)];
        let text = overlay_of("by hand", &changes);
        assert_eq!(
            text,
            format!("// by hand\n{{\n    \"{GAIT}\": 0.45,\n    \"{}\": None,\n}}\n", changes[1].0)
        );
        assert_eq!(overlay_name(Path::new("a/unitree_g1.ron")), "unitree_g1.overlay.ron");
    }
}
