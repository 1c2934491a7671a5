//! From an error of the `ron` crate to the field at fault, what was found and what is allowed.

use ron::error::{Error, Position, SpannedError};

use super::diagnostic::{Finding, clip, did_you_mean, one_of};
use super::explain::similar;
use super::locate::{Node, Shape, Span};
use super::overrides::unknown_field;
use super::path::{FieldPath, Step};
use super::schema::Kind;

/// A finding with its bytes.
pub(super) struct Mistake {
    pub(super) finding: Finding,
    pub(super) span: Span,
    /// Whether the field's name is at fault, not its value.
    pub(super) at_name: bool,
}

/// What an error means for the text it was found in.
///
/// The cursor of `ron` stands at the value at fault, at its end, or at the bracket that closes the struct;
/// the tree tells which. A field that is unknown there may be one that `kind` has elsewhere.
pub(super) fn explain(error: &SpannedError, text: &str, root: &Node, kind: Option<Kind>) -> Mistake {
    let start = offset_of(text, error.span.start);
    let end = offset_of(text, error.span.end);
    match &error.code {
        Error::NoSuchStructField { expected, found, .. } => {
            let (node, path) = root.innermost_at(text, start);
            let mut finding = unknown_field(path.field(found), found, expected);
            finding.hint = finding.hint.or_else(|| similar(kind?, found));
            named(node, text, finding, found)
        }
        Error::DuplicateStructField { field, .. } => {
            let (_, path) = root.innermost_at(text, start);
            let finding = Finding::new(path.field(field), "the same field twice", "the field once");
            Mistake { finding, span: Span::new(start, end), at_name: true }
        }
        Error::MissingStructField { field, .. } => {
            let (node, path) = root.innermost_at(text, end);
            let finding = Finding::new(path.field(field), "no such field", format!("`{field}: value`"));
            let hint = misspelt(node, text, field);
            Mistake { finding: finding.with_hint(hint), span: opening(node), at_name: false }
        }
        Error::NoSuchEnumVariant { expected, found, .. } => {
            let (node, path) = root.innermost_at(text, start);
            let hint = did_you_mean(found, expected.iter().copied());
            let allowed = one_of(expected.iter().copied());
            let finding = Finding::new(path, format!("`{}`", clip(found, 40)), allowed).with_hint(hint);
            let span = if node.span.start() < start { Span::new(start, end) } else { opening(node) };
            Mistake { finding, span, at_name: false }
        }
        Error::ExpectedDifferentStructName { expected, found } => {
            let (node, path) = root.innermost_at(text, start);
            let found = format!("the name `{}`", clip(found, 40));
            let finding = Finding::new(path, found, format!("`{expected}` or no name"));
            Mistake { finding, span: opening(node), at_name: false }
        }
        Error::ExpectedStructLikeEnd => too_many(text, root, end),
        Error::ExpectedDifferentLength { expected, .. } => {
            let (node, path) = root.innermost_at(text, end);
            value(node, text, path, expected.clone())
        }
        Error::InvalidEscape(reason) => {
            let (_, path) = root.innermost_at(text, start);
            let found = format!("`{}`", clip(&text[start.min(end)..end], 40));
            let finding =
                Finding::new(path, found, "an escape of a RON string").with_hint(Some((*reason).into()));
            Mistake { finding, span: Span::new(start, end), at_name: false }
        }
        code => {
            let (node, path) = at_value(text, root, end);
            let allowed = allowed(code, node.span.of(text));
            value(node, text, path, allowed)
        }
    }
}

fn allowed(code: &Error, found: &str) -> String {
    let number = found.parse::<f64>().is_ok();
    match code {
        Error::ExpectedFloat => "a number".into(),
        // The reader stopped inside the number: behind its digits it expects the next field.
        Error::ExpectedComma if number => "a whole number".into(),
        Error::ExpectedComma => "a number".into(),
        Error::ExpectedInteger | Error::InvalidIntegerDigit { .. } => "a whole number".into(),
        Error::IntegerOutOfBounds => "a whole number, not negative and not too large".into(),
        Error::ExpectedBoolean => "`true` or `false`".into(),
        Error::ExpectedString => "a text in double quotes".into(),
        Error::ExpectedArray => "a list `[...]`".into(),
        Error::ExpectedMap => "a map `{\"key\": value}`".into(),
        Error::ExpectedStructLike => "values in parentheses `(...)`".into(),
        Error::ExpectedNamedStructLike(_) => "fields in parentheses `(name: value, ...)`".into(),
        Error::SuggestRawIdentifier(_) | Error::InvalidIdentifier(_) | Error::ExpectedIdentifier => {
            "the name of a variant".into()
        }
        Error::InvalidValueForType { expected, .. } => expected.clone(),
        other => {
            let text = other.to_string();
            let text = text.strip_prefix("Expected ").unwrap_or(&text);
            clip(text, 120)
        }
    }
}

/// The innermost value at the cursor, once white space is skipped.
fn at_value<'a>(text: &str, root: &'a Node, offset: usize) -> (&'a Node, FieldPath) {
    let rest = &text[offset..];
    let skipped = offset + (rest.len() - rest.trim_start().len());
    let (node, path) = root.innermost_at(text, skipped);
    if matches!(node.shape, Shape::Scalar) || node.span.start() == skipped {
        return (node, path);
    }
    root.innermost_at(text, offset)
}

/// A tuple that goes on where it should end.
fn too_many(text: &str, root: &Node, offset: usize) -> Mistake {
    let (node, path) = at_value(text, root, offset);
    if let Some((Step::Index(count), parent)) = path.steps().split_last() {
        let parent = FieldPath::new(parent.to_vec());
        let (tuple, _) = root.follow(text, parent.steps());
        return value(tuple, text, parent, format!("{count} values"));
    }
    value(node, text, path, "a closing `)`".into())
}

fn value(node: &Node, text: &str, path: FieldPath, allowed: String) -> Mistake {
    let found = match &node.shape {
        Shape::List(items) | Shape::Tuple { items, .. } if node.span.of(text).len() > 40 => {
            format!("{} values", items.len())
        }
        _ => format!("`{}`", clip(node.span.of(text), 40)),
    };
    let bare = matches!(node.shape, Shape::Scalar) && allowed.starts_with("a text");
    let hint = bare.then(|| format!("write \"{}\"", clip(node.span.of(text), 40)));
    Mistake { finding: Finding::new(path, found, allowed).with_hint(hint), span: node.span, at_name: false }
}

fn named(node: &Node, text: &str, finding: Finding, name: &str) -> Mistake {
    let span = node.name_of_child(text, name).unwrap_or(node.span);
    Mistake { finding, span, at_name: true }
}

/// A field of the struct that may be the missing one with a slip.
fn misspelt(node: &Node, text: &str, field: &str) -> Option<String> {
    let Shape::Struct { fields, .. } = &node.shape else { return None };
    let near = did_you_mean(field, fields.iter().map(|f| f.name.of(text)))?;
    near.split('`').nth(1).map(|name| format!("`{name}` is written here"))
}

/// The name and opening bracket of a value, or all of a scalar.
fn opening(node: &Node) -> Span {
    match &node.shape {
        Shape::Scalar => node.span,
        Shape::Struct { name, .. } | Shape::Tuple { name, .. } => {
            name.unwrap_or(Span::new(node.span.start(), node.span.start() + 1))
        }
        Shape::List(_) | Shape::Map(_) => Span::new(node.span.start(), node.span.start() + 1),
    }
}

/// The byte of a line and column, both counted from 1 in characters.
fn offset_of(text: &str, position: Position) -> usize {
    let mut at = 0;
    for _ in 1..position.line {
        match text[at..].find('\n') {
            Some(length) => at += length + 1,
            None => return text.len(),
        }
    }
    let column = text[at..].char_indices().nth(position.col.saturating_sub(1));
    column.map_or(text.len(), |(i, _)| at + i)
}
