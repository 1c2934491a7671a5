//! How much room the robot takes in its posture.

use nalgebra::{Isometry3, Point3, Vector3};

use super::robot::RobotModel;
use crate::config::robot::Geometry;

impl RobotModel {
    /// Distance between the soles' centre lines in the posture [m].
    pub fn step_width_m(&self) -> f64 {
        let [left, right] = self.posture_soles();
        (left.translation.y - right.translation.y).abs()
    }

    /// Height of the CoM above the lower sole, in the posture [m].
    pub fn com_height_m(&self) -> f64 {
        let weighted: f64 = (0..self.bodies.len())
            .map(|index| {
                let body = &self.bodies[index];
                body.mass_kg * (self.root_from_body(index, &self.posture) * body.com).z
            })
            .sum();
        let [left, right] = self.posture_soles();
        weighted / self.mass_kg - left.translation.z.min(right.translation.z)
    }

    /// How far the robot's collision shapes reach to either side of the middle between its feet, in the
    /// posture [m].
    pub fn half_width_m(&self) -> f64 {
        let [left, right] = self.posture_soles();
        let middle = 0.5 * (left.translation.y + right.translation.y);
        let mut widest: f64 = 0.0;
        for (index, body) in self.bodies.iter().enumerate() {
            let root_from_body = self.root_from_body(index, &self.posture);
            for (body_from_shape, shape) in &body.collision {
                let (low, high) = lateral_range(&(root_from_body * body_from_shape), &shape.geometry);
                widest = widest.max(high - middle).max(middle - low);
            }
        }
        widest
    }

    /// Sole frames in the root's, in the posture, left first.
    fn posture_soles(&self) -> [Isometry3<f64>; 2] {
        [0, 1].map(|f| {
            let foot = &self.feet[f];
            self.root_from_body(foot.body, &self.posture) * foot.body_from_sole
        })
    }
}

/// Smallest and largest y of a shape; shapes that are drawn only take no room.
fn lateral_range(pose: &Isometry3<f64>, geometry: &Geometry) -> (f64, f64) {
    let ball = |center: Point3<f64>, radius_m: f64| {
        let y = (pose * center).y;
        (y - radius_m, y + radius_m)
    };
    let both_ends = |half_m: f64, radii_m: (f64, f64)| {
        let low = ball(Point3::new(0.0, 0.0, -half_m), radii_m.0);
        let high = ball(Point3::new(0.0, 0.0, half_m), radii_m.1);
        (low.0.min(high.0), low.1.max(high.1))
    };
    match geometry {
        Geometry::Box { size_m, .. } => {
            let half = Vector3::from(*size_m) * 0.5;
            let reach =
                (0..3).map(|axis| (pose.rotation * Vector3::ith(axis, half[axis])).y.abs()).sum::<f64>();
            (pose.translation.y - reach, pose.translation.y + reach)
        }
        Geometry::Sphere { radius_m } => ball(Point3::origin(), *radius_m),
        Geometry::Capsule { radius_m, length_m } => both_ends(0.5 * length_m, (*radius_m, *radius_m)),
        Geometry::Cylinder { radius_m, top_radius_m, length_m } => {
            both_ends(0.5 * length_m, (*radius_m, top_radius_m.unwrap_or(*radius_m)))
        }
        Geometry::Ellipsoid { .. } | Geometry::Loft { .. } => (pose.translation.y, pose.translation.y),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn healthy_loong_fits_through_a_gap_of_one_metre() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/configs/robots/healthy_loong.ron");
        let loaded = crate::config::load_robot(path.as_ref()).expect("the robot loads");
        let model = RobotModel::build(&loaded.config).expect("a robot");
        assert!((0.25..0.40).contains(&model.half_width_m()), "{}", model.half_width_m());
        assert!((model.step_width_m() - 0.189).abs() < 1e-3, "{}", model.step_width_m());
        assert!((model.com_height_m() - 0.982).abs() < 1e-3, "{}", model.com_height_m());
    }

    #[test]
    fn a_turned_box_is_as_wide_as_its_corners() {
        let turned = Isometry3::rotation(Vector3::z() * std::f64::consts::FRAC_PI_4);
        let (low, high) = lateral_range(&turned, &Geometry::Box { size_m: [1.0, 1.0, 1.0], round_m: 0.0 });
        assert!((high - 0.5 * 2.0_f64.sqrt()).abs() < 1e-12 && (low + high).abs() < 1e-12);
    }
}
