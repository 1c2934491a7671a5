//! GIF without any other program: a palette for each picture, and only what changed.

use std::path::{Path, PathBuf};

use image::RgbaImage;

use super::palette::Palette;
use super::{EncodeError, Encoder};
use crate::record::AtomicFile;

/// Most that a channel of a shown pixel may be off before it is drawn anew; below what is seen in motion.
const KEPT: u8 = 6;
/// Colours of a picture; one more number says that a pixel stays.
const COLOURS: usize = 255;

/// A GIF being written.
pub(super) struct GifFile {
    encoder: gif::Encoder<AtomicFile>,
    size: (u16, u16),
    fps: f64,
    /// Red, green and blue of every pixel as a player shows them; empty before the first picture.
    shown: Vec<[u8; 3]>,
    pictures: u64,
    path: PathBuf,
}

impl GifFile {
    /// Begins the file.
    pub(super) fn create(path: &Path, size: (u32, u32), fps: f64) -> Result<Self, EncodeError> {
        let error = |source| EncodeError::Write { path: path.to_owned(), source };
        let file = AtomicFile::create(path).map_err(error)?;
        let edge = |pixels: u32| u16::try_from(pixels).unwrap_or(u16::MAX);
        let size = (edge(size.0), edge(size.1));
        let begun = gif::Encoder::new(file, size.0, size.1, &[]).and_then(|mut encoder| {
            encoder.set_repeat(gif::Repeat::Infinite)?;
            Ok(encoder)
        });
        let encoder = begun.map_err(|source| error(into_io(source)))?;
        Ok(Self { encoder, size, fps, shown: Vec::new(), pictures: 0, path: path.to_owned() })
    }

    /// Time the next picture is shown [1/100 s]; those of many add up to the true time.
    fn delay(&self) -> u16 {
        let until = |pictures: u64| (100.0 * pictures as f64 / self.fps).round();
        (until(self.pictures + 1) - until(self.pictures)) as u16
    }

    fn error(&self, source: std::io::Error) -> EncodeError {
        EncodeError::Write { path: self.path.clone(), source }
    }
}

impl Encoder for GifFile {
    fn add(&mut self, picture: &RgbaImage) -> Result<(), EncodeError> {
        let width = usize::from(self.size.0);
        let pixels: Vec<[u8; 3]> = picture.pixels().map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
        let changed: Vec<bool> = if self.shown.len() == pixels.len() {
            self.shown.iter().zip(&pixels).map(|(shown, pixel)| differ(*shown, *pixel)).collect()
        } else {
            self.shown.clone_from(&pixels);
            vec![true; pixels.len()]
        };
        let (left, top, right, bottom) = bounds(&changed, width);
        let wanted = pixels.iter().zip(&changed).filter(|(_, changed)| **changed).map(|(pixel, _)| *pixel);
        let palette = Palette::of(wanted, COLOURS);
        let stays = palette.colours.len() as u8;
        let mut indices = Vec::with_capacity((right - left) * (bottom - top));
        for row in top..bottom {
            for at in row * width + left..row * width + right {
                indices.push(if changed[at] {
                    let index = palette.index(pixels[at]);
                    self.shown[at] = palette.colours[index];
                    index as u8
                } else {
                    stays
                });
            }
        }
        let mut colours = palette.colours.concat();
        colours.extend([0; 3]);
        let frame = gif::Frame {
            delay: self.delay(),
            dispose: gif::DisposalMethod::Keep,
            transparent: Some(stays),
            left: left as u16,
            top: top as u16,
            width: (right - left) as u16,
            height: (bottom - top) as u16,
            palette: Some(colours),
            buffer: indices.into(),
            ..gif::Frame::default()
        };
        self.pictures += 1;
        self.encoder.write_frame(&frame).map_err(|source| self.error(into_io(source)))
    }

    fn finish(self: Box<Self>) -> Result<(), EncodeError> {
        let Self { encoder, path, .. } = *self;
        let file = encoder.into_inner().map_err(into_io);
        file.and_then(AtomicFile::commit).map_err(|source| EncodeError::Write { path, source })
    }
}

/// Whether a pixel has to be drawn anew.
fn differ(shown: [u8; 3], pixel: [u8; 3]) -> bool {
    (0..3).any(|k| shown[k].abs_diff(pixel[k]) > KEPT)
}

/// Left, top, right and bottom of what changed, the last two not included; one pixel where nothing did.
fn bounds(changed: &[bool], width: usize) -> (usize, usize, usize, usize) {
    let rows = || changed.chunks(width.max(1));
    let any = |row: &[bool]| row.iter().any(|changed| *changed);
    let Some(top) = rows().position(any) else { return (0, 0, 1, 1) };
    let bottom = rows().rposition(any).unwrap_or(top) + 1;
    let (mut left, mut right) = (width, 0);
    for row in changed[top * width..bottom * width].chunks(width) {
        if let Some(first) = row.iter().position(|changed| *changed) {
            left = left.min(first);
            right = right.max(row.iter().rposition(|changed| *changed).unwrap_or(first) + 1);
        }
    }
    (left, top, right, bottom)
}

fn into_io(error: gif::EncodingError) -> std::io::Error {
    match error {
        gif::EncodingError::Io(error) => error,
        other => std::io::Error::other(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgba;

    /// A grey field with a red square whose left edge is at `x`.
    fn picture(x: u32) -> RgbaImage {
        RgbaImage::from_fn(40, 30, |column, row| {
            let inside = (x..x + 6).contains(&column) && (10..16).contains(&row);
            if inside { Rgba([200, 30, 30, 255]) } else { Rgba([120, (row * 2) as u8, 130, 255]) }
        })
    }

    #[test]
    fn what_is_shown_is_what_was_given() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("a.gif");
        let mut encoder = Box::new(GifFile::create(&path, (40, 30), 15.0)?);
        for x in [2, 2, 9] {
            encoder.add(&picture(x))?;
        }
        assert!(!path.exists(), "there before it is complete");
        encoder.finish()?;

        let mut options = gif::DecodeOptions::new();
        options.set_color_output(gif::ColorOutput::RGBA);
        let mut decoder = options.read_info(std::fs::File::open(&path)?)?;
        let mut shown = picture(2);
        let (mut delays, mut areas) = (Vec::new(), Vec::new());
        while let Some(frame) = decoder.read_next_frame()? {
            delays.push(frame.delay);
            areas.push((frame.left, frame.top, frame.width, frame.height));
            for (i, pixel) in frame.buffer.chunks(4).enumerate().filter(|(_, pixel)| pixel[3] > 0) {
                let (x, y) = (i as u32 % u32::from(frame.width), i as u32 / u32::from(frame.width));
                let pixel = Rgba([pixel[0], pixel[1], pixel[2], 255]);
                shown.put_pixel(u32::from(frame.left) + x, u32::from(frame.top) + y, pixel);
            }
        }
        // A fifteenth of a second is no whole number of hundredths, but three are.
        assert_eq!(delays, [7, 6, 7]);
        assert_eq!(areas, [(0, 0, 40, 30), (0, 0, 1, 1), (2, 10, 13, 6)]);
        for (shown, given) in shown.pixels().zip(picture(9).pixels()) {
            assert!((0..3).all(|k| shown[k].abs_diff(given[k]) <= KEPT), "{shown:?} for {given:?}");
        }
        Ok(())
    }

    #[test]
    fn a_file_given_up_leaves_nothing() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let mut encoder = GifFile::create(&folder.path().join("a.gif"), (40, 30), 15.0)?;
        encoder.add(&picture(3))?;
        drop(encoder);
        assert_eq!(std::fs::read_dir(folder.path())?.count(), 0);
        Ok(())
    }
}
