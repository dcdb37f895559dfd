//! The parallel array job: one large slice, a chunk for each worker, one result.
//!
//! The slice is cut into nearly equal contiguous chunks. Each is mapped on a scoped thread of its own, and the
//! results are reduced on the caller's thread. The scope is what lets a thread borrow from the caller: no thread
//! outlives it.
//!
//! Invariants:
//! - every element lies in exactly one chunk, and the sizes of the chunks differ by at most one;
//! - all threads are started before the first is waited for;
//! - results are reduced in the order of their chunks, whichever thread is done first.

use std::{num::NonZeroUsize, panic, thread};

/// Maps chunks of `values` on threads of their own and reduces the results in the order of the chunks.
///
/// There are as many chunks as `workers`, or as many as elements where those are fewer. They are contiguous, and
/// their sizes differ by at most one. An empty slice has no chunk: the answer is `None`, and nothing is called.
///
/// Blocks until every worker has ended.
///
/// # Panics
/// A panic in `map` or in `reduce` reaches the caller with its own payload, after every worker has ended. If several
/// workers panic, it is the payload of the first in the order of the chunks.
// ANCHOR: map_reduce_whole
pub fn map_reduce<T, R, M, F>(values: &[T], workers: NonZeroUsize, map: M, reduce: F) -> Option<R>
where
    T: Sync,
    R: Send,
    M: Fn(&[T]) -> R + Sync,
    F: FnMut(R, R) -> R,
{
    // ANCHOR: map_reduce todo: cut the slice into chunks, map each on a scoped thread, reduce the results in order
    let chunks = workers.get().min(values.len());
    let map = &map;
    thread::scope(|scope| {
        let mut rest = values;
        // An iterator is lazy: `collect` makes it start every thread before the first is waited for.
        let handles: Vec<_> = (0..chunks)
            .map(|started| {
                // A fair share of what is left. Nothing is left over when the last chunk is cut.
                let (chunk, tail) = rest.split_at(rest.len().div_ceil(chunks - started));
                rest = tail;
                scope.spawn(move || map(chunk))
            })
            .collect();
        handles
            .into_iter()
            // `unwrap` would panic with a message of its own and lose the worker's payload.
            .map(|handle| {
                handle
                    .join()
                    .unwrap_or_else(|payload| panic::resume_unwind(payload))
            })
            .reduce(reduce)
    })
    // ANCHOR_END: map_reduce
}
// ANCHOR_END: map_reduce_whole
