//! Checks of a scenario.

use super::Findings;
use crate::config::action::Action;
use crate::config::controller_numbers;
use crate::config::course::CourseConfig;
use crate::config::diagnostic::{Finding, clip};
use crate::config::path::FieldPath;
use crate::config::robot::RobotConfig;
use crate::config::scenario::{
    CommandConfig, CupConfig, Disturbance, Expectation, Feature, MapSource, PayloadConfig, ScenarioConfig,
    StairPiece, VariationConfig,
};

/// Everything wrong with a scenario for this robot; `metrics` and `signals` are the names an expectation
/// may have.
pub fn scenario(
    config: &ScenarioConfig,
    robot: &RobotConfig,
    metrics: &[&str],
    signals: Option<&[String]>,
) -> Vec<Finding> {
    let root = FieldPath::root();
    let mut findings = Findings::default();
    findings.not_empty(root.field("name"), &config.name);
    findings.numbers(config);
    let terrain = root.field("terrain");
    for (i, thing) in config.terrain.features.iter().enumerate() {
        feature(&mut findings, &terrain.field("features").index(i), thing);
    }
    if config.map == MapSource::Perceived && robot.sensors.depth_cameras.is_empty() {
        findings.add(root.field("map"), "`Perceived`", "`Known`: the robot has no depth camera to see by");
    }
    if let Some(drawn) = &config.course {
        course(&mut findings, &root.field("course"), drawn);
    }
    for (i, person) in config.people.iter().enumerate() {
        if person.places_m.is_empty() {
            let at = root.field("people").index(i).field("places_m");
            findings.add(at, "no place", "at least one place");
        }
    }
    command(&mut findings, &root.field("command"), config);
    for (i, what) in config.disturbances.iter().enumerate() {
        disturbance(&mut findings, &root.field("disturbances").index(i), what, robot);
    }
    actions(&mut findings, &root.field("actions"), config, robot);
    if let Some(load) = &config.payload {
        payload(&mut findings, &root.field("payload"), load, robot);
    }
    if let Some(carried) = &config.cup {
        cup(&mut findings, &root.field("cup"), carried, robot);
    }
    variation(&mut findings, &root.field("variation"), &config.variation);
    for (i, wanted) in config.expectations.iter().enumerate() {
        let at = root.field("expectations").index(i);
        expectation(&mut findings, &at, wanted, metrics);
        window(&mut findings, &at, wanted, signals, config.duration_s);
        bounds(&mut findings, &at, wanted.min, wanted.max);
    }
    findings.0
}

fn feature(findings: &mut Findings, at: &FieldPath, feature: &Feature) {
    if let Feature::Wall { from_m, to_m, .. } | Feature::Sill { from_m, to_m, .. } = feature
        && from_m == to_m
    {
        let what = if matches!(feature, Feature::Wall { .. }) { "wall" } else { "sill" };
        let found = format!("({}, {}), where the {what} begins", to_m.0, to_m.1);
        findings.add(at.field("to_m"), found, "another point than `from_m`");
    }
    if let Feature::Staircase { run_m, width_m, pieces, .. } = feature {
        staircase(findings, &at.field("pieces"), pieces, *run_m, *width_m);
    }
}

/// Pieces that can stand: over the floor, and round an axis that none of the width reaches over.
fn staircase(findings: &mut Findings, at: &FieldPath, pieces: &[StairPiece], run_m: f64, width_m: f64) {
    if pieces.is_empty() {
        findings.add(at.clone(), "no piece", "at least one piece");
    }
    let half_m = 0.5 * width_m;
    let mut risers = 0_i64;
    for (i, piece) in pieces.iter().enumerate() {
        let at = at.index(i);
        let (steps, down) = match *piece {
            StairPiece::Straight { steps, down } | StairPiece::Wound { steps, down, .. } => (steps, down),
            StairPiece::Landing { down, .. } | StairPiece::Corner { down, .. } => (1, down),
        };
        match *piece {
            StairPiece::Wound { steps, radius_m, .. } => {
                let allowed = format!("more than half of `width_m`, {half_m}");
                findings.relation(radius_m > half_m, at.field("radius_m"), radius_m, allowed);
                // Treads reach down to the floor, so that none can lie over another.
                let most = (std::f64::consts::TAU * (radius_m / run_m)).floor();
                let allowed = format!("at most {most}, less than once round the axis");
                findings.relation(steps as f64 <= most, at.field("steps"), steps as f64, allowed);
            }
            StairPiece::Corner { radius_m, .. } => {
                let allowed = format!("at least half of `width_m`, {half_m}");
                findings.relation(radius_m >= half_m, at.field("radius_m"), radius_m, allowed);
            }
            StairPiece::Straight { .. } | StairPiece::Landing { .. } => {}
        }
        let before = risers;
        risers = risers.saturating_add((steps as i64).saturating_mul(if down { -1 } else { 1 }));
        if steps > 0 && risers <= 0 && (before > 0 || i == 0) {
            let found = format!("a piece that ends {} steps over the floor", risers);
            findings.add(at, found, "one that ends at least one step over it");
        }
    }
}

/// What is drawn from must be ranges.
fn course(findings: &mut Findings, at: &FieldPath, course: &CourseConfig) {
    if let CourseConfig::Crowd { speed_m_s, .. } = course {
        findings.ordered(at.field("speed_m_s"), *speed_m_s, true);
    }
    if let CourseConfig::Mixed { rise_m, run_m, steps, slope_rad, .. } = course {
        for (field, range) in [("rise_m", rise_m), ("run_m", run_m), ("slope_rad", slope_rad)] {
            findings.ordered(at.field(field), *range, true);
        }
        findings.ordered(at.field("steps"), (steps.0 as f64, steps.1 as f64), true);
    }
    if let CourseConfig::Flight { rise_m, run_m, step_measure_m, steps, landing_m, .. } = course {
        let lengths = [
            ("rise_m", rise_m),
            ("run_m", run_m),
            ("step_measure_m", step_measure_m),
            ("landing_m", landing_m),
        ];
        for (field, range) in lengths {
            findings.ordered(at.field(field), *range, true);
        }
        findings.ordered(at.field("steps"), (steps.0 as f64, steps.1 as f64), true);
    }
    if let CourseConfig::Turning { rise_m, run_m, step_measure_m, steps, landing_m, radius_m, width_m } =
        course
    {
        let lengths = [
            ("rise_m", rise_m),
            ("run_m", run_m),
            ("step_measure_m", step_measure_m),
            ("landing_m", landing_m),
            ("radius_m", radius_m),
        ];
        for (field, range) in lengths {
            findings.ordered(at.field(field), *range, true);
        }
        findings.ordered(at.field("steps"), (steps.0 as f64, steps.1 as f64), true);
        let half_m = 0.5 * width_m;
        let allowed = format!("more than half of `width_m`, {half_m}");
        findings.relation(radius_m.0 > half_m, at.field("radius_m"), radius_m.0, allowed);
    }
}

fn command(findings: &mut Findings, at: &FieldPath, config: &ScenarioConfig) {
    match &config.command {
        CommandConfig::Velocity { .. } if config.course.is_some() => {
            findings.add(at.clone(), "velocities on a course", "`Goals`: a course has an end to walk to");
        }
        CommandConfig::Goals { goals, .. } if goals.is_empty() && config.course.is_none() => {
            findings.add(at.field("goals"), "no goal", "at least one goal");
        }
        CommandConfig::Velocity { script } if script.is_empty() => {
            findings.add(at.field("script"), "no piece", "at least one piece");
        }
        CommandConfig::Goals { .. } | CommandConfig::Velocity { .. } => {}
    }
}

fn disturbance(findings: &mut Findings, at: &FieldPath, disturbance: &Disturbance, robot: &RobotConfig) {
    match disturbance {
        Disturbance::Push { link, .. } => {
            let links: Vec<&str> = robot.links.iter().map(|l| l.name.as_str()).collect();
            findings.known(at.field("link"), link, "link", &links);
        }
        Disturbance::CutTorque { joints, .. } => {
            let list = at.field("joints");
            if joints.is_empty() {
                findings.add(list.clone(), "no joint", "at least one joint");
            }
            let driven: Vec<&str> =
                robot.joints.iter().filter(|j| !j.rigid).map(|j| j.name.as_str()).collect();
            for (i, name) in joints.iter().enumerate() {
                if robot.joints.iter().any(|j| j.rigid && j.name == *name) {
                    let found = format!("`{}`, which is held by its brake", clip(name, 40));
                    findings.add(list.index(i), found, "a joint that is not `rigid`");
                } else {
                    findings.known(list.index(i), name, "joint", &driven);
                }
            }
        }
    }
}

/// In the order of time, and about things that there are.
fn actions(findings: &mut Findings, at: &FieldPath, config: &ScenarioConfig, robot: &RobotConfig) {
    let mut latest_s = 0.0;
    // Numbers may be set one after another, so that each must fit those set before.
    let mut controller = robot.controller;
    for (i, timed) in config.actions.iter().enumerate() {
        let (entry, field) = (at.index(i), at.index(i).field("action"));
        if timed.at_s < latest_s {
            let allowed = format!("not before the action above it, {latest_s} s");
            findings.relation(false, entry.field("at_s"), timed.at_s, allowed);
        }
        latest_s = timed.at_s.max(latest_s);
        match &timed.action {
            Action::Pull { link, .. } => {
                let links: Vec<&str> = robot.links.iter().map(|l| l.name.as_str()).collect();
                findings.known(field.field("link"), link, "link", &links);
            }
            Action::MoveBox { feature, .. } => {
                // What a course draws is known when it is run.
                let is_drawn = config.course.is_some() && *feature >= config.terrain.features.len();
                if !is_drawn && !matches!(config.terrain.features.get(*feature), Some(Feature::Box { .. })) {
                    let allowed = "the index of a `Box` in `terrain.features`";
                    findings.add(field.field("feature"), feature.to_string(), allowed);
                }
            }
            Action::Set { path, value } => match controller_numbers::set(&controller, path, *value) {
                Ok(tuned) => controller = tuned,
                Err(error) => {
                    let known = controller_numbers::get(&controller, path).is_ok();
                    let wrong = if known { "value" } else { "path" };
                    findings.add(field.field(wrong), clip(&error.found, 60), error.allowed);
                }
            },
            Action::Walk { .. } | Action::GoTo { .. } | Action::LetGo | Action::Throw { .. } => {}
        }
    }
}

fn payload(findings: &mut Findings, at: &FieldPath, payload: &PayloadConfig, robot: &RobotConfig) {
    let links: Vec<&str> = robot.links.iter().map(|l| l.name.as_str()).collect();
    findings.known(at.field("link"), &payload.link, "link", &links);
}

fn cup(findings: &mut Findings, at: &FieldPath, cup: &CupConfig, robot: &RobotConfig) {
    let links: Vec<&str> = robot.links.iter().map(|l| l.name.as_str()).collect();
    findings.known(at.field("link"), &cup.link, "link", &links);
}

fn variation(findings: &mut Findings, at: &FieldPath, variation: &VariationConfig) {
    let VariationConfig { friction, noise, latency_s, .. } = variation;
    for (field, range) in [("friction", friction), ("noise", noise), ("latency_s", latency_s)] {
        if let Some(range) = range {
            findings.ordered(at.field(field), *range, true);
        }
    }
}

fn expectation(findings: &mut Findings, at: &FieldPath, expectation: &Expectation, metrics: &[&str]) {
    match (&expectation.metric, &expectation.signal) {
        (None, None) => findings.add(at.clone(), "neither a metric nor a signal", "`metric` or `signal`"),
        (Some(_), Some(_)) => findings.add(at.field("signal"), "a signal beside a metric", "one of both"),
        (Some(metric), None) if !metrics.is_empty() => {
            findings.known(at.field("metric"), metric, "metric", metrics);
        }
        _ => {}
    }
}

/// Figure and window of a signal; a metric has none.
fn window(
    findings: &mut Findings,
    at: &FieldPath,
    expectation: &Expectation,
    signals: Option<&[String]>,
    duration_s: f64,
) {
    let Expectation { signal, of, from_s, to_s, .. } = expectation;
    let Some(signal) = signal else {
        for (field, given) in [("of", of.is_some()), ("from_s", from_s.is_some()), ("to_s", to_s.is_some())] {
            if given {
                findings.add(at.field(field), "a window's field with a metric", "it with a `signal` only");
            }
        }
        return;
    };
    if let Some(signals) = signals {
        let names: Vec<&str> = signals.iter().map(String::as_str).collect();
        findings.known(at.field("signal"), signal, "signal", &names);
    }
    if of.is_none() {
        let allowed = "`of: Min`, `Max`, `Mean`, `Rms`, `Final` or `AbsMax`";
        findings.add(at.clone(), "a signal without a figure", allowed);
    }
    let from = from_s.unwrap_or(0.0);
    // A window that the run never gets to would fail whatever the robot does.
    findings.within(at.field("from_s"), from, 0.0, duration_s);
    if let Some(to) = to_s {
        findings.within(at.field("to_s"), *to, from, duration_s);
    }
}

/// At least one bound, and the lower one not above the upper one.
pub(super) fn bounds(findings: &mut Findings, at: &FieldPath, min: Option<f64>, max: Option<f64>) {
    match (min, max) {
        (None, None) => findings.add(at.clone(), "no bound", "`min`, `max` or both"),
        (Some(min), Some(max)) if min > max => {
            findings.add(at.field("max"), max.to_string(), format!("at least `min`, {min}"));
        }
        _ => {}
    }
}
