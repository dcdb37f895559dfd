//! The very tests of the exercises, run against the reference.

extern crate chapter_2_solution as chapter_2;

#[path = "../../../exercises/chapter-2/tests/check/claiming.rs"]
mod claiming;
#[path = "../../../exercises/chapter-2/tests/check/scoped.rs"]
mod scoped;
#[path = "../../../exercises/chapter-2/tests/check/split.rs"]
mod split;
#[path = "../../../exercises/chapter-2/tests/check/with_rayon.rs"]
mod with_rayon;

#[path = "../../../exercises/chapter-3/tests/check/meeting.rs"]
mod meeting;
#[allow(dead_code)] // chapter 3 needs all of it
#[path = "../../../exercises/chapter-3/tests/check/panics.rs"]
mod panics;
#[path = "../../../exercises/chapter-2/tests/check/tally.rs"]
mod tally;
