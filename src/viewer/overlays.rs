//! Quantities drawn into the scene: where the robot balances, steps, is pushed and wants to go.

use std::str::FromStr;

use bevy::gizmos::config::{DefaultGizmoConfigGroup, GizmoConfigStore};
use bevy::prelude::*;
use nalgebra::{Isometry3, Point3};

use super::convert;
use super::scene::{SharedSource, Stage, Step};
use crate::model::Side;

/// Drawn length of a force [m/N]: the robot's weight is about as long as a leg.
const FORCE_M_PER_N: f32 = 0.001;
/// Lift of flat marks over the ground, so that they are not hidden in it [m].
const LIFT: Vec3 = Vec3::new(0.0, 0.0, 0.006);

/// A quantity that can be drawn into the scene.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overlay {
    /// Centre of mass.
    Com,
    /// Divergent component of motion.
    Dcm,
    /// Centre of pressure.
    Cop,
    /// Support polygon.
    Support,
    /// Planned and taken footsteps.
    Footsteps,
    /// Path of the swing foot.
    Swing,
    /// Contact forces and pushes.
    Forces,
    /// Route and goals.
    Route,
}

impl Overlay {
    /// All overlays, in the order of their keys 1 to 8.
    pub const ALL: [Overlay; 8] = [
        Overlay::Com,
        Overlay::Dcm,
        Overlay::Cop,
        Overlay::Support,
        Overlay::Footsteps,
        Overlay::Swing,
        Overlay::Forces,
        Overlay::Route,
    ];

    /// Name, as the command line takes it.
    pub fn name(self) -> &'static str {
        match self {
            Overlay::Com => "com",
            Overlay::Dcm => "dcm",
            Overlay::Cop => "cop",
            Overlay::Support => "support",
            Overlay::Footsteps => "footsteps",
            Overlay::Swing => "swing",
            Overlay::Forces => "forces",
            Overlay::Route => "route",
        }
    }

    /// Label in the panel.
    pub(super) fn label(self) -> &'static str {
        match self {
            Overlay::Com => "Centre of mass",
            Overlay::Dcm => "Capture point (DCM)",
            Overlay::Cop => "Centre of pressure",
            Overlay::Support => "Support polygon",
            Overlay::Footsteps => "Footsteps",
            Overlay::Swing => "Swing path",
            Overlay::Forces => "Contact forces, pushes",
            Overlay::Route => "Route and goals",
        }
    }

    /// What it is, with its unit.
    pub(super) fn tip(self) -> &'static str {
        match self {
            Overlay::Com => "True centre of mass of the robot [m], and the plumb line to the ground.",
            Overlay::Dcm => {
                "CoM + CoM velocity / sqrt(g / height) [m]: the point to step on to come to rest."
            }
            Overlay::Cop => "Point on the ground at which the contact forces have no tilting moment [m].",
            Overlay::Support => "Convex hull of the soles that carry the robot [m].",
            Overlay::Footsteps => {
                "Soles of the steps to come (bright) and taken (faint); blue left, orange right."
            }
            Overlay::Swing => "Path of the swinging sole over this step [m].",
            Overlay::Forces => "Forces of the ground on the feet and pushes on the body; 1 m is 1000 N.",
            Overlay::Route => {
                "Way the navigation wants to go, and the goals with the radius that counts [m]."
            }
        }
    }

    /// Colour in scene and panel.
    pub(super) fn colour(self) -> Color {
        match self {
            Overlay::Com => Color::srgb(1.0, 0.85, 0.1),
            Overlay::Dcm => Color::srgb(1.0, 0.2, 0.75),
            Overlay::Cop => Color::srgb(0.95, 0.15, 0.1),
            Overlay::Support => Color::srgb(0.15, 0.85, 0.35),
            Overlay::Footsteps => Color::srgb(0.2, 0.55, 1.0),
            Overlay::Swing => Color::srgb(0.4, 0.95, 1.0),
            Overlay::Forces => Color::srgb(1.0, 0.5, 0.05),
            Overlay::Route => Color::srgb(0.7, 0.4, 1.0),
        }
    }

    /// Key that shows and hides it.
    pub(super) fn key(self) -> KeyCode {
        const KEYS: [KeyCode; 8] = [
            KeyCode::Digit1,
            KeyCode::Digit2,
            KeyCode::Digit3,
            KeyCode::Digit4,
            KeyCode::Digit5,
            KeyCode::Digit6,
            KeyCode::Digit7,
            KeyCode::Digit8,
        ];
        KEYS[self as usize]
    }
}

impl FromStr for Overlay {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let names = Overlay::ALL.map(Overlay::name);
        Overlay::ALL
            .into_iter()
            .find(|overlay| overlay.name() == name)
            .ok_or_else(|| format!("no overlay `{name}`; there are {}", names.join(", ")))
    }
}

/// Which overlays are shown.
#[derive(Resource, Debug, Clone, Default)]
pub(super) struct Overlays([bool; 8]);

impl Overlays {
    pub(super) fn new(shown: &[Overlay]) -> Self {
        let mut overlays = Self::default();
        for overlay in shown {
            overlays.0[*overlay as usize] = true;
        }
        overlays
    }

    pub(super) fn shows(&self, overlay: Overlay) -> bool {
        self.0[overlay as usize]
    }

    pub(super) fn switch(&mut self, overlay: Overlay) -> &mut bool {
        &mut self.0[overlay as usize]
    }
}

/// Draws what is switched on.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Overlays>()
        .add_systems(Startup, in_front)
        .add_systems(Update, (balance, support, footsteps, forces, route).after(Step::Place));
}

/// Marks inside the robot are seen through its shells.
fn in_front(mut store: ResMut<GizmoConfigStore>) {
    let (config, _) = store.config_mut::<DefaultGizmoConfigGroup>();
    config.depth_bias = -1.0;
    config.line.width = 3.0;
}

fn balance(stage: Res<Stage>, overlays: Res<Overlays>, mut gizmos: Gizmos) {
    let frame = &stage.frame;
    if overlays.shows(Overlay::Com)
        && let Some(com) = frame.com
    {
        let (com, colour) = (convert::point(&com), Overlay::Com.colour());
        let foot = com.with_z(stage.ground_height_m()) + LIFT;
        gizmos.sphere(com, 0.035, colour);
        gizmos.line(com, foot, colour);
        gizmos.circle(foot, 0.025, colour);
    }
    if overlays.shows(Overlay::Dcm)
        && let Some(dcm) = frame.dcm
    {
        cross(&mut gizmos, convert::point(&dcm).with_z(stage.ground_height_m()), 0.05, Overlay::Dcm.colour());
    }
    if overlays.shows(Overlay::Cop)
        && let Some(cop) = frame.cop
    {
        cross(&mut gizmos, convert::point(&cop), 0.03, Overlay::Cop.colour());
    }
}

/// A ring with a cross on the ground.
fn cross(gizmos: &mut Gizmos, at: Vec3, radius: f32, colour: Color) {
    let at = at + LIFT;
    gizmos.circle(at, radius, colour);
    gizmos.line(at - Vec3::X * radius, at + Vec3::X * radius, colour);
    gizmos.line(at - Vec3::Y * radius, at + Vec3::Y * radius, colour);
}

fn support(stage: Res<Stage>, overlays: Res<Overlays>, mut gizmos: Gizmos) {
    let polygon = &stage.frame.support_polygon;
    if overlays.shows(Overlay::Support) && polygon.len() > 1 {
        gizmos.lineloop(polygon.iter().map(|p| convert::point(p) + LIFT), Overlay::Support.colour());
    }
}

fn footsteps(stage: Res<Stage>, source: Res<SharedSource>, overlays: Res<Overlays>, mut gizmos: Gizmos) {
    let frame = &stage.frame;
    if overlays.shows(Overlay::Footsteps) {
        let soles = source.lock().half_soles_m();
        let mut sole = |side: Side, pose: &Isometry3<f64>, alpha: f32| {
            let (x, y) = soles[side.index()];
            let colour = match side {
                Side::Left => Color::srgba(0.25, 0.6, 1.0, alpha),
                Side::Right => Color::srgba(1.0, 0.6, 0.2, alpha),
            };
            let corner = |sx: f64, sy: f64| convert::point(&(pose * Point3::new(sx * x, sy * y, 0.0))) + LIFT;
            gizmos.lineloop(
                [corner(1.0, 1.0), corner(-1.0, 1.0), corner(-1.0, -1.0), corner(1.0, -1.0)],
                colour,
            );
            gizmos.line(corner(0.45, 0.0), corner(1.0, 0.0), colour);
        };
        for (side, pose) in &frame.taken_steps {
            sole(*side, pose, 0.35);
        }
        for (side, pose) in &frame.planned_steps {
            sole(*side, pose, 1.0);
        }
    }
    if overlays.shows(Overlay::Swing) {
        gizmos.linestrip(frame.swing_path.iter().map(convert::point), Overlay::Swing.colour());
    }
}

fn forces(stage: Res<Stage>, overlays: Res<Overlays>, mut gizmos: Gizmos) {
    if !overlays.shows(Overlay::Forces) {
        return;
    }
    for (at, force) in &stage.frame.contact_forces {
        let (from, along) = (convert::point(at), convert::vector(force) * FORCE_M_PER_N);
        if along.length() > 0.01 {
            gizmos.arrow(from, from + along, Overlay::Forces.colour()).with_tip_length(0.05);
        }
    }
    if let Some((at, force)) = &stage.frame.push {
        // The arrow ends where the push acts.
        let (to, along) = (convert::point(at), convert::vector(force) * FORCE_M_PER_N);
        gizmos.arrow(to - along, to, Color::srgb(1.0, 0.1, 0.1)).with_tip_length(0.08);
    }
}

fn route(stage: Res<Stage>, overlays: Res<Overlays>, mut gizmos: Gizmos) {
    if !overlays.shows(Overlay::Route) {
        return;
    }
    let frame = &stage.frame;
    gizmos.linestrip(frame.route.iter().map(|p| convert::point(p) + LIFT * 2.0), Overlay::Route.colour());
    for (index, (at, radius)) in frame.goals.iter().enumerate() {
        let reached = index < frame.goals_reached;
        let colour = if reached { Color::srgb(0.5, 0.5, 0.5) } else { Overlay::Route.colour() };
        let at = convert::point(at) + LIFT;
        gizmos.circle(at, *radius as f32, colour);
        gizmos.line(at, at + Vec3::Z * 0.6, colour);
    }
}

/// Keys 1 to 8 switch the overlays.
pub(super) fn keys(
    keys: Res<ButtonInput<KeyCode>>,
    wants: Res<bevy_egui::input::EguiWantsInput>,
    mut overlays: ResMut<Overlays>,
) {
    if wants.wants_any_keyboard_input() {
        return;
    }
    for overlay in Overlay::ALL {
        if keys.just_pressed(overlay.key()) {
            let shown = overlays.switch(overlay);
            *shown = !*shown;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlays_are_found_by_name_and_switched_one_by_one() {
        for overlay in Overlay::ALL {
            assert_eq!(overlay.name().parse(), Ok(overlay));
            let mut shown = Overlays::new(&[overlay]);
            assert!(Overlay::ALL.iter().all(|o| shown.shows(*o) == (*o == overlay)));
            *shown.switch(overlay) = false;
            assert!(!shown.shows(overlay));
        }
        assert!("aura".parse::<Overlay>().is_err());
    }
}
