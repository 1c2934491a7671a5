//! Files that are another one and changes of it, as the program itself writes them.

use std::fmt::Write as _;
use std::path::Path;

use serde::Serialize;

use super::file_name::relative;
use super::overlay::{commented, overlay_text};

/// The text of a file that is `base` with fields changed, paths and values as in an overlay; `head` is the
/// comment at its top.
pub fn derived_text(head: &str, base: &str, changes: &[(String, String)]) -> String {
    let mut text = commented(head);
    let map = overlay_text("", changes.iter().map(|(path, value)| (path.as_str(), value.as_str())));
    // Writing to a string cannot fail.
    let _ = writeln!(text, "(\n    base: {base:?},");
    let _ = writeln!(text, "    changes: {},\n)", map.trim().replace('\n', "\n    "));
    text
}

/// A value as RON in a line.
///
/// # Errors
/// What the format says, where it has no word for a value.
pub fn ron_of(value: &impl Serialize) -> Result<String, String> {
    ron::to_string(value).map_err(|error| error.to_string())
}

/// A list with an element a line, for a change in a file.
///
/// # Errors
/// As [`ron_of`].
pub fn listed<T: Serialize>(elements: &[T]) -> Result<String, String> {
    let mut text = "[\n".to_owned();
    for element in elements {
        let _ = writeln!(text, "        {},", ron_of(element)?);
    }
    text.push_str("    ]");
    Ok(text)
}

/// How a file is named in another: from the other's folder where they share one, in full elsewhere.
pub fn named(file: &Path, from: &Path) -> String {
    let full = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let (file, from) = (full(file), full(from));
    relative(from.parent().unwrap_or(Path::new("")), &file).display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_from_where_they_are_read() {
        let named = |file: &str, from: &str| named(Path::new(file), Path::new(from));
        assert_eq!(named("/a/b/x.ron", "/a/b/y.ron"), "x.ron");
        assert_eq!(named("/a/b/x.ron", "/a/c/d/y.ron"), "../../b/x.ron");
        assert_eq!(named("/a/x.ron", "/b/y.ron"), "/a/x.ron");
    }
}
