//! The tests of the step `block_on`: `cargo xtask check chapter-4/block_on` runs them.

#[path = "check/block_on.rs"]
mod block_on;
