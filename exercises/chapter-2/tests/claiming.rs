//! The tests of the step `claiming`: `cargo xtask check chapter-2/claiming` runs them.

#[path = "check/claiming.rs"]
mod claiming;

// What they are made with.
#[path = "../../chapter-3/tests/check/meeting.rs"]
mod meeting;
#[path = "../../chapter-3/tests/check/panics.rs"]
mod panics;
#[path = "check/tally.rs"]
mod tally;
