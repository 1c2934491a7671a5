//! From step to step: when a foot is lifted, where it is sent, and what its touchdown begins.

use nalgebra::{Point3, Vector2, Vector3};

use super::stumble::Met;
use super::{Walker, WalkerInput};
use crate::control::gait::Phase;
use crate::control::swing::{SwingFoot, SwingWay};
use crate::footsteps::{StepSource, Support};
use crate::model::Side;
use crate::model::angles::level;

/// Height over the foothold up to which a touch counts as ground that comes early [m].
const EARLY_M: f64 = 0.03;

/// Height over the foothold above which a foot that is stopped has not come to the ground [m].
const MET_OVER_M: f64 = 0.012;

/// Most of a foot's early landing that the double support makes up for [s].
const MAX_EARLY_S: f64 = 0.06;

/// How well a foot knows where it met the ground, how deep it may sink in, and how high what it stands on may be [m].
const MET_M: f64 = 0.005;
const DEEPEST_M: f64 = 0.08;
const HIGHEST_M: f64 = 0.08;

impl Walker {
    fn support(&self, side: Side) -> Support {
        Support { side, world_from_sole: level(&self.soles[side.index()]) }
    }

    fn ask_for_steps(&mut self, support: Side, steps: &mut dyn StepSource) {
        self.plan.clear();
        let (support, other) = (self.support(support), self.support(support.other()));
        steps.next_steps(&support, &other, &mut self.plan);
        if self.plan.is_empty() && self.recovery.is_active() {
            self.recovery.steps(&support, self.timing.step_width_m, &mut self.plan);
        }
    }

    /// Steps at once: there is no time to shift the weight.
    fn catch(&mut self, holding_cop: &Vector2<f64>, steps: &mut dyn StepSource) {
        // The foot nearer to where the robot falls carries.
        let away =
            |side: Side| (self.planner.cop_of(side, &level(&self.soles[side.index()])) - holding_cop).norm();
        let carries = if away(Side::Left) < away(Side::Right) { Side::Left } else { Side::Right };
        self.gait.stance = carries;
        self.ask_for_steps(carries, steps);
        self.lift_off();
    }

    /// Whether the feet can no longer hold the standing robot.
    fn has_to_step(&mut self, holding_cop: &Vector2<f64>) -> bool {
        self.recovery.begin_if_needed(holding_cop, &self.planner.reach(&self.soles))
    }

    /// Whether a robot that catches itself may stand again.
    fn settle(&mut self, holding_cop: &Vector2<f64>) {
        if self.recovery.is_active() {
            let reach = self.planner.reach(&self.soles);
            let feet = Side::BOTH.map(|side| self.support(side));
            let width_m = self.timing.step_width_m;
            self.recovery.end_if_caught(holding_cop, &reach, [&feet[0], &feet[1]], width_m);
        }
    }

    /// `holding_cop` is the CoP that would hold the DCM where it is [m].
    pub(super) fn change_phase(
        &mut self,
        input: &WalkerInput,
        holding_cop: Vector2<f64>,
        steps: &mut dyn StepSource,
    ) {
        if self.gait.phase == Phase::Stand && self.has_to_step(&holding_cop) {
            return self.catch(&holding_cop, steps);
        }
        let stance = self.gait.stance;
        match self.gait.phase {
            Phase::Stand => {
                self.met_m = self.soles.map(|sole| sole.translation.z);
                self.ask_for_steps(stance, steps);
                if let Some(first) = self.plan.first() {
                    // The foot that does not step first carries.
                    let stance = first.side.other();
                    self.gait.enter(Phase::Shift, stance, self.timing.start_s);
                }
            }
            Phase::Shift | Phase::Double => {
                // At the cycle that is nearest to its end.
                if self.gait.remaining_s() < 0.5 * self.dt_s {
                    self.settle(&holding_cop);
                    self.ask_for_steps(stance, steps);
                    if self.plan.is_empty() {
                        self.gait.enter(Phase::Stand, stance, f64::INFINITY);
                    } else {
                        self.lift_off();
                    }
                }
            }
            Phase::Single => {
                let swing = stance.other();
                let felt = input.touching[swing.index()] || (input.late && self.reaches_ground(swing));
                let progress = self.gait.progress();
                // What is felt well above the foothold is a riser's edge, not the ground.
                let height =
                    self.soles[swing.index()].translation.z - self.target.translation.z - self.swing.lift_m();
                let lands = felt && progress > 0.6 && (height < EARLY_M || self.is_on_ground(swing, steps));
                match self.meets(swing, input.touching[swing.index()]) {
                    Some(met) if !lands || (met == Met::Ahead && height > MET_OVER_M) => {
                        self.get_over(swing, met, felt, steps);
                    }
                    _ if lands && (height < MET_OVER_M || self.is_sure() || !self.is_flat_ahead()) => {
                        if let Some(step) = self.plan.first() {
                            self.touchdowns.observe(step, self.swing.height_m(&self.target));
                        }
                        self.touch_down(swing, steps)
                    }
                    _ => {}
                }
            }
        }
    }

    /// Whether a foot is on the ground where it is, as far as that is known and no step: before its foothold the ground
    /// may be higher.
    fn is_on_ground(&self, swing: Side, steps: &dyn StepSource) -> bool {
        let sole = &self.soles[swing.index()];
        let ground = steps.ground(&level(sole));
        ground.is_some_and(|ground| sole.translation.z - ground.height_m < EARLY_M)
    }

    /// Whether heel or toes of a foot that comes down are where the ground of its foothold is.
    fn reaches_ground(&self, swing: Side) -> bool {
        let f = swing.index();
        let half_m = self.half_lengths_m[f];
        let velocity = self.dynamics.point_velocity(self.foot_bodies[f], &self.soles[f].translation.vector);
        if velocity.dot(&(self.target.rotation * Vector3::z())) >= 0.0 {
            return false;
        }
        let target_from_sole = self.target.inverse() * self.soles[f];
        [-half_m, half_m].iter().any(|x| (target_from_sole * Point3::new(*x, 0.0, 0.0)).z <= 0.0)
    }

    fn lift_off(&mut self) {
        let stance = self.gait.stance;
        let swing = stance.other();
        let step = self.plan[0];
        self.gait.enter(Phase::Single, stance, self.timing.single_support_for_s(Some(&step)));
        let from = self.soles[swing.index()];
        let stance_m = self.soles[stance.index()].translation.z - from.translation.z;
        // The edge of the stance foot's step comes first, where that is higher.
        let edge_m = if stance_m > 0.03 { stance_m } else { step.rise_m.max(0.0) };
        let stretch = match step.stair_m {
            Some((_, run_m)) => self.stretch.of_step(step.rise_m, run_m),
            None => 0.0,
        };
        let way = SwingWay {
            edge_m: step.stair_m.map(|_| edge_m),
            bump_m: step.bump_m,
            slope: self.planner.surface(swing).slope,
            slopes: !(self.planner.surface(swing).is_level() && step.surface.is_level()),
            stretch,
            touch_m: self.touchdowns.height_m(&step),
        };
        let toe_m = self.half_lengths_m[swing.index()].min(step.surface.ahead_m);
        self.swing = SwingFoot::lift_off(from, toe_m, way);
        self.step_rise_m = step.rise_m;
        self.stance_toes_down_rad = self.toes_down_rad(stance);
        self.pelvis.lift_off(&self.config.body, swing, stretch);
        self.planner.lay_on(swing, step.surface);
        self.target = level(&step.world_from_sole);
        if !step.surface.is_level() {
            self.target.rotation = step.surface.tilt() * self.target.rotation;
        }
        self.target.translation.z = self.ground_at_m(stance) + step.rise_m;
        self.mind_sill(swing);
    }

    /// Whether the ground is taken for a floor: neither stairs nor slopes or rough ground.
    pub(super) fn is_flat_ahead(&self) -> bool {
        self.plan.iter().take(2).all(|step| step.surface.is_level() && step.stair_m.is_none())
    }

    /// Height of the ground beside a foot that stands [m]: where it met it, for it may have sunk in since, or stand on
    /// something that lies there. Beside slopes and stairs, where a foot does not come down flat, what it lies on counts.
    pub(super) fn ground_at_m(&self, side: Side) -> f64 {
        let lies_m = self.soles[side.index()].translation.z;
        let met_m = self.met_m[side.index()];
        if self.planner.surface(side).is_level() && self.is_flat_ahead() && (met_m - lies_m).abs() > MET_M {
            lies_m + (met_m - lies_m - MET_M.copysign(met_m - lies_m)).clamp(-HIGHEST_M, DEEPEST_M)
        } else {
            lies_m
        }
    }

    pub(super) fn touch_down(&mut self, landed: Side, steps: &mut dyn StepSource) {
        // Where the next foothold cannot give way, the weight passes over at the time planned for it although
        // the foot came early: in the middle of a double support that is longer by twice as much.
        let held = self.plan.get(1).is_some_and(|step| step.slack_m.is_some());
        let early_s = if held { self.gait.remaining_s().min(MAX_EARLY_S) } else { 0.0 };
        let duration = self.timing.double_support_for_s(self.plan.first()) + 2.0 * early_s;
        self.gait.steps += 1;
        self.gait.enter(Phase::Double, landed, duration);
        // Where it comes down higher than the floor leads there, it has come down on something.
        let floor_m = self.met_m[landed.other().index()] + self.step_rise_m + MET_M;
        let lowest_m = self.lowest_m(landed);
        let most_m = if self.is_flat_ahead() { floor_m } else { f64::INFINITY };
        self.met_m[landed.index()] = lowest_m.min(most_m);
        self.lie_where_it_landed(landed);
        self.ask_for_steps(landed, steps);
    }

    /// Height of what is lower of heel and toes [m].
    fn lowest_m(&self, side: Side) -> f64 {
        let (sole, half_m) = (self.soles[side.index()], self.half_lengths_m[side.index()]);
        [-half_m, half_m].iter().map(|x| (sole * Point3::new(*x, 0.0, 0.0)).z).fold(f64::INFINITY, f64::min)
    }

    /// The surface under a foot that came down beside its foothold.
    fn lie_where_it_landed(&mut self, landed: Side) {
        let Some(step) = self.plan.first() else { return };
        let sole = level(&self.soles[landed.index()]);
        let off = sole.translation.vector - step.world_from_sole.translation.vector;
        let ahead_m = (sole.rotation * Vector3::x()).dot(&off);
        self.planner.lay_on(landed, step.surface.seen_from(ahead_m));
    }
}
