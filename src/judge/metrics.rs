//! The figures of a run.

use serde::{Serialize, Serializer};

use super::spill::Spill;
use super::touches::Touch;

/// Everything measured of a run; a figure that does not apply to the scenario is absent.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Metrics {
    /// Whether the robot fell: tilted by more than 60 degrees or touched the ground with anything but
    /// a foot.
    pub fell: bool,
    /// When it fell [s].
    pub fall_time_s: Option<f64>,
    /// How it fell.
    pub fall_cause: Option<String>,
    /// Simulated time at the end [s].
    pub sim_time_s: f64,
    /// Horizontal way of the CoM [m], taken once a stride so that sway does not count.
    pub distance_m: f64,
    /// Progress along the commanded path over time [m/s], sway and detours not counted: from the first
    /// to the last tick in which a script asks for walking, or from the first lift-off to the last goal. Of a robot
    /// that is given no map the path is the route that it would take with one.
    pub path_speed_mean_mps: Option<f64>,
    /// The same over the last [`Judge::LAST_SPAN_S`](super::Judge::LAST_SPAN_S) of it, without the start
    /// from rest; absent where it did not last that long.
    pub path_speed_last_mps: Option<f64>,
    /// Largest horizontal distance of the CoM from the commanded line, arc or route [m]; absent for
    /// scripts that change direction.
    pub path_deviation_max_m: Option<f64>,
    /// Times the robot began to touch an obstacle.
    pub obstacle_contacts: u64,
    /// Smallest distance between robot and obstacles [m], not above
    /// [`Judge::CLEARANCE_HORIZON_M`](super::Judge::CLEARANCE_HORIZON_M); absent without obstacles.
    pub min_clearance_m: Option<f64>,
    /// Times the robot began to touch a person.
    pub people_contacts: u64,
    /// Smallest distance between robot and people [m], as for obstacles.
    pub people_clearance_m: Option<f64>,
    /// The first touches of obstacles, then those of people.
    pub touches: Vec<Touch>,
    /// Way of the CoM over the length of the route planned at the start, up to the last goal; absent until it
    /// is reached. Of a robot that is given no map the route is the one that it would take with one.
    pub detour_ratio: Option<f64>,
    /// Goals reached in their order: the CoM came within the goal's radius.
    pub goals_reached: Option<u64>,
    /// Goals of the scenario.
    pub goals_total: Option<u64>,
    /// Distance of the feet's middle from the last goal at the end [m].
    pub final_position_error_m: Option<f64>,
    /// Turn between the feet's heading and the last goal's at the end [rad], not negative.
    pub final_heading_error_rad: Option<f64>,
    /// Largest motor torque over the joint's peak torque.
    pub peak_torque_share: f64,
    /// Mechanical work of the motors, braking counted as work, over weight and distance; absent where
    /// the robot went less than half a metre.
    pub cost_of_transport: Option<f64>,
    /// Largest slide of a sole within one stance [m], followed at the centre of pressure.
    pub foot_slip_max_m: f64,
    /// Largest one-second mean of the force no known cause explains, over body weight.
    pub momentum_residual_share: f64,
    /// Largest distance of the CoM from where it was one second after the start [m]; standing only.
    pub com_travel_max_m: Option<f64>,
    /// Mean horizontal speed of the CoM between the first and last riser, upwards [m/s].
    pub stairs_speed_up_mps: Option<f64>,
    /// The same downwards [m/s].
    pub stairs_speed_down_mps: Option<f64>,
    /// Mean speed between the first and last riser along the line of nosings, upwards [m/s].
    pub stairs_slope_speed_up_mps: Option<f64>,
    /// The same downwards [m/s].
    pub stairs_slope_speed_down_mps: Option<f64>,
    /// Whether the liquid in the cup came over its rim: its surface stood steeper in the vessel than the
    /// scenario's `spill_rad`; absent without a cup, as what follows.
    pub spilled: Option<bool>,
    /// The first time it did.
    pub spill: Option<Spill>,
    /// Largest angle between the liquid's surface and the vessel's rim [rad].
    pub liquid_angle_max_rad: Option<f64>,
    /// Root of the mean square of that angle [rad].
    pub liquid_angle_rms_rad: Option<f64>,
    /// Touchdowns.
    pub steps: u64,
    /// Most touchdowns from an order to stop until the robot stood or was sent off again.
    pub stop_steps: Option<u64>,
    /// Hash of the true state's bits at the end, 16 hexadecimal digits in JSON.
    #[serde(serialize_with = "hexadecimal")]
    pub state_hash: u64,
}

/// Names of the metrics an expectation may bound.
pub const METRIC_NAMES: &[&str] = &[
    "fell",
    "fall_time_s",
    "sim_time_s",
    "distance_m",
    "path_speed_mean_mps",
    "path_speed_last_mps",
    "path_deviation_max_m",
    "obstacle_contacts",
    "min_clearance_m",
    "people_contacts",
    "people_clearance_m",
    "detour_ratio",
    "goals_reached",
    "goals_total",
    "final_position_error_m",
    "final_heading_error_rad",
    "peak_torque_share",
    "cost_of_transport",
    "foot_slip_max_m",
    "momentum_residual_share",
    "com_travel_max_m",
    "stairs_speed_up_mps",
    "stairs_speed_down_mps",
    "stairs_slope_speed_up_mps",
    "stairs_slope_speed_down_mps",
    "spilled",
    "liquid_angle_max_rad",
    "liquid_angle_rms_rad",
    "steps",
    "stop_steps",
];

impl Metrics {
    /// A metric by name; absent where it does not apply, is unknown, or is no number.
    pub fn value(&self, name: &str) -> Option<f64> {
        let count = |count: Option<u64>| count.map(|count| count as f64);
        let value = match name {
            "fell" => Some(f64::from(u8::from(self.fell))),
            "fall_time_s" => self.fall_time_s,
            "sim_time_s" => Some(self.sim_time_s),
            "distance_m" => Some(self.distance_m),
            "path_speed_mean_mps" => self.path_speed_mean_mps,
            "path_speed_last_mps" => self.path_speed_last_mps,
            "path_deviation_max_m" => self.path_deviation_max_m,
            "obstacle_contacts" => count(Some(self.obstacle_contacts)),
            "min_clearance_m" => self.min_clearance_m,
            "people_contacts" => count(Some(self.people_contacts)),
            "people_clearance_m" => self.people_clearance_m,
            "detour_ratio" => self.detour_ratio,
            "goals_reached" => count(self.goals_reached),
            "goals_total" => count(self.goals_total),
            "final_position_error_m" => self.final_position_error_m,
            "final_heading_error_rad" => self.final_heading_error_rad,
            "peak_torque_share" => Some(self.peak_torque_share),
            "cost_of_transport" => self.cost_of_transport,
            "foot_slip_max_m" => Some(self.foot_slip_max_m),
            "momentum_residual_share" => Some(self.momentum_residual_share),
            "com_travel_max_m" => self.com_travel_max_m,
            "stairs_speed_up_mps" => self.stairs_speed_up_mps,
            "stairs_speed_down_mps" => self.stairs_speed_down_mps,
            "stairs_slope_speed_up_mps" => self.stairs_slope_speed_up_mps,
            "stairs_slope_speed_down_mps" => self.stairs_slope_speed_down_mps,
            "spilled" => self.spilled.map(|spilled| f64::from(u8::from(spilled))),
            "liquid_angle_max_rad" => self.liquid_angle_max_rad,
            "liquid_angle_rms_rad" => self.liquid_angle_rms_rad,
            "steps" => count(Some(self.steps)),
            "stop_steps" => count(self.stop_steps),
            _ => None,
        };
        value.filter(|value| value.is_finite())
    }
}

/// A JSON number holds 53 bits only, so the hash goes as text.
fn hexadecimal<S: Serializer>(hash: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{hash:016x}"))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Every figure present, each another number.
    pub fn sample() -> Metrics {
        Metrics {
            fell: true,
            fall_time_s: Some(2.5),
            fall_cause: Some("tilted".to_owned()),
            sim_time_s: 3.0,
            distance_m: 4.0,
            path_speed_mean_mps: Some(5.0),
            path_speed_last_mps: Some(5.5),
            path_deviation_max_m: Some(6.0),
            obstacle_contacts: 7,
            min_clearance_m: Some(8.0),
            people_contacts: 71,
            people_clearance_m: Some(8.5),
            touches: vec![Touch {
                time_s: 1.5,
                body: "head".to_owned(),
                other: "person 2".to_owned(),
                at_m: [1.0, 2.0, 1.75],
            }],
            detour_ratio: Some(1.25),
            goals_reached: Some(9),
            goals_total: Some(10),
            final_position_error_m: Some(11.0),
            final_heading_error_rad: Some(12.0),
            peak_torque_share: 13.0,
            cost_of_transport: Some(14.0),
            foot_slip_max_m: 15.0,
            momentum_residual_share: 16.0,
            com_travel_max_m: Some(17.0),
            stairs_speed_up_mps: Some(18.0),
            stairs_speed_down_mps: Some(19.0),
            stairs_slope_speed_up_mps: Some(19.25),
            stairs_slope_speed_down_mps: Some(19.5),
            spilled: Some(true),
            spill: Some(Spill { time_s: 2.0, at_m: [1.0, 2.0, 1.1] }),
            liquid_angle_max_rad: Some(19.75),
            liquid_angle_rms_rad: Some(19.9),
            steps: 20,
            stop_steps: Some(21),
            state_hash: u64::MAX,
        }
    }

    #[test]
    fn every_name_is_a_field_of_the_json_with_the_same_value() {
        let metrics = sample();
        let json = serde_json::to_value(&metrics).unwrap_or_default();
        for name in METRIC_NAMES {
            let shown = match &json[name] {
                serde_json::Value::Bool(truth) => Some(f64::from(u8::from(*truth))),
                number => number.as_f64(),
            };
            assert_eq!(metrics.value(name), shown, "{name}");
            assert!(shown.is_some(), "{name}");
        }
        assert_eq!(json.as_object().map(|fields| fields.len()), Some(METRIC_NAMES.len() + 4));
        assert_eq!(json["fall_cause"], "tilted");
        assert_eq!(json["touches"][0]["other"], "person 2");
        assert_eq!(json["state_hash"], "ffffffffffffffff");
    }

    #[test]
    fn what_is_no_number_is_absent() {
        let metrics = Metrics { path_speed_mean_mps: Some(f64::NAN), ..sample() };
        assert_eq!(metrics.value("path_speed_mean_mps"), None);
        assert_eq!(metrics.value("state_hash"), None);
    }
}
