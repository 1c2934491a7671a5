//! What is still done when the window library ends the process.
//!
//! When an X server goes away, libX11 calls `exit` itself: no panic, no return. The C library then still runs
//! the destructors of the thread that called it, so that what this thread holds is dropped. That holds for
//! Linux with glibc; where it does not hold, and for a process that is killed, files that are not complete
//! keep their partial names.

use std::cell::RefCell;

/// Exit code where the display goes away, as for any other failure of the window.
const EXIT_CODE: i32 = 3;

thread_local! {
    static WILL: RefCell<Option<Will>> = const { RefCell::new(None) };
}

/// What is left to do.
struct Will {
    deed: Option<Box<dyn FnOnce()>>,
}

impl Drop for Will {
    fn drop(&mut self) {
        if let Some(deed) = self.deed.take() {
            eprintln!("error: the display went away");
            deed();
            std::process::exit(EXIT_CODE);
        }
    }
}

/// Leaves something to be done should the process be ended from within this thread.
pub(super) fn make(deed: Box<dyn FnOnce()>) {
    WILL.with_borrow_mut(|will| *will = Some(Will { deed: Some(deed) }));
}

/// Takes it back, to be done here and now.
pub(super) fn take_back() -> Option<Box<dyn FnOnce()>> {
    WILL.with_borrow_mut(|will| will.take().and_then(|mut will| will.deed.take()))
}
