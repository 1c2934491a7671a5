//! Includes: a file `(base: "other.ron", changes: { "path": value, ... })` is the other file, changed.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::diagnostic::{ConfigError, Diagnostic, Finding, clip};
use super::locate::{Field, Node, Shape};
use super::overlay::changes_of;
use super::overrides::{Override, unknown_field};
use super::path::FieldPath;
use super::source::{self, SourceText, Unreadable};

/// Most files of a chain.
const MAX_FILES: usize = 16;

/// A file's text at the bottom of its includes, and what they change in it.
#[derive(Debug, Clone)]
pub(super) struct Layers {
    /// The file that was asked for, then the ones it includes, nearest first.
    pub(super) files: Vec<PathBuf>,
    /// The text of the last of them.
    pub(super) source: Arc<SourceText>,
    /// Its tree.
    pub(super) root: Node,
    /// What the others change, the innermost first.
    pub(super) changes: Vec<Override>,
}

impl Layers {
    /// Reads a file and those it includes.
    ///
    /// # Errors
    /// Where a file cannot be read, is no RON, includes itself, or says anything beside `base` and
    /// `changes`.
    pub(super) fn read(path: &Path) -> Result<Self, ConfigError> {
        Self::of_text(path, source::read(path).map_err(|error| error.at(path))?)
    }

    /// The same from a text that came from `path`.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub(super) fn of_text(path: &Path, text: String) -> Result<Self, ConfigError> {
        let mut files = vec![path.to_owned()];
        let mut outer: Vec<Vec<Override>> = Vec::new();
        let mut source = Arc::new(SourceText::of_file(path, text));
        loop {
            let root = source.parse()?;
            let Some(include) = Include::of(&source, &root)? else {
                let changes = outer.into_iter().rev().flatten().collect();
                return Ok(Self { files, source, root, changes });
            };
            let (path, text) = include.base(&source, &files)?;
            outer.push(include.changes);
            source = Arc::new(SourceText::of_file(&path, text));
            files.push(path);
        }
    }
}

/// What an including file says.
struct Include {
    base: Node,
    changes: Vec<Override>,
}

impl Include {
    /// None where the file includes no other.
    fn of(source: &Arc<SourceText>, root: &Node) -> Result<Option<Self>, Diagnostic> {
        const KNOWN: [&str; 2] = ["base", "changes"];
        let text = source.text.as_str();
        let Shape::Struct { fields, .. } = &root.shape else { return Ok(None) };
        let name = |field: &Field| field.name.of(text).to_owned();
        if !fields.iter().any(|field| KNOWN.contains(&name(field).as_str())) {
            return Ok(None);
        }
        let mut found: [Option<&Node>; 2] = [None, None];
        for field in fields {
            let name = name(field);
            let path = FieldPath::root().field(&name);
            let Some(known) = KNOWN.iter().position(|known| *known == name) else {
                let finding = unknown_field(path, &name, &KNOWN);
                let hint = finding.hint.clone();
                let hint = hint.unwrap_or_else(|| format!("write `changes: {{ \"{name}\": ... }}`"));
                return Err(source.at_span(field.name, finding.with_hint(Some(hint))));
            };
            if found[known].replace(&field.value).is_some() {
                let finding = Finding::new(path, "the same field twice", "the field once");
                return Err(source.at_span(field.name, finding));
            }
        }
        let Some(base) = found[0] else {
            let path = FieldPath::root().field("base");
            let finding = Finding::new(path, "no such field", "`base: \"file.ron\"` beside `changes`");
            return Err(source.at(root.span.start()..root.span.start() + 1, finding));
        };
        let changes = match found[1] {
            Some(map) => changes_of(source, map, &FieldPath::root().field("changes"))?,
            None => Vec::new(),
        };
        Ok(Some(Self { base: base.clone(), changes }))
    }

    /// Path and text of the included file; `files` are those read before, the including one last.
    fn base(&self, source: &SourceText, files: &[PathBuf]) -> Result<(PathBuf, String), Diagnostic> {
        let refuse = |found: String, allowed: &str| {
            source.at_span(self.base.span, Finding::new(FieldPath::root().field("base"), found, allowed))
        };
        let written = self.base.span.of(&source.text);
        let Ok(name) = ron::from_str::<String>(written) else {
            return Err(refuse(format!("`{}`", clip(written, 40)), "a file's name in double quotes"));
        };
        let folder = files.last().and_then(|file| file.parent()).unwrap_or(Path::new(""));
        let path = folder.join(name);
        let text = match source::read(&path) {
            Ok(text) => text,
            Err(Unreadable::File(found)) => {
                return Err(refuse(format!("{found} at {}", path.display()), source::ALLOWED));
            }
            Err(unreadable) => return Err(unreadable.at(&path)),
        };
        let same = |other: &PathBuf| match (other.canonicalize(), path.canonicalize()) {
            (Ok(a), Ok(b)) => a == b,
            _ => *other == path,
        };
        if let Some(first) = files.iter().position(same) {
            let mut chain: Vec<String> = files[first..].iter().map(|f| f.display().to_string()).collect();
            chain.push(chain[0].clone());
            return Err(refuse(
                format!("a cycle: {}", chain.join(" -> ")),
                "a file that does not include this one",
            ));
        }
        if files.len() >= MAX_FILES {
            let allowed = format!("a chain of at most {MAX_FILES} files");
            return Err(refuse(format!("file {} of a chain", files.len() + 1), &allowed));
        }
        Ok((path, text))
    }
}
