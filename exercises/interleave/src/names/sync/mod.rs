//! Locks, condition variables, barriers and atomics, named as in `std::sync`.

pub mod atomic;
mod barrier;
mod condvar;
mod mutex;
mod rwlock;

pub use barrier::{Barrier, BarrierWaitResult};
pub use condvar::{Condvar, WaitTimeoutResult};
pub use mutex::{Mutex, MutexGuard};
pub use rwlock::{RwLock, RwLockReadGuard, RwLockWriteGuard};
/// Reference counts are std's in every build: `std::task::Wake` asks for them.
pub use std::sync::{Arc, LockResult, PoisonError, TryLockError, TryLockResult, Weak};

/// Makes a guard of ours from a guard of std's, poisoned or not.
fn map_lock<G, H>(result: LockResult<G>, wrap: impl FnOnce(G) -> H) -> LockResult<H> {
    match result {
        Ok(guard) => Ok(wrap(guard)),
        Err(poison) => Err(PoisonError::new(wrap(poison.into_inner()))),
    }
}

/// The lock if it was free, poisoned or not.
fn if_free<G>(result: TryLockResult<G>) -> Option<LockResult<G>> {
    match result {
        Ok(guard) => Some(Ok(guard)),
        Err(TryLockError::Poisoned(poison)) => Some(Err(poison)),
        Err(TryLockError::WouldBlock) => None,
    }
}

fn as_try<G>(result: LockResult<G>) -> TryLockResult<G> {
    result.map_err(TryLockError::Poisoned)
}
