//! A run back from a table, where its columns say where the robot is.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use nalgebra::{Isometry3, Translation3, UnitQuaternion};

use super::csv::{USUAL, WORDS};
use super::recorded::{ReadLogError, RecordedRun, Sample};

/// What the file may be.
const ALLOWED: &str = "a CSV file as `loong run --log` writes it, with the pose of the torso and the angles of \
                       all joints: without `--signals`, or with `torso.*,joint.*`";

/// Where the number of a cell goes.
#[derive(Debug, Clone, PartialEq)]
enum Cell {
    Time,
    /// Place x, y, z, then roll, pitch, yaw of the root.
    Root(usize),
    Angle(usize),
    Torque(usize),
    Signal(String),
    Unused,
}

/// Reads a file to its end, or to where it ends too early.
pub(super) fn read(path: &Path) -> Result<RecordedRun, ReadLogError> {
    let error = |source| ReadLogError::Read { path: path.to_owned(), source };
    let file = File::open(path).map_err(error)?;
    if !file.metadata().map_err(error)?.is_file() {
        return Err(ReadLogError::foreign(path, "something that is no regular file", ALLOWED));
    }
    let mut run = RecordedRun::default();
    let mut reader = BufReader::new(file);
    let mut line = Vec::new();
    reader.read_until(b'\n', &mut line).map_err(error)?;
    let names: Vec<String> =
        String::from_utf8_lossy(&line).trim_end().split(',').map(str::to_owned).collect();
    let cells = cells(&names, &mut run.joints);
    let has = |cell: &Cell| cells.contains(cell);
    let placed = has(&Cell::Time) && (0..6).all(|i| has(&Cell::Root(i)));
    if !placed || !(0..run.joints.len()).all(|i| has(&Cell::Angle(i))) || run.joints.is_empty() {
        return Err(ReadLogError::foreign(path, "a table without some of these columns", ALLOWED));
    }
    for number in 2.. {
        line.clear();
        if reader.read_until(b'\n', &mut line).map_err(error)? == 0 {
            break;
        }
        if line.last() != Some(&b'\n') {
            // The row the program was at when it ended.
            run.cut = true;
            break;
        }
        let text = String::from_utf8_lossy(&line);
        let sample = row(text.trim_end(), &cells, run.joints.len()).map_err(|found| ReadLogError::Row {
            path: path.to_owned(),
            line: number,
            found,
            allowed: "a number in every column of the pose and the joints",
        })?;
        run.samples.push(sample);
    }
    Ok(run)
}

/// What each column is; names the joints in the order in which they come.
fn cells(names: &[String], joints: &mut Vec<String>) -> Vec<Cell> {
    const ROOT: [&str; 6] =
        ["torso.x_m", "torso.y_m", "torso.z_m", "torso.roll_rad", "torso.pitch_rad", "torso.yaw_rad"];
    let mut index = |joint: &str| {
        joints.iter().position(|known| known == joint).unwrap_or_else(|| {
            joints.push(joint.to_owned());
            joints.len() - 1
        })
    };
    let mut cell = |name: &String| {
        if name == "time_s" {
            return Cell::Time;
        }
        let signal =
            USUAL.iter().find(|(column, _)| column == name).map_or(name.as_str(), |(_, signal)| signal);
        if let Some(i) = ROOT.iter().position(|root| *root == signal) {
            return Cell::Root(i);
        }
        // A chosen signal is `joint.NAME.angle_rad`, a usual column `NAME_angle_rad`.
        let joint = |figure: &str| {
            let chosen =
                signal.strip_prefix("joint.").and_then(|rest| rest.strip_suffix(figure)?.strip_suffix('.'));
            chosen
                .or_else(|| signal.strip_suffix(figure)?.strip_suffix('_'))
                .filter(|name| !name.contains('.'))
        };
        if let Some(joint) = joint("angle_rad") {
            return Cell::Angle(index(joint));
        }
        if let Some(joint) = joint("torque_nm") {
            return Cell::Torque(index(joint));
        }
        if Sample::default().slot(signal).is_some() {
            return Cell::Signal(signal.to_owned());
        }
        Cell::Unused
    };
    names.iter().map(&mut cell).collect()
}

/// The sample of a row, or what stands where a number should.
fn row(text: &str, cells: &[Cell], joints: usize) -> Result<Sample, String> {
    let mut sample =
        Sample { q_rad: vec![f64::NAN; joints], motor_nm: vec![f64::NAN; joints], ..Sample::default() };
    let mut root = [f64::NAN; 6];
    let mut found = text.split(',');
    for cell in cells {
        let Some(text) = found.next() else { return Err("a row with too few cells".to_owned()) };
        let number = |text: &str| {
            text.parse::<f64>().ok().filter(|value| value.is_finite()).ok_or_else(|| format!("`{text:.40}`"))
        };
        match cell {
            Cell::Time => sample.time_s = number(text)?,
            Cell::Root(i) => root[*i] = number(text)?,
            Cell::Angle(i) => sample.q_rad[*i] = number(text)?,
            Cell::Torque(i) => sample.motor_nm[*i] = text.parse().unwrap_or(f64::NAN),
            Cell::Signal(signal) => {
                let word = WORDS.iter().find_map(|(_, words)| words.iter().position(|word| *word == text));
                let value = word.map_or_else(|| text.parse().unwrap_or(f64::NAN), |code| code as f64);
                if let Some(slot) = sample.slot(signal) {
                    *slot = value;
                }
            }
            Cell::Unused => {}
        }
    }
    let [x, y, z, roll, pitch, yaw] = root;
    sample.world_from_base = Isometry3::from_parts(
        Translation3::new(x, y, z),
        UnitQuaternion::from_euler_angles(roll, pitch, yaw),
    );
    for force in &mut sample.force_n {
        // The usual columns have the vertical force alone.
        if force.z.is_finite() {
            force.x = if force.x.is_finite() { force.x } else { 0.0 };
            force.y = if force.y.is_finite() { force.y } else { 0.0 };
        }
    }
    Ok(sample)
}
