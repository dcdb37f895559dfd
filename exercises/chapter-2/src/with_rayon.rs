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
fn in_pool<R, J>(workers: NonZeroUsize, job: J) -> R
where
    R: Send,
    J: FnOnce() -> R + Send,
{
    todo!("build a thread pool with that many threads, and run the job in it")
}

/// As [`scoped::parallel_map`](crate::scoped::parallel_map). If several calls panic, the caller gets any one payload.
pub fn parallel_map<T, R, F>(values: &[T], workers: NonZeroUsize, map: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Sync,
{
    todo!("map the values with a parallel iterator")
}

/// As [`scoped::fill`](crate::scoped::fill). If several calls panic, the caller gets any one payload.
pub fn fill<T, F>(slots: &mut [T], workers: NonZeroUsize, make: F)
where
    T: Send,
    F: Fn(usize) -> T + Sync,
{
    todo!("put make of its index into each slot with a parallel iterator")
}

/// As [`claiming::claim_map`](crate::claiming::claim_map). If several calls panic, the caller gets any one payload.
pub fn claim_map<R, F>(items: usize, workers: NonZeroUsize, work: F) -> Vec<Claimed<R>>
where
    R: Send,
    F: Fn(usize) -> R + Sync,
{
    todo!("work on the items with a parallel iterator, and record which thread of the pool did it")
}
