//! Gains and limits of the walking controller, as a robot's RON carries them.
//!
//! Every field has a default that suits a human-sized biped; lengths that follow from the robot
//! itself (step width, CoM height, CoP range) are derived from the model unless given here.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Gains and limits of the walking controller.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ControllerConfig {
    /// Step timing and reach.
    pub gait: GaitConfig,
    /// Balance by CoP, foothold and timing.
    pub balance: BalanceConfig,
    /// Trajectory of the swing foot.
    pub swing: SwingConfig,
    /// Height, trunk and posture.
    pub body: BodyConfig,
    /// Carrying an open vessel.
    pub carry: CarryConfig,
    /// Weights and margins of the whole-body QP.
    pub whole_body: WholeBodyConfig,
}

/// Step timing and reach.
///
/// A time or length left out follows from the robot's size: it is the figure given here for a CoM 0.98 m
/// high, times grow with the root of the height and lengths with the height (equal Froude number).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GaitConfig {
    /// Nominal time on one foot [s]; 0.35 s, scaled, where absent.
    pub single_support_s: Option<f64>,
    /// Nominal time on both feet between two steps [s]; 0.06 s, scaled, where absent.
    pub double_support_s: Option<f64>,
    /// Shortest time on one foot that step adjustment may choose [s]; 0.18 s, scaled, where absent.
    pub min_single_support_s: Option<f64>,
    /// Fastest that stairs are climbed, upwards [m/s]; 0.41 m/s, scaled, where absent.
    pub climb_m_s: Option<f64>,
    /// Fastest that stairs are climbed, along their slope [m/s]; 0.80 m/s, scaled, where absent.
    pub climb_slope_m_s: Option<f64>,
    /// Time on both feet between steps up a flight of stairs [s]; 0.06 s, scaled, where absent.
    pub stair_double_support_s: Option<f64>,
    /// Fastest that stairs are descended, downwards [m/s]; 0.51 m/s, scaled, where absent.
    pub descend_m_s: Option<f64>,
    /// Fastest that stairs are descended, along their slope [m/s]; 0.85 m/s, scaled, where absent.
    pub descend_slope_m_s: Option<f64>,
    /// Time on both feet before a step down [s]; 0.08 s, scaled, where absent.
    pub descent_double_support_s: Option<f64>,
    /// Share of the double support on stairs down after which the rear heel may rise.
    pub heel_off_share: f64,
    /// Time to shift the weight before the first step [s]; 0.5 s, scaled, where absent.
    pub start_s: Option<f64>,
    /// Distance between the feet's centre lines [m]; the soles' in the posture where absent.
    pub step_width_m: Option<f64>,
    /// Longest step forward, from foot to foot [m]; 0.62 m, scaled, where absent.
    pub max_forward_m: Option<f64>,
    /// Longest step backward [m]; 0.40 m, scaled, where absent.
    pub max_backward_m: Option<f64>,
    /// Least distance between the feet's centre lines when one passes the other [m]; a sole's width and
    /// 0.03 m where absent.
    pub min_width_m: Option<f64>,
    /// Largest distance between the feet's centre lines [m]; 0.70 m, scaled, where absent.
    pub max_width_m: Option<f64>,
}

impl Default for GaitConfig {
    fn default() -> Self {
        Self {
            single_support_s: None,
            double_support_s: None,
            min_single_support_s: None,
            climb_m_s: None,
            climb_slope_m_s: None,
            stair_double_support_s: None,
            descend_m_s: None,
            descend_slope_m_s: None,
            descent_double_support_s: None,
            heel_off_share: 0.3,
            start_s: None,
            step_width_m: None,
            max_forward_m: None,
            max_backward_m: None,
            min_width_m: None,
            max_width_m: None,
        }
    }
}

/// Balance by CoP, foothold and timing.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct BalanceConfig {
    /// DCM feedback when standing on both feet [1/s].
    pub stand_gain_hz: f64,
    /// Distance the CoP keeps from the sole's edges [m].
    pub cop_margin_m: f64,
    /// Share of the ankles' peak torque the plan counts on.
    pub ankle_share: f64,
    /// Cost of moving a foothold, per metre squared.
    pub foothold_weight: f64,
    /// Cost of moving the CoP, per metre squared.
    pub cop_weight: f64,
    /// Cost of leaving the plan's DCM at the end of the horizon, per metre squared.
    pub terminal_weight: f64,
    /// Cost of changing the step's duration, per second squared.
    pub timing_weight: f64,
    /// Bandwidth of the disturbance observer on the DCM [1/s].
    pub observer_hz: f64,
    /// Largest disturbance it may find, as a CoP offset [m].
    pub observer_limit_m: f64,
}

impl Default for BalanceConfig {
    fn default() -> Self {
        Self {
            stand_gain_hz: 2.2,
            cop_margin_m: 0.010,
            ankle_share: 0.9,
            foothold_weight: 1.0,
            cop_weight: 0.2,
            terminal_weight: 100.0,
            timing_weight: 0.5,
            observer_hz: 1.0,
            observer_limit_m: 0.03,
        }
    }
}

/// Trajectory of the swing foot.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SwingConfig {
    /// Height of the sole's apex above the higher of both footholds [m].
    pub clearance_m: f64,
    /// The same for a step up [m].
    pub stair_clearance_m: f64,
    /// The same for a step down [m].
    pub descent_clearance_m: f64,
    /// How far the toes point down in the middle of a step up [rad].
    pub toes_down_rad: f64,
    /// How far the toes point down when a foot lands on a step so low that it stretches the leg [rad].
    pub landing_toes_rad: f64,
    /// How long before its time a foot that steps down reaches the height of its tread [s].
    pub landing_early_s: f64,
    /// Share of a step up in which the foot only rises, so that its toe clears the nosing.
    pub hold_share: f64,
    /// Share of a step down that is left when the foot is over its tread.
    pub over_share: f64,
    /// Share of the swing at which the apex is reached.
    pub apex_share: f64,
    /// Share of a step up after which the sole is over the first edge on its way; the apex follows from it.
    pub edge_share: f64,
    /// The same for a step down: early, so that the foot comes down gently.
    pub descent_apex_share: f64,
    /// Time before touchdown in which the foothold is no longer moved [s].
    pub freeze_s: f64,
    /// Largest acceleration along the ground of a foot sent to a new foothold [m/s^2]: what the stance foot's
    /// friction holds against a leg.
    pub max_acceleration_m_s2: f64,
    /// Speed at which a foot that has not touched yet goes on down [m/s].
    pub landing_speed_m_s: f64,
    /// Position feedback [1/s^2].
    pub kp: f64,
    /// Velocity feedback [1/s].
    pub kd: f64,
}

impl Default for SwingConfig {
    fn default() -> Self {
        Self {
            clearance_m: 0.06,
            stair_clearance_m: 0.07,
            descent_clearance_m: 0.03,
            toes_down_rad: 0.2,
            landing_toes_rad: 0.15,
            landing_early_s: 0.04,
            hold_share: 0.24,
            over_share: 0.36,
            descent_apex_share: 0.4,
            apex_share: 0.4,
            edge_share: 0.38,
            freeze_s: 0.06,
            max_acceleration_m_s2: 100.0,
            landing_speed_m_s: 0.15,
            kp: 600.0,
            kd: 45.0,
        }
    }
}

/// Height, trunk and posture.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct BodyConfig {
    /// CoM height above the sole [m]; the posture's where absent.
    pub com_height_m: Option<f64>,
    /// How much lower the CoM is carried on stairs, so that the legs reach [m].
    pub stair_drop_m: f64,
    /// How far the pelvis tilts to the foot in the air, and turns ahead with it, on a step down that stretches the
    /// leg [rad].
    pub pelvis_tilt_rad: f64,
    /// Bandwidth of that [1/s].
    pub pelvis_hz: f64,
    /// Bandwidth at which the CoM's height follows the footholds' [1/s].
    pub height_hz: f64,
    /// Height feedback [1/s^2].
    pub height_kp: f64,
    /// Damping of the height [1/s].
    pub height_kd: f64,
    /// Integral of the height's error, which finds a weight other than the model's [1/s^3].
    pub height_ki: f64,
    /// Trunk and pelvis orientation feedback [1/s^2].
    pub orientation_kp: f64,
    /// Damping of the trunk and pelvis orientation [1/s].
    pub orientation_kd: f64,
    /// Posture feedback of arms and head [1/s^2].
    pub posture_kp: f64,
    /// Damping of the posture of arms and head [1/s].
    pub posture_kd: f64,
}

impl Default for BodyConfig {
    fn default() -> Self {
        Self {
            com_height_m: None,
            stair_drop_m: 0.04,
            pelvis_tilt_rad: 0.15,
            pelvis_hz: 12.0,
            height_hz: 10.0,
            height_kp: 80.0,
            height_kd: 18.0,
            height_ki: 160.0,
            orientation_kp: 150.0,
            orientation_kd: 22.0,
            posture_kp: 80.0,
            posture_kd: 16.0,
        }
    }
}

/// Carrying an open vessel; without one nothing of it counts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CarryConfig {
    /// Bandwidth at which the hand follows its place beside the body, along the ground [1/s].
    pub follow_hz: f64,
    /// Bandwidth at which it follows the body's speed, along the ground [1/s].
    pub mean_hz: f64,
    /// Bandwidth at which it follows the body's height [1/s].
    pub height_hz: f64,
    /// Distance from its place at which it follows twice as stiffly [m].
    pub reach_m: f64,
    /// Damping that the hand gives the liquid, as a share of the critical one.
    pub calming: f64,
    /// Share of the acceleration's tilt that the vessel leans by.
    pub leaning_share: f64,
    /// Share of the speed on stairs at which a robot that carries takes them.
    pub stair_share: f64,
    /// Room more that a route leaves beside a robot that carries [m]: one arm alone swings farther.
    pub room_m: f64,
    /// Position feedback of the hand [1/s^2].
    pub kp: f64,
    /// Velocity feedback of the hand [1/s].
    pub kd: f64,
    /// Orientation feedback of the vessel [1/s^2].
    pub orientation_kp: f64,
    /// Damping of the vessel's orientation [1/s].
    pub orientation_kd: f64,
    /// Weight of the hand's place.
    pub place: f64,
    /// Weight of the vessel's tilt.
    pub level: f64,
}

impl Default for CarryConfig {
    fn default() -> Self {
        Self {
            follow_hz: 3.0,
            mean_hz: 3.0,
            height_hz: 3.0,
            reach_m: 0.10,
            calming: 0.3,
            leaning_share: 1.0,
            stair_share: 0.8,
            room_m: 0.12,
            kp: 1500.0,
            kd: 100.0,
            orientation_kp: 600.0,
            orientation_kd: 45.0,
            place: 300.0,
            level: 20.0,
        }
    }
}

/// Weights and margins of the whole-body QP.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WholeBodyConfig {
    /// Rate at which the controller decides [Hz]; torques hold in between.
    pub rate_hz: f64,
    /// CoM acceleration.
    pub com: f64,
    /// Trunk roll and pitch.
    pub trunk: f64,
    /// Trunk yaw: what the trunk may not counter, the soles must hold.
    pub trunk_yaw: f64,
    /// Pelvis orientation.
    pub pelvis: f64,
    /// Swing foot position.
    pub swing: f64,
    /// Swing foot orientation.
    pub swing_orientation: f64,
    /// Rest of the standing feet.
    pub contact: f64,
    /// Damping of the centroidal angular momentum about horizontal axes, as a share of mass times CoM
    /// height squared.
    pub angular_momentum: f64,
    /// The same about the vertical: what the arms swing for.
    pub yaw_momentum: f64,
    /// Rate at which angular momentum is damped [1/s].
    pub angular_momentum_rate: f64,
    /// Posture of arms and head.
    pub arms: f64,
    /// The same of what reaches out to the sides, a metre of it per radian: arms swing fore and aft.
    pub arms_aside: f64,
    /// Posture of the waist.
    pub waist: f64,
    /// Posture of the legs.
    pub legs: f64,
    /// Contact forces, as a share of the weight.
    pub force: f64,
    /// Friction the controller counts on.
    pub friction: f64,
    /// Yaw moment a sole can carry, per newton of normal force [m].
    pub yaw_moment_m: f64,
    /// Share of the peak torques the QP may use.
    pub torque_share: f64,
}

impl Default for WholeBodyConfig {
    fn default() -> Self {
        Self {
            rate_hz: 500.0,
            com: 1000.0,
            trunk: 20.0,
            trunk_yaw: 20.0,
            pelvis: 20.0,
            swing: 1000.0,
            swing_orientation: 100.0,
            contact: 2000.0,
            angular_momentum: 190.0,
            yaw_momentum: 630.0,
            angular_momentum_rate: 5.0,
            arms: 0.2,
            arms_aside: 4.0,
            waist: 5.0,
            legs: 0.02,
            force: 6.5,
            friction: 0.45,
            yaw_moment_m: 0.03,
            torque_share: 0.98,
        }
    }
}
