//! What can be shown: names, labels, tips, colours and keys.

use std::str::FromStr;

use bevy::prelude::*;

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
    /// Motor torques, as colours of the robot's bodies.
    Torques,
    /// Velocity asked for and reached.
    Velocity,
    /// Linear and angular momentum.
    Momentum,
    /// The LiDAR's last scan.
    Rays,
    /// The known map and the estimated robot on it.
    Map,
    /// Joint axes and frames.
    Axes,
    /// Collision shapes.
    Shapes,
}

/// What is said of an overlay.
struct Entry {
    name: &'static str,
    label: &'static str,
    tip: &'static str,
    colour: Color,
    key: (KeyCode, &'static str),
}

impl Overlay {
    /// All overlays, in the order in which the panel lists them.
    pub const ALL: [Overlay; 15] = [
        Overlay::Com,
        Overlay::Dcm,
        Overlay::Cop,
        Overlay::Support,
        Overlay::Footsteps,
        Overlay::Swing,
        Overlay::Forces,
        Overlay::Route,
        Overlay::Torques,
        Overlay::Velocity,
        Overlay::Momentum,
        Overlay::Rays,
        Overlay::Map,
        Overlay::Axes,
        Overlay::Shapes,
    ];

    fn entry(self) -> Entry {
        let entry = |name, label, (r, g, b): (f32, f32, f32), key, tip| Entry {
            name,
            label,
            tip,
            colour: Color::srgb(r, g, b),
            key,
        };
        match self {
            Overlay::Com => entry(
                "com",
                "Centre of mass",
                (1.0, 0.85, 0.1),
                (KeyCode::Digit1, "1"),
                "True centre of mass of the robot [m], and the plumb line to the ground.",
            ),
            Overlay::Dcm => entry(
                "dcm",
                "Capture point",
                (1.0, 0.2, 0.75),
                (KeyCode::Digit2, "2"),
                "Divergent component of motion, CoM + CoM velocity / sqrt(g / height) [m]: the point to step on \
                 to come to rest.",
            ),
            Overlay::Cop => entry(
                "cop",
                "Centre of pressure",
                (0.95, 0.15, 0.1),
                (KeyCode::Digit3, "3"),
                "Point on the ground at which the contact forces have no tilting moment [m].",
            ),
            Overlay::Support => entry(
                "support",
                "Support polygon",
                (0.15, 0.85, 0.35),
                (KeyCode::Digit4, "4"),
                "Convex hull of the soles that carry the robot [m].",
            ),
            Overlay::Footsteps => entry(
                "footsteps",
                "Footsteps",
                (0.2, 0.55, 1.0),
                (KeyCode::Digit5, "5"),
                "Soles of the steps to come (bright) and taken (faint).",
            ),
            Overlay::Swing => entry(
                "swing",
                "Swing path",
                (0.4, 0.95, 1.0),
                (KeyCode::Digit6, "6"),
                "Path of the swinging sole over this step [m].",
            ),
            Overlay::Forces => entry(
                "forces",
                "Contact forces",
                (1.0, 0.5, 0.05),
                (KeyCode::Digit7, "7"),
                "Forces of the ground on the feet and pushes on the body; 1 m is 1000 N.",
            ),
            Overlay::Route => entry(
                "route",
                "Route and goals",
                (0.7, 0.4, 1.0),
                (KeyCode::Digit8, "8"),
                "Way the navigation wants to go, and the goals with the radius that counts [m].",
            ),
            Overlay::Torques => entry(
                "torques",
                "Joint torques",
                (0.9, 0.8, 0.15),
                (KeyCode::Digit9, "9"),
                "Motor torque of the joint that carries each part, over its peak torque [%].",
            ),
            Overlay::Velocity => entry(
                "velocity",
                "Velocity",
                (0.2, 0.95, 0.75),
                (KeyCode::KeyV, "V"),
                "Velocity the steps are laid for and velocity of the centre of mass, from the pelvis' place on \
                 the ground; 1 m is 1 m/s, the arc is the turn of a second.",
            ),
            Overlay::Momentum => entry(
                "momentum",
                "Momentum",
                (0.85, 0.95, 0.3),
                (KeyCode::KeyI, "I"),
                "From the centre of mass: linear momentum, 1 m is 100 kg m/s, and angular momentum about it \
                 with its sense of turning, 1 m is 20 kg m2/s.",
            ),
            Overlay::Rays => entry(
                "rays",
                "LiDAR scan",
                (1.0, 0.35, 0.35),
                (KeyCode::KeyR, "R"),
                "Last scan of the LiDAR, placed where the robot believed to be [m]; every 13th ray is drawn.",
            ),
            Overlay::Map => entry(
                "map",
                "Map and estimate",
                (0.35, 0.9, 0.9),
                (KeyCode::KeyU, "U"),
                "What the robot believes: the map it knows, what it has seen to move (a ring, and the way of a \
                 second), and its limbs, root and soles where it estimates them [m]; beside the robot you see, \
                 they show the estimate's error.",
            ),
            Overlay::Axes => entry(
                "axes",
                "Axes and frames",
                (0.9, 0.9, 0.95),
                (KeyCode::KeyX, "X"),
                "Axes of the joints, and the frames of root, soles, IMU and LiDAR: x red, y green, z blue, 0.15 m \
                 long.",
            ),
            Overlay::Shapes => entry(
                "shapes",
                "Collision shapes",
                (0.5, 1.0, 0.4),
                (KeyCode::KeyK, "K"),
                "Outlines of what collides, as the physics has it.",
            ),
        }
    }

    /// Name, as the command line takes it.
    pub fn name(self) -> &'static str {
        self.entry().name
    }

    /// Label in the panel.
    pub(in super::super) fn label(self) -> &'static str {
        self.entry().label
    }

    /// What it is, with its unit.
    pub(in super::super) fn tip(self) -> &'static str {
        self.entry().tip
    }

    /// Colour in scene and panel; of several, the one that stands for it.
    pub(in super::super) fn colour(self) -> Color {
        self.entry().colour
    }

    /// Colours of an overlay that has several, and what each means.
    pub(in super::super) fn legend(self) -> &'static [(Color, &'static str)] {
        match self {
            Overlay::Footsteps => &[(LEFT, "left"), (RIGHT, "right")],
            Overlay::Forces => &[(GROUND, "ground"), (PUSH, "push")],
            Overlay::Velocity => &[(WANTED, "wanted"), (REACHED, "reached")],
            Overlay::Momentum => &[(LINEAR, "linear"), (ANGULAR, "angular")],
            Overlay::Map => &[(KNOWN, "map"), (ESTIMATE, "estimate")],
            Overlay::Axes => &[(ROLL, "roll"), (PITCH, "pitch"), (YAW, "yaw")],
            Overlay::Shapes => &[(OF_ROBOT, "robot"), (OF_WORLD, "world")],
            _ => &[],
        }
    }

    /// Key that shows and hides it.
    pub(super) fn key(self) -> KeyCode {
        self.entry().key.0
    }

    /// Name of that key.
    pub(in super::super) fn key_name(self) -> &'static str {
        self.entry().key.1
    }
}

pub(super) const LEFT: Color = Color::srgb(0.25, 0.6, 1.0);
pub(super) const RIGHT: Color = Color::srgb(1.0, 0.6, 0.2);
pub(super) const GROUND: Color = Color::srgb(1.0, 0.5, 0.05);
pub(super) const PUSH: Color = Color::srgb(1.0, 0.1, 0.1);
pub(super) const WANTED: Color = Color::srgb(0.2, 0.95, 0.75);
pub(super) const REACHED: Color = Color::srgb(1.0, 1.0, 1.0);
pub(super) const LINEAR: Color = Color::srgb(0.85, 0.95, 0.3);
pub(super) const ANGULAR: Color = Color::srgb(0.95, 0.45, 1.0);
pub(super) const KNOWN: Color = Color::srgb(0.35, 0.9, 0.9);
pub(super) const ESTIMATE: Color = Color::srgb(1.0, 0.75, 0.3);
pub(super) const ROLL: Color = Color::srgb(1.0, 0.3, 0.25);
pub(super) const PITCH: Color = Color::srgb(0.35, 0.9, 0.35);
pub(super) const YAW: Color = Color::srgb(0.4, 0.6, 1.0);
pub(super) const OF_ROBOT: Color = Color::srgb(0.5, 1.0, 0.4);
pub(super) const OF_WORLD: Color = Color::srgb(1.0, 0.7, 0.3);

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlays_are_found_by_name() {
        for overlay in Overlay::ALL {
            assert_eq!(overlay.name().parse(), Ok(overlay));
        }
        assert!("aura".parse::<Overlay>().is_err());
    }

    #[test]
    fn no_two_share_a_place_or_a_key() {
        // Keys of time, camera, window and driving.
        let taken = [
            KeyCode::KeyA,
            KeyCode::KeyB,
            KeyCode::KeyC,
            KeyCode::KeyD,
            KeyCode::KeyE,
            KeyCode::KeyF,
            KeyCode::KeyG,
            KeyCode::KeyH,
            KeyCode::KeyL,
            KeyCode::KeyM,
            KeyCode::KeyN,
            KeyCode::KeyO,
            KeyCode::KeyP,
            KeyCode::KeyQ,
            KeyCode::KeyS,
            KeyCode::KeyW,
            KeyCode::Digit0,
        ];
        for (place, overlay) in Overlay::ALL.into_iter().enumerate() {
            assert_eq!(overlay as usize, place);
            assert!(!taken.contains(&overlay.key()), "{overlay:?}");
            assert!(Overlay::ALL[..place].iter().all(|other| other.key() != overlay.key()), "{overlay:?}");
        }
    }
}
