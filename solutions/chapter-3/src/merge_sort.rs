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
// ANCHOR: join_whole
pub fn join<A, B, RA, RB>(a: A, b: B) -> (RA, RB)
where
    A: FnOnce() -> RA,
    B: FnOnce() -> RB + Send,
    RB: Send,
{
    // ANCHOR: join todo: start b on a scoped thread, run a here, then wait for b
    thread::scope(|scope| {
        let b = scope.spawn(b);
        let a = a();
        match b.join() {
            Ok(b) => (a, b),
            Err(payload) => panic::resume_unwind(payload),
        }
    })
    // ANCHOR_END: join
}
// ANCHOR_END: join_whole

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
// ANCHOR: merge_sort_by_whole
pub fn merge_sort_by<T, C>(values: &mut [T], grain: NonZeroUsize, compare: C)
where
    T: Copy + Send + Sync,
    C: Fn(&T, &T) -> Ordering + Sync,
{
    // ANCHOR: merge_sort_by todo: make the one scratch buffer and sort the whole slice with its help
    let mut scratch = values.to_vec();
    sort(values, &mut scratch, grain.get(), &compare);
    // ANCHOR_END: merge_sort_by
}
// ANCHOR_END: merge_sort_by_whole

/// Sorts `values`. `scratch` is as long, and what it holds before and after does not matter.
///
/// At most `grain` and at most `RUN` elements: `sort_by`. At most `grain`: halved, without a thread. More: halved, under
/// `join`.
// ANCHOR: sort_whole
fn sort<T, C>(values: &mut [T], scratch: &mut [T], grain: usize, compare: &C)
where
    T: Copy + Send + Sync,
    C: Fn(&T, &T) -> Ordering + Sync,
{
    // ANCHOR: sort todo: sort a short run with sort_by, or else sort both halves, merge them to scratch, and copy back
    if values.len() <= RUN.min(grain) {
        return values.sort_by(compare);
    }
    let more_than_a_grain = values.len() > grain;
    let middle = values.len() / 2;
    let (left, right) = values.split_at_mut(middle);
    let (left_scratch, right_scratch) = scratch.split_at_mut(middle);
    if more_than_a_grain {
        join(
            || sort(left, left_scratch, grain, compare),
            || sort(right, right_scratch, grain, compare),
        );
    } else {
        sort(left, left_scratch, grain, compare);
        sort(right, right_scratch, grain, compare);
    }
    merge(left, right, scratch, grain, compare);
    values.copy_from_slice(scratch);
    // ANCHOR_END: sort
}
// ANCHOR_END: sort_whole

/// Merges two sorted runs into `out`, which is as long as both together.
///
/// More than `grain` elements are merged in two parts under `join`. Up to `max(grain, 2)` always go to `merge_here`: two
/// runs of one element each have no cut that makes both parts smaller.
// ANCHOR: merge_whole
fn merge<T, C>(left: &[T], right: &[T], out: &mut [T], grain: usize, compare: &C)
where
    T: Copy + Send + Sync,
    C: Fn(&T, &T) -> Ordering + Sync,
{
    // ANCHOR: merge todo: halve the larger run, cut the other where it belongs, and join the merging of both parts
    // Three elements or more: the larger run has two or more, so each part gets one at least and the recursion ends.
    if out.len() <= grain.max(2) {
        return merge_here(left, right, out, compare);
    }
    let (left_cut, right_cut) = if left.len() >= right.len() {
        let cut = left.len() / 2;
        // What equals left[cut] in the right run must stay behind it.
        (
            cut,
            right.partition_point(|value| compare(value, &left[cut]).is_lt()),
        )
    } else {
        let cut = right.len() / 2;
        // What equals right[cut] in the left run must stay before it.
        (
            left.partition_point(|value| compare(value, &right[cut]).is_le()),
            cut,
        )
    };
    let (left_low, left_high) = left.split_at(left_cut);
    let (right_low, right_high) = right.split_at(right_cut);
    let (out_low, out_high) = out.split_at_mut(left_cut + right_cut);
    join(
        || merge(left_low, right_low, out_low, grain, compare),
        || merge(left_high, right_high, out_high, grain, compare),
    );
    // ANCHOR_END: merge
}
// ANCHOR_END: merge_whole

/// Merges two sorted runs into `out` on this thread.
// ANCHOR: merge_here_whole
fn merge_here<T, C>(left: &[T], right: &[T], out: &mut [T], compare: &C)
where
    T: Copy,
    C: Fn(&T, &T) -> Ordering,
{
    // ANCHOR: merge_here todo: take the lesser of the two first elements, and the left one where they are equal
    let (mut left_taken, mut right_taken) = (0, 0);
    while left_taken < left.len() && right_taken < right.len() {
        let (from_left, from_right) = (left[left_taken], right[right_taken]);
        let take_right = compare(&from_right, &from_left).is_lt();
        // Which run is next is a coin toss, and a branch would be guessed wrong
        // half the time: choose without one.
        out[left_taken + right_taken] = if take_right { from_right } else { from_left };
        right_taken += usize::from(take_right);
        left_taken += usize::from(!take_right);
    }
    // One of the two is used up. What is left of the other is in order, and
    // nothing in it is less than what is merged.
    let (_, out) = out.split_at_mut(left_taken + right_taken);
    let (out_left, out_right) = out.split_at_mut(left.len() - left_taken);
    out_left.copy_from_slice(&left[left_taken..]);
    out_right.copy_from_slice(&right[right_taken..]);
    // ANCHOR_END: merge_here
}
// ANCHOR_END: merge_here_whole
