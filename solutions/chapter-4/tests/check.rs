//! The very tests of the exercises, run against the reference.

extern crate chapter_4_solution as chapter_4;

#[path = "../../../exercises/chapter-4/tests/check/block_on.rs"]
mod block_on;
#[path = "../../../exercises/chapter-4/tests/check/countdown.rs"]
mod countdown;
#[path = "../../../exercises/chapter-4/tests/check/runtime.rs"]
mod runtime;
#[path = "../../../exercises/chapter-4/tests/check/sleep.rs"]
mod sleep;
#[path = "../../../exercises/chapter-4/tests/check/state.rs"]
mod state;
#[path = "../../../exercises/chapter-4/tests/check/wait_group.rs"]
mod wait_group;

#[path = "../../../exercises/chapter-4/tests/check/drops.rs"]
mod drops;
