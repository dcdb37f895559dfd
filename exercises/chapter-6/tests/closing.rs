//! The tests of the step `closing`: `cargo xtask check chapter-6/closing` runs them.

#[path = "check/closing.rs"]
mod closing;

// What they are made with.
#[path = "check/orders.rs"]
mod orders;
