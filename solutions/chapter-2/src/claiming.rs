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
// ANCHOR: claim_map_whole
pub fn claim_map<R, F>(items: usize, workers: NonZeroUsize, work: F) -> Vec<Claimed<R>>
where
    R: Send,
    F: Fn(usize) -> R + Sync,
{
    // ANCHOR: claim_map todo: let every worker claim items until none is left, and put the results in order
    let next = AtomicUsize::new(0);
    // Both are borrowed, so that every worker has the same counter.
    let (next, work) = (&next, &work);
    let mut results: Vec<(usize, Claimed<R>)> = thread::scope(|scope| {
        let handles: Vec<_> = (0..workers.get())
            .map(|worker| {
                scope.spawn(move || {
                    let mut mine = Vec::new();
                    loop {
                        // Relaxed: the counter only hands out numbers, and publishes nothing. What a worker computed is
                        // published by its end: that pairs with the join below.
                        let item = next.fetch_add(1, Relaxed);
                        if item >= items {
                            return mine;
                        }
                        let value = work(item);
                        mine.push((item, Claimed { worker, value }));
                    }
                })
            })
            .collect();
        handles
            .into_iter()
            .flat_map(|handle| {
                handle
                    .join()
                    .unwrap_or_else(|payload| panic::resume_unwind(payload))
            })
            .collect()
    });
    results.sort_unstable_by_key(|&(item, _)| item);
    results.into_iter().map(|(_, claimed)| claimed).collect()
    // ANCHOR_END: claim_map
}
// ANCHOR_END: claim_map_whole

/// Renders a picture: an item for each row, and a row for whoever is free.
// ANCHOR: render_whole
pub fn render(view: &View, workers: NonZeroUsize) -> Vec<Claimed<Vec<u32>>> {
    // ANCHOR: render todo: claim the rows of the view, and compute each with View::row
    claim_map(view.height, workers, |row| view.row(row))
    // ANCHOR_END: render
}
// ANCHOR_END: render_whole
