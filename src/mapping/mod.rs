//! What is known of the world: the cuboids of the scenario's terrain.
//!
//! In: the terrain's config. Out: heights, ranges along rays, footprints of obstacles and flights of
//! stairs. Used by localisation, navigation and footsteps; a map from perception would answer the
//! same questions.

mod flight;
mod localisation;
mod world_map;

pub use flight::Flight;
pub use localisation::{LocatedScan, localise};
pub use world_map::{Block, RayHit, WorldMap};
