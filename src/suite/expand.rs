//! From an entry of a suite to the groups it stands for: files, robots, varied and drawn values.

use std::path::{Path, PathBuf};

use glob::{MatchOptions, Pattern, glob_with};

use super::draw::draw;
use super::group::{Drawn, Group};
use super::plan::PlanOptions;
use crate::config::diagnostic::{ConfigError, Diagnostic, Origin};
use crate::config::load::{LoadedFile, load_file};
use crate::config::suite::{EntryConfig, SuiteConfig};
use crate::config::{LoadOptions, Loaded, Override, load_scenario};
use crate::judge::known_names;

/// A change and the field of the suite that asks for it.
type PlacedChange = (Override, String);

/// Every combination of an entry's scenarios, robots and varied values, with the values its seeds draw.
///
/// # Errors
/// Every mistake in the entry and in the files it names.
pub fn entry_groups(
    suite: &Loaded<SuiteConfig>,
    index: usize,
    options: &PlanOptions,
) -> Result<Vec<Group>, ConfigError> {
    let entry = &suite.config.entries[index];
    let at = format!("entries[{index}]");
    let robots = robots(suite, entry, &at, options)?;
    let mut groups = Vec::new();
    for scenario in scenarios(suite, entry, &at)? {
        for robot in &robots {
            for changes in combinations(entry, &at)? {
                groups.push(group(suite, index, &scenario, robot.clone(), changes, options)?);
            }
        }
    }
    Ok(groups)
}

fn group(
    suite: &Loaded<SuiteConfig>,
    index: usize,
    scenario: &Path,
    robot: Option<PathBuf>,
    placed_changes: Vec<PlacedChange>,
    options: &PlanOptions,
) -> Result<Group, ConfigError> {
    let entry = &suite.config.entries[index];
    let varied: Vec<&str> =
        placed_changes[entry.set.len()..].iter().map(|(change, _)| change.text()).collect();
    let own = placed_changes.iter().map(|(change, _)| change);
    let changes = options.overlays.iter().chain(own).chain(&options.changes).cloned().collect::<Vec<_>>();
    let stem = robot.as_ref().filter(|_| options.robot.is_none()).and_then(|path| path.file_stem());
    let mut suffix = stem.map_or(String::new(), |stem| format!("@{}", stem.to_string_lossy()));
    if !varied.is_empty() {
        suffix += &format!("[{}]", varied.join(","));
    }
    let load = LoadOptions { overrides: &changes, robot: robot.clone(), ..known_names() };
    let loaded = load_scenario(scenario, &load).map_err(|error| placed(suite, &error, &placed_changes))?;
    let own = &loaded.scenario.config.name;
    let name = match &entry.name {
        None => own.clone(),
        Some(name) if entry.scenarios.is_some() => format!("{name}/{own}"),
        Some(name) => name.clone(),
    };
    let (from, to) = entry.seeds;
    let id = format!("{}/{name}{suffix}", suite.config.name);
    let mut group = Group {
        suite: Some(suite.path().to_owned()),
        tags: entry.tags.clone(),
        success_rate: entry.success_rate,
        statistics: entry.statistics.clone(),
        baseline: entry.baseline.clone(),
        ..Group::new(id, loaded, from..to, robot, changes)
    };
    group.drawn = drawn(suite, index, &group, options)?;
    Ok(group)
}

/// What each seed of a group draws; nothing where the entry draws nothing.
fn drawn(
    suite: &Loaded<SuiteConfig>,
    index: usize,
    group: &Group,
    options: &PlanOptions,
) -> Result<Vec<Drawn>, ConfigError> {
    let mut drawn = Vec::new();
    // What the user sets for all is not drawn.
    let is_set = |path: &str| options.changes.iter().any(|change| change.path().to_string() == path);
    let fields = &suite.config.entries[index].draw;
    let fields: Vec<_> = fields.iter().filter(|(path, _)| !is_set(path)).collect();
    if fields.is_empty() {
        return Ok(drawn);
    }
    for seed in group.seeds.clone() {
        let mut values = Vec::new();
        let mut placed_changes = Vec::new();
        for (path, distribution) in &fields {
            let value = draw(distribution, path, seed);
            let change = Override::parse(&format!("{path}={value}"))?;
            placed_changes.push((change.clone(), format!("entries[{index}].draw[{path:?}]")));
            values.push(((*path).clone(), value, change));
        }
        let seeded = group.load_with(&values).map_err(|error| placed(suite, &error, &placed_changes))?;
        drawn.push(Drawn::new(values, &seeded));
    }
    Ok(drawn)
}

/// The robots an entry runs with: the user's, its own, or the scenario's.
fn robots(
    suite: &Loaded<SuiteConfig>,
    entry: &EntryConfig,
    at: &str,
    options: &PlanOptions,
) -> Result<Vec<Option<PathBuf>>, ConfigError> {
    if options.robot.is_some() || entry.robots.is_empty() {
        return Ok(vec![options.robot.clone()]);
    }
    let named = entry.robots.iter().enumerate();
    named.map(|(i, robot)| Ok(Some(existing(suite, robot, &format!("{at}.robots[{i}]"))?))).collect()
}

/// The files of an entry's scenarios, each once, in the order of its patterns and of their names.
fn scenarios(
    suite: &Loaded<SuiteConfig>,
    entry: &EntryConfig,
    at: &str,
) -> Result<Vec<PathBuf>, ConfigError> {
    let Some(patterns) = &entry.scenarios else {
        let name = entry.scenario.as_deref().unwrap_or_default();
        return Ok(vec![existing(suite, name, &format!("{at}.scenario"))?]);
    };
    let mut files: Vec<PathBuf> = Vec::new();
    for (i, name) in patterns.names.iter().enumerate() {
        let field = if patterns.listed { format!("{at}.scenarios[{i}]") } else { format!("{at}.scenarios") };
        let found = if name.contains(['*', '?', '[']) {
            matching(suite, name, &field)?
        } else {
            vec![existing(suite, name, &field)?]
        };
        for file in found {
            if !files.contains(&file) {
                files.push(file);
            }
        }
    }
    Ok(files)
}

/// The scenarios whose files match a pattern; robots and suites are passed over.
fn matching(suite: &Loaded<SuiteConfig>, name: &str, field: &str) -> Result<Vec<PathBuf>, ConfigError> {
    let folder = suite.folder_of(field).to_string_lossy().into_owned();
    let pattern = match folder.as_str() {
        "" => name.to_owned(),
        _ if Path::new(name).is_absolute() => name.to_owned(),
        folder => format!("{}/{name}", Pattern::escape(folder)),
    };
    let options = MatchOptions { require_literal_leading_dot: true, ..MatchOptions::new() };
    let refuse = |found: String| suite.refuse(field, found, "a pattern such as `../scenarios/*.ron`");
    let paths = glob_with(&pattern, options).map_err(|error| refuse(format!("`{name}`, {}", error.msg)))?;
    let mut files = Vec::new();
    for path in paths {
        let path = path.map_err(|error| refuse(error.to_string()))?;
        if path.is_file() && matches!(load_file(&path, &known_names())?, LoadedFile::Scenario(_)) {
            files.push(plain(&path));
        }
    }
    if files.is_empty() {
        return Err(refuse(format!("no scenario at {pattern}")));
    }
    Ok(files)
}

/// The entry's `set` and one value for each varied field, in every combination; the last field changes
/// fastest.
fn combinations(entry: &EntryConfig, at: &str) -> Result<Vec<Vec<PlacedChange>>, ConfigError> {
    let mut set = Vec::new();
    for (i, text) in entry.set.iter().enumerate() {
        set.push((Override::parse(text)?, format!("{at}.set[{i}]")));
    }
    let mut all = vec![set];
    for (path, values) in &entry.vary {
        let mut longer = Vec::new();
        for changes in &all {
            for (i, value) in values.iter().enumerate() {
                let change = Override::parse(&format!("{path}={}", value.trim()))?;
                let mut changes = changes.clone();
                changes.push((change, format!("{at}.vary[{path:?}][{i}]")));
                longer.push(changes);
            }
        }
        all = longer;
    }
    Ok(all)
}

/// The path of a file that a suite names.
fn existing(suite: &Loaded<SuiteConfig>, name: &str, field: &str) -> Result<PathBuf, ConfigError> {
    let path = plain(&suite.folder_of(field).join(name));
    if path.is_file() {
        return Ok(path);
    }
    Err(suite.refuse(
        field,
        format!("no file at {}", path.display()),
        "a file, relative to the suite's folder",
    ))
}

/// Mistakes of a change at the place in the suite that asks for it; others stay where they are.
fn placed(suite: &Loaded<SuiteConfig>, error: &ConfigError, changes: &[PlacedChange]) -> ConfigError {
    let place = |diagnostic: &Diagnostic| -> Vec<Diagnostic> {
        let Origin::Override(text) = &diagnostic.origin else { return vec![diagnostic.clone()] };
        let Some((_, field)) = changes.iter().rev().find(|(change, _)| change.text() == text) else {
            return vec![diagnostic.clone()];
        };
        let found = format!("{} for `{}`", diagnostic.found, diagnostic.field);
        let error = suite.refuse(field, found, diagnostic.allowed.clone());
        let mut diagnostics = error.diagnostics().to_vec();
        for placed in &mut diagnostics {
            placed.hint.clone_from(&diagnostic.hint);
        }
        diagnostics
    };
    ConfigError::new(error.diagnostics().iter().flat_map(place).collect(), error.omitted())
}

/// The path without `folder/..`, where that leads to the same file.
fn plain(path: &Path) -> PathBuf {
    let mut short = PathBuf::new();
    for part in path.components() {
        let named = short.file_name().is_some();
        if matches!(part, std::path::Component::ParentDir) && named {
            short.pop();
        } else {
            short.push(part);
        }
    }
    match (path.canonicalize(), short.canonicalize()) {
        (Ok(long), Ok(same)) if long == same => short,
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lose_what_they_go_back_on_only_where_the_file_is_the_same() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert_eq!(plain(&folder.join("src/../Cargo.toml")), folder.join("Cargo.toml"));
        assert_eq!(plain(Path::new("no/../such.ron")), Path::new("no/../such.ron"));
    }
}
