//! The tests of chapter 1. A module a step; run them with `cargo xtask check chapter-1`.

mod round_robin;
mod server;
mod starvation;
mod timers;

// What the tests are made with.
mod client;
mod files;
#[path = "../../../chapter-3/tests/check/random.rs"]
mod random;
mod script;
