//! Level surfaces one behind the other, found among the cells that can be walked to.
//!
//! The way over them is the axis along which heights depend on one coordinate alone: the one with the least
//! variance of height within slices across it. Along it the slices' medians fall into levels, and each edge
//! between two levels is the mean of where it is found in strips beside each other, strays left out.

use std::f64::consts::FRAC_PI_2;

use nalgebra::{Isometry2, Point2, Point3, Vector2};

use super::elevation::CELL_M;
use super::flight::{Flight, STEP_M, Tread};

/// Difference of height that counts as another level [m]: less is stepped on as it comes.
const RISE_M: f64 = 0.08;

/// Heights this near belong to one level [m].
const LEVEL_M: f64 = 0.03;

/// Cells off the ground's level that make it worth looking.
const WORTH_CELLS: usize = 60;

/// How far to both sides of the axis slices and strips reach [m].
const HALF_STRIP_M: f64 = 0.4;

/// How far a strip turned by the last step of the search comes to lie beside the strip before [m].
const BESIDE_M: f64 = 0.2;

/// Widest flight to both sides of its middle [m].
const WIDEST_M: f64 = 1.5;

/// Width of the strips an edge is looked for in [m].
const STRIP_M: f64 = 0.05;

/// Cells a slice needs.
const SLICE_CELLS: usize = 4;

/// Slices on both sides of the robot together.
const SLICES: usize = 320;

/// Raised cells that are looked at for their middle.
const MIDDLE_CELLS: usize = 200;

/// Shortest level [m].
const SHORTEST_M: f64 = 0.1;

/// Slices on both sides of an edge that tell whether it is one, and the share of the rise that has to lie between them.
const EDGE_SLICES: usize = 3;
const STEP_SHARE: f64 = 0.6;

/// Depth of a tread from which on it is a pavement or a landing [m].
const DEEPEST_M: f64 = 0.6;

/// Share of the levels that has to be as high as they are: rough ground is no flight.
const EVEN_SHARE: f64 = 0.85;

/// Variance of height within slices that is no flight any more [m^2].
const ROUGH_M2: f64 = 0.025 * 0.025;

/// A cell that an edge runs through keeps the mean place of its part: on average this far from an edge that
/// goes down [m]. Where it goes up, the riser is seen too and makes up for it.
const EDGE_BIAS_M: f64 = 0.25 * CELL_M;

/// Shortest level at the far end, of which one sees the riser first [m].
const SHORTEST_AHEAD_M: f64 = 0.15;

/// Of so many cells one is looked at where the axis is not searched finely.
const EVERY_CELL: usize = 3;

/// Steps of the search for the axis, each within the one before [rad].
const TURNS_RAD: [f64; 3] = [0.06, 0.02, 0.007];

/// Where and how the robot looks at it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Viewpoint {
    /// Where it stands, on the ground there.
    pub(super) at: Point3<f64>,
    /// Where it heads [rad].
    pub(super) heading_rad: f64,
}

/// The flight ahead of the robot, if the cells hold one; `near_rad` is its axis as it was found before.
pub(super) fn find_flight(cells: &[Point3<f64>], from: &Viewpoint, near_rad: Option<f64>) -> Option<Flight> {
    let raised: Vec<&Point3<f64>> = cells.iter().filter(|cell| (cell.z - from.at.z).abs() > RISE_M).collect();
    if raised.len() < WORTH_CELLS {
        return None;
    }
    let mut axis = find_axis(cells, &raised, from, near_rad)?;
    // The edges tell the axis better than the heights do.
    let strip = axis.strip(cells);
    let slant = slant_rad(levels(&strip)?.windows(2).map(|pair| edge(&strip, &pair[0], &pair[1])));
    axis = Axis::new(axis.origin, axis.heading_rad + slant, &raised);
    let strip = axis.strip(cells);
    let levels = within_reach(levels(&strip)?)?;
    // Steps that stand alone are stepped onto wherever one comes to them.
    let treads = levels.get(1..levels.len() - 1).unwrap_or_default();
    let is_stairs = treads.iter().any(|tread| tread.to_m - tread.from_m < DEEPEST_M);
    if !is_stairs || even_share(&strip, &levels) < EVEN_SHARE {
        return None;
    }
    let edges_m: Vec<f64> = levels.windows(2).map(|pair| edge_m(&strip, &pair[0], &pair[1])).collect();
    let first_m = *edges_m.first()?;
    let mut treads = Vec::with_capacity(levels.len());
    for (index, level) in levels.iter().enumerate() {
        let from_m = index.checked_sub(1).map_or(f64::NEG_INFINITY, |edge| edges_m[edge] - first_m);
        let to_m = edges_m.get(index).map_or(f64::INFINITY, |edge| edge - first_m);
        treads.push(Tread { from_m, to_m, height_m: level.height_m });
    }
    let (right_m, left_m) = width(cells, &axis, from.at.z, &levels);
    let middle = axis.origin + axis.left * (0.5 * (left_m + right_m)) + axis.ahead * first_m;
    let foot = Isometry2::new(middle.coords, axis.heading_rad);
    Flight::new(foot, left_m - right_m, treads)
}

/// An axis seen from above.
#[derive(Debug, Clone, Copy)]
struct Axis {
    origin: Point2<f64>,
    heading_rad: f64,
    ahead: Vector2<f64>,
    left: Vector2<f64>,
    /// Middle of the strip beside the origin [m].
    middle_m: f64,
}

impl Axis {
    /// With its strip over the middle of the raised cells.
    fn new(origin: Point2<f64>, heading_rad: f64, raised: &[&Point3<f64>]) -> Self {
        let (s, c) = heading_rad.sin_cos();
        let (ahead, left) = (Vector2::new(c, s), Vector2::new(-s, c));
        let mut axis = Self { origin, heading_rad, ahead, left, middle_m: 0.0 };
        // A few of them tell the middle as well as all.
        let every = (raised.len() / MIDDLE_CELLS).max(1);
        let mut beside: Vec<f64> = raised.iter().step_by(every).map(|cell| axis.local(cell).1).collect();
        axis.middle_m = median(&mut beside);
        axis
    }

    /// Along the axis and beside it [m].
    fn local(&self, at: &Point3<f64>) -> (f64, f64) {
        let offset = at.xy() - self.origin;
        (offset.dot(&self.ahead), offset.dot(&self.left))
    }

    /// Mean variance of height within slices across the way [m^2].
    fn roughness_m2(&self, cells: &[Point3<f64>]) -> f64 {
        let mut sums = [(0.0_f64, 0.0_f64, 0.0_f64); SLICES];
        for cell in cells {
            let (way, beside) = self.local(cell);
            let slice = (way / CELL_M + 0.5 * SLICES as f64).floor();
            if (beside - self.middle_m).abs() < HALF_STRIP_M && slice >= 0.0 && slice < SLICES as f64 {
                let sum = &mut sums[slice as usize];
                *sum = (sum.0 + 1.0, sum.1 + cell.z, sum.2 + cell.z * cell.z);
            }
        }
        let (mut spread, mut count) = (0.0, 0.0);
        for (n, z, zz) in sums.into_iter().filter(|sum| sum.0 >= SLICE_CELLS as f64) {
            spread += zz - z * z / n;
            count += n;
        }
        if count < WORTH_CELLS as f64 { f64::INFINITY } else { spread / count }
    }

    /// The cells in its strip in order of the way.
    fn strip(&self, cells: &[Point3<f64>]) -> Vec<OnAxis> {
        let on_axis = |cell: &Point3<f64>| {
            let (way_m, beside_m) = self.local(cell);
            OnAxis { way_m, beside_m: beside_m - self.middle_m, height_m: cell.z }
        };
        let mut strip: Vec<OnAxis> =
            cells.iter().map(on_axis).filter(|cell| cell.beside_m.abs() < HALF_STRIP_M).collect();
        strip.sort_unstable_by(|a, b| a.way_m.total_cmp(&b.way_m).then(a.height_m.total_cmp(&b.height_m)));
        strip
    }
}

/// A cell as an axis has it.
#[derive(Debug, Clone, Copy)]
struct OnAxis {
    /// Along the axis [m].
    way_m: f64,
    /// From its strip's middle to the left [m].
    beside_m: f64,
    height_m: f64,
}

/// Median of numbers; zero of none.
fn median(values: &mut [f64]) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    *values.select_nth_unstable_by(values.len() / 2, f64::total_cmp).1
}

/// The axis along which heights depend on the way alone.
fn find_axis(
    cells: &[Point3<f64>],
    raised: &[&Point3<f64>],
    from: &Viewpoint,
    near_rad: Option<f64>,
) -> Option<Axis> {
    let best = |cells: &[Point3<f64>], from_rad: f64, half_rad: f64, step_rad: f64| {
        let count = (half_rad / step_rad).round() as i32;
        (-count..=count)
            .map(|i| Axis::new(from.at.xy(), from_rad + f64::from(i) * step_rad, raised))
            .map(|axis| (axis.roughness_m2(cells), axis))
            .min_by(|a, b| a.0.total_cmp(&b.0))
    };
    let [rough, middle, fine] = TURNS_RAD;
    // Some of the cells tell where to look closer as well as all.
    let some: Vec<Point3<f64>> = cells.iter().step_by(EVERY_CELL).copied().collect();
    let first_rad = match near_rad {
        Some(near) => near,
        None => best(&some, from.heading_rad, FRAC_PI_2 - rough, rough)?.1.heading_rad,
    };
    let (_, second) = best(&some, first_rad, rough, middle)?;
    let near_axis =
        |cell: &Point3<f64>| (second.local(cell).1 - second.middle_m).abs() < HALF_STRIP_M + BESIDE_M;
    let near: Vec<Point3<f64>> = cells.iter().filter(|cell| near_axis(cell)).copied().collect();
    let (least, axis) = best(&near, second.heading_rad, middle - fine, fine)?;
    (least < ROUGH_M2).then_some(axis)
}

/// Neighbours on the way, a cell's length together.
fn slices(strip: &[OnAxis]) -> impl Iterator<Item = &[OnAxis]> {
    strip
        .chunk_by(|a, b| (a.way_m / CELL_M).floor() == (b.way_m / CELL_M).floor())
        .filter(|slice| slice.len() >= SLICE_CELLS)
}

/// A level surface along the way.
#[derive(Debug, Clone, Copy)]
struct Level {
    from_m: f64,
    to_m: f64,
    height_m: f64,
    slices: usize,
    /// Whether a step leads to it from the level before, and not a ramp.
    after_step: bool,
}

/// Whether the ground rises or falls at once between two levels, and not bit by bit as a ramp does; by the heights of
/// slices along the way.
fn is_step(slices: &[(f64, f64)], before: &Level, beyond: &Level) -> bool {
    let within = |level: &Level| {
        let from = slices.partition_point(|slice| slice.0 < level.from_m);
        let to = slices.partition_point(|slice| slice.0 <= level.to_m);
        slices.get(from..to).unwrap_or_default().iter().map(|slice| slice.1)
    };
    let mut last: Vec<f64> = within(before).rev().take(EDGE_SLICES).collect();
    let mut first: Vec<f64> = within(beyond).take(EDGE_SLICES).collect();
    let (rise_m, at_once_m) = (beyond.height_m - before.height_m, median(&mut first) - median(&mut last));
    at_once_m * rise_m.signum() > STEP_SHARE * rise_m.abs()
}

/// Share of what lies between the levels' ends that is as high as they are, a cell at each end left aside.
fn even_share(strip: &[OnAxis], levels: &[Level]) -> f64 {
    let (mut on, mut all) = (0.0, 0.0);
    for level in levels {
        let from = strip.partition_point(|cell| cell.way_m < level.from_m + CELL_M);
        let to = strip.partition_point(|cell| cell.way_m <= level.to_m - CELL_M);
        let cells = strip.get(from..to).unwrap_or_default();
        all += cells.len() as f64;
        on += cells.iter().filter(|cell| (cell.height_m - level.height_m).abs() < LEVEL_M).count() as f64;
    }
    on / f64::max(all, 1.0)
}

/// The levels along the way in order; none where there is but one.
fn levels(strip: &[OnAxis]) -> Option<Vec<Level>> {
    let mut found: Vec<Level> = Vec::new();
    let mut slice_heights: Vec<(f64, f64)> = Vec::new();
    for slice in slices(strip) {
        let mut heights: Vec<f64> = slice.iter().map(|cell| cell.height_m).collect();
        let height = median(&mut heights);
        let mixed = heights.iter().filter(|h| (*h - height).abs() > LEVEL_M).count();
        if 3 * mixed > heights.len() {
            continue;
        }
        let (from_m, to_m) = (slice[0].way_m, slice[slice.len() - 1].way_m);
        slice_heights.push((0.5 * (from_m + to_m), height));
        match found.last_mut() {
            Some(level) if (level.height_m - height).abs() < LEVEL_M => {
                level.slices += 1;
                level.height_m += (height - level.height_m) / level.slices as f64;
                level.to_m = to_m;
            }
            _ => found.push(Level { from_m, to_m, height_m: height, slices: 1, after_step: false }),
        }
    }
    // What is too short to be a level is an edge seen in part, or only just come into sight.
    let last = found.len().saturating_sub(1);
    let mut index = 0;
    found.retain(|level| {
        let least_m = match index {
            0 => 0.5 * SHORTEST_M,
            index if index == last => SHORTEST_AHEAD_M,
            _ => SHORTEST_M,
        };
        index += 1;
        level.to_m - level.from_m > least_m
    });
    found.dedup_by(|next, level| {
        let same = (next.height_m - level.height_m).abs() < RISE_M;
        if same {
            level.to_m = next.to_m;
        }
        same
    });
    for index in 1..found.len() {
        found[index].after_step = is_step(&slice_heights, &found[index - 1], &found[index]);
    }
    (found.len() >= 2).then_some(found)
}

/// The levels round the robot that no step too high or too deep parts from it; what lies behind such a step
/// is hidden in part, or not to be walked to.
fn within_reach(levels: Vec<Level>) -> Option<Vec<Level>> {
    let own = levels.iter().position(|level| level.to_m >= 0.0).unwrap_or(levels.len() - 1);
    let parted = |index: &usize| {
        let (level, next) = (&levels[*index], &levels[index + 1]);
        (next.height_m - level.height_m).abs() > STEP_M || !next.after_step
    };
    let from = (0..own).rev().find(parted).map_or(0, |index| index + 1);
    let to = (own..levels.len() - 1).find(parted).unwrap_or(levels.len() - 1);
    (to > from).then(|| levels[from..=to].to_vec())
}

/// The edge between two neighbouring levels, narrow strip by strip: beside the axis and along it [m].
///
/// Going up it is where the higher level begins, going down where it ends: the lower one is hidden there.
fn edge(strip: &[OnAxis], before: &Level, beyond: &Level) -> Vec<(f64, f64)> {
    let rises = beyond.height_m > before.height_m;
    let higher = if rises { beyond } else { before };
    let from = strip.partition_point(|cell| cell.way_m < before.to_m - 2.0 * CELL_M);
    let to = strip.partition_point(|cell| cell.way_m <= beyond.from_m + 2.0 * CELL_M);
    let count = (2.0 * HALF_STRIP_M / STRIP_M) as usize;
    let mut edges: Vec<Option<(f64, f64)>> = vec![None; count];
    for cell in strip.get(from..to).unwrap_or_default() {
        let narrow = ((cell.beside_m + HALF_STRIP_M) / STRIP_M) as usize;
        if (cell.height_m - higher.height_m).abs() < LEVEL_M
            && let Some(edge) = edges.get_mut(narrow)
        {
            let edge = edge.get_or_insert((cell.beside_m, cell.way_m));
            if (cell.way_m < edge.1) == rises {
                *edge = (cell.beside_m, cell.way_m);
            }
        }
    }
    edges.into_iter().flatten().collect()
}

/// Where the edge between two neighbouring levels lies along the axis [m].
fn edge_m(strip: &[OnAxis], before: &Level, beyond: &Level) -> f64 {
    let mut ways: Vec<f64> = edge(strip, before, beyond).into_iter().map(|(_, way)| way).collect();
    let middle = median(&mut ways);
    ways.retain(|way| (way - middle).abs() < 1.5 * CELL_M);
    if ways.is_empty() {
        return 0.5 * (before.to_m + beyond.from_m);
    }
    let bias_m = if beyond.height_m > before.height_m { 0.0 } else { EDGE_BIAS_M };
    ways.iter().sum::<f64>() / ways.len() as f64 + bias_m
}

/// From where to where the treads reach across [m]: from the strip's middle on to both sides while cells on
/// them are met. What lies before the flight and beyond it tells nothing, but for a single step's level.
fn width(cells: &[Point3<f64>], axis: &Axis, own_m: f64, levels: &[Level]) -> (f64, f64) {
    let reach = (WIDEST_M / STRIP_M) as i32;
    let mut counts = vec![0_usize; 2 * reach as usize + 1];
    let levels = if levels.len() > 2 { &levels[1..levels.len() - 1] } else { levels };
    for cell in cells.iter().filter(|cell| (cell.z - own_m).abs() > RISE_M) {
        let (way, beside) = axis.local(cell);
        let on = |level: &Level| {
            (level.from_m..level.to_m).contains(&way) && (cell.z - level.height_m).abs() < LEVEL_M
        };
        let strip = ((beside - axis.middle_m) / STRIP_M).round() as i32 + reach;
        if levels.iter().any(on)
            && let Some(count) = usize::try_from(strip).ok().and_then(|strip| counts.get_mut(strip))
        {
            *count += 1;
        }
    }
    let middle = reach as usize;
    let enough = counts[middle - 2..=middle + 2].iter().sum::<usize>() / 5 / 3 + 1;
    let side = |strips: &mut dyn Iterator<Item = usize>| {
        strips.take_while(|strip| counts[*strip] >= enough).last().unwrap_or(middle) as f64 - middle as f64
    };
    let right = side(&mut (0..=middle).rev()) - 0.5;
    let left = side(&mut (middle..counts.len())) + 0.5;
    (axis.middle_m + right * STRIP_M, axis.middle_m + left * STRIP_M)
}

/// How far the edges' common normal is turned against the axis [rad]: the slope that fits them all best.
fn slant_rad(edges: impl Iterator<Item = Vec<(f64, f64)>>) -> f64 {
    let (mut mixed, mut squares) = (0.0, 0.0);
    for edge in edges {
        let mut ways: Vec<f64> = edge.iter().map(|(_, way)| *way).collect();
        let middle = median(&mut ways);
        let near: Vec<&(f64, f64)> =
            edge.iter().filter(|(_, way)| (way - middle).abs() < 2.0 * CELL_M).collect();
        let n = near.len().max(1) as f64;
        let (beside, way) =
            near.iter().fold((0.0, 0.0), |sum, (beside, way)| (sum.0 + beside / n, sum.1 + way / n));
        for (b, w) in near {
            mixed += (b - beside) * (w - way);
            squares += (b - beside).powi(2);
        }
    }
    if squares > 0.0 { -(mixed / squares).atan() } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::super::elevation::ElevationMap;
    use super::*;
    use crate::config::scenario::Feature;
    use crate::sensing::NoiseSource;

    fn stairs(start_m: (f64, f64), heading_rad: f64, down: bool) -> Flight {
        Flight::of(&Feature::Stairs {
            start_m,
            heading_rad,
            rise_m: 0.17,
            run_m: 0.28,
            width_m: 1.6,
            steps: 4,
            landing_m: 0.9,
            down,
        })
        .expect("stairs")
    }

    /// What an elevation grid keeps of points strewn evenly over a flight and the ground round it.
    fn seen(flight: &Flight) -> Vec<Point3<f64>> {
        let mut noise = NoiseSource::new(1, 1);
        let mut map = ElevationMap::new(&Point2::origin());
        for i in 0..420 {
            for j in 0..200 {
                let at = Point2::new(
                    -2.0 + 0.01 * f64::from(i) + noise.normal(0.003),
                    -1.0 + 0.01 * f64::from(j) + noise.normal(0.003),
                );
                let local = flight.local(&at);
                let level = flight.levels().iter().find(|level| local.x < level.to_m);
                let on = local.y.abs() < 0.5 * flight.width_m;
                let height = level.filter(|_| on).map_or(0.0, |level| level.height_m);
                map.see(&Point3::new(at.x, at.y, height + noise.normal(0.006)), 0.006, 0);
            }
        }
        // The risers that face the robot.
        for pair in flight.levels().windows(2).filter(|pair| pair[1].height_m > pair[0].height_m) {
            for i in 0..160 {
                for j in 0..17 {
                    let beside = 0.01 * f64::from(i) - 0.8;
                    let foot =
                        flight.world_from_flight * Point2::new(pair[0].to_m + noise.normal(0.006), beside);
                    let height = pair[0].height_m + 0.01 * f64::from(j) + noise.normal(0.003);
                    map.see(&Point3::new(foot.x, foot.y, height), 0.006, 0);
                }
            }
        }
        map.cells().map(|cell| cell.at).collect()
    }

    #[test]
    fn a_flight_is_found_to_a_centimetre_whatever_its_heading() {
        for (heading, y) in [(0.0, 0.0), (0.21, -0.2), (-0.4, 0.3)] {
            let truth = stairs((-0.9, y), heading, true);
            let cells = seen(&truth);
            let from = Viewpoint { at: Point3::new(-1.6, y, 0.0), heading_rad: 0.0 };
            let found = find_flight(&cells, &from, None).expect("a flight");
            let off = found.world_from_flight.rotation.angle() - heading;
            assert!(off.abs() < 0.02, "axis off by {off} rad at {heading}");
            // The far end lies outside of the grid.
            let (expected, found_levels) = (truth.levels(), found.levels());
            assert!(found_levels.len() >= 6, "{found_levels:?}");
            let shift = truth.local(&Point2::from(found.world_from_flight.translation.vector));
            assert!(shift.x.abs() < 0.012, "first riser off by {} m", shift.x);
            assert!(shift.y.abs() < 0.1, "middle off by {} m", shift.y);
            for (seen, true_level) in found_levels.iter().zip(expected).skip(1).take(4) {
                assert!((seen.height_m - true_level.height_m).abs() < 0.006, "{seen:?} {true_level:?}");
                assert!((seen.from_m + shift.x - true_level.from_m).abs() < 0.012, "{seen:?} {true_level:?}");
            }
        }
    }

    #[test]
    fn level_ground_is_no_flight() {
        let far = stairs((30.0, 0.0), 0.0, true);
        let from = Viewpoint { at: Point3::origin(), heading_rad: 0.0 };
        assert!(find_flight(&seen(&far), &from, None).is_none());
    }
}
