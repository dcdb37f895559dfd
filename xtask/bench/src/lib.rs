//! The races of `cargo xtask bench`.
//!
//! A chapter lists its rows (`chapters/`). A row builds its [`race::Contender`]s for a number of workers; the
//! harness warms each up, runs them in turn, round after round, and checks every result. Only then it speaks about time:
//! medians, ratios taken within a round, and the spread of both.
//!
//! | module | is |
//! |---|---|
//! | [`race`] | contenders, rows, and the interleaved rounds |
//! | [`stats`] | medians and quartiles |
//! | [`metric`] | what a row measures, and which direction is better |
//! | [`data`] | the input that every contender gets, and the checksum of its result |
//! | [`child`], [`go`], [`alone`] | contenders that live in a process of their own |
//! | [`tasks`] | work for tasks, and the runtimes and channels that race on it |
//! | [`terminal`], [`json`], [`svg`] | the three reports |
//! | [`cli`] | the command line |

pub mod alone;
pub mod chapters;
pub mod child;
pub mod cli;
pub mod data;
pub mod go;
pub mod json;
pub mod metric;
pub mod race;
pub mod stats;
pub mod svg;
pub mod tasks;
pub mod terminal;
mod watchdog;
