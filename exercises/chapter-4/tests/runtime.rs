//! The tests of the step `runtime`: `cargo xtask check chapter-4/runtime` runs them.

#[path = "check/runtime.rs"]
mod runtime;

// What they are made with.
#[path = "check/drops.rs"]
mod drops;
