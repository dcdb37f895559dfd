//! The tests of the step `rendezvous`: `cargo xtask check chapter-6/rendezvous` runs them.

#[path = "check/rendezvous.rs"]
mod rendezvous;

// What they are made with.
#[path = "check/orders.rs"]
mod orders;
#[path = "check/polling.rs"]
mod polling;
