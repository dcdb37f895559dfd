//! The tests of the step `pipeline`: `cargo xtask check chapter-6/pipeline` runs them.

#[path = "check/pipeline.rs"]
mod pipeline;
