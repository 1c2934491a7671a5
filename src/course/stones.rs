//! Stepping stones: rows of blocks across a way, with gaps between them.

use nalgebra::{Isometry3, Translation3, UnitQuaternion, Vector3};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::config::scenario::Feature;

/// Stream of a feature's seed that stones are moved by.
const STREAM: u64 = 5;

/// Full size and pose of the centre of each stone, row by row; none where a feature is something else.
pub fn stones(feature: &Feature) -> Vec<(Vector3<f64>, Isometry3<f64>)> {
    let Feature::Stones {
        start_m, heading_rad, rise_m, stone_m, gap_m, rows, columns, jitter_m, seed, ..
    } = *feature
    else {
        return Vec::new();
    };
    let foot = Isometry3::from_parts(
        Translation3::new(start_m.0, start_m.1, 0.0),
        UnitQuaternion::from_axis_angle(&Vector3::z_axis(), heading_rad),
    );
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(STREAM);
    let mut moved = || jitter_m * (2.0 * rng.random::<f64>() - 1.0);
    let mut all = Vec::with_capacity(rows * columns);
    for row in 0..rows {
        for column in 0..columns {
            let (ahead, left) = (moved(), moved());
            // Where one steps onto them and off them they stand in line.
            let ahead = if row == 0 || row + 1 == rows { 0.0 } else { ahead };
            let x = (row as f64 + 0.5) * stone_m.0 + row as f64 * gap_m.0 + ahead;
            let y = (column as f64 - 0.5 * (columns as f64 - 1.0)) * (stone_m.1 + gap_m.1) + left;
            let size = Vector3::new(stone_m.0, stone_m.1, rise_m);
            all.push((size, foot * Translation3::new(x, y, 0.5 * rise_m)));
        }
    }
    all
}

/// Length along the way and width of all stones together, and the widest gap along it [m]; none where a feature is
/// something else.
pub fn stones_extent_m(feature: &Feature) -> Option<(f64, f64, f64)> {
    let Feature::Stones { stone_m, gap_m, rows, columns, jitter_m, .. } = *feature else { return None };
    let extent = |count: usize, stone: f64, gap: f64| count as f64 * (stone + gap) - gap;
    // The stones of the first row and the last do not move along the way.
    let apart_m = match rows {
        0 | 1 => 0.0,
        2 => gap_m.0,
        3 => gap_m.0 + jitter_m,
        _ => gap_m.0 + 2.0 * jitter_m,
    };
    Some((extent(rows, stone_m.0, gap_m.0), extent(columns, stone_m.1, gap_m.1), apart_m))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stones_stand_in_rows_with_the_same_draw_for_a_seed() {
        let feature = |jitter_m: f64| Feature::Stones {
            start_m: (1.0, 2.0),
            heading_rad: std::f64::consts::FRAC_PI_2,
            rise_m: 0.15,
            stone_m: (0.4, 0.3),
            gap_m: (0.1, 0.2),
            rows: 3,
            columns: 2,
            jitter_m,
            seed: 7,
        };
        let even = stones(&feature(0.0));
        assert_eq!(even.len(), 6);
        // The last one: third row ahead, second column to the left, which is -x here.
        let at = even[5].1.translation.vector;
        assert!((at - Vector3::new(1.0 - 0.25, 2.0 + 1.2, 0.075)).norm() < 1e-12, "{at}");
        let (length_m, width_m, apart_m) = stones_extent_m(&feature(0.02)).expect("stones");
        assert!((length_m - 1.4).abs() < 1e-12 && (width_m - 0.8).abs() < 1e-12);
        assert!((apart_m - 0.12).abs() < 1e-12);
        let drawn = stones(&feature(0.02));
        assert_eq!(drawn, stones(&feature(0.02)));
        let off = |i: usize| drawn[i].1.translation.vector - even[i].1.translation.vector;
        assert!(off(2).norm() > 1e-3 && off(2).amax() <= 0.02);
        assert!(off(0).y.abs() < 1e-12, "the first row stands in line");
    }
}
