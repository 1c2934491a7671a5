//! What the whole body is asked to do with the feet: those that stand, and the one in the air.

use nalgebra::{Isometry3, Point3, Vector3};

use super::Walker;
use crate::control::gait::Phase;
use crate::control::orientation;
use crate::control::whole_body::FootTask;
use crate::model::{RobotModel, Side};

/// Pitch at which a standing sole is on its toes only [rad].
const ON_TOES_RAD: f64 = 0.05;

/// The same where the ground is not level: the plane it is taken for is not what each sole finds.
const TIPPED_RAD: f64 = 0.15;

/// A sole on its toes that has carried alone for so long [s] and turns no faster than this [rad/s] lies on ground
/// that is otherwise than it was taken for: on the crease at the foot of a ramp.
const LIES_S: f64 = 0.05;
const LIES_RAD_S: f64 = 0.3;

/// How far the CoP of a sole that tips over an edge is kept from there, for the angle [m/rad].
const TIPPING_M_RAD: f64 = 0.6;

/// Pitch feedback that lowers the heel of a foot on its toes [1/s^2]. A weak ankle cannot carry the weight on the
/// toes, so the heel must come down at once, not when there is nothing else to do.
const HEEL_LOWERING_HZ2: f64 = 400.0;

/// Weight of that.
const HEEL_LOWERING: f64 = 200.0;

impl Walker {
    pub(super) fn set_feet(&mut self, model: &RobotModel) {
        let weight_n = model.mass_kg * self.gravity_m_s2;
        let progress = self.gait.progress();
        let whole_body = self.config.whole_body;
        for side in Side::BOTH {
            let f = side.index();
            let body = model.feet[f].body;
            let sole = self.soles[f];
            let velocity = self.dynamics.point_velocity(body, &sole.translation.vector);
            let rate = self.dynamics.angular_velocity(body);
            if self.gait.stands(side) {
                // The weight passes from one foot to the other without a jump.
                let max_force_n = match self.gait.phase {
                    Phase::Double if side == self.gait.stance => weight_n * (0.25 + 1.5 * progress),
                    Phase::Double => weight_n * 1.7 * (1.0 - progress) + 30.0,
                    Phase::Shift if side != self.gait.stance => {
                        weight_n * (2.0 - 1.9 * ((progress - 0.8) / 0.2).max(0.0))
                    }
                    _ => 3.0 * weight_n,
                };
                // Toes that landed first carry alone until the heel is down; a heel that must rise for
                // the robot to get down a step leaves the toes as well.
                let toes_down_rad = self.toes_down_rad(side);
                let half_m = self.half_lengths_m[f];
                let surface = self.planner.surface(side);
                let (rear_m, front_m) = (-half_m.min(surface.behind_m), half_m.min(surface.ahead_m));
                let heel_rises = self.heel_rises(side, toes_down_rad);
                let tipped_rad = if surface.is_level() { ON_TOES_RAD } else { TIPPED_RAD };
                let on_toes = heel_rises || (toes_down_rad > tipped_rad && !self.lies(side, &sole, &rate));
                // A sole that tips over an edge gets its CoP taken away from there.
                let room_m = (front_m - rear_m).max(0.0);
                let away_m = (TIPPING_M_RAD * self.tipping_rad(side, toes_down_rad))
                    .clamp(-0.6 * room_m, 0.6 * room_m);
                let (rear_m, front_m) = (rear_m - away_m.min(0.0), front_m - away_m.max(0.0));
                let pivot_m = if on_toes { front_m } else { 0.5 * (rear_m + front_m) };
                let at = sole * Point3::new(pivot_m, 0.0, 0.0);
                let velocity = self.dynamics.point_velocity(body, &at.coords);
                let mut angular = -rate * 20.0;
                let mut angular_weight = Vector3::repeat(whole_body.contact);
                if on_toes {
                    let lowering = if heel_rises { 0.0 } else { -HEEL_LOWERING_HZ2 * toes_down_rad };
                    angular += sole.rotation * Vector3::y() * lowering;
                    angular_weight.y = if heel_rises { 0.1 } else { HEEL_LOWERING };
                }
                self.tasks.feet[f] = FootTask {
                    stands: true,
                    max_force_n,
                    pivot_m,
                    cop_half_m: if on_toes { 0.0 } else { 0.5 * (front_m - rear_m) },
                    linear: -velocity * 20.0,
                    angular,
                    linear_weight: whole_body.contact,
                    angular_weight,
                };
            } else {
                let reference = self.swing.advance(
                    &self.config.swing,
                    &self.target,
                    self.gait.duration_s,
                    pitch_down_rad(&sole),
                    self.dt_s,
                );
                let (kp, kd) = (self.config.swing.kp, self.config.swing.kd);
                let w = whole_body.swing_orientation;
                let linear = reference.acceleration
                    + (reference.position - sole.translation.vector) * kp
                    + (reference.velocity - velocity) * kd;
                self.tasks.feet[f] = FootTask {
                    stands: false,
                    max_force_n: 0.0,
                    pivot_m: 0.0,
                    cop_half_m: 0.0,
                    linear,
                    angular: orientation::error(&reference.orientation, &sole.rotation) * kp - rate * kd,
                    linear_weight: whole_body.swing,
                    angular_weight: Vector3::new(w, w * reference.pitch_firmness, w),
                };
            }
        }
    }

    /// How far a standing sole's toes point down from the ground it lies on [rad].
    pub(super) fn toes_down_rad(&self, side: Side) -> f64 {
        let sole = self.soles[side.index()];
        let ahead = (sole.rotation * Vector3::x()).xy();
        let rises = self.planner.surface(side).slope.dot(&ahead) / ahead.norm().max(0.1);
        pitch_down_rad(&sole) + rises.atan()
    }

    /// How far the sole that carries alone has tipped over its toes, or over its heel where that is negative, since
    /// the other one was lifted [rad].
    ///
    /// A sole that is on its way to lie flat does not tip, nor does one that only lies otherwise than the map has it.
    fn tipping_rad(&self, side: Side, toes_down_rad: f64) -> f64 {
        if self.gait.phase != Phase::Single || side != self.gait.stance {
            return 0.0;
        }
        let since = toes_down_rad - self.stance_toes_down_rad;
        if toes_down_rad * since > 0.0 {
            toes_down_rad.signum() * toes_down_rad.abs().min(since.abs())
        } else {
            0.0
        }
    }

    /// Whether a sole that carries alone lies where it is, however it is inclined: it could have come down and has not.
    fn lies(&self, side: Side, sole: &Isometry3<f64>, rate: &Vector3<f64>) -> bool {
        let alone =
            self.gait.phase == Phase::Single && side == self.gait.stance && self.gait.clock_s > LIES_S;
        alone && rate.dot(&(sole.rotation * Vector3::y())).abs() < LIES_RAD_S
    }

    /// Whether the heel of a foot that is about to leave a higher step, or to go up a slope, may rise.
    fn heel_rises(&self, side: Side, toes_down_rad: f64) -> bool {
        let gait = &self.gait;
        let leaves = gait.phase == Phase::Double && side != gait.stance;
        let drop_m = self.soles[side.index()].translation.z - self.soles[side.other().index()].translation.z;
        // Up a slope the ankle has no room for the whole sole.
        let climbs = !self.planner.surface(side).is_level() && drop_m < -0.03;
        leaves
            && (drop_m > 0.05 || climbs)
            && (gait.progress() > self.timing.heel_off_share || toes_down_rad > ON_TOES_RAD)
    }
}

/// How far a sole's toes point down [rad].
fn pitch_down_rad(sole: &Isometry3<f64>) -> f64 {
    let x = sole.rotation * Vector3::x();
    (-x.z).atan2(x.xy().norm())
}
