//! The command line: what a user types, and what comes back.
//!
//! In: arguments. Out: text, JSON, files, a window, and an exit code: 0 all expectations hold, 1 one
//! failed, 2 bad input, 3 an internal error. It uses everything and nothing uses it.

mod args;
mod baseline;
mod check;
mod compare;
mod error;
mod explain;
mod export;
mod generate;
mod import;
mod limits;
mod new;
#[cfg(feature = "viewer")]
mod pictures;
#[cfg(feature = "viewer")]
mod record;
mod run;
mod schema;
mod signals;
mod sweep;
mod test;
mod tune;
#[cfg(feature = "viewer")]
mod view;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use args::{Arguments, BaselineCommand, Command, RunArguments};
use error::CliError;

/// Where the default mission lies, from the project's folder.
const MISSION: &str = "configs/scenarios/mission.ron";

/// Parses the arguments of the process and does what they say.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            // Nothing is left to do where even this cannot be printed.
            let _ = error.print();
            return ExitCode::from(if asked { 0 } else { 2 });
        }
    };
    match catch_unwind(AssertUnwindSafe(|| dispatch(arguments))) {
        Ok(Ok(passed)) => ExitCode::from(u8::from(!passed)),
        Ok(Err(error)) => {
            eprintln!("{}", error.text());
            ExitCode::from(error.exit_code())
        }
        Err(_) => {
            eprintln!("internal error: please report it with the command that led to it");
            ExitCode::from(3)
        }
    }
}

fn dispatch(arguments: Arguments) -> Result<bool, CliError> {
    match arguments.command {
        None => default_mission(),
        Some(Command::Run(arguments)) => run::run(&arguments),
        Some(Command::Test(arguments)) => test::test(&arguments),
        Some(Command::Compare(arguments)) => compare::compare(&arguments),
        Some(Command::Signals { robot }) => signals::signals(robot.as_deref()),
        Some(Command::Baseline { command: BaselineCommand::Update(arguments) }) => {
            baseline::update(&arguments)
        }
        Some(Command::Sweep(arguments)) => sweep::sweep(&arguments),
        Some(Command::Tune(arguments)) => tune::tune(&arguments),
        Some(Command::Limits(arguments)) => limits::limits(&arguments),
        Some(Command::Check { files }) => check::check(&files),
        Some(Command::Explain { path }) => explain::explain(path.as_deref()),
        Some(Command::Schema { kind }) => schema::schema(kind),
        Some(Command::New(arguments)) => new::new(&arguments),
        Some(Command::Import(arguments)) => import::import(&arguments),
        Some(Command::Export(arguments)) => export::export(&arguments),
        Some(Command::Generate(arguments)) => generate::generate(&arguments),
        #[cfg(feature = "viewer")]
        Some(Command::View(arguments)) => view::view(&arguments),
        #[cfg(feature = "viewer")]
        Some(Command::Shot(arguments)) => view::shot(&arguments),
        #[cfg(feature = "viewer")]
        Some(Command::Record(arguments)) => record::record(&arguments),
    }
}

/// `loong` alone: the start page, or the mission headless where no window can be opened.
fn default_mission() -> Result<bool, CliError> {
    let scenario = shipped(MISSION);
    #[cfg(feature = "viewer")]
    let reason = match crate::viewer::display_error() {
        Some(error) => error.to_string(),
        None => match view::start_page() {
            // A display, but no driver that draws on it.
            Err(CliError::Viewer(error)) => error.to_string(),
            seen => return seen,
        },
    };
    #[cfg(not(feature = "viewer"))]
    let reason = "built without the viewer";
    eprintln!("No window ({reason}): running {} headless.", scenario.display());
    run::run(&RunArguments::of(scenario))
}

/// The folder of the configs: the present folder's, or that of the one the program was built from.
#[cfg(feature = "viewer")]
fn configs() -> PathBuf {
    let here = PathBuf::from("configs");
    if here.is_dir() { here } else { Path::new(env!("CARGO_MANIFEST_DIR")).join("configs") }
}

/// A file of the project in the present folder, or in the one the program was built from.
fn shipped(path: &str) -> PathBuf {
    let here = PathBuf::from(path);
    if here.is_file() { here } else { Path::new(env!("CARGO_MANIFEST_DIR")).join(path) }
}
