//! A run back from an MCAP file, as `mcap_file` wrote it.
//!
//! Read record by record, so that a file without its end gives what is whole of it. Of a foreign file, the
//! records this program does not write are passed over.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use mcap::records::{Record, op};
use nalgebra::{Isometry3, Quaternion, Translation3, UnitQuaternion, Vector3};
use serde::Deserialize;
use serde_json::Value;

use super::mcap_records::{self, Stop};
use super::recorded::{ReadLogError, RecordedConfigs, RecordedRun, Sample};
use super::scene::WORLD;

/// What the file may be.
const ALLOWED: &str = "an MCAP file as `loong run --log` writes it";

/// Names of the attachments.
pub(super) const SCENARIO: &str = "scenario.ron";
/// The robot's.
pub(super) const ROBOT: &str = "robot.ron";
/// That of what else decided about the run.
pub(super) const RUN: &str = "run.json";

/// What an attachment of that name holds.
#[derive(Debug, Clone, Default, Deserialize, serde::Serialize)]
pub(super) struct RunInputs {
    pub(super) seed: u64,
    pub(super) program: String,
}

/// Reads a file to its end, or to where it ends too early.
pub(super) fn read(path: &Path) -> Result<RecordedRun, ReadLogError> {
    let error = |source| ReadLogError::Read { path: path.to_owned(), source };
    let file = File::open(path).map_err(error)?;
    if !file.metadata().map_err(error)?.is_file() {
        return Err(ReadLogError::foreign(path, "something that is no regular file", ALLOWED));
    }
    let mut reading = Reading::default();
    match mcap_records::read(BufReader::new(file), |opcode, data| reading.record(opcode, data)) {
        Ok(()) => {}
        Err(Stop::Io(source)) => return Err(error(source)),
        Err(Stop::NoMcap) => return Err(ReadLogError::foreign(path, "no MCAP file", ALLOWED)),
        // Whatever is wrong with the rest: what came before it is good.
        Err(Stop::Broken) => reading.run.cut = true,
    }
    reading.finish(path)
}

/// Channels that are read.
#[derive(Debug, Default)]
struct Topics {
    transforms: Option<u16>,
    joints: Option<u16>,
    contacts: Option<u16>,
    signals: Option<u16>,
}

/// What was read so far.
#[derive(Debug, Default)]
struct Reading {
    run: RecordedRun,
    topics: Topics,
    attached: [Option<Vec<u8>>; 3],
    /// Time of the sample in progress [ns].
    time_ns: Option<u64>,
    /// Whether the sample in progress knows where the root is.
    placed: bool,
    sample: Sample,
}

#[derive(Deserialize)]
struct Transforms {
    transforms: Vec<Transform>,
}

#[derive(Deserialize)]
struct Transform {
    parent_frame_id: String,
    translation: Xyz,
    rotation: Xyzw,
}

#[derive(Deserialize)]
struct Xyz {
    x: f64,
    y: f64,
    z: f64,
}

impl Xyz {
    fn vector(&self) -> Vector3<f64> {
        Vector3::new(self.x, self.y, self.z)
    }
}

#[derive(Deserialize)]
struct Xyzw {
    x: f64,
    y: f64,
    z: f64,
    w: f64,
}

#[derive(Deserialize)]
struct JointStates {
    joints: Vec<JointState>,
}

#[derive(Deserialize)]
struct JointState {
    name: String,
    position: f64,
    effort: f64,
}

#[derive(Deserialize)]
struct Wrenches {
    left: Wrench,
    right: Wrench,
}

#[derive(Deserialize)]
struct Wrench {
    force: Xyz,
    torque: Xyz,
}

impl Reading {
    fn record(&mut self, opcode: u8, data: &[u8]) {
        match opcode {
            op::CHANNEL => {
                if let Ok(Record::Channel(channel)) = mcap::parse_record(opcode, data) {
                    match channel.topic.as_str() {
                        "/tf" => self.topics.transforms = Some(channel.id),
                        "/joint_states" => self.topics.joints = Some(channel.id),
                        "/contacts" => self.topics.contacts = Some(channel.id),
                        "/signals" => self.topics.signals = Some(channel.id),
                        _ => {}
                    }
                }
            }
            op::MESSAGE => {
                if let Ok(Record::Message { header, data }) = mcap::parse_record(opcode, data) {
                    self.message(header.channel_id, header.log_time, &data);
                }
            }
            op::ATTACHMENT => {
                if let Some((name, content)) = attachment(data) {
                    let names = [SCENARIO, ROBOT, RUN];
                    if let Some(at) = names.iter().position(|known| known.as_bytes() == name) {
                        self.attached[at] = Some(content.to_owned());
                    }
                }
            }
            _ => {}
        }
    }

    fn message(&mut self, channel: u16, time_ns: u64, data: &[u8]) {
        let is = |topic: Option<u16>| topic == Some(channel);
        let topics = &self.topics;
        let known = [topics.transforms, topics.joints, topics.contacts, topics.signals];
        if !known.into_iter().any(is) {
            return;
        }
        if self.time_ns != Some(time_ns) {
            self.next_sample();
            self.time_ns = Some(time_ns);
            self.sample.time_s = time_ns as f64 * 1e-9;
        }
        // A message that is no such thing leaves the sample without it.
        if is(self.topics.transforms) {
            if let Ok(message) = serde_json::from_slice::<Transforms>(data) {
                self.transforms(&message);
            }
        } else if is(self.topics.joints) {
            if let Ok(message) = serde_json::from_slice::<JointStates>(data) {
                self.joints(message);
            }
        } else if is(self.topics.contacts) {
            if let Ok(Wrenches { left, right }) = serde_json::from_slice(data) {
                self.sample.force_n = [left.force.vector(), right.force.vector()];
                self.sample.torque_nm = [left.torque.vector(), right.torque.vector()];
            }
        } else if let Ok(message) = serde_json::from_slice::<Value>(data) {
            for signal in [
                "com.vx_mps",
                "com.vy_mps",
                "com.vz_mps",
                "push.x_n",
                "push.y_n",
                "push.z_n",
                "gait.phase",
                "gait.stance",
            ] {
                let pointer = format!("/{}", signal.replace('.', "/"));
                let value = message.pointer(&pointer).and_then(Value::as_f64);
                if let (Some(value), Some(slot)) = (value, self.sample.slot(signal)) {
                    *slot = value;
                }
            }
        }
    }

    fn transforms(&mut self, message: &Transforms) {
        let Some(root) = message.transforms.iter().find(|transform| transform.parent_frame_id == WORLD)
        else {
            return;
        };
        let Xyzw { x, y, z, w } = root.rotation;
        let rotation = Quaternion::new(w, x, y, z);
        if rotation.norm() > 0.5 {
            let place = Translation3::from(root.translation.vector());
            self.sample.world_from_base =
                Isometry3::from_parts(place, UnitQuaternion::from_quaternion(rotation));
            self.placed = true;
        }
    }

    fn joints(&mut self, message: JointStates) {
        if self.run.joints.is_empty() {
            self.run.joints = message.joints.iter().map(|joint| joint.name.clone()).collect();
        }
        if self.run.joints.iter().ne(message.joints.iter().map(|joint| &joint.name)) {
            return;
        }
        self.sample.q_rad = message.joints.iter().map(|joint| joint.position).collect();
        self.sample.motor_nm = message.joints.iter().map(|joint| joint.effort).collect();
    }

    fn next_sample(&mut self) {
        let sample = std::mem::take(&mut self.sample);
        if std::mem::take(&mut self.placed) && self.time_ns.is_some() {
            self.run.samples.push(sample);
        }
    }

    fn finish(mut self, path: &Path) -> Result<RecordedRun, ReadLogError> {
        // Of a file that was cut off nobody knows whether its last sample is whole.
        if !self.run.cut {
            self.next_sample();
        }
        if self.topics.transforms.is_none() || self.topics.joints.is_none() {
            return Err(if self.run.cut {
                ReadLogError::Empty { path: path.to_owned(), cut: true }
            } else {
                ReadLogError::foreign(path, "an MCAP file without `/tf` or `/joint_states`", ALLOWED)
            });
        }
        let [scenario, robot, inputs] = self.attached;
        let text = |bytes: Option<Vec<u8>>| bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        if let (Some(scenario), Some(robot)) = (text(scenario), text(robot)) {
            let inputs = inputs.and_then(|bytes| serde_json::from_slice::<RunInputs>(&bytes).ok());
            let RunInputs { seed, program } = inputs.unwrap_or_default();
            self.run.configs = Some(RecordedConfigs { scenario, robot, seed, program });
        }
        Ok(self.run)
    }
}

/// Name and content of an attachment; none where its lengths do not fit.
///
/// Read here because the library takes lengths on trust.
fn attachment(data: &[u8]) -> Option<(&[u8], &[u8])> {
    // Two times come first.
    let rest = data.get(16..)?;
    let (name, rest) = prefixed(rest)?;
    let (_media_type, rest) = prefixed(rest)?;
    let (length, rest) = rest.split_at_checked(8)?;
    let length = usize::try_from(u64::from_le_bytes(length.try_into().ok()?)).ok()?;
    Some((name, rest.get(..length)?))
}

/// Bytes behind their length, and what follows them.
fn prefixed(data: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = data.split_at_checked(4)?;
    let length = u32::from_le_bytes(length.try_into().ok()?);
    rest.split_at_checked(usize::try_from(length).ok()?)
}
