//! Robots, scenarios and suites as users write them.
//!
//! In: RON files. Out: typed configs, checked, or an error that names file, line, column, field,
//! what was found and what is allowed. Everything else may use it; it knows nothing of the rest.
//!
//! - `robot`, `sensors`, `controller`, `scenario`, `course`, `people`, `action`, `suite`: what the files say.
//! - `load`: the way in; `check`: what a type cannot say; `range`, `numbers`: what each number may be.
//! - `controller_numbers`: the controller's numbers one by one, for changes while it runs.
//! - `save`: changed numbers put into the files they came from; `edit`: into a text; `line_changes`: what
//!   that changes.
//! - `file_name`: how one file is named in another; `derived`: files that are another one and changes of it.
//! - `overrides`: changes of single fields; `overlay`: files of them; `include`: files that change another.
//! - `schema`, `explain`: what a file may say, from the types.
//! - `source`, `locate`, `path`, `document`, `ron_error`, `diagnostic`: from a mistake to its place.

pub mod action;
pub mod check;
pub mod controller;
pub mod controller_numbers;
pub mod course;
pub mod derived;
pub mod diagnostic;
pub mod document;
mod edit;
pub mod explain;
pub mod file_name;
mod include;
pub mod line_changes;
pub mod load;
pub mod locate;
pub mod numbers;
pub mod overlay;
pub mod overrides;
pub mod path;
pub mod people;
pub mod range;
pub mod robot;
mod ron_error;
pub mod save;
pub mod scenario;
pub mod schema;
pub mod sensors;
mod source;
pub mod suite;

pub use diagnostic::{ConfigError, Diagnostic};
pub use load::{LoadOptions, Loaded, LoadedScenario, load_robot, load_scenario, load_suite};
pub use overlay::{asked_changes, overlay_text, read_overlay, read_overlays};
pub use overrides::Override;
