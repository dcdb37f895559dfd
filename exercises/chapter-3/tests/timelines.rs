//! The tests of the step `timelines`: `cargo xtask check chapter-3/timelines` runs them.

#[path = "check/timelines.rs"]
mod timelines;

// What they are made with.
#[path = "check/random.rs"]
mod random;
