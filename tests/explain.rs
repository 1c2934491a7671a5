//! `loong explain`, the schemas and the ranges: they say what the checks do.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use assert_cmd::Command;
use loong::config::explain::{explain, paths};
use loong::config::numbers::for_each_number;
use loong::config::path::FieldPath;
use loong::config::range::{Range, ranges};
use loong::config::schema::{Kind, definitions, doc, fields, schema, unit_of_doc, unit_of_name, variants};
use loong::config::{LoadOptions, LoadedScenario, Override, load_robot, load_scenario};
use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn a_number_is_explained_with_all_there_is_to_know() {
    let field = explain("robot.controller.swing.clearance_m").unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(field.path, "robot.controller.swing.clearance_m");
    assert_eq!(field.doc, "Height of the sole's apex above the higher of both footholds [m].");
    assert_eq!(field.kind, "number");
    assert_eq!(field.unit.as_deref(), Some("m"));
    assert_eq!(field.range.as_deref(), Some("a positive number up to 1"));
    assert_eq!(field.default.as_deref(), Some("0.06"));
    assert!(field.parts.is_empty());
}

#[test]
fn structs_lists_maps_and_enums_show_what_is_below() {
    let names = |path: &str| -> Vec<String> {
        let parts = explain(path).unwrap_or_else(|e| panic!("{e}")).parts;
        parts.into_iter().map(|part| part.name).collect()
    };
    assert_eq!(names("robot.controller"), ["gait", "balance", "swing", "body", "carry", "whole_body"]);
    assert_eq!(names("robot.links")[..2], ["name", "mass_kg"]);
    assert_eq!(
        names("scenario.terrain.features"),
        ["Stairs", "Staircase", "Box", "Wall", "Ramp", "Rough", "Stones", "Patch", "Soft", "Sill"]
    );
    assert_eq!(names("scenario.state_source"), ["Sensors", "GroundTruth"]);
    assert_eq!(names("scenario.terrain.features.Stairs")[2], "rise_m");
    for (path, kind, default) in [
        ("robot.links", "list `[...]` of structs", None),
        ("robot.links.com_m", "3 numbers in parentheses", None),
        ("robot.joints.limits_rad", "2 numbers in parentheses", None),
        ("robot.posture_rad", "map `{\"name\": ...}`, each entry a number", None),
        ("robot.controller.gait.step_width_m", "number, or absent", Some("absent")),
        ("robot.joints.rigid", "`true` or `false`", Some("false")),
        ("robot.mass_scale", "number", Some("1")),
        ("scenario.terrain", "struct", Some("its fields' own")),
        ("scenario.start.xy_m", "2 numbers in parentheses", Some("(0, 0)")),
        ("scenario.state_source", "one of `Sensors`, `GroundTruth`", Some("Sensors")),
        (
            "scenario.terrain.features",
            "list `[...]`, each one of `Stairs`, `Staircase`, `Box`, `Wall`, `Ramp`, `Rough`, `Stones`, `Patch`, `Soft`, `Sill`",
            Some("[]"),
        ),
        ("scenario.terrain.features.Stairs.steps", "whole number", None),
        ("suite.entries.seeds", "2 whole numbers in parentheses", Some("(0, 1)")),
        ("suite.entries.set", "list `[...]` of texts", Some("[]")),
        ("suite.entries.statistics.of.Percentile", "number", None),
    ] {
        let field = explain(path).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!((field.kind.as_str(), field.default.as_deref()), (kind, default), "{path}");
    }
}

#[test]
fn elements_in_a_path_do_not_matter_and_a_scenario_s_root_may_be_left_out() {
    for (written, path) in [
        ("robot.links[torso].mass_kg", "robot.links.mass_kg"),
        ("robot.joints[\"left_knee\"].axis[2]", "robot.joints.axis"),
        ("robot.posture_rad.left_knee", "robot.posture_rad"),
        ("robot.posture_rad[left_knee]", "robot.posture_rad"),
        ("terrain.features[0].landing_m", "scenario.terrain.features.Stairs.landing_m"),
        ("terrain.friction", "scenario.terrain.friction"),
        ("command.script[1].for_s", "scenario.command.Velocity.script.for_s"),
        ("entries[0].vary[a][0]", "suite.entries.vary"),
        ("disturbances[0].at.phase", "scenario.disturbances.Push.at.Phase.phase"),
    ] {
        assert_eq!(explain(written).unwrap_or_else(|e| panic!("{e}")).path, path);
    }
    assert_eq!(
        explain("disturbances.Push.at.Time").expect("there").range.as_deref(),
        Some("a number not below 0")
    );
}

#[test]
fn an_unknown_path_says_where_it_ends_and_what_may_be_meant() {
    for (path, column, parts) in [
        ("robot.links.mas_kg", 13, &["`mas_kg`", "did you mean `mass_kg`?"][..]),
        ("robt.links", 1, &["`robt`", "did you mean `robot`?"]),
        ("frction", 1, &["did you mean `scenario.terrain.friction`?"]),
        (
            "robot.controller.single_support_s",
            18,
            &["did you mean `robot.controller.gait.single_support_s`?"],
        ),
        ("robot.name.x", 12, &["nothing below `robot.name`"]),
        ("robot.name[3]", 12, &["is no list"]),
        ("robot.joints.limits_rad[2]", 25, &["an element from `[0]` to `[1]`"]),
        ("terrain.features.Stares.rise_m", 18, &["did you mean `Stairs`?"]),
        (
            "robot.links.visual.geometry.radius_m",
            29,
            &["which 3 variants have", "did you mean `robot.links.visual.geometry.Sphere.radius_m`?"],
        ),
        ("", 1, &["the name of a field"]),
        ("robot..x", 7, &["the name of a field"]),
        ("[3]", 2, &["one of `robot`, `scenario`, `suite`"]),
    ] {
        let error = explain(path).expect_err(path);
        assert_eq!(error.column, column, "{error}");
        for part in parts {
            assert!(error.to_string().contains(part), "no {part:?} in {error}");
        }
        assert!(!error.render(false).is_empty());
    }
}

#[test]
fn every_field_is_explained() {
    let mut undocumented = Vec::new();
    for kind in Kind::ALL {
        let all = paths(kind);
        assert!(all.len() >= 20, "{kind:?}: {}", all.len());
        for path in all {
            let path = path.to_string();
            let field = explain(&path).unwrap_or_else(|e| panic!("{e}"));
            assert_eq!(field.path, path);
            assert!(!field.kind.is_empty());
            if field.doc.is_empty() {
                undocumented.push(path);
            }
        }
    }
    let components = |path: &&String| !path.starts_with("robot.links.inertia_kgm2.");
    let undocumented: Vec<&String> = undocumented.iter().filter(components).collect();
    assert!(undocumented.is_empty(), "{undocumented:?}");
}

#[test]
fn every_field_that_need_not_be_written_says_what_it_is_then() {
    for kind in Kind::ALL {
        for (name, definition) in definitions(kind) {
            let owners = variants(&definition).into_iter().filter_map(|(.., held)| held).chain([&definition]);
            for owner in owners {
                for (field, schema) in fields(owner).into_iter().flatten() {
                    let required =
                        owner["required"].as_array().is_some_and(|all| all.iter().any(|f| f == field));
                    // Null, for what may be absent, stands for itself.
                    let may_be_absent = schema.to_string().contains("\"null\"");
                    let has_default = schema.get("default").is_some() || may_be_absent;
                    assert!(required != has_default || may_be_absent, "{name}.{field}: {schema}");
                }
            }
        }
    }
}

/// Every field of every type: the type, the field, its schema.
fn all_fields(kind: Kind) -> Vec<(String, String, Value)> {
    let mut found = Vec::new();
    for (name, definition) in definitions(kind) {
        let mut owners = vec![(name.clone(), definition.clone())];
        for (variant, _, held) in variants(&definition) {
            owners.extend(held.map(|held| (format!("{name}::{variant}"), held.clone())));
        }
        for (owner, held) in owners {
            match fields(&held) {
                Some(fields) => {
                    let field =
                        |(name, field): (&String, &Value)| (owner.clone(), name.clone(), field.clone());
                    found.extend(fields.iter().map(field));
                }
                None => found.push((owner, "0".to_owned(), held)),
            }
        }
    }
    found
}

#[test]
fn a_name_s_suffix_and_its_documentation_say_the_same_unit() {
    let mut compared = 0;
    for (owner, field, schema) in Kind::ALL.into_iter().flat_map(all_fields) {
        if let (Some(of_name), Some(of_doc)) = (unit_of_name(&field), unit_of_doc(doc(&schema))) {
            let same = of_name == of_doc || (of_name, of_doc) == ("1/s", "Hz");
            assert!(same, "{owner}.{field}: {of_name} in the name, {of_doc} in the documentation");
            compared += 1;
        }
    }
    assert!(compared > 60, "{compared}");
}

#[test]
fn the_shipped_schemas_are_those_of_the_types() {
    for kind in Kind::ALL {
        let name = format!("configs/schema/{}.json", kind.word());
        let path = root().join(&name);
        let wanted = serde_json::to_string_pretty(&schema(kind)).expect("JSON");
        let shipped = fs::read_to_string(&path).unwrap_or_default();
        assert!(shipped.trim() == wanted.trim(), "run `loong schema {} > {name}`", kind.word());
        let output = Command::cargo_bin("loong").expect("the binary").args(["schema", kind.word()]).output();
        let printed = String::from_utf8(output.expect("it runs").stdout).expect("UTF-8");
        assert_eq!(printed.trim(), wanted.trim());
    }
}

fn is_valid(kind: Kind, value: &Value) -> bool {
    let schema = schema(kind);
    matches(&schema["$defs"], &schema, value)
}

/// Whether a value fits a schema, as far as these schemas use the language; a keyword that is new here is
/// an error of this test.
fn matches(definitions: &Value, schema: &Value, value: &Value) -> bool {
    let Some(rules) = schema.as_object() else { return schema == &Value::Bool(true) };
    let fits = |schema: &Value, value: &Value| matches(definitions, schema, value);
    let list = value.as_array();
    let object = value.as_object();
    let number = value.as_f64();
    rules.iter().all(|(keyword, rule)| match keyword.as_str() {
        "$ref" => {
            let name = rule.as_str().and_then(|name| name.strip_prefix("#/$defs/")).expect("a reference");
            fits(&definitions[name], value)
        }
        "type" => {
            let is = |kind: &Value| match kind.as_str().expect("a name") {
                "object" => value.is_object(),
                "array" => value.is_array(),
                "string" => value.is_string(),
                "boolean" => value.is_boolean(),
                "null" => value.is_null(),
                "number" => value.is_number(),
                "integer" => value.is_u64() || value.is_i64(),
                other => panic!("the type {other}"),
            };
            rule.as_array().map_or_else(|| is(rule), |kinds| kinds.iter().any(is))
        }
        "anyOf" => rule.as_array().expect("a list").iter().any(|schema| fits(schema, value)),
        "oneOf" => rule.as_array().expect("a list").iter().filter(|schema| fits(schema, value)).count() == 1,
        "const" => rule == value,
        "enum" => rule.as_array().expect("a list").contains(value),
        "required" => object.is_none_or(|object| {
            rule.as_array()
                .expect("a list")
                .iter()
                .all(|name| object.contains_key(name.as_str().expect("a name")))
        }),
        "properties" => object.is_none_or(|object| {
            let known = rule.as_object().expect("fields");
            object.iter().all(|(name, value)| known.get(name).is_none_or(|schema| fits(schema, value)))
        }),
        "additionalProperties" => object.is_none_or(|object| {
            let known = rules.get("properties").and_then(Value::as_object);
            let others =
                object.iter().filter(|(name, _)| known.is_none_or(|known| !known.contains_key(*name)));
            others.into_iter().all(|(_, value)| fits(rule, value))
        }),
        "items" => list.is_none_or(|list| list.iter().all(|value| fits(rule, value))),
        "prefixItems" => list.is_none_or(|list| {
            list.iter().zip(rule.as_array().expect("a list")).all(|(value, schema)| fits(schema, value))
        }),
        "minItems" => list.is_none_or(|list| list.len() as u64 >= rule.as_u64().expect("a count")),
        "maxItems" => list.is_none_or(|list| list.len() as u64 <= rule.as_u64().expect("a count")),
        "minimum" => number.is_none_or(|number| number >= rule.as_f64().expect("a number")),
        "exclusiveMinimum" => number.is_none_or(|number| number > rule.as_f64().expect("a number")),
        "maximum" => number.is_none_or(|number| number <= rule.as_f64().expect("a number")),
        "exclusiveMaximum" => number.is_none_or(|number| number < rule.as_f64().expect("a number")),
        "$schema" | "$defs" | "title" | "description" | "default" | "format" | "unit" => true,
        other => panic!("the keyword {other}"),
    })
}

#[test]
fn the_schemas_accept_what_the_checks_accept() {
    for entry in fs::read_dir(root().join("configs/scenarios")).expect("a folder") {
        let path = entry.expect("an entry").path();
        let loaded = load_scenario(&path, &LoadOptions::default()).unwrap_or_else(|e| panic!("{e}"));
        let mut value = serde_json::to_value(&loaded.scenario.config).expect("JSON");
        assert!(is_valid(Kind::Scenario, &value), "{}", path.display());
        value["duration_s"] = Value::from(0);
        assert!(!is_valid(Kind::Scenario, &value), "{}", path.display());
        value["duration_s"] = Value::from(1);
        value["durations"] = Value::from(1);
        assert!(!is_valid(Kind::Scenario, &value), "{}", path.display());
    }
    let robot = load_robot(&root().join("configs/robots/healthy_loong.ron")).expect("a robot");
    let mut value = serde_json::to_value(&robot.config).expect("JSON");
    assert!(is_valid(Kind::Robot, &value));
    value["links"][0]["mass_kg"] = Value::from(-1);
    assert!(!is_valid(Kind::Robot, &value));
    let include = serde_json::json!({"base": "a.ron", "changes": {"links[torso].mass_kg": 3}});
    assert!(is_valid(Kind::Robot, &include) && is_valid(Kind::Suite, &include));
    assert!(!is_valid(Kind::Robot, &serde_json::json!({"changes": {}})));
}

/// Numbers just outside and just inside each bound.
fn probes(range: &Range) -> Vec<(f64, bool)> {
    let step = |bound: f64| if range.whole { 1.0 } else { (1e-9 * bound.abs()).max(1e-9) };
    let mut probes = Vec::new();
    if range.low.is_finite() {
        let step = step(range.low);
        probes.extend([(range.low - step, false), (range.low, range.with_low), (range.low + step, true)]);
    }
    if range.high.is_finite() {
        let step = step(range.high);
        probes.extend([(range.high + step, false), (range.high, range.with_high), (range.high - step, true)]);
    }
    probes
}

/// Changes that bring every kind of thing into the scenario and its robot.
const EVERYTHING: [&str; 14] = [
    "terrain.features=[Stairs(start_m: (3, 0), rise_m: 0.1, run_m: 0.3, width_m: 1, steps: 3, landing_m: 1), \
     Box(center_m: (9, 3), size_m: (1, 1, 1)), Wall(from_m: (0, 4), to_m: (9, 4), height_m: 1, thickness_m: 0.1), \
     Ramp(start_m: (12, 0), slope_rad: 0.1, length_m: 2, width_m: 1, top_m: 1), \
     Rough(center_m: (18, 0), size_m: (2, 2), height_m: 0.1, cell_m: 0.5), \
     Stones(start_m: (26, 0), rise_m: 0.1, stone_m: (0.4, 0.4), gap_m: (0.1, 0.1), rows: 3, columns: 3), \
     Patch(center_m: (22, 0), size_m: (2, 2), friction: 0.3), \
     Soft(center_m: (22, 4), size_m: (1, 1), stiffness_kpa_m: 2000, damping_kpas_m: 50, depth_m: 0.1), \
     Sill(from_m: (24, -1), to_m: (24, 1), height_m: 0.05, thickness_m: 0.05), \
     Staircase(start_m: (30, 0), rise_m: 0.1, run_m: 0.3, width_m: 1, pieces: [Straight(steps: 2), \
     Wound(steps: 3, radius_m: 1, turn: Left), Landing(length_m: 1), \
     Corner(angle_rad: 1, radius_m: 1, turn: Right)])]",
    "disturbances=[Push(link: \"torso\", impulse_ns: (1, 0, 0), duration_s: 0.1, at: Time(1)), \
     Push(link: \"torso\", impulse_ns: (1, 0, 0), duration_s: 0.1, at: Phase(after_s: 1, phase: 0.5)), \
     CutTorque(joints: [\"left_knee\"], at_s: 3)]",
    "variation=(mass: 0.1, friction: (0.5, 1), start_xy_m: 0.1, start_yaw_rad: 0.1, start_joints_rad: 0.1, noise: (1, 2), latency_s: (0, 0.02), liquid: 0.1)",
    "start=(xy_m: (0, 0), yaw_rad: 0)",
    "robot.links[torso].collision=[(geometry: Capsule(radius_m: 0.1, length_m: 0.1)), \
     (geometry: Cylinder(radius_m: 0.1, top_radius_m: 0.1, length_m: 0.1)), (geometry: Sphere(radius_m: 0.1))]",
    "robot.links[torso].visual=[(geometry: Box(size_m: (1, 1, 1))), (geometry: Ellipsoid(radii_m: (1, 1, 1))), \
     (geometry: Loft(sections: [(z_m: 0, size_m: (1, 1)), (z_m: 1, size_m: (1, 1))]))]",
    "robot.controller.gait=(single_support_s: 0.35, double_support_s: 0.06, min_single_support_s: 0.18, \
     climb_m_s: 0.4, climb_slope_m_s: 0.8, stair_double_support_s: 0.08, descend_m_s: 0.45, descend_slope_m_s: 0.8, \
     descent_double_support_s: 0.12, start_s: 0.5, step_width_m: 0.2, max_forward_m: 0.6, \
     max_backward_m: 0.4, min_width_m: 0.11, max_width_m: 0.7)",
    "robot.controller.body.com_height_m=0.9",
    "robot.mass_scale=1.0",
    "payload=(link: \"torso\", mass_kg: 1, at_m: (0, 0, 0.2))",
    "cup=(link: \"left_hand\", at_m: (0, 0.1, -0.1), rpy_rad: (0, 0, 0), mass_kg: 0.3, radius_m: 0.04, depth_m: 0.08, \
     density_kg_m3: 1000, damping_share: 0.01, spill_rad: 0.29)",
    "sensor_noise_factor=1",
    "people=[(places_m: [(5, 0), (5, 2)], speed_m_s: 1, gives_way: false, radius_m: 0.2, height_m: 1.7)]",
    "actions=[(at_s: 1, action: Walk(forward_m_s: 1, left_m_s: 0, turn_rad_s: 0)), \
     (at_s: 1, action: GoTo(xy_m: (1, 0), speed_m_s: 1)), \
     (at_s: 1, action: Pull(link: \"torso\", at_m: (0, 0, 0), hand_m: (1, 0, 1))), \
     (at_s: 1, action: Throw(from_m: (0, 0, 3), velocity_m_s: (0, 0, 0), size_m: (1, 1, 1), mass_kg: 1)), \
     (at_s: 1, action: MoveBox(feature: 1, center_m: (9, 3)))]",
];

fn load_with(sets: &[&str]) -> Result<LoadedScenario, loong::config::ConfigError> {
    let overrides: Vec<Override> = sets.iter().map(|set| Override::parse(set).expect(set)).collect();
    let options = LoadOptions { overrides: &overrides, ..LoadOptions::default() };
    load_scenario(&root().join("configs/scenarios/walk_flat.ron"), &options)
}

#[test]
fn just_outside_of_a_range_is_refused_and_just_inside_is_not() {
    let goals = "command=Goals(speed_m_s: 1, goals: [(xy_m: (1, 0), radius_m: 0.3)])";
    let flight = "course=Flight(rise_m: (0.1, 0.2), run_m: (0.2, 0.3), step_measure_m: (0.5, 0.6), steps: (3, 5), \
                  landing_m: (1, 2), width_m: 2)";
    let hall =
        "course=Hall(length_m: 30, width_m: 8, bay_m: 5, boxes: 3, gap_m: 1, door_m: 1, corridor_m: 1)";
    let crowd = "course=Crowd(length_m: 30, width_m: 8, people: 3, speed_m_s: (0.5, 1.5), stubborn_share: 0.3, \
                 boxes: 2)";
    let turning = "course=Turning(rise_m: (0.1, 0.2), run_m: (0.2, 0.3), step_measure_m: (0.5, 0.6), steps: (3, 5), \
                   landing_m: (1, 2), radius_m: (1, 1.5), width_m: 1.4)";
    let mixed = "course=Mixed(length_m: 100, width_m: 8, boxes: 3, gap_m: 1, rise_m: (0.1, 0.2), run_m: (0.2, 0.3), \
                 steps: (3, 5), slope_rad: (0.1, 0.2), people: 1)";
    let commands = [
        &["duration_s=62"][..],
        &[goals],
        &[goals, flight],
        &[goals, hall],
        &[goals, crowd],
        &[goals, mixed],
        &[goals, turning],
    ];
    let mut places: BTreeMap<(String, String), (FieldPath, &[&str], bool)> = BTreeMap::new();
    for command in commands {
        let loaded = load_with(&[&EVERYTHING[..], command].concat()).unwrap_or_else(|e| panic!("{e}"));
        for_each_number(&loaded.scenario.config, &mut |path, owner, _| {
            let key = (owner.type_name(), owner.field.to_owned());
            places.entry(key).or_insert((path.clone(), command, false));
        });
        for_each_number(&loaded.robot.config, &mut |path, owner, _| {
            let key = (owner.type_name(), owner.field.to_owned());
            places.entry(key).or_insert((path.clone(), command, true));
        });
    }
    let mut probed = 0;
    for (owner, field, range) in ranges() {
        // Those of suites, which `tests/suites.rs` looks at.
        if ["SuccessRate", "Statistic::Percentile", "Distribution::Normal", "BaselineBound"].contains(&owner)
        {
            continue;
        }
        let Some((path, command, of_robot)) = places.get(&(owner.to_owned(), field.to_owned())) else {
            panic!("no field `{field}` of `{owner}` in the configs of this test");
        };
        for (value, inside) in probes(&range) {
            if range.whole && value < 0.0 {
                // The type itself refuses it, in words of its own.
                continue;
            }
            let value = if range.whole { format!("{value:.0}") } else { format!("{value:?}") };
            let set = format!("{}{path}={value}", if *of_robot { "robot." } else { "" });
            let error = load_with(&[&EVERYTHING[..], command, &[&set]].concat()).err();
            let refused = error
                .iter()
                .flat_map(|error| error.diagnostics())
                .any(|d| d.field == path.to_string() && d.allowed == range.to_string());
            assert_eq!(refused, !inside, "{set}: {error:?}");
            probed += 1;
        }
    }
    assert!(probed > 300, "{probed}");
}

/// Bounds of every number within a field's schema.
fn bounds(schema: &Value, found: &mut Vec<[Option<f64>; 4]>) {
    let kinds = match schema.get("type") {
        Some(Value::Array(kinds)) => kinds.clone(),
        Some(kind) => vec![kind.clone()],
        None => Vec::new(),
    };
    if kinds.iter().any(|kind| kind == "number" || kind == "integer") {
        let names = ["minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"];
        found.push(names.map(|name| schema.get(name).and_then(Value::as_f64)));
    }
    for key in ["items", "additionalProperties"] {
        if let Some(part) = schema.get(key) {
            bounds(part, found);
        }
    }
    for key in ["prefixItems", "anyOf"] {
        schema.get(key).and_then(Value::as_array).into_iter().flatten().for_each(|part| bounds(part, found));
    }
}

#[test]
fn the_schemas_have_the_ranges_of_the_checks() {
    let all: Vec<(String, String, Value)> = Kind::ALL.into_iter().flat_map(all_fields).collect();
    for (owner, field, range) in ranges() {
        let Some((.., schema)) = all.iter().find(|(o, f, _)| o == owner && f == field) else {
            panic!("no field `{field}` of `{owner}` in the schemas");
        };
        let mut found = Vec::new();
        bounds(schema, &mut found);
        assert!(!found.is_empty(), "{owner}.{field}: {schema}");
        let given = |bound: f64, yes: bool| (bound.is_finite() && yes).then_some(bound);
        let wanted = [
            given(range.low, range.with_low),
            given(range.low, !range.with_low),
            given(range.high, range.with_high),
            given(range.high, !range.with_high),
        ];
        for bounds in found {
            assert_eq!(bounds, wanted, "{owner}.{field}");
        }
    }
}

#[test]
fn the_command_line_explains() {
    let loong = |arguments: &[&str]| {
        let output =
            Command::cargo_bin("loong").expect("the binary").args(arguments).output().expect("it runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        (output.status.code().expect("an exit code"), text(output.stdout), text(output.stderr))
    };
    let (code, out, _) = loong(&["explain"]);
    assert_eq!(code, 0);
    for root in ["\n  robot", "\n  scenario", "\n  suite"] {
        assert!(out.contains(root), "{out}");
    }
    let (code, out, _) = loong(&["explain", "robot.controller.gait"]);
    assert_eq!(code, 0);
    assert!(out.contains("  heel_off_share") && out.contains("0.3"), "{out}");
    let (code, out, errors) = loong(&["explain", "robot.controler"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(errors.contains("did you mean `controller`?"), "{errors}");
    assert_eq!(loong(&["schema", "tree"]).0, 2);
}
