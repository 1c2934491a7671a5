//! Paths of values inside a RON file, such as `joints[4].actuator.peak_torque_nm` or, by the element's
//! name, `joints[left_knee].actuator.peak_torque_nm`.

use std::fmt;
use std::ops::Range;

/// Longest path that is read [bytes].
const MAX_LENGTH: usize = 1000;

/// One step from a value into one it contains.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// `.name`: a field of a struct, or an entry of a map.
    Field(String),
    /// `[number]`: an element of a list or tuple, from 0.
    Index(usize),
    /// `[name]` or `["any name"]`: the element of a list that has this name, or an entry of a map.
    Key(String),
}

/// The way from a file's root to one of its values; empty for the root itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct FieldPath(Vec<Step>);

/// Why a text is no path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("found {found}, allowed: {allowed}")]
pub struct PathError {
    /// Byte offset of the mistake.
    pub offset: usize,
    /// What stands there.
    pub found: String,
    /// What may stand there.
    pub allowed: &'static str,
}

impl FieldPath {
    /// The root.
    pub fn root() -> Self {
        Self::default()
    }

    /// The path from its steps.
    pub fn new(steps: Vec<Step>) -> Self {
        Self(steps)
    }

    /// The path of a field of the value at this path.
    pub fn field(&self, name: &str) -> Self {
        self.join(Step::Field(name.to_owned()))
    }

    /// The path of an element of the value at this path.
    pub fn index(&self, index: usize) -> Self {
        self.join(Step::Index(index))
    }

    /// This path and one step more.
    pub fn join(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }

    /// The path of a value that another path leads to from the value at this one.
    pub fn inner(&self, path: &FieldPath) -> Self {
        Self(self.0.iter().chain(&path.0).cloned().collect())
    }

    /// Its steps from the root.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Whether it leads to the root.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The steps left once `prefix` is walked; none where it is no prefix.
    pub fn after<'a>(&'a self, prefix: &FieldPath) -> Option<&'a [Step]> {
        self.0.strip_prefix(prefix.0.as_slice())
    }

    /// Reads `a.b[3].c`, `a[name].b` or `a["any name"]`.
    ///
    /// # Errors
    /// Where a name or a number is missing or a bracket is open.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        Ok(Self(parse_steps(text)?.into_iter().map(|(step, _)| step).collect()))
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("(file)");
        }
        for (i, step) in self.0.iter().enumerate() {
            match step {
                Step::Field(name) if is_plain(name) && i == 0 => f.write_str(name)?,
                Step::Field(name) if is_plain(name) => write!(f, ".{name}")?,
                Step::Key(name) if is_bare_key(name) => write!(f, "[{name}]")?,
                Step::Field(name) | Step::Key(name) => write!(f, "[{name:?}]")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.chars().all(is_name_char)
}

/// Whether a name needs no quotes in brackets.
fn is_bare_key(name: &str) -> bool {
    is_plain(name) && name.starts_with(is_key_start)
}

fn is_key_start(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

fn is_name_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-')
}

/// The steps of a path with the bytes each one covers.
pub(super) fn parse_steps(text: &str) -> Result<Vec<(Step, Range<usize>)>, PathError> {
    let fail = |offset: usize, allowed| {
        let found = match text[offset..].chars().next() {
            Some(c) => format!("`{c}`"),
            None => "the end of the path".to_owned(),
        };
        Err(PathError { offset, found, allowed })
    };
    if text.len() > MAX_LENGTH {
        let found = format!("a path of {} bytes", text.len());
        return Err(PathError { offset: 0, found, allowed: "at most 1000 bytes" });
    }
    let mut steps = Vec::new();
    let mut at = 0;
    while at < text.len() || steps.is_empty() {
        let rest = &text[at..];
        if let Some(inside) = rest.strip_prefix('[') {
            let start = at + 1;
            if let Some(quoted) = inside.strip_prefix('"') {
                let Some(length) = quoted.find('"') else { return fail(text.len(), "a closing `\"`") };
                let end = start + 1 + length;
                steps.push((Step::Key(quoted[..length].to_owned()), start..end + 1));
                at = end + 1;
            } else if inside.starts_with(is_key_start) {
                let length = inside.find(|c| !is_name_char(c)).unwrap_or(inside.len());
                steps.push((Step::Key(inside[..length].to_owned()), start..start + length));
                at = start + length;
            } else {
                let length = inside.find(|c: char| !c.is_ascii_digit()).unwrap_or(inside.len());
                let Ok(index) = inside[..length].parse() else {
                    return fail(start, "a number from 0 or a name");
                };
                steps.push((Step::Index(index), start..start + length));
                at = start + length;
            }
            if !text[at..].starts_with(']') {
                return fail(at, "a closing `]`");
            }
            at += 1;
        } else {
            if !steps.is_empty() {
                if !rest.starts_with('.') {
                    return fail(at, "`.name`, `[number]`, `[name]` or the end");
                }
                at += 1;
            }
            let rest = &text[at..];
            let length = rest.find(|c| !is_name_char(c)).unwrap_or(rest.len());
            if length == 0 {
                return fail(at, "the name of a field");
            }
            steps.push((Step::Field(rest[..length].to_owned()), at..at + length));
            at += length;
        }
    }
    Ok(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        for text in [
            "a",
            "joints[4].actuator.peak_torque_nm",
            "joints[left_knee].axis[2]",
            "posture_rad[\"left knee\"]",
            "a[\"3\"]",
            "a[0][1].b",
        ] {
            assert_eq!(FieldPath::parse(text).expect(text).to_string(), text);
        }
        assert_eq!(FieldPath::parse("a[\"b\"]"), FieldPath::parse("a[b]"), "quotes are optional");
    }

    #[test]
    fn points_at_the_mistake() {
        for (text, offset) in [
            ("", 0),
            (".a", 0),
            ("a.", 2),
            ("a[", 2),
            ("a[x", 3),
            ("a[x y]", 3),
            ("a[.]", 2),
            ("a[\"x]", 5),
            ("a[1", 3),
            ("a[1x]", 3),
            ("a b", 1),
        ] {
            assert_eq!(FieldPath::parse(text).expect_err(text).offset, offset, "{text}");
        }
    }
}
