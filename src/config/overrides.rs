//! Changes of single fields: `--set path=value`, and the entries of overlays and includes.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::diagnostic::{Diagnostic, Finding, Origin, clip, did_you_mean, one_of};
use super::locate::{Node, Shape, Span};
use super::path::{FieldPath, Step, parse_steps};
use super::source::SourceText;

/// A change of one field: its path and the RON text of its new value, at their place in a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Override {
    source: Arc<SourceText>,
    steps: Vec<(Step, Range<usize>)>,
    value: Range<usize>,
}

impl Override {
    /// Reads `path=value`, such as `physics.dt_s=0.002` or `expectations[0].min=1`.
    ///
    /// # Errors
    /// Where there is no `=` or the path is none; what the value may be depends on the field.
    pub fn parse(text: &str) -> Result<Self, Diagnostic> {
        let source = SourceText { origin: Origin::Override(text.to_owned()), text: text.to_owned() };
        let refuse = |at: usize, found: String, allowed: &str| {
            source.at(at..at + 1, Finding::new(FieldPath::root(), found, allowed))
        };
        let Some(equals) = text.find('=') else {
            return Err(refuse(text.len(), "no `=`".into(), "`path=value`, such as `physics.dt_s=0.002`"));
        };
        let path = text[..equals].trim_end();
        let steps = parse_steps(path).map_err(|error| refuse(error.offset, error.found, error.allowed))?;
        let value = &text[equals + 1..];
        let start = equals + 1 + (value.len() - value.trim_start().len());
        if start == text.len() {
            return Err(refuse(text.len(), "no value".into(), "a value behind the `=`"));
        }
        let value = start..text.trim_end().len();
        Ok(Self { source: Arc::new(source), steps, value })
    }

    /// An entry `"path": value` of a map; every step has its bytes in the source.
    pub(super) fn entry(
        source: &Arc<SourceText>,
        steps: Vec<(Step, Range<usize>)>,
        value: Range<usize>,
    ) -> Self {
        Self { source: Arc::clone(source), steps, value }
    }

    /// Reads several.
    ///
    /// # Errors
    /// As [`Self::parse`], of the first that is none.
    pub fn parse_all(texts: &[String]) -> Result<Vec<Self>, Diagnostic> {
        texts.iter().map(|text| Self::parse(text)).collect()
    }

    /// The change as it was given.
    pub fn text(&self) -> &str {
        match self.source.origin {
            Origin::Override(_) | Origin::Path(_) => &self.source.text,
            Origin::File(_) => {
                let start = self.steps.first().map_or(self.value.start, |(_, bytes)| bytes.start);
                &self.source.text[start.min(self.value.start)..self.value.end]
            }
        }
    }

    /// The overlay or including file it stands in; none for `--set`.
    pub fn file(&self) -> Option<&Path> {
        self.source.file()
    }

    /// The field it changes.
    pub fn path(&self) -> FieldPath {
        FieldPath::new(self.steps.iter().map(|(step, _)| step.clone()).collect())
    }

    /// Path and value as texts, such as an overlay's entries are made of.
    pub fn path_and_value(&self) -> (String, String) {
        (self.path().to_string(), self.value().to_owned())
    }

    /// The same below its first step, if that is this field and there are more.
    pub(super) fn below(&self, field: &str) -> Option<Self> {
        let ((first, _), rest) = self.steps.split_first()?;
        let matches = matches!(first, Step::Field(name) if name == field) && !rest.is_empty();
        matches.then(|| Self { steps: rest.to_vec(), ..self.clone() })
    }

    fn value(&self) -> &str {
        &self.source.text[self.value.clone()]
    }

    /// Who changed the field, as a hint for a mistake elsewhere.
    pub(super) fn hint(&self) -> String {
        match self.source.file() {
            None => format!("changed by --set {}", clip(self.text(), 60)),
            Some(file) => {
                let line = 1 + self.source.text[..self.value.start].matches('\n').count();
                format!("changed in {}:{line}", file.display())
            }
        }
    }

    /// The place of a finding below or at the path of this override.
    pub(super) fn diagnostic(&self, finding: Finding) -> Diagnostic {
        let own = self.steps.len();
        let steps = finding.path.steps();
        let bytes = if steps.len() < own {
            // The first step beyond what exists.
            self.steps[steps.len().saturating_sub(1)].1.clone()
        } else {
            let value = self.value();
            let inside = Node::parse(value).ok().map(|node| node.follow(value, &steps[own..]).0.span);
            let span = inside.unwrap_or(Span::new(0, value.len()));
            self.value.start + span.start()..self.value.start + span.end()
        };
        self.source.at(bytes, finding)
    }

    /// A finding whose cause is the value, whatever its path.
    pub(super) fn diagnostic_at_value(&self, finding: Finding) -> Diagnostic {
        self.source.at(self.value.clone(), finding)
    }

    /// A finding at the name of one of the steps.
    pub(super) fn diagnostic_at_step(&self, step: usize, finding: Finding) -> Diagnostic {
        let bytes = self.steps.get(step).map_or(0..self.source.text.len(), |(_, bytes)| bytes.clone());
        self.source.at(bytes, finding)
    }

    /// The text with this value in place of the old one, or put in where the field is absent; from then
    /// on the override's path calls elements by their index.
    ///
    /// Whether the field exists and the value fits it is found out when the text is read.
    pub(super) fn apply(&mut self, text: &str, root: &Node) -> Result<String, Diagnostic> {
        let resolved = root.resolve(text, self.path().steps());
        for ((step, _), resolved) in self.steps.iter_mut().zip(resolved) {
            *step = resolved;
        }
        let path = self.path();
        let (node, walked) = root.follow(text, path.steps());
        let mut value = self.value().to_owned();
        let from_shell = self.source.file().is_none();
        if from_shell
            && walked == self.steps.len()
            && node.span.of(text).starts_with('"')
            && !is_string(&value)
        {
            // Shells eat quotes, so a text field takes bare text.
            value = format!("{value:?}");
        }
        match Node::parse(&value) {
            // Without a comment behind it, which would swallow what follows.
            Ok(parsed) => value = parsed.span.of(&value).to_owned(),
            Err(error) => {
                let start = self.value.start + error.span.start();
                let finding = Finding::new(path, error.found, error.allowed);
                return Err(self.source.at(start..start + 1, finding));
            }
        }
        let (at, insertion) = if walked == self.steps.len() {
            (node.span.start()..node.span.end(), value)
        } else {
            let (at, before, after) = self.gap(text, node, walked)?;
            let fields = self.nested(walked, &value, matches!(node.unwrapped(text).shape, Shape::Map(_)))?;
            (at..at, format!("{before}{fields}{after}"))
        };
        Ok(format!("{}{insertion}{}", &text[..at.start], &text[at.end..]))
    }

    /// Where a new field goes, and what stands before and behind it.
    fn gap(
        &self,
        text: &str,
        node: &Node,
        walked: usize,
    ) -> Result<(usize, &'static str, &'static str), Diagnostic> {
        let inside = node.unwrapped(text);
        let span = inside.span;
        let place = match (&inside.shape, &self.steps[walked].0) {
            (Shape::Struct { fields, .. }, Step::Field(_)) => Some(fields.last().map(|f| f.value.span)),
            (Shape::Map(entries), Step::Field(_)) => Some(entries.last().map(|(_, value)| value.span)),
            _ => None,
        };
        match place {
            Some(Some(last)) => Ok((last.end(), ", ", "")),
            Some(None) => Ok((span.end() - 1, "", "")),
            None => Err(self.leads_nowhere(text, inside, walked)),
        }
    }

    /// The mistake of a step into a value that has no such element and takes no new one.
    fn leads_nowhere(&self, text: &str, inside: &Node, walked: usize) -> Diagnostic {
        let step = &self.steps[walked].0;
        let reached = FieldPath::new(self.steps[..walked].iter().map(|(s, _)| s.clone()).collect());
        let mut found = format!("`{}`, which is not there", FieldPath::root().join(step.clone()));
        let mut hint = None;
        let allowed = match &inside.shape {
            Shape::List(items) | Shape::Tuple { items, .. } if items.is_empty() => "no element".into(),
            Shape::List(items) | Shape::Tuple { items, .. } => {
                let names: Vec<&str> = inside.element_names(text).into_iter().map(|(_, name)| name).collect();
                let by_index = format!("an element from `[0]` to `[{}]`", items.len() - 1);
                match step {
                    Step::Key(name) if names.contains(&name.as_str()) => {
                        found = format!("`{name}`, which several elements are called");
                        by_index
                    }
                    Step::Key(name) | Step::Field(name) if !names.is_empty() => {
                        let near = did_you_mean(name, names.iter().copied());
                        let near = near.as_deref().and_then(|text| text.split('`').nth(1));
                        hint = near.map(|name| format!("did you mean `{reached}[{name}]`?"));
                        format!("{by_index} or by its name: {}", one_of(names))
                    }
                    _ => by_index,
                }
            }
            Shape::Struct { fields, .. } => one_of(fields.iter().map(|f| f.name.of(text))),
            Shape::Map(_) => "a key in the map".into(),
            Shape::Scalar => {
                format!("nothing below `{reached}`, which is {}", clip(inside.span.of(text), 40))
            }
        };
        let finding = Finding::new(self.path(), found, allowed).with_hint(hint);
        self.diagnostic_at_step(walked, finding)
    }

    /// `a: (b: value)` for the steps from `walked` on.
    fn nested(&self, walked: usize, value: &str, map_entry: bool) -> Result<String, Diagnostic> {
        let mut inner = value.to_owned();
        for (i, (step, _)) in self.steps.iter().enumerate().skip(walked).rev() {
            let Step::Field(name) = step else {
                let parent = FieldPath::new(self.steps[..i].iter().map(|(s, _)| s.clone()).collect());
                let finding = Finding::new(
                    self.path(),
                    format!("an element of `{parent}`, which is not there"),
                    format!("the whole of `{parent}`"),
                );
                return Err(self.diagnostic_at_step(i, finding));
            };
            if i == walked && map_entry {
                return Ok(format!("{name:?}: {inner}"));
            }
            if !is_identifier(name) {
                let finding = Finding::new(self.path(), format!("`{name}`"), "the name of a field");
                return Err(self.diagnostic_at_step(i, finding));
            }
            inner = if i == walked { format!("{name}: {inner}") } else { format!("({name}: {inner})") };
        }
        Ok(inner)
    }
}

fn is_identifier(name: &str) -> bool {
    name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_alphanumeric() || c == '_')
}

fn is_string(value: &str) -> bool {
    value.starts_with('"') || value.starts_with("r\"") || value.starts_with("r#")
}

/// The finding for a field that no struct has.
pub(super) fn unknown_field(path: FieldPath, name: &str, known: &[&str]) -> Finding {
    let hint = did_you_mean(name, known.iter().copied());
    Finding::new(path, format!("the unknown field `{}`", clip(name, 40)), one_of(known.iter().copied()))
        .with_hint(hint)
}
