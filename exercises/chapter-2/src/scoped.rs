//! Work in equal shares: a scoped thread for each part of the input.
//!
//! The parts are known before the first thread starts, so no thread ever asks for more. That is all the coordination
//! there is: each thread reads its own part, or writes its own part, and touches no other.
//!
//! Invariants:
//! - there are as many threads as parts, and all are started before the first is joined;
//! - no thread outlives the call, which is why threads may borrow from the caller;
//! - a panic in a thread reaches the caller with its own payload.

use std::{
    mem,
    num::NonZeroUsize,
    panic,
    thread::{self, ScopedJoinHandle},
};

use crate::split::split;

/// Calls `map` once for each value, on a thread for each of `workers` parts, and returns the results in the order of
/// the values.
///
/// Blocks until every thread has ended.
///
/// # Panics
/// A panic in `map` reaches the caller with its payload, after every thread has ended. If several threads panic, it is
/// the payload of the first in the order of the parts.
pub fn parallel_map<T, R, F>(values: &[T], workers: NonZeroUsize, map: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Sync,
{
    todo!("map each part on a scoped thread, and join the results in order")
}

/// Puts `make(index)` into each slot, on a thread for each of `workers` parts.
///
/// Blocks until every thread has ended.
///
/// # Panics
/// As [`parallel_map`]. The slots of the part that panicked are then partly old and partly new.
pub fn fill<T, F>(slots: &mut [T], workers: NonZeroUsize, make: F)
where
    T: Send,
    F: Fn(usize) -> T + Sync,
{
    todo!("cut the slots into parts that no two threads share, and fill each on a scoped thread")
}

/// The result of a thread, or its panic, continued here with its own payload.
fn join<R>(handle: ScopedJoinHandle<'_, R>) -> R {
    todo!("wait for the thread; give back its result, or continue its panic")
}
