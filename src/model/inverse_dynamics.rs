//! Torques for given accelerations by the recursive Newton-Euler algorithm, body by body in the
//! world frame: independent of the mass matrix, so that each checks the other.

use nalgebra::{DVector, Vector3};

use super::dynamics::Dynamics;
use super::robot::RobotModel;
use super::state::State;

impl Dynamics {
    /// `tau = M v_dot + h`, base wrench (force, moment about the base's origin) first.
    ///
    /// [`Dynamics::update`] must have been called at `state`.
    pub fn inverse_dynamics(
        &self,
        model: &RobotModel,
        state: &State,
        acceleration: &DVector<f64>,
        out: &mut DVector<f64>,
    ) {
        let n = model.bodies.len();
        let mut angular = vec![Vector3::zeros(); n];
        let mut origin = vec![Vector3::zeros(); n];
        let mut force = vec![Vector3::zeros(); n];
        // Moment about the body's own origin.
        let mut moment = vec![Vector3::zeros(); n];
        for i in 0..n {
            let body = &model.bodies[i];
            let w = self.angular_velocity(i);
            match body.parent {
                None => {
                    origin[i] = acceleration.fixed_rows::<3>(0).into_owned();
                    angular[i] = acceleration.fixed_rows::<3>(3).into_owned();
                }
                Some(p) => {
                    let wp = self.angular_velocity(p);
                    let r = self.position(i) - self.position(p);
                    let axis = self.rotation(i) * body.axis.into_inner();
                    origin[i] = origin[p] + angular[p].cross(&r) + wp.cross(&wp.cross(&r));
                    angular[i] = angular[p] + axis * acceleration[5 + i] + wp.cross(&(axis * state.v[5 + i]));
                }
            }
            let c = self.body_com(i) - self.position(i);
            let at_com = origin[i] + angular[i].cross(&c) + w.cross(&w.cross(&c));
            let f = (at_com + Vector3::new(0.0, 0.0, self.gravity_m_s2)) * body.mass_kg;
            let inertia = self.rotation(i) * body.inertia * self.rotation(i).transpose();
            force[i] = f;
            moment[i] = inertia * angular[i] + w.cross(&(inertia * w)) + c.cross(&f);
        }
        for i in (1..n).rev() {
            let body = &model.bodies[i];
            let axis = self.rotation(i) * body.axis.into_inner();
            out[5 + i] = axis.dot(&moment[i]) + body.armature_kgm2 * acceleration[5 + i];
            if let Some(p) = body.parent {
                let r = self.position(i) - self.position(p);
                let (f, m) = (force[i], moment[i]);
                force[p] += f;
                moment[p] += m + r.cross(&f);
            }
        }
        out.fixed_rows_mut::<3>(0).copy_from(&force[0]);
        out.fixed_rows_mut::<3>(3).copy_from(&moment[0]);
    }
}
