//! A lock for one writer or many readers: std's, which remembers who holds it.
//!
//! Of several readers a plain build remembers the latest one; inside a run the explorer knows them all. The explorer
//! lets a reader in whenever nobody writes. Some systems let a waiting writer go first: nothing may rely on either.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::sync::atomic::AtomicU32;
use std::sync::{LockResult, TryLockError, TryLockResult};

use super::{as_try, if_free, map_lock};
use crate::hang::{self, Holder};
use crate::origin::Origin;

/// `std::sync::RwLock`, driven by the explorer inside a run.
pub struct RwLock<T: ?Sized> {
    origin: Origin,
    holder: Holder,
    value: std::sync::RwLock<T>,
}

/// Reads until it is dropped.
#[must_use = "the lock is released as soon as the guard is dropped"]
pub struct RwLockReadGuard<'a, T: ?Sized> {
    lock: &'a RwLock<T>,
    /// Empty only while it is dropped.
    value: Option<std::sync::RwLockReadGuard<'a, T>>,
}

/// Writes until it is dropped.
#[must_use = "the lock is released as soon as the guard is dropped"]
pub struct RwLockWriteGuard<'a, T: ?Sized> {
    lock: &'a RwLock<T>,
    /// Empty only while it is dropped.
    value: Option<std::sync::RwLockWriteGuard<'a, T>>,
}

impl<T> RwLock<T> {
    /// A free lock around `value`.
    #[track_caller]
    pub const fn new(value: T) -> Self {
        RwLock {
            origin: Origin::here(),
            holder: Holder::new(),
            value: std::sync::RwLock::new(value),
        }
    }

    /// The value.
    ///
    /// # Errors
    ///
    /// If a thread panicked while it wrote.
    pub fn into_inner(self) -> LockResult<T> {
        self.value.into_inner()
    }
}

impl<T: ?Sized> RwLock<T> {
    /// Waits until nobody writes, and reads.
    ///
    /// # Errors
    ///
    /// If a thread panicked while it wrote.
    #[track_caller]
    pub fn read(&self) -> LockResult<RwLockReadGuard<'_, T>> {
        let at = Location::caller();
        under_model!(run => {
            run.read(&self.origin, at);
            self.reader(self.value.read())
        });
        let me = hang::visit(at);
        let result = if_free(self.value.try_read()).unwrap_or_else(|| {
            let _waiting = hang::wait(|| self.name("read"), at, Some(&self.holder));
            self.value.read()
        });
        self.holder.set(me, at);
        self.reader(result)
    }

    /// Waits until nobody reads or writes, and writes.
    ///
    /// # Errors
    ///
    /// If a thread panicked while it wrote.
    #[track_caller]
    pub fn write(&self) -> LockResult<RwLockWriteGuard<'_, T>> {
        let at = Location::caller();
        under_model!(run => {
            run.write(&self.origin, at);
            self.writer(self.value.write())
        });
        let me = hang::visit(at);
        let result = if_free(self.value.try_write()).unwrap_or_else(|| {
            let _waiting = hang::wait(|| self.name("write"), at, Some(&self.holder));
            self.value.write()
        });
        self.holder.set(me, at);
        self.writer(result)
    }

    /// Reads if nobody writes.
    ///
    /// # Errors
    ///
    /// If somebody writes, or if a thread panicked while it wrote.
    #[track_caller]
    pub fn try_read(&self) -> TryLockResult<RwLockReadGuard<'_, T>> {
        let at = Location::caller();
        under_model!(run => {
            if run.try_read(&self.origin, at) {
                as_try(self.reader(self.value.read()))
            } else {
                Err(TryLockError::WouldBlock)
            }
        });
        let me = hang::visit(at);
        let result = if_free(self.value.try_read()).ok_or(TryLockError::WouldBlock)?;
        self.holder.set(me, at);
        as_try(self.reader(result))
    }

    /// Writes if nobody reads or writes.
    ///
    /// # Errors
    ///
    /// If somebody reads or writes, or if a thread panicked while it wrote.
    #[track_caller]
    pub fn try_write(&self) -> TryLockResult<RwLockWriteGuard<'_, T>> {
        let at = Location::caller();
        under_model!(run => {
            if run.try_write(&self.origin, at) {
                as_try(self.writer(self.value.write()))
            } else {
                Err(TryLockError::WouldBlock)
            }
        });
        let me = hang::visit(at);
        let result = if_free(self.value.try_write()).ok_or(TryLockError::WouldBlock)?;
        self.holder.set(me, at);
        as_try(self.writer(result))
    }

    fn reader<'a>(
        &'a self,
        result: LockResult<std::sync::RwLockReadGuard<'a, T>>,
    ) -> LockResult<RwLockReadGuard<'a, T>> {
        map_lock(result, |value| RwLockReadGuard {
            lock: self,
            value: Some(value),
        })
    }

    fn writer<'a>(
        &'a self,
        result: LockResult<std::sync::RwLockWriteGuard<'a, T>>,
    ) -> LockResult<RwLockWriteGuard<'a, T>> {
        map_lock(result, |value| RwLockWriteGuard {
            lock: self,
            value: Some(value),
        })
    }

    fn name(&self, verb: &str) -> String {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        format!(
            "RwLock #{} (made at {}) to {verb}",
            self.origin.number(&COUNTER),
            hang::place(self.origin.made)
        )
    }

    /// The value; the exclusive borrow stands for the lock.
    ///
    /// # Errors
    ///
    /// If a thread panicked while it wrote.
    pub fn get_mut(&mut self) -> LockResult<&mut T> {
        self.value.get_mut()
    }
}

impl<T: ?Sized> Deref for RwLockReadGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value.as_ref().expect("a guard in use holds the lock")
    }
}

impl<T: ?Sized> Deref for RwLockWriteGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value.as_ref().expect("a guard in use holds the lock")
    }
}

impl<T: ?Sized> DerefMut for RwLockWriteGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.value.as_mut().expect("a guard in use holds the lock")
    }
}

impl<T: ?Sized> Drop for RwLockReadGuard<'_, T> {
    fn drop(&mut self) {
        under_model!(run => {
            run.before_unshare(&self.lock.origin);
            self.value = None;
            run.unread(&self.lock.origin);
        });
        // Others may still read. Which ones is not known here, so nobody is named.
        self.lock.holder.clear();
        self.value = None;
    }
}

impl<T: ?Sized> Drop for RwLockWriteGuard<'_, T> {
    fn drop(&mut self) {
        under_model!(run => {
            run.before_unshare(&self.lock.origin);
            self.value = None;
            run.unwrite(&self.lock.origin);
        });
        self.lock.holder.clear();
        self.value = None;
    }
}

impl<T: Default> Default for RwLock<T> {
    #[track_caller]
    fn default() -> Self {
        RwLock::new(T::default())
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for RwLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.value, f)
    }
}
