//! What a person does to a run, carried out at its time.
//!
//! The viewer only ever adds to the list that a scenario's file holds, so a run done by hand and the
//! same run read from a file go through the same code at the same ticks.

use nalgebra::{Point3, Vector3};

use super::grip::Grip;
use super::run::Simulation;
use crate::config::action::{Action, TimedAction};
use crate::config::controller::ControllerConfig;
use crate::config::controller_numbers;
use crate::config::scenario::{Feature, GoalConfig, VelocityPiece};
use crate::physics::ThrownBox;

/// Time after which a route is planned anew for a box that was moved [s].
const REPLAN_S: f64 = 0.25;
/// Radius of a goal set by hand [m].
const GOAL_RADIUS_M: f64 = 0.25;

/// The list of actions, and what they left behind.
#[derive(Debug, Clone, Default)]
pub(super) struct Hands {
    list: Vec<TimedAction>,
    next: usize,
    /// The link that is held at present.
    pub(super) grip: Option<Grip>,
    /// When the route is to be planned anew [s].
    replan_s: Option<f64>,
    /// What could not be done, for the user.
    refused: Option<String>,
}

impl Hands {
    pub(super) fn new(list: &[TimedAction]) -> Self {
        Self { list: list.to_vec(), ..Self::default() }
    }

    /// The next action that is due.
    fn due(&mut self, time_s: f64) -> Option<Action> {
        let due = self.list.get(self.next).filter(|next| next.at_s <= time_s + 1e-9)?;
        self.next += 1;
        Some(due.action.clone())
    }
}

impl Simulation {
    /// Puts another list in place of the one it has; what lies before the present time counts as done.
    pub fn schedule(&mut self, actions: &[TimedAction]) {
        let time_s = self.time_s();
        self.hands.next = actions.iter().take_while(|done| done.at_s < time_s - 1e-9).count();
        self.hands.list = actions.to_vec();
    }

    /// The list of actions.
    pub fn actions(&self) -> &[TimedAction] {
        &self.hands.list
    }

    /// What a person wanted last and could not be done.
    pub fn refused(&self) -> Option<&str> {
        self.hands.refused.as_deref()
    }

    /// The controller's numbers with those that were set by hand and wait for the next tick.
    pub fn controller_to_be(&self) -> ControllerConfig {
        let time_s = self.time_s();
        let waiting = self.hands.list.iter().skip(self.hands.next);
        let waiting = waiting.take_while(|waiting| waiting.at_s <= time_s + 1e-9);
        waiting.fold(*self.controller(), |config, waiting| match &waiting.action {
            Action::Set { path, value } => controller_numbers::set(&config, path, *value).unwrap_or(config),
            _ => config,
        })
    }

    /// Why an action cannot be done at all, for the user.
    ///
    /// # Errors
    /// Where it names a link, a box or a number that is not there, or a value out of its range.
    pub fn check_action(&self, action: &Action) -> Result<(), String> {
        match action {
            Action::Pull { link, .. } if self.model().link(link).is_none() => {
                Err(format!("no link `{link}`"))
            }
            Action::MoveBox { feature, .. } => match self.scenario().terrain.features.get(*feature) {
                Some(Feature::Box { .. }) => Ok(()),
                _ => Err(format!("feature {feature} of the terrain is no box")),
            },
            Action::Set { path, value } => {
                let waiting = self.controller_to_be();
                controller_numbers::set(&waiting, path, *value).map(|_| ()).map_err(|e| e.to_string())
            }
            _ => Ok(()),
        }
    }

    /// Does what is due before the next tick.
    pub(super) fn act(&mut self) {
        let time_s = self.time_s();
        while let Some(action) = self.hands.due(time_s) {
            self.hands.refused = self.perform(&action).err();
        }
        let map = self.perception.as_ref().map_or(&self.map, |perception| perception.map().map());
        let news = self.news.take();
        let planned = if self.hands.replan_s.take_if(|at| time_s >= *at - 1e-9).is_some() {
            let place = self.place();
            self.stepping.replan(map, &place)
        } else if self.stepping.waits()
            && (self.perception.is_none() || news.as_ref().is_some_and(|news| !news.is_none()))
        {
            let place = self.place();
            self.stepping.take_up(map, &place)
        } else if let Some(news) = news {
            let place = self.place();
            self.stepping.look_again(map, &place, &news)
        } else {
            Ok(())
        };
        if std::mem::take(&mut self.has_tracked) {
            let place = self.place();
            let map = self.perception.as_ref().map_or(&self.map, |perception| perception.map().map());
            self.stepping.pass(&self.tracker, map, &place, time_s);
        }
        if let Err(error) = planned {
            self.hands.refused = Some(error.to_string());
        }
    }

    fn perform(&mut self, action: &Action) -> Result<(), String> {
        // Numbers were checked with those set before them in the same tick; they are again one by one.
        if !matches!(action, Action::Set { .. }) {
            self.check_action(action)?;
        }
        match action {
            Action::Walk { forward_m_s, left_m_s, turn_rad_s } => {
                let asked = VelocityPiece {
                    for_s: 1.0,
                    forward_m_s: *forward_m_s,
                    left_m_s: *left_m_s,
                    turn_rad_s: *turn_rad_s,
                };
                let place = self.place();
                self.stepping.walk(asked, &place);
            }
            Action::GoTo { xy_m, speed_m_s } => {
                let goal = GoalConfig { xy_m: *xy_m, yaw_rad: None, radius_m: GOAL_RADIUS_M };
                let place = self.place();
                let map = self.perception.as_ref().map_or(&self.map, |perception| perception.map().map());
                let planned = self.stepping.go_to(goal, *speed_m_s, map, &place);
                planned.map_err(|error| error.to_string())?;
            }
            Action::Pull { link, at_m, hand_m } => {
                self.hands.grip = self.body.link(link).map(|frame| Grip {
                    body: frame.body,
                    at: frame.body_from_link * Point3::from(*at_m),
                    hand: Point3::from(*hand_m),
                });
            }
            Action::LetGo => self.hands.grip = None,
            Action::Throw { from_m, velocity_m_s, size_m, mass_kg } => self.world.throw(&ThrownBox {
                from_m: Vector3::from(*from_m),
                velocity_m_s: Vector3::from(*velocity_m_s),
                size_m: Vector3::from(*size_m),
                mass_kg: *mass_kg,
            }),
            Action::MoveBox { feature, center_m } => {
                self.world.move_box(*feature, *center_m);
                self.map.move_box(*feature, *center_m);
                if let Some(Feature::Box { center_m: at, .. }) =
                    self.scenario.terrain.features.get_mut(*feature)
                {
                    *at = *center_m;
                }
                // A robot that makes its own map sees it itself.
                if self.perception.is_none() {
                    self.hands.replan_s.get_or_insert(self.time_s() + REPLAN_S);
                }
            }
            Action::Set { path, value } => {
                let tuned = controller_numbers::set(self.controller(), path, *value)
                    .map_err(|error| error.to_string())?;
                self.retune(&tuned);
            }
        }
        Ok(())
    }
}
