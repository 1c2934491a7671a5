//! Checks of the walking controller's gains.

use super::Findings;
use crate::config::controller::ControllerConfig;
use crate::config::path::FieldPath;

/// What is given of lower and upper bounds agrees; what is left out follows from the robot.
pub(super) fn check(findings: &mut Findings, at: &FieldPath, config: &ControllerConfig) {
    let gait = &config.gait;
    let path = at.field("gait");
    let mut at_most = |low: (&str, Option<f64>), high: (&str, Option<f64>)| {
        if let (Some(value), Some(limit)) = (low.1, high.1) {
            let allowed = format!("at most `{}`, {limit}", high.0);
            findings.relation(value <= limit, path.field(low.0), value, allowed);
        }
    };
    at_most(("min_single_support_s", gait.min_single_support_s), ("single_support_s", gait.single_support_s));
    at_most(("min_width_m", gait.min_width_m), ("max_width_m", gait.max_width_m));
    at_most(("min_width_m", gait.min_width_m), ("step_width_m", gait.step_width_m));
    at_most(("step_width_m", gait.step_width_m), ("max_width_m", gait.max_width_m));
}
