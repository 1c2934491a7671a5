//! The left button: a drag that begins on the robot pulls it, one on a box moves the box, a click on the
//! ground sets a goal; any other drag is the camera's.

use bevy::prelude::*;
use nalgebra::{Isometry3, Point3};

use super::act;
use super::pick::{Pick, Thing};
use crate::config::action::Action;
use crate::config::scenario::Feature;
use crate::viewer::convert;
use crate::viewer::notice::Notices;
use crate::viewer::pointer::{LeftButton, Pointer};
use crate::viewer::scene::{SharedSource, Stage};

/// Way of the cursor that makes a drag of a click [pixels].
const DRAG_PX: f32 = 5.0;
/// Way of a hand worth telling the run of [m].
const MOVED_M: f64 = 0.003;
/// Least time between two movements of a hand [s].
const EVERY_S: f64 = 1.0 / 30.0;
/// Speed towards a goal that was clicked [m/s].
const SPEED_M_S: f64 = 1.0;

/// What the left button holds.
#[derive(Debug, Clone)]
enum Held {
    /// A point of a link, in the link's frame.
    Link { link: String, at: Point3<f64>, centre: Vec3 },
    /// A box of the terrain: from the cursor's place on the floor to its centre [m].
    Box { feature: usize, offset: Vec2, level: f32 },
    /// Ground, at this place.
    Ground { at: Vec3 },
}

/// State of the left button.
#[derive(Resource, Debug, Default)]
pub(crate) struct Mouse {
    held: Option<Held>,
    from: Vec2,
    dragging: bool,
    told: Option<Vec3>,
    told_s: f64,
}

impl Mouse {
    /// Whether a drag is no business of the camera's.
    pub(crate) fn is_busy(&self) -> bool {
        matches!(self.held, Some(Held::Link { .. } | Held::Box { .. }))
    }
}

/// Follows the left button.
pub(super) fn mouse(
    button: Res<LeftButton>,
    mut pointer: Pointer,
    time: Res<Time<Real>>,
    stage: Res<Stage>,
    source: Res<SharedSource>,
    mut pick: Pick,
    mut mouse: ResMut<Mouse>,
    mut notices: ResMut<Notices>,
) {
    if let Some(at) = button.pressed_at
        && !pointer.is_panel_at(Some(at))
    {
        let found = pick.thing(at);
        *mouse = Mouse { from: at, held: take_hold(found, &stage, &source), ..Mouse::default() };
    }
    let Some(cursor) = button.released_at.or_else(|| pointer.cursor()) else { return };
    mouse.dragging |= mouse.held.is_some() && cursor.distance(mouse.from) > DRAG_PX;
    if button.released_at.is_some() {
        let (held, dragging) = (mouse.held.take(), std::mem::take(&mut mouse.dragging));
        match held {
            Some(Held::Link { .. }) if dragging => {
                act(&source, &mut notices, Action::LetGo);
            }
            Some(Held::Ground { at }) if !dragging => {
                let xy_m = (f64::from(at.x), f64::from(at.y));
                if act(&source, &mut notices, Action::GoTo { xy_m, speed_m_s: SPEED_M_S }) {
                    notices.say(format!("goal at ({:.2}, {:.2}) m", xy_m.0, xy_m.1));
                }
            }
            _ => {}
        }
        return;
    }
    if !mouse.dragging || time.elapsed_secs_f64() < mouse.told_s + EVERY_S {
        return;
    }
    let Some((to, action)) = moved(&mouse, &pick, cursor) else { return };
    if mouse.told.is_some_and(|told| f64::from(told.distance(to)) < MOVED_M) {
        return;
    }
    (mouse.told, mouse.told_s) = (Some(to), time.elapsed_secs_f64());
    if !act(&source, &mut notices, action) {
        mouse.held = None;
    }
}

/// What the button takes hold of.
fn take_hold(found: Option<(Thing, Vec3)>, stage: &Stage, source: &SharedSource) -> Option<Held> {
    let (thing, at) = found?;
    let source = source.lock();
    let simulation = source.simulation()?;
    Some(match thing {
        Thing::Ground => Held::Ground { at },
        Thing::Box(feature) => {
            let Some(Feature::Box { center_m, .. }) = source.terrain().features.get(feature) else {
                return None;
            };
            let centre = Vec2::new(center_m.0 as f32, center_m.1 as f32);
            Held::Box { feature, offset: centre - at.truncate(), level: at.z }
        }
        Thing::Body(body) => {
            let frame = simulation.model().links.iter().find(|link| link.body == body)?;
            let world_from_link: Isometry3<f64> = stage.pose(body) * frame.body_from_link;
            let point = Point3::new(f64::from(at.x), f64::from(at.y), f64::from(at.z));
            let at_link = world_from_link.inverse_transform_point(&point);
            Held::Link { link: frame.name.clone(), at: at_link, centre: at }
        }
    })
}

/// Where the hand is now, and what that does.
fn moved(mouse: &Mouse, pick: &Pick, cursor: Vec2) -> Option<(Vec3, Action)> {
    let ray = pick.ray(cursor)?;
    match mouse.held.as_ref()? {
        Held::Ground { .. } => None,
        Held::Box { feature, offset, level } => {
            let at = on_plane(&ray, Vec3::Z * *level, Vec3::Z)?;
            let centre = at.truncate() + *offset;
            let center_m = (f64::from(centre.x), f64::from(centre.y));
            Some((at, Action::MoveBox { feature: *feature, center_m }))
        }
        Held::Link { link, at, centre } => {
            // The hand moves in the plane of the picture, through the point that was taken.
            let hand = on_plane(&ray, *centre, *pick.ahead())?;
            let hand_m = [hand.x, hand.y, hand.z].map(f64::from);
            Some((hand, Action::Pull { link: link.clone(), at_m: [at.x, at.y, at.z], hand_m }))
        }
    }
}

fn on_plane(ray: &Ray3d, through: Vec3, normal: Vec3) -> Option<Vec3> {
    let distance = ray.intersect_plane(through, InfinitePlane3d::new(normal))?;
    Some(ray.get_point(distance))
}

/// Draws the spring of a pull.
pub(super) fn show(stage: Res<Stage>, mut gizmos: Gizmos) {
    let Some(pull) = &stage.frame.pull else { return };
    let (at, hand) = (convert::point(&pull.at), convert::point(&pull.hand));
    let colour = Color::srgb(1.0, 0.35, 0.1);
    gizmos.sphere(at, 0.02, colour);
    gizmos.sphere(hand, 0.035, colour);
    gizmos.line(at, hand, colour);
}
