//! The tests of the step `merge_sort`: `cargo xtask check chapter-3/merge_sort` runs them.

#[path = "check/merge_sort.rs"]
mod merge_sort;

// What they are made with.
#[path = "check/meeting.rs"]
mod meeting;
#[path = "check/memory.rs"]
mod memory;
#[path = "check/panics.rs"]
mod panics;
#[path = "check/random.rs"]
mod random;
