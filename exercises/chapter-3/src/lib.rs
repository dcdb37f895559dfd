//! Chapter 3, The Key Difference: concurrency is the composition of independent tasks, parallelism is the
//! simultaneous execution of work. A module a step; each file is complete in itself.

pub mod array_job;
pub mod merge_sort;
pub mod timelines;
