//! When and how a robot fell.

use std::fmt;

/// A fall: the robot is no longer on its feet alone.
#[derive(Debug, Clone, PartialEq)]
pub struct Fall {
    /// When [s].
    pub at_s: f64,
    /// How.
    pub cause: FallCause,
}

/// What made a fall of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FallCause {
    /// A link other than a foot touched the ground.
    Touched {
        /// Its name.
        link: String,
    },
    /// The root link tilted by more than 60 degrees.
    Tilted,
    /// The state is no longer finite.
    Diverged,
}

impl fmt::Display for FallCause {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Touched { link } => write!(f, "{link} touched the ground"),
            Self::Tilted => write!(f, "tilted by more than 60 degrees"),
            Self::Diverged => write!(f, "the state is not finite"),
        }
    }
}
