//! A run as a table of numbers.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;

use super::atomic_file::AtomicFile;
use super::log::LogError;
use crate::model::RobotModel;
use crate::signals::{Moment, Signal, choose, signals_of};

/// Columns of a log without a choice of signals, before those of the joints: column and signal.
pub(super) const USUAL: &[(&str, &str)] = &[
    ("com_x_m", "com.x_m"),
    ("com_y_m", "com.y_m"),
    ("com_z_m", "com.z_m"),
    ("com_vx_mps", "com.vx_mps"),
    ("com_vy_mps", "com.vy_mps"),
    ("com_vz_mps", "com.vz_mps"),
    ("dcm_x_m", "dcm.x_m"),
    ("dcm_y_m", "dcm.y_m"),
    ("cop_x_m", "cop.x_m"),
    ("cop_y_m", "cop.y_m"),
    ("left_foot_x_m", "left_foot.x_m"),
    ("left_foot_y_m", "left_foot.y_m"),
    ("left_foot_z_m", "left_foot.z_m"),
    ("left_foot_force_z_n", "left_foot.force_z_n"),
    ("right_foot_x_m", "right_foot.x_m"),
    ("right_foot_y_m", "right_foot.y_m"),
    ("right_foot_z_m", "right_foot.z_m"),
    ("right_foot_force_z_n", "right_foot.force_z_n"),
    ("gait_phase", "gait.phase"),
    ("gait_stance", "gait.stance"),
    ("base_x_m", "torso.x_m"),
    ("base_y_m", "torso.y_m"),
    ("base_z_m", "torso.z_m"),
    ("base_roll_rad", "torso.roll_rad"),
    ("base_pitch_rad", "torso.pitch_rad"),
    ("base_yaw_rad", "torso.yaw_rad"),
    ("estimated_base_x_m", "estimate.x_m"),
    ("estimated_base_y_m", "estimate.y_m"),
    ("estimated_base_z_m", "estimate.z_m"),
    ("estimated_base_roll_rad", "estimate.roll_rad"),
    ("estimated_base_pitch_rad", "estimate.pitch_rad"),
    ("estimated_base_yaw_rad", "estimate.yaw_rad"),
];

/// Columns that hold words: what the signal's codes stand for.
pub(super) const WORDS: &[(&str, &[&str])] =
    &[("gait_phase", &["stand", "shift", "single", "double"]), ("gait_stance", &["left", "right"])];

/// A column and where its cells come from.
#[derive(Debug)]
struct Column {
    name: String,
    signal: Signal,
    words: &'static [&'static str],
}

/// A CSV file of a run, a row a sample.
///
/// The first column is the time; a chosen signal's column has the signal's name. SI units, world frame;
/// numbers as they are, written so that reading them gives the same bits. A cell without a value is empty.
#[derive(Debug)]
pub(super) struct CsvLog {
    file: AtomicFile,
    columns: Vec<Column>,
    row: String,
}

impl CsvLog {
    /// Begins a log of a robot with its heading.
    pub fn create(path: &Path, model: &RobotModel, patterns: &[String]) -> Result<Self, LogError> {
        let columns = columns(model, patterns)?;
        let error = |source| LogError::Write { path: path.to_owned(), source };
        let mut file = AtomicFile::create(path).map_err(error)?;
        let names: String = columns.iter().map(|column| format!(",{}", column.name)).collect();
        file.write_all(format!("time_s{names}\n").as_bytes()).map_err(error)?;
        Ok(Self { file, columns, row: String::new() })
    }

    /// Writes a row.
    pub fn write(&mut self, moment: &Moment<'_>) -> io::Result<()> {
        let row = &mut self.row;
        row.clear();
        // Writing into a string cannot fail.
        let _ = write!(row, "{}", moment.now.time_s);
        for column in &self.columns {
            row.push(',');
            let value = column.signal.value(moment);
            if let Some(word) = column.words.get(value as usize) {
                row.push_str(word);
            } else if value.is_finite() {
                let _ = write!(row, "{value}");
            }
        }
        row.push('\n');
        self.file.write_all(row.as_bytes())
    }

    /// Gives the log its name.
    pub fn finish(self) -> io::Result<()> {
        self.file.commit()
    }
}

fn columns(model: &RobotModel, patterns: &[String]) -> Result<Vec<Column>, LogError> {
    let signals = signals_of(model);
    if !patterns.is_empty() {
        let chosen = choose(&signals, patterns)?.into_iter();
        return Ok(chosen.map(|signal| Column { name: signal.name.clone(), signal, words: &[] }).collect());
    }
    let usual = USUAL.iter().map(|&(column, signal)| (column.to_owned(), signal.to_owned()));
    let joints = ["angle_rad", "speed_rad_s", "torque_nm"].into_iter().flat_map(|figure| {
        let names = model.bodies.iter().skip(1).map(|body| &body.joint);
        names.map(move |joint| (format!("{joint}_{figure}"), format!("joint.{joint}.{figure}")))
    });
    let column = |(name, wanted): (String, String)| {
        let signal = signals.iter().find(|signal| signal.name == wanted)?.clone();
        let words = WORDS.iter().find(|(column, _)| *column == name).map_or(&[][..], |(_, words)| words);
        Some(Column { name, signal, words })
    };
    Ok(usual.chain(joints).filter_map(column).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usual_column_has_its_signal() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/configs/robots/healthy_loong.ron");
        let robot = crate::config::load_robot(path.as_ref()).expect("the robot loads").config;
        let model = RobotModel::build(&robot).expect("a robot");
        let columns = columns(&model, &[]).expect("columns");
        assert_eq!(columns.len(), USUAL.len() + 3 * model.joints());
    }
}
