//! Where an object was made, and its number: what a report calls it.

use std::panic::Location;
use std::sync::atomic::{AtomicU32, Ordering};

#[cfg(feature = "model")]
use std::sync::atomic::AtomicU64;

/// The place where an object was made, and the number that it gets once somebody talks about it.
pub(crate) struct Origin {
    pub made: &'static Location<'static>,
    /// 0 until a thread waits for the object: most never get a number.
    number: AtomicU32,
    /// The run that knows the object, and its number there.
    #[cfg(feature = "model")]
    in_run: AtomicU64,
}

impl Origin {
    #[track_caller]
    pub const fn here() -> Self {
        Origin {
            made: Location::caller(),
            number: AtomicU32::new(0),
            #[cfg(feature = "model")]
            in_run: AtomicU64::new(0),
        }
    }

    /// The number of this object among all of its kind, counted by `counter`.
    pub fn number(&self, counter: &AtomicU32) -> u32 {
        let number = self.number.load(Ordering::Relaxed);
        if number != 0 {
            return number;
        }
        let next = 1 + counter.fetch_add(1, Ordering::Relaxed);
        // Another thread may have been first; then both use its number.
        self.number
            .compare_exchange(0, next, Ordering::Relaxed, Ordering::Relaxed)
            .map_or_else(|theirs| theirs, |_| next)
    }

    /// The number of this object in the run `epoch`; an object that the run does not know yet gets one from `register`.
    #[cfg(feature = "model")]
    pub fn number_in(&self, epoch: u32, register: impl FnOnce() -> usize) -> usize {
        // Only the thread that has the turn comes here, so plain loads and stores are enough.
        let known = self.in_run.load(Ordering::Relaxed);
        if known >> 32 == u64::from(epoch) {
            return (known & 0xffff_ffff) as usize;
        }
        let number = register();
        self.in_run
            .store(u64::from(epoch) << 32 | number as u64, Ordering::Relaxed);
        number
    }
}
