//! The tests of the step `state`: `cargo xtask check chapter-4/state` runs them.

#[path = "check/state.rs"]
mod state;
