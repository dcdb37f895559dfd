//! A mutex: std's, which remembers who holds it and since which line.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::sync::atomic::AtomicU32;
use std::sync::{LockResult, TryLockError, TryLockResult};

use super::{as_try, if_free, map_lock};
use crate::hang::{self, Holder};
use crate::origin::Origin;

/// `std::sync::Mutex`, driven by the explorer inside a run.
pub struct Mutex<T: ?Sized> {
    pub(super) origin: Origin,
    pub(super) holder: Holder,
    value: std::sync::Mutex<T>,
}

/// Holds the lock until it is dropped.
#[must_use = "the lock is released as soon as the guard is dropped"]
pub struct MutexGuard<'a, T: ?Sized> {
    pub(super) mutex: &'a Mutex<T>,
    /// Empty only after `Condvar::wait` took it out.
    pub(super) value: Option<std::sync::MutexGuard<'a, T>>,
}

impl<T> Mutex<T> {
    /// A free mutex around `value`.
    #[track_caller]
    pub const fn new(value: T) -> Self {
        Mutex {
            origin: Origin::here(),
            holder: Holder::new(),
            value: std::sync::Mutex::new(value),
        }
    }

    /// The value.
    ///
    /// # Errors
    ///
    /// If a thread panicked while it held the lock.
    pub fn into_inner(self) -> LockResult<T> {
        self.value.into_inner()
    }
}

impl<T: ?Sized> Mutex<T> {
    /// Waits until the lock is free, and takes it.
    ///
    /// # Errors
    ///
    /// If a thread panicked while it held the lock. The error contains the guard.
    #[track_caller]
    #[inline]
    pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        let at = Location::caller();
        under_model!(run => {
            run.lock(&self.origin, at);
            self.lock_granted()
        });
        let me = hang::visit(at);
        let result = if_free(self.value.try_lock()).unwrap_or_else(|| self.wait_and_lock(at));
        self.holder.set(me, at);
        self.guard(result)
    }

    #[cold]
    fn wait_and_lock(
        &self,
        at: &'static Location<'static>,
    ) -> LockResult<std::sync::MutexGuard<'_, T>> {
        let _waiting = hang::wait(|| self.name(), at, Some(&self.holder));
        self.value.lock()
    }

    /// `Mutex #2`
    pub(super) fn name(&self) -> String {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        format!(
            "Mutex #{} (made at {})",
            self.origin.number(&COUNTER),
            hang::place(self.origin.made)
        )
    }

    /// Takes the lock if it is free.
    ///
    /// # Errors
    ///
    /// If it is not free, or if a thread panicked while it held the lock.
    #[track_caller]
    pub fn try_lock(&self) -> TryLockResult<MutexGuard<'_, T>> {
        let at = Location::caller();
        under_model!(run => {
            if run.try_lock(&self.origin, at) {
                as_try(self.lock_granted())
            } else {
                Err(TryLockError::WouldBlock)
            }
        });
        let me = hang::visit(at);
        let result = if_free(self.value.try_lock()).ok_or(TryLockError::WouldBlock)?;
        self.holder.set(me, at);
        as_try(self.guard(result))
    }

    /// Takes the real lock after the explorer has granted it, so it is free.
    #[cfg(feature = "model")]
    pub(super) fn lock_granted(&self) -> LockResult<MutexGuard<'_, T>> {
        self.guard(self.value.lock())
    }

    #[inline]
    pub(super) fn guard<'a>(
        &'a self,
        result: LockResult<std::sync::MutexGuard<'a, T>>,
    ) -> LockResult<MutexGuard<'a, T>> {
        map_lock(result, |value| MutexGuard {
            mutex: self,
            value: Some(value),
        })
    }

    /// The value; the exclusive borrow stands for the lock.
    ///
    /// # Errors
    ///
    /// If a thread panicked while it held the lock.
    pub fn get_mut(&mut self) -> LockResult<&mut T> {
        self.value.get_mut()
    }

    /// Whether a thread panicked while it held the lock.
    pub fn is_poisoned(&self) -> bool {
        self.value.is_poisoned()
    }

    /// Forgets that a thread panicked.
    pub fn clear_poison(&self) {
        self.value.clear_poison();
    }
}

impl<T: ?Sized> Deref for MutexGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        self.value.as_ref().expect("a guard in use holds the lock")
    }
}

impl<T: ?Sized> DerefMut for MutexGuard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        self.value.as_mut().expect("a guard in use holds the lock")
    }
}

impl<T: ?Sized> Drop for MutexGuard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        if self.value.is_none() {
            return;
        }
        under_model!(run => {
            run.before_unlock(&self.mutex.origin);
            self.value = None;
            run.unlock(&self.mutex.origin);
        });
        self.mutex.holder.clear();
    }
}

impl<T: Default> Default for Mutex<T> {
    #[track_caller]
    fn default() -> Self {
        Mutex::new(T::default())
    }
}

impl<T> From<T> for Mutex<T> {
    #[track_caller]
    fn from(value: T) -> Self {
        Mutex::new(value)
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.value, f)
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl<T: ?Sized + fmt::Display> fmt::Display for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&**self, f)
    }
}
