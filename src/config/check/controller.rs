//! Checks of the walking controller's gains.

use super::Findings;
use crate::config::controller::{ControllerConfig, GaitConfig};
use crate::config::path::FieldPath;

/// Times and lengths are positive, gains and costs not negative, shares within 0 to 1.
pub(super) fn check(findings: &mut Findings, at: &FieldPath, config: &ControllerConfig) {
    let ControllerConfig { gait, balance, swing, body, whole_body } = config;

    gait_times_and_lengths(findings, &at.field("gait"), gait);

    let path = at.field("balance");
    for (field, value) in [
        ("stand_gain_hz", balance.stand_gain_hz),
        ("cop_margin_m", balance.cop_margin_m),
        ("foothold_weight", balance.foothold_weight),
        ("cop_weight", balance.cop_weight),
        ("terminal_weight", balance.terminal_weight),
        ("timing_weight", balance.timing_weight),
        ("observer_hz", balance.observer_hz),
        ("observer_limit_m", balance.observer_limit_m),
    ] {
        findings.not_negative(path.field(field), value);
    }
    findings.positive_up_to(path.field("ankle_share"), balance.ankle_share, 1.0);

    let path = at.field("swing");
    findings.positive_up_to(path.field("clearance_m"), swing.clearance_m, 1.0);
    let apex = swing.apex_share;
    let allowed = "a number above 0 and below 1";
    findings.require(apex > 0.0 && apex < 1.0, path.field("apex_share"), apex, allowed);
    findings.within(path.field("freeze_s"), swing.freeze_s, 0.0, 10.0);
    findings.positive(path.field("max_speed_m_s"), swing.max_speed_m_s);
    findings.positive(path.field("landing_speed_m_s"), swing.landing_speed_m_s);
    findings.not_negative(path.field("kp"), swing.kp);
    findings.not_negative(path.field("kd"), swing.kd);

    let path = at.field("body");
    if let Some(height) = body.com_height_m {
        findings.positive_up_to(path.field("com_height_m"), height, 3.0);
    }
    for (field, value) in [
        ("height_kp", body.height_kp),
        ("height_kd", body.height_kd),
        ("orientation_kp", body.orientation_kp),
        ("orientation_kd", body.orientation_kd),
        ("posture_kp", body.posture_kp),
        ("posture_kd", body.posture_kd),
    ] {
        findings.not_negative(path.field(field), value);
    }

    let path = at.field("whole_body");
    for (field, value) in [
        ("com", whole_body.com),
        ("trunk", whole_body.trunk),
        ("trunk_yaw", whole_body.trunk_yaw),
        ("pelvis", whole_body.pelvis),
        ("swing", whole_body.swing),
        ("swing_orientation", whole_body.swing_orientation),
        ("contact", whole_body.contact),
        ("angular_momentum", whole_body.angular_momentum),
        ("yaw_momentum", whole_body.yaw_momentum),
        ("angular_momentum_rate", whole_body.angular_momentum_rate),
        ("arms", whole_body.arms),
        ("waist", whole_body.waist),
        ("legs", whole_body.legs),
        ("force", whole_body.force),
        ("yaw_moment_m", whole_body.yaw_moment_m),
    ] {
        findings.not_negative(path.field(field), value);
    }
    findings.positive(path.field("friction"), whole_body.friction);
    findings.positive_up_to(path.field("torque_share"), whole_body.torque_share, 1.0);
}

/// What is given is in range, and what is given twice agrees; what is left out follows from the robot.
fn gait_times_and_lengths(findings: &mut Findings, path: &FieldPath, gait: &GaitConfig) {
    for (field, value) in [
        ("single_support_s", gait.single_support_s),
        ("min_single_support_s", gait.min_single_support_s),
        ("stair_single_support_s", gait.stair_single_support_s),
        ("descent_single_support_s", gait.descent_single_support_s),
        ("start_s", gait.start_s),
    ] {
        if let Some(value) = value {
            findings.positive_up_to(path.field(field), value, 10.0);
        }
    }
    for (field, value, high) in [
        ("double_support_s", gait.double_support_s, 10.0),
        ("stair_double_support_s", gait.stair_double_support_s, 10.0),
        ("descent_double_support_s", gait.descent_double_support_s, 10.0),
        ("max_forward_m", gait.max_forward_m, 2.0),
        ("max_backward_m", gait.max_backward_m, 2.0),
        ("step_width_m", gait.step_width_m, 2.0),
        ("min_width_m", gait.min_width_m, 2.0),
        ("max_width_m", gait.max_width_m, 2.0),
    ] {
        if let Some(value) = value {
            findings.within(path.field(field), value, 0.0, high);
        }
    }
    let mut at_most = |low: (&str, Option<f64>), high: (&str, Option<f64>)| {
        if let (Some(value), Some(limit)) = (low.1, high.1)
            && value > limit
        {
            let allowed = format!("at most `{}`, {limit}", high.0);
            findings.add(path.field(low.0), value.to_string(), allowed);
        }
    };
    at_most(("min_single_support_s", gait.min_single_support_s), ("single_support_s", gait.single_support_s));
    at_most(("min_width_m", gait.min_width_m), ("max_width_m", gait.max_width_m));
    at_most(("min_width_m", gait.min_width_m), ("step_width_m", gait.step_width_m));
    at_most(("step_width_m", gait.step_width_m), ("max_width_m", gait.max_width_m));
}
