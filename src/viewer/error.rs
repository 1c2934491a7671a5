//! Why nothing can be shown.

use std::path::PathBuf;

/// Why there is no window or no picture.
#[derive(Debug, thiserror::Error)]
pub enum ViewerError {
    /// There is no screen to open a window on.
    #[error("no display: {reason}")]
    NoDisplay {
        /// What was looked for.
        reason: String,
    },
    /// The renderer gave up: no graphics device, a lost one, or a fault of its own.
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
}
