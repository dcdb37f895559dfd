//! The tests of the step `sleep`: `cargo xtask check chapter-4/sleep` runs them.

#[path = "check/sleep.rs"]
mod sleep;
