//! Given: a lock for a few dozen instructions. One exchange takes it, and one store gives it back.
//!
//! std's mutex needs two read-modify-write operations for a pair, because it must know whether somebody sleeps. Here
//! nobody sleeps for long: who finds the lock taken spins for a moment, and then naps, in case its holder was stopped
//! by the operating system. That would be wrong for a lock that is held while its holder waits for something.
//!
//! Invariant: `locked` is true exactly as long as one `with` runs its function, and only that one reaches the value.

#![allow(unsafe_code)]

use std::time::Duration;

use interleave::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use interleave::{cell::UnsafeCell, hint, sync::atomic::AtomicBool, thread};

/// How often it looks before a nap.
const SPINS: u32 = 16;
/// Long enough for the winner to do many operations undisturbed: two threads that fight for a lock are slower than one.
const NAP: Duration = Duration::from_micros(100);

/// A value for whoever has the lock.
pub(crate) struct Lock<T> {
    locked: AtomicBool,
    value: UnsafeCell<T>,
}

// SAFETY: the value is reached by one thread at a time. So threads that share a lock pass the value from one to the
// next, which `T: Send` allows.
unsafe impl<T: Send> Sync for Lock<T> {}

/// Gives the lock back when it is dropped, after a panic too.
struct Leave<'a>(&'a AtomicBool);

impl Drop for Leave<'_> {
    #[inline]
    fn drop(&mut self) {
        // Release: pairs with the Acquire of the next `take`.
        self.0.store(false, Release);
    }
}

impl<T> Lock<T> {
    pub fn new(value: T) -> Self {
        let (locked, value) = (AtomicBool::new(false), UnsafeCell::new(value));
        Lock { locked, value }
    }

    /// Calls `access` under the lock. It must not come here again.
    // Always: in a channel's busiest loop the optimiser does not do it by itself, and 9 instructions come of that.
    #[inline(always)]
    pub fn with<R>(&self, access: impl FnOnce(&mut T) -> R) -> R {
        while !self.take() {
            self.wait();
        }
        // SAFETY: `locked` was false until we took it, so nobody else is here, and nobody will be until the store.
        let _leave = Leave(&self.locked);
        self.value.with_mut(|value| access(unsafe { &mut *value }))
    }

    #[inline]
    fn take(&self) -> bool {
        // Acquire: pairs with the Release in `with`, so that we see what the last holder wrote. A failure shows nothing
        // but `locked` itself: Relaxed.
        let taken = self
            .locked
            .compare_exchange_weak(false, true, Acquire, Relaxed);
        taken.is_ok()
    }

    #[cold]
    fn wait(&self) {
        let mut looks = 0;
        // Relaxed: `take` will decide, this only looks.
        while self.locked.load(Relaxed) {
            looks = (looks + 1) % SPINS;
            match looks {
                0 => thread::sleep(NAP),
                _ => hint::spin_loop(),
            }
        }
    }
}
