//! The lock under loom, which also explores weak memory. The explorer's own tests, of all that uses it, are `check`.

use interleave::{
    cell::UnsafeCell,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    thread,
};

// The file itself, since the crate keeps its lock for itself.
#[path = "../src/lock.rs"]
mod lock;

use lock::Lock;

/// What is written under the lock, and does not belong to it.
struct Beside(UnsafeCell<u32>);

// SAFETY: it is touched under the lock only: that is what the tests are about, and loom watches.
unsafe impl Sync for Beside {}

#[test]
fn two_threads_take_turns() {
    interleave::model(|| {
        let shared = Arc::new((Lock::new(0), Beside(UnsafeCell::new(0))));
        let add = |shared: &(Lock<u32>, Beside)| {
            shared.0.with(|inside| {
                *inside += 1;
                // SAFETY: nobody else has the lock.
                shared.1.0.with_mut(|beside| unsafe { *beside += 1 });
            });
        };
        let other = {
            let shared = Arc::clone(&shared);
            thread::spawn(move || add(&shared))
        };
        add(&shared);
        other.join().unwrap();
        let inside = shared.0.with(|inside| *inside);
        // SAFETY: nobody else is left.
        let beside = shared.1.0.with(|beside| unsafe { *beside });
        assert_eq!((inside, beside), (2, 2));
    });
}

#[test]
fn who_has_the_lock_sees_what_was_done_under_it() {
    interleave::model(|| {
        let shared = Arc::new((Lock::new(false), AtomicUsize::new(0)));
        let other = {
            let shared = Arc::clone(&shared);
            thread::spawn(move || {
                shared.0.with(|done| {
                    // Relaxed: the lock's Release and Acquire have to make it visible.
                    shared.1.store(42, Relaxed);
                    *done = true;
                });
            })
        };
        let done = shared.0.with(|done| *done);
        if done {
            assert_eq!(shared.1.load(Relaxed), 42, "weak memory kept it back");
        }
        other.join().unwrap();
    });
}
