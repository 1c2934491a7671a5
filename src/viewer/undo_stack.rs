//! Steps that can be taken back and done again.

/// Most steps that are remembered; the oldest is forgotten first.
const MOST_STEPS: usize = 1000;

/// Steps done and steps taken back, of any kind.
#[derive(Debug)]
pub(super) struct UndoStack<T> {
    done: Vec<T>,
    undone: Vec<T>,
}

impl<T> Default for UndoStack<T> {
    fn default() -> Self {
        Self { done: Vec::new(), undone: Vec::new() }
    }
}

impl<T> UndoStack<T> {
    /// Remembers a step that was done; what had been taken back before is gone.
    pub(super) fn push(&mut self, step: T) {
        self.undone.clear();
        if self.done.len() == MOST_STEPS {
            self.done.remove(0);
        }
        self.done.push(step);
    }

    /// The step to take back, which can then be done again.
    pub(super) fn undo(&mut self) -> Option<&T> {
        let step = self.done.pop()?;
        self.undone.push(step);
        self.undone.last()
    }

    /// The step to do again.
    pub(super) fn redo(&mut self) -> Option<&T> {
        let step = self.undone.pop()?;
        self.done.push(step);
        self.done.last()
    }

    /// Whether there is a step to take back.
    pub(super) fn can_undo(&self) -> bool {
        !self.done.is_empty()
    }

    /// Whether there is a step to do again.
    pub(super) fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_come_back_in_their_order_until_something_new_is_done() {
        let mut stack = UndoStack::default();
        assert!(!stack.can_undo() && stack.undo().is_none() && stack.redo().is_none());
        (1..=3).for_each(|step| stack.push(step));
        assert_eq!((stack.undo().copied(), stack.undo().copied()), (Some(3), Some(2)));
        assert_eq!(stack.redo().copied(), Some(2));
        stack.push(4);
        assert!(!stack.can_redo(), "3 is gone");
        let back: Vec<i32> = std::iter::from_fn(|| stack.undo().copied()).collect();
        assert_eq!(back, [4, 2, 1]);
        let again: Vec<i32> = std::iter::from_fn(|| stack.redo().copied()).collect();
        assert_eq!(again, [1, 2, 4]);
    }

    #[test]
    fn the_oldest_steps_are_forgotten() {
        let mut stack = UndoStack::default();
        (0..MOST_STEPS + 5).for_each(|step| stack.push(step));
        let back: Vec<usize> = std::iter::from_fn(|| stack.undo().copied()).collect();
        assert_eq!((back.len(), back.last().copied()), (MOST_STEPS, Some(5)));
    }
}
