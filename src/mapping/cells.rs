//! Cells of the ground's plane, square and numbered from the origin on.

use nalgebra::Point2;

/// Index of a cell.
pub(super) type Index = (i32, i32);

/// The cell of this edge length [m] that a place lies in.
pub(super) fn index_of(at: &Point2<f64>, edge_m: f64) -> Index {
    ((at.x / edge_m).floor() as i32, (at.y / edge_m).floor() as i32)
}
