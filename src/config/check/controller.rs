//! Checks of the walking controller's gains.

use super::Findings;
use crate::config::controller::ControllerConfig;
use crate::config::path::FieldPath;

/// Lower bounds do not exceed upper ones.
pub(super) fn check(findings: &mut Findings, at: &FieldPath, config: &ControllerConfig) {
    let gait = &config.gait;
    let at = at.field("gait");
    let (least, nominal) = (gait.min_single_support_s, gait.single_support_s);
    let allowed = format!("at most `single_support_s`, {nominal}");
    findings.relation(least <= nominal, at.field("min_single_support_s"), least, allowed);
    let (low, high) = (gait.min_width_m, gait.max_width_m);
    let allowed = format!("at least `min_width_m`, {low}");
    findings.relation(low <= high, at.field("max_width_m"), high, allowed);
    if let Some(width) = gait.step_width_m {
        let allowed = format!("a number from `min_width_m`, {low}, to `max_width_m`, {high}");
        findings.relation(width >= low && width <= high, at.field("step_width_m"), width, allowed);
    }
}
