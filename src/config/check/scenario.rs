//! Checks of a scenario.

use super::{Findings, MAX_LENGTH_M};
use crate::config::diagnostic::{Finding, clip};
use crate::config::path::FieldPath;
use crate::config::robot::RobotConfig;
use crate::config::scenario::{
    CommandConfig, Disturbance, Expectation, Feature, GoalConfig, PayloadConfig, ScenarioConfig,
    VariationConfig, VelocityPiece, When,
};

/// Largest step of physics and control [s].
const MAX_DT_S: f64 = 0.01;
/// Smallest one [s]: a run of it takes a thousand times as long as it simulates.
const MIN_DT_S: f64 = 1e-6;
/// Longest run [s]: a day.
const MAX_DURATION_S: f64 = 86_400.0;
/// Most steps of a flight.
const MAX_STEPS: usize = 1000;
/// Fastest speed that may be asked [m/s].
const MAX_SPEED_M_S: f64 = 10.0;
/// Heaviest payload [kg].
const MAX_PAYLOAD_KG: f64 = 10_000.0;
/// Largest factor on the sensors' noise.
const MAX_SENSOR_NOISE_FACTOR: f64 = 1e6;

/// Everything wrong with a scenario for this robot; `metrics` are the names an expectation may have.
pub fn scenario(config: &ScenarioConfig, robot: &RobotConfig, metrics: &[&str]) -> Vec<Finding> {
    let root = FieldPath::root();
    let mut findings = Findings::default();
    findings.not_empty(root.field("name"), &config.name);
    findings.positive_up_to(root.field("duration_s"), config.duration_s, MAX_DURATION_S);
    let physics = root.field("physics");
    findings.within(physics.field("dt_s"), config.physics.dt_s, MIN_DT_S, MAX_DT_S);
    findings.within(physics.field("gravity_m_s2"), config.physics.gravity_m_s2, 0.0, 100.0);
    let start = root.field("start");
    point(&mut findings, &start.field("xy_m"), config.start.xy_m);
    findings.finite(start.field("yaw_rad"), config.start.yaw_rad);

    let terrain = root.field("terrain");
    findings.within(terrain.field("friction"), config.terrain.friction, 0.0, 10.0);
    for (i, thing) in config.terrain.features.iter().enumerate() {
        feature(&mut findings, &terrain.field("features").index(i), thing);
    }
    command(&mut findings, &root.field("command"), &config.command);
    for (i, what) in config.disturbances.iter().enumerate() {
        disturbance(&mut findings, &root.field("disturbances").index(i), what, robot);
    }
    if let Some(load) = &config.payload {
        payload(&mut findings, &root.field("payload"), load, robot);
    }
    findings.within(
        root.field("sensor_noise_factor"),
        config.sensor_noise_factor,
        0.0,
        MAX_SENSOR_NOISE_FACTOR,
    );
    variation(&mut findings, &root.field("variation"), &config.variation);
    for (i, wanted) in config.expectations.iter().enumerate() {
        expectation(&mut findings, &root.field("expectations").index(i), wanted, metrics);
    }
    findings.0
}

fn point(findings: &mut Findings, at: &FieldPath, (x, y): (f64, f64)) {
    findings.within(at.index(0), x, -MAX_LENGTH_M, MAX_LENGTH_M);
    findings.within(at.index(1), y, -MAX_LENGTH_M, MAX_LENGTH_M);
}

fn feature(findings: &mut Findings, at: &FieldPath, feature: &Feature) {
    match feature {
        Feature::Stairs { start_m, heading_rad, rise_m, run_m, width_m, steps, landing_m, down: _ } => {
            point(findings, &at.field("start_m"), *start_m);
            findings.finite(at.field("heading_rad"), *heading_rad);
            for (field, value) in
                [("rise_m", rise_m), ("run_m", run_m), ("width_m", width_m), ("landing_m", landing_m)]
            {
                findings.positive_up_to(at.field(field), *value, MAX_LENGTH_M);
            }
            if *steps == 0 || *steps > MAX_STEPS {
                let allowed = format!("a whole number from 1 to {MAX_STEPS}");
                findings.add(at.field("steps"), steps.to_string(), allowed);
            }
        }
        Feature::Box { center_m, size_m, yaw_rad } => {
            point(findings, &at.field("center_m"), *center_m);
            for (i, size) in [size_m.0, size_m.1, size_m.2].into_iter().enumerate() {
                findings.positive_up_to(at.field("size_m").index(i), size, MAX_LENGTH_M);
            }
            findings.finite(at.field("yaw_rad"), *yaw_rad);
        }
        Feature::Wall { from_m, to_m, height_m, thickness_m } => {
            point(findings, &at.field("from_m"), *from_m);
            point(findings, &at.field("to_m"), *to_m);
            if from_m == to_m {
                let found = format!("({}, {}), where the wall begins", to_m.0, to_m.1);
                findings.add(at.field("to_m"), found, "another point than `from_m`");
            }
            findings.positive_up_to(at.field("height_m"), *height_m, MAX_LENGTH_M);
            findings.positive_up_to(at.field("thickness_m"), *thickness_m, MAX_LENGTH_M);
        }
    }
}

fn command(findings: &mut Findings, at: &FieldPath, command: &CommandConfig) {
    match command {
        CommandConfig::Goals { speed_m_s, goals } => {
            findings.positive_up_to(at.field("speed_m_s"), *speed_m_s, MAX_SPEED_M_S);
            let list = at.field("goals");
            if goals.is_empty() {
                findings.add(list.clone(), "no goal", "at least one goal");
            }
            for (i, goal) in goals.iter().enumerate() {
                let GoalConfig { xy_m, yaw_rad, radius_m } = *goal;
                point(findings, &list.index(i).field("xy_m"), xy_m);
                if let Some(yaw) = yaw_rad {
                    findings.finite(list.index(i).field("yaw_rad"), yaw);
                }
                findings.positive_up_to(list.index(i).field("radius_m"), radius_m, MAX_LENGTH_M);
            }
        }
        CommandConfig::Velocity { script } => {
            let list = at.field("script");
            if script.is_empty() {
                findings.add(list.clone(), "no piece", "at least one piece");
            }
            for (i, piece) in script.iter().enumerate() {
                let at = list.index(i);
                let VelocityPiece { for_s, forward_m_s, left_m_s, turn_rad_s } = *piece;
                findings.positive(at.field("for_s"), for_s);
                findings.within(at.field("forward_m_s"), forward_m_s, -MAX_SPEED_M_S, MAX_SPEED_M_S);
                findings.within(at.field("left_m_s"), left_m_s, -MAX_SPEED_M_S, MAX_SPEED_M_S);
                findings.within(at.field("turn_rad_s"), turn_rad_s, -MAX_SPEED_M_S, MAX_SPEED_M_S);
            }
        }
    }
}

fn disturbance(findings: &mut Findings, at: &FieldPath, disturbance: &Disturbance, robot: &RobotConfig) {
    match disturbance {
        Disturbance::Push { link, impulse_ns, duration_s, at: when } => {
            let links: Vec<&str> = robot.links.iter().map(|l| l.name.as_str()).collect();
            findings.known(at.field("link"), link, "link", &links);
            findings.finite_all(&at.field("impulse_ns"), impulse_ns);
            findings.positive(at.field("duration_s"), *duration_s);
            let at = at.field("at");
            match when {
                When::Time(time_s) => findings.not_negative(at.index(0), *time_s),
                When::Phase { after_s, phase } => {
                    findings.not_negative(at.field("after_s"), *after_s);
                    findings.within(at.field("phase"), *phase, 0.0, 1.0);
                }
            }
        }
        Disturbance::CutTorque { joints, at_s } => {
            findings.not_negative(at.field("at_s"), *at_s);
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

fn payload(findings: &mut Findings, at: &FieldPath, payload: &PayloadConfig, robot: &RobotConfig) {
    let links: Vec<&str> = robot.links.iter().map(|l| l.name.as_str()).collect();
    findings.known(at.field("link"), &payload.link, "link", &links);
    findings.within(at.field("mass_kg"), payload.mass_kg, 0.0, MAX_PAYLOAD_KG);
    for (i, value) in payload.at_m.iter().enumerate() {
        findings.within(at.field("at_m").index(i), *value, -MAX_LENGTH_M, MAX_LENGTH_M);
    }
}

fn variation(findings: &mut Findings, at: &FieldPath, variation: &VariationConfig) {
    findings.within(at.field("mass"), variation.mass, 0.0, 0.9);
    for (field, range) in [("friction", variation.friction), ("noise", variation.noise)] {
        if let Some((low, high)) = range {
            findings.ordered(at.field(field), (low, high), true);
            findings.not_negative(at.field(field).index(0), low);
        }
    }
    for (field, value) in [
        ("start_xy_m", variation.start_xy_m),
        ("start_yaw_rad", variation.start_yaw_rad),
        ("start_joints_rad", variation.start_joints_rad),
    ] {
        findings.within(at.field(field), value, 0.0, 10.0);
    }
}

fn expectation(findings: &mut Findings, at: &FieldPath, expectation: &Expectation, metrics: &[&str]) {
    if !metrics.is_empty() {
        findings.known(at.field("metric"), &expectation.metric, "metric", metrics);
    }
    bounds(findings, at, expectation.min, expectation.max);
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
