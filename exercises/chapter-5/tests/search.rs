//! The tests of the step `search`: `cargo xtask check chapter-5/search` runs them.

#[path = "check/search.rs"]
mod search;

// What they are made with.
#[path = "check/helpers.rs"]
mod helpers;
