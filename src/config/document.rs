//! A config's text with its overrides, and the way from a typed value back to its place in it.

use std::path::{Path, PathBuf};

use ron::extensions::Extensions;
use serde::de::DeserializeOwned;

use super::diagnostic::{ConfigError, Diagnostic, Finding, MAX_FINDINGS, Origin, clip};
use super::locate::{Node, Span};
use super::overrides::Override;
use super::path::FieldPath;
use super::{ron_error, source};

/// The text of a config file and what `--set` changed in it.
#[derive(Debug, Clone)]
pub struct Document {
    path: PathBuf,
    text: String,
    root: Node,
    overrides: Vec<Override>,
    /// Text and tree with the overrides put in; none where there are none.
    changed: Option<(String, Node)>,
}

impl Document {
    /// Reads a file and puts the overrides in, the later ones over the earlier ones.
    ///
    /// # Errors
    /// Where the file cannot be read or is no RON, or an override's path leads nowhere.
    pub fn read(path: &Path, overrides: Vec<Override>) -> Result<Self, ConfigError> {
        Self::from_text(path, source::read(path).map_err(|error| error.at(path))?, overrides)
    }

    /// The same from a text that came from `path`.
    ///
    /// # Errors
    /// Where the text is no RON, or an override's path leads nowhere.
    pub fn from_text(path: &Path, text: String, overrides: Vec<Override>) -> Result<Self, ConfigError> {
        let root = Node::parse(&text).map_err(|error| {
            let finding = Finding::new(error.path, error.found, error.allowed);
            let bytes = error.span.start()..error.span.end();
            Diagnostic::in_text(Origin::File(path.to_owned()), &text, bytes, finding)
        })?;
        let mut changed: Option<(String, Node)> = None;
        for change in &overrides {
            let (old_text, old_root) = changed.as_ref().map_or((&text, &root), |(t, r)| (t, r));
            let new_text = change.apply(old_text, old_root)?;
            let new_root = Node::parse(&new_text).map_err(|error| {
                change.diagnostic(Finding::new(change.path(), error.found, error.allowed))
            })?;
            changed = Some((new_text, new_root));
        }
        Ok(Self { path: path.to_owned(), text, root, overrides, changed })
    }

    /// Where it was read.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its text with the overrides put in.
    pub fn text(&self) -> &str {
        self.changed.as_ref().map_or(self.text.as_str(), |(text, _)| text)
    }

    /// The tree of [`Self::text`].
    pub fn root(&self) -> &Node {
        self.changed.as_ref().map_or(&self.root, |(_, root)| root)
    }

    /// The typed config. `Some(x)` may be written `x`.
    ///
    /// # Errors
    /// Where a field is unknown or missing, or a value has another type.
    pub fn deserialize<T: DeserializeOwned>(&self) -> Result<T, ConfigError> {
        let options = ron::Options::default().with_default_extension(Extensions::IMPLICIT_SOME);
        options.from_str(self.text()).map_err(|error| {
            let mistake = ron_error::explain(&error, self.text(), self.root());
            self.place(mistake.finding, mistake.span, mistake.at_name).into()
        })
    }

    /// The numbers that are none: `NaN`, `inf` or too large for 64 bits.
    pub fn not_finite(&self) -> Vec<Finding> {
        let text = self.text();
        let mut findings = Vec::new();
        self.root().for_each_scalar(text, &FieldPath::root(), &mut |path, span| {
            let found = span.of(text);
            if findings.len() <= MAX_FINDINGS && is_not_finite(found) {
                findings.push(Finding::new(path.clone(), clip(found, 40), "a finite number"));
            }
        });
        findings
    }

    /// The error made of findings; none where there are none.
    pub fn refuse(&self, findings: Vec<Finding>) -> Option<ConfigError> {
        if findings.is_empty() {
            return None;
        }
        let omitted = findings.len().saturating_sub(MAX_FINDINGS);
        let shown = findings.into_iter().take(MAX_FINDINGS);
        Some(ConfigError::new(shown.map(|finding| self.locate(finding)).collect(), omitted))
    }

    /// A finding at its place in the file, or in the override that set the value.
    pub fn locate(&self, finding: Finding) -> Diagnostic {
        let (node, _) = self.root.follow(&self.text, finding.path.steps());
        // A field that is not written stands at the opening bracket of the struct it would be in.
        let span = node.span;
        self.place(finding, span, false)
    }

    /// `span` counts where no override set the value; it is then one of the file's own text.
    fn place(&self, mut finding: Finding, span: Span, at_name: bool) -> Diagnostic {
        if let Some(change) = self.overrides.iter().rev().find(|o| finding.path.after(&o.path()).is_some()) {
            if at_name && change.path() == finding.path {
                return change.diagnostic_at_step(finding.path.steps().len() - 1, finding);
            }
            return change.diagnostic(finding);
        }
        // The override's path runs through a field that does not exist.
        if let Some(change) = self.overrides.iter().rev().find(|o| o.path().after(&finding.path).is_some()) {
            let steps = finding.path.steps();
            let (_, walked) = self.root.follow(&self.text, steps);
            if walked < steps.len() {
                return change.diagnostic_at_step(steps.len() - 1, finding);
            }
            if finding.hint.is_none() {
                finding.hint = Some(format!("changed by --set {}", clip(change.text(), 60)));
            }
        }
        let span = if self.changed.is_none() {
            span
        } else {
            let (node, walked) = self.root.follow(&self.text, finding.path.steps());
            let name = match finding.path.steps().last() {
                Some(super::path::Step::Field(name)) if at_name => {
                    let parent =
                        self.root.follow(&self.text, &finding.path.steps()[..walked.saturating_sub(1)]);
                    parent.0.name_of_child(&self.text, name)
                }
                _ => None,
            };
            name.unwrap_or(node.span)
        };
        let origin = Origin::File(self.path.clone());
        Diagnostic::in_text(origin, &self.text, span.start()..span.end(), finding)
    }
}

/// Whether a scalar's text is a number, but no finite one.
fn is_not_finite(text: &str) -> bool {
    let number = text.strip_suffix("f64").or_else(|| text.strip_suffix("f32")).unwrap_or(text);
    let number = number.trim_end_matches('_');
    match number.trim_start_matches(['+', '-']) {
        "inf" | "NaN" => true,
        digits if digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') => {
            number.replace('_', "").parse().is_ok_and(|value: f64| !value.is_finite())
        }
        _ => false,
    }
}
