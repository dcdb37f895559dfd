//! The tests of the step `steal`: `cargo xtask check chapter-5/steal` runs them.

#[path = "check/steal.rs"]
mod steal;

// What they are made with.
#[path = "check/helpers.rs"]
mod helpers;
