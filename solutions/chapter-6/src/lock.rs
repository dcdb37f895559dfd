//! Given: a lock for a few dozen instructions. One exchange takes it, and one store gives it back.
//!
//! std's mutex needs two read-modify-write operations for a pair, because it must know whether somebody sleeps. Here
//! nobody sleeps for long: who finds the lock taken spins for a moment, and then naps, in case its holder was stopped
//! by the operating system. That would be wrong for a lock that is held while its holder waits for something.
//!
//! Invariant: `locked` is true exactly as long as one `Guard` lives, and only that guard reaches the value.

#![allow(unsafe_code)]

use std::{
    ops::{Deref, DerefMut},
    time::Duration,
};

use interleave::{
    cell::UnsafeCell,
    hint,
    sync::atomic::{
        AtomicBool,
        Ordering::{Acquire, Relaxed, Release},
    },
    thread,
};

/// How often it looks before a nap.
const SPINS: u32 = 16;
/// Long enough for the winner to do many operations undisturbed: two threads that fight for a lock are slower than one.
const NAP: Duration = Duration::from_micros(100);

/// A value for whoever has the lock.
pub(crate) struct Lock<T> {
    locked: AtomicBool,
    value: UnsafeCell<T>,
}

// SAFETY: the value is reached through a guard only, and there is one guard at a time. So threads that share a lock pass
// the value from one to the next, which `T: Send` allows.
unsafe impl<T: Send> Sync for Lock<T> {}

/// Has the lock until it is dropped.
pub(crate) struct Guard<'a, T> {
    lock: &'a Lock<T>,
    value: &'a mut T,
}

impl<T> Lock<T> {
    pub fn new(value: T) -> Self {
        Lock {
            locked: AtomicBool::new(false),
            value: UnsafeCell::new(value),
        }
    }

    #[inline]
    pub fn lock(&self) -> Guard<'_, T> {
        while !self.take() {
            self.wait();
        }
        let value = self.value.with_mut(|value| value);
        // SAFETY: `locked` was false until we took it, so no guard lives, and none will be made until ours is dropped.
        let value = unsafe { &mut *value };
        Guard { lock: self, value }
    }

    #[inline]
    fn take(&self) -> bool {
        // Acquire: pairs with the Release in `Guard::drop`, so that we see what the last holder wrote. A failure shows
        // nothing but `locked` itself: Relaxed.
        self.locked
            .compare_exchange_weak(false, true, Acquire, Relaxed)
            .is_ok()
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

impl<T> Drop for Guard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        // Release: pairs with the Acquire of the next `take`.
        self.lock.locked.store(false, Release);
    }
}

impl<T> Deref for Guard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        self.value
    }
}

impl<T> DerefMut for Guard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        self.value
    }
}
