//! Chapter 2, What is Parallelism?: work for the processor, divided among threads. A module a step; `picture` is given.

// The compiler is the judge of step 2.5, and `unsafe` would silence it.
#![forbid(unsafe_code)]

pub mod claiming;
pub mod picture;
pub mod refused;
pub mod scoped;
pub mod split;
pub mod with_rayon;
