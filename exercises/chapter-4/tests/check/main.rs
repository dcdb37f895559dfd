//! The tests of chapter 4. A module a step; run them with `cargo xtask check chapter-4`.

mod block_on;
mod countdown;
mod runtime;
mod sleep;
mod state;
mod wait_group;

// What the tests are made with.
mod drops;
