//! A run as a log tells it, and the way from a file to it.

use std::io;
use std::path::{Path, PathBuf};

use nalgebra::{Isometry3, Vector3};

use super::{read_csv, read_mcap};

/// A run read from a log.
#[derive(Debug, Clone, Default)]
pub struct RecordedRun {
    /// RON of the scenario and of the robot, with all changes; none in a log that does not hold them.
    pub configs: Option<RecordedConfigs>,
    /// Names of the joints, in the order of [`Sample::q_rad`].
    pub joints: Vec<String>,
    /// What was written, in the order of time; never empty.
    pub samples: Vec<Sample>,
    /// Whether the file ends before its time, as that of a run that was cut off does.
    pub cut: bool,
}

/// What decided about a recorded run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordedConfigs {
    /// RON of the scenario.
    pub scenario: String,
    /// RON of the robot.
    pub robot: String,
    /// The seed.
    pub seed: u64,
    /// Name and version of the program that wrote the log.
    pub program: String,
}

/// One moment of a recorded run; world frame, SI units. Figures the log lacks are not numbers.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Simulated time [s].
    pub time_s: f64,
    /// Pose of the root body.
    pub world_from_base: Isometry3<f64>,
    /// Joint angles [rad].
    pub q_rad: Vec<f64>,
    /// Motor torques [N m]; empty where they are not recorded.
    pub motor_nm: Vec<f64>,
    /// Force of the ground on the left and the right foot [N].
    pub force_n: [Vector3<f64>; 2],
    /// Torque of the ground on each foot about the sole's centre [N m]; zero where not recorded.
    pub torque_nm: [Vector3<f64>; 2],
    /// Velocity of the centre of mass [m/s].
    pub com_velocity_m_s: Vector3<f64>,
    /// The external push [N].
    pub push_n: Vector3<f64>,
    /// Phase of the gait: 0 stands, 1 shifts its weight, 2 on one foot, 3 on both feet.
    pub phase: f64,
    /// Foot that carries: 0 left, 1 right.
    pub stance: f64,
}

impl Default for Sample {
    fn default() -> Self {
        let nothing = Vector3::repeat(f64::NAN);
        Self {
            time_s: 0.0,
            world_from_base: Isometry3::identity(),
            q_rad: Vec::new(),
            motor_nm: Vec::new(),
            force_n: [nothing; 2],
            torque_nm: [Vector3::zeros(); 2],
            com_velocity_m_s: nothing,
            push_n: nothing,
            phase: f64::NAN,
            stance: f64::NAN,
        }
    }
}

impl Sample {
    /// Whether it says where the robot is; the rest may be missing.
    pub(super) fn is_whole(&self, joints: usize) -> bool {
        let pose = &self.world_from_base;
        self.time_s.is_finite()
            && pose.translation.vector.iter().chain(pose.rotation.coords.iter()).all(|v| v.is_finite())
            && self.q_rad.len() == joints
            && self.q_rad.iter().all(|v| v.is_finite())
    }

    /// Where a figure with this signal's name goes.
    pub(super) fn slot(&mut self, signal: &str) -> Option<&mut f64> {
        let foot = |name: &str| match name {
            "left_foot" => Some(0),
            "right_foot" => Some(1),
            _ => None,
        };
        Some(match signal {
            "com.vx_mps" => &mut self.com_velocity_m_s.x,
            "com.vy_mps" => &mut self.com_velocity_m_s.y,
            "com.vz_mps" => &mut self.com_velocity_m_s.z,
            "push.x_n" => &mut self.push_n.x,
            "push.y_n" => &mut self.push_n.y,
            "push.z_n" => &mut self.push_n.z,
            "gait.phase" => &mut self.phase,
            "gait.stance" => &mut self.stance,
            _ => {
                let (name, figure) = signal.split_once('.')?;
                let side = foot(name)?;
                match figure {
                    "force_x_n" => &mut self.force_n[side].x,
                    "force_y_n" => &mut self.force_n[side].y,
                    "force_z_n" => &mut self.force_n[side].z,
                    "torque_x_nm" => &mut self.torque_nm[side].x,
                    "torque_y_nm" => &mut self.torque_nm[side].y,
                    "torque_z_nm" => &mut self.torque_nm[side].z,
                    _ => return None,
                }
            }
        })
    }
}

/// Why a log cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum ReadLogError {
    /// The file could not be read.
    #[error("cannot read `{path}`: {source}")]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The file is no log of a run.
    #[error("`{path}`: found {found}, allowed: {allowed}")]
    Foreign {
        /// Which file.
        path: PathBuf,
        /// What it is instead.
        found: String,
        /// What it may be.
        allowed: &'static str,
    },
    /// The file ends before the first moment is whole.
    #[error("`{path}` holds no moment of a run{}", if *.cut { ": it ends too early" } else { "" })]
    Empty {
        /// Which file.
        path: PathBuf,
        /// Whether it was cut off.
        cut: bool,
    },
    /// A line of a table is no row of it.
    #[error("`{path}`, line {line}: found {found}, allowed: {allowed}")]
    Row {
        /// Which file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// What stands there.
        found: String,
        /// What may stand there.
        allowed: &'static str,
    },
}

impl ReadLogError {
    pub(super) fn foreign(path: &Path, found: impl Into<String>, allowed: &'static str) -> Self {
        Self::Foreign { path: path.to_owned(), found: found.into(), allowed }
    }
}

/// Whether a file's name is that of a log.
pub fn is_log(path: &Path) -> bool {
    matches!(extension(path).as_str(), "mcap" | "csv")
}

fn extension(path: &Path) -> String {
    path.extension().unwrap_or_default().to_string_lossy().to_lowercase()
}

/// Reads a log as `loong run --log` writes them, MCAP or CSV by its extension.
///
/// A file that was cut off gives what is whole of it.
///
/// # Errors
/// Where it cannot be read, is no log of a run, or holds nothing that can be drawn.
pub fn read_log(path: &Path) -> Result<RecordedRun, ReadLogError> {
    let mut run = match extension(path).as_str() {
        "mcap" => read_mcap::read(path)?,
        "csv" => read_csv::read(path)?,
        other => {
            return Err(ReadLogError::foreign(path, format!("the extension `{other}`"), "`csv` or `mcap`"));
        }
    };
    let joints = run.joints.len();
    run.samples.retain(|sample| sample.is_whole(joints));
    // Time that runs back would play backwards.
    let mut last_s = f64::NEG_INFINITY;
    run.samples.retain(|sample| {
        let later = sample.time_s > last_s;
        if later {
            last_s = sample.time_s;
        }
        later
    });
    if run.samples.is_empty() {
        return Err(ReadLogError::Empty { path: path.to_owned(), cut: run.cut });
    }
    Ok(run)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::OnceLock;

    use proptest::prelude::*;

    use super::*;
    use crate::config::{LoadOptions, Override, load_scenario};
    use crate::judge::known_names;
    use crate::record::{LogError, LogOptions, RunLog};
    use crate::report::judge_run;

    /// A short run: what it was, and its log's bytes as MCAP and as CSV.
    struct Logged {
        truth: Vec<Sample>,
        mcap: Vec<u8>,
        csv: Vec<u8>,
        scenario: String,
        robot: String,
    }

    fn logged() -> &'static Logged {
        static LOGGED: OnceLock<Logged> = OnceLock::new();
        LOGGED.get_or_init(|| {
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/configs/scenarios/walk_flat.ron");
            let changes = Override::parse_all(&["duration_s=0.08".to_owned()]).expect("a change");
            let options = LoadOptions { overrides: &changes, ..known_names() };
            let loaded = load_scenario(path.as_ref(), &options).expect("it loads");
            let folder = tempfile::tempdir().expect("a folder");
            let paths = ["run.mcap", "run.csv"].map(|name| folder.path().join(name));
            let mut logs = paths
                .each_ref()
                .map(|path| RunLog::create(path, &loaded, 3, &LogOptions::default()).expect("it begins"));
            let mut truth = Vec::new();
            let report =
                judge_run::<LogError>(&loaded.robot.config, &loaded.scenario.config, 3, |simulation| {
                    let now = simulation.snapshot();
                    truth.push(Sample {
                        time_s: now.time_s,
                        world_from_base: now.truth.world_from_base,
                        q_rad: now.truth.q.as_slice().to_vec(),
                        motor_nm: now.motor_nm.to_vec(),
                        force_n: now.contacts.feet.map(|wrench| wrench.force),
                        ..Sample::default()
                    });
                    logs.iter_mut().try_for_each(|log| log.observe(simulation))
                })
                .expect("it runs");
            for log in logs {
                log.finish(&report).expect("it ends");
            }
            let [mcap, csv] = paths.map(|path| fs::read(path).expect("bytes"));
            let (scenario, robot) = (loaded.scenario.text().to_owned(), loaded.robot.text().to_owned());
            Logged { truth, mcap, csv, scenario, robot }
        })
    }

    fn read(name: &str, bytes: &[u8]) -> Result<RecordedRun, ReadLogError> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(name);
        fs::write(&path, bytes).expect("written");
        read_log(&path)
    }

    #[test]
    fn a_log_tells_where_the_robot_was() {
        let logged = logged();
        for (name, bytes, tolerance) in [("a.mcap", &logged.mcap, 2e-6), ("a.csv", &logged.csv, 1e-9)] {
            let run = read(name, bytes).expect("it reads");
            assert!(!run.cut, "{name}");
            assert_eq!(run.samples.len(), 9, "{name}");
            for sample in &run.samples {
                let truth = logged.truth.iter().find(|truth| (truth.time_s - sample.time_s).abs() < 1e-6);
                let truth = truth.expect("a tick");
                let apart = truth.world_from_base.inverse() * sample.world_from_base;
                assert!(apart.translation.vector.norm() < tolerance, "{name}: {apart}");
                assert!(apart.rotation.angle() < 2.0 * tolerance, "{name}: {apart}");
                let pairs =
                    truth.q_rad.iter().zip(&sample.q_rad).chain(truth.motor_nm.iter().zip(&sample.motor_nm));
                for (truth, logged) in pairs {
                    assert!(
                        (truth - logged).abs() <= 1e-8 * truth.abs() + 1e-12,
                        "{name}: {truth}, {logged}"
                    );
                }
                for (truth, logged) in truth.force_n.iter().zip(&sample.force_n) {
                    assert!((truth.z - logged.z).abs() < 1e-5, "{name}: {truth}, {logged}");
                }
            }
        }
    }

    #[test]
    fn an_mcap_holds_all_that_decided_about_its_run() {
        let logged = logged();
        let configs = read("a.mcap", &logged.mcap).expect("it reads").configs.expect("configs");
        assert_eq!((configs.scenario, configs.robot), (logged.scenario.clone(), logged.robot.clone()));
        assert_eq!(configs.seed, 3);
        assert_eq!(configs.program, concat!("loong ", env!("CARGO_PKG_VERSION")));
    }

    #[test]
    fn what_is_no_log_is_refused() {
        for (name, bytes) in [
            ("a.mcap", &b"time_s,x\n"[..]),
            ("a.mcap", b""),
            ("a.csv", b"time_s,x\n0.1,0.2\n"),
            ("a.csv", b""),
            ("a.txt", b""),
        ] {
            assert!(read(name, bytes).is_err(), "{name}");
        }
        let row = logged().csv.iter().position(|byte| *byte == b'\n').expect("a line") + 1;
        let mut wrong = logged().csv.clone();
        wrong[row] = b'x';
        assert!(matches!(read("a.csv", &wrong), Err(ReadLogError::Row { line: 2, .. })));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn a_log_that_was_cut_off_gives_what_is_whole(share in 0.0..1.0f64, mcap: bool) {
            let logged = logged();
            let (name, bytes) = if mcap { ("a.mcap", &logged.mcap) } else { ("a.csv", &logged.csv) };
            let cut = (share * bytes.len() as f64) as usize;
            if let Ok(run) = read(name, &bytes[..cut]) {
                let whole = read(name, bytes).expect("it reads");
                prop_assert!(run.samples.len() <= whole.samples.len());
                for (sample, expected) in run.samples.iter().zip(&whole.samples) {
                    prop_assert_eq!(sample.time_s, expected.time_s);
                    prop_assert_eq!(&sample.q_rad, &expected.q_rad);
                }
                // The end of an MCAP file says nothing about where the robot was.
                prop_assert!(run.cut || run.samples.len() == whole.samples.len() || !mcap);
            }
        }

        #[test]
        fn a_log_with_wrong_bytes_does_no_harm(
            changes in prop::collection::vec((0.0..1.0f64, any::<u8>()), 1..20),
            mcap: bool,
        ) {
            let logged = logged();
            let (name, bytes) = if mcap { ("a.mcap", &logged.mcap) } else { ("a.csv", &logged.csv) };
            let mut bytes = bytes.clone();
            for (share, byte) in changes {
                let at = (share * bytes.len() as f64) as usize;
                bytes[at] = byte;
            }
            if let Ok(run) = read(name, &bytes) {
                prop_assert!(run.samples.iter().all(|sample| sample.is_whole(run.joints.len())));
            }
        }
    }
}
