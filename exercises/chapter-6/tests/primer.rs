//! The tests of the step `primer`: `cargo xtask check chapter-6/primer` runs them.

#[path = "check/primer.rs"]
mod primer;
