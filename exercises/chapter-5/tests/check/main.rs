//! The tests of chapter 5. A module a step; run them with `cargo xtask check chapter-5`.

mod blocking;
mod idle;
mod ring;
mod runnext;
mod search;
mod shared;
mod steal;
mod trace;

// What the tests are made with.
mod helpers;
