//! The tests of the step `with_rayon`: `cargo xtask check chapter-2/with_rayon` runs them.

#[path = "check/with_rayon.rs"]
mod with_rayon;

// What they are made with.
#[path = "../../chapter-3/tests/check/meeting.rs"]
mod meeting;
#[path = "../../chapter-3/tests/check/panics.rs"]
mod panics;
#[path = "check/tally.rs"]
mod tally;
