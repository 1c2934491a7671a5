//! What is known of the world: the scenario's terrain, or what the robot itself has seen of it.
//!
//! In: the terrain's config, or pictures of depth and where they were taken from. Out: a [`WorldMap`], which
//! answers for heights, ranges along rays, footprints of obstacles and flights of stairs, wherever it comes
//! from. Used by localisation, navigation and footsteps.
//!
//! - `world_map`, `flight`: what is asked; `localisation`: a LiDAR scan against it.
//! - `perceived` makes the map of a robot that is given none: `elevation` is the grid round it, `reach` what
//!   of it can be walked to, `walls` what a LiDAR sees of the rest from afar, `obstacles` what stands in the
//!   way, `levels` the treads and landings ahead, `seen_ground` ground that is not level; `scan_match` finds it
//!   again on walls it has seen.
//! - `tracks`: what moves about that no map knows of; on a map in the making `seen_through` tells it from what stands.

mod cells;
mod elevation;
mod flight;
mod levels;
mod localisation;
mod obstacles;
mod perceived;
mod reach;
mod scan_match;
mod seen_ground;
mod seen_through;
mod tracks;
mod walls;
mod world_map;

pub use elevation::{Cell, ElevationMap};
pub use flight::{Flight, Tread};
pub use localisation::{LocatedScan, localise};
pub use perceived::{News, PerceivedMap, SeenFrom};
pub use seen_ground::SeenGround;
#[cfg(test)]
pub(crate) use seen_ground::tests::seen_map;
pub use tracks::{KeptFree, Track, Tracker};
pub use world_map::{Block, WorldMap};
