//! The tests of the step `select`: `cargo xtask check chapter-6/select` runs them.

#[path = "check/select.rs"]
mod select;

// What they are made with.
#[path = "check/orders.rs"]
mod orders;
#[path = "check/polling.rs"]
mod polling;
