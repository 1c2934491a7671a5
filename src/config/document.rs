//! A config's text with everything that changes it, and the way from a typed value back to its place.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ron::extensions::Extensions;
use serde::de::DeserializeOwned;

use super::diagnostic::{ConfigError, Diagnostic, Finding, MAX_FINDINGS, clip};
use super::include::Layers;
use super::locate::{Node, Span};
use super::overrides::Override;
use super::path::{FieldPath, Step};
use super::ron_error;
use super::schema::Kind;
use super::source::SourceText;

/// Most elements of a list, map or struct of a robot, a scenario or a suite: checks hold them against each
/// other.
const MAX_ELEMENTS: usize = 2000;

/// Most values of such a file; one of a humanoid has some thousand.
const MAX_VALUES: usize = 50_000;

/// Most bytes that changes make: each is put in and the whole text read again.
const MAX_CHANGED_BYTES: usize = 100_000_000;

/// The text of a config file and what includes, overlays and `--set` changed in it.
#[derive(Debug, Clone)]
pub struct Document {
    files: Vec<PathBuf>,
    source: Arc<SourceText>,
    root: Node,
    /// In the order in which they were put in; their paths call elements by their index.
    changes: Vec<Override>,
    /// Text and tree with the changes put in; none where there are none.
    changed: Option<(String, Node)>,
}

impl Document {
    /// Reads a file, follows its includes and puts the overrides in, the later ones over the earlier ones.
    ///
    /// # Errors
    /// Where a file cannot be read or is no RON, or a change's path leads nowhere.
    pub fn read(path: &Path, overrides: Vec<Override>) -> Result<Self, ConfigError> {
        let mut layers = Layers::read(path)?;
        layers.changes.extend(overrides);
        Self::of_layers(layers)
    }

    /// The text with all changes put in.
    ///
    /// # Errors
    /// Where a change's path leads nowhere or its value is no RON.
    pub(super) fn of_layers(layers: Layers) -> Result<Self, ConfigError> {
        let Layers { mut files, source, root, mut changes } = layers;
        let mut changed: Option<(String, Node)> = None;
        let mut bytes = 0;
        for change in &mut changes {
            let (old_text, old_root) = changed.as_ref().map_or((&source.text, &root), |(t, r)| (t, r));
            let new_text = change.apply(old_text, old_root)?;
            bytes += new_text.len();
            if bytes > MAX_CHANGED_BYTES {
                let found = format!("changes that write {} MB in all", bytes / 1_000_000);
                let allowed = format!("at most {} MB: fewer or shorter ones", MAX_CHANGED_BYTES / 1_000_000);
                return Err(change.diagnostic(Finding::new(change.path(), found, allowed)).into());
            }
            let new_root = Node::parse(&new_text).map_err(|error| {
                change.diagnostic(Finding::new(change.path(), error.found, error.allowed))
            })?;
            changed = Some((new_text, new_root));
        }
        for file in changes.iter().filter_map(Override::file) {
            if !files.iter().any(|known| known == file) {
                files.push(file.to_owned());
            }
        }
        Ok(Self { files, source, root, changes, changed })
    }

    /// The file that was asked for.
    pub fn path(&self) -> &Path {
        self.files.first().map_or(Path::new(""), PathBuf::as_path)
    }

    /// Every file it was read from: the one asked for, the ones it includes, then overlays.
    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// The folder of the file in which a value stands; the one asked for where `--set` gives the value.
    pub fn folder_of(&self, path: &FieldPath) -> &Path {
        let file = match self.last_change(path) {
            Some(change) => change.file(),
            None => self.source.file(),
        };
        file.unwrap_or(self.path()).parent().unwrap_or(Path::new(""))
    }

    /// The file in which a value stands, or would stand, and whether it is the file asked for or one it
    /// includes, not one that changes it from outside. What `--set` gives stands in no file.
    pub(super) fn home_of(&self, path: &FieldPath) -> (&Path, bool) {
        let own = |file: &Path| {
            let last = self.files.iter().position(|known| Some(known.as_path()) == self.source.file());
            self.files.iter().take(last.map_or(1, |last| last + 1)).any(|known| known == file)
        };
        let mut changes = self.changes.iter().rev().filter(|change| path.after(&change.path()).is_some());
        if let Some(file) = changes.find_map(Override::file) {
            return (file, own(file));
        }
        let (_, walked) = self.root.follow(&self.source.text, path.steps());
        match self.source.file().filter(|_| walked == path.steps().len()) {
            Some(file) => (file, true),
            None => (self.path(), true),
        }
    }

    /// Its text with the changes put in.
    pub fn text(&self) -> &str {
        self.changed.as_ref().map_or(self.source.text.as_str(), |(text, _)| text)
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
        self.typed(None)
    }

    /// The same for a kind of file whose fields are known: an unknown one may stand elsewhere.
    ///
    /// # Errors
    /// As [`Self::deserialize`].
    pub fn deserialize_as<T: DeserializeOwned>(&self, kind: Kind) -> Result<T, ConfigError> {
        let crowded = self.root().crowded(self.text(), MAX_ELEMENTS, MAX_VALUES);
        if let Some(error) = self.refuse(crowded.into_iter().collect()) {
            return Err(error);
        }
        self.typed(Some(kind))
    }

    fn typed<T: DeserializeOwned>(&self, kind: Option<Kind>) -> Result<T, ConfigError> {
        let options = ron::Options::default().with_default_extension(Extensions::IMPLICIT_SOME);
        options.from_str(self.text()).map_err(|error| {
            let mistake = ron_error::explain(&error, self.text(), self.root(), kind);
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

    /// A finding at its place in the file, or in the change that set the value or led to the mistake.
    pub fn locate(&self, mut finding: Finding) -> Diagnostic {
        finding.path = FieldPath::new(self.root().resolve(self.text(), finding.path.steps()));
        if let Some(change) = self.last_cause(&finding) {
            return change.diagnostic_at_value(finding);
        }
        let (node, _) = self.root.follow(&self.source.text, finding.path.steps());
        // A field that is not written stands at the opening bracket of the struct it would be in.
        let span = node.span;
        self.place(finding, span, false)
    }

    /// The last change that gave the value at a path.
    fn last_change(&self, path: &FieldPath) -> Option<&Override> {
        self.changes.iter().rev().find(|change| path.after(&change.path()).is_some())
    }

    /// The last change of one of a finding's causes, unless the value itself was changed later.
    fn last_cause(&self, finding: &Finding) -> Option<&Override> {
        let touches = |change: &Override, path: &FieldPath| {
            path.after(&change.path()).is_some() || change.path().after(path).is_some()
        };
        self.changes
            .iter()
            .rev()
            .take_while(|change| finding.path.after(&change.path()).is_none())
            .find(|change| finding.causes.iter().any(|cause| touches(change, cause)))
    }

    /// `span` counts where no change set the value; it is then one of the file's own text.
    fn place(&self, mut finding: Finding, span: Span, at_name: bool) -> Diagnostic {
        if let Some(change) = self.last_change(&finding.path) {
            if at_name && change.path() == finding.path {
                return change.diagnostic_at_step(finding.path.steps().len() - 1, finding);
            }
            return change.diagnostic(finding);
        }
        let text = self.source.text.as_str();
        // The change's path runs through a field that does not exist.
        let inner = self.changes.iter().rev().find(|change| change.path().after(&finding.path).is_some());
        if let Some(change) = inner {
            let steps = finding.path.steps();
            let (_, walked) = self.root.follow(text, steps);
            if walked < steps.len() {
                return change.diagnostic_at_step(steps.len() - 1, finding);
            }
            if finding.hint.is_none() {
                finding.hint = Some(change.hint());
            }
        }
        let span = if self.changed.is_none() {
            span
        } else {
            let (node, walked) = self.root.follow(text, finding.path.steps());
            let name = match finding.path.steps().last() {
                Some(Step::Field(name)) if at_name => {
                    let parent = self.root.follow(text, &finding.path.steps()[..walked.saturating_sub(1)]);
                    parent.0.name_of_child(text, name)
                }
                _ => None,
            };
            name.unwrap_or(node.span)
        };
        self.source.at_span(span, finding)
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
