//! Arguments.

use std::ops::Range;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::exchange::SoleOption;

use super::new::NewKind;
#[cfg(feature = "viewer")]
use super::pictures::PictureArguments;
#[cfg(feature = "viewer")]
use super::record::RecordArguments;
use super::schema::KindArgument;

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
    /// Compare two results, baselines or robots.
    ///
    /// Two revisions of this program are compared by the results that `loong test --out` leaves in a checkout
    /// of each.
    Compare(CompareArguments),
    /// Keep the figures of suites, for later runs to be held against.
    Baseline {
        /// What to do with them.
        #[command(subcommand)]
        command: BaselineCommand,
    },
    /// Make a robot of a URDF or MJCF file.
    Import(ImportArguments),
    /// Write a robot as URDF or MJCF.
    Export(ExportArguments),
    /// Write the scenario that a course is with a seed.
    Generate(GenerateArguments),
    /// Run a scenario over ranges of fields.
    Sweep(SweepArguments),
    /// Look for the best values of fields.
    Tune(TuneArguments),
    /// Find how far speed, pushes, steps, loads and sensors may go before the robot fails.
    Limits(LimitsArguments),
    /// Watch a scenario, a robot or a log in a window.
    ///
    /// Without a file: the start page, with all scenarios and robots to choose from.
    #[cfg(feature = "viewer")]
    View(ViewArguments),
    /// Take pictures of a run without a window.
    #[cfg(feature = "viewer")]
    Shot(ShotArguments),
    /// Record a run as mp4, webp or gif without a window.
    #[cfg(feature = "viewer")]
    Record(RecordArguments),
    /// List the signals of a robot: what logs hold and expectations may bound.
    Signals {
        /// Robot or scenario file; Healthy Loong where none is given.
        robot: Option<PathBuf>,
    },
    /// Parse and check robots, scenarios and suites, and nothing else.
    Check {
        /// Files, or folders, of which every `.ron` file at any depth is checked.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Say what a field of a config is: type, unit, range, default.
    Explain {
        /// Such as `robot.controller.gait`; what a path may begin with where it is left out.
        path: Option<String>,
    },
    /// Print the JSON Schema of a kind of file.
    Schema {
        /// Which kind.
        kind: KindArgument,
    },
    /// Write a robot or a scenario to start from.
    New(NewArguments),
}

/// Arguments of `loong new`.
#[derive(Debug, Clone, Args)]
pub struct NewArguments {
    /// A robot or a scenario.
    pub kind: NewKind,
    /// Its name.
    pub name: String,
    /// Where to; by default the folder of its kind in `configs`, or this folder where there is none.
    #[arg(long, short, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// For a robot: the robot it is a variant of, instead of a plain biped.
    #[arg(long, value_name = "FILE")]
    pub base: Option<PathBuf>,
    /// Write over a file that is there.
    #[arg(long)]
    pub force: bool,
}

/// Which scenario, with which robot, changed how.
#[derive(Debug, Clone, Args)]
pub struct Source {
    /// Scenario file.
    pub scenario: PathBuf,
    /// Robot file in place of the scenario's own.
    #[arg(long, value_name = "FILE")]
    pub robot: Option<PathBuf>,
    /// File of changes, `{ "path": value, ... }` with paths as `--set` has them, which wins over it; may be
    /// given more than once.
    #[arg(long = "overlay", value_name = "FILE")]
    pub overlays: Vec<PathBuf>,
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
    /// Write a log of the run: CSV, or MCAP for Foxglove, by the file's extension.
    #[arg(long, value_name = "FILE", conflicts_with = "seeds")]
    pub log: Option<PathBuf>,
    /// Signals of the log, names or patterns with `*` and `?`; `loong signals` lists them.
    #[arg(long, value_name = "NAME,...", value_delimiter = ',', requires = "log")]
    pub signals: Vec<String>,
    /// Samples of the log a simulated second; 100 where not given.
    #[arg(long, value_name = "HZ", value_parser = positive, requires = "log")]
    pub log_rate: Option<f64>,
}

/// Arguments of `loong test`.
#[derive(Debug, Clone, Args)]
pub struct TestArguments {
    /// Suites, scenarios, or folders with some; the regression suite where none is given.
    pub paths: Vec<PathBuf>,
    /// Which cases, on how many threads.
    #[command(flatten)]
    pub cases: CaseArguments,
    /// Robot file in place of every scenario's and entry's own.
    #[arg(long, value_name = "FILE")]
    pub robot: Option<PathBuf>,
    /// File of changes for every case, `{ "path": value, ... }`; a suite's own changes win over it. May be
    /// given more than once.
    #[arg(long = "overlay", value_name = "FILE")]
    pub overlays: Vec<PathBuf>,
    /// Change a field of every scenario, or of every robot below `robot.`, whatever the suite says; may be
    /// given more than once.
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub changes: Vec<String>,
    /// Print the ids of the cases and run none.
    #[arg(long)]
    pub list: bool,
    /// Run nothing behind the first case that fails.
    #[arg(long)]
    pub fail_fast: bool,
    /// Longest time a case may take on this machine [s]; one that takes longer is an error.
    #[arg(long, value_name = "SECONDS", value_parser = positive)]
    pub timeout: Option<f64>,
    /// Always 0: the same case gives the same result, so nothing is tried again.
    #[arg(long, value_name = "N", default_value = "0", value_parser = no_retries)]
    pub retries: u64,
    /// Folder for `results.jsonl`, one line a case.
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
    /// Do not run the cases again that the folder has a record of, by this program on the same files.
    #[arg(long, requires = "out")]
    pub resume: bool,
    /// Folder of the baselines; `baselines` beside the folder of the suites where not given.
    #[arg(long, value_name = "FOLDER")]
    pub baselines: Option<PathBuf>,
    /// Write JUnit XML.
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Write a report as one HTML file.
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
}

/// Which cases of the suites are run, and on how many threads.
#[derive(Debug, Clone, Args)]
pub struct CaseArguments {
    /// Threads; all cores where not given.
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: Option<u16>,
    /// Run only the cases whose id contains this text.
    #[arg(long, value_name = "TEXT")]
    pub filter: Option<String>,
    /// Run only the entries with this tag.
    #[arg(long, value_name = "TAG")]
    pub tag: Option<String>,
}

/// Arguments of `loong compare`.
#[derive(Debug, Clone, Args)]
pub struct CompareArguments {
    /// The first: a folder of results, a `results.jsonl`, or a baseline's RON; `RESULTS@ROBOT` for one of
    /// several robots in it.
    #[arg(required_unless_present = "robots", conflicts_with = "robots")]
    pub a: Option<PathBuf>,
    /// The second.
    #[arg(required_unless_present = "robots", conflicts_with = "robots")]
    pub b: Option<PathBuf>,
    /// Run the suites with each of two robots and compare the second one's results with the first one's.
    #[arg(long, num_args = 2, value_names = ["FILE", "FILE"])]
    pub robots: Vec<PathBuf>,
    /// What the two robots run: a suite, a scenario, or a folder with some; the regression suite where none
    /// is given. May be given more than once.
    #[arg(long = "suite", value_name = "PATH", requires = "robots")]
    pub suites: Vec<PathBuf>,
    /// Which cases the two robots run, on how many threads.
    #[command(flatten)]
    pub cases: CaseArguments,
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
    /// File of changes for every run, `{ "path": value, ... }`; `--set` wins over it. May be given more than once.
    #[arg(long = "overlay", value_name = "FILE")]
    pub overlays: Vec<PathBuf>,
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
    /// File of changes for every run, `{ "path": value, ... }`; `--set` wins over it. May be given more than once.
    #[arg(long = "overlay", value_name = "FILE")]
    pub overlays: Vec<PathBuf>,
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

/// Arguments of `loong import`.
#[derive(Debug, Clone, Args)]
pub struct ImportArguments {
    /// URDF or MJCF file; its root element tells which.
    pub file: PathBuf,
    /// Robot file to write.
    #[arg(long, short, value_name = "FILE")]
    pub out: PathBuf,
    /// Link or frame that is the left foot; the lowest link on the left where not given.
    #[arg(long, value_name = "LINK")]
    pub left_foot: Option<String>,
    /// Link or frame that is the right foot.
    #[arg(long, value_name = "LINK")]
    pub right_foot: Option<String>,
    /// Left sole in its link's frame [m], the right one mirrored; from the feet's shapes where not given.
    #[arg(long, value_name = "X,Y,Z,LENGTH,WIDTH", value_parser = sole, allow_hyphen_values = true)]
    pub sole: Option<SoleOption>,
    /// Print every link and joint too.
    #[arg(long)]
    pub report: bool,
}

/// Arguments of `loong export`.
#[derive(Debug, Clone, Args)]
pub struct ExportArguments {
    /// Robot file.
    pub robot: PathBuf,
    /// What to write.
    #[arg(long, value_enum)]
    pub format: ExportFormat,
    /// File to write; `-` is standard output.
    #[arg(long, short, value_name = "FILE|-")]
    pub out: Option<PathBuf>,
}

/// Arguments of `loong generate`.
#[derive(Debug, Clone, Args)]
pub struct GenerateArguments {
    /// Scenario file with a `course`.
    pub scenario: PathBuf,
    /// Seed it is drawn from.
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
    /// File to write, a scenario on its own; `NAME_SEED.ron` beside the scenario where not given.
    #[arg(long, short, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Write over a file that is there.
    #[arg(long)]
    pub force: bool,
}

/// Formats of other simulators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// Unified Robot Description Format.
    Urdf,
    /// MuJoCo's modelling format.
    Mjcf,
}

/// A sole, `X,Y,Z,LENGTH,WIDTH`.
fn sole(text: &str) -> Result<SoleOption, String> {
    let numbers: Option<Vec<f64>> = text.split(',').map(|part| part.trim().parse().ok()).collect();
    match numbers.as_deref() {
        Some(&[x, y, z, length, width])
            if [x, y, z].iter().all(|v| v.is_finite())
                && [length, width].iter().all(|v| v.is_finite() && *v > 0.0) =>
        {
            Ok(SoleOption { center_m: [x, y, z], size_m: (length, width) })
        }
        _ => Err("expected five numbers, the last two positive, such as 0.05,0,-0.06,0.2,0.08".to_owned()),
    }
}

/// What to do with baselines.
#[derive(Debug, Clone, Subcommand)]
pub enum BaselineCommand {
    /// Run suites and write what they measure as their baselines.
    Update(UpdateArguments),
}

/// Arguments of `loong baseline update`.
#[derive(Debug, Clone, Args)]
pub struct UpdateArguments {
    /// Suites, or folders with some; the regression suite where none is given.
    pub paths: Vec<PathBuf>,
    /// Threads; all cores where not given.
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: Option<u16>,
    /// Run nothing: take the results that `loong test --out FOLDER` left of this program on the same files.
    #[arg(long, value_name = "FOLDER")]
    pub from: Option<PathBuf>,
    /// Folder of the baselines; `baselines` beside the folder of the suites where not given.
    #[arg(long, value_name = "FOLDER")]
    pub baselines: Option<PathBuf>,
}

/// No more than none.
fn no_retries(text: &str) -> Result<u64, String> {
    match text.parse() {
        Ok(0) => Ok(0),
        _ => Err("a case gives the same result every time, so trying again could only hide a failure; \
                  allowed: 0"
            .to_owned()),
    }
}

/// A positive number.
pub fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value > 0.0 && value.is_finite() => Ok(value),
        _ => Err("expected a positive number".to_owned()),
    }
}

impl RunArguments {
    /// A scenario with nothing changed.
    pub fn of(scenario: PathBuf) -> Self {
        Self {
            source: Source::of(scenario),
            seed: 0,
            seeds: None,
            json: None,
            log: None,
            signals: Vec::new(),
            log_rate: None,
        }
    }
}

impl Source {
    /// A scenario with nothing changed.
    pub fn of(scenario: PathBuf) -> Self {
        Self { scenario, robot: None, overlays: Vec::new(), changes: Vec::new() }
    }
}

/// Arguments of `loong view`.
#[cfg(feature = "viewer")]
#[derive(Debug, Clone, Args)]
pub struct ViewArguments {
    /// Scenario, robot, or log (MCAP or CSV) to watch; the start page where none is given.
    pub file: Option<PathBuf>,
    /// Robot file in place of the scenario's own, or for a log that does not hold its robot.
    #[arg(long, value_name = "FILE", requires = "file")]
    pub robot: Option<PathBuf>,
    /// File of changes, as `loong run` takes it; may be given more than once.
    #[arg(long = "overlay", value_name = "FILE", requires = "file")]
    pub overlays: Vec<PathBuf>,
    /// Change a field of the scenario, or of the robot below `robot.`; may be given more than once.
    #[arg(long = "set", value_name = "PATH=VALUE", requires = "file")]
    pub changes: Vec<String>,
    /// Seed of the variations; 0 changes nothing but the noise.
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
    /// A second scenario or log, drawn as a ghost at the same time.
    #[arg(long, value_name = "FILE", requires = "file")]
    pub ghost: Option<PathBuf>,
    /// Write a log of what was seen of the run: CSV or MCAP by the file's extension.
    #[arg(long, value_name = "FILE", requires = "file")]
    pub log: Option<PathBuf>,
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
    /// What the pictures look like; 1280x720 where no size is given.
    #[command(flatten)]
    pub picture: PictureArguments,
    /// Folder for the pictures, named by their times.
    #[arg(long, default_value = ".")]
    pub out: PathBuf,
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
