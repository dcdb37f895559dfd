//! The tests of the step `starvation`: `cargo xtask check chapter-1/starvation` runs them.

#[path = "check/starvation.rs"]
mod starvation;

// What they are made with.
#[path = "check/script.rs"]
mod script;
