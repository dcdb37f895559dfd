//! The tests of the step `shared`: `cargo xtask check chapter-5/shared` runs them.

#[path = "check/shared.rs"]
mod shared;

// What they are made with.
#[path = "check/helpers.rs"]
mod helpers;
