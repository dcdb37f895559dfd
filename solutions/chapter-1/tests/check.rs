//! The very tests of the exercises, run against the reference.

extern crate chapter_1_solution as chapter_1;

#[path = "../../../exercises/chapter-1/tests/check/round_robin.rs"]
mod round_robin;
#[path = "../../../exercises/chapter-1/tests/check/server.rs"]
mod server;
#[path = "../../../exercises/chapter-1/tests/check/starvation.rs"]
mod starvation;
#[path = "../../../exercises/chapter-1/tests/check/timers.rs"]
mod timers;

#[path = "../../../exercises/chapter-1/tests/check/client.rs"]
mod client;
#[path = "../../../exercises/chapter-1/tests/check/files.rs"]
mod files;
#[path = "../../../exercises/chapter-3/tests/check/random.rs"]
mod random;
#[path = "../../../exercises/chapter-1/tests/check/script.rs"]
mod script;
