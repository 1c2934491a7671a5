//! Robots in the formats of others: URDF and MJCF, in and out.
//!
//! In: an XML file, or a robot's config. Out: a config with the list of what had to be assumed, or XML; an
//! error names file, line, element, attribute, what was found and what is allowed. Only the command line
//! uses it; it knows `config` and `model`.
//!
//! - `xml`, `xml_text`: elements with their places, and back to text.
//! - `urdf_read`, `mjcf_read` (with `mjcf_defaults`, `mjcf_frame`, `mjcf_geom`, `mjcf_actuator`): a file
//!   becomes a [`draft::Draft`], the tree both formats have in common.
//! - `merge`, `assemble` (with `feet`, `posture`, `assumed`): a draft becomes a robot's config.
//! - `carried`: what a format has no word for and travels beside it, so that a way out and in keeps it.
//! - `urdf_write`, `mjcf_write`: a config becomes XML. `ron_text`: a config becomes RON a person can read.

mod assemble;
mod assumed;
mod carried;
mod draft;
mod feet;
mod import;
mod inertial;
mod merge;
mod mjcf_actuator;
mod mjcf_defaults;
mod mjcf_frame;
mod mjcf_geom;
mod mjcf_read;
mod mjcf_write;
mod posture;
mod ron_text;
mod shape;
mod urdf_read;
mod urdf_write;
mod xml;
mod xml_text;

use crate::config::robot::RobotConfig;

pub use assemble::{ImportOptions, SoleOption};
pub use draft::{Note, NoteKind};
pub use import::{Imported, SourceFormat, import, import_text};
pub use mjcf_write::to_mjcf;
pub use ron_text::to_ron;
pub use urdf_write::to_urdf;

/// A robot with its masses as they count: `mass_scale` put into them.
fn weighed(config: &RobotConfig) -> RobotConfig {
    let factor = config.mass_scale;
    let mut weighed = config.clone();
    weighed.mass_scale = 1.0;
    weighed.mass_kg *= factor;
    for link in &mut weighed.links {
        link.mass_kg *= factor;
        let i = &mut link.inertia_kgm2;
        for entry in [&mut i.xx, &mut i.yy, &mut i.zz, &mut i.xy, &mut i.xz, &mut i.yz] {
            *entry *= factor;
        }
    }
    weighed
}

/// A written model and what it could not say in its format's own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// The file's text.
    pub text: String,
    /// What the file says in another way than the robot's config, one sentence each.
    pub warnings: Vec<String>,
}
