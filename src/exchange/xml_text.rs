//! XML as text: elements, attributes, numbers.

use std::fmt::Write;

/// An XML file as it grows.
#[derive(Debug, Default)]
pub(super) struct XmlText {
    out: String,
    open: Vec<&'static str>,
}

impl XmlText {
    /// Begins an element that will have others within.
    pub(super) fn begin(&mut self, name: &'static str, attributes: &[(&str, String)]) {
        self.tag(name, attributes, ">");
        self.open.push(name);
    }

    /// Ends the element begun last.
    pub(super) fn end(&mut self) {
        if let Some(name) = self.open.pop() {
            let indent = self.indent();
            let _ = writeln!(self.out, "{indent}</{name}>");
        }
    }

    /// An element without others within.
    pub(super) fn element(&mut self, name: &'static str, attributes: &[(&str, String)]) {
        self.tag(name, attributes, "/>");
    }

    /// An element with text between its tags.
    pub(super) fn text(&mut self, name: &'static str, text: &str) {
        let indent = self.indent();
        let _ = writeln!(self.out, "{indent}<{name}>{}</{name}>", escaped(text));
    }

    /// A comment in a line of its own.
    pub(super) fn comment(&mut self, text: &str) {
        let indent = self.indent();
        // A comment must not hold two hyphens.
        let _ = writeln!(self.out, "{indent}<!-- {} -->", escaped(&text.replace("--", "- -")));
    }

    /// The file's text.
    pub(super) fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.end();
        }
        self.out
    }

    fn tag(&mut self, name: &str, attributes: &[(&str, String)], close: &str) {
        let indent = self.indent();
        let _ = write!(self.out, "{indent}<{name}");
        for (name, value) in attributes {
            let _ = write!(self.out, " {name}=\"{}\"", escaped(value));
        }
        let _ = writeln!(self.out, "{close}");
    }

    fn indent(&self) -> String {
        "  ".repeat(self.open.len())
    }
}

/// Marks and control characters as XML takes them.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\r' | '\t' => {
                let _ = write!(out, "&#{};", c as u32);
            }
            // XML 1.0 has no word for the others.
            c if c.is_control() || c == '\u{fffe}' || c == '\u{ffff}' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// The shortest text that reads back as the same number.
pub(super) fn number(value: f64) -> String {
    format!("{value:?}")
}

/// Numbers with spaces between them.
pub(super) fn numbers(values: &[f64]) -> String {
    values.iter().map(|value| number(*value)).collect::<Vec<_>>().join(" ")
}
