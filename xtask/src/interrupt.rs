//! Ctrl-C while a test runs.
//!
//! The terminal sends the signal to the test as well, but a test can ignore it. So the runner does not simply die of it:
//! it ends the test first, and then itself.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

static REQUESTED: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// From now on a Ctrl-C or a termination is noted instead of obeyed at once. A second one is obeyed at once.
pub fn watch() {
    let flag = REQUESTED.get_or_init(Arc::default);
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        // In this order: the second signal finds the flag set by the first. Where a signal cannot be watched, it stays
        // as it was: the runner dies of it.
        let _ = signal_hook::flag::register_conditional_shutdown(signal, CODE, Arc::clone(flag));
        let _ = signal_hook::flag::register(signal, Arc::clone(flag));
    }
}

/// Whether the reader wants the runner to stop.
#[must_use]
pub fn requested() -> bool {
    // Relaxed: nothing else is published with the flag.
    REQUESTED
        .get()
        .is_some_and(|flag| flag.load(Ordering::Relaxed))
}

/// Ends the runner as an interrupt does.
pub fn obey() -> ! {
    std::process::exit(CODE)
}

/// What shells report for a program that died of Ctrl-C.
const CODE: i32 = 130;
