//! What is wrong in a config, where it stands, and how it is shown.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::path::FieldPath;

/// Findings an error carries at most; the rest are counted.
pub const MAX_FINDINGS: usize = 20;

/// Characters of a line that are shown around a mistake.
const LINE_WINDOW: usize = 100;

/// A mistake in a config before its place in the text is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The value at fault.
    pub path: FieldPath,
    /// What it is.
    pub found: String,
    /// What it may be.
    pub allowed: String,
    /// What else may help.
    pub hint: Option<String>,
    /// Other fields that may have led to it: where one of them was changed last, the mistake is there.
    pub causes: Vec<FieldPath>,
}

impl Finding {
    /// A finding without a hint.
    pub fn new(path: FieldPath, found: impl Into<String>, allowed: impl Into<String>) -> Self {
        Self { path, found: found.into(), allowed: allowed.into(), hint: None, causes: Vec::new() }
    }

    /// The same with a hint, if there is one.
    #[must_use]
    pub fn with_hint(self, hint: Option<String>) -> Self {
        Self { hint, ..self }
    }
}

/// Where a text comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A file.
    File(PathBuf),
    /// An override as it was given, `path=value`.
    Override(String),
    /// A path as it was given to `loong explain`.
    Path(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Override(text) => write!(f, "--set {}", clip(text, 60)),
            Self::Path(text) => write!(f, "explain {}", clip(text, 60)),
        }
    }
}

/// A mistake and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The text it stands in.
    pub origin: Origin,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Path of the value at fault; `(file)` for the file as a whole.
    pub field: String,
    /// What stands there.
    pub found: String,
    /// What may stand there.
    pub allowed: String,
    /// What else may help.
    pub hint: Option<String>,
    /// The line at fault, or a part of it, and the bytes of it to mark.
    excerpt: Option<(String, Range<usize>)>,
}

impl Diagnostic {
    /// A mistake at some bytes of a text.
    pub fn in_text(origin: Origin, text: &str, bytes: Range<usize>, finding: Finding) -> Self {
        let start = floor_boundary(text, bytes.start);
        let before = &text[..start];
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |i| start + i);
        let line = &text[line_start..line_end];
        let at = start - line_start;
        let end = floor_boundary(line, bytes.end.saturating_sub(line_start)).max(at);
        Self {
            origin,
            line: 1 + before.matches('\n').count(),
            column: 1 + line[..at].chars().count(),
            field: finding.path.to_string(),
            found: finding.found,
            allowed: finding.allowed,
            hint: finding.hint,
            excerpt: Some(window(line, at..end)),
        }
    }

    /// A mistake of the file as a whole: its place is the first line's first column.
    pub fn of_file(path: &Path, found: impl Into<String>, allowed: impl Into<String>) -> Self {
        Self {
            origin: Origin::File(path.to_owned()),
            line: 1,
            column: 1,
            field: FieldPath::root().to_string(),
            found: found.into(),
            allowed: allowed.into(),
            hint: None,
            excerpt: None,
        }
    }

    /// The mistake with its line and a mark under it, as compilers print it.
    pub fn render(&self, color: bool) -> String {
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        let title = format!("{}: found {}", self.field, self.found);
        let origin = self.origin.to_string();
        let label = format!("allowed: {}", self.allowed);
        let mut group: Group<'_> = match &self.excerpt {
            Some((line, mark)) => Level::ERROR.primary_title(title).element(
                Snippet::source(line.as_str())
                    .line_start(self.line)
                    .path(origin.as_str())
                    .annotation(AnnotationKind::Primary.span(mark.clone()).label(label.as_str())),
            ),
            None => Level::ERROR
                .primary_title(title)
                .element(Level::NOTE.message(format!("{origin}:{}:{}", self.line, self.column)))
                .element(Level::NOTE.message(label.as_str())),
        };
        if let Some(hint) = &self.hint {
            group = group.element(Level::HELP.message(hint.as_str()));
        }
        renderer.render(&[group])
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { origin, line, column, field, found, allowed, hint, .. } = self;
        write!(f, "{origin}:{line}:{column}: {field}: found {found}, allowed: {allowed}")?;
        match hint {
            Some(hint) => write!(f, " ({hint})"),
            None => Ok(()),
        }
    }
}

/// Why a config was refused: every mistake that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    diagnostics: Vec<Diagnostic>,
    omitted: usize,
}

impl ConfigError {
    /// The mistakes, of which the first [`MAX_FINDINGS`] are kept.
    pub fn new(diagnostics: Vec<Diagnostic>, omitted: usize) -> Self {
        let mut error = Self { omitted, diagnostics };
        error.omitted += error.diagnostics.len().saturating_sub(MAX_FINDINGS);
        error.diagnostics.truncate(MAX_FINDINGS);
        error
    }

    /// The mistakes, in the order of their discovery.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// How many more there are.
    pub fn omitted(&self) -> usize {
        self.omitted
    }

    /// All of it with the lines at fault, as compilers print it.
    pub fn render(&self, color: bool) -> String {
        let mut parts: Vec<String> = self.diagnostics.iter().map(|d| d.render(color)).collect();
        if self.omitted > 0 {
            parts.push(format!("and {} more", self.omitted));
        }
        parts.join("\n\n")
    }
}

impl From<Diagnostic> for ConfigError {
    fn from(diagnostic: Diagnostic) -> Self {
        Self { diagnostics: vec![diagnostic], omitted: 0 }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, diagnostic) in self.diagnostics.iter().enumerate() {
            if i > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{diagnostic}")?;
        }
        if self.omitted > 0 {
            write!(f, "\nand {} more", self.omitted)?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}

/// A text in one line of at most `length` characters.
pub(super) fn clip(text: &str, length: usize) -> String {
    let mut words = String::new();
    for word in text.split_whitespace() {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
        // Enough to clip; the rest may be megabytes.
        if words.len() > 4 * length {
            break;
        }
    }
    if words.chars().count() <= length {
        return words;
    }
    words.chars().take(length.saturating_sub(3)).collect::<String>() + "..."
}

/// A number as a person writes it.
pub(super) fn number(value: f64) -> String {
    if value != 0.0 && (value.abs() < 1e-4 || value.abs() >= 1e9) {
        format!("{value:e}")
    } else {
        format!("{value}")
    }
}

/// The greatest character boundary not beyond a byte.
pub(super) fn floor_boundary(text: &str, byte: usize) -> usize {
    let mut at = byte.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// A part of a line around a mark, and the mark within it.
///
/// Lines of usual length stay whole, so that the printed columns are the file's.
fn window(line: &str, mark: Range<usize>) -> (String, Range<usize>) {
    if line.len() <= 4 * LINE_WINDOW {
        return (line.to_owned(), mark);
    }
    let from = floor_boundary(line, mark.start.saturating_sub(LINE_WINDOW));
    let to = floor_boundary(line, mark.start + 2 * LINE_WINDOW);
    (line[from..to].to_owned(), mark.start - from..mark.end.min(to) - from)
}

/// A name in `known` that `name` is likely to mean.
pub(crate) fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    // Longer names are no slips of a key, and the distance costs their product.
    if name.len() > 64 {
        return None;
    }
    let limit = name.chars().count().div_ceil(3);
    // A name without its unit or last part counts as two slips.
    let begins = |k: &str| limit > 0 && k.strip_prefix(name).is_some_and(|rest| rest.starts_with('_'));
    let distance = |k: &str| if begins(k) { limit.min(2) } else { edit_distance(name, k) };
    let best = known.into_iter().map(|k| (distance(k), k)).min_by_key(|(distance, _)| *distance)?;
    (best.0 <= limit).then(|| format!("did you mean `{}`?", best.1))
}

/// Insertions, deletions, exchanges and swaps of neighbours that lead from one name to the other
/// (optimal string alignment distance).
fn edit_distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let width = b.len() + 1;
    let mut table = vec![0; (a.len() + 1) * width];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            table[i * width + j] = if i == 0 || j == 0 {
                i + j
            } else {
                let differs = usize::from(a[i - 1] != b[j - 1]);
                let mut least = (table[(i - 1) * width + j] + 1)
                    .min(table[i * width + j - 1] + 1)
                    .min(table[(i - 1) * width + j - 1] + differs);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    least = least.min(table[(i - 2) * width + j - 2] + 1);
                }
                least
            };
        }
    }
    table[a.len() * width + b.len()]
}

/// `a`, `b` or `c`, in the order given, at most a dozen.
pub(super) fn one_of<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const SHOWN: usize = 24;
    let names: Vec<&str> = names.into_iter().collect();
    let shown: Vec<String> = names.iter().take(SHOWN).map(|n| format!("`{}`", clip(n, 40))).collect();
    match names.len() {
        0 => "nothing".into(),
        1 => shown[0].clone(),
        n if n > SHOWN => format!("one of {} and {} more", shown.join(", "), n - SHOWN),
        _ => format!("one of {}", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding() -> Finding {
        Finding::new(FieldPath::parse("b.c").expect("a path"), "`x`", "a number")
    }

    #[test]
    fn counts_lines_and_characters() {
        let text = "(\n  ä: 1,\n  b: (c: x),\n)";
        let at = text.find('x').expect("x");
        let d = Diagnostic::in_text(Origin::File("f.ron".into()), text, at..at + 1, finding());
        assert_eq!(d.to_string(), "f.ron:3:10: b.c: found `x`, allowed: a number");
        assert!(d.render(false).contains("f.ron:3:10"), "{}", d.render(false));
        assert!(d.render(false).contains("b: (c: x),"));
    }

    #[test]
    fn shows_any_place_of_any_text() {
        for text in ["", "\n", "ä\u{85}\t\0", &"é".repeat(5000), "a\r\nb"] {
            for start in [0, 1, 2, 4999, 5000, 20_000] {
                for length in [0, 1, 7, 9000] {
                    let d = Diagnostic::in_text(
                        Origin::Override("a=1".into()),
                        text,
                        start..start + length,
                        finding(),
                    );
                    assert!(!d.render(false).is_empty());
                }
            }
        }
    }

    #[test]
    fn guesses_slips_only() {
        let known = ["dt_s", "gravity_m_s2"];
        assert_eq!(did_you_mean("dts", known).as_deref(), Some("did you mean `dt_s`?"));
        assert_eq!(did_you_mean("gravity_ms_2", known).as_deref(), Some("did you mean `gravity_m_s2`?"));
        assert_eq!(did_you_mean("gravity", known).as_deref(), Some("did you mean `gravity_m_s2`?"));
        assert_eq!(did_you_mean("mass", known), None);
        assert_eq!(did_you_mean("", known), None);
    }
}
