//! The tests of the step `ring`: `cargo xtask check chapter-5/ring` runs them.

#[path = "check/ring.rs"]
mod ring;

// What they are made with.
#[path = "check/helpers.rs"]
mod helpers;
