//! The tests of the step `timers`: `cargo xtask check chapter-1/timers` runs them.

#[path = "check/timers.rs"]
mod timers;

// What they are made with.
#[path = "../../chapter-3/tests/check/random.rs"]
mod random;
#[path = "check/script.rs"]
mod script;
