//! The tests of the step `countdown`: `cargo xtask check chapter-4/countdown` runs them.

#[path = "check/countdown.rs"]
mod countdown;
