//! The tests of the step `split`: `cargo xtask check chapter-2/split` runs them.

#[path = "check/split.rs"]
mod split;

// What they are made with.
#[path = "check/tally.rs"]
mod tally;
