//! Legs, waist and the rest: which joint belongs to what.

use crate::model::RobotModel;

/// Limb of every joint, in the model's order.
pub fn limbs(model: &RobotModel) -> Vec<Limb> {
    let (pelvis, trunk) = (pelvis_of(model), trunk_of(model));
    (1..model.bodies.len()).map(|body| limb_of(model, body, pelvis, trunk)).collect()
}

/// Angle by which a joint is moved to see what it moves [rad].
const MOVED_RAD: f64 = 1e-4;

/// How far to the side a joint moves what it carries, in the posture, the farthest of its bodies' CoMs [m/rad].
pub fn sideways_m_rad(model: &RobotModel) -> Vec<f64> {
    let place = |body: usize, q_rad: &[f64]| (model.root_from_body(body, q_rad) * model.bodies[body].com).y;
    let reach = |joint: usize| {
        let mut moved = model.posture.clone();
        moved[joint] += MOVED_RAD;
        let carried = (0..model.bodies.len()).filter(|&body| model.ancestors(body).contains(&(joint + 1)));
        carried
            .map(|body| (place(body, &moved) - place(body, &model.posture)).abs() / MOVED_RAD)
            .fold(0.0, f64::max)
    };
    (0..model.joints()).map(reach).collect()
}

/// Part of the body a joint belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limb {
    /// Between the pelvis and a foot.
    Leg,
    /// Between the pelvis and the trunk.
    Waist,
    /// Arms and head.
    Upper,
}

/// Limb of the joint that carries `body`.
fn limb_of(model: &RobotModel, body: usize, pelvis: usize, trunk: usize) -> Limb {
    let leads_to = |end: usize| model.ancestors(end).contains(&body);
    if leads_to(pelvis) != leads_to(trunk) {
        Limb::Waist
    } else if is_of_leg(model, body, pelvis) {
        Limb::Leg
    } else {
        Limb::Upper
    }
}

/// Whether a body lies between the pelvis and a foot, or hangs on one that does.
fn is_of_leg(model: &RobotModel, body: usize, pelvis: usize) -> bool {
    let above = model.ancestors(pelvis);
    let carries_foot = |b: usize| model.feet.iter().any(|foot| model.ancestors(foot.body).contains(&b));
    model.ancestors(body).iter().any(|&b| !above.contains(&b) && carries_foot(b))
}

/// The body both legs hang on.
pub fn pelvis_of(model: &RobotModel) -> usize {
    let [left, right] = [0, 1].map(|f| model.ancestors(model.feet[f].body));
    left.iter().rev().copied().find(|body| right.contains(body)).unwrap_or(0)
}

/// The heaviest body that is not of a leg.
pub fn trunk_of(model: &RobotModel) -> usize {
    let pelvis = pelvis_of(model);
    let others = (0..model.bodies.len()).filter(|&body| !is_of_leg(model, body, pelvis));
    // The first one of equals, the nearest to the root.
    others
        .rev()
        .max_by(|&a, &b| model.bodies[a].mass_kg.total_cmp(&model.bodies[b].mass_kg))
        .unwrap_or(pelvis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arm_that_hangs_reaches_out_by_the_roll_of_its_shoulder() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/configs/robots/healthy_loong.ron");
        let loaded = crate::config::load_robot(path.as_ref()).expect("the robot loads");
        let model = RobotModel::build(&loaded.config).expect("a robot");
        let sideways = sideways_m_rad(&model);
        let of = |name: &str| sideways[model.joint_index(name).expect("a joint")];
        for side in ["left", "right"] {
            let roll = of(&format!("{side}_shoulder_roll"));
            assert!((0.15..0.6).contains(&roll), "{roll}");
            assert!(of(&format!("{side}_shoulder_pitch")) < 0.1 * roll);
        }
    }
}
