//! Messages that Foxglove knows, as JSON, and their JSON schemas.
//!
//! Names and fields are those of Foxglove's message schemas; see <https://docs.foxglove.dev/docs/sdk/schemas>.

use nalgebra::{Isometry3, UnitQuaternion, Vector3};
use serde_json::{Map, Value, json};

/// Simulated time as Foxglove has it, from nanoseconds.
pub(super) fn time(time_ns: u64) -> Value {
    json!({ "sec": time_ns / 1_000_000_000, "nsec": time_ns % 1_000_000_000 })
}

/// A number to nine significant digits: what a plot shows, in half the bytes.
pub(super) fn number(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let scale = 10f64.powi(8 - value.abs().log10().floor() as i32);
    if scale.is_finite() { (value * scale).round() / scale } else { value }
}

/// A vector, to a micrometre.
pub(super) fn vector(v: &Vector3<f64>) -> Value {
    json!({ "x": micro(v.x), "y": micro(v.y), "z": micro(v.z) })
}

fn quaternion(q: &UnitQuaternion<f64>) -> Value {
    json!({ "x": micro(q.i), "y": micro(q.j), "z": micro(q.k), "w": micro(q.w) })
}

fn micro(value: f64) -> f64 {
    (1e6 * value).round() / 1e6
}

/// A pose in its frame.
pub(super) fn pose(at: &Isometry3<f64>) -> Value {
    json!({ "position": vector(&at.translation.vector), "orientation": quaternion(&at.rotation) })
}

/// A `foxglove.FrameTransform`.
pub(super) fn transform(
    time_ns: u64,
    parent: &str,
    child: &str,
    parent_from_child: &Isometry3<f64>,
) -> Value {
    json!({
        "timestamp": time(time_ns),
        "parent_frame_id": parent,
        "child_frame_id": child,
        "translation": vector(&parent_from_child.translation.vector),
        "rotation": quaternion(&parent_from_child.rotation),
    })
}

/// Primitives of an entity, by their list's name.
pub(super) const PRIMITIVES: [&str; 8] =
    ["arrows", "cubes", "spheres", "cylinders", "lines", "triangles", "texts", "models"];

/// A `foxglove.SceneEntity` that stays until one of the same id takes its place.
pub(super) fn entity(
    time_ns: u64,
    frame: &str,
    id: &str,
    primitives: impl IntoIterator<Item = (&'static str, Value)>,
) -> Value {
    let mut entity = Map::new();
    entity.insert("timestamp".into(), time(time_ns));
    entity.insert("frame_id".into(), frame.into());
    entity.insert("id".into(), id.into());
    entity.insert("lifetime".into(), time(0));
    entity.insert("frame_locked".into(), true.into());
    entity.insert("metadata".into(), json!([]));
    for list in PRIMITIVES {
        entity.insert(list.into(), json!([]));
    }
    for (list, primitive) in primitives {
        if let Some(Value::Array(all)) = entity.get_mut(list) {
            all.push(primitive);
        }
    }
    entity.into()
}

/// JSON schema of a value without fields: `number`, `string`, `boolean` or `integer`.
fn plain(kind: &str) -> Value {
    json!({ "type": kind })
}

fn list(items: &Value) -> Value {
    json!({ "type": "array", "items": items })
}

/// JSON schema of an object.
pub(super) fn object(fields: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    let fields: Map<String, Value> = fields.into_iter().map(|(name, value)| (name.into(), value)).collect();
    json!({ "type": "object", "properties": fields })
}

fn numbers<const N: usize>(names: [&'static str; N]) -> Value {
    object(names.map(|name| (name, plain("number"))))
}

/// JSON schema of a time or a duration.
pub(super) fn time_schema() -> Value {
    object([("sec", plain("integer")), ("nsec", plain("integer"))])
}

/// JSON schema of a vector.
pub(super) fn vector_schema() -> Value {
    numbers(["x", "y", "z"])
}

fn pose_schema() -> Value {
    object([("position", vector_schema()), ("orientation", numbers(["x", "y", "z", "w"]))])
}

/// Schema of `foxglove.FrameTransforms`.
pub(super) fn transforms_schema() -> Value {
    let transform = object([
        ("timestamp", time_schema()),
        ("parent_frame_id", plain("string")),
        ("child_frame_id", plain("string")),
        ("translation", vector_schema()),
        ("rotation", numbers(["x", "y", "z", "w"])),
    ]);
    object([("transforms", list(&transform))])
}

/// Schema of `foxglove.PoseInFrame`.
pub(super) fn pose_in_frame_schema() -> Value {
    object([("timestamp", time_schema()), ("frame_id", plain("string")), ("pose", pose_schema())])
}

/// Schema of `foxglove.JointStates`.
pub(super) fn joint_states_schema() -> Value {
    let joint = object([
        ("name", plain("string")),
        ("position", plain("number")),
        ("velocity", plain("number")),
        ("effort", plain("number")),
    ]);
    object([("timestamp", time_schema()), ("joints", list(&joint))])
}

/// Schema of `foxglove.SceneUpdate`.
pub(super) fn scene_schema() -> Value {
    let color = numbers(["r", "g", "b", "a"]);
    let placed = |more: Vec<(&'static str, Value)>| {
        list(&object([("pose", pose_schema()), ("color", color.clone())].into_iter().chain(more)))
    };
    let sized = || placed(vec![("size", vector_schema())]);
    let mesh = |more: Vec<(&'static str, Value)>| {
        let own = [
            ("points", list(&vector_schema())),
            ("colors", list(&color)),
            ("indices", list(&plain("integer"))),
        ];
        placed(own.into_iter().chain(more).collect())
    };
    let arrow = ["shaft_length", "shaft_diameter", "head_length", "head_diameter"];
    let entity = object([
        ("timestamp", time_schema()),
        ("frame_id", plain("string")),
        ("id", plain("string")),
        ("lifetime", time_schema()),
        ("frame_locked", plain("boolean")),
        ("metadata", list(&object([("key", plain("string")), ("value", plain("string"))]))),
        ("arrows", placed(arrow.map(|name| (name, plain("number"))).to_vec())),
        ("cubes", sized()),
        ("spheres", sized()),
        (
            "cylinders",
            placed(vec![
                ("size", vector_schema()),
                ("bottom_scale", plain("number")),
                ("top_scale", plain("number")),
            ]),
        ),
        (
            "lines",
            mesh(vec![
                ("type", plain("integer")),
                ("thickness", plain("number")),
                ("scale_invariant", plain("boolean")),
            ]),
        ),
        ("triangles", mesh(Vec::new())),
        ("texts", placed(vec![("text", plain("string"))])),
        ("models", placed(vec![("url", plain("string"))])),
    ]);
    let deletion =
        object([("timestamp", time_schema()), ("type", plain("integer")), ("id", plain("string"))]);
    object([("deletions", list(&deletion)), ("entities", list(&entity))])
}

/// Schema of Loong's own `loong.FootWrenches`.
pub(super) fn wrenches_schema() -> Value {
    let wrench = || object([("force", vector_schema()), ("torque", vector_schema())]);
    object([("timestamp", time_schema()), ("left", wrench()), ("right", wrench())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_nine_digits() {
        assert_eq!(number(123.456_789_012_3), 123.456_789);
        assert_eq!(number(-1.234_567_890_123e-7), -1.234_567_89e-7);
        assert_eq!(number(0.0), 0.0);
        assert_eq!(number(1e-310), 1e-310);
    }

    #[test]
    fn an_entity_has_every_list_that_its_schema_has() {
        let entity = entity(1_500_000_000, "world", "a", [("cubes", json!({}))]);
        assert_eq!(entity["timestamp"], json!({ "sec": 1, "nsec": 500_000_000 }));
        assert_eq!(entity["cubes"].as_array().map(Vec::len), Some(1));
        let schema = scene_schema();
        let fields = &schema["properties"]["entities"]["items"]["properties"];
        let names = |value: &Value| value.as_object().map(|o| o.keys().cloned().collect::<Vec<_>>());
        assert_eq!(names(fields), names(&entity));
    }
}
