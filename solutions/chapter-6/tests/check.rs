//! The very tests of the exercises, run against the reference.

extern crate chapter_6_solution as chapter_6;

#[path = "../../../exercises/chapter-6/tests/check/blocking.rs"]
mod blocking;
#[path = "../../../exercises/chapter-6/tests/check/channel.rs"]
mod channel;
#[path = "../../../exercises/chapter-6/tests/check/closing.rs"]
mod closing;
#[path = "../../../exercises/chapter-6/tests/check/deadlock.rs"]
mod deadlock;
#[path = "../../../exercises/chapter-6/tests/check/pipeline.rs"]
mod pipeline;
#[path = "../../../exercises/chapter-6/tests/check/primer.rs"]
mod primer;
#[path = "../../../exercises/chapter-6/tests/check/rendezvous.rs"]
mod rendezvous;
#[path = "../../../exercises/chapter-6/tests/check/select.rs"]
mod select;

#[path = "../../../exercises/chapter-6/tests/check/orders.rs"]
mod orders;
#[path = "../../../exercises/chapter-6/tests/check/polling.rs"]
mod polling;
