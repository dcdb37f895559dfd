//! The tests of the step `blocking`: `cargo xtask check chapter-5/blocking` runs them.

#[path = "check/blocking.rs"]
mod blocking;

// What they are made with.
#[path = "check/helpers.rs"]
mod helpers;
