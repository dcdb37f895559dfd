//! The tests of the step `blocking`: `cargo xtask check chapter-6/blocking` runs them.

#[path = "check/blocking.rs"]
mod blocking;

// What they are made with.
#[path = "check/orders.rs"]
mod orders;
