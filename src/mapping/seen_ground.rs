//! The ground round a robot where it is not level, as it has seen it.
//!
//! The elevation grid is looked at patch by patch: where a patch is tilted, rough, or at another height than the floor
//! the robot stands on, by more than its sightings are strewn, soles go by the heights that were seen there.

use super::cells::Index;
use super::elevation::{CELL_M, Cell, ElevationMap, SIDE, centre_of, index_of};
use super::flight::Flight;
use super::reach::Reach;
use nalgebra::{Matrix3, Point2, Vector3};

/// Cells along each side of a patch: 20 cm.
const PATCH: i32 = 8;

/// Cells of a patch that have to be known before it tells anything.
const PATCH_CELLS: usize = 12;

/// Patches along each side that a grid may touch.
const PATCHES: i32 = SIDE / PATCH + 2;

/// What level ground may deviate by: from its own plane [m], in slope, and in height from the floor [m].
const LEVEL: (f64, f64, f64) = (0.008, 0.05, 0.02);

/// Standard deviations of what was measured that are put down to noise.
const SURE: f64 = 3.0;

/// Way before and beyond a flight, and beside it, that it knows better [m].
const FLIGHT_M: (f64, f64) = (0.6, 0.3);

/// Heights of neighbours this near are averaged, so that edges stay [m].
const SAME_M: f64 = 0.025;

/// Farthest known cell that says how high an unseen one is: what an edge hides, 25 cm.
const HIDDEN: i32 = 10;

/// Heights of uneven ground.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenGround {
    low: Index,
    /// At each cell's middle, row by row [m]; not a number off uneven ground.
    heights_m: Vec<f64>,
    /// Patches of which enough was seen, from the one on that the lowest cell belongs to.
    known: Vec<bool>,
}

impl SeenGround {
    /// What of the ground within reach is uneven beside a floor of this height [m]; none where nothing is.
    pub(super) fn new(
        map: &ElevationMap,
        reach: &Reach,
        floor_m: f64,
        flight: Option<&Flight>,
    ) -> Option<Self> {
        let low = map.low();
        let origin = patch_index(low);
        let mut patches = vec![Patch::default(); (PATCHES * PATCHES) as usize];
        let patch_of = |cell: Index| {
            let (x, y) = (patch_index(cell).0 - origin.0, patch_index(cell).1 - origin.1);
            (y * PATCHES + x) as usize
        };
        for cell in reach.cells(map) {
            let index = index_of(&cell.at.xy());
            patches[patch_of(index)].add(cell, &centre_of_patch(index), floor_m);
        }
        let known_better = |patch: usize| {
            let (x, y) = (patch as i32 % PATCHES + origin.0, patch as i32 / PATCHES + origin.1);
            let middle = centre_of_patch((x * PATCH, y * PATCH));
            flight.is_some_and(|flight| is_on(flight, &middle))
        };
        let uneven: Vec<bool> =
            (0..patches.len()).map(|patch| patches[patch].is_uneven() && !known_better(patch)).collect();
        if !uneven.contains(&true) {
            return None;
        }
        // A sole at its border lies on both.
        let near = |patch: usize| {
            let (x, y) = (patch as i32 % PATCHES, patch as i32 / PATCHES);
            let within = |v: i32| (0..PATCHES).contains(&v);
            (-1..=1)
                .flat_map(|dy| (-1..=1).map(move |dx| (x + dx, y + dy)))
                .any(|(x, y)| within(x) && within(y) && uneven[(y * PATCHES + x) as usize])
        };
        let counts: Vec<bool> = (0..patches.len()).map(|patch| near(patch) && !known_better(patch)).collect();

        let raw: Vec<f64> = map.within().map(|cell| cell.map_or(f64::NAN, |cell| cell.at.z)).collect();
        let reached = reach.reached();
        let at = |x: i32, y: i32| {
            let inside = (0..SIDE).contains(&x) && (0..SIDE).contains(&y);
            let slot = (y * SIDE + x) as usize;
            if inside && reached[slot] { raw[slot] } else { f64::NAN }
        };
        let mut heights_m = vec![f64::NAN; raw.len()];
        for y in 0..SIDE {
            for x in 0..SIDE {
                if counts[patch_of((low.0 + x, low.1 + y))] {
                    heights_m[(y * SIDE + x) as usize] = height_m(&at, x, y);
                }
            }
        }
        let known = patches.iter().map(|patch| patch.count >= PATCH_CELLS).collect();
        Some(Self { low, heights_m, known })
    }

    /// Whether it was seen how the ground lies at a place, level or not.
    pub fn knows(&self, place: &Point2<f64>) -> bool {
        let (index, origin) = (index_of(place), patch_index(self.low));
        let (x, y) = (patch_index(index).0 - origin.0, patch_index(index).1 - origin.1);
        let inside = (0..PATCHES).contains(&x) && (0..PATCHES).contains(&y);
        self.height_m(place).is_some() || inside && self.known[(y * PATCHES + x) as usize]
    }

    /// Height at a place [m]; none off uneven ground, and where nothing was seen.
    pub fn height_m(&self, place: &Point2<f64>) -> Option<f64> {
        let index = index_of(place);
        let (x, y) = (index.0 - self.low.0, index.1 - self.low.1);
        let inside = (0..SIDE).contains(&x) && (0..SIDE).contains(&y);
        let height_m = if inside { self.heights_m[(y * SIDE + x) as usize] } else { f64::NAN };
        (!height_m.is_nan()).then_some(height_m)
    }
}

/// Height of a cell from its neighbourhood [m]; not a number where nothing near is known.
fn height_m(at: &dyn Fn(i32, i32) -> f64, x: i32, y: i32) -> f64 {
    let own_m = at(x, y);
    if own_m.is_nan() {
        // What an edge hides lies as low as what is seen beyond it.
        return [(1, 0), (-1, 0), (0, 1), (0, -1)]
            .into_iter()
            .filter_map(|(dx, dy)| {
                (1..=HIDDEN).map(|n| at(x + n * dx, y + n * dy)).find(|height| !height.is_nan())
            })
            .fold(f64::NAN, f64::min);
    }
    let (mut sum, mut count) = (0.0, 0.0);
    for (dx, dy) in (-1..=1).flat_map(|dy| (-1..=1).map(move |dx| (dx, dy))) {
        let height_m = at(x + dx, y + dy);
        if (height_m - own_m).abs() < SAME_M {
            (sum, count) = (sum + height_m, count + 1.0);
        }
    }
    sum / count
}

/// Whether a place belongs to a flight or to the ground just before it and beyond it.
fn is_on(flight: &Flight, place: &Point2<f64>) -> bool {
    let local = flight.local(place);
    let (before_m, beside_m) = FLIGHT_M;
    (-before_m..flight.length_m() + before_m).contains(&local.x)
        && local.y.abs() < 0.5 * flight.width_m + beside_m
}

/// Index of the patch that a cell belongs to.
fn patch_index((x, y): Index) -> Index {
    (x.div_euclid(PATCH), y.div_euclid(PATCH))
}

/// Middle of the patch that a cell belongs to [m].
fn centre_of_patch(cell: Index) -> Point2<f64> {
    let (x, y) = patch_index(cell);
    let low = (x * PATCH, y * PATCH);
    let half_m = 0.5 * f64::from(PATCH - 1) * CELL_M;
    centre_of(low) + nalgebra::Vector2::new(half_m, half_m)
}

/// Sums for the plane of a patch, heights over the floor.
#[derive(Debug, Clone, Copy, Default)]
struct Patch {
    count: usize,
    /// Of products of (1, x, y), places from the patch's middle on.
    normal: Matrix3<f64>,
    /// Of their products with the height.
    right: Vector3<f64>,
    squares: f64,
    variance: f64,
}

impl Patch {
    fn add(&mut self, cell: &Cell, middle: &Point2<f64>, floor_m: f64) {
        let place = Vector3::new(1.0, cell.at.x - middle.x, cell.at.y - middle.y);
        let height_m = cell.at.z - floor_m;
        self.count += 1;
        self.normal += place * place.transpose();
        self.right += place * height_m;
        self.squares += height_m * height_m;
        self.variance += 1.0 / cell.information;
    }

    /// Whether it is not a part of the floor, beyond what noise makes of one.
    fn is_uneven(&self) -> bool {
        if self.count < PATCH_CELLS {
            return false;
        }
        let Some(inverse) = self.normal.try_inverse() else { return false };
        let plane = inverse * self.right;
        let n = self.count as f64;
        let residual = ((self.squares - plane.dot(&self.right)) / n).max(0.0);
        let variance = self.variance / n;
        let (rough_m, slope, off_m) = LEVEL;
        let strewn = |variance: f64| SURE * variance.max(0.0).sqrt();
        let slope_variance = variance * (inverse[(1, 1)] + inverse[(2, 2)]);
        residual > rough_m * rough_m + SURE * variance
            || plane.yz().norm() > slope + strewn(slope_variance)
            || plane.x.abs() > off_m + strewn(variance * inverse[(0, 0)])
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::sync::Arc;

    use super::super::world_map::WorldMap;
    use super::*;
    use crate::config::scenario::Feature;
    use crate::sensing::NoiseSource;
    use nalgebra::Point3;

    /// Deviation of a sighting on average [m].
    const NOISE_M: f64 = 0.006;

    /// What a robot at the origin makes of ground of these heights, not a number where it is hidden.
    fn seen(height_m: impl Fn(f64, f64) -> f64, flight: Option<&Flight>) -> Option<SeenGround> {
        let mut noise = NoiseSource::new(1, 1);
        let mut map = ElevationMap::new(&Point2::new(1.0, 0.0));
        for (i, j) in (-60..340).flat_map(|i| (-100..100).map(move |j| (i, j))) {
            let (x, y) = (0.01 * f64::from(i), 0.01 * f64::from(j));
            let z = height_m(x, y) + noise.normal(NOISE_M);
            if !z.is_nan() {
                map.see(&Point3::new(x + noise.normal(0.003), y + noise.normal(0.003), z), NOISE_M, 0);
            }
        }
        let mut reach = Reach::default();
        reach.spread(&map, &[index_of(&Point2::origin())]);
        SeenGround::new(&map, &reach, 0.0, flight)
    }

    /// The map of a robot at the origin that has seen ground of these heights.
    pub(crate) fn seen_map(height_m: impl Fn(f64, f64) -> f64) -> WorldMap {
        WorldMap::seen(Vec::new(), None, 0.0).on(seen(height_m, None).map(Arc::new))
    }

    fn at(ground: &SeenGround, x: f64, y: f64) -> f64 {
        ground.height_m(&Point2::new(x, y)).unwrap_or(f64::NAN)
    }

    #[test]
    fn a_level_floor_is_not_uneven_whatever_the_noise() {
        assert!(seen(|_, _| 0.0, None).is_none());
        // Leaning by as much as an estimate may.
        assert!(seen(|x, _| 0.005 * x, None).is_none());
    }

    #[test]
    fn a_ramp_is_seen_as_it_lies_and_the_floor_before_it_is_left_alone() {
        let slope = |x: f64| 0.2 * (x - 1.0).max(0.0);
        let ground = seen(|x, _| slope(x), None).expect("a ramp");
        for (x, y) in [(1.3, 0.0), (2.0, 0.5), (3.0, -0.7)] {
            assert!((at(&ground, x, y) - slope(x)).abs() < 0.006, "{x} {y}: {}", at(&ground, x, y));
        }
        assert_eq!(ground.height_m(&Point2::new(0.2, 0.0)), None);
    }

    #[test]
    fn what_an_edge_hides_is_taken_to_be_low() {
        let ground = seen(
            |x, _| {
                if x < 1.0 {
                    0.0
                } else if x < 1.1 {
                    f64::NAN
                } else {
                    -0.1
                }
            },
            None,
        );
        let ground = ground.expect("an edge");
        assert!(at(&ground, 0.95, 0.0).abs() < 0.006);
        for x in [1.04, 1.09, 1.2] {
            assert!((at(&ground, x, 0.0) + 0.1).abs() < 0.006, "{x}: {}", at(&ground, x, 0.0));
        }
    }

    #[test]
    fn a_flight_knows_its_own_ground_better() {
        let stairs = Feature::Stairs {
            start_m: (1.0, 0.0),
            heading_rad: 0.0,
            rise_m: 0.17,
            run_m: 0.28,
            width_m: 2.4,
            steps: 3,
            landing_m: 3.0,
            down: false,
        };
        let flight = Flight::of(&stairs).expect("stairs");
        let height = |x: f64, _| if x < 1.0 { 0.0 } else { 0.17 * ((x - 1.0) / 0.28 + 1.0).floor().min(3.0) };
        let tread = Point2::new(1.4, 0.0);
        assert!(seen(height, None).expect("steps").height_m(&tread).is_some());
        let beside = seen(height, Some(&flight)).and_then(|ground| ground.height_m(&tread));
        assert_eq!(beside, None);
    }
}
