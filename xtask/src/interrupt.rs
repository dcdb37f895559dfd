//! Ctrl-C while a test runs.
//!
//! The terminal sends the signal to the test as well, but a test can ignore it. So the runner does not die of it at once:
//! it ends the test first, and then itself. A crate would do this for us and cost every reader a second of compiling
//! before the first verdict. On Windows the console ends both.

use std::sync::atomic::{AtomicBool, Ordering};

static REQUESTED: AtomicBool = AtomicBool::new(false);

/// What shells report for a program that died of Ctrl-C.
const CODE: i32 = 130;

/// From now on a Ctrl-C or a termination is noted instead of obeyed at once. A second one is obeyed at once.
pub fn watch() {
    #[cfg(unix)]
    unix::watch();
}

/// Whether the reader wants the runner to stop.
#[must_use]
pub fn requested() -> bool {
    // Relaxed: nothing else is published with the flag.
    REQUESTED.load(Ordering::Relaxed)
}

/// Ends the runner as an interrupt does.
pub fn obey() -> ! {
    std::process::exit(CODE)
}

#[cfg(unix)]
mod unix {
    use std::ffi::c_int;
    use std::sync::atomic::Ordering;

    const SIGINT: c_int = 2;
    const SIGTERM: c_int = 15;

    unsafe extern "C" {
        fn signal(signal: c_int, handler: extern "C" fn(c_int)) -> usize;
        fn _exit(code: c_int) -> !;
    }

    extern "C" fn note(_: c_int) {
        if super::REQUESTED.swap(true, Ordering::Relaxed) {
            // SAFETY: `_exit` may be called in a signal handler; it runs no destructor and takes no lock.
            unsafe { _exit(super::CODE) }
        }
    }

    pub fn watch() {
        for number in [SIGINT, SIGTERM] {
            // SAFETY: `signal` has this shape in C on every Unix, and `note` does only what a handler may do: it swaps
            // an atomic and calls `_exit`. Where the call fails, the signal keeps its default.
            unsafe { signal(number, note) };
        }
    }
}
