//! The robot as an indexed tree of bodies.

use nalgebra::{Isometry3, Matrix3, Point3, Unit, UnitQuaternion, Vector3};

use crate::config::robot::{ActuatorConfig, ShapeConfig};

/// Left or right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Side {
    /// Left, index 0.
    Left,
    /// Right, index 1.
    Right,
}

impl Side {
    /// Both, left first.
    pub const BOTH: [Side; 2] = [Side::Left, Side::Right];

    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Side::Left => Side::Right,
            Side::Right => Side::Left,
        }
    }

    /// 0 for left, 1 for right.
    pub fn index(self) -> usize {
        self as usize
    }

    /// +1 for left, -1 for right: the sign of its lateral coordinate.
    pub fn sign(self) -> f64 {
        match self {
            Side::Left => 1.0,
            Side::Right => -1.0,
        }
    }
}

/// A rigid body of the tree: a link, or links merged because the joints between them are rigid.
#[derive(Debug, Clone)]
pub struct Body {
    /// Name of the link nearest the root.
    pub name: String,
    /// Parent body; none for the root.
    pub parent: Option<usize>,
    /// Name of the joint that carries it; empty for the root.
    pub joint: String,
    /// Frame of this body at zero angle, in the parent body's frame.
    pub parent_from_body: Isometry3<f64>,
    /// Joint axis in this body's frame; +x for the root, unused.
    pub axis: Unit<Vector3<f64>>,
    /// Mass [kg].
    pub mass_kg: f64,
    /// Centre of mass in the body's frame [m]; zero for the root, unless it carries a load.
    pub com: Point3<f64>,
    /// Inertia about the centre of mass, body axes [kg m^2].
    pub inertia: Matrix3<f64>,
    /// Range of the joint angle [rad].
    pub limits_rad: (f64, f64),
    /// What drives the joint; zeros for the root.
    pub actuator: ActuatorConfig,
    /// Rotor inertia seen at the joint, gear^2 x rotor [kg m^2].
    pub armature_kgm2: f64,
    /// Shapes that touch the world, in the body's frame.
    pub collision: Vec<(Isometry3<f64>, ShapeConfig)>,
}

/// Where a link of the config sits in the tree.
#[derive(Debug, Clone)]
pub struct LinkFrame {
    /// Name of the link.
    pub name: String,
    /// Body that carries it.
    pub body: usize,
    /// The link's frame in the body's frame.
    pub body_from_link: Isometry3<f64>,
}

/// A foot and its sole.
#[derive(Debug, Clone)]
pub struct Foot {
    /// Body that carries the sole.
    pub body: usize,
    /// Frame at the sole's centre, axes x forward, z away from the ground, in the body's frame.
    pub body_from_sole: Isometry3<f64>,
    /// Half length [m].
    pub half_length_m: f64,
    /// Half width [m].
    pub half_width_m: f64,
}

/// A biped: bodies in an order in which parents come first.
#[derive(Debug, Clone)]
pub struct RobotModel {
    /// Name of the robot.
    pub name: String,
    /// Bodies, the root first, parents before children.
    pub bodies: Vec<Body>,
    /// Every link of the config.
    pub links: Vec<LinkFrame>,
    /// Left and right foot.
    pub feet: [Foot; 2],
    /// Total mass [kg].
    pub mass_kg: f64,
    /// Angles of the upright posture, one a joint [rad].
    pub posture: Vec<f64>,
    pub(super) ancestors: Vec<Vec<usize>>,
}

impl RobotModel {
    /// Number of joints.
    pub fn joints(&self) -> usize {
        self.bodies.len() - 1
    }

    /// Degrees of freedom: six of the base and one a joint.
    pub fn dofs(&self) -> usize {
        self.joints() + 6
    }

    /// Index of the body with this name.
    pub fn body_index(&self, name: &str) -> Option<usize> {
        self.bodies.iter().position(|body| body.name == name)
    }

    /// Index of the joint with this name; it carries body `index + 1`.
    pub fn joint_index(&self, name: &str) -> Option<usize> {
        self.bodies.iter().skip(1).position(|body| body.joint == name)
    }

    /// Where a link of the config sits.
    pub fn link(&self, name: &str) -> Option<&LinkFrame> {
        self.links.iter().find(|link| link.name == name)
    }

    /// Pose of a body's frame in the root's at these joint angles [rad].
    pub fn root_from_body(&self, body: usize, q_rad: &[f64]) -> Isometry3<f64> {
        let mut pose = Isometry3::identity();
        for &b in self.ancestors(body) {
            let joint = &self.bodies[b];
            pose *= joint.parent_from_body;
            pose *= UnitQuaternion::from_axis_angle(&joint.axis, q_rad[b - 1]);
        }
        pose
    }

    /// Velocity of a point fixed to a body against the root: angular [rad/s] and linear [m/s], root axes;
    /// the point is given in the root's frame [m].
    pub fn twist_in_root(
        &self,
        body: usize,
        point: &Vector3<f64>,
        q_rad: &[f64],
        speed_rad_s: &[f64],
    ) -> (Vector3<f64>, Vector3<f64>) {
        let mut pose = Isometry3::identity();
        let (mut angular, mut linear) = (Vector3::zeros(), Vector3::zeros());
        for &b in self.ancestors(body) {
            let joint = &self.bodies[b];
            pose *= joint.parent_from_body;
            let rate = pose.rotation * joint.axis.into_inner() * speed_rad_s[b - 1];
            angular += rate;
            linear += rate.cross(&(point - pose.translation.vector));
            pose *= UnitQuaternion::from_axis_angle(&joint.axis, q_rad[b - 1]);
        }
        (angular, linear)
    }

    /// Bodies whose joints move this body: from the root's child down to the body itself.
    pub fn ancestors(&self, body: usize) -> &[usize] {
        &self.ancestors[body]
    }

    /// Fixes a point mass to a body, at a point in the body's frame [m]. Frames stay where they are.
    pub fn add_point_mass(&mut self, body: usize, mass_kg: f64, at: &Point3<f64>) {
        let carrier = &mut self.bodies[body];
        let total = carrier.mass_kg + mass_kg;
        let apart = at - carrier.com;
        let reduced = carrier.mass_kg * mass_kg / total;
        let about_com = Matrix3::identity() * apart.norm_squared() - apart * apart.transpose();
        carrier.inertia += about_com * reduced;
        carrier.com += apart * (mass_kg / total);
        carrier.mass_kg = total;
        self.mass_kg += mass_kg;
    }

    /// Multiplies every mass and inertia by a factor; rotors keep theirs.
    pub fn scale_mass(&mut self, factor: f64) {
        for body in &mut self.bodies {
            body.mass_kg *= factor;
            body.inertia *= factor;
        }
        self.mass_kg *= factor;
    }
}
