//! The tests of the step `runnext`: `cargo xtask check chapter-5/runnext` runs them.

#[path = "check/runnext.rs"]
mod runnext;

// What they are made with.
#[path = "check/helpers.rs"]
mod helpers;
