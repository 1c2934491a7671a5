//! The numbers of the walking controller, one by one: what each is, what it may be, and how it is changed
//! while everything else stays.

use serde_json::Value;

use super::check;
use super::controller::ControllerConfig;
use super::diagnostic::{did_you_mean, number};
use super::numbers::for_each_number;
use super::path::{FieldPath, Step};
use super::range::{Range, range_of};
use super::schema::{Kind, definitions, doc, fields, target, unit};

/// What all paths begin with, as `--set` has them.
pub fn controller_path() -> FieldPath {
    FieldPath::root().field("robot").field("controller")
}

/// All numbers, in the order of their declaration.
///
/// Made once from the schema, which takes milliseconds; reading values by it takes microseconds.
#[derive(Debug, Clone, PartialEq)]
pub struct ControllerNumbers {
    groups: Vec<NumberGroup>,
}

/// Numbers that belong together: one struct of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct NumberGroup {
    /// Name of its field, such as `gait`.
    pub name: String,
    /// What it is for.
    pub doc: String,
    /// Its numbers.
    pub numbers: Vec<ControllerNumber>,
}

/// A number of the controller.
#[derive(Debug, Clone, PartialEq)]
pub struct ControllerNumber {
    /// Such as `robot.controller.gait.single_support_s`.
    pub path: String,
    /// Name of its field.
    pub name: String,
    /// What it is for.
    pub doc: String,
    /// Its unit; none where it is a share or a weight.
    pub unit: Option<String>,
    /// What it may be.
    pub range: Range,
    /// What it is where no file gives it; none where it then follows from the robot.
    pub default: Option<f64>,
}

/// Why a number cannot be what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: found {found}, allowed: {allowed}")]
pub struct NumberError {
    /// The path as it was given.
    pub path: String,
    /// What was asked.
    pub found: String,
    /// What may be asked.
    pub allowed: String,
}

impl ControllerNumbers {
    /// Reads the schema.
    pub fn new() -> Self {
        let definitions = definitions(Kind::Robot);
        let root = definitions.get("ControllerConfig").unwrap_or(&Value::Null);
        let one_line = |schema: &Value| doc(schema).replace('\n', " ");
        let mut groups = Vec::new();
        for (group, schema) in fields(root).into_iter().flatten() {
            let (Some(owner), node) = target(&definitions, schema) else { continue };
            let numbers = fields(node).into_iter().flatten().map(|(name, field)| ControllerNumber {
                path: path_of(group, name).to_string(),
                name: name.clone(),
                doc: one_line(field),
                unit: unit(name, doc(field)).map(str::to_owned),
                range: range_of(owner, name).unwrap_or(Range::FINITE),
                default: None,
            });
            groups.push(NumberGroup {
                name: group.clone(),
                doc: one_line(schema),
                numbers: numbers.collect(),
            });
        }
        let mut all = Self { groups };
        let defaults = all.values(&ControllerConfig::default());
        let numbers = all.groups.iter_mut().flat_map(|group| &mut group.numbers);
        for (number, default) in numbers.zip(defaults) {
            number.default = default;
        }
        all
    }

    /// The groups, in the order of their declaration.
    pub fn groups(&self) -> &[NumberGroup] {
        &self.groups
    }

    /// All numbers, group after group.
    pub fn iter(&self) -> impl Iterator<Item = &ControllerNumber> {
        self.groups.iter().flat_map(|group| &group.numbers)
    }

    /// What each number is in a config, in the order of [`Self::iter`]; none where it follows from the robot.
    pub fn values(&self, config: &ControllerConfig) -> Vec<Option<f64>> {
        let mut given = Vec::new();
        for_each_number(config, &mut |path, _, value| given.push((path.clone(), value)));
        // Both lists are in the order of declaration.
        let mut given = given.into_iter().peekable();
        let places =
            self.groups.iter().flat_map(|group| group.numbers.iter().map(|n| (&group.name, &n.name)));
        let value = |(group, name): (&String, &String)| {
            let here = |path: &FieldPath| matches!(path.steps(), [Step::Field(g), Step::Field(n)] if g == group && n == name);
            given.next_if(|(path, _)| here(path)).map(|(_, value)| value)
        };
        places.map(value).collect()
    }
}

impl Default for ControllerNumbers {
    fn default() -> Self {
        Self::new()
    }
}

/// What a number is; none where it follows from the robot.
///
/// # Errors
/// Where the path leads to no number of the controller.
pub fn get(config: &ControllerConfig, path: &str) -> Result<Option<f64>, NumberError> {
    let all = serde_json::to_value(config).unwrap_or(Value::Null);
    match place(path).and_then(|[group, name]| all.get(&group)?.get(&name)) {
        Some(value) => Ok(value.as_f64()),
        None => Err(unknown(path, &all)),
    }
}

/// The config with one number changed: to a value, or to what follows from the robot (`None`), where it
/// has no default of its own.
///
/// # Errors
/// Where the path, such as `robot.controller.gait.single_support_s`, leads to no number of the
/// controller, the value is out of its range, or it does not fit the others.
pub fn set(
    config: &ControllerConfig,
    path: &str,
    value: impl Into<Option<f64>>,
) -> Result<ControllerConfig, NumberError> {
    let value = value.into();
    let refuse = |allowed: String| NumberError {
        path: path.to_owned(),
        found: value.map_or_else(|| "no number".to_owned(), number),
        allowed,
    };
    let mut all = serde_json::to_value(config).unwrap_or(Value::Null);
    let slot = place(path).and_then(|[group, name]| all.get_mut(&group)?.get_mut(&name));
    let Some(slot) = slot else { return Err(unknown(path, &all)) };
    *slot = match value {
        None => Value::Null,
        // JSON has no other numbers.
        Some(value) if !value.is_finite() => return Err(refuse(Range::FINITE.to_string())),
        Some(value) => Value::from(value),
    };
    // Only a field that must be there cannot be read again: the rest comes from a config.
    let changed: ControllerConfig = serde_json::from_value(all)
        .map_err(|_| refuse("a number: it has a default of its own".to_owned()))?;
    match check::controller(&changed).into_iter().next() {
        None => Ok(changed),
        Some(finding) if finding.path.to_string() == path => Err(refuse(finding.allowed)),
        Some(other) => {
            let Some(Step::Field(name)) = other.path.steps().last() else {
                return Err(refuse(other.allowed));
            };
            let allowed = format!("a number with which `{name}`, {}, is {}", other.found, other.allowed);
            Err(refuse(allowed))
        }
    }
}

fn path_of(group: &str, name: &str) -> FieldPath {
    controller_path().field(group).field(name)
}

/// Group and name of a path that has the right shape.
fn place(path: &str) -> Option<[String; 2]> {
    let path = FieldPath::parse(path).ok()?;
    match path.after(&controller_path())? {
        [Step::Field(group), Step::Field(name)] => Some([group.clone(), name.clone()]),
        _ => None,
    }
}

/// The mistake of a path, with the number that is likely to be meant.
fn unknown(path: &str, all: &Value) -> NumberError {
    let mut known = Vec::new();
    for (group, held) in all.as_object().into_iter().flatten() {
        known.extend(held.as_object().into_iter().flatten().map(|(name, _)| (group, name)));
    }
    let last = path.rsplit('.').next().unwrap_or(path);
    let meant = did_you_mean(last, known.iter().map(|(_, name)| name.as_str()));
    let meant = meant.as_deref().and_then(|text| text.split('`').nth(1)).unwrap_or("single_support_s");
    let group = known.iter().find(|(_, name)| *name == meant).map_or("gait", |(group, _)| group.as_str());
    NumberError {
        path: path.to_owned(),
        found: "no number of the controller".to_owned(),
        allowed: format!("one such as `{}`", path_of(group, meant)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const STEP: &str = "robot.controller.gait.single_support_s";

    /// Every number given, the derived ones too.
    fn full() -> ControllerConfig {
        let mut config = ControllerConfig::default();
        let gait = &mut config.gait;
        gait.single_support_s = Some(0.35);
        gait.min_single_support_s = Some(0.22);
        gait.min_width_m = Some(0.1);
        gait.step_width_m = Some(0.2);
        gait.max_width_m = Some(0.5);
        config
    }

    #[test]
    fn every_field_of_the_config_is_listed_with_what_it_is() {
        let numbers = ControllerNumbers::new();
        let all = serde_json::to_value(ControllerConfig::default()).expect("JSON");
        let fields: usize =
            all.as_object().into_iter().flatten().map(|(_, g)| g.as_object().map_or(0, |g| g.len())).sum();
        assert_eq!(numbers.iter().count(), fields);
        let names: Vec<&str> = numbers.groups().iter().map(|group| group.name.as_str()).collect();
        assert_eq!(names, ["gait", "balance", "swing", "body", "carry", "whole_body"]);
        for number in numbers.iter() {
            assert!(!number.doc.is_empty(), "{}", number.path);
            assert_ne!(number.range, Range::FINITE, "{}", number.path);
            assert_eq!(
                get(&ControllerConfig::default(), &number.path),
                Ok(number.default),
                "{}",
                number.path
            );
        }
        let step = numbers.iter().find(|number| number.path == STEP).expect("listed");
        assert_eq!((step.unit.as_deref(), step.default), (Some("s"), None));
        assert!(step.doc.starts_with("Nominal time on one foot [s]"), "{}", step.doc);
        let derived = numbers.iter().filter(|number| number.default.is_none()).count();
        assert_eq!(derived, 16, "those of the gait but one, and the CoM's height");
    }

    #[test]
    fn what_is_refused_is_told_with_what_is_allowed() {
        let error = |path: &str, value: f64| set(&full(), path, value).expect_err(path).to_string();
        for (path, value, told) in [
            (STEP, -1.0, "found -1, allowed: a positive number up to 10"),
            (STEP, f64::NAN, "found NaN, allowed: a finite number"),
            (STEP, 0.2, "found 0.2, allowed: a number with which `min_single_support_s`, 0.22, is at most"),
            ("robot.controller.gait.min_single_support_s", 0.4, "at most `single_support_s`, 0.35"),
            (
                "robot.controller.gait.single_suport_s",
                0.4,
                "one such as `robot.controller.gait.single_support_s`",
            ),
            ("robot.controller.body.kd", 0.4, "one such as `robot.controller.swing.kd`"),
            ("robot.controller.gait", 0.4, "no number of the controller"),
            ("controller.gait.single_support_s", 0.4, "no number of the controller"),
            ("", 0.4, "no number of the controller"),
        ] {
            assert!(error(path, value).starts_with(&format!("{path}: found ")), "{}", error(path, value));
            assert!(error(path, value).contains(told), "{}", error(path, value));
        }
        let error = set(&full(), "robot.controller.swing.kp", None).expect_err("it has a default");
        assert_eq!(error.found, "no number");
    }

    #[test]
    fn a_derived_number_is_given_and_left_out_again() {
        let given = set(&ControllerConfig::default(), STEP, 0.45).expect("allowed");
        assert_eq!(given.gait.single_support_s, Some(0.45));
        assert_eq!(set(&given, STEP, None), Ok(ControllerConfig::default()));
    }

    proptest! {
        #[test]
        fn a_set_number_is_read_bit_exact_and_the_others_stay(which in 0_usize..100, share in 0.0_f64..1.0) {
            let numbers = ControllerNumbers::new();
            let places: Vec<&ControllerNumber> = numbers.iter().collect();
            let index = which % places.len();
            let number = places[index];
            let high = number.range.high.min(5000.0);
            let value = number.range.low + share * (high - number.range.low);
            let before = numbers.values(&full());
            if let Ok(changed) = set(&full(), &number.path, value) {
                let read = get(&changed, &number.path).expect("a number").expect("given");
                prop_assert_eq!(read.to_bits(), value.to_bits());
                for (i, (old, new)) in before.iter().zip(numbers.values(&changed)).enumerate() {
                    prop_assert!(i == index || old.map(f64::to_bits) == new.map(f64::to_bits));
                }
            } else {
                // Those that depend on each other, and bounds that are not themselves allowed.
                prop_assert!(number.path.contains(".gait.") || !number.range.contains(value), "{}", number.path);
            }
        }
    }
}
