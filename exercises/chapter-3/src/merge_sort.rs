//! Divide and conquer: a stable merge sort whose halves are sorted, and merged, by two threads.
//!
//! `join` runs two closures as two tasks. `sort` halves the slice, joins the sorting of its halves, and merges them.
//! `merge` halves the larger of two sorted runs, finds by binary search where the other must be cut, and joins the
//! merging of both parts. Slices of at most `grain` elements stay on the thread that they are on.
//!
//! Invariants:
//! - at every moment `values` holds each element exactly once: a merge writes to `scratch`, and only a complete merge
//!   is copied back. So a comparison that panics loses nothing;
//! - one scratch buffer, cut in the same places as the values, serves every level;
//! - equal elements keep their order: the right run goes first only where it is strictly less.

use std::{cmp::Ordering, num::NonZeroUsize, panic, thread};

/// Runs of at most this many elements are left to the standard library's sort.
///
/// That sort allocates a buffer of its own. Its documentation promises no size; here it is up to the length of the slice.
/// Short runs keep those buffers small however many threads sort, and they fit in a core's cache.
const RUN: usize = 1 << 14;

/// Runs `a` on the caller's thread and `b` on a scoped thread, in progress together, and returns both results.
///
/// Blocks until both have ended.
///
/// # Panics
/// A panic of either reaches the caller with its own payload, after both have ended. If both panic, it is `a`'s.
pub fn join<A, B, RA, RB>(a: A, b: B) -> (RA, RB)
where
    A: FnOnce() -> RA,
    B: FnOnce() -> RB + Send,
    RB: Send,
{
    todo!("start b on a scoped thread, run a here, then wait for b")
}

/// Sorts `values`, and keeps the order of equal elements. See [`merge_sort_by`].
pub fn merge_sort<T>(values: &mut [T], grain: NonZeroUsize)
where
    T: Copy + Send + Sync + Ord,
{
    merge_sort_by(values, grain, T::cmp);
}

/// Sorts `values` by `compare`, and keeps the order of equal elements.
///
/// Slices of at most `grain` elements are sorted and merged without a new thread. Allocates one scratch buffer as
/// large as `values`, and a little for each thread.
///
/// # Panics
/// A panic in `compare` reaches the caller. Then `values` still holds each element exactly once, in some order.
pub fn merge_sort_by<T, C>(values: &mut [T], grain: NonZeroUsize, compare: C)
where
    T: Copy + Send + Sync,
    C: Fn(&T, &T) -> Ordering + Sync,
{
    todo!("make the one scratch buffer and sort the whole slice with its help")
}

/// Sorts `values`. `scratch` is as long, and what it holds before and after does not matter.
///
/// At most `grain` and at most `RUN` elements: `sort_by`. At most `grain`: halved, without a thread. More: halved, under
/// `join`.
fn sort<T, C>(values: &mut [T], scratch: &mut [T], grain: usize, compare: &C)
where
    T: Copy + Send + Sync,
    C: Fn(&T, &T) -> Ordering + Sync,
{
    todo!(
        "sort a short run with sort_by, or else sort both halves, merge them to scratch, and copy back"
    )
}

/// Merges two sorted runs into `out`, which is as long as both together.
///
/// More than `grain` elements are merged in two parts under `join`. Up to `max(grain, 2)` always go to `merge_here`: two
/// runs of one element each have no cut that makes both parts smaller.
fn merge<T, C>(left: &[T], right: &[T], out: &mut [T], grain: usize, compare: &C)
where
    T: Copy + Send + Sync,
    C: Fn(&T, &T) -> Ordering + Sync,
{
    todo!(
        "halve the larger run, cut the other where it belongs, and join the merging of both parts"
    )
}

/// Merges two sorted runs into `out` on this thread.
fn merge_here<T, C>(left: &[T], right: &[T], out: &mut [T], compare: &C)
where
    T: Copy,
    C: Fn(&T, &T) -> Ordering,
{
    todo!("take the lesser of the two first elements, and the left one where they are equal")
}
