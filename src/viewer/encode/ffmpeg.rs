//! mp4 and webp through the program `ffmpeg`, which is fed raw pictures by a pipe.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread::JoinHandle;

use image::RgbaImage;

use super::{EncodeError, Encoder, Format};
use crate::record::AtomicFile;

/// A running ffmpeg and the file it writes.
pub(super) struct Ffmpeg {
    child: Child,
    pipe: Option<ChildStdin>,
    complaints: Option<JoinHandle<String>>,
    /// Made and named by us, written by ffmpeg.
    file: Option<AtomicFile>,
    path: PathBuf,
}

impl Ffmpeg {
    /// Starts ffmpeg.
    pub(super) fn start(
        format: Format,
        path: &Path,
        size: (u32, u32),
        fps: f64,
    ) -> Result<Self, EncodeError> {
        let file = AtomicFile::create(path)
            .map_err(|source| EncodeError::Write { path: path.to_owned(), source })?;
        let mut command = Command::new("ffmpeg");
        command
            .args(["-hide_banner", "-loglevel", "error", "-y"])
            .args(["-f", "rawvideo", "-pixel_format", "rgb0"])
            .args(["-video_size", &format!("{}x{}", size.0, size.1)])
            .args(["-framerate", &fps.to_string(), "-i", "pipe:0"])
            .args(coding(format));
        // The protocol's name keeps odd paths from being read as options or addresses.
        let mut target = OsString::from("file:");
        target.push(file.partial());
        command.arg(target).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        // Ctrl-C is for us to answer, not for it.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => EncodeError::NoFfmpeg { ending: format.ending() },
            _ => EncodeError::Ffmpeg { path: path.to_owned(), message: error.to_string() },
        })?;
        let pipe = child.stdin.take();
        let complaints = child.stderr.take().map(|mut stream| {
            std::thread::spawn(move || {
                let mut text = Vec::new();
                // What was said before the stream broke is all there is to tell.
                let _ = stream.read_to_end(&mut text);
                String::from_utf8_lossy(&text).into_owned()
            })
        });
        Ok(Self { child, pipe, complaints, file: Some(file), path: path.to_owned() })
    }

    /// Waits for its end, which is an error unless it says that all went well.
    fn wait(&mut self) -> Result<(), EncodeError> {
        drop(self.pipe.take());
        let status = self.child.wait();
        let complaints = self.complaints.take().and_then(|thread| thread.join().ok()).unwrap_or_default();
        let message = match status {
            Ok(status) if status.success() => return Ok(()),
            Ok(status) => last_line(&complaints).unwrap_or_else(|| format!("it ended with {status}")),
            Err(error) => error.to_string(),
        };
        Err(EncodeError::Ffmpeg { path: self.path.clone(), message })
    }
}

impl Encoder for Ffmpeg {
    fn add(&mut self, picture: &RgbaImage) -> Result<(), EncodeError> {
        let written = match &mut self.pipe {
            Some(pipe) => pipe.write_all(picture.as_raw()),
            None => Err(io::ErrorKind::BrokenPipe.into()),
        };
        // It has stopped reading: its own words say why.
        written.or_else(|error| {
            self.wait()?;
            Err(EncodeError::Ffmpeg { path: self.path.clone(), message: error.to_string() })
        })
    }

    fn finish(mut self: Box<Self>) -> Result<(), EncodeError> {
        self.wait()?;
        match self.file.take() {
            Some(file) => {
                file.commit().map_err(|source| EncodeError::Write { path: self.path.clone(), source })
            }
            None => Ok(()),
        }
    }
}

impl Drop for Ffmpeg {
    fn drop(&mut self) {
        if self.pipe.is_some() {
            // Nobody wants the rest; a child that has ended already is no trouble.
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// How ffmpeg is to code a format.
fn coding(format: Format) -> Vec<&'static str> {
    match format {
        // Colours of high-definition television, said so that players show them alike; the index comes
        // first, so that a page plays it while it loads.
        Format::Mp4 => vec![
            "-vf",
            "scale=out_color_matrix=bt709:out_range=tv",
            "-c:v",
            "libx264",
            "-preset",
            "medium",
            "-crf",
            "20",
            "-pix_fmt",
            "yuv420p",
            "-colorspace",
            "bt709",
            "-color_primaries",
            "bt709",
            "-color_trc",
            "bt709",
            "-movflags",
            "+faststart",
            "-f",
            "mp4",
        ],
        Format::Webp | Format::Gif => {
            vec![
                "-c:v",
                "libwebp_anim",
                "-quality",
                "70",
                "-compression_level",
                "4",
                "-loop",
                "0",
                "-f",
                "webp",
            ]
        }
    }
}

/// The last thing said, without the address of who said it.
fn last_line(complaints: &str) -> Option<String> {
    let line = complaints.lines().rev().find(|line| !line.trim().is_empty())?.trim();
    let said = match line.split_once("] ") {
        Some((who, said)) if who.starts_with('[') => said,
        _ => line,
    };
    Some(said.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_complaint_is_told_without_its_address() {
        let text = "[h264 @ 0x55] odd\n[out#0/mp4 @ 0x5581] No space left on device\n\n";
        assert_eq!(last_line(text).as_deref(), Some("No space left on device"));
        assert_eq!(last_line("Unknown encoder 'libx264'").as_deref(), Some("Unknown encoder 'libx264'"));
        assert_eq!(last_line(" \n"), None);
    }
}
