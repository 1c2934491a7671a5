//! Why nothing can be shown.

use std::path::PathBuf;

use super::encode::EncodeError;

/// Why there is no window or no picture.
#[derive(Debug, thiserror::Error)]
pub enum ViewerError {
    /// There is no screen to open a window on.
    #[error("no display: {reason}")]
    NoDisplay {
        /// What was looked for.
        reason: String,
    },
    /// There is no graphics device, and no software one either.
    #[error(
        "no Vulkan driver: install your graphics card's, or the software one (`apt install mesa-vulkan-drivers`)"
    )]
    NoDevice,
    /// The renderer gave up: a lost graphics device, or a fault of its own.
    #[error("the renderer stopped: {message}")]
    Renderer {
        /// Its own words.
        message: String,
    },
    /// The renderer gave no picture.
    #[error("the renderer returned no picture after {frames} frames")]
    NoPicture {
        /// Frames waited for.
        frames: usize,
    },
    /// The log of what was seen could not be completed; why was said when it happened.
    #[error("the log of what was seen is not complete")]
    Log,
    /// An image file could not be written.
    #[error("cannot write `{path}`: {source}")]
    Write {
        /// Where to.
        path: PathBuf,
        /// Why not.
        source: image::ImageError,
    },
    /// A moving picture could not be written.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// The run is shorter than what was to be shown of it.
    #[error("the run ends at {end_s:.2} s, before the {from_s} s from which it was to be shown")]
    Ended {
        /// End of the run [s].
        end_s: f64,
        /// First time asked for [s].
        from_s: f64,
    },
}

impl ViewerError {
    /// Whether what was asked for is at fault, and not this machine or program.
    pub fn is_input(&self) -> bool {
        matches!(self, Self::Write { .. } | Self::Encode(_) | Self::Ended { .. })
    }

    /// What the renderer's words mean while it starts.
    pub(super) fn or_no_device(self) -> Self {
        match self {
            Self::Renderer { message } if message.contains("Unable to find a GPU") => Self::NoDevice,
            other => other,
        }
    }
}
