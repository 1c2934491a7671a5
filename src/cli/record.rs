//! `loong record`: a run as a moving picture, without a window.

use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::time::Instant;

use clap::Args;
use indicatif::ProgressBar;

use super::args::{Source, positive};
use super::error::CliError;
use super::pictures::PictureArguments;
use super::run::{load, progress, say, style};
use super::test::stop_on_interrupt;
use super::view::live;
use crate::viewer::{Format, Progress, RecordOptions, record as record_run};

/// Arguments of `loong record`.
#[derive(Debug, Clone, Args)]
pub struct RecordArguments {
    /// What to record.
    #[command(flatten)]
    pub source: Source,
    /// File to write: .mp4 or .webp, for which the program ffmpeg must be there, or .gif.
    #[arg(long, short, value_name = "FILE")]
    pub out: PathBuf,
    /// Seed of the variations; 0 changes nothing but the noise.
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
    /// What the pictures look like; mp4 is 1280x720, webp 640x360 and gif 480x270 where not said.
    #[command(flatten)]
    pub picture: PictureArguments,
    /// Pictures a second; 30 for mp4, 15 for webp and gif where not given.
    #[arg(long, value_name = "N", value_parser = positive)]
    pub fps: Option<f64>,
    /// Time of the first picture [s].
    #[arg(long, value_name = "S", default_value_t = 0.0)]
    pub from: f64,
    /// Time of the last picture [s]; the end of the run where not given.
    #[arg(long, value_name = "S")]
    pub to: Option<f64>,
    /// Simulated time over time in the recording.
    #[arg(long, value_name = "X", default_value_t = 1.0, value_parser = positive)]
    pub speed: f64,
}

/// Records a run; one that was watched is not judged.
pub fn record(arguments: &RecordArguments) -> Result<bool, CliError> {
    let start = Instant::now();
    let path = &arguments.out;
    let format = Format::of(path).map_err(crate::viewer::ViewerError::from)?;
    let loaded = load(&arguments.source)?;
    let (from_s, to_s) = times(arguments, loaded.scenario.config.duration_s)?;
    let fps = arguments.fps.unwrap_or(format.usual_fps());
    if fps > format.most_fps() {
        let (ending, most) = (format.ending(), format.most_fps());
        return Err(CliError::Usage(format!("--fps {fps}; .{ending} takes at most {most}")));
    }
    let asked = arguments.picture.size.unwrap_or(format.usual_size());
    let size = format.fit(asked);
    if size != asked {
        eprintln!("{}x{} instead of {}x{}: mp4 needs even numbers", size.0, size.1, asked.0, asked.1);
    }
    let options =
        RecordOptions { picture: arguments.picture.options(size), fps, speed: arguments.speed, from_s, to_s };

    let run = live(&loaded, arguments.seed)?;
    let encoder = format.begin(path, size, fps).map_err(crate::viewer::ViewerError::from)?;
    let stop = stop_on_interrupt()?;
    let bar = Bar::new(options.pictures(), from_s);
    let recorded = record_run(Box::new(run), &options, encoder, |now| {
        bar.show(now);
        !stop.load(Ordering::Relaxed)
    });
    bar.0.finish_and_clear();
    let Some(recorded) = recorded? else {
        return Err(CliError::Usage(format!("interrupted, so `{}` was not written", path.display())));
    };
    let kilobytes = std::fs::metadata(path).map_or(0, |file| file.len().div_ceil(1000));
    let took_s = start.elapsed().as_secs_f64();
    say(&format!(
        "{}: {} frames of {}x{}, {kilobytes} kB, in {took_s:.1} s, {:.2} times real time",
        path.display(),
        recorded.pictures,
        size.0,
        size.1,
        recorded.shown_s / took_s,
    ))?;
    Ok(true)
}

/// First and last time [s] of a run of at most `duration_s`.
fn times(arguments: &RecordArguments, duration_s: f64) -> Result<(f64, f64), CliError> {
    let (from, to) = (arguments.from, arguments.to.unwrap_or(duration_s));
    let wrong = |text: String| Err(CliError::Usage(text));
    if !(0.0..duration_s).contains(&from) {
        return wrong(format!("--from {from}; allowed: from 0 to before the run's end at {duration_s} s"));
    }
    // Also catches what is no number.
    if !(to > from) {
        return wrong(format!("--to {to}; allowed: more than --from, which is {from} s"));
    }
    Ok((from, to.min(duration_s)))
}

/// What a person sees while it is recorded.
struct Bar(ProgressBar);

impl Bar {
    fn new(pictures: usize, from_s: f64) -> Self {
        let bar = progress(pictures as u64);
        let template = if from_s > 0.0 { "{bar:40} {msg}" } else { Self::DRAWING };
        bar.set_style(style(template));
        Self(bar)
    }

    const DRAWING: &'static str = "{bar:40} {pos} of {len} frames, {per_sec}, {eta} left";

    fn show(&self, now: Progress) {
        match now.pictures {
            0 => self.0.set_message(format!("at {:.1} s, nothing is recorded yet", now.time_s)),
            pictures => {
                if pictures == 1 {
                    self.0.set_style(style(Self::DRAWING));
                    self.0.reset_eta();
                }
                self.0.set_position(pictures as u64);
            }
        }
    }
}
