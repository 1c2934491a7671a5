//! Ground that is not the same everywhere: what Rapier asks before it solves a contact of it.

use bevy_rapier3d::rapier::prelude::{ActiveHooks, ContactModificationContext, PhysicsHooks};

use super::patches::Patches;
use super::soft::SoftGround;
use crate::config::scenario::TerrainConfig;

/// Where it is slippery, and where it is soft.
#[derive(Debug, Clone, Default)]
pub(super) struct Ground {
    patches: Patches,
    pub(super) soft: SoftGround,
}

impl Ground {
    pub(super) fn of(terrain: &TerrainConfig) -> Self {
        Self { patches: Patches::of(terrain), soft: SoftGround::of(terrain) }
    }

    /// What Rapier has to ask of all ground.
    pub(super) fn hooks(&self) -> ActiveHooks {
        hooks_if(!self.patches.is_empty())
    }

    /// What it has to ask of the floor.
    pub(super) fn floor_hooks(&self) -> ActiveHooks {
        self.hooks() | hooks_if(!self.soft.is_empty())
    }
}

fn hooks_if(asks: bool) -> ActiveHooks {
    if asks { ActiveHooks::MODIFY_SOLVER_CONTACTS } else { ActiveHooks::empty() }
}

impl PhysicsHooks for Ground {
    fn modify_solver_contacts(&self, context: &mut ContactModificationContext) {
        if !self.patches.is_empty() {
            self.patches.set_friction(context);
        }
        if self.soft.is_empty() {
            return;
        }
        self.soft.slope_walls(context);
        let is_floor =
            |handle| context.colliders.get(handle).is_some_and(|c| c.shape().as_halfspace().is_some());
        if is_floor(context.collider1) || is_floor(context.collider2) {
            self.soft.lower_floor(context);
        }
    }
}
