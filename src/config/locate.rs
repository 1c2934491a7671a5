//! Where the values of a RON text stand.
//!
//! A scanner reads the text's shape (structs, lists, tuples, maps) and leaves the meaning of each scalar
//! to the `ron` crate. Its tree leads from a field's path to a line and column, and back.

use super::diagnostic::Finding;
use super::path::{FieldPath, Step};

/// Deepest nesting a file may have; configs need about ten levels.
pub const MAX_DEPTH: usize = 64;

/// Bytes `start..end` of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// Bytes `start..end`; texts are shorter than 4 GiB.
    pub fn new(start: usize, end: usize) -> Self {
        let clip = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self { start: clip(start), end: clip(end) }
    }

    /// First byte.
    pub fn start(self) -> usize {
        self.start as usize
    }

    /// Byte behind the last one.
    pub fn end(self) -> usize {
        self.end as usize
    }

    /// What stands there.
    pub fn of(self, text: &str) -> &str {
        text.get(self.start()..self.end()).unwrap_or("")
    }

    fn contains(self, offset: usize) -> bool {
        (self.start()..self.end()).contains(&offset)
    }
}

/// A value of the text and the values it contains.
#[derive(Debug, Clone)]
pub struct Node {
    /// All of it, with its name and brackets.
    pub span: Span,
    /// What it is.
    pub shape: Shape,
}

/// What a value is.
#[derive(Debug, Clone)]
pub enum Shape {
    /// A number, string, character, truth value or bare name.
    Scalar,
    /// `Name(field: value)`, `(field: value)` or `()`.
    Struct {
        /// The name before the bracket.
        name: Option<Span>,
        /// Its fields in order.
        fields: Vec<Field>,
    },
    /// `Name(value, value)` or `(value, value)`.
    Tuple {
        /// The name before the bracket.
        name: Option<Span>,
        /// Its elements in order.
        items: Vec<Node>,
    },
    /// `[value, value]`.
    List(Vec<Node>),
    /// `{key: value}`.
    Map(Vec<(Node, Node)>),
}

/// A field of a struct.
#[derive(Debug, Clone)]
pub struct Field {
    /// Where its name stands.
    pub name: Span,
    /// Its value.
    pub value: Node,
}

/// Where a text stops being RON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// The offending bytes.
    pub span: Span,
    /// The innermost value that was being read.
    pub path: FieldPath,
    /// What stands there.
    pub found: String,
    /// What may stand there.
    pub allowed: String,
}

impl Node {
    /// Reads a text of one value.
    ///
    /// # Errors
    /// Where brackets, commas, strings or comments do not fit, or nest deeper than [`MAX_DEPTH`].
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        let mut scanner = Scanner { text, at: 0, path: Vec::new() };
        scanner.skip_attributes()?;
        scanner.skip_space()?;
        let node = scanner.value(0)?;
        scanner.skip_space()?;
        if scanner.at < text.len() {
            return Err(scanner.unexpected("the end of the file"));
        }
        Ok(node)
    }

    /// The value behind `Some(...)`, at any depth; itself where there is none.
    pub fn unwrapped<'a>(&'a self, text: &str) -> &'a Node {
        let mut node = self;
        while let Shape::Tuple { name: Some(name), items } = &node.shape
            && let [inner] = items.as_slice()
            && name.of(text) == "Some"
        {
            node = inner;
        }
        node
    }

    /// The contained value that a step leads to.
    pub fn child<'a>(&'a self, text: &str, step: &Step) -> Option<&'a Node> {
        match (&self.unwrapped(text).shape, step) {
            (Shape::Struct { fields, .. }, Step::Field(name)) => {
                fields.iter().find(|f| field_name(f.name.of(text)) == name).map(|f| &f.value)
            }
            (Shape::Map(entries), Step::Field(name) | Step::Key(name)) => {
                entries.iter().find(|(key, _)| key_name(key.span.of(text)) == name).map(|(_, value)| value)
            }
            (Shape::Tuple { items, .. } | Shape::List(items), Step::Index(index)) => items.get(*index),
            (Shape::List(items), Step::Key(name)) => match self.elements_named(text, name)[..] {
                [index] => items.get(index),
                _ => None,
            },
            _ => None,
        }
    }

    /// The elements of a list that a name means.
    pub fn elements_named(&self, text: &str, name: &str) -> Vec<usize> {
        let names = self.element_names(text);
        names.into_iter().filter(|(_, of)| *of == name).map(|(index, _)| index).collect()
    }

    /// What the elements of a list are called: their field `name`, or `metric` where they have none.
    pub fn element_names<'a>(&self, text: &'a str) -> Vec<(usize, &'a str)> {
        let Shape::List(items) = &self.unwrapped(text).shape else { return Vec::new() };
        let name_of = |item: &Node| {
            let name = |field: &str| item.child(text, &Step::Field(field.to_owned()));
            name("name").or_else(|| name("metric")).map(|value| key_name(value.span.of(text)))
        };
        items.iter().enumerate().filter_map(|(i, item)| Some((i, name_of(item)?))).collect()
    }

    /// The same steps with elements called by their index and entries by their field, as findings have
    /// them; as they are from where they lead nowhere.
    pub fn resolve(&self, text: &str, steps: &[Step]) -> Vec<Step> {
        let mut resolved = steps.to_vec();
        let mut node = self;
        for step in &mut resolved {
            let inside = node.unwrapped(text);
            if let Step::Key(name) = step {
                match &inside.shape {
                    Shape::Map(_) => *step = Step::Field(name.clone()),
                    Shape::List(_) => match inside.elements_named(text, name)[..] {
                        [index] => *step = Step::Index(index),
                        _ => break,
                    },
                    _ => break,
                }
            }
            match node.child(text, step) {
                Some(child) => node = child,
                None => break,
            }
        }
        resolved
    }

    /// Where the name of a field or the key of an entry stands.
    pub fn name_of_child(&self, text: &str, name: &str) -> Option<Span> {
        match &self.unwrapped(text).shape {
            Shape::Struct { fields, .. } => {
                fields.iter().find(|f| field_name(f.name.of(text)) == name).map(|f| f.name)
            }
            Shape::Map(entries) => {
                entries.iter().find(|(key, _)| key_name(key.span.of(text)) == name).map(|(key, _)| key.span)
            }
            _ => None,
        }
    }

    /// Follows a path as far as it exists: the value reached and how many steps led there.
    pub fn follow<'a>(&'a self, text: &str, steps: &[Step]) -> (&'a Node, usize) {
        let mut node = self;
        for (walked, step) in steps.iter().enumerate() {
            match node.child(text, step) {
                Some(child) => node = child,
                None => return (node, walked),
            }
        }
        (node, steps.len())
    }

    /// The innermost value around a byte (or just before it) and its path.
    pub fn innermost_at(&self, text: &str, offset: usize) -> (&Node, FieldPath) {
        let mut node = self;
        let mut path = FieldPath::root();
        loop {
            let inside = node.unwrapped(text);
            let touches = |span: Span, strict: bool| {
                if strict { span.contains(offset) } else { span.end() == offset }
            };
            let pick = |strict: bool| -> Option<(Step, &Node)> {
                match &inside.shape {
                    Shape::Scalar => None,
                    Shape::Struct { fields, .. } => fields
                        .iter()
                        .find(|f| touches(f.value.span, strict))
                        .map(|f| (Step::Field(field_name(f.name.of(text)).to_owned()), &f.value)),
                    Shape::Tuple { items, .. } | Shape::List(items) => items
                        .iter()
                        .position(|item| touches(item.span, strict))
                        .map(|i| (Step::Index(i), &items[i])),
                    Shape::Map(entries) => entries
                        .iter()
                        .find(|(_, value)| touches(value.span, strict))
                        .map(|(key, value)| (Step::Field(key_name(key.span.of(text)).to_owned()), value)),
                }
            };
            // A closing bracket or a comma belongs to the outer value, the end of a number to the number.
            let at_bracket = matches!(text.as_bytes().get(offset), Some(b')' | b']' | b'}'));
            let next = pick(true).or_else(|| if at_bracket { None } else { pick(false) });
            let Some((step, child)) = next else { return (inside, path) };
            path = path.join(step);
            node = child;
        }
    }

    /// The first list, map or struct of more than `most_elements`, or the whole where it has more than
    /// `most_values`.
    pub fn crowded(&self, text: &str, most_elements: usize, most_values: usize) -> Option<Finding> {
        let mut values = 0;
        let crowded = self.first_crowded(text, &FieldPath::root(), most_elements, &mut values);
        crowded.or_else(|| {
            let allowed = format!("at most {most_values}");
            (values > most_values)
                .then(|| Finding::new(FieldPath::root(), format!("{values} values"), allowed))
        })
    }

    fn first_crowded(
        &self,
        text: &str,
        path: &FieldPath,
        most: usize,
        values: &mut usize,
    ) -> Option<Finding> {
        let children = self.unwrapped(text).children(text);
        if children.len() > most {
            let found = format!("{} elements", children.len());
            return Some(Finding::new(path.clone(), found, format!("at most {most}")));
        }
        *values += 1;
        children.into_iter().find_map(|(step, node)| node.first_crowded(text, &path.join(step), most, values))
    }

    /// The contained values, each with the step that leads to it.
    fn children(&self, text: &str) -> Vec<(Step, &Node)> {
        match &self.shape {
            Shape::Scalar => Vec::new(),
            Shape::Struct { fields, .. } => fields
                .iter()
                .map(|f| (Step::Field(field_name(f.name.of(text)).to_owned()), &f.value))
                .collect(),
            Shape::Tuple { items, .. } | Shape::List(items) => {
                items.iter().enumerate().map(|(i, item)| (Step::Index(i), item)).collect()
            }
            Shape::Map(entries) => entries
                .iter()
                .map(|(key, value)| (Step::Field(key_name(key.span.of(text)).to_owned()), value))
                .collect(),
        }
    }

    /// Visits every scalar with its path, in the order of the text.
    pub fn for_each_scalar(&self, text: &str, path: &FieldPath, visit: &mut dyn FnMut(&FieldPath, Span)) {
        let inside = self.unwrapped(text);
        if matches!(inside.shape, Shape::Scalar) {
            visit(path, inside.span);
        }
        for (step, node) in inside.children(text) {
            node.for_each_scalar(text, &path.join(step), visit);
        }
    }
}

/// A field's name without the mark of a raw identifier.
fn field_name(text: &str) -> &str {
    text.strip_prefix("r#").unwrap_or(text)
}

/// A map's key without quotes.
fn key_name(text: &str) -> &str {
    text.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(text)
}

/// The next byte that belongs neither to white space nor to a comment, from one that belongs to none.
pub(super) fn after_space(text: &str, at: usize) -> usize {
    let mut scanner = Scanner { text, at, path: Vec::new() };
    // A comment that nothing closes is where the text ends.
    match scanner.skip_space() {
        Ok(()) => scanner.at,
        Err(_) => text.len(),
    }
}

/// The end of a line behind a value: comments that follow in the same line belong to it.
pub(super) fn end_of_line(text: &str, at: usize) -> usize {
    let mut scanner = Scanner { text, at, path: Vec::new() };
    let blank = |c| matches!(c, ' ' | '\t');
    let mut end = at;
    loop {
        scanner.take_while(blank);
        if scanner.rest().starts_with("//") {
            scanner.take_while(|c| !matches!(c, '\r' | '\n'));
            return scanner.at;
        }
        if scanner.rest().starts_with(['\r', '\n']) {
            return scanner.at;
        }
        if !scanner.rest().starts_with("/*") || scanner.skip_block_comment().is_err() {
            return end;
        }
        end = scanner.at;
    }
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    path: Vec<Step>,
}

impl<'a> Scanner<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn eat(&mut self, c: char) -> bool {
        let there = self.peek() == Some(c);
        if there {
            self.at += c.len_utf8();
        }
        there
    }

    fn take_while(&mut self, keep: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.at += rest.find(|c| !keep(c)).unwrap_or(rest.len());
    }

    fn error(&self, span: Span, found: impl Into<String>, allowed: impl Into<String>) -> SyntaxError {
        SyntaxError {
            span,
            path: FieldPath::new(self.path.clone()),
            found: found.into(),
            allowed: allowed.into(),
        }
    }

    fn unexpected(&self, allowed: impl Into<String>) -> SyntaxError {
        match self.peek() {
            Some(c) => {
                let word = self.rest().find(|c| !is_name_char(c)).unwrap_or(self.rest().len());
                let length = word.max(c.len_utf8());
                let found: String = self.rest()[..length].chars().take(40).collect();
                let found = if c.is_control() || c == '\u{feff}' {
                    format!("the character {c:?}")
                } else {
                    format!("`{found}`")
                };
                self.error(Span::new(self.at, self.at + length), found, allowed)
            }
            None => self.error(Span::new(self.at, self.at), "the end of the file", allowed),
        }
    }

    fn skip_attributes(&mut self) -> Result<(), SyntaxError> {
        loop {
            self.skip_space()?;
            if !self.rest().starts_with("#!") {
                return Ok(());
            }
            match self.rest().find(']') {
                Some(end) => self.at += end + 1,
                None => {
                    let span = Span::new(self.at, self.at + 2);
                    return Err(self.error(span, "an open attribute", "a closing `]`"));
                }
            }
        }
    }

    /// Skips white space and comments.
    fn skip_space(&mut self) -> Result<(), SyntaxError> {
        loop {
            self.take_while(is_space);
            if self.rest().starts_with("//") {
                self.take_while(|c| c != '\n');
            } else if self.rest().starts_with("/*") {
                self.skip_block_comment()?;
            } else {
                return Ok(());
            }
        }
    }

    /// Skips a block comment and those nested in it.
    fn skip_block_comment(&mut self) -> Result<(), SyntaxError> {
        let start = self.at;
        let mut depth = 0_usize;
        loop {
            let rest = self.rest();
            let Some(mark) = rest.find(['/', '*']) else {
                return Err(self.error(Span::new(start, start + 2), "an open comment", "a closing `*/`"));
            };
            let here = &rest[mark..];
            if here.starts_with("/*") {
                depth += 1;
                self.at += mark + 2;
            } else if here.starts_with("*/") {
                depth -= 1;
                self.at += mark + 2;
                if depth == 0 {
                    return Ok(());
                }
            } else {
                self.at += mark + 1;
            }
        }
    }

    fn value(&mut self, depth: usize) -> Result<Node, SyntaxError> {
        let start = self.at;
        let Some(c) = self.peek() else { return Err(self.unexpected("a value")) };
        if depth > MAX_DEPTH {
            let found = format!("more than {MAX_DEPTH} nested brackets");
            return Err(self.error(Span::new(start, start + 1), found, "fewer"));
        }
        let shape = match c {
            '(' => self.parenthesis(None, depth)?,
            '[' => self.list(depth)?,
            '{' => self.map(depth)?,
            '"' => self.string()?,
            '\'' => self.character()?,
            '0'..='9' | '+' | '-' | '.' => self.number()?,
            c if is_name_start(c) => {
                if let Some(shape) = self.prefixed_literal()? {
                    shape
                } else {
                    let name = self.name();
                    let after_name = self.at;
                    self.skip_space()?;
                    if self.peek() == Some('(') {
                        self.parenthesis(Some(name), depth)?
                    } else {
                        self.at = after_name;
                        Shape::Scalar
                    }
                }
            }
            _ => return Err(self.unexpected("a value")),
        };
        Ok(Node { span: Span::new(start, self.at), shape })
    }

    /// A bare name; the caller has seen its first character.
    fn name(&mut self) -> Span {
        let start = self.at;
        if self.rest().starts_with("r#") {
            self.at += 2;
        }
        self.take_while(is_name_char);
        Span::new(start, self.at)
    }

    /// `r"..."`, `r#"..."#`, `b"..."`, `br"..."`, `b'...'`; none where a plain name begins.
    fn prefixed_literal(&mut self) -> Result<Option<Shape>, SyntaxError> {
        let rest = self.rest();
        let letters = rest.find(|c| !matches!(c, 'b' | 'r')).unwrap_or(rest.len());
        let prefix = &rest[..letters];
        let after = &rest[letters..];
        let hashes = after.len() - after.trim_start_matches('#').len();
        let quote = after[hashes..].chars().next();
        match (prefix, hashes, quote) {
            ("b", 0, Some('"')) => {
                self.at += 1;
                self.string().map(Some)
            }
            ("b", 0, Some('\'')) => {
                self.at += 1;
                self.character().map(Some)
            }
            ("r" | "br", _, Some('"')) => {
                let start = self.at;
                let open = letters + hashes + 1;
                let close = format!("\"{}", "#".repeat(hashes));
                let Some(length) = rest[open..].find(&close) else {
                    let span = Span::new(start, start + open);
                    return Err(self.error(span, "an open string", format!("a closing `{close}`")));
                };
                self.at += open + length + close.len();
                Ok(Some(Shape::Scalar))
            }
            _ => Ok(None),
        }
    }

    fn string(&mut self) -> Result<Shape, SyntaxError> {
        self.quoted('"', "an open string", "a closing `\"`")
    }

    fn character(&mut self) -> Result<Shape, SyntaxError> {
        self.quoted('\'', "an open character", "a closing `'`")
    }

    fn quoted(&mut self, quote: char, found: &str, allowed: &str) -> Result<Shape, SyntaxError> {
        let start = self.at;
        self.at += 1;
        while let Some(offset) = self.rest().find([quote, '\\']) {
            self.at += offset;
            if self.eat(quote) {
                return Ok(Shape::Scalar);
            }
            self.at += 1;
            self.at += self.peek().map_or(0, char::len_utf8);
        }
        Err(self.error(Span::new(start, start + 1), found, allowed))
    }

    fn number(&mut self) -> Result<Shape, SyntaxError> {
        let start = self.at;
        let mut last = ' ';
        while let Some(c) = self.peek() {
            let sign = matches!(c, '+' | '-') && (self.at == start || matches!(last, 'e' | 'E'));
            if !(sign || c.is_ascii_alphanumeric() || matches!(c, '_' | '.')) {
                break;
            }
            last = c;
            self.at += 1;
        }
        Ok(Shape::Scalar)
    }

    /// `(...)`: a struct where the first element is `name: value`, else a tuple.
    fn parenthesis(&mut self, name: Option<Span>, depth: usize) -> Result<Shape, SyntaxError> {
        let open = self.at;
        self.at += 1;
        let mut fields: Vec<Field> = Vec::new();
        let mut items: Vec<Node> = Vec::new();
        loop {
            self.skip_space()?;
            if self.eat(')') {
                break;
            }
            match self.field_name()? {
                Some(field) if items.is_empty() => {
                    self.path.push(Step::Field(field_name(field.of(self.text)).to_owned()));
                    self.skip_space()?;
                    let value = self.value(depth + 1)?;
                    self.path.pop();
                    fields.push(Field { name: field, value });
                }
                Some(field) => {
                    let found = format!("`{}:`", field.of(self.text));
                    return Err(self.error(field, found, "a value, as in the elements before it"));
                }
                None if fields.is_empty() => {
                    self.path.push(Step::Index(items.len()));
                    items.push(self.element(open, ')', depth)?);
                    self.path.pop();
                }
                None => {
                    self.check_open(open, ')')?;
                    return Err(self.unexpected("`name: value` or `)`"));
                }
            }
            self.separator(open, ')')?;
        }
        Ok(if items.is_empty() { Shape::Struct { name, fields } } else { Shape::Tuple { name, items } })
    }

    /// The name of a field and the colon behind it; stays where it is if there is none.
    fn field_name(&mut self) -> Result<Option<Span>, SyntaxError> {
        let start = self.at;
        if self.peek().is_some_and(is_name_start) {
            let name = self.name();
            self.skip_space()?;
            if self.eat(':') {
                return Ok(Some(name));
            }
        }
        self.at = start;
        Ok(None)
    }

    fn list(&mut self, depth: usize) -> Result<Shape, SyntaxError> {
        let open = self.at;
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.skip_space()?;
            if self.eat(']') {
                return Ok(Shape::List(items));
            }
            self.path.push(Step::Index(items.len()));
            items.push(self.element(open, ']', depth)?);
            self.path.pop();
            self.separator(open, ']')?;
        }
    }

    fn map(&mut self, depth: usize) -> Result<Shape, SyntaxError> {
        let open = self.at;
        self.at += 1;
        let mut entries = Vec::new();
        loop {
            self.skip_space()?;
            if self.eat('}') {
                return Ok(Shape::Map(entries));
            }
            let key = self.element(open, '}', depth)?;
            self.skip_space()?;
            self.path.push(Step::Field(key_name(key.span.of(self.text)).to_owned()));
            if !self.eat(':') {
                return Err(self.unexpected("`:` and a value"));
            }
            self.skip_space()?;
            let value = self.value(depth + 1)?;
            self.path.pop();
            entries.push((key, value));
            self.separator(open, '}')?;
        }
    }

    fn element(&mut self, open: usize, close: char, depth: usize) -> Result<Node, SyntaxError> {
        self.check_open(open, close)?;
        self.value(depth + 1)
    }

    /// At the end of the file the mistake is the bracket that nothing closes.
    fn check_open(&self, open: usize, close: char) -> Result<(), SyntaxError> {
        if self.at < self.text.len() {
            return Ok(());
        }
        let span = Span::new(open, open + 1);
        Err(self.error(span, "a bracket that is never closed", format!("a closing `{close}`")))
    }

    fn separator(&mut self, open: usize, close: char) -> Result<(), SyntaxError> {
        self.skip_space()?;
        if self.eat(',') || self.peek() == Some(close) {
            return Ok(());
        }
        self.check_open(open, close)?;
        Err(self.unexpected(format!("`,` or `{close}`")))
    }
}

fn is_name_start(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

fn is_name_char(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// White space as RON has it.
fn is_space(c: char) -> bool {
    matches!(
        c,
        ' ' | '\n'
            | '\t'
            | '\r'
            | '\x0B'
            | '\x0C'
            | '\u{85}'
            | '\u{200E}'
            | '\u{200F}'
            | '\u{2028}'
            | '\u{2029}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r##"#![enable(implicit_some)]
// a ( comment [
Robot(
    name: "a \" ) b", /* nested /* ] */ */ raw: r#"x " ) y"#,
    limits: (-1.5e-3, 2),
    shape: Box (size: (1, 2, 3)),
    range: Some((0.5, 1.0)),
    at: Time(4.0), letter: '\'',
    angles: { "left knee": 0.25, "b": -inf },
    list: [(mass: 1), (mass: 2),],
    empty: (), r#type: None,
)"##;

    fn at(path: &str) -> String {
        let node = Node::parse(TEXT).expect("the text is RON");
        let path = FieldPath::parse(path).expect("a path");
        let (found, walked) = node.follow(TEXT, path.steps());
        assert_eq!(walked, path.steps().len(), "{path}");
        found.span.of(TEXT).to_owned()
    }

    #[test]
    fn finds_values_by_path() {
        for (path, value) in [
            ("name", r#""a \" ) b""#),
            ("raw", "r#\"x \" ) y\"#"),
            ("limits[0]", "-1.5e-3"),
            ("shape.size[2]", "3"),
            ("range", "Some((0.5, 1.0))"),
            ("range[1]", "1.0"),
            ("at[0]", "4.0"),
            ("letter", r"'\''"),
            ("angles[\"left knee\"]", "0.25"),
            ("angles.b", "-inf"),
            ("list[1].mass", "2"),
            ("empty", "()"),
            ("type", "None"),
        ] {
            assert_eq!(at(path), value, "{path}");
        }
    }

    #[test]
    fn finds_paths_by_place() {
        let node = Node::parse(TEXT).expect("the text is RON");
        for (needle, path) in
            [("2),]", "list[1].mass"), ("0.25", "angles[\"left knee\"]"), ("1.0))", "range[1]")]
        {
            let offset = TEXT.find(needle).expect(needle);
            assert_eq!(node.innermost_at(TEXT, offset).1.to_string(), path);
        }
    }

    #[test]
    fn names_the_place_of_a_mistake() {
        for (text, offset, allowed, path) in [
            ("(a: [1 2])", 7, "`,` or `]`", "a[0]"),
            ("(a: [1, 2)", 9, "`,` or `]`", "a[1]"),
            ("(a: (b: 1)", 0, "a closing `)`", "(file)"),
            ("(a: \"x)", 4, "a closing `\"`", "a"),
            ("(a: )", 4, "a value", "a"),
            ("(a: 1) b", 7, "the end of the file", "(file)"),
            ("(a: 1, 2)", 7, "`name: value` or `)`", "(file)"),
            ("(a: 1 /* )", 6, "a closing `*/`", "(file)"),
            ("", 0, "a value", "(file)"),
        ] {
            let error = Node::parse(text).expect_err(text);
            assert_eq!((error.span.start(), error.allowed.as_str()), (offset, allowed), "{text}");
            // After a complete element the mistake belongs to the list around it.
            if !allowed.starts_with("`,`") {
                assert_eq!(error.path.to_string(), path, "{text}");
            }
        }
    }

    #[test]
    fn deep_nesting_is_an_error() {
        let text = "[".repeat(100_000);
        let error = Node::parse(&text).expect_err("too deep");
        assert_eq!(error.span.start(), MAX_DEPTH + 1);
    }
}
