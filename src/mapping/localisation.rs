//! Localisation: how far a LiDAR scan says the estimated pose is off, on the known map.
//!
//! Each beam compares its measured range with the one the map predicts at the estimated pose. For a
//! beam that meets a plane of normal `n` at the point `x`, an error `xi_R`, `xi_p` of the pose changes the
//! range by `-n . (xi_R x x + xi_p) / (n . d)`, with `d` the beam's direction; the beams' normal
//! equations are the [`PoseCorrection`].

use nalgebra::{Isometry3, Matrix6, Point3, Vector3, Vector6};

use super::world_map::WorldMap;
use crate::estimation::PoseCorrection;

/// Range error above which a beam is taken to have met something else [m].
const GATE_M: f64 = 0.12;

/// Least cosine between beam and surface that still tells the range well.
const GRAZING: f64 = 0.12;

/// Errors that all beams of a scan share make many beams no better than this many [beams].
const INDEPENDENT_BEAMS: f64 = 150.0;

/// Standard deviation of the map's and timing's own errors along a beam [m].
const MAP_M: f64 = 0.01;

/// A scan and where it is believed to have been taken.
#[derive(Debug, Clone, Copy)]
pub struct LocatedScan<'a> {
    /// Directions of the beams in the LiDAR's frame.
    pub directions: &'a [Vector3<f64>],
    /// Measured ranges [m].
    pub ranges_m: &'a [Option<f64>],
    /// Longest range [m].
    pub max_range_m: f64,
    /// Standard deviation of a range [m].
    pub range_noise_m: f64,
    /// Estimated pose of the corrected frame when the scan was taken.
    pub world_from_body: Isometry3<f64>,
    /// The LiDAR's frame in that frame.
    pub body_from_lidar: Isometry3<f64>,
}

impl LocatedScan<'_> {
    /// Where its beams met something, as far as its pose is right [m].
    pub(super) fn hits(&self) -> impl Iterator<Item = Point3<f64>> {
        let world_from_lidar = self.world_from_body * self.body_from_lidar;
        let beams = self.directions.iter().zip(self.ranges_m);
        beams.filter_map(move |(direction, range_m)| {
            range_m.map(|range_m| world_from_lidar * Point3::from(direction * range_m))
        })
    }
}

/// Compares a scan with the map; none if too few beams agree with it.
pub fn localise(map: &WorldMap, scan: &LocatedScan) -> Option<PoseCorrection> {
    let world_from_lidar = scan.world_from_body * scan.body_from_lidar;
    let origin = Point3::from(world_from_lidar.translation.vector);
    let variance = scan.range_noise_m.powi(2) + MAP_M.powi(2);
    let mut information = Matrix6::zeros();
    let mut vector = Vector6::zeros();
    let (mut used, mut seen) = (0_usize, 0_usize);
    for (direction, range) in scan.directions.iter().zip(scan.ranges_m) {
        let Some(measured) = *range else { continue };
        seen += 1;
        let d = world_from_lidar.rotation * direction;
        let Some(hit) = map.cast_ray(&origin, &d, scan.max_range_m) else { continue };
        let error = measured - hit.range_m;
        let cosine = hit.normal.dot(&d);
        // Far beams feel a small rotation more: the gate opens with the range.
        if error.abs() > GATE_M + 0.02 * hit.range_m || cosine.abs() < GRAZING {
            continue;
        }
        let at = origin.coords + d * hit.range_m;
        let turn = at.cross(&hit.normal) / -cosine;
        let shift = hit.normal / -cosine;
        let row = Vector6::new(turn.x, turn.y, turn.z, shift.x, shift.y, shift.z);
        information += row * row.transpose() / variance;
        vector += row * (error / variance);
        used += 1;
    }
    if used < 20 || 2 * used < seen {
        return None;
    }
    let trust = (INDEPENDENT_BEAMS / used as f64).min(1.0);
    Some(PoseCorrection { information: information * trust, vector: vector * trust })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::scenario::{Feature, TerrainConfig};

    #[test]
    fn a_shifted_and_turned_pose_is_found_again() {
        let wall = |from_m, to_m| Feature::Wall { from_m, to_m, height_m: 2.5, thickness_m: 0.2 };
        let map = WorldMap::new(&TerrainConfig {
            friction: 0.8,
            features: vec![wall((-4.0, 3.0), (8.0, 3.0)), wall((8.0, -3.0), (8.0, 3.0))],
        });
        let truth = Isometry3::new(Vector3::new(0.0, 0.0, 1.0), Vector3::new(0.0, 0.0, 0.3));
        let lidar = Isometry3::translation(0.1, 0.0, 0.5);
        let directions: Vec<Vector3<f64>> = (0..720)
            .map(|i| {
                let (turn, tilt) = (0.05 * f64::from(i), -0.9 + 0.12 * f64::from(i % 8));
                Vector3::new(tilt.cos() * turn.cos(), tilt.cos() * turn.sin(), tilt.sin())
            })
            .collect();
        let from = truth * lidar;
        let ranges: Vec<Option<f64>> = directions
            .iter()
            .map(|d| {
                let origin = Point3::from(from.translation.vector);
                map.cast_ray(&origin, &(from.rotation * d), 30.0).map(|hit| hit.range_m)
            })
            .collect();
        let error = Vector6::new(0.003, -0.004, 0.01, 0.02, -0.03, 0.01);
        let turn = nalgebra::UnitQuaternion::from_scaled_axis(-error.fixed_rows::<3>(0).into_owned());
        let mut wrong = truth;
        wrong.translation.vector = turn * (wrong.translation.vector - error.fixed_rows::<3>(3));
        wrong.rotation = turn * wrong.rotation;
        let correction = localise(
            &map,
            &LocatedScan {
                directions: &directions,
                ranges_m: &ranges,
                max_range_m: 30.0,
                range_noise_m: 0.02,
                world_from_body: wrong,
                body_from_lidar: lidar,
            },
        )
        .expect("most beams agree");
        let found = correction.information.try_inverse().expect("two walls and a floor fix the pose")
            * correction.vector;
        assert!((found - error).norm() < 2e-3, "{found}");
    }
}
