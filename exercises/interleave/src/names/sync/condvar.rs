//! A condition variable: std's, which says that a thread waits.
//!
//! Inside a run only the explorer knows who waits; std's condition variable is not used there. It may wake *any* one
//! waiter for `notify_one`, so the explorer tries each.

use std::fmt;
use std::panic::Location;
use std::sync::LockResult;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

use super::{MutexGuard, PoisonError};
use crate::hang;
use crate::origin::Origin;

/// `std::sync::Condvar`, driven by the explorer inside a run.
pub struct Condvar {
    origin: Origin,
    inner: std::sync::Condvar,
}

/// Whether the time ran out before a notification came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitTimeoutResult(bool);

impl WaitTimeoutResult {
    /// Whether the time ran out before a notification came.
    #[must_use]
    pub fn timed_out(&self) -> bool {
        self.0
    }
}

impl Condvar {
    /// A condition variable that nobody waits for.
    #[must_use]
    #[track_caller]
    pub const fn new() -> Self {
        Condvar {
            origin: Origin::here(),
            inner: std::sync::Condvar::new(),
        }
    }

    /// Releases the lock and waits for a notification, as one step; then takes the lock again.
    ///
    /// It may also return without a notification, so a caller checks its condition in a loop.
    ///
    /// # Errors
    ///
    /// If a thread panicked while it held the lock.
    #[track_caller]
    pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> LockResult<MutexGuard<'a, T>> {
        self.wait_at(guard, None, Location::caller()).0
    }

    /// [`Condvar::wait`], but at most for `timeout`.
    ///
    /// # Errors
    ///
    /// If a thread panicked while it held the lock.
    #[track_caller]
    pub fn wait_timeout<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        timeout: Duration,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
        let (result, timed_out) = self.wait_at(guard, Some(timeout), Location::caller());
        super::map_lock(result, |guard| (guard, WaitTimeoutResult(timed_out)))
    }

    /// Waits until `condition` is false.
    ///
    /// # Errors
    ///
    /// If a thread panicked while it held the lock.
    #[track_caller]
    pub fn wait_while<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
        mut condition: impl FnMut(&mut T) -> bool,
    ) -> LockResult<MutexGuard<'a, T>> {
        while condition(&mut guard) {
            guard = self.wait(guard)?;
        }
        Ok(guard)
    }

    fn wait_at<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
        timeout: Option<Duration>,
        at: &'static Location<'static>,
    ) -> (LockResult<MutexGuard<'a, T>>, bool) {
        let mutex = guard.mutex;
        under_model!(run => {
            run.before_wait(&self.origin, at);
            drop(guard.value.take());
            let timed_out = run.wait(&self.origin, &mutex.origin, at, timeout);
            (mutex.lock_granted(), timed_out)
        });
        let me = hang::visit(at);
        let value = guard.value.take().expect("a guard in use holds the lock");
        mutex.holder.clear();
        let (result, timed_out) = {
            let _waiting = hang::wait(|| self.name(), at, None);
            match timeout {
                None => (self.inner.wait(value), false),
                Some(timeout) => match self.inner.wait_timeout(value, timeout) {
                    Ok((value, result)) => (Ok(value), result.timed_out()),
                    Err(poison) => {
                        let (value, result) = poison.into_inner();
                        (Err(PoisonError::new(value)), result.timed_out())
                    }
                },
            }
        };
        mutex.holder.set(me, at);
        (mutex.guard(result), timed_out)
    }

    fn name(&self) -> String {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        format!(
            "a notification of Condvar #{} (made at {})",
            self.origin.number(&COUNTER),
            hang::place(self.origin.made)
        )
    }

    /// Wakes one of the threads that wait now. If none does, nothing happens, and nothing remembers it.
    #[track_caller]
    pub fn notify_one(&self) {
        let at = Location::caller();
        under_model!(run => run.notify_one(&self.origin, at));
        hang::visit(at);
        self.inner.notify_one();
    }

    /// Wakes all threads that wait now.
    #[track_caller]
    pub fn notify_all(&self) {
        let at = Location::caller();
        under_model!(run => run.notify_all(&self.origin, at));
        hang::visit(at);
        self.inner.notify_all();
    }
}

impl Default for Condvar {
    #[track_caller]
    fn default() -> Self {
        Condvar::new()
    }
}

impl fmt::Debug for Condvar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Condvar").finish_non_exhaustive()
    }
}
