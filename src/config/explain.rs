//! What a field is: type, unit, range, default and documentation by its path, from the schemas.

use std::ops::Range as Bytes;

use serde_json::{Map, Value};

use super::diagnostic::{Diagnostic, Finding, Origin, did_you_mean, number, one_of};
use super::overrides::{Override, unknown_field};
use super::path::{FieldPath, Step, parse_steps};
use super::range::range_of;
use super::schema::{Kind, definitions, doc, fields, target, unit, variants};

/// What a field is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// Its path from a root, elements of lists left out.
    pub path: String,
    /// What it is for.
    pub doc: String,
    /// What may stand there, in RON's terms.
    pub kind: String,
    /// Unit of its numbers.
    pub unit: Option<String>,
    /// Range of its numbers.
    pub range: Option<String>,
    /// What it is where it is not written; none where it has to be written.
    pub default: Option<String>,
    /// Fields of a struct or variants of an enum, in the order of their declaration.
    pub parts: Vec<Part>,
}

/// A field below another one, or a variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its name.
    pub name: String,
    /// What it is where it is not written; `required` where it has to be written, empty for a variant.
    pub default: String,
    /// What it is for.
    pub doc: String,
}

/// The roots: what a path may begin with.
pub fn roots() -> Vec<Part> {
    let part = |kind: Kind| {
        let definitions = definitions(kind);
        let doc = definitions.get(kind.type_name()).map_or("", doc).to_owned();
        Part { name: kind.word().to_owned(), default: String::new(), doc }
    };
    Kind::ALL.map(part).to_vec()
}

/// Explains a path such as `robot.links[torso].mass_kg` or, with a variant's name in it,
/// `scenario.terrain.features.Stairs.rise_m`; elements may be left out, and so may the root of a
/// scenario's field.
///
/// # Errors
/// Where the path leads nowhere, with what may stand there.
pub fn explain(text: &str) -> Result<Explanation, Diagnostic> {
    let origin = Origin::Path(text.to_owned());
    let steps = parse_steps(text).map_err(|error| {
        let finding = Finding::new(FieldPath::root(), error.found, error.allowed);
        Diagnostic::in_text(origin.clone(), text, error.offset..error.offset + 1, finding)
    })?;
    let (steps, places): (Vec<Step>, Vec<Bytes<usize>>) = steps.into_iter().unzip();
    let at = |step: usize, finding: Finding| {
        let bytes = places.get(step).map_or(0..text.len(), Bytes::clone);
        Diagnostic::in_text(origin.clone(), text, bytes, finding)
    };
    let (kind, walked) = root_of(&steps).map_err(|finding| at(0, finding))?;
    let definitions = definitions(kind);
    let mut cursor = Cursor::new(&definitions, kind);
    for (i, step) in steps.iter().enumerate().skip(walked) {
        cursor.step(step).map_err(|finding| at(i, elsewhere(finding, kind, step)))?;
    }
    Ok(cursor.explanation())
}

/// The changes of an overlay whose paths lead to nothing that a scenario or its robot has.
pub fn unknown_paths(changes: &[Override]) -> Vec<Diagnostic> {
    let [robot, scenario] = [Kind::Robot, Kind::Scenario].map(definitions);
    let mut unknown = Vec::new();
    for change in changes {
        let path = change.path();
        let (mut cursor, walked) = match path.steps() {
            [Step::Field(first), _, ..] if first == "robot" => (Cursor::new(&robot, Kind::Robot), 1),
            _ => (Cursor::new(&scenario, Kind::Scenario), 0),
        };
        cursor.any_variant = true;
        for (i, step) in path.steps().iter().enumerate().skip(walked) {
            if let Err(finding) = cursor.step(step) {
                unknown.push(change.diagnostic_at_step(i, finding));
                break;
            }
        }
    }
    unknown
}

/// Every path there is below a root, in the order of declaration.
pub fn paths(kind: Kind) -> Vec<FieldPath> {
    fn collect(
        definitions: &Map<String, Value>,
        schema: &Value,
        path: &FieldPath,
        found: &mut Vec<FieldPath>,
    ) {
        let (_, node) = target(definitions, schema);
        let node = element_type(definitions, node).unwrap_or(node);
        let names = fields(node).into_iter().flatten().map(|(name, held)| (name.as_str(), Some(held)));
        for (name, held) in names.chain(variants(node).into_iter().map(|(name, _, held)| (name, held))) {
            let path = path.field(name);
            found.push(path.clone());
            if let Some(held) = held {
                collect(definitions, held, &path, found);
            }
        }
    }
    let definitions = definitions(kind);
    let mut found = Vec::new();
    let root = definitions.get(kind.type_name()).unwrap_or(&Value::Null);
    collect(&definitions, root, &FieldPath::root().field(kind.word()), &mut found);
    found
}

/// The kind a path is about and how many of its steps say so.
fn root_of(steps: &[Step]) -> Result<(Kind, usize), Finding> {
    let roots = Kind::ALL.map(Kind::word);
    let Some(Step::Field(first)) = steps.first() else {
        return Err(Finding::new(FieldPath::root(), "no name", one_of(roots)));
    };
    if let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.word() == first) {
        return Ok((kind, 1));
    }
    // As `--set` has it: the fields of a scenario, then those of a robot's or a suite's own file.
    let order = [Kind::Scenario, Kind::Robot, Kind::Suite];
    for kind in order {
        let definitions = definitions(kind);
        if definitions.get(kind.type_name()).and_then(fields).is_some_and(|held| held.contains_key(first)) {
            return Ok((kind, 0));
        }
    }
    let finding =
        Finding::new(FieldPath::root().field(first), format!("the unknown root `{first}`"), one_of(roots));
    let elsewhere = || order.into_iter().find_map(|kind| full_path(kind, first));
    let hint = did_you_mean(first, roots);
    Err(finding.with_hint(hint.or_else(|| elsewhere().map(|path| format!("did you mean `{path}`?")))))
}

/// A finding without a hint with that of a field of the same name elsewhere.
fn elsewhere(finding: Finding, kind: Kind, step: &Step) -> Finding {
    match step {
        Step::Field(name) if finding.hint.is_none() => {
            let hint = full_path(kind, name).map(|path| format!("did you mean `{path}`?"));
            finding.with_hint(hint)
        }
        _ => finding,
    }
}

/// A hint to the path, from the file's own root, whose last name is likely to be meant.
pub(super) fn similar(kind: Kind, name: &str) -> Option<String> {
    let path = full_path(kind, name)?;
    Some(format!("did you mean `{}`?", FieldPath::new(path.steps()[1..].to_vec())))
}

/// The first path whose last name is likely to be meant.
fn full_path(kind: Kind, name: &str) -> Option<FieldPath> {
    let paths = paths(kind);
    let last = |path: &FieldPath| match path.steps().last() {
        Some(Step::Field(name)) => name.clone(),
        _ => String::new(),
    };
    let names: Vec<String> = paths.iter().map(last).collect();
    let meant = did_you_mean(name, names.iter().map(String::as_str))?;
    let meant = meant.split('`').nth(1)?;
    let index = names.iter().position(|name| name == meant)?;
    paths.into_iter().nth(index)
}

/// A place in the schemas.
struct Cursor<'a> {
    definitions: &'a Map<String, Value>,
    schema: &'a Value,
    path: FieldPath,
    /// Name of the struct or the enum's variant it is; empty where it is none.
    type_name: String,
    /// Name of the struct or variant whose field it is.
    owner: String,
    /// Name of the field; `0` for what a variant such as `Time(4.0)` holds.
    name: String,
    /// Documentation of the variant it is.
    variant_doc: &'a str,
    /// Whether it has to be written; none for elements and roots.
    required: Option<bool>,
    /// Whether a field that several variants have is looked for in the first of them.
    any_variant: bool,
}

impl<'a> Cursor<'a> {
    fn new(definitions: &'a Map<String, Value>, kind: Kind) -> Self {
        Self {
            definitions,
            schema: definitions.get(kind.type_name()).unwrap_or(&Value::Null),
            path: FieldPath::root().field(kind.word()),
            type_name: kind.type_name().to_owned(),
            owner: String::new(),
            name: String::new(),
            variant_doc: "",
            required: None,
            any_variant: false,
        }
    }

    fn step(&mut self, step: &Step) -> Result<(), Finding> {
        let (type_name, node) = target(self.definitions, self.schema);
        if let Some(name) = type_name {
            self.type_name = name.to_owned();
        }
        if let Some(element) = element(node, step) {
            self.schema = element;
            self.required = None;
            self.type_name.clear();
            // A field's name applies to the elements of a list; an entry of a map has a name of its own.
            let map = node.get("additionalProperties").is_some_and(Value::is_object);
            let entry = map && !has_part(self.definitions, element, step);
            return if matches!(step, Step::Field(_)) && !entry { self.step(step) } else { Ok(()) };
        }
        let Step::Field(name) = step else {
            let found = format!("`{}`", FieldPath::root().join(step.clone()));
            let allowed = match node.get("prefixItems").and_then(Value::as_array) {
                Some(parts) => format!("an element from `[0]` to `[{}]`", parts.len().saturating_sub(1)),
                None => format!("no element: `{}` is no list", self.path),
            };
            return Err(Finding::new(self.path.join(step.clone()), found, allowed));
        };
        let choices = variants(node);
        if let Some(held) = fields(node) {
            return self.field(node, held, name);
        }
        if let Some((variant, doc, held)) = choices.iter().find(|(variant, ..)| variant == name) {
            let owner = format!("{}::{variant}", self.type_name);
            self.path = self.path.field(variant);
            self.schema = held.unwrap_or(&Value::Null);
            self.variant_doc = doc;
            self.required = None;
            self.name = "0".to_owned();
            self.owner.clone_from(&owner);
            self.type_name = owner;
            return Ok(());
        }
        self.field_of_a_variant(&choices, name)
    }

    /// A field below an enum without the variant's name: as diagnostics have it.
    fn field_of_a_variant(
        &mut self,
        choices: &[(&'a str, &'a str, Option<&'a Value>)],
        name: &str,
    ) -> Result<(), Finding> {
        let path = self.path.field(name);
        if choices.is_empty() {
            let allowed = format!("nothing below `{}`", self.path);
            return Err(Finding::new(path, format!("`{name}`"), allowed));
        }
        let having: Vec<(&str, &Value)> = choices
            .iter()
            .filter_map(|(variant, _, held)| Some((*variant, (*held)?)))
            .filter(|(_, held)| fields(held).is_some_and(|fields| fields.contains_key(name)))
            .collect();
        let first = having.first().filter(|_| self.any_variant || having.len() == 1);
        if let Some((variant, _)) = first {
            let variant = *variant;
            self.step(&Step::Field(variant.to_owned()))?;
            return self.step(&Step::Field(name.to_owned()));
        }
        let Some((nearest, _)) = having.first() else {
            let known: Vec<&str> = choices.iter().map(|(variant, ..)| *variant).collect();
            return Err(unknown_field(path, name, &known));
        };
        let hint = format!("did you mean `{}.{nearest}.{name}`?", self.path);
        let found = format!("`{name}`, which {} variants have", having.len());
        let before = one_of(having.iter().map(|(variant, _)| *variant));
        let finding = Finding::new(path, found, format!("{before} before it"));
        Err(finding.with_hint(Some(hint)))
    }

    fn field(&mut self, node: &'a Value, held: &'a Map<String, Value>, name: &str) -> Result<(), Finding> {
        let path = self.path.field(name);
        let Some(field) = held.get(name) else {
            let known: Vec<&str> = held.keys().map(String::as_str).collect();
            return Err(unknown_field(path, name, &known));
        };
        self.path = path;
        self.schema = field;
        self.variant_doc = "";
        self.required = Some(is_required(node, name));
        name.clone_into(&mut self.name);
        self.owner = std::mem::take(&mut self.type_name);
        Ok(())
    }

    fn explanation(&self) -> Explanation {
        let (_, node) = target(self.definitions, self.schema);
        // Elements of a list are explained with it.
        let inner = element_type(self.definitions, node).unwrap_or(node);
        let mut docs: Vec<&str> = [self.variant_doc, doc(self.schema)].into();
        docs.retain(|text| !text.is_empty());
        // What the type says where the field says nothing, or where there is more to say.
        for text in [doc(node), doc(inner)] {
            if !text.is_empty() && !docs.contains(&text) && (docs.is_empty() || text.contains("\n\n")) {
                docs.push(text);
            }
        }
        let range = range_of(&self.owner, &self.name).map(|range| range.to_string());
        let has_numbers = numeric(self.definitions, self.schema);
        Explanation {
            path: self.path.to_string(),
            doc: docs.join("\n"),
            kind: kind(self.definitions, self.schema),
            unit: unit(&self.name, doc(self.schema)).filter(|_| has_numbers).map(str::to_owned),
            range: range.filter(|_| has_numbers),
            default: match self.required {
                Some(false) => Some(default(self.definitions, self.schema)),
                _ => None,
            },
            parts: parts(self.definitions, inner),
        }
    }
}

/// The element of a list, part of a vector or entry of a map that a step leads to; for a field's name the
/// one it applies to.
fn element<'a>(node: &'a Value, step: &Step) -> Option<&'a Value> {
    if let (Some(Value::Array(parts)), Step::Index(index)) = (node.get("prefixItems"), step) {
        return parts.get(*index);
    }
    let any = |element: &&Value| element.is_object() || **element == true;
    node.get("items").filter(any).or_else(|| node.get("additionalProperties").filter(any))
}

/// Whether a struct or an enum has a field or a variant that the step names.
fn has_part(definitions: &Map<String, Value>, schema: &Value, step: &Step) -> bool {
    let (_, node) = target(definitions, schema);
    let Step::Field(name) = step else { return false };
    let field = fields(node).is_some_and(|held| held.contains_key(name));
    field || variants(node).iter().any(|(variant, ..)| variant == name)
}

/// The struct or enum a list or map consists of.
fn element_type<'a>(definitions: &'a Map<String, Value>, node: &'a Value) -> Option<&'a Value> {
    let items = node.get("items").or_else(|| node.get("additionalProperties"))?;
    if !items.is_object() {
        return None;
    }
    let (_, element) = target(definitions, items);
    Some(element_type(definitions, element).unwrap_or(element))
}

fn is_required(node: &Value, name: &str) -> bool {
    let required = node.get("required").and_then(Value::as_array);
    required.is_some_and(|names| names.iter().any(|required| required == name))
}

fn is_type(schema: &Value, wanted: &str) -> bool {
    match schema.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == wanted),
        Some(kind) => kind == wanted,
        None => false,
    }
}

/// Whether a field is a number or some of them.
fn numeric(definitions: &Map<String, Value>, schema: &Value) -> bool {
    let (_, node) = target(definitions, schema);
    let parts = node.get("prefixItems").and_then(Value::as_array);
    is_type(node, "number")
        || is_type(node, "integer")
        || parts.is_some_and(|parts| parts.iter().any(|part| numeric(definitions, part)))
        || ["items", "additionalProperties"]
            .iter()
            .any(|key| node.get(*key).is_some_and(|element| numeric(definitions, element)))
}

/// What may stand at a place.
fn kind(definitions: &Map<String, Value>, schema: &Value) -> String {
    let (_, node) = target(definitions, schema);
    let absent = is_type(schema, "null")
        || schema
            .get("anyOf")
            .and_then(Value::as_array)
            .is_some_and(|all| all.iter().any(|c| is_type(c, "null")));
    let kind = if absent { ", or absent" } else { "" };
    format!("{}{kind}", kind_of_node(definitions, node))
}

fn kind_of_node(definitions: &Map<String, Value>, node: &Value) -> String {
    let choices = variants(node);
    if !choices.is_empty() {
        return one_of(choices.iter().map(|(name, ..)| *name));
    }
    if let Some(Value::Array(parts)) = node.get("prefixItems") {
        let first = parts.first().map_or_else(String::new, |part| kind(definitions, part));
        return format!("{} {first}s in parentheses", parts.len());
    }
    if let Some(items) = node.get("items") {
        let element = kind(definitions, items);
        let fixed = node.get("minItems").filter(|count| node.get("maxItems") == Some(count));
        return match fixed {
            Some(count) => format!("{count} {element}s in parentheses"),
            None if element.starts_with("one of") => format!("list `[...]`, each {element}"),
            None => format!("list `[...]` of {element}s"),
        };
    }
    if fields(node).is_some() {
        return "struct".to_owned();
    }
    if let Some(entry) = node.get("additionalProperties") {
        return format!("map `{{\"name\": ...}}`, each entry {}", with_article(&kind(definitions, entry)));
    }
    let kinds = [
        ("number", "number"),
        ("integer", "whole number"),
        ("string", "text"),
        ("boolean", "`true` or `false`"),
    ];
    let known = kinds.iter().find(|(name, _)| is_type(node, name));
    known.map_or("any value", |(_, kind)| kind).to_owned()
}

fn with_article(kind: &str) -> String {
    if kind.starts_with(['a', 'o', 'i']) { kind.to_owned() } else { format!("a {kind}") }
}

/// The default of a field that need not be written, as RON has it.
fn default(definitions: &Map<String, Value>, schema: &Value) -> String {
    let (_, node) = target(definitions, schema);
    match schema.get("default") {
        None | Some(Value::Null) => "absent".to_owned(),
        Some(Value::Object(_)) if fields(node).is_some() => "its fields' own".to_owned(),
        Some(value) => ron_text(node, value),
    }
}

/// A value of the schemas in RON.
fn ron_text(node: &Value, value: &Value) -> String {
    let list = |open: &str, values: &[Value], close: &str| {
        let values: Vec<String> = values.iter().map(|value| ron_text(&Value::Null, value)).collect();
        format!("{open}{}{close}", values.join(", "))
    };
    match value {
        Value::Null => "None".to_owned(),
        Value::String(name) if !variants(node).is_empty() => name.clone(),
        Value::Number(value) => value.as_f64().map_or_else(|| value.to_string(), number),
        Value::Array(values) if node.get("prefixItems").is_some() || node.get("minItems").is_some() => {
            list("(", values, ")")
        }
        Value::Array(values) => list("[", values, "]"),
        Value::Object(entries) if entries.is_empty() => "{}".to_owned(),
        other => other.to_string(),
    }
}

/// Fields of a struct or variants of an enum.
fn parts(definitions: &Map<String, Value>, node: &Value) -> Vec<Part> {
    let part = |name: &str, default: String, doc: &str| Part {
        name: name.to_owned(),
        default,
        doc: doc.split("\n\n").next().unwrap_or("").replace('\n', " "),
    };
    if let Some(held) = fields(node) {
        let field = |(name, field): (&String, &Value)| {
            let default =
                if is_required(node, name) { "required".to_owned() } else { default(definitions, field) };
            part(name, default, doc(field))
        };
        return held.iter().map(field).collect();
    }
    variants(node).into_iter().map(|(name, doc, _)| part(name, String::new(), doc)).collect()
}
