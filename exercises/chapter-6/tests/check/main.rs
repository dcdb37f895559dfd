//! The tests of chapter 6. A module a step; run them with `cargo xtask check chapter-6`.

mod blocking;
mod channel;
mod closing;
mod deadlock;
mod pipeline;
mod primer;
mod rendezvous;
mod select;

// What the tests are made with.
mod orders;
mod polling;
