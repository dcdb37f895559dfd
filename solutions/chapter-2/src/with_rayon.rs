//! The same three functions with Rayon, which brings its own threads, and its own way to split.
//!
//! Rayon halves the work again and again, and puts one half where idle threads can steal it. You say *what* may run in
//! parallel; Rayon decides at run time how far it splits.
//!
//! Invariants:
//! - the work runs in a pool of exactly `workers` threads, and the call returns when it is done;
//! - results are in the order of the input, whoever computed them;
//! - in `claim_map`, no item ever waits behind another one in the same piece of work.

use std::num::NonZeroUsize;

use rayon::prelude::*;

use crate::claiming::Claimed;

/// Runs `job` in a pool of `workers` threads. Every parallel iterator in it uses that pool.
///
/// # Panics
/// When the system starts no more threads; and a panic in `job` continues in the caller.
// ANCHOR: in_pool_whole
fn in_pool<R, J>(workers: NonZeroUsize, job: J) -> R
where
    R: Send,
    J: FnOnce() -> R + Send,
{
    // ANCHOR: in_pool todo: build a thread pool with that many threads, and run the job in it
    rayon::ThreadPoolBuilder::new()
        .num_threads(workers.get())
        .build()
        .expect("the system starts a thread for each worker")
        .install(job)
    // ANCHOR_END: in_pool
}
// ANCHOR_END: in_pool_whole

/// As [`scoped::parallel_map`](crate::scoped::parallel_map). If several calls panic, the caller gets any one payload.
// ANCHOR: parallel_map_whole
pub fn parallel_map<T, R, F>(values: &[T], workers: NonZeroUsize, map: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Sync,
{
    // ANCHOR: parallel_map todo: map the values with a parallel iterator
    // A reference to `map` may go to other threads because `map` is Sync.
    in_pool(workers, || values.par_iter().map(&map).collect())
    // ANCHOR_END: parallel_map
}
// ANCHOR_END: parallel_map_whole

/// As [`scoped::fill`](crate::scoped::fill). If several calls panic, the caller gets any one payload.
// ANCHOR: fill_whole
pub fn fill<T, F>(slots: &mut [T], workers: NonZeroUsize, make: F)
where
    T: Send,
    F: Fn(usize) -> T + Sync,
{
    // ANCHOR: fill todo: put make of its index into each slot with a parallel iterator
    in_pool(workers, || {
        slots
            .par_iter_mut()
            .enumerate()
            .for_each(|(index, slot)| *slot = make(index));
    });
    // ANCHOR_END: fill
}
// ANCHOR_END: fill_whole

/// As [`claiming::claim_map`](crate::claiming::claim_map). If several calls panic, the caller gets any one payload.
// ANCHOR: claim_map_whole
pub fn claim_map<R, F>(items: usize, workers: NonZeroUsize, work: F) -> Vec<Claimed<R>>
where
    R: Send,
    F: Fn(usize) -> R + Sync,
{
    // ANCHOR: claim_map todo: work on the items with a parallel iterator, and record which thread of the pool did it
    in_pool(workers, || {
        (0..items)
            .into_par_iter()
            // Rayon would keep neighbours together in a piece, and behind a slow item all of its piece would wait.
            .with_max_len(1)
            .map(|item| Claimed {
                worker: rayon::current_thread_index().expect("this runs in the pool"),
                value: work(item),
            })
            .collect()
    })
    // ANCHOR_END: claim_map
}
// ANCHOR_END: claim_map_whole
