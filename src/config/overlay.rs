//! Overlays: files of changes, `{ "path": value, ... }`, in the order in which they are applied.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::diagnostic::{ConfigError, Diagnostic, Finding, clip};
use super::locate::{Node, Shape};
use super::overrides::Override;
use super::path::{FieldPath, Step, parse_steps};
use super::source::{self, SourceText};

/// Most changes of one file: each is put in and the text read again.
pub const MAX_CHANGES: usize = 1000;

/// What an overlay may be.
const ALLOWED: &str = "a map of changes, such as `{ \"terrain.friction\": 0.5 }`";

/// Reads an overlay: the changes of a scenario's fields, and of its robot's below `robot.`, as `--set`
/// has them.
///
/// # Errors
/// Where the file cannot be read, is no map, or has a key that is no path; what a value may be depends
/// on its field and is found out when the changes are put in.
pub fn read_overlay(path: &Path) -> Result<Vec<Override>, ConfigError> {
    let text = source::read(path).map_err(|error| error.at(path))?;
    let source = Arc::new(SourceText::of_file(path, text));
    let root = source.parse()?;
    Ok(changes_of(&source, &root, &FieldPath::root())?)
}

/// The changes of several overlays, in their order.
///
/// # Errors
/// As [`read_overlay`], of the first that is wrong.
pub fn read_overlays(files: &[PathBuf]) -> Result<Vec<Override>, ConfigError> {
    let mut changes = Vec::new();
    for file in files {
        changes.extend(read_overlay(file)?);
    }
    Ok(changes)
}

/// The changes of all overlays, and behind them those of `--set`, which win.
///
/// # Errors
/// As [`read_overlay`] and [`Override::parse`].
pub fn asked_changes(overlays: &[PathBuf], sets: &[String]) -> Result<Vec<Override>, ConfigError> {
    let mut changes = read_overlays(overlays)?;
    changes.extend(Override::parse_all(sets)?);
    Ok(changes)
}

/// The text of an overlay: a comment of any number of lines, and the changes as pairs of a path and
/// its value's RON text.
pub fn overlay_text<'a>(comment: &str, changes: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut text = commented(comment);
    text.push_str("{\n");
    for (path, value) in changes {
        // A comment behind the value would swallow the comma.
        let plain = Node::parse(value.trim()).map_or(value.trim(), |node| node.span.of(value.trim()));
        text.push_str(&format!("    {path:?}: {plain},\n"));
    }
    text + "}\n"
}

/// A text as comment lines.
pub(super) fn commented(text: &str) -> String {
    text.lines().map(|line| format!("// {line}").trim_end().to_owned() + "\n").collect()
}

/// The changes of a map at `at`, by which its mistakes are called.
pub(super) fn changes_of(
    source: &Arc<SourceText>,
    map: &Node,
    at: &FieldPath,
) -> Result<Vec<Override>, Diagnostic> {
    let text = source.text.as_str();
    let Shape::Map(entries) = &map.shape else {
        let found = format!("`{}`", clip(map.span.of(text), 40));
        return Err(source.at_span(map.span, Finding::new(at.clone(), found, ALLOWED)));
    };
    if let Some((key, _)) = entries.get(MAX_CHANGES) {
        let found = format!("{} changes", entries.len());
        let finding = Finding::new(at.clone(), found, format!("at most {MAX_CHANGES}"));
        return Err(source.at_span(key.span, finding));
    }
    let mut seen = BTreeSet::new();
    let mut changes = Vec::new();
    for (key, value) in entries {
        let steps = steps_of(source, key, at)?;
        let change = Override::entry(source, steps, value.span.start()..value.span.end());
        if !seen.insert(change.path()) {
            let finding = Finding::new(change.path(), "the same field twice", "the field once");
            return Err(source.at_span(key.span, finding));
        }
        changes.push(change);
    }
    Ok(changes)
}

/// The steps of a key, each with its bytes in the source.
fn steps_of(
    source: &SourceText,
    key: &Node,
    at: &FieldPath,
) -> Result<Vec<(Step, Range<usize>)>, Diagnostic> {
    let written = key.span.of(&source.text);
    let Ok(path) = ron::from_str::<String>(written) else {
        let finding = Finding::new(
            at.clone(),
            format!("`{}`", clip(written, 40)),
            "the path of a field in double quotes, such as `\"terrain.friction\"`",
        );
        return Err(source.at_span(key.span, finding));
    };
    // With escapes in it the text is no part of the key, and the whole key stands for each step.
    let whole = key.span.start()..key.span.end();
    let start = written.find(&path).filter(|_| !path.is_empty()).map(|offset| whole.start + offset);
    let place = |bytes: Range<usize>| {
        start.map_or_else(|| whole.clone(), |start| start + bytes.start..start + bytes.end)
    };
    match parse_steps(&path) {
        Ok(steps) => Ok(steps.into_iter().map(|(step, bytes)| (step, place(bytes))).collect()),
        Err(error) => {
            let finding = Finding::new(at.clone(), error.found, error.allowed);
            Err(source.at(place(error.offset..error.offset + 1), finding))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let changes = [
            ("robot.links[torso].mass_kg", " 30.0 // kg"),
            ("posture_rad[\"left knee\"]", "(1, // one\n 2)"),
        ];
        let text = overlay_text("found by a search\n\nover 20 seeds", changes);
        assert!(text.starts_with("// found by a search\n//\n// over 20 seeds\n{\n"), "{text}");
        let source = Arc::new(SourceText::of_file(Path::new("o.ron"), text));
        let root = source.parse().expect("RON");
        let read = changes_of(&source, &root, &FieldPath::root()).expect("changes");
        let paths: Vec<FieldPath> = read.iter().map(Override::path).collect();
        let expected: Vec<FieldPath> =
            changes.iter().map(|(path, _)| FieldPath::parse(path).expect("a path")).collect();
        assert_eq!(paths, expected);
        assert!(read[0].text().ends_with("30.0"), "{}", read[0].text());
    }
}
