//! `loong explain`: what a field of a config is.

use super::error::CliError;
use super::run::say;
use crate::config::explain::{Explanation, Part, explain as explain_path, roots};

/// Explains a field, or lists what a path may begin with.
pub fn explain(path: Option<&str>) -> Result<bool, CliError> {
    let text = match path {
        Some(path) => text(&explain_path(path)?),
        None => format!(
            "What a file may say; `loong explain scenario.terrain` goes on from here.\n\n{}",
            table(&roots())
        ),
    };
    say(&text)?;
    Ok(true)
}

fn text(explanation: &Explanation) -> String {
    let Explanation { path, doc, kind, unit, range, default, parts } = explanation;
    let mut text = format!("{path}\n");
    for line in doc.lines() {
        text += format!("  {line}").trim_end();
        text += "\n";
    }
    text += "\n";
    let rows = [
        ("type", Some(kind)),
        ("unit", unit.as_ref()),
        ("range", range.as_ref()),
        ("default", default.as_ref()),
    ];
    for (name, value) in rows {
        if let Some(value) = value {
            text += &format!("  {name:<8} {value}\n");
        }
    }
    if !parts.is_empty() {
        text += "\n";
        text += &table(parts);
    }
    text
}

/// Names, defaults and what the parts are for.
fn table(parts: &[Part]) -> String {
    let width = |of: fn(&Part) -> &str| parts.iter().map(|part| of(part).chars().count()).max().unwrap_or(0);
    let (name, default) = (width(|part| &part.name), width(|part| &part.default));
    let gap = if default > 0 { "  " } else { "" };
    let line = |part: &Part| {
        let line = format!("  {:<name$}{gap}{:<default$}  {}", part.name, part.default, part.doc);
        line.trim_end().to_owned() + "\n"
    };
    parts.iter().map(line).collect()
}
