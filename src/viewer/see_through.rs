//! Walls and boxes that hide the robot from the camera become see-through.

use bevy::prelude::*;
use nalgebra::{Isometry3, Point3, Vector3};

use super::camera::Orbit;
use super::scene::Stage;

/// Share of the robot's bodies that may be hidden before what hides them fades.
const HIDDEN: f64 = 0.35;
/// What is left of a faded surface, 0 to 1.
const FADED: f32 = 0.07;
/// Time constant of fading and coming back [s].
const FADE_S: f32 = 0.15;

/// A thing of the world that may stand between camera and robot.
#[derive(Component)]
pub(super) struct Screen {
    /// Half size [m] and world pose of each of its cuboids.
    cuboids: Vec<(Vector3<f64>, Isometry3<f64>)>,
    alpha: f32,
}

impl Screen {
    /// A thing of cuboids with these sizes [m] and world poses.
    pub(super) fn new(cuboids: impl Iterator<Item = (Vector3<f64>, Isometry3<f64>)>) -> Self {
        Self { cuboids: cuboids.map(|(size, pose)| (0.5 * size, pose)).collect(), alpha: 1.0 }
    }

    /// Whether it stands between two points.
    fn hides(&self, from: &Point3<f64>, to: &Point3<f64>) -> bool {
        self.cuboids.iter().any(|(half, pose)| {
            let (from, to) = (pose.inverse_transform_point(from), pose.inverse_transform_point(to));
            crosses(half, &from, &(to - from))
        })
    }
}

/// Fades what hides the robot, and brings back what no longer does.
pub(super) fn fade(
    stage: Res<Stage>,
    time: Res<Time>,
    camera: Single<(&Transform, &Orbit)>,
    mut screens: Query<(&mut Screen, &MeshMaterial3d<StandardMaterial>)>,
    mut surfaces: ResMut<Assets<StandardMaterial>>,
) {
    let (transform, orbit) = *camera;
    let eye = Point3::from(transform.translation.to_array().map(f64::from));
    let bodies = &stage.frame.world_from_body;
    let share = if orbit.jumped() { 1.0 } else { 1.0 - (-time.delta_secs() / FADE_S).exp() };
    for (mut screen, surface) in &mut screens {
        let hidden = bodies.iter().filter(|body| screen.hides(&eye, &Point3::from(body.translation.vector)));
        let wanted = if hidden.count() as f64 > HIDDEN * bodies.len() as f64 { FADED } else { 1.0 };
        if screen.alpha == wanted {
            continue;
        }
        let near = screen.alpha + (wanted - screen.alpha) * share;
        screen.alpha = if (near - wanted).abs() < 0.01 { wanted } else { near };
        if let Some(mut surface) = surfaces.get_mut(&surface.0) {
            surface.base_color.set_alpha(screen.alpha);
            surface.alpha_mode = if screen.alpha < 1.0 { AlphaMode::Blend } else { AlphaMode::Opaque };
        }
    }
}

/// Whether the way from a point along `way` crosses a cuboid round the origin.
fn crosses(half: &Vector3<f64>, from: &Point3<f64>, way: &Vector3<f64>) -> bool {
    let (mut enters, mut leaves) = (0.0_f64, 1.0_f64);
    for k in 0..3 {
        if way[k].abs() < 1e-12 {
            if from[k].abs() > half[k] {
                return false;
            }
            continue;
        }
        let (a, b) = ((-half[k] - from[k]) / way[k], (half[k] - from[k]) / way[k]);
        enters = enters.max(a.min(b));
        leaves = leaves.min(a.max(b));
    }
    enters < leaves
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wall_hides_what_is_behind_it_and_nothing_else() {
        // A wall of 4 x 0.2 x 3 m, two metres to the left, turned by a right angle.
        let pose = Isometry3::new(Vector3::new(0.0, 2.0, 1.5), Vector3::z() * std::f64::consts::FRAC_PI_2);
        let wall = Screen::new(std::iter::once((Vector3::new(0.2, 4.0, 3.0), pose)));
        let (eye, point) = (Point3::new(0.0, 4.0, 1.0), Point3::new);
        assert!(wall.hides(&eye, &point(0.5, 0.0, 1.0)));
        assert!(!wall.hides(&eye, &point(0.0, 3.0, 1.0)), "in front of it");
        assert!(!wall.hides(&eye, &point(0.0, 0.0, 6.0)), "over it");
        assert!(!wall.hides(&eye, &point(5.0, 0.0, 1.0)), "beside it");
    }
}
