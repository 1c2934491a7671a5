//! The controller's numbers while they are edited: what the files say, what holds now, what can be undone.

use crate::config::action::Action;
use crate::config::controller::ControllerConfig;
use crate::config::controller_numbers::{ControllerNumber, ControllerNumbers};
use crate::config::save::NumberChange;
use crate::viewer::undo_stack::UndoStack;

/// A number that was changed, by its index; values are none where the number follows from the robot.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Change {
    index: usize,
    before: Option<f64>,
    after: Option<f64>,
}

/// Does something to the run, or says why not.
pub(super) type Act<'a> = dyn FnMut(Action) -> Result<(), String> + 'a;

/// All numbers by index, with what can be undone.
pub(super) struct Tuning {
    numbers: ControllerNumbers,
    /// What numbers are that no file gives.
    derived: Vec<Option<f64>>,
    file: Vec<Option<f64>>,
    now: Vec<Option<f64>>,
    undo: UndoStack<Vec<Change>>,
    /// A drag that goes on.
    drag: Option<Change>,
    trouble: Option<(usize, String)>,
}

impl Tuning {
    /// The numbers of a robot: `derived` is what they are, by path, where no file gives them.
    pub(super) fn new(config: &ControllerConfig, derived: &[(String, f64)]) -> Self {
        let numbers = ControllerNumbers::new();
        let of = |number: &ControllerNumber| {
            derived.iter().find(|(path, _)| *path == number.path).map(|(_, value)| *value)
        };
        let derived = numbers.iter().map(|number| of(number).filter(|_| number.default.is_none())).collect();
        let mut tuning = Self {
            numbers,
            derived,
            file: Vec::new(),
            now: Vec::new(),
            undo: UndoStack::default(),
            drag: None,
            trouble: None,
        };
        tuning.see(config);
        tuning.file_says(config);
        tuning
    }

    /// Takes over what the numbers are now; a run that is put back in time has others.
    pub(super) fn see(&mut self, config: &ControllerConfig) {
        self.now = self.values(config);
    }

    /// Takes over what the files say: what differs from it counts as changed.
    pub(super) fn file_says(&mut self, config: &ControllerConfig) {
        self.file = self.values(config);
    }

    /// A number that is what follows from the robot anyway is not told from one that is left out.
    fn values(&self, config: &ControllerConfig) -> Vec<Option<f64>> {
        let values = self.numbers.values(config).into_iter().zip(&self.derived);
        values.map(|(value, derived)| value.filter(|_| value != *derived)).collect()
    }

    pub(super) fn numbers(&self) -> &ControllerNumbers {
        &self.numbers
    }

    /// What a number is; for one that follows from the robot what follows, and `true`.
    pub(super) fn shown(&self, index: usize) -> (f64, bool) {
        match self.now[index] {
            Some(value) => (value, false),
            None => (self.derived[index].unwrap_or(f64::NAN), true),
        }
    }

    /// What follows from the robot, for a number that has no default of its own.
    pub(super) fn derived(&self, index: usize) -> Option<f64> {
        self.derived[index]
    }

    /// What the files say.
    pub(super) fn file(&self, index: usize) -> Option<f64> {
        self.file[index]
    }

    pub(super) fn is_changed(&self, index: usize) -> bool {
        self.now[index] != self.file[index]
    }

    /// Every number that differs from the files', as it is now.
    pub(super) fn changes(&self) -> Vec<NumberChange> {
        let numbers = self.numbers.iter().enumerate().filter(|(index, _)| self.is_changed(*index));
        numbers.map(|(index, number)| (number.path.clone(), self.now[index])).collect()
    }

    /// What was said against the last edit of a number.
    pub(super) fn trouble(&self, index: usize) -> Option<&str> {
        self.trouble.as_ref().filter(|(at, _)| *at == index).map(|(_, message)| message.as_str())
    }

    pub(super) fn can_undo(&self) -> bool {
        self.undo.can_undo() || self.drag.is_some()
    }

    pub(super) fn can_redo(&self) -> bool {
        self.undo.can_redo()
    }

    /// A value on the way of a drag; all of them together are one step.
    pub(super) fn drag(&mut self, index: usize, value: f64, act: &mut Act<'_>) {
        if self.drag.is_none_or(|drag| drag.index != index) {
            self.finish();
            let before = self.now[index];
            self.drag = Some(Change { index, before, after: before });
        }
        if self.send(index, Some(value), act)
            && let Some(drag) = &mut self.drag
        {
            drag.after = Some(value);
        }
    }

    /// The end of a drag.
    pub(super) fn finish(&mut self) {
        if let Some(drag) = self.drag.take().filter(|drag| drag.before != drag.after) {
            self.undo.push(vec![drag]);
        }
    }

    /// Sets a number, as one step.
    pub(super) fn set(&mut self, index: usize, value: Option<f64>, act: &mut Act<'_>) {
        self.finish();
        let change = Change { index, before: self.now[index], after: value };
        if change.before != change.after && self.send(index, value, act) {
            self.undo.push(vec![change]);
        }
    }

    /// Puts every number back to what the files say, as one step.
    pub(super) fn reset_all(&mut self, act: &mut Act<'_>) {
        self.finish();
        let changed = (0..self.now.len()).filter(|index| self.is_changed(*index));
        let step: Vec<Change> =
            changed.map(|index| Change { index, before: self.now[index], after: self.file[index] }).collect();
        let targets = step.iter().map(|change| (change.index, change.after)).collect();
        if !step.is_empty() && self.send_all(targets, act) {
            self.undo.push(step);
        }
    }

    pub(super) fn undo(&mut self, act: &mut Act<'_>) {
        self.finish();
        let Some(step) = self.undo.undo() else { return };
        let targets = step.iter().map(|change| (change.index, change.before)).collect();
        self.send_all(targets, act);
    }

    pub(super) fn redo(&mut self, act: &mut Act<'_>) {
        self.finish();
        let Some(step) = self.undo.redo() else { return };
        let targets = step.iter().map(|change| (change.index, change.after)).collect();
        self.send_all(targets, act);
    }

    /// Sends several numbers in an order in which each fits those that hold; whether all were taken.
    fn send_all(&mut self, mut targets: Vec<(usize, Option<f64>)>, act: &mut Act<'_>) -> bool {
        loop {
            let before = targets.len();
            targets.retain(|(index, value)| !self.send(*index, *value, act));
            if targets.is_empty() || targets.len() == before {
                return targets.is_empty();
            }
        }
    }

    fn send(&mut self, index: usize, value: Option<f64>, act: &mut Act<'_>) -> bool {
        let path = self.numbers.iter().nth(index).map(|number| number.path.clone()).unwrap_or_default();
        let result = match value.or(self.derived[index]) {
            Some(value) => act(Action::Set { path: path.clone(), value }),
            None => Err("found no number, allowed: a number".to_owned()),
        };
        match result {
            Ok(()) => {
                self.now[index] = value.filter(|_| value != self.derived[index]);
                self.trouble.take_if(|(at, _)| *at == index);
                true
            }
            Err(message) => {
                // Beside its field the number needs no name.
                let message = message.strip_prefix(&format!("{path}: ")).unwrap_or(&message);
                self.trouble = Some((index, message.to_owned()));
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::controller_numbers::set;

    const STEP: &str = "robot.controller.gait.single_support_s";
    const SHORTEST: &str = "robot.controller.gait.min_single_support_s";
    const KP: &str = "robot.controller.swing.kp";

    /// A run that takes the numbers as the simulation does, and counts them.
    #[derive(Default)]
    struct Run {
        config: ControllerConfig,
        sets: usize,
    }

    impl Run {
        fn act(&mut self) -> impl FnMut(Action) -> Result<(), String> + '_ {
            |action| {
                let Action::Set { path, value } = action else { return Err("no number".to_owned()) };
                self.config = set(&self.config, &path, value).map_err(|error| error.to_string())?;
                self.sets += 1;
                Ok(())
            }
        }
    }

    fn tuning() -> (Tuning, Run) {
        let derived = [(STEP.to_owned(), 0.35), (SHORTEST.to_owned(), 0.22)];
        (Tuning::new(&ControllerConfig::default(), &derived), Run::default())
    }

    fn index(tuning: &Tuning, path: &str) -> usize {
        tuning.numbers().iter().position(|number| number.path == path).expect("a number")
    }

    #[test]
    fn a_drag_is_one_step_and_is_undone_and_done_again() {
        let (mut tuning, mut run) = tuning();
        let kp = index(&tuning, KP);
        for value in [610.0, 640.0, 700.0] {
            tuning.drag(kp, value, &mut run.act());
        }
        tuning.finish();
        assert_eq!((run.config.swing.kp, run.sets), (700.0, 3));
        assert_eq!(tuning.changes(), [(KP.to_owned(), Some(700.0))]);
        tuning.undo(&mut run.act());
        assert_eq!((run.config.swing.kp, tuning.can_undo(), tuning.can_redo()), (600.0, false, true));
        assert!(tuning.changes().is_empty());
        tuning.redo(&mut run.act());
        assert_eq!((run.config.swing.kp, tuning.shown(kp)), (700.0, (700.0, false)));
    }

    #[test]
    fn a_derived_number_is_given_and_follows_the_robot_again() {
        let (mut tuning, mut run) = tuning();
        let step = index(&tuning, STEP);
        assert_eq!(tuning.shown(step), (0.35, true));
        tuning.set(step, Some(0.45), &mut run.act());
        assert_eq!((tuning.shown(step), run.config.gait.single_support_s), ((0.45, false), Some(0.45)));
        tuning.undo(&mut run.act());
        tuning.see(&run.config);
        assert_eq!((tuning.shown(step), tuning.is_changed(step)), ((0.35, true), false));
    }

    #[test]
    fn numbers_that_bound_each_other_are_reset_in_an_order_that_is_allowed() {
        let (mut tuning, mut run) = tuning();
        let (step, shortest) = (index(&tuning, STEP), index(&tuning, SHORTEST));
        run.config = set(&set(&run.config, STEP, 0.3).expect("allowed"), SHORTEST, 0.25).expect("allowed");
        tuning.see(&run.config);
        tuning.file_says(&run.config);
        tuning.set(step, Some(0.9), &mut run.act());
        tuning.set(shortest, Some(0.8), &mut run.act());
        tuning.reset_all(&mut run.act());
        assert_eq!((tuning.shown(step).0, tuning.shown(shortest).0), (0.3, 0.25));
        assert_eq!(tuning.trouble(step), None, "what was refused at first was taken later");
        tuning.undo(&mut run.act());
        assert_eq!((tuning.shown(step).0, tuning.shown(shortest).0), (0.9, 0.8));
    }

    #[test]
    fn what_is_refused_changes_nothing_and_is_told_beside_the_number() {
        let (mut tuning, mut run) = tuning();
        let kp = index(&tuning, KP);
        tuning.set(kp, Some(-1.0), &mut run.act());
        assert_eq!(tuning.trouble(kp), Some("found -1, allowed: a number not below 0"));
        assert_eq!((tuning.shown(kp), tuning.can_undo(), run.sets), ((600.0, false), false, 0));
        tuning.set(kp, Some(1.0), &mut run.act());
        assert_eq!(tuning.trouble(kp), None);
    }

    #[test]
    fn a_run_put_back_in_time_shows_what_held_then() {
        let (mut tuning, mut run) = tuning();
        let kp = index(&tuning, KP);
        tuning.set(kp, Some(1.0), &mut run.act());
        tuning.see(&ControllerConfig::default());
        assert_eq!((tuning.shown(kp).0, tuning.is_changed(kp)), (600.0, false));
    }
}
