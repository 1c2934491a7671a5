//! What numbers a field may have: one table that the checks, the schema and `loong explain` share.

use std::fmt;

use super::diagnostic::number;

/// Farthest coordinate and largest length of a world [m]; beyond it single precision is worse than 0.1 mm.
const MAX_LENGTH_M: f64 = 1000.0;
/// Largest step of physics and control [s].
const MAX_DT_S: f64 = 0.01;
/// Smallest one [s]: a run of it takes a thousand times as long as it simulates.
const MIN_DT_S: f64 = 1e-6;
/// Longest run [s]: a day.
const MAX_DURATION_S: f64 = 86_400.0;
/// Most steps of a flight.
const MAX_STEPS: f64 = 1000.0;
/// Most people of a course: each looks at all others.
const MAX_PEOPLE: f64 = 200.0;
/// Steepest ramp [rad].
const MAX_SLOPE_RAD: f64 = 1.2;
/// Most stepping stones along or across a way.
const MAX_STONES: f64 = 100.0;
/// Largest soft ground along a side [m]: it is made of many small pieces.
const MAX_SOFT_M: f64 = 20.0;
/// Least distance of two bumps of rough ground [m].
const MIN_BUMP_M: f64 = 0.05;
/// Fastest speed that may be asked [m/s], and turn [rad/s].
const MAX_SPEED: f64 = 10.0;
/// Longest time of a step or a part of it [s].
const MAX_STEP_S: f64 = 10.0;
/// Oldest sample a sensor may give [s]: it bounds the samples that wait.
const MAX_LATENCY_S: f64 = 1.0;
/// Most rays of a turn: beams times directions.
pub(super) const MAX_RAYS: usize = 1_000_000;

/// The numbers a field may have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// Lower bound; negative infinity where there is none.
    pub low: f64,
    /// Upper bound; infinity where there is none.
    pub high: f64,
    /// Whether the lower bound itself is allowed.
    pub with_low: bool,
    /// Whether the upper bound itself is allowed.
    pub with_high: bool,
    /// Whether the field counts something.
    pub whole: bool,
}

impl Range {
    /// Any finite number.
    pub const FINITE: Self =
        Self { low: f64::NEG_INFINITY, high: f64::INFINITY, with_low: false, with_high: false, whole: false };
    /// Above 0.
    pub const POSITIVE: Self = Self { low: 0.0, ..Self::FINITE };
    /// 0 or above.
    pub const NOT_NEGATIVE: Self = Self { with_low: true, ..Self::POSITIVE };
    /// A share.
    pub const SHARE: Self = Self::within(0.0, 1.0);

    /// From `low` to `high`, both allowed.
    pub const fn within(low: f64, high: f64) -> Self {
        Self { low, high, with_low: true, with_high: true, whole: false }
    }

    /// Above 0 and up to `high`.
    pub const fn positive_up_to(high: f64) -> Self {
        Self { with_low: false, ..Self::within(0.0, high) }
    }

    /// Above `low` and below `high`.
    pub const fn between(low: f64, high: f64) -> Self {
        Self { low, high, with_low: false, with_high: false, whole: false }
    }

    /// A count from 1 to `high`.
    pub const fn count(high: f64) -> Self {
        Self { whole: true, ..Self::within(1.0, high) }
    }

    /// A count that may be none.
    pub const fn whole_up_to(high: f64) -> Self {
        Self { whole: true, ..Self::within(0.0, high) }
    }

    /// Whether a number is finite and within the bounds.
    pub fn contains(&self, value: f64) -> bool {
        let above = value > self.low || (self.with_low && value == self.low);
        let below = value < self.high || (self.with_high && value == self.high);
        value.is_finite() && above && below
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { low, high, with_low, with_high, whole } = *self;
        let what = if whole { "a whole number" } else { "a number" };
        let (from, to) = (number(low), number(high));
        match (low.is_finite(), high.is_finite()) {
            (false, false) => f.write_str("a finite number"),
            (true, false) if low == 0.0 && !with_low => f.write_str("a positive number"),
            (true, false) if with_low => write!(f, "{what} not below {from}"),
            (true, false) => write!(f, "{what} above {from}"),
            (false, true) if with_high => write!(f, "{what} up to {to}"),
            (false, true) => write!(f, "{what} below {to}"),
            (true, true) if with_low && with_high => write!(f, "{what} from {from} to {to}"),
            (true, true) if low == 0.0 && with_high => write!(f, "a positive number up to {to}"),
            (true, true) if with_high => write!(f, "{what} above {from} and up to {to}"),
            (true, true) if with_low => write!(f, "{what} from {from} and below {to}"),
            (true, true) => write!(f, "{what} above {from} and below {to}"),
        }
    }
}

/// The range of a field's numbers by the name of its type, of its variant too where it is an enum
/// (`Feature::Stairs`), and its own; a field that is not listed may be any finite number.
pub fn range_of(owner: &str, field: &str) -> Option<Range> {
    let (_, fields) = RANGES.iter().find(|(name, _)| *name == owner)?;
    fields.iter().find(|(names, _)| names.contains(&field)).map(|(_, range)| *range)
}

/// Every field with a range: its type, its name and the range.
pub fn ranges() -> impl Iterator<Item = (&'static str, &'static str, Range)> {
    RANGES.iter().flat_map(|(owner, fields)| {
        fields.iter().flat_map(move |(names, range)| names.iter().map(move |name| (*owner, *name, *range)))
    })
}

const LENGTH: Range = Range::positive_up_to(MAX_LENGTH_M);
const LENGTH_OR_NONE: Range = Range::within(0.0, MAX_LENGTH_M);
const COORDINATE: Range = Range::within(-MAX_LENGTH_M, MAX_LENGTH_M);
const LATENCY: Range = Range::within(0.0, MAX_LATENCY_S);
const STEP: Range = Range::positive_up_to(MAX_STEP_S);
const STEP_OR_NONE: Range = Range::within(0.0, MAX_STEP_S);
const VELOCITY: Range = Range::within(-MAX_SPEED, MAX_SPEED);
const RIGHT_ANGLE: Range = Range::within(-std::f64::consts::FRAC_PI_2, std::f64::consts::FRAC_PI_2);
const INSIDE_SHARE: Range = Range::between(0.0, 1.0);

/// Fields of one range.
type Fields = &'static [(&'static [&'static str], Range)];

/// Types in the order of their declaration.
static RANGES: &[(&str, Fields)] = &[
    // Robot.
    (
        "RobotConfig",
        &[(&["mass_kg", "height_m"], Range::POSITIVE), (&["mass_scale"], Range::within(0.01, 100.0))],
    ),
    ("LinkConfig", &[(&["mass_kg"], Range::POSITIVE)]),
    ("Geometry::Box", &[(&["size_m"], LENGTH), (&["round_m"], LENGTH_OR_NONE)]),
    ("Geometry::Sphere", &[(&["radius_m"], LENGTH)]),
    ("Geometry::Capsule", &[(&["radius_m"], LENGTH), (&["length_m"], LENGTH_OR_NONE)]),
    ("Geometry::Cylinder", &[(&["radius_m", "length_m"], LENGTH), (&["top_radius_m"], LENGTH_OR_NONE)]),
    ("Geometry::Ellipsoid", &[(&["radii_m"], LENGTH)]),
    ("Geometry::Loft", &[(&["round_m"], LENGTH_OR_NONE)]),
    ("LoftSection", &[(&["size_m"], LENGTH), (&["exponent"], Range::within(1.0, 100.0))]),
    (
        "ActuatorConfig",
        &[
            (&["peak_torque_nm", "max_speed_rad_s", "corner_speed_rad_s", "gear"], Range::POSITIVE),
            (&["rotor_inertia_kgm2", "viscous_nms", "coulomb_nm"], Range::NOT_NEGATIVE),
        ],
    ),
    ("FootConfig", &[(&["sole_size_m"], Range::POSITIVE)]),
    // Sensors.
    (
        "ImuConfig",
        &[
            (
                &["gyro_noise_density", "gyro_bias_rad_s", "accel_noise_density", "accel_bias_m_s2"],
                Range::NOT_NEGATIVE,
            ),
            (&["latency_s"], LATENCY),
        ],
    ),
    (
        "EncoderConfig",
        &[
            (&["resolution_rad", "position_noise_rad", "velocity_noise_rad_s"], Range::NOT_NEGATIVE),
            (&["latency_s"], LATENCY),
        ],
    ),
    (
        "FootContactConfig",
        &[
            (&["force_noise_n", "lift_n"], Range::NOT_NEGATIVE),
            (&["touch_n"], Range::POSITIVE),
            (&["latency_s"], LATENCY),
        ],
    ),
    (
        "LidarConfig",
        &[
            (&["elevation_rad"], RIGHT_ANGLE),
            (&["beams", "azimuths"], Range::count(MAX_RAYS as f64)),
            (&["rate_hz"], Range::positive_up_to(1000.0)),
            (&["range_m", "range_noise_m"], Range::NOT_NEGATIVE),
            (&["drop_out"], Range::SHARE),
            (&["latency_s"], LATENCY),
        ],
    ),
    (
        "DepthCameraConfig",
        &[
            (&["view_rad"], Range::between(0.0, std::f64::consts::PI)),
            (&["pixels"], Range::count(MAX_RAYS as f64)),
            (&["rate_hz"], Range::positive_up_to(1000.0)),
            (&["range_m", "noise_m"], Range::NOT_NEGATIVE),
            (&["drop_out"], Range::SHARE),
            (&["grazing_rad"], Range::within(0.0, std::f64::consts::FRAC_PI_2)),
            (&["latency_s"], LATENCY),
        ],
    ),
    // Controller.
    (
        "GaitConfig",
        &[
            (&["single_support_s", "min_single_support_s", "start_s"], STEP),
            (
                &["climb_m_s", "climb_slope_m_s", "descend_m_s", "descend_slope_m_s"],
                Range::positive_up_to(MAX_SPEED),
            ),
            (&["double_support_s", "stair_double_support_s", "descent_double_support_s"], STEP_OR_NONE),
            (&["heel_off_share"], Range::SHARE),
            (
                &["step_width_m", "max_forward_m", "max_backward_m", "min_width_m", "max_width_m"],
                Range::within(0.0, 2.0),
            ),
        ],
    ),
    (
        "BalanceConfig",
        &[
            (
                &[
                    "stand_gain_hz",
                    "cop_margin_m",
                    "foothold_weight",
                    "cop_weight",
                    "terminal_weight",
                    "timing_weight",
                    "observer_hz",
                    "observer_limit_m",
                ],
                Range::NOT_NEGATIVE,
            ),
            (&["ankle_share"], Range::positive_up_to(1.0)),
        ],
    ),
    (
        "SwingConfig",
        &[
            (&["clearance_m", "stair_clearance_m", "descent_clearance_m"], Range::positive_up_to(1.0)),
            (&["toes_down_rad", "landing_toes_rad"], RIGHT_ANGLE),
            (&["hold_share", "over_share"], Range::SHARE),
            (&["apex_share", "edge_share", "descent_apex_share"], INSIDE_SHARE),
            (&["freeze_s", "landing_early_s"], STEP_OR_NONE),
            (&["max_acceleration_m_s2", "landing_speed_m_s"], Range::POSITIVE),
            (&["kp", "kd"], Range::NOT_NEGATIVE),
        ],
    ),
    (
        "BodyConfig",
        &[
            (&["com_height_m"], Range::positive_up_to(3.0)),
            (&["stair_drop_m"], Range::within(0.0, 1.0)),
            (&["pelvis_tilt_rad"], RIGHT_ANGLE),
            (
                &[
                    "pelvis_hz",
                    "height_hz",
                    "height_kp",
                    "height_kd",
                    "height_ki",
                    "orientation_kp",
                    "orientation_kd",
                    "posture_kp",
                    "posture_kd",
                ],
                Range::NOT_NEGATIVE,
            ),
        ],
    ),
    (
        "CarryConfig",
        &[
            (&["follow_hz", "mean_hz", "height_hz"], Range::positive_up_to(100.0)),
            (&["reach_m"], Range::positive_up_to(2.0)),
            (&["room_m"], Range::within(0.0, 2.0)),
            (&["leaning_share"], Range::SHARE),
            (&["stair_share"], Range::positive_up_to(1.0)),
            (
                &["calming", "kp", "kd", "orientation_kp", "orientation_kd", "place", "level"],
                Range::NOT_NEGATIVE,
            ),
        ],
    ),
    (
        "WholeBodyConfig",
        &[
            // Slower than the step is planned it would not do.
            (&["rate_hz"], Range::within(250.0, 10_000.0)),
            (
                &[
                    "com",
                    "trunk",
                    "trunk_yaw",
                    "pelvis",
                    "swing",
                    "swing_orientation",
                    "contact",
                    "angular_momentum",
                    "yaw_momentum",
                    "angular_momentum_rate",
                    "arms",
                    "arms_aside",
                    "waist",
                    "legs",
                    "force",
                    "yaw_moment_m",
                ],
                Range::NOT_NEGATIVE,
            ),
            (&["friction"], Range::POSITIVE),
            (&["torque_share"], Range::positive_up_to(1.0)),
        ],
    ),
    // Scenario.
    (
        "ScenarioConfig",
        &[
            (&["duration_s"], Range::positive_up_to(MAX_DURATION_S)),
            (&["sensor_noise_factor"], Range::within(0.0, 1e6)),
        ],
    ),
    ("PayloadConfig", &[(&["mass_kg"], Range::within(0.0, 10_000.0)), (&["at_m"], COORDINATE)]),
    (
        "CupConfig",
        &[
            (&["mass_kg"], Range::within(0.0, 100.0)),
            (&["at_m"], COORDINATE),
            (&["radius_m", "depth_m"], Range::within(0.001, 1.0)),
            (&["density_kg_m3"], Range::positive_up_to(20_000.0)),
            (&["damping_share"], Range::SHARE),
            (&["spill_rad"], Range::positive_up_to(1.5)),
        ],
    ),
    (
        "PhysicsConfig",
        &[(&["dt_s"], Range::within(MIN_DT_S, MAX_DT_S)), (&["gravity_m_s2"], Range::within(0.0, 100.0))],
    ),
    ("StartConfig", &[(&["xy_m"], COORDINATE)]),
    ("TerrainConfig", &[(&["friction"], Range::within(0.0, 10.0))]),
    (
        "Feature::Stairs",
        &[
            (&["start_m"], COORDINATE),
            (&["rise_m", "run_m", "width_m", "landing_m"], LENGTH),
            (&["steps"], Range::count(MAX_STEPS)),
        ],
    ),
    ("Feature::Staircase", &[(&["start_m"], COORDINATE), (&["rise_m", "run_m", "width_m"], LENGTH)]),
    ("StairPiece::Straight", &[(&["steps"], Range::count(MAX_STEPS))]),
    ("StairPiece::Wound", &[(&["steps"], Range::count(MAX_STEPS)), (&["radius_m"], LENGTH)]),
    ("StairPiece::Landing", &[(&["length_m"], LENGTH)]),
    (
        "StairPiece::Corner",
        &[(&["angle_rad"], Range::positive_up_to(std::f64::consts::PI)), (&["radius_m"], LENGTH)],
    ),
    ("Feature::Box", &[(&["center_m"], COORDINATE), (&["size_m"], LENGTH)]),
    ("Feature::Wall", &[(&["from_m", "to_m"], COORDINATE), (&["height_m", "thickness_m"], LENGTH)]),
    (
        "Feature::Ramp",
        &[
            (&["start_m"], COORDINATE),
            (&["slope_rad"], Range::positive_up_to(MAX_SLOPE_RAD)),
            (&["length_m", "width_m", "top_m"], LENGTH),
        ],
    ),
    (
        "Feature::Rough",
        &[
            (&["center_m"], COORDINATE),
            (&["size_m", "height_m"], LENGTH),
            (&["cell_m"], Range::within(MIN_BUMP_M, MAX_LENGTH_M)),
        ],
    ),
    (
        "Feature::Stones",
        &[
            (&["start_m"], COORDINATE),
            (&["rise_m", "stone_m"], LENGTH),
            (&["gap_m", "jitter_m"], Range::within(0.0, MAX_LENGTH_M)),
            (&["rows", "columns"], Range::count(MAX_STONES)),
        ],
    ),
    (
        "Feature::Patch",
        &[(&["center_m"], COORDINATE), (&["size_m"], LENGTH), (&["friction"], Range::within(0.0, 10.0))],
    ),
    (
        "Feature::Soft",
        &[
            (&["center_m"], COORDINATE),
            (&["size_m"], Range::positive_up_to(MAX_SOFT_M)),
            (&["stiffness_kpa_m"], Range::within(10.0, 100_000.0)),
            (&["damping_kpas_m"], Range::within(0.0, 10_000.0)),
            (&["depth_m"], Range::positive_up_to(1.0)),
        ],
    ),
    ("Feature::Sill", &[(&["from_m", "to_m"], COORDINATE), (&["height_m", "thickness_m"], LENGTH)]),
    (
        "CourseConfig::Flight",
        &[
            (&["rise_m", "run_m", "step_measure_m", "landing_m", "width_m"], LENGTH),
            (&["steps"], Range::count(MAX_STEPS)),
        ],
    ),
    (
        "CourseConfig::Turning",
        &[
            (&["rise_m", "run_m", "step_measure_m", "landing_m", "radius_m", "width_m"], LENGTH),
            (&["steps"], Range::count(MAX_STEPS)),
        ],
    ),
    (
        "CourseConfig::Hall",
        &[
            (&["length_m", "width_m", "gap_m", "door_m", "corridor_m"], LENGTH),
            (&["bay_m"], Range::within(2.0, MAX_LENGTH_M)),
            (&["boxes"], Range::count(MAX_STEPS)),
        ],
    ),
    (
        "CourseConfig::Crowd",
        &[
            (&["length_m", "width_m"], Range::within(2.0, MAX_LENGTH_M)),
            (&["people"], Range::count(MAX_PEOPLE)),
            (&["speed_m_s"], Range::positive_up_to(MAX_SPEED)),
            (&["stubborn_share"], Range::SHARE),
            (&["boxes"], Range::whole_up_to(MAX_STEPS)),
        ],
    ),
    (
        "CourseConfig::Mixed",
        &[
            (&["length_m", "width_m"], Range::within(2.0, MAX_LENGTH_M)),
            (&["boxes"], Range::whole_up_to(MAX_STEPS)),
            (&["gap_m", "rise_m", "run_m"], LENGTH),
            (&["steps"], Range::count(MAX_STEPS)),
            (&["slope_rad"], Range::positive_up_to(MAX_SLOPE_RAD)),
            (&["people"], Range::whole_up_to(MAX_PEOPLE)),
        ],
    ),
    (
        "PersonConfig",
        &[
            (&["places_m"], COORDINATE),
            (&["speed_m_s"], Range::positive_up_to(MAX_SPEED)),
            (&["radius_m", "height_m"], Range::within(0.05, 3.0)),
        ],
    ),
    ("CommandConfig::Goals", &[(&["speed_m_s"], Range::positive_up_to(MAX_SPEED))]),
    ("GoalConfig", &[(&["xy_m"], COORDINATE), (&["radius_m"], LENGTH)]),
    (
        "VelocityPiece",
        &[(&["for_s"], Range::POSITIVE), (&["forward_m_s", "left_m_s", "turn_rad_s"], VELOCITY)],
    ),
    ("Disturbance::Push", &[(&["duration_s"], Range::POSITIVE)]),
    ("Disturbance::CutTorque", &[(&["at_s"], Range::NOT_NEGATIVE)]),
    ("TimedAction", &[(&["at_s"], Range::NOT_NEGATIVE)]),
    ("Action::Walk", &[(&["forward_m_s", "left_m_s", "turn_rad_s"], VELOCITY)]),
    ("Action::GoTo", &[(&["xy_m"], COORDINATE), (&["speed_m_s"], Range::positive_up_to(MAX_SPEED))]),
    ("Action::Pull", &[(&["at_m", "hand_m"], COORDINATE)]),
    (
        "Action::Throw",
        &[
            (&["from_m"], COORDINATE),
            (&["velocity_m_s"], VELOCITY),
            (&["size_m"], Range::within(0.01, 10.0)),
            (&["mass_kg"], Range::within(0.001, 1000.0)),
        ],
    ),
    ("Action::MoveBox", &[(&["center_m"], COORDINATE)]),
    ("When::Time", &[(&["0"], Range::NOT_NEGATIVE)]),
    ("When::Phase", &[(&["after_s"], Range::NOT_NEGATIVE), (&["phase"], Range::SHARE)]),
    (
        "VariationConfig",
        &[
            (&["mass", "liquid"], Range::within(0.0, 0.9)),
            (&["friction", "noise"], Range::NOT_NEGATIVE),
            (&["start_xy_m", "start_yaw_rad", "start_joints_rad"], Range::within(0.0, 10.0)),
            (&["latency_s"], LATENCY),
        ],
    ),
    // Suite.
    ("SuccessRate", &[(&["min", "interval_min"], Range::SHARE)]),
    ("Distribution::Normal", &[(&["sd"], Range::POSITIVE)]),
    (
        "BaselineBound",
        &[(&["at_least", "at_most"], Range::POSITIVE), (&["drop_max", "rise_max"], Range::NOT_NEGATIVE)],
    ),
    ("Statistic::Percentile", &[(&["0"], Range::within(0.0, 100.0))]),
];
