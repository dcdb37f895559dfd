//! A range of work, split into nearly equal parts: one for each worker.
//!
//! Nothing runs here. Everything that runs in this chapter relies on it.
//!
//! Invariants:
//! - the parts are contiguous and in order: each begins where the one before it ends;
//! - together they are the range, so every index is in exactly one part;
//! - their lengths differ by at most one, and none is empty.

use std::{num::NonZeroUsize, ops::Range};

/// Splits `range` into `parts` nearly equal parts, or into as many as it has indices where those are fewer.
///
/// An empty range has no part.
// ANCHOR: split_whole
pub fn split(range: Range<usize>, parts: NonZeroUsize) -> Vec<Range<usize>> {
    // ANCHOR: split todo: cut the range into nearly equal parts
    let count = parts.get().min(range.len());
    let mut start = range.start;
    (0..count)
        .map(|made| {
            // A fair share of what is left. Nothing is left over when the last part is made.
            let length = (range.end - start).div_ceil(count - made);
            let part = start..start + length;
            start = part.end;
            part
        })
        .collect()
    // ANCHOR_END: split
}
// ANCHOR_END: split_whole
