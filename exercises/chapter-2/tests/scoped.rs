//! The tests of the step `scoped`: `cargo xtask check chapter-2/scoped` runs them.

#[path = "check/scoped.rs"]
mod scoped;

// What they are made with.
#[path = "../../chapter-3/tests/check/meeting.rs"]
mod meeting;
#[path = "../../chapter-3/tests/check/panics.rs"]
mod panics;
#[path = "check/tally.rs"]
mod tally;
