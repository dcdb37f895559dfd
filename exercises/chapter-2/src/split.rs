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
pub fn split(range: Range<usize>, parts: NonZeroUsize) -> Vec<Range<usize>> {
    todo!("cut the range into nearly equal parts")
}
