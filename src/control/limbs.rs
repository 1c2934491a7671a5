//! Legs, waist and the rest: which joint belongs to what.

use crate::model::RobotModel;

/// Limb of every joint, in the model's order.
pub fn limbs(model: &RobotModel) -> Vec<Limb> {
    let pelvis = pelvis_of(model);
    (1..model.bodies.len()).map(|body| limb_of(model, body, pelvis)).collect()
}

/// Part of the body a joint belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limb {
    /// Between the pelvis and a foot.
    Leg,
    /// Between the root and the pelvis.
    Waist,
    /// Arms and head.
    Upper,
}

/// Limb of the joint that carries `body`, where the legs hang on `pelvis`.
fn limb_of(model: &RobotModel, body: usize, pelvis: usize) -> Limb {
    if model.ancestors(pelvis).contains(&body) {
        return Limb::Waist;
    }
    let hangs_on_pelvis = model.ancestors(body).contains(&pelvis);
    let carries_foot = model.feet.iter().any(|foot| model.ancestors(foot.body).contains(&body));
    if hangs_on_pelvis || carries_foot { Limb::Leg } else { Limb::Upper }
}

/// The body both legs hang on.
pub fn pelvis_of(model: &RobotModel) -> usize {
    let [left, right] = [0, 1].map(|f| model.ancestors(model.feet[f].body));
    left.iter().rev().copied().find(|body| right.contains(body)).unwrap_or(0)
}
