//! The tests of the step `idle`: `cargo xtask check chapter-5/idle` runs them.

#[path = "check/idle.rs"]
mod idle;
