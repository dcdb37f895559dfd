//! The very tests of the exercises, run against the reference.

extern crate chapter_3_solution as chapter_3;

#[path = "../../../exercises/chapter-3/tests/check/array_job.rs"]
mod array_job;
#[path = "../../../exercises/chapter-3/tests/check/merge_sort.rs"]
mod merge_sort;
#[path = "../../../exercises/chapter-3/tests/check/timelines.rs"]
mod timelines;

#[path = "../../../exercises/chapter-3/tests/check/meeting.rs"]
mod meeting;
#[path = "../../../exercises/chapter-3/tests/check/memory.rs"]
mod memory;
#[path = "../../../exercises/chapter-3/tests/check/panics.rs"]
mod panics;
#[path = "../../../exercises/chapter-3/tests/check/random.rs"]
mod random;
