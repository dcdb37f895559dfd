//! The very tests of the exercises, run against the reference.

extern crate chapter_5_solution as chapter_5;

#[path = "../../../exercises/chapter-5/tests/check/blocking.rs"]
mod blocking;
#[path = "../../../exercises/chapter-5/tests/check/idle.rs"]
mod idle;
#[path = "../../../exercises/chapter-5/tests/check/ring.rs"]
mod ring;
#[path = "../../../exercises/chapter-5/tests/check/runnext.rs"]
mod runnext;
#[path = "../../../exercises/chapter-5/tests/check/search.rs"]
mod search;
#[path = "../../../exercises/chapter-5/tests/check/shared.rs"]
mod shared;
#[path = "../../../exercises/chapter-5/tests/check/steal.rs"]
mod steal;
#[path = "../../../exercises/chapter-5/tests/check/trace.rs"]
mod trace;

#[path = "../../../exercises/chapter-5/tests/check/helpers.rs"]
mod helpers;
