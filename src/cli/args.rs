//! Arguments.

use std::ops::Range;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::search::{Axis, Method};

/// Most seeds of one command.
const MAX_SEEDS: u64 = 1_000_000;

/// Torque-controlled bipeds that walk, climb stairs and go round obstacles.
///
/// Without a command: the default mission in a window, headless where there is no display.
#[derive(Debug, Parser)]
#[command(version, about)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a scenario headless and judge it.
    Run(RunArguments),
    /// Run suites of scenarios over seeds and report on them.
    Test(TestArguments),
    /// Compare two folders that `loong test --out` wrote.
    Compare(CompareArguments),
    /// Run a scenario over ranges of fields.
    Sweep(SweepArguments),
    /// Look for the best values of fields.
    Tune(TuneArguments),
    /// Find how far speed, pushes, steps, loads and sensors may go before the robot fails.
    Limits(LimitsArguments),
    /// Watch a scenario in a window.
    #[cfg(feature = "viewer")]
    View(ViewArguments),
    /// Take pictures of a run without a window.
    #[cfg(feature = "viewer")]
    Shot(ShotArguments),
    /// Parse and check robots, scenarios and suites, and nothing else.
    Check {
        /// The files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
}

/// Which scenario, with which robot, changed how.
#[derive(Debug, Clone, Args)]
pub struct Source {
    /// Scenario file.
    pub scenario: PathBuf,
    /// Robot file in place of the scenario's own.
    #[arg(long, value_name = "FILE")]
    pub robot: Option<PathBuf>,
    /// Change a field of the scenario, or of the robot below `robot.`; may be given more than once.
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub changes: Vec<String>,
}

/// Arguments of `loong run`.
#[derive(Debug, Clone, Args)]
pub struct RunArguments {
    /// What to run.
    #[command(flatten)]
    pub source: Source,
    /// Seed of the variations; 0 changes nothing but the noise.
    #[arg(long, default_value_t = 0, conflicts_with = "seeds")]
    pub seed: u64,
    /// Many seeds, the last one not included, spread over the cores.
    #[arg(long, value_name = "A..B", value_parser = seeds)]
    pub seeds: Option<Range<u64>>,
    /// Write the report as JSON; `-` is standard output, which then carries nothing else.
    #[arg(long, value_name = "FILE|-")]
    pub json: Option<PathBuf>,
    /// Write a CSV log of the run.
    #[arg(long, value_name = "FILE", conflicts_with = "seeds")]
    pub log: Option<PathBuf>,
}

/// Arguments of `loong test`.
#[derive(Debug, Clone, Args)]
pub struct TestArguments {
    /// Suites, scenarios, or folders with some; the regression suite where none is given.
    pub paths: Vec<PathBuf>,
    /// Threads; all cores where not given.
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: Option<u16>,
    /// Run only the cases whose id contains this text.
    #[arg(long, value_name = "TEXT")]
    pub filter: Option<String>,
    /// Run only the entries with this tag.
    #[arg(long, value_name = "TAG")]
    pub tag: Option<String>,
    /// Print the ids of the cases and run none.
    #[arg(long)]
    pub list: bool,
    /// Run nothing behind the first case that fails.
    #[arg(long)]
    pub fail_fast: bool,
    /// Longest time a case may take on this machine [s]; one that takes longer is an error.
    #[arg(long, value_name = "SECONDS", value_parser = positive)]
    pub timeout: Option<f64>,
    /// Folder for `results.jsonl`, one line a case.
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
    /// Do not run the cases again that the folder has a record of, by this program on the same files.
    #[arg(long, requires = "out")]
    pub resume: bool,
    /// Write JUnit XML.
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Write a report as one HTML file.
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
}

/// Arguments of `loong compare`.
#[derive(Debug, Clone, Args)]
pub struct CompareArguments {
    /// Folder of the first suite run.
    pub a: PathBuf,
    /// Folder of the second.
    pub b: PathBuf,
    /// Write the comparison as JSON; `-` is standard output, which then carries nothing else.
    #[arg(long, value_name = "FILE|-")]
    pub json: Option<PathBuf>,
}

/// Arguments of `loong sweep`.
#[derive(Debug, Clone, Args)]
pub struct SweepArguments {
    /// Scenario, or a file of a sweep, whose fields the options replace.
    #[command(flatten)]
    pub source: Source,
    /// A field and its values: `PATH=LOW..HIGH`, with `:N` for N levels and ` log` for a logarithmic scale,
    /// or `PATH=[A,B]`; may be given more than once.
    #[arg(long, value_name = "PATH=VALUES", value_parser = Axis::parse, allow_hyphen_values = true)]
    pub over: Vec<Axis>,
    /// How points are chosen.
    #[arg(long, value_parser = method, value_name = "grid|random|lhs")]
    pub method: Option<Method>,
    /// How many points; on a grid about as many.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub points: Option<u32>,
    /// Seed of random points and of the Latin hypercube.
    #[arg(long, value_name = "N")]
    pub design_seed: Option<u64>,
    /// Seeds of the runs, the last one not included.
    #[arg(long, value_name = "A..B", value_parser = seeds)]
    pub seeds: Option<Range<u64>>,
    /// Metrics to show; points are sorted by the first one.
    #[arg(long = "metric", value_name = "NAME", value_delimiter = ',')]
    pub metrics: Vec<String>,
    /// Threads; all cores where not given.
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: Option<u16>,
    /// Folder for `sweep.csv`, `runs.jsonl` and, for one field or two, `sweep.svg`.
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
}

/// Arguments of `loong tune`.
#[derive(Debug, Clone, Args)]
pub struct TuneArguments {
    /// File of a tuning.
    pub file: PathBuf,
    /// Robot file in place of the file's.
    #[arg(long, value_name = "FILE")]
    pub robot: Option<PathBuf>,
    /// Change a field in every run; may be given more than once.
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub changes: Vec<String>,
    /// Evaluations in place of the file's.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..))]
    pub budget: Option<u32>,
    /// Threads; all cores where not given.
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: Option<u16>,
    /// Folder for `overlay.ron` and `evaluations.csv`.
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
}

/// Arguments of `loong limits`.
#[derive(Debug, Clone, Args)]
pub struct LimitsArguments {
    /// A file of limits, or a scenario in place of the standard ones; all standard ones where none is given.
    pub file: Option<PathBuf>,
    /// Only these quantities.
    #[arg(long = "quantity", value_name = "NAMES", value_delimiter = ',')]
    pub quantities: Vec<String>,
    /// Seeds of each value, the last one not included.
    #[arg(long, value_name = "A..B", value_parser = seeds)]
    pub seeds: Option<Range<u64>>,
    /// Robot file in place of the scenarios' own.
    #[arg(long, value_name = "FILE")]
    pub robot: Option<PathBuf>,
    /// Change a field in every run; may be given more than once.
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub changes: Vec<String>,
    /// Threads; all cores where not given.
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: Option<u16>,
    /// Folder for `limits.json` and `limits.svg`.
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
}

/// A way to choose points.
fn method(text: &str) -> Result<Method, String> {
    match text {
        "grid" => Ok(Method::Grid),
        "random" => Ok(Method::Random),
        "lhs" => Ok(Method::Lhs),
        _ => Err("expected grid, random or lhs".to_owned()),
    }
}

/// A time [s].
fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value > 0.0 && value.is_finite() => Ok(value),
        _ => Err("expected a positive number of seconds".to_owned()),
    }
}

impl RunArguments {
    /// A scenario with nothing changed.
    pub fn of(scenario: PathBuf) -> Self {
        Self { source: Source::of(scenario), seed: 0, seeds: None, json: None, log: None }
    }
}

impl Source {
    /// A scenario with nothing changed.
    pub fn of(scenario: PathBuf) -> Self {
        Self { scenario, robot: None, changes: Vec::new() }
    }
}

/// Arguments of `loong view`.
#[cfg(feature = "viewer")]
#[derive(Debug, Clone, Args)]
pub struct ViewArguments {
    /// What to watch.
    #[command(flatten)]
    pub source: Source,
    /// Seed of the variations; 0 changes nothing but the noise.
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
}

#[cfg(feature = "viewer")]
impl ViewArguments {
    /// A scenario with nothing changed.
    pub fn of(scenario: PathBuf) -> Self {
        Self { source: Source::of(scenario), seed: 0 }
    }
}

/// Arguments of `loong shot`.
#[cfg(feature = "viewer")]
#[derive(Debug, Clone, Args)]
pub struct ShotArguments {
    /// What to show.
    #[command(flatten)]
    pub source: Source,
    /// Seed of the variations.
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
    /// Times of the pictures [s].
    #[arg(long, required = true, value_delimiter = ',')]
    pub at: Vec<f64>,
    /// Where the camera stands: azimuth and elevation [rad] and distance [m], as `A,E,D`.
    #[arg(long, value_name = "A,E,D", value_parser = stand, allow_hyphen_values = true)]
    pub camera: Option<(f32, f32, f32)>,
    /// Folder for the pictures, named by their times.
    #[arg(long, default_value = ".")]
    pub out: PathBuf,
}

/// Three numbers, `A,E,D`.
#[cfg(feature = "viewer")]
fn stand(text: &str) -> Result<(f32, f32, f32), String> {
    let numbers: Vec<f32> = text.split(',').filter_map(|part| part.trim().parse().ok()).collect();
    match numbers[..] {
        [a, e, d] if [a, e, d].iter().all(|v| v.is_finite()) && d > 0.0 => Ok((a, e, d)),
        _ => Err("expected azimuth, elevation and distance, such as 2.3,0.3,4".to_owned()),
    }
}

/// Half-open range of seeds, `A..B`.
fn seeds(text: &str) -> Result<Range<u64>, String> {
    let allowed = "expected A..B with A < B, such as 0..20";
    let (from, to) = text.split_once("..").ok_or_else(|| allowed.to_owned())?;
    let number =
        |text: &str| text.trim().parse::<u64>().map_err(|error| format!("`{text}`: {error}; {allowed}"));
    let (from, to) = (number(from)?, number(to)?);
    if from >= to {
        return Err(format!("no seed lies in {from}..{to}; {allowed}"));
    }
    if to - from > MAX_SEEDS {
        return Err(format!("{} seeds are more than {MAX_SEEDS}", to - from));
    }
    Ok(from..to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_are_half_open() {
        assert_eq!(seeds("0..20"), Ok(0..20));
        assert!(seeds("5..5").is_err());
        assert!(seeds("7").is_err());
        assert!(seeds("a..3").is_err());
        assert!(seeds("0..-1").is_err());
    }
}
