//! The camera: orbit by mouse, and the views one can choose by name or key.

use std::str::FromStr;

use bevy::core_pipeline::tonemapping::Tonemapping;
use bevy::input::mouse::{AccumulatedMouseScroll, MouseScrollUnit};
use bevy::prelude::*;
use bevy_egui::input::EguiWantsInput;

use super::hands::Mouse;
use super::pointer::Pointer;
use super::quality::Quality;
use super::scene::Stage;
use super::sky::SkyLight;
use super::terrain;

/// Turn of the orbit for a pixel of mouse movement [rad].
const TURN_RAD: f32 = 0.006;
/// Time constant with which the focus follows the robot [s].
const FOLLOW_S: f32 = 0.12;
/// Time constant with which the focus follows the ground up and down: stairs rise in jerks [s].
const RISE_S: f32 = 0.45;
/// Time constant with which a view turns with the robot's heading [s].
const HEADING_S: f32 = 1.2;
/// Height of the focus over the lower foot of a standing robot [m].
const FOCUS_M: f32 = 0.92;
/// Nearest and farthest orbit [m].
const DISTANCE_M: (f32, f32) = (0.4, 60.0);
/// Highest look down and lowest look up [rad].
const PITCH_RAD: (f32, f32) = (-0.35, 1.55);

/// A view of the scene.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CameraView {
    /// From ahead and to the left, following the robot; does not turn with it.
    #[default]
    Orbit,
    /// From behind, turning with the robot.
    Chase,
    /// From the robot's right, turning with it.
    Side,
    /// From ahead, turning with the robot.
    Front,
    /// From above.
    Top,
    /// Through the robot's head.
    Head,
    /// Stays where it is.
    Fixed,
}

impl CameraView {
    /// All views, in the order of the key that goes through them.
    pub const ALL: [CameraView; 7] = [
        CameraView::Orbit,
        CameraView::Chase,
        CameraView::Side,
        CameraView::Front,
        CameraView::Top,
        CameraView::Head,
        CameraView::Fixed,
    ];

    /// Name, as the command line takes it.
    pub fn name(self) -> &'static str {
        match self {
            CameraView::Orbit => "orbit",
            CameraView::Chase => "chase",
            CameraView::Side => "side",
            CameraView::Front => "front",
            CameraView::Top => "top",
            CameraView::Head => "head",
            CameraView::Fixed => "fixed",
        }
    }

    /// Whether the view turns with the robot.
    fn turns(self) -> bool {
        matches!(self, CameraView::Chase | CameraView::Side | CameraView::Front)
    }

    /// Azimuth, elevation [rad] and distance [m] of the camera seen from the robot.
    fn stand(self) -> Option<(f32, f32, f32)> {
        match self {
            CameraView::Orbit => Some((-0.75, 0.17, 4.3)),
            CameraView::Chase => Some((std::f32::consts::PI - 0.25, 0.28, 4.6)),
            CameraView::Side => Some((-std::f32::consts::FRAC_PI_2, 0.06, 4.2)),
            CameraView::Front => Some((0.0, 0.08, 4.0)),
            CameraView::Top => Some((std::f32::consts::PI, PITCH_RAD.1, 7.0)),
            CameraView::Head | CameraView::Fixed => None,
        }
    }
}

impl FromStr for CameraView {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let names = CameraView::ALL.map(CameraView::name);
        CameraView::ALL
            .into_iter()
            .find(|view| view.name() == name)
            .ok_or_else(|| format!("no camera `{name}`; there are {}", names.join(", ")))
    }
}

/// A view, and where the camera stands in it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct CameraChoice {
    /// The view.
    pub view: CameraView,
    /// Azimuth, elevation [rad] and distance [m] of the camera seen from the robot, instead of the view's own.
    pub stand: Option<(f32, f32, f32)>,
}

impl From<CameraView> for CameraChoice {
    fn from(view: CameraView) -> Self {
        Self { view, stand: None }
    }
}

impl FromStr for CameraChoice {
    type Err = String;

    /// A view's name, or `A,E,D` for the orbit.
    fn from_str(text: &str) -> Result<Self, String> {
        if !text.contains(',') {
            let view = text.parse().map_err(|error| format!("{error}; or A,E,D such as 2.3,0.3,4"))?;
            return Ok(Self { view, stand: None });
        }
        let numbers: Vec<Option<f32>> = text.split(',').map(|part| part.trim().parse().ok()).collect();
        match numbers[..] {
            [Some(azimuth), Some(elevation), Some(distance)]
                if azimuth.is_finite()
                    && (PITCH_RAD.0..=PITCH_RAD.1).contains(&elevation)
                    && (DISTANCE_M.0..=DISTANCE_M.1).contains(&distance) =>
            {
                Ok(Self { view: CameraView::Orbit, stand: Some((azimuth, elevation, distance)) })
            }
            _ => Err(format!(
                "expected azimuth [rad], elevation ({} to {} rad) and distance ({} to {} m), such as 2.3,0.3,4",
                PITCH_RAD.0, PITCH_RAD.1, DISTANCE_M.0, DISTANCE_M.1
            )),
        }
    }
}

/// Where the camera stands and looks.
#[derive(Component, Debug, Clone)]
pub(super) struct Orbit {
    view: CameraView,
    azimuth: f32,
    elevation: f32,
    distance: f32,
    focus: Vec3,
    heading: f32,
    /// Whether the robot's place is to be taken at once.
    fresh: bool,
    /// Whether it was, this frame.
    jumped: bool,
}

impl Orbit {
    pub(super) fn new(choice: CameraChoice) -> Self {
        let view = choice.view;
        let (azimuth, elevation, distance) = choice.stand.or(view.stand()).unwrap_or((-0.75, 0.17, 4.3));
        Self {
            view,
            azimuth,
            elevation,
            distance,
            focus: Vec3::ZERO,
            heading: 0.0,
            fresh: true,
            jumped: true,
        }
    }

    pub(super) fn view(&self) -> CameraView {
        self.view
    }

    /// Takes a view; from the fixed one on, the present stand is kept.
    pub(super) fn choose(&mut self, view: CameraView) {
        if let Some(stand) = view.stand() {
            (self.azimuth, self.elevation, self.distance) = stand;
        }
        self.view = view;
    }

    /// Goes back to the robot; the stand is kept.
    fn refocus(&mut self) {
        if matches!(self.view, CameraView::Fixed | CameraView::Head) {
            self.view = CameraView::Orbit;
        }
    }

    fn next(&mut self) {
        let at = CameraView::ALL.iter().position(|view| *view == self.view).unwrap_or(0);
        self.choose(CameraView::ALL[(at + 1) % CameraView::ALL.len()]);
    }

    /// Goes round the robot by an angle [rad].
    pub(super) fn turn(&mut self, by: f32) {
        self.azimuth += by;
    }

    /// Takes the robot's place at once the next time, as after a jump in time.
    pub(super) fn jump(&mut self) {
        self.fresh = self.view != CameraView::Fixed;
    }

    /// Whether it took the robot's place at once this frame.
    pub(super) fn jumped(&self) -> bool {
        self.jumped
    }

    /// Follows the robot for `dt_s`; the first time at once.
    fn track(&mut self, robot: Vec3, heading: f32, dt_s: f32) {
        let share = |constant: f32| if self.fresh { 1.0 } else { 1.0 - (-dt_s / constant).exp() };
        let (follow, rise, turn) = (share(FOLLOW_S), share(RISE_S), share(HEADING_S));
        if self.view != CameraView::Fixed || self.fresh {
            self.focus += (robot - self.focus) * Vec3::new(follow, follow, rise);
        }
        self.jumped = std::mem::take(&mut self.fresh);
        let error = (heading - self.heading + std::f32::consts::PI).rem_euclid(std::f32::consts::TAU)
            - std::f32::consts::PI;
        self.heading += error * turn;
    }

    fn transform(&self) -> Transform {
        let azimuth = self.azimuth + if self.view.turns() { self.heading } else { 0.0 };
        let direction = Vec3::new(
            self.elevation.cos() * azimuth.cos(),
            self.elevation.cos() * azimuth.sin(),
            self.elevation.sin(),
        );
        let mut eye = self.focus + direction * self.distance;
        // Never under the floor.
        eye.z = eye.z.max(0.05);
        // Looking straight down, up is where the camera's back points.
        let up = if self.elevation > 1.5 { -direction.with_z(0.0).normalize_or(-Vec3::X) } else { Vec3::Z };
        Transform::from_translation(eye).looking_at(self.focus, up)
    }
}

/// Parts every camera of the viewer has.
pub(super) fn bundle(choice: CameraChoice, light: &SkyLight, quality: Quality) -> impl Bundle {
    (
        Camera3d::default(),
        Projection::from(PerspectiveProjection { fov: 0.62, near: 0.05, far: 2_000.0, ..default() }),
        Tonemapping::AcesFitted,
        quality.smoothing(),
        light.0.clone(),
        terrain::haze(),
        Orbit::new(choice),
        Transform::default(),
    )
}

/// Puts the camera where its view wants it.
pub(super) fn aim(
    stage: Res<Stage>,
    time: Res<Time>,
    camera: Single<(&mut Transform, &mut Orbit)>,
    head: Option<Res<HeadFrame>>,
) {
    let (mut transform, mut orbit) = camera.into_inner();
    let base = stage.pose(0);
    let forward = base.rotation * nalgebra::Vector3::x();
    let mut focus = super::convert::vector(&base.translation.vector);
    // The focus keeps to the height of a standing robot, over what it stands on.
    focus.z = stage.ground_height_m() + FOCUS_M;
    orbit.track(focus, forward.y.atan2(forward.x) as f32, time.delta_secs());
    *transform = match (orbit.view, head) {
        (CameraView::Head, Some(head)) => {
            let eye = super::convert::transform(&(stage.pose(head.body) * head.body_from_eye));
            // The camera looks along its own -z; the head along its x.
            Transform::from_translation(eye.translation)
                .looking_to(eye.rotation * Vec3::X, eye.rotation * Vec3::Z)
        }
        _ => orbit.transform(),
    };
}

/// Where the eye of the head view sits.
#[derive(Resource)]
pub(super) struct HeadFrame {
    pub(super) body: usize,
    pub(super) body_from_eye: nalgebra::Isometry3<f64>,
}

/// Mouse: left button turns, right or middle button shifts, wheel moves nearer and farther.
///
/// Reads where the cursor is, not how the device moved, so that it also follows a cursor that is
/// set from outside.
pub(super) fn mouse(
    mut pointer: Pointer,
    buttons: Res<ButtonInput<MouseButton>>,
    scroll: Res<AccumulatedMouseScroll>,
    hands: Res<Mouse>,
    mut orbit: Single<&mut Orbit>,
    mut last: Local<Option<Vec2>>,
    mut grabbed: Local<bool>,
) {
    let cursor = pointer.cursor();
    let moved = match (cursor, *last) {
        (Some(now), Some(before)) => now - before,
        _ => Vec2::ZERO,
    };
    *last = cursor;
    let any = [MouseButton::Left, MouseButton::Right, MouseButton::Middle];
    // A drag belongs to whom it began with.
    if buttons.any_just_pressed(any) {
        *grabbed = !pointer.is_on_panel() && !hands.is_busy();
        // The way to where it was pressed is no drag.
        return;
    }
    if !buttons.any_pressed(any) {
        *grabbed = false;
    }
    if *grabbed && moved != Vec2::ZERO {
        if orbit.view == CameraView::Head {
            orbit.choose(CameraView::Orbit);
        }
        if buttons.pressed(MouseButton::Left) {
            orbit.azimuth -= moved.x * TURN_RAD;
            orbit.elevation = (orbit.elevation + moved.y * TURN_RAD).clamp(PITCH_RAD.0, PITCH_RAD.1);
        } else {
            // Shifting leaves the robot: the camera stays with the place from then on.
            let transform = orbit.transform();
            let scale = orbit.distance * 0.0009;
            let shift = transform.rotation * Vec3::new(-moved.x * scale, moved.y * scale, 0.0);
            orbit.azimuth += if orbit.view.turns() { orbit.heading } else { 0.0 };
            orbit.view = CameraView::Fixed;
            orbit.focus += shift;
        }
    }
    if scroll.delta.y != 0.0 && !pointer.is_on_panel() {
        let lines = match scroll.unit {
            MouseScrollUnit::Line => scroll.delta.y,
            MouseScrollUnit::Pixel => scroll.delta.y / 40.0,
        };
        orbit.distance = (orbit.distance * 0.88f32.powf(lines)).clamp(DISTANCE_M.0, DISTANCE_M.1);
    }
}

/// `C` goes to the next view, `F` back to the robot.
pub(super) fn keys(
    keys: Res<ButtonInput<KeyCode>>,
    wants: Res<EguiWantsInput>,
    mut orbit: Single<&mut Orbit>,
) {
    if wants.wants_any_keyboard_input() {
        return;
    }
    if keys.just_pressed(KeyCode::KeyC) {
        orbit.next();
    }
    if keys.just_pressed(KeyCode::KeyF) {
        orbit.refocus();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn views_are_found_by_name() {
        for view in CameraView::ALL {
            assert_eq!(view.name().parse(), Ok(view));
        }
        let error = "underwater".parse::<CameraView>().err();
        assert!(error.is_some_and(|e| e.contains("underwater") && e.contains("chase")));
    }

    #[test]
    fn views_look_at_the_robot_from_where_they_say() {
        let robot = Vec3::new(3.0, -2.0, 0.9);
        for (view, side) in
            [(CameraView::Side, Vec3::NEG_Y), (CameraView::Front, Vec3::X), (CameraView::Top, Vec3::Z)]
        {
            let mut orbit = Orbit::new(view.into());
            orbit.track(robot, 0.0, 0.01);
            let camera = orbit.transform();
            assert!((camera.translation - robot).normalize().dot(side) > 0.95, "{view:?}");
            assert!(camera.forward().dot((robot - camera.translation).normalize()) > 0.999, "{view:?}");
        }
    }

    #[test]
    fn a_turning_view_turns_with_the_robot() {
        let mut orbit = Orbit::new(CameraView::Front.into());
        orbit.track(Vec3::ZERO, std::f32::consts::FRAC_PI_2, 0.01);
        assert!(orbit.transform().translation.normalize().dot(Vec3::Y) > 0.95);
    }
}
