//! Numbers put into a RON text as a person would: comments, order and layout stay, and a value that is
//! not written yet goes to the end of the struct it belongs to, laid out as its neighbours are.

use super::diagnostic::{Diagnostic, Finding};
use super::locate::{Field, Node, Shape, Span, after_space, end_of_line};
use super::path::{FieldPath, Step};
use super::source::SourceText;

/// Longest line that a value is appended to [bytes]; beyond it a struct gets a line for each field.
const LINE_LENGTH: usize = 100;

/// Puts a number, or `None`, where a text has it or would have it: at `path` of a file of its own kind, or
/// below the entry of a map of changes that holds it.
///
/// `entry` is the path by which a map of changes calls the value: that of a file that includes another
/// one, or an overlay's. Returns the new text and the place in the text's own tree.
///
/// # Errors
/// Where the text is no RON, or has something in the way, such as a number where a struct must be.
pub(super) fn put(
    source: &SourceText,
    path: &FieldPath,
    entry: &FieldPath,
    value: Option<f64>,
) -> Result<(String, FieldPath), Diagnostic> {
    let text = source.text.as_str();
    let root = source.parse()?;
    let edit = Edit { source, text, layout: Layout::of(text, &root), value: value_text(value) };
    let base = Step::Field("base".to_owned());
    if matches!(root.shape, Shape::Map(_)) {
        return edit.in_changes(&root, FieldPath::root(), entry);
    }
    if root.child(text, &base).is_none() {
        return edit.in_value(&root, FieldPath::root(), path.steps());
    }
    let at = FieldPath::root().field("changes");
    match root.child(text, &at.steps()[0]) {
        Some(map) => edit.in_changes(map, at, entry),
        None => {
            let key = entry.to_string();
            let parts = [format!("{key:?}: {}", edit.value)];
            let map = edit.layout.braces(('{', '}'), &edit.layout.indent(text, root.span.start(), 1), &parts);
            Ok((edit.inserted(&root, &format!("changes: {map}"), true), at.field(&key)))
        }
    }
}

/// The shortest text that reads back as the same number.
pub(super) fn value_text(value: Option<f64>) -> String {
    value.map_or_else(|| "None".to_owned(), |value| format!("{value:?}"))
}

/// Every scalar of a text but those at some places.
pub(super) fn scalars_but(text: &str, root: &Node, places: &[FieldPath]) -> Vec<(FieldPath, String)> {
    let mut found = Vec::new();
    root.for_each_scalar(text, &FieldPath::root(), &mut |path, span| {
        if !places.contains(path) {
            found.push((path.clone(), span.of(text).to_owned()));
        }
    });
    found
}

/// One value and the text it goes into.
struct Edit<'a> {
    source: &'a SourceText,
    text: &'a str,
    layout: Layout<'a>,
    value: String,
}

impl Edit<'_> {
    /// Below the entry of a map of changes whose path leads farthest to the value, or as a new entry.
    fn in_changes(
        &self,
        map: &Node,
        at: FieldPath,
        entry: &FieldPath,
    ) -> Result<(String, FieldPath), Diagnostic> {
        let Shape::Map(entries) = &map.shape else { return Err(self.in_the_way(map, entry)) };
        let mut nearest: Option<(&Node, String, &[Step])> = None;
        for (key, value) in entries {
            let Ok(name) = ron::from_str::<String>(key.span.of(self.text)) else { continue };
            let Ok(path) = FieldPath::parse(&name) else { continue };
            if let Some(rest) = entry.after(&path)
                && nearest.as_ref().is_none_or(|(.., shortest)| rest.len() < shortest.len())
            {
                nearest = Some((value, name, rest));
            }
        }
        match nearest {
            Some((value, name, rest)) => self.in_value(value, at.field(&name), rest),
            None => {
                let name = entry.to_string();
                Ok((self.inserted(map, &format!("{name:?}: {}", self.value), true), at.field(&name)))
            }
        }
    }

    /// At the end of some steps from a value, which stands at `at`.
    fn in_value(
        &self,
        node: &Node,
        at: FieldPath,
        steps: &[Step],
    ) -> Result<(String, FieldPath), Diagnostic> {
        let place = steps.iter().fold(at, |path, step| path.join(step.clone()));
        let (found, walked) = node.follow(self.text, steps);
        let inside = found.unwrapped(self.text);
        if walked == steps.len() {
            if !matches!(inside.shape, Shape::Scalar) {
                return Err(self.in_the_way(inside, &place));
            }
            // `Some(0.4)` stays one.
            let span = if self.value == "None" { found.span } else { inside.span };
            return Ok((self.replaced(span), place));
        }
        let mut names = Vec::new();
        for step in &steps[walked..] {
            let Step::Field(name) = step else { return Err(self.in_the_way(inside, &place)) };
            names.push(name.as_str());
        }
        if !matches!(inside.shape, Shape::Struct { .. }) {
            return Err(self.in_the_way(inside, &place));
        }
        let own_line = own_line(self.text, last_field(inside));
        let indent = match own_line {
            Some(start) => self.layout.indent(self.text, start, 0),
            None => self.layout.indent(self.text, inside.span.start(), 1),
        };
        let empty = last_field(inside).is_none() && stands_alone(self.text, inside.span.start());
        let roomy = own_line.is_some() || empty;
        let field = self.layout.field(&names, &self.value, &indent, roomy);
        Ok((self.inserted(inside, &field, names.len() > 1), place))
    }

    /// The value in place of another; a number that is the same stays as it is written.
    fn replaced(&self, span: Span) -> String {
        let written = span.of(self.text);
        let same = |number: f64| format!("{number:?}") == self.value;
        if written.replace('_', "").parse().is_ok_and(same) {
            return self.text.to_owned();
        }
        format!("{}{}{}", &self.text[..span.start()], self.value, &self.text[span.end()..])
    }

    /// A field or an entry at the end of a struct or a map; `roomy` asks for a line of its own in an empty
    /// one.
    fn inserted(&self, node: &Node, field: &str, roomy: bool) -> String {
        let (text, layout) = (self.text, &self.layout);
        let newline = layout.newline;
        let Some((name, value)) = last_field(node) else { return self.into_empty(node, field, roomy) };
        if own_line(text, Some((name, value))).is_none() {
            let new = format!("{}, {field}{}", &text[..value.end()], &text[value.end()..]);
            return self.unless_too_long(node, field).unwrap_or(new);
        }
        let next = after_space(text, value.end());
        let comma = text[next..].starts_with(',');
        let after = if comma { next + 1 } else { value.end() };
        let end = end_of_line(text, after);
        let indent = layout.indent(text, name.start(), 0);
        let (before, behind) = if comma { ("", ",") } else { (",", "") };
        format!(
            "{}{before}{}{newline}{indent}{field}{behind}{}",
            &text[..value.end()],
            &text[value.end()..end],
            &text[end..]
        )
    }

    /// The text with a struct of one line laid out in several, where one more field makes it too long.
    fn unless_too_long(&self, node: &Node, field: &str) -> Option<String> {
        let written = node.span.of(self.text);
        let (start, end) = line_of(self.text, node.span.end());
        let long = end - start + field.len() + 2 > LINE_LENGTH;
        if !long || written.contains(['\n', '\r']) || written.contains("/*") {
            return None;
        }
        let Shape::Struct { name, fields } = &node.shape else { return None };
        let field_text = |f: &Field| self.text[f.name.start()..f.value.span.end()].to_owned();
        let parts: Vec<String> = fields.iter().map(field_text).chain([field.to_owned()]).collect();
        let indent = self.layout.indent(self.text, node.span.start(), 0);
        let name = name.map_or("", |name| name.of(self.text));
        let body = self.layout.braces(('(', ')'), &indent, &parts);
        let (before, behind) = (&self.text[..node.span.start()], &self.text[node.span.end()..]);
        Some(format!("{before}{name}{body}{behind}"))
    }

    fn into_empty(&self, node: &Node, field: &str, roomy: bool) -> String {
        let (text, layout) = (self.text, &self.layout);
        let close = node.span.end() - 1;
        let open = match &node.shape {
            Shape::Struct { name: Some(name), .. } => after_space(text, name.end()),
            _ => node.span.start(),
        };
        let (before, inside, behind) = (&text[..=open], &text[open + 1..close], &text[close..]);
        let indent = layout.indent(text, node.span.start(), 0);
        let newline = layout.newline;
        if inside.trim().is_empty() {
            if roomy && stands_alone(text, node.span.start()) {
                let deeper = layout.indent(text, node.span.start(), 1);
                return format!("{before}{newline}{deeper}{field},{newline}{indent}{behind}");
            }
            return format!("{before}{field}{behind}");
        }
        // Only comments stand inside, and may end with the line.
        let (start, _) = line_of(text, close);
        if text[start..close].trim().is_empty() {
            let deeper = layout.indent(text, close, 1);
            return format!("{}{deeper}{field},{newline}{}", &text[..start], &text[start..]);
        }
        format!("{before}{inside} {field}{behind}")
    }

    fn in_the_way(&self, node: &Node, path: &FieldPath) -> Diagnostic {
        let found = super::diagnostic::clip(node.span.of(self.text), 40);
        let finding = Finding::new(path.clone(), format!("`{found}`"), "a struct `(...)` that may hold it");
        self.source.at_span(node.span, finding)
    }
}

/// How a file is laid out.
struct Layout<'a> {
    newline: &'static str,
    unit: &'a str,
}

impl<'a> Layout<'a> {
    fn of(text: &'a str, root: &Node) -> Self {
        let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let unit = own_line(text, last_field(root)).map_or("", |start| indent_of(text, start));
        Self { newline, unit: if unit.is_empty() { "    " } else { unit } }
    }

    /// The indentation of the line of a byte, and some levels more.
    fn indent(&self, text: &str, at: usize, deeper: usize) -> String {
        format!("{}{}", indent_of(text, at), self.unit.repeat(deeper))
    }

    /// `a: (b: (c: value))`; where there is room, structs of structs take several lines.
    fn field(&self, names: &[&str], value: &str, indent: &str, roomy: bool) -> String {
        match names {
            [] => String::new(),
            [name] => format!("{name}: {value}"),
            [name, rest @ ..] if roomy && rest.len() > 1 => {
                let inner = self.field(rest, value, &format!("{indent}{}", self.unit), true);
                format!("{name}: {}", self.braces(('(', ')'), indent, &[inner]))
            }
            [name, rest @ ..] => format!("{name}: ({})", self.field(rest, value, indent, false)),
        }
    }

    /// Parts between brackets, each in its line.
    fn braces(&self, (open, close): (char, char), indent: &str, parts: &[String]) -> String {
        let Self { newline, unit } = self;
        let parts: String = parts.iter().map(|part| format!("{newline}{indent}{unit}{part},")).collect();
        format!("{open}{parts}{newline}{indent}{close}")
    }
}

/// Name and value of the last field of a struct or entry of a map.
fn last_field(node: &Node) -> Option<(Span, Span)> {
    match &node.shape {
        Shape::Struct { fields, .. } => fields.last().map(|field| (field.name, field.value.span)),
        Shape::Map(entries) => entries.last().map(|(key, value)| (key.span, value.span)),
        _ => None,
    }
}

/// Where a field starts, if it is the first of its line.
fn own_line(text: &str, field: Option<(Span, Span)>) -> Option<usize> {
    let start = field?.0.start();
    text[line_of(text, start).0..start].trim().is_empty().then_some(start)
}

/// Whether a value is all that its line begins: `controller: (`.
fn stands_alone(text: &str, at: usize) -> bool {
    let before = text[line_of(text, at).0..at].trim();
    let name = before.strip_suffix(':').map(str::trim);
    before.is_empty() || name.is_some_and(|name| !name.contains([',', '(', '{', '[']))
}

fn indent_of(text: &str, at: usize) -> &str {
    let line = &text[line_of(text, at).0..];
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// Where the line of a byte begins and ends.
fn line_of(text: &str, at: usize) -> (usize, usize) {
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    (start, text[at..].find('\n').map_or(text.len(), |newline| at + newline))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// The text with one number of `a.b.c` put in; the same by `r.a.b.c` in a map of changes.
    fn with(text: &str, path: &str, value: Option<f64>) -> String {
        let path = FieldPath::parse(path).expect("a path");
        let entry = path.steps().iter().fold(FieldPath::root().field("r"), |p, step| p.join(step.clone()));
        let source = SourceText::of_file(Path::new("f.ron"), text.to_owned());
        let (new, place) = put(&source, &path, &entry, value).unwrap_or_else(|error| panic!("{error}"));
        let root = Node::parse(&new).unwrap_or_else(|error| panic!("{error:?}\n{new}"));
        let (node, walked) = root.follow(&new, place.steps());
        assert_eq!(walked, place.steps().len(), "{place} in {new}");
        let written = node.unwrapped(&new).span.of(&new).replace('_', "");
        assert_eq!(written.parse().ok(), value, "{new}");
        new
    }

    #[test]
    fn a_written_number_is_exchanged_and_nothing_else() {
        for (before, path, value, after) in [
            ("(a: 1.50, // c\n)", "a", Some(1.5), "(a: 1.50, // c\n)"),
            ("(a: 1_000, b: 2)", "a", Some(1000.0), "(a: 1_000, b: 2)"),
            ("(a: Some(1.0), b: 2)", "a", Some(2.5), "(a: Some(2.5), b: 2)"),
            ("(a: Some(1.0), b: 2)", "a", None, "(a: None, b: 2)"),
            ("(a: None /* d */)", "a", Some(1e-7), "(a: 1e-7 /* d */)"),
            ("X(a: (b: /* ) */ 0.1))", "a.b", Some(-0.25), "X(a: (b: /* ) */ -0.25))"),
            ("{ \"r.a\": (b: 1) }", "a.b", Some(2.0), "{ \"r.a\": (b: 2.0) }"),
            (
                "(base: \"x\", changes: {\"r.a.b\": 1})",
                "a.b",
                Some(2.0),
                "(base: \"x\", changes: {\"r.a.b\": 2.0})",
            ),
        ] {
            assert_eq!(with(before, path, value), after);
        }
    }

    #[test]
    fn a_new_number_is_laid_out_as_its_neighbours() {
        for (before, path, after) in [
            ("()", "a", "(a: 3.0)"),
            ("(a: 1)", "b", "(a: 1, b: 3.0)"),
            ("(a: 1,)", "b", "(a: 1, b: 3.0,)"),
            ("(\n\ta: 1 // one\n)", "b", "(\n\ta: 1, // one\n\tb: 3.0\n)"),
            ("(\r\n  a: 1, /* x\n*/ // y\r\n)", "b", "(\r\n  a: 1, /* x\n*/ // y\r\n  b: 3.0,\r\n)"),
            ("(\n  a: (),\n)", "a.b", "(\n  a: (b: 3.0),\n)"),
            ("(\n  a: (),\n)", "a.b.c", "(\n  a: (\n    b: (c: 3.0),\n  ),\n)"),
            ("(\n  x: 1,\n)", "a.b.c", "(\n  x: 1,\n  a: (\n    b: (c: 3.0),\n  ),\n)"),
            ("(\n  a: ( // none\n  ),\n)", "a.b", "(\n  a: ( // none\n    b: 3.0,\n  ),\n)"),
            ("(a: (/* none */))", "a.b", "(a: (/* none */ b: 3.0))"),
            ("(a: (x: 1), z: 1)", "a.b", "(a: (x: 1, b: 3.0), z: 1)"),
            ("{}", "a.b", "{\n    \"r.a.b\": 3.0,\n}"),
            ("{ \"x\": 1 }", "a.b", "{ \"x\": 1, \"r.a.b\": 3.0 }"),
            ("(\n  base: \"x\",\n)", "a.b", "(\n  base: \"x\",\n  changes: {\n    \"r.a.b\": 3.0,\n  },\n)"),
            (
                "(\n  base: \"x\",\n  changes: {\n    \"r.c\": 1, // c\n  },\n)",
                "a.b",
                "(\n  base: \"x\",\n  changes: {\n    \"r.c\": 1, // c\n    \"r.a.b\": 3.0,\n  },\n)",
            ),
        ] {
            assert_eq!(with(before, path, Some(3.0)), after, "{before}");
        }
    }

    #[test]
    fn a_line_that_grows_too_long_becomes_several() {
        let mut text = "(\n    a: (),\n)".to_owned();
        for name in
            ["quite_a_long_name_m", "another_long_name_m", "a_third_long_name_m", "a_fourth_long_name_m"]
        {
            text = with(&text, &format!("a.{name}"), Some(0.125));
            assert!(text.lines().all(|line| line.len() <= LINE_LENGTH), "{text}");
        }
        assert!(text.contains("    a: (\n        quite_a_long_name_m: 0.125,\n"), "{text}");
        assert!(text.ends_with("        a_fourth_long_name_m: 0.125,\n    ),\n)"), "{text}");
    }

    #[test]
    fn what_is_in_the_way_is_named() {
        for (text, path) in [("(a: 1)", "a.b"), ("(a: (b: 1))", "a"), ("{ \"r.a\": 1 }", "a.b"), ("(a", "a")]
        {
            let path = FieldPath::parse(path).expect("a path");
            let entry = FieldPath::parse(&format!("r.{path}")).expect("a path");
            let source = SourceText::of_file(Path::new("f.ron"), text.to_owned());
            let error = put(&source, &path, &entry, Some(1.0)).expect_err(text);
            assert_eq!(error.line, 1, "{error}");
        }
    }
}
