//! The tests of the step `trace`: `cargo xtask check chapter-5/trace` runs them.

#[path = "check/trace.rs"]
mod trace;

// What they are made with.
#[path = "check/helpers.rs"]
mod helpers;
