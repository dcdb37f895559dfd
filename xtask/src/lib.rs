//! The runner of *Goroutines from Scratch*, and what proves the course.
//!
//! A reader's command goes through [`course`] (what is there to do), [`selection`] (what the reader means), [`compile`]
//! (one test binary a chapter), [`child`] (each test in a process of its own), [`verdict`] (what became of it) and
//! [`progress`] (what is remembered). The maintainer's commands are [`sync`] and [`prove`].

pub mod check;
pub mod child;
pub mod commands;
pub mod compile;
pub mod course;
pub mod difference;
pub mod interrupt;
pub mod leftovers;
pub mod progress;
pub mod prove;
pub mod selection;
pub mod starter;
pub mod sync;
pub mod term;
pub mod threads;
pub mod toml;
pub mod verdict;
pub mod wrong;
