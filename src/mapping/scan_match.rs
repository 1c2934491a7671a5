//! Localisation on walls the robot has seen itself: a LiDAR scan against the distributions of earlier ones.
//!
//! Seen from above, the hits in each cell that holds a wall lie along a line. A scan's hits are compared with
//! the lines of their cells (the normal distributions transform of Biber and Strasser, 2003, with the error
//! along the normal alone); the first scans at a place say where its walls are.

use std::collections::BTreeMap;

use nalgebra::{Matrix2, Matrix6, Point3, SymmetricEigen, Vector2, Vector6};

use super::cells::{Index, index_of};
use super::localisation::LocatedScan;
use crate::estimation::PoseCorrection;

/// Edge of a cell [m].
const CELL_M: f64 = 0.5;

/// Lowest hit over the ground the robot was put down on that may be one of a wall [m].
const LOWEST_M: f64 = 0.3;

/// Hits that tell a line, and hits after which it is not changed any more.
const HITS: (f64, f64) = (10.0, 80.0);

/// Thickest and shortest line that counts as a wall, as standard deviations [m].
const THICK_M: f64 = 0.045;
const SHORT_M: f64 = 0.08;

/// Farthest a hit may be from a line that it is taken to lie on [m]: half the thickness of a wall, whose other
/// side is another line.
const GATE_M: f64 = 0.07;

/// Hits of a scan that have to lie on lines.
const LEAST: usize = 25;

/// Errors that all hits of a scan share make many no better than this many.
const INDEPENDENT: f64 = 150.0;

/// Standard deviation of lines and timing besides the noise of the hits [m].
const LINE_M: f64 = 0.01;

/// Hits of a cell: how many, their mean, and their summed squares about it.
#[derive(Debug, Clone, Copy)]
struct Hits {
    count: f64,
    mean: Vector2<f64>,
    spread: Matrix2<f64>,
}

/// A wall in a cell: a point of it and its normal.
#[derive(Debug, Clone, Copy)]
struct Line {
    at: Vector2<f64>,
    normal: Vector2<f64>,
    thick_m: f64,
}

impl Hits {
    fn add(&mut self, at: &Vector2<f64>) {
        if self.count >= HITS.1 {
            return;
        }
        let off = self.line().is_some_and(|line| line.normal.dot(&(at - line.at)).abs() > GATE_M);
        if off {
            return;
        }
        self.count += 1.0;
        let before = at - self.mean;
        self.mean += before / self.count;
        self.spread += before * (at - self.mean).transpose();
    }

    fn line(&self) -> Option<Line> {
        if self.count < HITS.0 {
            return None;
        }
        let SymmetricEigen { eigenvalues, eigenvectors } = (self.spread / self.count).symmetric_eigen();
        let (thin, long) = if eigenvalues[0] < eigenvalues[1] { (0, 1) } else { (1, 0) };
        let thick_m = eigenvalues[thin].max(0.0).sqrt();
        let is_wall = thick_m < THICK_M && eigenvalues[long].max(0.0).sqrt() > SHORT_M;
        is_wall.then(|| Line { at: self.mean, normal: eigenvectors.column(thin).into_owned(), thick_m })
    }
}

/// Walls in the estimate's frame as the first scans saw them.
#[derive(Debug, Clone, Default)]
pub(super) struct WallLines(BTreeMap<Index, Hits>);

impl WallLines {
    /// Compares a scan with the walls known, then learns those that are new; `ground_m` is the height of the
    /// ground the robot was put down on. None if too few hits lie on walls.
    pub(super) fn take(&mut self, scan: &LocatedScan, ground_m: f64) -> Option<PoseCorrection> {
        let hits: Vec<Point3<f64>> = scan.hits().filter(|at| at.z > ground_m + LOWEST_M).collect();
        let correction = self.compare(&hits, scan.range_noise_m);
        for at in &hits {
            let fresh = Hits { count: 0.0, mean: Vector2::zeros(), spread: Matrix2::zeros() };
            self.0.entry(index_of(&at.xy(), CELL_M)).or_insert(fresh).add(&at.xy().coords);
        }
        correction
    }

    fn compare(&self, hits: &[Point3<f64>], noise_m: f64) -> Option<PoseCorrection> {
        let mut information = Matrix6::zeros();
        let mut vector = Vector6::zeros();
        let mut used = 0_usize;
        for at in hits {
            let Some(line) = self.0.get(&index_of(&at.xy(), CELL_M)).and_then(Hits::line) else { continue };
            let error_m = line.normal.dot(&(line.at - at.xy().coords));
            if error_m.abs() > GATE_M {
                continue;
            }
            // Upright is what the IMU knows best: heading and place are all that is asked.
            let turn = at.x * line.normal.y - at.y * line.normal.x;
            let row = Vector6::new(0.0, 0.0, turn, line.normal.x, line.normal.y, 0.0);
            let variance = noise_m.powi(2) + line.thick_m.powi(2) + LINE_M.powi(2);
            information += row * row.transpose() / variance;
            vector += row * (error_m / variance);
            used += 1;
        }
        if used < LEAST {
            return None;
        }
        let trust = (INDEPENDENT / used as f64).min(1.0);
        Some(PoseCorrection { information: information * trust, vector: vector * trust })
    }
}

#[cfg(test)]
mod tests {
    use nalgebra::{Isometry3, Vector3};

    use super::super::world_map::WorldMap;
    use super::*;
    use crate::config::scenario::{Feature, TerrainConfig};

    /// Ranges in a room of 9 m by 7 m, seen from a pose that lies `off` from where it is believed to be.
    fn scan_with(off: &Isometry3<f64>, lines: &mut WallLines) -> Option<PoseCorrection> {
        let wall = |from_m, to_m| Feature::Wall { from_m, to_m, height_m: 3.0, thickness_m: 0.2 };
        let (a, b, c, d) = ((-3.0, -3.0), (6.0, -3.0), (6.0, 4.0), (-3.0, 4.0));
        let features = vec![wall(a, b), wall(b, c), wall(c, d), wall(d, a)];
        let room = WorldMap::new(&TerrainConfig { friction: 0.8, features });
        let believed = Isometry3::new(Vector3::new(0.0, 0.0, 1.0), Vector3::new(0.0, 0.0, 0.2));
        let truth = off * believed;
        let directions: Vec<Vector3<f64>> = (0..960)
            .map(|i| {
                let (turn, tilt) = (0.0524 * f64::from(i / 8), -0.5 + 0.12 * f64::from(i % 8));
                Vector3::new(tilt.cos() * turn.cos(), tilt.cos() * turn.sin(), tilt.sin())
            })
            .collect();
        let origin = Point3::from(truth.translation.vector);
        let ranges: Vec<Option<f64>> = directions
            .iter()
            .map(|d| room.cast_ray(&origin, &(truth.rotation * d), 30.0).map(|hit| hit.range_m))
            .collect();
        let scan = LocatedScan {
            directions: &directions,
            ranges_m: &ranges,
            max_range_m: 30.0,
            range_noise_m: 0.02,
            world_from_body: believed,
            body_from_lidar: Isometry3::identity(),
        };
        lines.take(&scan, 0.0)
    }

    #[test]
    fn a_drift_is_found_on_walls_seen_before() {
        let mut lines = WallLines::default();
        for _ in 0..8 {
            scan_with(&Isometry3::identity(), &mut lines);
        }
        let off = Isometry3::new(Vector3::new(0.04, -0.03, 0.0), Vector3::new(0.0, 0.0, 0.01));
        let found = scan_with(&off, &mut lines).expect("walls all round");
        let planar = |row: usize| [2, 3, 4][row];
        let information = nalgebra::Matrix3::from_fn(|i, j| found.information[(planar(i), planar(j))]);
        let vector = Vector3::from_fn(|i, _| found.vector[planar(i)]);
        let error = information.try_inverse().expect("four walls fix the pose") * vector;
        let expected = Vector3::new(0.01, 0.04, -0.03);
        assert!((error - expected).norm() < 0.008, "{error}");
    }
}
