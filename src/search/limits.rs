//! Takes quantities to the last value at which every case of every seed still passes.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use serde::Serialize;

use super::bisect::bisect;
use super::limits_config::{LimitsConfig, QuantityConfig};
use super::subject::{SearchError, Subject, records};
use super::sweep::{file, worst_of};
use crate::config::{Loaded, Override};
use crate::suite::{Case, CaseRecord, Plan};

/// How limits are looked for.
#[derive(Debug, Clone, Default)]
pub struct LimitsOptions {
    /// Threads.
    pub jobs: usize,
    /// Names of the quantities; all where it is empty.
    pub quantities: Vec<String>,
    /// Seeds in place of the file's.
    pub seeds: Option<Range<u64>>,
    /// Scenario in place of the quantities' own.
    pub scenario: Option<PathBuf>,
    /// Robot in place of the file's.
    pub robot: Option<PathBuf>,
    /// Changes of every run, before the quantity's own.
    pub changes: Vec<Override>,
}

/// A value that was tried.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Probe {
    /// The value.
    pub value: f64,
    /// Whether every run passed.
    pub holds: bool,
    /// Runs that were made; none follow the first that failed.
    pub runs: usize,
    /// What failed first.
    pub failure: Option<String>,
}

/// How far a quantity may go, in one direction where it has several.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bound {
    /// Word to choose the quantity by.
    pub quantity: String,
    /// Name in reports.
    pub label: String,
    /// Unit in reports.
    pub unit: String,
    /// Direction, from forward to the left [degrees].
    pub direction_deg: Option<f64>,
    /// The easiest value and the hardest one that would be tried.
    pub range: (f64, f64),
    /// Last value that holds; none where not even the easiest does.
    pub limit: Option<f64>,
    /// Whether the range ends before the robot fails: the limit may lie farther.
    pub range_ends: bool,
    /// First value that does not hold.
    pub first_failure: Option<f64>,
    /// What fails there.
    pub failure: Option<String>,
    /// Harder values that hold all the same.
    pub holds_above: Vec<f64>,
    /// Metric that is told of the runs at the limit.
    pub metric: Option<String>,
    /// Its worst value there.
    pub measured: Option<f64>,
    /// Seeds of each value, the last one not included.
    pub seeds: (u64, u64),
    /// Runs of each value that holds.
    pub runs_a_value: usize,
    /// Every value tried, in that order.
    pub probes: Vec<Probe>,
}

impl Bound {
    /// Whether the hardest value is the smallest one.
    pub fn is_lower(&self) -> bool {
        self.range.1 < self.range.0
    }
}

/// All limits.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LimitsReport {
    /// Name of the file's limits.
    pub name: String,
    /// Name of the robot.
    pub robot: String,
    /// Scenario that took the place of the quantities' own.
    pub scenario: Option<String>,
    /// The limits in the order of the file.
    pub bounds: Vec<Bound>,
    /// Limits that were wanted; more than `bounds` after an interruption.
    pub planned: usize,
}

/// One search: a quantity in one direction.
struct Search<'a> {
    quantity: &'a QuantityConfig,
    direction_deg: Option<f64>,
    subject: Subject,
    seeds: Range<u64>,
}

/// Number of limits to find, once all changes are known to fit their scenarios.
///
/// # Errors
/// Where a quantity, a file or a change is wrong.
pub fn count_limits(loaded: &Loaded<LimitsConfig>, options: &LimitsOptions) -> Result<usize, SearchError> {
    Ok(searches(loaded, options)?.0.len())
}

/// Finds the limits, several at a time on several threads; `done` hears of every value tried and of every
/// limit found.
///
/// # Errors
/// Where a quantity, a file or a change is wrong, or a run broke. After an interruption the limits found so
/// far are given.
pub fn run_limits(
    loaded: &Loaded<LimitsConfig>,
    options: &LimitsOptions,
    stop: &AtomicBool,
    done: &(dyn Fn(&str, Option<&Bound>) + Sync),
) -> Result<LimitsReport, SearchError> {
    let (searches, robot) = searches(loaded, options)?;
    let threads = options.jobs.clamp(1, searches.len().max(1));
    let jobs = (options.jobs / threads).max(1);
    let next = AtomicUsize::new(0);
    let found: Mutex<Vec<Option<Result<Bound, SearchError>>>> =
        Mutex::new(searches.iter().map(|_| None).collect());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let search = next.fetch_add(1, Ordering::Relaxed);
                    let Some(wanted) = searches.get(search) else { return };
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                    let result = wanted.run(jobs, stop, done);
                    if let Ok(bound) = &result {
                        done(&wanted.title(), Some(bound));
                    }
                    if let Ok(mut found) = found.lock() {
                        found[search] = Some(result);
                    }
                }
            });
        }
    });
    let found = found.into_inner().map_err(|_| SearchError::Internal("a search broke".to_owned()))?;
    let mut bounds = Vec::new();
    for result in found.into_iter().flatten() {
        match result {
            Ok(bound) => bounds.push(bound),
            Err(SearchError::Interrupted) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(LimitsReport {
        name: loaded.config.name.clone(),
        robot,
        scenario: options.scenario.as_ref().map(|path| path.display().to_string()),
        bounds,
        planned: searches.len(),
    })
}

/// The searches and the name of their robot.
fn searches<'a>(
    loaded: &'a Loaded<LimitsConfig>,
    options: &LimitsOptions,
) -> Result<(Vec<Search<'a>>, String), SearchError> {
    let config = &loaded.config;
    let folder = loaded.path().parent().unwrap_or(Path::new(""));
    let robot = match (&options.robot, &config.robot) {
        (Some(robot), _) => Some(robot.clone()),
        (None, Some(name)) => Some(file(loaded, folder, name, "robot")?),
        (None, None) => None,
    };
    let mut searches = Vec::new();
    for (i, quantity) in config.quantities.iter().enumerate() {
        let named = options.quantities.contains(&quantity.name);
        let fits = options.scenario.is_none() || quantity.any_scenario;
        if named && !fits {
            let at = format!("quantities[{i}].any_scenario");
            let allowed = "`any_scenario: true`, for a scenario named on the command line";
            return Err(loaded
                .refuse(&at, format!("`{}`, which needs its own", quantity.name), allowed)
                .into());
        }
        if !fits || !named && !options.quantities.is_empty() {
            continue;
        }
        let scenario = match &options.scenario {
            Some(path) => path.clone(),
            None => file(loaded, folder, &quantity.scenario, &format!("quantities[{i}].scenario"))?,
        };
        let (from, to) = quantity.seeds.unwrap_or(config.seeds);
        let directions: Vec<Option<f64>> = match &quantity.directions_deg[..] {
            [] => vec![None],
            directions => directions.iter().copied().map(Some).collect(),
        };
        for direction_deg in directions {
            searches.push(Search {
                quantity,
                direction_deg,
                subject: Subject {
                    scenario: scenario.clone(),
                    robot: robot.clone(),
                    changes: options.changes.clone(),
                },
                seeds: options.seeds.clone().unwrap_or(from..to),
            });
        }
    }
    let mut name = String::new();
    // Wrong changes show before the first run.
    for search in &searches {
        let (easy, hard) = search.quantity.range;
        search.plan(hard)?;
        let group = search.plan(easy)?.groups.into_iter().next();
        name = group.map_or(name, |group| group.loaded.robot.config.name);
    }
    Ok((searches, name))
}

impl Search<'_> {
    fn title(&self) -> String {
        match self.direction_deg {
            Some(degrees) => format!("{} {degrees}°", self.quantity.name),
            None => self.quantity.name.clone(),
        }
    }

    /// A group for each combination of the cases at a value.
    fn plan(&self, value: f64) -> Result<Plan, SearchError> {
        let mut plan = Plan::default();
        for case in self.quantity.combinations() {
            let changes = self
                .quantity
                .changes(value, self.direction_deg, &case)
                .map_err(|error| SearchError::Internal(error.to_string()))?;
            let words: Vec<String> = case.iter().map(|(name, value)| format!("{name} {value}")).collect();
            plan.groups.push(self.subject.group(words.join(", "), &changes, self.seeds.clone())?);
        }
        Ok(plan)
    }

    fn run(
        &self,
        jobs: usize,
        stop: &AtomicBool,
        done: &(dyn Fn(&str, Option<&Bound>) + Sync),
    ) -> Result<Bound, SearchError> {
        let quantity = self.quantity;
        let grid = quantity.grid();
        let cases = quantity.combinations().len();
        let mut order: Vec<Case> =
            (0..cases).flat_map(|group| self.seeds.clone().map(move |seed| Case { group, seed })).collect();
        let mut probes: Vec<Probe> = Vec::new();
        let mut measured: Vec<Option<f64>> = Vec::new();
        let found = bisect(grid.last(), quantity.neighbours, |index| {
            let value = grid.value(index);
            done(&format!("{} {value} {}", self.title(), quantity.unit), None);
            let plan = self.plan(value)?;
            let records = records(&plan, &order, jobs, true, stop, |_| ())?;
            let failed = records.iter().position(|record| !record.passed());
            if failed.is_none() && records.len() < order.len() {
                return Err(SearchError::Interrupted);
            }
            let failure = failed.map(|at| failure(&records[at]));
            if let Some(at) = failed {
                // What fails once is likely to fail again: the sooner a value is known not to hold.
                let first = order.remove(at);
                order.insert(0, first);
            }
            probes.push(Probe { value, holds: failed.is_none(), runs: records.len(), failure });
            measured.push(quantity.report.as_ref().and_then(|metric| {
                let values: Vec<f64> =
                    records.iter().filter_map(|r| r.metrics.get(metric).copied()).collect();
                worst_of(metric, &values)
            }));
            Ok(failed.is_none())
        })?;
        let probe = |index: Option<usize>| {
            let at = found.probes.iter().position(|(probed, _)| Some(*probed) == index)?;
            Some((&probes[at], measured[at]))
        };
        let at_limit = probe(found.limit);
        let at_failure = probe(found.first_failure);
        Ok(Bound {
            quantity: quantity.name.clone(),
            label: quantity.label().to_owned(),
            unit: quantity.unit.clone(),
            direction_deg: self.direction_deg,
            range: quantity.range,
            limit: found.limit.map(|index| grid.value(index)),
            range_ends: found.first_failure.is_none(),
            first_failure: found.first_failure.map(|index| grid.value(index)),
            failure: at_failure.and_then(|(probe, _)| probe.failure.clone()),
            holds_above: found.holds_above.iter().map(|index| grid.value(*index)).collect(),
            metric: quantity.report.clone(),
            measured: at_limit.and_then(|(_, measured)| measured),
            seeds: (self.seeds.start, self.seeds.end),
            runs_a_value: order.len(),
            probes,
        })
    }
}

/// What went wrong in a run: its fall before all else.
fn failure(record: &CaseRecord) -> String {
    let mut place = format!("seed {}", record.seed);
    if !record.group.is_empty() {
        place = format!("{}, {place}", record.group);
    }
    match record.metrics.get("fall_time_s") {
        Some(fall_s) => format!("fell at {fall_s:.2} s ({place})"),
        None => format!("{} ({place})", record.failures().join("; ")),
    }
}
