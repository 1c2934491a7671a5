//! Trajectory of the swing foot.
//!
//! Horizontally a quintic that is re-solved every tick from the present reference to the present
//! foothold, so that foothold and duration may change; vertically one such quintic up to the apex
//! and one down, which is where feet touch when the time is over, then a constant speed until the ground is felt.

use nalgebra::{Isometry3, UnitQuaternion, Vector2, Vector3};

use crate::config::controller::SwingConfig;
use crate::footsteps::tilt;

/// Rise from which on a step on stairs leads up, or down [m].
pub const RISE_M: f64 = 0.03;

/// Room over an edge the foot passes [m].
const EDGE_ROOM_M: f64 = 0.01;

/// Shorter ways are none along which a foot could rise [m].
const MIN_WAY_M: f64 = 0.02;

/// Share of a swing's time after which the sole is tilted as the ground that it goes to.
const TILTED_SHARE: f64 = 0.8;

/// Share of what is left of a swing in which a foot that was raised over something stays up.
const STAYS_UP_SHARE: f64 = 0.5;

/// Share of the same that is left when it is over its foothold.
const ARRIVES_SHARE: f64 = 0.15;

/// Time before it is up at which it sets out along the ground [s].
const SETS_OUT_S: f64 = 0.03;

/// Most that toes hang down which are let go [rad].
const MOST_TOES_RAD: f64 = 0.5;

/// Shares of a step down's time between which the toes are pointed down, the second one well before the end.
const LANDING_TOES: (f64, f64) = (0.35, 0.85);

/// Way of a quintic from rest to rest over its largest acceleration times its time squared.
const REST_TO_REST: f64 = 0.173;

/// How far to either side of `v t / 2`, where a foot of speed `v` comes to rest in time `t` if left alone, it
/// can be sent on one axis with an acceleration of at most `most_m_s2` [m]; negative where it cannot stop.
///
/// Braking and accelerating as hard as it may, a foot would get `a t^2 / 4 - v^2 / (4 a)` far; a quintic wastes
/// some of the first term.
pub fn room_m(most_m_s2: f64, speed_m_s: f64, left_s: f64) -> f64 {
    REST_TO_REST * most_m_s2 * left_s * left_s - speed_m_s * speed_m_s / (4.0 * most_m_s2)
}

/// Position, velocity and acceleration along one axis.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Axis {
    p: f64,
    v: f64,
    a: f64,
}

impl Axis {
    /// Moves on by `dt` along the quintic that comes to rest at `target` after `remaining` seconds.
    fn advance(&mut self, target: f64, remaining: f64, dt: f64) {
        self.advance_to(target, 0.0, remaining, dt);
    }

    /// The same for one that is `fast` there and evenly so.
    fn advance_to(&mut self, target: f64, fast: f64, remaining: f64, dt: f64) {
        let t = remaining.max(dt);
        let (p, v, a) = (self.p, self.v, self.a);
        // Seen by one who moves along at that speed it comes to rest.
        let closing = v - fast;
        let d = target - fast * t - p;
        let c3 = (20.0 * d - 12.0 * closing * t - 3.0 * a * t * t) / (2.0 * t.powi(3));
        let c4 = (-30.0 * d + 16.0 * closing * t + 3.0 * a * t * t) / (2.0 * t.powi(4));
        let c5 = (12.0 * d - 6.0 * closing * t - a * t * t) / (2.0 * t.powi(5));
        let s = dt;
        self.p = p + s * (v + s * (a / 2.0 + s * (c3 + s * (c4 + s * c5))));
        self.v = v + s * (a + s * (3.0 * c3 + s * (4.0 * c4 + s * 5.0 * c5)));
        self.a = a + s * (6.0 * c3 + s * (12.0 * c4 + s * 20.0 * c5));
    }

    /// Coasts to rest.
    fn coast(&mut self, dt: f64) {
        self.p += self.v * dt;
        self.v *= 1.0 - (dt / 0.005).min(1.0);
        self.a = 0.0;
    }
}

/// Share of the time at which a quintic from rest to rest has covered a share of its way.
fn quintic_time(share: f64) -> f64 {
    let way = |s: f64| s * s * s * (10.0 + s * (-15.0 + s * 6.0));
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..30 {
        let middle = 0.5 * (low + high);
        if way(middle) < share { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// Where the sole should be, and how it should move.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SwingReference {
    /// Position of the sole's centre, world [m].
    pub position: Vector3<f64>,
    /// Its velocity [m/s].
    pub velocity: Vector3<f64>,
    /// Its acceleration [m/s^2].
    pub acceleration: Vector3<f64>,
    /// Orientation of the sole.
    pub orientation: UnitQuaternion<f64>,
    /// How firmly the foot's pitch is held, 0 to 1.
    pub pitch_firmness: f64,
}

/// What lies between the place a foot leaves and the one it goes to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SwingWay {
    /// Height of the first edge over the place of lift-off where it leads over an edge [m]; none where the
    /// ground only slopes or is rough.
    pub edge_m: Option<f64>,
    /// How much higher than both places the ground between them is [m].
    pub bump_m: f64,
    /// Slope of the ground that is left.
    pub slope: Vector2<f64>,
    /// Whether the ground slopes or is rough here or there: the foot then rises along the line between both.
    pub slopes: bool,
    /// How far a step down stretches the leg, 0 to 1.
    pub stretch: f64,
    /// Height over its foothold at which the foot is going to touch [m].
    pub touch_m: f64,
}

impl SwingWay {
    /// Over level ground.
    pub const LEVEL: Self = Self {
        edge_m: None,
        bump_m: 0.0,
        slope: Vector2::new(0.0, 0.0),
        slopes: false,
        stretch: 0.0,
        touch_m: 0.0,
    };
}

/// The swing of one foot.
#[derive(Debug, Clone)]
pub struct SwingFoot {
    from: Isometry3<f64>,
    x: Axis,
    y: Axis,
    z: Axis,
    yaw: Axis,
    /// Distance of what touches first under the toes from the sole's centre [m].
    toe_m: f64,
    /// What lies on the way.
    way: SwingWay,
    lift_m: f64,
    clock_s: f64,
    /// Over what it has met, where it has met something.
    raised: Option<Raised>,
}

/// How a foot that has met something in the air gets over it.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Raised {
    /// Time after lift-off until which it only rises [s].
    until_s: f64,
    /// Height it rises to [m].
    to_m: f64,
}

impl SwingFoot {
    /// A swing that starts from rest at this sole pose; `toe_m` ahead of the sole's centre is what its toes will
    /// stand on [m].
    pub fn lift_off(from: Isometry3<f64>, toe_m: f64, way: SwingWay) -> Self {
        let axis = |p| Axis { p, v: 0.0, a: 0.0 };
        Self {
            from,
            x: axis(from.translation.x),
            y: axis(from.translation.y),
            z: axis(if way.slopes { 0.0 } else { from.translation.z }),
            yaw: axis(crate::model::angles::heading(&from)),
            toe_m,
            way,
            lift_m: 0.0,
            clock_s: 0.0,
            raised: None,
        }
    }

    /// The foot, whose sole is here, has met something: straight up to this height first [m], then on.
    pub fn raise(&mut self, sole: &Isometry3<f64>, to_m: f64, rise_s: f64) {
        self.stop(sole);
        self.raised = Some(Raised { until_s: self.clock_s + rise_s, to_m });
    }

    /// The foot, whose sole is here, is to go down where it is.
    pub fn put_down(&mut self, sole: &Isometry3<f64>) {
        self.stop(sole);
        self.raised = None;
    }

    /// Goes on from where the sole is, at rest along the ground.
    fn stop(&mut self, sole: &Isometry3<f64>) {
        let at = sole.translation.vector;
        self.x = Axis { p: at.x, v: 0.0, a: 0.0 };
        self.y = Axis { p: at.y, v: 0.0, a: 0.0 };
        self.yaw = Axis { p: self.yaw.p, v: 0.0, a: 0.0 };
        self.z = Axis { p: at.z, v: self.z.v.clamp(0.0, 1.0), a: 0.0 };
    }

    /// Passes so much higher than usual over the ground [m].
    pub fn clear(&mut self, more_m: f64) {
        self.way.bump_m = self.way.bump_m.max(more_m);
    }

    /// Time after lift-off at which a foot that is raised over something is up [s].
    pub fn up_s(&self) -> Option<f64> {
        self.raised.map(|raised| raised.until_s)
    }

    /// How long it will still rise before all else [s].
    pub fn held_s(&self) -> f64 {
        self.raised.map_or(0.0, |raised| (raised.until_s - self.clock_s).max(0.0))
    }

    /// Where the foot was lifted.
    pub fn from(&self) -> &Isometry3<f64> {
        &self.from
    }

    /// How much higher the sole's centre is carried because its toes point down [m].
    pub fn lift_m(&self) -> f64 {
        self.lift_m
    }

    /// How high over the ground of its foothold it is meant to be, its toes' lift not counted [m].
    pub fn height_m(&self, target: &Isometry3<f64>) -> f64 {
        self.z.p - if self.way.slopes { 0.0 } else { target.translation.z }
    }

    /// Time since lift-off [s].
    pub fn clock_s(&self) -> f64 {
        self.clock_s
    }

    /// Present reference on the ground plane [m].
    pub fn xy_m(&self) -> Vector2<f64> {
        Vector2::new(self.x.p, self.y.p)
    }

    /// Its velocity on the ground plane [m/s].
    pub fn xy_velocity_m_s(&self) -> Vector2<f64> {
        Vector2::new(self.x.v, self.y.v)
    }

    /// Height of the line between the place that is left and the target under the present reference, and how
    /// it changes.
    fn line(&self, target: &Isometry3<f64>) -> Axis {
        let from = self.from.translation.vector;
        let way = target.translation.vector - from;
        let length = way.xy().norm_squared().max(MIN_WAY_M.powi(2));
        let along = |x: f64, y: f64| (x * way.x + y * way.y) / length;
        let share = along(self.x.p - from.x, self.y.p - from.y);
        let moves = if (0.0..=1.0).contains(&share) { way.z } else { 0.0 };
        Axis {
            p: from.z + way.z * share.clamp(0.0, 1.0),
            v: moves * along(self.x.v, self.y.v),
            a: moves * along(self.x.a, self.y.a),
        }
    }

    /// How the sole is tilted a share of the swing's time on: from the slope it leaves to the one it goes to.
    fn tilt(&self, target: &Isometry3<f64>, share: f64) -> UnitQuaternion<f64> {
        let up = target.rotation * Vector3::z();
        let goal = -up.xy() / up.z.max(0.1);
        if goal == Vector2::zeros() && self.way.slope == Vector2::zeros() {
            return UnitQuaternion::identity();
        }
        let s = (share / TILTED_SHARE).min(1.0);
        tilt(&(self.way.slope + (goal - self.way.slope) * (s * s * (3.0 - 2.0 * s))))
    }

    /// Share of a step up at which the apex is reached: as late as the first edge lets it.
    fn climb_apex_share(&self, config: &SwingConfig, rise_m: f64) -> f64 {
        let over_edge = (self.way.edge_m.unwrap_or(0.0) + EDGE_ROOM_M) / (rise_m + config.stair_clearance_m);
        config.edge_share / quintic_time(over_edge.clamp(0.05, 0.95))
    }

    /// Moves on by `dt_s` towards `target`, to be reached `duration_s` after lift-off; the sole's toes point
    /// down by `pitch_rad` at present.
    pub fn advance(
        &mut self,
        config: &SwingConfig,
        target: &Isometry3<f64>,
        duration_s: f64,
        pitch_rad: f64,
        dt_s: f64,
    ) -> SwingReference {
        let remaining = duration_s - self.clock_s;
        let rise = target.translation.z - self.from.translation.z;
        let over_edge = self.way.edge_m.is_some();
        let climbs = over_edge && rise > RISE_M;
        let descends = over_edge && rise < -RISE_M;
        // A foot that climbs goes straight up first, so that its toe clears the nosing.
        let held = if climbs { config.hold_share * duration_s } else { 0.0 };
        let held = self.raised.map_or(held, |raised| raised.until_s - SETS_OUT_S);
        let yaw_target =
            self.yaw.p + crate::model::angles::wrap(crate::model::angles::heading(target) - self.yaw.p);
        if self.clock_s >= held {
            // A foot that descends is over its tread before it comes down.
            let early = if descends { config.over_share * duration_s } else { 0.0 };
            let early = self.raised.map_or(early, |raised| ARRIVES_SHARE * (duration_s - raised.until_s));
            let left = remaining - early;
            if left > 0.03 {
                self.x.advance(target.translation.x, left, dt_s);
                self.y.advance(target.translation.y, left, dt_s);
                self.yaw.advance(yaw_target, left, dt_s);
            } else {
                self.x.coast(dt_s);
                self.y.coast(dt_s);
                self.yaw.coast(dt_s);
            }
        }
        self.clock_s += dt_s;

        let line = if self.way.slopes { self.line(target) } else { Axis::default() };
        let (z0, z1) =
            if self.way.slopes { (0.0, 0.0) } else { (self.from.translation.z, target.translation.z) };
        let apex_share = match (climbs, descends) {
            (true, _) => self.climb_apex_share(config, rise),
            (_, true) => config.descent_apex_share,
            _ => config.apex_share,
        };
        let early_s = if descends { self.way.stretch * config.landing_early_s } else { 0.0 };
        let rise_left = apex_share * duration_s - self.clock_s;
        if let Some(raised) = self.raised
            && self.clock_s < raised.until_s + STAYS_UP_SHARE * (duration_s - raised.until_s)
        {
            self.z.advance(raised.to_m, raised.until_s - self.clock_s, dt_s);
        } else if rise_left > 0.01 {
            let clearance_m = match (climbs, descends) {
                (true, _) => config.stair_clearance_m,
                (_, true) => config.descent_clearance_m,
                _ => config.clearance_m + self.way.bump_m,
            };
            self.z.advance(z0.max(z1) + clearance_m, rise_left, dt_s);
        } else if remaining - early_s > 0.01 {
            let touch_m = z1 + self.way.touch_m;
            self.z.advance_to(touch_m, -config.landing_speed_m_s, remaining - early_s, dt_s);
        } else {
            self.z.v = -config.landing_speed_m_s;
            self.z.a = 0.0;
            self.z.p += self.z.v * dt_s;
        }
        let share = (self.clock_s / duration_s).clamp(0.0, 1.0);
        // A foot that leaves for a higher place may roll off over its toes: the ankle has no room to stay level.
        let rolls_off = climbs || (!over_edge && rise > RISE_M);
        let firmness = if rolls_off { ((share - 0.3) / 0.3).clamp(0.1, 1.0) } else { 1.0 };
        let toes_down = if climbs {
            let s = (share / 0.85).min(1.0);
            config.toes_down_rad * (std::f64::consts::PI * s.powf(0.75)).sin().powi(2)
        } else if descends {
            // The toes come first, which makes the leg longer by the height of the heel.
            let s = ((share - LANDING_TOES.0) / (LANDING_TOES.1 - LANDING_TOES.0)).clamp(0.0, 1.0);
            self.way.stretch * config.landing_toes_rad * s * s * (3.0 - 2.0 * s)
        } else {
            0.0
        };
        // Toes that point down hang lower than the sole's centre: it is carried higher by as much, and by no more
        // than they really do where they are to touch first.
        let lift_rad = match (climbs, descends) {
            (true, _) => toes_down.max(pitch_rad.min(MOST_TOES_RAD)),
            (_, true) => toes_down.min(pitch_rad.max(0.0)),
            _ => toes_down,
        };
        let lift_m = self.toe_m * lift_rad.sin();
        let lift_rate = (lift_m - std::mem::replace(&mut self.lift_m, lift_m)) / dt_s;
        SwingReference {
            position: Vector3::new(self.x.p, self.y.p, line.p + self.z.p + lift_m),
            velocity: Vector3::new(self.x.v, self.y.v, line.v + self.z.v + lift_rate),
            acceleration: Vector3::new(self.x.a, self.y.a, line.a + self.z.a),
            orientation: self.tilt(target, share)
                * UnitQuaternion::from_euler_angles(0.0, 0.0, self.yaw.p)
                * UnitQuaternion::from_euler_angles(0.0, toes_down, 0.0),
            pitch_firmness: firmness,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quintic_is_half_way_at_half_time() {
        assert!((quintic_time(0.5) - 0.5).abs() < 1e-6);
        assert!((quintic_time(0.83692) - 0.7).abs() < 1e-4, "{}", quintic_time(0.83692));
    }

    #[test]
    fn a_swing_as_far_as_there_is_room_takes_the_acceleration_allowed() {
        let (most_m_s2, time_s, dt) = (80.0, 0.3, 1e-4);
        let far_m = room_m(most_m_s2, 0.0, time_s);
        let (mut axis, mut worst) = (Axis::default(), 0.0_f64);
        for tick in 0..2900 {
            axis.advance(far_m, time_s - f64::from(tick) * dt, dt);
            worst = worst.max(axis.a.abs());
        }
        assert!((worst / most_m_s2 - 1.0).abs() < 0.02, "{worst}");
        assert!(room_m(most_m_s2, 7.0, 0.05) < 0.0, "no foot stops from 7 m/s in 0.05 s");
    }

    #[test]
    fn a_foot_is_where_it_will_touch_when_its_time_is_over() {
        let config = SwingConfig::default();
        for (rise_m, edge_m) in [(0.0, None), (0.17, Some(0.17)), (-0.17, Some(0.0))] {
            let way = SwingWay { edge_m, touch_m: 0.002, ..SwingWay::LEVEL };
            let mut swing = SwingFoot::lift_off(Isometry3::identity(), 0.0, way);
            let target = Isometry3::translation(0.3, 0.0, rise_m);
            let mut last = None;
            for _ in 0..350 {
                last = Some(swing.advance(&config, &target, 0.35, 0.0, 0.001));
            }
            let end = last.expect("a reference");
            assert!((swing.height_m(&target) - 0.002).abs() < 5e-4, "{end:?}");
            assert!((end.velocity.z + config.landing_speed_m_s).abs() < 0.02, "{end:?}");
        }
    }

    #[test]
    fn a_foot_rises_along_a_slope_and_comes_down_square_on_it() {
        let config = SwingConfig::default();
        let slope = Vector2::new(0.2, 0.0);
        let way = SwingWay { slope, slopes: true, ..SwingWay::LEVEL };
        let mut swing = SwingFoot::lift_off(Isometry3::identity(), 0.12, way);
        let mut target = Isometry3::translation(0.6, 0.0, 0.12);
        target.rotation = tilt(&slope);
        let (mut highest_m, mut last) = (0.0_f64, None);
        for _ in 0..400 {
            let now = swing.advance(&config, &target, 0.4, 0.0, 0.001);
            highest_m = highest_m.max(now.position.z - 0.2 * now.position.x);
            last = Some(now);
        }
        let end = last.expect("a reference");
        assert!((end.position - target.translation.vector).norm() < 0.01, "{end:?}");
        assert!((highest_m - config.clearance_m).abs() < 0.3 * config.clearance_m, "{highest_m}");
        assert!(end.orientation.angle_to(&target.rotation) < 1e-6);
    }

    #[test]
    fn a_foot_that_met_something_rises_before_it_goes_on_and_still_lands() {
        let config = SwingConfig::default();
        let mut swing = SwingFoot::lift_off(Isometry3::identity(), 0.12, SwingWay::LEVEL);
        let target = Isometry3::translation(0.7, 0.0, 0.0);
        let (dt, duration_s) = (0.001, 0.45);
        let met = Isometry3::translation(0.3, 0.0, 0.04);
        let mut last = None;
        for tick in 0..450 {
            if tick == 200 {
                swing.raise(&met, 0.1, 0.07);
            }
            let now = swing.advance(&config, &target, duration_s, 0.0, dt);
            if (200..=240).contains(&tick) {
                assert!((now.position.x - 0.3).abs() < 1e-4, "{tick}: {now:?}");
            }
            if tick == 270 {
                assert!(now.position.x < 0.33 && now.position.z > 0.09, "{now:?}");
            }
            // Heel past it while it is still high.
            if (0.3..0.6).contains(&now.position.x) && tick > 270 {
                assert!(now.position.z > 0.08, "{tick}: {now:?}");
            }
            last = Some(now);
        }
        let end = last.expect("a reference");
        assert!((end.position - target.translation.vector).norm() < 0.02, "{end:?}");
    }

    #[test]
    fn reaches_a_moved_foothold_at_rest() {
        let config = SwingConfig::default();
        let mut swing = SwingFoot::lift_off(Isometry3::translation(0.0, 0.1, 0.0), 0.12, SwingWay::LEVEL);
        let dt = 0.001;
        let mut last = None;
        for i in 0..400 {
            let x = if i < 150 { 0.7 } else { 0.8 };
            let target = Isometry3::translation(x, 0.12, 0.0);
            last = Some(swing.advance(&config, &target, 0.4, 0.0, dt));
        }
        let end = last.unwrap();
        assert!((end.position - Vector3::new(0.8, 0.12, 0.0)).norm() < 0.01, "{end:?}");
        assert!(end.velocity.norm() < 0.2, "{end:?}");
    }
}
