//! A run as an MCAP file that Foxglove opens.
//!
//! Topics: `/tf`, `/robot`, `/terrain`, `/footsteps`, `/contact_forces` to be drawn in 3D, `/estimate`,
//! `/joint_states`, `/contacts`, and `/signals` with every chosen signal, nested at the dots of its name.
//! JSON with JSON schemas, not compressed; the same run gives the same bytes. The attachments `scenario.ron`,
//! `robot.ron` and `run.json` hold what decided about the run, so that the file is all it takes to show it.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::Path;

use mcap::records::MessageHeader;
use mcap::write::{Metadata, NoSeek};
use mcap::{Attachment, McapError, McapResult, WriteOptions, Writer};
use nalgebra::UnitQuaternion;
use serde_json::{Map, Value, json};

use super::atomic_file::AtomicFile;
use super::log::LogError;
use super::read_mcap::{ROBOT, RUN, RunInputs, SCENARIO};
use super::{foxglove, scene};
use crate::config::LoadedScenario;
use crate::control::gait::Gait;
use crate::course::laid_out;
use crate::judge::METRIC_NAMES;
use crate::model::RobotModel;
use crate::report::RunReport;
use crate::signals::{Moment, Signal, choose, signals_of};
use crate::simulation::Simulation;

/// Size of a chunk [bytes].
const CHUNK_BYTES: u64 = 4_000_000;

/// An open MCAP file with its channels.
pub(super) struct McapLog {
    writer: Writer<NoSeek<AtomicFile>>,
    channels: Channels,
    signals: Vec<Signal>,
    metadata: BTreeMap<String, String>,
    sequence: u32,
    last_gait: Option<Gait>,
}

/// Ids of the channels.
#[derive(Debug, Clone, Copy)]
struct Channels {
    transforms: u16,
    robot: u16,
    terrain: u16,
    footsteps: u16,
    forces: u16,
    estimate: u16,
    joints: u16,
    contacts: u16,
    signals: u16,
}

impl std::fmt::Debug for McapLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("McapLog").field("channels", &self.channels).finish_non_exhaustive()
    }
}

impl McapLog {
    /// Begins a log with what does not change during the run.
    pub fn create(
        path: &Path,
        loaded: &LoadedScenario,
        model: &RobotModel,
        seed: u64,
        patterns: &[String],
    ) -> Result<Self, LogError> {
        let all = signals_of(model);
        let signals = if patterns.is_empty() { all } else { choose(&all, patterns)? };
        let begin = || -> io::Result<Self> {
            let file = AtomicFile::create(path)?;
            let options = WriteOptions::new()
                .compression(None)
                .chunk_size(Some(CHUNK_BYTES))
                .library(concat!("loong ", env!("CARGO_PKG_VERSION")))
                .disable_seeking(true);
            let mut writer = options.create(NoSeek::new(file)).map_err(io_error)?;
            attach(&mut writer, loaded, seed)?;
            let channels = Channels::add(&mut writer, &signals).map_err(io_error)?;
            let metadata = metadata(loaded, seed);
            let mut log = Self { writer, channels, signals, metadata, sequence: 0, last_gait: None };
            let robot = scene::robot(&loaded.robot.config, model);
            log.message(channels.robot, 0, &json!({ "deletions": [], "entities": robot }))?;
            let terrain = scene::terrain(&laid_out(&loaded.scenario.config, seed).terrain);
            log.message(channels.terrain, 0, &json!({ "deletions": [], "entities": [terrain] }))?;
            Ok(log)
        };
        begin().map_err(|source| LogError::Write { path: path.to_owned(), source })
    }

    /// Writes a sample: a message a topic.
    pub fn write(&mut self, simulation: &Simulation, moment: &Moment<'_>) -> io::Result<()> {
        let time_ns = (moment.now.time_s * 1e9).round() as u64;
        let channels = self.channels;
        self.message(channels.transforms, time_ns, &transforms(time_ns, moment))?;
        self.footsteps(time_ns, moment)?;
        let forces = json!({ "deletions": [], "entities": [scene::forces(time_ns, moment)] });
        self.message(channels.forces, time_ns, &forces)?;
        let estimate = json!({
            "timestamp": foxglove::time(time_ns),
            "frame_id": scene::WORLD,
            "pose": foxglove::pose(&moment.now.estimate.world_from_base),
        });
        self.message(channels.estimate, time_ns, &estimate)?;
        self.message(channels.joints, time_ns, &joint_states(time_ns, moment))?;
        self.message(channels.contacts, time_ns, &wrenches(time_ns, simulation))?;
        // A signal without a value is left out: its schema says that it is a number.
        let signals = nested(&self.signals, |signal| {
            let value = signal.value(moment);
            value.is_finite().then(|| foxglove::number(value).into())
        });
        self.message(channels.signals, time_ns, &signals)
    }

    /// Completes the file with the verdict and gives it its name.
    pub fn finish(mut self, report: &RunReport) -> io::Result<()> {
        let mut metadata = std::mem::take(&mut self.metadata);
        let verdict = if report.passed() { "pass" } else { "fail" };
        metadata.insert("verdict".into(), verdict.into());
        metadata.insert("state_hash".into(), format!("{:016x}", report.metrics.state_hash));
        for name in METRIC_NAMES {
            if let Some(value) = report.metrics.value(name) {
                metadata.insert(format!("metric.{name}"), value.to_string());
            }
        }
        for (i, result) in report.expectations.iter().enumerate() {
            let measured = result.measured.map_or("not measured".to_owned(), |value| value.to_string());
            let word = if result.pass { "holds" } else { "fails" };
            let text = format!("{}: {measured}, allowed {}, {word}", result.name, result.allowed);
            metadata.insert(format!("expectation.{i:03}"), text);
        }
        let record = Metadata { name: "loong".into(), metadata };
        self.writer.write_metadata(&record).map_err(io_error)?;
        self.writer.finish().map_err(io_error)?;
        let mut file = self.writer.into_inner().into_inner();
        file.flush()?;
        file.commit()
    }

    /// New footprints, and the planned ones where the gait has gone on.
    fn footsteps(&mut self, time_ns: u64, moment: &Moment<'_>) -> io::Result<()> {
        let gait = moment.now.walker.gait;
        let last = self.last_gait.replace(gait);
        if last.is_some_and(|last| last.phase == gait.phase && last.steps == gait.steps) {
            return Ok(());
        }
        let mut entities = vec![scene::planned(time_ns, moment)];
        if last.is_some_and(|last| last.steps != gait.steps) {
            entities.push(scene::landed(time_ns, moment));
        }
        let update = json!({ "deletions": [], "entities": entities });
        self.message(self.channels.footsteps, time_ns, &update)
    }

    fn message(&mut self, channel_id: u16, time_ns: u64, value: &Value) -> io::Result<()> {
        let header =
            MessageHeader { channel_id, sequence: self.sequence, log_time: time_ns, publish_time: time_ns };
        self.sequence = self.sequence.wrapping_add(1);
        self.writer.write_to_known_channel(&header, &serde_json::to_vec(value)?).map_err(io_error)
    }
}

impl Channels {
    fn add(writer: &mut Writer<NoSeek<AtomicFile>>, signals: &[Signal]) -> McapResult<Self> {
        let mut add = |topic: &str, name: &str, mut schema: Value| -> McapResult<u16> {
            schema["title"] = name.into();
            schema["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
            let id = writer.add_schema(name, "jsonschema", schema.to_string().as_bytes())?;
            writer.add_channel(id, topic, "json", &BTreeMap::new())
        };
        let scene = "foxglove.SceneUpdate";
        Ok(Self {
            transforms: add("/tf", "foxglove.FrameTransforms", foxglove::transforms_schema())?,
            robot: add("/robot", scene, foxglove::scene_schema())?,
            terrain: add("/terrain", scene, foxglove::scene_schema())?,
            footsteps: add("/footsteps", scene, foxglove::scene_schema())?,
            forces: add("/contact_forces", scene, foxglove::scene_schema())?,
            estimate: add("/estimate", "foxglove.PoseInFrame", foxglove::pose_in_frame_schema())?,
            joints: add("/joint_states", "foxglove.JointStates", foxglove::joint_states_schema())?,
            contacts: add("/contacts", "loong.FootWrenches", foxglove::wrenches_schema())?,
            signals: add("/signals", "loong.Signals", signals_schema(signals))?,
        })
    }
}

fn io_error(error: McapError) -> io::Error {
    match error {
        McapError::Io(error) => error,
        other => io::Error::other(other),
    }
}

/// The configs with all changes, the seed and the program: first in the file, so that they are there also
/// where its end is not.
fn attach(writer: &mut Writer<NoSeek<AtomicFile>>, loaded: &LoadedScenario, seed: u64) -> io::Result<()> {
    let program = concat!("loong ", env!("CARGO_PKG_VERSION")).to_owned();
    let inputs = serde_json::to_string(&RunInputs { seed, program })?;
    for (name, media_type, text) in [
        (SCENARIO, "application/ron", loaded.scenario.text()),
        (ROBOT, "application/ron", loaded.robot.text()),
        (RUN, "application/json", &inputs),
    ] {
        let attachment = Attachment {
            log_time: 0,
            create_time: 0,
            name: name.to_owned(),
            media_type: media_type.to_owned(),
            data: text.as_bytes().into(),
        };
        writer.attach(&attachment).map_err(io_error)?;
    }
    Ok(())
}

/// What tells one run from another.
fn metadata(loaded: &LoadedScenario, seed: u64) -> BTreeMap<String, String> {
    let scenario = &loaded.scenario.config;
    [
        ("scenario", scenario.name.clone()),
        ("description", scenario.description.clone()),
        ("robot", loaded.robot.config.name.clone()),
        ("seed", seed.to_string()),
        ("config_hash", format!("{:016x}", loaded.input_hash())),
        ("program", concat!("loong ", env!("CARGO_PKG_VERSION")).to_owned()),
    ]
    .map(|(key, value)| (key.to_owned(), value))
    .into()
}

/// Each body in its parent's frame, the root in the world.
fn transforms(time_ns: u64, moment: &Moment<'_>) -> Value {
    let model = moment.model;
    let state = moment.now.truth;
    let body = |(index, body): (usize, &crate::model::Body)| match body.parent {
        None => foxglove::transform(time_ns, scene::WORLD, &body.name, &state.world_from_base),
        Some(parent) => {
            let turn = UnitQuaternion::from_axis_angle(&body.axis, state.q[index - 1]);
            let at = body.parent_from_body * turn;
            foxglove::transform(time_ns, &model.bodies[parent].name, &body.name, &at)
        }
    };
    json!({ "transforms": model.bodies.iter().enumerate().map(body).collect::<Vec<_>>() })
}

fn joint_states(time_ns: u64, moment: &Moment<'_>) -> Value {
    let now = &moment.now;
    let joint = |j: usize| {
        json!({
            "name": moment.model.bodies[j + 1].joint,
            "position": foxglove::number(now.truth.q[j]),
            "velocity": foxglove::number(now.truth.v[6 + j]),
            "effort": foxglove::number(now.motor_nm[j]),
        })
    };
    let joints: Vec<Value> = (0..moment.model.joints()).map(joint).collect();
    json!({ "timestamp": foxglove::time(time_ns), "joints": joints })
}

fn wrenches(time_ns: u64, simulation: &Simulation) -> Value {
    let wrench = |foot: usize| {
        let wrench = simulation.snapshot().contacts.feet[foot];
        json!({ "force": foxglove::vector(&wrench.force), "torque": foxglove::vector(&wrench.torque) })
    };
    json!({ "timestamp": foxglove::time(time_ns), "left": wrench(0), "right": wrench(1) })
}

fn signals_schema(signals: &[Signal]) -> Value {
    let field = |signal: &Signal| {
        let unit = if signal.unit.is_empty() { String::new() } else { format!(" [{}]", signal.unit) };
        Some(json!({ "type": "number", "description": format!("{}{unit}", signal.description) }))
    };
    schema_of(&nested(signals, field))
}

/// The schema of nested objects whose leaves are schemas.
fn schema_of(tree: &Value) -> Value {
    match tree.as_object() {
        Some(fields) if !fields.contains_key("description") => {
            let fields: Map<String, Value> =
                fields.iter().map(|(name, value)| (name.clone(), schema_of(value))).collect();
            json!({ "type": "object", "properties": fields })
        }
        _ => tree.clone(),
    }
}

/// A value a signal that has one, in objects within objects along the dots of its name.
fn nested(signals: &[Signal], value: impl Fn(&Signal) -> Option<Value>) -> Value {
    let mut root = Value::Object(Map::new());
    for signal in signals {
        let Some(value) = value(signal) else { continue };
        let mut place = &mut root;
        for part in signal.name.split('.') {
            place = &mut place[part];
        }
        *place = value;
    }
    root
}
