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
    let mut at = Some(pelvis);
    while let Some(b) = at {
        if b == body {
            return Limb::Waist;
        }
        at = model.bodies[b].parent;
    }
    let mut at = model.bodies[body].parent;
    while let Some(b) = at {
        if b == pelvis && pelvis != 0 {
            return Limb::Leg;
        }
        at = model.bodies[b].parent;
    }
    let carries_foot = model.feet.iter().any(|foot| {
        let mut at = Some(foot.body);
        while let Some(b) = at {
            if b == body {
                return true;
            }
            at = model.bodies[b].parent;
        }
        false
    });
    if carries_foot { Limb::Leg } else { Limb::Upper }
}

/// The body both legs hang on.
pub fn pelvis_of(model: &RobotModel) -> usize {
    let chain = |mut body: usize| {
        let mut bodies = vec![body];
        while let Some(parent) = model.bodies[body].parent {
            bodies.push(parent);
            body = parent;
        }
        bodies
    };
    let left = chain(model.feet[0].body);
    chain(model.feet[1].body).into_iter().find(|b| left.contains(b)).unwrap_or(0)
}
