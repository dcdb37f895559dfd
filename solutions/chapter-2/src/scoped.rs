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
// ANCHOR: parallel_map_whole
pub fn parallel_map<T, R, F>(values: &[T], workers: NonZeroUsize, map: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Sync,
{
    // ANCHOR: parallel_map todo: map each part on a scoped thread, and join the results in order
    let map = &map;
    thread::scope(|scope| {
        // An iterator is lazy: `collect` makes it start every thread before the first is joined.
        let handles: Vec<_> = split(0..values.len(), workers)
            .into_iter()
            .map(|part| {
                let part = &values[part];
                scope.spawn(move || part.iter().map(map).collect::<Vec<R>>())
            })
            .collect();
        handles.into_iter().flat_map(join).collect()
    })
    // ANCHOR_END: parallel_map
}
// ANCHOR_END: parallel_map_whole

/// Puts `make(index)` into each slot, on a thread for each of `workers` parts.
///
/// Blocks until every thread has ended.
///
/// # Panics
/// As [`parallel_map`]. The slots of the part that panicked are then partly old and partly new.
// ANCHOR: fill_whole
pub fn fill<T, F>(slots: &mut [T], workers: NonZeroUsize, make: F)
where
    T: Send,
    F: Fn(usize) -> T + Sync,
{
    // ANCHOR: fill todo: cut the slots into parts that no two threads share, and fill each on a scoped thread
    let make = &make;
    thread::scope(|scope| {
        let parts = split(0..slots.len(), workers);
        let mut rest = slots;
        let handles: Vec<_> = parts
            .into_iter()
            .map(|part| {
                // `take` moves the slice out of `rest`: a closure may not hand on what it borrows from a captured variable.
                let (mine, others) = mem::take(&mut rest).split_at_mut(part.len());
                rest = others;
                scope.spawn(move || {
                    for (slot, index) in mine.iter_mut().zip(part) {
                        *slot = make(index);
                    }
                })
            })
            .collect();
        handles.into_iter().for_each(join);
    });
    // ANCHOR_END: fill
}
// ANCHOR_END: fill_whole

/// The result of a thread, or its panic, continued here with its own payload.
// ANCHOR: join_whole
fn join<R>(handle: ScopedJoinHandle<'_, R>) -> R {
    // ANCHOR: join todo: wait for the thread; give back its result, or continue its panic
    handle
        .join()
        .unwrap_or_else(|payload| panic::resume_unwind(payload))
    // ANCHOR_END: join
}
// ANCHOR_END: join_whole
