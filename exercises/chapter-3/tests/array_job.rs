//! The tests of the step `array_job`: `cargo xtask check chapter-3/array_job` runs them.

#[path = "check/array_job.rs"]
mod array_job;

// What they are made with.
#[path = "check/meeting.rs"]
mod meeting;
#[path = "check/memory.rs"]
mod memory;
#[path = "check/panics.rs"]
mod panics;
#[path = "check/random.rs"]
mod random;
