//! JSON Schemas of the three kinds of files, made of their types: names, defaults and what a field is
//! from the code that reads it, units from the names, ranges from the table that the checks use.
//!
//! RON is written differently from JSON; the schema describes what the file says, `(a: 1)` as
//! `{"a": 1}` and `Stairs(...)` as `{"Stairs": {...}}`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::range::{Range, range_of};
use super::robot::RobotConfig;
use super::scenario::ScenarioConfig;
use super::suite::SuiteConfig;

/// A kind of config file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A robot.
    Robot,
    /// A scenario.
    Scenario,
    /// A suite.
    Suite,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Robot, Self::Scenario, Self::Suite];

    /// One lowercase word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Robot => "robot",
            Self::Scenario => "scenario",
            Self::Suite => "suite",
        }
    }

    /// Name of the type of a whole file.
    pub fn type_name(self) -> &'static str {
        match self {
            Self::Robot => "RobotConfig",
            Self::Scenario => "ScenarioConfig",
            Self::Suite => "SuiteConfig",
        }
    }
}

/// Another file with changes, in place of a whole one.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read by `include`; here it is only described")]
struct Include {
    /// The other file, relative to this one's folder.
    base: String,
    /// Paths of fields and their new values.
    #[serde(default)]
    changes: BTreeMap<String, Value>,
}

/// The types of a file by name, each with its fields, units, ranges and defaults.
pub fn definitions(kind: Kind) -> Map<String, Value> {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    match kind {
        Kind::Robot => generator.subschema_for::<RobotConfig>(),
        Kind::Scenario => generator.subschema_for::<ScenarioConfig>(),
        Kind::Suite => generator.subschema_for::<SuiteConfig>(),
    };
    generator.subschema_for::<Include>();
    let mut definitions = generator.take_definitions(true);
    for (name, definition) in &mut definitions {
        annotate(name, definition);
    }
    definitions
}

/// The JSON Schema of a file: of a whole one, or of one that changes another.
pub fn schema(kind: Kind) -> Value {
    let mut definitions = definitions(kind);
    definitions.sort_keys();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": format!("Loong {}", kind.word()),
        "anyOf": [
            { "$ref": format!("#/$defs/{}", kind.type_name()) },
            { "$ref": "#/$defs/Include" },
        ],
        "$defs": definitions,
    })
}

/// The fields of a struct or of an enum's variant, from its schema.
pub fn fields(schema: &Value) -> Option<&Map<String, Value>> {
    schema.get("properties")?.as_object()
}

/// The variants of an enum: name, documentation, and what each holds, if it holds anything.
pub fn variants(schema: &Value) -> Vec<(&str, &str, Option<&Value>)> {
    let mut found = Vec::new();
    for names in schema.get("enum").and_then(Value::as_array).into_iter().flatten() {
        found.extend(names.as_str().map(|name| (name, "", None)));
    }
    for variant in schema.get("oneOf").and_then(Value::as_array).into_iter().flatten() {
        let doc = doc(variant);
        if let Some(name) = variant.get("const").and_then(Value::as_str) {
            found.push((name, doc, None));
        } else if let Some(held) = fields(variant) {
            found.extend(held.iter().map(|(name, held)| (name.as_str(), doc, Some(held))));
        } else {
            let names = variant.get("enum").and_then(Value::as_array).into_iter().flatten();
            found.extend(names.filter_map(Value::as_str).map(|name| (name, doc, None)));
        }
    }
    found
}

/// The schema a field's own one refers to, with its name, less that it may be absent.
pub(super) fn target<'a>(
    definitions: &'a Map<String, Value>,
    schema: &'a Value,
) -> (Option<&'a str>, &'a Value) {
    if let Some(name) = schema.get("$ref").and_then(Value::as_str)
        && let Some(name) = name.strip_prefix("#/$defs/")
        && let Some(definition) = definitions.get(name)
    {
        return (Some(name), definition);
    }
    let choices = schema.get("anyOf").and_then(Value::as_array).into_iter().flatten();
    match choices.into_iter().find(|choice| choice.get("type").is_none_or(|kind| kind != "null")) {
        Some(choice) => target(definitions, choice),
        None => (None, schema),
    }
}

/// Documentation of a type or a field.
pub fn doc(schema: &Value) -> &str {
    schema.get("description").and_then(Value::as_str).unwrap_or("")
}

/// Unit of a field: as its documentation has it in brackets, or as its name's suffix says.
pub fn unit<'a>(name: &str, doc: &'a str) -> Option<&'a str> {
    unit_of_doc(doc).or_else(|| unit_of_name(name))
}

/// `[m/s]` in a documentation.
pub fn unit_of_doc(doc: &str) -> Option<&str> {
    doc.match_indices('[').find_map(|(at, _)| {
        let inside = doc[at + 1..].split_once(']')?.0;
        let is_unit = |part: &str| SYMBOLS.contains(&part.split('^').next().unwrap_or(""));
        let mut parts = inside.split(['/', ' ', '(', ')']).filter(|part| !part.is_empty());
        parts.all(|part| is_unit(part) || part == "1" || part == "sqrt").then_some(inside)
    })
}

/// Symbols that units in documentations are made of.
const SYMBOLS: [&str; 7] = ["m", "s", "kg", "rad", "N", "Hz", "bytes"];

/// Unit that a name's suffix says.
pub fn unit_of_name(name: &str) -> Option<&'static str> {
    const SUFFIXES: [(&str, &str); 13] = [
        ("_kgm2", "kg m^2"),
        ("_m_s2", "m/s^2"),
        ("_rad_s", "rad/s"),
        ("_m_s", "m/s"),
        ("_nms", "N m s/rad"),
        ("_nm", "N m"),
        ("_ns", "N s"),
        ("_hz", "1/s"),
        ("_kg", "kg"),
        ("_rad", "rad"),
        ("_n", "N"),
        ("_s", "s"),
        ("_m", "m"),
    ];
    SUFFIXES.iter().find(|(suffix, _)| name.ends_with(suffix)).map(|(_, unit)| *unit)
}

/// Puts units and ranges to the fields of a type.
fn annotate(type_name: &str, definition: &mut Value) {
    annotate_fields(type_name, definition);
    let variants = definition.get_mut("oneOf").and_then(Value::as_array_mut);
    for variant in variants.into_iter().flatten() {
        let Some(held) = variant.get_mut("properties").and_then(Value::as_object_mut) else { continue };
        for (name, held) in held {
            let owner = format!("{type_name}::{name}");
            annotate_fields(&owner, held);
            annotate_field(&owner, "0", held);
        }
    }
}

fn annotate_fields(owner: &str, schema: &mut Value) {
    let fields = schema.get_mut("properties").and_then(Value::as_object_mut);
    for (name, field) in fields.into_iter().flatten() {
        annotate_field(owner, name, field);
    }
}

fn annotate_field(owner: &str, name: &str, field: &mut Value) {
    let found = unit(name, doc(field)).map(str::to_owned);
    if let (Some(unit), Some(field)) = (found, field.as_object_mut()) {
        field.insert("unit".to_owned(), unit.into());
    }
    if let Some(range) = range_of(owner, name) {
        bound(field, &range);
    }
}

/// Puts bounds to every number that is part of a field.
fn bound(schema: &mut Value, range: &Range) {
    let is_number = |kind: &Value| kind == "number" || kind == "integer";
    let kind = schema.get("type");
    let numeric = kind.is_some_and(|kind| match kind {
        Value::Array(kinds) => kinds.iter().any(is_number),
        kind => is_number(kind),
    });
    let Some(object) = schema.as_object_mut() else { return };
    if numeric {
        object.remove("minimum");
        let bounds = [
            (range.low, range.with_low, "minimum", "exclusiveMinimum"),
            (range.high, range.with_high, "maximum", "exclusiveMaximum"),
        ];
        for (bound, included, inclusive, exclusive) in bounds {
            if bound.is_finite() {
                object.insert(if included { inclusive } else { exclusive }.to_owned(), plain(bound));
            }
        }
    }
    for (key, part) in object {
        match (key.as_str(), part) {
            ("items" | "additionalProperties", part) => bound(part, range),
            ("prefixItems" | "anyOf", Value::Array(parts)) => parts.iter_mut().for_each(|p| bound(p, range)),
            _ => {}
        }
    }
}

/// A number as JSON, without a fraction where it has none.
fn plain(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 1e15 { json!(value as i64) } else { json!(value) }
}
