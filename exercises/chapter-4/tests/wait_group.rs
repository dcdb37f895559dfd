//! The tests of the step `wait_group`: `cargo xtask check chapter-4/wait_group` runs them.

#[path = "check/wait_group.rs"]
mod wait_group;
