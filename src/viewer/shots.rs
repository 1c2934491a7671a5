//! Single pictures of a run.

use std::path::PathBuf;

use image::DynamicImage;

use super::error::ViewerError;
use super::offscreen::{Offscreen, PictureOptions};
use super::scene_source::SceneSource;

/// What pictures are taken, and how.
#[derive(Debug, Clone)]
pub struct ShotOptions {
    /// Times of the pictures [s], rising.
    pub times_s: Vec<f64>,
    /// What they look like.
    pub picture: PictureOptions,
    /// Path of the files without their ending; `-TIME.png` is added.
    pub prefix: PathBuf,
}

/// Runs a simulation without a window and writes pictures at the times asked for; returns their paths.
///
/// # Errors
/// Where there is no graphics device, or a file cannot be written.
pub fn render_shots(
    source: Box<dyn SceneSource>,
    options: &ShotOptions,
) -> Result<Vec<PathBuf>, ViewerError> {
    let mut renderer = Offscreen::new(source, &options.picture, 0.0)?;
    let mut paths = Vec::new();
    for time_s in &options.times_s {
        renderer.advance_to(*time_s);
        renderer.jump();
        let picture = renderer.picture()?;
        let path = PathBuf::from(format!("{}-{time_s:.2}.png", options.prefix.display()));
        // Nothing in the scene is see-through, so the alpha channel says nothing.
        DynamicImage::ImageRgba8(picture)
            .into_rgb8()
            .save(&path)
            .map_err(|source| ViewerError::Write { path: path.clone(), source })?;
        paths.push(path);
    }
    Ok(paths)
}
