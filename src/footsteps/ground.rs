//! The ground under soles as the map has it, and the best place for a sole nearby.

use nalgebra::{Isometry3, Point2, Point3, Translation3, Vector2};

use super::foothold::{SoleGround, Surface};
use crate::mapping::WorldMap;

/// Where the ground under a sole is looked at: shares of its half length and half width.
const ALONG: [f64; 5] = [-1.0, -0.5, 0.0, 0.5, 1.0];
const ACROSS: [f64; 3] = [-1.0, 0.0, 1.0];

/// How far from its place a foothold may be put along and across the foot [m], and the steps it is tried in.
const NEARBY_M: (f64, f64) = (0.12, 0.04);
const TRIED: (i32, i32) = (6, 2);

/// Unevenness [m], slope, and way from the place meant [m] that a foothold is as loath to have.
const LOATH: (f64, f64, f64) = (0.0025, 0.15, 0.05);

/// Lower by this than the highest place under a sole is beyond an edge [m].
const EDGE_M: f64 = 0.12;

/// Slope and unevenness [m] up to which the ground under a sole is level, as far as it was seen.
const SEEN_LEVEL: (f64, f64) = (0.06, 0.015);

/// How far off an edge may have been seen [m].
const STREWN_M: f64 = 0.03;

/// Distance of the places between two footholds that are looked at [m].
const SPACING_M: f64 = 0.03;

/// What a foot stands on or goes to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Footing {
    /// Where, on the ground [m].
    pub(super) xy: Point2<f64>,
    /// Its height [m].
    pub(super) height_m: f64,
    /// What the sole lies on.
    pub(super) surface: Surface,
    /// Whether it belongs to ground that is not level.
    pub(super) is_relief: bool,
}

impl Footing {
    /// Level ground at a place, as the map has it.
    pub(super) fn level(map: &WorldMap, xy: Point2<f64>) -> Self {
        Self { xy, height_m: map.height_m(&xy), surface: Surface::WIDE, is_relief: map.is_relief(&xy) }
    }
}

/// Half the length and half the width of a sole [m].
pub(super) type HalfSole = (f64, f64);

/// The plane a sole lies on at a place; none where all of it is level ground.
pub(super) fn under_sole(map: &WorldMap, sole: &Isometry3<f64>, half: HalfSole) -> Option<SoleGround> {
    if !map.has_relief() {
        return None;
    }
    let place = |x: f64, y: f64| (sole * Point3::new(x * half.0, y * half.1, 0.0)).xy();
    if !ALONG.iter().any(|x| ACROSS.iter().any(|y| map.is_relief(&place(*x, *y)))) {
        return None;
    }
    // Least squares on places that lie evenly round the centre.
    let mut heights = [[0.0; ACROSS.len()]; ALONG.len()];
    for (row, x) in heights.iter_mut().zip(ALONG) {
        for (height, y) in row.iter_mut().zip(ACROSS) {
            *height = map.height_m(&place(x, y));
        }
    }
    // Beyond an edge the sole has nothing under it: what it lies on goes on as it comes from the other side.
    let highest_m = heights.iter().flatten().fold(f64::NEG_INFINITY, |most, height| height.max(most));
    let lowest_m = heights.iter().flatten().fold(f64::INFINITY, |least, height| height.min(least));
    let found = heights;
    let middle_m = found[ALONG.len() / 2][ACROSS.len() / 2];
    for (i, row) in heights.iter_mut().enumerate() {
        for (j, height) in row.iter_mut().enumerate() {
            let opposite_m = found[ALONG.len() - 1 - i][ACROSS.len() - 1 - j];
            if *height < highest_m - EDGE_M && opposite_m.min(middle_m) > highest_m - EDGE_M {
                *height = 2.0 * middle_m - opposite_m;
            }
        }
    }
    let (mut sum, mut along, mut across) = (0.0, 0.0, 0.0);
    for (row, x) in heights.iter().zip(ALONG) {
        for (height, y) in row.iter().zip(ACROSS) {
            sum += height;
            along += height * x;
            across += height * y;
        }
    }
    let squares = |shares: &[f64]| shares.iter().map(|share| share * share).sum::<f64>();
    let mean = sum / (ALONG.len() * ACROSS.len()) as f64;
    let along = along / (squares(&ALONG) * ACROSS.len() as f64);
    let across = across / (squares(&ACROSS) * ALONG.len() as f64);
    let (mut over_m, mut off_m) = (0.0_f64, 0.0_f64);
    for (row, x) in heights.iter().zip(ALONG) {
        for (height, y) in row.iter().zip(ACROSS) {
            let off = height - (mean + along * x + across * y);
            over_m = over_m.max(off);
            off_m = off_m.max(off.abs());
        }
    }
    let ahead = sole.rotation * nalgebra::Vector3::x();
    let ahead = ahead.xy() / ahead.xy().norm().max(1e-9);
    let left = Vector2::new(-ahead.y, ahead.x);
    let slope = ahead * (along / half.0) + left * (across / half.1);
    if highest_m - lowest_m > EDGE_M {
        off_m = off_m.max(highest_m - lowest_m);
    }
    let (level, even_m) = SEEN_LEVEL;
    if map.is_seen() && slope.norm() < level && off_m < even_m {
        return Some(SoleGround { height_m: mean, slope: Vector2::zeros(), unevenness_m: off_m });
    }
    // A sole lies on what stands out.
    Some(SoleGround { height_m: mean + over_m, slope, unevenness_m: off_m })
}

/// The part of a sole that tells what it stands on: what was seen of an edge right before its toes or behind its heel
/// is strewn, and a sole that stands is beside it.
pub(super) fn standing(map: &WorldMap, (length_m, width_m): HalfSole) -> HalfSole {
    if map.is_seen() { (length_m - STREWN_M, width_m) } else { (length_m, width_m) }
}

/// Whether a sole's ground is a part of what is not level; what was seen of level ground is not taken for that.
pub(super) fn counts_as_relief(map: &WorldMap, ground: &SoleGround) -> bool {
    !map.is_seen() || ground.slope != Vector2::zeros()
}

/// The best place near a foothold, and what it is like there; none where all is level.
pub(super) fn best_nearby(
    map: &WorldMap,
    foothold: &Isometry3<f64>,
    half: HalfSole,
) -> Option<(Isometry3<f64>, Footing)> {
    if !map.has_relief() {
        return None;
    }
    // With room to edges, whose place is strewn.
    let half = if map.is_seen() { (half.0 + STREWN_M, half.1) } else { half };
    let mut best: Option<(f64, Isometry3<f64>, SoleGround)> = None;
    let (far_x, far_y) = NEARBY_M;
    for i in -TRIED.0..=TRIED.0 {
        for j in -TRIED.1..=TRIED.1 {
            let (x, y) =
                (far_x * f64::from(i) / f64::from(TRIED.0), far_y * f64::from(j) / f64::from(TRIED.1));
            let sole = foothold * Translation3::new(x, y, 0.0);
            let level = || {
                let height_m = map.height_m(&Point2::from(sole.translation.vector.xy()));
                SoleGround { height_m, slope: Vector2::zeros(), unevenness_m: 0.0 }
            };
            let here = under_sole(map, &sole, half);
            if here.is_none() && i == 0 && j == 0 {
                return None;
            }
            let ground = here.unwrap_or_else(level);
            let cost = (ground.unevenness_m / LOATH.0).powi(2)
                + ground.slope.norm_squared() / LOATH.1.powi(2)
                + (x * x + y * y) / LOATH.2.powi(2);
            if best.as_ref().is_none_or(|(least, _, _)| cost < *least) {
                best = Some((cost, sole, ground));
            }
        }
    }
    best.map(|(_, sole, ground)| {
        let xy = Point2::from(sole.translation.vector.xy());
        let surface = Surface::sloping(ground.slope);
        let is_relief = counts_as_relief(map, &ground);
        (sole, Footing { xy, height_m: ground.height_m, surface, is_relief })
    })
}

/// How much higher than two footings the ground between them is [m].
pub(super) fn bump_m(map: &WorldMap, from: &Footing, to: &Footing) -> f64 {
    if !(from.is_relief || to.is_relief || map.is_seen() && map.has_relief()) {
        return 0.0;
    }
    let way = to.xy - from.xy;
    let pieces = (way.norm() / SPACING_M).ceil().max(1.0);
    let between = (1..pieces as usize).map(|i| map.height_m(&(from.xy + way * (i as f64 / pieces))));
    (between.fold(f64::NEG_INFINITY, f64::max) - from.height_m.max(to.height_m)).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::scenario::{Feature, TerrainConfig};

    const HALF: HalfSole = (0.12, 0.05);

    fn map(feature: Feature) -> WorldMap {
        WorldMap::new(&TerrainConfig { friction: 0.8, features: vec![feature] })
    }

    /// A ramp that rises by a fifth along +y.
    fn ramp() -> WorldMap {
        map(Feature::Ramp {
            start_m: (0.0, 1.0),
            heading_rad: std::f64::consts::FRAC_PI_2,
            slope_rad: 0.2_f64.atan(),
            length_m: 3.0,
            width_m: 2.0,
            top_m: 1.0,
            down: true,
        })
    }

    #[test]
    fn a_sole_lies_in_the_plane_of_a_ramp_whatever_its_heading() {
        for yaw in [0.0, 0.7, 2.5] {
            let sole = Isometry3::new(nalgebra::Vector3::new(0.1, 2.0, 0.0), nalgebra::Vector3::z() * yaw);
            let ground = under_sole(&ramp(), &sole, HALF).expect("a ramp");
            assert!((ground.slope - Vector2::new(0.0, 0.2)).norm() < 1e-9, "{ground:?}");
            assert!((ground.height_m - 0.2).abs() < 1e-9 && ground.unevenness_m < 1e-9, "{ground:?}");
        }
        assert_eq!(under_sole(&ramp(), &Isometry3::identity(), HALF), None);
    }

    #[test]
    fn a_sole_over_the_edge_of_a_ramp_lies_in_its_plane_all_the_same() {
        // The ramp's side is at x = -1, where it is half a metre high.
        let sole = Isometry3::new(nalgebra::Vector3::new(-0.97, 3.5, 0.0), nalgebra::Vector3::z() * 1.57);
        let ground = under_sole(&ramp(), &sole, HALF).expect("a ramp");
        assert!((ground.slope - Vector2::new(0.0, 0.2)).norm() < 1e-3, "{ground:?}");
        assert!(ground.unevenness_m > 0.3, "{ground:?}");
    }

    #[test]
    fn a_foothold_gives_way_to_the_crest_of_a_ramp() {
        let crest = Isometry3::new(
            nalgebra::Vector3::new(0.0, 4.0, 0.0),
            nalgebra::Vector3::z() * std::f64::consts::FRAC_PI_2,
        );
        let across = under_sole(&ramp(), &crest, HALF).expect("a ramp");
        let (sole, footing) = best_nearby(&ramp(), &crest, HALF).expect("a ramp");
        let better = under_sole(&ramp(), &sole, HALF).expect("a ramp");
        assert!(better.unevenness_m < 0.8 * across.unevenness_m, "{across:?} {better:?}");
        assert_eq!(footing.height_m, better.height_m);
    }

    #[test]
    fn what_lies_between_two_footholds_is_seen() {
        let rough = map(Feature::Rough {
            center_m: (0.0, 0.0),
            size_m: (2.0, 2.0),
            yaw_rad: 0.0,
            height_m: 0.1,
            cell_m: 1.0,
            seed: 1,
        });
        // One bump in the middle.
        let top_m = rough.height_m(&Point2::origin());
        let at = |x: f64| Footing::level(&rough, Point2::new(x, 0.0));
        assert!(top_m > 0.0 && (bump_m(&rough, &at(-0.6), &at(0.6)) - 0.6 * top_m).abs() < 0.1 * top_m);
        assert_eq!(bump_m(&rough, &at(-0.6), &at(0.0)), 0.0);
    }
}
