//! The tests of the step `round_robin`: `cargo xtask check chapter-1/round_robin` runs them.

#[path = "check/round_robin.rs"]
mod round_robin;

// What they are made with.
#[path = "check/script.rs"]
mod script;
