//! Texts with where they come from, and files of text that are no larger than a config may be.

use std::fs::{self, File};
use std::io::Read;
use std::ops::Range;
use std::path::Path;

use super::diagnostic::{Diagnostic, Finding, Origin};
use super::locate::{Node, Span};
use super::path::FieldPath;

/// Largest file that is read [bytes].
pub const MAX_FILE_BYTES: u64 = 4_000_000;

/// What a config file may be.
pub(super) const ALLOWED: &str = "a RON file of at most 4 MB";

/// A text and where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SourceText {
    pub(super) origin: Origin,
    pub(super) text: String,
}

impl SourceText {
    /// A file's text.
    pub(super) fn of_file(path: &Path, text: String) -> Self {
        Self { origin: Origin::File(path.to_owned()), text }
    }

    /// The file, if it is one.
    pub(super) fn file(&self) -> Option<&Path> {
        match &self.origin {
            Origin::File(path) => Some(path),
            Origin::Override(_) | Origin::Path(_) => None,
        }
    }

    /// The tree of the text.
    ///
    /// # Errors
    /// Where it is no RON.
    pub(super) fn parse(&self) -> Result<Node, Diagnostic> {
        Node::parse(&self.text).map_err(|error| {
            let finding = Finding::new(error.path, error.found, error.allowed);
            self.at_span(error.span, finding)
        })
    }

    /// A mistake at some bytes of it.
    pub(super) fn at(&self, bytes: Range<usize>, finding: Finding) -> Diagnostic {
        Diagnostic::in_text(self.origin.clone(), &self.text, bytes, finding)
    }

    /// A mistake at a place of its tree.
    pub(super) fn at_span(&self, span: Span, finding: Finding) -> Diagnostic {
        self.at(span.start()..span.end(), finding)
    }
}

/// Why a file gives no text.
pub(super) enum Unreadable {
    /// The file as a whole: what was found in place of [`ALLOWED`].
    File(String),
    /// A byte that is no UTF-8.
    Byte(Box<Diagnostic>),
}

impl Unreadable {
    /// The mistake with the file as its place.
    pub(super) fn at(self, path: &Path) -> Diagnostic {
        match self {
            Self::File(found) => Diagnostic::of_file(path, found, ALLOWED),
            Self::Byte(diagnostic) => *diagnostic,
        }
    }
}

/// The whole text of a file.
///
/// # Errors
/// Where it is missing, no regular file, too large, unreadable or no UTF-8.
pub(super) fn read(path: &Path) -> Result<String, Unreadable> {
    let refuse = Unreadable::File;
    let metadata = fs::metadata(path).map_err(|error| refuse(reason(&error)))?;
    if metadata.is_dir() {
        return Err(refuse("a directory".into()));
    }
    // A pipe or device could block for ever or never end.
    if !metadata.is_file() {
        return Err(refuse("something that is no regular file".into()));
    }
    if metadata.len() > MAX_FILE_BYTES {
        return Err(refuse(format!("{:.1} MB", metadata.len() as f64 / 1e6)));
    }
    let mut bytes = Vec::new();
    // The file may grow between the two looks at it.
    let read = File::open(path).and_then(|file| file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes));
    read.map_err(|error| refuse(reason(&error)))?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(refuse("more than 4 MB".into()));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let bytes = error.into_bytes();
        let finding = Finding::new(
            FieldPath::root(),
            format!("the byte 0x{:02X}, which is no UTF-8", bytes.get(at).copied().unwrap_or(0)),
            "text in UTF-8",
        );
        let text = String::from_utf8_lossy(&bytes);
        let origin = Origin::File(path.to_owned());
        Unreadable::Byte(Box::new(Diagnostic::in_text(origin, &text, at..at + 1, finding)))
    })
}

fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "no such file".into(),
        std::io::ErrorKind::PermissionDenied => "a file that may not be read".into(),
        _ => format!("a file that cannot be read: {error}"),
    }
}
