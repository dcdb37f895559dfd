//! The tests of the step `channel`: `cargo xtask check chapter-6/channel` runs them.

#[path = "check/channel.rs"]
mod channel;

// What they are made with.
#[path = "check/orders.rs"]
mod orders;
#[path = "check/polling.rs"]
mod polling;
