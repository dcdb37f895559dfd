//! The tests of chapter 2. A module a step; run them with `cargo xtask check chapter-2`.

mod claiming;
mod scoped;
mod split;
mod with_rayon;

// What the tests are made with.
#[path = "../../../chapter-3/tests/check/meeting.rs"]
mod meeting;
#[allow(dead_code)] // chapter 3 needs all of it
#[path = "../../../chapter-3/tests/check/panics.rs"]
mod panics;
mod tally;
