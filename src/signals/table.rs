//! Where each signal's value comes from.

use nalgebra::{UnitQuaternion, Vector2, Vector3};

use super::moment::Moment;
use crate::control::gait::Phase;
use crate::model::angles::{heading, wrap};
use crate::model::{Side, State};

/// Reads a value; the index is that of the foot or the joint. Not a number where there is none.
pub(super) type Read = fn(&Moment<'_>, usize) -> f64;

/// Name, unit, what it is, and its value.
pub(super) type Row = (&'static str, &'static str, &'static str, Read);

/// Signals of the whole robot.
pub(super) const WHOLE: &[Row] = &[
    ("speed.forward_mps", "m/s", "Speed of the CoM along the torso's heading", |m, _| m.body_velocity().x),
    ("speed.left_mps", "m/s", "Speed of the CoM to the torso's left", |m, _| m.body_velocity().y),
    ("speed.horizontal_mps", "m/s", "Speed of the CoM over the ground", |m, _| m.velocity.xy().norm()),
    ("speed.turn_rad_s", "rad/s", "Turn of the torso to the left", |m, _| m.now.truth.v[5]),
    ("com.x_m", "m", "Centre of mass, x", |m, _| m.com.x),
    ("com.y_m", "m", "Centre of mass, y", |m, _| m.com.y),
    ("com.z_m", "m", "Centre of mass, z", |m, _| m.com.z),
    ("com.height_m", "m", "Centre of mass over the lowest sole that carries", |m, _| m.com.z - m.ground_m),
    ("com.vx_mps", "m/s", "Velocity of the centre of mass, x", |m, _| m.velocity.x),
    ("com.vy_mps", "m/s", "Velocity of the centre of mass, y", |m, _| m.velocity.y),
    ("com.vz_mps", "m/s", "Velocity of the centre of mass, z", |m, _| m.velocity.z),
    ("com.spin_x_nms", "N m s", "Angular momentum about the CoM, x", |m, _| spin(m).x),
    ("com.spin_y_nms", "N m s", "Angular momentum about the CoM, y", |m, _| spin(m).y),
    ("com.spin_z_nms", "N m s", "Angular momentum about the CoM, z", |m, _| spin(m).z),
    ("torso.x_m", "m", "Origin of the root link, x", |m, _| place(m.now.truth).x),
    ("torso.y_m", "m", "Origin of the root link, y", |m, _| place(m.now.truth).y),
    ("torso.z_m", "m", "Origin of the root link, z", |m, _| place(m.now.truth).z),
    ("torso.height_m", "m", "Origin of the root link over the lowest sole that carries", |m, _| {
        place(m.now.truth).z - m.ground_m
    }),
    ("torso.roll_rad", "rad", "Roll of the root link", |m, _| angles(m.now.truth).0),
    ("torso.pitch_rad", "rad", "Pitch of the root link, forward positive", |m, _| angles(m.now.truth).1),
    ("torso.yaw_rad", "rad", "Yaw of the root link, to the left positive", |m, _| angles(m.now.truth).2),
    ("torso.tilt_rad", "rad", "Angle of the root link's z axis from upright", |m, _| {
        tilt(&m.now.truth.world_from_base.rotation)
    }),
    ("dcm.x_m", "m", "Divergent component of motion on the ground, x", |m, _| m.dcm.x),
    ("dcm.y_m", "m", "Divergent component of motion on the ground, y", |m, _| m.dcm.y),
    ("dcm.error_x_m", "m", "The controller's DCM less the planned one, x", |m, _| m.now.walker.dcm_error.x),
    ("dcm.error_y_m", "m", "The controller's DCM less the planned one, y", |m, _| m.now.walker.dcm_error.y),
    ("dcm.error_m", "m", "Distance of the controller's DCM from the planned one", |m, _| {
        m.now.walker.dcm_error.norm()
    }),
    ("cop.x_m", "m", "Centre of pressure of both feet, x; none in flight", |m, _| x(m.cop)),
    ("cop.y_m", "m", "Centre of pressure of both feet, y; none in flight", |m, _| y(m.cop)),
    ("cop.commanded_x_m", "m", "Centre of pressure the controller asks for, x", |m, _| m.now.walker.cop.x),
    ("cop.commanded_y_m", "m", "Centre of pressure the controller asks for, y", |m, _| m.now.walker.cop.y),
    ("gait.phase", "", "0 stands, 1 shifts its weight, 2 on one foot, 3 on both feet", |m, _| {
        match m.now.walker.gait.phase {
            Phase::Stand => 0.0,
            Phase::Shift => 1.0,
            Phase::Single => 2.0,
            Phase::Double => 3.0,
        }
    }),
    ("gait.stance", "", "Foot that carries: 0 left, 1 right", |m, _| m.now.walker.gait.stance.index() as f64),
    ("gait.progress", "", "Share of the phase that has passed", |m, _| m.now.walker.gait.progress()),
    ("gait.steps", "", "Steps taken", |m, _| m.now.walker.gait.steps as f64),
    ("torque.share_max", "", "Largest motor torque over its joint's peak torque", |m, _| {
        joints(m).map(|j| m.torque_share(j)).fold(0.0, f64::max)
    }),
    ("cup.liquid_rad", "rad", "Angle of the liquid's surface in the cup; none without a cup", |m, _| {
        m.now.cup.map_or(f64::NAN, |cup| cup.angle_rad(m.now.dynamics))
    }),
    ("cup.tilt_rad", "rad", "Angle of the cup's axis from upright; none without a cup", |m, _| {
        m.now.cup.map_or(f64::NAN, |cup| cup.vessel().axis(m.now.dynamics).z.clamp(-1.0, 1.0).acos())
    }),
    ("cup.vx_mps", "m/s", "Velocity of the cup, x; none without a cup", |m, _| cup_velocity(m).x),
    ("cup.vy_mps", "m/s", "Velocity of the cup, y; none without a cup", |m, _| cup_velocity(m).y),
    ("cup.vz_mps", "m/s", "Velocity of the cup, z; none without a cup", |m, _| cup_velocity(m).z),
    (
        "cup.force_n",
        "N",
        "Force of the sloshing on the hand, beyond a liquid's at rest; none without a cup",
        |m, _| m.now.cup.map_or(f64::NAN, |cup| cup.force().norm()),
    ),
    ("estimate.x_m", "m", "Estimated origin of the root link, x", |m, _| place(m.now.estimate).x),
    ("estimate.y_m", "m", "Estimated origin of the root link, y", |m, _| place(m.now.estimate).y),
    ("estimate.z_m", "m", "Estimated origin of the root link, z", |m, _| place(m.now.estimate).z),
    ("estimate.roll_rad", "rad", "Estimated roll of the root link", |m, _| angles(m.now.estimate).0),
    ("estimate.pitch_rad", "rad", "Estimated pitch of the root link", |m, _| angles(m.now.estimate).1),
    ("estimate.yaw_rad", "rad", "Estimated yaw of the root link", |m, _| angles(m.now.estimate).2),
    ("estimate.error_x_m", "m", "Estimated less true position of the root link, x", |m, _| {
        m.position_error().x
    }),
    ("estimate.error_y_m", "m", "Estimated less true position of the root link, y", |m, _| {
        m.position_error().y
    }),
    ("estimate.error_z_m", "m", "Estimated less true position of the root link, z", |m, _| {
        m.position_error().z
    }),
    ("estimate.error_m", "m", "Distance of the estimated from the true position", |m, _| {
        m.position_error().norm()
    }),
    ("estimate.error_yaw_rad", "rad", "Estimated less true heading", |m, _| {
        wrap(heading(&m.now.estimate.world_from_base) - m.heading_rad)
    }),
    ("estimate.error_velocity_mps", "m/s", "Length of the error of the root link's velocity", |m, _| {
        (m.now.estimate.base_linear() - m.now.truth.base_linear()).norm()
    }),
    (
        "momentum.residual_share",
        "",
        "Largest one-second mean of unexplained force so far, over weight",
        |m, _| m.residual_share,
    ),
    ("energy.kinetic_j", "J", "Kinetic energy, rotors included", |m, _| {
        m.now.dynamics.kinetic_energy(m.now.truth)
    }),
    ("energy.potential_j", "J", "Potential energy over z = 0", |m, _| m.now.dynamics.potential_energy()),
    ("power.mechanical_w", "W", "Mechanical power of all motors, braking negative", |m, _| {
        joints(m).map(|j| m.power_w(j)).sum()
    }),
    ("power.absolute_w", "W", "Mechanical power of all motors, braking counted as work", |m, _| {
        joints(m).map(|j| m.power_w(j).abs()).sum()
    }),
    ("push.x_n", "N", "External push or pull by hand, x", |m, _| push(m).x),
    ("push.y_n", "N", "External push or pull by hand, y", |m, _| push(m).y),
    ("push.z_n", "N", "External push or pull by hand, z", |m, _| push(m).z),
];

/// Signals of a foot, below `left_foot.` and `right_foot.`.
pub(super) const FOOT: &[Row] = &[
    ("x_m", "m", "Centre of the sole, x", |m, f| m.soles[f].translation.x),
    ("y_m", "m", "Centre of the sole, y", |m, f| m.soles[f].translation.y),
    ("z_m", "m", "Centre of the sole, z", |m, f| m.soles[f].translation.z),
    ("height_m", "m", "Centre of the sole over the terrain under it", |m, f| {
        m.soles[f].translation.z - m.terrain_m[f]
    }),
    ("roll_rad", "rad", "Roll of the sole", |m, f| m.soles[f].rotation.euler_angles().0),
    ("pitch_rad", "rad", "Pitch of the sole, toes down positive", |m, f| {
        m.soles[f].rotation.euler_angles().1
    }),
    ("yaw_rad", "rad", "Yaw of the sole", |m, f| m.soles[f].rotation.euler_angles().2),
    ("speed_mps", "m/s", "Speed of the sole's centre", |m, f| {
        m.now.dynamics.point_velocity(m.model.feet[f].body, &m.soles[f].translation.vector).norm()
    }),
    ("force_x_n", "N", "Force of the ground, x", |m, f| m.now.contacts.feet[f].force.x),
    ("force_y_n", "N", "Force of the ground, y", |m, f| m.now.contacts.feet[f].force.y),
    ("force_z_n", "N", "Force of the ground, z", |m, f| m.now.contacts.feet[f].force.z),
    ("torque_x_nm", "N m", "Torque of the ground about the sole's centre, x", |m, f| {
        m.now.contacts.feet[f].torque.x
    }),
    ("torque_y_nm", "N m", "Torque of the ground about the sole's centre, y", |m, f| {
        m.now.contacts.feet[f].torque.y
    }),
    ("torque_z_nm", "N m", "Torque of the ground about the sole's centre, z", |m, f| {
        m.now.contacts.feet[f].torque.z
    }),
    ("cop_x_m", "m", "Centre of pressure, x; none for a foot that does not carry", |m, f| x(m.foot_cops[f])),
    ("cop_y_m", "m", "Centre of pressure, y; none for a foot that does not carry", |m, f| y(m.foot_cops[f])),
    ("stance", "", "1 where the gait has the foot stand, 0 where it swings", |m, f| {
        f64::from(u8::from(m.now.walker.gait.stands(Side::BOTH[f])))
    }),
];

/// Signals of a joint, below `joint.NAME.`.
pub(super) const JOINT: &[Row] = &[
    ("angle_rad", "rad", "Angle", |m, j| m.now.truth.q[j]),
    ("speed_rad_s", "rad/s", "Speed", |m, j| m.now.truth.v[6 + j]),
    ("torque_nm", "N m", "Motor torque, before friction", |m, j| m.now.motor_nm[j]),
    ("torque_share", "", "Motor torque over the peak torque, not negative", |m, j| m.torque_share(j)),
    ("power_w", "W", "Mechanical power of the motor, braking negative", |m, j| m.power_w(j)),
];

fn joints(m: &Moment<'_>) -> std::ops::Range<usize> {
    0..m.now.motor_nm.len()
}

fn spin(m: &Moment<'_>) -> Vector3<f64> {
    m.now.dynamics.angular_momentum()
}

fn place(state: &State) -> Vector3<f64> {
    state.world_from_base.translation.vector
}

fn angles(state: &State) -> (f64, f64, f64) {
    state.world_from_base.rotation.euler_angles()
}

fn tilt(rotation: &UnitQuaternion<f64>) -> f64 {
    (rotation * Vector3::z()).z.clamp(-1.0, 1.0).acos()
}

fn cup_velocity(m: &Moment<'_>) -> Vector3<f64> {
    m.now.cup.map_or_else(
        || Vector3::repeat(f64::NAN),
        |cup| m.now.dynamics.point_velocity(cup.vessel().body, &cup.vessel().pivot(m.now.dynamics)),
    )
}

fn push(m: &Moment<'_>) -> Vector3<f64> {
    let push = m.now.push.map_or_else(Vector3::zeros, |(_, force)| force);
    push + m.now.pull.as_ref().map_or_else(Vector3::zeros, |pull| pull.force)
}

fn x(point: Option<Vector2<f64>>) -> f64 {
    point.map_or(f64::NAN, |point| point.x)
}

fn y(point: Option<Vector2<f64>>) -> f64 {
    point.map_or(f64::NAN, |point| point.y)
}
