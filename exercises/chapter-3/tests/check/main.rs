//! The tests of chapter 3. A module a step; run them with `cargo xtask check chapter-3`.

mod array_job;
mod merge_sort;
mod timelines;

// What the tests are made with.
mod meeting;
mod memory;
mod panics;
mod random;
