//! The tests of the step `deadlock`: `cargo xtask check chapter-6/deadlock` runs them.

#[path = "check/deadlock.rs"]
mod deadlock;
