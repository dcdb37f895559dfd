//! Work for whoever is free: threads claim one item after another from a shared counter.
//!
//! Nobody decides in advance who does what. A thread that is stuck on a long item claims no other, and the others do the
//! rest. The price is one atomic operation for each item.
//!
//! Invariants:
//! - the counter is the first item that nobody has claimed; reading it and moving it on is one operation;
//! - so every item is claimed exactly once, by exactly one worker;
//! - an item's result is recorded with the worker that computed it, and stands at the item's place.

use std::{num::NonZeroUsize, panic};

// The same names as in std, and in a program the same things. In a test, `interleave` tries every order of the threads.
use interleave::{
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    thread,
};

use crate::picture::View;

/// The result of an item, and the worker that claimed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claimed<R> {
    /// The worker's number: 0, 1, 2, and so on.
    pub worker: usize,
    /// What it computed.
    pub value: R,
}

/// Calls `work` once for each of the items `0..items`. They are claimed one by one by `workers` threads, and the results
/// are returned in the order of the items.
///
/// Blocks until every thread has ended.
///
/// # Panics
/// A panic in `work` ends one worker; the others go on. It reaches the caller with its payload, after every thread has
/// ended. If several workers panic, it is the payload of the one with the lowest number.
pub fn claim_map<R, F>(items: usize, workers: NonZeroUsize, work: F) -> Vec<Claimed<R>>
where
    R: Send,
    F: Fn(usize) -> R + Sync,
{
    todo!("let every worker claim items until none is left, and put the results in order")
}

/// Renders a picture: an item for each row, and a row for whoever is free.
pub fn render(view: &View, workers: NonZeroUsize) -> Vec<Claimed<Vec<u32>>> {
    todo!("claim the rows of the view, and compute each with View::row")
}
