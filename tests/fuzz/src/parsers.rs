//! Every parser on any bytes, as the command line calls it, up to the model; nothing is simulated.
//!
//! Shared by the fuzz targets and by `tests/corpus.rs`.

use std::fs;
use std::path::{Path, PathBuf};

use loong::config::explain::explain;
use loong::config::load::{LoadedFile, load_file};
use loong::config::path::FieldPath;
use loong::config::robot::RobotConfig;
use loong::config::{ConfigError, LoadOptions, Override, load_robot, load_scenario, load_suite};
use loong::exchange::{ImportOptions, import_text, to_mjcf, to_ron, to_urdf};
use loong::judge::{METRIC_NAMES, known_names};
use loong::model::{RobotModel, check_stance};
use loong::record::read_log;
use loong::search::{
    LimitsOptions, SearchError, SearchKind, check_tune, count_limits, load_limits, load_sweep, load_tune,
    search_kind,
};
use loong::suite::{Baseline, Plan, RESULTS_FILE, Selection, read_records};

/// A parser that takes any bytes.
pub type Parser = fn(&Scratch, &[u8]);

/// Every parser by the name of its corpus.
pub const PARSERS: [(&str, Parser); 13] = [
    ("robot", robot),
    ("scenario", scenario),
    ("suite", suite),
    ("overlay", overlay),
    ("set", set),
    ("path", path),
    ("urdf", xml),
    ("mjcf", xml),
    ("journal", journal),
    ("baseline", baseline),
    ("search", search),
    ("log_csv", log_csv),
    ("log_mcap", log_mcap),
];

/// A folder with what the files under test may name: scenarios, and a small robot in place of each robot.
pub struct Scratch {
    folder: tempfile::TempDir,
}

impl Scratch {
    /// Copies the scenarios of a checkout of the project.
    pub fn new(project: &Path) -> std::io::Result<Self> {
        let folder = tempfile::tempdir()?;
        for name in ["robots", "scenarios", "suites", "results", "search"] {
            fs::create_dir(folder.path().join(name))?;
        }
        // Read again for every input, so a small one.
        let robot = project.join("tests/fixtures/exchange/biped.ron");
        fs::copy(&robot, folder.path().join("robots/healthy_loong.ron"))?;
        fs::copy(project.join("tests/fixtures/exchange/biped.xml"), folder.path().join("biped.xml"))?;
        for entry in fs::read_dir(project.join("configs/scenarios"))? {
            let entry = entry?;
            fs::copy(entry.path(), folder.path().join("scenarios").join(entry.file_name()))?;
        }
        Ok(Self { folder })
    }

    fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, bytes).expect("the scratch folder takes files");
        path
    }
}

/// A refusal is made as it is shown: its place is found and its line cut out only there.
fn shown(error: &ConfigError) {
    let _ = (error.to_string(), error.render(false), error.render(true));
}

fn model(config: &RobotConfig) {
    if let Ok(model) = RobotModel::build(config) {
        let _ = check_stance(config, &model);
        let _ = (to_urdf(config), to_mjcf(config), to_ron(config, "fuzz", &[]));
    }
}

/// A robot's RON.
pub fn robot(scratch: &Scratch, bytes: &[u8]) {
    match load_robot(&scratch.write("robots/input.ron", bytes)) {
        Ok(loaded) => model(&loaded.config),
        Err(error) => shown(&error),
    }
}

/// A scenario's RON, and the robot it names.
pub fn scenario(scratch: &Scratch, bytes: &[u8]) {
    match load_scenario(&scratch.write("scenarios/input.ron", bytes), &known_names()) {
        Ok(loaded) => drop(RobotModel::build(&loaded.robot.config)),
        Err(error) => shown(&error),
    }
}

/// A suite's RON, the scenarios it names, and the cases they make.
pub fn suite(scratch: &Scratch, bytes: &[u8]) {
    let plan = load_suite(&scratch.write("suites/input.ron", bytes), METRIC_NAMES)
        .and_then(|suite| Plan::of_suite(&suite));
    match plan {
        Ok(plan) => {
            let cases = plan.cases(&Selection::default());
            let _ = cases.first().map(|case| (plan.id(*case), plan.groups[case.group].reproduce(case.seed)));
        }
        Err(error) => shown(&error),
    }
}

/// A map of changes, put into a scenario; or a file that includes another one.
pub fn overlay(scratch: &Scratch, bytes: &[u8]) {
    match load_file(&scratch.write("scenarios/overlay.ron", bytes), &known_names()) {
        Ok(LoadedFile::Overlay(changes)) => changed(scratch, &changes),
        Ok(LoadedFile::Robot(robot)) => model(&robot.config),
        Ok(_) => {}
        Err(error) => shown(&error),
    }
}

/// The text behind `--set`, put into a scenario.
pub fn set(scratch: &Scratch, bytes: &[u8]) {
    match Override::parse(&String::from_utf8_lossy(bytes)) {
        Ok(change) => changed(scratch, &[change]),
        Err(error) => shown(&error.into()),
    }
}

fn changed(scratch: &Scratch, overrides: &[Override]) {
    let options = LoadOptions { overrides, ..known_names() };
    match load_scenario(&scratch.folder.path().join("scenarios/stairs.ron"), &options) {
        Ok(loaded) => drop(RobotModel::build(&loaded.robot.config)),
        Err(error) => shown(&error),
    }
}

/// A field's path, and what `loong explain` says of it. A path that is read comes back as it was written.
pub fn path(_: &Scratch, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(path) = FieldPath::parse(&text) {
        let written = path.to_string();
        let again = FieldPath::parse(&written).map(|path| path.to_string());
        assert_eq!(again.as_deref(), Ok(written.as_str()), "a path that was written is read again");
    }
    if let Err(error) = explain(&text) {
        shown(&error.into());
    }
}

/// URDF or MJCF; its root says which.
pub fn xml(scratch: &Scratch, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    match import_text(&scratch.folder.path().join("input.xml"), text, &ImportOptions::default()) {
        Ok(imported) => model(&imported.config),
        Err(error) => shown(&error),
    }
}

/// Records of cases, a JSON object a line.
pub fn journal(scratch: &Scratch, bytes: &[u8]) {
    let file = scratch.write(&format!("results/{RESULTS_FILE}"), bytes);
    match read_records(file.parent().unwrap_or(Path::new(""))) {
        Ok(records) => {
            for record in records.iter().flatten() {
                let _ = (record.failures(), record.when(), record.passed());
            }
        }
        Err(error) => drop(error.to_string()),
    }
}

/// A recorded run as CSV.
pub fn log_csv(scratch: &Scratch, bytes: &[u8]) {
    log(&scratch.write("run.csv", bytes));
}

/// A recorded run as MCAP.
pub fn log_mcap(scratch: &Scratch, bytes: &[u8]) {
    log(&scratch.write("run.mcap", bytes));
}

fn log(path: &Path) {
    match read_log(path) {
        Ok(run) => drop((run.joints.len(), run.samples.len())),
        Err(error) => drop(error.to_string()),
    }
}

/// A baseline's RON.
pub fn baseline(scratch: &Scratch, bytes: &[u8]) {
    match Baseline::read(&scratch.write("baseline.ron", bytes)) {
        Ok(Some(baseline)) => {
            let text = baseline.text().expect("a baseline that was read can be written");
            let again = Baseline::read(&scratch.write("baseline.ron", text.as_bytes()));
            assert_eq!(again, Ok(Some(baseline)), "a baseline that was written is read again");
        }
        Ok(None) => {}
        Err(error) => shown(&error),
    }
}

/// The RON of a sweep, a tuning or limits, with the scenarios it names.
pub fn search(scratch: &Scratch, bytes: &[u8]) {
    let path = scratch.write("search/input.ron", bytes);
    let told = match search_kind(&path) {
        Err(error) => Err(error.into()),
        Ok(None) => Ok(()),
        Ok(Some(SearchKind::Sweep)) => {
            load_sweep(&path).and_then(|(_, sweep)| sweep.check()).map_err(SearchError::from)
        }
        Ok(Some(SearchKind::Tune)) => {
            load_tune(&path).and_then(|loaded| check_tune(&loaded)).map_err(SearchError::from)
        }
        Ok(Some(SearchKind::Limits)) => load_limits(&path)
            .map_err(SearchError::from)
            .and_then(|loaded| count_limits(&loaded, &LimitsOptions::default()).map(drop)),
    };
    match told {
        Err(SearchError::Config(error)) => shown(&error),
        Err(error) => drop(error.to_string()),
        Ok(()) => {}
    }
}
