//! Every order of the threads, for the tests that need no luck.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::SeqCst},
};

pub use interleave::{sync::atomic::AtomicUsize, thread};

/// Runs `test` in the orders in which its threads can go, with at most `preemptions` of them stopped where they could
/// go on.
#[track_caller]
pub fn explore(preemptions: usize, test: impl Fn() + Send + Sync + 'static) {
    let exploration = interleave::Explorer::new()
        .preemptions(preemptions)
        .check(test);
    assert!(
        exploration.schedules > 1,
        "the test explores the operations of the kit's locks and condition variables, and it saw none.\n\
         Take them from `interleave`, as the file's imports do: std's hide them"
    );
}

/// As [`explore`], and a wait may also end for no reason, as std allows.
#[track_caller]
pub fn explore_with_spurious_wake_ups(test: impl Fn() + Send + Sync + 'static) {
    interleave::Explorer::new()
        .preemptions(1)
        .spurious_wakeups(true)
        .check(test);
}

/// Something that happens in some of the orders.
#[derive(Clone, Default)]
pub struct Seen(Arc<AtomicBool>);

impl Seen {
    /// It has happened.
    pub fn note(&self) {
        self.0.store(true, SeqCst);
    }

    /// Fails if it never has.
    #[track_caller]
    pub fn assert(&self, what: &str) {
        assert!(self.0.load(SeqCst), "{what}");
    }
}
