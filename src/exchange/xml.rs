//! XML as elements that know their place, with numbers read from attributes.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use roxmltree::{Document, Node, ParsingOptions};

use crate::config::diagnostic::{Diagnostic, Finding, Origin};
use crate::config::path::FieldPath;

/// Largest file that is read [bytes].
const MAX_FILE_BYTES: u64 = 8_000_000;

/// Most nodes of one file.
const MAX_NODES: u32 = 100_000;

/// Most attributes of an element: the parser holds each against all others.
const MAX_ATTRIBUTES: usize = 200;

/// Most namespaces of a file: the parser goes through all of them for every name.
const MAX_NAMESPACES: usize = 50;

/// Deepest nesting of elements.
const MAX_DEPTH: usize = 256;

/// What a file may be.
const ALLOWED: &str = "a URDF or MJCF file of at most 8 MB";

/// A file's text.
#[derive(Debug)]
struct XmlFile {
    path: PathBuf,
    text: String,
}

/// Where something stands.
#[derive(Debug, Clone)]
pub(super) struct Place {
    file: Rc<XmlFile>,
    /// Elements from the root, such as `robot/joint[left_knee]/limit`.
    field: String,
    span: Range<usize>,
}

impl Place {
    /// A mistake here.
    pub(super) fn refuse(&self, found: impl Into<String>, allowed: impl Into<String>) -> Diagnostic {
        let origin = Origin::File(self.file.path.clone());
        let finding = Finding::new(FieldPath::root(), found, allowed);
        let mut diagnostic = Diagnostic::in_text(origin, &self.file.text, self.span.clone(), finding);
        diagnostic.field.clone_from(&self.field);
        diagnostic
    }

    /// Line, from 1.
    pub(super) fn line(&self) -> usize {
        1 + self.file.text.as_bytes()[..self.span.start].iter().filter(|&&b| b == b'\n').count()
    }

    /// The file.
    pub(super) fn path(&self) -> &Path {
        &self.file.path
    }
}

/// An attribute.
#[derive(Debug, Clone)]
pub(super) struct Attribute {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) place: Place,
}

/// An element.
#[derive(Debug, Clone)]
pub(super) struct Element {
    /// Name; with its prefix's namespace in braces where it has one.
    pub(super) name: String,
    pub(super) attributes: Vec<Attribute>,
    pub(super) children: Vec<Element>,
    /// Text between its tags.
    pub(super) text: String,
    pub(super) place: Place,
}

/// Reads a file to its root element.
///
/// # Errors
/// Where the file cannot be read, is no XML, or is too large or too deep.
pub(super) fn read(path: &Path) -> Result<Element, Diagnostic> {
    let unreadable = |found: String| Diagnostic::of_file(path, found, ALLOWED);
    let metadata = fs::metadata(path).map_err(|error| unreadable(error.to_string()))?;
    if !metadata.is_file() {
        return Err(unreadable("something that is no regular file".into()));
    }
    if metadata.len() > MAX_FILE_BYTES {
        return Err(unreadable(format!("{:.1} MB", metadata.len() as f64 / 1e6)));
    }
    let bytes = fs::read(path).map_err(|error| unreadable(error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| unreadable("bytes that are no UTF-8".into()))?;
    parse(path, text)
}

/// The root element of a text that came from `path`.
///
/// # Errors
/// Where it is no XML, or too large or too deep.
pub(super) fn parse(path: &Path, text: String) -> Result<Element, Diagnostic> {
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    let file = Rc::new(XmlFile { path: path.to_owned(), text });
    if let Some((at, found, allowed)) = crowded(&file.text) {
        let place = Place { file: Rc::clone(&file), field: "(file)".into(), span: at..at + 1 };
        return Err(place.refuse(found, allowed));
    }
    let document = Document::parse_with_options(&file.text, options).map_err(|error| {
        let position = error.pos();
        let line_start: usize =
            file.text.split_inclusive('\n').take(position.row.saturating_sub(1) as usize).map(str::len).sum();
        let line = &file.text[line_start..];
        let at =
            line.char_indices().nth(position.col.saturating_sub(1) as usize).map_or(line.len(), |(i, _)| i);
        let span = line_start + at..line_start + at + 1;
        let place = Place { file: Rc::clone(&file), field: "(file)".into(), span };
        place.refuse(format!("no well-formed XML: {error}"), "a well-formed URDF or MJCF file without a DTD")
    })?;
    convert(&file, document.root_element(), "", 0)
}

/// Where a text has more attributes in a tag, or more namespaces, than are read: the byte, what is found
/// and what is allowed.
fn crowded(text: &str) -> Option<(usize, String, String)> {
    if let Some((at, _)) = text.match_indices("xmlns").nth(MAX_NAMESPACES) {
        let found = format!("more than {MAX_NAMESPACES} times `xmlns`");
        return Some((at, found, format!("at most {MAX_NAMESPACES} namespaces")));
    }
    // What begins so and ends so holds no tag.
    const OTHER: [(&str, &str); 3] = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")];
    let mut at = 0;
    while let Some(start) = text[at..].find('<').map(|offset| at + offset) {
        let rest = &text[start..];
        if let Some((open, close)) = OTHER.iter().find(|(open, _)| rest.starts_with(open)) {
            at = start + open.len() + rest[open.len()..].find(close)? + close.len();
            continue;
        }
        at = start + 1;
        let mut attributes = 0;
        while let Some(mark) = text[at..].find(['<', '>', '"', '\'', '=']).map(|offset| at + offset) {
            // A tag that is not closed ends where the next one begins.
            at = if text.as_bytes()[mark] == b'<' { mark } else { mark + 1 };
            match text.as_bytes()[mark] {
                b'<' | b'>' => break,
                b'=' => attributes += 1,
                quote => at += text[at..].find(char::from(quote))? + 1,
            }
            if attributes > MAX_ATTRIBUTES {
                let found = format!("an element of more than {MAX_ATTRIBUTES} attributes");
                return Some((start, found, format!("at most {MAX_ATTRIBUTES} attributes")));
            }
        }
    }
    None
}

fn convert(file: &Rc<XmlFile>, node: Node<'_, '_>, above: &str, depth: usize) -> Result<Element, Diagnostic> {
    let local = node.tag_name().name();
    let name = match node.tag_name().namespace() {
        Some(namespace) => format!("{{{namespace}}}{local}"),
        None => local.to_owned(),
    };
    let label = match node.attribute("name") {
        Some(own) => format!("{local}[{}]", own.chars().take(60).collect::<String>()),
        None => local.to_owned(),
    };
    // A path of hundreds of elements helps nobody and costs their product.
    let field = match above {
        "" => label,
        _ if above.len() > 200 => format!(".../{label}"),
        _ => format!("{above}/{label}"),
    };
    let range = node.range();
    let tag = &file.text[range.clone()];
    let end = tag.find('>').map_or(range.end, |i| range.start + i + 1);
    let place = Place { file: Rc::clone(file), field: field.clone(), span: range.start..end };
    if depth > MAX_DEPTH {
        return Err(place.refuse("elements nested too deeply", format!("at most {MAX_DEPTH} levels")));
    }
    let attributes = node.attributes().map(|attribute| Attribute {
        name: attribute.name().to_owned(),
        value: attribute.value().to_owned(),
        place: Place {
            file: Rc::clone(file),
            field: format!("{field}@{}", attribute.name()),
            span: attribute.range_value(),
        },
    });
    let attributes = attributes.collect();
    let text = node.children().filter(Node::is_text).filter_map(|n| n.text()).collect();
    let children = node.children().filter(Node::is_element);
    let children = children.map(|child| convert(file, child, &field, depth + 1)).collect::<Result<_, _>>()?;
    Ok(Element { name, attributes, children, text, place })
}

impl Element {
    /// An attribute; none where it is not written.
    pub(super) fn get(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// An attribute that must be there.
    pub(super) fn need(&self, name: &str) -> Result<&Attribute, Diagnostic> {
        self.get(name).ok_or_else(|| {
            let mut diagnostic = self.place.refuse("nothing", format!("an attribute `{name}`"));
            diagnostic.field = format!("{}@{name}", self.place.field);
            diagnostic
        })
    }

    /// The first child of a name.
    pub(super) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// A child that must be there.
    pub(super) fn need_child(&self, name: &str) -> Result<&Element, Diagnostic> {
        self.child(name).ok_or_else(|| self.place.refuse(format!("no <{name}>"), format!("one <{name}>")))
    }

    /// All children of a name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// A number, if the attribute is written.
    pub(super) fn number(&self, name: &str) -> Result<Option<f64>, Diagnostic> {
        self.get(name).map(Attribute::number).transpose()
    }

    /// Three numbers, if the attribute is written.
    pub(super) fn vector(&self, name: &str) -> Result<Option<[f64; 3]>, Diagnostic> {
        self.get(name).map(Attribute::array::<3>).transpose()
    }
}

impl Attribute {
    /// A mistake in its value.
    pub(super) fn refuse(&self, allowed: impl Into<String>) -> Diagnostic {
        let shown: String = self.value.chars().take(60).collect();
        let mut diagnostic = self.place.refuse(format!("`{shown}`"), allowed);
        if self.value.contains("${") {
            diagnostic.hint = Some("a xacro expression: run `xacro FILE > robot.urdf` first".into());
        }
        diagnostic
    }

    /// One finite number.
    pub(super) fn number(&self) -> Result<f64, Diagnostic> {
        self.array::<1>().map(|[value]| value)
    }

    /// So many finite numbers.
    pub(super) fn array<const N: usize>(&self) -> Result<[f64; N], Diagnostic> {
        let allowed = || match N {
            1 => "a finite number".to_owned(),
            _ => format!("{N} finite numbers"),
        };
        let values = self.numbers().map_err(|_| self.refuse(allowed()))?;
        values.try_into().map_err(|_| self.refuse(allowed()))
    }

    /// Finite numbers, however many.
    pub(super) fn numbers(&self) -> Result<Vec<f64>, Diagnostic> {
        let number = |word: &str| word.parse::<f64>().ok().filter(|value| value.is_finite());
        let values: Option<Vec<f64>> = self.value.split_whitespace().map(number).collect();
        values.ok_or_else(|| self.refuse("finite numbers"))
    }

    /// A number above 0.
    pub(super) fn positive(&self) -> Result<f64, Diagnostic> {
        let value = self.number()?;
        if value > 0.0 { Ok(value) } else { Err(self.refuse("a positive number")) }
    }

    /// A number not below 0.
    pub(super) fn not_negative(&self) -> Result<f64, Diagnostic> {
        let value = self.number()?;
        if value >= 0.0 { Ok(value) } else { Err(self.refuse("a number not below 0")) }
    }

    /// `true` or `false`.
    pub(super) fn flag(&self) -> Result<bool, Diagnostic> {
        match self.value.trim() {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(self.refuse("`true` or `false`")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_names_file_line_element_and_attribute() {
        let text = "<robot>\n  <joint name=\"knee\">\n    <limit effort=\"much\"/>\n  </joint>\n</robot>";
        let root = parse(Path::new("a.urdf"), text.into()).expect("XML");
        let limit = root.child("joint").and_then(|j| j.child("limit")).expect("a limit");
        let error = limit.number("effort").expect_err("no number");
        assert_eq!(
            error.to_string(),
            "a.urdf:3:20: robot/joint[knee]/limit@effort: found `much`, allowed: a finite number"
        );
    }

    #[test]
    fn deep_and_broken_texts_are_refused() {
        let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
        assert!(parse(Path::new("a"), deep).is_err());
        for text in ["", "<a", "<a><b></a>", "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", "<a b='1' b='2'/>"]
        {
            assert!(parse(Path::new("a"), text.into()).is_err(), "{text}");
        }
    }
}
