//! A run as a table of numbers.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use nalgebra::{Isometry3, Vector2, Vector3};

use super::atomic_file::AtomicFile;
use crate::control::gait::Phase;
use crate::model::{RobotModel, Side};
use crate::simulation::{Simulation, SimulationError, Snapshot};

/// Time between two rows [s].
const ROW_EVERY_S: f64 = 0.01;
/// Vertical force above which a foot carries [N].
const CARRIES_N: f64 = 20.0;

/// Why a run could not be logged.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The file could not be written.
    #[error("cannot write `{path}`: {source}")]
    Write {
        /// Where to.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The run itself could not start.
    #[error(transparent)]
    Simulation(#[from] SimulationError),
}

/// A CSV file of a run, 100 rows a simulated second.
///
/// Columns: time, CoM, its velocity, DCM, CoP (empty in flight), both soles' centres with their
/// vertical forces, phase of the gait with the foot that carries, true and estimated base (position,
/// roll, pitch, yaw), joint angles, joint speeds, motor torques. SI units, world frame; numbers as they
/// are, written so that reading them gives the same bits.
#[derive(Debug)]
pub struct RunLog {
    file: AtomicFile,
    row: String,
    next_s: f64,
}

impl RunLog {
    /// Begins a log of a robot.
    ///
    /// # Errors
    /// Where the file cannot be made.
    pub fn create(path: &Path) -> Result<Self, LogError> {
        let file =
            AtomicFile::create(path).map_err(|source| LogError::Write { path: path.to_owned(), source })?;
        Ok(Self { file, row: String::new(), next_s: f64::NEG_INFINITY })
    }

    /// Takes what happened in the last tick; writes a row where one is due.
    ///
    /// # Errors
    /// Where the disk is full or gone.
    pub fn observe(&mut self, simulation: &Simulation) -> Result<(), LogError> {
        let now = simulation.snapshot();
        self.row.clear();
        if self.next_s == f64::NEG_INFINITY {
            header(simulation.model(), &mut self.row);
            self.next_s = 0.0;
        }
        if now.time_s >= self.next_s - 1e-9 {
            self.next_s += ROW_EVERY_S;
            values(simulation, &now, &mut self.row);
        }
        self.file.write_all(self.row.as_bytes()).map_err(|source| self.error(source))
    }

    /// Gives the log its name.
    ///
    /// # Errors
    /// Where it cannot be completed.
    pub fn finish(self) -> Result<(), LogError> {
        let path = self.file.path().to_owned();
        self.file.commit().map_err(|source| LogError::Write { path, source })
    }

    fn error(&self, source: io::Error) -> LogError {
        LogError::Write { path: self.file.path().to_owned(), source }
    }
}

/// Names of the columns.
fn header(model: &RobotModel, row: &mut String) {
    row.push_str("time_s");
    let mut add = |group: &str, fields: &[&str]| {
        for field in fields {
            let _ = write!(row, ",{group}_{field}");
        }
    };
    add("com", &["x_m", "y_m", "z_m", "vx_mps", "vy_mps", "vz_mps"]);
    add("dcm", &["x_m", "y_m"]);
    add("cop", &["x_m", "y_m"]);
    for foot in ["left_foot", "right_foot"] {
        add(foot, &["x_m", "y_m", "z_m", "force_z_n"]);
    }
    add("gait", &["phase", "stance"]);
    for base in ["base", "estimated_base"] {
        add(base, &["x_m", "y_m", "z_m", "roll_rad", "pitch_rad", "yaw_rad"]);
    }
    for (kind, unit) in [("angle", "rad"), ("speed", "rad_s"), ("torque", "nm")] {
        for body in model.bodies.iter().skip(1) {
            let _ = write!(row, ",{}_{kind}_{unit}", body.joint);
        }
    }
    row.push('\n');
}

/// One row.
fn values(simulation: &Simulation, now: &Snapshot, row: &mut String) {
    let soles = simulation
        .model()
        .feet
        .each_ref()
        .map(|foot| now.dynamics.world_from_body(foot.body) * foot.body_from_sole);
    let com = now.dynamics.com();
    let velocity = now.dynamics.com_velocity();
    let gravity_m_s2 = simulation.scenario().physics.gravity_m_s2;
    let dcm = dcm(&com, &velocity, ground_m(now, &soles), gravity_m_s2);
    let _ = write!(row, "{}", now.time_s);
    numbers(row, com.iter().chain(velocity.iter()));
    numbers(row, dcm.iter());
    match cop(now, &soles) {
        Some(cop) => numbers(row, cop.iter()),
        None => row.push_str(",,"),
    }
    for (sole, wrench) in soles.iter().zip(&now.contacts.feet) {
        numbers(row, sole.translation.vector.iter().chain([&wrench.force.z]));
    }
    let phase = match now.walker.gait.phase {
        Phase::Stand => "stand",
        Phase::Shift => "shift",
        Phase::Single => "single",
        Phase::Double => "double",
    };
    let stance = match now.walker.gait.stance {
        Side::Left => "left",
        Side::Right => "right",
    };
    let _ = write!(row, ",{phase},{stance}");
    for state in [now.truth, now.estimate] {
        let (roll, pitch, yaw) = state.world_from_base.rotation.euler_angles();
        numbers(row, state.world_from_base.translation.vector.iter().chain([&roll, &pitch, &yaw]));
    }
    numbers(row, now.truth.q.iter());
    numbers(row, now.truth.joint_speeds().iter());
    numbers(row, now.motor_nm.iter());
    row.push('\n');
}

fn numbers<'a>(row: &mut String, values: impl Iterator<Item = &'a f64>) {
    for value in values {
        // Writing into a string cannot fail.
        let _ = write!(row, ",{value}");
    }
}

/// Divergent component of motion on the ground: `c + c_dot / omega`, `omega = sqrt(g / height)` [m].
fn dcm(com: &Vector3<f64>, velocity: &Vector3<f64>, ground_m: f64, gravity_m_s2: f64) -> Vector2<f64> {
    let omega = (gravity_m_s2.max(1e-3) / (com.z - ground_m).max(0.1)).sqrt();
    com.xy() + velocity.xy() / omega
}

/// Height of the lowest sole that carries, or of the lower one in flight [m].
fn ground_m(now: &Snapshot, soles: &[Isometry3<f64>; 2]) -> f64 {
    let carries = now.contacts.feet.map(|wrench| wrench.force.z > CARRIES_N);
    let none = !carries[0] && !carries[1];
    let heights = soles.iter().zip(carries).filter(|(_, carries)| *carries || none);
    heights.map(|(sole, _)| sole.translation.z).fold(f64::INFINITY, f64::min)
}

/// Centre of pressure of both feet [m]; none in flight.
fn cop(now: &Snapshot, soles: &[Isometry3<f64>; 2]) -> Option<Vector2<f64>> {
    let mut moment = Vector2::zeros();
    let mut total_n = 0.0;
    for (wrench, sole) in now.contacts.feet.iter().zip(soles) {
        let (force_n, torque) = (wrench.force.z, &wrench.torque);
        moment += sole.translation.vector.xy() * force_n + Vector2::new(-torque.y, torque.x);
        total_n += force_n;
    }
    (total_n > CARRIES_N).then(|| moment / total_n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dcm_of_a_body_at_rest_is_below_it_and_leads_it_in_motion() {
        let com = Vector3::new(1.0, 2.0, 0.981 + 0.2);
        let rest = dcm(&com, &Vector3::zeros(), 0.2, 9.81);
        assert_eq!(rest, com.xy());
        let moving = dcm(&com, &Vector3::new(0.5, 0.0, 0.0), 0.2, 9.81);
        assert!((moving - Vector2::new(1.0 + 0.5 / 10f64.sqrt(), 2.0)).norm() < 1e-12);
    }
}
