//! Moving pictures as files: one [`Encoder`] for each format, told by the file's ending.
//!
//! In: pictures of one size, one after the other. Out: a file that appears under its name only when it is
//! complete.

mod ffmpeg;
mod gif;
mod palette;

use std::io;
use std::path::{Path, PathBuf};

use image::RgbaImage;

/// Smallest and largest edge of a picture [pixels].
pub const EDGES: (u32, u32) = (16, 8192);

/// Takes pictures and makes a file of them.
pub trait Encoder: Send {
    /// Adds a picture.
    ///
    /// # Errors
    /// Where the file cannot be written, or the program that writes it stopped.
    fn add(&mut self, picture: &RgbaImage) -> Result<(), EncodeError>;

    /// Completes the file and gives it its name; dropped before that, an encoder leaves nothing behind.
    ///
    /// # Errors
    /// As [`Self::add`].
    fn finish(self: Box<Self>) -> Result<(), EncodeError>;
}

/// A format of moving pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// H.264 that every player takes; written by ffmpeg.
    Mp4,
    /// Animated WebP, which pages show like a picture; written by ffmpeg.
    Webp,
    /// GIF; needs nothing else.
    Gif,
}

impl Format {
    /// All formats.
    pub const ALL: [Format; 3] = [Format::Mp4, Format::Webp, Format::Gif];

    /// Ending of its files, without the dot.
    pub fn ending(self) -> &'static str {
        match self {
            Format::Mp4 => "mp4",
            Format::Webp => "webp",
            Format::Gif => "gif",
        }
    }

    /// The format a file's ending asks for.
    ///
    /// # Errors
    /// Where the ending is none of a format's.
    pub fn of(path: &Path) -> Result<Self, EncodeError> {
        let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        Self::ALL.into_iter().find(|format| format.ending() == ending).ok_or_else(|| EncodeError::Ending {
            path: path.to_owned(),
            found: if ending.is_empty() { "no ending".to_owned() } else { format!("the ending .{ending}") },
        })
    }

    /// Size of its pictures where none is asked for [pixels].
    pub fn usual_size(self) -> (u32, u32) {
        match self {
            Format::Mp4 => (1280, 720),
            Format::Webp => (640, 360),
            Format::Gif => (480, 270),
        }
    }

    /// Pictures a second where nothing is asked for.
    pub fn usual_fps(self) -> f64 {
        match self {
            Format::Mp4 => 30.0,
            Format::Webp | Format::Gif => 15.0,
        }
    }

    /// Most pictures a second that players show as told.
    pub fn most_fps(self) -> f64 {
        match self {
            Format::Mp4 => 240.0,
            Format::Webp => 100.0,
            // Browsers slow down what changes faster.
            Format::Gif => 50.0,
        }
    }

    /// The size next to the one asked for that the format can have [pixels].
    pub fn fit(self, size: (u32, u32)) -> (u32, u32) {
        match self {
            // Its colours are kept for every second pixel.
            Format::Mp4 => (size.0.next_multiple_of(2), size.1.next_multiple_of(2)),
            Format::Webp | Format::Gif => size,
        }
    }

    /// Begins a file of pictures of `size` [pixels], `fps` of them a second.
    ///
    /// # Errors
    /// Where the file cannot be written, or the program that writes it is not there.
    pub fn begin(self, path: &Path, size: (u32, u32), fps: f64) -> Result<Box<dyn Encoder>, EncodeError> {
        Ok(match self {
            Format::Gif => Box::new(gif::GifFile::create(path, size, fps)?),
            Format::Mp4 | Format::Webp => Box::new(ffmpeg::Ffmpeg::start(self, path, size, fps)?),
        })
    }
}

/// Why there is no moving picture.
#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    /// The file's ending tells no format.
    #[error("`{path}` has {found}; allowed: .mp4, .webp and .gif")]
    Ending {
        /// The file.
        path: PathBuf,
        /// What it ends with.
        found: String,
    },
    /// There is no ffmpeg.
    #[error(
        "no program `ffmpeg` on the PATH, which writes .{ending}: install it (`apt install ffmpeg`, `brew \
         install ffmpeg`, `winget install ffmpeg`) or record a .gif, which needs nothing"
    )]
    NoFfmpeg {
        /// Ending of the file asked for.
        ending: &'static str,
    },
    /// The program ffmpeg gave up.
    #[error("ffmpeg cannot write `{path}`: {message}")]
    Ffmpeg {
        /// The file asked for.
        path: PathBuf,
        /// Its own words.
        message: String,
    },
    /// The file cannot be written.
    #[error("cannot write `{path}`: {source}")]
    Write {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_tell_the_format_or_what_is_allowed() {
        for format in Format::ALL {
            let path = PathBuf::from(format!("a.b/run.{}", format.ending().to_uppercase()));
            assert_eq!(Format::of(&path).ok(), Some(format));
        }
        for (path, found) in [("run.avi", ".avi"), ("run", "no ending"), (".mp4", "no ending")] {
            let text = Format::of(Path::new(path)).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(text.contains(found) && text.contains("allowed: .mp4"), "{text}");
        }
    }

    #[test]
    fn films_have_even_edges() {
        assert_eq!(Format::Mp4.fit((641, 360)), (642, 360));
        assert_eq!(Format::Gif.fit((641, 361)), (641, 361));
    }
}
